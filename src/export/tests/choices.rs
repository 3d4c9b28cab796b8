//! Which years, intervals and loads a folder gives, and options that do not fit it.
#![expect(clippy::too_many_lines, reason = "tables of cases")]

use std::fs;
use std::path::Path;

use super::fixture::{Run, YEAR, forecast, typical};
use crate::describe::Fault;
use crate::export::load::Load;
use crate::export::source::{Takes, read};
use crate::export::{Band, Options};

const TAKES: Takes = Takes {
    tool: "PyPSA",
    quarters: true,
    all_years: false,
    draws: true,
};

fn load(folder: &Path) -> Result<Load, Fault> {
    read(folder, TAKES, &Options::default())
}

#[test]
fn runs_that_are_no_calendar_year_say_what_to_run() {
    let lab = tempfile::tempdir().unwrap();
    for (start, hours, cure) in [
        (
            "2026-07-01",
            8760,
            "run.start=2027-01-01 --set run.days=365",
        ),
        ("2026-01-01", 48, "run.start=2026-01-01 --set run.days=365"),
        (
            "2028-01-01",
            8760,
            "run.start=2028-01-01 --set run.days=366",
        ),
    ] {
        let run = Run {
            start,
            hours,
            ..YEAR
        };
        run.leave(lab.path(), &typical);
        let fault = load(lab.path()).unwrap_err();
        assert!(fault.cure.contains(cure), "{fault}");
        fs::remove_file(lab.path().join("timeseries.csv")).unwrap();
        let fault = load(lab.path()).unwrap_err();
        assert!(fault.cure.contains("run.days=36"), "{fault}");
    }
}

#[test]
fn a_longer_run_has_its_whole_years() {
    let lab = tempfile::tempdir().unwrap();
    let run = Run {
        start: "2026-07-01",
        hours: (184 + 365 + 366 + 10) * 24,
        ..YEAR
    };
    run.leave(lab.path(), &typical);
    let takes = Takes {
        all_years: true,
        ..TAKES
    };
    let found = read(lab.path(), takes, &Options::default()).unwrap();
    let years: Vec<_> = found
        .profiles
        .iter()
        .map(|profile| (profile.year, profile.leap_day))
        .collect();
    assert_eq!(years, [(2027, false), (2028, true)]);
    let first = typical(184.0 * 24.0 + 0.5)[0];
    assert!((found.profiles[0].parts[0].mw[0] - first).abs() < 1e-6);
    assert!(
        found.notes[0].starts_with("4656 h of the run"),
        "{:?}",
        found.notes
    );
    assert_eq!(load(lab.path()).unwrap().profiles[0].year, 2028);
    let options = Options {
        year: Some(2026),
        ..Options::default()
    };
    let fault = read(lab.path(), TAKES, &options).unwrap_err();
    assert!(fault.what.contains("this run has 2027, 2028"), "{fault}");
}

#[test]
fn without_rows_of_an_hour_there_is_the_facility_alone() {
    let lab = tempfile::tempdir().unwrap();
    YEAR.leave(lab.path(), &typical);
    fs::remove_file(lab.path().join("timeseries.csv")).unwrap();
    let found = load(lab.path()).unwrap();
    assert_eq!(found.profiles[0].parts.len(), 1);
    assert_eq!(found.profiles[0].parts[0].name, "facility");
    assert!(found.notes[0].contains("not apart"), "{:?}", found.notes);
    let coarse = Run {
        record_s: 7200,
        ..YEAR
    };
    coarse.leave(lab.path(), &typical);
    let found = load(lab.path()).unwrap();
    assert_eq!(found.profiles[0].parts.len(), 1);
    assert!(found.notes[0].contains("every 7200 s"), "{:?}", found.notes);
    fs::remove_file(lab.path().join("timeseries.csv")).unwrap();
    fs::remove_file(lab.path().join("load_8760.csv")).unwrap();
    assert!(load(lab.path()).unwrap_err().what.contains("kept no load"));
}

#[test]
fn options_that_do_not_fit_are_told() {
    let (run, fleet) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let old = Run {
        utc_offset_h: None,
        ..YEAR
    };
    old.leave(run.path(), &typical);
    forecast(fleet.path(), &typical);
    let none = Options::default;
    let hourly = Takes {
        quarters: false,
        ..TAKES
    };
    for (folder, takes, options, what) in [
        (run.path(), TAKES, none(), "which local time"),
        (
            run.path(),
            TAKES,
            Options {
                utc_offset_h: Some(0.1),
                ..none()
            },
            "no local standard time",
        ),
        (
            run.path(),
            TAKES,
            Options {
                band: Some(Band::P10),
                ..none()
            },
            "a run has one profile",
        ),
        (
            run.path(),
            TAKES,
            Options {
                zone: Some("a,b".into()),
                ..none()
            },
            "cannot name a zone",
        ),
        (
            run.path(),
            TAKES,
            Options {
                interval_min: Some(15),
                utc_offset_h: Some(-7.0),
                ..none()
            },
            "have hours only",
        ),
        (
            run.path(),
            hourly,
            Options {
                interval_min: Some(15),
                ..none()
            },
            "PyPSA reads hours only",
        ),
        (
            fleet.path(),
            TAKES,
            Options {
                interval_min: Some(15),
                ..none()
            },
            "have hours only",
        ),
        (
            fleet.path(),
            TAKES,
            Options {
                year: Some(2040),
                ..none()
            },
            "this forecast has 2027 to 2028",
        ),
        (
            fleet.path(),
            TAKES,
            Options {
                utc_offset_h: Some(-6.0),
                ..none()
            },
            "-5 h ahead of UTC",
        ),
    ] {
        let fault = read(folder, takes, &options).unwrap_err();
        assert!(fault.what.contains(what), "{fault}");
        assert!(!fault.cure.is_empty(), "{fault}");
    }
    let given = Options {
        utc_offset_h: Some(-7.0),
        ..none()
    };
    assert_eq!(read(run.path(), TAKES, &given).unwrap().utc_offset_h, -7.0);
    assert!(read(fleet.path(), TAKES, &none()).unwrap().draws.is_some());
    let p50 = Options {
        band: Some(Band::P50),
        ..none()
    };
    assert!(read(fleet.path(), TAKES, &p50).unwrap().draws.is_none());
}
