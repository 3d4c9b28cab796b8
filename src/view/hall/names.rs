//! Names of racks and machines, and the figures below a name in the scene.

use crate::physics::Coolant;
use crate::view::hall::explanation;
use crate::view::hall::format::{celsius, number, percent, power};
use crate::view::hall::frame::{Frame, Site, condenser_c, cop};
use crate::view::hall::layout::{Machine, Picked, Tag};
use crate::view::hall::paint;

/// Name of an item.
pub(in crate::view) fn name(site: &Site, what: Picked) -> String {
    let hall = |hall: u32| site.scenario.hall[hall as usize].name.as_str();
    let of = |circuit: u32| match site.circuits.len() {
        1 => String::new(),
        _ => format!(" ({})", site.circuits[circuit as usize]),
    };
    match what {
        Picked::Rack(index, rack) => explanation::rack_name(site, index as usize, rack as usize),
        Picked::Machine(machine) => match machine {
            Machine::Crah(index) => format!("air handlers of {}", hall(index)),
            Machine::Cdu(index) => format!("coolant units of {}", hall(index)),
            Machine::Chiller(circuit) => format!("chillers{}", of(circuit)),
            Machine::Tower(circuit) => format!("cooling towers{}", of(circuit)),
            Machine::DryCooler(circuit) => format!("dry coolers{}", of(circuit)),
            Machine::Pump(circuit) => format!("water pumps{}", of(circuit)),
            Machine::Ups => "UPS and distribution".into(),
            Machine::Generator => "generators".into(),
            Machine::Battery => "site battery".into(),
            Machine::Grid => "grid connection".into(),
            Machine::Solar => "solar panels".into(),
        },
    }
}

/// Inlet and outlet, °C.
fn way(from_c: f64, to_c: f64) -> String {
    match (from_c.is_finite(), to_c.is_finite()) {
        (true, true) => format!("{} ➡ {} °C", number(from_c, 1), number(to_c, 1)),
        (true, false) => celsius(from_c),
        _ => String::new(),
    }
}

/// The figures below a name; nothing where nothing is known.
pub(in crate::view) fn figures(tag: Tag, site: &Site, frame: &Frame) -> String {
    let s = &frame.snapshot;
    let known = |text: String, w: f64| if w.is_finite() { text } else { String::new() };
    match tag {
        Tag::Hall(index) => {
            let hall = &s.halls[index as usize];
            let what = match site.scenario.hall[index as usize].cooling.coolant() {
                Coolant::Air => "air",
                _ => "coolant",
            };
            let way = way(hall.supply_c, hall.return_c);
            format!("{} · {what} {way}", power(hall.it_w))
        }
        Tag::Plant(circuit) => {
            let plant = paint::plant(frame, circuit);
            let heat = if plant.heat_w >= 50.0 {
                format!("{} of heat out", power(plant.heat_w))
            } else {
                "no heat out".into()
            };
            let cop = cop(&plant);
            let cop = if cop.is_finite() {
                format!(" · COP {}", number(cop, 1))
            } else {
                String::new()
            };
            known(format!("{heat}{cop}"), plant.heat_w)
        }
        Tag::Water(circuit) => {
            let plant = paint::plant(frame, circuit);
            way(plant.supply_c, plant.return_c)
        }
        Tag::Condenser(circuit) => way(condenser_c(&paint::plant(frame, circuit)), f64::NAN),
        Tag::Coolant(index) => {
            let hall = &s.halls[index as usize];
            way(hall.supply_c, hall.return_c)
        }
        Tag::Cold(index) => way(s.halls[index as usize].supply_c, f64::NAN),
        Tag::Hot(index) => way(s.halls[index as usize].return_c, f64::NAN),
        Tag::Machine(machine) => match machine {
            Machine::Ups => {
                let lost = power(s.power.electrical_losses_w);
                format!("{} · {lost} lost", power(s.power.it_w))
            }
            Machine::Grid if s.on_site.limit_w.is_finite() => {
                let limit = power(s.on_site.limit_w);
                format!("{} of {limit}", power(s.on_site.grid_w))
            }
            Machine::Grid => power(s.on_site.grid_w),
            Machine::Generator => power(s.on_site.generator_w),
            Machine::Solar => power(s.on_site.solar_w),
            Machine::Battery => {
                let full = percent(paint::load(machine, frame, site));
                format!("{} · {full} full", power(s.on_site.battery_w))
            }
            _ => String::new(),
        },
    }
}
