// Files of a message: pictures are shown, everything else is a link.

import { el } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { state } from "../app/store.js";

const UNITS = ["bytes", "kB", "MB", "GB"];

/** 1536 -> "1.5 kB" */
export function size(bytes) {
  let value = Number(bytes) || 0;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit && value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ${UNITS[unit]}`;
}

/** The address the page reads a file from, as the person it acts as. */
const fileUrl = (file) =>
  `/files/${encodeURIComponent(file.id)}/${encodeURIComponent(file.name ?? "file")}?as=${encodeURIComponent(state.as ?? "")}`;

function one(file) {
  const name = file.title || file.name || file.id;
  if (file.mode === "tombstone") return el("div", { class: "file-chip" }, icon("file", 20), "This file was deleted.");
  const shown = /^image\/(png|jpeg|gif|webp|svg\+xml)$/.test(file.mimetype ?? "");
  return el(
    "a",
    {
      class: ["file-chip", shown && "file-image"],
      href: fileUrl(file),
      target: "_blank",
      rel: "noopener",
      download: shown ? null : file.name,
      "data-testid": `file-${file.id}`,
    },
    shown ? el("img", { src: fileUrl(file), alt: file.alt_txt || name, loading: "lazy" }) : icon("file", 22),
    el(
      "span",
      { class: "menu-label" },
      el("span", {}, name),
      el(
        "span",
        { class: "menu-hint" },
        [file.pretty_type || file.filetype, file.size !== undefined && size(file.size)].filter(Boolean).join(" · "),
      ),
    ),
  );
}

export const fileList = (files) => el("div", { class: "files" }, files.map(one));
