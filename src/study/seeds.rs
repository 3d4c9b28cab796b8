//! How much chance is in the figures: each scenario under several seeds.

use std::path::{Path, PathBuf};

use super::compare::{Column, Entry, to_run, write_rows};
use super::table::rows;
use crate::describe::Fault;
use crate::metrics::Summary;
use crate::scenario;

/// Mean, lowest and highest of a figure over seeds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// Mean of the runs that have the figure.
    pub mean: f64,
    /// The lowest.
    pub low: f64,
    /// The highest.
    pub high: f64,
}

impl Band {
    /// Over the values that are known; None where none is.
    pub fn of(values: &[Option<f64>]) -> Option<Self> {
        let known: Vec<f64> = values.iter().copied().flatten().collect();
        (!known.is_empty()).then(|| Self {
            mean: known.iter().sum::<f64>() / known.len() as f64,
            low: known.iter().copied().fold(f64::INFINITY, f64::min),
            high: known.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        })
    }
}

/// Each scenario with its own seed and the `seeds − 1` after it, one after the other.
pub fn load(paths: &[PathBuf], sets: &[String], seeds: u32) -> Result<Vec<Entry>, Fault> {
    let mut entries = Vec::new();
    for path in paths {
        if path.is_dir() {
            let what = "--seeds runs scenarios again; this is a folder of results";
            return Err(Fault::new(what, "give the scenario file").in_file(path, None));
        }
        let own = scenario::load(path, sets)?.scenario.run.seed;
        for more in 0..u64::from(seeds) {
            let seed = format!("run.seed={}", own.saturating_add(more));
            entries.push(to_run(path, &[sets, &[seed]].concat())?);
        }
    }
    Ok(entries)
}

/// Writes a row per figure: group, key, then mean, lowest and highest for each scenario.
pub fn write_csv(path: &Path, columns: &[Column], seeds: usize) -> Result<(), Fault> {
    let summaries: Vec<&Summary> = columns.iter().map(|column| &column.summary).collect();
    let mut head = vec!["group".to_owned(), "figure".to_owned()];
    for of in columns.chunks(seeds) {
        let names = ["mean", "low", "high"].map(|what| format!("{} {what}", of[0].name));
        head.extend(names);
    }
    let rows = rows(&summaries).into_iter().map(|row| {
        let bands = row.values.chunks(seeds).map(Band::of);
        let cells = bands.flat_map(|band| {
            [
                band.map(|it| it.mean),
                band.map(|it| it.low),
                band.map(|it| it.high),
            ]
        });
        (row.figure, cells.collect())
    });
    write_rows(path, &head, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 2, 4 and 9 have the mean 5; what a run does not know is left out.
    #[test]
    fn a_band_of_what_is_known() {
        let band = Band::of(&[Some(4.0), None, Some(9.0), Some(2.0)]).unwrap();
        assert_eq!((band.mean, band.low, band.high), (5.0, 2.0, 9.0));
        assert_eq!(Band::of(&[None, None]), None);
    }
}
