use super::*;
use crate::electrical::{Catalogue, ElectricalConfig};
use proptest::prelude::*;

impl Chain {
    /// Loss of all stages of one kind, W.
    fn loss_of_w(&self, kind: Kind, it_w: f64, mechanical_w: f64) -> f64 {
        let mut of_kind_w = 0.0;
        self.walk(it_w.into(), mechanical_w, |stage, _, loss_w| {
            if stage.kind == kind {
                of_kind_w += loss_w;
            }
        });
        of_kind_w
    }

    /// IT power that the chain carries without touching its spare units, W: that of the stage next to the racks.
    fn firm_it_w(&self) -> f64 {
        self.stages
            .last()
            .map_or(f64::INFINITY, |stage| stage.firm_w - stage.other_w)
    }
}

fn catalogue() -> Catalogue {
    toml::from_str(include_str!("../../../assets/catalogue/electrical.toml")).unwrap()
}

fn chain(toml: &str, it_w: f64, mechanical_w: f64) -> Chain {
    let config: ElectricalConfig = toml::from_str(toml).unwrap();
    Chain::from_design(config.specs(&catalogue()).unwrap(), it_w, mechanical_w).unwrap()
}

/// Efficiencies in percent at 10, 25, 50, 75 and 100 % load, by hand from the coefficients.
#[test]
fn ups_efficiencies_of_the_catalogue() {
    let ups = catalogue().ups;
    for (name, percent) in [
        ("double-conversion-old", [87.8, 93.6, 95.5, 96.0, 96.2]),
        ("double-conversion-modern", [95.0, 97.1, 97.7, 97.8, 97.8]),
        ("eco", [96.6, 98.3, 98.8, 99.0, 99.0]),
    ] {
        for (load, percent) in [0.1, 0.25, 0.5, 0.75, 1.0].into_iter().zip(percent) {
            let got = 100.0 * ups[name].efficiency(load);
            assert!((got - percent).abs() < 0.07, "{name} at {load}: {got}");
        }
    }
}

/// By hand, 8 MW of IT on 10 MW each: busway 10e6·0.006·0.8² = 38.4 kW. The UPS is sized for 8.0384 MW:
/// rating 10.048 MW, loss 10.048e6·(0.004 + 0.0096 + 0.00448) = 181.668 kW. The transformer is sized for
/// 8.220068 MW: rating 10.275085 MW, loss 10.275085e6·(0.0012 + 0.0068·0.64) = 57.0473 kW.
#[test]
fn the_chain_at_its_design_load() {
    let chain = chain("", 8e6, 0.0);
    let losses = chain.losses(8e6, 0.0);
    assert!((losses.hall_w - 38_400.0).abs() < 0.1, "{losses:?}");
    assert!((chain.loss_of_w(Kind::Pdu, 8e6, 0.0) - 38_400.0).abs() < 0.1);
    assert!((chain.loss_of_w(Kind::Ups, 8e6, 0.0) - 181_667.84).abs() < 0.1);
    assert!((chain.loss_of_w(Kind::Transformer, 8e6, 0.0) - 57_047.27).abs() < 0.1);
    assert!((losses.total_w() - 277_115.11).abs() < 0.1);
    assert!((chain.firm_it_w() - 10e6).abs() < 1e-6);
}

/// By hand: the same IT with 2 MW of cooling beside it. The transformer is sized for 10.220068 MW: rating
/// 12.775085 MW, loss 12.775085e6·(0.0012 + 0.0068·0.64) = 70.9273 kW; UPS and busway do not notice.
#[test]
fn cooling_passes_through_the_transformers_only() {
    let chain = chain("", 8e6, 2e6);
    assert!((chain.loss_of_w(Kind::Transformer, 8e6, 2e6) - 70_927.27).abs() < 0.1);
    assert!((chain.loss_of_w(Kind::Ups, 8e6, 2e6) - 181_667.84).abs() < 0.1);
    assert_eq!(chain.hall_loss_w(8e6), chain.losses(8e6, 2e6).hall_w);
}

/// UPS alone by hand, 8 MW of IT at 0.8: n+1 of 4 runs at 64 % of 12.5 MW, 2n at 40 % of 20 MW.
/// 12.5e6·(0.012 + 0.018·0.64 + 0.01·0.4096) = 345.2 kW; 20e6·(0.012 + 0.0072 + 0.0016) = 416 kW.
#[test]
fn redundancy_moves_the_load_point() {
    for (redundancy, ups_w) in [("n", 328e3), ("n+1", 345.2e3), ("2n", 416e3)] {
        for toml in [
            format!("redundancy = '{redundancy}'\n[[stage]]\ndevice = 'ups.double-conversion-old'"),
            format!("[[stage]]\ndevice = 'ups.double-conversion-old'\nredundancy = '{redundancy}'"),
        ] {
            let losses = chain(&toml, 8e6, 0.0).losses(8e6, 0.0);
            assert!(
                (losses.outdoors_w - ups_w).abs() < 1e-3,
                "{toml} {losses:?}"
            );
            assert_eq!(losses.hall_w, 0.0);
        }
    }
}

/// Spare units do not count: 2n of 10 MW is overloaded above 10 MW, though 20 MW are installed.
#[test]
fn load_above_the_firm_rating_is_reported() {
    for redundancy in ["n", "n+1", "2n"] {
        let toml = format!("redundancy = '{redundancy}'\ndesign_load = 1.0");
        let chain = chain(&toml, 10e6, 0.0);
        assert!(!chain.losses(10e6, 0.0).overload);
        assert!(chain.losses(10.01e6, 0.0).overload);
    }
}

/// By hand: 900 kW on rectifiers of 400 kW at 90 % need ⌈2.5⌉ = 3, or 3.33 with one spare in four: 4.
#[test]
fn units_of_a_stated_rating_are_whole() {
    let of = |extra: &str| {
        let toml = format!(
            "design_load = 0.9\n[[stage]]\ndevice = 'ups.double-conversion-old'\nrated_kw = 400\n{extra}"
        );
        chain(&toml, 900e3, 0.0)
    };
    assert!((of("").firm_it_w() - 1.2e6).abs() < 1e-6);
    let spare = of("redundancy = 'n+1'\nmodules = 3");
    assert!((spare.firm_it_w() - 1.2e6).abs() < 1e-6);
    let stated = of("units = 6\nredundancy = '2n'");
    assert!((stated.firm_it_w() - 1.2e6).abs() < 1e-6);
    // 2.4e6·(0.012 + 0.018·0.375 + 0.01·0.375²)
    assert!((stated.losses(900e3, 0.0).outdoors_w - 48_375.0).abs() < 1e-6);
}

/// The five points of Frontier as ExaDigiT/RAPS computes them, through the chain: 48 V stages per node, switches on
/// the DC bus, rectifiers. The pumps of its 25 cooling units (8473.47 W each) are added, they pass through neither.
#[test]
fn val_raps_frontier_through_the_chain() {
    let chain = chain(
        "[[stage]]\ndevice = 'rectifier.frontier'\nunits = 2368\nother_kw = 592\n\
         [[stage]]\ndevice = 'psu.frontier-sivoc'\nunits = 9472",
        9472.0 * 2704.26,
        0.0,
    );
    for (cpu, gpu, total_kw) in [
        (0.0, 0.0, 7_306.523_825),
        (0.5, 2.0, 17_767.204),
        (0.33, 3.16, 22_954.453_077),
        (0.0, 4.0, 26_314.959_199),
        (1.0, 4.0, 28_227.884_369),
    ] {
        let node_w = 90.0 + 190.0 * cpu + 4.0 * 88.0 + 472.0 * gpu + 74.26 + 80.0 + 30.0;
        let it_w = 9472.0 * node_w;
        let losses = chain.losses(it_w, 0.0);
        let got_kw = (it_w + losses.total_w() + chain.other_w() + 25.0 * 8473.47) / 1e3;
        assert!(
            (got_kw / total_kw - 1.0).abs() < 1e-7,
            "{got_kw} {total_kw}"
        );
        assert!(!losses.overload);
        assert_eq!(losses.hall_w, losses.total_w());
        assert!((chain.hall_loss_w(it_w) - losses.hall_w).abs() < 1e-6);
    }
    assert_eq!(chain.other_in_halls_w(), 592e3);
}

#[test]
fn a_chain_that_cannot_be_is_refused_at_its_stage() {
    let refused = |toml: &str| {
        let config: ElectricalConfig = toml::from_str(toml).unwrap();
        Chain::from_design(config.specs(&catalogue()).unwrap(), 1e6, 0.0).unwrap_err()
    };
    let behind =
        "[[stage]]\ndevice = 'ups.eco'\n[[stage]]\ndevice = 'transformer.dry'\ncarries = 'site'";
    assert!(refused(behind).what.contains("comes after"));
    assert_eq!(refused(behind).key(), Some("stage[1].device"));
    let inside = "[[stage]]\ndevice = 'transformer.dry'\nstands = 'hall'";
    assert!(refused(inside).what.contains("cannot be in a hall"));
    let unrated = "[[stage]]\ndevice = 'ups.eco'\nunits = 3";
    assert!(refused(unrated).cure.contains("add rated_kw"));
}

/// A transformer behind the UPS feeds IT only, without a key.
#[test]
fn a_second_transformer_stands_behind_the_ups() {
    let toml = "[[stage]]\ndevice = 'transformer.medium-voltage-liquid'\n[[stage]]\ndevice = 'ups.eco'\n\
                [[stage]]\ndevice = 'transformer.dry'\nstands = 'hall'\n[[stage]]\ndevice = 'pdu.busway'";
    let chain = chain(toml, 8e6, 2e6);
    assert_eq!(chain.hall_loss_w(8e6), chain.losses(8e6, 5e6).hall_w);
    assert!(chain.losses(8e6, 5e6).outdoors_w > chain.losses(8e6, 2e6).outdoors_w);
}

#[test]
fn every_entry_names_its_source() {
    let all = catalogue();
    for device in all
        .transformer
        .values()
        .chain(all.ups.values())
        .chain(all.pdu.values())
    {
        assert!(!device.source.is_empty());
    }
    let converters = all.psu.values().chain(all.rectifier.values());
    assert!(converters.into_iter().all(|psu| !psu.source.is_empty()));
}

proptest! {
    /// More IT loses more; so does more cooling; the whole chain stays below an efficiency of one.
    #[test]
    fn losses_rise_with_load(design in 1e5..1e9f64, low in 0.0..1.2f64, more in 0.0..0.5f64,
                             which in 0..3usize, modules in 1..12u32, design_load in 0.3..1.0f64) {
        let redundancy = ["n", "n+1", "2n"][which];
        let toml = format!(
            "redundancy = '{redundancy}'\nmodules = {modules}\ndesign_load = {design_load}\n\
             [[stage]]\ndevice = 'transformer.dry'\n[[stage]]\ndevice = 'ups.eco'\n[[stage]]\ndevice = 'pdu.busway'\n\
             [[stage]]\ndevice = 'rectifier.orv3-48v'"
        );
        let chain = chain(&toml, design, 0.0);
        let (less, greater) = (chain.losses(low * design, 0.0), chain.losses((low + more) * design, 0.0));
        prop_assert!(greater.hall_w >= less.hall_w && greater.outdoors_w >= less.outdoors_w);
        prop_assert!(chain.losses(low * design, more * design).total_w() >= less.total_w());
        prop_assert!(less.total_w() > 0.0);
    }
}

/// By hand: 8 MW on the UPS and 1 MW past it. Distribution carries 9 MW and loses 1 %, 90 kW, of which 10 kW are due to the
/// 1 MW; so the UPS delivers 8.08 MW and loses 5 % of that, 404 kW. Without a UPS the two are one.
#[test]
fn it_past_the_ups_is_not_its_load() {
    let part = |kind, proportional, location| StageSpec {
        kind,
        law: Law::ThreeTerms(Device {
            name: String::new(),
            no_load: 0.0,
            proportional,
            square: 0.0,
            source: String::new(),
            doubt: crate::describe::Doubts::default(),
        }),
        installed: 1.0,
        design_load: 1.0,
        rated_w: None,
        units: None,
        feeds: Feeds::It,
        location,
        other_w: 0.0,
    };
    let ups = part(Kind::Ups, 0.05, Location::Outdoors);
    let pdu = part(Kind::Pdu, 0.01, Location::Hall);
    let it = ItDraw {
        all_w: 9e6,
        past_ups_w: 1e6,
    };
    let chain = Chain::from_design(vec![ups, pdu.clone()], it, 0.0).unwrap();
    let losses = chain.losses(it, 3e6);
    assert!((losses.hall_w - 90e3).abs() < 1e-3, "{losses:?}");
    assert!((losses.outdoors_w - 404e3).abs() < 1e-3, "{losses:?}");
    assert!(!losses.overload);
    assert!((chain.hall_loss_w(it) - 90e3).abs() < 1e-3);
    let behind = chain.behind_ups(it);
    assert!((behind.output_w - 8.08e6).abs() < 1e-3, "{behind:?}");
    assert!((behind.losses.hall_w - 80e3).abs() < 1e-3, "{behind:?}");
    let bare = Chain::from_design(vec![pdu], it, 0.0).unwrap();
    assert_eq!(bare.losses(it, 0.0), bare.losses(9e6, 0.0));
}
