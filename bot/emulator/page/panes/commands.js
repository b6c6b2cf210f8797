// Slash commands: those of the apps, and the few of the workspace itself that a test of an app needs.

import { post } from "../app/api.js";
import { silence } from "../app/act.js";
import { conversation, putMessage, state } from "../app/store.js";
import * as directory from "../text/directory.js";

const person = (word) => directory.users().find((user) => user.name === word.replace(/^@/, "") || user.id === word)?.id;
const place = (word) => directory.channels().find((channel) => channel.name === word.replace(/^#/, "") || channel.id === word)?.id;

const OWN = [
  {
    command: "/invite",
    usage_hint: "@person",
    description: "Bring somebody into this channel",
    run: async ({ words, channel }) => {
      for (const word of words) await post("invite", { as: state.as, channel, user: person(word) ?? word });
    },
  },
  {
    command: "/remove",
    usage_hint: "@person",
    description: "Take somebody out of this channel",
    run: ({ words, channel }) => post("leave", { as: state.as, channel, user: person(words[0] ?? "") ?? words[0] ?? "" }),
  },
  {
    command: "/join",
    usage_hint: "#channel",
    description: "Enter a public channel",
    run: ({ words, channel }) => post("join", { as: state.as, channel: place(words[0] ?? "") ?? channel }),
  },
  { command: "/leave", usage_hint: "", description: "Leave this channel", run: ({ channel }) => post("leave", { as: state.as, channel }) },
];

/** All commands that can be typed: {command, description, usage_hint, owner, app?}. */
export function commandList() {
  const ofApps = directory.apps().flatMap((app) => (app.commands ?? []).map((entry) => ({ ...entry, owner: app.name, app })));
  return [...ofApps, ...OWN.map((entry) => ({ ...entry, owner: "Local Slack" }))];
}

/** A line only this viewer sees, made by the page itself. */
export function notice(channel, text, { failed = false, threadTs = null } = {}) {
  const newest = [...conversation(channel).values.keys()].map(Number).sort((a, b) => b - a)[0] ?? 0;
  const ts = Math.max(directory.now(), newest + 0.000001).toFixed(6);
  putMessage(channel, {
    ts,
    user: "USLACKBOT",
    username: "Local Slack",
    text,
    ephemeral: true,
    local: true,
    failed,
    ...(threadTs ? { thread_ts: threadTs } : {}),
  });
}

/** Run what was typed. Resolves to false when it should stay in the composer. */
export async function runCommand({ typed, channel, threadTs, refresh, warn }) {
  const [command, ...words] = typed.trim().split(/\s+/);
  const say = (text, failed = true) => notice(channel, text, { failed, threadTs });
  const entry = commandList().find((one) => one.command === command);
  if (!entry) {
    say(`\`${command}\` is not a command here. Type \`/\` to see those there are, or begin with a space to send it as a message.`);
    return false;
  }
  if (threadTs) {
    say(`\`${command}\` does not work inside a thread, as in Slack. Use it in the conversation itself.`);
    return false;
  }
  if (entry.run) {
    try {
      await entry.run({ words, channel });
      await refresh?.();
      return true;
    } catch (error) {
      say(error.detail ?? String(error));
      return false;
    }
  }
  const text = typed.trim().slice(command.length).trim();
  try {
    const result = await post("command", { as: state.as, channel, command, text });
    if (result.acked === false) warn?.(`${command} failed: ${silence(entry.owner, result)}`);
    else if (result.refused) warn?.(`The answer of ${entry.owner} to ${command} was refused: ${result.refused.error}. See Traffic.`);
    return true;
  } catch (error) {
    say(error.detail ?? String(error));
    return false;
  }
}
