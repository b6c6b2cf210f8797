// What the page knows: the workspace, the open conversations, and what changed last.

import * as directory from "../text/directory.js";
import { get } from "./api.js";
import { moment, Shelf } from "./shelf.js";

const listeners = new Map();

/** Hear of a topic: place, channels, messages, thread, modals, home, status, link, traffic, clock, faults. */
export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, new Set());
  listeners.get(topic).add(listener);
  return () => listeners.get(topic).delete(listener);
}

export function emit(topic, detail) {
  for (const listener of [...(listeners.get(topic) ?? [])]) listener(detail);
}

export const state = {
  as: null,
  place: { channel: null, thread: null, app: null, tab: null, tools: null },
  linked: "connecting",
  conversations: new Map(),
  threads: new Map(),
  around: new Shelf(),
  sessions: new Shelf(),
  unread: new Shelf(),
  homes: new Shelf(),
};

/** Two `ts` in the order of time. */
function byTime(a, b) {
  const [aWhole, aPart = "0"] = a.split(".");
  const [bWhole, bPart = "0"] = b.split(".");
  return Number(aWhole) - Number(bWhole) || Number(aPart) - Number(bPart);
}

const threadKey = (channel, ts) => `${channel}/${ts}`;
const byThread = ({ channel, thread_ts, ...facts }) => [threadKey(channel, thread_ts ?? ""), facts];

/** The kept messages of a channel. */
export function conversation(channel) {
  if (!state.conversations.has(channel)) state.conversations.set(channel, new Shelf());
  return state.conversations.get(channel);
}

export function thread(channel, ts) {
  const key = threadKey(channel, ts);
  if (!state.threads.has(key)) state.threads.set(key, new Shelf());
  return state.threads.get(key);
}

let asked = 0;

/** Read everything about the workspace anew, as this viewer. The newest answer counts. */
export async function loadWorkspace(as) {
  asked += 1;
  const mine = asked;
  const since = moment();
  const data = await get("state", { as });
  if (mine !== asked) return;
  directory.learn({
    users: data.users ?? [],
    channels: data.channels ?? [],
    usergroups: data.usergroups ?? [],
    apps: data.apps ?? [],
    me: data.me,
    team: data.team,
    clock: data.clock,
  });
  state.as = directory.me()?.id ?? as;
  const all = () => true;
  state.unread.merge(
    (data.channels ?? []).map((channel) => [channel.id, channel.unread]),
    since,
    all,
  );
  state.sessions.merge((data.sessions ?? []).map(byThread), since, all);
  state.around.merge((data.threads ?? []).map(byThread), since, all);
  emit("workspace");
}

const PAGE = 200;
const WHOLE_THREAD = 1000;

const paired = (messages) => messages.map((message) => [message.ts, message]);

/** Read the newest messages of a channel, or those before one of them. */
export async function loadMessages(channel, { before = null } = {}) {
  const held = conversation(channel);
  const since = moment();
  const { messages, has_more: more } = await get("messages", { as: state.as, channel, limit: PAGE, before });
  const oldest = more ? messages[0]?.ts : null;
  held.merge(paired(messages), since, (ts, message) => !before && !message.local && (!oldest || byTime(ts, oldest) >= 0));
  held.more = more;
  emit("messages", channel);
}

export async function loadThread(channel, ts) {
  const held = thread(channel, ts);
  const since = moment();
  const { messages } = await get("messages", { as: state.as, channel, thread_ts: ts, limit: WHOLE_THREAD });
  held.merge(paired(messages), since, (_, message) => !message.local);
  emit("thread", { channel, ts });
}

/** Read an app's Home; null stands for one that was never published. */
export async function loadHome(app) {
  const since = moment();
  const { view } = await get("home", { as: state.as, app });
  state.homes.merge([[app, view]], since);
  emit("home", app);
}

/** Top-level messages of a channel, oldest first. */
export function listed(channel) {
  return [...conversation(channel).values.values()].sort((a, b) => byTime(a.ts, b.ts));
}

export function listedThread(channel, ts) {
  return [...thread(channel, ts).values.values()].sort((a, b) => byTime(a.ts, b.ts));
}

/** A new or changed message goes where it belongs. */
export function putMessage(channel, message) {
  const root = message.thread_ts && message.thread_ts !== message.ts ? message.thread_ts : null;
  if (root) {
    thread(channel, root).put(message.ts, message);
    emit("thread", { channel, ts: root });
  }
  if (!root || message.broadcast || message.subtype === "thread_broadcast") {
    conversation(channel).put(message.ts, message);
    emit("messages", channel);
  }
  if (!root && state.threads.has(threadKey(channel, message.ts))) {
    thread(channel, message.ts).put(message.ts, message);
    emit("thread", { channel, ts: message.ts });
  }
}

export function dropMessage(channel, ts) {
  if (conversation(channel).drop(ts)) emit("messages", channel);
  for (const [key, held] of state.threads) {
    if (key.startsWith(`${channel}/`) && held.drop(ts)) emit("thread", { channel, ts: key.slice(channel.length + 1) });
  }
}

export function findMessage(channel, ts) {
  const top = conversation(channel).get(ts);
  if (top) return top;
  for (const [key, held] of state.threads) if (key.startsWith(`${channel}/`) && held.has(ts)) return held.get(ts);
  return null;
}

/** What an app says around a thread: {status, app, loading_messages, prompts, prompts_title, title}, some or all. */
export function putAround({ channel, thread_ts, ...facts }) {
  const key = threadKey(channel, thread_ts ?? "");
  state.around.put(key, { ...state.around.get(key), ...facts });
  emit("status", { channel, thread_ts });
}

export function putSession({ channel, thread_ts, ...facts }) {
  const key = threadKey(channel, thread_ts);
  state.sessions.put(key, { ...state.sessions.get(key), ...facts });
  emit("status", { channel, thread_ts });
}

export const aroundOf = (channel, ts) => state.around.get(threadKey(channel, ts ?? "")) ?? {};
export const sessionOf = (channel, ts) => state.sessions.get(threadKey(channel, ts ?? "")) ?? null;

/** Forget all conversations: after a switch of person or a restart of the server. */
export function forget() {
  state.conversations.clear();
  state.threads.clear();
  for (const kept of ["around", "sessions", "homes", "unread"]) state[kept] = new Shelf();
}
