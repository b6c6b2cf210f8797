// A channel or direct message: its head, its messages, its composer.

import { el, fill, coalesce } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { openMenu } from "../ui/menu.js";
import { attempt } from "../app/act.js";
import { post } from "../app/api.js";
import { conversation, listed, loadMessages, on, state } from "../app/store.js";
import { mrkdwnInline } from "../text/render.js";
import * as directory from "../text/directory.js";
import { avatar, roleOf } from "./avatar.js";
import { composer } from "./composer.js";
import { messageList } from "./list.js";
import { statusLine } from "./status.js";

/** Opens the places again on a narrow screen. */
export function drawerButton() {
  return el("button", { type: "button", class: "icon-button drawer-button", "aria-label": "Show channels", "data-testid": "drawer", on: { click: () => document.body.classList.toggle("drawer-open") } }, icon("menu"));
}

const isMember = (channel) => channel.is_im || (channel.is_member ?? (channel.members ?? []).includes(state.as));
const topicOf = (channel) => (typeof channel.topic === "object" ? channel.topic?.value : channel.topic) || "";

function members(anchor, channel, { refresh }) {
  const inside = channel.members ?? [];
  const outside = directory.users().filter((user) => !inside.includes(user.id) && !user.deleted && user.id !== "USLACKBOT");
  openMenu(
    anchor,
    [
      { heading: `Members of #${channel.name}` },
      ...inside.map((id) => ({ label: directory.fullName(id), hint: roleOf(directory.user(id)), leading: avatar(id, { size: 22 }), disabled: true })),
      outside.length > 0 && { heading: "Invite" },
      ...outside.map((user) => ({ label: directory.fullName(user), hint: roleOf(user), leading: avatar(user.id, { size: 22 }), testid: `invite-${user.name}`, run: () => attempt(async () => { await post("invite", { as: state.as, channel: channel.id, user: user.id }); await refresh(); }) })),
      "divider",
      isMember(channel) && { label: "Leave channel", icon: "back", testid: "leave", run: () => attempt(async () => { await post("leave", { as: state.as, channel: channel.id }); await refresh(); }) },
      { label: channel.is_archived ? "Unarchive channel" : "Archive channel", icon: "archive", testid: "archive", run: () => attempt(async () => { await post(channel.is_archived ? "unarchive" : "archive", { as: state.as, channel: channel.id }); await refresh(); }) },
    ],
    { align: "end", label: "Members" },
  );
}

function head(channel, actions) {
  if (channel.is_im) {
    const other = directory.counterpart(channel);
    return el("header", { class: "pane-head" }, drawerButton(), avatar(other, { size: 28 }), el("h1", {}, directory.fullName(other)), el("span", { class: "hint" }, roleOf(directory.user(other)) ?? ""));
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
    el("button", { type: "button", class: "button small", "aria-haspopup": "menu", "aria-expanded": "false", "data-testid": "members", "aria-label": `${count} members`, on: { click: (event) => members(event.currentTarget, channel, actions) } }, icon("user", 14), String(count)),
  );
}

function foot(channel, actions) {
  if (channel.is_archived) return el("div", { class: "composer-stead" }, "This channel is archived. Nobody can write here.");
  if (!isMember(channel)) {
    return el(
      "div",
      { class: "composer-stead" },
      `${directory.fullName(state.as)} is not in #${channel.name}. `,
      el("button", { type: "button", class: "button primary", "data-testid": "join", on: { click: () => attempt(async () => { await post("join", { as: state.as, channel: channel.id }); await actions.refresh(); }) } }, "Join"),
    );
  }
  return composer({ channel: channel.id, actions });
}

function beginning(channel) {
  if (channel.is_im) return el("div", { class: "beginning" }, avatar(directory.counterpart(channel), { size: 48 }), el("h2", {}, directory.fullName(directory.counterpart(channel))), el("p", {}, "This is the start of your conversation."));
  return el("div", { class: "beginning" }, el("h2", {}, icon(channel.is_private ? "lock" : "hash", 22), channel.name), el("p", {}, topicOf(channel) ? mrkdwnInline(topicOf(channel)) : "This is the start of the channel."));
}

/** The pane of one conversation; `bare` leaves out the head. */
export function conversationPane(id, actions, { bare = false } = {}) {
  const scroller = el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Conversation" });
  const older = async () => {
    const held = conversation(id);
    const first = listed(id)[0];
    if (held.more && first) await attempt(() => loadMessages(id, { before: first.ts }));
  };
  const list = messageList(scroller, { channel: id, actions, onStart: older });
  const status = statusLine(id, null);
  const top = el("div", {});
  const opening = el("div", {});
  const bottom = el("div", { class: "pane-foot" });
  const node = el("div", { class: "pane conversation", "data-channel": id }, top, scroller, status.node, bottom);
  let newFrom = null;
  let footFor = null;
  let pendingNew = state.unread.get(id) ?? 0;

  const draw = coalesce(() => {
    const channel = directory.channel(id);
    const held = conversation(id);
    if (!channel) return fill(scroller, el("div", { class: "quiet-note" }, held.error ?? `${directory.fullName(state.as)} cannot see this conversation.`));
    if (!bare) fill(top, head(channel, actions));
    const messages = listed(id);
    if (pendingNew && held.loaded) {
      newFrom = messages.filter((message) => message.user !== state.as && !message.ephemeral).slice(-pendingNew)[0]?.ts ?? null;
      pendingNew = 0;
    }
    if (held.error) fill(scroller, el("div", { class: "quiet-note", role: "alert" }, held.error));
    else if (list.node.parentNode !== scroller) fill(scroller, opening, list.node);
    fill(opening, held.loaded && !held.more ? beginning(channel) : null);
    list.draw(messages, { newFrom });
    const wanted = `${channel.is_archived}/${isMember(channel)}`;
    if (wanted !== footFor) {
      footFor = wanted;
      fill(bottom, foot(channel, actions));
    }
    return undefined;
  });

  const off = [];
  return {
    node,
    start() {
      off.push(
        on("messages", (which) => which === id && draw()),
        on("workspace", draw),
        on("reveal", (what) => what.channel === id && queueMicrotask(() => list.reveal(what.ts))),
        on("status", ({ channel, thread_ts }) => {
          if (channel !== id) return;
          if (thread_ts) list.refresh(thread_ts);
          draw();
        }),
      );
      status.start();
      draw();
    },
    stop() {
      list.stop();
      status.stop();
      for (const end of off) end();
    },
  };
}
