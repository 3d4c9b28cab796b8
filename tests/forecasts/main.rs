//! The forecasts of `scenarios/forecasts`: the answers on top of each, and what others published.
//!
//! ```text
//! cargo test --release --test forecasts                                  a minute or two; in a debug build far more
//! COLDAISLE_WRITE_DOCS=1 cargo test --release --test forecasts           writes answers and the table of docs/validation.md
//! ```

mod answers;
mod published;
#[path = "../validation/table.rs"]
#[allow(dead_code, reason = "what other tables need")]
mod table;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Columns of a year, by name.
type Year = BTreeMap<String, String>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/forecasts")
}

/// The rows of `forecast.csv` by year, of a forecast with these keys set.
fn run(file: &Path, sets: &[&str]) -> BTreeMap<i32, Year> {
    let out = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldaisle"));
    command
        .arg("forecast")
        .arg(file)
        .arg("-q")
        .arg("-o")
        .arg(out.path().join("out"));
    // Plants are the same for all of them.
    command
        .arg("--surfaces")
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("surfaces"));
    for set in sets {
        command.arg("--set").arg(set);
    }
    let ran = command.output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{}: {said}", file.display());
    let mut reader = csv::Reader::from_path(out.path().join("out/forecast.csv")).unwrap();
    let rows = reader.deserialize().map(|row| {
        let row: Year = row.unwrap();
        (row["year"].parse().unwrap(), row)
    });
    rows.collect()
}

/// The same with every input in the middle of its file: one draw.
fn middle(file: &str, sets: &[&str]) -> BTreeMap<i32, Year> {
    let fixed = ["vary=[]", "correlation=[]"];
    run(&folder().join(file), &[&fixed[..], sets].concat())
}

fn figure(rows: &BTreeMap<i32, Year>, year: i32, column: &str) -> f64 {
    rows[&year][column].parse().unwrap_or(f64::NAN)
}
