// auth_provider: an account that a person connects. Local Slack shows it; it signs in nowhere.

import { el } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { toast } from "../ui/toast.js";
import { act } from "../app/act.js";
import { textObject } from "../text/render.js";
import { renderElement } from "../elements/index.js";
import { frame } from "../elements/frame.js";
import { picture } from "./image.js";

export function authProvider(ctx, block) {
  const element = { type: "button", action_id: `auth_provider_connect_${block.value}` };
  const connect = () => {
    toast("Local Slack signs in nowhere; your app is told of the click.");
    act(ctx, block, element, { value: block.value });
  };
  return el(
    "div",
    { class: "card auth-provider" },
    el(
      "div",
      { class: "card-head" },
      block.icon_url ? picture({ image_url: block.icon_url, alt_text: "" }, { className: "picture tiny" }) : icon("key", 20),
      el(
        "div",
        {},
        el("div", { class: "card-title" }, textObject(block.name, { block: false })),
        block.description && el("div", { class: "card-subtitle" }, textObject(block.description, { block: false })),
        block.is_connected &&
          el(
            "div",
            { class: "card-subtext" },
            "Connected",
            block.connected_identity && [" as ", textObject(block.connected_identity, { block: false })],
            block.connected_context && [" · ", textObject(block.connected_context, { block: false })],
          ),
      ),
      block.is_connected
        ? block.accessory && renderElement(ctx, block, block.accessory)
        : frame(
            ctx,
            block,
            element,
            el(
              "button",
              { type: "button", class: "button primary", "data-testid": `action-${element.action_id}`, on: { click: connect } },
              "Connect",
            ),
          ),
    ),
  );
}
