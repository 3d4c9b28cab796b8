//! A tank of dielectric fluid.

use glam::{Vec3, vec3};

use super::super::{DARK, Group, Paint};

/// A tank: a rim around fluid at its level, with the edges of the servers in it.
pub(super) fn tank(group: &mut Group, min: Vec3, max: Vec3, slot: u32, boils: bool) {
    let body = Paint::Flat([0.20, 0.23, 0.26]);
    let level = max.y - 0.07;
    group.cuboid(min, vec3(max.x, level - 0.03, max.z), body);
    group.cuboid(
        vec3(min.x + 0.06, level - 0.03, min.z + 0.06),
        vec3(max.x - 0.06, level, max.z - 0.06),
        Paint::Slot(slot),
    );
    // A window along the fluid, so that a tank shows its colour from the side as well.
    group.cuboid(
        vec3(min.x + 0.1, 0.35, max.z),
        vec3(max.x - 0.1, level - 0.12, max.z + 0.015),
        Paint::Slot(slot),
    );
    for (a, b) in [
        (min, vec3(min.x + 0.06, max.y, max.z)),
        (vec3(max.x - 0.06, min.y, min.z), max),
        (min, vec3(max.x, max.y, min.z + 0.06)),
        (vec3(min.x, min.y, max.z - 0.06), max),
    ] {
        group.cuboid(vec3(a.x, level - 0.03, a.z), vec3(b.x, max.y, b.z), body);
    }
    let servers = 8;
    for server in 1..servers {
        let x = min.x + (max.x - min.x) * server as f32 / servers as f32;
        group.cuboid(
            vec3(x - 0.012, level - 0.01, min.z + 0.12),
            vec3(x + 0.012, level + 0.015, max.z - 0.12),
            Paint::Flat(DARK),
        );
    }
    if boils {
        let (a, b) = (
            vec3(min.x + 0.03, max.y, min.z + 0.03),
            vec3(max.x - 0.03, max.y + 0.35, max.z - 0.03),
        );
        group.cuboid(a, b, Paint::Glass([0.75, 0.9, 1.0], 0.16));
    }
}
