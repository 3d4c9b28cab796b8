//! Plants in a part of their own discharge, and plants for warmer air.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{cases, chillers, coolers, towers, weather};
use crate::describe::Fault;
use crate::heat_rejection::recirculation::Intake;
use crate::heat_rejection::water_loop::medium::Medium;
use crate::heat_rejection::{HeatRejection, PlantDesign, Rejection};
use crate::physics::climate_zone::Zone;
use crate::physics::psychrometrics::{MoistAir, humidity_ratio_from_wet_bulb};

/// 40 °C, 20 °C wet bulb at sea level: w 6.40 g/kg, saturated at 20 °C 14.70 g/kg. Saturated air there gains 0.9325 g/kg
/// and 1.006 + 0.0147·1.86 + 0.9325e-3·2538 = 3.400 kJ/kg by the kelvin.
fn dry_heat() -> MoistAir {
    let w = humidity_ratio_from_wet_bulb(40.0, 20.0, 101_325.0);
    MoistAir::from_humidity_ratio(40.0, w, 101_325.0)
}

/// By hand, half load of 3 K: coils take in 41.5 °C with the same water, wet bulb 1.5·1.018/3.400 = 0.449 K higher.
#[test]
fn coils_by_hand() {
    let outside = dry_heat();
    let air = Intake::Coils(3.0).air(&outside, 0.5);
    assert!((air.dry_bulb_c - 41.5).abs() < 1e-12);
    assert!(
        (air.wet_bulb_c - outside.wet_bulb_c - 0.449).abs() < 0.001,
        "{air:?}"
    );
    assert_eq!(air.humidity_ratio, outside.humidity_ratio);
}

/// By hand, 1 K: 3,400 J/kg more, with 0.9325 + 3400·8.294/34e3 = 1.762 g/kg of water on the line to saturated discharge. That
/// water holds 4.538 kJ/kg at 40 °C: the dry bulb falls by 1.12 K, as discharge of 28 °C is colder than the day.
#[test]
fn towers_by_hand() {
    let outside = dry_heat();
    let air = Intake::Towers(1.0).air(&outside, 1.0);
    assert!((air.wet_bulb_c - 21.0).abs() < 1e-9);
    let more = air.humidity_ratio - outside.humidity_ratio;
    assert!((more - 1.762e-3).abs() < 0.002e-3, "{more}");
    assert!((air.dry_bulb_c - 38.88).abs() < 0.01, "{air:?}");
}

const PLANTS: [&str; 6] = [
    "[dry_cooler]\nsetpoint_c = 30",
    "[dry_cooler]\nsetpoint_c = 30\nadiabatic = {}",
    "[air_cooled_chiller]\nsetpoint_c = 16",
    "[tower]\nsetpoint_c = 30",
    "[water_cooled_chiller]\nsetpoint_c = 16",
    "[trim_chiller]\nsetpoint_c = 20",
];

/// Hot and dry, as Phoenix.
const ZONE: Zone = Zone {
    number: 2,
    letter: Some('B'),
};

/// A plant for 5 MW, for a design dry and wet bulb and so much recirculation.
fn sized(text: &str, air_c: (f64, f64), k: Option<f64>) -> Box<dyn Rejection> {
    let stated = k.map_or(String::new(), |k| format!("\nrecirculation_k = {k:?}"));
    let config: HeatRejection = toml::from_str(&format!("{text}{stated}")).unwrap();
    let (all, towers, coolers): (BTreeMap<_, _>, _, _) = (chillers(), towers(), coolers());
    let design = PlantDesign {
        heat_w: 5e6,
        dry_bulb_c: air_c.0,
        wet_bulb_c: air_c.1,
        pressure_pa: 101_325.0,
        zone: ZONE,
        medium: Medium::WATER,
        chillers: &|name| all.get(name).cloned().ok_or_else(|| Fault::new(name, "")),
        towers: &towers,
        dry_coolers: &coolers,
    };
    config.size(&design).unwrap().1
}

/// Without recirculation a plant is what its table makes of the design itself: the same answer to the last digit.
#[test]
fn none_is_the_plant_itself() {
    let outside = dry_heat();
    for text in PLANTS {
        let config: HeatRejection =
            toml::from_str(&format!("{text}\nrecirculation_k = 0")).unwrap();
        let (all, towers, coolers) = (chillers(), towers(), coolers());
        let design = PlantDesign {
            heat_w: 5e6,
            dry_bulb_c: 42.0,
            wet_bulb_c: 24.0,
            pressure_pa: 101_325.0,
            zone: ZONE,
            medium: Medium::WATER,
            chillers: &|name| all.get(name).cloned().ok_or_else(|| Fault::new(name, "")),
            towers: &towers,
            dry_coolers: &coolers,
        };
        let (bare, whole) = (
            config.kind().plant(&design).unwrap(),
            config.size(&design).unwrap().1,
        );
        for supply_c in [18.0, 33.0] {
            let of = |plant: &dyn Rejection| {
                let most_w = plant.capacity_w(supply_c, 6e5, &outside);
                (
                    most_w,
                    format!("{:?}", plant.reject(0.7 * most_w, supply_c, 6e5, &outside)),
                )
            };
            assert_eq!(of(&*bare), of(&*whole), "{text}");
        }
    }
}

/// Only air taken in makes the difference: at its design point a plant in its own discharge carries what one without it
/// carries in air so much warmer.
#[test]
fn it_is_the_plant_in_the_air_that_it_takes_in() {
    let outside = dry_heat();
    for text in PLANTS {
        let k = if text.contains("tower") || text.contains("water_cooled") || text.contains("trim")
        {
            Intake::Towers(0.7)
        } else {
            Intake::Coils(2.0)
        };
        let (Intake::Coils(full_k) | Intake::Towers(full_k)) = k else {
            unreachable!()
        };
        let with = sized(text, (42.0, 24.0), Some(full_k));
        let inner = PlantDesign {
            heat_w: 5e6,
            dry_bulb_c: 42.0,
            wet_bulb_c: 24.0,
            pressure_pa: 101_325.0,
            zone: ZONE,
            medium: Medium::WATER,
            chillers: &|name| Err(Fault::new(name, "")),
            towers: &BTreeMap::new(),
            dry_coolers: &BTreeMap::new(),
        };
        let inner = k.design(&inner);
        let without = sized(text, (inner.dry_bulb_c, inner.wet_bulb_c), Some(0.0));
        for load in [0.2, 0.6, 0.9] {
            let heat_w = load * 5e6;
            let taken = k.air(&outside, load);
            let (a, b) = (
                with.reject(heat_w, 30.0, 6e5, &outside),
                without.reject(heat_w, 30.0, 6e5, &taken),
            );
            assert_eq!(format!("{a:?}"), format!("{b:?}"), "{text}");
        }
    }
}

proptest! {
    #![proptest_config(cases(60))]

    /// The capacity is the heat that the plant just carries; it falls as more comes back, and rises with the supply.
    #[test]
    fn capacity_is_what_is_just_carried(outside in weather(), supply_c in 12.0..45.0f64, k in 0.05..4.0f64, which in 0usize..6) {
        let plant = sized(PLANTS[which], (40.0, 26.0), Some(k));
        let (flow_w_k, most_w) = (6e5, plant.capacity_w(supply_c, 6e5, &outside));
        if most_w > 1e3 {
            prop_assert!(plant.carries(most_w * (1.0 - 1e-6), supply_c, flow_w_k, &outside), "{most_w}");
            prop_assert!(!plant.carries(most_w * (1.0 + 1e-6) + 1.0, supply_c, flow_w_k, &outside), "{most_w}");
        }
        let there_w = plant.capacity_at_w(most_w, supply_c, flow_w_k, &outside);
        prop_assert!((there_w - most_w).abs() <= 1e-8 * most_w, "{there_w} {most_w}");
        prop_assert!(plant.capacity_w(supply_c + 0.5, flow_w_k, &outside) >= most_w * (1.0 - 1e-8));
    }

    /// Air taken in is possible air: no drier than outdoors, the wet bulb not above the dry, its enthalpy that of its wet bulb.
    #[test]
    fn air_taken_in_is_air(outside in weather(), load in 0.0..1.2f64, k in 0.0..3.0f64, towers in any::<bool>()) {
        let intake = if towers { Intake::Towers(k) } else { Intake::Coils(k) };
        let air = intake.air(&outside, load);
        prop_assert!(air.humidity_ratio >= outside.humidity_ratio && air.wet_bulb_c >= outside.wet_bulb_c);
        prop_assert!(air.dry_bulb_c >= air.wet_bulb_c - 1e-9);
        let w = humidity_ratio_from_wet_bulb(air.dry_bulb_c, air.wet_bulb_c, air.pressure_pa);
        // Straight lines for curves, within a few kelvins: 2 % of the water where there is much of it.
        prop_assert!((w - air.humidity_ratio).abs() < f64::max(1.5e-3, 0.02 * w), "{w} {air:?}");
    }

    /// Plants for warmer air are never smaller in what is sized by it, chillers and coils: at the same weather they carry at
    /// least as much.
    #[test]
    fn a_warmer_design_is_never_smaller(outside in weather(), supply_c in 14.0..40.0f64, dry_c in 26.0..48.0f64, warmer_k in 0.0..6.0f64, which in 0usize..3) {
        let (cool, warm) = (
            sized(PLANTS[which], (dry_c, 22.0), Some(0.0)),
            sized(PLANTS[which], (dry_c + warmer_k, 22.0), Some(0.0)),
        );
        let of = |plant: &dyn Rejection| plant.capacity_w(supply_c, 6e5, &outside);
        prop_assert!(of(&*warm) >= of(&*cool) * (1.0 - 1e-9), "{} {}", of(&*warm), of(&*cool));
    }
}
