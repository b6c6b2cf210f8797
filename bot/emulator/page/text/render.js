// Text nodes as elements: mrkdwn, plain text, mentions, dates, emoji.

import { el, link } from "../ui/dom.js";
import { parse, unescape, inline } from "./mrkdwn.js";
import { canDraw, emojiFor } from "./emoji.js";
import { fillTokens, fullTime } from "./dates.js";
import * as directory from "./directory.js";

const TAGS = { b: "strong", i: "em", s: "s" };

/** One emoji; its name stays readable when we have no character for it. */
export function emoji(name, skin = null) {
  const found = emojiFor(name, skin);
  if (!found || !canDraw(found)) return el("span", { class: "emoji-name", title: found }, `:${name}:`);
  return el("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, found);
}

export function userMention(id, label = null) {
  const mine = directory.me()?.id === id;
  return el("span", { class: ["mention", mine && "mention-me"], "data-user": id }, `@${directory.userName(id, label)}`);
}

export function channelMention(id, label = null) {
  return el("a", { class: "mention", href: `?channel=${id}`, "data-channel-link": id }, `#${directory.channelName(id, label)}`);
}

export function groupMention(id, label = null) {
  const found = directory.group(id);
  const name = found?.handle ?? label?.replace(/^@/, "") ?? id;
  const mine = found?.users?.includes(directory.me()?.id);
  return el("span", { class: ["mention", mine && "mention-me"], "data-group": id }, `@${name}`);
}

export function broadcast(range) {
  return el("span", { class: "mention mention-me" }, `@${range}`);
}

export function dateText({ ts, format, url, fallback }) {
  const zone = directory.zone();
  const shown = Number.isFinite(ts) ? fillTokens(format, ts, zone, directory.now()) : fallback;
  const node = el("time", { title: Number.isFinite(ts) ? fullTime(ts, zone) : null }, shown);
  return url ? link(url, node) : node;
}

function node(item) {
  switch (item.t) {
    case "text":
      return document.createTextNode(item.v);
    case "br":
      return el("br");
    case "b":
    case "i":
    case "s":
      return el(TAGS[item.t], {}, item.c.map(node));
    case "code":
      return el("code", {}, item.v);
    case "emoji":
      return emoji(item.name, item.skin);
    case "link":
      return link(item.url, item.label ?? item.url.replace(/^mailto:/, ""));
    case "user":
      return userMention(item.id, item.label);
    case "channel":
      return channelMention(item.id, item.label);
    case "group":
      return groupMention(item.id, item.label);
    case "broadcast":
      return broadcast(item.range);
    case "date":
      return dateText(item);
    default:
      return null;
  }
}

function block(item) {
  if (item.t === "pre") return el("pre", {}, item.v);
  if (item.t === "quote") return el("blockquote", {}, item.c.map(block));
  return el("div", { class: "line" }, item.c.map(node));
}

/** mrkdwn as elements. */
export function mrkdwn(text, options) {
  return parse(text, options).map(block);
}

/** mrkdwn without paragraphs, for titles and buttons. */
export function mrkdwnInline(text, options) {
  return inline(String(text ?? "").replaceAll("\n", " "), options).map(node);
}

/** Plain text: emoji names become emoji, line breaks stay, nothing else has a meaning. */
export function plain(text, withEmoji = true) {
  const decoded = unescape(String(text ?? ""));
  if (!withEmoji) return [decoded];
  const parts = decoded.split(/(:[a-z0-9_+'-]+:(?::skin-tone-[2-6]:)?)/);
  return parts.map((part, index) => {
    if (index % 2 === 0) return part;
    const match = /^:([a-z0-9_+'-]+):(?::skin-tone-([2-6]):)?$/.exec(part);
    return emojiFor(match[1]) ? emoji(match[1], match[2] ? Number(match[2]) : null) : part;
  });
}

/** A text object of Block Kit, or a bare string, as elements. */
export function textObject(object, { block: asBlock = true } = {}) {
  if (object === null || object === undefined) return [];
  if (typeof object === "string") return plain(object);
  if (object.type === "mrkdwn") {
    const options = { verbatim: object.verbatim === true };
    return asBlock ? mrkdwn(object.text, options) : mrkdwnInline(object.text, options);
  }
  return plain(object.text, object.emoji !== false);
}

/** The same as a string, for labels. */
export function textOf(object) {
  if (object === null || object === undefined) return "";
  return unescape(typeof object === "string" ? object : (object.text ?? ""));
}
