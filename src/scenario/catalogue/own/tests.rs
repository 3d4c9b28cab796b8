use super::*;

fn assembled(text: &str) -> Result<Assembled, Fault> {
    let own: Own = toml::from_str::<BTreeMap<String, Own>>(text)
        .unwrap()
        .remove("catalogue")
        .unwrap();
    own.assemble((text, Path::new("ours.toml")))
}

fn refused(text: &str) -> String {
    match assembled(text) {
        Ok(_) => panic!("accepted: {text}"),
        Err(error) => error.to_string(),
    }
}

/// What is given counts, everything else is as in the entry named by `like`, at every depth.
#[test]
fn an_entry_changes_only_what_it_says() {
    let own = assembled(
        "[catalogue.servers.ours]\nlike = 'hgx-h100'\nhost_idle_w = 1300\nair.fan_max_w = 1200\n",
    )
    .unwrap();
    let (ours, theirs) = (
        &own.catalogue.servers["ours"],
        &built_in().servers["hgx-h100"],
    );
    assert_eq!(ours.host_idle_w, 1300.0);
    let (air, their_air) = (ours.air.unwrap(), theirs.air.unwrap());
    assert_eq!(air.fan_max_w, 1200.0);
    assert_eq!(air.fan_max_m3_s, their_air.fan_max_m3_s);
    assert_eq!(ours.host_busy_w, theirs.host_busy_w);
    assert!(ours.source.starts_with("the user's own, else: 10.2 kW"));
    assert_eq!(&own.catalogue.servers["hgx-h100"], theirs);
    assert_eq!(own.changes.len(), 1);
    assert!(own.changes[0].1.contains("host_idle_w = 1300 (1360)"));
}

/// Another kind of curve replaces the one of the entry, and the name of a built-in entry changes that entry.
#[test]
fn forms_are_replaced_and_built_in_names_changed() {
    let own = assembled(
        "[catalogue.psus.titanium]\nefficiency = { stage = { offset_w = 12, efficiency = 0.97 } }\n",
    )
    .unwrap();
    let class = &own.catalogue.electrical.psu["titanium"];
    let stage = crate::electrical::psu::Stage {
        offset_w: 12.0,
        efficiency: 0.97,
    };
    assert_eq!(
        class.efficiency,
        crate::electrical::psu::Efficiency::Stage(stage)
    );
    assert_eq!(class.name, built_in().electrical.psu["titanium"].name);
}

/// Entries may be like own entries; what is complete says the same when it is read again.
#[test]
fn complete_entries_are_read_again_as_they_are() {
    let own = assembled(
        "[catalogue.accelerators.b]\nlike = 'a'\ntdp_w = 650\n[catalogue.accelerators.a]\nlike = 'h100-sxm'\nidle_w = 100\n\
         [catalogue.ups.eco]\nno_load = 0.004\n[catalogue.climates.here]\nlike = 'dublin'\nelevation_m = 2000\n",
    )
    .unwrap();
    assert_eq!(own.catalogue.accelerators["b"].idle_w, 100.0);
    assert_eq!(own.catalogue.accelerators["b"].tdp_w, 650.0);
    let text = toml::to_string(&BTreeMap::from([(
        "catalogue",
        Own::Tables(own.complete.clone()),
    )]));
    let again = assembled(&text.unwrap()).unwrap();
    assert_eq!(again.complete, own.complete);
    assert_eq!(again.catalogue.accelerators, own.catalogue.accelerators);
    assert_eq!(again.catalogue.electrical, own.catalogue.electrical);
    assert_eq!(again.catalogue.climates, own.catalogue.climates);
}

/// Every built-in entry of every kind can be copied under another name.
#[test]
fn every_entry_can_be_copied() {
    for &kind in Kind::ALL {
        for name in doubt::raw(kind.name()).unwrap().keys() {
            let text = format!("[catalogue.{}.ours]\nlike = '{name}'\n", kind.name());
            if let Err(error) = assembled(&text) {
                panic!("{} {name}: {error}", kind.name());
            }
            let snippet = super::super::snippet(kind.name(), name).unwrap();
            if let Err(error) = assembled(&snippet) {
                panic!("{} {name}: {error}\n{snippet}", kind.name());
            }
        }
    }
}

#[test]
fn mistakes_are_found_where_they_stand() {
    for (text, parts) in [
        (
            "[catalogue.servers.x]\nlike = 'hgx-h10'",
            [
                "no 'hgx-h10' among the servers",
                "did you mean 'hgx-h100'?",
                ":2:8",
            ],
        ),
        (
            "[catalogue.servers.x]\nlik = 'hgx-h100'",
            ["unknown key 'lik'", "did you mean 'like'?", ":2:"],
        ),
        (
            "[catalogue.servers.x]\nlike = 'hgx-h100'\nhost = 3",
            ["unknown key 'host'", "host_idle_w", ":3:8"],
        ),
        (
            "[catalogue.servers.x]\nlike = 'hgx-h100'\nair.fan_band_k = 1e4",
            ["air.fan_band_k = 1e4", "0.1 to 100", ":3:18"],
        ),
        (
            "[catalogue.servers.x]\nlike = 'hgx-h100'\nair.fan_band_k = 'a'",
            ["is not a number", "plain number", ":3:18"],
        ),
        (
            "[catalogue.servers.x]\nhost_idle_w = 3",
            ["'accelerator' is missing", "like = \"NAME\"", ":1:"],
        ),
        (
            "[catalogue.servers.x]\nlike = 'y'\n[catalogue.servers.y]\nlike = 'x'",
            ["in a circle: ", "built-in", ":"],
        ),
        (
            "[catalogue.servers.x]\nlike = 3",
            ["3 is not the name", "in quotes", ":2:8"],
        ),
        (
            "[catalogue.servers.x]\nlike = 'hgx-h100'\npsu = 'gold'",
            ["no psu 'gold'", "titanium", ":3:7"],
        ),
        (
            "[catalogue.servers.x]\nlike = 'hgx-h100'\naccelerators = 0",
            ["out of range", "1 to 1024", ":3:16"],
        ),
        (
            "[catalogue.accelerators.x]\nlike = 'h100-sxm'\nidle_w = 800",
            ["idle_w = 800 lies above tdp_w", "at most 700", ":3:10"],
        ),
        (
            "[catalogue.models.\"a.b\"]\nlike = 'llama-3.1-8b'\nhidden = 1e300",
            ["hidden = 1e300 is out of range", "1 to 1e7", ":3:10"],
        ),
        (
            "[catalogue.climates.x]\nlike = 'dublin'\nmean_daily_max_c = [1,2]",
            ["", "", ":3:20"],
        ),
        (
            "[catalogue.grids.x]\nlike = 'ireland'\ncarbon_g_kwh = 1e7",
            ["out of range", "0 to 3000", ":3:16"],
        ),
    ] {
        let said = refused(text)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        for part in parts {
            assert!(said.contains(part), "no {part:?} in {said}\n{text}");
        }
    }
}
