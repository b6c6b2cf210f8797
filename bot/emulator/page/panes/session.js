// The native Stop button of an agent's session.

import { el } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { attempt } from "../app/act.js";
import { post } from "../app/api.js";
import { state } from "../app/store.js";

/** A button while a session can be stopped, else null. */
export function stopButton(channel, threadTs, session) {
  if (!session?.stoppable) return null;
  const node = el(
    "button",
    {
      type: "button",
      class: "button small stop",
      "data-testid": "stop",
      "aria-label": `Stop ${session.title || "the agent"}`,
      on: {
        click: async () => {
          node.setAttribute("aria-busy", "true");
          await attempt(() => post("stop", { as: state.as, channel, thread_ts: threadTs }));
          node.removeAttribute("aria-busy");
        },
      },
    },
    icon("stop", 12),
    "Stop",
  );
  return node;
}
