//! Headings of columns, with their unit.
//!
//! ```text
//! facility_kw           facility, kW              twh_p90          TWh P90
//! energy_mwh.facility   energy_mwh.facility, MWh  facility_mw_7    facility 7, MW
//! ```
//!
//! Figures keep their names, by which `summary.json` and the documentation know them; of other columns the ending says the unit.

use std::collections::HashMap;

use crate::describe::unit;
use crate::forecast::figures::FIGURES;
use crate::metrics::Summary;
use crate::metrics::figures::Unit;

/// Short forms that are written in capitals.
const CAPITALS: [(&str, &str); 16] = [
    ("ai", "AI"),
    ("cdu", "CDU"),
    ("cop", "COP"),
    ("gpu", "GPU"),
    ("gpus", "GPUs"),
    ("h100e", "H100e"),
    ("id", "ID"),
    ("it", "IT"),
    ("kpi", "KPI"),
    ("p10", "P10"),
    ("p50", "P50"),
    ("p90", "P90"),
    ("psu", "PSU"),
    ("pue", "PUE"),
    ("ups", "UPS"),
    ("utc", "UTC"),
];

/// Last words of names that are what is counted, or a certain time: no units.
const COUNTED: [&str; 5] = ["gpus", "tokens", "hour", "day", "month"];

/// Writes headings.
pub(super) struct Headings {
    /// Units of the figures of a run.
    figures: HashMap<String, Unit>,
}

impl Headings {
    pub(super) fn new() -> Self {
        let figures = Summary::default().table().into_iter();
        Self {
            figures: figures
                .map(|(figure, _)| (figure.name(), figure.spec.unit))
                .collect(),
        }
    }

    /// The unit of a figure of a run or of a forecast.
    pub(super) fn unit_of_figure(&self, name: &str) -> Option<&'static str> {
        let of_run = self.figures.get(name).map(|unit| unit.name());
        of_run.or_else(|| {
            let mut all = FIGURES.iter();
            all.find(|figure| figure.key == name).map(|it| it.unit)
        })
    }

    /// Of the column `name`.
    pub(super) fn of(&self, name: &str) -> String {
        if let Some(unit) = self.figures.get(name) {
            return joined(name, unit.name());
        }
        // An axis of a study is a key of the scenario.
        if name.contains('.') {
            let last = name.rsplit('.').next().unwrap_or_default();
            return match unit::of(last) {
                Some(unit) if unit != unit::NONE => joined(name, unit),
                _ => name.to_owned(),
            };
        }
        let (stem, end) = series(name);
        let (bare, unit) = if let Some(figure) = FIGURES.iter().find(|figure| figure.key == stem) {
            (without(stem, figure.unit), figure.unit)
        } else {
            match unit::bare(stem) {
                // `hour`, `tokens`, `busy_gpus`: the name of what is counted.
                Some((bare, unit)) if !bare.is_empty() && !counted(stem) => (bare.to_owned(), unit),
                _ => (stem.to_owned(), ""),
            }
        };
        let end = end.map(|end| format!("_{end}")).unwrap_or_default();
        joined(&words(&format!("{bare}{end}")), unit)
    }
}

fn counted(name: &str) -> bool {
    name.rsplit('_')
        .next()
        .is_some_and(|word| COUNTED.contains(&word))
}

fn joined(name: &str, unit: &str) -> String {
    match (name, unit) {
        (name, "") => name.to_owned(),
        ("", unit) => unit.to_owned(),
        (name, unit) => format!("{name}, {unit}"),
    }
}

/// The band or the number at the end of a name.
fn series(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once('_') {
        Some((stem, end))
            if ["p10", "p50", "p90"].contains(&end)
                || (!end.is_empty() && end.bytes().all(|byte| byte.is_ascii_digit())) =>
        {
            (stem, Some(end))
        }
        _ => (name, None),
    }
}

/// The key of a forecast's figure without the word that is its unit.
fn without(key: &str, unit: &str) -> String {
    let unit = unit.to_lowercase();
    let words = key.split('_').filter(|word| *word != unit);
    words.collect::<Vec<_>>().join("_")
}

/// `heat_rejection_fans` is "heat rejection fans".
fn words(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let mut all = CAPITALS.iter();
        all.find(|(short, _)| *short == word)
            .map_or(word, |(_, capitals)| capitals)
    });
    words.collect::<Vec<_>>().join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_stand_behind_names() {
        let headings = Headings::new();
        for (name, heading) in [
            ("time", "time"),
            ("facility_kw", "facility, kW"),
            ("heat_rejection_fans_kw", "heat rejection fans, kW"),
            ("it_kw", "IT, kW"),
            ("dry_bulb_c", "dry bulb, °C"),
            ("pue", "PUE"),
            ("price_usd_mwh", "price, USD/MWh"),
            ("carbon_g_kwh", "carbon, g/kWh"),
            ("ramp_up_mw_min", "ramp up, MW/min"),
            ("swing_mw_per_s", "swing, MW/s"),
            ("backlog_gpu_hours", "backlog, GPU-h"),
            ("water_makeup_l", "water makeup, L"),
            ("hour", "hour"),
            ("gpus", "GPUs"),
            ("busy_gpus", "busy GPUs"),
            ("tokens", "tokens"),
            ("wait_s", "wait, s"),
            ("id", "ID"),
            ("hall 北_max_chip_c", "hall 北 max chip, °C"),
            ("energy_mwh.facility", "energy_mwh.facility, MWh"),
            ("ratios.pue", "ratios.pue"),
            (
                "hall.0.cooling.air.supply_c",
                "hall.0.cooling.air.supply_c, °C",
            ),
            ("hall.0.racks", "hall.0.racks"),
            ("ratio_in_the_hottest_hour", "ratio in the hottest hour"),
            ("twh", "TWh"),
            ("twh_p10", "P10, TWh"),
            ("it_twh_p90", "IT P90, TWh"),
            ("gw_peak_jja_p50", "peak jja P50, GW"),
            ("facility_mw_7", "facility 7, MW"),
            ("load_factor_p50", "load factor P50"),
            ("", ""),
        ] {
            assert_eq!(headings.of(name), heading, "{name}");
        }
        assert_eq!(headings.unit_of_figure("energy_mwh.facility"), Some("MWh"));
        assert_eq!(headings.unit_of_figure("gw_peak"), Some("GW"));
        assert_eq!(headings.unit_of_figure("supply_c"), None);
    }
}
