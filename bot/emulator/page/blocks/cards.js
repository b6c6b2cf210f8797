// card, carousel, container.

import { el } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { textObject } from "../text/render.js";
import { richText } from "../text/richtext.js";
import { renderElement } from "../elements/index.js";
import { picture } from "./image.js";

export function card(ctx, block) {
  return el(
    "article",
    { class: "card" },
    block.hero_image && picture(block.hero_image, { className: "picture hero" }),
    el(
      "div",
      { class: "card-head" },
      block.icon && picture(block.icon, { className: "picture tiny" }),
      block.slack_icon && el("span", { class: "card-icon" }, icon(block.slack_icon.name, 20)),
      el(
        "div",
        {},
        block.title && el("div", { class: "card-title" }, textObject(block.title)),
        block.subtitle && el("div", { class: "card-subtitle" }, textObject(block.subtitle)),
      ),
    ),
    block.body && el("div", { class: "card-body" }, textObject(block.body)),
    block.subtext && el("div", { class: "card-subtext" }, textObject(block.subtext)),
    block.actions?.length &&
      el(
        "div",
        { class: "actions", role: "group" },
        block.actions.map((element) => renderElement(ctx, block, element)),
      ),
  );
}

export function carousel(ctx, block) {
  const rail = el(
    "div",
    { class: "rail", tabindex: "0", role: "group", "aria-label": "Cards" },
    (block.elements ?? []).map((entry) => ctx.renderBlock(ctx, { block_id: block.block_id, type: "card", ...entry })),
  );
  const move = (way, label, mark) =>
    el(
      "button",
      {
        type: "button",
        class: "icon-button bordered",
        "aria-label": label,
        on: { click: () => rail.scrollBy({ left: way * Math.max(200, rail.clientWidth * 0.8), behavior: "smooth" }) },
      },
      icon(mark, 16),
    );
  return el(
    "div",
    { class: "carousel" },
    rail,
    (block.elements?.length ?? 0) > 1 &&
      el("div", { class: "rail-buttons" }, move(-1, "Previous cards", "caret-left"), move(1, "Next cards", "caret-right")),
  );
}

export function container(ctx, block) {
  const title = block.rich_text_title ? richText(block.rich_text_title) : el("div", {}, textObject(block.title, { block: false }));
  const head = el(
    "div",
    { class: "container-head" },
    block.icon && picture(block.icon, { className: "picture tiny" }),
    el(
      "div",
      {},
      el("div", { class: "card-title" }, title),
      block.subtitle && el("div", { class: "card-subtitle" }, textObject(block.subtitle)),
    ),
  );
  const body = el(
    "div",
    { class: "container-body" },
    (block.child_blocks ?? []).map((child) => ctx.renderBlock(ctx, child)),
  );
  const look = [
    "container",
    `width-${["narrow", "wide", "full"].includes(block.width) ? block.width : "standard"}`,
    block.has_header_divider && "ruled",
  ];
  if (!block.is_collapsible) return el("section", { class: look }, head, body);
  return el("details", { class: look, open: !block.default_collapsed }, el("summary", {}, head, icon("caret-down", 16)), body);
}
