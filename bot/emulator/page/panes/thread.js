// The right pane: one thread.

import { el, fill, coalesce } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { listedThread, loadThread, on, state, thread } from "../app/store.js";
import { attempt } from "../app/act.js";
import * as directory from "../text/directory.js";
import { composer } from "./composer.js";
import { messageList } from "./list.js";
import { statusLine } from "./status.js";

function build(root, channel, ts, { open }) {
  const entry = directory.channel(channel);
  const scroller = el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Replies" });
  const list = messageList(scroller, { channel, actions: { open }, inThread: true });
  const status = statusLine(channel, ts);
  const count = el("span", { class: "hint" });
  const close = () => open({ thread: null });
  const canWrite = entry && !entry.is_archived && (entry.is_im || (entry.members ?? []).includes(state.as));
  fill(
    root,
    el(
      "header",
      { class: "pane-head" },
      el(
        "button",
        {
          type: "button",
          class: "icon-button back-button",
          "aria-label": "Back to the conversation",
          "data-testid": "thread-back",
          on: { click: close },
        },
        icon("back"),
      ),
      el("h2", {}, "Thread"),
      count,
      el("span", { class: "grow" }),
      el(
        "button",
        {
          type: "button",
          class: "icon-button close-button",
          "aria-label": "Close thread",
          "data-testid": "thread-close",
          on: { click: close },
        },
        icon("close"),
      ),
    ),
    scroller,
    status.node,
    el(
      "div",
      { class: "pane-foot" },
      canWrite
        ? composer({ channel, threadTs: ts, actions: { open } })
        : el("div", { class: "composer-stead" }, "You can read this thread, but not write in it."),
    ),
  );
  const draw = coalesce(() => {
    const held = thread(channel, ts);
    const messages = listedThread(channel, ts);
    const replies = messages.filter((message) => message.ts !== ts).length;
    count.textContent = replies ? `${replies} ${replies === 1 ? "reply" : "replies"}` : "";
    if (held.loaded && !messages.length) {
      fill(scroller, el("div", { class: "quiet-note" }, "There is no such message in this conversation."));
      return;
    }
    if (list.node.parentNode !== scroller) fill(scroller, list.node);
    list.draw(messages);
  });
  root.addEventListener("keydown", onKey);
  function onKey(event) {
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      close();
    }
  }
  const off = [on("thread", (what) => what.channel === channel && what.ts === ts && draw()), on("workspace", draw)];
  status.start();
  draw();
  return () => {
    root.removeEventListener("keydown", onKey);
    status.stop();
    list.stop();
    for (const end of off) end();
  };
}

/** Show the thread of the place, or nothing. */
export function mountThread(root, actions) {
  let shown = null;
  let stop = null;
  const draw = () => {
    const { channel, dm, thread: ts } = state.place;
    const where = channel ?? dm;
    const key = ts && where ? `${state.as}/${where}/${ts}` : null;
    if (key === shown) return;
    const closing = shown && !key;
    shown = key;
    stop?.();
    stop = null;
    root.hidden = !key;
    root.dataset.testid = "thread-pane";
    document.body.classList.toggle("thread-open", Boolean(key));
    if (key) {
      stop = build(root, where, ts, actions);
      if (matchMedia("(hover: hover)").matches) root.querySelector("textarea")?.focus({ preventScroll: true });
    } else {
      fill(root);
      if (closing) document.querySelector("#main [data-testid=composer]")?.focus({ preventScroll: true });
    }
  };
  on("place", draw);
  on("messages", draw);
  on("reloaded", () => {
    const { channel, dm, thread: ts } = state.place;
    if (ts && (channel ?? dm)) attempt(() => loadThread(channel ?? dm, ts));
  });
}
