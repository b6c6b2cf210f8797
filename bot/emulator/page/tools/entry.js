// What one entry of the record says in a line: direction, name, who, outcome.

import * as directory from "../text/directory.js";

/** What the record holds, by its own word and by the word over the filter. */
export const KINDS = { call: "Calls", envelope: "Envelopes", act: "People", socket: "Sockets", fault: "Faults", note: "Notes" };

const ms = (value) =>
  value === null || value === undefined ? "" : value < 10 ? `${Math.round(value * 10) / 10} ms` : `${Math.round(value)} ms`;
const appName = (id) => directory.app(id)?.name ?? id ?? "";

function call(entry) {
  const waiting = entry.status === null;
  const failed = !waiting && (entry.ok === false || entry.status >= 400 || entry.cut === true);
  const error = entry.cut ? "cut off" : (entry.answer?.error ?? `HTTP ${entry.status}`);
  const fault = entry.fault ? ` (${entry.fault})` : "";
  return {
    arrow: "→",
    name: entry.method,
    who: appName(entry.app),
    outcome: (waiting ? "…" : failed ? error : "ok") + fault,
    failed,
    waiting,
    time: ms(entry.ms),
  };
}

function envelope(entry) {
  const waiting = !entry.acked && !entry.reason && !entry.late;
  const outcome = entry.acked
    ? "acknowledged"
    : entry.late
      ? "too late"
      : entry.reason === "no_connection"
        ? "not connected"
        : entry.reason === "timeout"
          ? "no answer in 3 s"
          : "waiting";
  const attempt = entry.attempt ? ` · try ${entry.attempt + 1}` : "";
  return {
    arrow: "←",
    name: `${entry.what ?? entry.type}${attempt}`,
    who: appName(entry.app),
    outcome,
    failed: !entry.acked && !waiting,
    waiting,
    time: ms(entry.ack_ms),
  };
}

function act(entry) {
  const wanted = entry.wanted ?? {};
  const answer = entry.answer ?? {};
  const object = wanted.action_id ?? wanted.command ?? wanted.callback_id ?? wanted.text ?? wanted.channel ?? "";
  const failed = answer.ok === false || answer.acked === false;
  const outcome = answer.ok === false ? answer.error : answer.acked === false ? "no answer" : "";
  return {
    arrow: "·",
    name: `${entry.act} ${String(object).slice(0, 60)}`.trim(),
    who: wanted.as ? directory.userName(wanted.as) : "",
    outcome,
    failed,
    time: "",
  };
}

/** {arrow, name, who, outcome, failed, waiting, time} */
export function describe(entry) {
  if (entry.kind === "call") return call(entry);
  if (entry.kind === "envelope") return envelope(entry);
  if (entry.kind === "act") return act(entry);
  if (entry.kind === "fault")
    return {
      arrow: "!",
      name: entry.fault ?? `set ${entry.set?.kind ?? ""}`,
      who: "",
      outcome: entry.what ?? "",
      failed: Boolean(entry.fault),
      time: "",
    };
  return {
    arrow: "·",
    name: entry.what ?? entry.event ?? entry.kind,
    who: appName(entry.app),
    outcome: entry.reason ?? "",
    failed: false,
    time: ms(entry.ms),
  };
}

/** Everything of an entry a filter may look for. */
export function haystack(entry) {
  return JSON.stringify(entry).toLowerCase();
}
