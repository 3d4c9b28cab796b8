// Cheap shading for every surface of the scene, so that software renderers keep up: colours come from one buffer, light is
// one Lambert term. The top of a body in the colour of a slot has exactly that colour, so that pictures can be read.
//
// uv.x  slot of the colour buffer      uv.y  how it is drawn (`mesh.rs` lists the same numbers)
// uv_b  place on the surface: 0..1 across it, or metres along a pipe      color  own colour, linear
#import bevy_pbr::forward_io::VertexOutput

// rgb: linear colour of the slot; a: phase of moving marks in metres, or density of a cloud.
@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<storage, read> slots: array<vec4<f32>>;

const OWN: u32 = 0u;
const PLAIN: u32 = 1u;
const FRONT: u32 = 2u;
const TILES: u32 = 3u;
const FLOW: u32 = 4u;
const CLOUD: u32 = 5u;
const BACK: u32 = 6u;

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
        case 0u: {
            rgb = in.color.rgb;
        }
        case 2u: {
            // A frame, and a line between servers.
            let u = in.uv_b.x;
            let v = in.uv_b.y;
            let edge = step(0.06, u) * step(u, 0.94) * step(0.02, v) * step(v, 0.975);
            let gap = step(0.22, fract(v * 11.0));
            rgb = mix(vec3(0.012), rgb, mix(0.25, mix(0.45, 1.0, gap), edge));
        }
        case 3u: {
            let t = abs(fract(in.uv_b) - 0.5);
            let joint = step(0.47, max(t.x, t.y));
            rgb = mix(mix(vec3(0.045, 0.052, 0.058), rgb, 0.62), vec3(0.03), joint * 0.5);
        }
        case 4u: {
            let along = fract((in.uv_b.x - slot.a) / 2.4);
            let mark = smoothstep(0.0, 0.12, along) * (1.0 - smoothstep(0.34, 0.46, along));
            rgb = mix(rgb, rgb * 0.35 + vec3(0.55), mark * 0.55);
        }
        case 5u: {
            rgb = in.color.rgb;
            // Soft at the rim: thin where one looks along the surface.
            alpha = in.color.a * slot.a;
        }
        case 6u: {
            rgb = rgb * 0.55;
        }
        default: {}
    }
    return vec4(rgb * light, alpha);
}
