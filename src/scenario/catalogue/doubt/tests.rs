use std::path::Path;

use serde_json::Value as Json;

use super::*;
use crate::scenario::catalogue::doubted::{doubts, doubts_of, of};
use crate::scenario::catalogue::{Assembled, Own, Tables, built_in};

fn assembled(entry: &str) -> Result<Assembled, String> {
    let text = format!("[catalogue.servers.ours]\nlike = 'hgx-h100'\n{entry}\n");
    let tables: BTreeMap<String, Own> = toml::from_str(&text).unwrap();
    let own = &tables["catalogue"];
    own.assemble((&text, Path::new("ours.toml")))
        .map_err(|error| error.to_string())
}

fn doubts_in(tables: &Tables) -> BTreeMap<String, Doubt> {
    let entry = &tables[&Kind::Servers]["ours"];
    of(Kind::Servers, "ours", entry)
        .into_iter()
        .map(|doubted| (doubted.key, doubted.doubt))
        .collect()
}

/// Each doubt of each built-in entry passes the check that users' entries pass: its key exists, its range holds what is
/// stated and stays within what is plausible, and it has a reason.
#[test]
fn every_doubt_of_the_catalogue_is_sound() {
    let mut checked = 0;
    for &kind in Kind::ALL {
        for (name, entry) in written(kind.name()).unwrap() {
            let mut entry = entry.as_table().unwrap().clone();
            for result in [expand(kind, &name, &mut entry), check(kind, &name, &entry)] {
                if let Err(fault) = result {
                    panic!(
                        "{} {name} {:?}: {}; {}",
                        kind.name(),
                        fault.key(),
                        fault.what,
                        fault.cure
                    );
                }
            }
            checked += of(kind, &name, &entry).len();
        }
    }
    assert!(checked > 500, "{checked}");
}

/// Each usual range is of a key that some entry states, so that none is left behind by a renamed key.
#[test]
fn every_usual_range_is_of_a_key() {
    for (&kind, table) in usual() {
        let entries = written(kind.name()).unwrap();
        for (key, leaf) in leaves_of(table, "") {
            let mut entries = entries.values().filter_map(Value::as_table);
            assert!(
                entries.any(|entry| !at(entry, &key).is_empty()),
                "{}.{key}",
                kind.name()
            );
            assert!(leaf.try_into::<Doubt>().is_ok(), "{}.{key}", kind.name());
        }
    }
}

/// By hand: 65 kJ/K × 0.65 to 1.6 is 42.25 to 104 kJ/K; psus = 6 by whole units 4 to 8.
#[test]
fn usual_ranges_become_those_of_the_entry() {
    let all = doubts_of("servers", "hgx-h100");
    let ends = |key: &str| all.iter().find(|of| of.key == key).unwrap().doubt.range;
    assert_eq!(ends("mass_j_k"), Some([42.25e3, 104e3]));
    assert_eq!(ends("psus"), Some([4.0, 8.0]));
    assert_eq!(ends("air.fan_min_speed"), Some([0.2, 0.6]));
    let stated = all.iter().find(|of| of.key == "host_idle_w").unwrap();
    assert_eq!(stated.value, "1360");
    assert!(stated.source.starts_with("10.2 kW"));
    let listed = (doubts_of("ups", "eco"), doubts_of("electrical", "ups.eco"));
    assert!(listed.0.len() == 3 && listed.0 == listed.1);
}

/// What the user states is no longer in doubt, at every depth; what is taken over stays so; own doubts count.
#[test]
fn own_figures_lose_the_doubt_of_the_entry_they_are_like() {
    let own = assembled(
        "host_idle_w = 1300\nair.fan_max_w = 1200\n\
         doubt.host_busy_w = { range = [1500, 1600], reason = 'our meter' }",
    )
    .unwrap();
    let doubts = doubts_in(&own.complete);
    assert!(!doubts.contains_key("host_idle_w"));
    assert!(!doubts.contains_key("air.fan_max_w"));
    assert!(doubts.contains_key("air.fan_max_m3_s"));
    assert_eq!(doubts["host_busy_w"].range, Some([1500.0, 1600.0]));
    let ours = &own.catalogue.servers["ours"].doubt;
    assert!(ours.holds("host_busy_w") && !ours.holds("host_idle_w"));
    assert!(built_in().servers["hgx-h100"].doubt.holds("host_idle_w"));
    // An own doubt of an own figure, by the kind's usual range: 1,000 W × 0.65 to 1.55.
    let own = assembled("host_idle_w = 1000\ndoubt.usual = ['host_idle_w']").unwrap();
    assert_eq!(
        doubts_in(&own.complete)["host_idle_w"].range,
        Some([650.0, 1550.0])
    );
    // The list of earlier versions.
    let own = assembled("host_idle_w = 1000\nunconfirmed = ['host_idle_w']").unwrap();
    assert_eq!(
        doubts_in(&own.complete)["host_idle_w"].range,
        Some([650.0, 1550.0])
    );
}

#[test]
fn doubts_that_say_nothing_are_refused_where_they_stand() {
    for (entry, says) in [
        (
            "doubt.host_idl = { range = [1, 2], reason = 'x' }",
            "states no figure 'host_idl'",
        ),
        (
            "doubt.host_idle_w = { range = [1000, 1200], reason = 'x' }",
            "host_idle_w = 1360 lies outside",
        ),
        (
            "doubt.host_idle_w = { range = [nan, 1200], reason = 'x' }",
            "lies outside",
        ),
        (
            "doubt.host_idle_w = { range = [1300, 1400], reason = '' }",
            "no reason",
        ),
        (
            "doubt.host_idle_w = { range = [1300, 1400], scale = [0.9, 1.1], reason = 'x' }",
            "not one form",
        ),
        ("doubt.host_idle_w = { range = [800, 1200] }", "reason"),
        (
            "doubt.host_idle_w = { rang = [800, 1200], reason = 'x' }",
            "rang",
        ),
        ("doubt.host_idle_w = [800, 1200]", "reason"),
        (
            "doubt.air.fan_band_k = { range = [10, 1000], reason = 'x' }",
            "reaches beyond",
        ),
        (
            "doubt.air = { range = [10, 1000], reason = 'x' }",
            "holds 9 figures",
        ),
        (
            "doubt.psu = { among = ['gold'], reason = 'x' }",
            "not among them",
        ),
        (
            "doubt.usual = ['hots_idle_w']",
            "no usual range of 'hots_idle_w'",
        ),
        ("doubt.usual = [5]", "usual = [5] is not a list of keys"),
        (
            "unconfirmed = 'air'",
            "unconfirmed = \"air\" is not a list of keys",
        ),
        (
            "doubt.doubt = { scale = [0.5, 2], reason = 'x' }",
            "states no figure 'doubt'",
        ),
        (
            "doubt.psu = { among = ['titanium-typical', 'gold'], reason = 'x' }",
            "no psu 'gold'",
        ),
        ("doubt = 3", "3 is not what belongs here"),
    ] {
        let Err(said) = assembled(entry) else {
            panic!("accepted: {entry}");
        };
        assert!(said.contains(says), "{entry}: {said}");
        assert!(said.contains("ours.toml:"), "{entry}: {said}");
    }
}

/// Defaults that the schema marks: the range holds the default and stays within what the key may hold.
#[test]
fn every_doubt_of_a_default_is_sound() {
    fn walk(node: &Json, path: &str, checked: &mut usize) {
        if let Some(doubt) = node
            .get("doubt")
            .filter(|doubt| doubt.get("reason").is_some())
        {
            let doubt: Doubt = serde_json::from_value(doubt.clone()).unwrap();
            assert!(doubt.reason.len() > 3, "{path}");
            let [least, most] = doubt.range.unwrap();
            let number = |key: &str| node.get(key).and_then(Json::as_f64);
            if let Some(default) = number("default") {
                assert!(least <= default && default <= most, "{path}: {default}");
            }
            let limits = (number("minimum"), number("maximum"));
            let (Some(low), Some(high)) = limits else {
                panic!("{path} has no limits: {node}");
            };
            assert!(low <= least && most <= high && least < most, "{path}");
            *checked += 1;
        }
        match node {
            Json::Object(all) => all
                .iter()
                .for_each(|(key, inner)| walk(inner, &format!("{path}/{key}"), checked)),
            Json::Array(all) => all.iter().for_each(|inner| walk(inner, path, checked)),
            _ => {}
        }
    }
    let mut checked = 0;
    walk(ranges::schema(), "", &mut checked);
    assert!(checked > 1, "{checked}");
    let listed = doubts();
    let defaults = listed.iter().filter(|of| of.kind == "scenario").count();
    assert!(defaults >= checked, "{defaults} of {checked} are listed");
}
