// Every select menu: one button that opens a searchable list, one or many choices.

import { el, uid, fill } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { openPopup } from "../ui/popup.js";
import { confirmDialog } from "../ui/confirm.js";
import { textOf } from "../text/render.js";
import { changed, frame, naming } from "./frame.js";
import { entriesFor, stateField, stateKey, stateText } from "./options.js";

const SEARCH_PAUSE_MS = 160;

export function select(ctx, block, element) {
  const many = element.type.startsWith("multi_");
  const field = stateField(element.type);
  const read = () => ctx.form.get(block.block_id, element)[field];
  const placeholder = textOf(element.placeholder) || (many ? "Select" : "Select one");
  const trigger = el("button", {
    type: "button",
    role: "combobox",
    class: ["select", many && "many"],
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    ...naming(ctx, block, element),
  });

  const draw = () => {
    const held = read();
    const chosen = many ? (held ?? []) : held === null || held === undefined ? [] : [held];
    const words = chosen.map((state) => stateText(element, state));
    fill(
      trigger,
      el(
        "span",
        { class: ["select-value", !chosen.length && "placeholder"] },
        !chosen.length ? placeholder : many ? words.map((word) => el("span", { class: "chip" }, word)) : words[0],
      ),
      icon("caret-down", 14),
    );
    if (!ctx.labelledby) trigger.setAttribute("aria-label", words.length ? `${placeholder}: ${words.join(", ")}` : placeholder);
  };

  const keep = async (state) => {
    if (element.confirm && !(await confirmDialog(element.confirm))) return draw();
    changed(ctx, block, { ...element, confirm: undefined }, { [field]: state });
    return draw();
  };

  trigger.addEventListener("click", () => open());
  trigger.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      open();
    }
  });

  function open() {
    if (trigger.getAttribute("aria-expanded") === "true") return;
    const listId = uid("list");
    const before = read() ?? null;
    let picked = many ? [...(before ?? [])] : null;
    const search = el("input", {
      class: "field select-search",
      role: "combobox",
      "aria-controls": listId,
      "aria-expanded": "true",
      "aria-autocomplete": "list",
      "aria-label": `Search ${placeholder}`,
      placeholder: "Search",
      autocomplete: "off",
      spellcheck: "false",
      "data-testid": `search-${element.action_id}`,
    });
    const list = el("div", {
      role: "listbox",
      id: listId,
      class: "options",
      "aria-multiselectable": many ? "true" : null,
      "aria-label": placeholder,
    });
    let active = -1;
    let turn = 0;
    trigger.setAttribute("aria-expanded", "true");
    const popup = openPopup(trigger, el("div", { class: "select-popup" }, search, list), {
      matchWidth: true,
      onClose: () => {
        trigger.setAttribute("aria-expanded", "false");
        const differs = many && JSON.stringify(picked.map(stateKey)) !== JSON.stringify((before ?? []).map(stateKey));
        if (differs) keep(picked);
      },
    });

    const rows = () => [...list.querySelectorAll("[role=option]")];
    const setActive = (index) => {
      const all = rows();
      active = all.length ? (index + all.length) % all.length : -1;
      all.forEach((row, at) => row.classList.toggle("active", at === active));
      if (active < 0) search.removeAttribute("aria-activedescendant");
      else {
        search.setAttribute("aria-activedescendant", all[active].id);
        all[active].scrollIntoView({ block: "nearest" });
      }
    };
    const isPicked = (entry) => (many ? picked.some((state) => stateKey(state) === entry.key) : stateKey(before) === entry.key);
    const choose = (entry) => {
      if (!many) {
        popup.close();
        if (stateKey(before) !== entry.key || !before) keep(entry.state);
        return;
      }
      if (isPicked(entry)) picked = picked.filter((state) => stateKey(state) !== entry.key);
      else if (element.max_selected_items && picked.length >= element.max_selected_items) return;
      else picked = [...picked, entry.state];
      show(shown, active);
    };
    let shown = { groups: [] };
    const show = (found, keepActive = 0) => {
      shown = found;
      const row = (entry) =>
        el(
          "div",
          {
            role: "option",
            id: uid("option"),
            class: "option",
            "aria-selected": isPicked(entry),
            "data-testid": `option-${entry.key}`,
            on: { mousedown: (event) => event.preventDefault(), click: () => choose(entry) },
          },
          entry.icon && icon(entry.icon, 14),
          el(
            "span",
            { class: "menu-label" },
            el("span", {}, entry.nodes?.() ?? entry.text),
            entry.description && el("span", { class: "menu-hint" }, entry.description),
          ),
          isPicked(entry) && icon("check", 14),
        );
      const clear =
        !many &&
        before !== null &&
        found.groups &&
        el(
          "div",
          {
            role: "option",
            id: uid("option"),
            class: "option quiet",
            "aria-selected": "false",
            "data-testid": `clear-${element.action_id}`,
            on: {
              click: () => {
                popup.close();
                keep(null);
              },
            },
          },
          "Clear choice",
        );
      const full = many && element.max_selected_items && picked.length >= element.max_selected_items;
      fill(
        list,
        found.note && el("div", { class: ["options-note", found.failed && "failed"], role: found.failed ? "alert" : "status" }, found.note),
        full && el("div", { class: "options-note" }, `At most ${element.max_selected_items}`),
        found.groups && !found.groups.length && el("div", { class: "options-note", role: "status" }, "No results"),
        (found.groups ?? []).map((group) =>
          el(
            "div",
            { role: group.label ? "group" : "presentation", "aria-label": group.label },
            group.label && el("div", { class: "menu-heading" }, group.label),
            group.entries.map(row),
          ),
        ),
        block.type === "input" && block.optional && clear,
      );
      setActive(keepActive);
      popup.reposition();
    };
    const load = async () => {
      const mine = ++turn;
      const waiting = setTimeout(() => mine === turn && fill(list, el("div", { class: "options-note", role: "status" }, "Loading…")), 120);
      const found = await entriesFor(ctx, block, element, search.value);
      clearTimeout(waiting);
      if (mine === turn) show(found);
    };
    let pause = 0;
    search.addEventListener("input", () => {
      clearTimeout(pause);
      if (element.type.includes("external")) pause = setTimeout(load, SEARCH_PAUSE_MS);
      else load();
    });
    search.addEventListener("keydown", (event) => {
      const steps = {
        ArrowDown: active + 1,
        ArrowUp: active - 1,
        PageDown: Math.min(active + 8, rows().length - 1),
        PageUp: Math.max(active - 8, 0),
      };
      if (event.key in steps) {
        event.preventDefault();
        setActive(steps[event.key]);
      } else if (event.key === "Enter") {
        event.preventDefault();
        rows()[active]?.click();
      } else if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        popup.close();
      } else if (event.key === "Tab") {
        popup.close();
      } else if (event.key === "Backspace" && many && !search.value && picked.length) {
        picked = picked.slice(0, -1);
        show(shown, active);
      }
    });
    search.focus();
    load();
  }

  draw();
  return frame(ctx, block, element, trigger, { wide: block.type === "input" });
}
