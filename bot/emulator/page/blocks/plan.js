// plan and task_card.

import { el } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { link } from "../ui/dom.js";
import { plain } from "../text/render.js";
import { richText } from "../text/richtext.js";

const STATES = {
  pending: ["clock", "Waiting"],
  in_progress: ["refresh", "In progress"],
  complete: ["check", "Done"],
  error: ["warning", "Failed"],
};

function task(item) {
  const [mark, word] = STATES[item.status] ?? ["clock", item.status ?? ""];
  const more = item.details || item.output || item.sources?.length;
  const head = [
    el("span", { class: ["task-mark", item.status], role: "img", "aria-label": word }, icon(mark, 16)),
    el("span", { class: "task-title" }, plain(item.title)),
  ];
  const body =
    more &&
    el(
      "div",
      { class: "task-body" },
      item.details && richText(item.details),
      item.output && el("div", { class: "task-output" }, richText(item.output)),
      item.sources?.length &&
        el(
          "div",
          { class: "task-sources" },
          item.sources.map((source) => link(source.url, source.text)),
        ),
    );
  if (!body) return el("div", { class: "task", "data-task": item.task_id }, el("div", { class: "task-head" }, head));
  return el(
    "details",
    { class: "task", "data-task": item.task_id, open: item.status === "in_progress" || item.status === "error" },
    el("summary", { class: "task-head" }, head, icon("caret-down", 14)),
    body,
  );
}

export const taskCard = (ctx, block) => el("div", { class: "task-card" }, task(block));

export function plan(ctx, block) {
  const tasks = block.tasks ?? [];
  const done = tasks.filter((item) => item.status === "complete").length;
  return el(
    "section",
    { class: "plan", "aria-label": block.title },
    el(
      "div",
      { class: "plan-head" },
      icon("clipboard", 16),
      el("strong", {}, plain(block.title)),
      tasks.length > 0 && el("span", { class: "hint" }, `${done} of ${tasks.length}`),
    ),
    el(
      "ol",
      { class: "plan-tasks" },
      tasks.map((item) => el("li", {}, task(item))),
    ),
  );
}
