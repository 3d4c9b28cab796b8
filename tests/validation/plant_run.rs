//! Scenarios run for what they show step by step.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use coldaisle::metrics::Summary;
use coldaisle::scenario::{load, resolve};
use coldaisle::snapshot::Snapshot;
use coldaisle::study::{Progress, simulate};

/// A scenario of `scenarios/validation`.
pub(crate) fn scenario(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("scenarios/validation")
        .join(format!("{name}.toml"))
}

/// Runs a scenario file and shows every step to `see`.
pub(crate) fn run(path: &Path, sets: &[String], mut see: impl FnMut(&Snapshot)) -> Summary {
    let loaded = load(path, sets).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let resolved = resolve(&loaded).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    simulate(resolved, &mut see, &Progress::hidden()).unwrap().0
}

/// Runs a scenario given as text, beside a load profile: its column, the length of a row in seconds, its rows.
pub(crate) fn run_text(
    text: &str,
    load: (&str, f64, &[f64]),
    see: impl FnMut(&Snapshot),
) -> Summary {
    let folder = tempfile::tempdir().unwrap();
    let (column, row_s, rows) = load;
    let mut csv = format!("time_s,{column}\n");
    for (index, value) in rows.iter().enumerate() {
        writeln!(csv, "{},{value}", index as f64 * row_s).unwrap();
    }
    std::fs::write(folder.path().join("load.csv"), csv).unwrap();
    let path = folder.path().join("scenario.toml");
    std::fs::write(&path, text).unwrap();
    run(&path, &[], see)
}
