// The stack of modals the apps opened for this viewer; the top one is shown.

import { el, fill } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { attempt, silence } from "../app/act.js";
import { get, post } from "../app/api.js";
import { dropForm, formFor } from "../app/forms.js";
import { state } from "../app/store.js";
import { renderBlocks } from "../blocks/index.js";
import { textOf } from "../text/render.js";
import * as directory from "../text/directory.js";

let dialog = null;
let stack = [];
let drawn = null;
let errors = {};
let trouble = null;
let busy = false;
let returnTo = null;

const top = () => stack[stack.length - 1] ?? null;
const appName = (view) => directory.app(view.app_id)?.name ?? directory.appOf(view.bot_id)?.name ?? "The app";
const formKey = (view) => `view/${view.id}`;

function context(view) {
  return {
    as: state.as,
    viewer: state.as,
    key: formKey(view),
    surface: { kind: "view", view_id: view.id },
    form: formFor(formKey(view)),
    blocks: view.blocks ?? [],
    appName: appName(view),
    onChange: (blockId) => {
      if (!errors[blockId]) return;
      delete errors[blockId];
      showErrors();
    },
    onEnter: () => view.submit && submit(),
  };
}

function showErrors() {
  if (!dialog) return;
  for (const holder of dialog.querySelectorAll("[data-input-block]")) {
    const said = errors[holder.dataset.inputBlock];
    const control = holder.querySelector("input, textarea, button.select, [role=radiogroup], [role=group]");
    fill(
      holder.querySelector(".field-error-slot"),
      said &&
        el(
          "div",
          { class: "field-error", role: "alert", "data-testid": "field-error", "data-block": holder.dataset.inputBlock },
          icon("warning", 14),
          said,
        ),
    );
    holder.classList.toggle("has-error", Boolean(said));
    if (said) control?.setAttribute("aria-invalid", "true");
    else control?.removeAttribute("aria-invalid");
  }
  fill(
    dialog.querySelector(".modal-trouble"),
    trouble &&
      el(
        "div",
        { class: "alert error", role: "alert", "data-testid": "modal-trouble" },
        icon("warning", 18),
        el("div", { class: "alert-text" }, trouble),
      ),
  );
}

function setBusy(value) {
  busy = value;
  const button = dialog?.querySelector("[data-testid=modal-submit]");
  button?.setAttribute("aria-busy", String(value));
  dialog?.classList.toggle("busy", value);
}

async function submit() {
  const view = top();
  if (!view || busy) return;
  const form = formFor(formKey(view));
  errors = form.problems(view.blocks);
  trouble = null;
  showErrors();
  if (Object.keys(errors).length) return focusError();
  setBusy(true);
  const answer = await attempt(() => post("submit", { as: state.as, view_id: view.id, values: form.read(view.blocks) }));
  setBusy(false);
  if (!answer) return undefined;
  if (answer.acked === false) {
    trouble = `${silence(appName(view), answer)} Nothing is known to have happened. You can try again.`;
    showErrors();
    return undefined;
  }
  if (answer.refused) {
    trouble = `The answer of ${appName(view)} was refused: ${answer.refused.error}. ${answer.refused.detail ?? "See Traffic for the details."}`;
    showErrors();
    return undefined;
  }
  if (answer.errors && Object.keys(answer.errors).length) {
    errors = { ...answer.errors };
    const unplaced = Object.keys(errors).filter((blockId) => !dialog?.querySelector(`[data-input-block="${CSS.escape(blockId)}"]`));
    if (unplaced.length) trouble = unplaced.map((blockId) => `${blockId}: ${errors[blockId]}`).join(" ");
    showErrors();
    return focusError();
  }
  return syncModals();
}

function focusError() {
  const first = dialog?.querySelector(".has-error");
  first?.scrollIntoView({ block: "center" });
  first?.querySelector("input, textarea, button.select")?.focus();
}

/** Close the top view, or with `clear` all of them. Nothing is decided by closing. */
async function closeTop({ clear = false } = {}) {
  const view = top();
  if (!view) return;
  await attempt(() => post("close", { as: state.as, view_id: view.id, clear }));
  await syncModals();
}

function build(view) {
  const depth = stack.length;
  const label = textOf(view.title);
  const ctx = context(view);
  return [
    el(
      "header",
      { class: "modal-head" },
      depth > 1 &&
        el(
          "button",
          { type: "button", class: "icon-button", "aria-label": "Back", "data-testid": "modal-back", on: { click: () => closeTop() } },
          icon("back"),
        ),
      el("span", { class: "modal-app", "aria-hidden": "true" }, appName(view).slice(0, 1).toUpperCase()),
      el("h2", { "data-testid": "modal-title" }, label),
      el("span", { class: "hint" }, appName(view)),
      el("span", { class: "grow" }),
      el(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": depth > 1 ? "Close all" : "Close",
          "data-testid": "modal-x",
          on: { click: () => closeTop({ clear: depth > 1 }) },
        },
        icon("close"),
      ),
    ),
    el("div", { class: "modal-body", tabindex: "-1" }, el("div", { class: "modal-trouble" }), renderBlocks(ctx, view.blocks)),
    el(
      "footer",
      { class: "modal-foot" },
      el(
        "button",
        { type: "button", class: "button", "data-testid": "modal-close", on: { click: () => closeTop() } },
        textOf(view.close) || (view.submit ? "Cancel" : "Close"),
      ),
      view.submit &&
        el(
          "button",
          { type: "button", class: "button primary", "data-testid": "modal-submit", on: { click: submit } },
          textOf(view.submit),
        ),
    ),
  ];
}

function remember(node) {
  if (!node || !dialog.contains(node)) return null;
  const selection =
    "selectionStart" in node
      ? (() => {
          try {
            return [node.selectionStart, node.selectionEnd];
          } catch {
            return null;
          }
        })()
      : null;
  return { action: node.dataset.action, block: node.dataset.block, testid: node.dataset.testid, selection };
}

function restore(held) {
  if (!held) return false;
  const found =
    (held.action && dialog.querySelector(`[data-action="${CSS.escape(held.action)}"]`)) ||
    (held.testid && dialog.querySelector(`[data-testid="${CSS.escape(held.testid)}"]`));
  if (!found) return false;
  found.focus({ preventScroll: true });
  if (held.selection?.[0] !== null && held.selection) {
    try {
      found.setSelectionRange(...held.selection);
    } catch {
      // Fields such as dates have no selection.
    }
  }
  return true;
}

function draw() {
  const view = top();
  if (!view) {
    if (dialog) {
      dialog.close();
      dialog.remove();
      dialog = null;
      drawn = null;
      if (returnTo?.isConnected) returnTo.focus({ preventScroll: true });
      returnTo = null;
    }
    return;
  }
  const signature = `${view.id}/${view.hash ?? JSON.stringify(view.blocks)}/${stack.length}`;
  if (drawn === signature) return;
  const sameView = drawn?.startsWith(`${view.id}/`);
  drawn = signature;
  if (!sameView) errors = {};
  trouble = null;
  if (!dialog) {
    returnTo = document.activeElement;
    dialog = el("dialog", { class: "modal", "data-testid": "modal" }, el("div", { class: "modal-frame" }));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      closeTop();
    });
    document.body.append(dialog);
    dialog.showModal();
  }
  const held = sameView ? remember(document.activeElement) : null;
  const scrolled = sameView ? (dialog.querySelector(".modal-body")?.scrollTop ?? 0) : 0;
  dialog.setAttribute("aria-label", textOf(view.title));
  dialog.dataset.viewId = view.id;
  dialog.dataset.depth = String(stack.length);
  fill(dialog.firstElementChild, build(view));
  showErrors();
  const bodyNode = dialog.querySelector(".modal-body");
  bodyNode.scrollTop = scrolled;
  if (restore(held)) return;
  const wanted = bodyNode.querySelector("[autofocus]") ?? bodyNode.querySelector("input:not([type=file]), textarea, button.select");
  (wanted ?? bodyNode).focus({ preventScroll: true });
}

let asked = 0;

/** Show what the server says is open. */
export async function syncModals() {
  const mine = ++asked;
  let found = null;
  try {
    found = await get("views", { as: state.as });
  } catch {
    return;
  }
  if (mine !== asked) return;
  const open = new Set(found.views.map((view) => view.id));
  for (const view of stack) if (!open.has(view.id)) dropForm(formKey(view));
  stack = found.views;
  draw();
}
