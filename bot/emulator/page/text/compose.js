// From what a person typed to what Slack sends: mentions by id, everything else escaped; and to rich_text.

import { escape, parse, unescape } from "./mrkdwn.js";
import * as directory from "./directory.js";

const NAMED = /(^|[^\p{L}\p{N}_/])([@#])([\p{L}\p{N}][\p{L}\p{N}._-]*)/gu;

function person(name) {
  const wanted = name.toLowerCase();
  const found = directory.users().find((user) => user.name?.toLowerCase() === wanted || directory.userName(user).toLowerCase() === wanted);
  if (found) return `<@${found.id}>`;
  const group = directory.groups().find((entry) => entry.handle?.toLowerCase() === wanted);
  if (group) return `<!subteam^${group.id}|@${group.handle}>`;
  return ["here", "channel", "everyone"].includes(wanted) ? `<!${wanted}>` : null;
}

function place(name) {
  const found = directory.channels().find((entry) => !entry.is_im && entry.name === name.toLowerCase());
  return found ? `<#${found.id}|${found.name}>` : null;
}

/** The wire text of a typed message: "@bo" becomes a mention, "<!channel>" typed by hand stays words. */
function toWire(typed) {
  const spans = typed.split(/(```[\s\S]*?```|`[^`\n]+`)/);
  return spans
    .map((span, index) => {
      if (index % 2) return escape(span);
      return escape(span).replace(NAMED, (whole, before, sign, name) => {
        let word = name;
        let tail = "";
        while (word) {
          const found = sign === "@" ? person(word) : place(word);
          if (found) return before + found + tail;
          const last = word[word.length - 1];
          if (!/[._-]/.test(last)) break;
          word = word.slice(0, -1);
          tail = last + tail;
        }
        return whole;
      });
    })
    .join("");
}

function leaf(item, style) {
  const styled = Object.keys(style).length ? { style } : {};
  switch (item.t) {
    case "text":
      return [{ type: "text", text: item.v, ...styled }];
    case "br":
      return [{ type: "text", text: "\n" }];
    case "code":
      return [{ type: "text", text: item.v, style: { ...style, code: true } }];
    case "b":
      return item.c.flatMap((child) => leaf(child, { ...style, bold: true }));
    case "i":
      return item.c.flatMap((child) => leaf(child, { ...style, italic: true }));
    case "s":
      return item.c.flatMap((child) => leaf(child, { ...style, strike: true }));
    case "emoji":
      return [{ type: "emoji", name: item.name, ...styled }];
    case "link":
      return [{ type: "link", url: item.url, ...(item.label ? { text: item.label } : {}), ...styled }];
    case "user":
      return [{ type: "user", user_id: item.id, ...styled }];
    case "channel":
      return [{ type: "channel", channel_id: item.id, ...styled }];
    case "group":
      return [{ type: "usergroup", usergroup_id: item.id, ...styled }];
    case "broadcast":
      return [{ type: "broadcast", range: item.range }];
    default:
      return [];
  }
}

const LIST = /^(?:([-•*])|(\d+)[.)])\s+(.*)$/;

function listOrSection(text) {
  const rows = text.split("\n");
  const made = [];
  let held = [];
  let kind = null;
  const close = () => {
    if (!held.length) return;
    if (kind === "p") made.push({ type: "rich_text_section", elements: elementsOf(held.join("\n")) });
    else
      made.push({
        type: "rich_text_list",
        style: kind,
        indent: 0,
        elements: held.map((row) => ({ type: "rich_text_section", elements: elementsOf(row) })),
      });
    held = [];
  };
  for (const row of rows) {
    const match = LIST.exec(row);
    const now = match ? (match[1] ? "bullet" : "ordered") : "p";
    if (now !== kind) close();
    kind = now;
    held.push(match ? match[3] : row);
  }
  close();
  return made;
}

const elementsOf = (wire) => parse(wire).flatMap((block) => (block.c ?? [{ t: "text", v: block.v }]).flatMap((item) => leaf(item, {})));

/** A rich_text block of a typed text, the way a client sends it. */
export function toRichText(typed) {
  const elements = [];
  const parts = typed.split("```");
  parts.forEach((part, index) => {
    if (index % 2 === 1 && index < parts.length - 1) {
      elements.push({ type: "rich_text_preformatted", elements: [{ type: "text", text: part.replace(/^\n|\n$/g, "") }] });
      return;
    }
    const body = (index % 2 ? "```" + part : part).replace(/^\n|\n$/g, "");
    if (!body) return;
    let run = [];
    let quoted = null;
    const close = () => {
      if (!run.length) return;
      const text = toWire(run.join("\n"));
      if (quoted) elements.push({ type: "rich_text_quote", elements: elementsOf(text) });
      else elements.push(...listOrSection(text));
      run = [];
    };
    for (const row of body.split("\n")) {
      const now = /^> ?/.test(row);
      if (now !== quoted) close();
      quoted = now;
      run.push(now ? row.replace(/^> ?/, "") : row);
    }
    close();
  });
  return { type: "rich_text", block_id: crypto.randomUUID().slice(0, 8), elements };
}

/** Typed text that gives this rich_text again, for editing what a field holds. */
export function fromRichText(block) {
  const piece = (item) => {
    const style = item.style ?? {};
    let text = item.text ?? "";
    if (item.type === "user") text = `@${directory.user(item.user_id)?.name ?? item.user_id}`;
    if (item.type === "channel") text = `#${directory.channelName(item.channel_id)}`;
    if (item.type === "usergroup") text = `@${directory.group(item.usergroup_id)?.handle ?? item.usergroup_id}`;
    if (item.type === "broadcast") text = `@${item.range}`;
    if (item.type === "emoji") text = `:${item.name}:`;
    if (item.type === "link") text = item.url;
    if (style.code) text = `\`${text}\``;
    if (style.bold) text = `*${text}*`;
    if (style.italic) text = `_${text}_`;
    if (style.strike) text = `~${text}~`;
    return text;
  };
  const line = (items) => (items ?? []).map(piece).join("");
  return (block?.elements ?? [])
    .map((item) => {
      if (item.type === "rich_text_preformatted") return "```\n" + (item.elements ?? []).map((e) => e.text ?? "").join("") + "\n```";
      if (item.type === "rich_text_quote")
        return line(item.elements)
          .split("\n")
          .map((row) => `> ${row}`)
          .join("\n");
      if (item.type === "rich_text_list")
        return (item.elements ?? []).map((row, i) => `${item.style === "ordered" ? `${i + 1}.` : "-"} ${line(row.elements)}`).join("\n");
      return line(item.elements);
    })
    .join("\n");
}

/** What a message says in one short line, for previews and labels. */
export function snippet(message, length = 120) {
  const wire = String(message?.text ?? "")
    .replace(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id) => `@${directory.userName(id)}`)
    .replace(/<#([A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id) => `#${directory.channelName(id)}`)
    .replace(/<([^|>]+)\|([^>]+)>/g, "$2")
    .replace(/<(https?:[^>]+)>/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
  const text = unescape(wire);
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
