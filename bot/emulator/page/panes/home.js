// An app's own place: Home, Messages, and what the app is.

import { el, fill, coalesce } from "../ui/dom.js";
import { formFor } from "../app/forms.js";
import { on, state } from "../app/store.js";
import { renderBlocks } from "../blocks/index.js";
import * as directory from "../text/directory.js";
import { avatar } from "./avatar.js";
import { drawerButton } from "./channel_head.js";

/** The head of an app with its tabs. */
export function appHead(id, tab, { open }) {
  const app = directory.app(id);
  const one = (name, label) =>
    el(
      "button",
      {
        type: "button",
        role: "tab",
        class: "tab",
        id: `app-tab-${name}`,
        "aria-selected": tab === name,
        "aria-controls": "app-panel",
        tabindex: tab === name ? "0" : "-1",
        "data-testid": `${name}-tab`,
        on: { click: () => open({ app: id, tab: name }) },
      },
      label,
    );
  const tabs = el(
    "div",
    { class: "tabs", role: "tablist", "aria-label": app.name },
    app.home_enabled !== false && one("home", "Home"),
    app.messages_enabled !== false && one("messages", "Messages"),
  );
  tabs.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
    const other = tabs.querySelector("[aria-selected=false]");
    other?.click();
    queueMicrotask(() => document.querySelector(".tab[aria-selected=true]")?.focus());
  });
  return el(
    "header",
    { class: "pane-head app-head" },
    drawerButton(),
    avatar(directory.botUser(app), { size: 28, bot: true }),
    el("h1", {}, app.name),
    el("span", { class: "tag app-tag" }, "APP"),
    tabs,
  );
}

/** The published Home view, redrawn with every publication. */
export function homePane(id, { reload }) {
  const node = el("div", {
    class: "pane home",
    id: "app-panel",
    role: "tabpanel",
    "aria-labelledby": "app-tab-home",
    "data-testid": "home",
    tabindex: "-1",
  });
  const draw = coalesce(() => {
    const app = directory.app(id);
    const loaded = state.homes.has(id);
    const view = state.homes.get(id);
    const held = node.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
    const top = node.scrollTop;
    if (!view) {
      fill(
        node,
        el(
          "div",
          { class: "quiet-note" },
          !loaded
            ? "Loading…"
            : app.connected
              ? `${app.name} has not published a Home view for ${directory.fullName(state.as)} yet.`
              : `${app.name} is not connected, so its Home cannot be shown. Start the app, then look again.`,
          loaded && el("div", {}, el("button", { type: "button", class: "button", on: { click: reload } }, "Look again")),
        ),
      );
      return;
    }
    const key = `home/${id}/${state.as}`;
    const ctx = {
      as: state.as,
      viewer: state.as,
      key,
      surface: { kind: "view", view_id: view.id, home: true },
      form: formFor(key),
      blocks: view.blocks ?? [],
      appName: app.name,
    };
    fill(node, el("div", { class: "home-column", "data-view": view.id }, renderBlocks(ctx, view.blocks)));
    node.scrollTop = top;
    if (held) node.querySelector(`[data-testid="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  });
  const off = [];
  return {
    node,
    start() {
      off.push(
        on("home", (which) => which === id && draw()),
        on("workspace", draw),
      );
      draw();
    },
    stop() {
      for (const end of off) end();
    },
  };
}
