// Cheap shading for every surface of the scene, so that software renderers keep up: colours come from one texture, light is
// one Lambert term. Of a rack, the middle of its front, a band of its back and its top have exactly the colour of its slot,
// whatever the light, so that pictures can be read.
//
// uv.x  slot of the texture      uv.y  how it is drawn (`mesh.rs` lists the same numbers)
// uv_b  place on the surface: 0..1 across it, −1..1 on a dial, or metres along a pipe      color  own colour, linear
#import bevy_pbr::{forward_io::VertexOutput, mesh_view_bindings::view}

// rgb: linear colour of the slot; a: the state of a rack, the phase of moving marks in metres, the load of a unit, or the
// density of a cloud. Rows of 256 texels (`slots.rs`).
@group(#{MATERIAL_BIND_GROUP}) @binding(0) var slots: texture_2d<f32>;

// Linear, of the theme; the window is cleared with the same background.
struct Shades {
    behind: vec4<f32>,
    ground: vec4<f32>,
    grid: vec4<f32>,
}
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var<uniform> shades: Shades;
// Dead bodies, their red sign and their white stripes; the part of a machine that its load does not fill (`legend.rs` has the same).
const DEAD: vec3<f32> = vec3(0.0052, 0.0059, 0.0066);
const SIGN: vec3<f32> = vec3(0.8543, 0.0411, 0.0331);
const STRIPE: vec3<f32> = vec3(0.6038, 0.6296, 0.6559);
const EMPTY: vec3<f32> = vec3(0.0509, 0.0558, 0.0615);
const UNKNOWN: vec3<f32> = vec3(0.1473, 0.1587, 0.1706);

// How much of a pixel the lines between whole numbers cover; none where they lie too close to be told apart.
fn lines(at: vec2<f32>) -> f32 {
    let width = fwidth(at);
    let off = abs(fract(at - 0.5) - 0.5) / max(width, vec2(1e-6));
    let line = 1.0 - min(min(off.x, off.y), 1.0);
    return line * clamp(1.6 - 5.0 * max(width.x, width.y), 0.0, 1.0);
}

// A cross from corner to corner of 0..1, at least about a pixel thick.
fn cross_at(at: vec2<f32>, wide: vec2<f32>) -> bool {
    let off = min(abs(at.x - at.y), abs(at.x + at.y - 1.0));
    return off < max(0.09, 0.55 * max(wide.x, wide.y));
}

// A rack's colour with the sign of its state. Stripes have the width of pixels: they are seen from everywhere.
fn rack(slot: vec4<f32>, at: vec2<f32>, wide: vec2<f32>, pixel: vec2<f32>) -> vec3<f32> {
    let state = u32(round(slot.a));
    if state == 1u && fract((pixel.x + pixel.y) / 6.0) < 0.34 { // idle
        return slot.rgb * 0.12;
    }
    if state == 2u { // switched itself off
        return select(DEAD, SIGN, cross_at(at, wide));
    }
    if state == 3u { // without power
        return select(DEAD, STRIPE, fract((pixel.x - pixel.y) / 9.0) < 0.36);
    }
    return slot.rgb;
}

// A unit's body, filled up to its load along `x`.
fn gauge(slot: vec4<f32>, x: f32, crossed: bool) -> vec3<f32> {
    if slot.a < -1.5 {
        return UNKNOWN;
    }
    if slot.a < -0.5 {
        return select(DEAD, SIGN, crossed);
    }
    // At the edges of a surface the place may lie a little outside.
    return select(EMPTY, slot.rgb, clamp(x, 0.002, 0.998) <= slot.a);
}

@fragment
fn fragment(in: VertexOutput) -> @location(0) vec4<f32> {
    let kind = u32(round(in.uv.y));
    let index = i32(round(in.uv.x));
    let slot = textureLoad(slots, vec2(index & 255, index >> 8u), 0);
    let normal = normalize(in.world_normal);
    let pixel = in.position.xy;
    let wide = fwidth(in.uv_b);
    // From above 1, from the south-east a little less, from the north-west least.
    var light = clamp(0.60 + 0.40 * normal.y + 0.16 * normal.x + 0.22 * normal.z, 0.28, 1.0);
    var rgb = slot.rgb;
    var alpha = in.color.a;
    switch kind {
        case 0u: { // its own colour
            rgb = in.color.rgb;
        }
        case 2u: { // the front of a rack: a frame, and near by a seam between servers
            let u = in.uv_b.x;
            let v = in.uv_b.y;
            let edge = step(0.08, u) * step(u, 0.92) * step(0.02, v) * step(v, 0.955);
            let fine = clamp(1.6 - 4.0 * fwidth(v * 11.0), 0.0, 1.0);
            let seam = 1.0 - 0.6 * fine * step(fract(v * 11.0), 0.14);
            rgb = rack(slot, in.uv_b, wide, pixel) * mix(0.22, seam, edge);
            light = 1.0;
        }
        case 3u: { // tiles of a floor
            let t = abs(fract(in.uv_b) - 0.5);
            let joint = step(0.47, max(t.x, t.y));
            rgb = mix(mix(vec3(0.045, 0.052, 0.058), rgb, 0.62), vec3(0.03), joint * 0.5);
        }
        case 4u: { // a pipe with its flow
            let along = fract((in.uv_b.x - slot.a) / 2.4);
            let mark = smoothstep(0.0, 0.12, along) * (1.0 - smoothstep(0.34, 0.46, along));
            rgb = mix(rgb, rgb * 0.35 + vec3(0.55), mark * 0.55);
        }
        case 5u: { // a cloud
            rgb = in.color.rgb;
            // Soft at the rim: thin where one looks along the surface.
            let facing = abs(dot(normal, normalize(view.world_position - in.world_position.xyz)));
            alpha = in.color.a * slot.a * facing * facing;
        }
        case 6u: { // the back of a rack: a band of its colour on a dark door
            let u = in.uv_b.x;
            let v = in.uv_b.y;
            let band = step(0.10, u) * step(u, 0.90) * step(0.55, v) * step(v, 0.92);
            rgb = rack(slot, in.uv_b, wide, pixel) * mix(0.28, 1.0, band);
            light = 1.0;
        }
        case 7u: { // the ground: a grid of 2 m and of 10 m, gone where the ground ends
            let e = min(in.uv_b, vec2(1.0) - in.uv_b);
            let there = smoothstep(0.0, 0.30, min(e.x, e.y));
            let fine = lines(in.world_position.xz / 2.0) * 0.35;
            let wide = lines(in.world_position.xz / 10.0);
            let ground = mix(shades.ground.rgb, shades.grid.rgb, max(fine, wide));
            return vec4(mix(shades.behind.rgb, ground, there), 1.0);
        }
        case 8u: { // a shadow: none at its rim, full where something stands
            let e = min(in.uv_b, in.color.xy - in.uv_b) / in.color.z;
            let dark = smoothstep(0.0, 1.6, e.x) * smoothstep(0.0, 1.6, e.y);
            return vec4(0.0, 0.0, 0.0, in.color.a * dark);
        }
        case 9u: { // the side of a body of its own colour: darker towards the floor
            rgb = in.color.rgb * mix(0.62, 1.0, smoothstep(0.0, 0.7, in.uv_b.y));
        }
        case 10u: { // the same in the colour of a slot
            rgb = rgb * mix(0.62, 1.0, smoothstep(0.0, 0.7, in.uv_b.y));
        }
        case 11u: { // the top of a rack: a seam where the next begins, for those who are near
            let t = abs(in.uv_b - 0.5);
            let near = clamp(1.5 - 12.0 * wide.x, 0.0, 1.0);
            rgb = rack(slot, in.uv_b, wide, pixel) * (1.0 - 0.55 * near * smoothstep(0.45, 0.48, max(t.x, t.y)));
            light = 1.0;
        }
        case 12u: { // the end of a row of racks, in light and shade
            rgb = rack(slot, in.uv_b, wide, pixel) * mix(0.62, 1.0, smoothstep(0.0, 0.7, in.uv_b.y));
        }
        case 13u: { // a window on a tank
            rgb = rack(slot, in.uv_b, wide, pixel);
            light = 1.0;
        }
        case 14u: { // the top of a machine: a bar along it
            rgb = gauge(slot, in.uv_b.x, cross_at(in.uv_b, wide));
        }
        case 15u: { // its side: filled from below
            rgb = gauge(slot, in.uv_b.y, cross_at(in.uv_b, wide));
        }
        case 16u: { // a fan: a dial, filled clockwise
            let turn = fract(atan2(in.uv_b.x, -in.uv_b.y) / 6.2832 + 1.0);
            rgb = gauge(slot, turn, cross_at(0.5 * in.uv_b + 0.5, 0.5 * wide));
        }
        case 17u: { // a body of its own colour, dark where the unit is out
            rgb = select(in.color.rgb, DEAD, slot.a < -0.5 && slot.a > -1.5);
        }
        case 18u: { // its side
            rgb = select(in.color.rgb, DEAD, slot.a < -0.5 && slot.a > -1.5)
                * mix(0.62, 1.0, smoothstep(0.0, 0.7, in.uv_b.y));
        }
        default: {}
    }
    return vec4(rgb * light, alpha);
}
