//! Alarms and remarks, a line each.

use super::broken::runs_on;
use super::left::left;
use crate::view::hall::events::{cause, title};
use crate::view::hall::format::{celsius, count, estimated, number, percent};
use crate::view::hall::frame::{Frame, Site};
use crate::view::hall::overview::Overview;

/// Alarms: what is out comes first, with the time that is left.
pub(in crate::view) fn alarms(site: &Site, frame: &Frame, overview: &Overview) -> Vec<String> {
    let s = &frame.snapshot;
    let mut all: Vec<String> = frame
        .events
        .iter()
        .map(|event| format!("{}: {}", title(event), cause(site, frame, event)))
        .collect();
    all.extend(left(site, frame, overview));
    if s.on_site.utility_out && frame.events.is_empty() {
        all.push("grid outage".into());
    }
    all.extend(runs_on(frame));
    for ((hall, config), limits) in s.halls.iter().zip(&site.scenario.hall).zip(&site.halls) {
        let name = &config.name;
        if hall.racks_above_limit > 0 {
            all.push(format!(
                "{name}: {} racks above {} °C at their inlets (warmest {})",
                estimated(count(f64::from(hall.racks_above_limit)), site.replayed),
                number(limits.limit_c, 0),
                celsius(hall.max_inlet_c)
            ));
        }
        if hall.throttled_gpus >= 1.0 {
            let chips = count(hall.throttled_gpus);
            all.push(format!("{name}: {chips} chips run slower, they are hot"));
        }
        if hall.gpus_off > 0.0 {
            let chips = count(hall.gpus_off);
            all.push(format!("{name}: {chips} chips switched off"));
        }
        if hall.above_water_class {
            all.push(format!("{name}: facility water is warmer than its class"));
        }
        if hall.dew_point_outside {
            all.push(format!("{name}: dew point out of its limits"));
        }
    }
    if s.on_site.cap < 0.999 && !s.on_site.dark {
        all.push(format!(
            "chips held to {} by the limit",
            percent(s.on_site.cap)
        ));
    }
    if s.on_site.overload {
        all.push("the electrical chain carries more than its firm rating".into());
    }
    all
}

/// What a viewer should know of what is shown.
pub(in crate::view) fn remarks(site: &Site) -> Vec<String> {
    let mut all = Vec::new();
    if site.replayed {
        all.push(
            "recorded: racks over time are shares of their hall, figures with ≈ were not measured \
             and those with – not kept"
                .to_owned(),
        );
    }
    let halls = site.scenario.hall.iter();
    let by_air: Vec<&str> = halls
        .filter(|hall| hall.cooling.coolant() == crate::physics::Coolant::Air)
        .map(|hall| hall.name.as_str())
        .collect();
    if !by_air.is_empty() {
        all.push(format!(
            "{}: a map of loads, not of air: all racks of a hall draw back the same share of hot air, wherever they stand",
            by_air.join(", ")
        ));
    }
    all
}
