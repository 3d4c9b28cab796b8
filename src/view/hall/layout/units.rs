//! Racks and tanks as copies of a few units, for files that name a body once and place it many times.

use std::collections::HashMap;

use glam::Vec3;

use super::{Channel, Layout, Paint, Picked, Shape, Solid};

/// A rack or tank with what stands on and behind it, from its own corner on. The colour of the rack itself is slot
/// [`OWN`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unit {
    pub(crate) solids: Vec<Solid>,
    /// Size of the rack or tank, m.
    pub(crate) size: Vec3,
}

/// The slot of the rack that a unit stands for.
pub(crate) const OWN: u32 = u32::MAX;

/// A rack or tank in its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Placed {
    pub(crate) unit: usize,
    pub(crate) at: Vec3,
    pub(crate) hall: u32,
    pub(crate) rack: u32,
}

/// The bodies of a layout, parted into those of racks and all others.
#[derive(Debug, Clone, Default)]
pub(crate) struct Units {
    pub(crate) units: Vec<Unit>,
    /// By hall and rack.
    pub(crate) placed: Vec<Placed>,
    /// What belongs to no rack.
    pub(crate) others: Vec<Solid>,
}

/// What stands this near to a rack and follows it in the list belongs to it, m.
const NEAR_M: f32 = 0.3;
/// Places that differ by less are one, 1/m.
const GRAIN: f32 = 5_000.0;

impl Units {
    pub(crate) fn of(layout: &Layout) -> Self {
        let key = |at: Vec3| [at.x, at.y, at.z].map(f32::to_bits);
        let racks = layout.picks.iter().filter_map(|pick| match pick.what {
            Picked::Rack(hall, rack) => Some((key(pick.min), (hall, rack, pick.min, pick.max))),
            Picked::Machine(_) => None,
        });
        let racks: HashMap<_, _> = racks.collect();
        let mut all = Self::default();
        let mut known: HashMap<Vec<[i64; 8]>, usize> = HashMap::new();
        for group in &layout.groups {
            let mut open: Option<(Placed, Unit)> = None;
            for solid in &group.solids {
                if let Some(&(hall, rack, min, max)) =
                    lowest(solid).and_then(|low| racks.get(&key(low)))
                {
                    all.close(open.take(), &mut known);
                    let placed = Placed {
                        unit: 0,
                        at: min,
                        hall,
                        rack,
                    };
                    let unit = Unit {
                        solids: Vec::new(),
                        size: max - min,
                    };
                    open = Some((placed, unit));
                }
                match &mut open {
                    Some((placed, unit)) if belongs(solid, placed.at, unit.size) => {
                        let channel = Channel::Rack {
                            hall: placed.hall,
                            rack: placed.rack,
                        };
                        let own = layout.slot(channel);
                        unit.solids.push(from_corner(solid, placed.at, own));
                    }
                    _ => {
                        all.close(open.take(), &mut known);
                        all.others.push(*solid);
                    }
                }
            }
            all.close(open.take(), &mut known);
        }
        all.placed.sort_by_key(|placed| (placed.hall, placed.rack));
        all
    }

    fn close(&mut self, open: Option<(Placed, Unit)>, known: &mut HashMap<Vec<[i64; 8]>, usize>) {
        let Some((mut placed, unit)) = open else {
            return;
        };
        let next = self.units.len();
        placed.unit = *known.entry(signature(&unit)).or_insert(next);
        if placed.unit == next {
            self.units.push(unit);
        }
        self.placed.push(placed);
    }
}

fn lowest(solid: &Solid) -> Option<Vec3> {
    match solid.shape {
        Shape::Box { min, .. } | Shape::Rack { min, .. } => Some(min),
        Shape::Pipe { .. } | Shape::Panel(_) => None,
    }
}

fn belongs(solid: &Solid, at: Vec3, size: Vec3) -> bool {
    let (low, high) = (
        at - Vec3::splat(NEAR_M),
        at + size + Vec3::splat(2.0 * NEAR_M),
    );
    match solid.shape {
        Shape::Box { min, max } | Shape::Rack { min, max, .. } => {
            min.cmpge(low).all() && max.cmple(high).all()
        }
        Shape::Pipe { .. } | Shape::Panel(_) => false,
    }
}

fn from_corner(solid: &Solid, at: Vec3, own: Option<usize>) -> Solid {
    let shape = match solid.shape {
        Shape::Box { min, max } => Shape::Box {
            min: min - at,
            max: max - at,
        },
        Shape::Rack { min, max, south } => Shape::Rack {
            min: min - at,
            max: max - at,
            south,
        },
        other => other,
    };
    let paint = match solid.paint {
        Paint::Slot(slot) | Paint::Rack(slot) if own == Some(slot as usize) => Paint::Slot(OWN),
        Paint::SlotGlass(slot, alpha) if own == Some(slot as usize) => Paint::SlotGlass(OWN, alpha),
        other => other,
    };
    Solid { shape, paint }
}

/// What makes two units one.
fn signature(unit: &Unit) -> Vec<[i64; 8]> {
    let grain = |x: f32| (x * GRAIN).round() as i64;
    let all = unit.solids.iter().map(|solid| {
        let (min, max, kind) = match solid.shape {
            Shape::Box { min, max } => (min, max, 0),
            Shape::Rack { min, max, south } => (min, max, 1 + i64::from(south)),
            Shape::Pipe { .. } | Shape::Panel(_) => (Vec3::ZERO, Vec3::ZERO, 3),
        };
        let byte = |c: f32| (c * 255.0).round() as i64;
        let rgb = |[r, g, b]: [f32; 3]| byte(r) << 16 | byte(g) << 8 | byte(b);
        let paint = match solid.paint {
            Paint::Flat(colour) => rgb(colour),
            Paint::Glass(colour, alpha) => 1 << 40 | byte(alpha) << 24 | rgb(colour),
            Paint::Slot(slot) => 2 << 40 | i64::from(slot),
            Paint::Rack(slot) => 8 << 40 | i64::from(slot),
            Paint::Gauge(slot) => 9 << 40 | i64::from(slot),
            Paint::Body(colour, slot) => (10 << 40 | i64::from(slot)) ^ rgb(colour) << 20,
            Paint::SlotGlass(slot, alpha) => (3 << 40 | i64::from(slot)) ^ byte(alpha) << 48,
            Paint::Tiles(slot) => 4 << 40 | i64::from(slot),
            Paint::Flow(slot) => 5 << 40 | i64::from(slot),
            Paint::Ground => 6 << 40,
            Paint::Shadow(_) => 7 << 40,
        };
        let [a, b] = [min, max].map(|at| [grain(at.x), grain(at.y), grain(at.z)]);
        [a[0], a[1], a[2], b[0], b[1], b[2], kind, paint]
    });
    all.collect()
}
