use super::*;
use crate::it::accelerator::tests::h100;
use proptest::prelude::*;

pub(crate) fn node(coolant: Coolant) -> Server {
    let entry = toml::from_str(
        "name = 'n'\naccelerator = 'h100-sxm'\naccelerators = 8\nrated_w = 10200\nhost_idle_w = 900\n\
         host_busy_w = 1500\npsu = 'titanium'\npsus = 6\npsu_rated_w = 3300\nmass_j_k = 60e3\n\
         source = 'test'\nimmersion = { resistance_k_w = 0.06, spread = 0 }\n[air]\nspread = 0\nfan_max_w = 1500\n\
         fan_min_speed = 0.3\nfan_max_m3_s = 0.65\nfan_from_c = 40\nfan_band_k = 35\nfixed_k_w = 0.02\n\
         flow_k_w = 0.04",
    )
    .unwrap();
    let entry: ServerEntry = entry;
    Server {
        build: entry
            .build(&Surroundings {
                coolant,
                plates: None,
                plate_flow: crate::physics::plates::PlateFlow::default(),
                boiling: None,
                resistance_ratio: 1.0,
            })
            .unwrap(),
        entry,
        chip: h100(),
        limit_w: None,
        floor_w: 0.0,
        air: SiteAir::default(),
    }
}

/// By hand at full load over 25 °C air, floor 0.3: at 69.42 °C the band requests s = 0.3 + 0.7·29.42/35 = 0.8883 and the chip
/// draws 700·h(69.42 °C)/h(72 °C) = 694.3 W, so that R = 0.02 + 0.04·0.8883^−0.8 = 0.06397 K/W makes it 69.42 °C. Fans take
/// 1500·0.8883³ = 1,052 W.
#[test]
fn fans_and_chips_meet_on_the_band() {
    let point = node(Coolant::Air).at(8, 1.0, 25.0);
    assert!((point.chip_c - 69.417).abs() < 0.002, "{}", point.chip_c);
    let speed = (point.fans_w / 1500.0).cbrt();
    let line = 0.3 + 0.7 * (point.chip_c - 40.0) / 35.0;
    assert!((speed - line).abs() < 1e-9, "{speed} {line}");
    assert!((point.fans_w - 1051.6).abs() < 0.2, "{}", point.fans_w);
}

/// By hand at rest: chips of 70 W stay below 40 °C at the floor, s = 0.3 and 40.5 W; air of 42 °C requests 65 %, 411.9 W,
/// air of 25 °C for 17 % only, less than the floor.
#[test]
fn an_idle_server_follows_its_floor_and_its_inlet_air() {
    for (inlet_c, fans_w) in [(25.0, 40.5), (42.0, 411.94)] {
        let point = node(Coolant::Air).at(0, 0.9, inlet_c);
        assert!((point.fans_w - fans_w).abs() < 0.01, "{}", point.fans_w);
        assert_eq!(point.clock, 1.0);
    }
}

/// Where no speed of the band is enough, fans run full.
#[test]
fn a_chip_beyond_its_band_gets_full_speed() {
    let point = node(Coolant::Air).at(8, 1.0, 38.0);
    assert!((point.fans_w - 1500.0).abs() < 1e-6, "{}", point.fans_w);
    assert!(point.chip_c > 75.0);
}

#[test]
fn an_immersed_server_has_no_fans() {
    let point = node(Coolant::Dielectric).at(8, 1.0, 40.0);
    assert_eq!((point.fans_w, point.air_m3_s), (0.0, 0.0));
}

/// By hand at 4,060 m, 0.6036 of sea level's density, at full load over 25 °C: fans at full speed move 0.6036 of the mass, so
/// R = 0.02 + 0.04·0.6036^−0.8 = 0.07990 K/W; the chip is held at its 700 W, which make it 25 + 55.93. The fans take 0.6036·1500 W for the 0.65 m³/s of their full speed.
#[test]
fn fans_end_at_full_speed_on_a_mountain() {
    let mut node = node(Coolant::Air);
    node.air = SiteAir::standard(4060.0);
    assert!((node.air.ratio() - 0.6036).abs() < 1e-4);
    let point = node.at(8, 1.0, 25.0);
    assert!((point.chip_c - 80.93).abs() < 0.01, "{point:?}");
    assert!((point.fans_w - 905.4).abs() < 0.2, "{point:?}");
    assert_eq!((point.air_m3_s, point.clock), (0.65, 1.0));
    // A few kelvin more, and the clock falls.
    assert!(node.at(8, 1.0, 35.0).clock < 1.0);
}

proptest! {
    /// As long as their speed reaches, fans hold the mass of air: at any altitude the chips are as warm as at sea level, by
    /// 1/σ of the volume and 1/σ² of the fan power. Beyond, they run at full speed and the chips are warmer. Plated
    /// servers likewise.
    #[test]
    fn fans_hold_the_mass_of_air(u in 0.0..1.0f64, inlet in 10.0..40.0f64, at_m in -300.0..5000.0f64) {
        for coolant in [Coolant::Air, Coolant::Plates] {
            let sea = built(coolant);
            let mut high = built(coolant);
            high.air = SiteAir::standard(at_m);
            let (s, h, density) = (sea.at(8, u, inlet), high.at(8, u, inlet), high.air.ratio());
            let most_m3_s = match (sea.entry.air, sea.entry.cold_plate) {
                (Some(air), _) if coolant == Coolant::Air => air.fan_max_m3_s,
                (_, plates) => plates.unwrap().fan_max_m3_s,
            };
            let wanted_m3_s = s.air_m3_s / density;
            if wanted_m3_s <= most_m3_s {
                prop_assert!((h.chip_c - s.chip_c).abs() < 1e-9);
                prop_assert!((h.air_m3_s - wanted_m3_s).abs() < 1e-9);
                prop_assert!((h.fans_w - s.fans_w / density.powi(2)).abs() < 1e-6);
            } else {
                prop_assert!((h.air_m3_s - most_m3_s).abs() < 1e-9);
                prop_assert!(h.chip_c >= s.chip_c - 1e-9);
            }
        }
    }

    /// Warmer air never needs less fan power, more busy chips never less power.
    #[test]
    fn fans_rise_with_heat_and_air(busy in 0u32..8, u in 0.05..1.0f64, inlet in 10.0..44.0f64) {
        let node = node(Coolant::Air);
        let here = node.at(busy, u, inlet);
        prop_assert!(node.at(busy, u, inlet + 0.5).fans_w >= here.fans_w - 1e-9);
        prop_assert!(node.at(busy + 1, u, inlet).compute_w >= here.compute_w - 1e-9);
        prop_assert!(here.fans_w <= 1500.0 + 1e-9);
    }
}

fn built(coolant: Coolant) -> Server {
    built_with(coolant, 1.0)
}

/// A technology's resistance holds in every build.
#[test]
fn a_resistance_ratio_reaches_every_build() {
    for coolant in [
        Coolant::Air,
        Coolant::Dielectric,
        Coolant::Plates,
        Coolant::Boiling,
    ] {
        let [once, twice] =
            [1.0, 2.0].map(|ratio| built_with(coolant, ratio).resistance_k_w(1.0, 1.0));
        assert!(
            (twice / once - 2.0).abs() < 1e-12,
            "{coolant:?}: {once} {twice}"
        );
    }
}

fn built_with(coolant: Coolant, resistance_ratio: f64) -> Server {
    let catalogue = crate::scenario::catalogue::built_in();
    let mut entry = catalogue.servers["hgx-h100"].clone();
    entry.air.as_mut().unwrap().spread = 0.0;
    entry.immersion.as_mut().unwrap().spread = 0.0;
    entry.cold_plate.as_mut().unwrap().spread = 0.0;
    entry.two_phase.as_mut().unwrap().spread = 0.0;
    Server {
        build: entry
            .build(&Surroundings {
                coolant,
                plates: None,
                plate_flow: crate::physics::plates::PlateFlow::default(),
                boiling: catalogue.fluids["novec-649"].boiling,
                resistance_ratio,
            })
            .unwrap(),
        chip: catalogue.accelerators[&entry.accelerator].clone(),
        limit_w: None,
        floor_w: 0.0,
        air: SiteAir::default(),
        entry,
    }
}

/// By hand, plates over 39 °C at full load: 0.012 K/W to the case and 0.01712 of the plate at 1.05 L/min, so a chip held at its
/// 700 W is at 39 + 0.02912·700 = 59.38 °C. Chips,
/// processors (39 % of 1,540 W) and their regulators are plated: 8·700 + 600.6 = 6,201 W, 87 % of what is behind the
/// power supplies; the other 939 W need 0.052 m³/s at 15 K, below the fans' least 0.72·0.165, at 0.72³ of 580 W.
#[test]
fn plates_catch_what_they_cover() {
    let point = built(Coolant::Plates).at(8, 1.0, 39.0);
    assert!((point.chip_c - 59.38).abs() < 0.01, "{point:?}");
    assert!((point.liquid_w - 6200.6).abs() < 1.0, "{point:?}");
    assert!(
        (point.liquid_w / point.compute_w - 0.8684).abs() < 0.001,
        "{point:?}"
    );
    assert!((point.air_m3_s - 0.1188).abs() < 1e-9, "{point:?}");
    assert!((point.fans_w - 580.0 * 0.373_248).abs() < 1e-9, "{point:?}");
}

/// Half the flow at design makes the film 1.26 times as thick: 0.0030 K/W become 0.00378, over all plates and flows alike.
#[test]
fn plates_with_less_coolant_are_warmer() {
    let full = built(Coolant::Plates);
    let mut half = full.clone();
    let Build::Plated { flow, .. } = &mut half.build else {
        panic!("plated");
    };
    flow.l_min_kw *= 0.5;
    let [wide, narrow] = [&full, &half].map(|server| server.resistance_k_w(1.0, 1.0));
    assert!((narrow - wide - 0.000_780).abs() < 1e-6, "{wide} {narrow}");
    assert!((full.plate_film_k() - 700.0 * 0.003_001).abs() < 1e-3);
    assert_eq!(built(Coolant::Air).plate_film_k(), 0.0);
}

/// By hand at 49 °C: chips at their 700 W give 10.94 W/cm² of 64; h = 4,288·1.094^0.67 = 4,554 W/m²K, which the coating
/// doubles to 9,107, so 58.3 W/K and 0.01716 K/W, 0.03216 with the solid part: 49 + 0.03216·700 = 71.5 °C. At its TDP a lid takes
/// 700/(138.5e3·2·64e-4) = 39 % of what dries it out.
#[test]
fn boiling_chips_stand_a_little_above_their_fluid() {
    let server = built(Coolant::Boiling);
    let point = server.at(8, 1.0, 49.0);
    assert!((point.chip_c - 71.51).abs() < 0.03, "{point:?}");
    assert_eq!((point.fans_w, point.liquid_w), (0.0, 0.0));
    let share = server.critical_flux_share().unwrap();
    assert!((share - 0.395).abs() < 0.005, "{share}");
}

proptest! {
    /// A warmer coolant never lowers a chip's temperature, nor more load, in any build.
    #[test]
    fn warmer_coolant_never_cools_a_chip(u in 0.0..1.0f64, coolant_c in 15.0..60.0f64) {
        for coolant in [Coolant::Air, Coolant::Dielectric, Coolant::Plates, Coolant::Boiling] {
            let server = built(coolant);
            let here = server.at(8, u, coolant_c);
            // Fans that ramp with their inlet may cool chips below their target; from there on nothing may.
            let fans = coolant == Coolant::Air;
            prop_assert!(fans || server.at(8, u, coolant_c + 0.5).chip_c >= here.chip_c - 1e-6, "{coolant:?}");
            prop_assert!(here.liquid_w <= here.compute_w + 1e-9);
        }
    }
}

/// By hand, tank at 40 °C, limit 490 W at full load: the chip draws just that and is 40 + 0.06·490 = 69.4 °C, where it would
/// draw 694.3 W at full and 80.13·0.9464 = 75.8 W at rest. So 0.6697 of its dynamic power is left, which is
/// 0.6697^(1/3.2) = 0.8822 of the clock. Hosts are not affected.
#[test]
fn a_power_limit_holds_and_slows_down() {
    let mut node = node(Coolant::Dielectric);
    let free = node.at(8, 1.0, 40.0);
    node.limit_w = Some(490.0);
    let point = node.at(8, 1.0, 40.0);
    assert!(
        (point.compute_w - 1500.0 - 8.0 * 490.0).abs() < 0.01,
        "{point:?}"
    );
    assert!((point.chip_c - 69.4).abs() < 1e-3, "{point:?}");
    assert!((point.pace - 0.8822).abs() < 2e-4, "{point:?}");
    // Without it the chip is at 82 °C and its TDP: 0.9877 of the clock.
    assert_eq!(point.clock, 1.0);
    assert!((free.pace - 0.9877).abs() < 2e-4, "{free:?}");
    // A load of a fifth has matrix products in a fifteenth of its time: it hardly feels the limit.
    let light = node.at(8, 0.2, 40.0);
    assert!((0.985..1.0).contains(&light.pace), "{light:?}");
}

/// By hand in a tank at 45 °C, R = 0.06 K/W, spread 0.2: at 700 W the classes are 1.2848, 1.0986, 0.9014 and 0.7152 times 42 K above it.
/// The hottest would be at 99 °C, so (87 − 45)/(0.06·1.2848) = 544.8 W; the next at 91.1 °C, so 637.2 W; the others at 82.9 and
/// 75.0 °C draw 700 W: 1/8 and 3/8 of the chips are throttled. A job waits for the hottest; a service is as fast as the mean.
#[test]
fn heat_holds_back_the_hottest_chips_of_a_server() {
    let mut node = node(Coolant::Dielectric);
    let Build::Immersed(immersed) = &mut node.build else {
        unreachable!()
    };
    immersed.spread = 0.2;
    let point = node.at_work(8, (Work::Job, 1.0), None, 45.0);
    assert_eq!(point.throttled, 0.5);
    assert!((point.chip_c - 87.0).abs() < 1e-9, "{point:?}");
    assert!((point.coolest_c - 75.0).abs() < 0.1, "{point:?}");
    let chips_w = 544.8 + 3.0 * 637.2 + 3.0 * 700.0 + 700.0;
    assert!(
        (point.compute_w - 1500.0 - chips_w).abs() < 1.0,
        "{point:?}"
    );
    let service = node.at_work(8, (Work::Service, 1.0), None, 45.0);
    let (slowest, mean) = (point.clock * point.pace, service.clock * service.pace);
    assert!(
        slowest < 0.93 && mean > slowest + 0.04 && mean < 0.99,
        "{slowest} {mean}"
    );
}

/// By hand, the node of `fans_and_chips_meet_on_the_band` over 20 °C with a spread of 0.16: the hottest chip rises by 1.2278 of the mean
/// and the fans follow it: at 72.82 °C they run at 0.9564, for 1,312 W.
#[test]
fn fans_follow_the_hottest_chip() {
    let mut node = node(Coolant::Air);
    let Build::Air(air) = &mut node.build else {
        unreachable!()
    };
    air.spread = 0.16;
    let point = node.at(8, 1.0, 20.0);
    assert!((point.chip_c - 72.82).abs() < 0.02, "{point:?}");
    assert!((point.fans_w - 1312.0).abs() < 1.0, "{point:?}");
    assert!(point.coolest_c < 53.0, "{point:?}");
}

proptest! {
    /// Spread moves no mean rise: as long as no chip is throttled, servers with and without it draw the same within what leakage bends
    /// and what hot chips lose at their TDP, and the hottest and coolest chips lie on both sides of the one.
    #[test]
    fn spread_moves_no_mean(u in 0.1..0.9f64, spread in 0.0..0.3f64, coolant_c in 10.0..30.0f64) {
        let even = node(Coolant::Dielectric);
        let mut uneven = even.clone();
        let Build::Immersed(immersed) = &mut uneven.build else { unreachable!() };
        immersed.spread = spread;
        for work in [Work::Service, Work::Job] {
            let at = |server: &Server| server.at_work(8, (work, u), None, coolant_c);
            let (one, all) = (at(&even), at(&uneven));
            prop_assert!((all.compute_w / one.compute_w - 1.0).abs() < 5e-3);
            prop_assert!(all.coolest_c <= one.chip_c + 1e-9 && one.chip_c <= all.chip_c + 1e-9);
        }
    }
}
