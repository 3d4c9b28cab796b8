//! The colour of every slot at an instant.

use crate::snapshot::Plant;
use crate::view::hall::colour::{ColourBy, FLUID, Rgb, Scale, blend, fluids, linear};
use crate::view::hall::frame::{Between, Frame, HallSite, Site};
use crate::view::hall::jobs::{self, JobColours};
use crate::view::hall::layout::{Channel, Cloud, Layout, Machine};
use crate::view::hall::state::{self, RackState, UnitState};

/// The part of a unit's body that its load fills.
pub(in crate::view) const FILLED: Rgb = [0.70, 0.73, 0.76];
/// The part that is not filled.
pub(in crate::view) const EMPTY: Rgb = [0.250, 0.262, 0.275];
/// A rack that does not hold the job that was picked.
const FADED: Rgb = [0.13, 0.14, 0.15];

/// How racks and fluids are coloured.
#[derive(Debug, Clone, Copy)]
pub(in crate::view) struct Look<'a> {
    pub(in crate::view) by: ColourBy,
    /// Of the racks' values.
    pub(in crate::view) scale: Scale,
    pub(in crate::view) jobs: &'a JobColours,
    /// Racks that do not hold this job fade.
    pub(in crate::view) job: Option<u64>,
}

impl Look<'_> {
    /// The scale of air, water and coolant: that of the racks where they show the same quantity.
    pub(in crate::view) fn fluid_scale(&self) -> Scale {
        fluid_scale(self.by, self.scale)
    }
}

/// The scale of fluids beside racks with a scale of their own.
pub(in crate::view) fn fluid_scale(by: ColourBy, racks: Scale) -> Scale {
    if by == ColourBy::Inlet { racks } else { FLUID }
}

/// The ends of the scale by which racks are coloured: the same for the whole run and for all sides.
#[expect(
    clippy::needless_pass_by_value,
    reason = "an iterator, gone through several times"
)]
pub(in crate::view) fn scale<'a>(
    by: ColourBy,
    sites: impl Iterator<Item = &'a Site> + Clone,
) -> Scale {
    let most = |of: fn(&HallSite) -> f64| {
        let halls = sites.clone().flat_map(|site| &site.halls);
        halls.map(of).fold(0.0, f64::max) as f32
    };
    match by {
        ColourBy::Chip => Scale::around(40.0, most(|hall| hall.slowdown_c), 5.0),
        ColourBy::Inlet => FLUID,
        ColourBy::Power => Scale::around(0.0, most(|hall| hall.rack_w) / 1e3, 5.0),
        ColourBy::Utilisation => Scale::new(0.0, 100.0),
        ColourBy::Job => Scale::new(0.0, 1.0),
        ColourBy::Throttling => Scale::new(0.0, 30.0),
        ColourBy::Margin => Scale::new(0.0, 15.0),
    }
}

/// The least and the largest value of racks that have power, over all sides.
pub(in crate::view) fn used<'a>(
    by: ColourBy,
    sides: impl Iterator<Item = (&'a Site, &'a Frame)>,
) -> Option<(f32, f32)> {
    let mut ends: Option<(f32, f32)> = None;
    for (site, frame) in sides {
        for (hall, of) in site.halls.iter().enumerate() {
            for rack in 0..of.racks {
                let value = value(by, site, frame, hall, rack) as f32;
                if value.is_finite() && RackState::of(frame, hall, rack).has_power() {
                    let (low, high) = ends.unwrap_or((value, value));
                    ends = Some((low.min(value), high.max(value)));
                }
            }
        }
    }
    ends
}

/// Whether the scale follows what is used: throttling always does, because a few per cent matter.
pub(in crate::view) fn is_fitted(by: ColourBy, fit: bool) -> bool {
    by == ColourBy::Throttling || (fit && by != ColourBy::Job)
}

/// The scale that holds what is used, rounded outward and at least a unit wide; for throttling from nothing to a round value.
pub(in crate::view) fn fitted(by: ColourBy, used: Option<(f32, f32)>) -> Option<Scale> {
    let (low, high) = used.unwrap_or((0.0, 0.0));
    match by {
        ColourBy::Job => None,
        ColourBy::Throttling => Some(Scale::up_to(high)),
        _ => used.map(|_| Scale::around(low, high, 1.0)),
    }
}

/// The value by which a rack is coloured, in the unit of the legend.
pub(in crate::view) fn value(
    by: ColourBy,
    site: &Site,
    frame: &Frame,
    hall: usize,
    rack: usize,
) -> f64 {
    let Some(shown) = frame.snapshot.halls.get(hall) else {
        return f64::NAN;
    };
    let of = |values: &[f64]| values.get(rack).copied().unwrap_or(f64::NAN);
    let work = frame.work.get(hall).and_then(|work| work.get(rack));
    match by {
        ColourBy::Chip => of(&shown.racks.chip_c),
        ColourBy::Inlet => of(&shown.racks.coolant_c),
        ColourBy::Power => of(&shown.racks.power_w) / 1e3,
        ColourBy::Utilisation => work.map_or(f64::NAN, |work| 100.0 * work.utilisation),
        ColourBy::Throttling => work.map_or(f64::NAN, |work| 100.0 * work.slowed),
        ColourBy::Margin => site.halls.get(hall).map_or(f64::NAN, |limits| {
            let chip_k = limits.slowdown_c - of(&shown.racks.chip_c);
            chip_k.min(limits.limit_c - of(&shown.racks.coolant_c))
        }),
        ColourBy::Job => work.map_or(f64::NAN, |work| work.busy_gpus),
    }
}

/// The colour of a rack, sRGB, and what it shows besides.
pub(in crate::view) fn rack_look(
    look: &Look,
    site: &Site,
    between: &Between,
    (hall, rack): (usize, usize),
) -> (Rgb, RackState) {
    let state = RackState::of(&between.b, hall, rack);
    if let Some(job) = look.job
        && !jobs::has(&between.b, hall, rack, job)
    {
        return (FADED, RackState::Works);
    }
    let rgb = if look.by == ColourBy::Job {
        look.jobs.colour(look.jobs.holds(&between.b, hall, rack))
    } else {
        let value = between.mix(|frame| value(look.by, site, frame, hall, rack));
        if value.is_finite() {
            look.by.colour(look.scale.at(value))
        } else {
            jobs::UNKNOWN
        }
    };
    (rgb, state)
}

/// A circuit of facility water.
pub(in crate::view) fn plant(frame: &Frame, circuit: u32) -> Plant {
    match circuit {
        0 => frame.snapshot.plant,
        _ => frame
            .snapshot
            .circuits
            .get(circuit as usize - 1)
            .copied()
            .unwrap_or_default(),
    }
}

/// Load of a machine, 0 to 1; NaN where unknown.
pub(in crate::view) fn load(machine: Machine, frame: &Frame, site: &Site) -> f64 {
    let s = &frame.snapshot;
    let design_w = site.design_it_w;
    match machine {
        Machine::Crah(hall) | Machine::Cdu(hall) => {
            let at = &site.halls[hall as usize];
            s.halls[hall as usize].it_w / (at.rack_w * at.racks as f64)
        }
        Machine::Chiller(circuit) => plant(frame, circuit).chiller_load,
        Machine::Tower(circuit) | Machine::DryCooler(circuit) => plant(frame, circuit).fan_speed,
        // Their capacity is not known.
        Machine::Pump(_) => f64::NAN,
        Machine::Ups => s.power.it_w / design_w,
        Machine::Generator => {
            let sets = site.scenario.site.generator.as_ref();
            sets.map_or(f64::NAN, |sets| s.on_site.generator_w / sets.power_w())
        }
        Machine::Battery => {
            let battery = site.scenario.site.battery.as_ref();
            battery.map_or(f64::NAN, |b| s.on_site.battery_j / (b.energy_mwh * 3.6e9))
        }
        Machine::Grid => {
            let limit_w = s.on_site.limit_w;
            s.on_site.grid_w
                / if limit_w.is_finite() {
                    limit_w
                } else {
                    1.35 * design_w
                }
        }
        Machine::Solar => {
            let solar = site.scenario.site.solar.as_ref();
            solar.map_or(f64::NAN, |solar| s.on_site.solar_w / (solar.dc_mw * 1e6))
        }
    }
}

/// Load of the units that events leave of a machine: where the whole machine's load is known, they carry all of it.
fn load_of_left(machine: Machine, left: f64, frame: &Frame, site: &Site) -> f64 {
    let load = load(machine, frame, site);
    match machine {
        Machine::Crah(_) | Machine::Cdu(_) | Machine::Generator if left > 0.0 => load / left,
        _ => load,
    }
}

/// How dense a cloud is, 0 to 1.
fn density(cloud: Cloud, frame: &Frame, site: &Site) -> f64 {
    match cloud {
        // Warm wet air shows where it is cold: full at −5 °C, a breath at 30 °C; none over fans that stand still.
        Cloud::Plume(circuit) => {
            let cold = ((32.0 - frame.snapshot.outside.dry_bulb_c) / 37.0).clamp(0.12, 1.0);
            let plant = plant(frame, circuit);
            let works = if plant.heat_w.is_nan() || plant.heat_w > 0.0 {
                plant.fan_speed.max(0.25)
            } else {
                0.0
            };
            cold * works
        }
        Cloud::Vapour(hall) => load(Machine::Cdu(hall), frame, site).clamp(0.0, 1.0),
    }
}

/// How fast marks on a pipe move, m/s on the screen.
fn speed(channel: Channel, frame: &Frame, site: &Site) -> f64 {
    let share = match channel {
        Channel::Supply(hall) | Channel::Return(hall) => load(Machine::Cdu(hall), frame, site),
        Channel::Lines => load(Machine::Grid, frame, site),
        _ => frame.snapshot.power.it_w / site.design_it_w,
    };
    if share > 0.0 {
        0.4 + 2.0 * share.clamp(0.0, 1.5)
    } else {
        0.0
    }
}

/// What a unit's slot holds: the colour of what is filled, and in the fourth place its load, −1 where it is out, −2 where unknown.
fn unit_slot(state: UnitState) -> [f32; 4] {
    let [r, g, b, _] = linear(FILLED, 1.0);
    let load = match state {
        UnitState::Load(load) => load as f32,
        UnitState::Out => -1.0,
        UnitState::Unknown => -2.0,
    };
    [r, g, b, load]
}

/// The linear colour of every slot, and in the fourth place the sign of a rack (`RackState` as a number), what moves, or how full
/// a unit is.
pub(in crate::view) fn slots(
    layout: &Layout,
    site: &Site,
    between: &Between,
    look: &Look,
    clock_s: f32,
) -> Vec<[f32; 4]> {
    let scale = look.fluid_scale();
    let frame = &between.b;
    let available = frame.available(site);
    let fluid = |channel: Channel, of: &dyn Fn(&Frame) -> f64| {
        let [r, g, b, _] = linear(fluids(scale.at(between.mix(of))), 1.0);
        let moved = clock_s * speed(channel, frame, site) as f32;
        [r, g, b, moved.rem_euclid(2.4)]
    };
    let all = layout.slots.iter().map(|channel| match *channel {
        Channel::Rack { hall, rack } => {
            let at = (hall as usize, rack as usize);
            let (rgb, state) = rack_look(look, site, between, at);
            let [r, g, b, _] = linear(rgb, 1.0);
            [r, g, b, f32::from(state as u8)]
        }
        Channel::Supply(hall) => fluid(*channel, &|m| m.snapshot.halls[hall as usize].supply_c),
        Channel::Return(hall) => fluid(*channel, &|m| m.snapshot.halls[hall as usize].return_c),
        Channel::WaterSupply(circuit) => fluid(*channel, &|m| plant(m, circuit).supply_c),
        Channel::WaterReturn(circuit) => fluid(*channel, &|m| plant(m, circuit).return_c),
        Channel::Condenser(circuit) => fluid(*channel, &|m| {
            let plant = plant(m, circuit);
            // Without chillers the tower's water is as warm as what it supplies.
            if plant.condenser_c.is_finite() {
                plant.condenser_c
            } else {
                plant.supply_c
            }
        }),
        Channel::Machine { machine, unit, of } => {
            let left = state::left(machine, of, &available);
            let load = between.mix(|frame| load_of_left(machine, left, frame, site));
            unit_slot(state::unit(unit, of, left, f64::from(load)))
        }
        Channel::SourcePump { circuit, unit, of } => {
            let plant = available.circuits.get(circuit as usize);
            let left = plant.map_or(1.0, |plant| plant.pumps);
            unit_slot(state::unit(unit, of, left, f64::NAN))
        }
        Channel::Lines => {
            let live = blend(
                [0.10, 0.11, 0.12],
                FILLED,
                f32::from(u8::from(available.utility)),
            );
            let [r, g, b, _] = linear(live, 1.0);
            let moved = clock_s * speed(*channel, frame, site) as f32;
            [r, g, b, moved.rem_euclid(2.4)]
        }
        Channel::Cloud(cloud) => [1.0, 1.0, 1.0, density(cloud, frame, site) as f32],
    });
    all.collect()
}
