//! What is broken: machines that are out and since when, and what the site runs on without the grid.

use crate::electrical::ups_battery;
use crate::view::hall::events::cause;
use crate::view::hall::format::{duration, power};
use crate::view::hall::frame::{Frame, Site};
use crate::view::hall::lost::Lost;

/// What is out, or was and still costs work; none where nothing is.
pub(super) fn broken(site: &Site, frame: &Frame) -> Option<String> {
    let mut parts: Vec<String> = frame
        .events
        .iter()
        .map(|event| cause(site, frame, event))
        .collect();
    parts.extend(runs_on(frame));
    if parts.is_empty() {
        let failure = frame.failure?;
        if Lost::of(site, frame).out() < 0.5 {
            return None;
        }
        let since = site.clock(failure.since_s, frame.time_s());
        parts.push(format!(
            "racks are still off after the failure of {since} ({} ago)",
            duration(frame.time_s() - failure.since_s)
        ));
    }
    Some(parts.join("; "))
}

/// What carries the site while the grid is out, and for how long.
pub(super) fn runs_on(frame: &Frame) -> Option<String> {
    let from = &frame.snapshot.on_site;
    if from.dark {
        return Some("nothing delivers power".into());
    }
    if !from.utility_out {
        return None;
    }
    let mut sources = Vec::new();
    for (name, w, stored_j, efficiency) in [
        (
            "UPS batteries",
            from.ups_battery_w,
            from.ups_battery_j,
            ups_battery::ONE_WAY,
        ),
        ("the site battery", from.battery_w, from.battery_j, 1.0),
    ] {
        if w > 0.0 {
            let left = if stored_j.is_finite() {
                let left_s = stored_j * efficiency / w;
                format!(", empty in {} at this load", duration(left_s))
            } else {
                String::new()
            };
            sources.push(format!("{name} ({}{left})", power(w)));
        }
    }
    for (name, w) in [("generators", from.generator_w), ("the sun", from.solar_w)] {
        if w > 0.0 {
            sources.push(format!("{name} ({})", power(w)));
        }
    }
    if sources.is_empty() {
        let draws = frame.snapshot.power.facility_w >= 1e3;
        return (!draws).then(|| "nothing on the site draws power".into());
    }
    Some(format!("the site runs on {}", sources.join(" and ")))
}
