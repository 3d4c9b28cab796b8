//! docs/results.md against what the program writes: no column or figure is missing on either side. The table of figures
//! follows from their descriptions.
//!
//! ```text
//! COLDAISLE_WRITE_DOCS=1 cargo test --test cli results_document     writes it into the document
//! ```

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use coldaisle::metrics::Summary;
use coldaisle::metrics::figures::Figure;

use crate::lab::{AIR, CHILLERS, IMMERSION, LOAD, Lab, tiny};

/// Nearly everything that a scenario can hold, so that nearly everything is reported.
pub(crate) const RICH: &str = r#"name = "rich"

[[it]]
name = "switches"
what.devices = { entry = "edr-switch", count = 2 }
hall = "plated"
[[it]]
name = "storage"
what.storage = { tb = 100 }
heat = "own"
[[it]]
name = "logs"
what.load = { kw = 0.4 }
heat = "own"
ups = false

[run]
start = "2026-07-01"
days = 2
step_s = 60
record_s = 900

[site]
climate = "phoenix"
price_usd_mwh = 70
demand_usd_kw_month = 12
water_usd_m3 = 1.5
grid_limit_mw = 0.33
other_kw = 5
solar = { dc_mw = 2.0 }
battery = { energy_mwh = 0.2, power_mw = 0.1, peak_target_mw = 0.3 }
generator = { power_mw = 1.0, fuel_usd_kg = 1.1 }

[[hall]]
name = "plated"
server = "hgx-h100"
racks = 4
servers_per_rack = 4
[hall.thermal_shutdown]
coolant_above_k = 60
[hall.cooling.cold_plate]
supply_c = 34.0
[hall.cooling.cold_plate.room.humidity]
[hall.room_rejection.water_cooled_chiller]
setpoint_c = 17.5

[[hall]]
name = "boiling"
server = "hgx-h100"
racks = 2
servers_per_rack = 4
[hall.cooling.two_phase]
[hall.heat_rejection.surface_water]
setpoint_c = 30.0

[heat_rejection.tower]
setpoint_c = 30.0
free_cooling = {}
reuse = { share = 0.2 }

[electrical.ups_battery]
minutes = 5

[cost]
heat_usd_mwh = 15
carbon_usd_t = 50
other_usd = 1e5
sells_usd_gpu_hour = 2

[workload.inference]
gpus = 128
mean_utilisation = 0.9
daily_swing = 0.05
weekend_factor = 1.0
tokens_per_gpu_s = 1700

[workload.diffusion]
model = "flux.1-dev"
images_per_hour = 300
gpus = 8
scaling = "unload"

[workload.offload]
device = "phone-npu"
share = 0.1

[workload.batch]
jobs_per_day = 400
gpus = [8, 16]
median_hours = 1.0
ends = { cancelled = 0.2 }
deadline_slack_hours = 2
deferrable = 0.5

[[event]]
name = "outage"
start = "2026-07-01T12:00"
minutes = 10
what.utility_outage = {}

[[event]]
start = "2026-07-01T14:00"
minutes = 240
what.cdu_trip = {}

[[event]]
start = "2026-07-01T14:00"
minutes = 240
what.pump_trip = {}
"#;

/// The part of the document under a heading of the second order.
fn section<'a>(text: &'a str, heading: &str) -> &'a str {
    let begin = format!("\n## {heading}\n");
    let at = text.find(&begin).unwrap_or_else(|| panic!("no {begin:?}"));
    let rest = &text[at + begin.len()..];
    rest.split("\n## ").next().unwrap()
}

/// Text in backticks in a cell.
fn names(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The cells of each row of the tables in a text.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = text.lines().filter(|line| line.starts_with('|'));
    lines.map(|line| line.split('|').skip(1).map(str::trim).collect())
}

/// First cells: the columns of a file.
fn columns(text: &str) -> BTreeSet<String> {
    let names = rows(text).flat_map(|cells| names(cells[0]));
    names.map(str::to_owned).collect()
}

fn compare(what: &str, documented: &BTreeSet<String>, written: &BTreeSet<String>) {
    let missing: Vec<_> = written.difference(documented).collect();
    assert!(
        missing.is_empty(),
        "{what}: docs/results.md lacks {missing:?}"
    );
    let stale: Vec<_> = documented.difference(written).collect();
    assert!(
        stale.is_empty(),
        "{what}: docs/results.md has {stale:?}, which no run writes"
    );
}

/// Every figure of `summary.json` as `group.figure`; nested ones are joined by `_`.
fn figures(summary: &serde_json::Value) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (group, figures) in summary.as_object().unwrap() {
        for (key, value) in figures.as_object().unwrap() {
            match value.as_object() {
                Some(inner) => all.extend(inner.keys().map(|of| format!("{group}.{key}_{of}"))),
                None => all.extend([format!("{group}.{key}")]),
            }
        }
    }
    all
}

/// Every figure, those of one class of jobs for all classes.
fn described() -> Vec<Figure> {
    let all = Summary::default()
        .table()
        .into_iter()
        .map(|(figure, _)| figure);
    let of_class =
        |figure: &Figure| ["jobs_pretraining", "jobs_fine_tuning"].contains(&figure.group);
    all.filter(|figure| !of_class(figure)).collect()
}

#[test]
fn the_document_shows_every_figure_as_it_is_described() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/results.md");
    let stands = std::fs::read_to_string(&path).unwrap();
    let mut table = String::from("| group | figure | unit | meaning |\n|---|---|---|---|\n");
    let mut group = "";
    for figure in described() {
        let first = if figure.group == group {
            String::new()
        } else {
            format!("`{}` ", figure.group)
        };
        group = figure.group;
        let key = match figure.key.strip_prefix("wait_s_") {
            Some(part) => format!("`wait_s` `{part}`"),
            None => format!("`{}`", figure.key),
        };
        let unit = figure.spec.unit.name();
        let unit = if unit.is_empty() {
            String::new()
        } else {
            format!("{unit} ")
        };
        writeln!(table, "| {first}| {key} | {unit}| {} |", figure.meaning()).unwrap();
    }
    let mut wanted = stands.clone();
    let (begin, end) = ("<!-- figures -->\n", "<!-- end figures -->");
    let (Some(from), Some(to)) = (wanted.find(begin), wanted.find(end)) else {
        panic!("docs/results.md lacks the markers {begin}{end}");
    };
    wanted.replace_range(from + begin.len()..to, &table);
    if std::env::var_os("COLDAISLE_WRITE_DOCS").is_some() {
        std::fs::write(&path, wanted).unwrap();
        return;
    }
    assert!(
        wanted == stands,
        "docs/results.md is out of date; `COLDAISLE_WRITE_DOCS=1 cargo test --test cli results_document` writes it"
    );
}

#[test]
fn the_document_names_every_column_and_figure() {
    let document = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/results.md"));
    let document = document.unwrap();
    let lab = Lab::with("rich.toml", RICH);
    lab.write(
        "session.toml",
        "[[command]]\nat_s = 3600.0\nact.weather = { warmer_k = 1.0 }\n",
    );
    let session = ["--commands", "session.toml"];
    lab.good(&[&["run", "rich.toml", "-q", "-o", "r"], &session[..]].concat());
    // A measured load cannot be combined.
    lab.write("load.csv", "time_h,facility_kw\n0,150\n24,150\n");
    let measured = "[workload.profile]\nfile = 'load.csv'\nrepeat = true\n";
    lab.write("measured.toml", tiny(&[(LOAD, measured)]));
    lab.good(&["run", "measured.toml", "-q", "-o", "m"]);
    // Nor can hashing, and one hall hashes by one algorithm.
    let stop = "[workload.mining]\nhash_price_usd_ph_day = 38\nstop_above_usd_mwh = 100\n";
    let priced = "climate = \"phoenix\"\nprice_usd_mwh = 35\n";
    let machines = [
        (LOAD, stop),
        ("\"hgx-h100\"", "\"antminer-s21\""),
        ("climate = \"phoenix\"\n", priced),
    ];
    lab.write("sha.toml", tiny(&machines));
    lab.good(&["run", "sha.toml", "-q", "-o", "s"]);
    lab.write("eth.toml", tiny(&[(LOAD, "[workload.mining]\n")]));
    // Nor does a summer have frost.
    let towers =
        "[heat_rejection.tower]\nsetpoint_c = 20.0\ntower_pumps = 4\ntower = { cells = 4 }\n";
    let winter = [
        (CHILLERS, towers),
        ("\"phoenix\"", "\"chicago\""),
        ("2026-07-01", "2026-01-10"),
        ("supply_c = 24.0", "supply_c = 26.0"),
        (LOAD, "[workload.constant]\nutilisation = 0.1\n"),
    ];
    lab.write("frost.toml", tiny(&winter));
    lab.good(&["run", "frost.toml", "-q", "-o", "f"]);
    lab.good(&["run", "eth.toml", "-q", "-o", "e"]);
    // And plates get hot within less than five steps.
    let trip = "[[event]]\nstart = \"2026-07-01T12:00\"\nminutes = 180\nwhat.pump_trip = {}\n";
    let tanks = [
        ("step_s = 300", "step_s = 60"),
        (AIR, IMMERSION),
        (CHILLERS, "[heat_rejection.tower]\nsetpoint_c = 30.0\n"),
        (LOAD, "[workload.constant]\nutilisation = 0.85\n"),
    ];
    lab.write("trip.toml", tiny(&tanks) + trip);
    lab.good(&["run", "trip.toml", "-q", "-o", "t"]);
    // Few sites have a log of requests.
    lab.write(
        "requests.csv",
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2026-01-01 00:00:00,900,30\n",
    );
    let trace =
        "[workload.trace.azure]\nfile = 'requests.csv'\ninference = { model = 'llama-3.1-8b' }\n";
    lab.write("requests.toml", tiny(&[(LOAD, trace)]));
    lab.good(&["run", "requests.toml", "-q", "-o", "q"]);
    let of_load = lab.read("m/timeseries.csv");
    let of_load = ["unserved_kw", "excess_kw"].map(|name| {
        let found = of_load
            .lines()
            .next()
            .unwrap()
            .split(',')
            .any(|cell| cell == name);
        assert!(found, "{name}");
        name.to_owned()
    });

    for file in [
        "timeseries",
        "racks",
        "circuits",
        "jobs",
        "events",
        "bill",
        "load_8760",
    ] {
        let text = lab.read(&format!("r/{file}.csv"));
        // A hall's and a circuit's columns are in the document once.
        let circuits = ["plated_room_water_", "boiling_water_", "site_"];
        let plain = |name: &str| {
            let of_circuit = circuits
                .iter()
                .find_map(|circuit| name.strip_prefix(circuit));
            let of_hall = ["plated_", "boiling_"];
            let of_hall = of_hall.iter().find_map(|hall| name.strip_prefix(hall));
            match (of_circuit, of_hall) {
                (Some(rest), _) => format!("CIRCUIT_{rest}"),
                (None, Some(rest)) => format!("HALL_{rest}"),
                (None, None) => name.to_owned(),
            }
        };
        let written = text.lines().next().unwrap().split(',').map(plain);
        let documented = columns(section(&document, &format!("`{file}`")));
        let measured = of_load.iter().filter(|_| file == "timeseries").cloned();
        compare(file, &documented, &written.chain(measured).collect());
    }

    let described = described().into_iter();
    let documented = described
        .map(|figure| format!("{}.{}", figure.group, figure.key))
        .collect();
    let mut written = figures(&lab.json("r/summary.json"));
    for other in ["m", "s", "e", "f", "t", "q"] {
        written.append(&mut figures(&lab.json(&format!("{other}/summary.json"))));
    }
    compare("summary.json", &documented, &written);

    // The folder holds the files of the first table and no others.
    let listed = columns(document.split("\n## ").next().unwrap());
    compare("the folder", &listed, &lab.names("r").into_iter().collect());
}

/// The meter's hourly value is the mean of its four quarters, and its year is purchases less sales.
#[test]
fn the_load_at_the_meter_is_that_of_the_time_series() {
    let lab = Lab::with("rich.toml", RICH);
    lab.good(&["run", "rich.toml", "-q", "-o", "r"]);
    let numbers = |file: &str, name: &str| -> Vec<f64> {
        let text = lab.read(file);
        let at = text
            .lines()
            .next()
            .unwrap()
            .split(',')
            .position(|cell| cell == name);
        let rows = text.lines().skip(1);
        rows.map(|row| row.split(',').nth(at.unwrap()).unwrap().parse().unwrap())
            .collect()
    };
    for (hourly, quarterly) in [("grid_mw", "grid_kw"), ("facility_mw", "facility_kw")] {
        let quarters = numbers("r/timeseries.csv", quarterly);
        let hours = numbers("r/load_8760.csv", hourly);
        assert_eq!((hours.len(), quarters.len()), (48, 192));
        for (hour, quarters) in hours.iter().zip(quarters.chunks(4)) {
            let mean_mw = quarters.iter().sum::<f64>() / 4e3;
            // Both are printed to the watt.
            assert!(
                (hour - mean_mw).abs() < 1.1e-6,
                "{hourly}: {hour} {mean_mw}"
            );
        }
    }
    let summary = &lab.json("r/summary.json")["energy_mwh"];
    let get = |key: &str| summary[key].as_f64().unwrap();
    let net_mwh: f64 = numbers("r/load_8760.csv", "grid_mw").iter().sum();
    assert!(
        (net_mwh - (get("grid_import") - get("grid_export"))).abs() < 48e-6,
        "{net_mwh}"
    );
}
