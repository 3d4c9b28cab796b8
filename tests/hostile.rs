//! Every number of a scenario at absurd values: refused with its place and the range, or the first steps run
//! and balance. Then scenarios with several keys anywhere in their ranges. `COLDAISLE_FUZZ_CASES` sets how many; with it
//! every number is tried at both ends of its range, otherwise at one.

use std::collections::BTreeSet;

use coldaisle::cooling::Cooling;
use coldaisle::describe::Fault;
use coldaisle::metrics::Metrics;
use coldaisle::observer::Observer as _;
use coldaisle::scenario::{Loaded, ranges, resolve, text};
use proptest::test_runner::{RngAlgorithm, TestRng};
use rand::RngExt as _;
use rayon::prelude::*;
use serde_json::Value as Json;
use toml_edit::{DocumentMut, Item};

const HEAD: &str = "name = 'x'\n[run]\nstart = '2026-07-15'\ndays = 1\nstep_s = 900\nrecord_s = 3600\n[site]\n\
                    climate = 'phoenix'\nprice_usd_mwh = 50\ncarbon_g_kwh = 300\ngrid_limit_mw = 0.3\nother_kw = 2\n\
                    water_usd_m3 = 2\n[site.solar]\ndc_mw = 0.1\n[site.battery]\nenergy_mwh = 0.1\npower_mw = 0.1\n\
                    peak_target_mw = 0.1\n[site.generator]\npower_mw = 0.3\n[electrical.ups_battery]\nminutes = 5\n\
                    [[hall]]\nname = 'h'\nserver = 'hgx-h100'\nracks = 3\nservers_per_rack = 3\n";
/// Cooling, plant and work of each kind.
const KINDS: [&str; 7] = [
    "[hall.cooling.air]\ncold_air_m3_per_rack = 5\nhold_inlet_c = 24\n[hall.cooling.air.humidity]\n\
     [heat_rejection.water_cooled_chiller]\nsetpoint_c = 16\neconomizer = {}\nwater = { litres_per_kw = 20 }\n\
     tower = { range_k = 5 }\n[workload.constant]\nutilisation = 0.9\n",
    "[hall.cooling.air]\neconomizer.direct = {}\n[heat_rejection.air_cooled_chiller]\nsetpoint_c = 16\n\
     free_cooling = {}\n[workload.batch]\njobs_per_day = 100\ngpus = [8]\nmedian_hours = 1\n[checkpoint.batch]\nsave_s = 30\nrestart_s = 60\npaused_utilisation = 0.2\n\
     [failures]\n[scheduler.backfill]\n",
    "[hall.cooling.rear_door]\nfans = 'active'\ncrah_share = 0.2\n[heat_rejection.air_cooled_chiller]\nsetpoint_c = 16\n\
     [workload.inference]\ngpus = 24\nmean_utilisation = 0.5\ntokens_per_gpu_s = 1000\n",
    "[hall.cooling.cold_plate]\n[hall.room_rejection.air_cooled_chiller]\nsetpoint_c = 16\n[heat_rejection.dry_cooler]\n\
     setpoint_c = 30\nadiabatic = {}\ncooler = { fan_kw = 5 }\n[workload.pretraining]\n\
     models = [{ parameters = 7e9, tokens = 1e9, gpus = 32, mfu = 0.4 }]\n",
    "[hall.cooling.immersion]\n[heat_rejection.tower]\nsetpoint_c = 28\nfree_cooling = {}\n[workload.constant]\n\
     utilisation = 1\n[[event]]\nstart = '2026-07-15T00:15'\nminutes = 30\nwhat.utility_outage = {}\n",
    "[hall.cooling.two_phase]\n[heat_rejection.dry_cooler]\nsetpoint_c = 32\nreuse = { share = 0.5, network_c = 60, \
     heat_pump = true }\n[workload.fine_tuning]\njobs_per_day = 50\ngpus = [8]\nmedian_hours = 1\n",
    "[hall.cooling.air]\neconomizer.indirect = {}\n[heat_rejection.water_cooled_chiller]\nsetpoint_c = 16\n[[event]]\n\
     start = '2026-07-15T00:15'\nminutes = 30\nwhat.pump_trip = { share = 0.7 }\n[workload.constant]\nutilisation = 1\n",
];

/// The same, and every technology that none of them has.
fn kinds() -> Vec<String> {
    let mut all: Vec<String> = KINDS.iter().map(|kind| format!("{HEAD}{kind}")).collect();
    for name in Cooling::NAMES {
        let header = format!("[hall.cooling.{name}]\n");
        if all.iter().any(|text| text.contains(&header)) {
            continue;
        }
        let cooling: Cooling = toml::from_str(&format!("{name} = {{}}")).unwrap();
        let room = cooling.room_water_c().map_or(
            "",
            |_| "[hall.room_rejection.air_cooled_chiller]\nsetpoint_c = 16\n",
        );
        all.push(format!(
            "{HEAD}{header}{room}[heat_rejection.water_cooled_chiller]\nsetpoint_c = 16\n[workload.constant]\n\
             utilisation = 1\n[[event]]\nstart = '2026-07-15T00:15'\nminutes = 30\nwhat.pump_trip = {{ share = 0.7 }}\n"
        ));
    }
    all
}

/// Trials of cooling in a step on average, at most: a search under a limit of up to 40, each with one for the water.
const MAX_TRIALS: u64 = 1000;

/// A number of the schema: its key for `--set`, and its range.
type Key = (String, f64, f64);

/// The numbers that a scenario with these tables can hold.
fn keys(
    schema: &Json,
    present: Option<&Item>,
    path: &str,
    into: &mut BTreeSet<String>,
    found: &mut Vec<Key>,
) {
    let limit = |name: &str| schema.get(name).and_then(Json::as_f64);
    if let (Some(low), Some(high)) = (limit("minimum"), limit("maximum"))
        && into.insert(path.to_owned())
    {
        found.push((path.to_owned(), low, high));
    }
    if let Some(named) = schema.get("$ref").and_then(Json::as_str) {
        let named = ranges::schema()
            .pointer(named.trim_start_matches('#'))
            .unwrap();
        keys(named, present, path, into, found);
    }
    for parts in ["anyOf", "oneOf"] {
        for part in schema
            .get(parts)
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
        {
            keys(part, present, path, into, found);
        }
    }
    for (key, of_key) in schema
        .get("properties")
        .and_then(Json::as_object)
        .into_iter()
        .flatten()
    {
        let inner = present.and_then(|item| match item {
            Item::ArrayOfTables(list) => list.get(0).and_then(|table| table.get(key)),
            item => item.get(key),
        });
        let list = matches!(inner, Some(Item::ArrayOfTables(_)));
        let number = inner.is_none_or(|item| item.as_table_like().is_none() && !list);
        if inner.is_some() || number && present.is_some() && path.matches('.').count() < 8 {
            let dot = if path.is_empty() { "" } else { "." };
            let entry = if list { ".0" } else { "" };
            // Tables that are absent stay so: only numbers of those that are there.
            let of_list = list
                .then(|| of_key.get("items"))
                .flatten()
                .unwrap_or(of_key);
            keys(
                of_list,
                inner,
                &format!("{path}{dot}{key}{entry}"),
                into,
                found,
            );
        }
    }
}

fn keys_of(text: &str) -> Vec<Key> {
    let document: DocumentMut = text.parse().unwrap();
    let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
    keys(
        ranges::schema(),
        Some(document.as_item()),
        "",
        &mut seen,
        &mut found,
    );
    found
}

/// Fails with all that went wrong.
fn none(wrong: &[String]) {
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

/// Loads, resolves and makes a few steps; a balance that does not close is a fault.
fn attempt(text: &str) -> Result<bool, String> {
    let read = || -> Result<_, Fault> {
        let loaded = Loaded {
            scenario: text::read(text)?,
            path: "x.toml".into(),
            text: text.to_owned(),
        };
        // Sizes that are allowed and slow are no part of this test.
        let size = |hall: &coldaisle::scenario::Hall| {
            u64::from(hall.racks) * u64::from(hall.servers_per_rack)
        };
        if loaded.scenario.hall.iter().map(size).sum::<u64>() > 3000 {
            ranges::check(&loaded.text)?;
            return Ok(None);
        }
        Ok(Some(resolve(&loaded)?))
    };
    let resolved = match read() {
        Ok(Some(resolved)) => resolved,
        Ok(None) => return Ok(true),
        Err(error) if error.what.is_empty() => return Err("an error without words".into()),
        Err(error) => {
            let report = error.report(false);
            return if report.starts_with("Error: ") {
                Ok(false)
            } else {
                Err(report)
            };
        }
    };
    let mut metrics = Metrics::new(&resolved.context());
    let mut simulation = resolved.simulation;
    for _ in 0..4 {
        let step = simulation
            .step()
            .map_err(|error| format!("{error}\n{text}"))?;
        let Some(now) = step else {
            break;
        };
        if !(now.power.facility_w.is_finite() && now.halls[0].max_chip_c.is_finite()) {
            return Err(format!("NaN in\n{text}"));
        }
        metrics.observe(now).map_err(|error| error.to_string())?;
    }
    if let Some((name, ..)) = metrics.summary().figures().find(|(.., x)| !x.is_finite()) {
        return Err(format!("{name} is not a number in\n{text}"));
    }
    let (trials, steps) = (simulation.facility.trials(), simulation.clock.made());
    if trials > MAX_TRIALS * steps {
        return Err(format!("{trials} trials in {steps} steps of\n{text}"));
    }
    Ok(true)
}

fn asked_cases() -> Option<usize> {
    let given = std::env::var("COLDAISLE_FUZZ_CASES").ok();
    given.and_then(|n| n.parse().ok())
}

#[test]
fn fuzz_every_number_at_hostile_values_is_refused_or_balances() {
    let whole = asked_cases().is_some();
    // Each key once, in the first kind that has it.
    let mut seen = BTreeSet::new();
    let cases: Vec<(String, String)> = kinds()
        .into_iter()
        .flat_map(|text| {
            let scenario = text::read(&text).unwrap();
            let path = "x.toml".into();
            let loaded = Loaded {
                scenario,
                text: text.clone(),
                path,
            };
            if let Err(error) = resolve(&loaded) {
                panic!("{}\n{text}", error.report(false));
            }
            let mut keys = keys_of(&text);
            assert!(keys.len() > 50, "{}", keys.len());
            keys.retain(|(key, ..)| seen.insert(key.clone()));
            keys.into_iter()
                .enumerate()
                .flat_map(move |(index, (key, low, high))| {
                    let outside = ["1e300", "-1e300", "nan"].map(|value| (value.to_owned(), false));
                    let ends = [low, high].into_iter().enumerate();
                    let tried = ends.filter(move |(end, _)| whole || *end == index % 2);
                    let inside = tried.map(|(_, value)| (value.to_string(), true));
                    let text = text.clone();
                    outside
                        .into_iter()
                        .chain(inside)
                        .filter_map(move |(value, may)| {
                            let set = text::set(&text, &format!("{key}={value}")).ok()?;
                            Some((
                                set,
                                if may {
                                    String::new()
                                } else {
                                    format!("{key}={value}")
                                },
                            ))
                        })
                })
        })
        .collect();
    let wrong: Vec<String> = cases
        .into_par_iter()
        .filter_map(|(text, refused)| match attempt(&text) {
            Ok(true) if !refused.is_empty() => Some(format!("{refused} is taken")),
            Ok(_) => None,
            Err(what) => Some(what),
        })
        .collect();
    none(&wrong);
}

#[test]
fn fuzz_scenarios_anywhere_in_their_ranges_are_refused_or_balance() {
    let kinds: Vec<(String, Vec<Key>)> = kinds()
        .into_iter()
        .map(|text| (text.clone(), keys_of(&text)))
        .collect();
    let mut random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let texts: Vec<String> = (0..asked_cases().unwrap_or(60))
        .map(|_| {
            let (text, keys) = &kinds[random.random_range(0..kinds.len())];
            let mut text = text.clone();
            for _ in 0..random.random_range(1..6) {
                let (key, low, high) = &keys[random.random_range(0..keys.len())];
                let share: f64 = random.random();
                let value = match random.random_range(0..6) {
                    0 => *low,
                    1 => *high,
                    2 => low + share * (high - low),
                    // As far from its lower end as from its upper one, in decades.
                    _ => low + (high - low) * 10_f64.powf(-6.0 * share),
                };
                for value in [value.to_string(), value.round().to_string()] {
                    if let Ok(set) = text::set(&text, &format!("{key}={value}"))
                        && text::read::<coldaisle::scenario::Scenario>(&set).is_ok()
                    {
                        text = set;
                        break;
                    }
                }
            }
            text
        })
        .collect();
    let results: Vec<_> = texts.par_iter().map(|text| attempt(text)).collect();
    let wrong: Vec<_> = results
        .iter()
        .filter_map(|result| result.as_ref().err().cloned())
        .collect();
    none(&wrong);
    let ran = results.iter().filter(|result| **result == Ok(true)).count();
    assert!(4 * ran > results.len(), "{ran} of {} ran", results.len());
}

/// Samples that once ended in a balance that did not close: refused, or run.
#[test]
fn figures_of_no_building_are_refused_and_much_outdoor_air_balances() {
    let of = |text: &str, settings: &[&str]| {
        let set = settings.iter().fold(text.to_owned(), |text, setting| {
            text::set(&text, setting).unwrap()
        });
        attempt(&set).unwrap()
    };
    let text = format!("{HEAD}{}", KINDS[0]);
    for refused in [
        "electrical.ups_battery.minutes=1e300",
        "site.solar.dc_mw=1e300",
        "hall.0.cooling.air.cold_air_m3_per_rack=1e-9",
    ] {
        assert!(!of(&text, &[refused]), "{refused} is taken");
    }
    for step in ["run.step_s=900", "run.step_s=3600"] {
        let changes = "hall.0.cooling.air.humidity.air_changes_per_h=500";
        assert!(of(&text, &[step, changes]), "{step}");
    }
}
