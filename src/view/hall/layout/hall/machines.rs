//! Machines that move a hall's air and coolant: CRAH units and coolant distribution units.

use glam::vec3;

use super::super::{Builder, Channel, Group, Machine, Paint, Picked, Tag, circuit_of};

/// Supply and return along the rows.
fn header(group: &mut Group, depth: f32, z: f32, (supply, back): (u32, u32)) {
    for (x, slot) in [(1.55, supply), (2.0, back)] {
        let points = [vec3(x, 0.5, z + 0.6), vec3(x, 0.5, z + depth - 0.6)];
        group.line(&points, 0.16, Paint::Flow(slot));
    }
}

impl Builder<'_> {
    /// Units along both short walls.
    pub(super) fn crahs(&mut self, index: u32, share: f64, width: f32, depth: f32, z: f32) {
        let hall_w = self.hall_w(index) * share;
        let fit = (depth / 3.0).floor().max(1.0) as usize;
        let wanted = (hall_w / 150e3).ceil().max(2.0) as usize;
        let each_side = wanted.div_ceil(2).min(fit);
        let units = self.units(Machine::Crah(index), 2 * each_side);
        let supply = self.slot(Channel::Supply(index));
        let mut group = Group::default();
        let step = depth / each_side as f32;
        for side in 0..2 {
            let x = if side == 0 { 0.15 } else { width - 1.15 };
            for unit in 0..each_side {
                let middle = z + (unit as f32 + 0.5) * step;
                let half = 1.15_f32.min(0.42 * step);
                let (min, max) = (
                    vec3(x, 0.0, middle - half),
                    vec3(x + 1.0, 2.0, middle + half),
                );
                let slot = units[2 * unit + side];
                group.cuboid(min, max, Paint::Gauge(slot));
                let (f0, f1) = if side == 0 {
                    (max.x, max.x + 0.02)
                } else {
                    (min.x - 0.02, min.x)
                };
                group.cuboid(
                    vec3(f0, 0.15, min.z + 0.2),
                    vec3(f1, 0.7, max.z - 0.2),
                    Paint::Slot(supply),
                );
                self.pick(min, max, Picked::Machine(Machine::Crah(index)));
            }
        }
        self.layout.groups.push(group);
    }

    /// Units along the east wall, with headers along the rows.
    pub(super) fn cdus(&mut self, index: u32, depth: f32, z: f32, (supply, back): (u32, u32)) {
        let wanted = (self.hall_w(index) / 1.5e6).ceil().max(1.0) as usize;
        let count = wanted.min((depth / 2.4).floor().max(1.0) as usize);
        let units = self.units(Machine::Cdu(index), count);
        let mut group = Group::default();
        let step = depth / count as f32;
        for (unit, slot) in units.into_iter().enumerate() {
            let middle = z + (unit as f32 + 0.5) * step;
            let (min, max) = (vec3(0.25, 0.0, middle - 0.6), vec3(1.15, 1.9, middle + 0.6));
            group.cuboid(min, max, Paint::Gauge(slot));
            self.pick(min, max, Picked::Machine(Machine::Cdu(index)));
        }
        let tag = Some(Tag::Coolant(index));
        self.label(vec3(1.2, 2.4, z + 0.75 * depth), "coolant units", tag);
        header(&mut group, depth, z, (supply, back));
        self.layout.groups.push(group);
    }

    /// Headers of facility water to the condensers of tanks in which fluid boils: nothing pumps the fluid itself.
    pub(super) fn condenser_water(&mut self, index: u32, depth: f32, z: f32) {
        let circuit = circuit_of(self.scenario, index as usize) as u32;
        let supply = self.slot(Channel::WaterSupply(circuit));
        let back = self.slot(Channel::WaterReturn(circuit));
        let mut group = Group::default();
        let tag = Some(Tag::Water(circuit));
        self.label(vec3(1.2, 2.0, z + 0.75 * depth), "water to condensers", tag);
        header(&mut group, depth, z, (supply, back));
        self.layout.groups.push(group);
    }
}
