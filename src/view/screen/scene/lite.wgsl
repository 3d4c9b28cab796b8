// Cheap shading for every surface of the scene, so that software renderers keep up: colours come from one buffer, light is
// one Lambert term. The top of a body in the colour of a slot has exactly that colour, so that pictures can be read.
//
// uv.x  slot of the colour buffer      uv.y  how it is drawn (`mesh.rs` lists the same numbers)
// uv_b  place on the surface: 0..1 across it, or metres along a pipe      color  own colour, linear
#import bevy_pbr::{forward_io::VertexOutput, mesh_view_bindings::view}

// rgb: linear colour of the slot; a: phase of moving marks in metres, or density of a cloud.
@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<storage, read> slots: array<vec4<f32>>;

// Linear, of the theme; the window is cleared with the same background.
struct Shades {
    behind: vec4<f32>,
    ground: vec4<f32>,
    grid: vec4<f32>,
}
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var<uniform> shades: Shades;

// How much of a pixel the lines between whole numbers cover; none where they lie too close to be told apart.
fn lines(at: vec2<f32>) -> f32 {
    let width = fwidth(at);
    let off = abs(fract(at - 0.5) - 0.5) / max(width, vec2(1e-6));
    let line = 1.0 - min(min(off.x, off.y), 1.0);
    return line * clamp(1.6 - 5.0 * max(width.x, width.y), 0.0, 1.0);
}

@fragment
fn fragment(in: VertexOutput) -> @location(0) vec4<f32> {
    let kind = u32(round(in.uv.y));
    let slot = slots[u32(round(in.uv.x))];
    let normal = normalize(in.world_normal);
    // From above 1, from the south-east a little less, from the north-west least.
    let light = clamp(0.60 + 0.40 * normal.y + 0.16 * normal.x + 0.22 * normal.z, 0.28, 1.0);
    var rgb = slot.rgb;
    var alpha = in.color.a;
    switch kind {
        case 0u: { // its own colour
            rgb = in.color.rgb;
        }
        case 2u: { // the front of a rack
            // A frame, and a line between servers.
            let u = in.uv_b.x;
            let v = in.uv_b.y;
            let edge = step(0.06, u) * step(u, 0.94) * step(0.02, v) * step(v, 0.975);
            // From far away the lines would flicker: there they melt into their mean.
            let fine = clamp(1.6 - 4.0 * fwidth(v * 11.0), 0.0, 1.0);
            let gap = mix(0.78, step(0.22, fract(v * 11.0)), fine);
            rgb = mix(vec3(0.012), rgb, mix(0.25, mix(0.45, 1.0, gap), edge));
            rgb = rgb * mix(0.6, 1.0, smoothstep(0.0, 0.5, v));
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
        case 6u: { // the back of a rack
            rgb = rgb * 0.55 * mix(0.6, 1.0, smoothstep(0.0, 0.5, in.uv_b.y));
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
            let near = clamp(1.5 - 12.0 * fwidth(in.uv_b.x), 0.0, 1.0);
            rgb = rgb * (1.0 - 0.55 * near * smoothstep(0.45, 0.48, max(t.x, t.y)));
        }
        default: {}
    }
    return vec4(rgb * light, alpha);
}
