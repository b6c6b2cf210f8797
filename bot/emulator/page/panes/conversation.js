// A channel or direct message: its head, its messages, its composer.

import { el, fill, coalesce } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { attempt } from "../app/act.js";
import { post } from "../app/api.js";
import { conversation, listed, loadMessages, on, state } from "../app/store.js";
import { mrkdwnInline } from "../text/render.js";
import * as directory from "../text/directory.js";
import { avatar } from "./avatar.js";
import { channelHead, topicOf } from "./channel_head.js";
import { isMember } from "./places.js";
import { composer } from "./composer.js";
import { messageList } from "./list.js";
import { statusLine } from "./status.js";

function foot(channel, actions) {
  if (channel.is_archived) return el("div", { class: "composer-stead" }, "This channel is archived. Nobody can write here.");
  if (!isMember(channel)) {
    return el(
      "div",
      { class: "composer-stead" },
      `${directory.fullName(state.as)} is not in #${channel.name}. `,
      el(
        "button",
        {
          type: "button",
          class: "button primary",
          "data-testid": "join",
          on: {
            click: () =>
              attempt(async () => {
                await post("join", { as: state.as, channel: channel.id });
                await actions.refresh();
              }),
          },
        },
        "Join",
      ),
    );
  }
  return composer({ channel: channel.id, actions });
}

function beginning(channel) {
  if (channel.is_im)
    return el(
      "div",
      { class: "beginning" },
      avatar(directory.counterpart(channel), { size: 48 }),
      el("h2", {}, directory.fullName(directory.counterpart(channel))),
      el("p", {}, "This is the start of your conversation."),
    );
  return el(
    "div",
    { class: "beginning" },
    el("h2", {}, icon(channel.is_private ? "lock" : "hash", 22), channel.name),
    el("p", {}, topicOf(channel) ? mrkdwnInline(topicOf(channel)) : "This is the start of the channel."),
  );
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
    if (!channel)
      return fill(
        scroller,
        el("div", { class: "quiet-note" }, held.error ?? `${directory.fullName(state.as)} cannot see this conversation.`),
      );
    if (!bare) fill(top, channelHead(channel, actions));
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
