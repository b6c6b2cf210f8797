// Draws every story: a page to look at while changing how a block is drawn. Presses go nowhere.

import { el } from "../ui/dom.js";
import { formFor } from "../app/forms.js";
import { setTheme, storedTheme } from "../app/theme.js";
import { renderBlocks } from "../blocks/index.js";
import { learn } from "../text/directory.js";
import { stories } from "./stories.js";

setTheme(new URLSearchParams(location.search).get("theme") ?? storedTheme());
learn({
  users: [
    { id: "U0ANA", name: "ana", real_name: "Ana Silva", tz: "Europe/Lisbon" },
    { id: "U0BO", name: "bo", real_name: "Bo Lindqvist", is_admin: true },
    { id: "U0CALMOPS", name: "calmops", real_name: "Calmops", is_bot: true },
  ],
  channels: [
    { id: "C0SUPPORT", name: "support", members: ["U0ANA"] },
    { id: "C0FINANCE", name: "finance", is_private: true, members: ["U0ANA"] },
  ],
  usergroups: [{ id: "S0BILLING", handle: "billing-leads", name: "Billing leads", users: ["U0BO"] }],
  apps: [{ id: "A0CALMOPS", name: "Calmops", bot_user: "U0CALMOPS", commands: [], shortcuts: [] }],
  me: "U0ANA",
  team: { id: "T0LOCAL", name: "Calm Company" },
  clock: { now: 1795255200 },
});

document.getElementById("gallery").append(
  el("h1", {}, "Block gallery"),
  ...stories.map((story, index) => {
    const key = `story/${index}`;
    const blocks = story.blocks.map((block, at) => ({ block_id: `${key}/${at}`, ...block }));
    const ctx = { as: null, viewer: "U0ANA", key, surface: { kind: "message", channel: "C0SUPPORT", ts: `${index}.0` }, form: formFor(key), blocks, appName: "Calmops" };
    return el("section", { class: "story", "data-story": story.name }, el("h2", {}, story.name), el("div", { class: "frame" }, renderBlocks(ctx, blocks)));
  }),
);
document.documentElement.dataset.ready = "true";
