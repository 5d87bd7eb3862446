// Draws the status page: asks /status.json each second for the samples it has not seen. Plain canvas, no library.
"use strict";
(() => {
  const KEPT = 120;
  const samples = [];
  const el = id => document.getElementById(id);
  const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const count = n => n.toLocaleString("en-US");

  const ratio = s => (s.hits + s.misses === 0 ? null : s.hits / (s.hits + s.misses));
  const millis = micros => micros / 1000;
  const charts = [
    {id: "ratio", lines: [{of: ratio, color: "--accent", fill: true}], top: () => 1, tick: v => Math.round(v * 100) + " %",
      now: s => (ratio(s) === null ? "" : (ratio(s) * 100).toFixed(1) + " %")},
    {id: "sql", lines: [{of: s => s.sqlStatements, color: "--low", fill: true}], tick: count, now: s => count(s.sqlStatements)},
    {id: "requests", lines: [{of: s => s.requests, color: "--soft", fill: true}], tick: count, now: s => count(s.requests)},
    {id: "latency", tick: v => (v < 10 ? v.toFixed(1) : count(Math.round(v))),
      lines: [
        {of: s => (s.requests ? millis(s.p99Micros) : null), color: "--low"},
        {of: s => (s.requests ? millis(s.p50Micros) : null), color: "--accent"}],
      now: s => (s.requests ? millis(s.p50Micros).toFixed(1) + " / " + millis(s.p99Micros).toFixed(1) : "")},
  ];

  /** The least of 1, 2, 5 times a power of ten that is not below `value`. */
  function roundUp(value) {
    const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-3)));
    return [1, 2, 5, 10].map(step => step * power).find(step => step >= value);
  }

  function draw(chart) {
    const canvas = el("chart-" + chart.id);
    const scale = window.devicePixelRatio || 1;
    const width = canvas.clientWidth, height = canvas.clientHeight;
    canvas.width = width * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    pen.font = "11px system-ui, sans-serif";

    const values = chart.lines.flatMap(line => samples.map(line.of)).filter(v => v !== null);
    const top = chart.top ? chart.top() : roundUp(Math.max(1, ...values));
    const left = 42, bottom = height - 6, up = 8;
    const x = index => left + (width - left - 2) * (index + KEPT - samples.length) / (KEPT - 1);
    const y = value => bottom - (bottom - up) * Math.min(1, value / top);

    pen.strokeStyle = style("--line");
    pen.fillStyle = style("--soft");
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const part of [0, .5, 1]) {
      pen.beginPath();
      pen.moveTo(left, Math.round(y(top * part)) + .5);
      pen.lineTo(width, Math.round(y(top * part)) + .5);
      pen.stroke();
      pen.fillText(chart.tick(top * part), left - 6, y(top * part));
    }
    for (const line of chart.lines) {
      trace(pen, line, x, y, bottom);
    }
  }

  function trace(pen, line, x, y, bottom) {
    pen.strokeStyle = pen.fillStyle = style(line.color);
    pen.lineWidth = 1.5;
    pen.lineJoin = "round";
    for (const run of runs(line)) {
      pen.beginPath();
      run.forEach(({at, value}, index) => (index ? pen.lineTo(x(at), y(value)) : pen.moveTo(x(at), y(value))));
      if (run.length === 1) {
        pen.arc(x(run[0].at), y(run[0].value), 1, 0, 7);
      }
      pen.stroke();
      if (line.fill) {
        pen.lineTo(x(run[run.length - 1].at), bottom);
        pen.lineTo(x(run[0].at), bottom);
        pen.globalAlpha = .12;
        pen.fill();
        pen.globalAlpha = 1;
      }
    }
  }

  /** Stretches of samples that have a value, so that a second without requests is a gap and not a zero. */
  function runs(line) {
    const all = [];
    let run = null;
    samples.forEach((sample, at) => {
      const value = line.of(sample);
      if (value === null) {
        run = null;
      } else if (run) {
        run.push({at, value});
      } else {
        all.push(run = [{at, value}]);
      }
    });
    return all;
  }

  function show(status) {
    samples.push(...status.history);
    samples.splice(0, Math.max(0, samples.length - KEPT));
    charts.forEach(draw);
    const last = samples[samples.length - 1];
    if (last) {
      charts.forEach(chart => { el("now-" + chart.id).textContent = chart.now(last); });
    }
    el("sql").textContent = count(status.sqlStatements);
    el("up").textContent = "up " + (status.uptimeSeconds < 120 ? status.uptimeSeconds + " s" : Math.floor(status.uptimeSeconds / 60) + " min");
    for (const [name, cache] of Object.entries(status.caches)) {
      const row = document.querySelector('tr[data-cache="' + name + '"]');
      const cells = [cache.hits, cache.staleHits, cache.misses, cache.loads, cache.farHits, cache.evictions, cache.size];
      cells.forEach((cell, index) => { row.cells[index + 1].textContent = count(cell); });
      row.cells[8].textContent = cache.hits + cache.misses ? (cache.hitRatio * 100).toFixed(1) + " %" : "–";
    }
    showRebuild(status.rebuild);
  }

  function showRebuild(rebuild) {
    const words = {
      NEVER: "",
      RUNNING: count(rebuild.rows) + " of " + count(rebuild.total) + " rows",
      DONE: count(rebuild.rows) + " rows in " + count(rebuild.millis) + " ms",
      FAILED: "failed: " + rebuild.message,
    };
    const state = el("rebuild-state");
    state.textContent = words[rebuild.phase];
    state.dataset.phase = rebuild.phase;
  }

  async function poll() {
    try {
      const after = samples.length ? samples[samples.length - 1].second : -1;
      const answer = await fetch("/status.json?after=" + after);
      if (answer.ok) {
        show(await answer.json());
      }
    } catch (e) {
      el("up").textContent = "does not answer";
    }
    setTimeout(poll, 1000);
  }

  document.querySelectorAll(".herd form").forEach(form => form.addEventListener("submit", () => {
    document.querySelectorAll(".herd button").forEach(button => { button.disabled = true; });
    form.querySelector("button").textContent = "Running…";
  }));
  window.addEventListener("resize", () => charts.forEach(draw));
  poll();
})();
