//! Laws that every plant obeys, whatever the weather and the load.

use proptest::prelude::*;

use super::{air, cases, chillers, coolers, correlation, midsummer, towers, weather};
use crate::describe::Fault;
use crate::heat_rejection::chiller::air_cooled::AirCooledChillerDesign;
use crate::heat_rejection::chiller::economizer::Economizer;
use crate::heat_rejection::chiller::water_cooled::WaterCooledChillerDesign;
use crate::heat_rejection::chiller::{Condenser, Staging};
use crate::heat_rejection::dry_cooler::coil::Precooled;
use crate::heat_rejection::dry_cooler::cooler::Drive;
use crate::heat_rejection::dry_cooler::pads::{Adiabatic, Pads};
use crate::heat_rejection::dry_cooler::size::DryCoolerDesign;
use crate::heat_rejection::tower::TowerPlantDesign;
use crate::heat_rejection::tower::cell::Tower;
use crate::heat_rejection::tower::design::TowerDesign;
use crate::heat_rejection::water_loop::medium::Medium;
use crate::heat_rejection::{
    Available, HeatRejection, Outdoors, PlantDesign, Rejection, RejectionOutput, StepRequest,
};
use crate::physics::climate_zone::Zone;
use crate::physics::psychrometrics::MoistAir;

/// The thinnest design air of the plants: that of the dry coolers, kg/m³.
fn design_kg_m3() -> f64 {
    DryCoolerDesign::for_heat(1e6).size().cooler.air_kg_m3
}

struct Case {
    name: String,
    plant: Box<dyn Rejection>,
    fans_w: f64,
    has_tower: bool,
    has_dry_cooler: bool,
}

/// Whether a set is not of the shape of another.
fn is_of_its_own(key: &str) -> bool {
    let alike = ["screw", "centrifugal-small", "centrifugal-vsd"];
    !alike
        .iter()
        .any(|kind| key == format!("ashrae-90-1-{kind}"))
}

/// Every plant at 10 MW, chillers with every shape of the catalogue.
fn plants() -> Vec<Case> {
    let heat_w = 10e6;
    let case = |name: &str, plant: Box<dyn Rejection>, fans_w, has_tower, has_dry_cooler| Case {
        name: name.to_owned(),
        plant,
        fans_w,
        has_tower,
        has_dry_cooler,
    };
    let mut all = Vec::new();
    for (key, curves) in chillers().into_iter().filter(|(key, _)| is_of_its_own(key)) {
        // With free cooling, and as many units as draw the least.
        let name = format!("{key}, free");
        all.push(match curves.condenser {
            Condenser::Air => {
                let mut plant = AirCooledChillerDesign::for_heat(heat_w).size(curves.clone());
                let cooler = DryCoolerDesign::for_heat(heat_w).size();
                plant.stages.rule = Staging::LeastPower;
                let plant = Precooled::new(cooler, 1.0, Box::new(plant));
                case(&name, Box::new(plant), 300e3, false, false)
            }
            Condenser::Water => {
                let design = WaterCooledChillerDesign::for_heat(heat_w);
                let mut plant = design.size(curves.clone(), correlation());
                let integrated = key != "york-yk-2771kw-vsd";
                let config = Economizer {
                    integrated,
                    ..Economizer::default()
                };
                plant.add_economizer(&config, heat_w / 4.0, 8.0);
                plant.stages.rule = Staging::LeastPower;
                let fans_w = 4.0 * plant.tower.design().fan_w;
                case(&name, Box::new(plant), fans_w, true, false)
            }
        });
        all.push(match curves.condenser {
            Condenser::Air => {
                let plant = AirCooledChillerDesign::for_heat(heat_w).size(curves);
                case(&key, Box::new(plant), 0.0, false, false)
            }
            Condenser::Water => {
                let plant = WaterCooledChillerDesign::for_heat(heat_w).size(curves, correlation());
                let fans_w = 4.0 * plant.tower.design().fan_w;
                case(&key, Box::new(plant), fans_w, true, false)
            }
        });
    }
    let tower = TowerPlantDesign::for_heat(heat_w);
    let direct = TowerPlantDesign {
        plate_approach_k: None,
        ..tower.clone()
    };
    all.push(case(
        "tower",
        Box::new(direct.size(correlation())),
        130e3,
        true,
        false,
    ));
    all.push(case(
        "tower, plate",
        Box::new(tower.size(correlation())),
        130e3,
        true,
        false,
    ));
    let mut merkel = tower.size(correlation());
    merkel.tower = Tower::merkel(merkel.tower.design().clone()).unwrap();
    all.push(case("merkel", Box::new(merkel), 130e3, true, false));
    let hybrid = Precooled::new(
        DryCoolerDesign::for_heat(heat_w).size(),
        1.0,
        Box::new(tower.size(correlation())),
    );
    all.push(case("hybrid", Box::new(hybrid), 430e3, false, false));
    let mut pads = DryCoolerDesign::for_heat(heat_w).size();
    pads.pads = Some(Pads::new(&Adiabatic::default(), 25.0));
    all.push(case("pads", Box::new(pads), 300e3, false, false));
    let dry = DryCoolerDesign::for_heat(heat_w);
    let two = DryCoolerDesign {
        drive: Drive::TwoSpeed {
            low_air_ratio: 0.5,
            low_ua_ratio: 0.6,
            low_fan_ratio: 0.16,
        },
        ..dry.clone()
    };
    all.push(case("dry", Box::new(dry.size()), 300e3, false, true));
    all.push(case(
        "dry, two speeds",
        Box::new(two.size()),
        300e3,
        false,
        true,
    ));
    all
}

fn is_sound(r: &RejectionOutput, has_tower: bool) -> bool {
    let w = r.water;
    [
        r.chillers_w,
        r.fans_w,
        r.pumps_w,
        r.heat_to_ambient_w,
        r.chiller_load,
        r.fan_speed,
        w.evaporation_kg_s,
        w.drift_kg_s,
        w.blowdown_kg_s,
        w.makeup_kg_s,
    ]
    .iter()
    .all(|v| v.is_finite() && *v >= 0.0)
        && (!has_tower || r.condenser_c.is_finite())
        && r.fan_speed <= 1.0
        && r.chiller_load <= 1.0
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn every_plant_is_sound_and_closes_its_energy(
        outside in weather(), supply in 4.0..55.0f64, load in 0.0..=1.0f64, flow in 50e3..4e6f64
    ) {
        for Case { name, mut plant, fans_w, has_tower, has_dry_cooler } in plants() {
            plant.decide(&StepRequest { heat_w: 8e6, supply_c: supply, flow_w_k: flow, outdoors: &midsummer(outside), dt_s: 60.0 });
            let capacity = plant.capacity_w(supply, flow, &outside);
            prop_assert!(capacity.is_finite() && capacity >= 0.0, "{name} {capacity}");
            let heat = load * capacity.min(40e6);
            let r = plant.reject(heat, supply, flow, &outside);
            prop_assert!(is_sound(&r, has_tower), "{name} {r:?}");
            let out = heat + r.chillers_w + r.fans_w + r.pumps_w;
            prop_assert!((r.heat_to_ambient_w - out).abs() <= 1e-12 * out, "{name}");
            let w = r.water;
            let used = w.evaporation_kg_s + w.drift_kg_s + w.blowdown_kg_s;
            prop_assert!((w.makeup_kg_s - used).abs() <= 1e-12 * used, "{name}");
            // At full speed in air denser than that of the design day fans draw more, in proportion; behind pads it is
            // colder still.
            let densest = outside.humidified(1.0).density_kg_m3().max(outside.density_kg_m3());
            let most_w = fans_w * densest / design_kg_m3();
            prop_assert!(r.fans_w <= most_w * (1.0 + 1e-9), "{name} {} {most_w}", r.fans_w);
            prop_assert!(!has_tower || heat == 0.0 || r.condenser_c >= outside.wet_bulb_c, "{name}");
            prop_assert!(!has_dry_cooler || supply > outside.dry_bulb_c || capacity == 0.0, "{name}");
        }
    }

    #[test]
    fn warmer_supply_never_carries_less(
        outside in weather(), a in 4.0..55.0f64, b in 4.0..55.0f64, flow in 50e3..4e6f64
    ) {
        for Case { name, mut plant, .. } in plants() {
            plant.decide(&StepRequest { heat_w: 8e6, supply_c: a, flow_w_k: flow, outdoors: &midsummer(outside), dt_s: 60.0 });
            let cold = plant.capacity_w(a.min(b), flow, &outside);
            let warm = plant.capacity_w(a.max(b), flow, &outside);
            prop_assert!(warm >= cold - 1e-6 * cold, "{name} {cold} {warm}");
        }
    }

    /// Fan power never falls as the load grows at the same supply.
    #[test]
    fn more_heat_takes_more_fan(outside in weather(), supply in 12.0..50.0f64, load in 0.05..0.95f64) {
        for Case { name, plant, has_tower, has_dry_cooler, .. } in plants() {
            if !(has_tower || has_dry_cooler) || chillers().contains_key(name.trim_end_matches(", free")) {
                continue;
            }
            let flow = 10e6 / 6.0;
            let capacity = plant.capacity_w(supply, flow, &outside).min(10e6);
            let some = plant.reject(load * capacity, supply, flow, &outside);
            let more = plant.reject((load + 0.05) * capacity, supply, flow, &outside);
            prop_assert!(more.fans_w >= some.fans_w - 1e-6 * some.fans_w, "{name} {some:?} {more:?}");
        }
    }

    #[test]
    fn towers_never_leave_below_the_wet_bulb(outside in weather(), heat in 1e4..3e6f64, flow in 2e4..4e5f64) {
        let tower = Tower::new(correlation(), TowerDesign::for_heat(1.2e6, 25.6));
        prop_assert!(tower.coldest_c(heat, flow, &outside) >= outside.wet_bulb_c);
    }
}

proptest! {
    #![proptest_config(cases(200))]

    /// A warmer day never lowers the electricity of a plant at constant load, the mode being fixed. Fixed staging
    /// cannot promise that, as one more unit may serve the load better; staging by power does.
    #[test]
    fn a_warmer_day_never_saves(
        db in -30.0..45.0f64, warmer in 0.0..5.0f64, rh in 0.1..1.0f64, supply in 6.0..30.0f64, load in 0.3..1.0f64
    ) {
        let (cool, warm) = (air(db, rh, 1e5), air(db + warmer, rh, 1e5));
        let flow = 10e6 / 8.0;
        for Case { name, mut plant, has_dry_cooler, has_tower, .. } in plants() {
            let staged = name.ends_with("free");
            if !staged && !has_dry_cooler && (!has_tower || chillers().contains_key(&name)) {
                continue;
            }
            plant.decide(&StepRequest { heat_w: 8e6, supply_c: supply, flow_w_k: flow, outdoors: &midsummer(warm), dt_s: 60.0 });
            let heat_w = load * plant.capacity_w(supply, flow, &warm).min(10e6);
            if heat_w < 3e6 || plant.capacity_w(supply, flow, &cool) < heat_w {
                continue;
            }
            // Fans draw less in thinner air at the same speed: that is left out of the comparison.
            let draws = |outside: &MoistAir| {
                let r = plant.reject(heat_w, supply, flow, outside);
                r.electric_w() - r.fans_w + r.fans_w * warm.density_kg_m3() / outside.density_kg_m3()
            };
            let (cold_w, warm_w) = (draws(&cool), draws(&warm));
            prop_assert!(warm_w >= cold_w * (1.0 - 1e-7), "{name} {cold_w} {warm_w} of {heat_w}");
        }
    }

    /// Units out of service carry nothing, and fewer units never carry more.
    #[test]
    fn less_of_a_plant_carries_less(
        outside in weather(), supply in 10.0..45.0f64, out in 0..5u32, fans in 0.0..=1.0f64, pumps in 0.0..=1.0f64
    ) {
        let flow = 10e6 / 8.0;
        for Case { name, mut plant, has_tower, has_dry_cooler, .. } in plants() {
            plant.decide(&StepRequest { heat_w: 8e6, supply_c: supply, flow_w_k: flow, outdoors: &midsummer(outside), dt_s: 60.0 });
            let whole = plant.capacity_w(supply, flow, &outside);
            plant.set_available(&Available { chillers_out: out, pumps, fans, ..Available::default() });
            let rest = plant.capacity_w(supply, flow, &outside);
            prop_assert!(rest <= whole * (1.0 + 1e-6) + 1e-6, "{name} {whole} {rest}");
            let heat = 0.9 * rest.min(40e6);
            let r = plant.reject(heat, supply, flow, &outside);
            prop_assert!(is_sound(&r, has_tower), "{name} {r:?}");
            let sum = heat + r.electric_w();
            prop_assert!((r.heat_to_ambient_w - sum).abs() <= 1e-9 * sum, "{name}");
            plant.set_available(&Available { water: false, ..Available::default() });
            prop_assert!(!has_tower || plant.capacity_w(supply, flow, &outside) == 0.0, "{name}");
            plant.set_available(&Available { fans: 0.0, ..Available::default() });
            prop_assert!(!has_dry_cooler || plant.capacity_w(supply, flow, &outside) == 0.0, "{name}");
            plant.set_available(&Available::default());
            prop_assert_eq!(plant.capacity_w(supply, flow, &outside), whole, "{}", name);
        }
    }
}

#[test]
fn no_flow_and_no_heat_cost_nothing() {
    let outside = air(20.0, 0.5, 101_325.0);
    for Case { name, plant, .. } in plants() {
        assert_eq!(plant.capacity_w(30.0, 0.0, &outside), 0.0, "{name}");
        let r = plant.reject(0.0, 30.0, 1e6, &outside);
        assert_eq!(
            r.heat_to_ambient_w + r.chillers_w + r.pumps_w + r.fans_w,
            0.0,
            "{name}"
        );
    }
}

/// Every plant of the registry as it is where a scenario names it only, for 5 MW.
fn registered() -> Vec<(&'static str, Box<dyn Rejection>)> {
    let (chillers, towers, dry_coolers) = (chillers(), towers(), coolers());
    let design = PlantDesign {
        heat_w: 5e6,
        wet_bulb_c: 24.0,
        dry_bulb_c: 36.0,
        pressure_pa: 101_325.0,
        zone: Zone {
            number: 5,
            letter: None,
        },
        medium: Medium::WATER,
        chillers: &|name| {
            let curves = chillers.get(name).cloned();
            curves.ok_or_else(|| Fault::new(name, ""))
        },
        towers: &towers,
        dry_coolers: &dry_coolers,
    };
    let sized = |name: &&'static str| {
        let table: HeatRejection = toml::from_str(&format!("[{name}]")).unwrap();
        assert_eq!(table.name(), *name);
        assert!(!table.line(&design).is_empty() && !table.outdoors(5e6).is_empty());
        let (_, plant) = table
            .size(&design)
            .unwrap_or_else(|fault| panic!("{name}: {fault}"));
        (*name, plant)
    };
    HeatRejection::NAMES.iter().map(sized).collect()
}

proptest! {
    #![proptest_config(cases(128))]

    /// The laws for whatever the registry holds, at any time of the year: energy and water balance, warmer supply never
    /// carries less, less of a plant never carries more.
    #[test]
    fn every_registered_plant_keeps_the_laws(
        outside in weather(), hour_of_year in 0.0..8784.0f64, a in 4.0..55.0f64, b in 4.0..55.0f64, load in 0.0..=1.0f64,
        flow in 50e3..4e6f64, pumps in 0.0..=1.0f64
    ) {
        let outdoors = Outdoors { air: outside, hour_of_year };
        for (name, mut plant) in registered() {
            plant.decide(&StepRequest { heat_w: 4e6, supply_c: a, flow_w_k: flow, outdoors: &outdoors, dt_s: 60.0 });
            let (cold_c, warm_c) = (a.min(b), a.max(b));
            let capacity_w = plant.capacity_w(cold_c, flow, &outside);
            prop_assert!(capacity_w.is_finite() && capacity_w >= 0.0, "{name} {capacity_w}");
            let warm_w = plant.capacity_w(warm_c, flow, &outside);
            prop_assert!(warm_w >= capacity_w * (1.0 - 1e-6), "{name} {capacity_w} {warm_w}");
            let heat_w = load * capacity_w.min(20e6);
            let r = plant.reject(heat_w, cold_c, flow, &outside);
            prop_assert!(is_sound(&r, false), "{name} {r:?}");
            let out_w = heat_w + r.electric_w();
            prop_assert!((r.heat_to_ambient_w - out_w).abs() <= 1e-12 * out_w, "{name} {r:?}");
            let (w, used) = (r.water, r.water.evaporation_kg_s + r.water.drift_kg_s + r.water.blowdown_kg_s);
            prop_assert!((w.makeup_kg_s + w.from_basin_kg_s - used).abs() <= 1e-12 * used, "{name} {w:?}");
            prop_assert_eq!(plant.capacity_w(cold_c, 0.0, &outside), 0.0, "{}", name);
            let still = plant.reject(0.0, cold_c, flow, &outside);
            prop_assert_eq!(still.electric_w() - still.heaters_w, 0.0, "{}", name);
            prop_assert!(still.heaters_w == 0.0 || outside.dry_bulb_c < 4.5, "{name} {still:?}");
            plant.set_available(&Available { pumps, ..Available::default() });
            let rest_w = plant.capacity_w(cold_c, flow, &outside);
            prop_assert!(rest_w <= capacity_w * (1.0 + 1e-6), "{name} {capacity_w} {rest_w}");
        }
    }
}
