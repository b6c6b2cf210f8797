// What every interactive element shares: its frame, its value, and when it tells the app.

import { el } from "../ui/dom.js";
import { act, follow } from "../app/act.js";

/** The control with room for its spinner and its warning. */
export function frame(ctx, block, element, control, { wide = false } = {}) {
  const node = el("span", { class: ["control", wide && "wide"] }, control);
  return follow(node, ctx, block.block_id, element.action_id);
}

/** Inside `input` blocks an element is silent unless the block asks for actions. */
export const dispatches = (block) => block.type !== "input" || block.dispatch_action === true;

/** Keep a new value and, where the element speaks, send it. */
export function changed(ctx, block, element, state) {
  ctx.form.set(block.block_id, element, state);
  ctx.onChange?.(block.block_id);
  if (dispatches(block)) act(ctx, block, element, state, { latest: true });
}

/** Attributes all controls carry: the hook for tests, and the words for screen readers. */
export function naming(ctx, block, element) {
  return {
    "data-testid": `action-${element.action_id}`,
    "data-action": element.action_id,
    "data-block": block.block_id,
    "aria-labelledby": ctx.labelledby ?? null,
    "aria-describedby": ctx.describedby ?? null,
  };
}
