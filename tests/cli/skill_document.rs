//! `docs/forecast-skill.md` shows the skill of the metered forecast as the program works it out, and published forecasts beside what
//! came.
//!
//! ```text
//! COLDAISLE_WRITE_DOCS=1 cargo test --test cli skill_document         writes both into the document
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use coldaisle::forecast::score::{OURS, Series, members, score};
use coldaisle::forecast::trend::{Prior, Trend};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    metered: Series,
}

/// Replaces what stands between two marks of the document, or refuses what is out of date there.
fn shown(mark: &str, text: &str) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _held = ONE_AT_A_TIME.lock();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/forecast-skill.md");
    let stands = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- {mark} -->\n"), format!("<!-- end {mark} -->"));
    let (before, rest) = stands.split_once(&begin).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    let wanted = format!("{before}{begin}{text}{end}{after}");
    if std::env::var_os("COLDAISLE_WRITE_DOCS").is_some() {
        std::fs::write(&path, wanted).unwrap();
        return;
    }
    assert!(
        wanted == stands,
        "docs/forecast-skill.md is out of date; `COLDAISLE_WRITE_DOCS=1 cargo test --test cli skill_document` writes it"
    );
}

#[test]
fn the_document_shows_the_skill() {
    let file: File = toml::from_str(include_str!("../data/metered-ireland.toml")).unwrap();
    let series = file.metered;
    let scored = score(&series, 2018, 4096, 1).unwrap();
    let mut text = String::from("\n```text\n");
    let tables: Vec<String> = scored
        .tables()
        .iter()
        .map(|table| table.render(80, false))
        .collect();
    text += &tables.join("\n");
    text += "```\n\nAfter the last metered year, a projection, not scored (the pause and its end as known in 2025):\n\n";
    text += "| | P10 | P50 | P90 |\n|---|---|---|---|\n";
    let points = series.points().unwrap();
    let trend = Trend::new(&points, 2025, &series.pauses, &series.prior).unwrap();
    for (year, members) in (trend.last_year() + 1..).zip(members(&trend, 6, 4096, 1).unwrap()) {
        let at = |share: f64| members[(share * members.len() as f64) as usize];
        writeln!(
            text,
            "| {year} | {:.2} TWh | {:.2} TWh | {:.2} TWh |",
            at(0.1),
            at(0.5),
            at(0.9)
        )
        .unwrap();
    }
    shown("skill", &text);
}

/// The same score with other priors: what hangs on them.
#[test]
fn the_document_shows_other_priors() {
    let file: File = toml::from_str(include_str!("../data/metered-ireland.toml")).unwrap();
    let as_stated = Prior::default();
    let half = |value: f64| 0.5 * value;
    let twice = |value: f64| 2.0 * value;
    let mut text = String::from(
        "| prior | in P10–P90 | CRPS | MAPE | skill against last growth with its scatter | P50 of 2024 from 2023 |\n|---|---|---|---|---|---|\n",
    );
    for (words, prior) in [
        ("as stated", as_stated),
        (
            "half the growth",
            Prior {
                growth: half(as_stated.growth),
                ..as_stated
            },
        ),
        (
            "1.5 times the growth",
            Prior {
                growth: 1.5 * as_stated.growth,
                ..as_stated
            },
        ),
        (
            "half its spread",
            Prior {
                growth_sd: half(as_stated.growth_sd),
                ..as_stated
            },
        ),
        (
            "twice its spread",
            Prior {
                growth_sd: twice(as_stated.growth_sd),
                ..as_stated
            },
        ),
        (
            "half the change from year to year",
            Prior {
                change_sd: half(as_stated.change_sd),
                ..as_stated
            },
        ),
        (
            "twice the change from year to year",
            Prior {
                change_sd: twice(as_stated.change_sd),
                ..as_stated
            },
        ),
    ] {
        let series = Series {
            prior,
            ..file.metered.clone()
        };
        let scored = score(&series, 2018, 4096, 1).unwrap();
        let ours = scored.summary(OURS, None).unwrap();
        let naive = scored
            .summary("last growth, with its scatter", None)
            .unwrap();
        let of_2024 = scored
            .rows
            .iter()
            .find(|row| row.method == OURS && row.cutoff == 2023)
            .unwrap();
        writeln!(
            text,
            "| {words} | {:.0} % | {:.3} TWh | {:.1} % | {:.2} | {:.2} TWh ({:+.1} %) |",
            100.0 * ours.held,
            ours.crps,
            ours.mape,
            naive.skill_against,
            of_2024.bands[1],
            of_2024.error_percent(),
        )
        .unwrap();
    }
    shown("priors", &text);
}

/// A later estimate of a year that others had forecast: region, year, figure in `TWh`, whose.
const CAME: [(&str, i32, f64, &str); 8] = [
    ("EU", 2010, 53.9, "Montevecchi et al., 2020"),
    ("USA", 2011, 76.4, "Whitney & Delforge, 2014"),
    ("Global", 2015, 245.0, "Malmodin & Lundén, 2018"),
    ("Global", 2015, 287.0, "Hintemann & Clausen, 2016"),
    ("Global", 2017, 350.0, "Hintemann & Hinterholzer, 2019"),
    ("EU", 2018, 76.8, "Montevecchi et al., 2020"),
    ("Global", 2024, 415.0, "IEA, 2025"),
    ("Global", 2025, 485.0, "IEA, 2026"),
];

/// The collection's regions; those of the EU count its members, and Europe is a little more.
fn region(written: &str) -> &str {
    if written.starts_with("EU2") || written == "Europe" {
        "EU"
    } else {
        written
    }
}

/// Lowest and highest figure of each study for a year that had not begun when it was published.
fn published(folder: &Path) -> BTreeMap<(String, i32, String), (f64, f64)> {
    let path = folder.join("data/projections/dc_energy_estimates_mytton2022.csv");
    let mut found = BTreeMap::new();
    for row in csv::Reader::from_path(path).unwrap().records() {
        let row = row.unwrap();
        let number = |column: usize| row[column].parse::<f64>().unwrap();
        let (made, year, twh) = (number(1) as i32, number(5) as i32, number(6));
        if year <= made {
            continue;
        }
        let key = (region(&row[3]).to_owned(), year, row[0].to_owned());
        let ends = found.entry(key).or_insert((twh, twh));
        *ends = (f64::min(ends.0, twh), f64::max(ends.1, twh));
    }
    found
}

/// The prior of growth is the mean and spread of every history of two years or more that was published by 2018.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn val_mytton_the_prior_is_the_growth_published_by_2018() {
    let Some(folder) = std::env::var_os("COLDAISLE_DATA").map(PathBuf::from) else {
        return;
    };
    let path = folder.join("data/projections/dc_energy_estimates_mytton2022.csv");
    let mut histories: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    for row in csv::Reader::from_path(path).unwrap().records() {
        let row = row.unwrap();
        let number = |column: usize| row[column].parse::<f64>().unwrap();
        if number(1) <= 2018.0 && number(5) <= number(1) {
            let study = format!("{}|{}|{}", &row[0], &row[3], &row[4]);
            histories
                .entry(study)
                .or_default()
                .push((number(5), number(6)));
        }
    }
    let growth = histories.into_values().filter_map(|mut points| {
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let ((from, low), (to, high)) = (points[0], points[points.len() - 1]);
        (to > from).then(|| (high / low).ln() / (to - from))
    });
    let growth: Vec<f64> = growth.collect();
    let n = growth.len() as f64;
    let mean = growth.iter().sum::<f64>() / n;
    let sd = (growth.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    println!("{n} histories: {mean:.4} ± {sd:.4}");
    let prior = Prior::default();
    assert_eq!(growth.len(), 14);
    assert!((mean - prior.growth).abs() < 5e-4 && (sd - prior.growth_sd).abs() < 5e-4);
}

#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn the_document_shows_what_came_of_published_forecasts() {
    let Some(folder) = std::env::var_os("COLDAISLE_DATA").map(PathBuf::from) else {
        return;
    };
    let mut text = String::from(
        "| region | year | forecast by | TWh | later estimate | by | error |\n|---|---|---|---|---|---|---|\n",
    );
    let found = published(&folder);
    for (place, year, came, whose) in CAME {
        for ((_, _, by), (low, high)) in found
            .iter()
            .filter(|((a, b, _), _)| (a.as_str(), *b) == (place, year))
        {
            let error = |twh: &f64| format!("{:+.0} %", 100.0 * (twh / came - 1.0));
            let (twh, error) = if low == high {
                (format!("{low:.0}"), error(low))
            } else {
                (
                    format!("{low:.0} to {high:.0}"),
                    format!("{} to {}", error(low), error(high)),
                )
            };
            writeln!(
                text,
                "| {place} | {year} | {by} | {twh} | {came} | {whose} | {error} |"
            )
            .unwrap();
        }
    }
    shown("published", &text);
}
