//! Hostile texts, folders that are no result or damaged, options without a meaning, files in the way, full disks.

use std::fs;

use calamine::Data;

use super::Book;
use crate::lab::{Lab, Said, TINY};

/// Names and texts of users: no formula, no illegal sheet, nothing lost.
#[test]
fn hostile_texts_stay_texts() {
    let lab = Lab::new();
    let folder = "=1+1 測試";
    fs::create_dir(lab.path(folder)).unwrap();
    let write = |name: &str, text: &str| lab.write(&format!("{folder}/{name}"), text);
    write("summary.json", "{\"energy_mwh\": {\"facility\": 1.5}}");
    write(
        "scenario.toml",
        "name = '=cmd|A1'\n[run]\nstart = '2026-01-01'\ndays = 1\n",
    );
    write(
        "run.json",
        "{\"program\": \"coldaisle\", \"version\": \"=2+2\", \"seed\": 7, \"question\": \"+1 <b>&\\u0000\", \"warnings\": [\"=HYPERLINK(1)\"], \
         \"files\": [\"../../etc/passwd.csv\", \"empty.csv\", \"names:[x].csv\", \"summary.json\"]}",
    );
    write("empty.csv", "time,it_kw\n");
    let long = "界".repeat(40_000);
    write(
        "names:[x].csv",
        &format!("hall,hall_kw,=A1,x\n=1+1,NaN,@SUM(A1),{long}\n北 \u{7},,-,\n007,2,<,\n"),
    );
    let said = lab.good(&["export", folder, "--to", "xlsx", "-o", "out.xlsx"]);
    said.has(&["1 texts longer than a cell may be"]);
    let book = Book::open(&lab, "out.xlsx");
    assert_eq!(book.names, ["Summary", "Empty", "Names--x-"]);
    for formulas in book.formulas.values() {
        assert!(formulas.used_cells().next().is_none(), "{formulas:?}");
    }
    assert_eq!(book.facts("scenario"), ["=cmd|A1"]);
    assert_eq!(book.facts("coldaisle"), ["=2+2"]);
    assert_eq!(book.facts("warning"), ["=HYPERLINK(1)"]);
    assert!(book.facts("question")[0].starts_with("+1 <b>&"));
    assert_eq!(book.rows("Empty").len(), 1);
    let rows = book.rows("Names--x-");
    let text = |text: &str| Data::String(text.into());
    assert_eq!(rows[0], ["hall", "hall, kW", "=A1", "x"].map(text));
    assert_eq!(rows[1][..3], [text("=1+1"), Data::Empty, text("@SUM(A1)")]);
    assert_eq!(rows[1][3].to_string().chars().count(), 32_767);
    assert_eq!(rows[3][..2], [text("007"), Data::Float(2.0)]);
    let names = lab.names(".");
    lab.good(&["export", folder, "--to", "xlsx", "-q"]);
    assert!(lab.path("exports/=cmd-A1.xlsx").is_file());
    assert_eq!(lab.names(".").len(), names.len() + 1);
}

#[test]
fn what_cannot_be_a_workbook_says_why() {
    let lab = Lab::with("tiny.toml", TINY);
    lab.good(&["run", "tiny.toml", "-q", "-o", "run"]);
    lab.good(&[
        "run",
        "tiny.toml",
        "-q",
        "-o",
        "run2",
        "--set",
        "run.seed=7",
    ]);
    fs::create_dir(lab.path("study")).unwrap();
    lab.write("study/bands.csv", "draw\n0\n");
    let copy = |to: &str, change: &dyn Fn(&str, String) -> Option<String>| {
        fs::create_dir(lab.path(to)).unwrap();
        for file in lab.names("run") {
            if let Some(text) = change(&file, lab.read(&format!("run/{file}"))) {
                lab.write(&format!("{to}/{file}"), text);
            }
        }
    };
    copy("lacks", &|file, text| (file != "racks.csv").then_some(text));
    copy("blind", &|file, text| {
        (file != "summary.json").then_some(text)
    });
    copy("short", &|file, text| {
        let cut = text.rfind(',').unwrap_or(0);
        Some(if file == "jobs.csv" || file == "racks.csv" {
            text[..cut].into()
        } else {
            text
        })
    });
    copy("zero", &|file, text| {
        Some(if file == "racks.csv" {
            String::new()
        } else {
            text
        })
    });
    copy("broken", &|file, text| {
        Some(if file == "summary.json" {
            "{".into()
        } else {
            text
        })
    });
    lab.write("mine.xlsx", "years of work");
    let cases: [(&[&str], &[&str]); 16] = [
        (&["lacks"], &["racks.csv is missing, which run.json lists"]),
        (&["blind"], &["blind/summary.json"]),
        (
            &["short"],
            &[
                "short/",
                ".csv, line",
                "cells, the header",
                "make the results again",
            ],
        ),
        (&["zero"], &["zero/racks.csv", "no header"]),
        (&["broken"], &["broken/summary.json"]),
        (&["tiny.toml"], &["this is a file", "run it first"]),
        (&["none"], &["none: there is no such folder"]),
        (
            &["run", "study"],
            &["study: only runs stand side by side", "by itself"],
        ),
        (
            &["run", "--zone", "a"],
            &["--zone is for the load", "leave the option out"],
        ),
        (&["run", "--year", "2026"], &["--year is for the load"]),
        (&["run", "--band", "p50"], &["--band is for the load"]),
        (
            &["run", "--interval", "15"],
            &["--interval is for the load"],
        ),
        (
            &["run", "--utc-offset", "2"],
            &["--utc-offset is for the load"],
        ),
        (
            &["run", "-o", "mine.xlsx"],
            &["mine.xlsx", "another file is there", "-o NAME.xlsx"],
        ),
        (&["run", "-o", "out.csv"], &["does not end in .xlsx"]),
        (&["run", "-o", "run"], &["does not end in .xlsx"]),
    ];
    for (arguments, words) in cases {
        lab.refused(
            &[&["export", "--to", "xlsx"][..], arguments].concat(),
            words,
        );
    }
    assert_eq!(lab.read("mine.xlsx"), "years of work");
    lab.refused(
        &["export", "run", "run2", "--to", "sam"],
        &["sam takes one result folder, these are 2", "--to xlsx"],
    );
    // Another run of the same name does not take the file; the same one may write it again.
    lab.good(&["export", "run", "--to", "xlsx", "-q"]);
    lab.good(&["export", "run", "--to", "xlsx", "-q"]);
    lab.refused(
        &["export", "run2", "--to", "xlsx"],
        &["the export of other results"],
    );
}

/// The disk fills while sheets are written, and when the file is: nothing is left, nothing is a panic.
#[cfg(unix)]
#[test]
fn a_workbook_that_cannot_be_written_is_not_left_half() {
    let lab = Lab::with("tiny.toml", TINY);
    lab.good(&["run", "tiny.toml", "-q", "-o", "run"]);
    let before = lab.names(".");
    for blocks in ["2", "20"] {
        let program = env!("CARGO_BIN_EXE_coldaisle");
        let output = std::process::Command::new("sh")
            .args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec '{program}' export run --to xlsx -o x.xlsx")])
            .current_dir(lab.path("."))
            .output()
            .unwrap();
        let said = Said::of(&output);
        assert_eq!(said.status, Some(1), "{blocks}: {said:#?}");
        said.has(&["Error: ", "check the disk, or choose another folder"]);
        assert!(!said.err.contains("panicked"), "{}", said.err);
        assert_eq!(lab.names("."), before);
    }
}
