// Draws the charts of a page: each <figure class="chart"> has its data beside it as JSON.
//
// kind       data
// trend      {axis, unit, x: [..], series: [{name, values, kind?: "line" | "bar", low?, high?, n?,
//             tone?, dashed?: bool, right?: bool}], marks?: [{from, to, name, tone?}], links?: [..],
//             scaled?: bool (the axis need not begin at 0)}
// bars       the same; bars of one group stand on one another where `stacked`
// ranking    the same with one series or stacked ones, drawn sideways, the first on top
// waterfall  {axis, unit: "score", x, series: [{name, values}], starts, ends}
// heat       {axis, unit, columns: [..], rows: [..], cells: [[column, row, value, note, link?]],
//             least, most, x/series as the table}
// graph      {nodes: [{name, size, tone?, link?}], edges: [{source, target, weight}], x/series}
// calendar   {from, to, unit, days: [[day, value, link?]], x/series as the table}
//
// Tooltips are drawn as text on the canvas, never as HTML: whatever a text says stays text.
// @ts-check

/* global echarts */

const root = document.documentElement;
const said = (/** @type {string} */ name) => getComputedStyle(root).getPropertyValue(name).trim();
const still = matchMedia("(prefers-reduced-motion: reduce)");
const rightToLeft = root.dir === "rtl";

/** Colours of now: they follow the theme. */
function colours() {
  return {
    text: said("--text"),
    dim: said("--dim"),
    line: said("--line"),
    card: said("--card"),
    series: ["--c1", "--c2", "--c3", "--c4", "--c5", "--c6", "--c7", "--c8"].map(said),
    good: said("--good"),
    bad: said("--bad"),
    neutral: said("--neutral"),
    low: said("--heat-low"),
    middle: said("--heat-middle"),
    high: said("--heat-high"),
    warning: said("--warning"),
  };
}

/** Writes a value in the page's language, by its unit. */
function written(/** @type {number | null} */ value, /** @type {string | undefined} */ unit) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const form =
    unit === "percent"
      ? { style: "percent", maximumFractionDigits: 1 }
      : { maximumFractionDigits: unit === "net" ? 2 : unit === "score" ? 1 : 2 };
  return new Intl.NumberFormat(root.lang, /** @type {any} */ (form)).format(value);
}

const base = (/** @type {any} */ c) => ({
  animation: !still.matches,
  animationDuration: 300,
  textStyle: { fontFamily: "inherit", color: c.text },
  color: c.series,
  aria: { enabled: false }, // the page names the chart and has its table
  grid: { left: 8, right: 12, top: 34, bottom: 6, containLabel: true },
  legend: { top: 0, textStyle: { color: c.text }, type: "scroll", inactiveColor: c.dim },
  tooltip: {
    renderMode: "richText",
    confine: true,
    backgroundColor: c.card,
    borderColor: c.line,
    textStyle: { color: c.text, width: 320, overflow: "break" },
  },
});

const axes = (/** @type {any} */ c, /** @type {any} */ data) => ({
  words: {
    type: "category",
    data: data.x,
    inverse: rightToLeft,
    axisLine: { lineStyle: { color: c.line } },
    axisTick: { show: false },
    axisLabel: { color: c.dim, hideOverlap: true },
  },
  values: (/** @type {any} */ more) => ({
    type: "value",
    scale: data.unit === "score" || data.scaled === true,
    splitLine: { lineStyle: { color: c.line, opacity: 0.5 } },
    axisLabel: { color: c.dim, formatter: (/** @type {number} */ v) => written(v, data.unit) },
    ...more,
  }),
});

/** A colour by its meaning (good, bad, neutral ..) or its place in the row of series (c1, c2 ..). */
const tone = (/** @type {any} */ c, /** @type {string | undefined} */ name) =>
  name ? (c[name] ?? c.series[Number(name.slice(1)) - 1]) : undefined;

/** Writes a value with its interval and what it was computed from, where they are there. */
function told(/** @type {any} */ one, /** @type {number | null} */ value, /** @type {number} */ at, /** @type {string} */ unit) {
  const low = one.low?.[at] ?? null;
  const interval = low === null ? "" : ` (${written(low, unit)} … ${written(one.high[at], unit)})`;
  const n = one.n?.[at] ?? null;
  return written(value, unit) + interval + (n === null ? "" : `, n = ${written(n, "number")}`);
}

/** A line's interval, as a band: its lower end unseen, and what is above that. */
function band(/** @type {any} */ one, /** @type {any} */ c) {
  if (!one.low) return [];
  const colour = tone(c, one.tone) ?? c.series[0];
  const plain = { type: "line", stack: `band ${one.name}`, stackStrategy: "all", symbol: "none", silent: true, tooltip: { show: false } };
  const width = one.low.map((/** @type {number | null} */ l, /** @type {number} */ i) =>
    l === null || one.high[i] === null ? null : one.high[i] - l,
  );
  return [
    { ...plain, name: `${one.name} low`, data: one.low, lineStyle: { opacity: 0 } },
    { ...plain, name: `${one.name} high`, data: width, lineStyle: { opacity: 0 }, areaStyle: { color: colour, opacity: 0.15 } },
  ];
}

/** Incidents: stretches of the chart; one of a single step has no width there, so it is a line. */
function marked(/** @type {any} */ data, /** @type {any} */ c) {
  if (!data.marks?.length) return {};
  const colour = (/** @type {any} */ m) => tone(c, m.tone) ?? c.warning;
  const long = data.marks.filter((/** @type {any} */ m) => m.from !== m.to);
  const short = data.marks.filter((/** @type {any} */ m) => m.from === m.to);
  return {
    markArea: {
      silent: true,
      label: { color: c.dim, fontSize: 11, position: "insideTop" },
      data: long.map((/** @type {any} */ m) => [
        { xAxis: m.from, name: m.name, itemStyle: { color: colour(m), opacity: 0.15 } },
        { xAxis: m.to },
      ]),
    },
    markLine: {
      silent: true,
      symbol: "none",
      label: { show: false },
      data: short.map((/** @type {any} */ m) => ({
        xAxis: m.from,
        lineStyle: { color: colour(m), opacity: 0.3, width: 8, type: "solid" },
      })),
    },
  };
}

function trend(/** @type {any} */ data, /** @type {any} */ c) {
  const { words, values } = axes(c, data);
  const right = data.series.some((/** @type {any} */ s) => s.right);
  const drawn = data.series.map((/** @type {any} */ one, /** @type {number} */ i) => ({
    name: one.name,
    type: one.kind ?? "line",
    data: one.values,
    yAxisIndex: one.right ? 1 : 0,
    stack: data.stacked && !one.right ? "all" : undefined,
    showSymbol: data.x.length < 45 && !one.dashed,
    lineStyle: { type: one.dashed ? "dashed" : "solid", width: one.dashed ? 1.5 : 2 },
    symbolSize: 5,
    connectNulls: false,
    barMaxWidth: 26,
    color: tone(c, one.tone),
    itemStyle: tone(c, one.tone) ? { color: tone(c, one.tone) } : undefined,
    ...(one.kind === "bar" && right ? { itemStyle: { color: c.neutral, opacity: 0.45 } } : {}),
    tooltip: {
      valueFormatter: (/** @type {number} */ v, /** @type {number} */ at) =>
        told(one, v, at, one.unit ?? (one.right ? "number" : data.unit)),
    },
    z: one.kind === "bar" ? 1 : 3,
    ...(i === 0 ? marked(data, c) : {}),
  }));
  return {
    ...base(c),
    legend: { ...base(c).legend, data: data.series.map((/** @type {any} */ s) => s.name) },
    tooltip: { ...base(c).tooltip, trigger: "axis" },
    xAxis: words,
    yAxis: right
      ? [values({}), values({ splitLine: { show: false }, scale: false, axisLabel: { color: c.dim } })]
      : values({}),
    series: [...drawn, ...data.series.flatMap((/** @type {any} */ one) => band(one, c))],
  };
}

function bars(/** @type {any} */ data, /** @type {any} */ c) {
  const made = { ...data, series: data.series.map((/** @type {any} */ s) => ({ ...s, kind: "bar" })) };
  return trend(made, c);
}

function ranking(/** @type {any} */ data, /** @type {any} */ c) {
  const option = bars(data, c);
  const words = { ...option.xAxis, inverse: true, axisLabel: { color: c.text, width: 150, overflow: "truncate" } };
  const values = { ...option.yAxis, inverse: rightToLeft };
  return { ...option, xAxis: values, yAxis: words, tooltip: { ...option.tooltip, axisPointer: { type: "shadow" } } };
}

function waterfall(/** @type {any} */ data, /** @type {any} */ c) {
  const { words, values } = axes(c, data);
  const steps = data.series[0].values;
  let at = data.starts.value;
  const under = [0];
  const moved = [{ value: data.starts.value, itemStyle: { color: c.neutral } }];
  for (const step of steps) {
    under.push(Math.min(at, at + (step ?? 0)));
    moved.push({ value: Math.abs(step ?? 0), itemStyle: { color: (step ?? 0) < 0 ? c.bad : c.good } });
    at += step ?? 0;
  }
  under.push(0);
  moved.push({ value: data.ends.value, itemStyle: { color: c.neutral } });
  const names = [data.starts.name, ...data.x, data.ends.name];
  const told = [data.starts.value, ...steps, data.ends.value];
  const low = Math.min(...under.slice(1, -1).concat(data.starts.value, data.ends.value));
  return {
    ...base(c),
    legend: { show: false },
    grid: { ...base(c).grid, top: 16 },
    tooltip: {
      ...base(c).tooltip,
      trigger: "axis",
      formatter: (/** @type {any[]} */ found) => {
        const i = found[0].dataIndex;
        return `${names[i]}: ${written(told[i], "score")}`;
      },
    },
    xAxis: { ...words, data: names, axisLabel: { color: c.dim, interval: 0, hideOverlap: true, width: 74, overflow: "break" } },
    yAxis: { ...values({}), scale: false, min: Math.max(0, Math.floor(low - 3)) },
    series: [
      { type: "bar", stack: "w", data: under, itemStyle: { opacity: 0 }, silent: true },
      {
        type: "bar",
        stack: "w",
        data: moved,
        barMaxWidth: 44,
        label: {
          show: true,
          position: "top",
          color: c.text,
          formatter: (/** @type {any} */ p) => {
            const v = told[p.dataIndex];
            const sign = p.dataIndex > 0 && p.dataIndex <= steps.length && v > 0 ? "+" : "";
            return sign + written(v, "score");
          },
        },
      },
    ],
  };
}

function heat(/** @type {any} */ data, /** @type {any} */ c) {
  const { words } = axes(c, { x: data.columns });
  return {
    ...base(c),
    grid: { left: 8, right: 12, top: 10, bottom: 46, containLabel: true },
    tooltip: {
      ...base(c).tooltip,
      formatter: (/** @type {any} */ p) =>
        `${data.rows[p.value[1]]} · ${data.columns[p.value[0]]}: ${written(p.value[2], data.unit)}${p.value[3] ? `\n${p.value[3]}` : ""}`,
    },
    xAxis: { ...words, axisLabel: { color: c.text, interval: 0, hideOverlap: false, width: 90, overflow: "truncate" } },
    yAxis: { type: "category", data: data.rows, inverse: true, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: c.text } },
    visualMap: {
      dimension: 2, // the value: what follows it is the note and the link
      min: data.least ?? -1,
      max: data.most ?? 1,
      calculable: false,
      orient: "horizontal",
      left: "center",
      bottom: 0,
      itemHeight: 120,
      textStyle: { color: c.dim },
      inRange: { color: [c.low, c.middle, c.high] },
      formatter: (/** @type {number} */ v) => written(v, data.unit),
    },
    series: [
      {
        type: "heatmap",
        data: data.cells,
        label: { show: data.cells.length < 150, color: c.text, formatter: (/** @type {any} */ p) => written(p.value[2], data.unit) },
        itemStyle: { borderColor: c.card, borderWidth: 2 },
      },
    ],
  };
}

function graph(/** @type {any} */ data, /** @type {any} */ c) {
  const most = Math.max(1, ...data.nodes.map((/** @type {any} */ n) => n.size));
  const widest = Math.max(1, ...data.edges.map((/** @type {any} */ e) => e.weight));
  return {
    ...base(c),
    legend: { show: false },
    series: [
      {
        type: "graph",
        layout: "circular",
        circular: { rotateLabel: true },
        roam: false,
        top: 60,
        bottom: 60,
        left: 70,
        right: 70,
        label: { show: true, color: c.text, position: "right" },
        data: data.nodes.map((/** @type {any} */ n) => ({
          name: n.name,
          value: n.size,
          symbolSize: 8 + 28 * Math.sqrt(n.size / most),
          itemStyle: { color: tone(c, n.tone) ?? c.series[0] },
          link: n.link,
        })),
        links: data.edges.map((/** @type {any} */ e) => ({
          source: e.source,
          target: e.target,
          value: e.weight,
          lineStyle: { width: 0.5 + (5 * e.weight) / widest, color: c.dim, opacity: 0.5, curveness: 0.2 },
        })),
        emphasis: { focus: "adjacency" },
      },
    ],
  };
}

function calendar(/** @type {any} */ data, /** @type {any} */ c) {
  return {
    ...base(c),
    legend: { show: false },
    tooltip: { ...base(c).tooltip, formatter: (/** @type {any} */ p) => `${p.value[0]}: ${written(p.value[1], data.unit)}` },
    visualMap: { show: false, min: 0, max: 1, inRange: { color: [c.bad, c.warning, c.good] } },
    calendar: {
      range: [data.from, data.to],
      cellSize: ["auto", 15],
      left: 40,
      right: 8,
      top: 22,
      bottom: 4,
      itemStyle: { color: c.card, borderColor: c.line },
      splitLine: { lineStyle: { color: c.line } },
      dayLabel: { color: c.dim, firstDay: 1 },
      monthLabel: { color: c.dim },
      yearLabel: { show: false },
    },
    series: [{ type: "heatmap", coordinateSystem: "calendar", data: data.days }],
  };
}

const KINDS = { trend, bars, ranking, waterfall, heat, graph, calendar };

function follow(/** @type {any} */ at) {
  if (Array.isArray(at.value) && typeof at.value.at(-1) === "string" && at.value.length > 4) return at.value.at(-1);
  return at.data?.link;
}

function draw(/** @type {HTMLElement} */ figure) {
  const place = /** @type {HTMLElement} */ (figure.querySelector(".drawn"));
  const data = JSON.parse(figure.querySelector("script")?.textContent ?? "{}");
  const make = KINDS[/** @type {keyof typeof KINDS} */ (figure.dataset.kind)];
  // @ts-ignore - loaded beside this
  const chart = echarts.getInstanceByDom(place) ?? echarts.init(place, null, { renderer: "canvas" });
  chart.setOption(make(data, colours()), true);
  chart.off("click");
  chart.on("click", (/** @type {any} */ at) => {
    const where = data.links ? null : follow(at); // links: see open
    if (where) location.assign(where);
  });
  return chart;
}

/** Opens what is behind a step of a trend by a click anywhere above it, not on its dot only. */
function open(/** @type {HTMLElement} */ figure, /** @type {any} */ chart) {
  const data = JSON.parse(figure.querySelector("script")?.textContent ?? "{}");
  if (!data.links || figure.dataset.kind === "waterfall") return;
  const axis = figure.dataset.kind === "ranking" ? 1 : 0;
  const link = (/** @type {any} */ at) => {
    const point = [at.offsetX, at.offsetY];
    return chart.containPixel("grid", point) && data.links[chart.convertFromPixel("grid", point)[axis]];
  };
  const canvas = chart.getZr();
  canvas.on("mousemove", (/** @type {any} */ at) => canvas.setCursorStyle(link(at) ? "pointer" : "default"));
  canvas.on("click", (/** @type {any} */ at) => {
    const where = link(at);
    if (where) location.assign(where);
  });
}

function keep(/** @type {HTMLElement} */ figure, /** @type {any} */ chart) {
  const button = /** @type {HTMLButtonElement | null} */ (figure.querySelector("[data-saves]"));
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const saved = document.createElement("a");
    saved.href = chart.getDataURL({ pixelRatio: 2, backgroundColor: colours().card });
    saved.download = `${figure.dataset.label}.png`;
    saved.click();
  });
}

/** Draws the figures within a part of the page that are not drawn yet. */
export function drawAll(/** @type {ParentNode} */ part) {
  const here = part instanceof Element && part.matches("figure.chart:not([data-drawn])") ? [part] : [];
  for (const found of [...here, ...part.querySelectorAll("figure.chart:not([data-drawn])")]) {
    const figure = /** @type {HTMLElement} */ (found);
    figure.dataset.drawn = "";
    const chart = draw(figure);
    keep(figure, chart);
    open(figure, chart);
    new ResizeObserver(() => chart.resize()).observe(figure);
  }
}

drawAll(document);
document.addEventListener("htmx:load", (event) => drawAll(/** @type {ParentNode} */ (event.target)));
const again = () => {
  for (const figure of document.querySelectorAll("figure.chart[data-drawn]")) {
    draw(/** @type {HTMLElement} */ (figure));
  }
};
document.addEventListener("tidings:theme", again);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
