//! Scenarios with words deleted, doubled, swapped and replaced: each is either refused with a report that can be
//! read, or accepted, and then its first steps run and balance. Never a panic.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};

use coldaisle::describe::Fault;
use coldaisle::scenario::{Loaded, load, resolve, text};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Replacements of a word.
const NASTY: &[&str] = &[
    "",
    "0",
    "-1",
    "1",
    "2",
    "0.5",
    "1e-9",
    "1e9",
    "1e300",
    "-1e300",
    "nan",
    "-inf",
    "4294967295",
    "4294967296",
    "18446744073709551616",
    "9223372036854775807",
    "true",
    "\"\"",
    "\"x\"",
    "\"../../x\"",
    "\"\\u0000\"",
    "'''",
    "\"\"\"",
    "[]",
    "[[]]",
    "{}",
    "{ a = 1 }",
    "[",
    "]",
    "{",
    "}",
    "=",
    "==",
    ".",
    ",",
    "#",
    "\n",
    "\r",
    "\t",
    "\u{0}",
    "\u{feff}",
    "\u{2028}",
    "ä",
    "🜁",
    "2026-02-29",
    "1979-05-27T07:32:00Z",
    "[[hall]]",
    "[site]",
    "hall.0",
    "a.b.c.d",
    "air",
    "immersion",
    "tower = {}",
    "dry_cooler",
    "constant = { utilisation = 1 }",
    "phoenix",
    "dublin",
    "\"gb200-nvl72\"",
    "\"water\"",
    "\"m2-ultra-studio\"",
    "racks = 1",
    "models = []",
    "gpus = [0]",
    "weights = [1]",
];

/// Every scenario that comes with the project, and those of the regression test.
fn seeds() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seeds = Vec::new();
    for folder in ["scenarios", "tests/data"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "toml") {
                let text = fs::read_to_string(&path).unwrap();
                // A hall of 512 racks adds nothing but time.
                let text = text
                    .replace("racks = 512", "racks = 8")
                    .replace("gpus = 8192", "gpus = 64");
                seeds.push((path, text.replace("gpus = 4096", "gpus = 32")));
            }
        }
    }
    seeds.sort();
    seeds
}

/// Words, signs and the space between them; put together again they are the text.
fn tokens(text: &str) -> Vec<String> {
    let kind = |c: char| match c {
        c if c.is_alphanumeric() || "_-.+".contains(c) => 0,
        '\n' => 1,
        c if c.is_whitespace() => 2,
        c => 3 + c as u32,
    };
    let mut tokens: Vec<String> = Vec::new();
    let mut last = u32::MAX;
    for c in text.chars() {
        match tokens.last_mut() {
            Some(token) if kind(c) == last => token.push(c),
            _ => tokens.push(c.to_string()),
        }
        last = kind(c);
    }
    tokens
}

/// One change: what is done, where, and with which other place or text.
type Change = (u8, prop::sample::Index, prop::sample::Index);

fn mutate(text: &str, changes: &[Change]) -> String {
    let mut tokens = tokens(text);
    for (kind, at, other) in changes {
        if tokens.is_empty() {
            break;
        }
        let (i, j) = (at.index(tokens.len()), other.index(tokens.len()));
        match kind {
            0 => drop(tokens.remove(i)),
            1 => tokens.insert(j, tokens[i].clone()),
            2 => tokens.swap(i, j),
            3..=5 => NASTY[other.index(NASTY.len())].clone_into(&mut tokens[i]),
            6 => tokens.insert(i, NASTY[other.index(NASTY.len())].to_owned()),
            7 => {
                // A whole line, or several.
                let (from, to) = (i.min(j), i.max(j).min(i.min(j) + 12));
                drop(tokens.drain(from..to));
            }
            _ => tokens.truncate(i.max(j)),
        }
    }
    tokens.concat()
}

fn readable(error: &Fault) {
    assert!(!error.what.is_empty());
    for colour in [false, true] {
        let report = error.report(colour);
        assert!(
            report.starts_with(if colour { "\u{1b}[" } else { "Error: " }),
            "{report}"
        );
        let colours = report.matches('\u{1b}').count();
        assert!(colour || colours == 0, "{report:?}");
    }
    let controls = |c: &char| c.is_control() && *c != '\n';
    assert_eq!(error.report(false).chars().find(controls), None);
    assert!(!error.to_string().is_empty());
}

/// Loads, resolves and starts.
fn attempt(path: &Path, sets: &[String]) -> Result<(), Fault> {
    let Loaded { scenario, .. } = load(path, sets)?;
    // Sizes that are allowed and slow are no part of this test.
    let size = |racks: u32, servers: u32| u64::from(racks) * u64::from(servers);
    let servers: u64 = scenario
        .hall
        .iter()
        .map(|hall| size(hall.racks, hall.servers_per_rack))
        .sum();
    if (10_000..=10_000_000).contains(&servers) {
        return Ok(());
    }
    let mut simulation = resolve(&load(path, sets)?)?.simulation;
    for _ in 0..3 {
        // A balance that does not close is a scenario that should have been refused.
        if let Err(error) = simulation.step() {
            panic!("{error}\n{scenario:#?}");
        }
    }
    Ok(())
}

fn runner(cases: u32) -> TestRunner {
    let cases = std::env::var("MUTATIONS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(cases);
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    // The same cases each time; MUTATIONS=100000 looks further.
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn no_scenario_is_too_broken_to_be_refused() {
    let seeds = seeds();
    assert!(seeds.len() >= 8);
    let folder = tempfile::tempdir().unwrap();
    fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/load.csv"),
        folder.path().join("load.csv"),
    )
    .unwrap();
    let path = folder.path().join("s.toml");
    let change = (
        0..9u8,
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
    );
    let changes = prop::collection::vec(change, 0..6);
    let (refused, accepted) = (Cell::new(0), Cell::new(0));
    runner(400)
        .run(
            &(any::<prop::sample::Index>(), changes),
            |(seed, changes)| {
                let (_, text) = &seeds[seed.index(seeds.len())];
                fs::write(&path, mutate(text, &changes)).unwrap();
                match attempt(&path, &[]) {
                    Ok(()) => accepted.set(accepted.get() + 1),
                    Err(error) => {
                        readable(&error);
                        refused.set(refused.get() + 1);
                    }
                }
                Ok(())
            },
        )
        .unwrap();
    let (refused, accepted) = (refused.get(), accepted.get());
    assert!(
        refused > 50 && accepted > 50,
        "{refused} refused, {accepted} accepted"
    );
}

#[test]
fn no_assignment_is_too_strange_to_be_refused() {
    let (path, _) = &seeds()[0];
    let keys = [
        "run.days",
        "run",
        "hall",
        "hall.0",
        "hall.0.racks",
        "hall.north.cooling",
        "hall.0.cooling.air.supply_c",
        "hall.1.name",
        "site.climate",
        "site.weather",
        "site",
        "heat_rejection",
        "workload.constant.utilisation",
        "workload",
        "name",
        "name.x",
        "",
        ".",
        "a b",
        "\"",
        "electrical.ups",
        "scheduler.fifo",
        "ä.ö",
    ];
    let pick = |of: usize| any::<prop::sample::Index>().prop_map(move |index| index.index(of));
    let set = (pick(keys.len()), pick(NASTY.len()), 0..8u8);
    runner(150)
        .run(&prop::collection::vec(set, 1..4), |sets| {
            let sets: Vec<String> = sets
                .into_iter()
                .map(|(key, value, form)| match form {
                    0 => format!("{}{}", keys[key], NASTY[value]),
                    1 => format!("{}={}", NASTY[value], keys[key]),
                    _ => format!("{}={}", keys[key], NASTY[value]),
                })
                .collect();
            if let Err(error) = attempt(path, &sets) {
                readable(&error);
            }
            Ok(())
        })
        .unwrap();
}

/// Any key of any text: its place is inside the text, or there is none.
#[test]
fn every_place_lies_in_the_text() {
    let seeds = seeds();
    let part = prop::sample::select(vec![
        "hall",
        "hall[0]",
        "hall[7]",
        "cooling",
        "air",
        "workload",
        "pretraining",
        "models[0]",
        "models",
        "gpus",
        "0",
        "name",
        "[",
        "]",
        "",
        "site",
        "climate",
        "x",
    ]);
    let key = prop::collection::vec(part, 0..6).prop_map(|parts| parts.join("."));
    let change = (
        0..9u8,
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
    );
    let changes = prop::collection::vec(change, 0..3);
    runner(400)
        .run(
            &(any::<prop::sample::Index>(), changes, key),
            |(seed, changes, key)| {
                let changed = mutate(&seeds[seed.index(seeds.len())].1, &changes);
                if let Some(place) = text::locate(&changed, &key) {
                    prop_assert!(changed.get(place.clone()).is_some(), "{place:?}");
                }
                Ok(())
            },
        )
        .unwrap();
}
