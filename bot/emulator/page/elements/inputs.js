// plain_text_input, email, url, number, rich_text_input, file_input.

import { el, fill } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { act, attempt } from "../app/act.js";
import { encodeFile, post } from "../app/api.js";
import { textOf } from "../text/render.js";
import { fromRichText, toRichText } from "../text/compose.js";
import { dispatches, frame, naming } from "./frame.js";
import { formatBar } from "./format_bar.js";

const TYPES = { email_text_input: "email", url_text_input: "url", number_input: "text", plain_text_input: "text" };

/** Keep what is typed; tell the app on Enter or with every character when the block asks for it. */
function wire(ctx, block, element, node, toState, { multiline = false } = {}) {
  const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const say = () => {
    const { typed, ...state } = toState(node.value);
    if (dispatches(block)) act(ctx, block, element, state, { latest: true });
  };
  node.addEventListener("input", () => {
    ctx.form.set(block.block_id, element, toState(node.value));
    ctx.onChange?.(block.block_id);
    if (on.includes("on_character_entered")) say();
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    if (multiline && !(event.ctrlKey || event.metaKey)) return;
    if (dispatches(block) && on.includes("on_enter_pressed")) {
      event.preventDefault();
      say();
    } else if (!multiline) {
      event.preventDefault();
      ctx.onEnter?.();
    }
  });
}

function counter(element, node) {
  if (!element.max_length || element.max_length > 3000) return null;
  const shown = el("span", { class: "counter", "aria-hidden": "true" });
  const draw = () => {
    const left = element.max_length - node.value.length;
    shown.textContent = left < Math.min(100, element.max_length / 2) ? String(left) : "";
    shown.classList.toggle("over", left < 0);
  };
  node.addEventListener("input", draw);
  draw();
  return shown;
}

export function textInput(ctx, block, element) {
  const held = ctx.form.get(block.block_id, element).value ?? "";
  const multiline = element.type === "plain_text_input" && element.multiline === true;
  const shared = {
    class: "field",
    placeholder: textOf(element.placeholder) || null,
    autofocus: element.focus_on_load === true,
    ...naming(ctx, block, element),
    "aria-label": ctx.labelledby ? null : textOf(element.placeholder) || "Text",
  };
  const node = multiline
    ? el("textarea", { ...shared, rows: "4" })
    : el("input", {
        ...shared,
        type: TYPES[element.type] ?? "text",
        inputmode: element.type === "number_input" ? (element.is_decimal_allowed ? "decimal" : "numeric") : null,
        autocomplete: "off",
      });
  node.value = held;
  wire(ctx, block, element, node, (value) => ({ value: value === "" ? null : value }), { multiline });
  return frame(ctx, block, element, el("span", { class: "field-holder" }, node, counter(element, node)), { wide: true });
}

export function richTextInput(ctx, block, element) {
  const state = ctx.form.get(block.block_id, element);
  const node = el("textarea", {
    class: "field",
    rows: String(Math.min(20, Math.max(3, element.min_lines ?? 4))),
    placeholder: textOf(element.placeholder) || null,
    autofocus: element.focus_on_load === true,
    ...naming(ctx, block, element),
  });
  node.value = state.typed ?? fromRichText(state.rich_text_value);
  wire(ctx, block, element, node, (typed) => ({ rich_text_value: typed.trim() ? toRichText(typed) : null, typed }), { multiline: true });
  return frame(ctx, block, element, el("span", { class: "rich-input" }, formatBar(node), node), { wide: true });
}

export function fileInput(ctx, block, element) {
  const most = element.max_files ?? 10;
  const rows = el("ul", { class: "picked-files" });
  const read = () => ctx.form.get(block.block_id, element).files ?? [];
  const keep = (files) => {
    ctx.form.set(block.block_id, element, { files });
    ctx.onChange?.(block.block_id);
    draw();
  };
  const draw = () => {
    fill(
      rows,
      read().map((file) =>
        el(
          "li",
          {},
          icon("file", 16),
          el("span", {}, file.name),
          el(
            "button",
            {
              type: "button",
              class: "icon-button",
              "aria-label": `Remove ${file.name}`,
              on: { click: () => keep(read().filter((other) => other.id !== file.id)) },
            },
            icon("close", 14),
          ),
        ),
      ),
    );
  };
  const input = el("input", {
    type: "file",
    class: "file-field",
    multiple: most > 1,
    accept: element.filetypes?.map((kind) => `.${kind}`).join(",") || null,
    ...naming(ctx, block, element),
    on: {
      change: async () => {
        const chosen = [...input.files].slice(0, most - read().length);
        input.value = "";
        for (const file of chosen) {
          const answer = await attempt(async () => post("upload", { as: ctx.as, ...(await encodeFile(file)) }));
          if (answer) keep([...read(), answer.file]);
        }
      },
    },
  });
  draw();
  return frame(
    ctx,
    block,
    element,
    el("span", { class: "file-picker" }, input, el("span", { class: "hint" }, most > 1 ? `Up to ${most} files` : "One file"), rows),
    { wide: true },
  );
}
