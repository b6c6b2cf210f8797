// Where people write: text with formatting, completion, files, commands, global shortcuts.

import { el, fill } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { openMenu } from "../ui/menu.js";
import { attempt } from "../app/act.js";
import { encodeFile, post } from "../app/api.js";
import { state } from "../app/store.js";
import { toRichText } from "../text/compose.js";
import * as directory from "../text/directory.js";
import { formatBar } from "../elements/format_bar.js";
import { completion } from "./complete.js";
import { runCommand } from "./commands.js";
import { runShortcut, shortcutsOf } from "./message_tools.js";
import { pickEmoji } from "./reactions.js";
import { size } from "./files.js";

const drafts = new Map();
const TALLEST_PX = 240;

function shortcutMenu(anchor, attach) {
  const entries = shortcutsOf("global");
  openMenu(
    anchor,
    [
      { label: "Add a file", icon: "clip", testid: "attach", run: attach },
      entries.length > 0 && { heading: "Shortcuts" },
      ...entries.map((entry) => ({
        label: entry.name,
        hint: entry.app.name,
        icon: "bolt",
        testid: `shortcut-${entry.callback_id}`,
        run: () => runShortcut(entry),
      })),
    ],
    { label: "Files and shortcuts" },
  );
}

function placeholder(channel, threadTs) {
  if (threadTs) return "Reply…";
  const entry = directory.channel(channel);
  return `Message ${entry?.is_im ? directory.channelName(entry) : `#${directory.channelName(channel)}`}`;
}

/** The composer of a conversation or of a thread. */
export function composer({ channel, threadTs = null, actions = {} }) {
  const prefix = threadTs ? "thread-" : "";
  const draftKey = `${state.as}/${channel}/${threadTs ?? ""}`;
  let files = [];
  const area = el("textarea", {
    class: "composer-text",
    rows: "1",
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-haspopup": "listbox",
    "aria-label": placeholder(channel, threadTs),
    placeholder: placeholder(channel, threadTs),
    "data-testid": `${prefix}composer`,
    autocomplete: "off",
  });
  area.value = drafts.get(draftKey) ?? "";
  const suggestions = el("div", { class: "suggestions" });
  const picked = el("ul", { class: "picked-files" });
  const send = el(
    "button",
    { type: "button", class: "send", "aria-label": "Send", "data-testid": `${prefix}send`, on: { click: () => submit() } },
    icon("send", 17),
  );
  const chooser = el("input", {
    type: "file",
    multiple: true,
    class: "visually-hidden",
    tabindex: "-1",
    "aria-hidden": "true",
    "data-testid": `${prefix}file`,
    on: { change: () => add([...chooser.files]) },
  });
  const warning = el("div", { class: "composer-warning", role: "alert", "data-testid": "command-failed" });
  const warn = (words) => fill(warning, words && [icon("warning", 14), el("span", {}, words)]);
  const complete = completion(area, suggestions);

  const tidy = () => {
    area.style.setProperty("height", "auto");
    area.style.setProperty("height", `${Math.min(TALLEST_PX, area.scrollHeight)}px`);
    send.disabled = !area.value.trim() && !files.length;
    if (area.value) drafts.set(draftKey, area.value);
    else drafts.delete(draftKey);
  };
  const add = (more) => {
    files = [...files, ...more];
    chooser.value = "";
    fill(
      picked,
      files.map((file) =>
        el(
          "li",
          {},
          icon("file", 16),
          el("span", {}, file.name),
          el("span", { class: "hint" }, size(file.size)),
          el(
            "button",
            {
              type: "button",
              class: "icon-button",
              "aria-label": `Remove ${file.name}`,
              on: {
                click: () => {
                  const rest = files.filter((other) => other !== file);
                  files = [];
                  add(rest);
                },
              },
            },
            icon("close", 14),
          ),
        ),
      ),
    );
    tidy();
  };

  let sending = false;
  async function submit() {
    const typed = area.value;
    if (sending || (!typed.trim() && !files.length)) return;
    sending = true;
    warn(null);
    node.setAttribute("aria-busy", "true");
    const wasFiles = files;
    area.value = "";
    files = [];
    add([]);
    const done = typed.startsWith("/")
      ? await runCommand({ typed, channel, threadTs, refresh: actions.refresh, warn })
      : await attempt(() => deliver(typed, wasFiles));
    sending = false;
    node.removeAttribute("aria-busy");
    if (!done && !area.value) {
      area.value = typed;
      add(wasFiles);
    }
    tidy();
    area.focus({ preventScroll: true });
  }

  async function deliver(typed, chosen) {
    const text = typed.replace(/^\s+$/, "").replace(/\s+$/, "");
    const formatted = text ? [toRichText(text)].filter((block) => block.elements.length) : [];
    const message = { as: state.as, channel, text, thread_ts: threadTs ?? undefined, blocks: formatted.length ? formatted : undefined };
    const encoded = await Promise.all(chosen.map(encodeFile));
    if (encoded.length === 1) return post("upload", { ...message, ...encoded[0] });
    const files = [];
    for (const file of encoded) files.push((await post("upload", { as: state.as, ...file })).file.id);
    return post("say", { ...message, files: files.length ? files : undefined });
  }

  area.addEventListener("input", tidy);
  area.addEventListener("keydown", (event) => {
    if (complete.key(event) || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  });
  area.addEventListener("paste", (event) => {
    const given = [...(event.clipboardData?.files ?? [])];
    if (!given.length) return;
    event.preventDefault();
    add(given);
  });

  const node = el(
    "div",
    { class: "composer", on: { click: (event) => event.target === node && area.focus() } },
    warning,
    suggestions,
    area,
    picked,
    el(
      "div",
      { class: "composer-tools" },
      el(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Files and shortcuts",
          title: "Files and shortcuts",
          "aria-haspopup": "menu",
          "aria-expanded": "false",
          "data-testid": `${prefix}plus`,
          on: { click: (event) => shortcutMenu(event.currentTarget, () => chooser.click()) },
        },
        icon("plus", 18),
      ),
      el(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Emoji",
          title: "Emoji",
          on: {
            click: (event) =>
              pickEmoji(event.currentTarget, (name) => {
                area.setRangeText(`:${name}: `, area.selectionStart, area.selectionEnd, "end");
                tidy();
                area.focus();
              }),
          },
        },
        icon("smile", 18),
      ),
      formatBar(area),
      el("span", { class: "hint keys" }, "Enter sends · Shift+Enter new line"),
      el("span", { class: "grow" }),
      send,
    ),
    chooser,
  );
  node.addEventListener("dragover", (event) => event.preventDefault());
  node.addEventListener("drop", (event) => {
    event.preventDefault();
    add([...(event.dataTransfer?.files ?? [])]);
  });
  requestAnimationFrame(tidy);
  return node;
}
