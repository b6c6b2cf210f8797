// Small surfaces beside an element: menus, lists of options, pickers. Light dismissal comes from the browser.

import { el, uid } from "./dom.js";

function place(popup, anchor, align) {
  const box = anchor.getBoundingClientRect();
  const size = popup.getBoundingClientRect();
  const room = { width: innerWidth, height: innerHeight };
  let left = align === "end" ? box.right - size.width : box.left;
  left = Math.max(8, Math.min(left, room.width - size.width - 8));
  const below = room.height - box.bottom - 8;
  const above = box.top - 8;
  const up = size.height > below && above > below;
  const limit = Math.max(120, (up ? above : below) - 4);
  popup.style.setProperty("max-height", `${Math.min(limit, 420)}px`);
  const height = Math.min(size.height, limit, 420);
  popup.style.setProperty("left", `${left}px`);
  popup.style.setProperty("top", `${up ? Math.max(8, box.top - height - 4) : box.bottom + 4}px`);
}

/** Open `content` beside `anchor`; returns {close, node, reposition}. `onClose` runs once. */
export function openPopup(
  anchor,
  content,
  { align = "start", className = "", matchWidth = false, onClose = null, focusBack = true, label = null, role = null } = {},
) {
  const popup = el(
    "div",
    { class: ["popup", className], popover: "auto", "data-testid": "popup", id: uid("popup"), role, "aria-label": label },
    content,
  );
  (anchor.closest("dialog") ?? document.body).append(popup);
  if (matchWidth) popup.style.setProperty("min-width", `${Math.max(180, anchor.getBoundingClientRect().width)}px`);
  popup.showPopover();
  place(popup, anchor, align);
  let closed = false;
  const done = () => {
    if (closed) return;
    closed = true;
    const inside = popup.contains(document.activeElement) || document.activeElement === document.body;
    popup.remove();
    removeEventListener("resize", close);
    if (focusBack && inside && anchor.isConnected) anchor.focus({ preventScroll: true });
    onClose?.();
  };
  const close = () => {
    if (closed) return;
    if (popup.matches(":popover-open")) popup.hidePopover();
    done();
  };
  popup.addEventListener("toggle", (event) => {
    if (event.newState === "closed") done();
  });
  addEventListener("resize", close);
  return { close, node: popup, reposition: () => place(popup, anchor, align) };
}
