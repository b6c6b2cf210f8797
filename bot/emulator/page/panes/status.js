// The quiet line over the composer: an agent is thinking, and can be stopped.

import { el, fill } from "../ui/dom.js";
import { on, sessionOf, state, statusOf } from "../app/store.js";
import * as directory from "../text/directory.js";
import { stopButton } from "./session.js";

function speaker(channel) {
  const entry = directory.channel(channel);
  const bots = directory.apps().filter((app) => (entry?.members ?? []).includes(directory.botUser(app)));
  return bots[0]?.name ?? directory.apps()[0]?.name ?? "The app";
}

/** A line for a conversation, or for one of its threads. */
export function statusLine(channel, threadTs) {
  const node = el("div", { class: "status-line", role: "status", "aria-live": "polite", "data-testid": "status-line" });
  const draw = () => {
    const status = statusOf(channel, threadTs);
    const session = sessionOf(channel, threadTs);
    const stop = threadTs ? stopButton(channel, threadTs, session) : null;
    const words = status?.status ?? (threadTs && session?.status === "processing" ? "is working…" : null);
    const name = status?.app ? directory.app(status.app)?.name ?? status.app : speaker(channel);
    fill(node, words && [el("span", { class: "spinner" }), el("span", {}, `${name} ${words}`)], !words && stop && el("span", {}, `${name} is waiting for a person`), stop);
    node.hidden = !words && !stop;
  };
  let off = null;
  return {
    node,
    start() {
      off = on("status", (what) => what.channel === channel && draw());
      draw();
    },
    stop: () => off?.(),
    as: () => state.as,
  };
}
