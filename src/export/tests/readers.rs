//! Folders that are something else, half there or changed are told, with the file and the line.
#![expect(clippy::too_many_lines, reason = "tables of cases")]

use std::fs;
use std::path::Path;

use super::fixture::{YEAR, forecast, typical, write};
use crate::describe::Fault;
use crate::export::Options;
use crate::export::load::Load;
use crate::export::source::{Takes, read};

const TAKES: Takes = Takes {
    tool: "PyPSA",
    quarters: true,
    all_years: false,
    draws: true,
};

fn load(folder: &Path) -> Result<Load, Fault> {
    read(folder, TAKES, &Options::default())
}

/// The fault of a folder in which a line of a file, counted from 1, is another; an empty text removes it.
fn changed(folder: &Path, name: &str, line: usize, to: &str) -> Fault {
    let text = fs::read_to_string(folder.join(name)).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    if to.is_empty() {
        lines.remove(line - 1);
    } else {
        lines[line - 1] = to;
    }
    fs::write(folder.join(name), lines.join("\n")).unwrap();
    let fault = load(folder).unwrap_err();
    fs::write(folder.join(name), text).unwrap();
    fault
}

#[test]
fn what_is_no_run_and_no_forecast_is_named() {
    let lab = tempfile::tempdir().unwrap();
    let at = |name: &str| lab.path().join(name);
    for (name, what, cure) in [
        ("export.json", "an export already", "coldaisle run"),
        ("sweep.json", "a sweep", "run the variation"),
        ("sweep.csv", "a sweep", "run the variation"),
        ("optimise.csv", "best design", "best.toml"),
        ("bands.csv", "run --band", "without --band"),
        ("score.csv", "score of a forecast", "without --score"),
        ("load_8760.csv", "run.json is missing", "whole folder"),
        (
            "scenario.toml",
            "run.json is missing",
            "scenario.toml/scenario.toml -o",
        ),
        (
            "forecast.csv",
            "forecast.json is missing",
            "coldaisle forecast FILE",
        ),
        (
            "forecast.toml",
            "forecast.json is missing",
            "forecast.toml/forecast.toml -o",
        ),
        ("thesis.txt", "no results of coldaisle", "coldaisle run"),
    ] {
        write(&at(name), name, "{}");
        let fault = load(&at(name)).unwrap_err();
        assert!(
            fault.what.contains(what) && fault.cure.contains(cure),
            "{name}: {fault}"
        );
        assert_eq!(fault.file(), Some(at(name).as_path()));
    }
    write(&at("f"), "hall.toml", "");
    write(&at("f"), "compare.csv", "");
    write(&at("other"), "run.json", "{\"program\": \"other\"}");
    for (path, what) in [
        (at("none"), "no such folder"),
        (at("f/hall.toml"), "a file, not the folder of its results"),
        (at("f/compare.csv"), "perhaps of a comparison"),
        (at("other"), "another program"),
    ] {
        let fault = load(&path).unwrap_err();
        assert!(fault.what.contains(what), "{fault}");
    }
}

#[test]
fn a_changed_run_is_told_with_its_line() {
    let lab = tempfile::tempdir().unwrap();
    YEAR.leave(lab.path(), &typical);
    for (name, line, to, at, what) in [
        (
            "timeseries.csv",
            7,
            "",
            Some(7),
            "rows are missing or out of order",
        ),
        (
            "timeseries.csv",
            9,
            "2026-01-01T07:00:00,1,abc,3,4,0",
            Some(9),
            "\"abc\" is not a number",
        ),
        (
            "timeseries.csv",
            9,
            "2026-01-01T07:00:00,1,,3,4,0",
            Some(9),
            "the cell is empty",
        ),
        (
            "timeseries.csv",
            9,
            "2026-01-01T07:00:00,1,nan,3,4,0",
            Some(9),
            "is not a number",
        ),
        (
            "timeseries.csv",
            9,
            "2026-01-01T07:00:00,1,-2,3,4,0",
            Some(9),
            "-2 is below zero",
        ),
        (
            "timeseries.csv",
            9,
            "2026-01-01T07:00:00,1,2",
            Some(9),
            "3 cells, the header 6",
        ),
        (
            "timeseries.csv",
            9,
            "noon,1,2,3,4,0",
            Some(9),
            "\"noon\" is no time",
        ),
        (
            "timeseries.csv",
            9,
            "2026-01-01T07:00:00,1,20000,3,4000,0",
            Some(9),
            "is less than it_kw",
        ),
        (
            "timeseries.csv",
            9,
            "2026-01-01T07:00:00,1,2,30000,4,0",
            Some(9),
            "in timeseries.csv",
        ),
        (
            "timeseries.csv",
            1,
            "time,dry_bulb_c,it_kw,facility_kw,x,other_kw",
            Some(1),
            "no column cooling_kw",
        ),
        ("load_8760.csv", 5, "", Some(5), "hour 4 follows hour 2"),
        (
            "load_8760.csv",
            5,
            "3,12.0",
            Some(5),
            "hour 3 has 12 MW here",
        ),
        (
            "load_8760.csv",
            8761,
            "",
            Some(8760),
            "ends after 8759 hours",
        ),
        ("run.json", 1, "{\"program\": ", Some(1), "no whole result"),
        (
            "run.json",
            1,
            "{\"program\": \"coldaisle\"}",
            None,
            "missing field `version`",
        ),
        ("run.json", 1, "{}", None, "no whole result"),
        (
            "scenario.toml",
            1,
            "name = ",
            None,
            "string values must be quoted",
        ),
    ] {
        let fault = changed(lab.path(), name, line, to);
        let place = lab.path().join(name);
        let of_both = what == "in timeseries.csv";
        assert!(fault.what.contains(what), "{name}: {fault}");
        assert!(of_both || fault.file() == Some(&place), "{fault}");
        assert_eq!(fault.line(), at, "{fault}");
        assert!(!fault.cure.is_empty(), "{fault}");
    }
}

#[test]
fn a_changed_forecast_is_told_with_its_line() {
    let lab = tempfile::tempdir().unwrap();
    let row = |hour: usize, facility: &str| format!("{hour},1,1,1,{facility},1,1,1,3,1,1,1,3");
    forecast(lab.path(), &typical);
    let (text, sum) = (row(3, "three"), row(3, "5"));
    for (name, line, to, at, what) in [
        (
            "load_8760_2028.csv",
            5,
            "",
            Some(5),
            "hour 4 follows hour 2",
        ),
        (
            "load_8760_2028.csv",
            5,
            text.as_str(),
            Some(5),
            "\"three\" is not a number",
        ),
        (
            "load_8760_2028.csv",
            5,
            sum.as_str(),
            Some(5),
            "3 MW together, facility_mw_p10 says 5",
        ),
        ("load_8760_2028.csv", 8761, "", Some(8760), "has 8759 rows"),
        (
            "load_8760_2028.csv",
            1,
            "hour,it_mw_p10",
            Some(1),
            "no column cooling_mw_p10",
        ),
        (
            "draws_8760_2028.csv",
            4,
            "",
            Some(4),
            "hour 3 follows hour 1",
        ),
        (
            "draws_8760_2028.csv",
            4,
            "2,1,2,3,x,5",
            Some(4),
            "\"x\" is not a number",
        ),
        (
            "forecast.json",
            1,
            "{\"name\": \"f\"}",
            None,
            "missing field `utc_offset_h`",
        ),
        (
            "forecast.json",
            1,
            "{\"utc_offset_h\": 0.3, \"first_year\": 2027, \"last_year\": 2028, \"draws\": 9}",
            None,
            "0.3 h is no local standard time",
        ),
        (
            "forecast.json",
            1,
            "{\"utc_offset_h\": 1.0, \"first_year\": 2028, \"last_year\": 2027, \"draws\": 9}",
            None,
            "no years of a forecast",
        ),
    ] {
        let fault = changed(lab.path(), name, line, to);
        assert!(fault.what.contains(what), "{name}: {fault}");
        assert_eq!(
            fault.file(),
            Some(lab.path().join(name).as_path()),
            "{fault}"
        );
        assert_eq!(fault.line(), at, "{fault}");
    }
    fs::remove_file(lab.path().join("load_8760_2028.csv")).unwrap();
    let fault = load(lab.path()).unwrap_err();
    assert!(fault.to_string().contains("load_8760_2028.csv"), "{fault}");
}
