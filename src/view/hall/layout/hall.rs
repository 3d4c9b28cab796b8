//! Halls: rows of racks with their aisles, or fields of tanks, and the machines that move their air and coolant.

mod aisles;
mod machines;
mod tank;

use glam::{Vec3, vec3};

use super::{
    Bounds, Builder, CONCRETE, Channel, Cloud, Group, Paint, Picked, Puff, STEEL, Shape, Solid,
    Tag, WALL,
};
use crate::cooling::Filled;
use crate::cooling::shape::{Aisles, Holder, Pipes};
use crate::scenario::Hall;

/// Width, height and depth of a rack, m.
const RACK: Vec3 = vec3(0.6, 2.1, 1.15);
/// In front of tanks, and behind them: two rows stand back to back.
const TANK_AISLES: [f32; 2] = [1.5, 0.4];
const COLD_AISLE: f32 = 1.5;
const HOT_AISLE: f32 = 1.3;
/// Walk between the ends of rows and the walls.
const END: f32 = 3.4;
/// A cross aisle after so many racks or tanks.
const BLOCK: usize = 20;
const CROSS: f32 = 1.4;

/// How the units of a hall are set up.
struct Grid {
    unit: Vec3,
    /// From one unit to the next in a row.
    pitch: f32,
    block: usize,
    /// Aisles before even and odd rows.
    aisles: [f32; 2],
    per_row: usize,
}

impl Grid {
    /// Racks, or tanks of a size.
    fn of(units: usize, tank: Option<Vec3>) -> Self {
        let (unit, pitch, aisles, block) = match tank {
            Some(tank) => (tank, tank.x + 0.12, TANK_AISLES, 8),
            None => (RACK, RACK.x, [COLD_AISLE, HOT_AISLE], BLOCK),
        };
        // Rows about one and a half times as long as the field is deep.
        let row = unit.z + 0.5 * (aisles[0] + aisles[1]);
        let per_row = (1.5 * row * units as f32 / pitch).sqrt().ceil().max(1.0) as usize;
        // Whole blocks, where there is more than one.
        let per_row = if per_row > block {
            per_row.div_ceil(block) * block
        } else {
            per_row
        };
        Self {
            unit,
            pitch,
            block,
            aisles,
            per_row: per_row.min(units.max(1)),
        }
    }

    fn x(&self, column: usize) -> f32 {
        END + column as f32 * self.pitch + (column / self.block) as f32 * CROSS
    }

    fn z(&self, row: usize) -> f32 {
        let pair = 2.0 * self.unit.z + self.aisles[0] + self.aisles[1];
        let odd = (row % 2) as f32 * (self.unit.z + self.aisles[1]);
        1.2 + self.aisles[0] + (row / 2) as f32 * pair + odd
    }

    fn width(&self) -> f32 {
        self.x(self.per_row - 1) + self.pitch + END
    }
}

impl Builder<'_> {
    pub(super) fn halls(&mut self) {
        let scenario = self.scenario;
        let mut z = 0.0;
        for (index, hall) in scenario.hall.iter().enumerate() {
            let first = self.layout.slots.len() as u32;
            self.layout.first_rack.push(first);
            let all = (0..hall.racks).map(|rack| Channel::Rack {
                hall: index as u32,
                rack,
            });
            self.layout.slots.extend(all);
        }
        for (index, hall) in scenario.hall.iter().enumerate() {
            let depth = self.hall(index as u32, hall, z);
            z += depth + 8.0;
        }
    }

    /// Builds a hall from `z` on; returns its depth.
    fn hall(&mut self, index: u32, hall: &Hall, z: f32) -> f32 {
        let shape = hall.cooling.shape();
        let tanks = shape.holder.is_tank();
        let units = hall.racks as usize;
        let tank = tanks.then(|| self.tank_size(index));
        let grid = Grid::of(units, tank);
        let rows = units.div_ceil(grid.per_row);
        let depth = grid.z(rows - 1) + grid.unit.z + grid.aisles[rows % 2] + 1.2;
        let width = grid.width();
        let supply = self.slot(Channel::Supply(index));
        let back = self.slot(Channel::Return(index));

        if shape.holder == Holder::BoilingTank {
            self.slot(Channel::Cloud(Cloud::Vapour(index)));
        }
        let mut shell = Group::default();
        shell.cuboid(
            vec3(0.0, -0.3, z),
            vec3(width, 0.0, z + depth),
            Paint::Flat(CONCRETE),
        );
        let curb = Paint::Flat(WALL);
        let (t, h) = (0.25, 0.9);
        for (min, max) in [
            (vec3(-t, -0.3, z - t), vec3(width + t, h, z)),
            (
                vec3(-t, -0.3, z + depth),
                vec3(width + t, 0.25, z + depth + t),
            ),
            (vec3(-t, -0.3, z), vec3(0.0, h, z + depth)),
            (vec3(width, -0.3, z), vec3(width + t, h, z + depth)),
        ] {
            shell.cuboid(min, max, curb);
        }
        self.layout.groups.push(shell);

        for row in 0..rows {
            let from = row * grid.per_row;
            let to = units.min(from + grid.per_row);
            self.row(index, hall, &grid, (row, from, to), z);
        }
        if shape.aisles != Aisles::None {
            self.aisles(index, &grid, rows, z, shape.aisles);
        }
        if shape.crah_share > 0.0 {
            self.crahs(index, shape.crah_share, width, depth, z);
        }
        match shape.pipes {
            Pipes::None => {}
            Pipes::Coolant => self.cdus(index, depth, z, (supply, back)),
            Pipes::FacilityWater => self.condenser_water(index, depth, z),
        }
        self.label(
            vec3(0.5 * width, 4.0, z),
            format!(
                "{} · {} · {} {}s of {} × {}",
                hall.name,
                hall.cooling.words(),
                crate::view::hall::format::count(f64::from(hall.racks)),
                if tanks { "tank" } else { "rack" },
                hall.servers_per_rack,
                hall.server
            ),
            Some(Tag::Hall(index)),
        );
        if index == 0 {
            let eye = if tanks { 2.6 } else { 1.75 };
            let at = z + grid.z(0) - 0.5 * grid.aisles[0];
            let at = if rows > 2 {
                z + grid.z(2) - 0.5 * grid.aisles[0]
            } else {
                at
            };
            self.layout.aisle = (vec3(END + 0.6, eye, at), vec3(width * 0.5, 1.0, at));
        }
        self.layout.halls.push(Bounds::new(
            vec3(0.0, 0.0, z),
            vec3(width, RACK.y, z + depth),
        ));
        depth
    }

    fn row(&mut self, index: u32, hall: &Hall, grid: &Grid, span: (usize, usize, usize), z: f32) {
        let (row, from, to) = span;
        let holder = hall.cooling.shape().holder;
        let first = self.layout.first_rack[index as usize];
        let mut group = Group::default();
        let z = z + grid.z(row);
        // Even rows face the cold aisle to their north, odd ones that to their south.
        let south = row % 2 == 1;
        for rack in from..to {
            let slot = first + rack as u32;
            let x = grid.x(rack - from);
            let min = vec3(x, 0.0, z);
            let max = min + grid.unit;
            if holder.is_tank() {
                let boils = holder == Holder::BoilingTank;
                tank::tank(&mut group, (min, max), slot, hall.servers_per_rack, boils);
                if boils {
                    self.layout.puffs.push(Puff {
                        at: vec3(0.5 * (min.x + max.x), max.y + 0.1, 0.5 * (min.z + max.z)),
                        radius: 0.32,
                        of: Cloud::Vapour(index),
                    });
                }
            } else {
                let max = max - vec3(0.015, 0.0, 0.0);
                let shape = Shape::Rack { min, max, south };
                let paint = Paint::Rack(slot);
                group.solids.push(Solid { shape, paint });
                self.behind(&mut group, index, holder, (min, max), south);
            }
            self.pick(min, max, Picked::Rack(index, rack as u32));
        }
        if holder == Holder::ManifoldRack && to > from {
            self.manifolds(&mut group, index, grid, (from, to), z);
        }
        if to > from {
            let (a, b) = (grid.x(0), grid.x(to - from - 1) + grid.pitch);
            let (min, max) = (vec3(a, 0.0, z), vec3(b, 0.0, z + grid.unit.z));
            group.shadow(min, max, 0.035, 0.45);
            let at = vec3(a - 0.7, 1.2, z + 0.5 * grid.unit.z);
            self.label_within(at, format!("row {}", row + 1), None, 45.0);
        }
        self.layout.groups.push(group);
    }

    /// Equipment behind a rack: a door with a coil, or the manifolds of cold plates.
    fn behind(
        &mut self,
        group: &mut Group,
        index: u32,
        holder: Holder,
        (min, max): (Vec3, Vec3),
        south: bool,
    ) {
        let back = |depth: f32| {
            if south {
                (min.z - depth, min.z)
            } else {
                (max.z, max.z + depth)
            }
        };
        match holder {
            Holder::DoorRack => {
                let slot = self.slot(Channel::Supply(index));
                let (z0, z1) = back(0.24);
                group.cuboid(
                    vec3(min.x + 0.02, 0.1, z0),
                    vec3(max.x - 0.02, max.y + 0.06, z1),
                    Paint::Flat(STEEL),
                );
                group.cuboid(
                    vec3(min.x + 0.05, max.y + 0.06, z0),
                    vec3(max.x - 0.05, max.y + 0.12, z1),
                    Paint::Slot(slot),
                );
            }
            Holder::ManifoldRack => {
                let (supply, hot) = (
                    self.slot(Channel::Supply(index)),
                    self.slot(Channel::Return(index)),
                );
                let (z0, z1) = back(0.09);
                for (x, slot) in [(min.x + 0.12, supply), (max.x - 0.20, hot)] {
                    group.cuboid(
                        vec3(x, 0.1, z0),
                        vec3(x + 0.08, max.y + 0.3, z1),
                        Paint::Slot(slot),
                    );
                }
            }
            Holder::Rack | Holder::Tank | Holder::BoilingTank => {}
        }
    }

    /// Pipes above a row of racks on cold plates.
    fn manifolds(
        &mut self,
        group: &mut Group,
        index: u32,
        grid: &Grid,
        (from, to): (usize, usize),
        z: f32,
    ) {
        let x0 = 1.2;
        let x1 = grid.x(to - from - 1) + grid.pitch;
        let middle = z + 0.5 * grid.unit.z;
        for (dz, channel) in [
            (-0.22, Channel::Supply(index)),
            (0.22, Channel::Return(index)),
        ] {
            let paint = Paint::Flow(self.slot(channel));
            let y = RACK.y + 0.38;
            group.pipe(
                vec3(x0, y, middle + dz),
                vec3(x1, y, middle + dz),
                0.11,
                paint,
            );
        }
    }

    /// Length, height and depth of a hall's tanks.
    fn tank_size(&self, index: u32) -> Vec3 {
        let hall = &self.scenario.hall[index as usize];
        let fluid_m3 = match hall.cooling.filled(1.0, 0.0) {
            Some((_, Filled::Litres(litres))) => litres / 1e3,
            _ => 0.0,
        };
        let gpus = self.sizes.rack_gpus.get(index as usize);
        tank::size(
            gpus.copied().unwrap_or(0.0),
            hall.servers_per_rack,
            fluid_m3,
        )
    }

    /// Its IT power with every chip at work, W.
    pub(super) fn hall_w(&self, index: u32) -> f64 {
        let hall = &self.scenario.hall[index as usize];
        let rack_w = self.sizes.rack_w.get(index as usize);
        rack_w.copied().unwrap_or(0.0) * f64::from(hall.racks)
    }
}
