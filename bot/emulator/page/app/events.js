// What the server pushes, put into the store.

import * as directory from "../text/directory.js";
import * as store from "./store.js";

const { state, emit } = store;

function here(channel) {
  return !document.hidden && (state.place.channel === channel || (state.place.app && state.place.dm === channel));
}

function arrived(event, tools) {
  const { channel, message } = event;
  const known = store.findMessage(channel, message.ts);
  store.putMessage(channel, message);
  if (known || message.ephemeral) return;
  if (!directory.channel(channel)) refreshDirectory();
  if (message.user !== state.as && (!message.thread_ts || message.thread_ts === message.ts)) {
    state.unread.put(channel, (state.unread.get(channel) ?? 0) + 1);
    if (here(channel)) tools.read(channel);
    else emit("channels");
  }
}

function reaction({ channel, ts, reactions }) {
  const found = store.findMessage(channel, ts);
  if (found) store.putMessage(channel, { ...found, reactions });
}

const withoutType = ({ type, ...facts }) => facts;

async function refreshDirectory() {
  await store.loadWorkspace(state.as).catch(() => {});
}

/** Take in one event. `tools`: {reload, syncModals, read}. */
export function apply(event, tools) {
  switch (event.type) {
    case "message":
      return arrived(event, tools);
    case "message_changed":
      return store.putMessage(event.channel, event.message);
    case "message_deleted":
      return store.dropMessage(event.channel, event.ts);
    case "ephemeral":
      return store.putMessage(event.channel, { ...event.message, ephemeral: true });
    case "view_opened":
    case "view_updated":
    case "view_pushed":
    case "view_closed":
      return tools.syncModals(event);
    case "home":
      state.homes.put(event.app, event.view ?? null);
      return emit("home", event.app);
    case "reaction":
      return reaction(event);
    case "channel":
    case "user":
    case "usergroup":
    case "app":
      return refreshDirectory();
    case "status":
      return store.putAround(withoutType(event));
    case "session":
      return store.putSession(withoutType(event));
    case "clock":
      directory.learnClock(event);
      return emit("clock", event);
    case "traffic":
      return emit("traffic", event.entry);
    case "delivery":
      return emit("delivery", event);
    case "fault":
    case "faults":
      return emit("faults", event);
    case "reload":
      return tools.reload();
    default:
      return undefined;
  }
}
