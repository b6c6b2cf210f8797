// Sends what a person does with an interactive element, and keeps how it went: waiting, failed, done.

import { ControlError, post } from "./api.js";
import { el } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { confirmDialog } from "../ui/confirm.js";
import { toast } from "../ui/toast.js";

const progress = new Map();
const queued = new Map();

/** Why an app that was asked stayed silent, as a sentence. */
export function silence(name, { reason } = {}) {
  return reason === "no_connection" ? `${name} is not connected.` : `${name} did not respond within 3 seconds.`;
}

/** What a surface is to the control API. */
function address(surface) {
  return surface.kind === "view" ? { view_id: surface.view_id } : { channel: surface.channel, ts: surface.ts };
}

const keyOf = (ctx, blockId, actionId) => `${ctx.key}\u0000${blockId}\u0000${actionId}`;

/** Mark a control so that its progress shows on it, now and after every change. */
export function follow(frame, ctx, blockId, actionId) {
  frame.dataset.progress = keyOf(ctx, blockId, actionId);
  show(frame);
  return frame;
}

function show(frame) {
  const now = progress.get(frame.dataset.progress);
  const control = frame.querySelector("button, input, textarea") ?? frame;
  frame.querySelector(":scope > .did-not-respond")?.remove();
  if (now) frame.dataset.state = now.state;
  else delete frame.dataset.state;
  control.setAttribute("aria-busy", String(now?.state === "waiting"));
  if (now?.state === "failed") {
    frame.append(el("span", { class: "did-not-respond", role: "alert", "data-testid": "action-failed" }, icon("warning", 14), now.why));
  }
}

function mark(key, value) {
  if (value) progress.set(key, value);
  else progress.delete(key);
  for (const frame of document.querySelectorAll("[data-progress]")) {
    if (frame.dataset.progress === key) show(frame);
  }
}

/**
 * Press, pick or type: asks for confirmation when the element wants it, then sends block_actions.
 * While one is under way a second press does nothing; with `latest` the last choice follows it.
 * Resolves to true when the app acknowledged it.
 */
export async function act(ctx, block, element, detail, { latest = false } = {}) {
  if (element.confirm && !(await confirmDialog(element.confirm))) return false;
  const key = keyOf(ctx, block.block_id, element.action_id);
  if (!ctx.as) return false;
  if (progress.get(key)?.state === "waiting") {
    if (latest) queued.set(key, [ctx, block, element, detail]);
    return false;
  }
  mark(key, { state: "waiting" });
  const body = {
    as: ctx.as,
    ...address(ctx.surface),
    block_id: block.block_id,
    action_id: element.action_id,
    ...detail,
    values: ctx.form.read(ctx.blocks),
  };
  try {
    const result = await post("action", body);
    if (result.acked === false) {
      mark(key, { state: "failed", why: silence(ctx.appName, result) });
      return false;
    }
    mark(key, null);
    return true;
  } catch (error) {
    mark(key, { state: "failed", why: error.detail ?? String(error) });
    return false;
  } finally {
    const next = queued.get(key);
    queued.delete(key);
    if (next) act(...next, { latest: true });
  }
}

/** Options of an external select for what was typed. */
export async function fetchOptions(ctx, block, element, typed) {
  const result = await post("options", {
    as: ctx.as,
    ...address(ctx.surface),
    block_id: block.block_id,
    action_id: element.action_id,
    value: typed,
  });
  if (result.acked === false) throw new ControlError("silent", silence(ctx.appName, result));
  return { options: result.options ?? [], option_groups: result.option_groups ?? null };
}

/** Run something a person asked for; a refusal is shown as a quiet notice. */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    toast(error.detail ?? String(error), { level: "error" });
    return null;
  }
}
