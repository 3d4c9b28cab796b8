//! Hashing as work: Ethash on GPUs, SHA-256 on machines built for it, what they earn and when they stop.

use crate::broken_scenarios::check;
use crate::lab::{JOBS, LOAD, Lab, tiny};

const MINING: &str = "[workload.mining]\n";
const ASIC: (&str, &str) = ("\"hgx-h100\"", "\"antminer-s21-xp\"");
/// Energy is dear from 16 to 20 h.
const PRICES: (&str, &str) = (
    "climate = \"phoenix\"\n",
    "climate = \"phoenix\"\nprice_usd_mwh = 35.0\n[[site.tariff.period]]\nname = \"evening\"\nhours = [16, 20]\n\
     price_usd_mwh = 250.0\n",
);

/// Mining holds every chip at the same load, and the host rests.
#[test]
fn ethash_is_a_load_of_its_own() {
    let lab = Lab::with("m.toml", tiny(&[(LOAD, MINING)]));
    let out = lab.good(&["validate", "m.toml"]).out;
    assert!(out.contains("hashing (Ethash): 388 MH/s a GPU"), "{out}");
    lab.good(&["run", "m.toml", "-o", "r", "-q"]);
    let summary = lab.json("r/summary.json");
    // 96 GPUs of 0.95·3.35e12/8,192 hashes/s for a day, however warm they are.
    let hashes = summary["mining"]["hashes"].as_f64().unwrap();
    let by_hand = 96.0 * 0.95 * 3.35e12 / 8192.0 * 86_400.0;
    assert!((hashes / by_hand - 1.0).abs() < 1e-9, "{hashes}");
    let j_per_mh = summary["mining"]["j_per_mh"].as_f64().unwrap();
    let facility = summary["energy_mwh"]["facility"].as_f64().unwrap();
    assert!((j_per_mh / (facility * 3.6e15 / hashes) - 1.0).abs() < 1e-12);
    assert!(summary["mining"]["j_per_th"].is_null() && summary["mining"]["revenue_usd"].is_null());
}

/// 36 terahash boards at 38 USD a PH/s and day, for the 20 hours in which energy costs less than the limit.
#[test]
fn sha256_earns_and_stops_by_price() {
    let stop = "[workload.mining]\nhash_price_usd_ph_day = 38\nstop_above_usd_mwh = 110\n";
    let lab = Lab::with("m.toml", tiny(&[ASIC, PRICES, (LOAD, stop)]));
    let out = lab.good(&["validate", "m.toml"]).out;
    assert!(out.contains("hashing (SHA-256): 90.0 TH/s a chip"), "{out}");
    let said = lab.good(&["run", "m.toml", "-o", "r"]).out;
    assert!(said.contains("energy for a terahash"), "{said}");
    let summary = lab.json("r/summary.json");
    let figure = |key: &str| summary["mining"][key].as_f64().unwrap();
    let by_hand = 3.0 * 4.0 * 0.270 * 38.0 * 20.0 / 24.0;
    // A board hotter than 72 °C is held at its power, and a little slower.
    assert!(
        (figure("revenue_usd") / by_hand - 1.0).abs() < 5e-3,
        "{summary}"
    );
    assert!((figure("stopped_hours") - 4.0).abs() < 1e-9);
    let facility = summary["energy_mwh"]["facility"].as_f64().unwrap();
    assert!((figure("revenue_usd_mwh") * facility / figure("revenue_usd") - 1.0).abs() < 1e-9);
    // Boards at rest in the dear hours: less than all day, more than 20/24 of it.
    lab.write(
        "all.toml",
        tiny(&[ASIC, PRICES, (LOAD, "[workload.mining]\n")]),
    );
    lab.good(&["run", "all.toml", "-o", "all", "-q"]);
    let all = lab.json("all/summary.json")["energy_mwh"]["facility"]
        .as_f64()
        .unwrap();
    let share = facility / all;
    assert!((0.82..0.90).contains(&share), "{share}");
}

#[test]
fn what_cannot_hash_or_compute_is_refused() {
    check(
        &[(LOAD, MINING)],
        &[
            (
                MINING,
                "[workload.mining]\nrate = 3\n",
                "rate = 3",
                &["bandwidth_share"],
            ),
            (
                MINING,
                "[workload.mining]\nhash_price_usd_ph_day = 38\n",
                "38\n",
                &["SHA-256", "antminer-s21-xp"],
            ),
            (
                MINING,
                "[workload.mining]\nstop_above_usd_mwh = 38\n",
                "38\n",
                &["no price", "site.price_usd_mwh"],
            ),
            (
                "[heat_rejection",
                "[[hall]]\nname = \"south\"\nserver = \"antminer-s21\"\nracks = 1\nservers_per_rack = 4\n\
                 [hall.cooling.air]\nsupply_c = 24.0\n\n[heat_rejection",
                "\"antminer-s21\"",
                &["some halls hash SHA-256", "one kind"],
            ),
        ],
    );
    check(
        &[ASIC, PRICES, (LOAD, MINING)],
        &[(
            MINING,
            "[workload.mining]\nstop_above_usd_mwh = 30\n",
            "30\n",
            &["nothing would ever hash", "raise it"],
        )],
    );
    check(
        &[(LOAD, JOBS)],
        &[(
            ASIC.0,
            ASIC.1,
            ASIC.1,
            &["run no jobs or models", "[workload.mining]"],
        )],
    );
}

/// Half of the boards hash half as much; a GPU at half the power hashes on, as its memory allows. Under a power limit of 80 % a
/// terahash takes what a slower chip draws.
#[test]
fn hashes_follow_the_load_of_boards_and_not_of_gpus() {
    let lab = Lab::new();
    let hashes = |machine: (&str, &str), load: &str| {
        let mining = format!("[workload.mining]\nload = {load}\n");
        lab.write("m.toml", tiny(&[machine, (LOAD, &mining)]));
        lab.good(&["run", "m.toml", "-o", "r", "-q"]);
        let hashes = lab.json("r/summary.json")["mining"]["hashes"].as_f64();
        hashes.unwrap()
    };
    let gpus = ("\"hgx-h100\"", "\"hgx-h100\"");
    let boards = hashes(ASIC, "0.5") / hashes(ASIC, "1.0");
    // Boards at full load are hot and 1 % slower.
    assert!((boards - 0.5).abs() < 5e-3, "{boards}");
    let ethash = hashes(gpus, "0.4") / hashes(gpus, "0.6");
    assert!((ethash - 1.0).abs() < 1e-6, "{ethash}");
    let joule = |limit: &str| {
        let racks = format!("racks = 3\npower_limit = {limit}");
        lab.write(
            "m.toml",
            tiny(&[ASIC, ("racks = 3", &racks), (LOAD, MINING)]),
        );
        let out = lab.good(&["validate", "m.toml"]).out;
        let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
        let (_, after) = out.split_once("a chip at ").unwrap();
        after.split(' ').next().unwrap().parse::<f64>().unwrap()
    };
    let (full, limited) = (joule("1.0"), joule("0.8"));
    // 0.8 of the power at a clock of at least 0.8.
    assert!((0.8 * full..full).contains(&limited), "{full} {limited}");
}
