//! `coldaisle export DIR --to xlsx`, read back by another library: every figure and every cell as in the files of the folder.

use std::collections::BTreeMap;
use std::fs;

use calamine::{Data, Range, Reader as _, Xlsx, open_workbook};

use crate::lab::{Lab, TINY, tiny};

mod refused;

/// The sheets of a workbook, in order.
struct Book {
    names: Vec<String>,
    sheets: BTreeMap<String, Range<Data>>,
    formulas: BTreeMap<String, Range<String>>,
}

impl Book {
    fn open(lab: &Lab, file: &str) -> Self {
        let mut book: Xlsx<_> = open_workbook(lab.path(file)).unwrap();
        let names = book.sheet_names();
        let mut of = |name: &String| {
            let range = book.worksheet_range(name).unwrap();
            (name.clone(), range)
        };
        let sheets = names.iter().map(&mut of).collect();
        let mut of = |name: &String| (name.clone(), book.worksheet_formula(name).unwrap());
        let formulas = names.iter().map(&mut of).collect();
        Self {
            names,
            sheets,
            formulas,
        }
    }

    /// Rows from the top left corner, as long as the longest.
    fn rows(&self, sheet: &str) -> Vec<Vec<Data>> {
        let range = &self.sheets[sheet];
        range.rows().map(<[Data]>::to_vec).collect()
    }

    /// Rows below the one that begins with this text.
    fn below(&self, sheet: &str, first: &str) -> Vec<Vec<Data>> {
        let mut rows = self.rows(sheet);
        let at = rows
            .iter()
            .position(|row| row[0] == Data::String(first.into()));
        rows.split_off(at.unwrap_or_else(|| panic!("{sheet} has no row {first}")) + 1)
    }

    /// The facts of the summary with this name.
    fn facts(&self, name: &str) -> Vec<String> {
        let rows = self.rows("Summary");
        let of = rows
            .iter()
            .filter(|row| row[0] == Data::String(name.into()));
        of.map(|row| row[1].to_string()).collect()
    }
}

fn csv(lab: &Lab, file: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_path(lab.path(file)).unwrap();
    let cells = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let header = cells(reader.headers().unwrap());
    let rows = reader.records().map(|row| cells(&row.unwrap())).collect();
    (header, rows)
}

/// What a cell must be, by the text in the file.
fn same(text: &str, cell: &Data) -> bool {
    match cell {
        Data::Empty => text.is_empty(),
        Data::Float(value) => text.parse() == Ok(*value),
        Data::Int(value) => text.parse() == Ok(*value),
        Data::Bool(value) => text == value.to_string(),
        Data::DateTime(at) => {
            // To the second.
            let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
            let at = format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
            milli == 0 && at == text
        }
        Data::String(words) => words == text && text.parse::<f64>().is_err(),
        _ => false,
    }
}

fn check_table(lab: &Lab, book: &Book, sheet: &str, file: &str) {
    let (header, rows) = csv(lab, file);
    let sheet_rows = book.rows(sheet);
    assert_eq!(sheet_rows.len(), rows.len() + 1, "{sheet}");
    assert!(sheet_rows[0].len() >= header.len(), "{sheet}");
    for (at, (row, cells)) in rows.iter().zip(&sheet_rows[1..]).enumerate() {
        for ((name, text), cell) in header.iter().zip(row).zip(cells) {
            assert!(
                same(text, cell),
                "{sheet}, row {at}, {name}: {text:?} is {cell:?}"
            );
        }
    }
}

/// Figures by group and key below the header of a sheet, in a column.
fn figures(rows: &[Vec<Data>], column: usize) -> BTreeMap<(String, String), f64> {
    let figures = rows.iter().filter_map(|row| {
        let value = match &row[column] {
            Data::Float(value) => *value,
            Data::Empty => return None,
            other => panic!("{other:?} is no number: {row:?}"),
        };
        Some(((row[0].to_string(), row[1].to_string()), value))
    });
    figures.collect()
}

/// The same of a `summary.json`.
fn summary(lab: &Lab, folder: &str) -> BTreeMap<(String, String), f64> {
    let summary = lab.json(&format!("{folder}/summary.json"));
    let mut all = BTreeMap::new();
    for (group, keys) in summary.as_object().unwrap() {
        for (key, value) in keys.as_object().unwrap() {
            let parts = value.as_object().into_iter().flatten();
            for (part, value) in parts {
                all.insert(
                    (group.clone(), format!("{key}_{part}")),
                    value.as_f64().unwrap(),
                );
            }
            if let Some(value) = value.as_f64() {
                all.insert((group.clone(), key.clone()), value);
            }
        }
    }
    all
}

#[test]
fn a_workbook_of_a_run_has_every_figure_and_every_cell() {
    let lab = Lab::new();
    lab.write("hall.toml", include_str!("../../examples/hall.toml"));
    lab.good(&["run", "hall.toml", "-q", "-o", "csv"]);
    let said = lab.good(&["export", "csv", "--to", "xlsx"]);
    assert!(
        said.out.contains("workbook exports/hall.xlsx"),
        "{}",
        said.out
    );
    let book = Book::open(&lab, "exports/hall.xlsx");
    let tables = [
        ("Time series", "timeseries.csv"),
        ("Racks", "racks.csv"),
        ("Jobs", "jobs.csv"),
        ("Events", "events.csv"),
        ("Load 8760", "load_8760.csv"),
    ];
    for (sheet, file) in tables {
        check_table(&lab, &book, sheet, &format!("csv/{file}"));
    }
    assert_eq!(book.names[0], "Summary");
    let mut known: Vec<&str> = tables.iter().map(|(sheet, _)| *sheet).collect();
    known.push("Summary");
    // Tables that a run has beside these have their sheets too.
    let listed = lab.names("csv");
    let is_csv = |name: &&String| name.rsplit('.').next() == Some("csv");
    let files = listed.iter().filter(is_csv).count();
    assert_eq!(book.names.len(), files + 1, "{:?}", book.names);
    assert!(
        known
            .iter()
            .all(|name| book.names.iter().any(|it| it == name))
    );
    let head = &book.rows("Time series")[0];
    assert_eq!(head[0], Data::String("time".into()));
    assert_eq!(head[3], Data::String("IT, kW".into()));
    let rows = book.below("Summary", "group");
    assert_eq!(figures(&rows, 3), summary(&lab, "csv"));
    let energy = rows
        .iter()
        .find(|row| row[1] == Data::String("facility".into()));
    assert_eq!(energy.unwrap()[4], Data::String("MWh".into()));
    assert_eq!(book.facts("scenario"), ["hall"]);
    assert_eq!(book.facts("seed"), ["42"]);
    let rows = book.rows("Summary");
    let start = rows
        .iter()
        .find(|row| row[0] == Data::String("start".into()));
    assert!(same("2026-07-01T00:00:00", &start.unwrap()[1]), "{start:?}");
    let warnings = lab.json("csv/run.json")["warnings"].clone();
    let warnings: Vec<String> = serde_json::from_value(warnings).unwrap();
    assert!(!warnings.is_empty());
    assert_eq!(book.facts("warning"), warnings);

    // Again: the same bytes. Parquet: the same sheets, unrounded.
    let first = fs::read(lab.path("exports/hall.xlsx")).unwrap();
    lab.good(&["export", "csv", "--to", "xlsx", "-o", "again.xlsx", "-q"]);
    assert!(fs::read(lab.path("again.xlsx")).unwrap() == first);
    lab.good(&[
        "run",
        "hall.toml",
        "-q",
        "-o",
        "parquet",
        "--format",
        "parquet",
    ]);
    lab.good(&[
        "export",
        "parquet",
        "--to",
        "xlsx",
        "-o",
        "parquet.xlsx",
        "-q",
    ]);
    let other = Book::open(&lab, "parquet.xlsx");
    assert_eq!(other.names, book.names);
    for (sheet, _) in tables {
        let (rounded, exact) = (book.rows(sheet), other.rows(sheet));
        assert_eq!(rounded.len(), exact.len(), "{sheet}");
        for (rounded, exact) in rounded.iter().zip(&exact) {
            for (rounded, exact) in rounded.iter().zip(exact) {
                let near = match (rounded, exact) {
                    (Data::Float(a), Data::Float(b)) => (a - b).abs() <= 0.5001,
                    (a, b) => a == b,
                };
                assert!(near, "{sheet}: {rounded:?}, {exact:?}");
            }
        }
    }
}

#[test]
fn runs_side_by_side_differ_by_formulas() {
    let lab = Lab::with("one.toml", TINY);
    lab.write("two.toml", tiny(&[("racks = 3", "racks = 4")]));
    lab.good(&["run", "one.toml", "-q", "-o", "one"]);
    lab.good(&["run", "two.toml", "-q", "-o", "two"]);
    let said = lab.good(&["export", "one", "two", "--to", "xlsx", "-o", "both.xlsx"]);
    said.has(&["time series, racks, jobs and hourly loads are not in a workbook of several runs"]);
    let book = Book::open(&lab, "both.xlsx");
    assert_eq!(book.names[..2], ["Summary", "Comparison"]);
    assert!(
        !book
            .names
            .iter()
            .any(|name| name.starts_with("Time series"))
    );
    assert_eq!(book.facts("run 1"), ["one"]);
    assert_eq!(book.facts("run 2"), ["two"]);
    let head = book.rows("Comparison")[0].clone();
    for (at, name) in [
        (5, "one"),
        (6, "two"),
        (7, "two minus first"),
        (8, "two change, %"),
    ] {
        assert_eq!(head[at], Data::String(name.into()));
    }
    let rows = book.below("Comparison", "group");
    let (one, two) = (figures(&rows, 5), figures(&rows, 6));
    assert_eq!(one, summary(&lab, "one"));
    assert_eq!(two, summary(&lab, "two"));
    let (differences, shares) = (figures(&rows, 7), figures(&rows, 8));
    for (name, difference) in &differences {
        assert_eq!(*difference, two[name] - one[name], "{name:?}");
    }
    for (name, share) in &shares {
        assert!(
            (share / 100.0 + 1.0 - two[name] / one[name]).abs() < 1e-12,
            "{name:?}"
        );
    }
    let energy = ("energy_mwh".to_owned(), "facility".to_owned());
    assert!(shares[&energy] > 1.0, "{}", shares[&energy]);
    // In the second row of the sheet.
    let formula = |column| book.formulas["Comparison"].get_value((1, column)).cloned();
    assert_eq!(formula(7).as_deref(), Some("G2-F2"));
    assert_eq!(formula(8).as_deref(), Some("(G2-F2)/F2*100"));
}

#[test]
fn studies_have_a_sheet_for_each_table() {
    let lab = Lab::with("tiny.toml", TINY);
    lab.write(
        "few.toml",
        "name = 'few'\nscenario = 'tiny.toml'\noutputs = ['energy_mwh.facility', 'ratios.pue']\n\
         [[vary]]\nkey = 'hall.0.racks'\nover.values = [2, 3]\n",
    );
    lab.good(&["sweep", "few.toml", "-q", "-o", "sweep", "--sensitivity"]);
    lab.good(&["export", "sweep", "--to", "xlsx", "-q"]);
    let book = Book::open(&lab, "exports/few.xlsx");
    assert_eq!(book.names, ["Summary", "Sweep", "Sensitivity"]);
    check_table(&lab, &book, "Sweep", "sweep/sweep.csv");
    check_table(&lab, &book, "Sensitivity", "sweep/sensitivity.csv");
    let head = &book.rows("Sweep")[0];
    assert!(
        head.contains(&Data::String("energy_mwh.facility, MWh".into())),
        "{head:?}"
    );
    assert!(
        head.contains(&Data::String("hall.0.racks".into())),
        "{head:?}"
    );
    let sensitivity = book.rows("Sensitivity");
    let unit = sensitivity[0]
        .iter()
        .position(|cell| *cell == Data::String("unit".into()));
    let of_energy = sensitivity
        .iter()
        .find(|row| row[0] == Data::String("energy_mwh.facility".into()));
    assert_eq!(
        of_energy.unwrap()[unit.unwrap()],
        Data::String("MWh".into())
    );
}

/// Of the folder of a forecast that ends in `last`, which other tests have made.
pub(crate) fn check_forecast(lab: &Lab, folder: &str, last: u16) {
    lab.good(&[
        "export",
        folder,
        "--to",
        "xlsx",
        "-o",
        "forecast.xlsx",
        "-q",
    ]);
    let book = Book::open(lab, "forecast.xlsx");
    let load = format!("Load 8760 {last}");
    let mut sheets = vec!["Summary"];
    for (sheet, file) in [
        ("Forecast", "forecast.csv".to_owned()),
        ("Stacks", "stacks.csv".into()),
        ("Tornado", "tornado.csv".into()),
        ("Sites", "sites.csv".into()),
        (&load, format!("load_8760_{last}.csv")),
    ] {
        check_table(lab, &book, sheet, &format!("{folder}/{file}"));
        sheets.push(sheet);
    }
    assert_eq!(book.names, sheets);
    let about = lab.json(&format!("{folder}/forecast.json"));
    let figures = about["last_year_figures"].as_object().unwrap();
    let rows = book.below("Summary", "figure");
    assert_eq!(rows.len(), figures.len());
    for row in rows {
        let bands = figures[&row[0].to_string()].as_array().unwrap();
        for (band, cell) in bands.iter().zip(&row[3..6]) {
            assert_eq!(Data::Float(band.as_f64().unwrap()), *cell, "{row:?}");
        }
    }
}
