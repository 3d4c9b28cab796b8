//! The other commands, and how `run` treats what is already there.

use std::fs;

use crate::lab::{Lab, TINY};
use crate::results_document::RICH;

const QUICK: [&str; 6] = [
    "--set",
    "run.days=1",
    "--set",
    "run.step_s=900",
    "--set",
    "run.record_s=900",
];

#[test]
fn quiet_means_not_a_word() {
    let lab = Lab::with("tiny.toml", TINY);
    for arguments in [
        &["run", "tiny.toml", "--quiet"][..],
        &["run", "tiny.toml", "-q", "-o", "out"],
        &["compare", "tiny.toml", "results/tiny", "--quiet"],
    ] {
        let said = lab.good(arguments);
        assert_eq!(
            (said.out.as_str(), said.err.as_str()),
            ("", ""),
            "{arguments:?}"
        );
    }
    assert_eq!(lab.names("."), ["out", "results", "tiny.toml"]);
}

#[test]
fn a_result_is_replaced_and_nothing_else_is() {
    let lab = Lab::with("tiny.toml", TINY);
    lab.good(&["run", "tiny.toml"]);
    let first = lab.read("results/tiny/summary.json");
    lab.write("results/tiny/notes.txt", "of the first run");
    lab.good(&[
        "run",
        "tiny.toml",
        "--set",
        "workload.constant.utilisation=0.9",
    ]);
    assert_eq!(lab.read("results/tiny/summary.json"), first);
    assert_ne!(lab.read("results/tiny-2/summary.json"), first);
    assert!(lab.path("results/tiny/notes.txt").exists());
    assert_eq!(lab.names("results"), ["tiny", "tiny-2"]);

    fs::create_dir(lab.path("mine")).unwrap();
    lab.write("mine/thesis.txt", "years of work");
    lab.write("file", "one file");
    fs::create_dir(lab.path("empty")).unwrap();
    let before = lab.names(".");
    for (target, words) in [
        ("mine", "coldaisle did not write"),
        ("file", "a file, not a folder"),
        ("file/below", "a file is in the way"),
        (".", "the folder you are in"),
        ("..", "the folder you are in"),
        ("/", "the folder you are in"),
    ] {
        let said = lab.say(&["run", "tiny.toml", "-o", target]);
        assert_eq!(said.status, Some(2), "{target}: {said:#?}");
        assert_eq!(said.out, "");
        said.has(&["Error: cannot", words]);
        assert_eq!(lab.names("."), before);
        assert_eq!(lab.names("mine"), ["thesis.txt"]);
    }
    lab.good(&["run", "tiny.toml", "-o", "empty"]);
    lab.good(&["run", "tiny.toml", "-o", "a/b/c d"]);
    assert!(lab.path("a/b/c d/summary.json").exists());
}

#[test]
fn validate_says_what_would_be_built_and_builds_nothing() {
    let lab = Lab::with("tiny.toml", TINY);
    lab.write(
        "load.toml",
        TINY.replace("utilisation = 0.7", "utilisation = 70"),
    );
    let said = lab.good(&["validate", "tiny.toml"]);
    for part in [
        "tiny.toml: valid",
        "Phoenix",
        "accelerators     96",
        "hall north",
        "3 racks × 4 servers",
        "air",
    ] {
        assert!(said.out.contains(part), "no {part:?} in\n{}", said.out);
    }
    // All files are looked at, the wrong ones do not hide the others.
    let said = lab.say(&["validate", "load.toml", "tiny.toml", "missing.toml"]);
    assert_eq!(said.status, Some(2));
    assert!(said.out.starts_with("tiny.toml: valid"), "{}", said.out);
    said.has(&[
        "load.toml:27:15",
        "70 must be between 0 and 1",
        "missing.toml",
        "No such file",
    ]);
    assert_eq!(lab.names("."), ["load.toml", "tiny.toml"]);
}

/// Everything on the site is there with its size, and fits 80 columns (which `good` looks at).
#[test]
fn validate_lists_halls_plants_power_work_and_events() {
    let lab = Lab::with("rich.toml", RICH);
    let out = lab.good(&["validate", "rich.toml"]).out;
    let flat = out.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "run 2 days from 2026-07-01, steps of 60 s",
        "hall plated 4 racks × 4 servers of hgx-h100",
        "cold-plate at 34.0 °C, pg25; water: site, room air: plated_room_water",
        "two-phase, novec-649; water: boiling_water",
        // 1.1 × the 99.2 kW that four racks' plates catch; by hand from the hall's line.
        "plant site, 109 kW: cooling towers 4 K above 28.2 °C wet bulb",
        "heat to a network at 65 °C",
        "water 30.0 to 38.0 °C",
        "plant boiling_water, 65 kW: surface water of 4.0 to 20.0 °C (day 227)",
        "plated_room_water, 29 kW: 2 water-cooled chillers",
        "transformer.medium-voltage-liquid → ",
        "UPS batteries 5 min",
        "grid limit 0.33 MW",
        "battery 0.2 MWh, 0.1 MW",
        "generators 1 MW, load taken over in 42 s",
        "solar 2 MW",
        "work inference on 128 GPUs at 90 %; 300 images an hour by flux.1-dev; 400 batch jobs a day, for",
        "models FLUX.1-dev, 1,024 px: 4.722e15 FLOP",
        "event 1 outage: no grid from 2026-07-01T12:00 (day 1) for 10 min",
        "event 2 cdu_trip: 100 % of the CDU or tank pumps out from",
    ] {
        assert!(flat.contains(part), "no {part:?} in\n{out}");
    }
    let labels: Vec<&str> = out.lines().filter_map(|line| line.get(..9)).collect();
    assert_eq!(
        labels
            .iter()
            .filter(|label| label.trim() == "plant")
            .count(),
        3
    );
}

#[test]
fn climates_are_listed_by_name() {
    let out = Lab::new().good(&["catalogue", "climates"]).out;
    let names: Vec<&str> = out.lines().filter(|line| !line.starts_with(' ')).collect();
    assert!(names.len() > 15 && names.is_sorted(), "{names:?}");
    let chicago = Lab::new().good(&["catalogue", "climates", "chicago"]).out;
    for part in [
        "dry bulb",
        "-22.8 to 35.0 °C",
        "design 0.4 %",
        "wet bulb",
        "201 m",
        "us-il",
    ] {
        assert!(chicago.contains(part), "no {part} in {chicago}");
    }
}

#[test]
fn every_scenario_of_the_project_is_valid() {
    let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios")];
    let mut found = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "toml") {
                let file = path.to_str().unwrap();
                // Studies and forecasts name scenarios; they are none themselves.
                let other = file.contains("/studies/") || file.contains("/forecasts/");
                if !other || file.contains("/halls/") {
                    Lab::new().good(&["validate", file]);
                    found += 1;
                }
            }
        }
    }
    assert!(found >= 4, "{found}");
}

/// The commands in the opening comment of a scenario, a line each: `#   coldaisle …`, continued after a backslash.
fn commands_of(text: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines().map_while(|line| line.strip_prefix('#')) {
        let part = line.trim();
        if open {
            let last = commands.last_mut().unwrap();
            last.push(' ');
            last.push_str(part.trim_end_matches('\\'));
        } else if part.starts_with("coldaisle ") {
            commands.push(part.trim_end_matches('\\').into());
        }
        open = part.ends_with('\\') && (open || part.starts_with("coldaisle "));
    }
    commands
}

/// Words as a shell splits them, with single quotes.
fn words_of(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in command.chars() {
        match letter {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn commands_that_open_a_scenario_can_be_pasted() {
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut found = 0;
    for entry in fs::read_dir(root.join("scenarios")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "toml") {
            continue;
        }
        for command in commands_of(&fs::read_to_string(&path).unwrap()) {
            let words = words_of(&command);
            assert!(matches!(&*words[1], "run" | "compare"), "{command}");
            let mut valid = vec!["validate".to_owned()];
            for (at, word) in words.iter().enumerate() {
                if word.starts_with("scenarios/") {
                    valid.push(root.join(word).to_str().unwrap().into());
                } else if words[at - 1.min(at)] == "--set" {
                    valid.extend(["--set".to_owned(), word.clone()]);
                }
            }
            let valid: Vec<&str> = valid.iter().map(String::as_str).collect();
            Lab::new().good(&valid);
            found += 1;
        }
    }
    assert!(found >= 12, "{found}");
}

#[test]
fn a_new_scenario_runs_as_it_is() {
    let lab = Lab::new();
    let said = lab.good(&["new", "first"]);
    assert_eq!(
        said.out.trim_end(),
        "wrote first.toml; next: coldaisle run first.toml"
    );
    let text = lab.read("first.toml");
    assert!(text.contains("\nname = \"first\""), "{text}");
    assert!(text.starts_with("# "), "a scenario opens with its question");
    assert!(text.lines().all(|line| line.chars().count() <= 120));
    lab.good(&["validate", "first.toml"]);
    lab.good(&[&["run", "first.toml"][..], &QUICK].concat());
    assert!(lab.path("results/first/summary.json").exists());

    lab.refused(
        &["new", "first"],
        &["first.toml exists", "choose another name"],
    );
    assert_eq!(lab.read("first.toml"), text);
    lab.good(&["new", "second.toml"]);
    assert!(lab.path("second.toml").exists());
    for name in [
        "",
        "../up",
        "a/b",
        "/tmp/x",
        ".hidden",
        "a b",
        "ä",
        ".toml",
        &"x".repeat(200),
    ] {
        lab.refused(
            &["new", name],
            &["cannot name a scenario", "letters, digits"],
        );
    }
}

#[test]
fn the_schema_names_every_key() {
    let lab = Lab::new();
    let schema: serde_json::Value = serde_json::from_str(&lab.say(&["schema"]).out).unwrap();
    // Editors show descriptions alone: doubt must be part of them.
    let lake = &schema["$defs"]["SurfaceWater"]["properties"]["mean_c"];
    let shown = lake["description"].as_str().unwrap();
    assert!(
        shown.contains("Unconfirmed, credible 4.0 to 28.0: "),
        "{shown}"
    );
    let mut keys: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(
        keys,
        [
            "catalogue",
            "checkpoint",
            "cost",
            "electrical",
            "event",
            "failures",
            "hall",
            "heat_rejection",
            "it",
            "name",
            "run",
            "scheduler",
            "site",
            "workload"
        ]
    );
    assert_eq!(schema["additionalProperties"], false);
    let required = schema["required"].as_array().unwrap();
    for key in ["name", "site", "hall", "workload"] {
        assert!(required.iter().any(|name| name == key), "{key}");
    }
    let text = schema.to_string();
    for key in [
        "racks",
        "supply_c",
        "setpoint_c",
        "curves",
        "fluid",
        "jobs_per_day",
        "models",
        "depth",
    ] {
        assert!(text.contains(&format!("\"{key}\"")), "{key}");
    }
}

#[test]
fn the_catalogue_is_listed_with_its_sources() {
    let lab = Lab::new();
    let all = lab.good(&["catalogue"]).out;
    let kinds: Vec<&str> = all
        .lines()
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_once(" (").map(|(kind, _)| kind))
        .collect();
    assert!(
        kinds.contains(&"servers") && kinds.contains(&"climates"),
        "{kinds:?}"
    );
    for kind in kinds {
        let list = lab.good(&["catalogue", kind]).out;
        assert!(list.contains("    source: "), "{list}");
        let names: Vec<&str> = list.lines().filter(|line| !line.starts_with(' ')).collect();
        for name in names {
            assert!(all.contains(name), "{name}");
            let entry = lab.good(&["catalogue", kind, name]).out;
            if kind == "climates" {
                assert!(
                    entry.starts_with(name) && entry.contains("source: "),
                    "{entry}"
                );
                continue;
            }
            // What is shown is TOML, with its source.
            let table: toml::Table =
                toml::from_str(&entry).unwrap_or_else(|e| panic!("{e}\n{entry}"));
            let mut table = toml::Value::Table(table);
            // Electrical devices lie in groups; elsewhere a dot is part of the name.
            let parts = name.split('.').map(String::from).collect();
            let parts = if kind == "electrical" {
                parts
            } else {
                vec![name.to_owned()]
            };
            for part in parts {
                table = table[part.as_str()].clone();
            }
            assert!(
                table["source"]
                    .as_str()
                    .is_some_and(|source| source.len() > 10),
                "{entry}"
            );
        }
    }
    lab.refused(
        &["catalogue", "server"],
        &["no kind 'server'", "did you mean 'servers'?"],
    );
    lab.refused(
        &["catalogue", "yachts"],
        &["no kind 'yachts'", "known: accelerators, servers"],
    );
    lab.refused(
        &["catalogue", "servers", "hgx-h10"],
        &["no 'hgx-h10' among the servers", "did you mean 'hgx-h100'?"],
    );
    lab.refused(
        &["catalogue", "climates", "atlantis"],
        &["no 'atlantis' among the climates", "phoenix"],
    );
}
