// The left side: who acts, and every place to go.

import { el, fill, coalesce } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { on, state } from "../app/store.js";
import * as directory from "../text/directory.js";
import { askForChannel } from "./create_channel.js";
import { appRow, channelRow, directRow, group, isMember } from "./places.js";
import { newMessageMenu, switcher, themeMenu } from "./switcher.js";

/** Draw the sidebar and keep it drawn. */
export function mountSidebar(root, actions) {
  const draw = coalesce(() => {
    const focused = root.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
    const rest = directory.channels().filter((channel) => !channel.is_im);
    const bots = new Set(directory.apps().map(directory.botUser));
    const byName = (a, b) => String(a.name).localeCompare(String(b.name));
    const pick = (test) =>
      rest
        .filter(test)
        .sort(byName)
        .map((channel) => channelRow(channel, actions));
    const direct = directory.channels().filter((channel) => channel.is_im && !bots.has(directory.counterpart(channel)));
    const add = (label, testid, run) =>
      el(
        "button",
        {
          type: "button",
          class: "icon-button",
          title: label,
          "aria-label": label,
          "aria-haspopup": "dialog",
          "data-testid": testid,
          on: { click: (event) => run(event.currentTarget) },
        },
        icon("plus", 14),
      );
    fill(
      root,
      el(
        "div",
        { class: "sidebar-head" },
        el("div", { class: "product" }, el("strong", {}, "Local Slack"), el("span", { class: "menu-hint" }, directory.team()?.name)),
        el(
          "button",
          {
            type: "button",
            class: "icon-button",
            title: "Colours",
            "aria-label": "Colours",
            "aria-haspopup": "menu",
            "data-testid": "theme",
            on: { click: (event) => themeMenu(event.currentTarget) },
          },
          icon("theme", 18),
        ),
      ),
      switcher(actions),
      state.linked === "lost" &&
        el(
          "div",
          { class: "link-notice", role: "status", "data-testid": "link-notice" },
          el("span", { class: "spinner" }),
          "Connection lost. Trying again…",
        ),
      el(
        "div",
        { class: "places" },
        group(
          "Channels",
          pick((channel) => !channel.is_private && !channel.is_ext_shared && isMember(channel) && !channel.is_archived),
          { extra: add("New channel", "new-channel", () => askForChannel(actions)) },
        ),
        group(
          "Private",
          pick((channel) => channel.is_private && !channel.is_ext_shared && !channel.is_archived),
        ),
        group(
          "Shared with other companies",
          pick((channel) => channel.is_ext_shared && !channel.is_archived),
        ),
        group(
          "Direct messages",
          direct.map((channel) => directRow(channel, actions)),
          { extra: add("New direct message", "new-dm", (anchor) => newMessageMenu(anchor, actions)) },
        ),
        group(
          "Apps",
          directory.apps().map((entry) => appRow(entry, actions)),
        ),
        group(
          "Not joined",
          pick((channel) => !channel.is_private && !channel.is_ext_shared && !isMember(channel) && !channel.is_archived),
        ),
        group(
          "Archived",
          pick((channel) => channel.is_archived),
        ),
      ),
      el(
        "div",
        { class: "sidebar-foot" },
        el(
          "button",
          {
            type: "button",
            class: ["place", state.place.tools && "active"],
            "aria-pressed": Boolean(state.place.tools),
            "data-testid": "tools-toggle",
            on: { click: () => actions.open({ tools: state.place.tools ? null : "traffic" }, { replace: true }) },
          },
          icon("tools", 16),
          el("span", { class: "place-name" }, "Developer tools"),
        ),
      ),
    );
    if (focused) root.querySelector(`[data-testid="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  });
  for (const topic of ["workspace", "channels", "place", "link"]) on(topic, draw);
  draw();
}
