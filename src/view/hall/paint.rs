//! The colour of every slot at an instant.

use crate::snapshot::Plant;
use crate::view::hall::colour::{ColourBy, FLUID, Rgb, Scale, linear, plasma, viridis};
use crate::view::hall::frame::{Between, Frame, Site};
use crate::view::hall::jobs::JobColours;
use crate::view::hall::layout::{Channel, Cloud, Layout, Machine};

/// The ends of the scale by which racks are coloured: the same for the whole run and for all sides.
pub(in crate::view) fn scale<'a>(
    by: ColourBy,
    sites: impl Iterator<Item = &'a Site> + Clone,
) -> Scale {
    let most = |of: fn(&crate::view::hall::frame::HallSite) -> f64| {
        let halls = sites.clone().flat_map(|site| &site.halls);
        halls.map(of).fold(0.0, f64::max) as f32
    };
    match by {
        ColourBy::Chip => Scale::around(40.0, most(|hall| hall.slowdown_c), 5.0),
        ColourBy::Inlet => Scale::around(15.0, most(|hall| hall.limit_c) + 3.0, 5.0),
        ColourBy::Power => Scale::around(0.0, most(|hall| hall.rack_w) / 1e3, 5.0),
        ColourBy::Utilisation => Scale::new(0.0, 100.0),
        ColourBy::Job => Scale::new(0.0, 1.0),
        ColourBy::Throttling => Scale::new(0.0, 30.0),
    }
}

/// The value by which a rack is coloured, in the unit of the legend.
pub(in crate::view) fn value(by: ColourBy, frame: &Frame, hall: usize, rack: usize) -> f64 {
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
        ColourBy::Job => work.map_or(f64::NAN, |work| work.busy_gpus),
    }
}

/// The colour of a rack, sRGB.
pub(in crate::view) fn rack_colour(
    by: ColourBy,
    scale: Scale,
    between: &Between,
    jobs: &JobColours,
    (hall, rack): (usize, usize),
) -> Rgb {
    if by == ColourBy::Job {
        return jobs.colour(jobs.holds(&between.b, hall, rack));
    }
    by.colour(scale.at(between.mix(|frame| value(by, frame, hall, rack))))
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

/// How dense a cloud is, 0 to 1.
fn density(cloud: Cloud, frame: &Frame, site: &Site) -> f64 {
    match cloud {
        // Warm wet air shows where it is cold: full at −5 °C, a breath at 30 °C.
        Cloud::Plume(circuit) => {
            let cold = ((32.0 - frame.snapshot.outside.dry_bulb_c) / 37.0).clamp(0.12, 1.0);
            let works = plant(frame, circuit).fan_speed.max(0.25);
            cold * works
        }
        Cloud::Vapour(hall) => load(Machine::Cdu(hall), frame, site).clamp(0.1, 1.0),
    }
}

/// How fast marks on a pipe move, m/s on the screen.
fn speed(channel: Channel, frame: &Frame, site: &Site) -> f64 {
    let share = match channel {
        Channel::Supply(hall) | Channel::Return(hall) => load(Machine::Cdu(hall), frame, site),
        Channel::Machine(machine) => load(machine, frame, site),
        _ => frame.snapshot.power.it_w / site.design_it_w,
    };
    if share.is_finite() {
        0.4 + 2.0 * share.clamp(0.0, 1.5)
    } else {
        0.0
    }
}

/// Linear colours of all slots, and in the fourth place what moves.
pub(in crate::view) fn slots(
    layout: &Layout,
    site: &Site,
    between: &Between,
    (by, scale): (ColourBy, Scale),
    jobs: &JobColours,
    clock_s: f32,
) -> Vec<[f32; 4]> {
    let fluid = |of: &dyn Fn(&Frame) -> f64| plasma(FLUID.at(between.mix(of)));
    let work = |machine: Machine| {
        let load = between.mix(|frame| load(machine, frame, site));
        if load.is_finite() {
            viridis(load)
        } else {
            [0.3; 3]
        }
    };
    let all = layout.slots.iter().map(|channel| {
        let (rgb, extra) = match *channel {
            Channel::Rack { hall, rack } => {
                let at = (hall as usize, rack as usize);
                (rack_colour(by, scale, between, jobs, at), 0.0)
            }
            Channel::Supply(hall) => (fluid(&|m| m.snapshot.halls[hall as usize].supply_c), 1.0),
            Channel::Return(hall) => (fluid(&|m| m.snapshot.halls[hall as usize].return_c), 1.0),
            Channel::WaterSupply(circuit) => (fluid(&|m| plant(m, circuit).supply_c), 1.0),
            Channel::WaterReturn(circuit) => (fluid(&|m| plant(m, circuit).return_c), 1.0),
            Channel::Condenser(circuit) => (
                fluid(&|m| {
                    let plant = plant(m, circuit);
                    // Without chillers the tower's water is as warm as what it supplies.
                    if plant.condenser_c.is_finite() {
                        plant.condenser_c
                    } else {
                        plant.supply_c
                    }
                }),
                1.0,
            ),
            Channel::Machine(machine) => (work(machine), 1.0),
            Channel::Cloud(cloud) => {
                return [1.0, 1.0, 1.0, density(cloud, &between.b, site) as f32];
            }
        };
        let mut colour = linear(rgb, 1.0);
        let moved = clock_s * speed(*channel, &between.b, site) as f32;
        colour[3] = if extra > 0.0 {
            moved.rem_euclid(2.4)
        } else {
            0.0
        };
        colour
    });
    all.collect()
}
