// One message: who, when, what, and what can be done with it.

import { el } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { formFor } from "../app/forms.js";
import { aroundOf, sessionOf, state } from "../app/store.js";
import { renderBlocks } from "../blocks/index.js";
import { attachments } from "../blocks/attachments.js";
import { clockTime, fullTime, ago } from "../text/dates.js";
import { mrkdwn } from "../text/render.js";
import { snippet } from "../text/compose.js";
import * as directory from "../text/directory.js";
import { avatar, roleOf } from "./avatar.js";
import { fileList } from "./files.js";
import { reactionRow } from "./reactions.js";
import { messageTools } from "./message_tools.js";
import { stopButton } from "./session.js";

const SYSTEM = new Set([
  "channel_join",
  "channel_leave",
  "channel_topic",
  "channel_purpose",
  "channel_name",
  "channel_archive",
  "channel_unarchive",
  "group_join",
  "group_leave",
  "group_topic",
  "group_purpose",
  "group_archive",
  "group_unarchive",
  "bot_add",
  "bot_remove",
]);

const seconds = (ts) => Number(String(ts).split(".")[0]);

/** {id, name, app, badge} of whoever wrote this. */
export function authorOf(message) {
  const app = message.app_id ? directory.app(message.app_id) : directory.appOf(message.bot_id ?? message.user);
  const user = directory.user(message.user);
  const name =
    message.username || (user ? directory.fullName(user) : (message.bot_profile?.name ?? app?.name ?? message.user ?? "Unknown"));
  const bot = Boolean(message.bot_id || app || user?.is_bot);
  return {
    id: message.user ?? message.bot_id ?? name,
    name,
    app,
    bot,
    badge: bot ? "APP" : roleOf(user) === "Admin" || roleOf(user) === "Owner" ? null : roleOf(user),
  };
}

/** What the blocks of a message are drawn and answered in. */
function messageContext(channel, message) {
  const author = authorOf(message);
  const key = `${channel}/${message.ts}`;
  const form = formFor(key);
  form.here = channel;
  return {
    as: state.as,
    viewer: state.as,
    key,
    surface: { kind: "message", channel, ts: message.ts, ephemeral: message.ephemeral === true },
    form,
    blocks: message.blocks ?? [],
    appName: author.app?.name ?? author.name,
  };
}

function body(channel, message) {
  const ctx = messageContext(channel, message);
  const parts = [];
  if (message.blocks?.length) parts.push(renderBlocks(ctx, message.blocks));
  else if (message.text) parts.push(el("div", { class: "text" }, mrkdwn(message.text)));
  if (message.attachments?.length) parts.push(attachments(ctx, message.attachments));
  if (message.files?.length) parts.push(fileList(message.files));
  if (message.edited) {
    const mark = el(
      "span",
      { class: "edited", title: message.edited.ts ? `Edited ${fullTime(seconds(message.edited.ts), directory.zone())}` : null },
      "(edited)",
    );
    const last = parts.length === 1 && parts[0].classList.contains("text") ? parts[0].lastElementChild : null;
    if (last?.classList.contains("line")) last.append(" ", mark);
    else parts.push(mark);
  }
  if (message.stream === "stopped_by_user") parts.push(el("span", { class: "tag" }, "Stopped"));
  if (message.stream === "live") parts.push(el("span", { class: "caret-live", role: "status", "aria-label": "Still writing" }));
  return parts;
}

function threadSummary(channel, message, open) {
  const session = sessionOf(channel, message.ts);
  const { status } = aroundOf(channel, message.ts);
  const count = message.reply_count ?? 0;
  if (!count && !session && !status) return null;
  const people = (message.reply_users ?? []).slice(0, 4);
  return el(
    "div",
    { class: "thread-row" },
    count > 0 &&
      el(
        "button",
        { type: "button", class: "thread-summary", "data-testid": "thread-summary", on: { click: () => open({ thread: message.ts }) } },
        el(
          "span",
          { class: "faces" },
          people.map((id) => avatar(id, { size: 20 })),
        ),
        el("strong", {}, `${count} ${count === 1 ? "reply" : "replies"}`),
        message.latest_reply && el("span", { class: "hint" }, `Last reply ${ago(seconds(message.latest_reply), directory.now())}`),
      ),
    status && el("span", { class: "working", role: "status" }, el("span", { class: "spinner" }), status),
    stopButton(channel, message.ts, session),
  );
}

function systemLine(channel, message) {
  return el(
    "div",
    { class: "message system", role: "article", "data-testid": "message", "data-ts": message.ts },
    el(
      "span",
      { class: "gutter" },
      el("time", { title: fullTime(seconds(message.ts), directory.zone()) }, clockTime(seconds(message.ts), directory.zone())),
    ),
    el(
      "div",
      { class: "message-body" },
      el("strong", {}, authorOf(message).name),
      " ",
      el(
        "span",
        {},
        mrkdwn(String(message.text ?? message.subtype).replace(/^<@[A-Z0-9]+(\|[^>]*)?>\s*/, "")).flatMap((line) => [...line.childNodes]),
      ),
    ),
  );
}

/** A message as a node. `compact` leaves out who wrote it, because the one above is theirs. */
export function messageNode(channel, message, { open, compact = false, inThread = false } = {}) {
  if (SYSTEM.has(message.subtype)) return systemLine(channel, message);
  const author = authorOf(message);
  const zone = directory.zone();
  const at = seconds(message.ts);
  const time = (full) =>
    el("time", { class: "time", datetime: new Date(at * 1000).toISOString(), title: fullTime(at, zone) }, clockTime(at, zone, full));
  const small = compact && !message.ephemeral;
  return el(
    "div",
    {
      class: [
        "message",
        small && "compact",
        message.failed && "failed",
        message.ephemeral && "ephemeral",
        message.subtype === "tombstone" && "tombstone",
      ],
      role: "article",
      tabindex: "-1",
      "aria-label": `${author.name}, ${clockTime(at, zone)}: ${snippet(message, 80)}`,
      "data-testid": "message",
      "data-ts": message.ts,
      "data-user": author.id,
      "data-local": message.local ? "true" : null,
      "data-ephemeral": message.ephemeral ? "true" : null,
    },
    el("span", { class: "gutter" }, small ? time() : avatar(author.id, { name: author.name, bot: author.bot })),
    el(
      "div",
      { class: "message-body" },
      message.ephemeral && el("div", { class: "only-you", "data-testid": "only-you" }, icon("eye-open", 14), "Only visible to you"),
      !inThread && message.subtype === "thread_broadcast" && el("div", { class: "hint" }, "replied to a thread"),
      !small &&
        el(
          "div",
          { class: "message-head" },
          el("span", { class: "author" }, author.name),
          author.badge && el("span", { class: ["tag", author.bot && "app-tag"] }, author.badge),
          time(),
        ),
      body(channel, message),
      reactionRow(channel, message),
      !inThread && threadSummary(channel, message, open),
    ),
    messageTools(channel, message, { open, inThread }),
  );
}
