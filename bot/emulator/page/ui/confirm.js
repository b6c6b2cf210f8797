// Dialogs above everything: confirmation, and any other small question.

import { el } from "./dom.js";
import { textObject, textOf } from "../text/render.js";

/** Show a modal <dialog>; `build(close)` returns its content; resolves to what `close(value)` was given. */
export function openDialog({ label, className = "", testid = null, build }) {
  return new Promise((resolve) => {
    let outcome = null;
    const from = document.activeElement;
    const dialog = el("dialog", { class: ["sheet", className], "aria-label": label, "data-testid": testid });
    const close = (value) => {
      outcome = value;
      dialog.close();
    };
    dialog.append(build(close));
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (from?.isConnected) from.focus({ preventScroll: true });
      resolve(outcome);
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) close(null);
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("[autofocus]")?.focus();
  });
}

/** A Block Kit confirm object; resolves to true only for "yes". */
export async function confirmDialog(confirm) {
  const answer = await openDialog({
    label: textOf(confirm.title) || "Are you sure?",
    className: "confirm",
    testid: "confirm-dialog",
    build: (close) =>
      el(
        "form",
        { method: "dialog", on: { submit: (event) => event.preventDefault() } },
        el("h2", {}, textObject(confirm.title ?? "Are you sure?", { block: false })),
        el("div", { class: "confirm-text" }, textObject(confirm.text)),
        el(
          "div",
          { class: "sheet-actions" },
          el(
            "button",
            { type: "button", class: "button", "data-testid": "confirm-no", on: { click: () => close(false) } },
            textOf(confirm.deny) || "No",
          ),
          el(
            "button",
            {
              type: "button",
              class: ["button", confirm.style === "danger" ? "danger" : "primary"],
              "data-testid": "confirm-yes",
              autofocus: true,
              on: { click: () => close(true) },
            },
            textOf(confirm.confirm) || "Yes",
          ),
        ),
      ),
  });
  return answer === true;
}
