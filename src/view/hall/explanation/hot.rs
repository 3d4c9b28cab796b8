//! What is hot: the hottest rack, and how many are beyond their limits.

use std::fmt::Write as _;

use crate::view::hall::format::{celsius, count, estimated, number, power};
use crate::view::hall::frame::{Frame, Site};
use crate::view::hall::lost::Lost;

/// The hottest rack: hall and number from 0.
pub(in crate::view) fn hottest(frame: &Frame) -> Option<(usize, usize)> {
    let mut found: Option<(usize, usize, f64)> = None;
    for (index, hall) in frame.snapshot.halls.iter().enumerate() {
        for (rack, &chip_c) in hall.racks.chip_c.iter().enumerate() {
            if chip_c.is_finite() && found.is_none_or(|(_, _, most)| chip_c > most) {
                found = Some((index, rack, chip_c));
            }
        }
    }
    found.map(|(hall, rack, _)| (hall, rack))
}

/// Chips below their clock and racks above their limits.
pub(super) fn beyond(frame: &Frame) -> (f64, u32) {
    let halls = &frame.snapshot.halls;
    let throttled = halls.iter().map(|hall| hall.throttled_gpus).sum();
    (
        throttled,
        halls.iter().map(|hall| hall.racks_above_limit).sum(),
    )
}

/// Whether heat takes anything beyond its limits.
pub(super) fn is_hot(frame: &Frame) -> bool {
    let (throttled, above) = beyond(frame);
    throttled >= 1.0 || above > 0
}

/// The first sentence.
pub(super) fn hot(site: &Site, frame: &Frame, (hall, rack): (usize, usize)) -> String {
    let s = &frame.snapshot;
    let warmest_c = s.halls[hall].racks.chip_c[rack];
    if s.on_site.dark {
        return format!(
            "No power: {} GPUs are off; the warmest of them is at {}",
            count(site.gpus),
            celsius(warmest_c)
        );
    }
    if Lost::of(site, frame).out() > 0.999 * site.gpus {
        return format!(
            "All {} GPUs are off: their racks switched off from heat; the warmest of them is at {}",
            count(site.gpus),
            celsius(warmest_c)
        );
    }
    let (racks, limits) = (&s.halls[hall].racks, &site.halls[hall]);
    let mut hot = format!(
        "Hottest: {}, chip {} of {} °C at {}",
        rack_name(site, hall, rack),
        estimated(celsius(racks.chip_c[rack]), site.replayed),
        number(limits.slowdown_c, 0),
        estimated(power(racks.power_w[rack]), site.replayed),
    );
    let (throttled, above) = beyond(frame);
    if throttled >= 1.0 {
        let chips = count(throttled);
        let _ = write!(hot, " – {chips} chips run slower because of heat");
    } else if above > 0 {
        let _ = write!(
            hot,
            " – {} racks are above {} °C at their inlets",
            estimated(count(f64::from(above)), site.replayed),
            number(limits.limit_c, 0)
        );
    }
    hot
}

/// `north rack 12`, `tank 1 of tanks`.
pub(in crate::view) fn rack_name(site: &Site, hall: usize, rack: usize) -> String {
    let config = &site.scenario.hall[hall];
    if config.cooling.shape().holder.is_tank() {
        format!("tank {} of {}", rack + 1, config.name)
    } else {
        format!("{} rack {}", config.name, rack + 1)
    }
}
