// Hints, tables, downloads and sorting for the charts of the page. No library, no network: what it shows lies beside each chart.
(() => {
  "use strict";
  const words = JSON.parse(document.getElementById("words").textContent);
  const hint = document.getElementById("hint");
  const all = new Map();

  // The data of a chart, read when first needed.
  const dataOf = (figure) => {
    let data = all.get(figure.id);
    if (!data) {
      data = JSON.parse(figure.querySelector("script").textContent);
      data.rows = data.columns.length ? data.columns[0].cells.length : 0;
      all.set(figure.id, data);
    }
    return data;
  };
  const number = (value, decimals) =>
    value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace("-", "−");
  const cell = (column, row) => {
    const value = column.cells[row];
    if (value === null || value === undefined) return "–";
    return typeof value === "number" ? number(value, column.decimals) : value;
  };
  const hour = (data, row) => {
    const day = new Date(data.from + "T00:00:00Z");
    day.setUTCDate(day.getUTCDate() + Math.floor(row / data.hours) * data.days);
    const at = Math.floor(((row % data.hours) * 24) / data.hours);
    return `${day.getUTCFullYear()}-${String(day.getUTCMonth() + 1).padStart(2, "0")}-${String(day.getUTCDate()).padStart(2, "0")} ${String(at).padStart(2, "0")}:00`;
  };
  const said = (data, row) => {
    const lines = data.columns.map((column, index) => {
      const text = cell(column, row);
      if (index === 0 && !data.hours) return text + (column.unit ? " " + column.unit : "");
      if (text === "–" || text === "") return "";
      return `${column.name}: ${text}${column.unit ? " " + column.unit : ""}`;
    });
    if (data.hours) lines.unshift(hour(data, row));
    return lines.filter((line) => line).join("\n");
  };

  // Hints: the row under the pointer, or the one that arrow keys have reached.
  const state = new WeakMap();
  const canvasOf = (plot) => plot.querySelector(".canvas") || plot;
  const places = (figure, data) => {
    if (data.at) return data.at;
    const n = data.rows;
    const beside = figure.dataset.hints === "beside";
    return Array.from({ length: n }, (_, i) => (beside ? (i + 0.5) / n : n > 1 ? i / (n - 1) : 0.5));
  };
  const clear = (figure) => {
    figure.querySelectorAll(".cursor, .cell").forEach((it) => it.remove());
    figure.querySelectorAll(".at").forEach((it) => it.classList.remove("at"));
    hint.hidden = true;
  };
  const show = (figure, row, x, y) => {
    const data = dataOf(figure);
    if (row < 0 || row >= data.rows) return;
    clear(figure);
    state.set(figure, row);
    const canvas = canvasOf(figure.querySelector(".plot"));
    const box = canvas.getBoundingClientRect();
    const kind = figure.dataset.hints;
    if (kind === "items") {
      const item = figure.querySelector(`[data-row="${row}"]`);
      if (item) {
        item.classList.add("at");
        const of = item.getBoundingClientRect();
        x ??= of.left + of.width / 2;
        y ??= of.top;
      }
    } else if (kind === "cells") {
      const columns = Math.ceil(data.rows / data.hours);
      const mark = document.createElement("span");
      mark.className = "cell";
      const [c, r] = [Math.floor(row / data.hours), row % data.hours];
      Object.assign(mark.style, { left: `${(100 * c) / columns}%`, width: `${100 / columns}%`, top: `${(100 * r) / data.hours}%`, height: `${100 / data.hours}%` });
      canvas.append(mark);
      x ??= box.left + (box.width * c) / columns;
      y ??= box.top + (box.height * r) / data.hours;
    } else {
      const at = places(figure, data)[row];
      const line = document.createElement("span");
      line.className = "cursor";
      line.style.left = `${100 * at}%`;
      canvas.append(line);
      x ??= box.left + box.width * at;
      y ??= box.top;
    }
    hint.textContent = said(data, row);
    hint.hidden = false;
    const [w, h] = [hint.offsetWidth, hint.offsetHeight];
    hint.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - w - 8))}px`;
    hint.style.top = `${y - h - 12 > 4 ? y - h - 12 : y + 18}px`;
  };
  const under = (figure, event) => {
    const data = dataOf(figure);
    const kind = figure.dataset.hints;
    if (kind === "items") {
      const item = event.target.closest("[data-row]");
      return item ? Number(item.dataset.row) : -1;
    }
    const box = canvasOf(figure.querySelector(".plot")).getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    if (x < -0.02 || x > 1.02 || y < -0.1 || y > 1.1) return -1;
    if (kind === "cells") {
      const columns = Math.ceil(data.rows / data.hours);
      const c = Math.min(columns - 1, Math.max(0, Math.floor(x * columns)));
      return c * data.hours + Math.min(data.hours - 1, Math.max(0, Math.floor(y * data.hours)));
    }
    let best = -1;
    let least = Infinity;
    places(figure, data).forEach((at, row) => {
      const far = Math.abs(at - x);
      if (far < least) [best, least] = [row, far];
    });
    return best;
  };
  document.querySelectorAll("figure.chart").forEach((figure) => {
    const plot = figure.querySelector(".plot");
    if (!plot || !figure.dataset.hints) return;
    plot.addEventListener("pointermove", (event) => {
      const row = under(figure, event);
      if (row < 0) clear(figure);
      else show(figure, row, event.clientX, event.clientY);
    });
    plot.addEventListener("pointerleave", () => clear(figure));
    plot.addEventListener("blur", () => clear(figure));
    plot.addEventListener("keydown", (event) => {
      const data = dataOf(figure);
      const each = figure.dataset.hints === "cells" ? data.hours : 1;
      const by = { ArrowRight: each, ArrowLeft: -each, ArrowDown: 1, ArrowUp: -1, PageDown: 10 * each, PageUp: -10 * each }[event.key];
      const now = state.get(figure);
      let row = now === undefined ? 0 : now + (by || 0);
      if (event.key === "Home") row = 0;
      else if (event.key === "End") row = data.rows - 1;
      else if (event.key === "Escape") return clear(figure);
      else if (by === undefined) return;
      event.preventDefault();
      show(figure, Math.max(0, Math.min(data.rows - 1, row)));
    });
  });

  // Tables of charts, and files of their data.
  const head = (data) => (data.hours ? ["time"] : []).concat(data.columns.map((column) => column.name + (column.unit ? `, ${column.unit}` : "")));
  const line = (data, row, plain) => {
    const cells = data.columns.map((column) => (plain ? column.cells[row] ?? "" : cell(column, row)));
    return data.hours ? [hour(data, row), ...cells] : cells;
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.table) {
      const figure = document.getElementById(button.dataset.table);
      const place = figure.querySelector(".data");
      place.hidden = !place.hidden;
      button.setAttribute("aria-expanded", String(!place.hidden));
      if (!place.firstChild) place.append(tableOf(dataOf(figure)));
    } else if (button.dataset.download) {
      const figure = document.getElementById(button.dataset.download);
      const data = dataOf(figure);
      const quoted = (value) => (/[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : value);
      const rows = [head(data)];
      for (let row = 0; row < data.rows; row++) rows.push(line(data, row, true));
      const text = rows.map((cells) => cells.map(quoted).join(",")).join("\n") + "\n";
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(["\ufeff" + text], { type: "text/csv" }));
      link.download = `${figure.id}.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    }
  });
  const element = (name, text, of) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (of) Object.assign(made, of);
    return made;
  };
  const tableOf = (data) => {
    const table = element("table");
    const top = table.createTHead().insertRow();
    const numeric = data.columns.map((column) => column.decimals !== undefined);
    if (data.hours) numeric.unshift(false);
    head(data).forEach((name, index) => {
      const th = element("th", name, { scope: "col" });
      if (numeric[index]) th.className = "number";
      top.append(th);
    });
    const body = table.createTBody();
    for (let row = 0; row < data.rows; row++) {
      const tr = body.insertRow();
      line(data, row, false).forEach((text, index) => {
        const td = tr.insertCell();
        td.textContent = text;
        if (numeric[index]) td.className = "number";
      });
    }
    return table;
  };

  // Tables that readers sort and filter.
  document.querySelectorAll("table[data-sorted]").forEach((table) => {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((th, column) => {
      const button = element("button", th.textContent, { type: "button", title: words.sort });
      th.replaceChildren(button);
      button.addEventListener("click", () => {
        const up = th.getAttribute("aria-sort") !== "ascending";
        [...table.tHead.rows[0].cells].forEach((other) => other.removeAttribute("aria-sort"));
        th.setAttribute("aria-sort", up ? "ascending" : "descending");
        const value = (row) => {
          const of = row.cells[column];
          const known = of.dataset.sort ?? of.dataset.value;
          return known === undefined ? of.textContent : Number(known);
        };
        const order = (a, b) => {
          const [x, y] = [value(a), value(b)];
          const by = typeof x === "number" && typeof y === "number" ? (isNaN(x) ? 1 : isNaN(y) ? -1 : x - y) : String(x).localeCompare(String(y), "en", { numeric: true });
          return up ? by : -by;
        };
        body.append(...[...body.rows].sort(order));
      });
    });
    const label = element("label", words.filter + " ");
    const input = element("input", undefined, { type: "search" });
    const count = element("span", undefined, { role: "status" });
    label.append(input);
    const place = element("p");
    place.className = "filter";
    place.append(label, count);
    table.parentElement.before(place);
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      let shown = 0;
      for (const row of body.rows) {
        row.hidden = !row.textContent.toLowerCase().includes(wanted);
        shown += row.hidden ? 0 : 1;
      }
      count.textContent = wanted ? words.shown.replace("{n}", shown).replace("{all}", body.rows.length) : "";
    });
  });
  window.coldaisle = { dataOf, show, element, number };
})();
