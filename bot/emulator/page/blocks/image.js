// Pictures. One from another host is loaded only when the viewer asks: the page itself calls nobody.

import { el } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import * as directory from "../text/directory.js";
import { textObject } from "../text/render.js";

const allowed = new Set();

function addressOf(item) {
  if (item.image_url) return item.image_url;
  const file = item.slack_file;
  const id = file?.id ?? /\/files\/([A-Z0-9]+)\//.exec(file?.url ?? "")?.[1];
  return id ? `/files/${id}/image?as=${encodeURIComponent(directory.me()?.id ?? "")}` : (file?.url ?? null);
}

function isNear(url) {
  if (url.protocol === "data:") return /^data:image\//i.test(url.href);
  return url.host === location.host || ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
}

function parsed(address) {
  try {
    const url = new URL(address, location.href);
    return ["http:", "https:", "data:"].includes(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/** An <img>, or a button that loads it, or its description when it cannot be had. */
export function picture(item, { className = "picture" } = {}) {
  const alt = item.alt_text ?? "";
  const address = addressOf(item);
  const url = address && parsed(address);
  const missing = (why) =>
    el(
      "span",
      { class: [className, "picture-missing"], role: "img", "aria-label": alt },
      icon("image", 16),
      el("span", {}, alt || "Image"),
      el("span", { class: "hint" }, why),
    );
  if (!url) return missing(address ? "not a web address" : "no address");
  const image = () => {
    const node = el("img", { class: className, alt, src: url.href, loading: "lazy", decoding: "async", referrerpolicy: "no-referrer" });
    node.addEventListener("error", () => node.replaceWith(missing(`could not be loaded from ${url.host || "its address"}`)), {
      once: true,
    });
    return node;
  };
  if (isNear(url) || allowed.has(url.host)) return image();
  const ask = el(
    "button",
    {
      type: "button",
      class: [className, "picture-ask"],
      title: url.href,
      on: {
        click: () => {
          allowed.add(url.host);
          ask.replaceWith(image());
        },
      },
    },
    icon("image", 16),
    el("span", {}, alt || "Image"),
    el("span", { class: "hint" }, `Load from ${url.host}`),
  );
  return ask;
}

/** image as an element: small, beside text. */
export const imageElement = (element) => picture(element, { className: "picture small" });

/** image as a block. */
export function imageBlock(block) {
  return el(
    "figure",
    { class: "image-block" },
    block.title && el("figcaption", {}, textObject(block.title, { block: false })),
    picture(block),
  );
}
