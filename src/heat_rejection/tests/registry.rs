//! Plants from the text of a scenario.

use std::collections::BTreeMap;

use super::{chillers, coolers, towers};
use crate::describe::{Fault, Place};
use crate::heat_rejection::water_loop::WaterLoop;
use crate::heat_rejection::water_loop::medium::Medium;
use crate::heat_rejection::{HeatRejection, PlantDesign, Rejection};
use crate::physics::climate_zone::Zone;
use crate::physics::fluids::Fluids;
use crate::physics::psychrometrics::MoistAir;

fn size(text: &str) -> Result<(WaterLoop, Box<dyn Rejection>), Fault> {
    let config: HeatRejection = toml::from_str(text).unwrap();
    let (all, towers) = (chillers(), towers());
    config.size(&PlantDesign {
        heat_w: 5e6,
        wet_bulb_c: 28.0,
        dry_bulb_c: 40.0,
        pressure_pa: 101_325.0,
        zone: Zone {
            number: 5,
            letter: None,
        },
        medium: Medium::WATER,
        chillers: &|name| all.get(name).cloned().ok_or_else(|| Fault::new(name, "")),
        towers: &towers,
        dry_coolers: &coolers(),
    })
}

/// Stated figures are built, whatever the halls and the weather: the reference plants of `EnergyPlus`.
#[test]
fn a_plant_as_built() {
    let water = "flow_kg_s = 39.786, pump_kw = 11.162, min_flow = 0.0, design_kw = 1000";
    let tower =
        "wet_bulb_c = 25.6, range_k = 6.0, flow_kg_s = 46.28, air_m3_s = 30.0, fan_kw = 15.0";
    // The design day: the hottest air with the wet bulb of the cell.
    let outside = MoistAir {
        dry_bulb_c: 40.0,
        wet_bulb_c: 25.6,
        humidity_ratio: 0.014_72,
        pressure_pa: 101_325.0,
    };

    let text = format!(
        "[water_cooled_chiller]\nsetpoint_c = 10.0\nchillers = 1\ncapacity_kw = 1200\nrecirculation_k = 0\ntower_approach_k = 4.0\n\
         condenser_pump_kw = 12.974\ntower = {{ {tower} }}\nwater = {{ {water} }}"
    );
    let (flow, plant) = size(&text).unwrap();
    assert_eq!(
        (flow.pump.design_w, flow.pump.minimum_flow),
        (11_162.0, 0.0)
    );
    let r = plant.reject(1.0086e6, 10.0, 166e3, &outside);
    assert!((r.pumps_w - 12_974.0).abs() < 1e-6, "{r:?}");
    // 1.0086 MW of 1.2 MW; tower at its design wet bulb and close to its design heat: full fan, 29.6 °C.
    assert!(
        (r.condenser_c - 29.6).abs() < 0.1 && (r.fans_w - 15e3).abs() < 50.0,
        "{r:?}"
    );

    let text = format!(
        "[dry_cooler]\nsetpoint_c = 35.0\nrecirculation_k = 0\ncooler = {{ ua_kw_k = 200, air_m3_s = 120, fan_kw = 30, convention = 'energyplus', \
         drive = {{ two_speed = {{ low_air_ratio = 0.5, low_ua_ratio = 0.6, low_fan_ratio = 0.16 }} }} }}\nwater = \
         {{ {water} }}"
    );
    let (_, plant) = size(&text).unwrap();
    // The case worked by hand in `dry_cooler/plant.rs`.
    let winter = MoistAir {
        dry_bulb_c: -8.2625,
        wet_bulb_c: -9.285,
        humidity_ratio: 0.0013,
        pressure_pa: 99_312.5,
    };
    let r = plant.reject(1.0104e6, 35.0, 166.33e3, &winter);
    assert!((r.fans_w - 1854.0).abs() < 4.0, "{}", r.fans_w);
}

/// PG30 around 34 °C: 8 K and 5 MW are 160.4 kg/s instead of 149.5, at 1.47 times the pump power; a stated conductance of
/// coils loses 12 %. Where the water runs over towers glycol is refused, and the cure holds.
#[test]
fn glycol_fills_a_circuit() {
    let fluids: Fluids =
        toml::from_str(include_str!("../../../assets/catalogue/fluids.toml")).unwrap();
    let medium = |text: &str| {
        let config: HeatRejection = toml::from_str(text).unwrap();
        config.medium(&fluids)
    };
    let glycol = medium("[dry_cooler]\nsetpoint_c = 30\nfluid = 'pg30'").unwrap();
    assert_eq!(
        medium("[dry_cooler]\nfluid = 'water'").unwrap(),
        Medium::WATER
    );
    let built = |medium| {
        let coolers = PlantDesign {
            medium,
            heat_w: 5e6,
            wet_bulb_c: 20.0,
            dry_bulb_c: 30.0,
            pressure_pa: 101_325.0,
            zone: Zone {
                number: 5,
                letter: None,
            },
            chillers: &|name| Err(Fault::new(name, "")),
            towers: &BTreeMap::new(),
            dry_coolers: &coolers(),
        };
        let text = "[dry_cooler]\nsetpoint_c = 30\ncooler = { ua_kw_k = 1000 }";
        let config: HeatRejection = toml::from_str(text).unwrap();
        let (water, plant) = config.size(&coolers).unwrap();
        let air = MoistAir::from_relative_humidity(20.0, 0.5, 101_325.0);
        (water, plant.capacity_w(30.0, 5e6 / 8.0, &air))
    };
    let ((water, plain_w), (pg, with_w)) = (built(Medium::WATER), built(glycol));
    assert!((water.pump.design_kg_s - 149.5).abs() < 0.1);
    assert!((pg.pump.design_kg_s - 160.4).abs() < 0.1, "{pg:?}");
    let pumping = pg.pump.design_w / water.pump.design_w;
    assert!((pumping - 1.47).abs() < 0.005, "{pumping}");
    assert!((pg.flow(5e6).w_k / water.flow(5e6).w_k - 1.0).abs() < 1e-9);
    assert!(
        with_w < 0.95 * plain_w && with_w > 0.85 * plain_w,
        "{with_w} {plain_w}"
    );
    let open = "[tower]\nplate_approach_k = 0.0\nfluid = 'pg30'";
    let fault = medium(open).unwrap_err();
    assert_eq!(fault.place, Place::Key("fluid".into()));
    assert!(fault.cure.contains("plate_approach_k"), "{fault}");
    assert!(medium(&open.replace("0.0", "2.0")).is_ok());
    assert!(
        medium("[dry_cooler]\nfluid = 'novec-649'")
            .unwrap_err()
            .cure
            .contains("pg50")
    );
}

#[test]
fn sizes_of_the_wrong_kind_are_refused() {
    for (text, expected) in [
        ("[tower]\ntower = { fan_kw = 0 }", "above zero"),
        ("[tower]\nwater = { pump_w = 1 }", "unknown field `pump_w`"),
        ("[dry_cooler]\ncooler = { ua_kw_k = -1 }", "above zero"),
        ("[air_cooled_chiller]\nspare = -1", "-1"),
        ("[water_cooled_chiller]\ncapacity_kw = nan", "above zero"),
    ] {
        let error = toml::from_str::<HeatRejection>(text)
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// Keys that could not act are refused at the key; a threshold that is not stated follows the other.
#[test]
fn keys_that_could_not_act_are_refused() {
    for (keys, place) in [
        ("tower = { cells = 4 }", "tower.cells"),
        ("tower = { least_cell_flow = 0.3 }", "tower.least_cell_flow"),
        (
            "condenser_setpoint_c = 21\ncondenser_min_c = 18",
            "condenser_min_c",
        ),
        (
            "stage_up_load = 0.8\nstage_down_load = 0.9",
            "stage_down_load",
        ),
    ] {
        let fault = size(&format!("[water_cooled_chiller]\n{keys}")).err();
        assert_eq!(fault.unwrap().place, Place::Key(place.into()), "{keys}");
    }
    for (plant, up) in [
        ("water_cooled_chiller", 0.9),
        ("air_cooled_chiller", 0.5),
        ("trim_chiller", 0.7),
    ] {
        let sized = size(&format!("[{plant}]\nstage_up_load = {up}"));
        assert!(sized.is_ok(), "{plant}");
    }
}
