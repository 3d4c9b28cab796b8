//! Aisles: their floors, and what contains their air.

use glam::vec3;

use super::super::{Builder, Channel, Group, Paint, Tag};
use super::{END, Grid, RACK};
use crate::cooling::shape::Aisles;

impl Builder<'_> {
    /// Floors of aisles in the colour of their air, and what contains them.
    pub(super) fn aisles(&mut self, index: u32, grid: &Grid, rows: usize, z: f32, aisles: Aisles) {
        let (supply, back) = (
            self.slot(Channel::Supply(index)),
            self.slot(Channel::Return(index)),
        );
        let (x0, x1) = (END, grid.width() - END);
        let mut group = Group::default();
        let mut glass = Group::default();
        for row in 0..=rows {
            let cold = row % 2 == 0;
            let north = if row == 0 {
                z + grid.z(0) - grid.aisles[0]
            } else {
                z + grid.z(row - 1) + grid.unit.z
            };
            let south = north + grid.aisles[usize::from(!cold)];
            // Behind rear doors the air is cool again.
            let cooled = aisles == Aisles::CooledBehind;
            let slot = if cold || cooled { supply } else { back };
            group.cuboid(
                vec3(x0, 0.0, north + 0.02),
                vec3(x1, 0.02, south - 0.02),
                Paint::Tiles(slot),
            );
            let (label, tag) = match (cold, cooled) {
                (true, _) => ("cold aisle", Tag::Cold(index)),
                (false, false) => ("hot aisle", Tag::Hot(index)),
                (false, true) => ("behind the doors", Tag::Cold(index)),
            };
            let at = vec3(x0 + 6.0, 0.4, 0.5 * (north + south));
            self.label_within(at, label, Some(tag), 40.0);
            let contained = match aisles {
                Aisles::HotContained => !cold,
                Aisles::ColdContained => cold && row > 0 && row < rows,
                Aisles::None | Aisles::Open | Aisles::CooledBehind => false,
            };
            if contained && row > 0 && row < rows {
                // Doors of glass at the ends, and a frame for the roof: panes over racks would change their colours.
                let paint = Paint::SlotGlass(slot, 0.22);
                let top = RACK.y + 0.55;
                for x in [x0 - 0.04, x1] {
                    glass.cuboid(vec3(x, 0.0, north), vec3(x + 0.04, top, south), paint);
                }
                let beam = Paint::Slot(slot);
                for side in [north, south - 0.06] {
                    let (min, max) = (vec3(x0, top - 0.06, side), vec3(x1, top, side + 0.06));
                    group.cuboid(min, max, beam);
                }
                let bars = ((x1 - x0) / 3.0).round().max(1.0);
                for bar in 0..=bars as usize {
                    let x = x0 + (x1 - x0 - 0.05) * bar as f32 / bars;
                    let (min, max) = (vec3(x, top - 0.05, north), vec3(x + 0.05, top, south));
                    group.cuboid(min, max, beam);
                    for side in [north, south - 0.05] {
                        let max = vec3(x + 0.05, top, side + 0.05);
                        group.cuboid(vec3(x, RACK.y, side), max, beam);
                    }
                }
            }
        }
        self.layout.groups.push(group);
        if !glass.solids.is_empty() {
            self.layout.groups.push(glass);
        }
    }
}
