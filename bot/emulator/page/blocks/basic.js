// section, header, divider, context, actions, context_actions, input, rich_text, alert.

import { el, uid } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { textObject } from "../text/render.js";
import { richText } from "../text/richtext.js";
import { renderElement } from "../elements/index.js";

const LONG_TEXT = 1400;

/** Long text starts folded, as in Slack, unless the block says otherwise. */
function foldable(nodes, length, expand) {
  const body = el("div", { class: "block-text" }, nodes);
  if (expand || length <= LONG_TEXT) return body;
  body.classList.add("folded");
  const more = el(
    "button",
    {
      type: "button",
      class: "link-button",
      "aria-expanded": "false",
      on: {
        click: () => {
          const folded = body.classList.toggle("folded");
          more.textContent = folded ? "See more" : "See less";
          more.setAttribute("aria-expanded", String(!folded));
        },
      },
    },
    "See more",
  );
  return el("div", {}, body, more);
}

export function section(ctx, block) {
  const accessory = block.accessory && renderElement(ctx, block, block.accessory);
  return el(
    "div",
    { class: ["section", accessory && "with-accessory"] },
    el(
      "div",
      { class: "section-body" },
      block.text && foldable(textObject(block.text), block.text.text?.length ?? 0, block.expand === true),
      block.fields &&
        el(
          "div",
          { class: "fields" },
          block.fields.map((field) => el("div", { class: "field-text" }, textObject(field))),
        ),
    ),
    accessory && el("div", { class: "accessory" }, accessory),
  );
}

export function header(ctx, block) {
  return el("h3", { class: ["header", block.level && `header-${Number(block.level)}`] }, textObject(block.text, { block: false }));
}

export const divider = () => el("hr", { class: "divider" });

export function context(ctx, block) {
  return el(
    "div",
    { class: "context" },
    (block.elements ?? []).map((element) => renderElement(ctx, block, element)),
  );
}

export function actions(ctx, block) {
  return el(
    "div",
    { class: "actions", role: "group" },
    (block.elements ?? []).map((element) => renderElement(ctx, block, element)),
  );
}

export const contextActions = (ctx, block) =>
  el(
    "div",
    { class: "actions context-actions", role: "group" },
    (block.elements ?? []).map((element) => renderElement(ctx, block, element)),
  );

const GROUPED = new Set(["checkboxes", "radio_buttons", "file_input"]);

export function input(ctx, block) {
  const labelId = uid("label");
  const hintId = block.hint ? uid("hint") : null;
  const errorId = uid("error");
  const inner = { ...ctx, labelledby: labelId, describedby: [hintId, errorId].filter(Boolean).join(" ") };
  const label = el(
    GROUPED.has(block.element?.type) ? "div" : "label",
    { class: "input-label", id: labelId },
    textObject(block.label, { block: false }),
    block.optional && el("span", { class: "optional" }, "(optional)"),
  );
  const control = renderElement(inner, block, block.element);
  const target = control?.querySelector("input, textarea, button.select");
  if (target && label.tagName === "LABEL") {
    target.id ||= uid("field");
    label.htmlFor = target.id;
  }
  return el(
    "div",
    { class: "input-block", "data-input-block": block.block_id },
    label,
    control,
    block.hint && el("div", { class: "hint", id: hintId }, textObject(block.hint, { block: false })),
    el("div", { class: "field-error-slot", id: errorId }),
  );
}

export const richTextBlock = (ctx, block) => richText(block);

const ALERT_ICONS = { default: "bell", info: "info", warning: "warning", error: "warning", success: "check" };

export function alert(ctx, block) {
  const level = block.level in ALERT_ICONS ? block.level : "default";
  return el(
    "div",
    { class: ["alert", level], role: level === "error" || level === "warning" ? "alert" : "note" },
    icon(ALERT_ICONS[level], 18),
    el("div", { class: "alert-text" }, textObject(block.text)),
  );
}
