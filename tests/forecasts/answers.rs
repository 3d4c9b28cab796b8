//! Answers on top of the forecasts: a table of a few years.

use std::fmt::Write as _;
use std::fs;

use crate::{Year, folder, run};

/// Begin of the lines of the table.
const LINE: &str = "#   | ";

const COLUMNS: [(&str, &str, usize); 7] = [
    ("TWh P10", "twh_p10", 3),
    ("P50", "twh_p50", 3),
    ("P90", "twh_p90", 3),
    ("peak GW", "gw_peak_p50", 3),
    ("contract GW", "contract_gw_p50", 3),
    ("PUE", "pue_p50", 3),
    ("% of region", "share_of_region_p50", 3),
];

/// A number with so many digits.
fn shown(cell: &str, digits: usize) -> String {
    let Ok(value) = cell.parse::<f64>() else {
        return "–".into();
    };
    let decimals = (digits as i32 - 1 - value.abs().max(1e-9).log10().floor() as i32).max(0);
    format!("{value:.*}", decimals as usize)
}

fn line(year: i32, row: &Year) -> String {
    let mut text = format!("{LINE}{year} |");
    for (_, column, digits) in COLUMNS {
        write!(text, " {} |", shown(&row[column], digits)).unwrap();
    }
    text
}

#[test]
#[cfg_attr(debug_assertions, ignore = "plants take minutes in a debug build")]
fn answers_are_those_of_the_runs() {
    let write = std::env::var_os("COLDAISLE_WRITE_DOCS").is_some();
    let mut files: Vec<_> = fs::read_dir(folder())
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let (mut seen, mut wrong) = (0, Vec::new());
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|end| end == "toml"))
    {
        let text = fs::read_to_string(file).unwrap();
        let stands: Vec<&str> = text.lines().filter(|line| line.starts_with(LINE)).collect();
        // Parts that others go on from have no answer.
        if stands.is_empty() {
            continue;
        }
        seen += 1;
        let rows = run(file, &[]);
        let (first, last) = (*rows.keys().next().unwrap(), *rows.keys().last().unwrap());
        let mut years = vec![first, 2030.min(last), last];
        years.dedup();
        let heads: Vec<&str> = COLUMNS.iter().map(|column| column.0).collect();
        let mut wanted = vec![format!("{LINE}year | {} |", heads.join(" | "))];
        wanted.extend(years.iter().map(|year| line(*year, &rows[year])));
        if write {
            let mut out = String::new();
            let mut done = false;
            for line in text.lines() {
                if line.starts_with(LINE) {
                    if !done {
                        out += &(wanted.join("\n") + "\n");
                        done = true;
                    }
                    continue;
                }
                out += line;
                out.push('\n');
            }
            fs::write(file, out).unwrap();
        } else if stands != wanted {
            wrong.push(format!(
                "{}:\n{}\nnot\n{}",
                file.display(),
                wanted.join("\n"),
                stands.join("\n")
            ));
        }
    }
    assert!(seen >= 11, "{seen} forecasts have an answer");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
