// table and data_table. A data_table is sorted by its headings and turned by pages.

import { el, fill } from "../ui/dom.js";
import { textObject } from "../text/render.js";
import { richText, richTextPlain } from "../text/richtext.js";

function cell(value) {
  if (!value) return "";
  if (value.type === "rich_text") return richText(value);
  if (value.type === "raw_number") return el("span", { class: "number" }, value.text ?? String(value.value ?? ""));
  return el("span", {}, textObject({ type: "plain_text", text: value.text ?? "", emoji: value.emoji !== false }));
}

const sortKey = (value) =>
  value?.type === "raw_number"
    ? Number(value.value)
    : value?.type === "rich_text"
      ? richTextPlain(value).toLowerCase()
      : String(value?.text ?? "").toLowerCase();

export function table(ctx, block) {
  const rows = block.rows ?? [];
  const settings = block.column_settings ?? [];
  const draw = (value, column, tag) => {
    const set = settings[column] ?? {};
    return el(
      tag,
      {
        scope: tag === "th" ? "col" : null,
        class: [set.is_wrapped === false ? "nowrap" : null, `align-${["center", "right"].includes(set.align) ? set.align : "left"}`],
      },
      cell(value),
    );
  };
  const [head, ...body] = rows;
  return el(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Table" },
    el(
      "table",
      {},
      head &&
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            head.map((value, column) => draw(value, column, "th")),
          ),
        ),
      el(
        "tbody",
        {},
        body.map((row) =>
          el(
            "tr",
            {},
            row.map((value, column) => draw(value, column, "td")),
          ),
        ),
      ),
    ),
  );
}

export function dataTable(ctx, block) {
  const [head = [], ...body] = block.rows ?? [];
  const size = Math.max(1, Number(block.page_size) || 5);
  const headerColumn = block.row_header_column_index ?? 0;
  let order = null;
  let page = 0;
  const pages = Math.max(1, Math.ceil(body.length / size));
  const node = el("div", { class: "data-table" });

  const sorted = () => {
    if (!order) return body;
    const { column, down } = order;
    return [...body].sort((a, b) => {
      const [x, y] = [sortKey(a[column]), sortKey(b[column])];
      return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1);
    });
  };
  const heading = (value, column) => {
    const mine = order?.column === column;
    return el(
      "th",
      { scope: "col", "aria-sort": mine ? (order.down ? "descending" : "ascending") : "none" },
      el(
        "button",
        {
          type: "button",
          class: "sort",
          on: {
            click: () => {
              order = mine ? (order.down ? null : { column, down: true }) : { column, down: false };
              page = 0;
              draw();
              node.querySelectorAll("button.sort")[column]?.focus();
            },
          },
        },
        cell(value),
        el("span", { class: "sort-mark", "aria-hidden": "true" }, mine ? (order.down ? "↓" : "↑") : "↕"),
      ),
    );
  };
  const turn = (step, label, mark) =>
    el(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": label,
        disabled: page + step < 0 || page + step >= pages,
        on: {
          click: () => {
            page += step;
            draw();
          },
        },
      },
      mark,
    );
  const draw = () => {
    const shown = sorted().slice(page * size, page * size + size);
    fill(
      node,
      el(
        "div",
        { class: "table-scroll", tabindex: "0", role: "region", "aria-label": block.caption ?? "Table" },
        el(
          "table",
          {},
          block.caption && el("caption", {}, block.caption),
          el("thead", {}, el("tr", {}, head.map(heading))),
          el(
            "tbody",
            {},
            shown.map((row) =>
              el(
                "tr",
                {},
                row.map((value, column) =>
                  el(
                    column === headerColumn ? "th" : "td",
                    { scope: column === headerColumn ? "row" : null, class: value?.type === "raw_number" ? "align-right" : null },
                    cell(value),
                  ),
                ),
              ),
            ),
          ),
        ),
      ),
      pages > 1 &&
        el(
          "div",
          { class: "pager" },
          turn(-1, "Previous page", "‹"),
          el("span", { role: "status" }, `${page * size + 1}–${Math.min(body.length, (page + 1) * size)} of ${body.length}`),
          turn(1, "Next page", "›"),
        ),
    );
  };
  draw();
  return node;
}
