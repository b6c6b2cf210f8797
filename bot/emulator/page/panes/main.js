// The middle of the page: a conversation, or an app's Home.

import { el, fill } from "../ui/dom.js";
import { on, state } from "../app/store.js";
import { conversationPane } from "./conversation.js";
import { appHead, homePane } from "./home.js";

/** Keep the middle showing the open place. */
export function mountMain(root, actions) {
  let shown = null;
  let pane = null;
  const draw = () => {
    const { channel, app, tab, dm } = state.place;
    const key = app ? `${state.as}/${app}/${tab}/${tab === "messages" ? (dm ?? "") : ""}` : `${state.as}/${channel}`;
    if (key === shown) return;
    shown = key;
    pane?.stop();
    if (app && tab === "home") {
      pane = homePane(app, actions);
      fill(root, appHead(app, "home", actions), pane.node);
    } else if (app) {
      pane = dm ? conversationPane(dm, actions, { bare: true }) : null;
      fill(root, appHead(app, "messages", actions), pane?.node ?? el("div", { class: "quiet-note" }, "Opening…"));
    } else if (channel) {
      pane = conversationPane(channel, actions);
      fill(root, pane.node);
    } else {
      pane = null;
      fill(root, el("div", { class: "quiet-note" }, "There is no conversation to show yet. Make a channel on the left."));
    }
    pane?.start();
  };
  on("place", draw);
  on("messages", draw);
  on("reloaded", () => {
    shown = null;
    draw();
  });
}
