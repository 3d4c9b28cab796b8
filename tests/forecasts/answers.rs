//! Answers on top of the forecasts: a table of a few years.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use coldaisle::output::grouped;

use crate::{Year, folder, run};

/// Begin of the lines of the table.
const LINE: &str = "#   | ";

const COLUMNS: [(&str, &str, i32); 7] = [
    ("TWh P10", "twh_p10", 3),
    ("P50", "twh_p50", 3),
    ("P90", "twh_p90", 3),
    ("peak GW", "gw_peak_p50", 3),
    ("contract GW", "contract_gw_p50", 3),
    ("PUE", "pue_p50", 3),
    ("% of region", "share_of_region_p50", 3),
];

/// A number with so many digits.
fn shown(cell: &str, digits: i32) -> String {
    let Ok(value) = cell.parse::<f64>() else {
        return "–".into();
    };
    let decimals = (digits - 1 - value.abs().max(1e-9).log10().floor() as i32).max(0);
    grouped(value, decimals as usize)
}

fn line(year: i32, row: &Year) -> String {
    let mut text = format!("{LINE}{year} |");
    for (_, column, digits) in COLUMNS {
        write!(text, " {} |", shown(&row[column], digits)).unwrap();
    }
    text
}

type Answers = BTreeMap<String, BTreeMap<i32, Year>>;

/// Pages with the answer to the worry that this began with, each with its words.
const PAGES: [(&str, &Words); 2] = [
    (
        "README.md",
        &Words {
            head: [
                "forecast",
                "TWh, P10 to P90",
                "peak, GW",
                "contract, GW",
                "of the region's electricity",
            ],
            names: [
                ("world-2035", "world"),
                ("us-2030", "United States"),
                ("ireland", "Ireland, from the meter"),
                ("taiwan", "Taiwan, if 70 % of the plan is built"),
            ],
            to: "to",
            comma: ", ",
        },
    ),
    (
        "docs/README.zh-TW.md",
        &Words {
            head: [
                "預測",
                "TWh（P50，P10 至 P90）",
                "尖峰 GW",
                "契約容量 GW",
                "占該地用電",
            ],
            names: [
                ("world-2035", "全世界"),
                ("us-2030", "美國"),
                ("ireland", "愛爾蘭（由電表推估）"),
                ("taiwan", "台灣（計畫實現七成）"),
            ],
            to: "至",
            comma: "，",
        },
    ),
];

struct Words {
    head: [&'static str; 5],
    names: [(&'static str, &'static str); 4],
    to: &'static str,
    comma: &'static str,
}

/// A table of a few years of a few forecasts.
fn answer(answers: &Answers, words: &Words) -> String {
    let mut text = format!(
        "| {} |\n|---|---:|---:|---:|---:|\n",
        words.head.join(" | ")
    );
    for (name, title) in words.names {
        let rows = &answers[name];
        let last = *rows.keys().last().unwrap();
        let mut years = vec![2028.min(last), 2030.min(last), 2035.min(last)];
        if name != "taiwan" {
            years.remove(0);
        }
        years.dedup();
        for year in years {
            let row = &rows[&year];
            let of = |column: &str| shown(&row[column], 3);
            writeln!(
                text,
                "| {title}{}{year} | {} ({} {} {}) | {} | {} | {} % |",
                words.comma,
                of("twh_p50"),
                of("twh_p10"),
                words.to,
                of("twh_p90"),
                of("gw_peak_p50"),
                of("contract_gw_p50"),
                of("share_of_region_p50")
            )
            .unwrap();
        }
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
    let (mut seen, mut wrong, mut answers) = (0, Vec::new(), Answers::new());
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
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        answers.insert(name, rows.clone());
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
    for (page, words) in PAGES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
        let stands = fs::read_to_string(&path).unwrap();
        let (begin, end) = ("<!-- answer -->\n", "<!-- end answer -->");
        let from = stands.find(begin).unwrap() + begin.len();
        let to = stands.find(end).unwrap();
        let wanted = answer(&answers, words);
        if write {
            let mut text = stands.clone();
            text.replace_range(from..to, &wanted);
            fs::write(&path, text).unwrap();
        } else if stands[from..to] != wanted {
            wrong.push(format!("{page}:\n{wanted}\nnot\n{}", &stands[from..to]));
        }
    }
    assert!(seen >= 11, "{seen} forecasts have an answer");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
