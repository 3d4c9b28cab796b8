// The hall in three dimensions: boxes are one mesh, pipes and panels another, colours come from a texture of slots.
const VERTEX = `
precision highp float; precision highp int; precision highp sampler2D;
uniform mat4 projectionMatrix, modelViewMatrix;
uniform sampler2D slots;
in vec3 position; in vec3 normal; in vec2 place; in vec2 how; in vec4 tint;
#ifdef COPIES
in vec3 low; in vec3 size;
#endif
out vec3 vNormal; out vec3 vAt; out vec2 vPlace; flat out vec4 vTint; flat out float vKind; flat out float vState;
void main() {
#ifdef COPIES
  vec3 at = low + position * size;
#else
  vec3 at = position;
#endif
  vPlace = place;
  vNormal = normal; vAt = at; vKind = how.x; vTint = tint; vState = 1.0;
  if (how.y > -0.5) {
    int slot = int(how.y + 0.5);
    vec4 texel = texelFetch(slots, ivec2(slot % 1024, slot / 1024), 0);
    vTint = vec4(texel.rgb, tint.a);
    vState = texel.a;
  }
  gl_Position = projectionMatrix * modelViewMatrix * vec4(at, 1.0);
}`;

const FRAGMENT = `
precision highp float;
uniform vec3 ground, grid, back;
in vec3 vNormal; in vec3 vAt; in vec2 vPlace; flat in vec4 vTint; flat in float vKind; flat in float vState;
out vec4 colour;
float lines(vec2 at) {
  vec2 width = fwidth(at);
  vec2 off = abs(fract(at - 0.5) - 0.5) / max(width, vec2(1e-6));
  return (1.0 - min(min(off.x, off.y), 1.0)) * clamp(1.6 - 5.0 * max(width.x, width.y), 0.0, 1.0);
}
void main() {
  vec3 rgb = vTint.rgb;
  float alpha = vTint.a;
#ifdef SHADOWS
    vec2 size = vTint.xy;
    vec2 e = min(vPlace, size - vPlace) / vTint.z;
    colour = vec4(0.0, 0.0, 0.0, alpha * smoothstep(0.0, 1.6, e.x) * smoothstep(0.0, 1.6, e.y));
#elif defined(GROUND)
    vec2 e = min(vPlace, vec2(1.0) - vPlace);
    float fine = 0.35 * lines(vAt.xz / 2.0);
    colour = vec4(mix(back, mix(ground, grid, max(fine, lines(vAt.xz / 10.0))), smoothstep(0.0, 0.3, min(e.x, e.y))), 1.0);
#else
  // No power: dark with bright stripes. Not known: grey with dark ones.
  if (vState < 0.9) {
    float stripe = step(0.55, fract((vAt.x + vAt.y + vAt.z) * 2.2));
    rgb = vState > 0.4 ? mix(vec3(0.05), vec3(0.33, 0.36, 0.40), stripe) : mix(vec3(0.62), vec3(0.45), stripe);
  }
  float light = clamp(0.66 + 0.34 * vNormal.y + 0.10 * vNormal.x + 0.16 * vNormal.z, 0.4, 1.0);
  bool side = abs(vNormal.y) < 0.5;
  if (vKind > 1.5 && vKind < 3.5 && side) {
    float front = vKind < 2.5 ? vNormal.z : -vNormal.z;
    if (front > 0.5) {
      float v = vPlace.y;
      float edge = step(0.06, vPlace.x) * step(vPlace.x, 0.94) * step(0.02, v) * step(v, 0.975);
      float fine = clamp(1.6 - 4.0 * fwidth(v * 11.0), 0.0, 1.0);
      float gap = mix(0.85, step(0.22, fract(v * 11.0)), fine);
      rgb = mix(vec3(0.07), rgb, mix(0.35, mix(0.5, 1.0, gap), edge));
    } else if (front < -0.5) {
      rgb *= 0.72;
    }
  }
  if (vKind > 3.5 && vKind < 4.5) {
    vec2 t = abs(fract(vPlace) - 0.5);
    float joint = step(0.47, max(t.x, t.y)) * clamp(1.5 - 4.0 * fwidth(vPlace.x), 0.0, 1.0);
    rgb = mix(mix(ground, rgb, 0.72), ground, 0.5 * joint);
  } else if (side && alpha > 0.99 && vKind < 4.5) {
    rgb *= mix(0.74, 1.0, smoothstep(0.0, 0.7, vPlace.y));
  }
  colour = vec4(rgb * light, alpha);
#endif
}`;

const ROW = 12;
const SLOTS_WIDE = 1024;
// Fine parts of tanks and racks are left out where there are more bodies than this.
const MANY = 60000;
const FINE_M = 0.07;
const TILE_M = 0.6;

// The faces of a cube from 0 to 1 but its bottom.
const cube = () => {
  const faces = [[[0, 1, 1], [1, 1, 1], [1, 1, 0], [0, 1, 0], [0, 1, 0]], [[0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1], [0, 0, 1]], [[1, 0, 0], [0, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, -1]], [[1, 0, 1], [1, 0, 0], [1, 1, 0], [1, 1, 1], [1, 0, 0]], [[0, 0, 0], [0, 0, 1], [0, 1, 1], [0, 1, 0], [-1, 0, 0]]];
  const mesh = { position: [], normal: [], place: [], index: [] };
  faces.forEach((face, number) => {
    const normal = face[4];
    face.slice(0, 4).forEach((corner) => { mesh.position.push(...corner); mesh.normal.push(...normal); });
    mesh.place.push(0, 0, 1, 0, 1, 1, 0, 1);
    mesh.index.push(...[0, 1, 2, 0, 2, 3].map((at) => 4 * number + at));
  });
  return mesh;
};

class Scenery {
  constructor(side, theme) {
    const data = side.data.scene;
    this.side = side;
    this.scene = new THREE.Scene();
    const [low, high] = data.bounds;
    this.centre = low.map((value, axis) => 0.5 * (value + high[axis]));
    this.centre[1] = 0;
    this.radius = 0.5 * Math.hypot(high[0] - low[0], high[2] - low[2]);
    this.half = [0.5 * (high[0] - low[0]), high[1], 0.5 * (high[2] - low[2])];
    this.scene.position.set(-this.centre[0], 0, -this.centre[2]);
    const tall = Math.ceil(data.slots / SLOTS_WIDE);
    this.slots = new Uint8Array(4 * SLOTS_WIDE * tall).fill(255);
    this.texture = new THREE.DataTexture(this.slots, SLOTS_WIDE, tall, THREE.RGBAFormat, THREE.UnsignedByteType);
    this.uniforms = { slots: { value: this.texture }, ...theme };
    this.at = floatsOf(data.at);
    this.unit = wholeOf(data.unit);
    this.first = side.halls.map((_, hall) => side.halls.slice(0, hall).reduce((sum, of) => sum + of.power.length, 0));
    this.bodies(data);
    this.baked(data);
    this.outline();
  }

  // A program for each kind of surface: where the processor draws, each branch costs.
  material(glass, copies, only) {
    return new THREE.RawShaderMaterial({ glslVersion: THREE.GLSL3, vertexShader: VERTEX, fragmentShader: FRAGMENT, uniforms: this.uniforms, defines: { ...(copies && { COPIES: 1 }), ...(only && { [only]: 1 }) }, transparent: glass, depthWrite: !glass, side: only === "BOXES" || copies ? THREE.FrontSide : THREE.DoubleSide });
  }

  // Boxes: those of no rack, then each rack's own from its unit.
  bodies(data) {
    const others = floatsOf(data.boxes);
    const units = data.units.map((unit) => floatsOf(unit.boxes));
    let many = others.length / ROW;
    for (const unit of this.unit) many += units[unit].length / ROW;
    const fine = (row) => many > MANY && row[7] !== -1 && Math.min(row[3] - row[0], row[4] - row[1], row[5] - row[2]) < FINE_M;
    const rows = [[], []];
    const add = (from, at, move, own) => {
      const row = from.subarray(at, at + ROW);
      if (move && fine(row)) return;
      rows[row[11] < 0.99 ? 1 : 0].push([row, move, own]);
    };
    for (let at = 0; at < others.length; at += ROW) add(others, at, null, 0);
    for (let hall = 0; hall < this.side.halls.length; hall += 1) {
      for (let rack = 0; rack < this.side.halls[hall].power.length; rack += 1) {
        const number = this.first[hall] + rack;
        const unit = units[this.unit[number]];
        const move = this.at.subarray(3 * number, 3 * number + 3);
        for (let at = 0; at < unit.length; at += ROW) add(unit, at, move, data.first_rack[hall] + rack);
      }
    }
    this.boxes = rows[0].length + rows[1].length;
    rows.forEach((all, glass) => {
      if (all.length) this.scene.add(this.merged(all, glass === 1));
    });
  }

  // All boxes as one mesh: what draws in software is slow at each copy, not at each corner.
  merged(all, glass) {
    const mesh = cube();
    const corners = mesh.position.length / 3;
    const many = corners * all.length;
    const [position, normal, place, how, tint] = [3, 3, 2, 2, 4].map((width) => new Float32Array(width * many));
    const index = new Uint32Array(mesh.index.length * all.length);
    all.forEach(([row, move, own], number) => {
      const slot = row[6] === 0 ? -1 : row[7] < 0 ? own : row[7];
      const tiles = row[6] === 4;
      for (let corner = 0; corner < corners; corner += 1) {
        const at = number * corners + corner;
        for (let axis = 0; axis < 3; axis += 1) {
          position[3 * at + axis] = row[axis] + mesh.position[3 * corner + axis] * (row[3 + axis] - row[axis]) + (move ? move[axis] : 0);
          normal[3 * at + axis] = mesh.normal[3 * corner + axis];
        }
        const wide = tiles && mesh.normal[3 * corner + 1] > 0.5;
        place[2 * at] = mesh.place[2 * corner] * (wide ? (row[3] - row[0]) / TILE_M : 1);
        place[2 * at + 1] = mesh.place[2 * corner + 1] * (wide ? (row[5] - row[2]) / TILE_M : 1);
        how[2 * at] = row[6];
        how[2 * at + 1] = slot;
        for (let part = 0; part < 4; part += 1) tint[4 * at + part] = row[8 + part];
      }
      for (let at = 0; at < mesh.index.length; at += 1) index[number * mesh.index.length + at] = mesh.index[at] + number * corners;
    });
    const geometry = new THREE.BufferGeometry();
    geometry.setIndex(new THREE.BufferAttribute(index, 1));
    for (const [name, width, values] of [["position", 3, position], ["normal", 3, normal], ["place", 2, place], ["how", 2, how], ["tint", 4, tint]]) geometry.setAttribute(name, new THREE.BufferAttribute(values, width));
    const found = new THREE.Mesh(geometry, this.material(glass, false, "BOXES"));
    found.frustumCulled = false;
    found.renderOrder = glass ? 2 : 0;
    return found;
  }

  // Boxes that can be moved, as copies of a cube.
  copies(all, glass) {
    const geometry = new THREE.InstancedBufferGeometry();
    const mesh = cube();
    geometry.setIndex(mesh.index);
    for (const [name, size] of [["position", 3], ["normal", 3], ["place", 2]]) geometry.setAttribute(name, new THREE.BufferAttribute(new Float32Array(mesh[name]), size));
    const [low, size, how, tint] = [3, 3, 2, 4].map((width) => new Float32Array(width * all.length));
    all.forEach(([row, move, own], at) => {
      for (let axis = 0; axis < 3; axis += 1) {
        low[3 * at + axis] = row[axis] + (move ? move[axis] : 0);
        size[3 * at + axis] = row[3 + axis] - row[axis];
      }
      how[2 * at] = row[6];
      how[2 * at + 1] = row[6] === 0 ? -1 : row[7] < 0 ? own : row[7];
      tint.set(row.subarray(8, 12), 4 * at);
    });
    for (const [name, width, values] of [["low", 3, low], ["size", 3, size], ["how", 2, how], ["tint", 4, tint]]) geometry.setAttribute(name, new THREE.InstancedBufferAttribute(values, width));
    geometry.instanceCount = all.length;
    const found = new THREE.Mesh(geometry, this.material(glass, true));
    found.frustumCulled = false;
    found.renderOrder = glass ? 2 : 0;
    return found;
  }

  // Pipes and panels as triangles in their places; shadows apart, for they are seen through.
  baked(data) {
    const builds = [0, 1, 2].map(() => ({ position: [], normal: [], place: [], how: [], tint: [], index: [] }));
    const vertex = (build, at, normal, place, how, tint) => {
      build.position.push(...at); build.normal.push(...normal); build.place.push(...place); build.how.push(...how); build.tint.push(...tint);
      return build.position.length / 3 - 1;
    };
    const panels = floatsOf(data.panels);
    const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
    const unit = (a) => { const length = Math.hypot(...a) || 1; return a.map((value) => value / length); };
    for (let at = 0; at < panels.length; at += 20) {
      const corner = (number) => Array.from(panels.subarray(at + 3 * number, at + 3 * number + 3));
      const [kind, slot] = [panels[at + 12], panels[at + 13]];
      const shadow = kind === 7;
      const build = builds[shadow ? 1 : kind === 6 ? 2 : 0];
      const size = shadow ? [Math.hypot(...minus(corner(1), corner(0))), Math.hypot(...minus(corner(3), corner(0)))] : [1, 1];
      const tint = shadow ? [size[0], size[1], panels[at + 16], panels[at + 17]] : Array.from(panels.subarray(at + 14, at + 18));
      const normal = unit(cross(minus(corner(1), corner(0)), minus(corner(3), corner(0))));
      const how = [kind, kind >= 1 && kind <= 5 ? slot : -1];
      const first = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([u, v], number) => vertex(build, corner(number), normal, [u * size[0], v * size[1]], how, tint))[0];
      build.index.push(...[0, 1, 2, 0, 2, 3].map((number) => first + number));
    }
    const pipes = floatsOf(data.pipes);
    const SIDES = 8;
    for (let at = 0; at < pipes.length; at += ROW) {
      const [from, to] = [Array.from(pipes.subarray(at, at + 3)), Array.from(pipes.subarray(at + 3, at + 6))];
      const [radius, slot] = [pipes[at + 6], pipes[at + 7]];
      const axis = unit(minus(to, from));
      const across = unit(cross(axis, Math.abs(axis[1]) < 0.9 ? [0, 1, 0] : [1, 0, 0]));
      const other = cross(axis, across);
      const [how, tint] = [slot < -1 ? [0, -1] : [5, slot], [pipes[at + 8], pipes[at + 9], pipes[at + 10], 1]];
      const build = builds[0];
      const first = build.position.length / 3;
      for (let turn = 0; turn <= SIDES; turn += 1) {
        const angle = (2 * Math.PI * turn) / SIDES;
        const normal = across.map((value, number) => value * Math.cos(angle) + other[number] * Math.sin(angle));
        for (const end of [from, to]) vertex(build, end.map((value, number) => value + radius * normal[number]), normal, [0, 1], how, tint);
      }
      for (let turn = 0; turn < SIDES; turn += 1) {
        const a = first + 2 * turn;
        build.index.push(a, a + 2, a + 1, a + 1, a + 2, a + 3);
      }
    }
    builds.forEach((build, number) => {
      if (!build.index.length) return;
      const geometry = new THREE.BufferGeometry();
      geometry.setIndex(build.index);
      for (const [name, width] of [["position", 3], ["normal", 3], ["place", 2], ["how", 2], ["tint", 4]]) geometry.setAttribute(name, new THREE.BufferAttribute(new Float32Array(build[name]), width));
      const mesh = new THREE.Mesh(geometry, this.material(number === 1, false, [null, "SHADOWS", "GROUND"][number]));
      mesh.frustumCulled = false;
      mesh.renderOrder = number === 0 ? 0.2 : number === 2 ? 0.5 : 1;
      this.scene.add(mesh);
    });
  }

  // The edges of what is selected.
  outline() {
    const rows = Array.from({ length: 12 }, () => [new Float32Array([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]), null, 0]);
    this.edges = this.copies(rows, false);
    this.edges.visible = false;
    this.edges.material.depthTest = false;
    this.edges.renderOrder = 3;
    this.scene.add(this.edges);
  }

  select(box, thick) {
    this.edges.visible = Boolean(box);
    if (!box) return;
    const [min, max] = box;
    const { low, size } = this.edges.geometry.attributes;
    let at = 0;
    for (let axis = 0; axis < 3; axis += 1) {
      const [b, c] = [(axis + 1) % 3, (axis + 2) % 3];
      for (const ends of [[min[b], min[c]], [min[b], max[c]], [max[b], min[c]], [max[b], max[c]]]) {
        low.array[3 * at + axis] = min[axis]; size.array[3 * at + axis] = max[axis] - min[axis];
        low.array[3 * at + b] = ends[0] - thick / 2; size.array[3 * at + b] = thick;
        low.array[3 * at + c] = ends[1] - thick / 2; size.array[3 * at + c] = thick;
        at += 1;
      }
    }
    low.needsUpdate = true; size.needsUpdate = true;
  }

  // Colours of a moment.
  paint(way, moment) {
    const { side, slots } = this;
    const scene = side.data.scene;
    side.racks(moment).forEach((hall, index) => {
      const values = hall[way.id];
      for (let rack = 0; rack < values.length; rack += 1) {
        const at = 4 * (scene.first_rack[index] + rack);
        const rgb = colourOf(way, values[rack]);
        slots[at] = rgb[0]; slots[at + 1] = rgb[1]; slots[at + 2] = rgb[2];
        slots[at + 3] = Number.isFinite(values[rack]) ? hall.state[rack] : STATE.unknown;
      }
    });
    const plain = side.data.plain;
    plain.forEach((slot, number) => {
      const from = 3 * side.colours[moment * plain.length + number];
      slots.set([PALETTE[from], PALETTE[from + 1], PALETTE[from + 2], 255], 4 * slot);
    });
    this.texture.needsUpdate = true;
  }

  rackBox(hall, rack) {
    const number = this.first[hall] + rack;
    const min = Array.from(this.at.subarray(3 * number, 3 * number + 3));
    const size = this.side.data.scene.units[this.unit[number]].size;
    return [min, min.map((value, axis) => value + size[axis])];
  }

  box(what) {
    if (what.kind === "rack") return this.rackBox(what.hall, what.rack);
    return this.side.data.scene.machines[what.machine].boxes[what.copy || 0];
  }

  // The first thing that a ray meets, in the scene's own place.
  pick(origin, way) {
    const from = [origin.x + this.centre[0], origin.y, origin.z + this.centre[2]];
    const along = [way.x, way.y, way.z];
    let [nearest, what] = [Infinity, null];
    const meet = (min, max) => {
      let [near, far] = [-Infinity, Infinity];
      for (let axis = 0; axis < 3; axis += 1) {
        const [a, b] = [(min[axis] - from[axis]) / along[axis], (max[axis] - from[axis]) / along[axis]];
        near = Math.max(near, Math.min(a, b)); far = Math.min(far, Math.max(a, b));
      }
      return far >= near && far > 0 ? near : Infinity;
    };
    this.side.halls.forEach((hall, index) => {
      for (let rack = 0; rack < hall.power.length; rack += 1) {
        const at = meet(...this.rackBox(index, rack));
        if (at < nearest) { nearest = at; what = { kind: "rack", hall: index, rack }; }
      }
    });
    this.side.data.scene.machines.forEach((machine, number) => machine.boxes.forEach((box, copy) => {
      const at = meet(...box);
      if (at < nearest) { nearest = at; what = { kind: "machine", machine: number, copy }; }
    }));
    return what;
  }
}

// Whether the page can draw at all, and whether the processor must do it.
const drawing = () => {
  try {
    const probe = document.createElement("canvas").getContext("webgl2");
    if (!probe) return { able: false };
    const info = probe.getExtension("WEBGL_debug_renderer_info");
    const name = info ? probe.getParameter(info.UNMASKED_RENDERER_WEBGL) : "";
    probe.getExtension("WEBGL_lose_context")?.loseContext();
    return { able: true, soft: /swiftshader|llvmpipe|software|basic render/i.test(name) };
  } catch {
    return { able: false };
  }
};
