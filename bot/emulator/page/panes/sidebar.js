// The left side: who acts, and every place to go.

import { el, fill, coalesce } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { openMenu } from "../ui/menu.js";
import { attempt } from "../app/act.js";
import { post } from "../app/api.js";
import { on, state } from "../app/store.js";
import { setTheme, storedTheme, THEMES } from "../app/theme.js";
import * as directory from "../text/directory.js";
import { avatar, roleOf, titleOf } from "./avatar.js";
import { askForChannel } from "./create_channel.js";

function switcher({ become }) {
  const me = directory.me();
  const button = el(
    "button",
    { type: "button", class: "as-switcher", "data-testid": "as-switcher", "data-as": me?.id, "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": `Acting as ${directory.fullName(me)}. Change person.` },
    avatar(me?.id, { size: 30 }),
    el("span", { class: "menu-label" }, el("span", { class: "as-name" }, directory.fullName(me)), el("span", { class: "menu-hint" }, titleOf(me) || roleOf(me) || "Member")),
    icon("caret-down", 14),
  );
  button.addEventListener("click", () =>
    openMenu(
      button,
      [
        { heading: "Act as" },
        ...directory
          .people()
          .map((user) => ({
            label: directory.fullName(user),
            hint: [roleOf(user), titleOf(user)].filter(Boolean).join(" · ") || "Member",
            leading: avatar(user.id, { size: 26 }),
            testid: `as-${user.name}`,
            checked: user.id === me?.id,
            disabled: user.deleted,
            run: () => attempt(() => become(user.id)),
          })),
      ],
      { label: "Act as" },
    ),
  );
  return button;
}

function presence(entry) {
  const live = entry.connected === true || entry.connected > 0 || entry.sockets?.length > 0;
  return el("span", { class: ["presence", live && "live"], title: live ? "Connected" : "Not connected", role: "img", "aria-label": live ? "connected" : "not connected" });
}

function row({ testid, label, leading, count, active, muted, onOpen, trailing = null }) {
  return el(
    "li",
    {},
    el(
      "a",
      {
        href: "#",
        class: ["place", active && "active", count > 0 && "unread", muted && "muted"],
        "aria-current": active ? "page" : null,
        "data-testid": testid,
        "data-unread": count > 0 ? String(count) : null,
        on: {
          click: (event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            onOpen();
          },
        },
      },
      leading,
      el("span", { class: "place-name" }, label),
      trailing,
      count > 0 && el("span", { class: "badge", "aria-label": `${count} unread` }, count > 99 ? "99+" : String(count)),
    ),
  );
}

const folded = new Set();

function group(name, rows, { extra = null } = {}) {
  if (!rows.length && !extra) return null;
  const open = !folded.has(name);
  const list = el("ul", { hidden: !open }, rows);
  const toggle = el(
    "button",
    {
      type: "button",
      class: "group-title",
      "aria-expanded": open,
      on: {
        click: () => {
          if (folded.delete(name)) list.hidden = false;
          else {
            folded.add(name);
            list.hidden = true;
          }
          toggle.setAttribute("aria-expanded", String(!list.hidden));
        },
      },
    },
    icon("caret-down", 12),
    name,
  );
  return el("section", { class: "group" }, el("div", { class: "group-head" }, toggle, extra), list);
}

const isMember = (channel) => channel.is_member ?? (channel.members ?? []).includes(state.as);

function channelRow(channel, { open }) {
  const count = state.unread.get(channel.id) ?? 0;
  return row({
    testid: `channel-${channel.id}`,
    label: channel.name,
    leading: icon(channel.is_private ? "lock" : channel.is_ext_shared ? "globe" : "hash", 16),
    count,
    active: state.place.channel === channel.id,
    muted: channel.is_archived || !isMember(channel),
    trailing: channel.is_archived ? el("span", { class: "tag" }, "archived") : null,
    onOpen: () => open({ channel: channel.id }),
  });
}

function directRow(channel, { open }) {
  const other = directory.counterpart(channel);
  return row({
    testid: `channel-${channel.id}`,
    label: directory.fullName(other) + (other === state.as ? " (you)" : ""),
    leading: avatar(other, { size: 20 }),
    count: state.unread.get(channel.id) ?? 0,
    active: state.place.channel === channel.id,
    onOpen: () => open({ channel: channel.id }),
  });
}

function appRow(entry, { open }) {
  const dm = directory.channels().find((channel) => channel.is_im && directory.counterpart(channel) === directory.botUser(entry));
  return row({
    testid: `app-${entry.id}`,
    label: entry.name,
    leading: avatar(directory.botUser(entry), { size: 20, bot: true }),
    count: dm ? state.unread.get(dm.id) ?? 0 : 0,
    active: state.place.app === entry.id,
    trailing: presence(entry),
    onOpen: () => open({ app: entry.id, tab: entry.home_enabled === false ? "messages" : "home" }),
  });
}

function newMessageMenu(anchor, { open, refresh }) {
  const people = directory.people().filter((user) => !user.deleted && user.id !== state.as);
  openMenu(
    anchor,
    people.map((user) => ({
      label: directory.fullName(user),
      hint: roleOf(user) ?? titleOf(user) ?? null,
      leading: avatar(user.id, { size: 22 }),
      testid: `dm-${user.name}`,
      run: () =>
        attempt(async () => {
          const made = await post("open_dm", { as: state.as, user: user.id });
          const id = made.channel?.id ?? made.channel;
          if (!directory.channel(id)) await refresh();
          await open({ channel: id });
        }),
    })),
    { label: "New direct message" },
  );
}

function themeMenu(anchor) {
  openMenu(
    anchor,
    [
      { heading: "Colours" },
      ...THEMES.map((theme) => ({ label: theme === "system" ? "As the system" : theme[0].toUpperCase() + theme.slice(1), testid: `theme-${theme}`, checked: storedTheme() === theme, run: () => setTheme(theme) })),
    ],
    { label: "Colours" },
  );
}

/** Draw the sidebar and keep it drawn. */
export function mountSidebar(root, actions) {
  const draw = coalesce(() => {
    const focused = root.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
    const rest = directory.channels().filter((channel) => !channel.is_im);
    const bots = new Set(directory.apps().map(directory.botUser));
    const byName = (a, b) => String(a.name).localeCompare(String(b.name));
    const pick = (test) => rest.filter(test).sort(byName).map((channel) => channelRow(channel, actions));
    const direct = directory.channels().filter((channel) => channel.is_im && !bots.has(directory.counterpart(channel)));
    const add = (label, testid, run) => el("button", { type: "button", class: "icon-button", title: label, "aria-label": label, "aria-haspopup": "dialog", "data-testid": testid, on: { click: (event) => run(event.currentTarget) } }, icon("plus", 14));
    fill(
      root,
      el(
        "div",
        { class: "sidebar-head" },
        el("div", { class: "product" }, el("strong", {}, "Local Slack"), el("span", { class: "menu-hint" }, directory.team()?.name)),
        el("button", { type: "button", class: "icon-button", title: "Colours", "aria-label": "Colours", "aria-haspopup": "menu", "data-testid": "theme", on: { click: (event) => themeMenu(event.currentTarget) } }, icon("theme", 18)),
      ),
      switcher(actions),
      state.linked === "lost" && el("div", { class: "link-notice", role: "status", "data-testid": "link-notice" }, el("span", { class: "spinner" }), "Connection lost. Trying again…"),
      el(
        "div",
        { class: "places" },
        group("Channels", pick((channel) => !channel.is_private && !channel.is_ext_shared && isMember(channel) && !channel.is_archived), { extra: add("New channel", "new-channel", () => askForChannel(actions)) }),
        group("Private", pick((channel) => channel.is_private && !channel.is_ext_shared && !channel.is_archived)),
        group("Shared with other companies", pick((channel) => channel.is_ext_shared && !channel.is_archived)),
        group("Direct messages", direct.map((channel) => directRow(channel, actions)), { extra: add("New direct message", "new-dm", (anchor) => newMessageMenu(anchor, actions)) }),
        group("Apps", directory.apps().map((entry) => appRow(entry, actions))),
        group("Not joined", pick((channel) => !channel.is_private && !channel.is_ext_shared && !isMember(channel) && !channel.is_archived)),
        group("Archived", pick((channel) => channel.is_archived)),
      ),
      el(
        "div",
        { class: "sidebar-foot" },
        el(
          "button",
          { type: "button", class: ["place", state.place.tools && "active"], "aria-pressed": Boolean(state.place.tools), "data-testid": "tools-toggle", on: { click: () => actions.open({ tools: state.place.tools ? null : "traffic" }, { replace: true }) } },
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
