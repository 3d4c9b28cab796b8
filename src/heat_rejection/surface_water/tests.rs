use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::describe::Place;
use crate::heat_rejection::rejection::Outdoors;
use crate::heat_rejection::water_loop::medium::Medium;
use crate::physics::climate_zone::Zone;

/// Facility water of the plants below at design: 1 MW at 8 K.
const FACILITY_W_K: f64 = 125e3;

fn table(text: &str) -> SurfaceWater {
    toml::from_str(text).unwrap()
}

fn size(text: &str) -> Result<SurfaceWaterPlant, Fault> {
    table(text).size(&PlantDesign {
        heat_w: 1e6,
        wet_bulb_c: 24.0,
        dry_bulb_c: 36.0,
        pressure_pa: 101_325.0,
        zone: Zone {
            number: 5,
            letter: None,
        },
        medium: Medium::WATER,
        chillers: &|name| Err(Fault::new(name, "")),
        towers: &BTreeMap::new(),
        dry_coolers: &BTreeMap::new(),
    })
}

fn air() -> MoistAir {
    MoistAir::from_relative_humidity(20.0, 0.5, 101_325.0)
}

/// The plant at an hour of the year.
fn at(mut plant: SurfaceWaterPlant, hour_of_year: f64) -> SurfaceWaterPlant {
    plant.decide(&StepRequest {
        heat_w: 1e6,
        supply_c: 24.0,
        flow_w_k: FACILITY_W_K,
        outdoors: &Outdoors {
            air: air(),
            hour_of_year,
        },
        dt_s: 60.0,
    });
    plant
}

/// Noon of 15 August.
const WARMEST_H: f64 = 226.5 * 24.0;
/// Half a year before, and a quarter.
const COLDEST_H: f64 = WARMEST_H - 4380.0;
const SPRING_H: f64 = WARMEST_H - 2190.0;

/// 12 ± 8 °C: 20 °C on 15 August, 4 °C half a year before, 12 °C between. Sea water of 35 g/kg freezes at −1.89 °C.
#[test]
fn the_year_of_the_water_by_hand() {
    let lake = SurfaceWater::default();
    for (hour, expected_c) in [(WARMEST_H, 20.0), (COLDEST_H, 4.0), (SPRING_H, 12.0)] {
        assert!((lake.source_c(hour) - expected_c).abs() < 1e-9, "{hour}");
        assert!((at(size("").unwrap(), hour).source_c - expected_c).abs() < 1e-9);
    }
    assert!((lake.source_c(0.0) - lake.source_c(YEAR_H)).abs() < 1e-9);
    let sea = table("mean_c = 1\nswing_k = 4\nsalinity_g_kg = 35");
    assert!((sea.source_c(COLDEST_H) + 1.89).abs() < 1e-9);
}

/// 150 kPa over 997.1 kg/m³ and 0.7 are 214.91 J/kg of shaft work. 6 K of 4,181 J/(kg·K) less that are 24,871 J/kg: 1 MW takes
/// 40.207 kg/s at 40.207·150.44/0.644 = 9,392 W. At 20 °C it enters the plate with 20.0514 °C; 1 MW from 30 °C to there is G
/// = 100.517 kW/K. At 22 °C of supply the plate and the permit carry 1 MW; at 21 °C the plate 100.517·0.9486/(1 −
/// 100.517/125) = 486.8 kW; at 20.05 °C nothing.
#[test]
fn capacity_and_pump_by_hand() {
    let plant = at(size("").unwrap(), WARMEST_H);
    assert!((plant.pump.design_kg_s - 40.207).abs() < 1e-3);
    assert!((plant.pump.design_w - 9392.3).abs() < 0.5);
    let capacity_w = |supply_c: f64| plant.capacity_w(supply_c, FACILITY_W_K, &air());
    assert!((capacity_w(22.0) - 1e6).abs() < 1.0, "{}", capacity_w(22.0));
    assert!((capacity_w(21.0) - 486.8e3).abs() < 100.0);
    assert_eq!(capacity_w(20.05), 0.0);
    let r = plant.reject(1e6, 22.0, FACILITY_W_K, &air());
    assert!((r.pumps_w - 9392.3).abs() < 0.5 && (r.water.once_through_kg_s - 40.207).abs() < 1e-3);
    assert_eq!((r.condenser_c, r.water.makeup_kg_s), (20.0, 0.0));
}

/// 0.5 MW from 24 °C into water of 4 °C: the plate could do with less, the permit of 6 K needs x with 1,008,641·x −
/// 8,641·(0.2·x + 0.8·x³) = 500,000: x = 0.49741, 20.0 kg/s, 9,392.3·(0.2·x + 0.8·x³) = 1,859 W.
#[test]
fn the_permit_sets_the_flow_by_hand() {
    let plant = at(size("").unwrap(), COLDEST_H);
    let r = plant.reject(0.5e6, 24.0, FACILITY_W_K, &air());
    assert!((r.water.once_through_kg_s - 20.0).abs() < 1e-3, "{r:?}");
    assert!((r.pumps_w - 1859.1).abs() < 0.5, "{r:?}");
    let rise_k = (0.5e6 + 0.92 * r.pumps_w) / (r.water.once_through_kg_s * 4181.0);
    assert!((rise_k - 6.0).abs() < 1e-6, "{rise_k}");
    // A permit of 15 K lets the plate decide the flow: less water for the same heat.
    let wide = at(
        size("max_rise_k = 15\nflow_kg_s = 40.207").unwrap(),
        COLDEST_H,
    );
    let wide = wide.reject(0.5e6, 24.0, FACILITY_W_K, &air());
    assert!(wide.water.once_through_kg_s < 0.6 * r.water.once_through_kg_s);
}

/// 40.207 kg/s that may leave at 24 °C and come with 20 °C: 40.207·(4,181·4 − 214.9) = 663.8 kW. With the flow not stated the
/// pumps are sized for these 4 K; with water of 23 °C nothing is left in August, and in February all of it is.
#[test]
fn the_discharge_limit_binds_by_hand() {
    let limit = "max_discharge_c = 24\n";
    let built = size(&format!("{limit}flow_kg_s = 40.2073")).unwrap();
    let most_w = at(built.clone(), WARMEST_H).capacity_w(22.0, FACILITY_W_K, &air());
    assert!((most_w - 663.8e3).abs() < 50.0, "{most_w}");
    let sized = size(limit).unwrap();
    assert!((sized.pump.design_kg_s - 1e6 / 16_509.1).abs() < 1e-3);
    let most_w = at(sized, WARMEST_H).capacity_w(22.0, FACILITY_W_K, &air());
    assert!((most_w - 1e6).abs() < 1.0, "{most_w}");
    let warm = "max_discharge_c = 20\nmean_c = 12\n";
    let fault = size(warm).unwrap_err();
    assert_eq!(fault.place, Place::Key("max_discharge_c".into()));
    let stopped = size(&format!("{warm}flow_kg_s = 40.2073")).unwrap();
    let most_w = |hour| at(stopped.clone(), hour).capacity_w(24.0, FACILITY_W_K, &air());
    assert_eq!(most_w(WARMEST_H), 0.0);
    // The pumps stand then, whatever rounding leaves to reject.
    let r = at(stopped.clone(), WARMEST_H).reject(1e-6, 24.0, FACILITY_W_K, &air());
    assert_eq!((r.pumps_w, r.water.once_through_kg_s), (0.0, 0.0));
    assert_eq!(r.heat_to_ambient_w, 1e-6);
    assert!(
        (most_w(COLDEST_H) - 1e6).abs() < 10.0,
        "{}",
        most_w(COLDEST_H)
    );
}

#[test]
fn what_cannot_be_built_is_refused_at_its_key() {
    for (text, key) in [
        ("static_kpa = 200", "static_kpa"),
        ("approach_k = 0.2\nmax_rise_k = 10", "approach_k"),
        ("max_discharge_c = 19", "max_discharge_c"),
    ] {
        assert_eq!(
            size(text).unwrap_err().place,
            Place::Key(key.into()),
            "{text}"
        );
    }
    assert!(toml::from_str::<SurfaceWater>("depth_m = 30").is_err());
}

/// Source water that leaves a plate warmer than facility water comes, or that the pumps warm beyond the approach: what the
/// message says makes a plate.
#[test]
fn the_cure_of_a_plate_that_cannot_be_built_builds_it() {
    for (text, key, part) in [
        (
            "approach_k = 0.2\nmax_rise_k = 10",
            "max_rise_k",
            "set max_rise_k to ",
        ),
        (
            "approach_k = 2\nmax_rise_k = 20",
            "max_rise_k",
            "set max_rise_k to ",
        ),
        ("flow_kg_s = 12", "flow_kg_s", "raise flow_kg_s to "),
        ("flow_kg_s = 0.01", "flow_kg_s", "raise flow_kg_s to "),
        ("head_kpa = 2000\nmax_rise_k = 6", "approach_k", "use "),
    ] {
        let text = if key == "approach_k" {
            format!("{text}\napproach_k = 0.5")
        } else {
            text.into()
        };
        let cure = size(&text).unwrap_err().cure;
        let figure = cure
            .split(part)
            .nth(1)
            .unwrap_or_else(|| panic!("{text}: {cure}"));
        let figure = figure.split(' ').next().unwrap();
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with(key)).collect();
        let cured = size(&format!("{}\n{key} = {figure}", kept.join("\n")));
        assert!(cured.is_ok(), "{text}: {cure}: {:?}", cured.err());
    }
}

proptest! {
    /// Whatever the season and the pumps that run: the permit holds, energy closes, warmer supply never carries less, and
    /// more heat never takes less water.
    #[test]
    fn the_permit_holds(
        hour in 0.0..8760.0f64, supply_c in 2.0..45.0f64, warmer_k in 0.0..10.0f64, load in 0.01..1.0f64, pumps in 0.1..=1.0f64,
        flow_w_k in 25e3..200e3f64, discharge_c in 21.0..40.0f64
    ) {
        let mut plant = at(size(&format!("max_discharge_c = {discharge_c:.3}")).unwrap(), hour);
        plant.set_available(&Available { pumps, ..Available::default() });
        let most_w = plant.capacity_w(supply_c, flow_w_k, &air());
        prop_assert!(plant.capacity_w(supply_c + warmer_k, flow_w_k, &air()) >= most_w);
        prop_assume!(most_w > 1.0);
        let heat_w = load * most_w;
        let r = plant.reject(heat_w, supply_c, flow_w_k, &air());
        prop_assert!((r.heat_to_ambient_w - heat_w - r.pumps_w).abs() < 1e-9 * heat_w);
        let rise_k = (heat_w + 0.92 * r.pumps_w) / (r.water.once_through_kg_s * 4181.0);
        prop_assert!(rise_k <= plant.allowed_k + 1e-6, "{rise_k} {}", plant.allowed_k);
        prop_assert!(supply_c >= plant.source_c);
        let more = plant.reject((heat_w * 1.1).min(most_w), supply_c, flow_w_k, &air());
        prop_assert!(more.water.once_through_kg_s >= r.water.once_through_kg_s * (1.0 - 1e-6));
        prop_assert_eq!(plant.reject(0.0, supply_c, flow_w_k, &air()).electric_w(), 0.0);
    }
}
