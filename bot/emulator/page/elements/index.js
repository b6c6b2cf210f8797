// One element of a block, whatever it is.

import { el } from "../ui/dom.js";
import { button, feedbackButtons, iconButton, overflow, workflowButton } from "./buttons.js";
import { checkboxes, radioButtons } from "./choices.js";
import { datePicker, dateTimePicker, timePicker } from "./pickers.js";
import { fileInput, richTextInput, textInput } from "./inputs.js";
import { select } from "./select.js";
import { imageElement } from "../blocks/image.js";
import { unsupported } from "../blocks/unknown.js";
import { textObject } from "../text/render.js";

const RENDERERS = {
  button,
  workflow_button: workflowButton,
  icon_button: iconButton,
  feedback_buttons: feedbackButtons,
  overflow,
  checkboxes,
  radio_buttons: radioButtons,
  datepicker: datePicker,
  timepicker: timePicker,
  datetimepicker: dateTimePicker,
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
  rich_text_input: richTextInput,
  file_input: fileInput,
  static_select: select,
  external_select: select,
  users_select: select,
  conversations_select: select,
  channels_select: select,
  multi_static_select: select,
  multi_external_select: select,
  multi_users_select: select,
  multi_conversations_select: select,
  multi_channels_select: select,
  image: (ctx, block, element) => imageElement(element),
  plain_text: (ctx, block, element) => el("span", {}, textObject(element)),
  mrkdwn: (ctx, block, element) => el("span", { class: "mrkdwn" }, textObject(element)),
};

export const elementTypes = Object.keys(RENDERERS);

/** The element as a node, or null when it is not for this viewer. */
export function renderElement(ctx, block, element) {
  const render = RENDERERS[element?.type];
  return render ? render(ctx, block, element) : unsupported("element", element);
}
