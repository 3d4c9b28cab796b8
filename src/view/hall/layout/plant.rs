//! Layout outdoors to the east: chillers, towers, dry coolers, pumps, and the pipes between them and the halls.

use glam::{Vec3, vec3};

use super::{
    Bounds, Builder, CONCRETE, Channel, Cloud, DARK, Group, Machine, Paint, Picked, Puff, STEEL,
    Tag, circuits,
};
use crate::heat_rejection::{HeatRejection, Outdoor, Standing};

/// Between the halls' east walls and the plant.
const GAP: f32 = 7.0;
const CASING: [f32; 3] = [0.58, 0.61, 0.64];

impl Builder<'_> {
    pub(super) fn plants(&mut self) {
        let halls = self.layout.halls.clone();
        let east = halls.iter().fold(0.0_f32, |x, hall| x.max(hall.max.x));
        let south = halls.iter().fold(0.0_f32, |z, hall| z.max(hall.max.z));
        let plants = circuits(self.scenario);
        let x0 = east + GAP;
        let mut z = 0.0;
        let mut all = Bounds::new(vec3(x0, 0.0, 0.0), vec3(x0 + 1.0, 1.0, south));
        for (circuit, (name, plant)) in plants.iter().enumerate() {
            let heat_w = self.sizes.circuit_w.get(circuit).copied();
            let heat_w = plant.design_w(heat_w.unwrap_or(0.0));
            let bounds = self.plant(
                circuit as u32,
                name,
                plant,
                heat_w,
                vec3(x0, 0.0, z),
                south - z,
            );
            z = bounds.max.z + 4.0;
            all = all.with(bounds);
            self.headers(circuit as u32, x0);
        }
        self.layout.plant = all;
    }

    fn plant(
        &mut self,
        circuit: u32,
        name: &str,
        plant: &HeatRejection,
        heat_w: f64,
        at: Vec3,
        room: f32,
    ) -> Bounds {
        let depth = room.max(14.0);
        let standing = plant.outdoors(heat_w);
        let labels: Vec<String> = standing.iter().map(Standing::label).collect();
        let text = labels.join(", ");
        let mut bounds = Bounds::new(at, at + vec3(1.0, 1.0, 1.0));
        let mut before: Option<(Outdoor, Bounds)> = None;
        for each in standing {
            let from = before.map_or(at, |(_, inside)| vec3(inside.max.x + 2.5, 0.0, at.z));
            let count = each.count as usize;
            let here = match each.what {
                Outdoor::Chiller => self.chillers(circuit, count, from, depth),
                Outdoor::TowerCell => self.towers(circuit, count, from, depth),
                Outdoor::AirCooledChiller => {
                    self.banks(circuit, Machine::Chiller(circuit), count, from, depth)
                }
                Outdoor::DryCooler => {
                    self.banks(circuit, Machine::DryCooler(circuit), count, from, depth)
                }
                Outdoor::PumpHouse => self.pump_house(circuit, from),
            };
            bounds = match before {
                Some((Outdoor::Chiller, inside)) if each.what == Outdoor::TowerCell => {
                    self.condenser_pipes(circuit, inside, here);
                    bounds.with(here)
                }
                Some(_) => bounds.with(here),
                None => here,
            };
            before = Some((each.what, here));
        }
        let of = if name == "site" {
            String::new()
        } else {
            format!("{name}: ")
        };
        let centre = bounds.centre();
        self.label(
            vec3(centre.x, bounds.max.y + 2.5, bounds.min.z),
            format!("{of}{text}"),
            Some(Tag::Plant(circuit)),
        );
        bounds
    }

    /// Chillers in a row, two barrels each, on a slab under a frame.
    fn chillers(&mut self, circuit: u32, count: usize, at: Vec3, depth: f32) -> Bounds {
        let units = self.units(Machine::Chiller(circuit), count);
        let (cold, warm) = (
            self.slot(Channel::WaterSupply(circuit)),
            self.slot(Channel::Condenser(circuit)),
        );
        let mut group = Group::default();
        let columns = count.div_ceil(((depth - 1.0) / 3.2).floor().max(1.0) as usize);
        let rows = count.div_ceil(columns);
        let (long, pitch) = (5.4, 3.2_f32.max(depth / rows as f32));
        let max = at
            + vec3(
                columns as f32 * (long + 1.6) + 0.6,
                2.6,
                rows as f32 * pitch,
            );
        slab(&mut group, at, max);
        for (chiller, unit) in units.into_iter().enumerate() {
            let x = at.x + 1.0 + (chiller / rows) as f32 * (long + 1.6);
            let z = at.z + ((chiller % rows) as f32 + 0.5) * pitch;
            group.shadow(
                vec3(x, 0.0, z - 1.0),
                vec3(x + long, 0.0, z + 1.0),
                0.03,
                0.6,
            );
            for (dz, slot) in [(-0.55, cold), (0.55, warm)] {
                let (from, to) = (vec3(x, 0.75, z + dz), vec3(x + long, 0.75, z + dz));
                group.pipe(from, to, 0.5, Paint::Slot(slot));
            }
            group.cuboid(
                vec3(x + 0.8, 1.2, z - 0.75),
                vec3(x + 4.6, 2.3, z + 0.75),
                Paint::Gauge(unit),
            );
            group.cuboid(
                vec3(x + 0.2, 0.0, z - 1.0),
                vec3(x + 0.5, 0.4, z + 1.0),
                Paint::Flat(DARK),
            );
            group.cuboid(
                vec3(x + 4.6, 0.0, z - 1.0),
                vec3(x + 4.9, 0.4, z + 1.0),
                Paint::Flat(DARK),
            );
            let (min, max) = (vec3(x, 0.0, z - 1.05), vec3(x + long, 2.3, z + 1.05));
            self.pick(min, max, Picked::Machine(Machine::Chiller(circuit)));
        }
        self.layout.groups.push(group);
        Bounds::new(at, max)
    }

    /// Tower cells in a row: a box with louvres, a fan on top, a plume above.
    fn towers(&mut self, circuit: u32, count: usize, at: Vec3, depth: f32) -> Bounds {
        let units = self.units(Machine::Tower(circuit), count);
        let basin = self.slot(Channel::Condenser(circuit));
        self.slot(Channel::Cloud(Cloud::Plume(circuit)));
        let side = 4.6;
        let mut group = Group::default();
        let columns = count.div_ceil((depth / (side + 0.6)).floor().max(1.0) as usize);
        let rows = count.div_ceil(columns);
        let pitch = (side + 0.6).max(depth / rows as f32);
        let max = at + vec3(columns as f32 * (side + 1.0), 5.6, rows as f32 * pitch);
        slab(&mut group, at, max);
        for (cell, unit) in units.into_iter().enumerate() {
            let x = at.x + (cell / rows) as f32 * (side + 1.0) + 0.5;
            let z = at.z + ((cell % rows) as f32 + 0.5) * pitch - 0.5 * side;
            let corner = vec3(x, 0.0, z);
            group.shadow(corner, corner + vec3(side, 0.0, side), 0.03, 0.9);
            group.cuboid(corner, corner + vec3(side, 0.7, side), Paint::Slot(basin));
            for louvre in 0..4 {
                let y = 0.85 + 0.42 * louvre as f32;
                group.cuboid(
                    corner + vec3(0.1, y, 0.1),
                    corner + vec3(side - 0.1, y + 0.2, side - 0.1),
                    Paint::Flat([0.30, 0.34, 0.37]),
                );
            }
            group.cuboid(
                corner + vec3(0.0, 2.5, 0.0),
                corner + vec3(side, 4.0, side),
                Paint::Body(CASING, unit),
            );
            let middle = corner + vec3(0.5 * side, 4.0, 0.5 * side);
            let top = middle + vec3(0.0, 1.12, 0.0);
            group.pipe(middle, top, 1.9, Paint::Body(STEEL, unit));
            let fan = top + vec3(0.0, 0.06, 0.0);
            group.pipe(top, fan, 1.75, Paint::Gauge(unit));
            for puff in 0..4 {
                self.layout.puffs.push(Puff {
                    at: top + vec3(0.0, puff as f32 * 1.9, 0.0),
                    radius: 1.5 + 0.45 * puff as f32,
                    of: Cloud::Plume(circuit),
                });
            }
            let max = corner + vec3(side, 5.2, side);
            self.pick(corner, max, Picked::Machine(Machine::Tower(circuit)));
        }
        self.layout.groups.push(group);
        Bounds::new(at, max)
    }

    /// Long banks with fans on top: dry coolers or air-cooled chillers.
    fn banks(&mut self, circuit: u32, of: Machine, count: usize, at: Vec3, depth: f32) -> Bounds {
        let units = self.units(of, count);
        let warm = self.slot(Channel::WaterReturn(circuit));
        let chiller = matches!(of, Machine::Chiller(_));
        let (long, wide, pitch) = (9.0, 2.4, 3.6);
        let mut group = Group::default();
        let rows = ((depth / pitch).floor().max(1.0) as usize).min(count.max(1));
        let columns = count.div_ceil(rows);
        let max = at + vec3(columns as f32 * (long + 1.2), 2.8, rows as f32 * pitch);
        slab(&mut group, at, max);
        for (bank, unit) in units.into_iter().enumerate() {
            let corner = at
                + vec3(
                    (bank / rows) as f32 * (long + 1.2) + 0.4,
                    0.0,
                    (bank % rows) as f32 * pitch + 0.5,
                );
            let body = corner + vec3(0.0, if chiller { 0.3 } else { 1.0 }, 0.0);
            for x in [0.3, long - 0.5] {
                group.cuboid(
                    corner + vec3(x, 0.0, 0.2),
                    corner + vec3(x + 0.2, 1.0, wide - 0.2),
                    Paint::Flat(DARK),
                );
            }
            group.shadow(corner, corner + vec3(long, 0.0, wide), 0.03, 0.7);
            let paint = Paint::Body(CASING, unit);
            group.cuboid(body, corner + vec3(long, 2.1, wide), paint);
            // The coil along the side shows the water that comes in.
            for dz in [-0.02, wide] {
                group.cuboid(
                    vec3(body.x + 0.2, body.y + 0.1, corner.z + dz),
                    vec3(body.x + long - 0.2, 1.95, corner.z + dz + 0.02),
                    Paint::Slot(warm),
                );
            }
            for fan in 0..5 {
                let middle = corner + vec3((fan as f32 + 0.5) * long / 5.0, 2.1, 0.5 * wide);
                let top = middle + vec3(0.0, 0.28, 0.0);
                group.pipe(middle, top, 0.86, Paint::Body(STEEL, unit));
                let fan = top + vec3(0.0, 0.04, 0.0);
                group.pipe(top, fan, 0.78, Paint::Gauge(unit));
            }
            self.pick(corner, corner + vec3(long, 2.5, wide), Picked::Machine(of));
        }
        self.layout.groups.push(group);
        Bounds::new(at, max)
    }

    /// A house with the pumps and the plates of the source side, and the pipe that leads away from it.
    fn pump_house(&mut self, circuit: u32, at: Vec3) -> Bounds {
        let pump = self.slot(Channel::SourcePump {
            circuit,
            unit: 0,
            of: 1,
        });
        let (long, wide) = (8.0, 6.0);
        let max = at + vec3(long, 3.4, wide);
        let mut group = Group::default();
        slab(&mut group, at, max);
        group.shadow(at, at + vec3(long, 0.0, wide), 0.03, 0.8);
        group.cuboid(at, max, Paint::Gauge(pump));
        for dz in [1.6, 4.4] {
            let (from, to) = (at + vec3(long, 0.6, dz), at + vec3(long + 9.0, -0.3, dz));
            group.pipe(from, to, 0.4, Paint::Flat(STEEL));
        }
        self.pick(at, max, Picked::Machine(Machine::Pump(circuit)));
        self.layout.groups.push(group);
        Bounds::new(at, max)
    }

    /// From chillers to towers and back.
    fn condenser_pipes(&mut self, circuit: u32, inside: Bounds, outside: Bounds) {
        let slot = self.slot(Channel::Condenser(circuit));
        let mut group = Group::default();
        let z = inside.centre().z;
        let middle = 0.5 * (inside.max.x + outside.min.x);
        let at = vec3(middle - 2.0, 0.0, inside.max.z + 6.5);
        self.label(at, "tower water", Some(Tag::Condenser(circuit)));
        for (dz, y) in [(-1.0, 0.9), (1.0, 1.5)] {
            let (from, to) = (
                vec3(inside.max.x - 0.4, y, z + dz),
                vec3(outside.min.x + 0.4, y, z + dz),
            );
            group.pipe(from, to, 0.32, Paint::Flow(slot));
        }
        let x = outside.min.x - 0.9;
        let units: Vec<u32> = (0..3)
            .map(|unit| {
                self.slot(Channel::SourcePump {
                    circuit,
                    unit,
                    of: 3,
                })
            })
            .collect();
        let at = vec3(inside.max.x + 0.2, 0.0, z - 7.0);
        let max = vec3(outside.min.x - 1.5, 1.3, at.z + 4.2);
        if max.x - at.x > 2.0 && at.z > inside.min.z {
            pump_row(&mut group, at, max, &units);
            self.pick(at, max, Picked::Machine(Machine::Pump(circuit)));
        }
        let (from, to) = (
            vec3(x, 0.9, outside.min.z + 0.5),
            vec3(x, 0.9, outside.max.z - 0.5),
        );
        group.pipe(from, to, 0.32, Paint::Flow(slot));
        self.layout.groups.push(group);
    }

    /// Three pumps of facility water beside the headers.
    fn pumps(&mut self, circuit: u32, group: &mut Group, at: Vec3, x0: f32) {
        let units = self.units(Machine::Pump(circuit), 3);
        let max = vec3((at.x + 3.0).min(x0 - 0.4), 1.3, at.z + 4.2);
        pump_row(group, at, max, &units);
        self.pick(at, max, Picked::Machine(Machine::Pump(circuit)));
    }

    /// Supply and return between the plant and all halls, along their east walls.
    fn headers(&mut self, circuit: u32, x0: f32) {
        let (supply, back) = (
            self.slot(Channel::WaterSupply(circuit)),
            self.slot(Channel::WaterReturn(circuit)),
        );
        let mut group = Group::default();
        let halls = self.layout.halls.clone();
        let x = x0 - 3.4 - 1.9 * circuit as f32;
        let first = halls.first().map_or(0.0, |hall| hall.centre().z);
        let last = halls.last().map_or(0.0, |hall| hall.centre().z);
        let label = vec3(x0 - 3.0, 0.0, first + 13.5 + 5.0 * circuit as f32);
        self.label(label, "facility water", Some(Tag::Water(circuit)));
        self.pumps(circuit, &mut group, vec3(x + 0.2, 0.0, first + 5.2), x0);
        for (slot, shift, y) in [(supply, -0.55, 0.9), (back, 0.55, 1.3)] {
            let paint = Paint::Flow(slot);
            let radius = 0.34;
            let middle = first + shift * 1.6;
            let to_plant = vec3(x0 + 0.8, y, middle);
            let here = vec3(x + shift, y, middle);
            // Marks run with the water: out with the supply, home with the return.
            let ends = |a: Vec3, b: Vec3| if slot == supply { [a, b] } else { [b, a] };
            group.line(&ends(to_plant, here), radius, paint);
            if last > first {
                let far = vec3(x + shift, y, last + shift * 1.6);
                group.line(&ends(here, far), radius, paint);
            }
            for hall in &halls {
                let z = hall.centre().z + shift * 1.6;
                let (out, wall) = (vec3(x + shift, y, z), vec3(hall.max.x - 0.4, y, z));
                group.line(&ends(out, wall), radius, paint);
            }
        }
        self.layout.groups.push(group);
    }
}

/// Pumps on a slab: a motor and its casing on a foot each.
fn pump_row(group: &mut Group, at: Vec3, max: Vec3, units: &[u32]) {
    slab(group, at, vec3(max.x, 0.0, max.z));
    for (pump, unit) in units.iter().enumerate() {
        let z = at.z + 0.7 + 1.35 * pump as f32;
        let (from, end) = (at.x + 0.3, max.x - 0.3);
        let (a, b) = (vec3(from, 0.0, z - 0.4), vec3(end, 0.0, z + 0.4));
        group.shadow(a, b, 0.03, 0.4);
        group.cuboid(a, b + vec3(0.0, 0.3, 0.0), Paint::Flat(DARK));
        let (foot, neck) = (vec3(at.x + 0.5, 0.75, z), vec3(at.x + 1.4, 0.75, z));
        let motor = vec3(0.0, 0.42, 0.42);
        group.cuboid(foot - motor, neck + motor, Paint::Gauge(*unit));
        group.pipe(neck, vec3(end, 0.75, z), 0.3, Paint::Flat(STEEL));
    }
}

pub(super) fn slab(group: &mut Group, min: Vec3, max: Vec3) {
    let (min, max) = (
        vec3(min.x - 0.6, -0.3, min.z - 0.2),
        vec3(max.x + 0.6, 0.0, max.z + 0.6),
    );
    group.shadow(min, max, -0.27, 2.0);
    group.cuboid(min, max, Paint::Flat(CONCRETE));
}
