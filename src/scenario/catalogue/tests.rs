use super::*;

#[test]
fn every_file_parses_and_every_entry_names_its_source() {
    let catalogue = built_in();
    assert!(catalogue.servers.len() >= 8);
    for kind in kinds() {
        let lines = list(kind).unwrap();
        assert!(!lines.is_empty(), "{kind}");
        for line in lines {
            assert!(line.source.len() > 10, "{kind} {} has no source", line.name);
            if kind != "climates" {
                assert!(show(kind, &line.name).is_some(), "{kind} {}", line.name);
            }
        }
    }
}

#[test]
fn every_name_inside_the_catalogue_exists() {
    let catalogue = built_in();
    for (name, server) in &catalogue.servers {
        assert!(
            catalogue.accelerators.contains_key(&server.accelerator),
            "{name}"
        );
        assert!(catalogue.electrical.psu.contains_key(&server.psu), "{name}");
        assert!(server.air.is_some() || server.immersion.is_some(), "{name}");
    }
    for climate in climate::names() {
        let grid = climate::grid(climate).unwrap();
        assert!(catalogue.grids.contains_key(grid), "{climate}: {grid}");
    }
}

/// Each of the US states and DC has a carbon figure of its own: the rate that its source states, in lb/MWh, times 0.45359237.
#[test]
fn states_have_their_own_carbon() {
    let grids = &built_in().grids;
    let states: Vec<_> = grids
        .iter()
        .filter(|(name, _)| name.starts_with("us-"))
        .collect();
    assert_eq!(states.len(), 51);
    for (name, grid) in states
        .into_iter()
        .chain([grids.get_key_value("us").unwrap()])
    {
        let rate = grid.source.split(", ").last().unwrap();
        let lb_mwh: f64 = rate.strip_suffix(" lb/MWh").unwrap().parse().unwrap();
        let expected = 0.453_592_37 * lb_mwh;
        assert!(
            (grid.carbon_g_kwh - expected).abs() < 0.55,
            "{name}: {expected}"
        );
        assert!(grid.source.starts_with("EPA eGRID2023"), "{name}");
        assert!(
            grid.unconfirmed.iter().all(|mark| mark != "carbon_g_kwh"),
            "{name}"
        );
    }
    assert_eq!(grids["us-il"].carbon_g_kwh, 215.0);
    assert_eq!(grids["us-nj"].carbon_g_kwh, 213.0);
}

/// Matrices of attention and feed-forward parts, experts and two tables of the vocabulary add up to the published
/// parameters: within 3 % for Llamas, Qwens, Gemmas (which have one table) and Scout.
#[test]
fn layers_and_widths_add_up_to_the_parameters() {
    let mut checked = 0;
    for (name, model) in &built_in().models {
        let layers = model.attention_layers.unwrap_or(model.layers);
        assert!(
            model.window_layers <= layers && layers <= model.layers,
            "{name}"
        );
        assert!((model.window_layers > 0) == (model.window > 0), "{name}");
        assert!(model.active() <= model.parameters, "{name}");
        let shared = f64::from(u8::from(name == "llama-4-scout"));
        let known = ["llama-2", "llama-3", "qwen3", "gemma"];
        if shared == 0.0 && !known.iter().any(|known| name.starts_with(known)) {
            continue;
        }
        let hidden = f64::from(model.hidden);
        let attention = 2.0 * f64::from((model.heads + model.kv_heads) * model.head_dim);
        let ffn = 3.0 * f64::from(model.ffn) * (f64::from(model.experts) + shared);
        let tables = if name.starts_with("gemma") { 1.0 } else { 2.0 };
        let sum = hidden
            * (f64::from(model.layers) * (attention + ffn) + tables * f64::from(model.vocabulary));
        assert!(
            (sum / model.parameters - 1.0).abs() < 0.03,
            "{name}: {sum:.4e}"
        );
        checked += 1;
    }
    assert!(checked >= 10, "{checked}");
}

/// `unconfirmed` marks keys that exist in the entry, so that a renamed key cannot lose its mark.
#[test]
fn marks_name_existing_keys() {
    fn holds(table: &toml::Table, key: &str) -> bool {
        table.contains_key(key)
            || table
                .values()
                .filter_map(toml::Value::as_table)
                .any(|inner| holds(inner, key))
    }
    fn check(kind: &str, name: &str, table: &toml::Table) -> usize {
        let marks = table.get("unconfirmed").and_then(toml::Value::as_array);
        let marks = marks.into_iter().flatten().filter_map(toml::Value::as_str);
        let mut checked = 0;
        for mark in marks {
            assert!(holds(table, mark), "{kind} {name}: {mark}");
            checked += 1;
        }
        let inner = table
            .iter()
            .filter_map(|(name, value)| Some((name, value.as_table()?)));
        checked
            + inner
                .map(|(name, table)| check(kind, name, table))
                .sum::<usize>()
    }
    let checked: usize = FILES
        .iter()
        .map(|(kind, text)| check(kind, "", &toml::from_str(text).unwrap()))
        .sum();
    assert!(checked > 80, "{checked}");
}
