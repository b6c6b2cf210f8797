// The rows of the sidebar: channels, direct messages, apps, in groups that fold.

import { el } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { state } from "../app/store.js";
import * as directory from "../text/directory.js";
import { avatar } from "./avatar.js";

const folded = new Set();

export const isMember = (channel) => channel.is_im || (channel.is_member ?? (channel.members ?? []).includes(state.as));

function presence(entry) {
  const live = entry.connected === true || entry.connected > 0 || entry.sockets?.length > 0;
  return el("span", {
    class: ["presence", live && "live"],
    title: live ? "Connected" : "Not connected",
    role: "img",
    "aria-label": live ? "connected" : "not connected",
  });
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

/** A heading with its rows; null when there is nothing to show. */
export function group(name, rows, { extra = null } = {}) {
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

export function channelRow(channel, { open }) {
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

export function directRow(channel, { open }) {
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

export function appRow(entry, { open }) {
  const dm = directory.channels().find((channel) => channel.is_im && directory.counterpart(channel) === directory.botUser(entry));
  return row({
    testid: `app-${entry.id}`,
    label: entry.name,
    leading: avatar(directory.botUser(entry), { size: 20, bot: true }),
    count: dm ? (state.unread.get(dm.id) ?? 0) : 0,
    active: state.place.app === entry.id,
    trailing: presence(entry),
    onOpen: () => open({ app: entry.id, tab: entry.home_enabled === false ? "messages" : "home" }),
  });
}
