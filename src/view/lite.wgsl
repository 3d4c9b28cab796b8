// Cheap shading for every surface of the scene, so that software renderers keep up: colours come from one buffer, light is
// one Lambert term. The top of a body in the colour of a slot has exactly that colour, so that pictures can be read.
//
// uv.x  slot of the colour buffer      uv.y  how it is drawn (`mesh.rs` lists the same numbers)
// uv_b  place on the surface: 0..1 across it, or metres along a pipe      color  own colour, linear
#import bevy_pbr::{forward_io::VertexOutput, mesh_view_bindings::view}

// rgb: linear colour of the slot; a: phase of moving marks in metres, or density of a cloud.
@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<storage, read> slots: array<vec4<f32>>;

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
            rgb = rgb * 0.55;
        }
        default: {}
    }
    return vec4(rgb * light, alpha);
}
