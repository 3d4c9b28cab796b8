//! `coldaisle optimise`: the best design of a study, the front of two aims, and what is refused.

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use super::lab::{Lab, Said, TINY, place};

/// Air of the hall and water of its plant, six kelvin apart at least: colder air over warmer water cannot be.
const AXES: &str = r#"name = "best"
scenario = "tiny.toml"
outputs = ["ratios.pue"]

[[vary]]
name = "supply_c"
key = "hall.0.cooling.air.supply_c"
over.values = [22, 24, 26, 28, 30]

[[vary]]
name = "water"
over.settings = [
    { name = "cold", set = { heat_rejection.water_cooled_chiller.setpoint_c = 14 } },
    { name = "mild", set = { heat_rejection.water_cooled_chiller.setpoint_c = 18 } },
    { name = "warm", set = { heat_rejection.water_cooled_chiller.setpoint_c = 22 } },
]
"#;

fn lab(study: &str) -> Lab {
    let lab = Lab::with("tiny.toml", TINY);
    lab.write("best.toml", study);
    lab
}

fn rows(lab: &Lab, file: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(lab.path(file)).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// Standard output holds these, line breaks aside.
fn says(said: &Said, parts: &[&str]) {
    let flat = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in parts {
        assert!(flat.contains(part), "no {part:?} in\n{}", said.out);
    }
}

fn figure(row: &BTreeMap<String, String>, name: &str) -> f64 {
    row[name].parse().unwrap()
}

/// All fifteen designs are swept too: the best of those that hold the limit is the one found, and its scenario gives its figures.
#[test]
fn the_best_design_is_that_of_all_combinations() {
    let limit = 26.5;
    let lab = lab(&format!(
        "{AXES}[optimise]\naims = ['energy_mwh.facility']\nlimits.thermal.max_inlet_c = {limit}\n"
    ));
    lab.write(
        "all.toml",
        AXES.replace(
            "outputs = [\"ratios.pue\"]",
            "outputs = ['energy_mwh.facility', 'thermal.max_inlet_c', 'ratios.pue']",
        ),
    );
    lab.good(&[
        "sweep", "all.toml", "-o", "all", "-q", "--report", "all.html",
    ]);
    let said = lab.good(&[
        "optimise",
        "best.toml",
        "-o",
        "best",
        "--report",
        "best.html",
    ]);
    let all = rows(&lab, "all/sweep.csv");
    let could = all.iter().filter(|row| row["failed"].is_empty());
    let holds = could.filter(|row| figure(row, "thermal.max_inlet_c") <= limit);
    let least = holds.min_by(|a, b| {
        figure(a, "energy_mwh.facility").total_cmp(&figure(b, "energy_mwh.facility"))
    });
    let least = least.unwrap();
    let front = rows(&lab, "best/front.csv");
    assert_eq!(front.len(), 1);
    // Both pages were made, and that of the search names the same figure.
    assert!(lab.path("all.html").is_file());
    let page = lab.read("best.html");
    let shown = figure(least, "energy_mwh.facility");
    let shown = format!("data-figure=\"energy_mwh.facility\" data-value=\"{shown}\"");
    assert!(page.contains(&shown), "{shown}");
    for name in [
        "supply_c",
        "water",
        "energy_mwh.facility",
        "thermal.max_inlet_c",
        "ratios.pue",
    ] {
        assert_eq!(front[0][name], least[name], "{name}");
    }
    let designs = rows(&lab, "best/optimise.csv");
    assert_eq!(designs.len(), 15);
    let failed = designs
        .iter()
        .filter(|row| !row["failed"].is_empty())
        .count();
    assert_eq!(
        failed,
        all.iter().filter(|row| !row["failed"].is_empty()).count()
    );
    assert!(failed > 0);
    says(
        &said,
        &[
            "Best of 15 designs",
            "all designs tried",
            "supply_c",
            "≤ 26.5",
            "15 runs",
        ],
    );
    lab.good(&["run", "best/best.toml", "-o", "run", "-q"]);
    let run = &lab.json("run/summary.json")["energy_mwh"]["facility"];
    assert_eq!(
        run.as_f64().unwrap(),
        figure(&front[0], "energy_mwh.facility")
    );
    // Again: nothing is left to run, and nothing changes.
    let before = fs::read(lab.path("best/optimise.csv")).unwrap();
    says(
        &lab.good(&["optimise", "best.toml", "-o", "best"]),
        &["no run was missing"],
    );
    assert_eq!(before, fs::read(lab.path("best/optimise.csv")).unwrap());
}

const FRONT: &str = r#"name = "front"
scenario = "tiny.toml"
seed = 3

[[vary]]
key = "hall.0.cooling.air.supply_c"
drawn.uniform = { low = 24, high = 32 }

[[vary]]
key = "heat_rejection.water_cooled_chiller.cycles_of_concentration"
drawn.log_uniform = { low = 2, high = 8 }

[optimise]
aims = ["energy_mwh.facility", { figure = "thermal.max_inlet_c", maximise = true }]
population = 6
generations = 5
"#;

/// A search that is killed and started again makes no run twice, and comes to the same files, whatever the threads.
#[cfg(unix)]
#[test]
fn a_search_goes_on_to_the_same_front() {
    let lab = lab(FRONT);
    lab.good(&["optimise", "best.toml", "-o", "one", "-q"]);
    let read = |folder: &str| -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<String> = ["optimise.csv", "front.csv", "optimise.json"]
            .map(str::to_owned)
            .into();
        let scenarios = lab.names(&format!("{folder}/scenarios"));
        assert!(!scenarios.is_empty());
        files.extend(
            scenarios
                .into_iter()
                .map(|name| format!("scenarios/{name}")),
        );
        let bytes = |name: String| {
            let bytes = fs::read(lab.path(folder).join(&name)).unwrap();
            (name, bytes)
        };
        files.into_iter().map(bytes).collect()
    };
    let one = read("one");
    assert_eq!(rows(&lab, "one/optimise.csv").len(), 30);
    let journal = |folder: &str| {
        let text =
            fs::read_to_string(lab.path(folder).join("optimise.journal")).unwrap_or_default();
        let whole = text[..text.rfind('\n').map_or(0, |end| end + 1)].to_owned();
        whole
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (mut kills, mut before) = (0, Vec::new());
    for nth in 0.. {
        let mut child = lab
            .command(&["optimise", "best.toml", "-o", "killed", "-q"])
            .env("RAYON_NUM_THREADS", ["1", "2", "7"][nth % 3])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // Longer each time, so that it ends on any machine.
        sleep(Duration::from_millis(60 + 40 * nth as u64));
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            kills += 1;
        }
        let ended = child.wait().unwrap().success();
        let after = journal("killed");
        assert_eq!(after[..before.len()], before);
        before = after;
        if ended {
            break;
        }
    }
    assert!(kills > 0);
    let mut indices: Vec<&str> = before
        .iter()
        .filter_map(|row| row.split('\t').next())
        .collect();
    indices.sort_unstable();
    indices.dedup();
    assert_eq!((indices.len(), before.len()), (30, 30));
    assert!(read("killed") == one);
    let front = rows(&lab, "one/front.csv");
    let energy: Vec<f64> = front
        .iter()
        .map(|row| figure(row, "energy_mwh.facility"))
        .collect();
    let inlet: Vec<f64> = front
        .iter()
        .map(|row| figure(row, "thermal.max_inlet_c"))
        .collect();
    assert!(
        energy.is_sorted() && inlet.is_sorted(),
        "{energy:?} {inlet:?}"
    );
    // Another search does not go on in this folder, nor a sweep.
    lab.write("best.toml", FRONT.replace("seed = 3", "seed = 4"));
    lab.refused(
        &["optimise", "best.toml", "-o", "one"],
        &["optimise.journal", "another study", "-o"],
    );
}

#[test]
fn where_nothing_holds_the_nearest_is_told() {
    let lab = lab(&format!(
        "{AXES}[optimise]\naims = ['energy_mwh.facility']\nlimits.'thermal.max_inlet_c' = 10\n"
    ));
    let said = lab.good(&["optimise", "best.toml"]);
    says(
        &said,
        &[
            "None of 15 designs",
            "0 hold all limits",
            "misses them least",
            "thermal.max_inlet_c is",
            "≤ 10",
        ],
    );
    assert_eq!(rows(&lab, "results/best-optimise/front.csv").len(), 0);
    // A figure that no run has.
    let lab = self::lab(&format!(
        "{AXES}[optimise]\naims = ['carbon_t.generators']\n"
    ));
    let said = lab.say(&["optimise", "best.toml"]);
    assert_eq!(said.status, Some(1), "{said:?}");
    says(
        &said,
        &["could be run", "the run has no carbon_t.generators"],
    );
}

#[test]
fn what_cannot_be_sought_is_refused_with_place_and_cure() {
    let aims = "[optimise]\naims = ['ratios.pue']\n";
    for (text, marked, parts) in [
        (
            format!("{AXES}[optimise]\naims = ['ratios.peu']\n"),
            "'ratios.peu'",
            &["did you mean 'ratios.pue'"][..],
        ),
        (
            format!("{AXES}[optimise]\naims = [3]\n"),
            "3]",
            &["figure", "maximise"],
        ),
        (
            format!("{AXES}{aims}limits.'peak_kw.gird' = 4000\n"),
            "4000",
            &["peak_kw.grid"],
        ),
        (
            format!("{AXES}{aims}limits.peak_kw.grid = true\n"),
            "true",
            &["no number", "at_most"],
        ),
        (
            format!("{AXES}{aims}tolerance = 2\n"),
            "2\n",
            &["tolerance", "0.5"],
        ),
        (
            format!("{AXES}[[vary]]\nover.seeds = 77\n{aims}"),
            "77",
            &["seed", "compare --seeds"],
        ),
        (
            format!(
                "{AXES}[[vary]]\nkey = 'site.water_usd_m3'\ndrawn.normal = {{ mean = 3, sd = 1 }}\n{aims}"
            ),
            "{ mean = 3, sd = 1 }",
            &["no ends", "drawn.uniform"],
        ),
        (
            format!(
                "{AXES}[[vary]]\nkey = 'hall.0.racks'\nwhole = true\ndrawn.uniform = {{ low = 3.1, high = 3.9 }}\n{aims}"
            ),
            "{ low = 3.1, high = 3.9 }",
            &["no whole number", "whole = true"],
        ),
    ] {
        let lab = lab(&text);
        let said = lab.refused(&["optimise", "best.toml"], parts);
        let line = place("best.toml", &text, marked);
        let line = line.rsplit_once(':').unwrap().0;
        said.has(&[line]);
    }
    lab(AXES).refused(
        &["optimise", "best.toml"],
        &["best.toml", "[optimise]", "aims"],
    );
    lab(FRONT).refused(&["sweep", "best.toml"], &["coldaisle optimise", "sample"]);
    says(
        &lab(FRONT).good(&["validate", "best.toml"]),
        &["a search", "at a time"],
    );
    let lab = lab(&format!("{AXES}{aims}"));
    lab.good(&["run", "tiny.toml", "-o", "there", "-q"]);
    lab.refused(
        &["optimise", "best.toml", "-o", "there"],
        &["run.json", "-o"],
    );
}
