// The Traffic tab: every call and envelope as it happens.

import { el, fill, perFrame } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { attempt } from "../app/act.js";
import { get, post } from "../app/api.js";
import { on } from "../app/store.js";
import { toast } from "../ui/toast.js";
import { clockTime } from "../text/dates.js";
import * as directory from "../text/directory.js";
import { describe, haystack, KINDS } from "./entry.js";

const KEPT = 3000;
const DRAWN = 400;

const entries = new Map();
const filter = { text: "", kinds: new Set(Object.keys(KINDS)), failed: false, paused: false };
let clearedAt = 0;

function keep(entry) {
  entries.set(entry.n, entry);
  while (entries.size > KEPT) entries.delete(entries.keys().next().value);
}

function shown() {
  const wanted = filter.text.trim().toLowerCase();
  const found = [];
  for (const entry of entries.values()) {
    if (entry.n <= clearedAt || !filter.kinds.has(entry.kind)) continue;
    if (filter.failed && !describe(entry).failed) continue;
    if (wanted && !haystack(entry).includes(wanted)) continue;
    found.push(entry);
  }
  return found.slice(-DRAWN);
}

function detail(entry) {
  const { n, at, kind, ...rest } = entry;
  return el("pre", { class: "entry-detail" }, JSON.stringify(rest, null, 2));
}

function row(entry) {
  const said = describe(entry);
  const head = el(
    "summary",
    {},
    el("span", { class: "entry-time" }, clockTime(entry.at, directory.zone(), true)),
    el("span", { class: `entry-kind kind-${entry.kind}`, title: KINDS[entry.kind] ?? entry.kind }, said.arrow),
    el("span", { class: "entry-name" }, said.name),
    el("span", { class: "entry-who" }, said.who),
    el("span", { class: ["entry-outcome", said.failed && "failed", said.waiting && "waiting"] }, said.outcome),
    el("span", { class: "entry-ms" }, said.time),
  );
  const node = el(
    "details",
    { class: "entry", "data-testid": "traffic-entry", "data-kind": entry.kind, "data-n": entry.n, "data-name": said.name },
    head,
  );
  node.addEventListener("toggle", () => {
    if (node.open && node.childElementCount === 1) node.append(detail(entry));
  });
  return node;
}

async function save() {
  const data = await attempt(() => get("export"));
  if (!data) return;
  const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
  el("a", { href: url, download: "local-slack-scenario.json" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 5000);
}

function replayPicker() {
  const input = el("input", {
    type: "file",
    accept: "application/json,.json",
    class: "visually-hidden",
    tabindex: "-1",
    "aria-hidden": "true",
    on: {
      change: () =>
        attempt(async () => {
          const text = await input.files[0].text();
          input.value = "";
          let scenario;
          try {
            scenario = JSON.parse(text);
          } catch {
            return toast("This file is not JSON. Choose one that Export wrote.", { level: "error" });
          }
          await post("replay", { scenario });
          return toast("Replayed");
        }),
    },
  });
  return input;
}

/** The panel; `start` loads what was recorded before. */
export function trafficPanel() {
  const list = el("div", { class: "entries", role: "log", "aria-label": "Traffic", tabindex: "0", "data-testid": "traffic" });
  const count = el("span", { class: "hint" });
  let rows = new Map();
  let stuck = true;
  list.addEventListener("scroll", () => {
    stuck = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  });
  const draw = perFrame(() => {
    const found = shown();
    const next = new Map();
    const nodes = found.map((entry) => {
      const old = rows.get(entry.n);
      const node = old && old.entry === entry ? old.node : row(entry);
      if (old && old.node !== node && old.node.open) node.open = true;
      next.set(entry.n, { entry, node });
      return node;
    });
    rows = next;
    fill(
      list,
      nodes,
      !nodes.length &&
        el("div", { class: "hint entries-empty" }, entries.size ? "Nothing matches the filter." : "Nothing has happened yet."),
    );
    count.textContent = `${found.length} shown`;
    if (stuck) list.scrollTop = list.scrollHeight;
  });
  const kind = (name, label) =>
    el(
      "label",
      { class: "toggle" },
      el("input", {
        type: "checkbox",
        checked: filter.kinds.has(name),
        on: {
          change: (event) => {
            if (event.target.checked) filter.kinds.add(name);
            else filter.kinds.delete(name);
            draw();
          },
        },
      }),
      label,
    );
  const tool = (label, mark, testid, run) =>
    el(
      "button",
      { type: "button", class: "icon-button", title: label, "aria-label": label, "data-testid": testid, on: { click: run } },
      icon(mark, 16),
    );
  const picker = replayPicker();
  const search = el("input", {
    class: "field",
    type: "search",
    placeholder: "Filter",
    "aria-label": "Filter the traffic",
    value: filter.text,
    "data-testid": "traffic-filter",
    on: {
      input: (event) => {
        filter.text = event.target.value;
        draw();
      },
    },
  });
  const pause = el(
    "button",
    {
      type: "button",
      class: "button small",
      "aria-pressed": filter.paused,
      on: {
        click: () => {
          filter.paused = !filter.paused;
          pause.setAttribute("aria-pressed", String(filter.paused));
          pause.textContent = filter.paused ? "Go on" : "Pause";
          draw();
        },
      },
    },
    filter.paused ? "Go on" : "Pause",
  );
  const node = el(
    "div",
    { class: "traffic" },
    el(
      "div",
      { class: "tool-bar" },
      search,
      Object.entries(KINDS).map(([name, label]) => kind(name, label)),
      el(
        "label",
        { class: "toggle" },
        el("input", {
          type: "checkbox",
          checked: filter.failed,
          "data-testid": "traffic-failed",
          on: {
            change: (event) => {
              filter.failed = event.target.checked;
              draw();
            },
          },
        }),
        "Failures only",
      ),
      el("span", { class: "grow" }),
      count,
      el(
        "span",
        { class: "tool-buttons" },
        pause,
        tool("Clear the list", "trash", "traffic-clear", () => {
          clearedAt = Math.max(clearedAt, ...entries.keys());
          draw();
        }),
        tool("Export the scenario", "download", "traffic-export", save),
        tool("Replay a scenario", "upload", "traffic-replay", () => picker.click()),
      ),
      picker,
    ),
    list,
  );
  let off = null;
  return {
    node,
    async start() {
      off = on("traffic", (entry) => {
        if (!entry) return;
        keep(entry);
        if (!filter.paused) draw();
      });
      draw();
      const data = await attempt(() => get("traffic", { since: entries.size ? Math.max(0, ...entries.keys()) - 200 : 0 }));
      for (const entry of data?.entries ?? []) keep(entry);
      const sorted = [...entries.values()].sort((a, b) => a.n - b.n);
      entries.clear();
      for (const entry of sorted) entries.set(entry.n, entry);
      draw();
    },
    stop: () => off?.(),
  };
}
