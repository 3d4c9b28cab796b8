//! `coldaisle export` on the command line: what it makes of a run, and what it refuses.

use std::path::Path;

use crate::lab::{Lab, TINY};

const YEAR: [&str; 10] = [
    "--set",
    "run.start=2026-01-01",
    "--set",
    "run.days=365",
    "--set",
    "run.step_s=3600",
    "--set",
    "run.record_s=3600",
    "-o",
    "year",
];

fn with_year() -> Lab {
    let lab = Lab::with("tiny.toml", TINY);
    lab.good(&[&["run", "tiny.toml", "-q"][..], &YEAR].concat());
    lab
}

#[test]
fn every_format_of_a_run() {
    let lab = with_year();
    let energy = lab.json("year/summary.json")["energy_mwh"]["facility"]
        .as_f64()
        .unwrap();
    for (format, file) in [
        ("pypsa", "loads-p_set.csv"),
        ("genx", "Demand_data.csv"),
        ("reeds", "loadsite_tiny.csv"),
        ("reopt", "load_2026.csv"),
        ("sam", "load_2026.csv"),
        ("homer", "part_cooling_2026.txt"),
        ("plexos", "load_periods.csv"),
        ("antares", "load_tiny.txt"),
        ("switch", "timepoints.csv"),
        ("opendss", "loads.dss"),
    ] {
        let said = lab.good(&["export", "year", "--to", format]);
        assert!(
            said.out.contains(&format!("exports/tiny-{format}")),
            "{}",
            said.out
        );
        assert_eq!(said.err, "");
        assert!(
            lab.path(&format!("exports/tiny-{format}/{file}")).is_file(),
            "{format}"
        );
        let told = lab.json(&format!("exports/tiny-{format}/export.json"));
        // Phoenix is seven hours behind UTC all year.
        assert_eq!(told["utc_offset_h"], -7.0, "{format}");
        let exported = told["profiles"][0]["facility_mwh"].as_f64().unwrap();
        // Rows are rounded to a watt.
        assert!(
            (exported / energy - 1.0).abs() < 1e-5,
            "{format}: {exported} of {energy} MWh"
        );
    }
    // Again: replaced. Changed: refused.
    let first = lab.read("exports/tiny-sam/export.json");
    let said = lab.good(&["export", "year", "--to", "sam", "-q"]);
    assert_eq!((said.out.as_str(), said.err.as_str()), ("", ""));
    assert_eq!(lab.read("exports/tiny-sam/export.json"), first);
    lab.write("exports/tiny-sam/load_2026.csv", "Load (kW)\n1\n");
    let words = [
        "tiny-sam",
        "'load_2026.csv' was changed after the export",
        "with -o",
    ];
    lab.refused(&["export", "year", "--to", "sam"], &words);
    assert_eq!(lab.read("exports/tiny-sam/load_2026.csv"), "Load (kW)\n1\n");
}

#[test]
fn what_cannot_be_exported_says_what_would_work() {
    let lab = with_year();
    lab.good(&["run", "tiny.toml", "-q", "-o", "day"]);
    lab.good(
        &[
            &["run", "tiny.toml", "-q", "--tables", "none"][..],
            &YEAR[..8],
            &["-o", "bare"],
        ]
        .concat(),
    );
    let rows = lab.read("year/timeseries.csv");
    let noon = rows.lines().nth(13).unwrap();
    for (name, text) in [
        ("gap", rows.replace(&format!("{noon}\n"), "")),
        ("text", rows.replace(noon, &noon.replacen(',', ",x", 3))),
    ] {
        std::fs::create_dir(lab.path(name)).unwrap();
        for file in ["run.json", "scenario.toml", "load_8760.csv"] {
            lab.write(&format!("{name}/{file}"), lab.read(&format!("year/{file}")));
        }
        lab.write(&format!("{name}/timeseries.csv"), text);
    }
    std::fs::create_dir(lab.path("study")).unwrap();
    lab.write("study/sweep.csv", "variation\n");
    for (folder, to, words) in [
        (
            "day",
            "pypsa",
            [
                "whole calendar years",
                "run.start=2027-01-01 --set run.days=365",
            ],
        ),
        ("bare", "pypsa", ["this run kept no load", "--tables all"]),
        (
            "gap",
            "sam",
            ["timeseries.csv, line 14, column time", "rows are missing"],
        ),
        (
            "text",
            "sam",
            ["timeseries.csv, line 14, column it_kw", "is not a number"],
        ),
        ("study", "genx", ["results of a sweep", "export DIR"]),
    ] {
        lab.refused(&["export", folder, "--to", to], &words);
    }
    for (arguments, words) in [
        (
            ["--to", "genx", "--zone", "north"],
            ["--zone north: GenX numbers its zones", "--zone 3"],
        ),
        (
            ["--to", "sam", "--zone", "a,b"],
            ["cannot name a zone", "letters, digits"],
        ),
        (
            ["--to", "sam", "--year", "2030"],
            ["this run has 2026", "run.start=YEAR-01-01"],
        ),
        (
            ["--to", "sam", "--band", "p90"],
            ["a run has one profile", "leave the option out"],
        ),
        (
            ["--to", "sam", "--interval", "15"],
            ["have hours only", "run.record_s=900"],
        ),
        (
            ["--to", "genx", "--interval", "15"],
            ["GenX reads hours only", "--interval 60"],
        ),
        (
            ["--to", "sam", "--utc-offset", "-6"],
            ["-7 h ahead of UTC", "leave the option out"],
        ),
        (
            ["--to", "sam", "-o", "year"],
            ["`coldaisle export` did not write", "-o"],
        ),
    ] {
        lab.refused(&[&["export", "year"][..], &arguments].concat(), &words);
    }
}

#[test]
fn options_that_do_not_exist() {
    let lab = Lab::with("tiny.toml", TINY);
    for (arguments, words) in [
        (&["export", "tiny.toml"][..], ["--to <FORMAT>", "required"]),
        (
            &["export", "tiny.toml", "--to", "pipsa"],
            ["there is no format 'pipsa'", "did you mean 'pypsa'?"],
        ),
        (
            &["export", "x", "--to", "sam", "--band", "p05"],
            ["p10, p50, p90", "--band"],
        ),
        (
            &["export", "x", "--to", "sam", "--interval", "30"],
            ["15, 60", "--interval"],
        ),
        (
            &["export", "x", "--to", "sam"],
            ["x: there is no such folder", "coldaisle run"],
        ),
        (
            &["export", "tiny.toml", "--to", "sam"],
            ["tiny.toml: this is a file", "run it first"],
        ),
    ] {
        lab.refused(arguments, &words);
    }
}

const FLEET: &str = "\
name = 'fleet'
draws = 40
sensitivity_points = 8
profiles = 7
years = { first = 2025, last = 2026 }
[scope]
region = 'here'
ai = 'all'
utc_offset_h = -6
[[generation]]
name = 'h100'
server = 'hgx-h100'
shipments = { 2024 = 1000, 2025 = 1200, growth = 0.2 }
[[use]]
name = 'serving'
busy = 0.4
[[site]]
name = 'first'
scenario = 'hall.toml'
[[vary]]
key = 'use.serving.busy'
drawn.uniform = { low = 0.2, high = 0.6 }
";

#[test]
fn a_forecast_is_exported_whole_or_refused() {
    let lab = Lab::with("hall.toml", include_str!("../../examples/hall.toml"));
    lab.write("fleet.toml", FLEET);
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("surfaces");
    let kept = kept.to_string_lossy().into_owned();
    let forecast = |more: &[&str]| {
        let to_file = ["forecast", "fleet.toml", "-q", "--surfaces", &kept];
        lab.good(&[&to_file[..], more].concat());
    };
    forecast(&["-o", "fleet"]);
    forecast(&["-o", "other", "--set", "draws=30"]);
    // Each column once, though they need two blocks.
    let said = lab.good(&["export", "fleet", "--to", "reeds", "-o", "reeds"]);
    for name in ["2025 p10", "2026 p10"] {
        assert_eq!(said.out.matches(name).count(), 1, "{}", said.out);
    }
    let said = lab.good(&["export", "fleet", "--to", "antares", "-o", "antares"]);
    for name in ["2026 draw 1", "2026 draw 4", "2026 draw 7"] {
        assert!(said.out.contains(name), "{}", said.out);
    }
    assert!(said.err.contains("7 draws of 2026"), "{}", said.err);
    assert!(!said.out.contains("p10"), "{}", said.out);
    lab.good(&["export", "fleet", "--to", "antares", "-o", "antares"]);
    lab.refused(
        &["export", "other", "--to", "antares", "-o", "antares"],
        &["other results of the same name", "with -o"],
    );

    crate::workbook::check_forecast(&lab, "fleet", 2026);

    let files = lab.names("fleet");
    let copy = |to: &str, without: &str| {
        std::fs::create_dir(lab.path(to)).unwrap();
        for file in files.iter().filter(|file| *file != without) {
            lab.write(&format!("{to}/{file}"), lab.read(&format!("fleet/{file}")));
        }
    };
    let missing = "no whole result";
    for (number, (without, words)) in [
        ("run.json", [missing, "run.json is missing"]),
        ("draws_8760_2026.csv", [missing, "--band p50"]),
        ("forecast.json", [missing, "forecast.toml -o DIR"]),
        ("forecast.csv", [missing, "copy the whole folder"]),
    ]
    .into_iter()
    .enumerate()
    {
        let to = format!("copy-{number}");
        copy(&to, without);
        lab.refused(&["export", &to, "--to", "antares"], &words);
    }
    copy("half", "run.json");
    lab.write("half/run.json", "{");
    lab.refused(
        &["export", "half", "--to", "sam"],
        &["half/run.json, line 1", missing],
    );
}
