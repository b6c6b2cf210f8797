// What we do not know is shown as such, never dropped.

import { el } from "../ui/dom.js";

/** A block or element of a type this page cannot draw. */
export function unsupported(what, value) {
  return el(
    "details",
    { class: "unsupported", "data-testid": "unsupported" },
    el("summary", {}, `Unsupported ${what}: ${value?.type ?? "no type"}`),
    el("pre", {}, JSON.stringify(value, null, 2)),
  );
}
