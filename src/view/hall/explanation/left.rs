//! How much time is left while an event holds: to the limit at the inlets, to throttling, to shutdown, of the hall that is there
//! first.

use super::hot::beyond;
use crate::view::hall::format::duration;
use crate::view::hall::frame::{Frame, Site};
use crate::view::hall::outlook::{Outlook, Reached, STAGES};
use crate::view::hall::overview::Overview;

/// `limit in 3 min 20 s · throttling in 5 min 10 s · shutdown not within this event`; none where no event holds, or where nothing is
/// known of those that do.
pub(super) fn left(site: &Site, frame: &Frame, overview: &Overview) -> Option<String> {
    let now_s = frame.time_s();
    let began_s = now_s - frame.snapshot.dt_s;
    if frame.events.is_empty() {
        return None;
    }
    let held: Vec<&Outlook> = overview
        .outlooks
        .iter()
        .filter(|outlook| outlook.start_s <= began_s + 1e-6 && began_s < outlook.end_s)
        .collect();
    if held.is_empty() {
        return (!overview.complete).then(|| "looking ahead …".into());
    }
    let end_s = held.iter().map(|it| it.end_s).fold(0.0, f64::max);
    let seen = overview.complete || overview.looked_s >= end_s.min(site.total_s) - 1e-6;
    let firsts: [Option<Reached>; 3] = std::array::from_fn(|stage| {
        let reached = held.iter().filter_map(|outlook| outlook.reached[stage]);
        let within = reached.filter(|reached| reached.at_s <= end_s + 1e-6);
        within.min_by(|a, b| a.at_s.total_cmp(&b.at_s))
    });
    if firsts.iter().all(Option::is_none) {
        let short = held.iter().any(|outlook| outlook.may_miss_short);
        return Some(match (seen, short) {
            (false, _) => "looking ahead …".into(),
            (true, false) => "no limit is reached within this event".into(),
            (true, true) => "no limit is reached, or sooner than the steps of the run tell".into(),
        });
    }
    let parts = STAGES.iter().zip(firsts).map(|(stage, first)| match first {
        Some(first) => stage_left(site, (stage, first), now_s),
        // The table of events leaves out what came sooner than its steps tell.
        None if *stage == STAGES[0] && beyond(frame).1 > 0 => format!("{stage} passed"),
        None if seen => format!("{stage} not within this event"),
        None => format!("{stage}: looking ahead …"),
    });
    Some(parts.collect::<Vec<_>>().join(" · "))
}

/// One stage, before it and after.
fn stage_left(site: &Site, (stage, first): (&str, Reached), now_s: f64) -> String {
    let hall = first
        .hall
        .filter(|_| site.scenario.hall.len() > 1)
        .and_then(|hall| site.scenario.hall.get(hall))
        .map_or(String::new(), |hall| format!(" in {}", hall.name));
    if let Some(within_s) = first.within_s {
        return if first.at_s <= now_s {
            format!("{stage} passed{hall} at once")
        } else {
            format!("{stage} within {}{hall}", duration(within_s))
        };
    }
    let to_s = first.at_s - now_s;
    if to_s > 0.0 {
        // Named before the time: "limit in north in 3 min" reads badly.
        let of = hall.replacen(" in ", " of ", 1);
        format!("{stage}{of} in {}", duration(to_s))
    } else {
        let ago = if to_s > -0.5 {
            "just now".into()
        } else {
            format!("{} ago", duration(-to_s))
        };
        format!("{stage} passed{hall} {ago}")
    }
}
