// Changing one's own message.

import { el } from "../ui/dom.js";
import { openDialog } from "../ui/confirm.js";
import { attempt } from "../app/act.js";
import { post } from "../app/api.js";
import { state } from "../app/store.js";
import { fromRichText, toRichText } from "../text/compose.js";
import { unescape } from "../text/mrkdwn.js";

function typedAgain(message) {
  const rich = message.blocks?.length === 1 && message.blocks[0].type === "rich_text" ? message.blocks[0] : null;
  return rich ? fromRichText(rich) : unescape(message.text ?? "");
}

/** Ask for the new text and send it. */
export async function editMessage(channel, message) {
  const text = await openDialog({
    label: "Edit message",
    className: "edit",
    testid: "edit-dialog",
    build: (close) => {
      const area = el("textarea", { class: "field", rows: "4", autofocus: true, "aria-label": "Message", "data-testid": "edit-text" });
      area.value = typedAgain(message);
      const send = (event) => {
        event.preventDefault();
        close(area.value);
      };
      area.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
      });
      return el(
        "form",
        { on: { submit: send } },
        el("h2", {}, "Edit message"),
        area,
        el(
          "div",
          { class: "sheet-actions" },
          el("button", { type: "button", class: "button", on: { click: () => close(null) } }, "Cancel"),
          el("button", { class: "button primary", "data-testid": "edit-save" }, "Save"),
        ),
      );
    },
  });
  if (text === null || !text.trim()) return;
  await attempt(() => post("edit", { as: state.as, channel, ts: message.ts, text, blocks: [toRichText(text)] }));
}
