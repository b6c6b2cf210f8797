// The scrolling list of messages: kept at its end while the viewer is there, kept still while not.

import { el } from "../ui/dom.js";
import { dayKey, dayLabel } from "../text/dates.js";
import * as directory from "../text/directory.js";
import { authorOf, messageNode } from "./message.js";

const TOGETHER_S = 300;
const NEAR_END_PX = 80;
const NEAR_START_PX = 300;

const seconds = (ts) => Number(String(ts).split(".")[0]);

function joins(before, message) {
  if (!before || before.subtype || (message.subtype && message.subtype !== "file_share") || before.ephemeral || message.ephemeral)
    return false;
  const [a, b] = [authorOf(before), authorOf(message)];
  return a.id === b.id && a.name === b.name && seconds(message.ts) - seconds(before.ts) < TOGETHER_S;
}

/**
 * A list inside `scroller`. `draw(messages, {newFrom, head})` brings it up to date and touches only what changed.
 */
export function messageList(scroller, { channel, actions, inThread = false, onStart = null }) {
  const list = el("div", { class: "messages", role: "log", "aria-label": "Messages", "aria-live": "polite", "aria-relevant": "additions" });
  let rows = new Map();
  let stuck = true;
  let asking = false;

  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
  };
  const watcher = new ResizeObserver(() => stuck && toEnd());
  watcher.observe(list);
  watcher.observe(scroller);
  const onScroll = async () => {
    stuck = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;
    if (!onStart || asking || scroller.scrollTop > NEAR_START_PX) return;
    asking = true;
    await onStart();
    asking = false;
  };
  scroller.addEventListener("scroll", onScroll, { passive: true });

  function plan(messages, newFrom) {
    const zone = directory.zone();
    const now = directory.now();
    const wanted = [];
    let day = null;
    let before = null;
    for (const message of messages) {
      const at = seconds(message.ts);
      const today = dayKey(at, zone);
      if (today !== day && !inThread) {
        wanted.push({ key: `day-${today}`, label: dayLabel(at, zone, now), kind: "day" });
        before = null;
      }
      day = today;
      if (message.ts === newFrom) {
        wanted.push({ key: "new", kind: "new" });
        before = null;
      }
      wanted.push({ key: message.ts, kind: "message", message, compact: joins(before, message) });
      before = message;
    }
    return wanted;
  }

  function make(item) {
    if (item.kind === "day") return el("div", { class: "day", role: "separator", "aria-label": item.label }, el("span", {}, item.label));
    if (item.kind === "new")
      return el(
        "div",
        { class: "day new", role: "separator", "aria-label": "New messages", "data-testid": "new-divider" },
        el("span", {}, "New"),
      );
    return messageNode(channel, item.message, { ...actions, compact: item.compact, inThread });
  }

  function keepFocus(node, work) {
    const held = node?.contains(document.activeElement) ? document.activeElement : null;
    const testid = held?.dataset.testid;
    const fresh = work();
    if (held) (testid ? (fresh.querySelector(`[data-testid="${CSS.escape(testid)}"]`) ?? fresh) : fresh).focus({ preventScroll: true });
    return fresh;
  }

  /** The first message in sight and where it stands, so that it can be put back there. */
  function anchor() {
    const edge = scroller.getBoundingClientRect().top;
    for (const { node, item } of rows.values()) {
      if (item.kind !== "message") continue;
      const box = node.getBoundingClientRect();
      if (box.bottom > edge + 4) return { node, top: box.top };
    }
    return null;
  }

  function draw(messages, { newFrom = null, extra = "" } = {}) {
    const next = new Map();
    const held = stuck ? null : anchor();
    let at = list.firstChild;
    for (const item of plan(messages, newFrom)) {
      const old = rows.get(item.key);
      const same =
        old &&
        old.item.message === item.message &&
        old.item.compact === item.compact &&
        old.item.label === item.label &&
        old.extra === extra;
      const node = same
        ? old.node
        : keepFocus(old?.node, () => {
            const made = make(item);
            if (old && old.node.parentNode === list) {
              if (at === old.node) at = made;
              old.node.replaceWith(made);
            }
            return made;
          });
      if (node !== at) list.insertBefore(node, at);
      else at = at.nextSibling;
      next.set(item.key, { item, node, extra });
    }
    for (const [key, { node }] of rows) if (!next.has(key)) node.remove();
    rows = next;
    if (stuck) toEnd();
    else if (held?.node.isConnected) scroller.scrollTop += held.node.getBoundingClientRect().top - held.top;
  }

  /** Draw one row again, because something beside its message changed. */
  function refresh(ts) {
    const row = rows.get(ts);
    if (row) row.extra = Symbol("stale");
  }

  /** Show one message and point at it. */
  function reveal(ts) {
    const node = rows.get(ts)?.node;
    if (!node) return;
    stuck = false;
    node.scrollIntoView({ block: "center" });
    node.classList.add("pointed");
    node.focus({ preventScroll: true });
    setTimeout(() => node.classList.remove("pointed"), 2500);
  }

  function stop() {
    watcher.disconnect();
    scroller.removeEventListener("scroll", onScroll);
  }

  list.addEventListener("keydown", (event) => {
    if (event.target.getAttribute("data-testid") !== "message") return;
    const all = [...list.querySelectorAll("[data-testid=message]")];
    const place = all.indexOf(event.target);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      all[Math.max(0, Math.min(all.length - 1, place + step))].focus();
    }
  });

  return {
    node: list,
    draw,
    refresh,
    reveal,
    stop,
    toEnd: () => {
      stuck = true;
      toEnd();
    },
  };
}
