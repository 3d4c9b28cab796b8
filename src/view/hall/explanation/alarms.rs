//! Alarms and remarks, a line each.

use super::broken::runs_on;
use super::left::left;
use crate::cooling::Cooling;
use crate::view::hall::events::{cause, title};
use crate::view::hall::format::{celsius, count, estimated, number, percent};
use crate::view::hall::frame::{Frame, Site};
use crate::view::hall::overview::Overview;

/// Coolants that differ by less are the same, K.
const SAME_K: f64 = 0.05;

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
pub(in crate::view) fn remarks(site: &Site, frame: Option<&Frame>) -> Vec<String> {
    let mut all = Vec::new();
    if site.replayed {
        all.push(
            "recorded: racks over time are shares of their hall; figures with ≈ were not measured, \
             those with – are not kept, nor are GPUs that switched off"
                .to_owned(),
        );
    }
    let halls = frame.map_or(&[][..], |frame| &frame.snapshot.halls);
    for (hall, config) in halls.iter().zip(&site.scenario.hall) {
        let known = hall.racks.coolant_c.iter().filter(|c| c.is_finite());
        let (low_c, high_c) = known.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), c| {
            (low.min(*c), high.max(*c))
        });
        let name = &config.name;
        if high_c - low_c < SAME_K && hall.racks.coolant_c.len() > 1 {
            all.push(format!(
                "{name}: all racks are supplied alike, so a map of its chips is a map of loads"
            ));
        } else if matches!(config.cooling, Cooling::Air(_)) {
            all.push(format!(
                "{name}: hot air drawn back follows one pattern along every row, no flow of air is \
                 computed; within it a map of chips is a map of loads"
            ));
        }
    }
    all
}
