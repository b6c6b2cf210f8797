// checkboxes and radio_buttons.

import { el, uid } from "../ui/dom.js";
import { confirmDialog } from "../ui/confirm.js";
import { textObject } from "../text/render.js";
import { changed, frame, naming } from "./frame.js";

function choice(ctx, block, element, option, kind, name, checked, onChange) {
  const id = uid("choice");
  return el(
    "label",
    { class: "choice", for: id },
    el("input", { type: kind, id, name, checked, value: option.value, "data-testid": `option-${option.value}`, on: { change: onChange } }),
    el(
      "span",
      { class: "choice-text" },
      el("span", {}, textObject(option.text, { block: false })),
      option.description && el("span", { class: "choice-description" }, textObject(option.description, { block: false })),
    ),
  );
}

/** Ask first when the element wants it; an answer of "no" puts the old choice back. */
async function settle(ctx, block, element, state, restore) {
  if (element.confirm && !(await confirmDialog(element.confirm))) return restore();
  return changed(ctx, block, { ...element, confirm: undefined }, state);
}

export function checkboxes(ctx, block, element) {
  const group = el("div", { role: "group", class: "choices", ...naming(ctx, block, element) });
  const draw = () => {
    const held = new Set(ctx.form.get(block.block_id, element).selected_options.map((option) => option.value));
    group.replaceChildren(
      ...(element.options ?? []).map((option) =>
        choice(ctx, block, element, option, "checkbox", null, held.has(option.value), () => {
          const ticked = new Set([...group.querySelectorAll("input:checked")].map((box) => box.value));
          settle(ctx, block, element, { selected_options: element.options.filter((entry) => ticked.has(entry.value)) }, draw);
        }),
      ),
    );
  };
  draw();
  return frame(ctx, block, element, group, { wide: true });
}

export function radioButtons(ctx, block, element) {
  const name = uid("radio");
  const group = el("div", { role: "radiogroup", class: "choices", ...naming(ctx, block, element) });
  const draw = () => {
    const held = ctx.form.get(block.block_id, element).selected_option?.value;
    group.replaceChildren(
      ...(element.options ?? []).map((option) =>
        choice(ctx, block, element, option, "radio", name, held === option.value, () =>
          settle(ctx, block, element, { selected_option: option }, draw),
        ),
      ),
    );
  };
  draw();
  return frame(ctx, block, element, group, { wide: true });
}
