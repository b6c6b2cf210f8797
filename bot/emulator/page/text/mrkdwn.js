// Slack's mrkdwn as a tree. Pure: text in, nodes out; nothing here touches the page.
//
// Blocks:  {t:"p", c}, {t:"quote", c:[blocks]}, {t:"pre", v}
// Inline:  {t:"text", v}, {t:"b"|"i"|"s", c}, {t:"code", v}, {t:"br"}, {t:"emoji", name, skin},
//          {t:"link", url, label}, {t:"user"|"channel"|"group", id, label}, {t:"broadcast", range},
//          {t:"date", ts, format, url, fallback}

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** Undo the three escapes that Slack's wire format knows. */
export function unescape(text) {
  return text.replace(/&(amp|lt|gt);/g, (entity) => ENTITIES[entity]);
}

/** Write the three escapes, so that typed text cannot become a mention or a link. */
export function escape(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

const MARKS = { "*": "b", _: "i", "~": "s" };
const WORD = /[\p{L}\p{N}]/u;
const EMOJI = /^:([a-z0-9_+'-]{1,100})(?:::skin-tone-([2-6]))?:/;
const BARE_URL = /^https?:\/\/[^\s<>|]+/i;

function special(inner) {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? null : unescape(inner.slice(bar + 1));
  const head = target[0];
  if (head === "@") return /^@[A-Z0-9]+$/.test(target) ? { t: "user", id: target.slice(1), label } : null;
  if (head === "#") return /^#[A-Z0-9]+$/.test(target) ? { t: "channel", id: target.slice(1), label } : null;
  if (head === "!") return command(target.slice(1), label);
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return { t: "link", url: unescape(target), label };
  return null;
}

function command(body, label) {
  if (["here", "channel", "everyone"].includes(body)) return { t: "broadcast", range: body };
  const [kind, ...rest] = body.split("^");
  if (kind === "subteam" && rest[0]) return { t: "group", id: rest[0], label };
  if (kind === "date" && rest.length >= 2) {
    return { t: "date", ts: Number(rest[0]), format: unescape(rest[1]), url: rest[2] ? unescape(rest[2]) : null, fallback: label ?? "" };
  }
  return label === null ? null : { t: "text", v: label };
}

function closing(text, start, mark) {
  for (let i = start; i < text.length; i += 1) {
    if (text[i] === "`") {
      const end = text.indexOf("`", i + 1);
      if (end > 0) i = end;
    } else if (text[i] === "<") {
      const end = text.indexOf(">", i + 1);
      if (end > 0) i = end;
    } else if (text[i] === mark) {
      const before = text[i - 1];
      const after = text[i + 1];
      if (i > start && !/\s/.test(before) && !(after && (WORD.test(after) || after === mark))) return i;
    }
  }
  return -1;
}

function trimUrl(url) {
  let end = url.length;
  while (end > 0 && /[.,;:!?'")\]*_~]/.test(url[end - 1])) {
    if (url[end - 1] === ")" && url.slice(0, end).includes("(")) break;
    end -= 1;
  }
  return url.slice(0, end);
}

/** Inline nodes of one line. `verbatim` leaves bare addresses alone. */
export function inline(text, { verbatim = false } = {}) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push({ t: "text", v: unescape(plain) });
    plain = "";
  };
  const put = (node, length) => {
    flush();
    nodes.push(node);
    return length;
  };
  let i = 0;
  while (i < text.length) {
    const c = text[i];
    const before = i > 0 ? text[i - 1] : "";
    let used = 0;
    if (c === "<") {
      const end = text.indexOf(">", i);
      const node = end > 0 ? special(text.slice(i + 1, end)) : null;
      if (node) used = put(node, end - i + 1);
    } else if (c === "`") {
      const end = text.indexOf("`", i + 1);
      if (end > i + 1) used = put({ t: "code", v: unescape(text.slice(i + 1, end)) }, end - i + 1);
    } else if (MARKS[c] && !WORD.test(before) && before !== c && text[i + 1] && !/\s/.test(text[i + 1]) && text[i + 1] !== c) {
      const end = closing(text, i + 1, c);
      if (end > 0) used = put({ t: MARKS[c], c: inline(text.slice(i + 1, end), { verbatim }) }, end - i + 1);
    } else if (c === ":") {
      const match = EMOJI.exec(text.slice(i, i + 130));
      if (match && !/^\d+$/.test(match[1]))
        used = put({ t: "emoji", name: match[1], skin: match[2] ? Number(match[2]) : null }, match[0].length);
    } else if ((c === "h" || c === "H") && !verbatim && !WORD.test(before)) {
      const match = BARE_URL.exec(text.slice(i));
      const url = match ? trimUrl(match[0]) : "";
      if (url.length > 8) used = put({ t: "link", url: unescape(url), label: null }, url.length);
    }
    if (used) i += used;
    else {
      plain += c;
      i += 1;
    }
  }
  flush();
  return nodes;
}

function lines(rows, options) {
  const nodes = [];
  rows.forEach((row, index) => {
    if (index) nodes.push({ t: "br" });
    nodes.push(...inline(row, options));
  });
  return nodes;
}

const QUOTE = /^(?:>|&gt;) ?/;
const QUOTE_REST = /^(?:>>>|&gt;&gt;&gt;) ?/;

function paragraphs(text, options) {
  const blocks = [];
  const rows = text.split("\n");
  let kind = null;
  let held = [];
  const close = () => {
    if (kind === "quote") blocks.push({ t: "quote", c: [{ t: "p", c: lines(held, options) }] });
    if (kind === "p") blocks.push({ t: "p", c: lines(held, options) });
    kind = null;
    held = [];
  };
  for (let i = 0; i < rows.length; i += 1) {
    if (QUOTE_REST.test(rows[i])) {
      close();
      const rest = [rows[i].replace(QUOTE_REST, ""), ...rows.slice(i + 1)];
      blocks.push({ t: "quote", c: [{ t: "p", c: lines(rest, options) }] });
      return blocks;
    }
    const quoted = QUOTE.test(rows[i]);
    const now = quoted ? "quote" : "p";
    if (now !== kind) close();
    kind = now;
    held.push(quoted ? rows[i].replace(QUOTE, "") : rows[i]);
  }
  close();
  return blocks;
}

/** The blocks of a mrkdwn text. */
export function parse(text, options = {}) {
  const blocks = [];
  const parts = String(text ?? "").split("```");
  parts.forEach((part, index) => {
    const fenced = index % 2 === 1 && index < parts.length - 1;
    if (fenced) {
      const body = unescape(part.replace(/^\n/, "").replace(/\n$/, ""));
      if (body) blocks.push({ t: "pre", v: body });
      return;
    }
    let body = index % 2 === 1 ? "```" + part : part;
    if (index > 0 && index % 2 === 0) body = body.replace(/^\n/, "");
    if (index < parts.length - 2) body = body.replace(/\n$/, "");
    if (body) blocks.push(...paragraphs(body, options));
  });
  return blocks;
}
