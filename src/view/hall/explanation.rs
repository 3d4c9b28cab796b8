//! Explanation of heat and its cost in three sentences from the figures of an instant.

use std::fmt::Write as _;

use crate::physics::Coolant;
use crate::units::WATER_KG_M3;
use crate::view::hall::format::{celsius, count, percent, power, usd};
use crate::view::hall::frame::{Frame, Site};

/// Three sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::view) struct Explanation {
    pub(in crate::view) hot: String,
    pub(in crate::view) why: String,
    pub(in crate::view) cost: String,
    /// Something is out of its range.
    pub(in crate::view) alarm: bool,
}

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

pub(in crate::view) fn explain(site: &Site, frame: &Frame) -> Explanation {
    let s = &frame.snapshot;
    let throttled: f64 = s.halls.iter().map(|hall| hall.throttled_gpus).sum();
    let above: u32 = s.halls.iter().map(|hall| hall.racks_above_limit).sum();
    let Some((index, rack)) = hottest(frame) else {
        return Explanation {
            hot: "Nothing runs yet.".into(),
            why: String::new(),
            cost: String::new(),
            alarm: false,
        };
    };
    let hall = &s.halls[index];
    let (config, limits) = (&site.scenario.hall[index], &site.halls[index]);
    let chip_c = hall.racks.chip_c[rack];
    let inlet_c = hall.racks.coolant_c[rack];
    let mut hot = format!(
        "Hottest: {} rack {}, chip {} of {:.0} °C at {}",
        config.name,
        rack + 1,
        celsius(chip_c),
        limits.slowdown_c,
        power(hall.racks.power_w[rack]),
    );
    if throttled >= 1.0 {
        let _ = write!(
            hot,
            " – {} chips run slower because of heat",
            count(throttled)
        );
    } else if above > 0 {
        let _ = write!(
            hot,
            " – {above} racks are above {:.0} °C at their inlets",
            limits.limit_c
        );
    }
    let met = match config.cooling.coolant() {
        Coolant::Air => {
            let back_k = inlet_c - hall.supply_c;
            let back = if back_k >= 0.05 {
                format!(", {back_k:+.1} K of its own heat drawn back")
            } else {
                String::new()
            };
            format!(
                "air reaches it at {} ({} supplied{back})",
                celsius(inlet_c),
                celsius(hall.supply_c)
            )
        }
        _ => format!(
            "{}: coolant meets it at {} ({} supplied)",
            config.cooling.words(),
            celsius(inlet_c),
            celsius(hall.supply_c)
        ),
    };
    let chips = format!("its chip lies {:.0} K above", chip_c - inlet_c);
    let mut why = format!(
        "Why: {met}; {chips}. Outdoors {}",
        celsius(s.outside.dry_bulb_c)
    );
    let _ = write!(
        why,
        " (wet bulb {:.1}), facility water {}",
        s.outside.wet_bulb_c,
        celsius(s.plant.supply_c)
    );
    if let Some(plant) = &site.scenario.heat_rejection {
        let over_k = s.plant.supply_c - plant.setpoint_c();
        if over_k > 0.3 {
            let _ = write!(why, ", {over_k:.1} K above what the plant aims at");
        }
    }
    let it_w = s.power.it_w.max(1.0);
    let mut cost = format!(
        "Cost: {} now, PUE {:.3}, cooling {} ({} of IT)",
        power(s.power.facility_w),
        s.power.facility_w / it_w,
        power(s.power.cooling_w()),
        percent(s.power.cooling_w() / it_w),
    );
    let usd_h = s.on_site.import_w() * s.price_usd_j * 3600.0;
    if usd_h.is_finite() {
        let _ = write!(cost, ", {}/h", usd(usd_h));
    }
    let water_m3_h = s.water.makeup_kg_s * 3600.0 / WATER_KG_M3;
    if water_m3_h > 0.005 {
        let _ = write!(cost, ", {water_m3_h:.1} m³ water/h");
    }
    Explanation {
        hot,
        why,
        cost,
        alarm: throttled >= 1.0 || above > 0 || s.on_site.dark,
    }
}

/// Alarms, one line each.
pub(in crate::view) fn alarms(site: &Site, frame: &Frame) -> Vec<String> {
    let s = &frame.snapshot;
    let mut all = Vec::new();
    for ((hall, config), limits) in s.halls.iter().zip(&site.scenario.hall).zip(&site.halls) {
        let name = &config.name;
        if hall.racks_above_limit > 0 {
            all.push(format!(
                "{name}: {} racks above {:.0} °C at their inlets (warmest {})",
                hall.racks_above_limit,
                limits.limit_c,
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
        if hall.dew_point_outside {
            all.push(format!("{name}: dew point out of its limits"));
        }
    }
    if s.on_site.utility_out {
        all.push("grid outage".into());
    }
    if s.on_site.dark {
        all.push("no power at all".into());
    }
    if s.on_site.cap < 0.999 {
        all.push(format!(
            "chips held to {} by the limit",
            percent(s.on_site.cap)
        ));
    }
    for event in &frame.events {
        all.push(format!("event: {}", event.name));
    }
    all
}
