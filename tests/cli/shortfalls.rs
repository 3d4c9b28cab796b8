//! Shortfalls are visible: a figure, a row, a warning; before the run by `validate`, across runs by `compare`.

use coldaisle::cooling::Cooling;

use crate::figures::{Table, near};
use crate::lab::{AIR, CHILLERS, IMMERSION, LOAD, Lab, tiny};
use coldaisle::metrics::Metrics;
use coldaisle::observer::Observer as _;
use coldaisle::scenario;
use coldaisle::study::{self, Progress};

/// The same without the command line: who runs a scenario from Rust gets it too, from what was resolved and from the
/// metrics.
#[test]
fn a_program_that_embeds_a_run_is_warned_as_well() {
    let text = tiny(&[(
        CHILLERS,
        &format!("{CHILLERS}chillers = 4\ncapacity_kw = 1\n"),
    )]);
    let lab = Lab::with("hot.toml", text);
    let resolved = || {
        let loaded = scenario::load(&lab.path("hot.toml"), &[]).unwrap();
        scenario::resolve(&loaded).unwrap()
    };
    let sound =
        |warnings: &[String], part: &str| warnings.iter().any(|reported| reported.contains(part));
    let run = resolved();
    let before = run.warnings();
    assert!(sound(&before, "by design this will not hold"), "{before:?}");
    let mut metrics = Metrics::new(&run.context());
    let mut simulation = run.simulation;
    while let Some(snapshot) = simulation.step().unwrap() {
        metrics.observe(snapshot).unwrap();
    }
    let after = metrics.warnings();
    assert!(sound(&after, "heat switched racks off for"), "{after:?}");
    let hidden = Progress::hidden();
    let (_, all, _) = study::simulate(resolved(), &mut (), &hidden).unwrap();
    assert_eq!(all.len(), before.len() + after.len(), "{all:?}");
    assert_eq!(all[..before.len()], before);
}

/// A number that follows a text.
fn number_after(text: &str, before: &str) -> Option<f64> {
    let at = text.find(before)? + before.len();
    let rest = text[at..].trim_start();
    let end = rest
        .find(|c: char| !(c.is_ascii_digit() || "-.".contains(c)))
        .unwrap_or(rest.len());
    rest[..end].trim_end_matches('.').parse().ok()
}

fn figure(json: &serde_json::Value, group: &str, key: &str) -> f64 {
    let value = json[group][key].as_f64();
    value.unwrap_or_else(|| panic!("no {group}.{key}"))
}

/// Standard output as one line: `validate` wraps at words.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// 96 GPUs at 70 % all day, and chillers for 1 kW each: heat switches the hall off. What the GPUs did not do, step by
/// step, is what the run reports as undone.
#[test]
fn a_hall_that_heat_switched_off_is_no_saving() {
    let text = tiny(&[
        ("record_s = 900", "record_s = 300"),
        (
            CHILLERS,
            &format!("{CHILLERS}chillers = 4\ncapacity_kw = 1\neconomizer = \"none\"\n"),
        ),
    ]);
    let lab = Lab::with("hot.toml", text);
    let said = lab.good(&["run", "hot.toml", "-o", "r"]);
    let words = [
        "heat switched racks off for",
        "is not a saving",
        "a rack's coolant was above its limit",
        "facility water was above its setpoint for",
    ];
    said.has(&words);
    let rows = [
        "Did not hold",
        "switched off by heat",
        "racks above their limit",
        "water above its setpoint",
    ];
    for row in rows {
        assert!(said.out.contains(row), "{row}: {}", said.out);
    }
    let reported = lab.json("r/run.json")["warnings"].to_string();
    assert!(
        reported.contains(words[0]) && reported.contains(words[3]),
        "{reported}"
    );

    let summary = lab.json("r/summary.json");
    let series = Table::read(&lab, "r/timeseries.csv");
    let loads = series.numbers("north_utilisation");
    let step_h = 300.0 / 3600.0;
    let off: f64 = loads.iter().map(|load| 96.0 * (1.0 - load / 0.7)).sum();
    // What is off at the end of a step is off in the next.
    let hours = figure(&summary, "thermal", "off_gpu_hours");
    near("off", hours, off * step_h, 96.0 * step_h + 0.1);
    assert!(hours > 1500.0, "{hours}");
    near(
        "share",
        figure(&summary, "thermal", "off_share"),
        hours / (96.0 * 24.0),
        1e-12,
    );
    // What was done: GPUs × load × clock, and the clock was full nearly always.
    let done: f64 = loads.iter().map(|load| 96.0 * load).sum();
    let work = figure(&summary, "work", "gpu_hours");
    let throttled = figure(&summary, "thermal", "throttled_gpu_hours");
    assert!(work <= done * step_h + 0.1, "{work} {done}");
    assert!(work >= done * step_h - throttled - 0.1, "{work} {done}");
    near(
        "energy of work",
        figure(&summary, "work", "kwh_per_gpu_hour"),
        1e3 * figure(&summary, "energy_mwh", "facility") / work,
        1e-9,
    );
    let setpoint: Vec<f64> = series.numbers("supply_c");
    let above = setpoint.iter().filter(|c| **c > 18.1).count() as f64;
    let hours = figure(&summary, "thermal", "hours_above_setpoint");
    near("above its setpoint", hours, above * step_h, step_h);

    let said = lab.good(&["validate", "hot.toml"]);
    let out = flat(&said.out);
    for part in [
        "will not hold",
        "hottest hour (48.7 °C",
        "with every chip at 70 %: switched off by heat",
        "water of the circuit 'site' reaches",
        "about 8760 h of the year",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
}

/// Where all holds there is no warning, the figures are there and zero, and the work is that requested: 96 GPUs × 0.7 × 24 h.
#[test]
fn a_hall_that_holds_is_quiet() {
    let lab = Lab::with("good.toml", tiny(&[]));
    let said = lab.good(&["run", "good.toml", "-o", "r"]);
    assert_eq!(said.err, "");
    assert!(!said.out.contains("Did not hold"), "{}", said.out);
    let summary = lab.json("r/summary.json");
    for (group, key) in [
        ("thermal", "off_gpu_hours"),
        ("thermal", "off_share"),
        ("thermal", "hours_above_limit"),
        ("thermal", "hours_above_setpoint"),
        ("thermal", "hours_above_water_class"),
        ("supply", "overload_hours"),
    ] {
        assert_eq!(figure(&summary, group, key), 0.0, "{key}");
    }
    near(
        "work",
        figure(&summary, "work", "gpu_hours"),
        // Chips cooler than those of published programs get on by three parts in a thousand more.
        96.0 * 0.7 * 24.0,
        8.0,
    );
    let out = lab.good(&["validate", "good.toml"]).out;
    assert!(!out.contains("will not hold"), "{out}");
}

/// The side that stops in the heat draws less: `compare` reports it first, and gives the energy of the work.
#[test]
fn compare_begins_with_sides_that_did_other_work() {
    let lab = Lab::with("a.toml", tiny(&[("\"tiny\"", "\"chillers\"")]));
    let dry = "[heat_rejection.dry_cooler]\nsetpoint_c = 18.0\n";
    lab.write("b.toml", tiny(&[("\"tiny\"", "\"dry\""), (CHILLERS, dry)]));
    let said = lab.good(&["compare", "a.toml", "b.toml", "-o", "c.csv"]);
    let first = said.out.lines().next().unwrap();
    assert!(
        first.starts_with("dry did not do the work of chillers: -"),
        "{first}"
    );
    said.has(&["dry: heat switched racks off", "dry: by design"]);
    let line = |what: &str| -> Vec<String> {
        let mut lines = said.out.lines();
        let line = lines.find(|line| line.trim().starts_with(what)).unwrap();
        line.split_whitespace().map(str::to_owned).collect()
    };
    let work = line("work done");
    let [whole, work]: [f64; 2] = [3, 4].map(|at| work[at].replace(',', "").parse().unwrap());
    let percent = number_after(first, "chillers:").unwrap();
    near("less work", percent, 100.0 * (work / whole - 1.0), 0.06);
    // Less energy in all, and of the work.
    assert!(line("facility").contains(&"%".into()));
    let energy = line("energy for work");
    let per: Vec<f64> = energy[4..6].iter().map(|x| x.parse().unwrap()).collect();
    assert!(per.iter().all(|kwh| (0.4..3.0).contains(kwh)), "{per:?}");
}

/// A battery that cannot meet its target: 24 h missed. The side without one has a peak at its meter too.
#[test]
fn a_battery_that_missed_its_target() {
    let lab = Lab::with("plain.toml", tiny(&[("\"tiny\"", "\"plain\"")]));
    let site = "climate = \"phoenix\"\nbattery = { energy_mwh = 0.01, power_mw = 0.002, peak_target_mw = 0.02 }\n";
    let changes = [
        ("\"tiny\"", "\"battery\""),
        ("climate = \"phoenix\"\n", site),
    ];
    lab.write("battery.toml", tiny(&changes));
    let said = lab.good(&["run", "battery.toml", "-o", "r"]);
    said.has(&["the site battery missed its peak_target_mw for 24 h"]);
    let summary = lab.json("r/summary.json");
    assert_eq!(figure(&summary, "supply", "over_target_hours"), 24.0);
    near(
        "missed by",
        figure(&summary, "supply", "over_target_max_mw"),
        figure(&summary, "peak_kw", "grid") / 1e3 - 0.02,
        1e-9,
    );
    let said = lab.good(&["compare", "plain.toml", "battery.toml"]);
    let mut lines = said.out.lines();
    let peak = lines
        .find(|line| line.contains("peak at the meter"))
        .unwrap();
    let words: Vec<&str> = peak.split_whitespace().collect();
    // Four of the label, the unit, two figures, and that they are equal.
    assert_eq!(words.len(), 8, "{peak}");
    assert_eq!(words[7], "=", "{peak}");
}

/// Plated racks of class W32 on a dry cooler in the desert: hours with warmer water are those of the series.
#[test]
fn water_above_the_class_of_the_equipment() {
    let plates = "[hall.cooling.cold_plate]\nsupply_c = 40.0\nwater_class = \"W32\"\n\
                  [hall.room_rejection.air_cooled_chiller]\nsetpoint_c = 18\n";
    let dry = "[heat_rejection.dry_cooler]\nsetpoint_c = 31.0\n";
    let text = tiny(&[
        ("record_s = 900", "record_s = 300"),
        (AIR, plates),
        (CHILLERS, dry),
    ]);
    let lab = Lab::with("w.toml", text);
    let said = lab.good(&["run", "w.toml", "-o", "r"]);
    said.has(&["warmer than the hall's water_class allows for"]);
    let summary = lab.json("r/summary.json");
    let water = Table::read(&lab, "r/timeseries.csv").numbers("supply_c");
    let count = |above: f64| water.iter().filter(|c| **c > above).count() as f64 / 12.0;
    let hours = figure(&summary, "thermal", "hours_above_water_class");
    assert!(hours > 6.0, "{hours}");
    near("class", hours, count(32.0), 1.0 / 12.0);
    let hours = figure(&summary, "thermal", "hours_above_setpoint");
    near("setpoint", hours, count(31.1), 1.0 / 12.0);
    let warmest = water.iter().copied().fold(0.0, f64::max);
    let over_k = figure(&summary, "thermal", "above_setpoint_max_k");
    near("by", over_k, warmest - 31.0, 0.011);
}

/// Every technology as it is without a key, and some with keys.
fn technologies() -> Vec<(&'static str, String)> {
    let plain = Cooling::NAMES.iter();
    let mut all: Vec<_> = plain
        .map(|&name| (name, format!("[hall.cooling.{name}]\n")))
        .collect();
    for keys in [
        "supply_c = 24.0\n[hall.cooling.air.economizer.direct]\n",
        "class = \"A1\"\nmax_inlet_c = 30\n",
    ] {
        all.push(("air", format!("[hall.cooling.air]\n{keys}")));
    }
    all
}

const PLANTS: [(&str, [f64; 3]); 4] = [
    ("water_cooled_chiller", [7.0, 18.0, 26.0]),
    ("air_cooled_chiller", [7.0, 18.0, 26.0]),
    ("tower", [18.0, 30.0, 43.7]),
    ("dry_cooler", [18.0, 32.0, 47.0]),
];

/// Every technology on every plant, cold, usual and warm: what is refused names cures, each of which cures; what is not
/// reports every figure that did not hold.
#[test]
fn every_technology_on_every_plant() {
    let (mut refused, mut cured, mut ran) = (0, 0, 0);
    for (technology, cooling) in technologies() {
        for (plant, setpoints) in PLANTS {
            for setpoint in setpoints {
                let table = format!("[heat_rejection.{plant}]\nsetpoint_c = {setpoint}\n");
                let lab = Lab::with("x.toml", tiny(&[(AIR, &cooling), (CHILLERS, &table)]));
                let what = format!("{technology} on {plant} at {setpoint}");
                let said = lab.say(&["validate", "x.toml"]);
                if said.status == Some(0) {
                    ran += 1;
                    tells_of_all(
                        &lab,
                        &what,
                        plant == "dry_cooler" || plant == "tower",
                        setpoint,
                    );
                    continue;
                }
                refused += 1;
                assert_eq!(said.status, Some(2), "{what}: {}", said.err);
                let cures = cures(&said.flat(), technology, plant);
                assert!(!cures.is_empty(), "{what}: {}", said.err);
                for cure in cures {
                    let sets: Vec<&str> = cure.iter().flat_map(|set| ["--set", set]).collect();
                    let mut done = lab.say(&[&["validate", "x.toml"], &sets[..]].concat());
                    // What lies behind the first fault has a cure of its own.
                    if done.status == Some(2) && !same_fault(&said.flat(), &done.flat()) {
                        let next = self::cures(&done.flat(), technology, plant);
                        let next = next
                            .first()
                            .unwrap_or_else(|| panic!("{what}: {}", done.err));
                        let more = next.iter().flat_map(|set| ["--set", set]);
                        let sets: Vec<&str> = sets.iter().copied().chain(more).collect();
                        done = lab.say(&[&["validate", "x.toml"], &sets[..]].concat());
                    }
                    assert_eq!(done.status, Some(0), "{what} with {cure:?}: {}", done.err);
                    cured += 1;
                }
            }
        }
    }
    assert!(
        refused > 20 && cured > refused && ran > 30,
        "{refused} {cured} {ran}"
    );
}

fn same_fault(one: &str, other: &str) -> bool {
    one.split(" --> ").next() == other.split(" --> ").next()
}

/// The cures that a refusal prints, as keys to set.
fn cures(said: &str, technology: &str, plant: &str) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let mut cure = |before: &str, key: String| {
        if let Some(number) = number_after(said, before) {
            all.push(vec![format!("{key}={number:?}")]);
        }
    };
    for key in ["supply_c", "room.supply_c", "saturation_c"] {
        cure(
            &format!("raise {key} to"),
            format!("hall.0.cooling.{technology}.{key}"),
        );
    }
    cure(
        "set setpoint_c of its plant to",
        format!("heat_rejection.{plant}.setpoint_c"),
    );
    cure(
        "[hall.room_rejection.air_cooled_chiller] with setpoint_c =",
        "hall.0.room_rejection.air_cooled_chiller.setpoint_c".into(),
    );
    for key in ["max_inlet_c", "max_supply_c"] {
        cure(
            &format!("set {key} to"),
            format!("hall.0.cooling.{technology}.{key}"),
        );
    }
    all
}

/// Runs it: each figure that did not hold has its row and its warning, and they agree with the water.
fn tells_of_all(lab: &Lab, what: &str, may_float: bool, setpoint: f64) {
    let said = lab.good(&["run", "x.toml", "-o", "r"]);
    let summary = lab.json("r/summary.json");
    let over_k = figure(&summary, "thermal", "above_setpoint_max_k");
    let warmest_c = figure(&summary, "thermal", "supply_max_c");
    // The site's circuit comes first; a room's own is not set here.
    near(what, over_k, (warmest_c - setpoint).max(0.0), 1e-6);
    assert!(may_float || over_k < 0.1, "{what}: {over_k}");
    for (key, row, words) in [
        (
            "off_gpu_hours",
            "switched off by heat",
            "heat switched racks off",
        ),
        ("throttled_gpu_hours", "throttled", "below their clock"),
        (
            "hours_above_limit",
            "racks above their limit",
            "above its limit for",
        ),
        (
            "hours_above_setpoint",
            "water above its setpoint",
            "above its setpoint for",
        ),
    ] {
        let not_held = figure(&summary, "thermal", key) > 0.0;
        let flat = said.flat();
        assert_eq!(flat.contains(words), not_held, "{what}: {key} {flat}");
        assert_eq!(said.out.contains(row), not_held, "{what}: {}", said.out);
    }
}

/// Limits that leave nothing for the coolant are refused, and the limit they name is taken.
#[test]
fn limits_below_the_supply_are_refused() {
    let tower = "[heat_rejection.tower]\nsetpoint_c = 18.0\n";
    for (technology, cooling, key, limit) in [
        ("air", AIR, "max_inlet_c", 10.0),
        ("air", AIR, "max_inlet_c", 24.0),
        (
            "rear_door",
            "[hall.cooling.rear_door]\n",
            "max_inlet_c",
            10.0,
        ),
        ("immersion", IMMERSION, "max_supply_c", 5.0),
        (
            "cold_plate",
            "[hall.cooling.cold_plate]\n",
            "max_supply_c",
            33.9,
        ),
    ] {
        let lab = Lab::with("x.toml", tiny(&[(AIR, cooling), (CHILLERS, tower)]));
        let set = format!("hall.0.cooling.{technology}.{key}={limit:?}");
        let said = lab.refused(
            &["validate", "x.toml", "--set", &set],
            &["leaves nothing above supply_c", "out of range all the time"],
        );
        let cures = cures(&said.flat(), technology, "tower");
        let [cure] = &cures[..] else {
            panic!("{cures:?}")
        };
        lab.good(&["validate", "x.toml", "--set", &cure[0]]);
    }
}

/// An approach that asks for water near freezing: no plant makes that, so the cure is a smaller approach, and it fits.
#[test]
fn water_that_would_freeze_is_no_cure() {
    for (technology, keys) in [
        ("air", "supply_c = 17.0\napproach_k = 15.0\n"),
        ("two_phase", "approach_k = 45.0\n"),
        (
            "two_phase_cold_plate",
            "approach_k = 40.0\nroom.supply_c = 24.0\n",
        ),
    ] {
        let cooling = format!("[hall.cooling.{technology}]\n{keys}");
        let lab = Lab::with("x.toml", tiny(&[(AIR, &cooling)]));
        let said = lab.refused(&["validate", "x.toml"], &["set approach_k to"]);
        let figure = |before: &str| number_after(&said.flat(), before).unwrap();
        let approach = figure("set approach_k to");
        let water = figure("and setpoint_c of its plant to");
        let approach = format!("hall.0.cooling.{technology}.approach_k={approach:?}");
        let water = format!("heat_rejection.water_cooled_chiller.setpoint_c={water:?}");
        let mut sets = vec!["validate", "x.toml", "--set", &approach, "--set", &water];
        if technology == "two_phase_cold_plate" {
            // The room has a need of its own.
            sets.extend([
                "--set",
                "hall.0.room_rejection.air_cooled_chiller.setpoint_c=16.0",
            ]);
        }
        lab.good(&sets);
    }
}

/// A plant for less than its halls, generators and a grid for less than the site: `validate` says each.
#[test]
fn what_is_too_small_is_told_before_the_run() {
    let site = "climate = \"phoenix\"\ngrid_limit_mw = 0.05\ngenerator = { power_mw = 0.04 }\n";
    let all = "[workload.batch]\njobs_per_day = 1\ngpus = [8]\nmedian_hours = 1.0\n";
    let small = format!("{CHILLERS}chillers = 4\ncapacity_kw = 15\n");
    let text = tiny(&[
        ("climate = \"phoenix\"\n", site),
        (CHILLERS, &small),
        (LOAD, all),
    ]);
    let lab = Lab::with("small.toml", text);
    let out = flat(&lab.good(&["validate", "small.toml"]).out);
    for part in [
        "with every chip at 100 %: switched off by heat",
        "at its setpoint its plant carries",
        "above the grid limit of 0.050 MW",
        "above the generators' 0.04 MW: in an outage",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
}

/// The day is that of the load: 96 GPUs draw some 100 kW at work, a measured load of 40 kW stays below a limit of 80.
#[test]
fn a_measured_load_is_designed_for_what_it_asks() {
    let lab = Lab::with("load.csv", "time_h,it_kw\n0,40\n24,40\n");
    let load = "[workload.profile]\nfile = \"load.csv\"\n";
    lab.write("s.toml", tiny(&[(LOAD, load)]));
    let design = |limit: &str| flat(&lab.good(&["validate", "s.toml", "--set", limit]).out);
    let holds = design("site.grid_limit_mw=0.08");
    assert!(!holds.contains("will not hold"), "{holds}");
    let short = design("site.grid_limit_mw=0.03");
    assert!(short.contains("will not hold"), "{short}");
}

/// A run gives the warnings of `validate` in short; one of a year has hot hours of its own.
#[test]
fn a_run_repeats_the_design_check_in_short() {
    let plant = "[heat_rejection.dry_cooler]\nsetpoint_c = 18.0\n";
    let lab = Lab::with("dry.toml", tiny(&[(CHILLERS, plant)]));
    let warned = |more: &[&str]| {
        let said = lab.good(&[&["run", "dry.toml", "-o", "r", "--tables", "none"], more].concat());
        let lines = said
            .err
            .lines()
            .skip_while(|line| !line.contains("by design"));
        let rest = lines
            .clone()
            .skip(1)
            .take_while(|line| line.starts_with(' '));
        lines.take(1).count() + rest.count()
    };
    assert!((2..=5).contains(&warned(&[])), "{}", warned(&[]));
    let year = [
        "--set",
        "run.days=365",
        "--set",
        "run.step_s=3600",
        "--set",
        "run.record_s=3600",
    ];
    assert_eq!(warned(&year), 0);
}
