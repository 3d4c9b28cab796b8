// ── time, sentences, legend, keys ──
const tell = () => {
  const box = $("told");
  box.replaceChildren(...sides.map((side) => {
    const moment = side.momentAt(state.time_s);
    const card = element("div", undefined, "card");
    const alarms = side.alarms(moment);
    if (alarms.length) card.classList.add("alarm");
    const later = state.time_s > side.total_s + 1 ? " (ended)" : "";
    if (sides.length > 1) card.append(element("h2", `${side.name}${side.data.folder === side.name ? "" : ` · ${side.data.folder}`}${later}`));
    side.sentences(moment).forEach((text, number) => card.append(element("p", text, ["hot", "why", "cost"][number])));
    if (alarms.length) {
      const all = element("ul");
      alarms.slice(0, 5).forEach((text) => all.append(element("li", text)));
      if (alarms.length > 5) all.append(element("li", `${alarms.length - 5} more: in the table`));
      card.append(all);
    }
    return card;
  }));
};

const legend = () => {
  const { way } = state;
  const gradient = (map, down) => {
    const stops = [];
    for (let at = 0; at <= 16; at += 1) {
      const from = 3 * Math.round((255 * (down ? 16 - at : at)) / 16);
      stops.push(`rgb(${map[from]},${map[from + 1]},${map[from + 2]})`);
    }
    return `linear-gradient(to right,${stops.join(",")})`;
  };
  const bar = (title, low, high, image, marks, range) => {
    const box = element("div", undefined, "scale");
    box.append(element("b", title));
    const strip = element("div", undefined, "strip");
    strip.style.background = image;
    const place = (value) => `${100 * Math.min(Math.max((value - low) / (high - low), 0), 1)}%`;
    for (const mark of marks) {
      const line = element("i");
      line.style.left = place(mark);
      line.title = `limit ${grouped(mark, mark % 1 ? 1 : 0)}`;
      strip.append(line);
    }
    if (range) {
      const now = element("u");
      now.style.left = place(range[0]);
      now.style.right = `calc(100% - ${place(range[1])})`;
      strip.append(now);
    }
    box.append(strip);
    const ends = element("div", undefined, "ends");
    for (let part = 0; part <= 4; part += 1) ends.append(element("span", grouped(low + ((high - low) * part) / 4, (high - low) % 4 && high - low < 20 ? 1 : 0)));
    box.append(ends);
    return box;
  };
  let [low, high, dark, unknown] = [Infinity, -Infinity, 0, 0];
  sides.forEach((side) => side.racks(side.momentAt(state.time_s)).forEach((hall) => hall[way.id].forEach((value, rack) => {
    if (hall.state[rack] === STATE.dark) dark += 1;
    else if (!Number.isFinite(value)) unknown += 1;
    else { low = Math.min(low, value); high = Math.max(high, value); }
  })));
  const range = low <= high ? [low, high] : null;
  const digits = high - low < 5 ? 1 : 0;
  const limits = way.limits.length && way.id !== "margin" ? ` · limit ${way.limits.map((limit) => grouped(limit, limit % 1 ? 1 : 0)).join(", ")}` : "";
  const now = range ? ` · now ${grouped(low, digits)} – ${grouped(high, digits)}` : "";
  const main = bar(`racks ≈ ${way.name}, ${way.unit}${limits}${now}`, way.low, way.high, gradient(MAPS[way.map]), way.limits, range);
  const looks = element("p", undefined, "looks");
  for (const [count, kind, text] of [[dark, "dark", "off or without power"], [unknown, "unknown", "not known"]]) {
    if (!count) continue;
    looks.append(element("i", undefined, kind), ` ${text}: ${grouped(count)}  `);
  }
  if (dark || unknown) main.append(looks);
  $("legend").replaceChildren(main, bar("air, water, coolant, °C", DATA.fluid[0], DATA.fluid[1], gradient(MAPS.fluids), []), bar("machines: load, %", 0, 100, gradient(MAPS.load), []));
};

const chart = () => {
  const canvas = $("chart");
  const [w, h] = [canvas.clientWidth, canvas.clientHeight];
  const scale = Math.min(devicePixelRatio || 1, 2);
  canvas.width = w * scale;
  canvas.height = h * scale;
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  const style = getComputedStyle(document.documentElement);
  const [ink, faint] = [style.getPropertyValue("--ink"), style.getPropertyValue("--faint")];
  const base = h - 16;
  const x = (time_s) => (w * time_s) / total_s;
  sides.forEach((side, index) => side.data.events.forEach((event) => {
    pen.fillStyle = "#d5374e55";
    pen.fillRect(x(event.start_s), (index * base) / sides.length, Math.max(2, x(event.end_s) - x(event.start_s)), base / sides.length);
  }));
  const most = (name) => Math.max(1e-9, ...sides.map((side) => side.chart[name].reduce((a, b) => (b > a ? b : a), 0)));
  const [power_kw, chip_c] = [1.08 * most("facility_kw"), most("max_chip_c") + 4];
  const coldest = Math.min(...sides.map((side) => side.chart.max_chip_c.reduce((a, b) => (b < a ? b : a), Infinity))) - 4;
  const path = (side, name, y) => {
    pen.beginPath();
    side.chart[name].forEach((value, at) => {
      if (Number.isFinite(value)) pen.lineTo(x(side.chart.time_s[at]), y(value));
    });
  };
  const yPower = (value) => base * (1 - value / power_kw);
  const yChip = (value) => base * (1 - (value - coldest) / (chip_c - coldest));
  sides.forEach((side, index) => {
    for (const [name, alpha] of sides.length === 1 ? [["facility_kw", "55"], ["it_kw", "88"]] : [["facility_kw", "22"]]) {
      path(side, name, yPower);
      pen.lineTo(x(side.chart.time_s[side.chart.time_s.length - 1]), base);
      pen.lineTo(x(side.chart.time_s[0]), base);
      pen.fillStyle = (sides.length === 1 && name === "facility_kw" ? INKS[1] : INKS[index]) + alpha;
      pen.fill();
    }
    path(side, "facility_kw", yPower);
    pen.strokeStyle = sides.length === 1 ? INKS[1] : INKS[index];
    pen.lineWidth = 1.5;
    pen.stroke();
    path(side, "max_chip_c", yChip);
    pen.setLineDash([4, 3]);
    pen.strokeStyle = sides.length === 1 ? ink : INKS[index];
    pen.lineWidth = 1.2;
    pen.stroke();
    pen.setLineDash([]);
  });
  pen.font = "11px system-ui, sans-serif";
  pen.fillStyle = faint;
  const days = total_s / DAY_S;
  const every = [1 / 24, 0.125, 0.25, 0.5, 1, 2, 7, 14, 31, 61, 122].find((step) => days / step <= Math.max(3, w / 110)) || 365;
  const start = new Date(sides[0].start);
  for (let day = 0; day < days - 1e-6; day += every) {
    const at = new Date(start.getTime() + 1000 * DAY_S * day);
    const text = every < 1 && at.getUTCHours() + at.getUTCMinutes() ? `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}` : `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
    pen.fillRect(x(day * DAY_S), base, 1, 4);
    if (x(day * DAY_S) + 40 < w) pen.fillText(text, x(day * DAY_S) + 3, h - 3);
  }
  pen.fillStyle = ink;
  pen.fillText(`${power(power_kw * 1e3 / 1.08)} peak`, 4, 11);
  const chips = `chip ${(coldest + 4).toFixed(0)} – ${(chip_c - 4).toFixed(0)} °C`;
  pen.fillText(chips, w - pen.measureText(chips).width - 4, 11);
  const now = x(state.time_s);
  pen.fillRect(now - 1, 0, 2, base);
};

const key = () => {
  const parts = sides.length === 1 ? [["IT", INKS[0]], ["all power", INKS[1]], ["hottest chip (dashed)", "var(--ink)"]] : sides.map((side, index) => [`${side.name}: power, hottest chip (dashed)`, INKS[index]]);
  if (sides.some((side) => side.data.events.length)) parts.push(["event", "#d5374e"]);
  $("chart-key").replaceChildren(...parts.map(([text, ink]) => {
    const made = element("span", text);
    made.style.setProperty("--mark", ink);
    return made;
  }));
};

// ── one clock ──
const refresh = () => {
  const shown = moments();
  stage?.scenes.forEach((scenery, index) => scenery.paint(state.way, shown[index]));
  const dates = [...new Set(sides.map((side, index) => dateText(side.date(shown[index]))))];
  $("now").textContent = dates.join(" | ");
  $("time").value = state.time_s;
  $("time").setAttribute("aria-valuetext", dates.join(", "));
  tell();
  legend();
  chart();
  showSelected();
  tables();
  want();
};
const longest = sides.reduce((a, b) => (b.moments > a.moments ? b : a));
const go = (time_s) => {
  state.time_s = Math.min(Math.max(time_s, 0), total_s);
  refresh();
};
const step = (by) => {
  const moment = longest.momentAt(state.time_s) + by;
  go(longest.time_s(Math.min(Math.max(moment, 0), longest.moments - 1)));
};
const play = (on) => {
  if (state.playing === on) return;
  state.playing = on;
  $("play").textContent = on ? "pause" : "play";
  $("play").setAttribute("aria-pressed", String(on));
  if (!on) return;
  if (state.time_s >= total_s - 1) go(0);
  let [last, time_s] = [performance.now(), state.time_s];
  const next = (now) => {
    if (!state.playing) return;
    // Who jumps while it plays goes on from there.
    if (Math.abs(time_s - state.time_s) > 1 && state.time_s !== play.shown) time_s = state.time_s;
    time_s = Math.min(time_s + (state.speed * (now - last)) / 1000, total_s);
    last = now;
    const moment = longest.momentAt(time_s);
    if (moment !== longest.momentAt(state.time_s)) {
      play.shown = time_s;
      go(time_s);
    }
    if (time_s >= total_s) play(false);
    else requestAnimationFrame(next);
  };
  play.shown = state.time_s;
  requestAnimationFrame(next);
};
const colourBy = (way) => {
  state.way = way;
  $("way").value = way.id;
  refresh();
};

const peak = (side, of) => {
  let found = 0;
  for (let moment = 1; moment < side.moments; moment += 1) if (of(moment) > of(found)) found = moment;
  return side.time_s(found);
};
const jumps = [
  ["peak power", () => peak(longest, (moment) => longest.value("facility_w", moment))],
  ["hottest chip", () => peak(longest, (moment) => Math.max(...longest.halls.map((_, hall) => longest.value(`${hall}.max_chip_c`, moment) || -1)))],
];
const first = sides.flatMap((side) => side.data.events.map((event) => event.start_s)).sort((a, b) => a - b);
if (first.length) jumps.push(["next event", () => first.find((time_s) => time_s > state.time_s + 1) ?? first[0]]);

const start = () => {
  DATA.ways.forEach((way) => { const option = element("option", way.name); option.value = way.id; $("way").append(option); });
  $("way").onchange = () => colourBy(DATA.ways.find((way) => way.id === $("way").value));
  [[600, "10 min/s"], [3600, "1 h/s"], [21600, "6 h/s"], [86400, "1 day/s"], [604800, "1 week/s"]].forEach(([speed, text]) => { const option = element("option", text); option.value = speed; $("speed").append(option); });
  state.speed = total_s > 60 * DAY_S ? 86400 : total_s > 2 * DAY_S ? 21600 : total_s > DAY_S / 4 ? 3600 : 600;
  $("speed").value = state.speed;
  $("speed").onchange = () => { state.speed = Number($("speed").value); };
  jumps.forEach(([text, to]) => { const button = element("button", text); button.type = "button"; button.onclick = () => { play(false); go(to() + 1e-3); }; $("jumps").append(button); });
  $("time").max = total_s;
  $("time").step = "any";
  $("time").oninput = () => { const at = Number($("time").value); if (Math.abs(at - state.time_s) > 1e-6) go(at); };
  $("play").onclick = () => play(!state.playing);
  $("back").onclick = () => { play(false); step(-1); };
  $("on").onclick = () => { play(false); step(1); };
  $("home").onclick = overview;
  $("hottest").onclick = selectHottest;
  $("table-button").onclick = () => showTable(!state.table);
  $("theme").onclick = () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; dress(); refresh(); };
  darkAsked.addEventListener("change", () => { dress(); refresh(); });
  const each = Math.max(...sides.map((side) => side.data.each));
  const shares = "≈: results keep halls over time and racks over the whole run; a rack is shown as its part of its hall.";
  $("note").textContent = each > 1 ? `${shares} One moment stands for ${each} recorded rows: that with the hottest chip.` : shares;
  $("remark").textContent = sides.map((side) => `${side.name}: ${grouped(side.moments)} of ${grouped(side.data.rows)} recorded rows from ${side.data.start} on`).join(" · ");
  key();
  if (stage) {
    const { controls } = stage;
    const canvas = $("scene");
    canvas.setAttribute("aria-label", `The halls of ${sides.map((side) => side.name).join(" and ")}, seen from above; their figures are in the table`);
    let rest = 0;
    controls.addEventListener("change", () => {
      stage.moving = true;
      clearTimeout(rest);
      rest = setTimeout(() => { stage.moving = false; if (stage.ratio < 1) size(1); }, 350);
      want();
    });
    let [down, touched] = [null, false];
    canvas.addEventListener("pointerdown", (event) => { down = [event.clientX, event.clientY]; touched = event.pointerType === "touch"; $("tip").hidden = true; });
    canvas.addEventListener("pointerup", (event) => {
      if (down && event.button === 0 && Math.hypot(event.clientX - down[0], event.clientY - down[1]) < 5) select(under(event));
      down = null;
    });
    canvas.addEventListener("pointermove", (event) => {
      if (down || touched) return;
      const what = under(event);
      $("tip").hidden = !what;
      canvas.style.cursor = what ? "pointer" : "grab";
      if (!what) return;
      if (!sameThing(what, state.hovered)) $("tip").replaceChildren(element("b", nameOf(what)), list(figuresOf(what).filter(([name]) => name !== "cooled by" && name !== "servers")));
      state.hovered = what;
      const box = $("stage").getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      const tip = $("tip");
      tip.style.left = `${Math.max(4, x + 16 + tip.offsetWidth > box.width ? x - tip.offsetWidth - 12 : x + 16)}px`;
      tip.style.top = `${Math.max(4, y + 16 + tip.offsetHeight > box.height ? y - tip.offsetHeight - 12 : y + 16)}px`;
    });
    canvas.addEventListener("pointerleave", () => { $("tip").hidden = true; state.hovered = null; });
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    canvas.addEventListener("webglcontextrestored", () => refresh());
    new ResizeObserver(() => { if (!state.table) { size(1); chart(); } }).observe($("stage"));
  }
  new ResizeObserver(() => chart()).observe($("line"));
  addEventListener("keydown", keys);
  dress();
  showTable(false);
  size(1);
  // What is asked first is the worst: begin there.
  colourBy(DATA.ways.find((way) => way.id === DATA.way) || DATA.ways[0]);
  go(DATA.at_s ?? jumps[first.length ? 1 : 0][1]() + 1e-3);
  overview();
};

const turn = (right, up, pan) => {
  const { camera, controls } = stage;
  const offset = camera.position.clone().sub(controls.target);
  if (pan) {
    const by = offset.length() * 0.06;
    const flat = new THREE.Vector3(offset.x, 0, offset.z).normalize();
    const move = new THREE.Vector3(flat.z * right - flat.x * up, 0, -flat.x * right - flat.z * up).multiplyScalar(by);
    camera.position.add(move);
    controls.target.add(move);
  } else {
    const far = offset.length();
    const angle = Math.atan2(offset.x, offset.z) + 0.1 * right;
    const tilt = Math.min(Math.max(Math.acos(offset.y / far) - 0.08 * up, 0.05), 1.52);
    camera.position.set(far * Math.sin(tilt) * Math.sin(angle), far * Math.cos(tilt), far * Math.sin(tilt) * Math.cos(angle)).add(controls.target);
  }
  controls.update();
};
const zoom = (by) => {
  const { camera, controls } = stage;
  camera.position.sub(controls.target).multiplyScalar(by).add(controls.target);
  controls.update();
};
function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = event.target;
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  if (moves && at === $("time")) {
    event.preventDefault();
    step(moves[0] + moves[1]);
    return;
  }
  if (moves && at === $("scene") && stage) {
    event.preventDefault();
    turn(moves[0], moves[1], event.shiftKey);
    return;
  }
  if (/^(SELECT|TEXTAREA)$/.test(at.tagName)) return;
  if (event.key === " " && /^(BUTTON|SUMMARY)$/.test(at.tagName)) return;
  const does = {
    " ": () => play(!state.playing), ",": () => step(-1), ".": () => step(1), "+": () => stage && zoom(0.85), "=": () => stage && zoom(0.85), "-": () => stage && zoom(1 / 0.85),
    0: overview, h: selectHottest, c: () => colourBy(DATA.ways[(DATA.ways.indexOf(state.way) + 1) % DATA.ways.length]), t: () => showTable(!state.table), Escape: () => select(null),
  }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (does) {
    event.preventDefault();
    does();
  }
}

start();

// For those who check the page.
window.coldaisle = { sides, state, stage, colourOf, ways: DATA.ways, go, draw, finished, moments, overview, areas, seen };
