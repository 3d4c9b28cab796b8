//! Files that a scenario names: where they are looked for, and how much of them is read.

use std::fs;

use crate::lab::{LOAD, Lab, TINY, tiny};

const PROFILE: &str = "[workload.profile]\nfile = \"load.csv\"\nrepeat = true\n";
const HALF: &str = "time_h,utilisation\n0,0.5\n1,0.5\n";
const FULL: &str = "time_h,utilisation\n0,0.9\n1,0.9\n";
const PRICES: &str = "time,price_usd_mwh\n2026-07-01T00:00,50\n2026-07-01T01:00,70\n";

/// A day of prices.
fn prices(usd_mwh: u32) -> String {
    let rows = (0..24).map(|hour| format!("2026-07-01T{hour:02}:00,{usd_mwh}\n"));
    format!("time,price_usd_mwh\n{}", rows.collect::<String>())
}

/// A lab with the scenario in a folder of its own, beside files of the same names as in the current folder.
fn apart() -> Lab {
    let lab = Lab::new();
    fs::create_dir(lab.path("plans")).unwrap();
    lab.write("plans/tiny.toml", tiny(&[(LOAD, PROFILE)]));
    lab.write("plans/load.csv", HALF);
    lab.write("plans/prices.csv", prices(100));
    lab
}

fn mean_mw(lab: &Lab, folder: &str) -> f64 {
    let summary = lab.json(&format!("{folder}/summary.json"));
    summary["energy_mwh"]["it"].as_f64().unwrap() / 24.0
}

#[test]
fn what_is_typed_is_looked_for_where_it_is_typed() {
    let lab = apart();
    lab.good(&["run", "plans/tiny.toml", "-q", "-o", "half"]);
    // Not in the current folder: the scenario's own counts.
    let set = "workload.profile.file=load.csv";
    lab.good(&["run", "plans/tiny.toml", "-q", "-o", "beside", "--set", set]);
    assert_eq!(
        lab.read("half/load_8760.csv"),
        lab.read("beside/load_8760.csv")
    );
    // In both: the current folder's does, in whatever way the key is set.
    lab.write("load.csv", FULL);
    for (index, set) in [
        set,
        "workload.profile={file=\"load.csv\",repeat=true}",
        "workload={profile={file=\"load.csv\",repeat=true}}",
    ]
    .into_iter()
    .enumerate()
    {
        let folder = format!("full{index}");
        lab.good(&["run", "plans/tiny.toml", "-q", "-o", &folder, "--set", set]);
        assert!(
            mean_mw(&lab, &folder) > 1.3 * mean_mw(&lab, "half"),
            "{set}"
        );
    }
    // Paths in the scenario itself still count from the scenario.
    lab.good(&["run", "plans/tiny.toml", "-q", "-o", "again"]);
    assert_eq!(
        lab.read("half/load_8760.csv"),
        lab.read("again/load_8760.csv")
    );

    let cost = |set: &str| {
        lab.good(&["run", "plans/tiny.toml", "-q", "-o", "r", "--set", set]);
        let summary = lab.json("r/summary.json");
        summary["cost_usd"]["energy"].as_f64().unwrap()
            / summary["energy_mwh"]["facility"].as_f64().unwrap()
    };
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} {b}");
    near(cost("site.price_usd_mwh=prices.csv"), 100.0);
    lab.write("prices.csv", prices(200));
    near(cost("site.price_usd_mwh=prices.csv"), 200.0);
    let column = "site.price_usd_mwh={file=\"prices.csv\",column=\"price_usd_mwh\"}";
    near(cost(column), 200.0);
}

#[test]
fn a_results_scenario_runs_again_from_anywhere() {
    let lab = apart();
    let set = "site.price_usd_mwh=prices.csv";
    lab.good(&[
        "run",
        "plans/tiny.toml",
        "-q",
        "-o",
        "a/b/first",
        "--set",
        set,
    ]);
    let text = lab.read("a/b/first/scenario.toml");
    let scenario: toml::Table = toml::from_str(&text).unwrap();
    for file in [
        &scenario["workload"]["profile"]["file"],
        &scenario["site"]["price_usd_mwh"],
    ] {
        let path = std::path::Path::new(file.as_str().unwrap());
        assert!(path.is_absolute() && path.exists(), "{text}");
    }
    let there = lab.path("a/b/first/scenario.toml");
    let elsewhere = Lab::new();
    elsewhere.good(&["run", there.to_str().unwrap(), "-q", "-o", "again"]);
    assert_eq!(
        elsewhere.read("again/summary.json"),
        lab.read("a/b/first/summary.json")
    );
    assert_eq!(elsewhere.read("again/scenario.toml"), text);
}

#[test]
fn a_file_that_is_nowhere_is_named_where_the_scenario_looks() {
    let lab = apart();
    for set in [
        "site.weather=none.epw",
        "site.price_usd_mwh=none.csv",
        "site.carbon_g_kwh=none.csv",
        "workload.profile.file=none.csv",
    ] {
        let words = ["plans/none", "cannot be read", "No such file"];
        lab.refused(&["validate", "plans/tiny.toml", "--set", set], &words);
    }
}

/// Devices have no end; sparse files cost nothing to make.
#[cfg(unix)]
#[test]
fn huge_and_endless_files_are_refused_by_name() {
    let lab = Lab::with("tiny.toml", TINY);
    lab.write("prices.csv", PRICES);
    let huge = fs::File::create(lab.path("huge")).unwrap();
    huge.set_len(300 << 20).unwrap();
    for (key, limit) in [
        ("site.weather", "larger than 128 MB"),
        ("site.price_usd_mwh", "larger than 64 MB"),
        ("site.carbon_g_kwh", "larger than 64 MB"),
        ("workload", "larger than 256 MB"),
    ] {
        for file in ["huge", "/dev/zero"] {
            let set = match key {
                "workload" => format!("workload={{profile={{file=\"{file}\"}}}}"),
                key => format!("{key}={file}"),
            };
            lab.refused(&["validate", "tiny.toml", "--set", &set], &[file, limit]);
        }
    }
}
