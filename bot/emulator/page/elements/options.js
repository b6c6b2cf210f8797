// Where the entries of a select come from. An entry: {key, text, description, icon, state} in groups {label, entries}.

import { fetchOptions } from "../app/act.js";
import * as directory from "../text/directory.js";
import { textObject, textOf } from "../text/render.js";

function fromOption(option) {
  return {
    key: option.value,
    text: textOf(option.text),
    nodes: () => textObject(option.text, { block: false }),
    description: option.description ? textOf(option.description) : null,
    state: option,
  };
}

function grouped(options, groups) {
  if (groups?.length) return groups.map((group) => ({ label: textOf(group.label), entries: (group.options ?? []).map(fromOption) }));
  return [{ label: null, entries: (options ?? []).map(fromOption) }];
}

function filtered(groups, typed) {
  const wanted = typed.trim().toLowerCase();
  const kept = groups.map((group) => ({
    ...group,
    entries: group.entries.filter((entry) => !wanted || `${entry.text} ${entry.description ?? ""}`.toLowerCase().includes(wanted)),
  }));
  return kept.filter((group) => group.entries.length);
}

const fromUser = (user) => ({ key: user.id, text: directory.fullName(user), description: `@${user.name}`, state: user.id });

const fromChannel = (channel) => ({
  key: channel.id,
  text: directory.channelName(channel),
  icon: channel.is_im ? "user" : channel.is_private ? "lock" : "hash",
  state: channel.id,
});

function conversations(element) {
  const filter = element.filter ?? {};
  const wants = (kind) => !filter.include || filter.include.includes(kind);
  return directory.channels().filter((channel) => {
    if (channel.is_archived) return false;
    if (filter.exclude_external_shared_channels && channel.is_ext_shared) return false;
    if (channel.is_im && filter.exclude_bot_users && directory.user(directory.counterpart(channel))?.is_bot) return false;
    return wants(channel.is_im ? "im" : channel.is_mpim ? "mpim" : channel.is_private ? "private" : "public");
  });
}

/** Entries for what was typed: {groups} or {note}; external ones ask the app. */
export async function entriesFor(ctx, block, element, typed) {
  const kind = element.type.replace(/^multi_/, "");
  if (kind === "static_select") return { groups: filtered(grouped(element.options, element.option_groups), typed) };
  if (kind === "users_select") {
    const people = directory
      .users()
      .filter((user) => !user.deleted)
      .map(fromUser);
    return { groups: filtered([{ label: null, entries: people }], typed) };
  }
  if (kind === "conversations_select")
    return { groups: filtered([{ label: null, entries: conversations(element).map(fromChannel) }], typed) };
  if (kind === "channels_select") {
    const open = directory.channels().filter((channel) => !channel.is_im && !channel.is_private && !channel.is_archived);
    return { groups: filtered([{ label: null, entries: open.map(fromChannel) }], typed) };
  }
  const least = element.min_query_length ?? 3;
  if (typed.length < least) return { note: least === 1 ? "Type to search" : `Type at least ${least} characters` };
  try {
    const found = await fetchOptions(ctx, block, element, typed);
    return { groups: grouped(found.options, found.option_groups).filter((group) => group.entries.length) };
  } catch (error) {
    return { note: error.detail ?? `${ctx.appName} did not respond.`, failed: true };
  }
}

/** What a kept state is called: option objects carry their text, ids are looked up. */
export function stateText(element, state) {
  if (state === null || state === undefined) return "";
  if (typeof state === "object") return textOf(state.text);
  if (element.type.includes("users_select")) return directory.fullName(state);
  const channel = directory.channel(state);
  return channel?.is_im ? directory.channelName(channel) : `#${directory.channelName(state)}`;
}

export const stateKey = (state) => (typeof state === "object" && state ? state.value : state);

/** The name of the state field of a select. */
export function stateField(type) {
  const many = type.startsWith("multi_");
  const base = type.includes("users")
    ? "user"
    : type.includes("conversations")
      ? "conversation"
      : type.includes("channels")
        ? "channel"
        : "option";
  return `selected_${base}${many ? "s" : ""}`;
}
