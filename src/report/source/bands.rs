//! The draws that `--band` wrote: how sure a figure or a difference is.

use std::path::Path;

use crate::describe::Fault;
use crate::results::{self, DAMAGED};
use crate::study::bands::statistics::{by_chance, quantile, rank_correlation};

/// Draws of one or several sides.
#[derive(Debug, Clone)]
pub(in crate::report) struct Bands {
    /// Names of the scenarios, in the order of the file.
    pub(in crate::report) sides: Vec<String>,
    /// Names and values of what was drawn, a value for each draw behind the first; NaN where a side has no such figure.
    inputs: Vec<(String, Vec<f64>)>,
    /// Names of the figures, and values by side and draw; the first draw is as stated.
    figures: Vec<(String, Vec<Vec<f64>>)>,
}

/// P10, P50, P90 beside what is stated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::report) struct Spread {
    pub(in crate::report) stated: f64,
    pub(in crate::report) p10: f64,
    pub(in crate::report) p50: f64,
    pub(in crate::report) p90: f64,
}

/// An input that goes with a figure.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Weight {
    pub(in crate::report) input: String,
    /// Share of the variance of ranks.
    pub(in crate::report) share: f64,
    pub(in crate::report) more: bool,
    /// Least and largest value drawn.
    pub(in crate::report) range: [f64; 2],
}

impl Bands {
    /// Reads the file.
    pub(in crate::report) fn read(path: &Path) -> Result<Self, Fault> {
        let table = results::csv_file(path)?;
        let damaged = |what: &str| Fault::new(what, DAMAGED).in_file(path, None);
        let draws = table
            .numbers("draw")
            .ok_or_else(|| damaged("there is no column draw"))?;
        let scenarios = match table.words("scenario") {
            Some(words) => words.to_vec(),
            None => table
                .numbers("scenario")
                .ok_or_else(|| damaged("there is no column scenario"))?
                .iter()
                .map(f64::to_string)
                .collect(),
        };
        let mut sides: Vec<String> = Vec::new();
        for name in &scenarios {
            if !sides.contains(name) {
                sides.push(name.clone());
            }
        }
        let count = sides.len().max(1);
        let in_turn = draws
            .iter()
            .enumerate()
            .all(|(row, draw)| *draw == (row / count) as f64);
        if sides.is_empty() || !in_turn || !draws.len().is_multiple_of(count) {
            return Err(damaged(
                "its rows are not in turn: a row for each side and draw",
            ));
        }
        let mut inputs = Vec::new();
        let mut figures: Vec<(String, Vec<Vec<f64>>)> = Vec::new();
        let known: Vec<String> = crate::metrics::Summary::default()
            .table()
            .iter()
            .map(|(figure, _)| figure.name())
            .collect();
        for name in table.names.iter().skip(3).filter(|name| *name != "failed") {
            let Some(all) = table.numbers(name) else {
                continue;
            };
            if known.contains(name) {
                let of_side = |side| all.iter().skip(side).step_by(count).copied().collect();
                figures.push((name.clone(), (0..count).map(of_side).collect()));
            } else {
                // Every side that has the figure has the same value of it.
                let of_draw = |rows: &[f64]| rows.iter().copied().find(|value| value.is_finite());
                let values = all
                    .chunks(count)
                    .skip(1)
                    .map(|rows| of_draw(rows).unwrap_or(f64::NAN));
                inputs.push((name.clone(), values.collect()));
            }
        }
        // A draw that failed on one side counts on none, as in the printed bands.
        let failed = table.words("failed").unwrap_or_default();
        for (draw, _) in failed
            .chunks(count)
            .enumerate()
            .filter(|(_, rows)| rows.iter().any(|reason| !reason.is_empty()))
        {
            for (_, sides) in &mut figures {
                for values in sides {
                    values[draw] = f64::NAN;
                }
            }
        }
        Ok(Self {
            sides,
            inputs,
            figures,
        })
    }

    /// Number of draws besides the stated one.
    pub(in crate::report) fn draws(&self) -> usize {
        self.figures
            .first()
            .map_or(0, |(_, sides)| sides[0].len().saturating_sub(1))
    }

    /// Number of figures drawn.
    pub(in crate::report) fn inputs(&self) -> usize {
        self.inputs.len()
    }

    fn values(&self, figure: &str, side: usize) -> Option<&[f64]> {
        let (_, sides) = self.figures.iter().find(|(name, _)| name == figure)?;
        sides.get(side).map(Vec::as_slice)
    }

    /// The band of a figure of a side.
    pub(in crate::report) fn spread(&self, figure: &str, side: usize) -> Option<Spread> {
        spread(self.values(figure, side)?.iter().copied())
    }

    /// The band of its relative difference from one side to another, draw by draw.
    pub(in crate::report) fn change(&self, figure: &str, sides: [usize; 2]) -> Option<Spread> {
        spread(self.changes(figure, sides)?.into_iter())
    }

    /// The share of the draws in which the other side has less of a figure.
    pub(in crate::report) fn less(&self, figure: &str, sides: [usize; 2]) -> Option<f64> {
        let changes = self.changes(figure, sides)?;
        let drawn = changes.iter().skip(1).filter(|value| value.is_finite());
        let (all, less) = drawn.fold((0, 0), |(all, less), value| {
            (all + 1, less + u32::from(*value < 0.0))
        });
        (all > 0).then(|| f64::from(less) / f64::from(all))
    }

    fn changes(&self, figure: &str, [first, other]: [usize; 2]) -> Option<Vec<f64>> {
        let (first, other) = (self.values(figure, first)?, self.values(figure, other)?);
        Some(
            first
                .iter()
                .zip(other)
                .map(|(first, other)| (other - first) / first)
                .collect(),
        )
    }

    /// The inputs that matter most for a figure of a side, at most `most` of them: those beyond what chance reaches.
    pub(in crate::report) fn weights(&self, figure: &str, side: usize, most: usize) -> Vec<Weight> {
        let values = self.values(figure, side).map(<[f64]>::to_vec);
        self.weigh(&values.unwrap_or_default(), most)
    }

    /// The same for its relative difference from one side to another.
    pub(in crate::report) fn weights_of_change(
        &self,
        figure: &str,
        sides: [usize; 2],
        most: usize,
    ) -> Vec<Weight> {
        self.weigh(&self.changes(figure, sides).unwrap_or_default(), most)
    }

    fn weigh(&self, values: &[f64], most: usize) -> Vec<Weight> {
        let drawn = values.get(1..).unwrap_or_default();
        let least = by_chance(drawn.len(), self.inputs.len());
        let of = self.inputs.iter().filter_map(|(name, inputs)| {
            let both = inputs.iter().zip(drawn);
            let both = both.filter(|(input, value)| input.is_finite() && value.is_finite());
            let (a, b): (Vec<f64>, Vec<f64>) = both.map(|(a, b)| (*a, *b)).unzip();
            let rho = rank_correlation(&a, &b)?;
            (rho.abs() > least).then(|| Weight {
                input: name.clone(),
                share: rho * rho,
                more: rho > 0.0,
                range: [
                    a.iter().copied().fold(f64::INFINITY, f64::min),
                    a.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                ],
            })
        });
        let mut of: Vec<Weight> = of.collect();
        of.sort_by(|a, b| b.share.total_cmp(&a.share));
        of.truncate(most);
        of
    }
}

/// The first is as stated.
fn spread(mut values: impl Iterator<Item = f64>) -> Option<Spread> {
    let stated = values.next()?;
    let drawn: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    Some(Spread {
        stated,
        p10: quantile(&drawn, 0.1)?,
        p50: quantile(&drawn, 0.5)?,
        p90: quantile(&drawn, 0.9)?,
    })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// By hand: two sides, eleven draws; the second has a tenth more in each.
    #[test]
    fn bands_by_hand() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bands.csv");
        let mut text = "draw,scenario,seed,some.figure_w,energy_mwh.facility,failed\n".to_owned();
        for draw in 0..12 {
            let mwh = 100.0 + f64::from(draw);
            for (side, mwh) in [("a", mwh), ("b", 1.1 * mwh)] {
                let _ = writeln!(text, "{draw},{side},1,{draw},{mwh},");
            }
        }
        std::fs::write(&path, &text).unwrap();
        let bands = Bands::read(&path).unwrap();
        assert_eq!(
            (bands.sides.len(), bands.draws(), bands.inputs()),
            (2, 11, 1)
        );
        let spread = bands.spread("energy_mwh.facility", 0).unwrap();
        assert_eq!(
            [spread.stated, spread.p10, spread.p50, spread.p90],
            [100.0, 102.0, 106.0, 110.0]
        );
        let change = bands.change("energy_mwh.facility", [0, 1]).unwrap();
        assert!((change.p10 - 0.1).abs() < 1e-12 && (change.p90 - 0.1).abs() < 1e-12);
        let weight = &bands.weights("energy_mwh.facility", 0, 3)[0];
        assert!(weight.more && (weight.share - 1.0).abs() < 1e-12 && weight.range == [1.0, 11.0]);

        // The second side's draw of 111 failed: the first side's does not count either.
        let failed = text.replace("11,b,1,11,122.10000000000001,", "11,b,1,11,,no solution");
        assert_ne!(failed, text);
        std::fs::write(&path, failed).unwrap();
        let bands = Bands::read(&path).unwrap();
        assert_eq!(bands.spread("energy_mwh.facility", 0).unwrap().p50, 105.5);

        std::fs::write(&path, text.replace("3,a", "9,a")).unwrap();
        assert!(Bands::read(&path).unwrap_err().what.contains("in turn"));
    }
}
