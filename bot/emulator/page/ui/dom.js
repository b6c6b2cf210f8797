// Builds DOM nodes from plain values. Text from outside only ever becomes a text node.

const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "multiple", "hidden", "open", "indeterminate"]);
const SVG = "http://www.w3.org/2000/svg";

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === true) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

function assign(node, props) {
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined) continue;
    if (key === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (key === "style") {
      for (const [name, setting] of Object.entries(value)) node.style.setProperty(name, setting);
    } else if (key === "class") {
      node.setAttribute("class", Array.isArray(value) ? value.filter(Boolean).join(" ") : value);
    } else if (PROPERTIES.has(key)) {
      node[key] = value;
    } else if (value === true || value === false) {
      if (key.startsWith("aria-")) node.setAttribute(key, String(value));
      else if (value) node.setAttribute(key, "");
    } else {
      node.setAttribute(key, String(value));
    }
  }
}

/** An HTML element: `el("button", {class: "quiet", on: {click}}, "Send")`. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  append(node, children);
  assign(node, props);
  return node;
}

/** An SVG element; same arguments as `el`. */
export function svg(tag, props = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  append(node, children);
  assign(node, props);
  return node;
}

/** Replace what a node holds. */
export function fill(node, ...children) {
  const kept = document.createDocumentFragment();
  append(kept, children);
  node.replaceChildren(kept);
  return node;
}

const SAFE = /^(https?:|mailto:|tel:|slack:)/i;

/** The address when a browser may follow it, else null (javascript:, data: and the like). */
export function safeHref(url) {
  const text = String(url ?? "").trim();
  if (SAFE.test(text)) return text;
  if (/^(\/(?!\/)|#|\?)/.test(text)) return text;
  return null;
}

/** A link that opens outside the page; plain text when the address is not safe to follow. */
export function link(url, ...children) {
  const href = safeHref(url);
  const shown = children.length ? children : [url];
  if (!href) return el("span", { class: "unsafe-link", title: "This address is not opened" }, ...shown);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer", title: href }, ...shown);
}

let serial = 0;

/** A fresh id for label and description references. */
export function uid(prefix = "n") {
  serial += 1;
  return `${prefix}-${serial}`;
}

/** Run `task` at most once per drawn frame; a hidden page draws a few times a second. */
export function perFrame(task) {
  let waiting = false;
  const run = () => {
    waiting = false;
    task();
  };
  return () => {
    if (waiting) return;
    waiting = true;
    if (document.hidden) setTimeout(run, 250);
    else requestAnimationFrame(run);
  };
}

/** Run `task` once after what is under way now, however often it is asked for. */
export function coalesce(task) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      task();
    });
  };
}
