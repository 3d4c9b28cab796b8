//! A plant meets its stated design figures on its design day at every height, and a tower's water follows its heat.

use proptest::prelude::*;

use super::{cases, chillers, coolers, correlation, towers, weather};
use crate::describe::Fault;
use crate::heat_rejection::chiller::Condenser;
use crate::heat_rejection::tower::TowerPlantDesign;
use crate::heat_rejection::tower::cell::Tower;
use crate::heat_rejection::water_loop::medium::Medium;
use crate::heat_rejection::{Available, HeatRejection, PlantDesign, Rejection};
use crate::physics::climate_zone::Zone;
use crate::physics::fluids::WATER_CP_J_KGK;
use crate::physics::psychrometrics::{
    MoistAir, humidity_ratio_from_wet_bulb, standard_pressure_pa,
};

proptest! {
    #![proptest_config(cases(400))]

    /// More heat never takes less water at the same weather, by either model, 3 K and more above the wet bulb. Not in frost: there
    /// fans that start up bring more dry cold than the heat has grown by, and what leaves is colder and carries less.
    #[test]
    fn a_towers_water_follows_its_heat(
        outside in weather(), supply in 6.0..40.0f64, a in 0.001..1.1f64, b in 0.001..1.1f64, plate in any::<bool>(),
        fans in prop_oneof![Just(1.0), 0.0..1.0f64]
    ) {
        let design = TowerPlantDesign {
            plate_approach_k: plate.then_some(2.0),
            ..TowerPlantDesign::for_heat(10e6)
        };
        let york = design.size(correlation());
        let mut merkel = york.clone();
        merkel.tower = Tower::merkel(york.tower.design().clone()).unwrap();
        for (name, mut plant) in [("york", york), ("merkel", merkel)] {
            plant.set_available(&Available { fans, ..Available::default() });
            let most_w = plant.capacity_w(supply, 10e6 / 6.0, &outside).min(10e6);
            let litres = |load: f64| {
                let heat_w = load.min(1.0) * most_w;
                let flow_w_k = (heat_w / 6.0).max(0.2 * 10e6 / 6.0);
                let r = plant.reject(heat_w, supply, flow_w_k, &outside);
                r.water.makeup_kg_s
            };
            if most_w < 1e3 || outside.dry_bulb_c < 0.0 || supply < outside.wet_bulb_c + 3.0 {
                continue;
            }
            let (light, full) = (litres(a.min(b)), litres(a.max(b)));
            prop_assert!(light <= full * (1.0 + 1e-6), "{name} {light:?} {full:?}");
        }
    }

    /// Fans and water by the same air: what evaporates is at most the heat and what this air gives up down to its wet bulb
    /// over the least latent heat there is here, 2.3 MJ/kg; and however the water is divided, wet cells get their least flow.
    #[test]
    fn a_tower_evaporates_with_the_air_it_moves(
        outside in weather(), above in 1.0..20.0f64, range in 0.1..15.0f64, flow in 0.05..1.2f64, cells in 1..12u32
    ) {
        let plant = TowerPlantDesign::for_heat(10e6).size(correlation());
        let design = plant.tower.design().clone();
        let full_w_k = design.water_kg_s * WATER_CP_J_KGK;
        let mut tower = plant.tower;
        tower.divide(cells, 0.5);
        let (heat_w, flow_w_k) = (range * flow * full_w_k, flow * full_w_k);
        let leaving_c = (outside.wet_bulb_c + above).max(tower.coldest_c(heat_w, flow_w_k, &outside));
        let run = tower.run(heat_w, leaving_c, flow_w_k, &outside);
        let air_kg_s = run.air_ratio * design.air_m3_s * outside.density_kg_m3();
        let given_w = 1.03e3 * air_kg_s * (outside.dry_bulb_c - outside.wet_bulb_c).max(0.0);
        let most_kg_s = (heat_w + given_w) / 2.3e6;
        prop_assert!(run.water.evaporation_kg_s <= most_kg_s, "{run:?} {most_kg_s}");
        let wet = run.cells_kg_s / design.water_kg_s;
        prop_assert!((wet * f64::from(cells)).fract().min(1.0 - (wet * f64::from(cells)).fract()) < 1e-9);
        prop_assert!(flow / wet >= 0.5 - 1e-9 || (wet * f64::from(cells) - 1.0).abs() < 1e-9, "{flow} {wet}");
        prop_assert!(flow < 0.5 || wet == 1.0, "{flow} {wet}");
        prop_assert!(run.air_ratio <= 1.0 + 1e-9, "{run:?}");
    }
}

/// Every stated approach is met at full load on the design day, whatever the height and what recirculates, with the fans as
/// stated.
#[test]
fn every_approach_is_met_at_every_height() {
    let text = |plant: &str| toml::from_str::<HeatRejection>(plant).unwrap();
    let (wet_bulb_c, heat_w, rise_k) = (24.0, 5e6, 8.0);
    let (all, towers, coolers) = (chillers(), towers(), coolers());
    for height_m in [0.0, 1650.0, 2600.0, 4000.0] {
        let pressure_pa = standard_pressure_pa(height_m);
        for dry_bulb_c in [26.0, 38.0] {
            let w = humidity_ratio_from_wet_bulb(dry_bulb_c, wet_bulb_c, pressure_pa);
            let outside = MoistAir::from_humidity_ratio(dry_bulb_c, w, pressure_pa);
            let design = PlantDesign {
                heat_w,
                wet_bulb_c,
                dry_bulb_c,
                pressure_pa,
                zone: Zone {
                    number: 5,
                    letter: None,
                },
                medium: Medium::WATER,
                chillers: &|name| all.get(name).cloned().ok_or_else(|| Fault::new(name, "")),
                towers: &towers,
                dry_coolers: &coolers,
            };
            // The plant, the supply that it just reaches, and its fans: stated, or by their rule.
            let mut cases = Vec::new();
            for model in ["york-calc", "merkel"] {
                for (plate_k, fan_kw) in [(0.0, None), (2.0, None), (2.0, Some(90.0))] {
                    let fan = fan_kw.map_or(String::new(), |kw: f64| format!(", fan_kw = {kw:.1}"));
                    let plant = format!(
                        "[tower]\ntower_approach_k = 3.0\nplate_approach_k = {plate_k:.1}\n\
                         tower = {{ model = '{model}'{fan} }}"
                    );
                    let fans_w = fan_kw.map_or(0.013 * heat_w, |kw| kw * 1e3);
                    cases.push((plant, wet_bulb_c + 3.0 + plate_k, fans_w));
                }
            }
            for pads in ["", "adiabatic = { above_c = 60 }"] {
                let plant = format!("[dry_cooler]\napproach_k = 5.0\n{pads}");
                cases.push((plant, dry_bulb_c + 5.0, 0.03 * heat_w));
            }
            let two = "[dry_cooler]\napproach_k = 7.0\ncooler = { fan_kw = 90, drive = { two_speed = { low_air_ratio = \
                       0.5, low_ua_ratio = 0.6, low_fan_ratio = 0.16 } } }";
            cases.push((two.into(), dry_bulb_c + 7.0, 90e3));
            // Made of a catalogue's coolers: as many as the approach needs, so their fans follow.
            for entry in coolers.keys() {
                let plant =
                    format!("[dry_cooler]\napproach_k = 6.0\ncooler = {{ entry = '{entry}' }}");
                cases.push((plant, dry_bulb_c + 6.0, f64::NAN));
            }
            // Each approach is that to the air taken in: so much warmer than outdoors at full load.
            let cases = cases.iter().flat_map(|(plant, supply_c, fans_w)| {
                [0.0, 1.0].map(|k| {
                    (
                        format!("{plant}\nrecirculation_k = {k:?}"),
                        supply_c + k,
                        *fans_w,
                    )
                })
            });
            for (plant, supply_c, fans_w) in cases {
                let (_, sized) = text(&plant).size(&design).unwrap();
                let flow_w_k = heat_w / rise_k;
                let capacity_w = sized.capacity_w(supply_c, flow_w_k, &outside);
                // The shaft heat of a tower-water pump comes on top of the design heat: up to 0.9 % of it.
                // A cell's design air has the water of its wet bulb, the air taken in that of a straight line to its discharge.
                let room = if plant.contains("plate_approach_k = 2") {
                    0.015
                } else if plant.contains("recirculation_k = 1") {
                    2e-4
                } else {
                    1e-6
                };
                assert!(
                    (capacity_w / heat_w - 1.0).abs() < room,
                    "{height_m} m, {dry_bulb_c} °C: {plant} {capacity_w}"
                );
                let r = sized.reject(capacity_w, supply_c, flow_w_k, &outside);
                assert!(
                    fans_w.is_nan() || (r.fans_w / fans_w - 1.0).abs() < 1e-3,
                    "{height_m} {plant} {}",
                    r.fans_w
                );
            }
            // Chillers, and the coil and the plate before them.
            for key in all.keys() {
                let (kind, supply_c) = match all[key].condenser {
                    Condenser::Air => ("air_cooled_chiller", 16.0),
                    Condenser::Water => ("water_cooled_chiller", 16.0),
                };
                let (_, sized) = text(&format!("[{kind}]\ncurves = '{key}'"))
                    .size(&design)
                    .unwrap();
                let capacity_w = sized.capacity_w(supply_c, heat_w / rise_k, &outside);
                // The tower carries the condenser heat without the pump's shaft: 0.1 K warmer water, 0.2 % of capacity.
                assert!(
                    capacity_w >= heat_w * 0.997,
                    "{height_m} m, {dry_bulb_c} °C: {key} {capacity_w}"
                );
            }
        }
    }
}
