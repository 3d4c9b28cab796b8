//! What it costs: power, money and water now, and of a year; in a failure, the work that is not done.

use crate::units::{HOUR_S, WATER_KG_M3};
use crate::view::hall::format::{count, number, percent, power, usd};
use crate::view::hall::frame::{Frame, Site, pue};
use crate::view::hall::lost::{Lost, anything_out};
use crate::view::hall::overview::Overview;

/// The third sentence.
pub(super) fn cost(site: &Site, frame: &Frame, overview: &Overview) -> String {
    let lost = Lost::of(site, frame);
    let failed = anything_out(&frame.events) || frame.failure.is_some() || lost.is_felt();
    let mut parts = Vec::new();
    if lost.is_felt() || lost.refused > 5e-3 {
        parts.extend(undone(site, frame, &lost));
    }
    parts.push(now(frame, failed));
    let mut cost = format!("Cost: {}", parts.join("; "));
    if let Some(year) = &overview.year {
        let figures = year.figures();
        if !figures.is_empty() {
            cost += &format!(
                ". {}: {}",
                super::capital(year.heading()),
                figures.join(", ")
            );
        }
    }
    cost
}

/// What is drawn at this instant. In a failure it is no measure of how well the site does.
fn now(frame: &Frame, failed: bool) -> String {
    let s = &frame.snapshot;
    let it_w = s.power.it_w;
    let mut parts = vec![format!("{} now", power(s.power.facility_w))];
    let pue = pue(&s.power);
    if failed {
        parts.push(format!("IT {}", power(it_w)));
        parts.push(format!("cooling {}", power(s.power.cooling_w())));
    } else {
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

/// Work that is not done, so far, and what an hour of it costs.
fn undone(site: &Site, frame: &Frame, lost: &Lost) -> Vec<String> {
    let gpus = lost.gpus();
    let mut parts = Vec::new();
    let off = lost.out();
    if off >= 0.5 {
        parts.push(format!(
            "{} of {} GPUs ({}) are off",
            count(off),
            count(site.gpus),
            percent(off / site.gpus)
        ));
    }
    if lost.hot >= 1.0 {
        let worth = if lost.slowed.is_finite() {
            format!(", as if {} stood still", count(lost.slowed))
        } else {
            String::new()
        };
        parts.push(format!("{} run slower from heat{worth}", count(lost.hot)));
    }
    if lost.capped >= 0.5 {
        parts.push(format!(
            "the power limit takes the work of {}",
            count(lost.capped)
        ));
    }
    if lost.refused > 5e-3 {
        parts.push(format!("{} of tokens are refused", percent(lost.refused)));
    }
    let mut all = vec![parts.join(", ")];
    if gpus >= 0.5 {
        let share = if off < gpus - 0.5 {
            format!(
                "work of {} GPUs ({}) lost",
                count(gpus),
                percent(gpus / site.gpus)
            )
        } else {
            String::new()
        };
        let hour = site.gpu_hour.map(|hour| {
            format!(
                "{}/h of lost work at {} a GPU-hour ({})",
                usd(gpus * hour.usd),
                usd(hour.usd),
                hour.basis()
            )
        });
        let so_far = frame.failure.filter(|_| !site.replayed).map(|failure| {
            format!(
                "{} GPU-hours lost since {}",
                count(failure.lost_gpu_s / HOUR_S),
                site.clock(failure.since_s, frame.time_s())
            )
        });
        let rest = [Some(share).filter(|text| !text.is_empty()), so_far, hour];
        let rest: Vec<String> = rest.into_iter().flatten().collect();
        if !rest.is_empty() {
            all.push(rest.join(", "));
        }
    }
    all
}
