// data_visualization: pie, bar, area and line charts, each with its figures as a table for those who cannot see it.

import { el, svg } from "../ui/dom.js";

const WIDE = 560;
const HIGH = 260;
const PAD = { left: 46, right: 12, top: 12, bottom: 34 };

const tint = (index) => `var(--chart-${(index % 8) + 1})`;
const number = (value) => (Math.abs(value) >= 1000 ? value.toLocaleString("en") : String(Math.round(value * 100) / 100));

/** Round steps that cover [low, high]. */
function ticks(low, high, wanted = 4) {
  const span = high - low || 1;
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((size) => size >= rough) ?? power * 10;
  const start = Math.floor(low / step) * step;
  const found = [];
  for (let at = start; at < high + step * 0.999; at += step) found.push(Math.round(at * 1e6) / 1e6);
  return found;
}

function pie(chart) {
  const parts = chart.segments ?? [];
  const total = parts.reduce((sum, part) => sum + part.value, 0) || 1;
  let angle = -Math.PI / 2;
  const slices = parts.map((part, index) => {
    const sweep = (part.value / total) * Math.PI * 2;
    const from = angle;
    angle += sweep;
    if (parts.length === 1) return svg("circle", { cx: 110, cy: 110, r: 100, style: { fill: tint(index) } });
    const point = (at) => `${110 + 100 * Math.cos(at)} ${110 + 100 * Math.sin(at)}`;
    return svg(
      "path",
      {
        class: "slice",
        d: `M110 110 L${point(from)} A100 100 0 ${sweep > Math.PI ? 1 : 0} 1 ${point(angle)} Z`,
        style: { fill: tint(index) },
      },
      svg("title", {}, `${part.label}: ${number(part.value)} (${Math.round((part.value / total) * 100)} %)`),
    );
  });
  return svg(
    "svg",
    { viewBox: "0 0 220 220", class: "pie", "aria-hidden": "true" },
    slices,
    svg("circle", { cx: 110, cy: 110, r: 52, class: "pie-hole" }),
  );
}

function axes(chart, draw) {
  const categories = chart.axis_config?.categories ?? [];
  const series = (chart.series ?? []).map((entry) => ({
    name: entry.name,
    values: categories.map((category) => entry.data?.find((point) => point.label === category)?.value ?? 0),
  }));
  const all = series.flatMap((entry) => entry.values);
  const marks = ticks(Math.min(0, ...all), Math.max(0, ...all, 1e-9));
  const [low, high] = [marks[0], marks[marks.length - 1]];
  const width = WIDE - PAD.left - PAD.right;
  const y = (value) => PAD.top + (HIGH - PAD.top - PAD.bottom) * (1 - (value - low) / (high - low));
  const band = width / Math.max(1, categories.length);
  const x = (index) => PAD.left + band * (index + 0.5);
  const every = Math.ceil(categories.length / 10);
  return svg(
    "svg",
    { viewBox: `0 0 ${WIDE} ${HIGH}`, class: "axes", "aria-hidden": "true" },
    marks.map((mark) => [
      svg("line", { x1: PAD.left, x2: WIDE - PAD.right, y1: y(mark), y2: y(mark), class: mark === 0 ? "zero" : "grid" }),
      svg("text", { x: PAD.left - 6, y: y(mark) + 4, class: "tick end" }, number(mark)),
    ]),
    categories.map(
      (category, index) =>
        index % every === 0 &&
        svg(
          "text",
          { x: x(index), y: HIGH - PAD.bottom + 16, class: "tick" },
          category.length > 9 && categories.length > 5 ? `${category.slice(0, 8)}…` : category,
        ),
    ),
    draw({ series, x, y, band, categories }),
    chart.axis_config?.x_label && svg("text", { x: PAD.left + width / 2, y: HIGH - 2, class: "tick label" }, chart.axis_config.x_label),
  );
}

function bars({ series, x, y, band, categories }) {
  const wide = (band * 0.72) / Math.max(1, series.length);
  return series.map((entry, s) =>
    entry.values.map((value, i) =>
      svg(
        "rect",
        {
          x: x(i) - band * 0.36 + s * wide,
          width: Math.max(1, wide - 2),
          y: Math.min(y(value), y(0)),
          height: Math.max(1, Math.abs(y(value) - y(0))),
          rx: 2,
          style: { fill: tint(s) },
        },
        svg("title", {}, `${entry.name}, ${categories[i]}: ${number(value)}`),
      ),
    ),
  );
}

const trace = (entry, x, y) => entry.values.map((value, i) => `${i ? "L" : "M"}${x(i)} ${y(value)}`).join(" ");

function lines({ series, x, y, categories }) {
  return series.map((entry, s) => [
    svg("path", { d: trace(entry, x, y), class: "trace", style: { stroke: tint(s) } }),
    entry.values.map((value, i) =>
      svg(
        "circle",
        { cx: x(i), cy: y(value), r: 3, style: { fill: tint(s) } },
        svg("title", {}, `${entry.name}, ${categories[i]}: ${number(value)}`),
      ),
    ),
  ]);
}

function areas(frame) {
  const { series, x, y } = frame;
  return [
    series.map((entry, s) =>
      svg("path", {
        d: `${trace(entry, x, y)} L${x(entry.values.length - 1)} ${y(0)} L${x(0)} ${y(0)} Z`,
        class: "area",
        style: { fill: tint(s) },
      }),
    ),
    lines(frame),
  ];
}

function figures(chart) {
  if (chart.type === "pie")
    return el(
      "table",
      {},
      el(
        "tbody",
        {},
        (chart.segments ?? []).map((part) =>
          el("tr", {}, el("th", { scope: "row" }, part.label), el("td", { class: "align-right" }, number(part.value))),
        ),
      ),
    );
  const series = chart.series ?? [];
  return el(
    "table",
    {},
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        el("th", {}, chart.axis_config?.x_label ?? ""),
        series.map((entry) => el("th", { scope: "col" }, entry.name)),
      ),
    ),
    el(
      "tbody",
      {},
      (chart.axis_config?.categories ?? []).map((category) =>
        el(
          "tr",
          {},
          el("th", { scope: "row" }, category),
          series.map((entry) =>
            el("td", { class: "align-right" }, number(entry.data?.find((point) => point.label === category)?.value ?? 0)),
          ),
        ),
      ),
    ),
  );
}

const DRAWN = { pie, bar: (chart) => axes(chart, bars), line: (chart) => axes(chart, lines), area: (chart) => axes(chart, areas) };

export function chart(ctx, block) {
  const shown = block.chart ?? {};
  const draw = DRAWN[shown.type];
  if (!draw) throw new Error(`no chart of type ${shown.type}`);
  const names = shown.type === "pie" ? (shown.segments ?? []).map((part) => part.label) : (shown.series ?? []).map((entry) => entry.name);
  return el(
    "figure",
    { class: "chart", role: "group", "aria-label": `Chart: ${block.title}` },
    el("figcaption", {}, block.title),
    shown.axis_config?.y_label && el("div", { class: "hint" }, shown.axis_config.y_label),
    draw(shown),
    el(
      "ul",
      { class: "legend" },
      names.map((name, index) => el("li", {}, el("span", { class: "swatch", style: { background: tint(index) } }), name)),
    ),
    el("details", { class: "figures" }, el("summary", {}, "Figures"), el("div", { class: "table-scroll" }, figures(shown))),
  );
}
