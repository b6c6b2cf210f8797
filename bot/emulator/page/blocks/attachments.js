// Secondary attachments: a coloured bar beside blocks, or beside the older title, text and fields.

import { el, link } from "../ui/dom.js";
import { mrkdwn, mrkdwnInline } from "../text/render.js";
import { renderBlocks } from "./index.js";
import { picture } from "./image.js";

const NAMED = { good: "#2f8f5b", warning: "#c98a1b", danger: "#b3402f" };

function one(ctx, item) {
  const color = NAMED[item.color] ?? (/^#?[0-9a-f]{6}$/i.test(item.color ?? "") ? `#${item.color.replace("#", "")}` : null);
  const known =
    item.blocks ||
    item.text ||
    item.title ||
    item.fields ||
    item.pretext ||
    item.image_url ||
    item.thumb_url ||
    item.footer ||
    item.author_name;
  return el(
    "div",
    { class: "attachment" },
    item.pretext && el("div", {}, mrkdwn(item.pretext)),
    el(
      "div",
      { class: "attachment-body", style: color ? { "--bar": color } : {} },
      item.author_name && el("div", { class: "hint" }, item.author_link ? link(item.author_link, item.author_name) : item.author_name),
      item.title &&
        el(
          "div",
          { class: "attachment-title" },
          item.title_link ? link(item.title_link, mrkdwnInline(item.title)) : mrkdwnInline(item.title),
        ),
      item.text && el("div", {}, mrkdwn(item.text)),
      item.blocks && renderBlocks({ ...ctx, blocks: item.blocks }, item.blocks),
      item.fields?.length &&
        el(
          "div",
          { class: "fields" },
          item.fields.map((field) =>
            el(
              "div",
              { class: ["field-text", !field.short && "long"] },
              el("strong", {}, mrkdwnInline(field.title)),
              mrkdwn(String(field.value ?? "")),
            ),
          ),
        ),
      item.image_url && picture({ image_url: item.image_url, alt_text: item.fallback }),
      item.thumb_url && picture({ image_url: item.thumb_url, alt_text: item.fallback }, { className: "picture small" }),
      item.footer && el("div", { class: "hint" }, item.footer),
      item.actions?.length && el("div", { class: "hint" }, "Legacy attachment buttons are not run here; use blocks."),
      !known && el("div", {}, mrkdwn(item.fallback ?? "")),
    ),
  );
}

export const attachments = (ctx, items) =>
  el(
    "div",
    { class: "attachments" },
    items.map((item) => one(ctx, item)),
  );
