// A list of blocks as nodes.

import { el } from "../ui/dom.js";
import { actions, alert, context, contextActions, divider, header, input, richTextBlock, section } from "./basic.js";
import { imageBlock } from "./image.js";
import { unsupported } from "./unknown.js";
import { dataTable, table } from "./tables.js";
import { chart } from "./chart.js";
import { plan, taskCard } from "./plan.js";
import { card, carousel, container } from "./cards.js";
import { fileBlock, markdownBlock, video } from "./media.js";
import { authProvider } from "./auth.js";

const RENDERERS = {
  section,
  header,
  divider,
  context,
  actions,
  context_actions: contextActions,
  input,
  rich_text: richTextBlock,
  alert,
  image: (ctx, block) => imageBlock(block),
  table,
  data_table: dataTable,
  data_visualization: chart,
  markdown: markdownBlock,
  video,
  file: fileBlock,
  plan,
  task_card: taskCard,
  card,
  carousel,
  container,
  auth_provider: authProvider,
};

export const blockTypes = Object.keys(RENDERERS);

/** One block; a block that breaks the drawing is shown as its JSON instead of taking the page with it. */
export function renderBlock(ctx, block) {
  const render = RENDERERS[block?.type];
  let body;
  if (!render) body = unsupported("block", block);
  else {
    try {
      body = render(ctx, block);
    } catch (error) {
      console.error("block could not be drawn", block, error);
      body = unsupported("content in block", block);
    }
  }
  return el("div", { class: ["block", `block-${String(block?.type).replace(/[^a-z_]/g, "")}`], "data-block-id": block?.block_id }, body);
}

/**
 * Blocks of one surface. `ctx`: {as, viewer, key, surface, form, blocks, appName, onChange?, onEnter?, renderBlock?}.
 */
export function renderBlocks(ctx, blocks) {
  const inner = { ...ctx, blocks: ctx.blocks ?? blocks, renderBlock };
  return el(
    "div",
    { class: "blocks" },
    (blocks ?? []).map((block) => renderBlock(inner, block)),
  );
}
