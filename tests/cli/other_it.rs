//! IT beside the servers: switches and storage in a hall.

use crate::lab::{AIR, CHILLERS, LOAD, Lab, place, tiny};

const SWITCHES: &str = "[[hall.other_it]]\nentry = \"edr-switch\"\ncount = 4\n";
const FLASH: &str = "[[hall.other_it]]\nentry = \"all-flash-24\"\ncount = 2\n";

fn with(cooling: &str, plant: &str) -> String {
    let beside = format!("{SWITCHES}{FLASH}{cooling}");
    tiny(&[(AIR, &beside), (CHILLERS, plant)])
}

/// By hand, over a day at 70 % load: 4 × 250 W and 2 × (350 + 0.7·450) W are 2,330 W, 0.05592 MWh at the inlets. It is IT
/// but no compute, it adds to what the chain loses and cooling carries, and its column agrees.
#[test]
fn switches_and_storage_count_as_it() {
    let lab = Lab::with("s.toml", with(AIR, CHILLERS));
    lab.write("bare.toml", tiny(&[]));
    lab.good(&["run", "s.toml", "-o", "s", "-q"]);
    lab.good(&["run", "bare.toml", "-o", "bare", "-q"]);
    let mwh = |folder: &str, key: &str| {
        lab.json(&format!("{folder}/summary.json"))["energy_mwh"][key]
            .as_f64()
            .unwrap_or(0.0)
    };
    let other = 2330.0 * 24.0 / 1e6;
    assert!(
        (mwh("s", "other_it") - other).abs() < 1e-9,
        "{}",
        mwh("s", "other_it")
    );
    assert_eq!(mwh("bare", "other_it"), 0.0);
    let parts: f64 = ["compute", "server_fans", "psu_losses", "other_it"]
        .iter()
        .map(|key| mwh("s", key))
        .sum();
    assert!((mwh("s", "it") - parts).abs() < 1e-9);
    let servers = mwh("s", "it") - other;
    assert!(
        (servers / mwh("bare", "it") - 1.0).abs() < 1e-3,
        "the servers draw what they did"
    );
    assert!(mwh("s", "chillers") > mwh("bare", "chillers"));
    assert!(mwh("s", "facility") - mwh("bare", "facility") > 1.05 * other);
    let columns = lab.read("s/timeseries.csv");
    let mut lines = columns.lines();
    let at = lines
        .next()
        .unwrap()
        .split(',')
        .position(|name| name == "other_it_kw")
        .unwrap();
    assert!(lines.all(|line| line.split(',').nth(at) == Some("2.330")));
    assert!(!lab.read("bare/timeseries.csv").contains("other_it"));
    let said = lab.good(&["validate", "s.toml"]).out;
    assert!(said.contains("2.6 kW of other IT"), "{said}");
    // The result runs again as it is.
    lab.good(&["run", "s/scenario.toml", "-o", "again", "-q"]);
    assert_eq!(lab.read("s/summary.json"), lab.read("again/summary.json"));
}

/// Every technology carries the heat, the audit of every step closes; a load imposed on the hall holds its other IT too.
#[test]
fn every_hall_holds_other_it() {
    let lab = Lab::new();
    let tower = "[heat_rejection.tower]\nsetpoint_c = 30.0\n";
    for (name, cooling, plant) in [
        ("tank", "[hall.cooling.immersion]\n", tower),
        ("boiling", "[hall.cooling.two_phase]\n", tower),
        ("door", "[hall.cooling.rear_door]\n", CHILLERS),
        (
            "plated",
            "[hall.cooling.cold_plate]\nsupply_c = 30.0\n",
            CHILLERS,
        ),
    ] {
        let file = format!("{name}.toml");
        lab.write(&file, with(cooling, plant));
        lab.good(&["run", &file, "-o", name, "-q"]);
        let other = &lab.json(&format!("{name}/summary.json"))["energy_mwh"]["other_it"];
        assert!(
            (other.as_f64().unwrap() - 0.05592).abs() < 1e-9,
            "{name}: {other}"
        );
    }
    lab.write("load.csv", "time_h,it_kw\n0,70\n12,70\n");
    let text = with(AIR, CHILLERS).replace(
        LOAD,
        "[workload.profile]\nfile = \"load.csv\"\nrepeat = true\n",
    );
    lab.write("profile.toml", text);
    lab.good(&["run", "profile.toml", "-o", "profile", "-q"]);
    let energy = &lab.json("profile/summary.json")["energy_mwh"];
    assert!(
        (energy["it"].as_f64().unwrap() - 1.68).abs() < 1e-6,
        "{energy}"
    );
    assert!(energy["other_it"].as_f64().unwrap() > 0.03, "{energy}");
}

#[test]
fn other_it_that_is_not_there_is_refused() {
    let text = with(AIR, CHILLERS).replace("edr-switch", "edr-swich");
    let lab = Lab::with("s.toml", &text);
    let at = place("s.toml", &text, "\"edr-swich\"");
    lab.refused(
        &["validate", "s.toml"],
        &["no other IT 'edr-swich'", "did you mean 'edr-switch'?", &at],
    );
    let none = with(AIR, CHILLERS).replace("count = 4", "count = 0");
    lab.write("s.toml", none);
    lab.refused(
        &["validate", "s.toml"],
        &["hall[0].other_it[0].count", "1 to"],
    );
    let own = "[catalogue.other_it.mine]\nlike = \"jbod-60\"\nidle_w = 900\n";
    lab.write("s.toml", format!("{}{own}", with(AIR, CHILLERS)));
    lab.refused(
        &["validate", "s.toml"],
        &["idle_w = 900 lies above busy_w", "at most 660"],
    );
}
