// Names behind ids, as the page knows them now: people, channels, groups; the viewer's zone and clock.

const known = { users: new Map(), channels: new Map(), groups: new Map(), apps: new Map(), me: null, team: null, clock: null };

/** Take in what the server says about the workspace. */
export function learn({ users, channels, usergroups, apps, me, team, clock }) {
  if (users) known.users = new Map(users.map((user) => [user.id, user]));
  if (channels) known.channels = new Map(channels.map((channel) => [channel.id, channel]));
  if (usergroups) known.groups = new Map(usergroups.map((group) => [group.id, group]));
  if (apps) known.apps = new Map(apps.map((app) => [app.id, app]));
  if (team) known.team = team;
  if (me) known.me = typeof me === "string" ? (known.users.get(me) ?? { id: me }) : me;
  if (clock !== undefined) learnClock(clock);
}

/**
 * The server's clock: {now: seconds since 1970, speed, changed}. News and answers may overtake each other: of two
 * readings the one changed later holds.
 */
export function learnClock({ now: seconds, speed = 1, changed = 0 }) {
  if (known.clock && changed < known.clock.changed) return;
  known.clock = { seconds, speed, changed, seen: performance.now() };
}

/** The server's present moment in seconds. */
export const now = () =>
  known.clock ? known.clock.seconds + ((performance.now() - known.clock.seen) / 1000) * known.clock.speed : Date.now() / 1000;
export const speed = () => known.clock?.speed ?? 1;
export const zone = () => known.me?.tz ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
export const me = () => known.me;
export const team = () => known.team;
export const users = () => [...known.users.values()];
export const channels = () => [...known.channels.values()];
export const groups = () => [...known.groups.values()];
export const apps = () => [...known.apps.values()];
export const user = (id) => known.users.get(id) ?? null;
export const channel = (id) => known.channels.get(id) ?? null;
export const group = (id) => known.groups.get(id) ?? null;
export const app = (id) => known.apps.get(id) ?? null;

/** What people call a person. */
export function userName(id, fallback = null) {
  const found = typeof id === "object" ? id : known.users.get(id);
  if (!found) return fallback ?? id ?? "someone";
  return found.profile?.display_name || found.display_name || found.name || found.real_name || found.id;
}

/** Who somebody is, in full: what stands over their messages. */
export function fullName(id, fallback = null) {
  const found = typeof id === "object" ? id : known.users.get(id);
  return found?.real_name || found?.profile?.real_name || userName(id, fallback);
}

/** Accounts a visitor may act as or write to. */
export const people = () => users().filter((entry) => entry.can_act || (entry.deleted && !entry.is_bot));

/** The app that owns a bot user or bot id. */
export function appOf(id) {
  return apps().find((entry) => entry.id === id || botUser(entry) === id || entry.bot_id === id) ?? null;
}

export const botUser = (entry) =>
  (typeof entry?.bot_user === "object" ? entry.bot_user?.id : entry?.bot_user) ?? entry?.bot_user_id ?? null;

/** The other person of a direct conversation. */
export function counterpart(entry) {
  if (entry.user) return entry.user;
  const others = (entry.members ?? []).filter((id) => id !== known.me?.id);
  return others[0] ?? known.me?.id;
}

/** What a channel is called in the list, without its sign. */
export function channelName(id, fallback = null) {
  const found = typeof id === "object" ? id : known.channels.get(id);
  if (!found) return fallback ?? id;
  if (found.is_im) return fullName(counterpart(found));
  return found.name ?? found.id;
}
