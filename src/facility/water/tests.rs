//! Circuits add up to the site.

use proptest::prelude::*;

use crate::heat_rejection::Outdoors;
use crate::physics::psychrometrics::MoistAir;
use crate::physics::water::Water;
use crate::scenario::{Loaded, Scenario, resolve};
use crate::snapshot::Plant;

/// Four circuits of different plants: the site's tower, a hall's dry cooler with pads, a hall's chillers, a room's chiller.
const FOUR: &str = "name = 'x'\nit = []\n[run]\ndays = 2\nstep_s = 300\n[site]\nclimate = 'phoenix'\n\
    [[hall]]\nname = 'a'\nserver = 'hgx-h100'\nracks = 3\nservers_per_rack = 4\n[hall.cooling.cold_plate]\nsupply_c = 34\n\
    [hall.room_rejection.air_cooled_chiller]\nsetpoint_c = 16\n\
    [[hall]]\nname = 'b'\nserver = 'hgx-h100'\nracks = 2\nservers_per_rack = 4\n[hall.cooling.immersion]\n\
    [hall.heat_rejection.dry_cooler]\nsetpoint_c = 32\nadiabatic = {}\n\
    [[hall]]\nname = 'c'\nserver = 'hgx-h100'\nracks = 2\nservers_per_rack = 4\n[hall.cooling.air]\n\
    [hall.heat_rejection.water_cooled_chiller]\nsetpoint_c = 16\neconomizer = {}\n\
    [heat_rejection.tower]\nsetpoint_c = 28\n[workload.constant]\nutilisation = 0.8\n";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Compressors, fans, pumps and water of all circuits are those of the site, in any weather and with any machine out, and
    /// the halls' heat to water is what the plants take but for pumps and storage.
    #[test]
    fn circuits_add_up_to_the_site(
        dry_bulb_c in -15.0..45.0f64,
        humidity in 0.1..0.95f64,
        out in 0.0..1.0f64,
        demand in 0.1..1.0f64,
    ) {
        let scenario: Scenario = crate::scenario::text::read(FOUR).unwrap();
        let loaded = Loaded { scenario, text: FOUR.into(), path: "test.toml".into() };
        let mut facility = resolve(&loaded).unwrap().simulation.facility;
        prop_assert_eq!(
            facility.circuit_names().collect::<Vec<_>>(),
            ["site", "b_water", "c_water", "a_room_water"]
        );
        facility.set_demand(demand);
        let mut available = facility.all_available();
        available.circuits[1].fans = out;
        available.circuits[2].pumps = out;
        facility.set_available(&available);
        let outdoors = Outdoors {
            air: MoistAir::from_relative_humidity(dry_bulb_c, humidity, 97_000.0),
            hour_of_year: 4_000.0,
        };
        for step in 0..6 {
            let s = facility.step(&outdoors, f64::from(step) * 300.0, 300.0).unwrap();
            let plants: Vec<Plant> = std::iter::once(s.plant).chain(s.circuits.iter().copied()).collect();
            let sum = |of: fn(&Plant) -> f64| plants.iter().map(of).sum::<f64>();
            let water = plants.iter().fold(Water::default(), |sum, plant| sum.plus(plant.water));
            for (circuits, site) in [
                (sum(|plant| plant.chillers_w), s.power.chillers_w),
                (sum(|plant| plant.fans_w), s.power.heat_rejection_fans_w),
                (sum(|plant| plant.pumps_w), s.power.pumps_w),
                (sum(|plant| plant.heaters_w), s.power.basin_heaters_w),
                (water.makeup_kg_s, s.water.makeup_kg_s),
                (water.evaporation_kg_s, s.water.evaporation_kg_s),
            ] {
                prop_assert!((circuits - site).abs() <= 1e-12 * site.abs(), "{circuits} {site}");
            }
            // Each plant draws for itself: towers and dry coolers have no compressors, only chillers do.
            prop_assert!(plants[0].chillers_w == 0.0 && plants[1].chillers_w == 0.0);
            prop_assert!(plants.iter().all(|plant| plant.electric_w() >= 0.0 && plant.electric_w().is_finite()));
        }
    }
}

/// A supply that follows the load comes to rest where the load does, and what rests on the way is not passed by far.
#[test]
fn a_steady_load_has_a_steady_supply() {
    for (warmest_c, step_s) in [(18.0, 60.0), (22.0, 60.0), (40.0, 60.0), (22.0, 900.0)] {
        let text = format!(
            "name = 'x'\nit = []\n[run]\ndays = 2\nstep_s = 60\n[site]\nclimate = 'dublin'\n[[hall]]\nname = 'a'\n\
             server = 'hgx-h100'\nracks = 10\nservers_per_rack = 4\n[hall.cooling.air]\n\
             [heat_rejection.water_cooled_chiller]\nwater.reset = {{ warmest_c = {warmest_c} }}\n\
             [workload.constant]\nutilisation = 0.6\n"
        );
        let scenario: Scenario = crate::scenario::text::read(&text).unwrap();
        let loaded = Loaded {
            scenario,
            text,
            path: "test.toml".into(),
        };
        let resolved = resolve(&loaded).unwrap();
        let told = resolved.warnings.concat().contains("reset.warmest_c");
        assert_eq!(told, warmest_c > 24.0);
        let mut site = resolved.simulation.facility;
        let outside = Outdoors {
            air: MoistAir::from_relative_humidity(9.0, 0.8, 101_325.0),
            hour_of_year: 2400.0,
        };
        let (mut least_c, mut most_c) = (f64::INFINITY, f64::NEG_INFINITY);
        for step in 0..(12.0 * 3600.0 / step_s) as u32 {
            let time_s = f64::from(step) * step_s;
            let plant = site.step(&outside, time_s, step_s).unwrap().plant;
            if time_s >= 4.0 * 3600.0 {
                (least_c, most_c) = (least_c.min(plant.supply_c), most_c.max(plant.supply_c));
            }
        }
        assert!(
            most_c - least_c < 0.2,
            "{warmest_c} {step_s}: {least_c} to {most_c}"
        );
        assert!(least_c > 16.3 && most_c < warmest_c, "{least_c} {most_c}");
    }
}

/// Dry coolers in air that is warmer than their water carry nothing, and no fan turns for what a search leaves over.
#[test]
fn fans_do_not_turn_for_rounding() {
    let text = "name = 'x'\nit = []\n[run]\ndays = 2\n[site]\nclimate = 'phoenix'\n[[hall]]\nname = 'a'\nserver = 'hgx-h100'\n\
                racks = 5\nservers_per_rack = 4\n[hall.cooling.immersion]\n[heat_rejection.dry_cooler]\nsetpoint_c = 32\n\
                [workload.constant]\nutilisation = 0.8\n";
    let scenario: Scenario = crate::scenario::text::read(text).unwrap();
    let loaded = Loaded {
        scenario,
        text: text.into(),
        path: "test.toml".into(),
    };
    let mut site = resolve(&loaded).unwrap().simulation.facility;
    let outside = Outdoors {
        air: MoistAir::from_relative_humidity(42.0, 0.1, 101_325.0),
        hour_of_year: 4_000.0,
    };
    let mut standing = 0;
    for step in 0..120 {
        let plant = site
            .step(&outside, f64::from(step) * 60.0, 60.0)
            .unwrap()
            .plant;
        let colder = plant.supply_c <= 42.0;
        standing += u32::from(colder);
        assert_eq!(plant.fans_w == 0.0, colder, "{step} {plant:?}");
    }
    assert!(standing > 3 && standing < 100, "{standing}");
}
