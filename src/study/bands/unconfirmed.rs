//! The figures in doubt of one run, as its folder names them.

use super::defaults::defaults;
use super::side::drawn;
use crate::describe::{Doubt, unit};
use crate::output::{Stated, Unconfirmed};
use crate::scenario::catalogue::used;
use crate::scenario::{Loaded, Resolved};

/// The unconfirmed figures that a scenario uses and does not state itself: those that `--band` would draw, each once, in its order.
/// Nothing is resolved for it: it costs a few milliseconds.
pub fn unconfirmed(loaded: &Loaded, resolved: &Resolved) -> Vec<Unconfirmed> {
    let own = loaded.scenario.catalogue.as_ref();
    // It has been read before, else the scenario would not be resolved.
    let own = own.and_then(|own| own.assemble((&loaded.text, &loaded.path)).ok());
    let mut found: Vec<Unconfirmed> = Vec::new();
    let mut see = |name: String, value: Option<Stated>, doubt: &Doubt| {
        let key = name.rsplit('.').next().unwrap_or_default();
        let figure = matches!(value, Some(Stated::Figure(_)));
        let unit = unit::of(key).filter(|unit| figure && *unit != unit::NONE);
        let one = Unconfirmed {
            unit: unit.map(str::to_owned),
            range: doubt.to_string(),
            value,
            name,
        };
        if !found.contains(&one) {
            found.push(one);
        }
    };
    for entry in used(resolved, own.as_ref()) {
        for (figure, _) in drawn(&entry, resolved) {
            let name = format!("{}.{}.{}", entry.kind.name(), figure.of, figure.key);
            let value = figure.stated.map(Stated::Figure);
            let value = value.or_else(|| figure.name.clone().map(Stated::Name));
            see(name, value, &figure.doubt);
        }
    }
    for default in defaults(&resolved.scenario, &loaded.text) {
        if default.law().is_some() {
            let value = Some(Stated::Figure(default.stated));
            see(default.listed.to_owned(), value, &default.doubt);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;
    use std::path::Path;

    /// What a trace gives is not drawn: the run would be refused.
    #[test]
    fn a_model_beside_a_trace_is_in_doubt_only_where_it_may_say_something() {
        let set = "workload={trace={azure={file='x',inference={model='llama-3.1-70b'}}}}";
        let loaded = scenario::load(Path::new("scenarios/phoenix-air.toml"), &[set.to_owned()]);
        let loaded = loaded.unwrap();
        let all = defaults(&loaded.scenario, &loaded.text);
        let of_trace: Vec<&str> = all
            .iter()
            .filter(|one| one.path.contains(&"azure".to_owned()))
            .filter_map(|one| one.path.last().map(String::as_str))
            .collect();
        assert_eq!(of_trace, ["prefix_hits", "draft_acceptance"]);
    }

    fn doubts(sets: &[&str]) -> Vec<Unconfirmed> {
        let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
        let loaded = scenario::load(Path::new("scenarios/phoenix-air.toml"), &sets).unwrap();
        unconfirmed(&loaded, &scenario::build(&loaded).unwrap())
    }

    /// What the scenario states is no longer in doubt; what it does not use never was.
    #[test]
    fn defaults_and_entries_that_are_used() {
        let all = doubts(&[]);
        let named =
            |all: &[Unconfirmed], name: &str| all.iter().find(|one| one.name == name).cloned();
        assert!(all.len() > 20, "{}", all.len());
        assert!(
            all.iter()
                .any(|one| one.name.starts_with("servers.hgx-h100.air."))
        );
        assert!(!all.iter().any(|one| one.name.contains("immersion")));
        let fan = all
            .iter()
            .find(|one| one.name == "hall[].cooling.air.fan_pa");
        let fan = fan.expect("the pressure of fans is assumed");
        assert_eq!(fan.unit.as_deref(), Some("Pa"));
        assert!(fan.range.contains(" to "), "{fan:?}");
        let stated = doubts(&["hall.0.cooling.air.fan_pa=400"]);
        assert_eq!(named(&stated, "hall[].cooling.air.fan_pa"), None);
        assert_eq!(stated.len(), all.len() - 1);
        let text = serde_json::to_string(&all).unwrap();
        assert_eq!(
            serde_json::from_str::<Vec<Unconfirmed>>(&text).unwrap(),
            all
        );
    }
}
