use super::*;
use crate::cooling::{Available, WaterDesign};
use crate::physics::fluids::{Fluid, Fluids};
use crate::physics::psychrometrics::MoistAir;
use crate::physics::site_air::SiteAir;
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

fn hall() -> ColdPlate {
    ColdPlateConfig::default().size(&design()).unwrap()
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

/// By hand: 1.5 L/min for each of 64 kW are 1.6e-3 m³/s; PG25 at 34 °C (1012.96 kg/m³, 3954.3 J/kgK, interpolated)
/// carries 6,409 W/K; 400 kPa at 50 % take 1,280 W. Coolant leaves at 34 + 65,280/6,409 = 44.186 °C, plates meet
/// 34 + 0.5·32,000/3,204 = 38.99 °C, and the room gets 16 kW, the distribution's 0.5 kW and its fans.
#[test]
fn a_loaded_hall_settles_at_its_design_rise() {
    let hall = hall();
    let (mut state, mut next) = (hall.initial(), hall.initial());
    let mut output = Output::default();
    let racks = [HEAT_W; 2];
    for _ in 0..50 {
        output = hall.step(&state, &mut next, &input(&racks, 0.8, [30.0, 18.0], 3600.0));
        std::mem::swap(&mut state, &mut next);
    }
    assert!((output.cdu_pumps_w - 1280.0).abs() < 0.1, "{output:?}");
    assert!((state.return_c - 44.186).abs() < 0.01, "{state:?}");
    assert!((state.mean_c[0] - 38.993).abs() < 0.01, "{state:?}");
    assert!((output.heat_to_water_w - 65_280.0).abs() < 1.0);
    let room_w = 16_500.0 + output.hall_fans_w;
    assert!(
        (output.heat_to_room_water_w - room_w).abs() < 1.0,
        "{output:?}"
    );
}

/// By hand at half load: half the flow at 0.7 + 0.3·0.5² of the pressure, 1280·0.5·0.775 = 496 W; with the flow alone controlled
/// 1280/8 = 160 W. The film in the plates, 2 K at full load, is 2^(1/3) times as thick: 2·0.5·0.26 = 0.26 K above half the rise,
/// 34 + 0.5·16,000/1,602 + 0.26 = 39.25 °C. With half of its pumps the full load gets that flow: 34 + 9.99 + 0.52 °C.
#[test]
fn pumps_and_plates_follow_the_flow() {
    let settled = |hall: &ColdPlate, heat_w: f64, pump: f64| {
        let (mut state, mut next) = (hall.initial(), hall.initial());
        let mut output = Output::default();
        let racks = [heat_w; 2];
        let mut given = input(&racks, 0.8, [30.0, 18.0], 3600.0);
        given.available.pump = pump;
        for _ in 0..50 {
            output = hall.step(&state, &mut next, &given);
            std::mem::swap(&mut state, &mut next);
        }
        (output.cdu_pumps_w, state.mean_c[0], output.supply_c)
    };
    let flow = ColdPlateConfig {
        held_pressure_share: 0.0,
        ..ColdPlateConfig::default()
    };
    let flow = flow.size(&design()).unwrap();
    for (hall, pumps_w) in [(hall(), 496.0), (flow, 160.0)] {
        let (pump_w, mean_c, _) = settled(&hall, 0.5 * HEAT_W, 1.0);
        assert!((pump_w - pumps_w).abs() < 0.1, "{pump_w}");
        assert!((mean_c - 39.253).abs() < 0.005, "{mean_c}");
    }
    let (_, mean_c, supply_c) = settled(&hall(), HEAT_W, 0.5);
    assert!(
        (mean_c - supply_c - 10.506).abs() < 0.01,
        "{mean_c} {supply_c}"
    );
}

/// By hand, pump off: 64 kW warm the 25.6 L in the racks (102.5 kJ/K of 512.7) by 12.48 K in 20 s; the rest of the loop stays.
/// What is left of the film, that of 5 % of the flow, makes the plates 2·(20^(1/3) − 1) = 3.43 K warmer.
#[test]
fn without_its_pump_the_coolant_in_the_racks_warms() {
    let hall = hall();
    let mut next = hall.initial();
    let mut stopped = input(&[HEAT_W; 2], 0.8, [30.0, 18.0], 20.0);
    stopped.available.pump = 0.0;
    let output = hall.step(&hall.initial(), &mut next, &stopped);
    assert!((next.return_c - 34.0 - 12.48).abs() < 0.01, "{next:?}");
    assert_eq!(next.supply_c, 34.0);
    assert_eq!(
        (output.heat_to_water_w.round(), output.cdu_pumps_w),
        (0.0, 0.0)
    );
    assert!((next.mean_c[0] - next.return_c - 3.429).abs() < 1e-3);
}

/// By hand, water too warm to take anything: the coolant comes back at 44.086 °C, and at first the 410 kJ/K of the loop
/// between racks and racks give 34 °C; 20 s of 6.41 kW/K·10.1 K warm them by about 10.1·(1 − e^(−20/64)) = 2.7 K.
#[test]
fn the_loop_carries_on_without_water() {
    let hall = hall();
    let (mut state, mut next) = (hall.initial(), hall.initial());
    for _ in 0..50 {
        hall.step(
            &state,
            &mut next,
            &input(&[HEAT_W; 2], 0.8, [30.0, 18.0], 3600.0),
        );
        std::mem::swap(&mut state, &mut next);
    }
    hall.step(
        &state,
        &mut next,
        &input(&[HEAT_W; 2], 0.8, [90.0, 18.0], 20.0),
    );
    let warmer_k = next.supply_c - state.supply_c;
    assert!((2.5..3.1).contains(&warmer_k), "{warmer_k}");
}

#[test]
fn water_too_warm_is_refused_with_the_cure() {
    let refused = |config: ColdPlateConfig, expected: &str| {
        let error = config.size(&design()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    let config = ColdPlateConfig::default;
    refused(
        ColdPlateConfig {
            supply_c: 30.0,
            ..config()
        },
        "raise supply_c to 34.0",
    );
    refused(
        ColdPlateConfig {
            water_class: Some(WaterClass::W27),
            ..config()
        },
        "\"W27\" allows (27 °C)",
    );
    let mut warm = design();
    warm.room_water = None;
    let error = config().size(&warm).unwrap_err().to_string();
    assert!(
        error.starts_with("room air: facility water of 30.0"),
        "{error}"
    );
}

proptest! {
    /// Heat in = heat out + heat stored, for every start, load, split, water, step and share of the machines.
    #[test]
    fn energy_closes(start in 15.0..70.0f64, supply in 15.0..70.0f64, hot in 15.0..60.0f64, heat in prop::collection::vec(100.0..60e3f64, 2),
                     share in 0.0..1.0f64, water in 5.0..50.0f64, chilled in 5.0..30.0f64, dt in 1.0..3600.0f64,
                     pump in 0.0..1.0f64, fans in 0.0..1.0f64) {
        let spec = hall();
        let mut state = spec.initial();
        (state.return_c, state.supply_c) = (start, supply);
        state.room.set_hot_c(hot);
        let mut next = spec.initial();
        let mut given = input(&heat, share, [water, chilled], dt);
        given.available = Available { fans, pump };
        let output = spec.step(&state, &mut next, &given);
        let in_w = given.it_heat_w + given.room_heat_w + output.hall_fans_w + output.cdu_pumps_w;
        let out_w = output.heat_to_water_w + output.heat_to_room_water_w + output.heat_to_ambient_w;
        let scale = in_w + out_w.abs() + output.stored_w.abs();
        prop_assert!((in_w - out_w - output.stored_w).abs() < 1e-7 * scale, "{output:?}");
        prop_assert!(output.heat_to_water_w > -1e-6 * scale);
        // Each circuit is its own affair within the step.
        let mut other = given;
        other.room_supply_c += 3.0;
        let warmer = spec.step(&state, &mut next, &other);
        prop_assert_eq!(warmer.heat_to_water_w, output.heat_to_water_w);
        prop_assert!(warmer.heat_to_room_water_w <= output.heat_to_room_water_w + 1e-6 * scale);
    }

    /// Fifteen steps land where one long step does, and warmer water never leaves cooler coolant.
    #[test]
    fn step_size_does_not_matter_and_water_does(start in 15.0..70.0f64, supply in 15.0..70.0f64, heat in 100.0..60e3f64, water in 5.0..50.0f64,
                                                pump in 0.0..1.0f64, long in 0usize..4) {
        let dt = [60.0, 300.0, 900.0, 3600.0][long];
        let spec = hall();
        let from = Loop { return_c: start, supply_c: supply, ..spec.initial() };
        let step = |state: &Loop, water: f64, dt: f64| {
            let mut next = spec.initial();
            let racks = [heat; 2];
            let mut given = input(&racks, 0.8, [water, 18.0], dt);
            given.available.pump = if pump < 0.2 { 0.0 } else { pump };
            spec.step(state, &mut next, &given);
            next
        };
        let whole = step(&from, water, dt);
        let parts = (0..15).fold(from.clone(), |state, _| step(&state, water, dt / 15.0));
        prop_assert!((whole.return_c - parts.return_c).abs() < 1e-7, "{whole:?} {parts:?}");
        prop_assert!((whole.supply_c - parts.supply_c).abs() < 1e-7, "{whole:?} {parts:?}");
        prop_assert!(step(&from, water + 1.0, dt).return_c >= whole.return_c - 1e-9);
    }

    /// A room on a circuit of its own: asked for one after the other, plates and room come out as asked for at once.
    #[test]
    fn circuits_asked_for_in_turn_are_as_all_at_once(start in 15.0..70.0f64, heat in 100.0..60e3f64, water in 5.0..50.0f64,
                                                     room_water in 5.0..30.0f64) {
        let spec = hall();
        let from = Loop { return_c: start, ..spec.initial() };
        let (mut all, mut in_turn) = (spec.initial(), spec.initial());
        let racks = [heat; 2];
        let given = |asked, room_c| Input { asked, ..input(&racks, 0.8, [water, room_c], 60.0) };
        let at_once = spec.step(&from, &mut all, &given(Asked::All, room_water));
        spec.step(&from, &mut in_turn, &given(Asked::Main, 18.0));
        for room_c in [18.0, room_water] {
            let last = spec.step(&from, &mut in_turn, &given(Asked::Room, room_c));
            prop_assert!(room_c != room_water || last == at_once, "{last:?} {at_once:?}");
        }
        prop_assert_eq!(all, in_turn);
    }
}

/// Pumps as above, 1,280 W at full flow.
#[test]
fn coolant_distribution_says_its_size() {
    let said = hall().sizes().unwrap();
    let expected = "coolant distribution units for 64 kW, pumps 1.3 kW; CRAH units: ";
    assert!(said.starts_with(expected), "{said}");
}
