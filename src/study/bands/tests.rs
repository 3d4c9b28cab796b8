//! What is drawn in the scenarios that ship: all that has an effect, and all of it as far as they can be built.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::Value;

use super::side::Side;
use super::*;
use crate::scenario::catalogue::{self, Kind};
use crate::scenario::{self, Base, Loaded, written};

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"))
}

fn summary(loaded: &Loaded) -> Summary {
    let resolved = scenario::build(loaded).unwrap();
    simulate(resolved, &mut (), &Progress::hidden()).unwrap().0
}

/// Every figure of the catalogue that is said not to bear on a scenario is moved at once, by a ten-thousandth: nothing changes. The figures that are drawn do change it.
#[test]
fn figures_that_are_not_drawn_have_no_effect() {
    let of = |kind: &Kind| (catalogue::raw(kind.name()).unwrap(), catalogue::keys(*kind));
    let known: BTreeMap<Kind, _> = Kind::ALL.iter().map(|kind| (*kind, of(kind))).collect();
    let doubts = catalogue::doubts();
    for name in [
        "phoenix-air",
        "phoenix-two-phase",
        "phoenix-rear-door",
        "dublin-air-economizer",
        "640gb-nvlink",
        "on-device",
    ] {
        let sets = ["run.days=0.1", "run.step_s=900", "site.water_usd_m3=2"].map(str::to_owned);
        let (loaded, resolved) = Side::load(&shipped(name), &sets).unwrap();
        let used = catalogue::used(&resolved, None);
        let base = Base::new(&loaded);
        let stated = summary(&loaded);
        let mut moved = [Vec::new(), Vec::new()];
        for doubted in &doubts {
            let kind = Kind::ALL.iter().find(|kind| kind.name() == doubted.kind);
            let Some(&kind) = kind else { continue };
            let (entries, keys) = &known[&kind];
            let entry = &entries[&doubted.entry];
            let key: Vec<&str> = doubted.key.split('.').collect();
            let plain = key.iter().try_fold(entry, |value, part| value.get(part));
            let figure = plain.and_then(|it| it.as_float().or(it.as_integer().map(|it| it as f64)));
            let whole =
                |one: &catalogue::Key| one.name == doubted.key && one.takes == "whole number";
            let bound = keys.iter().any(whole) || doubted.key.contains("host_parts");
            let Some(figure) = figure.filter(|_| !bound) else {
                continue;
            };
            let [_, high] = doubted.doubt.ends(figure).unwrap();
            // All by one factor, so that what is ordered stays so.
            let factor = if high > 1.0001 * figure.abs() {
                1.0001
            } else {
                0.9999
            };
            let value = Value::Float(factor * figure);
            let path = ["catalogue", doubted.kind, &doubted.entry]
                .into_iter()
                .chain(key);
            let is_used = used
                .iter()
                .any(|used| used.kind == kind && used.name == doubted.entry);
            moved[usize::from(is_used)].push((path.map(str::to_owned).collect(), written(&value)));
        }
        let [unused, of_used] = moved;
        assert!(unused.len() > 300 && of_used.len() > 10, "{name}");
        assert_eq!(summary(&base.with(&unused).unwrap()), stated, "{name}");
        assert_ne!(summary(&base.with(&of_used).unwrap()), stated, "{name}");
    }
}

/// Both ends of every figure in doubt can be built, but for these, each alone with all others as stated.
#[test]
fn ranges_of_shipped_scenarios_can_be_built() {
    let cut = |name: &str, room: bool| {
        let study = load(&[shipped(name)], &[], 10).unwrap();
        // IT beside tanks stands in a room of its own, whose units are defaults too.
        let has = study.in_doubt().any(|name| name == "it[].room.fan_pa");
        assert_eq!(has, room, "{name}");
        let inputs = study.plan.inputs.all.into_iter();
        assert!(inputs.len() > 80, "{name}");
        let cut = inputs.filter_map(|input| Some((input.name, input.limited?)));
        cut.map(|(name, _)| name).collect::<Vec<_>>()
    };
    // A switch at rest draws less than one at work; efficiencies rise with the load where losses do.
    let everywhere = [
        "other_it.management-switch-48.busy_w",
        "other_it.management-switch-48.idle_w",
        "psus.titanium-typical.efficiency.table.at_10",
        "psus.titanium-typical.efficiency.table.at_20",
    ];
    // Its water of 18 °C for air of 24 °C leaves the coils 6 K.
    let air = ["hall[].cooling.air.approach_k"];
    assert_eq!(cut("phoenix-air", false), [&everywhere[..], &air].concat());
    // A bath that boils at 48 °C over water of 30 °C leaves its coils less than 15 K.
    let coils = ["hall[].cooling.two_phase.approach_k"];
    assert_eq!(
        cut("phoenix-two-phase", true),
        [&everywhere[..], &coils].concat()
    );
}
