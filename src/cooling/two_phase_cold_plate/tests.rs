use super::*;
use crate::cooling::{Available, WaterDesign};
use crate::describe::Place;
use crate::physics::fluids::{Fluid, Fluids};
use crate::physics::psychrometrics::MoistAir;
use proptest::prelude::*;

fn fluid(name: &str) -> Result<Fluid, Fault> {
    let mut fluids: Fluids =
        toml::from_str(include_str!("../../../assets/catalogue/fluids.toml")).unwrap();
    fluids
        .remove(name)
        .ok_or_else(|| Fault::new("no such fluid", ""))
}

const HEAT_W: f64 = 40e3;
const LIQUID_W: f64 = 32e3;

fn design() -> Design<'static> {
    Design {
        racks: 2,
        rack_heat_w: HEAT_W,
        rack_air_m3_s: 0.5,
        beside_air_m3_s: 0.0,
        rack_liquid_w: LIQUID_W,
        plate_film_k: 2.0,
        rack_mass_j_k: 250e3,
        water: WaterDesign {
            supply_c: 30.0,
            rise_k: 8.0,
        },
        room_water: Some(WaterDesign {
            supply_c: 18.0,
            rise_k: 8.0,
        }),
        air: SiteAir::default(),
        fluids: &fluid,
    }
}

fn hall() -> TwoPhaseColdPlate {
    TwoPhaseColdPlateConfig::default().size(&design()).unwrap()
}

fn input(rack_heat_w: &[f64], share: f64, water: [f64; 2], dt_s: f64) -> Input<'_> {
    let it_heat_w: f64 = rack_heat_w.iter().sum();
    Input {
        rack_heat_w,
        it_heat_w,
        liquid_heat_w: share * it_heat_w,
        air_m3_s: 1.0,
        room_heat_w: 500.0,
        water_supply_c: water[0],
        room_supply_c: water[1],
        asked: crate::cooling::Asked::All,
        outside: MoistAir::default(),
        available: Available::default(),
        dt_s,
    }
}

fn settled(hall: &TwoPhaseColdPlate, given: &Input<'_>) -> (Saturated, Output) {
    let (mut state, mut next) = (hall.initial(), hall.initial());
    let mut output = Output::default();
    for _ in 0..50 {
        output = hall.step(&state, &mut next, given);
        std::mem::swap(&mut state, &mut next);
    }
    (state, output)
}

/// By hand, R-1233zd(E) at 45 °C: latent 194.3·((165.71 − 45)/(165.71 − 18.13))^0.38 = 194.3·0.81793^0.38 = 180.0 kJ/kg
/// (`CoolProp`: 180.4), liquid 1,212.9 kg/m³ between 40 and 50 °C. Half of the flow leaves as vapour: 64 kW/(0.5·180.0 kJ/kg) =
/// 0.7111 kg/s = 0.5863 L/s, which 250 kPa at 40 % lift for 366.4 W. The condenser is sized for 64.37 kW with water of
/// 45 − 5 − 8 = 32 °C: ε = 8/13, 64.37 kW/13 K = 4,951 W/K. Over 30 °C the valve holds 45 °C at full load; over 40 °C the loop
/// floats to 40 + 13 = 53 °C. 64 kg of charge lose 1.28 kg a year.
#[test]
fn a_loaded_hall_holds_its_saturation_and_floats_over_warm_water() {
    let hall = hall();
    assert!((hall.pump_w - 366.4).abs() < 0.3, "{hall:?}");
    for (water_c, loop_c) in [(30.0, 45.0), (40.0, 53.0)] {
        let (state, output) = settled(&hall, &input(&[HEAT_W; 2], 0.8, [water_c, 18.0], 3600.0));
        assert!((state.loop_c - loop_c).abs() < 0.01, "{state:?}");
        assert_eq!(state.short_j, 0.0);
        assert!(
            (output.heat_to_water_w - 64_366.0).abs() < 1.0,
            "{output:?}"
        );
        assert!((output.vapour_kg_s * 365.0 * units::DAY_S - 1.28).abs() < 1e-9);
        let room_w = 16_500.0 + output.hall_fans_w;
        assert!(
            (output.heat_to_room_water_w - room_w).abs() < 1.0,
            "{output:?}"
        );
    }
}

/// By hand, pumps out at full load: 0.05 kg/kW of liquid are 3.2 kg, 576 kJ, which 64 kW boil away in 9.0 s; then 64 plates of
/// 0.4 kJ/K warm by 2.5 K/s, 15 K after another 6 s. All heat but that still leaves as vapour. Back at full flow the plates
/// lose 1.6 − 1 of the heat: 15 K in 10 s, and the loop has its charge back in another 15.
#[test]
fn without_pumps_plates_dry_out_within_seconds() {
    let hall = hall();
    let mut next = hall.initial();
    let mut stopped = input(&[HEAT_W; 2], 0.8, [30.0, 18.0], 15.0);
    stopped.available.pump = 0.0;
    let output = hall.step(&hall.initial(), &mut next, &stopped);
    let dry_k = hall.dry_k(next.short_j);
    assert!((dry_k - 15.0).abs() < 0.02, "{next:?} {dry_k}");
    assert_eq!(output.cdu_pumps_w, 0.0);
    let mut racks = [0.0; 2];
    let (low_c, _) = hall.rack_coolant_c(&next, &mut racks);
    assert!((low_c - next.loop_c - dry_k).abs() < 1e-9 && racks[1] == low_c);
    let back = input(&[HEAT_W; 2], 0.8, [30.0, 18.0], 10.0);
    let mut after = hall.initial();
    hall.step(&next, &mut after, &back);
    assert!(
        hall.dry_k(after.short_j) < 0.05 && after.short_j > 0.95 * hall.held_j,
        "{after:?}"
    );
    let wet = Input { dt_s: 15.1, ..back };
    hall.step(&after.clone(), &mut after, &wet);
    assert_eq!(after.short_j, 0.0);
}

/// Half of the pumps carry 0.5·0.8/0.5 = 80 % of the full heat: plates stay wet at 70 % of the load and dry at all of it.
#[test]
fn half_the_pumps_wet_the_plates_up_to_four_fifths_of_the_load() {
    let hall = hall();
    for (load, dry) in [(0.7, false), (1.0, true)] {
        let heat = [HEAT_W * load; 2];
        let mut given = input(&heat, 0.8, [30.0, 18.0], 60.0);
        given.available.pump = 0.5;
        let mut next = hall.initial();
        hall.step(&hall.initial(), &mut next, &given);
        assert_eq!(hall.dry_k(next.short_j) > 0.0, dry, "{load} {next:?}");
    }
}

/// A closed loop has a pressure of its own: on a mountain it holds the same temperature with the same water and pumps.
#[test]
fn altitude_reaches_the_room_only() {
    let high = Design {
        air: SiteAir::standard(2600.0),
        ..design()
    };
    let (low, high) = (
        hall(),
        TwoPhaseColdPlateConfig::default().size(&high).unwrap(),
    );
    let given = input(&[HEAT_W; 2], 0.8, [30.0, 18.0], 600.0);
    let (low, high) = (settled(&low, &given), settled(&high, &given));
    assert_eq!(low.0.loop_c, high.0.loop_c);
    assert_eq!(low.1.heat_to_water_w, high.1.heat_to_water_w);
    assert!(high.1.hall_fans_w > 1.1 * low.1.hall_fans_w);
}

/// R-1234ze(E) at 45 °C by hand: 195.62·((109.36 − 45)/(109.36 + 18.97))^0.38 = 195.62·0.7693 = 150.5 kJ/kg: 0.8505 kg/s of
/// 1,092.7 kg/m³ and 486.5 W of pumps, a third more than for R-1233zd(E).
#[test]
fn another_refrigerant_takes_another_flow() {
    let config = TwoPhaseColdPlateConfig {
        fluid: "r1234ze-e".into(),
        ..TwoPhaseColdPlateConfig::default()
    };
    let hall = config.size(&design()).unwrap();
    assert!((hall.pump_w - 486.5).abs() < 0.5, "{}", hall.pump_w);
    let bounds = config.bounds(&SiteAir::default(), 60.0, &fluid).unwrap();
    assert!(bounds.contains("absolute at 45.0 °C"), "{bounds}");
}

#[test]
fn what_does_not_fit_is_refused_at_its_key() {
    let config = TwoPhaseColdPlateConfig::default;
    let refused = |config: TwoPhaseColdPlateConfig, design: &Design<'_>, key: &str, cure: &str| {
        let fault = config.size(design).unwrap_err();
        assert_eq!(fault.place, Place::Key(key.into()), "{fault}");
        assert!(fault.cure.contains(cure), "{fault}");
    };
    let warm = |supply_c| Design {
        water: WaterDesign {
            supply_c,
            rise_k: 8.0,
        },
        ..design()
    };
    let cured = "raise saturation_c to 46.0 or set setpoint_c of its plant to 32.0";
    refused(config(), &warm(33.0), "saturation_c", cured);
    let raised = TwoPhaseColdPlateConfig {
        saturation_c: 46.0,
        ..config()
    };
    assert!(raised.size(&warm(33.0)).is_ok() && config().size(&warm(32.0)).is_ok());
    let dry = TwoPhaseColdPlateConfig {
        exit_quality: 0.9,
        ..config()
    };
    refused(dry, &design(), "exit_quality", "set exit_quality to 0.48");
    let oil = TwoPhaseColdPlateConfig {
        fluid: "mineral-oil".into(),
        ..config()
    };
    refused(oil, &design(), "fluid", "boiling point");
    let near = TwoPhaseColdPlateConfig {
        fluid: "r1234ze-e".into(),
        max_saturation_c: 95.0,
        ..config()
    };
    refused(near, &design(), "max_saturation_c", "use 89 or less");
    let mut one_circuit = design();
    one_circuit.room_water = None;
    refused(
        config(),
        &one_circuit,
        "room.supply_c",
        "set setpoint_c of its plant to 18.0",
    );
}

proptest! {
    /// Heat in = heat out + heat stored, for every start, load, split, water, step and share of the machines.
    #[test]
    fn energy_closes(start in 15.0..70.0f64, short in 0.0..4e6f64, heat in prop::collection::vec(100.0..60e3f64, 2),
                     share in 0.0..1.0f64, water in 5.0..50.0f64, dt in 1.0..3600.0f64,
                     pump in 0.0..1.0f64, fans in 0.0..1.0f64) {
        let spec = hall();
        let state = Saturated { loop_c: start, short_j: short, ..spec.initial() };
        let mut next = spec.initial();
        let mut given = input(&heat, share, [water, 18.0], dt);
        given.available = Available { fans, pump };
        let output = spec.step(&state, &mut next, &given);
        let in_w = given.it_heat_w + given.room_heat_w + output.hall_fans_w + output.cdu_pumps_w;
        let out_w = output.heat_to_water_w + output.heat_to_room_water_w + output.heat_to_ambient_w;
        let scale = in_w + out_w.abs() + output.stored_w.abs();
        prop_assert!((in_w - out_w - output.stored_w).abs() < 1e-7 * scale, "{output:?}");
        prop_assert!(output.heat_to_water_w > -1e-6 * scale, "{output:?}");
        // What the plates keep is what warmed their metal.
        let metal_j = spec.plates_j_k * (spec.dry_k(next.short_j) - spec.dry_k(state.short_j));
        let loop_j = spec.loop_j_k * (next.loop_c - start);
        let out_j = (output.heat_to_water_w - output.cdu_pumps_w) * dt;
        prop_assert!((share * given.it_heat_w * dt - metal_j - loop_j - out_j).abs() < 1e-7 * scale * dt);
    }

    /// Two half steps land where one whole step does; warmer water, more heat and fewer pumps never leave the plates cooler.
    #[test]
    fn steps_add_up_and_cooling_is_monotone(start in 15.0..70.0f64, short in 0.0..4e6f64, heat in 100.0..60e3f64,
                                            water in 5.0..50.0f64, dt in 1.0..3600.0f64, pump in 0.0..1.0f64) {
        let spec = hall();
        let from = Saturated { loop_c: start, short_j: short, ..spec.initial() };
        let step = |state: &Saturated, heat: f64, water: f64, dt: f64, pump: f64| {
            let mut next = spec.initial();
            let racks = [heat; 2];
            let mut given = input(&racks, 0.8, [water, 18.0], dt);
            given.available.pump = pump;
            spec.step(state, &mut next, &given);
            next
        };
        let whole = step(&from, heat, water, dt, pump);
        let halves = step(&step(&from, heat, water, dt / 2.0, pump), heat, water, dt / 2.0, pump);
        prop_assert!((whole.loop_c - halves.loop_c).abs() < 1e-6, "{whole:?} {halves:?}");
        prop_assert!((whole.short_j - halves.short_j).abs() < 1e-6 * (1.0 + short + heat * dt), "{whole:?} {halves:?}");
        prop_assert!(step(&from, heat, water + 1.0, dt, pump).loop_c >= whole.loop_c - 1e-9);
        prop_assert!(step(&from, heat, water, dt, 0.9 * pump).short_j >= whole.short_j - 1e-6);
    }
}
