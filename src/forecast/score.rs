//! The skill of the metered forecast: made from before each cut-off, judged by the years after it.
//!
//! ```text
//! history up to the cut-off ─▶ draws of each later year ─┬▶ CRPS, pinball, PIT, P10–P90 ─▶ row of cut-off × year × method
//! naive forecasts, published ones ───────────────────────┘                                └▶ summaries, skill
//!
//! skill = 1 − mean CRPS / mean CRPS of another method over the same cut-offs and years       1 perfect, 0 no better
//! error of the median, %: |bias| and mean absolute (MAPE), by horizon
//! ```
//!
//! Cut-offs roll from a first one to the last but one metered year. A forecast sees the figures up to its cut-off as they stand in
//! the file today, revisions included: those of the time are not known. Rows of one year from different cut-offs share its surprise,
//! so that 21 rows of six cut-offs are far fewer than 21 independent ones.
//!
//! Source of the skill score: Gneiting & Raftery 2007, JASA 102(477), eq. 2.

mod naive;
mod rules;
mod series;
mod summary;

pub use rules::{crps, fair_crps, pinball, pit};
pub use series::{Published, Series};
pub use summary::Summary;

use crate::describe::Fault;
use crate::forecast::trend::{FEWEST_YEARS, Pause, Trend};
use crate::study::bands::statistics::of_sorted;
use crate::study::design::{Kind, UnitDesign};
use naive::Naive;

/// Name of the forecast that is scored.
pub const OURS: &str = "coldaisle";
/// The same without what was known of pauses.
pub const WITHOUT_PAUSES: &str = "coldaisle, pauses unknown";

/// All draws of a forecast are held in memory.
const MOST_DRAWS: u64 = 1_000_000;

/// One forecast of one year, from one cut-off.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Who or what made it.
    pub method: String,
    /// The last year that it saw.
    pub cutoff: i32,
    /// The year that it is of.
    pub year: i32,
    /// What was metered.
    pub metered: f64,
    /// P10, P50 and P90. Of a point the median alone is finite; of a published one the ends are those that it gives.
    pub bands: [f64; 3],
    /// CRPS, fair.
    pub crps: f64,
    /// CRPS of the members as issued.
    pub crps_as_issued: f64,
    /// Pinball losses of P10, P50 and P90.
    pub pinball: [f64; 3],
    /// Where the metered figure lies among the members; NaN of a point.
    pub pit: f64,
}

impl Row {
    /// Of ascending members.
    fn new(method: &str, cutoff: i32, (year, metered): (i32, f64), members: &[f64]) -> Self {
        let point = members.len() < 2;
        let at = |p| of_sorted(members, p).unwrap_or(f64::NAN);
        let end = |p| if point { f64::NAN } else { at(p) };
        let bands = [end(0.1), at(0.5), end(0.9)];
        Self {
            method: method.to_owned(),
            cutoff,
            year,
            metered,
            crps: fair_crps(members, metered),
            crps_as_issued: crps(members, metered),
            pinball: pinballs(bands, metered),
            pit: if point {
                f64::NAN
            } else {
                pit(members, metered)
            },
            bands,
        }
    }

    /// Years from the cut-off.
    pub fn horizon(&self) -> i32 {
        self.year - self.cutoff
    }

    /// Error of the median, % of what was metered.
    pub fn error_percent(&self) -> f64 {
        100.0 * (self.bands[1] / self.metered - 1.0)
    }

    /// Whether P10 to P90 holds what was metered; None of a point.
    pub fn holds(&self) -> Option<bool> {
        let [low, _, high] = self.bands;
        (low.is_finite() && high.is_finite()).then(|| (low..=high).contains(&self.metered))
    }
}

fn pinballs(bands: [f64; 3], metered: f64) -> [f64; 3] {
    [0, 1, 2].map(|i| pinball([0.1, 0.5, 0.9][i], bands[i], metered))
}

/// All rows of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Name of the series.
    pub name: String,
    /// Unit of its figures.
    pub unit: String,
    /// Draws of each forecast.
    pub draws: u64,
    /// By cut-off, then method, then year.
    pub rows: Vec<Row>,
}

/// Scores the metered forecast of a series from the cut-off `from` on, with so many draws (2 to a million) of each cut-off. The same seed
/// gives the same rows.
pub fn score(series: &Series, from: i32, draws: u64, seed: u64) -> Result<Score, Fault> {
    let points = series.points()?;
    // The whole history is checked before any part of it is used.
    let last = points.last().map_or(0, |(year, _)| *year);
    Trend::new(&points, last, &series.pauses, &series.prior)?;
    let first = points[FEWEST_YEARS - 1].0;
    if !(first..last).contains(&from) {
        let what = format!("a cut-off at {from}");
        let cure = if first < last {
            format!(
                "take one from {first} to {}: three years before it, one after it",
                last - 1
            )
        } else {
            "give at least four metered years".to_owned()
        };
        return Err(Fault::new(what, cure).at("from"));
    }
    let mut scoring = Scoring {
        series,
        draws,
        seed,
        rows: Vec::new(),
    };
    for split in 1..points.len() {
        let (history, after) = points.split_at(split);
        let cutoff = history[split - 1].0;
        if cutoff < from {
            continue;
        }
        scoring.ours(OURS, &series.pauses, history, after)?;
        if series.pauses.iter().any(|pause| pause.known <= cutoff) {
            scoring.ours(WITHOUT_PAUSES, &[], history, after)?;
        }
        scoring.naive(history, after);
        scoring.published(cutoff, after);
    }
    Ok(Score {
        name: series.name.clone(),
        unit: series.unit.clone(),
        draws,
        rows: scoring.rows,
    })
}

/// Rows as they are gathered, cut-off by cut-off.
struct Scoring<'a> {
    series: &'a Series,
    draws: u64,
    seed: u64,
    rows: Vec<Row>,
}

type Point = (i32, f64);

impl Scoring<'_> {
    /// The metered forecast of the years after a history.
    fn ours(
        &mut self,
        name: &str,
        pauses: &[Pause],
        history: &[Point],
        after: &[Point],
    ) -> Result<(), Fault> {
        let cutoff = history.last().map_or(0, |(year, _)| *year);
        let trend = Trend::new(history, cutoff, pauses, &self.series.prior)?;
        let members = members(&trend, after.len(), self.draws, self.seed)?;
        let rows = members.iter().zip(after);
        let rows = rows.map(|(members, &point)| Row::new(name, cutoff, point, members));
        self.rows.extend(rows);
        Ok(())
    }

    /// The naive ones that so short a history allows.
    fn naive(&mut self, history: &[Point], after: &[Point]) {
        let cutoff = history.last().map_or(0, |(year, _)| *year);
        for method in Naive::ALL {
            for (on, &point) in (1..).zip(after) {
                let members = method.members(history, on, self.draws);
                if !members.is_empty() {
                    let row = Row::new(method.name(), cutoff, point, &members);
                    self.rows.push(row);
                }
            }
        }
    }

    /// The published ones of this cut-off whose year has come.
    fn published(&mut self, cutoff: i32, after: &[Point]) {
        for one in self
            .series
            .published
            .iter()
            .filter(|one| one.made == cutoff)
        {
            if let Some(&point) = after.iter().find(|(year, _)| *year == one.year) {
                let name = format!("{} (published)", one.by);
                let mut row = Row::new(&name, cutoff, point, &[one.value]);
                row.bands[0] = one.low.unwrap_or(f64::NAN);
                row.bands[2] = one.high.unwrap_or(f64::NAN);
                self.rows.push(row);
            }
        }
    }
}

/// Draws of each of the years after a trend's history, ascending: 2 to a million of them.
pub fn members(trend: &Trend, years: usize, draws: u64, seed: u64) -> Result<Vec<Vec<f64>>, Fault> {
    if !(2..=MOST_DRAWS).contains(&draws) {
        let cure = format!("take 2 to {MOST_DRAWS}");
        return Err(Fault::new(format!("a distribution of {draws} draws"), cure).at("draws"));
    }
    let names = trend.coordinates(years);
    let design = UnitDesign::new(Kind::LatinHypercube, draws, seed, &names, None)?;
    let mut members = vec![Vec::with_capacity(draws as usize); years];
    let (mut u, mut path) = (vec![0.0; names.len()], vec![0.0; years]);
    for index in 0..draws {
        design.point(index, &mut u);
        trend.path(&u, &mut path);
        for (members, value) in members.iter_mut().zip(&path) {
            members.push(*value);
        }
    }
    for members in &mut members {
        members.sort_by(f64::total_cmp);
    }
    Ok(members)
}

#[cfg(test)]
mod tests;
