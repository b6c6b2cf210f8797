// button, workflow_button, icon_button, feedback_buttons, overflow.

import { el, safeHref } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { openMenu } from "../ui/menu.js";
import { toast } from "../ui/toast.js";
import { act } from "../app/act.js";
import { textObject, textOf } from "../text/render.js";
import { frame, naming } from "./frame.js";

const shownTo = (ctx, element) => !element.visible_to_user_ids || element.visible_to_user_ids.includes(ctx.viewer);

function follow(url) {
  const href = safeHref(url);
  if (href) window.open(href, "_blank", "noopener,noreferrer");
  else toast("This button's address is not one a browser should open.", { level: "error" });
}

function look(element) {
  return ["button", element.style === "primary" && "primary", element.style === "danger" && "danger"];
}

export function button(ctx, block, element) {
  if (!shownTo(ctx, element)) return null;
  const press = () => {
    if (element.url) follow(element.url);
    act(ctx, block, element, element.value === undefined ? {} : { value: element.value });
  };
  const node = el(
    "button",
    {
      type: "button",
      class: look(element),
      ...naming(ctx, block, element),
      "aria-labelledby": null,
      "aria-label": element.accessibility_label,
      "data-value": element.value,
      on: { click: press },
    },
    el("span", { class: "button-text" }, textObject(element.text, { block: false })),
    element.url && icon("new-window", 14),
    element.agent_prompt && icon("sparkle", 14),
  );
  return frame(ctx, block, element, node);
}

export function workflowButton(ctx, block, element) {
  const run = () => toast("Workflows do not run in Local Slack. Your app hears nothing of this button, as in Slack.");
  const node = el(
    "button",
    {
      type: "button",
      class: look(element),
      ...naming(ctx, block, element),
      "aria-labelledby": null,
      "aria-label": element.accessibility_label,
      on: { click: run },
    },
    icon("bolt", 14),
    el("span", { class: "button-text" }, textObject(element.text, { block: false })),
  );
  return frame(ctx, block, element, node);
}

export function iconButton(ctx, block, element) {
  if (!shownTo(ctx, element)) return null;
  const label = element.accessibility_label ?? textOf(element.text);
  const press = () => act(ctx, block, element, element.value === undefined ? {} : { value: element.value });
  const node = el(
    "button",
    {
      type: "button",
      class: "icon-button bordered",
      ...naming(ctx, block, element),
      "aria-labelledby": null,
      "aria-label": label,
      title: textOf(element.text),
      on: { click: press },
    },
    icon(element.icon, 16),
  );
  return frame(ctx, block, element, node);
}

export function feedbackButtons(ctx, block, element) {
  const one = (choice, name, side) =>
    choice &&
    el(
      "button",
      {
        type: "button",
        class: "icon-button bordered",
        ...naming(ctx, block, element),
        "data-testid": `action-${element.action_id}-${side}`,
        "aria-labelledby": null,
        "aria-label": choice.accessibility_label ?? textOf(choice.text),
        "aria-pressed": "false",
        title: textOf(choice.text),
        on: {
          click: (event) => {
            for (const other of event.currentTarget.parentNode.querySelectorAll("button"))
              other.setAttribute("aria-pressed", String(other === event.currentTarget));
            act(ctx, block, element, { value: choice.value });
          },
        },
      },
      icon(name, 16),
    );
  return frame(
    ctx,
    block,
    element,
    el(
      "span",
      { class: "feedback", role: "group", "aria-label": "Feedback" },
      one(element.positive_button, "thumbs-up", "positive"),
      one(element.negative_button, "thumbs-down", "negative"),
    ),
  );
}

export function overflow(ctx, block, element) {
  const choose = (option) => {
    if (option.url) follow(option.url);
    act(ctx, block, element, { selected_option: option });
  };
  const node = el(
    "button",
    {
      type: "button",
      class: "button overflow",
      ...naming(ctx, block, element),
      "aria-labelledby": null,
      "aria-label": "More options",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      on: {
        click: () =>
          openMenu(
            node,
            (element.options ?? []).map((option) => ({
              label: textOf(option.text),
              hint: option.description ? textOf(option.description) : null,
              testid: `option-${option.value}`,
              icon: option.url ? "new-window" : null,
              run: () => choose(option),
            })),
            { align: "end", label: "More options" },
          ),
      },
    },
    icon("more", 18),
  );
  return frame(ctx, block, element, node);
}
