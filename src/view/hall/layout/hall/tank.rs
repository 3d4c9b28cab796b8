//! A tank of dielectric fluid.
//!
//! ```text
//! length = 2·rim + max(U·u, V/(w·h))
//! ```
//!
//! Metres. U is a rack unit of 44.45 mm (EIA-310), because servers stand in a tank side by side on their short edge; u is one unit for each
//! accelerator, which is what 8-GPU nodes take (NVIDIA's DGX H100 is 8 units high), at least one for each server and 52 at most. V is the
//! scenario's fluid in one tank, w·h its cross-section. Width and height are drawn alike for all tanks.

use glam::{Vec3, vec3};

use super::super::{DARK, Group, Paint};

/// Height and depth of a tank, m.
const HEIGHT: f32 = 1.05;
const DEPTH: f32 = 0.85;
/// Thickness of its walls, m.
const RIM: f32 = 0.06;
/// From the floor of the tank to the fluid's surface, m.
const FLUID: f32 = 0.9;
const RACK_UNIT: f32 = 0.044_45;

/// Length, height and depth of a tank with so many accelerators and servers, and so much fluid, m³.
pub(super) fn size(gpus: f64, servers: u32, fluid_m3: f64) -> Vec3 {
    let units = (gpus as f32).max(servers as f32).clamp(1.0, 52.0);
    let by_fluid = fluid_m3 as f32 / ((DEPTH - 2.0 * RIM) * FLUID);
    let inside = (units * RACK_UNIT).max(by_fluid).clamp(0.4, 8.0);
    vec3(inside + 2.0 * RIM, HEIGHT, DEPTH)
}

/// A tank: a rim around fluid at its level, with the edges of the servers in it.
pub(super) fn tank(
    group: &mut Group,
    (min, max): (Vec3, Vec3),
    slot: u32,
    servers: u32,
    boils: bool,
) {
    let body = Paint::Flat([0.20, 0.23, 0.26]);
    let level = max.y - 0.07;
    group.cuboid(min, vec3(max.x, level - 0.03, max.z), body);
    group.cuboid(
        vec3(min.x + RIM, level - 0.03, min.z + RIM),
        vec3(max.x - RIM, level, max.z - RIM),
        Paint::Rack(slot),
    );
    // A window along the fluid on both sides, so that a tank shows its colour from there as well.
    for (a, b) in [(max.z, max.z + 0.015), (min.z - 0.015, min.z)] {
        group.cuboid(
            vec3(min.x + 0.1, 0.35, a),
            vec3(max.x - 0.1, level - 0.12, b),
            Paint::Rack(slot),
        );
    }
    for (a, b) in [
        (min, vec3(min.x + RIM, max.y, max.z)),
        (vec3(max.x - RIM, min.y, min.z), max),
        (min, vec3(max.x, max.y, min.z + RIM)),
        (vec3(min.x, min.y, max.z - RIM), max),
    ] {
        group.cuboid(vec3(a.x, level - 0.03, a.z), vec3(b.x, max.y, b.z), body);
    }
    let servers = servers.clamp(1, 12);
    for server in 1..servers {
        let x = min.x + (max.x - min.x) * server as f32 / servers as f32;
        group.cuboid(
            vec3(x - 0.012, level - 0.01, min.z + 0.12),
            vec3(x + 0.012, level + 0.015, max.z - 0.12),
            Paint::Flat(DARK),
        );
    }
    if boils {
        // A collar of glass above the rim; nothing lies over the fluid that would change its colour.
        let paint = Paint::Glass([0.75, 0.9, 1.0], 0.16);
        let top = max.y + 0.16;
        for (z0, z1) in [(min.z + 0.03, min.z + 0.04), (max.z - 0.04, max.z - 0.03)] {
            let (a, b) = (vec3(min.x + 0.03, max.y, z0), vec3(max.x - 0.03, top, z1));
            group.cuboid(a, b, paint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four 8-GPU nodes stand on 1.42 m; a litre count that needs more makes the tank longer.
    #[test]
    fn a_tank_is_as_long_as_what_is_in_it() {
        let four = size(32.0, 4, 0.5);
        assert!((four.x - (32.0 * 0.044_45 + 0.12)).abs() < 1e-4, "{four}");
        let two = size(16.0, 2, 0.3);
        assert!(two.x < four.x - 0.6, "{two}");
        let full = size(32.0, 4, 1.2);
        let litres = (full.x - 0.12) * 0.73 * 0.9 * 1e3;
        assert!((litres - 1200.0).abs() < 0.1, "{litres}");
        assert!(size(0.0, 1, 0.0).x > 0.5);
        assert!(size(72.0, 1, 0.0).x < 2.5);
    }
}
