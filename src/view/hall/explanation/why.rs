//! Why the hottest rack is hot: what failed, what reaches it, and the water of its own hall against the setpoint in force.

use std::fmt::Write as _;

use crate::physics::Coolant;
use crate::view::hall::events::taken;
use crate::view::hall::format::{celsius, estimated, number};
use crate::view::hall::frame::{Frame, Site};
use crate::view::hall::layout::{circuit_of, circuits, room_circuit_of};
use crate::view::hall::paint;

/// Water this far above its setpoint is worth a word, K.
const OVER_K: f64 = 0.3;

/// The second sentence.
pub(super) fn why(site: &Site, frame: &Frame, (hall, rack): (usize, usize)) -> String {
    let s = &frame.snapshot;
    let mut why = String::from("Why: ");
    for event in &frame.events {
        let since = site.clock(event.start_s, frame.time_s());
        let _ = write!(why, "{} since {since}; ", taken(site, event));
    }
    let shown = &s.halls[hall];
    let (chip_c, inlet_c) = (shown.racks.chip_c[rack], shown.racks.coolant_c[rack]);
    why += &met(site, frame, (hall, inlet_c));
    let rise_k = chip_c - inlet_c;
    let side = if rise_k < 0.0 { "below" } else { "above" };
    let rise = estimated(number(rise_k.abs(), 0), site.replayed);
    let _ = write!(
        why,
        ", its chip is {rise} K {side}. Outdoors {} (wet bulb {})",
        celsius(s.outside.dry_bulb_c),
        number(s.outside.wet_bulb_c, 1),
    );
    let room = room_circuit_of(&site.scenario, hall);
    for circuit in std::iter::once(circuit_of(&site.scenario, hall)).chain(room) {
        let _ = write!(why, ", {}", water(site, frame, circuit));
    }
    why
}

/// What reaches the rack.
fn met(site: &Site, frame: &Frame, (hall, inlet_c): (usize, f64)) -> String {
    let config = &site.scenario.hall[hall];
    let supply_c = frame.snapshot.halls[hall].supply_c;
    let set = frame
        .coolant_set_c(hall)
        .map_or(String::new(), |set_c| format!(", set {}", number(set_c, 1)));
    let meets = estimated(celsius(inlet_c), site.replayed);
    let supplied = format!("{} supplied{set}", celsius(supply_c));
    match config.cooling.coolant() {
        Coolant::Air => {
            let back_k = inlet_c - supply_c;
            let back = if back_k >= 0.05 {
                format!(", +{} K drawn back", number(back_k, 1))
            } else {
                String::new()
            };
            format!("air reaches it at {meets} ({supplied}{back})")
        }
        _ => format!(
            "{}: coolant meets it at {meets} ({supplied})",
            config.cooling.words()
        ),
    }
}

/// Facility water of a circuit, against its setpoint in force.
fn water(site: &Site, frame: &Frame, circuit: usize) -> String {
    let plant = paint::plant(frame, circuit as u32);
    let name = water_name(site, circuit);
    let mut water = format!("{name} {}", celsius(plant.supply_c));
    let over_k = plant.supply_c - plant.setpoint_c;
    if over_k > OVER_K {
        let _ = write!(
            water,
            ", {} K above its setpoint of {}",
            number(over_k, 1),
            celsius(plant.setpoint_c)
        );
    } else if plant.setpoint_c.is_finite() {
        let _ = write!(water, ", set {}", number(plant.setpoint_c, 1));
    }
    water
}

/// The water of a circuit: by its name where there are several.
pub(super) fn water_name(site: &Site, circuit: usize) -> String {
    let all = circuits(&site.scenario);
    match all.get(circuit) {
        Some((name, _)) if all.len() > 1 => {
            if name.ends_with("water") {
                name.clone()
            } else {
                format!("{name} water")
            }
        }
        _ => "facility water".into(),
    }
}
