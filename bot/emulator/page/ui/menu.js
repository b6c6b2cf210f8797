// Menus with arrow keys. An item: {label, hint, icon, testid, danger, checked, disabled, run} or "divider" or {heading}.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { openPopup } from "./popup.js";

function row(item, close) {
  if (item === "divider") return el("hr", { role: "separator" });
  if (item.heading) return el("div", { class: "menu-heading", role: "presentation" }, item.heading);
  const radio = item.checked !== undefined;
  return el(
    "button",
    {
      type: "button",
      role: radio ? "menuitemradio" : "menuitem",
      "aria-checked": radio ? Boolean(item.checked) : null,
      class: ["menu-item", item.danger && "danger"],
      disabled: Boolean(item.disabled),
      tabindex: "-1",
      "data-testid": item.testid,
      on: {
        click: () => {
          close();
          item.run?.();
        },
      },
    },
    item.leading ?? (item.icon ? icon(item.icon, 16) : null),
    el("span", { class: "menu-label" }, el("span", {}, item.label), item.hint && el("span", { class: "menu-hint" }, item.hint)),
    item.checked ? icon("check", 16) : null,
  );
}

/** Open a menu beside `anchor`. */
export function openMenu(anchor, items, { label = "Menu", align = "start", testid = null } = {}) {
  const list = el("div", { role: "menu", "aria-label": label, class: "menu", "data-testid": testid });
  anchor.setAttribute("aria-expanded", "true");
  const popup = openPopup(anchor, list, { align, onClose: () => anchor.setAttribute("aria-expanded", "false") });
  list.append(...items.filter(Boolean).map((item) => row(item, popup.close)));
  popup.reposition();
  const choices = () => [...list.querySelectorAll("[role^=menuitem]:not([disabled])")];
  list.addEventListener("keydown", (event) => {
    const all = choices();
    const at = all.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at < 0 ? all.length - 1 : at - 1, Home: 0, End: all.length - 1 };
    if (event.key in steps) {
      event.preventDefault();
      all[(steps[event.key] + all.length) % all.length]?.focus();
    } else if (event.key === "Tab") {
      popup.close();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      popup.close();
    } else if (event.key.length === 1 && /\S/.test(event.key)) {
      const wanted = event.key.toLowerCase();
      const order = [...all.slice(at + 1), ...all.slice(0, at + 1)];
      order.find((item) => item.textContent.trim().toLowerCase().startsWith(wanted))?.focus();
    }
  });
  (list.querySelector('[aria-checked="true"]') ?? choices()[0])?.focus();
  return popup;
}
