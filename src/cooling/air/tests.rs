use super::config::RACKS_PER_ROW;
use super::*;
use crate::cooling::Design;
use crate::cooling::{Available, WaterDesign};
use crate::describe::Fault;
use crate::physics::psychrometrics::MoistAir;
use crate::physics::site_air::SiteAir;
use proptest::prelude::*;

mod altitude;
mod density;

const RACKS: usize = 20;
pub(super) const HEAT_W: f64 = 20e3 * RACKS as f64;
pub(super) const AIR_M3_S: f64 = 1.4 * RACKS as f64;

pub(super) fn design() -> Design<'static> {
    Design {
        racks: RACKS,
        rack_heat_w: 20e3,
        rack_air_m3_s: 1.4,
        beside_air_m3_s: 0.0,
        rack_mass_j_k: 200e3,
        rack_liquid_w: 0.0,
        plate_film_k: 0.0,
        water: WaterDesign {
            supply_c: 18.0,
            rise_k: 8.0,
        },
        room_water: None,
        air: SiteAir::default(),
        fluids: &|_| Err(Fault::new("", "")),
    }
}

fn room() -> Air {
    AirConfig::default().size(&design()).unwrap()
}

pub(super) fn input(heat_w: f64, air_m3_s: f64, water_supply_c: f64, dt_s: f64) -> Input<'static> {
    Input {
        rack_heat_w: &[],
        it_heat_w: heat_w,
        air_m3_s,
        room_heat_w: 0.0,
        water_supply_c,
        room_supply_c: water_supply_c,
        asked: crate::cooling::Asked::All,
        outside: MoistAir::default(),
        available: Available::default(),
        liquid_heat_w: 0.0,
        dt_s,
    }
}

/// By hand, hot-aisle containment (r = 0.07, b = 0.08): servers move 28 m³/s, CRAHs 28·0.93/0.92 = 28.304 of
/// 33.965 m³/s installed, speed 0.8333; fans 350·33.965/0.6·0.8333^2.7 = 12,110 W. Heat 412.11 kW over
/// 28·0.93·1.184·1006 = 31,016 W/K: hot air 13.287 K above supply; inlet 0.07·13.287 = 0.930 K above.
#[test]
fn a_loaded_room_settles_where_the_two_parameter_model_says() {
    let air = room();
    let (mut state, mut next) = (air.initial(), air.initial());
    let mut output = Output::default();
    for _ in 0..200 {
        output = air.step(&state, &mut next, &input(HEAT_W, AIR_M3_S, 18.0, 600.0));
        state = next;
    }
    assert!((output.hall_fans_w - 12_110.0).abs() < 5.0, "{output:?}");
    assert!((output.supply_c - 24.0).abs() < 1e-6, "{output:?}");
    assert!((state.hot_c - 24.0 - 13.287).abs() < 0.002, "{state:?}");
    assert!((output.heat_to_water_w - HEAT_W - output.hall_fans_w).abs() < 1.0);
    let mut inlets = vec![0.0; RACKS];
    let (low, high) = air.rack_coolant_c(&state, &mut inlets);
    let row = &inlets[..RACKS_PER_ROW];
    let mean = row.iter().sum::<f64>() / row.len() as f64;
    assert!((mean - 24.930).abs() < 0.001, "{mean}");
    assert!(
        low < mean && mean < high && high - low < 1.5,
        "{low} {high}"
    );
}

/// Worse containment moves more air and gives warmer inlets.
#[test]
fn open_aisles_cost_fan_power_and_inlet_temperature() {
    let open = AirConfig {
        containment: Containment::None,
        ..AirConfig::default()
    };
    let (contained, open) = (room(), open.size(&design()).unwrap());
    assert!(open.fan_w > 1.2 * contained.fan_w);
    assert!(open.recirculation > contained.recirculation);
}

#[test]
fn water_too_warm_for_the_supply_air_is_refused_with_the_cure() {
    let warm = Design {
        water: WaterDesign {
            supply_c: 22.0,
            rise_k: 8.0,
        },
        ..design()
    };
    let error = AirConfig::default().size(&warm).unwrap_err().to_string();
    assert!(error.contains("raise supply_c to 28.0"), "{error}");
}

proptest! {
    /// Heat in = heat out + heat stored, for every start, load, water and step.
    #[test]
    fn energy_closes(hot in 15.0..60.0f64, mass in 15.0..60.0f64, metal in 15.0..70.0f64, heat in 0.0..1.2 * HEAT_W, air in 0.5..1.2 * AIR_M3_S,
                     water in 5.0..40.0f64, dt in 1.0..3600.0f64) {
        let spec = room();
        let state = Room { hot_c: hot, mass_c: mass, metal_c: metal, supply_c: 24.0, ..spec.initial() };
        let mut next = state;
        let output = spec.step(&state, &mut next, &input(heat, air, water, dt));
        let stored = (spec.masses.air_j_k * (next.hot_c - hot) + spec.masses.structure_j_k * (next.mass_c - mass)
            + spec.masses.metal_j_k * (next.metal_c - metal)) / dt;
        let given = heat + output.hall_fans_w;
        let scale = given + output.heat_to_water_w.abs() + stored.abs();
        prop_assert!((given - output.heat_to_water_w - stored).abs() < 1e-7 * scale);
        prop_assert!(output.heat_to_water_w > -1e-6 * scale);
        prop_assert!(next.supply_c <= next.hot_c + 1e-9);
    }

    /// Fifteen steps land where one long step does; where the binding limit changes inside, to a millikelvin.
    #[test]
    fn the_step_size_does_not_matter(hot in 24.0..60.0f64, mass in 24.0..60.0f64, metal in 24.0..80.0f64, heat in 0.0..1.2 * HEAT_W,
                                     water in 5.0..40.0f64, long in 0usize..4) {
        let dt = [60.0, 300.0, 900.0, 3600.0][long];
        let spec = room();
        let from = Room { hot_c: hot, mass_c: mass, metal_c: metal, supply_c: 24.0, ..spec.initial() };
        let step = |state: &Room, dt| {
            let mut next = *state;
            spec.step(state, &mut next, &input(heat, AIR_M3_S, water, dt));
            next
        };
        let whole = step(&from, dt);
        let parts = (0..15).fold(from, |state, _| step(&state, dt / 15.0));
        prop_assert!((whole.hot_c - parts.hot_c).abs() < 1e-3, "{whole:?} {parts:?}");
        prop_assert!((whole.mass_c - parts.mass_c).abs() < 1e-3, "{whole:?} {parts:?}");
        prop_assert!((whole.metal_c - parts.metal_c).abs() < 1e-3, "{whole:?} {parts:?}");
    }
}

/// The room after many hours at full load.
fn loaded(air: &Air) -> Room {
    let (mut state, mut next) = (air.initial(), air.initial());
    for _ in 0..200 {
        air.step(&state, &mut next, &input(HEAT_W, AIR_M3_S, 18.0, 600.0));
        state = next;
    }
    state
}

/// By hand, servers' air 28 m³/s, 33.35 kW/K, of 24.93 °C: at ε = 0.5 their metal gives 400 kW at 48.92 °C. When all CRAH fans stop nothing is drawn, racks breathe their own hot
/// air, and minutes later air (238 kJ/K), metal (4 MJ/K) and structure (3 MJ/K) warm together: 400 kW over
/// 7.24 MJ/K are 0.0553 K/s, the metal ahead by its share of the heat over 16.68 kW/K.
#[test]
fn without_fans_the_room_warms_by_its_masses() {
    let air = room();
    let mut state = loaded(&air);
    assert!((state.metal_c - 48.92).abs() < 0.02, "{state:?}");
    let mut next = state;
    let mut stopped = input(HEAT_W, AIR_M3_S, 18.0, 60.0);
    stopped.available.fans = 0.0;
    let mut before = state;
    for _ in 0..120 {
        let output = air.step(&state, &mut next, &stopped);
        assert_eq!((output.heat_to_water_w, output.hall_fans_w), (0.0, 0.0));
        assert!((output.stored_w - HEAT_W).abs() < 1e-3, "{output:?}");
        (before, state) = (state, next);
    }
    let mut inlets = vec![0.0; RACKS];
    let (low, high) = air.rack_coolant_c(&next, &mut inlets);
    assert!((low - next.hot_c).abs() < 1e-9 && (high - next.hot_c).abs() < 1e-9);
    let rate_k_s = (state.hot_c - before.hot_c) / 60.0;
    assert!((rate_k_s - 0.0553).abs() < 2e-4, "{rate_k_s}");
    let ahead_k = (HEAT_W - 4e6 * rate_k_s) / 16.68e3;
    assert!(
        (state.metal_c - state.hot_c - ahead_k).abs() < 0.05,
        "{state:?} {ahead_k}"
    );
}

/// Five of six units carry the load: those left speed up, and nothing else changes.
#[test]
fn one_spare_unit_may_fail() {
    let air = room();
    let (mut state, mut next) = (air.initial(), air.initial());
    let mut output = Output::default();
    for _ in 0..200 {
        let mut given = input(HEAT_W, AIR_M3_S, 17.0, 600.0);
        given.available.fans = 5.0 / 6.0;
        output = air.step(&state, &mut next, &given);
        state = next;
    }
    assert!((output.supply_c - 24.0).abs() < 1e-6, "{output:?}");
    assert_eq!(state.fresh, 1.0);
    assert!(output.hall_fans_w > 15e3, "{output:?}");
}

/// The supply follows the warmest inlet within its class.
#[test]
fn a_held_inlet_is_held() {
    let config = AirConfig {
        hold_inlet_c: Some(27.0),
        ..AirConfig::default()
    };
    let air = config.size(&design()).unwrap();
    let (mut state, mut next) = (air.initial(), air.initial());
    for _ in 0..100 {
        air.step(&state, &mut next, &input(HEAT_W, AIR_M3_S, 18.0, 600.0));
        state = next;
    }
    let (_, warmest_c) = air.rack_coolant_c(&state, &mut [0.0; RACKS]);
    assert!((warmest_c - 27.0).abs() < 0.01, "{warmest_c}");
}

#[test]
fn air_outside_its_class_is_refused() {
    let refused = |config: AirConfig, expected: &str| {
        let error = config.size(&design()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    refused(
        AirConfig {
            supply_c: 27.0,
            class: Class::H1,
            ..AirConfig::default()
        },
        "15 to 25 °C at its inlets",
    );
    refused(
        AirConfig {
            hold_inlet_c: Some(20.0),
            ..AirConfig::default()
        },
        "use 24 to 35 °C",
    );
}

fn with_cold_air(volume_m3: f64) -> Air {
    let config = AirConfig {
        cold_air_m3_per_rack: Some(volume_m3),
        ..AirConfig::default()
    };
    config.size(&design()).unwrap()
}

/// The cold volume delays, and changes nothing once the hall has settled.
#[test]
fn a_cold_volume_leaves_the_settled_hall_as_it_was() {
    let settle = |air: &Air| {
        let (mut state, mut next) = (air.initial(), air.initial());
        for _ in 0..200 {
            air.step(&state, &mut next, &input(HEAT_W, AIR_M3_S, 18.0, 600.0));
            state = next;
        }
        let (low, high) = air.rack_coolant_c(&state, &mut [0.0; RACKS]);
        [state.hot_c, state.mass_c, low, high]
    };
    let (with, without) = (settle(&with_cold_air(7.0)), settle(&room()));
    for (with, without) in with.iter().zip(without) {
        assert!((with - without).abs() < 1e-6, "{with} {without}");
    }
}

/// Servers that have switched themselves off draw nothing: supply air at least floor speed flushes the volume all the same.
/// By hand, 0.3 of 34 m³/s less 8 % through 140 m³: a turnover in 15 s, so that ten minutes leave nothing of 60 °C.
#[test]
fn supply_air_flushes_the_volume_of_servers_that_are_off() {
    let air = with_cold_air(7.0);
    let mut state = air.initial();
    (state.hot_c, state.mass_c, state.cold_c) = (30.0, 28.0, Some(60.0));
    let mut next = state;
    for _ in 0..20 {
        air.step(&state, &mut next, &input(0.0, 0.0, 18.0, 30.0));
        state = next;
    }
    let (_, warmest_c) = air.rack_coolant_c(&state, &mut [0.0; RACKS]);
    assert!(warmest_c < 30.0, "{state:?}");
}

/// Seconds from the stop of all fans until the warmest inlet passes 35 °C.
fn holds_out_s(air: &Air) -> f64 {
    let mut state = loaded(air);
    let mut next = state;
    let mut stopped = input(HEAT_W, AIR_M3_S, 18.0, 0.5);
    stopped.available.fans = 0.0;
    for step in 0..1000 {
        let (_, warmest_c) = air.rack_coolant_c(&state, &mut [0.0; RACKS]);
        if warmest_c > 35.0 {
            return 0.5 * f64::from(step);
        }
        air.step(&state, &mut next, &stopped);
        state = next;
    }
    f64::INFINITY
}

/// By hand, 1.4 m³/s a rack: 7 m³ are turned over in 5 s. Hot air of 37.3 °C enters them, itself warming by the 13.3 K of
/// the servers' rise, so that the inlets of 24.9 °C pass 35 °C within one or two turnovers; without the volume at once.
#[test]
fn a_cold_volume_gives_seconds() {
    assert!(holds_out_s(&room()) <= 0.5);
    let (small_s, large_s) = (
        holds_out_s(&with_cold_air(2.3)),
        holds_out_s(&with_cold_air(7.0)),
    );
    println!("2.3 m³: {small_s} s, 7 m³: {large_s} s");
    assert!((1.0..5.0).contains(&small_s), "{small_s}");
    assert!((5.0..15.0).contains(&large_s), "{large_s}");
}

proptest! {
    /// With a cold volume heat in = heat out + heat stored too, and half steps make the whole.
    #[test]
    fn a_cold_volume_keeps_the_laws(hot in 24.0..60.0f64, cold in 20.0..40.0f64, mass in 24.0..60.0f64, heat in 0.0..1.2 * HEAT_W,
                                    water in 5.0..40.0f64, fans in 0.0..1.0f64, dt in 1.0..900.0f64) {
        let spec = with_cold_air(5.0);
        let from = Room { hot_c: hot, mass_c: mass, metal_c: mass, cold_c: Some(cold), supply_c: 24.0, ..spec.initial() };
        let step = |state: &Room, dt| {
            let mut next = *state;
            let mut given = input(heat, AIR_M3_S, water, dt);
            given.available.fans = fans;
            let output = spec.step(state, &mut next, &given);
            (next, output)
        };
        let (whole, output) = step(&from, dt);
        let given = heat + output.hall_fans_w;
        let scale = given + output.heat_to_water_w.abs() + output.stored_w.abs();
        prop_assert!((given - output.heat_to_water_w - output.stored_w).abs() < 1e-7 * scale);
        let halves = step(&step(&from, dt / 2.0).0, dt / 2.0).0;
        prop_assert!((whole.hot_c - halves.hot_c).abs() < 2e-2, "{whole:?} {halves:?}");
        prop_assert!((whole.cold_c.unwrap() - halves.cold_c.unwrap()).abs() < 2e-2, "{whole:?} {halves:?}");
    }
}

/// By hand, as above: 33.965 m³/s installed, of 350 Pa at 60 %: 19.8 kW.
#[test]
fn crah_units_say_their_size() {
    let said = room().sizes().unwrap();
    assert_eq!(said, "CRAH units: 34.0 m³/s of air, fans 20 kW");
}
