// The developer tools under the conversation: Traffic, Faults, Clock.

import { el, fill } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { on, state } from "../app/store.js";
import { trafficPanel } from "./traffic.js";
import { faultsPanel } from "./faults.js";
import { clockPanel } from "./clock.js";

const TABS = { traffic: "Traffic", faults: "Faults", clock: "Clock" };
const LEAST_PX = 160;

function grip(root) {
  const set = (height) => root.style.setProperty("--tools-height", `${Math.max(LEAST_PX, Math.min(innerHeight - 180, height))}px`);
  return el("div", {
    class: "grip",
    role: "separator",
    "aria-orientation": "horizontal",
    "aria-label": "Resize the tools",
    tabindex: "0",
    on: {
      pointerdown: (event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const move = (moved) => set(innerHeight - moved.clientY);
        event.currentTarget.addEventListener("pointermove", move);
        event.currentTarget.addEventListener("pointerup", (done) => done.currentTarget.removeEventListener("pointermove", move), {
          once: true,
        });
      },
      keydown: (event) => {
        const step = { ArrowUp: 40, ArrowDown: -40 }[event.key];
        if (step) set(root.getBoundingClientRect().height + step);
      },
    },
  });
}

/** Show the tools while the place asks for them. */
export function mountTools(root, actions) {
  let panel = null;
  let shown = null;
  const make = { traffic: trafficPanel, faults: faultsPanel, clock: clockPanel };
  const draw = () => {
    const wanted = state.place.tools in TABS ? state.place.tools : null;
    if (wanted === shown) return;
    const opening = !shown;
    shown = wanted;
    panel?.stop?.();
    panel = null;
    root.hidden = !wanted;
    if (!wanted) return void fill(root);
    panel = make[wanted](actions);
    const tabs = el(
      "div",
      { class: "tabs", role: "tablist", "aria-label": "Developer tools" },
      Object.entries(TABS).map(([name, label]) =>
        el(
          "button",
          {
            type: "button",
            role: "tab",
            class: "tab",
            "aria-selected": name === wanted,
            tabindex: name === wanted ? "0" : "-1",
            id: `tool-${name}`,
            "aria-controls": "tool-panel",
            "data-testid": `${name}-tab`,
            on: { click: () => actions.open({ tools: name }, { replace: true }) },
          },
          label,
        ),
      ),
    );
    tabs.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const names = Object.keys(TABS);
      actions.open({ tools: names[(names.indexOf(wanted) + step + names.length) % names.length] }, { replace: true });
      queueMicrotask(() => root.querySelector("[aria-selected=true]")?.focus());
    });
    fill(
      root,
      grip(root),
      el(
        "div",
        { class: "tools-head" },
        tabs,
        el("span", { class: "grow" }),
        el(
          "button",
          {
            type: "button",
            class: "icon-button",
            "aria-label": "Close the tools",
            "data-testid": "tools-close",
            on: { click: () => actions.open({ tools: null }, { replace: true }) },
          },
          icon("close"),
        ),
      ),
      el("div", { class: "tools-panel", role: "tabpanel", id: "tool-panel", "aria-labelledby": `tool-${wanted}` }, panel.node),
    );
    panel.start?.();
    if (opening && document.activeElement?.dataset?.testid === "tools-toggle") tabs.querySelector("[aria-selected=true]")?.focus();
    return undefined;
  };
  on("place", draw);
}
