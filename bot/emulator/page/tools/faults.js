// The Faults tab: misbehaviour with one click, and what is in force now.

import { el, fill } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { attempt } from "../app/act.js";
import { get, post, remove } from "../app/api.js";
import { on } from "../app/store.js";
import { toast } from "../ui/toast.js";
import * as directory from "../text/directory.js";

// One click each. `fault` is what is sent; everything else can be set below.
const READY = [
  [
    "Web API",
    [
      ["One 429", { kind: "rate_limited", retry_after: 2 }],
      ["429 for 20 s", { kind: "rate_limited", retry_after: 3, for_seconds: 20 }],
      ["One 503", { kind: "server_error", status: 503 }],
      ["One answer in five is 500", { kind: "server_error", status: 500, probability: 0.2, seed: 1 }],
      ["Next answer takes 5 s", { kind: "slow", seconds: 5 }],
      ["Next post: reply lost", { kind: "lost_reply", match: { method: "chat.postMessage" } }],
      ["Next call cut off", { kind: "cut" }],
      ["Next answer is no JSON", { kind: "malformed_reply" }],
    ],
  ],
  [
    "Socket",
    [
      ["Drop the socket at the next envelope", { kind: "drop_socket" }],
      ["Refuse connections for 10 s", { kind: "refuse_connect", for_seconds: 10 }],
      ["Burn the next ticket", { kind: "burnt_ticket" }],
      ["Refresh in mid-click", { kind: "refresh_mid_click" }],
    ],
  ],
  [
    "Envelopes",
    [
      ["Double the next", { kind: "duplicate_envelope" }],
      ["Lose the next", { kind: "lose_envelope" }],
      ["Delay the next by 2 s", { kind: "delay_envelope", seconds: 2 }],
      ["Swap the next two", { kind: "reorder_envelope" }],
      ["Lose the next acknowledgement", { kind: "lose_ack" }],
    ],
  ],
];

const CONNECTIONS = [
  ["Repeat the last event", () => post("redeliver", { last: true })],
  ["Ask for a refresh", () => post("disconnect", { reason: "refresh_requested" })],
  ["Warn of a disconnect", () => post("disconnect", { reason: "warning" })],
  ["Switch Socket Mode off", () => post("disconnect", { reason: "link_disabled" })],
];

function active(fault, reload) {
  const { id, kind, match, left, probability, hits, ...params } = fault;
  const parts = [
    Object.keys(match ?? {}).length
      ? Object.entries(match)
          .map(([key, value]) => `${key} ${value}`)
          .join(", ")
      : null,
    left === null ? "until cleared" : `${left} more`,
    probability < 1 ? `${Math.round(probability * 100)} %` : null,
    ...Object.entries(params).map(([key, value]) => `${key} ${value}`),
    hits ? `${hits} so far` : null,
  ];
  return el(
    "li",
    { class: "fault", "data-testid": "active-fault", "data-kind": kind },
    icon("warning", 14),
    el("strong", {}, kind),
    el("span", { class: "hint" }, parts.filter(Boolean).join(" · ")),
    el(
      "button",
      {
        type: "button",
        class: "button small",
        on: {
          click: async () => {
            await attempt(() => remove(`faults?id=${encodeURIComponent(id)}`));
            reload();
          },
        },
      },
      "Clear",
    ),
  );
}

function custom(kinds, apply) {
  const kind = el(
    "select",
    { class: "field", "aria-label": "Fault", "data-testid": "fault-kind" },
    kinds.map(([name, does]) => el("option", { value: name, title: does }, name)),
  );
  const meaning = el("div", { class: "hint" });
  const explain = () => {
    meaning.textContent = kinds.find(([name]) => name === kind.value)?.[1] ?? "";
  };
  kind.addEventListener("change", explain);
  explain();
  const body = el("input", {
    class: "field",
    placeholder: '{"times": 3, "match": {"method": "chat.*"}}',
    "aria-label": "Details as JSON",
    "data-testid": "fault-json",
  });
  const send = (event) => {
    event.preventDefault();
    let more = {};
    try {
      more = body.value.trim() ? JSON.parse(body.value) : {};
    } catch {
      toast('The details are not JSON. Example: {"times": 3}', { level: "error" });
      return;
    }
    apply({ kind: kind.value, ...more });
  };
  return el(
    "form",
    { class: "tool-bar", on: { submit: send } },
    kind,
    body,
    el("button", { class: "button small", "data-testid": "fault-apply" }, "Apply"),
    meaning,
  );
}

/** The panel. */
export function faultsPanel() {
  const list = el("ul", { class: "faults", "aria-label": "Faults in force" });
  const own = el("div", {});
  const load = async () => {
    const data = await attempt(() => get("faults"));
    if (!data) return;
    const kinds = Object.entries(data.kinds);
    if (!own.childElementCount) fill(own, custom(kinds, apply));
    fill(
      list,
      (data.faults ?? []).map((fault) => active(fault, load)),
      !(data.faults ?? []).length && el("li", { class: "hint" }, "Nothing misbehaves now."),
    );
  };
  const apply = async (fault) => {
    const done = await attempt(() => post("faults", fault));
    if (done) load();
  };
  const act = async (label, run) => {
    if (await attempt(run)) toast(`${label}: done`);
  };
  const group = (title, buttons) => el("section", { class: "fault-group" }, el("h3", {}, title), el("div", { class: "actions" }, buttons));
  const press = (label, testid, run) =>
    el("button", { type: "button", class: "button small", "data-testid": testid, on: { click: run } }, label);
  const node = el(
    "div",
    { class: "faults-panel" },
    el(
      "div",
      { class: "fault-now" },
      el(
        "div",
        { class: "tool-bar" },
        el("h3", {}, "In force"),
        el("span", { class: "grow" }),
        press("Clear all", "faults-clear", async () => {
          await attempt(() => remove("faults"));
          load();
        }),
      ),
      list,
      el("h3", {}, "Any other"),
      own,
    ),
    el(
      "div",
      { class: "fault-ready" },
      READY.map(([title, rows]) =>
        group(
          title,
          rows.map(([label, fault]) => press(label, `fault-${fault.kind}`, () => apply(fault))),
        ),
      ),
      group(
        "Connections",
        CONNECTIONS.map(([label, run]) => press(label, null, () => act(label, run))),
      ),
      group(
        "App",
        directory
          .apps()
          .map((app) =>
            press(`Revoke the token of ${app.name}`, `revoke-${app.id}`, () => act("Token revoked", () => post("revoke", { app: app.id }))),
          ),
      ),
    ),
  );
  const off = [];
  return {
    node,
    start() {
      off.push(
        on("faults", load),
        on("traffic", (entry) => (entry?.kind === "fault" || entry?.fault) && load()),
      );
      load();
    },
    stop() {
      for (const end of off) end();
    },
  };
}
