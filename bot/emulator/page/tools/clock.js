// The Clock tab: what time it is in this Slack, and how to change that.

import { el } from "../ui/dom.js";
import { attempt } from "../app/act.js";
import { post } from "../app/api.js";
import { on } from "../app/store.js";
import { fromLocal, fullTime, toLocal } from "../text/dates.js";
import * as directory from "../text/directory.js";
import { openDialog } from "../ui/confirm.js";

const STEPS = [
  ["+1 minute", 60],
  ["+5 minutes", 300],
  ["+1 hour", 3600],
  ["+1 day", 86400],
  ["+1 week", 604800],
];
const SPEEDS = [
  ["Stopped", 0],
  ["Real", 1],
  ["10 times", 10],
  ["60 times", 60],
  ["600 times", 600],
];

async function sure() {
  return openDialog({
    label: "Start over?",
    className: "confirm",
    testid: "reset-dialog",
    build: (close) =>
      el(
        "form",
        { on: { submit: (event) => event.preventDefault() } },
        el("h2", {}, "Start over?"),
        el(
          "p",
          { class: "confirm-text" },
          "Every message, view, file and fault of this Local Slack is forgotten, and the first people and channels are back.",
        ),
        el(
          "div",
          { class: "sheet-actions" },
          el("button", { type: "button", class: "button", on: { click: () => close(false) } }, "Go back"),
          el(
            "button",
            { type: "button", class: "button danger", autofocus: true, "data-testid": "reset-yes", on: { click: () => close(true) } },
            "Start over",
          ),
        ),
      ),
  });
}

/** The panel. */
export function clockPanel({ reload }) {
  const shown = el("output", { class: "clock-now", "data-testid": "clock-now" });
  const field = el("input", { type: "datetime-local", class: "field picker", "aria-label": "Set the clock to" });
  let timer = 0;
  const change = async (body) => {
    const answer = await attempt(() => post("clock", body));
    if (!answer) return;
    directory.learnClock(answer);
    tick();
  };
  const tick = () => {
    shown.textContent =
      fullTime(directory.now(), directory.zone()) +
      (directory.speed() === 1 ? "" : directory.speed() === 0 ? " · stopped" : ` · ${directory.speed()} times as fast`);
    shown.title = `${Math.floor(directory.now())} seconds`;
  };
  const press = (label, body, testid) =>
    el("button", { type: "button", class: "button small", "data-testid": testid, on: { click: () => change(body) } }, label);
  const node = el(
    "div",
    { class: "clock-panel" },
    el("div", { class: "tool-bar" }, shown, el("span", { class: "hint" }, directory.zone())),
    el(
      "section",
      { class: "fault-group" },
      el("h3", {}, "Move on"),
      el(
        "div",
        { class: "actions" },
        STEPS.map(([label, seconds]) => press(label, { advance: seconds }, `clock-advance-${seconds}`)),
      ),
    ),
    el(
      "section",
      { class: "fault-group" },
      el("h3", {}, "Speed"),
      el(
        "div",
        { class: "actions" },
        SPEEDS.map(([label, speed]) => press(label, { speed }, `clock-speed-${speed}`)),
      ),
    ),
    el(
      "section",
      { class: "fault-group" },
      el("h3", {}, "Set"),
      el(
        "div",
        { class: "tool-bar" },
        field,
        el(
          "button",
          {
            type: "button",
            class: "button small",
            on: {
              click: () => {
                const at = field.value && fromLocal(field.value, directory.zone());
                if (at) change({ set: at });
              },
            },
          },
          "Set",
        ),
        press("Real time again", { skew: 0, speed: 1 }, "clock-real"),
      ),
    ),
    el(
      "section",
      { class: "fault-group" },
      el("h3", {}, "Workspace"),
      el(
        "div",
        { class: "actions" },
        el(
          "button",
          {
            type: "button",
            class: "button small danger",
            "data-testid": "reset",
            on: {
              click: async () => {
                if (await sure()) {
                  await attempt(() => post("reset"));
                  await attempt(reload);
                }
              },
            },
          },
          "Start over",
        ),
      ),
    ),
  );
  const off = [];
  return {
    node,
    start() {
      field.value = toLocal(directory.now(), directory.zone());
      tick();
      timer = setInterval(tick, 1000);
      off.push(on("clock", tick));
    },
    stop() {
      clearInterval(timer);
      for (const end of off) end();
    },
  };
}
