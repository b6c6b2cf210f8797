// Where the page is, kept in its address so that a link or a test can open any place.

const KEYS = ["as", "channel", "thread", "app", "tab", "tools"];

/** {as, channel, thread, app, tab, tools, message} from the address; `message` is where a permalink points. */
export function read() {
  const search = new URLSearchParams(location.search);
  const place = Object.fromEntries(KEYS.map((key) => [key, search.get(key)]));
  return { ...place, thread: place.thread ?? search.get("thread_ts"), message: search.get("ts") };
}

/** Put a place into the address; `replace` leaves no step in the history. */
export function write(place, { replace = false } = {}) {
  const search = new URLSearchParams();
  for (const key of KEYS) if (place[key]) search.set(key, place[key]);
  const next = `${location.pathname}?${search}`;
  if (next === location.pathname + location.search) return;
  if (replace) history.replaceState(null, "", next);
  else history.pushState(null, "", next);
}

export function onBack(listener) {
  addEventListener("popstate", () => listener(read()));
}
