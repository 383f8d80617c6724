// Keeps a page up to date: fetches its own address, and morphs header and figures into what came. One request is under way
// at a time, none while the tab is hidden or paused. Old figures stay, marked as old, while the server is away.
"use strict";
(() => {
  const EVERY = 3_000; // ms
  const LONGEST = 30_000; // ms between two tries while the server is away
  const PATIENCE = 10_000; // ms for an answer: the server gives up on the database earlier
  const pause = document.getElementById("pause");
  let etag = null;
  let failures = 0;
  let awaySince = null;
  let timer = null;
  let isBusy = false;

  const isPaused = () => pause.getAttribute("aria-pressed") === "true";

  function load(address, known) {
    const headers = known ? { "If-None-Match": known } : {};
    return fetch(address, { headers, cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(PATIENCE) });
  }

  async function loadChart(address, known) {
    const response = await load(address, known);
    if (response.status >= 400) throw new Failed(response.status);
    return response;
  }

  // What the reader did stays: the pause, open details, what is typed, a chart and its zoom.
  const keep = {
    beforeNodeMorphed(old, next) {
      if (old.id === "pause") return false;
      if (old.classList?.contains("chart") && next.classList?.contains("chart")) {
        for (const name of ["data-version", "data-source", "aria-label"]) old.setAttribute(name, next.getAttribute(name));
        return false;
      }
      return true;
    },
    beforeAttributeUpdated(name, node) {
      return !(name === "open" && node.tagName === "DETAILS") && !(name === "value" && node.tagName === "INPUT");
    },
  };

  function morph(text) {
    const next = new DOMParser().parseFromString(text, "text/html");
    document.title = next.title;
    for (const id of ["header", "main"]) {
      Idiomorph.morph(document.getElementById(id), next.getElementById(id), { ignoreActiveValue: true, callbacks: keep });
    }
  }

  function markOld(who) {
    awaySince ??= new Date();
    document.getElementById("state").dataset.kind = "server-away";
    const time = awaySince.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
    document.getElementById("word").textContent = `${who} away since ${time} UTC, old figures`;
  }

  // 503: the dashboard is there, the database is not.
  class Failed extends Error {
    constructor(status) {
      super(`status ${status}`);
      this.who = status === 503 ? "database" : "dashboard";
    }
  }

  async function refresh() {
    const response = await load(location.href, awaySince ? null : etag);
    // A server without figures is no reason to take away those that are here.
    const hasFigures = !document.querySelector("main > .problem");
    if (response.status >= 500 && hasFigures) throw new Failed(response.status);
    if (response.status !== 304) {
      morph(await response.text());
      etag = response.headers.get("ETag");
    }
    awaySince = null;
  }

  async function step({ first = false } = {}) {
    // An address that names nothing will not name something in three seconds.
    const isFinal = "final" in document.getElementById("main").dataset;
    if (isBusy || isFinal || document.hidden || (isPaused() && !first)) return;
    isBusy = true;
    try {
      if (!first) await refresh();
      await kappaCharts.update(loadChart);
      failures = 0;
    } catch (error) {
      failures += 1;
      markOld(error.who ?? "dashboard");
    } finally {
      isBusy = false;
      plan();
    }
  }

  function plan() {
    clearTimeout(timer);
    const wait = Math.min(EVERY * 2 ** Math.min(failures, 5), LONGEST);
    if (!isPaused() && !document.hidden) timer = setTimeout(step, wait * (0.9 + 0.2 * Math.random()));
  }

  pause.disabled = false;
  pause.addEventListener("click", () => {
    const paused = !isPaused();
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Resume" : "Pause";
    if (paused) clearTimeout(timer);
    else step();
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : step()));
  step({ first: true });
})();
