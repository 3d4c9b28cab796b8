//! Layout to the west: the connection to the grid, transformers and UPS, generators, batteries, panels.

use glam::{Vec3, vec3};

use super::plant::slab;
use super::{
    Bounds, Builder, Channel, DARK, Group, Machine, Paint, Picked, STEEL, Shape, Solid, Tag,
};

const GAP: f32 = 5.0;
/// Cells of silicon.
const PANEL: [f32; 3] = [0.16, 0.24, 0.38];

impl Builder<'_> {
    pub(super) fn electrical(&mut self) {
        let site = &self.scenario.site;
        let depth = self
            .layout
            .halls
            .iter()
            .fold(0.0_f32, |z, hall| z.max(hall.max.z));
        let mut x = -GAP;
        let halls = 0..self.scenario.hall.len() as u32;
        let it_w: f64 = halls.map(|hall| self.hall_w(hall)).sum();
        let ups = (it_w / 1e6).ceil().max(1.0) as usize;
        let mut all = self.blocks(Machine::Ups, ups, vec3(4.2, 2.6, 1.3), x, depth, "UPS");
        x = all.min.x - 2.5;
        if let Some(generator) = &site.generator {
            let sets = (generator.power_mw / 2.5).ceil().max(1.0) as usize;
            let size = vec3(8.0, 3.2, 2.5);
            let bounds = self.blocks(Machine::Generator, sets, size, x, depth, "generators");
            x = bounds.min.x - 2.5;
            all = all.with(bounds);
        }
        if let Some(battery) = &site.battery {
            let boxes = (battery.energy_mwh / 3.0).ceil().max(1.0) as usize;
            let size = vec3(6.1, 2.9, 2.4);
            let bounds = self.blocks(Machine::Battery, boxes, size, x, depth, "battery");
            x = bounds.min.x - 2.5;
            all = all.with(bounds);
        }
        if site.solar.is_some() {
            let bounds = self.panels(x, depth);
            x = bounds.min.x - 2.5;
            all = all.with(bounds);
        }
        let grid = self.grid(x, depth);
        self.layout.yard = all.with(grid);
    }

    /// Equal blocks in columns that fill the depth of the halls, from `x` to the west.
    fn blocks(
        &mut self,
        of: Machine,
        count: usize,
        size: Vec3,
        x: f32,
        depth: f32,
        name: &str,
    ) -> Bounds {
        let units = self.units(of, count);
        let pitch = size.z + 0.9;
        let rows = ((depth / pitch).floor().max(1.0) as usize).min(count);
        let columns = count.div_ceil(rows);
        let min = vec3(x - columns as f32 * (size.x + 1.0), 0.0, 0.0);
        let max = vec3(x, size.y, rows as f32 * pitch);
        let mut group = Group::default();
        slab(&mut group, min, max);
        for (block, unit) in units.into_iter().enumerate() {
            let corner = vec3(
                x - (block / rows + 1) as f32 * (size.x + 1.0) + 0.5,
                0.0,
                (block % rows) as f32 * pitch + 0.4,
            );
            group.shadow(corner, corner + vec3(size.x, 0.0, size.z), 0.03, 0.5);
            group.cuboid(corner, corner + size, Paint::Gauge(unit));
            if of == Machine::Generator {
                let at = corner + vec3(1.0, size.y, 0.5 * size.z);
                group.pipe(at, at + vec3(0.0, 1.2, 0.0), 0.22, Paint::Flat(STEEL));
            }
            self.pick(corner, corner + size, Picked::Machine(of));
        }
        self.layout.groups.push(group);
        let middle = 0.5 * (min + max);
        let tag = Some(Tag::Machine(of));
        self.label(vec3(middle.x, size.y + 2.2, min.z), name, tag);
        Bounds::new(min, max)
    }

    /// Rows of tilted panels; the field shows that there is sun power, not how much.
    fn panels(&mut self, x: f32, depth: f32) -> Bounds {
        let (wide, rows) = (14.0, ((depth / 3.4) as usize).clamp(2, 12));
        let (min, max) = (vec3(x - wide, 0.0, 0.0), vec3(x, 2.0, rows as f32 * 3.4));
        let mut group = Group::default();
        slab(&mut group, min, max);
        for row in 0..rows {
            let z = row as f32 * 3.4 + 0.5;
            let (low, high) = (vec3(min.x, 0.5, z + 1.9), vec3(min.x, 1.6, z));
            let east = Vec3::X * (wide - 0.4);
            let shape = Shape::Panel([low, low + east, high + east, high]);
            let paint = Paint::Flat(PANEL);
            group.solids.push(Solid { shape, paint });
        }
        self.layout.groups.push(group);
        self.pick(min, max, Picked::Machine(Machine::Solar));
        let tag = Some(Tag::Machine(Machine::Solar));
        self.label(vec3(0.5 * (min.x + max.x), 4.0, min.z), "solar", tag);
        Bounds::new(min, max)
    }

    /// Two transformers and a mast with its lines.
    fn grid(&mut self, x: f32, depth: f32) -> Bounds {
        let units = self.units(Machine::Grid, 2);
        let lines = self.slot(Channel::Lines);
        let (min, max) = (
            vec3(x - 9.0, 0.0, 0.0),
            vec3(x, 13.0, depth.clamp(12.0, 20.0)),
        );
        let mut group = Group::default();
        slab(&mut group, min, vec3(max.x, 0.0, max.z));
        for (side, unit) in units.into_iter().enumerate() {
            let corner = vec3(x - 4.5, 0.0, min.z + 1.5 + side as f32 * 5.5);
            let paint = Paint::Gauge(unit);
            group.cuboid(corner, corner + vec3(3.2, 2.7, 3.2), paint);
            for fin in 0..6 {
                let x = 0.25 + 0.5 * fin as f32;
                group.cuboid(
                    corner + vec3(x, 0.3, 3.2),
                    corner + vec3(x + 0.12, 2.3, 3.7),
                    Paint::Flat(DARK),
                );
            }
        }
        let foot = vec3(x - 7.2, 0.0, min.z + 5.8);
        let top = foot + vec3(0.0, 13.0, 0.0);
        for (dx, dz) in [(-1.1, -1.1), (1.1, -1.1), (-1.1, 1.1), (1.1, 1.1)] {
            group.pipe(foot + vec3(dx, 0.0, dz), top, 0.08, Paint::Flat(STEEL));
        }
        for y in [8.0, 10.2] {
            let arm = foot + vec3(0.0, y, 0.0);
            group.pipe(
                arm - Vec3::Z * 3.2,
                arm + Vec3::Z * 3.2,
                0.09,
                Paint::Flat(STEEL),
            );
            for dz in [-3.0, 3.0] {
                let (from, to) = (arm + vec3(0.0, -0.3, dz), arm + vec3(-26.0, 2.5, dz));
                group.pipe(from, to, 0.05, Paint::Flow(lines));
                let down = vec3(x - 3.0, 2.7, arm.z + 0.5 * dz);
                group.pipe(arm + vec3(0.0, -0.3, dz), down, 0.04, Paint::Flow(lines));
            }
        }
        self.layout.groups.push(group);
        self.pick(
            min,
            vec3(max.x, 10.0, max.z),
            Picked::Machine(Machine::Grid),
        );
        let tag = Some(Tag::Machine(Machine::Grid));
        self.label(vec3(x - 7.2, 14.0, min.z + 5.8), "grid", tag);
        Bounds::new(min, max)
    }
}
