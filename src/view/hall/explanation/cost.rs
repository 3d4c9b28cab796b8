//! What it costs: power, money and water now, and of a year; in a failure, the work that is not done.

use std::fmt::Write as _;

use crate::units::{HOUR_S, WATER_KG_M3};
use crate::view::hall::format::{count, number, percent, power, usd};
use crate::view::hall::frame::{Frame, Site, pue};
use crate::view::hall::lost::{Lost, anything_out};
use crate::view::hall::overview::Overview;

/// Refused tokens below this share are not spoken of.
const REFUSED: f64 = 5e-3;

/// The third sentence. The year of a run stands beside an instant that is like the others, not beside a failure.
pub(super) fn cost(site: &Site, frame: &Frame, overview: &Overview) -> String {
    let lost = Lost::of(site, frame);
    let failed = anything_out(&frame.events) || frame.failure.is_some() || lost.is_felt();
    let mut parts = undone(site, frame, &lost);
    parts.push(now(frame, failed));
    let mut cost = format!("Cost: {}", parts.join("; "));
    if let Some(year) = overview.year.as_ref().filter(|_| !failed) {
        let figures = year.figures();
        if !figures.is_empty() {
            let heading = super::capital(year.heading());
            let _ = write!(cost, ". {heading}: {}", figures.join(", "));
        }
    }
    cost
}

/// What is drawn at this instant. In a failure it is no measure of how well the site does.
fn now(frame: &Frame, failed: bool) -> String {
    let s = &frame.snapshot;
    let it_w = s.power.it_w;
    let mut parts = vec![format!("{} now", power(s.power.facility_w))];
    if failed {
        parts.push(format!("IT {}", power(it_w)));
    } else {
        let pue = pue(&s.power);
        parts.push(format!("PUE {}", number(pue, 3)));
        let of_it = if pue.is_finite() {
            format!(" ({} of IT)", percent(s.power.cooling_w() / it_w))
        } else {
            String::new()
        };
        parts.push(format!("cooling {}{of_it}", power(s.power.cooling_w())));
    }
    let usd_h = s.on_site.import_w() * s.price_usd_j * HOUR_S;
    if usd_h.is_finite() && s.on_site.import_w() >= 500.0 {
        parts.push(format!("energy {}/h", usd(usd_h)));
    }
    let water_m3_h = s.water.makeup_kg_s * HOUR_S / WATER_KG_M3;
    if water_m3_h > 0.05 {
        parts.push(format!("{} m³ water/h", number(water_m3_h, 1)));
    }
    parts.join(", ")
}

/// Work that is not done, so far, and what an hour of it costs; empty where all is done.
fn undone(site: &Site, frame: &Frame, lost: &Lost) -> Vec<String> {
    let mut parts = Vec::new();
    let off = lost.out();
    if off >= 0.5 {
        let share = percent(off / site.gpus);
        let (off, all) = (count(off), count(site.gpus));
        parts.push(format!("{off} of {all} GPUs ({share}) are off"));
    }
    if lost.hot >= 1.0 {
        let worth = if lost.slowed.is_finite() {
            format!(" by the work of {}", count(lost.slowed))
        } else {
            String::new()
        };
        parts.push(format!(
            "{} GPUs are slowed by heat{worth}",
            count(lost.hot)
        ));
    }
    if lost.capped >= 0.5 {
        let capped = count(lost.capped);
        parts.push(format!("a power limit takes the work of {capped} GPUs"));
    }
    let gpus = lost.gpus();
    if gpus - off >= 0.5 {
        let share = percent(gpus / site.gpus);
        parts.push(format!("in all {} GPUs' work ({share})", count(gpus)));
    }
    if lost.refused > REFUSED {
        parts.push(format!("{} of tokens refused", percent(lost.refused)));
    }
    let mut all = vec![parts.join(", ")];
    let so_far = frame.failure.filter(|_| !site.replayed).map(|failure| {
        let hours = count(failure.lost_gpu_s / HOUR_S);
        let since = site.clock(failure.since_s, frame.time_s());
        format!("{hours} GPU-hours lost since {since}")
    });
    let hour = site.gpu_hour.filter(|_| gpus >= 0.5).map(|hour| {
        let (all, each) = (usd(gpus * hour.usd), usd(hour.usd));
        let basis = hour.basis();
        format!("{all}/h of lost work at {each} a GPU-hour ({basis})")
    });
    let so_far = so_far.filter(|_| gpus >= 0.5 || lost.hot >= 1.0);
    let money: Vec<String> = so_far.into_iter().chain(hour).collect();
    all.push(money.join(", "));
    all.retain(|text| !text.is_empty());
    all
}
