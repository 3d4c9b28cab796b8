// The page around the scene: clock, colours, labels, selection, tables.
const $ = (id) => document.getElementById(id);
const sides = DATA.sides.map((data, index) => new Side(data, index));
const state = { time_s: 0, way: DATA.ways[0], selected: null, hovered: null, playing: false, speed: 3600, table: false };
const total_s = Math.max(...sides.map((side) => side.total_s));
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const wide = () => innerWidth > 760;
const element = (name, text, kind) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
};
const moments = () => sides.map((side) => side.momentAt(state.time_s));
const INKS = ["#3b82c4", "#d9772b"];

// ── light and dark ──
const darkAsked = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme || (darkAsked.matches ? "dark" : "light")) === "dark";
const uniforms = { ground: { value: new THREE.Vector3() }, grid: { value: new THREE.Vector3() }, back: { value: new THREE.Vector3() } };
const dress = () => {
  const [back, ground, grid] = isDark() ? [0x15181c, 0x22282d, 0x343b43] : [0xeef1f4, 0xdde2e7, 0xc4ccd4];
  for (const [name, hex] of [["back", back], ["ground", ground], ["grid", grid]]) uniforms[name].value.set((hex >> 16) / 255, ((hex >> 8) & 255) / 255, (hex & 255) / 255);
  if (stage) stage.renderer.setClearColor(back, 1);
};

// ── the scene ──
const able = drawing();
let stage = null;
if (able.able) {
  try {
    const renderer = new THREE.WebGLRenderer({ canvas: $("scene"), antialias: !able.soft, powerPreference: "high-performance" });
    renderer.autoClear = false;
    const camera = new THREE.PerspectiveCamera(38, 1, 0.5, 4000);
    const controls = new THREE.OrbitControls(camera, $("scene"));
    Object.assign(controls, { maxPolarAngle: 1.54, minDistance: 2, screenSpacePanning: false, zoomToCursor: sides.length === 1, enableDamping: false });
    stage = { renderer, camera, controls, scenes: sides.map((side) => new Scenery(side, uniforms)), ratio: 1, frames: 0, wanted: false };
  } catch (error) {
    stage = null;
  }
}
document.documentElement.classList.toggle("flat", !stage);

const areas = () => {
  const { clientWidth: w, clientHeight: h } = $("scene");
  if (sides.length === 1) return [{ x: 0, y: 0, w, h }];
  return wide() ? [{ x: 0, y: 0, w: w / 2, h }, { x: w / 2, y: 0, w: w / 2, h }] : [{ x: 0, y: 0, w, h: h / 2 }, { x: 0, y: h / 2, w, h: h / 2 }];
};

const draw = () => {
  const { renderer, camera, scenes, controls } = stage;
  const all = areas();
  const [width, height] = [$("scene").clientWidth, $("scene").clientHeight];
  camera.aspect = all[0].w / all[0].h;
  Object.assign(camera.view ?? {}, { fullWidth: all[0].w, fullHeight: all[0].h, width: all[0].w, height: all[0].h });
  const far = camera.position.distanceTo(controls.target);
  camera.near = Math.max(0.1, far / 150);
  camera.far = far + 12 * Math.max(...scenes.map((scenery) => scenery.radius)) + 400;
  camera.updateProjectionMatrix();
  camera.updateMatrixWorld();
  renderer.setScissorTest(false);
  renderer.clear();
  renderer.setScissorTest(true);
  scenes.forEach((scenery, index) => {
    const { x, y, w, h } = all[index];
    renderer.setViewport(x, height - y - h, w, h);
    renderer.setScissor(x, height - y - h, w, h);
    renderer.render(scenery.scene, camera);
  });
  stage.frames += 1;
};

const finished = () => {
  const pen = stage.renderer.getContext();
  pen.readPixels(0, 0, 1, 1, pen.RGBA, pen.UNSIGNED_BYTE, new Uint8Array(4));
};

const want = () => {
  if (!stage || stage.wanted || state.table) return;
  stage.wanted = true;
  requestAnimationFrame(() => {
    stage.wanted = false;
    const from = performance.now();
    draw();
    // Drawing ends when it is read: only then its time is known.
    if (stage.moving) finished();
    const took = performance.now() - from;
    labels();
    if (stage.moving && took > 90 && stage.ratio > 0.5) size(stage.ratio * 0.75);
  });
};

const size = (ratio) => {
  if (!stage) return;
  stage.ratio = ratio;
  const { clientWidth, clientHeight } = $("scene");
  stage.renderer.setPixelRatio(ratio * (able.soft ? 1 : Math.min(devicePixelRatio, 2)));
  stage.renderer.setSize(clientWidth, clientHeight, false);
  want();
};

// What words leave free of the picture: its middle moves there.
const frame = () => {
  const area = areas()[0];
  const above = wide() ? 0.6 * Math.max(...[...$("told").children].map((card) => card.offsetHeight + 16), 0) : 0;
  const below = wide() ? 0.9 * ($("legend").offsetHeight + 8) : 0;
  stage.free = Math.max(0.4, (area.h - above - below) / area.h);
  stage.camera.setViewOffset(area.w, area.h, 0, (below - above) / 2, area.w, area.h);
};

const overview = () => {
  if (!stage) return;
  const { camera, controls, scenes } = stage;
  const area = areas()[0];
  frame();
  const [x, y, z] = [0.55, 0.72, 1].map((value) => value / Math.hypot(0.55, 0.72, 1));
  const aspect = area.w / area.h;
  const tall = Math.tan((camera.fov * Math.PI) / 360);
  // As near as all corners allow.
  let far = 10;
  const right = [z, 0, -x].map((value) => value / Math.hypot(x, z));
  const up = [y * right[2], z * right[0] - x * right[2], -y * right[0]];
  for (const { half } of scenes) {
    for (const [i, j, k] of [[-1, 0, -1], [1, 0, -1], [-1, 0, 1], [1, 0, 1], [-1, 1, -1], [1, 1, 1]]) {
      const at = [i * half[0], j * 4, k * half[2]];
      const dot = (a) => at[0] * a[0] + at[1] * a[1] + at[2] * a[2];
      const depth = dot([x, y, z]);
      far = Math.max(far, depth + Math.abs(dot(right)) / (tall * aspect * 0.94), depth + Math.abs(dot(up)) / (tall * stage.free * 0.94));
    }
  }
  controls.target.set(0, 0, 0);
  camera.position.set(x * far, y * far, z * far);
  controls.maxDistance = 4 * far;
  controls.update();
  want();
};

// ── words in the scene ──
const seen = (place, scenery, area) => {
  const at = new THREE.Vector3(place[0] - scenery.centre[0], place[1], place[2] - scenery.centre[2]);
  const far = at.distanceTo(stage.camera.position);
  at.project(stage.camera);
  if (at.z > 1 || at.z < -1) return null;
  const [x, y] = [area.x + (0.5 + 0.5 * at.x) * area.w, area.y + (0.5 - 0.5 * at.y) * area.h];
  return { x, y, far };
};

const labels = () => {
  const box = $("labels");
  box.textContent = "";
  const shown = moments();
  sides.forEach((side, index) => {
    const [area, scenery] = [areas()[index], stage.scenes[index]];
    const told = $("told").children[index]?.getBoundingClientRect();
    const origin = $("scene").getBoundingClientRect();
    const taken = told && wide() ? [{ l: told.left - origin.left, t: told.top - origin.top, r: told.right - origin.left, b: told.bottom - origin.top }] : [];
    const put = (place, text, figures, kind, within_m) => {
      const at = seen(place, scenery, area);
      if (!at || (within_m && at.far > within_m)) return;
      if (at.x < area.x || at.x > area.x + area.w || at.y < area.y || at.y > area.y + area.h) return;
      const made = element("div", text, kind);
      if (figures) made.append(element("b", figures));
      box.append(made);
      const [w, h] = [made.offsetWidth, made.offsetHeight];
      const left = Math.min(Math.max(at.x - w / 2, area.x + 3), area.x + area.w - w - 3);
      for (const down of [0, -26, 26, -52, 52, -78, 78]) {
        const top = at.y - h + down - (kind === "pin" ? 14 : 0);
        const rect = { l: left, t: top, r: left + w, b: top + h };
        const fits = top > area.y && rect.b < area.y + area.h && !taken.some((t) => t.l < rect.r + 2 && rect.l < t.r + 2 && t.t < rect.b + 2 && rect.t < t.b + 2);
        if (!fits && kind !== "pin") continue;
        made.style.transform = `translate(${Math.round(left)}px,${Math.round(top)}px)`;
        taken.push(rect);
        return;
      }
      made.remove();
    };
    const hottest = side.hottest(shown[index]);
    if (hottest) {
      const [min, max] = scenery.rackBox(hottest.hall, hottest.rack);
      put([0.5 * (min[0] + max[0]), max[1], 0.5 * (min[2] + max[2])], `hottest chip ${hottest.chip_c.toFixed(0)} °C`, "", "pin");
    }
    if (!wide()) return;
    for (const near of [false, true]) {
      for (const label of side.data.scene.labels) {
        if (Boolean(label.within_m) !== near) continue;
        const figures = label.field === null ? "" : side.label(label.field, shown[index]);
        put(label.at, label.text, figures, "name", label.within_m);
      }
    }
  });
};

// ── what is selected ──
const sameThing = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const nameOf = (what) => {
  const side = sides[what.side];
  if (what.kind === "machine") return side.data.scene.machines[what.machine].name;
  const hall = side.halls[what.hall];
  return hall.unit === "tank" ? `tank ${what.rack + 1} of ${hall.name}` : `${hall.name} rack ${what.rack + 1}`;
};
const figuresOf = (what) => {
  const side = sides[what.side];
  const moment = side.momentAt(state.time_s);
  if (what.kind === "machine") return side.machine(what.machine, moment);
  const [hall, values] = [side.halls[what.hall], side.racks(moment)[what.hall]];
  const of = (name) => values[name][what.rack];
  const about = (value, places, unit) => (Number.isFinite(value) ? `≈ ${withUnit(value, places, unit)}` : "not known");
  const all = [["cooled by", hall.cooling], ["servers", hall.servers]];
  if (values.state[what.rack] === STATE.dark) all.push(["state", "off or without power"]);
  all.push(["power", about(of("power"), 1, "kW")]);
  all.push(["hottest chip", `${about(of("chip"), 1, "°C")} of ${hall.slowdown_c.toFixed(0)}`]);
  all.push(["inlet / coolant", `${about(of("inlet"), 1, "°C")} of ${hall.limit_c.toFixed(0)}`]);
  all.push(["margin", about(of("margin"), 1, "K")]);
  all.push(["utilisation", about(of("utilisation"), 0, "%")]);
  return all;
};
const list = (lines) => {
  const made = element("dl");
  for (const [name, value] of lines) made.append(element("dt", name), element("dd", value));
  return made;
};
const showSelected = () => {
  const box = $("selected");
  box.hidden = !state.selected;
  stage?.scenes.forEach((scenery, index) => {
    const mine = state.selected?.side === index;
    scenery.select(mine ? scenery.box(state.selected) : null, mine ? Math.max(0.05, stage.camera.position.distanceTo(stage.controls.target) / 900) : 0);
  });
  if (!state.selected) return;
  const head = element("h2", nameOf(state.selected));
  if (sides.length > 1) head.append(element("small", ` ${sides[state.selected.side].name}`));
  const close = element("button", "×");
  close.type = "button";
  close.setAttribute("aria-label", "let go");
  close.onclick = () => select(null);
  head.append(close);
  box.replaceChildren(head, list(figuresOf(state.selected)));
};
const select = (what) => {
  state.selected = what && sameThing(what, state.selected) ? null : what;
  showSelected();
  want();
};
const selectHottest = () => {
  const found = sides.map((side, index) => ({ index, found: side.hottest(side.momentAt(state.time_s)) })).filter((it) => it.found);
  found.sort((a, b) => b.found.chip_c - a.found.chip_c);
  if (found.length) {
    state.selected = { side: found[0].index, kind: "rack", hall: found[0].found.hall, rack: found[0].found.rack };
    showSelected();
    want();
  }
};

// What lies under a place of the canvas.
const under = (event) => {
  const origin = $("scene").getBoundingClientRect();
  const [x, y] = [event.clientX - origin.left, event.clientY - origin.top];
  const index = areas().findIndex((area) => x >= area.x && x < area.x + area.w && y >= area.y && y < area.y + area.h);
  if (index < 0 || !stage) return null;
  const area = areas()[index];
  const at = new THREE.Vector3((2 * (x - area.x)) / area.w - 1, 1 - (2 * (y - area.y)) / area.h, 0.5).unproject(stage.camera);
  const what = stage.scenes[index].pick(stage.camera.position, at.sub(stage.camera.position).normalize());
  return what && { side: index, ...what };
};
