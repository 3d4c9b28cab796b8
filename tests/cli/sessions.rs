//! `run --commands`: recorded commands, repeated.

use crate::lab::{JOBS, Lab, TINY};

const SESSION: &str = r#"
set = ["hall.0.racks=4"]

[[command]]
at_s = 3600.0
act.demand = { factor = 0.5 }

[[command]]
at_s = 7200.0
act.coolant = { hall = "north", supply_c = 27.0 }

[[command]]
at_s = 7200.0
act.weather = { warmer_k = 6.0 }

[[command]]
at_s = 14400.0
act.water = { circuit = "site", supply_c = 20.0 }

[[command]]
at_s = 21600.0
act.grid_limit = { mw = 0.07 }

[[command]]
at_s = 28800.0
act.grid_limit = {}

[[command]]
at_s = 36000.0
act.event = { minutes = 120, what.crah_trip = { share = 0.5 } }

[[command]]
at_s = 39600.0
act.repair = {}
"#;

/// The same session gives the same bytes, its folder runs again by itself, and each command is felt from its time on.
#[test]
fn a_session_is_done_again_to_the_bit() {
    let lab = Lab::with("tiny.toml", TINY);
    lab.write("session.toml", SESSION);
    let run = |scenario: &str, session: &str, out: &str| {
        lab.good(&["run", scenario, "--commands", session, "-o", out, "-q"]);
        ["timeseries.csv", "summary.json", "racks.csv"]
            .map(|file| lab.read(&format!("{out}/{file}")))
    };
    let first = run("tiny.toml", "session.toml", "a");
    assert_eq!(first, run("tiny.toml", "session.toml", "b"));
    // The folder's scenario holds the changed keys, its session the commands.
    assert_eq!(first, run("a/scenario.toml", "a/session.toml", "c"));
    let plain = {
        lab.good(&[
            "run",
            "tiny.toml",
            "--set",
            "hall.0.racks=4",
            "-o",
            "d",
            "-q",
        ]);
        lab.read("d/timeseries.csv")
    };
    let column = |text: &str, name: &str| -> Vec<f64> {
        let mut lines = text.lines();
        let at = lines
            .next()
            .unwrap()
            .split(',')
            .position(|n| n == name)
            .unwrap();
        lines
            .map(|line| line.split(',').nth(at).unwrap().parse().unwrap())
            .collect()
    };
    let both = |name: &str| (column(&first[0], name), column(&plain, name));
    // Rows are a quarter of an hour; row 4 begins with the second hour.
    let (it, without) = both("it_kw");
    assert_eq!(it[..4], without[..4]);
    assert!(it[4] < 0.95 * without[4], "{} {}", it[4], without[4]);
    let (supply, without) = both("north_supply_c");
    assert_eq!(supply[..8], without[..8]);
    assert!(
        supply[12] > without[12] + 2.5,
        "{} {}",
        supply[12],
        without[12]
    );
    let (air, without) = both("dry_bulb_c");
    assert!((air[8] - without[8] - 6.0).abs() < 0.011 && air[7] == without[7]);
    let (water, without) = both("supply_c");
    assert!(
        water[20] > without[20] + 1.5,
        "{} {}",
        water[20],
        without[20]
    );
    let (all, without) = both("facility_kw");
    assert!(all[24..32].iter().all(|kw| *kw <= 70.0) && without[24] > 100.0);
    assert!(all[33] > 70.5, "the limit is gone again: {}", all[33]);
}

/// Demand moves services and their tokens, and leaves the queue alone.
#[test]
fn demand_is_that_of_services() {
    let at = TINY.find("[workload").unwrap();
    let lab = Lab::with("t.toml", format!("{}{JOBS}", &TINY[..at]));
    lab.write(
        "s.toml",
        "[[command]]\nat_s = 0\nact.demand = { factor = 0.5 }\n",
    );
    lab.good(&["run", "t.toml", "-o", "a", "-q"]);
    lab.good(&["run", "t.toml", "--commands", "s.toml", "-o", "b", "-q"]);
    assert_eq!(
        lab.read("a/jobs.csv").lines().count(),
        lab.read("b/jobs.csv").lines().count()
    );
    let tokens = |run: &str| lab.json(&format!("{run}/summary.json"))["jobs"]["tokens"].as_f64();
    let (all, half) = (tokens("a").unwrap(), tokens("b").unwrap());
    assert!(half < all, "{half} {all}");
}

#[test]
fn broken_sessions_are_refused() {
    let lab = Lab::with("tiny.toml", TINY);
    let command = |act: &str| format!("[[command]]\nat_s = 60\nact.{act}\n");
    for (text, parts) in [
        (
            command("coolant = { hall = 'nrth', supply_c = 20 }"),
            ["no hall 'nrth'", "north"],
        ),
        (
            command("water = { circuit = 'sit', supply_c = 20 }"),
            ["no circuit 'sit'", "site"],
        ),
        (command("coolant = { supply_c = 400 }"), ["supply_c", "100"]),
        (
            command("demand = { factor = 11 }"),
            ["demand.factor", "up to 10"],
        ),
        (
            command("demand = { factor = -1 }"),
            [
                "-1 must be zero or above",
                "correct it, or remove the command",
            ],
        ),
        (
            command("water = { supply_c = 2 }"),
            ["water.supply_c: facility water of 2 °C", "use 3 or more"],
        ),
        (
            command("weather = { warmer_k = 31 }"),
            ["weather.warmer_k", "-30 to 30"],
        ),
        (command("grid_limit = { mw = 0 }"), ["mw", "above zero"]),
        (
            command("event = { minutes = 0, what.heat_wave = { warmer_k = 5 } }"),
            ["minutes", "above zero"],
        ),
        (
            command("event = { minutes = 5, what.heat_wave = { warmer_k = 50 } }"),
            ["event.what.heat_wave.warmer_k", "5 to 10"],
        ),
        (
            command("event = { minutes = 5, what.fire = {} }"),
            ["fire", "chiller_trip"],
        ),
        (command("dance = {}"), ["dance", "coolant"]),
        (
            "[[command]]\nact.repair = {}\n".into(),
            ["at_s", "session.toml"],
        ),
        (
            "set = [\"hall.0.racks=0\"]\n".into(),
            ["racks", "tiny.toml"],
        ),
        ("commands = []\n".into(), ["commands", "session.toml"]),
    ] {
        lab.write("session.toml", text);
        lab.refused(&["run", "tiny.toml", "--commands", "session.toml"], &parts);
    }
    lab.refused(
        &["run", "tiny.toml", "--commands", "none.toml"],
        &["none.toml", "--record"],
    );
}
