//! Entries of the user's own: in the scenario, in a file that scenarios share, from the command line.

use crate::lab::{CHILLERS, Lab, tiny};

const OURS: &str = "[servers.ours]\nlike = \"hgx-h100\"\nhost_idle_w = 1300\n[accelerators.h100-sxm]\nidle_w = 122\n";

fn with_ours(lab: &Lab, catalogue: &str) {
    let scenario = tiny(&[("server = \"hgx-h100\"", "server = \"ours\"")]);
    lab.write("s.toml", format!("{catalogue}\n{scenario}"));
}

/// A file of entries and the same entries in the scenario give the same figures, and the result runs again from
/// elsewhere without the file.
#[test]
fn a_shared_file_and_tables_in_the_scenario_are_one() {
    let lab = Lab::with("ours.toml", OURS);
    with_ours(&lab, "catalogue = \"ours.toml\"");
    let said = lab.good(&["validate", "s.toml"]);
    assert!(
        said.out.contains("servers.ours: as the entry hgx-h100"),
        "{}",
        said.out
    );
    lab.good(&["run", "s.toml", "-o", "file", "-q"]);
    let run = lab.json("file/run.json").to_string();
    assert!(run.contains("ours.toml"), "its checksum is kept: {run}");
    let inline = OURS.replace('[', "[catalogue.");
    let scenario = tiny(&[("server = \"hgx-h100\"", "server = \"ours\"")]);
    lab.write("inline.toml", format!("{scenario}\n{inline}"));
    lab.good(&["run", "inline.toml", "-o", "inline", "-q"]);
    assert_eq!(
        lab.read("file/summary.json"),
        lab.read("inline/summary.json")
    );
    std::fs::remove_file(lab.path("ours.toml")).unwrap();
    lab.good(&["run", "file/scenario.toml", "-o", "again", "-q"]);
    assert_eq!(
        lab.read("file/summary.json"),
        lab.read("again/summary.json")
    );
    assert_eq!(
        lab.read("file/scenario.toml"),
        lab.read("again/scenario.toml")
    );
}

/// By hand: 12 servers of 8 chips at 70 % draw what they draw, and 140 W more of each idle host at 30 % of it: constant
/// load interpolates the host between idle and busy.
#[test]
fn figures_of_ones_own_reach_the_meter() {
    let lab = Lab::with("s.toml", tiny(&[]));
    let facility = |folder: &str| {
        lab.json(&format!("{folder}/summary.json"))["energy_mwh"]["compute"]
            .as_f64()
            .unwrap()
    };
    lab.good(&["run", "s.toml", "-o", "a", "-q"]);
    let set = ["--set", "catalogue.servers.hgx-h100.host_idle_w=1500"];
    lab.good(&[&["run", "s.toml", "-o", "b", "-q"][..], &set].concat());
    let more_mwh = facility("b") - facility("a");
    // Chips at 70 % are all busy: the host is at its busy figure, so the idle figure does not count where all have work.
    assert!(
        (0.0..12.0 * 0.140 * 24.0 / 1e3 + 1e-9).contains(&more_mwh),
        "{more_mwh}"
    );
    let set = ["--set", "catalogue.servers.hgx-h100.host_busy_w=2800"];
    lab.good(&[&["run", "s.toml", "-o", "c", "-q"][..], &set].concat());
    let more_mwh = facility("c") - facility("a");
    let all = 12.0 * 1.26 * 24.0 / 1e3;
    assert!(
        more_mwh > 0.6 * all && more_mwh <= all + 1e-9,
        "{more_mwh} of {all}"
    );
}

#[test]
fn a_file_that_is_not_there_or_wrong_is_named() {
    let lab = Lab::new();
    with_ours(&lab, "catalogue = \"none.toml\"");
    lab.refused(
        &["validate", "s.toml"],
        &["none.toml", "s.toml:1:13", "relative to the scenario"],
    );
    lab.write(
        "none.toml",
        "[servers.ours]\nlike = \"hgx-h100\"\nhost = 3\n",
    );
    lab.refused(
        &["validate", "s.toml"],
        &["unknown key 'host'", "none.toml:3:8"],
    );
    lab.write("none.toml", "[server.ours]\nlike = \"hgx-h100\"\n");
    lab.refused(
        &["validate", "s.toml"],
        &["unknown name 'server'", "'servers'"],
    );
    lab.write(
        "none.toml",
        "[catalogue.servers.ours]\nlike = \"hgx-h100\"\n",
    );
    lab.refused(
        &["validate", "s.toml"],
        &[
            "unknown name 'catalogue'",
            "[servers.ours], without catalogue.",
        ],
    );
    lab.write("none.toml", "");
    lab.refused(&["validate", "s.toml"], &["no server 'ours'"]);
}

/// Output of `--toml` works in a scenario as it is.
#[test]
fn an_entry_is_printed_to_be_copied() {
    let lab = Lab::new();
    lab.refused(
        &["catalogue", "climates", "chicago", "--toml"],
        &["measured hour by hour", "climates dublin --toml"],
    );
    let copied = lab.good(&["catalogue", "climates", "dublin", "--toml"]).out;
    assert!(copied.contains("[catalogue.climates.dublin]"), "{copied}");
    for (name, table) in [
        ("ups.eco", "[catalogue.ups.eco]"),
        ("psu.titanium", "[catalogue.psus.titanium]"),
    ] {
        let copied = lab.good(&["catalogue", "electrical", name, "--toml"]).out;
        assert!(copied.contains(table), "{copied}");
    }
    let entry = lab
        .good(&["catalogue", "servers", "hgx-h100", "--toml"])
        .out;
    let entry = entry.replace("catalogue.servers.hgx-h100", "catalogue.servers.ours");
    let scenario = tiny(&[("server = \"hgx-h100\"", "server = \"ours\"")]);
    lab.write("s.toml", format!("{scenario}\n{entry}"));
    lab.good(&["run", "s.toml", "-o", "ours", "-q"]);
    lab.write("s.toml", tiny(&[]));
    lab.good(&["run", "s.toml", "-o", "theirs", "-q"]);
    assert_eq!(
        lab.read("ours/summary.json"),
        lab.read("theirs/summary.json")
    );
    let keys = lab.good(&["catalogue", "chillers", "--keys"]).out;
    assert!(keys.contains("reference_cop  (number, 0.5 to 30"), "{keys}");
}

/// `--set` reaches entries of the scenario, not those of a file that other scenarios share: it reports where to change them.
#[test]
fn an_entry_in_a_shared_file_is_changed_there() {
    let lab = Lab::with("ours.toml", OURS);
    with_ours(&lab, "catalogue = \"ours.toml\"");
    let set = "catalogue.servers.ours.host_idle_w=900";
    lab.refused(
        &["validate", "s.toml", "--set", set],
        &["change the entry in ours.toml", "[catalogue.…] tables"],
    );
}

/// A plant made of one's own dry coolers: with half the coil to the same air it takes more of them, and more fan power.
#[test]
fn a_plant_is_made_of_ones_own_coolers() {
    let plant = "[heat_rejection.dry_cooler]\nsetpoint_c = 18.0\ncooler = { entry = \"ours\" }\n";
    let own = "[catalogue.dry_coolers.ours]\nlike = \"ec-fans\"\n";
    let lab = Lab::with("a.toml", format!("{}{own}", tiny(&[(CHILLERS, plant)])));
    let half = format!("{}{own}design.ua_w_k = 100e3\n", tiny(&[(CHILLERS, plant)]));
    lab.write("b.toml", half);
    let fans = |name: &str| {
        lab.good(&["run", &format!("{name}.toml"), "-o", name, "-q"]);
        let summary = lab.json(&format!("{name}/summary.json"));
        summary["energy_mwh"]["heat_rejection_fans"]
            .as_f64()
            .unwrap()
    };
    let (whole, half) = (fans("a"), fans("b"));
    assert!(half > 1.1 * whole, "{whole} {half}");
    let two = plant.replace("\"ours\"", "\"ours\", fan_kw = 3");
    lab.write("c.toml", format!("{}{own}", tiny(&[(CHILLERS, &two)])));
    lab.refused(
        &["validate", "c.toml"],
        &["c.toml:22:20", "leave out ua_kw_k"],
    );
    let none = plant.replace("ours", "theirs");
    lab.write("d.toml", tiny(&[(CHILLERS, &none)]));
    lab.refused(
        &["validate", "d.toml"],
        &["no dry cooler 'theirs'", "ec-fans"],
    );
}
