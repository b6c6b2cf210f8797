// datepicker, timepicker, datetimepicker on the browser's own fields.

import { el } from "../ui/dom.js";
import { textOf } from "../text/render.js";
import { fromLocal, toLocal } from "../text/dates.js";
import * as directory from "../text/directory.js";
import { changed, frame, naming } from "./frame.js";

// The browser reports a change for every part typed into a date; the app hears only of the settled one.
const SETTLE_MS = 700;

function field(ctx, block, element, type, shown, toState) {
  let timer = 0;
  let sent = shown;
  const send = () => {
    clearTimeout(timer);
    if (node.value === sent) return;
    sent = node.value;
    changed(ctx, block, element, toState(node.value));
  };
  const node = el("input", {
    type,
    class: "field picker",
    value: shown,
    title: textOf(element.placeholder) || null,
    ...naming(ctx, block, element),
    "aria-label": ctx.labelledby
      ? null
      : textOf(element.placeholder) || { date: "Date", time: "Time", "datetime-local": "Date and time" }[type],
    on: {
      change: () => {
        ctx.form.set(block.block_id, element, toState(node.value));
        clearTimeout(timer);
        timer = setTimeout(send, SETTLE_MS);
      },
      blur: send,
      keydown: (event) => {
        if (event.key === "Enter") {
          event.preventDefault();
          send();
        }
      },
    },
  });
  return frame(ctx, block, element, node);
}

export function datePicker(ctx, block, element) {
  const held = ctx.form.get(block.block_id, element);
  return field(ctx, block, element, "date", held.selected_date ?? "", (value) => ({ selected_date: value || null }));
}

export function timePicker(ctx, block, element) {
  const held = ctx.form.get(block.block_id, element);
  const extra = element.timezone ? { timezone: element.timezone } : {};
  return field(ctx, block, element, "time", held.selected_time ?? "", (value) => ({
    selected_time: value ? value.slice(0, 5) : null,
    ...extra,
  }));
}

export function dateTimePicker(ctx, block, element) {
  const held = ctx.form.get(block.block_id, element);
  const shown = held.selected_date_time ? toLocal(held.selected_date_time, directory.zone()) : "";
  return field(ctx, block, element, "datetime-local", shown, (value) => ({
    selected_date_time: value ? fromLocal(value, directory.zone()) : null,
  }));
}
