//! What a forecast prints: years, the last one in full, what binds, what decides, and what it equals.

use crate::forecast::draws::run::{BAND, Outcome};
use crate::forecast::figures::{FIGURES, Figure};
use crate::forecast::leaving::equivalents::{self, HOUSEHOLD_KWH};
use crate::forecast::loaded::Forecast;
use crate::output::{TextTable, grouped};

/// Figures of the table of years, as columns: P10, P50 and P90 of the first, P50 of the others.
const BY_YEAR: [&str; 5] = ["twh", "gw_peak", "contract_gw", "pue", "share_of_region"];

/// So many inputs are shown.
const SHOWN: usize = 6;

/// A limit that bound in less than this share of the draws is not spoken of.
const SELDOM: f64 = 0.05;

impl Forecast {
    /// The tables of the terminal.
    pub fn tables(&self, outcome: &Outcome, width: usize, colour: bool) -> String {
        let mut parts = vec![
            self.years_table(outcome).render(width, colour),
            self.last_year(outcome).render(width, colour),
        ];
        let at = |key: &str| {
            FIGURES
                .iter()
                .position(|figure| figure.key == key)
                .unwrap_or(0)
        };
        let (peak, contract) = (at("gw_peak"), at("contract_gw"));
        let beyond = outcome.bands.iter().zip(self.years()).filter(|(bands, _)| {
            bands[peak].quantile(0.5)
                > bands[contract]
                    .quantile(0.5)
                    .map(|contract| 1.001 * contract)
        });
        let beyond: Vec<String> = beyond.map(|(_, year)| year.to_string()).collect();
        if !beyond.is_empty() {
            parts.push(format!(
                "The peak is above the contract in {}: see contract_margin\n",
                beyond.join(", ")
            ));
        }
        if let Some(table) = self.binding(outcome) {
            parts.push(table.render(width, colour));
        }
        if let Some(table) = self.deciding(outcome) {
            parts.push(table.render(width, colour));
        }
        parts.push(self.equal(outcome).render(width, colour));
        parts.join("\n").trim_end().to_owned()
    }

    fn years_table(&self, outcome: &Outcome) -> TextTable {
        let found = |key: &str| FIGURES.iter().position(|figure| figure.key == key);
        let shown: Vec<(usize, &Figure)> = BY_YEAR
            .iter()
            .filter_map(|key| found(key).map(|at| (at, &FIGURES[at])))
            .filter(|(at, _)| outcome.bands.iter().any(|year| year[*at].count() > 0))
            .collect();
        let several = outcome.draws > 1;
        let mut columns = Vec::new();
        for (index, (_, figure)) in shown.iter().enumerate() {
            let name = match figure.key {
                "twh" => "TWh",
                "gw_peak" => "peak GW",
                "contract_gw" => "contract GW",
                "pue" => "PUE",
                _ => "% of region",
            };
            if index == 0 && several {
                columns.extend(["TWh P10", "P50", "P90"]);
            } else {
                columns.push(name);
            }
        }
        let mut table = TextTable::new(columns);
        for (year, bands) in self.years().zip(&outcome.bands) {
            let mut cells = Vec::new();
            for (index, (at, figure)) in shown.iter().enumerate() {
                let shares: &[f64] = if index == 0 && several {
                    &BAND
                } else {
                    &BAND[1..2]
                };
                for share in shares {
                    cells.push(written(bands[*at].quantile(*share), figure));
                }
            }
            table.row(year.to_string(), "", cells);
        }
        table
    }

    fn last_year(&self, outcome: &Outcome) -> TextTable {
        let (columns, shares) = bands(outcome);
        let mut table = TextTable::new(columns.iter().copied());
        table.heading(format!(
            "{} in {}",
            self.file.scope.region, self.file.years.last
        ));
        let Some(bands) = outcome.bands.last() else {
            return table;
        };
        for (figure, sketch) in FIGURES.iter().zip(bands) {
            if sketch.count() == 0 {
                continue;
            }
            let cells = shares
                .iter()
                .map(|share| written(sketch.quantile(*share), figure));
            table.row(figure.label, figure.unit, cells);
        }
        table
    }

    /// How often each limit bound, by year.
    fn binding(&self, outcome: &Outcome) -> Option<TextTable> {
        let limits = self.limits();
        let ever = |limit: &usize| outcome.binding.iter().any(|year| year[*limit] >= SELDOM);
        let shown: Vec<usize> = (0..limits.len()).filter(ever).collect();
        if shown.is_empty() {
            return None;
        }
        let mut table = TextTable::new(shown.iter().map(|limit| limits[*limit]));
        table.heading("What binds, % of the draws");
        for (year, shares) in self.years().zip(&outcome.binding) {
            let cells = shown.iter().map(|limit| grouped(100.0 * shares[*limit], 0));
            table.row(year.to_string(), "", cells);
        }
        Some(table)
    }

    /// Which inputs decide the last year's energy.
    fn deciding(&self, outcome: &Outcome) -> Option<TextTable> {
        let of = outcome.sensitivity.first()?;
        let mut columns = vec!["TWh low", "high"];
        if of.shares.is_some() {
            columns.extend(["alone %", "in all %"]);
        }
        let mut table = TextTable::new(columns);
        if !self.file.correlation.is_empty() {
            table.heading("(each input drawn by itself: correlations are left out here)");
        }
        table.heading(format!(
            "What decides the energy of {}: TWh with each input at its ends, share of the variance",
            self.file.years.last
        ));
        let figure = &FIGURES[0];
        for row in of.tornado.rows.iter().take(SHOWN) {
            let value = |at: usize| row.values.get(at).copied().flatten();
            let mut cells = vec![written(value(1), figure), written(value(2), figure)];
            if let Some(shares) = &of.shares {
                let found = shares.rows.iter().find(|other| other.axis == row.axis);
                for at in [0, 3] {
                    let share = found.and_then(|row| row.values.get(at).copied().flatten());
                    cells.push(share.map_or_else(String::new, |share| grouped(100.0 * share, 0)));
                }
            }
            table.row(row.axis.clone(), "", cells);
        }
        Some(table)
    }

    /// What the last year's energy equals.
    fn equal(&self, outcome: &Outcome) -> TextTable {
        let (columns, shares) = bands(outcome);
        let mut table = TextTable::new(columns.iter().copied());
        table.heading(format!(
            "What the energy of {} equals",
            self.file.years.last
        ));
        let household = self.file.grid.household_kwh.unwrap_or(HOUSEHOLD_KWH);
        let sketch = outcome.bands.last().map(|bands| &bands[0]);
        for of in equivalents::all(household) {
            let cells = shares.iter().map(|share| {
                let twh = sketch.and_then(|sketch| sketch.quantile(*share));
                twh.map_or_else(String::new, |twh| decimals(twh * of.per_twh, of.decimals))
            });
            table.row(of.what, of.unit, cells);
        }
        table
    }
}

/// The columns of a table of bands, and the percentiles in them: one draw has no band.
fn bands(outcome: &Outcome) -> (&'static [&'static str], &'static [f64]) {
    if outcome.draws > 1 {
        (&["P10", "P50", "P90"], &BAND)
    } else {
        (&[""], &BAND[1..2])
    }
}

fn written(value: Option<f64>, figure: &Figure) -> String {
    value.map_or_else(String::new, |value| decimals(value, figure.decimals))
}

/// Three digits at least.
fn decimals(value: f64, at_least: usize) -> String {
    if value.is_infinite() {
        return "no end".into();
    }
    let magnitude = value.abs();
    let needed = if magnitude == 0.0 || magnitude >= 100.0 {
        0
    } else {
        (2 - magnitude.log10().floor() as i32).max(0) as usize
    };
    grouped(
        value,
        at_least
            .max(needed.min(4))
            .min(if magnitude >= 1000.0 { 0 } else { 6 }),
    )
}
