// Short notices at the edge of the page.

import { el } from "./dom.js";
import { icon } from "./icons.js";

let rack = null;

/** Say something once; errors stay longer and are read out at once. */
export function toast(text, { level = "info", seconds = level === "error" ? 9 : 4 } = {}) {
  if (!rack) {
    rack = el("div", { class: "toasts" });
    document.body.append(rack);
  }
  const node = el(
    "div",
    { class: ["toast", level], role: level === "error" ? "alert" : "status", "data-testid": "toast" },
    icon(level === "error" ? "warning" : "info", 16),
    el("span", {}, text),
    el("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", on: { click: () => node.remove() } }, icon("close", 14)),
  );
  const holder = [...document.querySelectorAll("dialog[open]")].pop() ?? document.body;
  holder.append(rack);
  rack.append(node);
  setTimeout(() => node.remove(), seconds * 1000);
  return node;
}
