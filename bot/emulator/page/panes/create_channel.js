// The small dialog that makes a channel.

import { el } from "../ui/dom.js";
import { openDialog } from "../ui/confirm.js";
import { attempt } from "../app/act.js";
import { post } from "../app/api.js";
import { state } from "../app/store.js";

/** Ask for a name, make the channel, go there. */
export async function askForChannel({ open, refresh }) {
  const wanted = await openDialog({
    label: "New channel",
    className: "confirm",
    testid: "new-channel-dialog",
    build: (close) => {
      const name = el("input", {
        class: "field",
        autofocus: true,
        maxlength: "80",
        placeholder: "billing-questions",
        "aria-label": "Name",
        "data-testid": "new-channel-name",
      });
      const hidden = el("input", { type: "checkbox", "data-testid": "new-channel-private" });
      const send = (event) => {
        event.preventDefault();
        const tidy = name.value.trim().toLowerCase().replace(/^#/, "").replace(/\s+/g, "-");
        if (tidy) close({ name: tidy, private: hidden.checked });
      };
      return el(
        "form",
        { on: { submit: send } },
        el("h2", {}, "New channel"),
        el("label", { class: "stack" }, el("span", { class: "input-label" }, "Name"), name),
        el("label", { class: "choice" }, hidden, el("span", { class: "choice-text" }, "Private: only invited people see it")),
        el(
          "div",
          { class: "sheet-actions" },
          el("button", { type: "button", class: "button", on: { click: () => close(null) } }, "Cancel"),
          el("button", { class: "button primary", "data-testid": "new-channel-create" }, "Create"),
        ),
      );
    },
  });
  if (!wanted) return;
  await attempt(async () => {
    const made = await post("create_channel", { as: state.as, ...wanted });
    await refresh();
    await open({ channel: made.channel?.id ?? made.channel });
  });
}
