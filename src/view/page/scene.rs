//! The layout as a page carries it: bodies as rows of numbers, racks as copies of a few units.

use std::collections::BTreeMap;

use serde::Serialize;

use super::pack::{Whole, floats};
use crate::view::hall::frame::Site;
use crate::view::hall::layout::units::{OWN, Units};
use crate::view::hall::layout::{Bounds, Layout, Machine, Paint, Picked, Shape, Solid};
use crate::view::hall::names::name;

/// Numbers of a box: two corners, how it is drawn, slot, colour, opacity.
const BOX: usize = 12;

/// How a surface is drawn; `scene.js` has the same numbers.
#[derive(Clone, Copy)]
enum Kind {
    Own = 0,
    Slot = 1,
    RackSouth = 2,
    RackNorth = 3,
    Tiles = 4,
    Flow = 5,
    Ground = 6,
    Shadow = 7,
}

#[derive(Debug, Serialize)]
pub(super) struct Scene {
    units: Vec<UnitData>,
    /// Corner of each rack, by hall and rack.
    at: String,
    unit: Whole,
    boxes: String,
    /// Two ends, radius, slot.
    pipes: String,
    /// Four corners, how, rim.
    panels: String,
    machines: Vec<MachineData>,
    labels: Vec<LabelData>,
    /// Slot of the first rack of each hall.
    first_rack: Vec<u32>,
    slots: usize,
    /// Everything, and each hall: lowest and highest corners.
    bounds: [[f32; 3]; 2],
    halls: Vec<[[f32; 3]; 2]>,
}

#[derive(Debug, Serialize)]
struct UnitData {
    boxes: String,
    size: [f32; 3],
}

#[derive(Debug, Serialize)]
struct MachineData {
    name: String,
    boxes: Vec<[[f32; 3]; 2]>,
}

#[derive(Debug, Serialize)]
struct LabelData {
    at: [f32; 3],
    text: String,
    /// Which of the figures below names is its own.
    field: Option<usize>,
    within_m: Option<f32>,
}

/// Kinds of machines that can be selected, in the order of their first.
pub(super) fn machines(layout: &Layout) -> Vec<Machine> {
    let mut all = Vec::new();
    for pick in &layout.picks {
        if let Picked::Machine(machine) = pick.what
            && !all.contains(&machine)
        {
            all.push(machine);
        }
    }
    all
}

impl Scene {
    pub(super) fn of(layout: &Layout, site: &Site) -> Self {
        let units = Units::of(layout);
        let corners = |bounds: &Bounds| [bounds.min.to_array(), bounds.max.to_array()];
        let unit = |unit: &crate::view::hall::layout::units::Unit| UnitData {
            boxes: floats(unit.solids.iter().filter_map(box_row).flatten()),
            size: unit.size.to_array(),
        };
        let mut fields = 0;
        let labels = layout.labels.iter().map(|label| LabelData {
            at: label.at.to_array(),
            text: label.text.clone(),
            field: label.of.map(|_| {
                fields += 1;
                fields - 1
            }),
            within_m: Some(label.within_m).filter(|m| m.is_finite()),
        });
        let labels = labels.collect();
        let mut boxes: BTreeMap<usize, Vec<[[f32; 3]; 2]>> = BTreeMap::new();
        let kinds = machines(layout);
        for pick in &layout.picks {
            let place = kinds
                .iter()
                .position(|machine| pick.what == Picked::Machine(*machine));
            if let Some(place) = place {
                let of = boxes.entry(place).or_default();
                of.push([pick.min.to_array(), pick.max.to_array()]);
            }
        }
        let named = kinds
            .iter()
            .enumerate()
            .map(|(place, machine)| MachineData {
                name: name(site, Picked::Machine(*machine)),
                boxes: boxes.remove(&place).unwrap_or_default(),
            });
        Self {
            units: units.units.iter().map(unit).collect(),
            at: floats(units.placed.iter().flat_map(|placed| placed.at.to_array())),
            unit: Whole::of(
                &units
                    .placed
                    .iter()
                    .map(|placed| placed.unit as u32)
                    .collect::<Vec<_>>(),
            ),
            boxes: floats(units.others.iter().filter_map(box_row).flatten()),
            pipes: floats(units.others.iter().filter_map(pipe_row).flatten()),
            panels: floats(units.others.iter().filter_map(panel_row).flatten()),
            machines: named.collect(),
            labels,
            first_rack: layout.first_rack.clone(),
            slots: layout.slots.len(),
            bounds: corners(&layout.bounds()),
            halls: layout.halls.iter().map(corners).collect(),
        }
    }

    /// Characters that grow with the site.
    pub(super) fn chars(&self) -> usize {
        let units: usize = self.units.iter().map(|unit| unit.boxes.len()).sum();
        units + 2 * self.at.len() + self.boxes.len() + self.pipes.len() + self.panels.len()
    }
}

/// How it is drawn, its slot, its colour and its opacity.
fn surface(paint: Paint) -> (Kind, u32, [f32; 4]) {
    match paint {
        Paint::Flat([r, g, b]) | Paint::Body([r, g, b], _) => (Kind::Own, 0, [r, g, b, 1.0]),
        Paint::Glass([r, g, b], alpha) => (Kind::Own, 0, [r, g, b, alpha]),
        Paint::Slot(slot) | Paint::Rack(slot) | Paint::Gauge(slot) => (Kind::Slot, slot, [1.0; 4]),
        Paint::SlotGlass(slot, alpha) => (Kind::Slot, slot, [1.0, 1.0, 1.0, alpha]),
        Paint::Tiles(slot) => (Kind::Tiles, slot, [1.0; 4]),
        Paint::Flow(slot) => (Kind::Flow, slot, [1.0; 4]),
        Paint::Ground => (Kind::Ground, 0, [1.0; 4]),
        Paint::Shadow(rim) => (Kind::Shadow, 0, [0.0, 0.0, rim, 0.55]),
    }
}

/// A slot as a number of a row: that of the rack itself is −1.
fn slot_number(slot: u32) -> f32 {
    if slot == OWN { -1.0 } else { slot as f32 }
}

fn box_row(solid: &Solid) -> Option<[f32; BOX]> {
    let (kind, slot, [r, g, b, a]) = surface(solid.paint);
    let (min, max, kind) = match solid.shape {
        Shape::Box { min, max } => (min, max, kind),
        Shape::Rack { min, max, south } => {
            let kind = if south {
                Kind::RackSouth
            } else {
                Kind::RackNorth
            };
            (min, max, kind)
        }
        Shape::Pipe { .. } | Shape::Panel(_) => return None,
    };
    let slot = slot_number(slot);
    Some([
        min.x,
        min.y,
        min.z,
        max.x,
        max.y,
        max.z,
        f32::from(kind as u8),
        slot,
        r,
        g,
        b,
        a,
    ])
}

fn pipe_row(solid: &Solid) -> Option<[f32; BOX]> {
    let Shape::Pipe { from, to, radius } = solid.shape else {
        return None;
    };
    let (kind, slot, [r, g, b, _]) = surface(solid.paint);
    // The sign says whether the colour is its own.
    let slot = if matches!(kind, Kind::Own) {
        -2.0
    } else {
        slot_number(slot)
    };
    Some([
        from.x, from.y, from.z, to.x, to.y, to.z, radius, slot, r, g, b, 0.0,
    ])
}

fn panel_row(solid: &Solid) -> Option<[f32; 20]> {
    let Shape::Panel(corners) = solid.shape else {
        return None;
    };
    let (kind, slot, [r, g, b, a]) = surface(solid.paint);
    let mut row = [0.0; 20];
    for (at, corner) in row.chunks_mut(3).zip(corners) {
        at.copy_from_slice(&corner.to_array());
    }
    row[12..18].copy_from_slice(&[f32::from(kind as u8), slot_number(slot), r, g, b, a]);
    Some(row)
}
