// Starts the page and keeps it true: who acts, which place is open, what the server tells.

import { post } from "./api.js";
import { attempt } from "./act.js";
import { connect } from "./live.js";
import * as route from "./route.js";
import * as directory from "../text/directory.js";
import * as store from "./store.js";
import { apply } from "./events.js";
import { setTheme, storedTheme } from "./theme.js";
import { mountSidebar } from "../panes/sidebar.js";
import { mountMain } from "../panes/main.js";
import { mountThread } from "../panes/thread.js";
import { syncModals } from "../panes/modal.js";
import { mountTools } from "../tools/dock.js";
import { el } from "../ui/dom.js";

const { state, emit } = store;
let disconnect = () => {};

/** Go to a place: {channel} or {app, tab}, with an optional {thread} and {tools}. */
export async function open(place, { replace = false } = {}) {
  const next = { ...state.place, ...place };
  if ("channel" in place && place.channel) next.app = null;
  if ("app" in place && place.app) next.channel = null;
  if (("channel" in place || "app" in place) && !("thread" in place)) next.thread = null;
  if (next.app && !next.tab) next.tab = "home";
  if (!next.app) next.tab = null;
  state.place = next;
  document.body.classList.remove("drawer-open");
  route.write({ as: directory.me()?.name ?? state.as, ...next }, { replace });
  emit("place", next);
  await loadPlace(next);
}

async function loadPlace({ channel, thread, app, tab }) {
  if (app) {
    await attempt(() => post("open_home", { as: state.as, app, tab: tab ?? "home" }));
    if (tab === "messages") {
      const entry = directory.app(app);
      const dm = await attempt(() => post("open_dm", { as: state.as, user: directory.botUser(entry) }));
      const id = dm?.channel?.id ?? dm?.channel ?? dm?.id;
      if (id && state.place.app === app) {
        state.place.dm = id;
        if (!directory.channel(id)) await store.loadWorkspace(state.as);
        await show(id);
      }
    } else {
      await attempt(() => store.loadHome(app));
    }
  } else if (channel) {
    await show(channel);
  }
  const where = channel ?? state.place.dm;
  if (thread && where) await attempt(() => store.loadThread(where, thread));
}

/** Bring a message into view, reading back as far as needed. */
async function reveal(channel, ts) {
  const held = store.conversation(channel);
  for (let turn = 0; turn < 25 && held.more && !held.has(ts); turn += 1) {
    await store.loadMessages(channel, { before: store.listed(channel)[0]?.ts });
  }
  emit("reveal", { channel, ts });
}

async function show(channel) {
  const held = store.conversation(channel);
  try {
    await store.loadMessages(channel);
    read(channel);
  } catch (error) {
    held.error = error.detail;
    emit("messages", channel);
  }
}

/** The viewer has seen this conversation. */
export function read(channel) {
  if (!state.unread.get(channel)) return;
  state.unread.put(channel, 0);
  emit("channels");
  post("mark", { as: state.as, channel }).catch(() => {});
}

/** Act as somebody else from now on. */
export async function become(as) {
  disconnect();
  store.forget();
  const before = state.place;
  await store.loadWorkspace(as);
  const seen = before.channel && directory.channel(before.channel);
  await listen();
  await open(before.app ? { app: before.app, tab: before.tab } : { channel: seen ? before.channel : firstChannel(), thread: null });
  syncModals();
}

function firstChannel() {
  const mine = directory.channels().filter((channel) => !channel.is_im && !channel.is_archived);
  const joined = mine.filter((channel) => (channel.members ?? []).includes(state.as));
  return (joined[0] ?? mine[0])?.id ?? null;
}

/** Read everything again: after the server came back, or was reset. */
export async function reload() {
  const was = state.place;
  store.forget();
  await store.loadWorkspace(state.as);
  if (was.channel && !directory.channel(was.channel)) state.place = { ...was, channel: firstChannel(), thread: null };
  emit("place", state.place);
  await loadPlace(state.place);
  syncModals();
  emit("reloaded");
}

/** Read the people, channels and apps again, and leave the open conversation as it is. */
const refresh = () => store.loadWorkspace(state.as);

/** Hear of everything from now on; resolves once nothing can be missed any more, or the server stays away. */
function listen() {
  return new Promise((resolve) => {
    disconnect = connect(state.as, {
      onEvent: (event) => apply(event, { reload: () => attempt(reload), syncModals, read }),
      onState: (linked, again) => {
        state.linked = linked;
        emit("link", linked);
        if (linked === "open" && again) attempt(reload);
        resolve();
      },
    });
  });
}

async function start() {
  setTheme(storedTheme());
  const wanted = route.read();
  try {
    await store.loadWorkspace(wanted.as || "ana");
  } catch (error) {
    document
      .getElementById("app")
      .replaceChildren(
        el(
          "div",
          { class: "startup", role: "alert" },
          el("h1", {}, "Local Slack could not start"),
          el("p", {}, error.detail),
          el("a", { href: "/", class: "button" }, "Start as Ana"),
        ),
      );
    return;
  }
  mountSidebar(document.getElementById("sidebar"), { open, become, refresh });
  mountMain(document.getElementById("main"), { open, read, refresh, reload });
  mountThread(document.getElementById("side"), { open });
  mountTools(document.getElementById("tools"), { open, reload });
  await listen();
  const shut = () => document.body.classList.remove("drawer-open");
  document.getElementById("scrim").addEventListener("click", shut);
  addEventListener("keydown", (event) => event.key === "Escape" && shut());
  route.onBack((place) =>
    open({ channel: place.channel, app: place.app, tab: place.tab, thread: place.thread, tools: place.tools }, { replace: true }),
  );
  await open(
    {
      channel: wanted.app ? null : wanted.channel && directory.channel(wanted.channel) ? wanted.channel : firstChannel(),
      app: wanted.app && directory.app(wanted.app) ? wanted.app : null,
      tab: wanted.tab,
      thread: wanted.thread,
      tools: wanted.tools,
    },
    { replace: true },
  );
  if (wanted.message && state.place.channel) await attempt(() => reveal(state.place.channel, wanted.message));
  await syncModals();
  document.documentElement.dataset.ready = "true";
}

start();
