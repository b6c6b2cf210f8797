// rich_text blocks as elements. Text elements are literal: no formatting, mention or link comes out of them.

import { el, link } from "../ui/dom.js";
import { emoji, userMention, channelMention, groupMention, broadcast, dateText } from "./render.js";
import * as directory from "./directory.js";
import { emojiFor } from "./emoji.js";

function styled(node, style) {
  if (!style) return node;
  let held = node;
  if (style.code) held = el("code", {}, held);
  if (style.bold) held = el("strong", {}, held);
  if (style.italic) held = el("em", {}, held);
  if (style.strike) held = el("s", {}, held);
  if (style.underline) held = el("u", {}, held);
  if (style.highlight || style.client_highlight) held = el("mark", {}, held);
  return held;
}

function literal(text) {
  const rows = String(text ?? "").split("\n");
  return rows.flatMap((row, index) => (index ? [el("br"), row] : [row]));
}

function emojiElement(item) {
  if (!emojiFor(item.name) && item.unicode) {
    const points = item.unicode
      .split("-")
      .map((code) => parseInt(code, 16))
      .filter((code) => code > 0 && code <= 0x10ffff);
    return el("span", { class: "emoji", role: "img", "aria-label": item.name }, String.fromCodePoint(...points));
  }
  return emoji(item.name, item.skin_tone ?? null);
}

function swatch(value) {
  const safe = /^#[0-9a-f]{3,8}$/i.test(value);
  return el("span", { class: "color-value" }, safe && el("span", { class: "swatch", style: { background: value } }), el("code", {}, value));
}

function part(item) {
  switch (item.type) {
    case "text":
      return styled(el("span", {}, literal(item.text)), item.style);
    case "link":
      return styled(link(item.url, item.text || item.url), item.style);
    case "user":
      return styled(userMention(item.user_id), item.style);
    case "channel":
      return styled(channelMention(item.channel_id), item.style);
    case "usergroup":
      return styled(groupMention(item.usergroup_id), item.style);
    case "broadcast":
      return broadcast(item.range);
    case "team":
      return el("span", { class: "mention" }, `@${directory.team()?.id === item.team_id ? directory.team().name : item.team_id}`);
    case "emoji":
      return styled(emojiElement(item), item.style);
    case "color":
      return swatch(String(item.value));
    case "date":
      return styled(
        dateText({ ts: Number(item.timestamp), format: item.format ?? "{date} {time}", url: item.url, fallback: item.fallback ?? "" }),
        item.style,
      );
    default:
      return el("code", { class: "unknown-part" }, `${item.type ?? "?"}: ${JSON.stringify(item)}`);
  }
}

const parts = (items) => (items ?? []).map(part);

function plainOf(items) {
  return (items ?? []).map((item) => item.text ?? item.url ?? (item.name ? `:${item.name}:` : "")).join("");
}

function list(item) {
  const ordered = item.style === "ordered";
  const indent = Math.min(8, Number(item.indent) || 0);
  return el(
    ordered ? "ol" : "ul",
    {
      class: ["rich-list", `level-${indent % 3}`, item.border && "bordered"],
      style: { "--indent": indent },
      start: ordered && item.offset ? Number(item.offset) + 1 : null,
    },
    (item.elements ?? []).map((entry) => el("li", {}, entry.type === "rich_text_section" ? parts(entry.elements) : section(entry))),
  );
}

function section(item) {
  switch (item.type) {
    case "rich_text_section":
      return el("div", { class: "rich-section" }, parts(item.elements));
    case "rich_text_list":
      return list(item);
    case "rich_text_quote":
      return el("blockquote", { class: item.border ? "bordered" : null }, parts(item.elements));
    case "rich_text_preformatted":
      return el("pre", { class: item.border ? "bordered" : null, "data-language": item.language }, plainOf(item.elements));
    default:
      return part(item);
  }
}

/** The elements of a rich_text block. */
export function richText(block) {
  return el("div", { class: "rich-text" }, (block?.elements ?? []).map(section));
}

/** The same as one line of text, for tables, sorting and labels. */
export function richTextPlain(block) {
  const walk = (item) =>
    item.elements
      ? item.elements.map(walk).join("")
      : (item.text ?? item.url ?? (item.name ? `:${item.name}:` : item.user_id ? directory.userName(item.user_id) : ""));
  return (block?.elements ?? []).map(walk).join(" ");
}
