// markdown, video, file.

import { el, link } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { markdown } from "../text/markdown.js";
import { textObject, textOf } from "../text/render.js";
import { picture } from "./image.js";

export const markdownBlock = (ctx, block) => el("div", { class: "markdown" }, markdown(String(block.text ?? "")));

export function video(ctx, block) {
  return el(
    "figure",
    { class: "video-block" },
    el(
      "figcaption",
      {},
      el("strong", {}, block.title_url ? link(block.title_url, textOf(block.title)) : textObject(block.title, { block: false })),
      block.description && el("div", { class: "hint" }, textObject(block.description, { block: false })),
    ),
    el(
      "div",
      { class: "video-frame" },
      picture({ image_url: block.thumbnail_url, alt_text: block.alt_text }),
      el("span", { class: "video-play", "aria-hidden": "true" }, icon("play", 22)),
    ),
    el(
      "div",
      { class: "hint" },
      [block.provider_name, block.author_name].filter(Boolean).join(" · "),
      " ",
      link(block.video_url, "Open the video"),
    ),
  );
}

export function fileBlock(ctx, block) {
  return el(
    "div",
    { class: "file-chip" },
    icon("file", 20),
    el(
      "span",
      { class: "menu-label" },
      el("span", {}, block.file?.title ?? block.file?.name ?? block.external_id),
      el("span", { class: "menu-hint" }, `${block.source ?? "remote"} file`),
    ),
  );
}
