// Who acts, who to write to, and which colours: the small menus of the sidebar.

import { el } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { openMenu } from "../ui/menu.js";
import { attempt } from "../app/act.js";
import { post } from "../app/api.js";
import { state } from "../app/store.js";
import { setTheme, storedTheme, THEMES } from "../app/theme.js";
import * as directory from "../text/directory.js";
import { avatar, roleOf, titleOf } from "./avatar.js";

/** The button that says who acts, with the menu of people. */
export function switcher({ become }) {
  const me = directory.me();
  const button = el(
    "button",
    {
      type: "button",
      class: "as-switcher",
      "data-testid": "as-switcher",
      "data-as": me?.id,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": `Acting as ${directory.fullName(me)}. Change person.`,
    },
    avatar(me?.id, { size: 30 }),
    el(
      "span",
      { class: "menu-label" },
      el("span", { class: "as-name" }, directory.fullName(me)),
      el("span", { class: "menu-hint" }, titleOf(me) || roleOf(me) || "Member"),
    ),
    icon("caret-down", 14),
  );
  button.addEventListener("click", () =>
    openMenu(
      button,
      [
        { heading: "Act as" },
        ...directory.people().map((user) => ({
          label: directory.fullName(user),
          hint: [roleOf(user), titleOf(user)].filter(Boolean).join(" · ") || "Member",
          leading: avatar(user.id, { size: 26 }),
          testid: `as-${user.name}`,
          checked: user.id === me?.id,
          disabled: user.deleted,
          run: () => attempt(() => become(user.id)),
        })),
      ],
      { label: "Act as" },
    ),
  );
  return button;
}

/** Choose somebody to write to. */
export function newMessageMenu(anchor, { open, refresh }) {
  const people = directory.people().filter((user) => !user.deleted && user.id !== state.as);
  openMenu(
    anchor,
    people.map((user) => ({
      label: directory.fullName(user),
      hint: roleOf(user) ?? titleOf(user) ?? null,
      leading: avatar(user.id, { size: 22 }),
      testid: `dm-${user.name}`,
      run: () =>
        attempt(async () => {
          const made = await post("open_dm", { as: state.as, user: user.id });
          const id = made.channel?.id ?? made.channel;
          if (!directory.channel(id)) await refresh();
          await open({ channel: id });
        }),
    })),
    { label: "New direct message" },
  );
}

/** Choose light, dark or what the system says. */
export function themeMenu(anchor) {
  openMenu(
    anchor,
    [
      { heading: "Colours" },
      ...THEMES.map((theme) => ({
        label: theme === "system" ? "As the system" : theme[0].toUpperCase() + theme.slice(1),
        testid: `theme-${theme}`,
        checked: storedTheme() === theme,
        run: () => setTheme(theme),
      })),
    ],
    { label: "Colours" },
  );
}
