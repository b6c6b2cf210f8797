// Completion while writing: /commands, @people and groups, #channels, :emoji:.

import { el, fill, uid } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { emoji } from "../text/render.js";
import { searchEmoji } from "../text/emoji.js";
import * as directory from "../text/directory.js";
import { avatar, roleOf } from "./avatar.js";
import { commandList } from "./commands.js";

const MOST = 8;

function matching(entries, typed) {
  const wanted = typed.toLowerCase();
  const scored = entries
    .map((entry) => ({
      entry,
      at: Math.min(...entry.words.map((word) => word.toLowerCase().indexOf(wanted)).map((at) => (at < 0 ? 99 : at))),
    }))
    .filter(({ at }) => at < 99);
  scored.sort((a, b) => Number(a.at > 0) - Number(b.at > 0));
  return scored.slice(0, MOST).map(({ entry }) => entry);
}

function people(typed) {
  const users = directory.users().filter((user) => !user.deleted && user.id !== "USLACKBOT");
  return matching(
    [
      ...users.map((user) => ({
        words: [user.name ?? "", directory.fullName(user)],
        insert: `@${user.name} `,
        label: directory.fullName(user),
        hint: [`@${user.name}`, roleOf(user)].filter(Boolean).join(" · "),
        leading: () => avatar(user.id, { size: 22 }),
      })),
      ...directory.groups().map((group) => ({
        words: [group.handle, group.name],
        insert: `@${group.handle} `,
        label: `@${group.handle}`,
        hint: group.name,
        leading: () => icon("user", 18),
      })),
      ...["here", "channel", "everyone"].map((name) => ({
        words: [name],
        insert: `@${name} `,
        label: `@${name}`,
        hint: "Notify people here",
        leading: () => icon("bell", 18),
      })),
    ],
    typed,
  );
}

function places(typed) {
  const rooms = directory.channels().filter((channel) => !channel.is_im && !channel.is_archived);
  return matching(
    rooms.map((channel) => ({
      words: [channel.name],
      insert: `#${channel.name} `,
      label: channel.name,
      leading: () => icon(channel.is_private ? "lock" : "hash", 16),
    })),
    typed,
  );
}

function commands(typed) {
  return matching(
    commandList().map((entry) => ({
      words: [entry.command.slice(1)],
      insert: `${entry.command} `,
      label: [entry.command, entry.usage_hint && el("span", { class: "usage" }, ` ${entry.usage_hint}`)],
      hint: [entry.description, entry.owner].filter(Boolean).join(" · "),
      leading: () => icon(entry.app ? "bolt" : "hash", 16),
    })),
    typed,
  );
}

const emojis = (typed) =>
  typed.length < 2
    ? []
    : searchEmoji(typed, MOST).map((name) => ({ insert: `:${name}: `, label: `:${name}:`, leading: () => emoji(name) }));

const TRIGGERS = [
  [/^\/(\S*)$/, commands],
  [/(?:^|[\s(])@([\p{L}\p{N}._-]*)$/u, people],
  [/(?:^|[\s(])#([\p{L}\p{N}_-]*)$/u, places],
  [/(?:^|\s):([a-z0-9_+-]*)$/, emojis],
];

/** Attach completion to a text area. The list is drawn into `holder`. `onInsert` hears of a finished choice. */
export function completion(area, holder) {
  const listId = uid("complete");
  let found = [];
  let active = 0;
  let start = 0;

  const close = () => {
    found = [];
    fill(holder);
    holder.hidden = true;
    area.setAttribute("aria-expanded", "false");
    area.removeAttribute("aria-activedescendant");
  };
  const choose = (entry) => {
    area.setRangeText(entry.insert, start, area.selectionStart, "end");
    close();
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const draw = () => {
    holder.hidden = !found.length;
    area.setAttribute("aria-expanded", String(found.length > 0));
    if (!found.length) return fill(holder);
    const rows = found.map((entry, index) =>
      el(
        "div",
        {
          role: "option",
          id: `${listId}-${index}`,
          class: ["option", index === active && "active"],
          "aria-selected": index === active,
          "data-testid": "completion",
          on: {
            mousedown: (event) => {
              event.preventDefault();
              choose(entry);
            },
          },
        },
        entry.leading(),
        el("span", { class: "menu-label" }, el("span", {}, entry.label), entry.hint && el("span", { class: "menu-hint" }, entry.hint)),
      ),
    );
    fill(holder, el("div", { role: "listbox", id: listId, class: "options", "aria-label": "Suggestions" }, rows));
    area.setAttribute("aria-controls", listId);
    area.setAttribute("aria-activedescendant", `${listId}-${active}`);
    rows[active]?.scrollIntoView({ block: "nearest" });
    return undefined;
  };
  const look = () => {
    const before = area.value.slice(0, area.selectionStart);
    found = [];
    if (area.selectionStart === area.selectionEnd) {
      for (const [pattern, source] of TRIGGERS) {
        const match = pattern.exec(before);
        if (!match) continue;
        start = before.length - match[1].length - 1;
        found = source(match[1]);
        break;
      }
    }
    active = 0;
    draw();
  };

  area.addEventListener("input", look);
  area.addEventListener("click", look);
  area.addEventListener("blur", close);
  holder.hidden = true;

  return {
    close,
    /** True when the key was for the list. */
    key(event) {
      if (!found.length) return false;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        active = (active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length;
        draw();
      } else if (event.key === "Tab" || event.key === "Enter") {
        const whole = area.value.slice(start, area.selectionStart);
        if (event.key === "Enter" && whole.startsWith("/") && found[active].insert.trim() === whole) {
          close();
          return false;
        }
        choose(found[active]);
      } else if (event.key === "Escape") {
        close();
      } else {
        return false;
      }
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}
