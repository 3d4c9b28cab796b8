//! What the rows say together: by method and by horizon, as tables and as a file.

use super::{OURS, Row, Score};
use crate::output::TextTable;

/// Rows of one method together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Number of forecasts.
    pub cases: usize,
    /// Share whose P10 to P90 holds what was metered; NaN of points.
    pub held: f64,
    /// Mean CRPS, in the unit of the series.
    pub crps: f64,
    /// Mean absolute error of the median, %.
    pub mape: f64,
    /// Mean error of the median, %.
    pub bias: f64,
    /// Skill of the metered forecast against it, over the cases of both; NaN of none.
    pub skill_against: f64,
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) = values.fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value));
    sum / count
}

impl Score {
    /// Methods in the order of their first row.
    pub fn methods(&self) -> Vec<&str> {
        let mut methods: Vec<&str> = Vec::new();
        for row in &self.rows {
            if !methods.contains(&row.method.as_str()) {
                methods.push(&row.method);
            }
        }
        methods
    }

    /// A method's forecasts so many years ahead, or of all horizons; None where it made none.
    pub fn summary(&self, method: &str, horizon: Option<i32>) -> Option<Summary> {
        let wanted = |row: &&Row| horizon.is_none_or(|years| row.horizon() == years);
        let rows: Vec<&Row> = self.rows.iter().filter(wanted).collect();
        let of = |method: &str| -> Vec<&Row> {
            rows.iter()
                .copied()
                .filter(|row| row.method == method)
                .collect()
        };
        let (theirs, ours) = (of(method), of(OURS));
        if theirs.is_empty() {
            return None;
        }
        let pairs = theirs.iter().filter_map(|row| {
            let same = |one: &&&Row| (one.cutoff, one.year) == (row.cutoff, row.year);
            ours.iter().find(same).map(|one| (one.crps, row.crps))
        });
        let (of_ours, of_theirs) =
            pairs.fold((0.0, 0.0), |(a, b), (ours, theirs)| (a + ours, b + theirs));
        let held = theirs.iter().filter_map(|row| row.holds());
        Some(Summary {
            cases: theirs.len(),
            held: mean(held.map(|held| if held { 1.0 } else { 0.0 })),
            crps: mean(theirs.iter().map(|row| row.crps)),
            mape: mean(theirs.iter().map(|row| row.error_percent().abs())),
            bias: mean(theirs.iter().map(|row| row.error_percent())),
            skill_against: 1.0 - of_ours / of_theirs,
        })
    }

    /// For the terminal: by method, by horizon, and each cut-off's forecast of the year after it.
    pub fn tables(&self) -> Vec<TextTable> {
        vec![self.by_method(), self.by_horizon(), self.next_years()]
    }

    fn by_method(&self) -> TextTable {
        let crps = format!("CRPS, {}", self.unit);
        let mut table = TextTable::new([
            "forecasts",
            "in P10–P90",
            &crps,
            "MAPE, %",
            "bias, %",
            "our skill",
        ]);
        for method in self.methods() {
            let Some(all) = self.summary(method, None) else {
                continue;
            };
            let skill = if method == OURS {
                String::new()
            } else {
                decimals(all.skill_against, 2)
            };
            let cells = [
                all.cases.to_string(),
                percent(all.held),
                decimals(all.crps, 3),
                decimals(all.mape, 1),
                signed(all.bias),
                skill,
            ];
            table.row(method, "", cells);
        }
        table
    }

    fn by_horizon(&self) -> TextTable {
        let crps = format!("CRPS, {}", self.unit);
        let mut table = TextTable::new([
            "forecasts",
            "in P10–P90",
            &crps,
            "MAPE, %",
            "bias, %",
            "skill, last growth",
            "skill, linear",
        ]);
        let longest = self.rows.iter().map(Row::horizon).max().unwrap_or(0);
        for years in 1..=longest {
            let Some(ours) = self.summary(OURS, Some(years)) else {
                continue;
            };
            let skill = |method: super::Naive| {
                let against = self.summary(method.name(), Some(years));
                decimals(against.map_or(f64::NAN, |against| against.skill_against), 2)
            };
            let cells = [
                ours.cases.to_string(),
                percent(ours.held),
                decimals(ours.crps, 3),
                decimals(ours.mape, 1),
                signed(ours.bias),
                skill(super::Naive::LastGrowthWithScatter),
                skill(super::Naive::Linear),
            ];
            let ahead = if years == 1 {
                "1 year ahead".into()
            } else {
                format!("{years} years ahead")
            };
            table.row(ahead, "", cells);
        }
        table
    }

    fn next_years(&self) -> TextTable {
        let mut table = TextTable::new([
            "P10",
            "P50",
            "P90",
            "metered",
            "error, %",
            "last growth",
            "linear",
        ]);
        let next = |method: &str, cutoff: i32| {
            let wanted =
                |row: &&Row| row.method == method && row.cutoff == cutoff && row.horizon() == 1;
            self.rows.iter().find(wanted)
        };
        for row in self
            .rows
            .iter()
            .filter(|row| row.method == OURS && row.horizon() == 1)
        {
            let error = |method: super::Naive| {
                let row = next(method.name(), row.cutoff);
                row.map_or_else(String::new, |row| signed(row.error_percent()))
            };
            let cells = [
                decimals(row.bands[0], 2),
                decimals(row.bands[1], 2),
                decimals(row.bands[2], 2),
                decimals(row.metered, 2),
                signed(row.error_percent()),
                error(super::Naive::LastGrowth),
                error(super::Naive::Linear),
            ];
            table.row(format!("{} from {}", row.year, row.cutoff), "", cells);
        }
        table
    }

    /// `score.csv`: every row, in the unit of the series.
    pub fn csv(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
        rows.extend(self.rows.iter().map(|row| {
            let held = row.holds().map_or(String::new(), |held| held.to_string());
            let mut cells = vec![
                self.name.clone(),
                row.method.clone(),
                row.cutoff.to_string(),
                row.year.to_string(),
                row.horizon().to_string(),
                row.metered.to_string(),
            ];
            cells.extend(row.bands.map(|value| decimals(value, 6)));
            cells.push(held);
            cells.extend([row.crps, row.crps_as_issued].map(|value| decimals(value, 6)));
            cells.extend(row.pinball.map(|value| decimals(value, 6)));
            cells.extend([row.pit, row.error_percent()].map(|value| decimals(value, 4)));
            cells
        }));
        for row in rows {
            // Memory does not fail.
            let _ = writer.write_record(row);
        }
        writer.into_inner().unwrap_or_default()
    }
}

const HEAD: [&str; 17] = [
    "series",
    "method",
    "cutoff",
    "year",
    "horizon_years",
    "metered",
    "p10",
    "p50",
    "p90",
    "in_p10_p90",
    "crps",
    "crps_as_issued",
    "pinball_p10",
    "pinball_p50",
    "pinball_p90",
    "pit",
    "error_percent",
];

/// Empty where there is no figure.
fn decimals(value: f64, places: usize) -> String {
    if value.is_finite() {
        format!("{value:.places$}")
    } else {
        String::new()
    }
}

fn signed(value: f64) -> String {
    format!("{value:+.1}")
}

fn percent(share: f64) -> String {
    if share.is_finite() {
        format!("{:.0} %", 100.0 * share)
    } else {
        String::new()
    }
}
