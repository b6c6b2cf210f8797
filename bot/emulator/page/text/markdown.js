// Standard Markdown of the markdown block, as elements. No HTML passes: tags stay text.

import { el, link } from "../ui/dom.js";
import { emoji } from "./render.js";

const ESCAPABLE = /[\\`*_{}[\]()#+\-.!|>~<]/;

function matchLink(text, start) {
  let depth = 0;
  for (let i = start; i < text.length; i += 1) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === "[") depth += 1;
    else if (text[i] === "]") {
      depth -= 1;
      if (depth === 0) {
        const match = /^\(\s*<?([^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s+"[^"]*")?\s*\)/.exec(text.slice(i + 1));
        return match ? { label: text.slice(start + 1, i), url: match[1], end: i + 1 + match[0].length } : null;
      }
    }
  }
  return null;
}

function inline(text) {
  const nodes = [];
  let held = "";
  const put = (node) => {
    if (held) nodes.push(held);
    held = "";
    nodes.push(node);
  };
  for (let i = 0; i < text.length;) {
    const rest = text.slice(i);
    const c = text[i];
    let match;
    if (c === "\\" && ESCAPABLE.test(text[i + 1] ?? "")) {
      held += text[i + 1];
      i += 2;
    } else if (c === "`" && (match = /^(`+)([\s\S]*?[^`])\1(?!`)/.exec(rest))) {
      put(el("code", {}, match[2].trim()));
      i += match[0].length;
    } else if ((match = /^(\*\*|__)(?=\S)([\s\S]*?\S)\1/.exec(rest))) {
      put(el("strong", {}, inline(match[2])));
      i += match[0].length;
    } else if ((match = /^~~(?=\S)([\s\S]*?\S)~~/.exec(rest))) {
      put(el("s", {}, inline(match[1])));
      i += match[0].length;
    } else if (
      (match = /^\*(?=[^\s*])([\s\S]*?[^\s*])\*(?!\*)/.exec(rest)) ||
      (!/\w/.test(text[i - 1] ?? "") && (match = /^_(?=[^\s_])([\s\S]*?[^\s_])_(?!\w)/.exec(rest)))
    ) {
      put(el("em", {}, inline(match[1])));
      i += match[0].length;
    } else if ((c === "[" || (c === "!" && text[i + 1] === "[")) && (match = matchLink(text, c === "!" ? i + 1 : i))) {
      put(link(match.url, inline(match.label)));
      i = match.end;
    } else if (c === "<" && (match = /^<(https?:\/\/[^\s>]+|mailto:[^\s>]+)>/.exec(rest))) {
      put(link(match[1]));
      i += match[0].length;
    } else if (c === "h" && !/\w/.test(text[i - 1] ?? "") && (match = /^https?:\/\/[^\s<>]*[^\s<>.,;:!?'")\]*_]/.exec(rest))) {
      put(link(match[0]));
      i += match[0].length;
    } else if (c === ":" && (match = /^:([a-z][a-z0-9_+-]*):/.exec(rest))) {
      put(emoji(match[1]));
      i += match[0].length;
    } else if (c === "\n") {
      put(el("br"));
      i += 1;
    } else {
      held += c;
      i += 1;
    }
  }
  if (held) nodes.push(held);
  return nodes;
}

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;
const FENCE = /^\s*(```|~~~)\s*([\w+-]*)\s*$/;
const RULE = /^\s*([-*_])(\s*\1){2,}\s*$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

const cells = (row) =>
  row
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));

function table(rows) {
  const aligns = cells(rows[1]).map((rule) => (/^:.*:$/.test(rule) ? "center" : rule.endsWith(":") ? "right" : "left"));
  const row = (text, tag) =>
    el(
      "tr",
      {},
      cells(text).map((cell, i) => el(tag, { class: `align-${aligns[i] ?? "left"}` }, inline(cell))),
    );
  return el(
    "div",
    { class: "table-scroll" },
    el(
      "table",
      {},
      el("thead", {}, row(rows[0], "th")),
      el(
        "tbody",
        {},
        rows.slice(2).map((text) => row(text, "td")),
      ),
    ),
  );
}

function list(rows) {
  const first = ITEM.exec(rows[0]);
  const depth = first[1].length;
  const ordered = /\d/.test(first[2]);
  const items = [];
  for (const row of rows) {
    const match = ITEM.exec(row);
    if (match && match[1].length <= depth) items.push({ text: match[3], inner: [] });
    else items[items.length - 1].inner.push(row);
  }
  return el(
    ordered ? "ol" : "ul",
    { start: ordered && parseInt(first[2], 10) !== 1 ? parseInt(first[2], 10) : null },
    items.map(({ text, inner }) => {
      const task = /^\[([ xX])\]\s+(.*)$/.exec(text);
      const lead = task
        ? [
            el("input", { type: "checkbox", checked: task[1] !== " ", disabled: true, "aria-label": task[1] === " " ? "Open" : "Done" }),
            " ",
            inline(task[2]),
          ]
        : inline(text);
      const nested = inner.findIndex((row) => ITEM.test(row));
      const tail = nested < 0 ? inner : inner.slice(0, nested);
      return el(
        "li",
        {},
        lead,
        tail.length > 0 && [" ", inline(tail.map((row) => row.trim()).join(" "))],
        nested >= 0 && list(inner.slice(nested)),
      );
    }),
  );
}

/** The elements of a Markdown text. */
export function markdown(text) {
  const rows = text.replaceAll("\r\n", "\n").split("\n");
  const made = [];
  let i = 0;
  const take = (test) => {
    const from = i;
    while (i < rows.length && test(rows[i])) i += 1;
    return rows.slice(from, i);
  };
  while (i < rows.length) {
    const row = rows[i];
    const fence = FENCE.exec(row);
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(row);
    if (!row.trim()) i += 1;
    else if (fence) {
      i += 1;
      const body = take((line) => line.trim() !== fence[1]);
      i += 1;
      made.push(el("pre", { "data-language": fence[2] || null }, body.join("\n")));
    } else if (heading) {
      i += 1;
      made.push(el(`h${Math.min(6, heading[1].length + 2)}`, { class: `md-h${heading[1].length}` }, inline(heading[2])));
    } else if (RULE.test(row)) {
      i += 1;
      made.push(el("hr", { class: "divider" }));
    } else if (/^\s*>/.test(row)) {
      const body = take((line) => /^\s*>/.test(line));
      made.push(el("blockquote", {}, markdown(body.map((line) => line.replace(/^\s*> ?/, "")).join("\n"))));
    } else if (ITEM.test(row)) {
      made.push(list(take((line) => line.trim() !== "" && (ITEM.test(line) || /^\s+/.test(line)))));
    } else if (row.includes("|") && TABLE_RULE.test(rows[i + 1] ?? "") && (rows[i + 1] ?? "").includes("-")) {
      made.push(table(take((line) => line.includes("|"))));
    } else {
      const from = i;
      i += 1;
      while (
        i < rows.length &&
        rows[i].trim() &&
        !FENCE.test(rows[i]) &&
        !ITEM.test(rows[i]) &&
        !/^(#{1,6}\s|\s*>)/.test(rows[i]) &&
        !RULE.test(rows[i])
      )
        i += 1;
      made.push(el("p", {}, inline(rows.slice(from, i).join("\n"))));
    }
  }
  return made;
}
