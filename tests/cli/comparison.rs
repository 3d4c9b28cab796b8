//! `compare`: scenarios and finished runs side by side.

use crate::lab::{AIR, CHILLERS, DRY_COOLER, IMMERSION, JOBS, LOAD, Lab, TINY, tiny};

fn two() -> Lab {
    let lab = Lab::with("air.toml", tiny(&[("\"tiny\"", "\"air\"")]));
    let changes = [
        ("\"tiny\"", "\"tank\""),
        (AIR, IMMERSION),
        (CHILLERS, DRY_COOLER),
    ];
    lab.write("tank.toml", tiny(&changes));
    lab
}

#[test]
fn figures_stand_side_by_side_with_their_differences() {
    let lab = two();
    let said = lab.good(&["compare", "air.toml", "tank.toml", "-o", "both.csv"]);
    assert_eq!(lab.names("."), ["air.toml", "both.csv", "tank.toml"]);
    let head: Vec<&str> = said
        .out
        .lines()
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    assert_eq!(head, ["air", "tank", "change"]);
    assert!(
        said.out.trim_end().ends_with("figures in both.csv"),
        "{}",
        said.out
    );

    for name in ["air", "tank"] {
        lab.good(&["run", &format!("{name}.toml"), "-q"]);
    }
    let figure = |run: &str, group: &str, key: &str| {
        let summary = lab.json(&format!("results/{run}/summary.json"));
        let figure = &summary[group][key];
        figure.as_f64()
    };
    let mut reader = csv::Reader::from_path(lab.path("both.csv")).unwrap();
    assert_eq!(
        reader.headers().unwrap(),
        vec!["group", "figure", "air", "tank", "tank minus first"]
    );
    let mut seen = 0;
    for row in reader.records() {
        let row = row.unwrap();
        let number = |at: usize| row[at].parse::<f64>().ok();
        let (air, tank) = (
            figure("air", &row[0], &row[1]),
            figure("tank", &row[0], &row[1]),
        );
        assert_eq!((number(2), number(3)), (air, tank), "{row:?}");
        assert_eq!(
            number(4),
            air.zip(tank).map(|(air, tank)| tank - air),
            "{row:?}"
        );
        seen += 1;
    }
    assert!(seen > 25, "{seen}");

    let pue = said.out.lines().find(|line| line.contains("PUE")).unwrap();
    let words: Vec<&str> = pue.split_whitespace().collect();
    let of = |name| figure(name, "ratios", "pue").unwrap();
    let change = format!("{:+.1}", 100.0 * (of("tank") / of("air") - 1.0));
    let expected = [
        "PUE",
        &format!("{:.3}", of("air")),
        &format!("{:.3}", of("tank")),
        &change,
        "%",
    ];
    assert_eq!(words, expected);

    // A finished run serves as well as its scenario, and nothing but its name differs.
    lab.good(&["compare", "results/air", "tank.toml", "-o", "mixed.csv"]);
    assert_eq!(lab.read("mixed.csv"), lab.read("both.csv"));
    lab.good(&[
        "compare",
        "results/air/",
        "./results/tank",
        "-o",
        "done.csv",
    ]);
    assert_eq!(lab.read("done.csv"), lab.read("both.csv"));
    let same = lab.good(&["compare", "air.toml", "results/air"]).out;
    assert!(same.contains(" = ") || same.contains("=\n"), "{same}");
    assert!(
        same.contains("results/air") && same.contains("air.toml"),
        "{same}"
    );
    let set = lab
        .good(&["compare", "air.toml", "tank.toml", "--set", "run.seed=7"])
        .out;
    assert!(set.starts_with("with run.seed=7\n"), "{set}");
}

#[test]
fn a_table_fits_its_terminal() {
    let lab = Lab::new();
    let mut arguments = vec!["compare".to_owned()];
    for name in [
        "a",
        "a-middling-name",
        "a-name-as-long-as-names-of-scenarios-may-well-become-one-day-or-another-x",
    ] {
        lab.write(
            &format!("{name}.toml"),
            TINY.replace("\"tiny\"", &format!("\"{name}\"")),
        );
        arguments.push(format!("{name}.toml"));
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    for (columns, most) in [
        (None, 80),
        (Some("60"), 60),
        (Some("132"), 132),
        (Some("7"), 80),
        (Some("wide"), 80),
    ] {
        let mut command = lab.command(&arguments);
        if let Some(columns) = columns {
            command.env("COLUMNS", columns);
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        let text = String::from_utf8(output.stdout).unwrap();
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= most, "{widest} > {most}\n{text}");
        assert!(widest > most / 2, "{widest}\n{text}");
        // Folded at a hyphen where that saves a block.
        assert!(text.contains("middling-"), "{text}");
    }
}

#[test]
fn nothing_runs_before_everything_is_right() {
    let lab = two();
    lab.write("bad.toml", TINY.replace("racks", "rakcs"));
    std::fs::create_dir(lab.path("folder")).unwrap();
    lab.refused(
        &["compare", "air.toml", "bad.toml"],
        &["bad.toml:15:1", "did you mean 'racks'?"],
    );
    lab.refused(
        &["compare", "air.toml", "missing"],
        &["missing", "No such file"],
    );
    lab.refused(
        &["compare", "air.toml", "folder"],
        &["folder/summary.json", "finished run"],
    );
    for (content, words) in [
        ("", "EOF"),
        ("{}", "it holds no figures"),
        ("{\"results\": [1, 2]}", "it holds no figures"),
        ("{\"energy_mwh\": 7}", "energy_mwh"),
        ("[]", "no figures"),
        ("\u{0}", "expected value"),
    ] {
        lab.write("folder/summary.json", content);
        let said = lab.refused(
            &["compare", "air.toml", "folder"],
            &["folder/summary.json", "finished run"],
        );
        let known = said.flat().contains(words) || said.flat().contains("invalid type");
        assert!(known, "{content:?}: {}", said.err);
    }
    for (target, words) in [
        ("nowhere/x.csv", "its folder does not exist"),
        ("folder", "it is a folder"),
    ] {
        lab.refused(
            &["compare", "air.toml", "tank.toml", "-o", target],
            &[target, words, "name a CSV file"],
        );
    }
}

#[cfg(unix)]
#[test]
fn the_csv_is_as_readable_as_any_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let lab = two();
    lab.write("usual", "");
    lab.good(&["compare", "air.toml", "air.toml", "-q", "-o", "both.csv"]);
    let mode = |name: &str| {
        std::fs::metadata(lab.path(name))
            .unwrap()
            .permissions()
            .mode()
    };
    assert_eq!(mode("both.csv"), mode("usual"));
}

/// Three seeds of a run with random jobs: mean and range of each figure are those of the three runs, whatever the number of
/// threads.
#[test]
fn seeds_give_means_and_ranges() {
    let lab = Lab::with("jobs.toml", tiny(&[(LOAD, JOBS)]));
    let arguments = ["compare", "jobs.toml", "--seeds", "3", "-o", "bands.csv"];
    let said = lab.good(&arguments);
    assert!(said.out.starts_with("Mean of 3 runs"), "{}", said.out);
    let mean_wait = said.out.lines().find(|line| line.contains("wait"));
    assert!(mean_wait.unwrap().contains(" to "), "{}", said.out);
    let mut waits = Vec::new();
    for seed in ["42", "43", "44"] {
        lab.good(&["run", "jobs.toml", "--seed", seed, "-o", seed, "-q"]);
        let summary = lab.json(&format!("{seed}/summary.json"));
        waits.push(summary["jobs"]["wait_s"]["mean"].as_f64().unwrap());
    }
    let csv = lab.read("bands.csv");
    assert!(
        csv.starts_with("group,figure,tiny mean,tiny low,tiny high\n"),
        "{csv}"
    );
    let row = csv
        .lines()
        .find(|line| line.starts_with("jobs,wait_s_mean,"));
    let cells: Vec<f64> = row
        .unwrap()
        .split(',')
        .skip(2)
        .map(|cell| cell.parse().unwrap())
        .collect();
    waits.sort_by(f64::total_cmp);
    assert!((cells[0] / (waits.iter().sum::<f64>() / 3.0) - 1.0).abs() < 1e-12);
    assert_eq!((cells[1], cells[2]), (waits[0], waits[2]));
    assert!(waits[0] < waits[2]);
    let mut alone = lab.command(&arguments);
    alone.env("RAYON_NUM_THREADS", "1");
    assert!(alone.output().unwrap().status.success());
    assert_eq!(lab.read("bands.csv"), csv);

    lab.good(&["run", "jobs.toml", "-o", "done", "-q"]);
    lab.refused(
        &["compare", "done", "--seeds", "3"],
        &["give the scenario file"],
    );
    lab.refused(&["compare", "jobs.toml", "--seeds", "1"], &["2..=100"]);
    lab.refused(
        &["compare", "jobs.toml", "--seeds", "3", "--more-gpus", "8"],
        &["cannot be used with"],
    );
}

/// The question of `gpu-shortage.toml` on ten days in place of ninety: what its header says of the order holds for every seed.
#[test]
fn a_hall_that_is_asked_for_more_waits_longer_whatever_the_seed() {
    let lab = Lab::new();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/gpu-shortage.toml");
    let waits = |demand: u32| {
        let demand = format!("workload.batch.demand_gpus={demand}");
        let sets = [
            "--set",
            &demand,
            "--set",
            "run.days=10",
            "--set",
            "run.seed=1",
        ];
        lab.good(
            &[
                &["compare", file, "--seeds", "3", "-q", "-o", "bands.csv"],
                &sets[..],
            ]
            .concat(),
        );
        let csv = lab.read("bands.csv");
        let row = csv
            .lines()
            .find(|line| line.starts_with("jobs,wait_s_mean,"));
        let cells = row.unwrap().split(',').skip(2);
        cells
            .map(|cell| cell.parse().unwrap())
            .collect::<Vec<f64>>()
    };
    let (quiet, full) = (waits(250), waits(620));
    assert!(quiet[2] < 0.25 * 3600.0, "{quiet:?}");
    assert!(full[1] > 4.0 * quiet[2] && full[1] < full[2], "{full:?}");
}
