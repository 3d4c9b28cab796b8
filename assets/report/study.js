// All runs of a study as lines across its columns, as points over two of them, and as a table: what is selected in one is selected
// in all. The columns lie in the page once. No library, no network.
addEventListener("DOMContentLoaded", () => {
  "use strict";
  const place = document.getElementById("study");
  const source = document.getElementById("study-data");
  if (!place || !source) return;
  const data = JSON.parse(source.textContent);
  const { words, columns } = data;
  const { element, number } = window.coldaisle;
  const SVG = "http://www.w3.org/2000/svg";
  const LINES = 1500;
  const PAGE = 100;
  const N = data.rows;
  const hint = document.getElementById("hint");

  // Words with values in them.
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));
  const count = (value) => number(value, 0);
  const svg = (name, attributes, into) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (into) into.append(made);
    return made;
  };

  // Columns: their ends, places from 0 to 1, and cells as text.
  const reasons = new Map(data.failed.of.map(([row, reason]) => [row, data.failed.reasons[reason]]));
  const onFront = new Set(data.front);
  const runNumber = (row) => (data.numbers ? data.numbers[row] : row);
  columns.forEach((column) => {
    let [low, high] = [Infinity, -Infinity];
    if (column.names) [low, high] = [-0.5, column.names.length - 0.5];
    else
      for (const value of column.cells)
        if (value !== null) {
          if (value < low) low = value;
          if (value > high) high = value;
        }
    if (low > high) [low, high] = [0, 1];
    column.least = low;
    column.most = high;
    if (low === high) [low, high] = [low - (Math.abs(low) * 0.05 || 1), high + (Math.abs(high) * 0.05 || 1)];
    Object.assign(column, { low, high, label: column.name + (column.unit ? `, ${column.unit}` : "") });
    column.at = (value) => (value - low) / (high - low);
  });
  const text = (column, value) => (value === null || value === undefined ? "–" : column.names ? column.names[value] : number(value, column.decimals));
  // Three digits of what differs.
  const short = (column, value) => number(value, Math.min(column.decimals, Math.max(0, 2 - Math.floor(Math.log10(column.high - column.low)))));
  const cell = (column, row) => text(column, column.cells[row]);
  const ticks = (column, most) => {
    if (column.names) {
      const each = Math.ceil(column.names.length / most);
      return column.names.map((name, at) => [at, name]).filter(([at]) => at % each === 0);
    }
    if (column.least === column.most) return [[column.least, text(column, column.least)]];
    const rough = (column.high - column.low) / most;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999999);
    const decimals = Math.max(0, Math.min(6, -Math.floor(Math.log10(step)) + (Math.abs(step / power - 2.5) < 1e-6 ? 1 : 0)));
    const all = [];
    for (let at = Math.ceil(column.low / step - 1e-9); at * step <= column.high + step * 1e-9; at++) all.push([at * step, number(at * step || 0, decimals)]);
    return all;
  };

  // What is selected: for each column a range, or a set of names.
  const brushes = new Map();
  let drawn = data.drawn.slice();
  let [x, y, colour] = [data.x, data.y, data.colour];
  let selected = new Uint8Array(N).fill(1);
  let chosen = N;
  let pinned = -1;
  const holds = (column, brush, row) => {
    const value = column.cells[row];
    if (value === null) return false;
    return brush.names ? brush.names.has(value) : value >= brush.low && value <= brush.high;
  };
  const select = () => {
    const all = [...brushes].map(([at, brush]) => [columns[at], brush]);
    chosen = 0;
    for (let row = 0; row < N; row++) {
      selected[row] = all.every(([column, brush]) => holds(column, brush, row)) ? 1 : 0;
      chosen += selected[row];
    }
  };
  const brush = (at, low, high) => {
    const column = columns[at];
    if (low === undefined) brushes.delete(at);
    else if (column.names) {
      const names = new Set([...column.names.keys()].filter((name) => name >= low && name <= high));
      if (names.size) brushes.set(at, { names });
      else brushes.delete(at);
    } else brushes.set(at, { low, high });
  };

  // Groups by colour: rows of each group, in steps of the scale of a figure or by name.
  const groups = () => {
    const column = colour === null ? null : columns[colour];
    if (!column) return { of: () => 0, keys: [{ css: "var(--s0)", name: "" }] };
    if (column.names) {
      const many = column.names.length > 7;
      const keys = column.names.slice(0, many ? 6 : 7).map((name, at) => ({ css: `var(--s${at})`, name }));
      if (many) keys.push({ css: "var(--s6)", name: words.other });
      return { of: (row) => Math.min(column.cells[row] ?? 0, keys.length - 1), keys };
    }
    const known = column.cells.filter((value) => value !== null).sort((a, b) => a - b);
    const bounds = [];
    for (let step = 1; step < 5; step++) {
      const bound = known[Math.floor((known.length * step) / 5)];
      if (bound !== undefined && bound > (bounds.at(-1) ?? known[0])) bounds.push(bound);
    }
    const ends = [known[0] ?? 0, ...bounds, known.at(-1) ?? 0];
    const shades = [0, 2, 4, 6, 7].slice(0, bounds.length + 1);
    const keys = shades.map((shade, at) => ({ css: `var(--step${shade})`, name: ends[at] === ends[at + 1] ? short(column, ends[at]) : `${short(column, ends[at])} – ${short(column, ends[at + 1])}` }));
    return { of: (row) => bounds.filter((bound) => column.cells[row] >= bound).length, keys };
  };

  // The frame of the page's part.
  const status = element("p", "", { className: "selected", role: "status" });
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "polite");
  const clear = element("button", words.clear, { type: "button" });
  const bar = element("div", undefined, { className: "bar" });
  bar.append(status, clear);
  const figure = (id, title, note) => {
    const made = element("figure", undefined, { className: "explorer", id });
    const caption = element("figcaption");
    caption.append(element("h3", title), element("p", note, { className: "note" }));
    made.append(caption);
    return made;
  };
  const linesFigure = figure("study-lines", words.lines, words.lines_note);
  const pointsFigure = figure("study-points", words.points, words.points_note);
  const tableFigure = figure("study-table", words.table, "");
  const legend = element("ul", undefined, { className: "legend" });
  const linesBox = element("div", undefined, { className: "lines wide", tabIndex: 0 });
  linesBox.setAttribute("role", "region");
  linesBox.setAttribute("aria-label", words.lines);
  const pointsBox = element("div", undefined, { className: "points" });
  pointsBox.setAttribute("role", "img");
  pointsBox.setAttribute("aria-label", words.points);

  // Selects and fields.
  const choice = (label, value, none, change) => {
    const made = element("label", label + " ");
    const list = element("select");
    if (none) list.append(new Option(none, ""));
    columns.forEach((column, at) => list.append(new Option(column.label, at)));
    list.value = value === null ? "" : value;
    list.addEventListener("change", () => change(list.value === "" ? null : Number(list.value)));
    made.append(list);
    return made;
  };
  const chooser = element("p", undefined, { className: "choices" });
  chooser.append(
    choice(words.across, x, null, (at) => ((x = at), draw())),
    choice(words.up, y, null, (at) => ((y = at), draw())),
    choice(words.colour, colour, words.none, (at) => ((colour = at), draw())),
  );
  const details = (summary) => {
    const made = element("details");
    made.append(element("summary", summary));
    return made;
  };
  const limits = details(words.limits);
  const shown = details(words.columns);
  const fields = element("div", undefined, { className: "fields" });
  limits.append(element("p", words.limits_note, { className: "note" }), fields);
  const boxes = element("div", undefined, { className: "boxes" });
  shown.append(boxes);
  columns.forEach((column, at) => {
    const label = element("label");
    const box = element("input", undefined, { type: "checkbox", checked: drawn.includes(at) });
    box.addEventListener("change", () => {
      drawn = [...boxes.querySelectorAll("input")].map((one, index) => (one.checked ? index : -1)).filter((index) => index >= 0);
      form();
      draw();
    });
    label.append(box, " " + column.label);
    label.title = column.full;
    boxes.append(label);
  });
  const form = () => {
    fields.replaceChildren(
      ...drawn.map((at) => {
        const column = columns[at];
        const set = element("fieldset");
        set.append(element("legend", column.label));
        const now = brushes.get(at);
        if (column.names) {
          const list = element("select", undefined, { multiple: true, size: Math.min(5, Math.max(2, column.names.length)) });
          list.setAttribute("aria-label", column.label);
          column.names.forEach((name, index) => list.append(new Option(name, index, false, Boolean(now?.names.has(index)))));
          list.addEventListener("change", () => {
            const names = new Set([...list.selectedOptions].map((option) => Number(option.value)));
            if (names.size) brushes.set(at, { names });
            else brushes.delete(at);
            update(false);
          });
          set.append(list);
        } else {
          const field = (word, key) => {
            const label = element("label", word + " ");
            const input = element("input", undefined, { type: "number", step: "any", placeholder: text(column, key === "low" ? column.least : column.most).replace("−", "-") });
            if (now && Number.isFinite(now[key])) input.value = now[key];
            input.addEventListener("input", () => {
              const other = brushes.get(at) || { low: -Infinity, high: Infinity };
              other[key] = input.value === "" ? (key === "low" ? -Infinity : Infinity) : Number(input.value);
              if (other.low === -Infinity && other.high === Infinity) brushes.delete(at);
              else brushes.set(at, other);
              update(false);
            });
            label.append(input);
            return label;
          };
          set.append(field(words.low, "low"), field(words.high, "high"));
        }
        return set;
      }),
    );
  };

  // Lines.
  const evenly = (rows, most) => (rows.length <= most ? rows : Array.from({ length: most }, (_, at) => rows[Math.floor((at * rows.length) / most)]));
  const note = element("p", "", { className: "note" });
  const round = (value) => Math.round(value * 10) / 10;
  const H = 300;
  const drawLines = () => {
    const room = linesBox.clientWidth || 900;
    const long = columns[drawn[0]]?.names ? Math.max(...columns[drawn[0]].names.map((name) => name.length)) : 0;
    const left = Math.max(62, Math.min(150, 16 + long * 6.4));
    const width = Math.max(room, 96 * (drawn.length - 1) + left + 68);
    const top = 62;
    const spread = (width - left - 68) / Math.max(1, drawn.length - 1);
    const xs = drawn.map((_, at) => left + at * spread);
    const picture = svg("svg", { viewBox: `0 0 ${width} ${H + top + 14}`, width, height: H + top + 14, role: "img", "aria-label": words.lines });
    picture.style.width = `${width}px`;
    const yOf = (column, value) => top + H * (1 - column.at(value));
    const d = (row) => {
      let path = "";
      let pen = "M";
      for (let at = 0; at < drawn.length; at++) {
        const column = columns[drawn[at]];
        const value = column.cells[row];
        if (value === null) pen = "M";
        else {
          path += `${pen}${round(xs[at])} ${round(yOf(column, value))}`;
          pen = "L";
        }
      }
      return path;
    };
    const ran = Array.from({ length: N }, (_, row) => row).filter((row) => !reasons.has(row));
    const inside = ran.filter((row) => selected[row]);
    const outside = ran.filter((row) => !selected[row]);
    const [some, rest] = [evenly(inside, LINES), evenly(outside, LINES)];
    if (rest.length) svg("path", { class: "rest", d: rest.map(d).join("") }, picture);
    const { of, keys } = groups();
    const paths = keys.map(() => []);
    for (const row of some) paths[of(row)].push(d(row));
    const thin = some.length > 400 ? 0.4 : some.length > 60 ? 0.7 : 1;
    // A few paths for each colour, in turn: where many lines lie over each other is darker, and no colour lies over all others.
    const parts = some.length > 60 ? 6 : 1;
    for (let part = 0; part < parts; part++)
      paths.forEach((path, at) => {
        const d = path.filter((_, index) => index % parts === part).join("");
        if (d) svg("path", { class: "in", d, style: `stroke:${keys[at].css};opacity:${thin}` }, picture);
      });
    if (pinned >= 0) svg("path", { class: "pin", d: d(pinned) }, picture);
    drawn.forEach((at, index) => {
      const column = columns[at];
      const group = svg("g", { class: "axis", "data-column": at }, picture);
      svg("line", { x1: xs[index], x2: xs[index], y1: top, y2: top + H }, group);
      for (const [value, label] of ticks(column, 6)) {
        const to = round(yOf(column, value));
        svg("line", { x1: xs[index] - 4, x2: xs[index], y1: to, y2: to }, group);
        const said = svg("text", { x: xs[index] - 6, y: to + 4, "text-anchor": "end" }, group);
        const most = Math.max(6, Math.floor(((index ? spread : left) - 10) / 6.2));
        said.textContent = label.length > most ? label.slice(0, most - 1) + "…" : label;
        svg("title", {}, said).textContent = label;
      }
      // Names in up to three lines.
      const letters = Math.max(10, Math.floor(spread / 7));
      const lines = [""];
      for (const word of column.label.split(/(?<=[\s_.])/)) {
        if ((lines.at(-1) + word).length > letters && lines.at(-1)) lines.push(word);
        else lines[lines.length - 1] += word;
      }
      const anchor = index === 0 ? "start" : index === drawn.length - 1 ? "end" : "middle";
      const from = index === 0 ? 0 : index === drawn.length - 1 ? width - 1 : xs[index];
      const name = svg("text", { class: column.input ? "name input" : "name", "text-anchor": anchor }, group);
      const kept = lines.slice(0, 3);
      if (lines.length > 3) kept[2] = kept[2].trim() + "…";
      kept.forEach((line, at) => (svg("tspan", { x: from, y: 46 - 15 * (kept.length - 1 - at) }, name).textContent = line.trim().slice(0, letters + 8)));
      svg("title", {}, name).textContent = column.full;
      const brushed = brushes.get(at);
      const box = (low, high) => svg("rect", { class: "brush", x: xs[index] - 9, width: 18, y: round(yOf(column, high)), height: Math.max(2, round(yOf(column, low) - yOf(column, high))) }, group);
      if (brushed?.names) for (const value of brushed.names) box(value - 0.5, value + 0.5);
      else if (brushed) box(Math.max(column.low, brushed.low), Math.min(column.high, brushed.high));
      const grip = svg("rect", { class: "grip", x: xs[index] - 16, width: 32, y: top - 8, height: H + 16 }, group);
      grip.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        const value = (one) => {
          // The picture is drawn anew while the drag goes on.
          const box = linesBox.firstElementChild.getBoundingClientRect();
          const share = 1 - ((one.clientY - box.top) * (H + top + 14)) / box.height / H + top / H;
          return column.low + Math.max(0, Math.min(1, share)) * (column.high - column.low);
        };
        const [start, startY] = [value(event), event.clientY];
        let moved = false;
        const move = (one) => {
          if (!moved && Math.abs(one.clientY - startY) < 4) return;
          moved = true;
          const now = value(one);
          const [low, high] = [Math.min(start, now), Math.max(start, now)];
          if (column.names) brush(at, Math.round(low), Math.round(high));
          else brush(at, low, high);
          later();
        };
        const end = () => {
          removeEventListener("pointermove", move);
          removeEventListener("pointerup", end);
          removeEventListener("pointercancel", end);
          if (!moved) brush(at);
          update(true);
        };
        addEventListener("pointermove", move);
        addEventListener("pointerup", end);
        addEventListener("pointercancel", end);
      });
    });
    const scrolled = linesBox.scrollLeft;
    linesBox.replaceChildren(picture);
    linesBox.scrollLeft = scrolled;
    note.textContent = some.length < inside.length || rest.length < outside.length ? fill(words.drawn, { n: count(some.length + rest.length), all: count(ran.length) }) : "";
    legend.replaceChildren(
      ...(keys.length > 1
        ? keys.map((key) => {
            const li = element("li");
            const swatch = element("span", undefined, { className: "swatch" });
            swatch.style.setProperty("--colour", key.css);
            li.append(swatch, key.name);
            return li;
          })
        : []),
    );
    if (colour !== null) legend.prepend(element("li", columns[colour].label + ":"));
  };

  // Points.
  let spots = [];
  const drawPoints = () => {
    const width = pointsBox.clientWidth || 900;
    const height = Math.min(420, Math.max(260, width * 0.55));
    const [a, b] = [columns[x], columns[y]];
    const up = ticks(b, 6);
    const longest = Math.min(18, Math.max(...up.map(([, label]) => label.length), 1));
    const [left, right, top, bottom] = [14 + longest * 6.6, 16, 26, 46];
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" });
    const pad = (at) => 0.02 + 0.96 * at;
    const px = (value) => left + (width - left - right) * pad(a.at(value));
    const py = (value) => height - bottom - (height - top - bottom) * pad(b.at(value));
    for (const [value, label] of up) {
      svg("line", { class: "grid", x1: left, x2: width - right, y1: round(py(value)), y2: round(py(value)) }, picture);
      const said = svg("text", { x: left - 6, y: round(py(value)) + 4, "text-anchor": "end" }, picture);
      said.textContent = label.length > 18 ? label.slice(0, 17) + "…" : label;
    }
    const across = ticks(a, Math.max(2, Math.floor(width / (a.names ? 120 : 90))));
    const most = a.names ? Math.floor((width - left - right) / Math.max(1, across.length) / 6.6) : 99;
    across.forEach(([value, label]) => {
      svg("line", { class: "grid", x1: round(px(value)), x2: round(px(value)), y1: top, y2: height - bottom }, picture);
      const said = svg("text", { x: round(px(value)), y: height - bottom + 16, "text-anchor": "middle" }, picture);
      said.textContent = label.length > most ? label.slice(0, Math.max(1, most - 1)) + "…" : label;
    });
    svg("text", { class: "name", x: 0, y: 14 }, picture).textContent = b.label;
    svg("text", { class: "name", x: width - right, y: height - 8, "text-anchor": "end" }, picture).textContent = a.label;
    // Settings have no place within their band: runs are spread over it by their number, so that they do not hide each other.
    const spreadOf = (column, row, ratio) => (column.names && N > 200 ? (((row * ratio) % 1) - 0.5) * 0.5 : 0);
    const { of, keys } = groups();
    const paths = keys.map(() => []);
    const rest = [];
    spots = [];
    for (let row = 0; row < N; row++) {
      const [u, v] = [a.cells[row], b.cells[row]];
      if (u === null || v === null || reasons.has(row)) continue;
      const [cx, cy] = [round(px(u + spreadOf(a, row, 0.618034))), round(py(v + spreadOf(b, row, 0.754878)))];
      spots.push([cx, cy, row]);
      (selected[row] ? paths[of(row)] : rest).push(`M${cx} ${cy}h0`);
    }
    if (rest.length) svg("path", { class: "dots rest", d: rest.join("") }, picture);
    const small = chosen > 2000 ? " small" : "";
    paths.forEach((path, at) => path.length && svg("path", { class: `dots in${small}`, d: path.join(""), style: `stroke:${keys[at].css}` }, picture));
    const ring = (row, name) => {
      const spot = spots.find((one) => one[2] === row);
      if (spot) svg("circle", { class: name, cx: spot[0], cy: spot[1], r: 6 }, picture);
    };
    for (const row of data.front) ring(row, "ring");
    if (pinned >= 0) ring(pinned, "ring pin");
    const area = svg("rect", { class: "area", x: 0, y: 0, width: 0, height: 0 }, picture);
    pointsBox.replaceChildren(picture);
    picture.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const box = picture.getBoundingClientRect();
      const at = (one) => [((one.clientX - box.left) / box.width) * width, ((one.clientY - box.top) / box.height) * height];
      const from = at(event);
      let to = from;
      const move = (one) => {
        to = at(one);
        const [x0, y0] = [Math.min(from[0], to[0]), Math.min(from[1], to[1])];
        for (const [key, value] of Object.entries({ x: x0, y: y0, width: Math.abs(to[0] - from[0]), height: Math.abs(to[1] - from[1]) })) area.setAttribute(key, value);
      };
      const end = () => {
        removeEventListener("pointermove", move);
        removeEventListener("pointerup", end);
        removeEventListener("pointercancel", end);
        if (Math.abs(to[0] - from[0]) < 4 && Math.abs(to[1] - from[1]) < 4) {
          brush(x);
          brush(y);
        } else {
          const back = (column, share) => column.low + ((share - 0.02) / 0.96) * (column.high - column.low);
          const [u0, u1] = [Math.min(from[0], to[0]), Math.max(from[0], to[0])].map((one) => back(a, (one - left) / (width - left - right)));
          const [v0, v1] = [Math.max(from[1], to[1]), Math.min(from[1], to[1])].map((one) => back(b, (height - bottom - one) / (height - top - bottom)));
          if (a.names) brush(x, Math.round(u0), Math.round(u1));
          else brush(x, u0, u1);
          if (b.names) brush(y, Math.round(v0), Math.round(v1));
          else brush(y, v0, v1);
        }
        update(true);
      };
      addEventListener("pointermove", move);
      addEventListener("pointerup", end);
      addEventListener("pointercancel", end);
    });
    picture.addEventListener("pointermove", (event) => {
      const box = picture.getBoundingClientRect();
      const [mx, my] = [((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height];
      let [best, least] = [null, 200];
      for (const spot of spots) {
        const far = (spot[0] - mx) ** 2 + (spot[1] - my) ** 2;
        if (far < least) [best, least] = [spot, far];
      }
      if (!best) return (hint.hidden = true);
      const row = best[2];
      hint.textContent = [`${data.of} ${count(runNumber(row))}${onFront.has(row) ? ` (${words.front})` : ""}`, ...[...new Set([x, y, ...drawn])].map((at) => `${columns[at].name}: ${cell(columns[at], row)}${columns[at].unit ? " " + columns[at].unit : ""}`)].join("\n");
      hint.hidden = false;
      const [w, h] = [hint.offsetWidth, hint.offsetHeight];
      hint.style.left = `${Math.max(4, Math.min(event.clientX + 14, innerWidth - w - 8))}px`;
      hint.style.top = `${event.clientY - h - 12 > 4 ? event.clientY - h - 12 : event.clientY + 18}px`;
    });
    picture.addEventListener("pointerleave", () => (hint.hidden = true));
  };

  // The table: rows in their order, as many as are asked for.
  let [sorted, upward, wanted, only, pages] = [null, true, "", false, 1];
  const hasReasons = reasons.size > 0;
  const searchBox = element("input", undefined, { type: "search" });
  const filterLabel = element("label", words.filter + " ");
  filterLabel.append(searchBox);
  const onlyBox = element("input", undefined, { type: "checkbox" });
  const onlyLabel = element("label");
  onlyLabel.append(onlyBox, " " + words.only);
  const counted = element("span", "", {});
  counted.setAttribute("role", "status");
  const tools = element("p", undefined, { className: "filter" });
  tools.append(filterLabel, onlyLabel, counted);
  const box = element("div", undefined, { className: "data rows-of-study", tabIndex: 0 });
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", words.table);
  const more = element("button", "", { type: "button" });
  const download = element("button", words.download, { type: "button" });
  const under = element("p", undefined, { className: "tools" });
  under.append(more, download);
  tableFigure.append(tools, box, under);
  const textOf = (row) => [count(runNumber(row)), ...drawn.map((at) => cell(columns[at], row)), reasons.get(row) || ""].join(" ").toLowerCase();
  const order = () => {
    let rows = Array.from({ length: N }, (_, row) => row);
    if (only) rows = rows.filter((row) => selected[row]);
    if (wanted) rows = rows.filter((row) => textOf(row).includes(wanted));
    if (sorted !== null) {
      const sign = upward ? 1 : -1;
      const value = sorted === -1 ? runNumber : sorted === -2 ? (row) => reasons.get(row) || null : columns[sorted].names ? (row) => columns[sorted].names[columns[sorted].cells[row]] : (row) => columns[sorted].cells[row];
      rows.sort((p, q) => {
        const [u, v] = [value(p), value(q)];
        if (u === null || v === null) return u === v ? p - q : u === null ? 1 : -1;
        return (typeof u === "number" ? sign * (u - v) : sign * u.localeCompare(v, "en", { numeric: true })) || p - q;
      });
    }
    return rows;
  };
  const drawTable = () => {
    const rows = order();
    const heads = [[-1, data.of, true], ...drawn.map((at) => [at, columns[at].label, !columns[at].names]), ...(hasReasons ? [[-2, words.failed, false]] : [])];
    const table = element("table");
    const head = table.createTHead().insertRow();
    heads.forEach(([at, name, numeric]) => {
      const th = element("th", undefined, { scope: "col", className: numeric ? "number" : "" });
      if (at >= 0) th.title = columns[at].full;
      if (sorted === at) th.setAttribute("aria-sort", upward ? "ascending" : "descending");
      const button = element("button", name, { type: "button" });
      button.title = at >= 0 ? `${columns[at].full}: ${words.sort}` : words.sort;
      button.addEventListener("click", () => {
        upward = sorted === at ? !upward : true;
        sorted = at;
        pages = 1;
        drawTable();
        box.querySelector("th[aria-sort] button")?.focus();
      });
      th.append(button);
      head.append(th);
    });
    const body = table.createTBody();
    const shownRows = rows.slice(0, PAGE * pages);
    for (const row of shownRows) {
      const tr = body.insertRow();
      tr.dataset.run = row;
      if (brushes.size && selected[row]) tr.className = "in";
      const first = element("th", count(runNumber(row)) + (onFront.has(row) ? " ★" : ""), { scope: "row", className: "number" });
      if (onFront.has(row)) first.title = words.front;
      tr.append(first);
      // A run that failed has its reason where its figures would be.
      const failed = reasons.get(row);
      const cells = failed === undefined ? drawn : drawn.filter((at) => columns[at].input);
      for (const at of cells) {
        const td = tr.insertCell();
        td.textContent = cell(columns[at], row);
        if (!columns[at].names) td.className = "number";
      }
      if (failed !== undefined) Object.assign(tr.insertCell(), { textContent: failed, className: "why", colSpan: drawn.length - cells.length + 1 });
      else if (hasReasons) tr.insertCell();
    }
    const scrolled = box.scrollLeft;
    box.replaceChildren(table);
    box.scrollLeft = scrolled;
    more.hidden = shownRows.length >= rows.length;
    more.textContent = fill(words.more, { n: count(Math.min(PAGE, rows.length - shownRows.length)) });
    counted.textContent = rows.length ? fill(words.of_rows, { n: count(shownRows.length), all: count(rows.length) }) : words.empty;
  };
  more.addEventListener("click", () => (pages++, drawTable()));
  searchBox.addEventListener("input", () => ((wanted = searchBox.value.trim().toLowerCase()), (pages = 1), drawTable()));
  onlyBox.addEventListener("change", () => ((only = onlyBox.checked), (pages = 1), drawTable()));
  download.addEventListener("click", () => {
    const quoted = (value) => (/[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : value);
    const plain = (column, row) => (column.cells[row] === null ? "" : column.names ? column.names[column.cells[row]] : column.cells[row]);
    const lines = [[data.of, ...columns.map((column) => column.full + (column.unit ? `, ${column.unit}` : "")), "failed"]];
    for (let row = 0; row < N; row++) if (selected[row]) lines.push([runNumber(row), ...columns.map((column) => plain(column, row)), reasons.get(row) || ""]);
    const link = element("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff" + lines.map((cells) => cells.map(quoted).join(",")).join("\n") + "\n"], { type: "text/csv" }));
    link.download = "selected.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  // The row under the pointer stands out in the pictures.
  box.addEventListener("pointerover", (event) => {
    const row = event.target.closest("tr[data-run]");
    const now = row ? Number(row.dataset.run) : -1;
    if (now === pinned) return;
    pinned = reasons.has(now) ? -1 : now;
    later(true);
  });
  box.addEventListener("pointerleave", () => ((pinned = -1), later(true)));

  // All together; while a drag goes on, once a frame and without the table.
  let waiting = false;
  const later = (pictures) => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (!pictures) select();
      drawLines();
      drawPoints();
      said();
    });
  };
  const said = () => {
    status.textContent = brushes.size ? fill(words.selected, { n: count(chosen), all: count(N) }) : fill(words.all, { all: count(N) });
    clear.style.visibility = brushes.size ? "visible" : "hidden";
  };
  const draw = () => {
    drawLines();
    drawPoints();
    drawTable();
    said();
  };
  const update = (renew) => {
    select();
    if (renew) form();
    pages = 1;
    draw();
  };
  clear.addEventListener("click", () => (brushes.clear(), update(true), linesBox.focus()));

  linesFigure.append(limits, shown, legend, linesBox, note);
  pointsFigure.append(chooser, pointsBox);
  place.append(bar, linesFigure, pointsFigure, tableFigure);
  form();
  draw();
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    later(true);
  });
});
