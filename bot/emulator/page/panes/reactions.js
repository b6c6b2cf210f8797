// Reactions under a message, and the small picker that adds one.

import { el, fill } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { openPopup } from "../ui/popup.js";
import { attempt } from "../app/act.js";
import { post } from "../app/api.js";
import { state } from "../app/store.js";
import { emoji } from "../text/render.js";
import { FREQUENT, searchEmoji } from "../text/emoji.js";
import * as directory from "../text/directory.js";

const react = (channel, ts, name, remove) => attempt(() => post("react", { as: state.as, channel, ts, name, remove }));

/** Choose an emoji; `onPick(name)`. */
export function pickEmoji(anchor, onPick) {
  const search = el("input", {
    class: "field",
    placeholder: "Find an emoji",
    "aria-label": "Find an emoji",
    autocomplete: "off",
    "data-testid": "emoji-search",
  });
  const grid = el("div", { class: "emoji-grid", role: "listbox", "aria-label": "Emoji" });
  const popup = openPopup(anchor, el("div", { class: "emoji-picker" }, search, grid), { align: "end" });
  const draw = () => {
    const names = search.value.trim() ? searchEmoji(search.value.trim(), 32) : FREQUENT;
    fill(
      grid,
      names.map((name) =>
        el(
          "button",
          {
            type: "button",
            class: "emoji-choice",
            role: "option",
            "aria-selected": "false",
            "aria-label": name,
            title: `:${name}:`,
            "data-testid": `emoji-${name}`,
            on: {
              click: () => {
                popup.close();
                onPick(name);
              },
            },
          },
          emoji(name),
        ),
      ),
      !names.length && el("span", { class: "hint" }, "No emoji of that name"),
    );
    popup.reposition();
  };
  search.addEventListener("input", draw);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      grid.querySelector("button")?.click();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      grid.querySelector("button")?.focus();
    }
  });
  grid.addEventListener("keydown", (event) => {
    const all = [...grid.querySelectorAll("button")];
    const at = all.indexOf(document.activeElement);
    const columns = 8;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (!step) return;
    event.preventDefault();
    if (at + step < 0) search.focus();
    else all[Math.min(all.length - 1, at + step)]?.focus();
  });
  draw();
  search.focus();
}

export function openReactionPicker(anchor, channel, message) {
  pickEmoji(anchor, (name) => react(channel, message.ts, name, false));
}

export function reactionRow(channel, message) {
  if (!message.reactions?.length) return null;
  return el(
    "div",
    { class: "reactions" },
    message.reactions.map((entry) => {
      const mine = (entry.users ?? []).includes(state.as);
      const names = (entry.users ?? []).map((id) => directory.userName(id)).join(", ");
      return el(
        "button",
        {
          type: "button",
          class: ["reaction", mine && "mine"],
          "aria-pressed": mine,
          "aria-label": `${entry.name}, ${entry.count ?? entry.users?.length ?? 0}: ${names}`,
          title: `${names} reacted with :${entry.name}:`,
          "data-testid": `reaction-${entry.name}`,
          on: { click: () => react(channel, message.ts, entry.name, mine) },
        },
        emoji(entry.name),
        el("span", {}, String(entry.count ?? entry.users?.length ?? 0)),
      );
    }),
    el(
      "button",
      {
        type: "button",
        class: "reaction add",
        "aria-label": "Add a reaction",
        "data-testid": "react-more",
        on: { click: (event) => openReactionPicker(event.currentTarget, channel, message) },
      },
      icon("smile", 15),
    ),
  );
}
