//! IT beside the servers: network, storage, CPU nodes and management, by `[[it]]` or by default.

use crate::lab::{AIR, CHILLERS, LOAD, Lab, place, tiny};

const NONE: &str = "it = []\n";
const SWITCHES: &str =
    "[[it]]\nname = \"switches\"\nwhat.devices = { entry = \"edr-switch\", count = 4 }\n";
const FLASH: &str = "[[it]]\nname = \"flash\"\nwhat.storage = { tb = 700 }\n";

fn with(beside: &str, cooling: &str, plant: &str) -> String {
    tiny(&[(NONE, beside), (AIR, cooling), (CHILLERS, plant)])
}

fn mwh(lab: &Lab, folder: &str, key: &str) -> f64 {
    lab.json(&format!("{folder}/summary.json"))["energy_mwh"][key]
        .as_f64()
        .unwrap_or(0.0)
}

/// By hand, over a day at 70 % load: 4 × 250 W of switches are 0.024 MWh, two servers of 368 TB at 350 + 0.7·450 W 0.03192 MWh.
/// They are IT but no compute, they add to what the chain loses and cooling carries, and their columns agree.
#[test]
fn switches_and_storage_count_as_it() {
    let both = format!("{SWITCHES}{FLASH}");
    let lab = Lab::with("s.toml", with(&both, AIR, CHILLERS));
    lab.write("bare.toml", tiny(&[]));
    lab.good(&["run", "s.toml", "-o", "s", "-q"]);
    lab.good(&["run", "bare.toml", "-o", "bare", "-q"]);
    let beside = mwh(&lab, "s", "network") + mwh(&lab, "s", "storage");
    assert!((mwh(&lab, "s", "network") - 0.024).abs() < 1e-9);
    assert!((mwh(&lab, "s", "storage") - 0.03192).abs() < 1e-9);
    assert_eq!(mwh(&lab, "s", "other_it"), 0.0);
    let parts: f64 = ["compute", "server_fans", "psu_losses"]
        .iter()
        .map(|key| mwh(&lab, "s", key))
        .sum();
    assert!((mwh(&lab, "s", "it") - parts - beside).abs() < 1e-9);
    let servers = (mwh(&lab, "s", "it") - beside) / mwh(&lab, "bare", "it");
    assert!(
        (servers - 1.0).abs() < 1e-3,
        "the servers draw what they did"
    );
    assert!(mwh(&lab, "s", "chillers") > mwh(&lab, "bare", "chillers"));
    // 2.3 kW beside 77 of servers: their fans move air too.
    assert!(mwh(&lab, "s", "hall_fans") > 1.01 * mwh(&lab, "bare", "hall_fans"));
    assert!(mwh(&lab, "s", "facility") - mwh(&lab, "bare", "facility") > 1.05 * beside);
    let columns = lab.read("s/timeseries.csv");
    let mut lines = columns.lines();
    let mut names = lines.next().unwrap().split(',');
    let at = names.position(|name| name == "storage_kw").unwrap();
    assert!(lines.all(|line| line.split(',').nth(at) == Some("1.330")));
    assert!(!lab.read("bare/timeseries.csv").contains("storage_kw"));
    // The result runs again as it is.
    lab.good(&["run", "s/scenario.toml", "-o", "again", "-q"]);
    assert_eq!(lab.read("s/summary.json"), lab.read("again/summary.json"));
}

/// Every technology carries the heat, beside tanks a room of its own does, and the audit of every step closes; a load imposed
/// on the site holds its other IT too.
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
        lab.write(&file, with(SWITCHES, cooling, plant));
        lab.good(&["run", &file, "-o", name, "-q"]);
        assert!((mwh(&lab, name, "network") - 0.024).abs() < 1e-9, "{name}");
        let compressors = mwh(&lab, name, "chillers");
        if plant == tower {
            // Units at a July day's 30 to 44 °C: COP 3.3 to 5.
            assert!(
                (0.004..0.009).contains(&compressors),
                "{name}: {compressors}"
            );
        }
    }
    lab.write("load.csv", "time_h,it_kw\n0,70\n12,70\n");
    let text = with(SWITCHES, AIR, CHILLERS).replace(
        LOAD,
        "[workload.profile]\nfile = \"load.csv\"\nrepeat = true\n",
    );
    lab.write("profile.toml", text);
    lab.good(&["run", "profile.toml", "-o", "profile", "-q"]);
    assert!((mwh(&lab, "profile", "it") - 1.68).abs() < 1e-6);
    assert!(mwh(&lab, "profile", "network") > 0.015);
}

/// Without a word a hall of GPU servers has network, storage and management of about a tenth of its servers; rigs on slow networks,
/// single servers and miners have none; the result states what was built, and runs again as it is.
#[test]
fn gpu_halls_have_a_default() {
    let lab = Lab::with("s.toml", tiny(&[(NONE, "")]));
    lab.write("none.toml", tiny(&[]));
    let said = lab.good(&["validate", "s.toml"]).out;
    for part in ["fabric", "rail-optimised", "storage", "all by default"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let none = lab.good(&["validate", "none.toml"]).out;
    assert!(none.contains("nothing beside the servers"), "{none}");
    lab.good(&["run", "s.toml", "-o", "s", "-q"]);
    let beside: f64 = ["network", "storage", "other_it"]
        .iter()
        .map(|key| mwh(&lab, "s", key))
        .sum();
    let share = beside / (mwh(&lab, "s", "it") - beside);
    assert!((0.06..0.16).contains(&share), "{share}");
    lab.good(&["run", "s/scenario.toml", "-o", "again", "-q"]);
    assert_eq!(lab.read("s/summary.json"), lab.read("again/summary.json"));
    for (from, to) in [
        ("hgx-h100", "rtx-4090-8"),
        (
            "racks = 3\nservers_per_rack = 4",
            "racks = 1\nservers_per_rack = 1",
        ),
        (LOAD, "[workload.mining]\n"),
    ] {
        lab.write("s.toml", tiny(&[(NONE, ""), (from, to)]));
        let said = lab.good(&["validate", "s.toml"]).out;
        assert!(said.contains("nothing beside the servers"), "{to}: {said}");
    }
}

/// By hand: 10 kW past the UPS stop when the grid fails, until generators carry; on the UPS they go on. The hour of the outage with
/// generators after 60 s of 3,600 costs 10 kW·60 s, 0.1667 kWh.
#[test]
fn it_without_ups_waits_for_generators() {
    let lab = Lab::new();
    let events = "[electrical.ups_battery]\nminutes = 10\n[site.generator]\npower_mw = 1.0\nstart_s = 60\nramp_s = 1e-9\n[[event]]\nstart = \"2026-07-01T12:00\"\nminutes = 60\nwhat.utility_outage = {}\n";
    for (name, ups) in [("on", true), ("past", false)] {
        let load = format!(
            "[[it]]\nname = \"nodes\"\nwhat.load = {{ kw = 10 }}\nheat = \"own\"\nups = {ups}\n"
        );
        let text = tiny(&[
            (NONE, &load),
            ("step_s = 300", "step_s = 10"),
            ("[electrical]\nups = \"eco\"\n", events),
        ]);
        lab.write("s.toml", text);
        lab.good(&["run", "s.toml", "-o", name, "-q"]);
    }
    assert!((mwh(&lab, "on", "other_it") - 0.24).abs() < 1e-9);
    let lost = 0.24 - mwh(&lab, "past", "other_it");
    assert!((lost - 10.0 * 60.0 / 3.6e6).abs() < 2e-5, "{lost}");
    assert!(mwh(&lab, "past", "electrical_losses") < mwh(&lab, "on", "electrical_losses"));
}

/// By hand: 10 kW in air of 1.138 kg/m³ that warms by 12 K are 0.728 m³/s; 350 Pa of sea level there 364, at 60 % 441 W of fans,
/// 10.6 kWh a day. They and the 240 kWh go into chilled water, at a COP of 4 to 7 with pumps and towers apart.
#[test]
fn a_room_on_facility_water_loads_its_chillers() {
    let lab = Lab::new();
    for heat in ["own", "water"] {
        let load =
            format!("[[it]]\nname = \"nodes\"\nwhat.load = {{ kw = 10 }}\nheat = \"{heat}\"\n");
        lab.write("s.toml", tiny(&[(NONE, &load)]));
        lab.good(&["run", "s.toml", "-o", heat, "-q"]);
    }
    let more = |key: &str| mwh(&lab, "water", key) - mwh(&lab, "own", key);
    assert!(
        (more("hall_fans") - 0.0106).abs() < 2e-4,
        "{}",
        more("hall_fans")
    );
    let chillers = more("chillers");
    assert!(
        (0.2506 / 7.0..0.2506 / 4.0).contains(&chillers),
        "{chillers}"
    );
    assert_eq!(more("it"), 0.0);
}

#[test]
fn other_it_that_is_not_there_is_refused() {
    let text = with(SWITCHES, AIR, CHILLERS).replace("edr-switch", "edr-swich");
    let lab = Lab::with("s.toml", &text);
    let at = place("s.toml", &text, "\"edr-swich\"");
    lab.refused(
        &["validate", "s.toml"],
        &["no other IT 'edr-swich'", "did you mean 'edr-switch'?", &at],
    );
    let none = with(SWITCHES, AIR, CHILLERS).replace("count = 4", "count = 0");
    lab.write("s.toml", none);
    lab.refused(
        &["validate", "s.toml"],
        &["it[0].what.devices.count", "1 to"],
    );
    let own = "[catalogue.other_it.mine]\nlike = \"jbod-60\"\nidle_w = 900\n";
    lab.write("s.toml", format!("{}{own}", with(SWITCHES, AIR, CHILLERS)));
    lab.refused(
        &["validate", "s.toml"],
        &["idle_w = 900 lies above busy_w", "at most 660"],
    );
    let former = "[[hall.other_it]]\nentry = \"edr-switch\"\ncount = 4\n[hall.cooling.air]\n";
    lab.write("s.toml", tiny(&[("[hall.cooling.air]\n", former)]));
    lab.refused(
        &["validate", "s.toml"],
        &["other_it", "[[it]]", "what.devices"],
    );
}

/// What contradicts itself or cannot be built, at its key.
#[test]
fn it_that_cannot_be_is_refused_at_its_key() {
    let lab = Lab::new();
    let base = "[[it]]\nname = \"x\"\n";
    for (more, key) in [
        ("what.load = { kw = 1 }\nhall = \"nort\"\n", "it[0].hall"),
        (
            "what.load = { kw = 1, kw_per_gpu = 0.1 }\n",
            "it[0].what.load.kw_per_gpu",
        ),
        ("what.load = {}\n", "it[0].what.load"),
        (
            "what.storage = { tb = 1, entry = \"edr-switch\" }\n",
            "it[0].what.storage.entry",
        ),
        (
            "what.devices = { entry = \"jbod-60\", count = 1, per_rack = 1 }\n",
            "it[0].what.devices.per_rack",
        ),
        (
            "what.network = { switch = \"jbod-60\" }\n",
            "it[0].what.network.switch",
        ),
        ("what.network = { tiers = 1 }\n", "it[0].what.network.tiers"),
        (
            "what.network = { links_per_gpu = 1, links_per_server = 8 }\n",
            "it[0].what.network.links_per_server",
        ),
        (
            "what.load = { kw = 1 }\nroom = { supply_c = 20 }\n",
            "it[0].room",
        ),
        (
            "what.load = { kw = 1 }\nheat = \"water\"\nroom = { supply_c = 20 }\n",
            "it[0].heat",
        ),
    ] {
        lab.write("s.toml", tiny(&[(NONE, &format!("{base}{more}"))]));
        let fault = lab.fault("s.toml");
        assert_eq!(fault.key(), Some(key), "{more}: {fault}");
        assert!(fault.line_column().is_some(), "{more}: {fault}");
    }
    // Links of 96 GPUs fit one switch of 64 ports only at half their speed; and a name is given once.
    let twice = format!("{base}what.load = {{ kw = 1 }}\n{base}what.load = {{ kw = 2 }}\n");
    lab.write("s.toml", tiny(&[(NONE, &twice)]));
    assert_eq!(lab.fault("s.toml").key(), Some("it[1].name"));
    let half =
        format!("{base}what.network = {{ tiers = 1, gbit_s = 200, switch = \"ndr-switch-64\" }}\n");
    lab.write("s.toml", tiny(&[(NONE, &half)]));
    lab.good(&["validate", "s.toml"]);
}

/// In a tank hall, which outdoor air ventilates, Phoenix is too hot for switches: said before anybody builds it.
#[test]
fn switches_beside_tanks_in_outdoor_air_are_warned_of() {
    let hall = format!("{SWITCHES}heat = \"hall\"\n");
    let tank = "[hall.cooling.immersion]\n";
    let tower = "[heat_rejection.tower]\nsetpoint_c = 30.0\n";
    let lab = Lab::with("s.toml", with(&hall, tank, tower));
    let said = lab.good(&["validate", "s.toml"]).flat();
    assert!(
        said.contains("class A3") && said.contains("heat = \"room\""),
        "{said}"
    );
    lab.write("s.toml", with(SWITCHES, tank, tower));
    assert!(
        !lab.good(&["validate", "s.toml"])
            .flat()
            .contains("class A3")
    );
}

/// Switches and storage stand in the air that switched their racks off: with all CRAHs out for a day, or all chillers, they are off
/// as the racks are, nothing boils, every row says so, and all come back together.
#[test]
fn it_in_the_air_is_off_as_its_racks_are() {
    for trip in ["crah_trip", "chiller_trip"] {
        let event = format!(
            "{CHILLERS}[[event]]\nstart = \"2026-07-01T02:00\"\nminutes = 1440\nwhat.{trip} = {{}}\n"
        );
        let text = tiny(&[
            (NONE, ""),
            (CHILLERS, &event),
            ("days = 1\nstep_s = 300", "days = 3\nstep_s = 60"),
        ]);
        let lab = Lab::with("s.toml", text);
        lab.good(&["run", "s.toml", "-o", "s", "-q"]);
        let thermal = &lab.json("s/summary.json")["thermal"];
        assert!(thermal["off_gpu_hours"].as_f64().unwrap() > 96.0, "{trip}");
        for key in ["max_inlet_c", "supply_max_c"] {
            let most_c = thermal[key].as_f64().unwrap();
            assert!(most_c < 70.0, "{trip}: {key} {most_c}");
        }
        let rows = lab.read("s/timeseries.csv");
        let mut rows = rows.lines().map(|row| row.split(',').collect::<Vec<_>>());
        let names = rows.next().unwrap();
        let at = |name: &str| names.iter().position(|known| *known == name).unwrap();
        let beside = ["network_kw", "storage_kw", "other_it_kw"].map(at);
        let it = at("it_kw");
        let all: Vec<_> = rows.collect();
        let dark = |row: &&Vec<&str>| row[it] == "0.000";
        // Over warm water racks come back now and then.
        let at_all = trip == "chiller_trip" || all.iter().any(|row| dark(&row));
        assert!(at_all, "{trip}");
        for row in all.iter().filter(dark) {
            assert!(
                beside.iter().all(|column| row[*column] == "0.000"),
                "{row:?}"
            );
        }
        let last = all.last().unwrap();
        assert_ne!(last[it], "0.000", "{trip}");
        assert!(
            beside.iter().all(|column| last[*column] != "0.000"),
            "{last:?}"
        );
    }
}

/// Racks on warm water and a cold room plant: a room on facility water of the site is refused, and the cure names the hall whose
/// room water is cold enough.
#[test]
fn a_room_on_warm_water_is_told_whose_is_cold() {
    let warm = "[heat_rejection.dry_cooler]\nsetpoint_c = 45.0\n";
    let plates = "[hall.cooling.cold_plate]\nsupply_c = 50.0\nmax_supply_c = 55.0\n[hall.room_rejection.water_cooled_chiller]\nsetpoint_c = 18.0\n";
    let nodes = "[[it]]\nname = \"nodes\"\nwhat.load = { kw = 10 }\nheat = \"water\"\n";
    let lab = Lab::with("s.toml", with(nodes, plates, warm));
    lab.refused(
        &["validate", "s.toml"],
        &["the room needs facility water", "hall = \"north\""],
    );
    lab.write(
        "s.toml",
        with(&format!("{nodes}hall = \"north\"\n"), plates, warm),
    );
    lab.good(&["validate", "s.toml"]);
}

/// A megawatt of lights beside 100 kW of servers: the transformer is sized for both.
#[test]
fn the_chain_is_sized_for_what_the_site_draws_beside() {
    let climate = "climate = \"phoenix\"\n";
    let lights = format!("{climate}other_kw = 1000\n");
    let lab = Lab::with("s.toml", tiny(&[(climate, &lights)]));
    lab.good(&["run", "s.toml", "-o", "s", "-q"]);
    let hours = &lab.json("s/summary.json")["supply"]["overload_hours"];
    assert!(hours.as_f64().unwrap_or(0.0) == 0.0, "{hours}");
}
