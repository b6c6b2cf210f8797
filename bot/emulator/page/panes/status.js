// The quiet lines over the composer: what an agent does now, its Stop button, and the prompts it offers.

import { el, fill } from "../ui/dom.js";
import { aroundOf, on, sessionOf, state } from "../app/store.js";
import { attempt } from "../app/act.js";
import { post } from "../app/api.js";
import * as directory from "../text/directory.js";
import { stopButton } from "./session.js";

const TURN_MS = 3000;
const STATES = { processing: "is working…", suspended: "waits for a person" };

function nameOf(app, channel) {
  const inside = directory.channel(channel)?.members ?? [];
  return directory.app(app)?.name ?? directory.apps().find((entry) => inside.includes(directory.botUser(entry)))?.name ?? "The app";
}

function prompts(channel, threadTs, { prompts: offered, prompts_title: title }) {
  if (!offered?.length) return null;
  const send = (text) => attempt(() => post("say", { as: state.as, channel, text, thread_ts: threadTs ?? undefined }));
  return el(
    "div",
    { class: "prompts", role: "group", "aria-label": title || "Suggested prompts" },
    title && el("span", { class: "hint" }, title),
    offered.map((prompt) =>
      el(
        "button",
        {
          type: "button",
          class: "button small",
          title: prompt.message,
          "data-testid": "prompt",
          on: { click: () => send(prompt.message) },
        },
        prompt.title,
      ),
    ),
  );
}

/** The lines of a conversation, or of one of its threads. */
export function statusLine(channel, threadTs) {
  const line = el("div", { class: "status-line", role: "status", "data-testid": "status-line" });
  const offers = el("div", {});
  const node = el("div", {}, offers, line);
  let turn = 0;
  let timer = 0;
  const draw = () => {
    const around = aroundOf(channel, threadTs);
    const session = threadTs ? sessionOf(channel, threadTs) : null;
    const stop = threadTs ? stopButton(channel, threadTs, session) : null;
    const loading = around.status ? (around.loading_messages ?? []) : [];
    const words = around.status || STATES[session?.status] || null;
    const working = around.status || session?.status === "processing";
    fill(
      line,
      words && [
        working && el("span", { class: "spinner" }),
        el("span", {}, `${nameOf(around.app ?? session?.app, channel)} ${words}`),
        loading.length > 0 && el("span", { class: "hint" }, loading[turn % loading.length]),
      ],
      stop,
    );
    line.hidden = !words && !stop;
    fill(offers, prompts(channel, threadTs, around));
    clearTimeout(timer);
    if (loading.length > 1) {
      timer = setTimeout(() => {
        turn += 1;
        draw();
      }, TURN_MS);
    }
  };
  const off = [];
  return {
    node,
    start() {
      off.push(
        on("status", (what) => what.channel === channel && draw()),
        on("workspace", draw),
      );
      draw();
    },
    stop() {
      clearTimeout(timer);
      for (const end of off) end();
    },
  };
}
