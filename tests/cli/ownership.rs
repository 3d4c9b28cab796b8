//! `[cost]`: what a planner sees of cost of ownership and embodied carbon, and what is refused.

use std::fmt::Write as _;
use std::path::Path;

use coldaisle::scenario::{Resolved, load, resolve};
use coldaisle::study::{Progress, simulate};

use crate::lab::{CHILLERS, Lab, tiny};

const PRICE: (&str, &str) = (
    "climate = \"phoenix\"",
    "climate = \"phoenix\"\nprice_usd_mwh = 70.0\nwater_usd_m3 = 1.5",
);

/// A small hall with `[cost]`.
fn owned(cost: &str) -> String {
    format!("{}\n{cost}\n", tiny(&[PRICE]))
}

fn resolved(name: &str, sets: &[&str]) -> Resolved {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"));
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    resolve(&load(&path, &sets).unwrap()).unwrap()
}

#[test]
fn rows_lines_and_warnings_are_there_only_where_they_are_asked_for() {
    let lab = Lab::with("without.toml", tiny(&[PRICE]));
    lab.write("with.toml", owned("[cost]"));
    let said = lab.good(&["run", "without.toml", "-o", "without"]);
    assert!(!said.out.contains("ownership"), "{}", said.out);
    let said = lab.good(&["run", "with.toml", "-o", "with"]);
    said.has(&["seasons are missing"]);
    for row in [
        "Cost of ownership (assumed prices)",
        "a GPU-hour of work",
        "embodied carbon",
    ] {
        assert!(said.out.contains(row), "{row}: {}", said.out);
    }
    let (without, with) = (
        lab.json("without/summary.json"),
        lab.json("with/summary.json"),
    );
    for (group, figures) in without.as_object().unwrap() {
        assert_eq!(with[group], *figures, "{group}");
    }
    for group in ["capital_usd", "ownership_usd", "ownership", "embodied_t"] {
        assert!(
            without.get(group).is_none() && with.get(group).is_some(),
            "{group}"
        );
    }
    let said = lab.good(&["validate", "with.toml"]);
    let flat = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in [
        "no offers",
        "million USD to build",
        "embodied carbon 'usual'",
        "15 years at 8.0 % a year",
    ] {
        assert!(flat.contains(line), "{line}: {flat}");
    }
}

/// A price and a carbon figure of the catalogue reach their own lines, and those that follow from all prices.
#[test]
fn a_price_reaches_its_line() {
    let lab = Lab::with("s.toml", owned("[cost]"));
    lab.good(&["run", "s.toml", "-o", "a", "-q"]);
    let sets = [
        "--set",
        "catalogue.costs.usual.usd.servers.hgx-h100=580e3",
        "--set",
        "catalogue.embodied.usual.kg.servers.hgx-h100=7000",
    ];
    lab.good(&[&["run", "s.toml", "-o", "b", "-q"][..], &sets].concat());
    let (a, b) = (lab.json("a/summary.json"), lab.json("b/summary.json"));
    let figure = |of: &serde_json::Value, group: &str, key: &str| of[group][key].as_f64().unwrap();
    for (group, key) in [
        ("capital_usd", "servers"),
        ("ownership_usd", "servers"),
        ("embodied_t", "servers"),
    ] {
        let (before, now) = (figure(&a, group, key), figure(&b, group, key));
        assert!(
            (now / before - 2.0).abs() < 1e-12,
            "{group}.{key}: {before} {now}"
        );
    }
    for key in [
        "other_it",
        "cooling",
        "heat_rejection",
        "power",
        "shell",
        "land",
    ] {
        assert_eq!(a["capital_usd"][key], b["capital_usd"][key], "{key}");
    }
}

/// Every cure is tried: the scenario with it is good.
#[test]
fn what_cannot_be_is_refused_with_a_cure() {
    let lab = Lab::new();
    let refuse = |cost: &str, parts: &[&str]| {
        lab.write("s.toml", owned(cost));
        lab.refused(&["validate", "s.toml"], parts);
    };
    refuse(
        "[cost]\ndiscount_rate = -0.01",
        &["discount_rate", "s.toml:"],
    );
    refuse("[cost]\nyears = 0", &["years", "1 to 60"]);
    refuse("[cost.life]\nservers = 0", &["servers", "1 to 100"]);
    refuse("[cost.life]\nservers = nan", &["servers"]);
    refuse("[cost]\navailability = 0", &["availability"]);
    refuse(
        "[cost]\nprices = \"usuel\"",
        &["there is no prices 'usuel'", "usual"],
    );
    refuse(
        "[cost]\nembodied = \"mine\"",
        &["there is no embodied carbon 'mine'", "usual"],
    );
    refuse("[cost]\nprice = 3", &["unknown key 'price'", "prices"]);
    let none = "[cost]\n[catalogue.servers.ours]\nlike = \"hgx-h100\"\n";
    let of_ours = owned(none).replace("server = \"hgx-h100\"", "server = \"ours\"");
    lab.write("ours.toml", &of_ours);
    let cure = "catalogue.costs.usual.usd.servers.ours=";
    lab.refused(
        &["validate", "ours.toml"],
        &["has no usd.servers.ours", cure],
    );
    let price = format!("{cure}300e3");
    let sets = ["validate", "ours.toml", "--set", &price];
    lab.refused(
        &sets,
        &[
            "has no kg.servers.ours",
            "catalogue.embodied.usual.kg.servers.ours=",
        ],
    );
    lab.good(
        &[
            &sets[..],
            &["--set", "catalogue.embodied.usual.kg.servers.ours=3500"],
        ]
        .concat(),
    );
    lab.write("free.toml", format!("{}\n[cost]\n", tiny(&[])));
    lab.refused(
        &["validate", "free.toml"],
        &["needs a price of energy", "price_usd_mwh"],
    );
    lab.good(&["validate", "free.toml", "--set", "site.price_usd_mwh=70"]);
    for (table, name, near) in [
        ("costs.usual.usd.cooling_kw", "imersion", "immersion"),
        ("costs.usual.usd.servers", "hgx-h10", "hgx-h100"),
        ("embodied.usual.kg.electrical_kw", "upss", "ups"),
        ("costs.usual.server_builds", "imersion", "immersion"),
    ] {
        refuse(
            &format!("[cost]\n[catalogue.{table}]\n{name} = 1"),
            &[&format!("'{name}' is nothing that is counted here"), near],
        );
    }
    refuse(
        "[cost]\n[catalogue.costs.usual.usd.it_w]\nnetwork = -1",
        &["network", "-1"],
    );
}

/// Every cooling and every plant has a price and a carbon figure, and what is dearer by a plant's own kind is not counted twice.
#[test]
fn every_technology_is_priced() {
    let catalogue = coldaisle::scenario::catalogue::built_in();
    let (costs, embodied) = (&catalogue.costs["usual"], &catalogue.embodied["usual"]);
    for &basis in coldaisle::ownership::Basis::ALL {
        let (usd, kg) = (costs.usd.table(basis), embodied.kg.table(basis));
        assert!(usd.keys().eq(kg.keys()), "{basis:?}");
        for name in basis.names() {
            assert!(usd.contains_key(*name), "{basis:?} {name}");
        }
        for name in usd.keys() {
            let known = basis.names().contains(&name.as_str());
            let of_the_catalogue =
                catalogue.servers.contains_key(name) || catalogue.fluids.contains_key(name);
            assert!(known || of_the_catalogue, "{basis:?} {name}");
        }
    }
    // Every figure is in doubt, but those of what costs next to nothing.
    let doubts = coldaisle::scenario::catalogue::doubts_of("costs", "usual");
    assert!(doubts.len() > 60, "{}", doubts.len());
}

/// Cushman & Wakefield, Data Center Development Cost Guide 2025: 9.3 to 15 million USD for a megawatt of critical load in 19 US
/// markets, without land and soft costs, of which power and cooling are 53 %. The hall of phoenix-air as such sites are built: everything twice
/// from the grid to the racks, generators for its peak, UPS batteries of five minutes, a spare chiller.
#[test]
fn val_cushman_wakefield_million_usd_a_megawatt() {
    let sets = [
        "cost={}",
        "run.days=1",
        "electrical.redundancy=\"2n\"",
        "electrical.ups_battery={minutes=5}",
        "heat_rejection.water_cooled_chiller.spare=1",
        "site.generator={power_mw=26}",
        "catalogue.costs.usual.soft_share=0",
    ];
    let resolved = resolved("phoenix-air", &sets);
    let it_mw = resolved.design_it_w / 1e6;
    let (summary, ..) = simulate(resolved, &mut (), &Progress::hidden()).unwrap();
    let usd = summary.capital_usd;
    let site = [usd.cooling, usd.heat_rejection, usd.power, usd.shell];
    let million = site.map(|part| part.unwrap() / 1e6 / it_mw);
    let sum: f64 = million.iter().sum();
    assert!((9.3..15.0).contains(&sum), "{million:?}: {sum}");
    let critical = 1.0 - million[3] / sum;
    assert!((critical - 0.53).abs() < 0.15, "{million:?}: {critical}");
}

const PINNED: &[(&str, &str, f64)] = &[
    ("capital_usd", "total", 893558810.3909254),
    ("ownership_usd", "total", 228771411.71250707),
    ("ownership", "usd_per_gpu_hour", 1.9953963358652997),
    (
        "ownership",
        "usd_per_installed_gpu_hour",
        1.6432588216595998,
    ),
    ("embodied_t", "total", 34896.0303048002),
    ("embodied_t", "per_year", 3674.6550671520113),
];

#[test]
fn regress_phoenix_immersion_owned() {
    let sets = ["cost={carbon_usd_t=50}", "run.days=2"];
    let resolved = resolved("phoenix-immersion", &sets);
    let (summary, ..) = simulate(resolved, &mut (), &Progress::hidden()).unwrap();
    let all: Vec<_> = summary.figures().collect();
    let mut moved = String::new();
    for (group, key, expected) in PINNED {
        let found = all
            .iter()
            .find(|found| (found.0, found.1) == (*group, *key));
        let (.., value) = found.unwrap();
        if (value - expected).abs() > 1e-9 * expected {
            writeln!(moved, "    (\"{group}\", \"{key}\", {value:?}),").unwrap();
        }
    }
    assert!(moved.is_empty(), "moved; now\n{moved}");
}

/// Chillers, and tanks with their fluid, appear where they belong.
#[test]
fn the_split_follows_what_was_sized() {
    let lab = Lab::with("air.toml", owned("[cost]"));
    lab.good(&["run", "air.toml", "-o", "a", "-q"]);
    let spare = CHILLERS.trim_end().to_owned() + "\nspare = 2\n";
    lab.write("spare.toml", owned("[cost]").replace(CHILLERS, &spare));
    lab.good(&["run", "spare.toml", "-o", "b", "-q"]);
    let usd = |folder: &str, key: &str| {
        lab.json(&format!("{folder}/summary.json"))["capital_usd"][key]
            .as_f64()
            .unwrap()
    };
    assert!(usd("b", "heat_rejection") > usd("a", "heat_rejection"));
    assert_eq!(usd("b", "cooling"), usd("a", "cooling"));
}
