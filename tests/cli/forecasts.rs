//! `coldaisle forecast`: files that are wrong, layers, folders that run again, threads.

use std::path::Path;

use crate::lab::Lab;

const HALL: &str = include_str!("../../examples/hall.toml");

const GOOD: &str = "\
name = 'fleet'
draws = 40
sensitivity_points = 8
profiles = 3
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
name = 'training'
share = 0.6
busy = 0.8
[[use]]
name = 'serving'
busy = 0.4
swing = 0.3
[conventional]
it_twh = 0.01
[[site]]
name = 'first'
scenario = 'hall.toml'
share = 0.7
[[site]]
name = 'second'
scenario = 'hall.toml'
[[vary]]
name = 'busy'
key = 'use.serving.busy'
drawn.uniform = { low = 0.2, high = 0.6 }
[[vary]]
key = 'generation.*.idle_share'
drawn.triangular = { low = 0.15, mode = 0.2, high = 0.3 }
";

fn lab() -> Lab {
    let lab = Lab::with("hall.toml", HALL);
    lab.write("fleet.toml", GOOD);
    lab
}

/// Plants that were made before a fault was found are kept: they are nobody's result.
fn kept() -> String {
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("surfaces");
    kept.to_string_lossy().into_owned()
}

/// Runs a forecast; plants are kept with those of other tests.
fn forecast(lab: &Lab, arguments: &[&str]) -> crate::lab::Said {
    lab.good(&[&["forecast"], arguments, &["--surfaces", &kept()]].concat())
}

#[test]
fn mistakes_are_told_at_their_place_and_leave_nothing() {
    for (from, to, parts) in [
        (
            "share = 0.7\n[[site]]\nname = 'second'\nscenario = 'hall.toml'",
            "share = 0.7\n[[site]]\nname = 'second'\nscenario = 'hall.toml'\nshare = 0.5",
            &[
                "add up to 1.2000 in 2025",
                "leave share out of one of them",
                "fleet.toml",
            ][..],
        ),
        (
            "shipments = { 2024 = 1000, 2025 = 1200, growth = 0.2 }",
            "shipments = { 2023 = 1000, 2025 = 1200, growth = 0.2 }",
            &["2024 is missing", "amounts are not filled in"],
        ),
        (
            "shipments = { 2024 = 1000, 2025 = 1200, growth = 0.2 }",
            "shipments = { 2024 = 1000, 2025 = 1200 }",
            &["ends in 2025, and 2026 is asked for"],
        ),
        (
            "server = 'hgx-h100'",
            "server = 'hgx-h100'\nsurvival.table.share = [1.0, 0.8, 0.9]",
            &["survival rises from 0.8 at 1 to 0.9 at 2 years"],
        ),
        (
            "server = 'hgx-h100'",
            "server = 'hgx-h10'",
            &["there is no server 'hgx-h10'", "hgx-h100"],
        ),
        (
            "scenario = 'hall.toml'\nshare",
            "scenario = 'hal.toml'\nshare",
            &["hal.toml"],
        ),
        (
            "scenario = 'hall.toml'\nshare",
            "scenario = 'hall.toml'\nset.site.climate = 'atlantis'\nshare",
            &["atlantis"],
        ),
        (
            "key = 'use.serving.busy'",
            "key = 'use.serve.busy'",
            &["there is no entry 'serve'", "serving"],
        ),
        (
            "key = 'use.serving.busy'",
            "key = 'use.serving.bussy'",
            &["bussy"],
        ),
        (
            "key = 'use.serving.busy'",
            "key = 'years.last'",
            &["years.last cannot be drawn"],
        ),
        (
            "key = 'use.serving.busy'",
            "key = 'site.first.scenario'",
            &["cannot be drawn", "second [[site]]"],
        ),
        ("low = 0.2, high = 0.6", "low = 0.2, high = 1.6", &["busy"]),
        ("it_twh = 0.01", "it_twh = -1", &["out of range"]),
        ("draws = 40", "drawz = 40", &["drawz", "draws"]),
        (
            "name = 'second'",
            "name = 'first'",
            &["two of [[site]] are called 'first'"],
        ),
        ("last = 2026", "last = 2024", &["the years 2025 to 2024"]),
        (
            "key = 'use.serving.busy'",
            "key = 'generation.h100.idle_share'",
            &["is drawn twice", "busy"],
        ),
        (
            "[conventional]",
            "[grid]\ntwh = -4\n[conventional]",
            &["-4.000000 in 2025 is out of range"],
        ),
        (
            "name = 'h100'",
            "name = 'h.100'",
            &["'h.100' is no name", "a dot parts keys"],
        ),
        ("utc_offset_h = -6", "utc_offset_h = 0.3", &["quarters"]),
        (
            "utc_offset_h = -6",
            "crypto = true",
            &["nothing says how much"],
        ),
        (
            "busy = 0.8",
            "busy = 1.8",
            &["1.800000 in 2025 is out of range"],
        ),
        (
            "[conventional]\nit_twh = 0.01",
            "[conventional]",
            &["nothing says how much conventional IT"],
        ),
    ] {
        let lab = lab();
        assert!(GOOD.contains(from), "{from}");
        lab.write("fleet.toml", GOOD.replacen(from, to, 1));
        lab.refused(
            &["forecast", "fleet.toml", "-o", "out", "--surfaces", &kept()],
            parts,
        );
    }
}

#[test]
fn other_files_are_told_apart() {
    let lab = lab();
    lab.refused(
        &["forecast", "hall.toml"],
        &["this is a scenario, not a forecast", "coldaisle run"],
    );
    lab.refused(&["forecast", "nothing.toml"], &["nothing.toml"]);
    lab.write("empty.toml", "");
    lab.refused(&["forecast", "empty.toml"], &["the file is empty"]);
    lab.write("loop.toml", "base = 'loop.toml'");
    lab.refused(&["forecast", "loop.toml"], &["without end"]);
    lab.write("over.toml", "base = 'gone.toml'");
    lab.refused(&["forecast", "over.toml"], &["gone.toml", "over.toml"]);
    lab.refused(
        &["forecast", "fleet.toml", "--score"],
        &["no metered history"],
    );
}

/// A fault in a base is reported in that file.
#[test]
fn layers_lie_over_each_other() {
    let lab = lab();
    let over = "base = 'fleet.toml'\nname = 'over'\n[[use]]\nname = 'serving'\nbusy = 0.5\n[years]\nlast = 2025\n";
    lab.write("over.toml", over);
    let said = lab.good(&["validate", "over.toml"]);
    for part in ["2025 to 2025", "first", "second"] {
        assert!(said.out.contains(part), "{said:#?}");
    }
    lab.write("fleet.toml", GOOD.replace("share = 0.6", "share = 1.6"));
    lab.refused(&["forecast", "over.toml"], &["fleet.toml", "1.600000"]);
}

/// The same bytes for any number of threads; a result runs again from its folder; another question goes beside it.
#[test]
fn a_forecast_is_the_same_again() {
    let lab = lab();
    for threads in ["1", "3"] {
        let mut command = lab.command(&["forecast", "fleet.toml", "-q", "-o", threads]);
        let ran = command
            .arg("--surfaces")
            .arg(kept())
            .env("RAYON_NUM_THREADS", threads)
            .output();
        assert!(ran.unwrap().status.success());
    }
    // The question is that of the file itself, not of its base.
    lab.write("asked.toml", "# What will it draw?\nbase = 'fleet.toml'\n");
    forecast(&lab, &["asked.toml", "-q", "-o", "asked"]);
    assert_eq!(lab.json("asked/run.json")["question"], "What will it draw?");
    assert_eq!(lab.json("1/run.json").get("question"), None);
    let again = "3/forecast.toml";
    forecast(&lab, &[again, "-q", "-o", "again"]);
    let names = lab.names("1");
    for name in [
        "forecast.csv",
        "load_8760_2026.csv",
        "draws_8760_2026.csv",
        "tornado.csv",
        "sobol.csv",
        "stacks.csv",
        "forecast.json",
    ] {
        assert!(names.iter().any(|own| own == name), "{names:?}");
        for other in ["3", "again"] {
            assert_eq!(
                lab.read(&format!("1/{name}")),
                lab.read(&format!("{other}/{name}")),
                "{other} {name}"
            );
        }
    }
    // it + cooling + other = facility, hour by hour, and their sum is the energy of the table.
    let mut sum = 0.0;
    for line in lab.read("1/load_8760_2026.csv").lines().skip(1) {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        assert!((cells[5] + cells[6] + cells[7] - cells[8]).abs() < 1e-4 * cells[8]);
        sum += cells[8];
    }
    let table = lab.read("1/forecast.csv");
    let rows: Vec<Vec<&str>> = table
        .lines()
        .map(|line| line.split(',').collect())
        .collect();
    let at = rows[0].iter().position(|name| *name == "twh_p50").unwrap();
    let twh: f64 = rows[2][at].parse().unwrap();
    assert!((sum / 1e6 / twh - 1.0).abs() < 0.05, "{sum} MWh, {twh} TWh");
    forecast(&lab, &["fleet.toml", "-q"]);
    forecast(&lab, &["fleet.toml", "-q", "--set", "draws=20"]);
    assert_eq!(lab.names("results"), ["fleet", "fleet-2"]);
}

/// The page holds the figures of the table; it is refused before the work where it cannot go, and made beside a score never.
#[test]
fn a_forecast_makes_its_page() {
    let lab = lab();
    lab.write("notes.html", "mine");
    let arguments = ["forecast", "fleet.toml", "-o", "out", "--report"];
    lab.refused(
        &[&arguments[..], &["notes.html"]].concat(),
        &["it exists and is no report"],
    );
    assert!(!lab.path("out").exists() && lab.read("notes.html") == "mine");
    forecast(
        &lab,
        &["fleet.toml", "-o", "out", "--report", "page.html", "-q"],
    );
    let page = lab.read("page.html");
    let table = lab.read("out/forecast.csv");
    let mut lines = table
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>());
    let names = lines.next().unwrap();
    let mut checked = 0;
    for row in lines {
        let cells = names.iter().zip(&row).skip(1);
        let finite = cells.filter(|(name, _)| name.contains("_p"));
        for (name, cell) in finite.filter(|(_, cell)| cell.parse::<f64>().is_ok_and(f64::is_finite))
        {
            let value: f64 = cell.parse().unwrap();
            let wanted = format!(
                "data-figure=\"forecast.{}.{name}\" data-value=\"{value}\"",
                row[0]
            );
            assert!(page.contains(&wanted), "{wanted}");
            checked += 1;
        }
    }
    assert!(checked > 100, "{checked}");
    assert!(page.len() < 1_000_000, "{}", page.len());
    let again = lab.good(&["report", "out", "-o", "again.html"]);
    assert!(again.out.contains("report in again.html"));
    assert_eq!(lab.read("again.html"), page);
    lab.refused(
        &["forecast", "fleet.toml", "--score", "--report", "page.html"],
        &["cannot be used with"],
    );
}
