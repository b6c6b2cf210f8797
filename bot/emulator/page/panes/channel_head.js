// The head of a conversation: its name, its topic, its members.

import { el } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { openMenu } from "../ui/menu.js";
import { attempt } from "../app/act.js";
import { post } from "../app/api.js";
import { state } from "../app/store.js";
import { mrkdwnInline } from "../text/render.js";
import * as directory from "../text/directory.js";
import { avatar, roleOf } from "./avatar.js";
import { isMember } from "./places.js";

/** Opens the places again on a narrow screen. */
export function drawerButton() {
  return el(
    "button",
    {
      type: "button",
      class: "icon-button drawer-button",
      "aria-label": "Show channels",
      "data-testid": "drawer",
      on: { click: () => document.body.classList.toggle("drawer-open") },
    },
    icon("menu"),
  );
}

/** What a channel is for, as wire text. */
export const topicOf = (channel) => (typeof channel.topic === "object" ? channel.topic?.value : channel.topic) || "";

function members(anchor, channel, { refresh }) {
  const inside = channel.members ?? [];
  const outside = directory.users().filter((user) => !inside.includes(user.id) && !user.deleted && user.id !== "USLACKBOT");
  openMenu(
    anchor,
    [
      { heading: `Members of #${channel.name}` },
      ...inside.map((id) => ({
        label: directory.fullName(id),
        hint: roleOf(directory.user(id)),
        leading: avatar(id, { size: 22 }),
        disabled: true,
      })),
      outside.length > 0 && { heading: "Invite" },
      ...outside.map((user) => ({
        label: directory.fullName(user),
        hint: roleOf(user),
        leading: avatar(user.id, { size: 22 }),
        testid: `invite-${user.name}`,
        run: () =>
          attempt(async () => {
            await post("invite", { as: state.as, channel: channel.id, user: user.id });
            await refresh();
          }),
      })),
      "divider",
      isMember(channel) && {
        label: "Leave channel",
        icon: "back",
        testid: "leave",
        run: () =>
          attempt(async () => {
            await post("leave", { as: state.as, channel: channel.id });
            await refresh();
          }),
      },
      {
        label: channel.is_archived ? "Unarchive channel" : "Archive channel",
        icon: "archive",
        testid: "archive",
        run: () =>
          attempt(async () => {
            await post(channel.is_archived ? "unarchive" : "archive", { as: state.as, channel: channel.id });
            await refresh();
          }),
      },
    ],
    { align: "end", label: "Members" },
  );
}

/** The head of a channel or of a direct message. */
export function channelHead(channel, actions) {
  if (channel.is_im) {
    const other = directory.counterpart(channel);
    return el(
      "header",
      { class: "pane-head" },
      drawerButton(),
      avatar(other, { size: 28 }),
      el("h1", {}, directory.fullName(other)),
      el("span", { class: "hint" }, roleOf(directory.user(other)) ?? ""),
    );
  }
  const count = (channel.members ?? []).length || channel.num_members || 0;
  return el(
    "header",
    { class: "pane-head" },
    drawerButton(),
    icon(channel.is_private ? "lock" : channel.is_ext_shared ? "globe" : "hash", 18),
    el("h1", { "data-testid": "channel-title" }, channel.name),
    channel.is_ext_shared && el("span", { class: "tag warn" }, "Shared"),
    channel.is_archived && el("span", { class: "tag" }, "Archived"),
    el("span", { class: "topic" }, mrkdwnInline(topicOf(channel))),
    el(
      "button",
      {
        type: "button",
        class: "button small",
        "aria-haspopup": "menu",
        "aria-expanded": "false",
        "data-testid": "members",
        "aria-label": `${count} members`,
        on: { click: (event) => members(event.currentTarget, channel, actions) },
      },
      icon("user", 14),
      String(count),
    ),
  );
}
