//! Money, energy, water and carbon of a year, from the figures of a whole run.

use crate::metrics::Summary;
use crate::units::{DAY_S, HOUR_S};
use crate::view::hall::format::{count, usd};

/// Hours of a year to which shorter runs are scaled.
const YEAR_H: f64 = 8760.0;

/// The figures of a whole run, and how long it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::view) struct Year {
    pub(in crate::view) summary: Summary,
    pub(in crate::view) seconds: f64,
}

impl Year {
    /// Whether the run is a year; one of 366 days is.
    pub(in crate::view) fn is_whole(&self) -> bool {
        let days = self.seconds / DAY_S;
        (365.0 - 1e-6..=366.0 + 1e-6).contains(&days)
    }

    fn scaled(&self, of_run: Option<f64>) -> Option<f64> {
        let times = if self.is_whole() {
            1.0
        } else {
            YEAR_H * HOUR_S / self.seconds
        };
        of_run.map(|value| value * times)
    }

    /// All that has a price, USD.
    pub(in crate::view) fn usd(&self) -> Option<f64> {
        self.scaled(self.summary.cost_usd.total)
    }

    /// What is in it.
    pub(in crate::view) fn includes(&self) -> String {
        let cost = &self.summary.cost_usd;
        let parts = [
            ("energy", cost.energy),
            ("demand charge", cost.demand),
            ("water", cost.water),
            ("fuel", cost.fuel),
        ];
        let known = parts.into_iter().filter(|(_, usd)| usd.is_some());
        known.map(|(name, _)| name).collect::<Vec<_>>().join(", ")
    }

    /// All uses, MWh.
    pub(in crate::view) fn energy_mwh(&self) -> Option<f64> {
        self.scaled(self.summary.energy_mwh.facility)
    }

    /// Make-up water, m³.
    pub(in crate::view) fn water_m3(&self) -> Option<f64> {
        self.scaled(self.summary.water_m3.makeup)
    }

    /// Of the grid and of fuel burnt on the site, t CO₂e.
    pub(in crate::view) fn carbon_t(&self) -> Option<f64> {
        let carbon = &self.summary.carbon_t;
        let grid_t = carbon.operational?;
        self.scaled(Some(grid_t + carbon.generators.unwrap_or(0.0)))
    }

    /// `$14.2 M (energy, demand charge, water)`, `171,934 MWh`, …: what is known.
    pub(in crate::view) fn figures(&self) -> Vec<String> {
        let money = self
            .usd()
            .map(|value| format!("{} ({})", usd(value), self.includes()));
        let of = |value: Option<f64>, unit: &str| Some(format!("{} {unit}", count(value?)));
        let water_m3 = self.water_m3().filter(|m3| *m3 >= 0.5);
        [
            money,
            of(self.energy_mwh(), "MWh"),
            of(water_m3, "m³ of water"),
            of(self.carbon_t(), "t CO₂e"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// What the year is.
    pub(in crate::view) fn heading(&self) -> &'static str {
        if self.is_whole() {
            "a year"
        } else {
            "a year at this run's mean"
        }
    }

    /// How `other` differs from this a year: `saves $2.40 M, 33,000 MWh; costs 900 t CO₂e more`. Differences are those of the
    /// figures as they are printed.
    pub(in crate::view) fn compared(&self, other: &Self) -> Option<String> {
        let money = |value: f64| usd(value);
        let of = |unit: &'static str| move |value: f64| format!("{} {unit}", count(value));
        let (mut saves, mut takes) = (Vec::new(), Vec::new());
        let mut put = |a: Option<f64>, b: Option<f64>, unit: f64, text: &dyn Fn(f64) -> String| {
            let (Some(a), Some(b)) = (a, b) else { return };
            let rounded = |value: f64| (value / unit).round() * unit;
            let by = rounded(b) - rounded(a);
            if by <= -0.5 * unit {
                saves.push(text(-by));
            } else if by >= 0.5 * unit {
                takes.push(text(by));
            }
        };
        // Millions are printed to their hundredth.
        let unit = match (self.usd(), other.usd()) {
            (Some(a), Some(b)) if a.abs().max(b.abs()) >= 0.9995e6 => 1e4,
            _ => 1.0,
        };
        put(self.usd(), other.usd(), unit, &money);
        put(self.energy_mwh(), other.energy_mwh(), 1.0, &of("MWh"));
        put(self.water_m3(), other.water_m3(), 1.0, &of("m³"));
        put(self.carbon_t(), other.carbon_t(), 1.0, &of("t CO₂e"));
        let saves = (!saves.is_empty()).then(|| format!("saves {}", saves.join(", ")));
        let takes = (!takes.is_empty()).then(|| format!("takes {} more", takes.join(", ")));
        let both: Vec<String> = [saves, takes].into_iter().flatten().collect();
        (!both.is_empty()).then(|| both.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(usd: f64, mwh: f64, m3: f64, t: f64, days: f64) -> Year {
        let mut summary = Summary::default();
        summary.cost_usd.energy = Some(usd);
        summary.cost_usd.total = Some(usd);
        summary.energy_mwh.facility = Some(mwh);
        summary.water_m3.makeup = Some(m3);
        summary.carbon_t.operational = Some(t);
        Year {
            summary,
            seconds: days * DAY_S,
        }
    }

    /// Ten days at 1,000 MWh are 36,500 MWh in 8,760 h; a year of 366 days is a year.
    #[test]
    fn shorter_runs_are_scaled_and_say_so() {
        let short = year(70e3, 1000.0, 0.0, 300.0, 10.0);
        assert_eq!(
            short.figures(),
            ["$2.56 M (energy)", "36,500 MWh", "10,950 t CO₂e"]
        );
        assert_eq!(short.heading(), "a year at this run's mean");
        assert_eq!(year(1.0, 1000.0, 0.0, 1.0, 366.0).figures()[1], "1,000 MWh");
    }

    #[test]
    fn one_year_beside_another() {
        let (air, tanks) = (
            year(14.236e6, 171_934.0, 341_275.0, 53_815.0, 365.0),
            year(11.841e6, 139_000.4, 401_000.0, 44_000.0, 365.0),
        );
        assert_eq!(
            air.compared(&tanks).unwrap(),
            "saves $2.40 M, 32,934 MWh, 9,815 t CO₂e; takes 59,725 m³ more"
        );
        assert_eq!(air.compared(&air), None);
    }
}
