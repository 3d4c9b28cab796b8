//! The answers on top of the studies of `scenarios/studies` are those that running them gives.
//!
//! ```text
//! # work.kwh_per_gpu_hour (3 decimals), climate by cooling:          a table, the first axis down, the second across
//! #   | climate | air | immersion |
//! #   | phoenix | 1.433 | 1.183 |
//! # cost_usd.total (0 decimals), P10 P50 P90: 10 11 12               quantiles over all runs
//!
//! cargo test --release --test studies                                minutes; in a debug build an hour
//! COLDAISLE_WRITE_DOCS=1 cargo test --release --test studies         writes the answers into the files
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

type Rows = Vec<BTreeMap<String, String>>;

/// The table of a study, run into a folder of its own.
fn table(study: &Path) -> Rows {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldaisle"));
    let ran = command
        .arg("sweep")
        .arg(study)
        .arg("-q")
        .arg("-o")
        .arg(&out)
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{}: {}",
        study.display(),
        String::from_utf8_lossy(&ran.stderr)
    );
    let mut reader = csv::Reader::from_path(out.join("sweep.csv")).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn shown(cell: &str, decimals: usize) -> String {
    match cell.parse::<f64>() {
        Ok(value) => format!("{value:.decimals$}"),
        Err(_) => "–".into(),
    }
}

/// Values of an axis in the order in which they first occur.
fn values(rows: &Rows, axis: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for row in rows {
        let value = row.get(axis).unwrap_or_else(|| panic!("no axis {axis}"));
        if !all.contains(value) {
            all.push(value.clone());
        }
    }
    all
}

/// The lines of a table, without the `#` before them.
fn pivot(rows: &Rows, figure: &str, decimals: usize, (down, across): (&str, &str)) -> String {
    let columns = values(rows, across);
    let mut text = format!("#   | {down} | {} |\n", columns.join(" | "));
    for value in values(rows, down) {
        write!(text, "#   | {value} |").unwrap();
        for column in &columns {
            let cell = rows
                .iter()
                .find(|row| row[down] == value && row[across] == *column);
            write!(
                text,
                " {} |",
                shown(cell.map_or("", |row| &row[figure]), decimals)
            )
            .unwrap();
        }
        text.push('\n');
    }
    text
}

/// Hyndman & Fan's type 7.
fn quantile(rows: &Rows, figure: &str, share: f64) -> f64 {
    let mut all: Vec<f64> = rows
        .iter()
        .filter_map(|row| row[figure].parse().ok())
        .collect();
    all.sort_by(f64::total_cmp);
    let at = share * (all.len() - 1) as f64;
    let (low, high) = (all[at.floor() as usize], all[at.ceil() as usize]);
    low + (high - low) * at.fract()
}

/// A file with its answers as its runs give them.
fn answered(text: &str, rows: &Rows) -> String {
    let mut out = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let asked = line.strip_prefix("# ").and_then(|line| {
            let (figure, rest) = line.split_once(" (")?;
            let (decimals, rest) = rest.split_once(" decimals), ")?;
            Some((figure, decimals.parse::<usize>().ok()?, rest))
        });
        let Some((figure, decimals, rest)) = asked else {
            out.push_str(line);
            out.push('\n');
            continue;
        };
        if rest.starts_with("P10 P50 P90:") {
            let of = [0.1, 0.5, 0.9]
                .map(|share| format!("{:.decimals$}", quantile(rows, figure, share)));
            writeln!(
                out,
                "# {figure} ({decimals} decimals), P10 P50 P90: {}",
                of.join(" ")
            )
            .unwrap();
            continue;
        }
        out.push_str(line);
        out.push('\n');
        let axes = rest.trim_end_matches(':').split_once(" by ").unwrap();
        out.push_str(&pivot(rows, figure, decimals, axes));
        while lines.next_if(|line| line.starts_with("#   |")).is_some() {}
    }
    out
}

/// A file with the table that its search prints, between the line that says so and the next paragraph.
fn sought(text: &str, study: &Path) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldaisle"));
    let out = folder.path().join("out");
    let ran = command
        .arg("optimise")
        .arg(study)
        .arg("-o")
        .arg(&out)
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    let said = String::from_utf8(ran.stdout).unwrap();
    assert!(ran.status.success(), "{said}");
    // The last line says how long it took.
    let table: Vec<&str> = said.trim_end().lines().collect();
    let table = table[..table.len() - 1]
        .iter()
        .map(|line| format!("#   {line}"));
    let table: Vec<String> = table.map(|line| line.trim_end().to_owned()).collect();
    let (before, after) = text.split_once("\n# prints:\n").unwrap();
    let of_table = |line: &&str| *line == "#" || line.starts_with("#   ");
    let after: Vec<&str> = after.lines().skip_while(of_table).collect();
    format!(
        "{before}\n# prints:\n#\n{}\n#\n{}\n",
        table.join("\n"),
        after.join("\n")
    )
}

#[test]
#[cfg_attr(debug_assertions, ignore = "long: cargo test --release --test studies")]
fn regress_optimise_phoenix() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/studies/optimise-phoenix.toml");
    let text = fs::read_to_string(&path).unwrap();
    let now = sought(&text, &path);
    if std::env::var_os("COLDAISLE_WRITE_DOCS").is_some() {
        fs::write(&path, &now).unwrap();
    } else {
        assert!(
            now == text,
            "the study does not say what its search finds:\n{now}"
        );
    }
}

fn check(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("scenarios/studies")
        .join(name);
    let text = fs::read_to_string(&path).unwrap();
    let now = answered(&text, &table(&path));
    if std::env::var_os("COLDAISLE_WRITE_DOCS").is_some() {
        fs::write(&path, &now).unwrap();
    } else {
        for (is, was) in now.lines().zip(text.lines()) {
            assert_eq!(is, was, "{name} does not say what its runs give");
        }
    }
    assert!(
        text.contains(" decimals), "),
        "{name} has no answer that is checked"
    );
}

macro_rules! studies {
    ($($test:ident $file:literal)*) => {
        $(
            #[test]
            #[cfg_attr(debug_assertions, ignore = "long: cargo test --release --test studies")]
            fn $test() {
                check($file);
            }
        )*

        /// Each study of the folder is one of them, or one that another test checks.
        #[test]
        fn every_study_is_checked() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/studies");
            for entry in fs::read_dir(folder).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                let known = [$($file),*].contains(&name.as_str()) || name.starts_with("optimise") || !name.ends_with(".toml");
                assert!(known, "{name}");
            }
        }
    };
}

studies! {
    regress_contract_mw "contract-mw.toml"
    regress_cooling_by_climate "cooling-by-climate.toml"
    regress_density "density.toml"
    regress_setpoints "setpoints.toml"
    regress_uncertainty "uncertainty.toml"
}
