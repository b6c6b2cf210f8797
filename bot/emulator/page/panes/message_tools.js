// What appears over a message: react, reply, and the menu with the apps' message shortcuts.

import { el } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { openMenu } from "../ui/menu.js";
import { openDialog } from "../ui/confirm.js";
import { toast } from "../ui/toast.js";
import { attempt, silence } from "../app/act.js";
import { post } from "../app/api.js";
import { state } from "../app/store.js";
import * as directory from "../text/directory.js";
import { openReactionPicker } from "./reactions.js";
import { editMessage } from "./edit.js";

/** Every app's shortcuts of one kind: "message" or "global". */
export function shortcutsOf(kind) {
  return directory
    .apps()
    .flatMap((app) => (app.shortcuts ?? []).filter((entry) => entry.type === kind).map((entry) => ({ app, ...entry })));
}

/** Run a shortcut; an app that stays silent is said so. */
export async function runShortcut(entry, extra = null) {
  const body = { as: state.as, app: entry.app.id, callback_id: entry.callback_id, ...extra };
  const result = await attempt(() => post(extra ? "message_shortcut" : "shortcut", body));
  if (result && result.acked === false) toast(`“${entry.name}” failed: ${silence(entry.app.name, result)}`, { level: "error" });
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied`);
  } catch {
    toast(`The browser does not let this page copy. ${what}: ${text}`);
  }
}

function showJson(message) {
  openDialog({
    label: "Message as JSON",
    className: "json",
    testid: "message-json",
    build: (close) =>
      el(
        "div",
        { class: "sheet-column" },
        el(
          "div",
          { class: "sheet-title" },
          el("h2", {}, "Message as JSON"),
          el(
            "button",
            { type: "button", class: "icon-button", "aria-label": "Close", autofocus: true, on: { click: () => close(null) } },
            icon("close"),
          ),
        ),
        el("pre", { class: "json-text", tabindex: "0" }, JSON.stringify(message, null, 2)),
      ),
  });
}

function menu(anchor, channel, message, { open, inThread }) {
  const mine = message.user === state.as && !message.bot_id && !message.ephemeral;
  const root = message.thread_ts ?? message.ts;
  openMenu(
    anchor,
    [
      ...shortcutsOf("message").map((entry) => ({
        label: entry.name,
        hint: entry.app.name,
        icon: "bolt",
        testid: `message-shortcut-${entry.callback_id}`,
        run: () => runShortcut(entry, { channel, ts: message.ts }),
      })),
      shortcutsOf("message").length > 0 && "divider",
      !inThread &&
        !message.ephemeral && { label: "Reply in thread", icon: "thread", testid: "menu-reply", run: () => open({ thread: root }) },
      mine && { label: "Edit message", icon: "edit", testid: "menu-edit", run: () => editMessage(channel, message) },
      mine && {
        label: "Delete message",
        icon: "trash",
        danger: true,
        testid: "menu-delete",
        run: () => attempt(() => post("delete", { as: state.as, channel, ts: message.ts })),
      },
      {
        label: "Copy link",
        icon: "link",
        run: () =>
          copy(
            `${location.origin}/?${new URLSearchParams({ as: directory.me()?.name ?? state.as, channel, ...(message.thread_ts ? { thread: root } : {}), ts: message.ts })}`,
            "Link",
          ),
      },
      { label: "Copy ts", hint: message.ts, icon: "copy", run: () => copy(message.ts, "ts") },
      { label: "Show JSON", icon: "code", testid: "menu-json", run: () => showJson(message) },
    ],
    { align: "end", label: "Message actions" },
  );
}

export function messageTools(channel, message, actions) {
  const tool = (label, mark, testid, run, props = {}) =>
    el(
      "button",
      {
        type: "button",
        class: "icon-button",
        title: label,
        "aria-label": label,
        "data-testid": testid,
        ...props,
        on: { click: (event) => run(event.currentTarget) },
      },
      icon(mark, 17),
    );
  return el(
    "div",
    { class: "message-tools", role: "toolbar", "aria-label": "Message actions" },
    !message.ephemeral && tool("Add a reaction", "smile", "react", (anchor) => openReactionPicker(anchor, channel, message)),
    !message.ephemeral &&
      !actions.inThread &&
      tool("Reply in thread", "thread", "reply", () => actions.open({ thread: message.thread_ts ?? message.ts })),
    tool("More actions", "more", "message-menu", (anchor) => menu(anchor, channel, message, actions), {
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    }),
  );
}
