// A person's or app's picture: initials on a colour of their own.

import { el } from "../ui/dom.js";
import * as directory from "../text/directory.js";

const TINTS = 8;

function tint(id) {
  let sum = 0;
  for (const character of String(id)) sum = (sum * 31 + character.codePointAt(0)) % 9973;
  return (sum % TINTS) + 1;
}

function initials(name) {
  const words = String(name)
    .trim()
    .split(/[\s._-]+/)
    .filter(Boolean);
  const letters = words.length > 1 ? words[0][0] + words[1][0] : (words[0] ?? "?").slice(0, 1);
  return letters.toUpperCase();
}

/** The picture of a user; says nothing to screen readers, the name stands beside it. */
export function avatar(id, { size = 36, name = null, bot = false } = {}) {
  const user = directory.user(id);
  const shown = name ?? directory.fullName(id);
  return el(
    "span",
    {
      class: ["avatar", `tint-${tint(id)}`, (bot || user?.is_bot) && "bot", user?.deleted && "gone"],
      style: { "--size": `${size}px` },
      "aria-hidden": "true",
    },
    initials(shown),
  );
}

/** What kind of account this is, in a word or two; null for an ordinary member. */
export function roleOf(user) {
  if (!user) return null;
  if (user.deleted) return "Deactivated";
  if (user.is_bot) return "App";
  if (user.is_stranger) return "External";
  if (user.is_restricted || user.is_ultra_restricted) return "Guest";
  if (user.is_owner) return "Owner";
  if (user.is_admin) return "Admin";
  return null;
}

/** What somebody does here, when they say so. */
export const titleOf = (user) => user?.title || user?.profile?.title || null;
