// Formatting buttons above a text area: they put marks around what is selected.

import { el } from "../ui/dom.js";
import { icon } from "../ui/icons.js";

function wrap(area, before, after = before) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  area.setRangeText(before + chosen + after, start, end, "end");
  area.selectionStart = start + before.length;
  area.selectionEnd = start + before.length + chosen.length;
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function prefix(area, make) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const from = value.lastIndexOf("\n", start - 1) + 1;
  const rows = value
    .slice(from, end)
    .split("\n")
    .map((row, index) => make(index) + row);
  area.setRangeText(rows.join("\n"), from, end, "end");
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

const TOOLS = [
  ["Bold", { tag: "strong", text: "B" }, (area) => wrap(area, "*"), "b"],
  ["Italic", { tag: "em", text: "I" }, (area) => wrap(area, "_"), "i"],
  ["Strikethrough", { tag: "s", text: "S" }, (area) => wrap(area, "~"), null],
  ["Code", "code", (area) => wrap(area, "`"), null],
  ["Code block", "clipboard", (area) => wrap(area, "```\n", "\n```"), null],
  ["Bulleted list", "refine", (area) => prefix(area, () => "- "), null],
  ["Quote", "comment", (area) => prefix(area, () => "> "), null],
];

/** The row of buttons for one text area; Ctrl+B and Ctrl+I work in it too. */
export function formatBar(area) {
  area.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    const tool = TOOLS.find(([, , , key]) => key === event.key.toLowerCase());
    if (!tool) return;
    event.preventDefault();
    tool[2](area);
  });
  return el(
    "span",
    { class: "format-bar", role: "toolbar", "aria-label": "Formatting" },
    TOOLS.map(([label, face, run]) =>
      el(
        "button",
        {
          type: "button",
          class: "icon-button",
          tabindex: "-1",
          title: label,
          "aria-label": label,
          on: { mousedown: (event) => event.preventDefault(), click: () => run(area) },
        },
        typeof face === "string" ? icon(face, 15) : el(face.tag, {}, face.text),
      ),
    ),
  );
}
