// Draws the charts of a page by ECharts, from JSON that each chart has of its own. No chart is animated, and tooltips are
// drawn on the canvas: HTML ones would need inline styles.
"use strict";
(() => {
  const drawn = new Map(); // element → {chart, data, etag, version}
  const NUMBER = new Intl.NumberFormat("en-GB");
  const SHORT = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });
  const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

  function colours() {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(name).trim();
    return {
      text: read("--text"), muted: read("--muted"), line: read("--line"), card: read("--card"),
      series: [0, 1, 2, 3, 4, 5, 6, 7].map((place) => read(`--c${place}`)),
    };
  }

  const SECOND = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: "UTC" });

  function short(value) {
    return SHORT.format(value).toLowerCase();
  }

  function shown(value, axis) {
    if (value === null || value === undefined) return "–";
    if (axis.scale === "time") return (axis.unit === "seconds" ? SECOND : DAY).format(value);
    const number = NUMBER.format(Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100);
    if (axis.unit === "share") return `${NUMBER.format(Math.round(value * 1000) / 10)} %`;
    return axis.unit === "pounds" ? `£${number}` : number;
  }

  // Signed log: linear from -1 to 1, so that 1, 10, 100 are at 1, 2, 3 and their negatives on the other side.
  const isSigned = (axis) => axis.scale === "signed log";
  const toSigned = (value) => (Math.abs(value) < 1 ? value : Math.sign(value) * (1 + Math.log10(Math.abs(value))));
  const fromSigned = (place) => (Math.abs(place) < 1 ? place : Math.sign(place) * 10 ** (Math.abs(place) - 1));

  // Points as they are drawn; tooltips show the data's own.
  function placed(points, data) {
    if (!isSigned(data.x) && !isSigned(data.y)) return points;
    const at = (axis, value) => (isSigned(axis) && value !== null ? toSigned(value) : value);
    return points.map(([x, y, ...rest]) => [at(data.x, x), at(data.y, y), ...rest]);
  }

  function axisOption(axis, look, isX) {
    const option = {
      type: isSigned(axis) ? "value" : axis.scale,
      scale: axis.scale === "time" || !axis.from_zero,
      axisLine: { show: isX, lineStyle: { color: look.line } },
      axisTick: { show: false },
      axisLabel: { color: look.muted, hideOverlap: true, fontSize: 12 },
      splitLine: { show: !isX, lineStyle: { color: look.line } },
    };
    if (axis.scale !== "time") option.axisLabel.formatter = axis.unit === "share" ? (value) => shown(value, axis) : short;
    if (axis.unit === "count") option.minInterval = 1; // there is no micro-batch 1.5
    if (isSigned(axis)) {
      option.interval = 1;
      option.min = ({ min }) => Math.floor(min);
      option.max = ({ max }) => Math.ceil(max);
      option.axisLabel.formatter = (place) => short(fromSigned(place));
    }
    if (!axis.from_zero) {
      Object.assign(option, { min: "dataMin", max: "dataMax" });
      option.axisLabel.formatter = (value) => NUMBER.format(value); // 10,210 and 10,220 are both 10.2k
    }
    return option;
  }

  // A point that stands for many is larger: its area by the logarithm of their number.
  function sized(value) {
    return value[3] ? 4 + 3 * Math.log10(value[3]) : 6;
  }

  // Never colour alone: some points of a line have the symbol of the legend.
  function spread({ points, colour }, data) {
    if (points.length === 1) return 12;
    if (data.series.length === 1) return 0;
    const step = Math.ceil(points.length / 8);
    return (_, { dataIndex }) => (dataIndex % step === colour % step ? 8 : 0);
  }

  function seriesOption(series, place, data, look) {
    const colour = look.series[series.colour % look.series.length];
    const common = { name: series.name, data: placed(series.points, data), color: colour, animation: false };
    const symbol = series.symbol ? `path://${series.symbol}` : "circle";
    switch (data.kind) {
      case "cloud":
        return { ...common, type: "scatter", symbol, symbolSize: sized, itemStyle: { opacity: 0.65 } };
      case "bars":
        return { ...common, type: "bar", barMaxWidth: 24 };
      case "stacked bars":
        // Never colour alone: the first is plain, the others are striped.
        return {
          ...common, type: "bar", barMaxWidth: 24, stack: "all",
          ...(place ? { itemStyle: { decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: -Math.PI / 4, color: look.card } } } : {}),
        };
      default:
        return {
          ...common, type: "line", symbol, symbolSize: spread(series, data), showSymbol: true, lineStyle: { width: 2 },
          ...(data.kind === "areas" ? { stack: "all", areaStyle: { opacity: 0.7 }, lineStyle: { width: 1 } } : {}),
        };
    }
  }

  function tip(data) {
    const own = (one) => data.series[one.seriesIndex].points[one.dataIndex];
    if (data.kind === "cloud") {
      return (one) => {
        const value = own(one);
        return `${value[2] ?? ""}  ${one.seriesName}\n${data.y.name}: ${shown(value[1], data.y)}\n${data.x.name}: ${shown(value[0], data.x)}`;
      };
    }
    const name = data.x.name && data.x.scale !== "time" ? `${data.x.name} ` : "";
    return (points) =>
      [name + shown(own(points[0])[0], data.x), ...points.map((one) => `${one.seriesName}: ${shown(own(one)[1], data.y)}`)].join("\n");
  }

  function option(data) {
    const look = colours();
    const isCloud = data.kind === "cloud";
    const zoom = { type: "inside", filterMode: "none", zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false, preventDefaultMouseMove: false };
    return {
      animation: false,
      useUTC: true,
      textStyle: { fontFamily: getComputedStyle(document.documentElement).fontFamily },
      grid: { left: 4, right: 14, top: 10, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: {
        renderMode: "richText", trigger: isCloud ? "item" : "axis", confine: true, formatter: tip(data), transitionDuration: 0,
        backgroundColor: look.card, borderColor: look.line, borderWidth: 1, textStyle: { color: look.text, fontSize: 12 },
        axisPointer: { animation: false, lineStyle: { color: look.muted } },
      },
      xAxis: axisOption(data.x, look, true),
      yAxis: axisOption(data.y, look, false),
      series: data.series.map((series, place) => seriesOption(series, place, data, look)),
      zoom: isCloud ? [{ ...zoom, xAxisIndex: 0 }, { ...zoom, yAxisIndex: 0 }] : [{ ...zoom, xAxisIndex: 0 }],
    };
  }

  function legend(element, data) {
    const list = element.querySelector(".legend");
    list.replaceChildren(...data.series.map((series) => {
      const item = document.createElement("li");
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      svg.setAttribute("viewBox", "0 0 10 10");
      svg.setAttribute("class", `swatch c${series.colour % 8}`);
      path.setAttribute("d", series.symbol || "M0 3H10V7H0Z");
      svg.append(path);
      item.append(svg, series.name);
      return item;
    }));
  }

  function draw(element, kept) {
    const hasPoints = kept.data.series.some((series) => series.points.length);
    if (!hasPoints) {
      if (kept.chart) { kept.chart.dispose(); kept.chart = null; }
      const note = document.createElement("p");
      note.className = "note";
      note.textContent = "Nothing to draw yet.";
      element.replaceChildren(note);
      return;
    }
    if (!kept.chart) {
      const list = document.createElement("ul");
      list.className = "legend";
      const canvas = document.createElement("div");
      canvas.className = "canvas";
      element.replaceChildren(list, canvas);
      legend(element, kept.data);
      kept.chart = echarts.init(canvas);
      const { zoom, ...rest } = option(kept.data);
      kept.chart.setOption({ ...rest, dataZoom: zoom });
      canvas.addEventListener("dblclick", () => kept.chart.dispatchAction({ type: "dataZoom", batch: zoom.map((_, dataZoomIndex) => ({ dataZoomIndex, start: 0, end: 100 })) }));
      new ResizeObserver(() => kept.chart?.resize()).observe(canvas);
      return;
    }
    legend(element, kept.data);
    const { zoom: _, ...rest } = option(kept.data); // the zoom stays
    kept.chart.setOption(rest, { replaceMerge: ["series"] });
  }

  // Fetches, one after the other, the charts that may have changed; `load(address, etag)` returns a response.
  async function update(load) {
    for (const [element, kept] of drawn) {
      if (!element.isConnected) { kept.chart?.dispose(); drawn.delete(element); }
    }
    for (const element of document.querySelectorAll(".chart")) {
      const kept = drawn.get(element) ?? { chart: null, data: null, etag: null, version: null };
      drawn.set(element, kept);
      const { version, source } = element.dataset;
      if (kept.version === version) continue;
      const response = await load(source, kept.etag);
      if (response.status === 200) {
        kept.data = await response.json();
        kept.etag = response.headers.get("ETag");
        draw(element, kept);
      }
      kept.version = version;
    }
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const [element, kept] of drawn) if (kept.data) draw(element, kept);
  });

  window.kappaCharts = { update };
})();
