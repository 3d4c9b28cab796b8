//! Racks that draw more air than an aisle brings.

use super::*;

fn with(rack_air_m3_s: f64) -> AirConfig {
    AirConfig {
        rack_air_m3_s,
        ..AirConfig::default()
    }
}

/// Racks of so many servers of 5 kW and 0.35 m³/s each.
fn of_servers(config: &AirConfig, servers: f64) -> Air {
    let racks = Design {
        rack_heat_w: 5e3 * servers,
        rack_air_m3_s: 0.35 * servers,
        ..design()
    };
    config.size(&racks).unwrap()
}

/// Settled under full load of that many servers a rack; the mean inlet too.
fn settled(air: &Air, servers: f64) -> (Room, Output, f64) {
    let racks = RACKS as f64;
    let given = input(5e3 * servers * racks, 0.35 * servers * racks, 18.0, 3600.0);
    let (mut state, mut next) = (air.initial(), air.initial());
    let mut output = Output::default();
    for _ in 0..100 {
        output = air.step(&state, &mut next, &given);
        state = next;
    }
    let mean_c = air.inlet_c(&state, air.recirculation);
    (state, output, mean_c)
}

/// By hand: servers draw 28 m³/s, aisles bring 14. CRAHs move 14/0.92 = 15.217 of 18.261 m³/s installed, fans
/// 350·18.261/0.6·0.8333^2.7 = 6,511 W. Heat 406.51 kW over 14·1.184·1006 = 16,675 W/K: hot air 24.378 K above supply, and half of
/// what is drawn is that: inlets 12.189 K above.
#[test]
fn half_the_air_is_hot_where_an_aisle_brings_half() {
    for cold_air_m3_per_rack in [None, Some(5.0)] {
        let config = AirConfig {
            cold_air_m3_per_rack,
            ..with(0.7)
        };
        let (state, output, inlet_c) = settled(&of_servers(&config, 4.0), 4.0);
        assert!((output.hall_fans_w - 6_511.0).abs() < 2.0, "{output:?}");
        assert!((state.hot_c - 48.378).abs() < 0.003, "{state:?}");
        assert!((inlet_c - 36.189).abs() < 0.002, "{inlet_c} {state:?}");
        let given_w = HEAT_W + output.hall_fans_w;
        assert!((output.heat_to_water_w - given_w).abs() < 1.0, "{output:?}");
    }
}

/// Fans that cannot slow down push more than the aisles pass: it goes around the racks, not through the cold volume, which then
/// changes nothing that is settled. By hand: aisles bring 24 of 28 m³/s, so inlets are 1/7 of hot air.
#[test]
fn what_aisles_do_not_pass_spills_before_them() {
    let [with_cold, without] = [Some(5.0), None].map(|cold_air_m3_per_rack| {
        let config = AirConfig {
            cold_air_m3_per_rack,
            min_fan_speed: 1.0,
            ..with(1.2)
        };
        let (state, _, inlet_c) = settled(&of_servers(&config, 4.0), 4.0);
        let mixed_c = state.supply_c + (state.hot_c - state.supply_c) / 7.0;
        assert!((inlet_c - mixed_c).abs() < 1e-6, "{inlet_c} {mixed_c}");
        inlet_c
    });
    assert!((with_cold - without).abs() < 1e-6, "{with_cold} {without}");
}

/// IT beside the servers brings the face of its own racks.
#[test]
fn it_beside_the_racks_takes_none_of_their_air() {
    let beside = Design {
        rack_air_m3_s: 1.4 + 1.0,
        beside_air_m3_s: 1.0,
        ..design()
    };
    let air = with(1.4).size(&beside).unwrap();
    let given = input(HEAT_W, 2.4 * RACKS as f64, 18.0, 60.0);
    assert_eq!(air.moved(&given).fresh, 1.0);
}

/// A step of hall and plant, whatever they were.
fn step(air: &Air, from: [f64; 4], given: &Input<'_>) -> (Room, Output) {
    let [hot_c, mass_c, metal_c, cold_c] = from;
    let state = Room {
        hot_c,
        mass_c,
        metal_c,
        cold_c: air.cold.map(|_| cold_c),
        ..air.initial()
    };
    let mut next = state;
    let output = air.step(&state, &mut next, given);
    (next, output)
}

proptest! {
    /// Below the limit it is as if there were none, to the bit.
    #[test]
    fn below_the_limit_nothing_differs(servers in 1.0..6.0f64, draw in 0.0..1.0f64, spare in 1.0..2.0f64, fans in 0.0..1.0f64,
                                       hot in 24.0..60.0f64, cold in 20.0..40.0f64, water in 5.0..40.0f64, dt in 1.0..3600.0f64,
                                       volume: bool, min_fan_speed in 0.1..1.0f64) {
        let config = |rack_air_m3_s| AirConfig {
            cold_air_m3_per_rack: volume.then_some(5.0),
            min_fan_speed,
            ..with(rack_air_m3_s)
        };
        let most = 0.93 * 0.35 * servers * spare;
        let racks = RACKS as f64;
        let mut given = input(5e3 * servers * racks * draw, most / 0.93 * racks * draw, water, dt);
        given.available.fans = fans;
        let from = [hot, hot, hot + 5.0, cold];
        let [limited, free] = [most * (1.0 + 1e-12), 100.0].map(|limit| step(&of_servers(&config(limit), servers), from, &given));
        prop_assert_eq!(limited, free);
    }

    /// Above it heat in is heat out and heat stored, and no inlet is colder than the supply.
    #[test]
    fn above_the_limit_the_laws_hold(servers in 1.0..40.0f64, draw in 0.0..2.0f64, limit in 0.1..4.0f64, fans in 0.0..1.0f64,
                                     hot in 24.0..60.0f64, cold in 20.0..40.0f64, water in 5.0..40.0f64, dt in 1.0..3600.0f64,
                                     volume: bool, min_fan_speed in 0.1..1.0f64) {
        let config = AirConfig { cold_air_m3_per_rack: volume.then_some(5.0), min_fan_speed, ..with(limit) };
        let air = of_servers(&config, servers);
        let racks = RACKS as f64;
        let mut given = input(5e3 * servers * racks * draw, 0.35 * servers * racks * draw, water, dt);
        given.available.fans = fans;
        let (next, output) = step(&air, [hot, hot, hot + 5.0, cold], &given);
        let in_w = given.it_heat_w + output.hall_fans_w;
        let scale = in_w + output.heat_to_water_w.abs() + output.stored_w.abs();
        prop_assert!((in_w - output.heat_to_water_w - output.stored_w).abs() < 1e-7 * scale, "{output:?}");
        prop_assert!(next.supply_c <= next.hot_c + 1e-9);
        let mut inlets = [0.0; RACKS];
        let (low_c, high_c) = air.rack_coolant_c(&next, &mut inlets);
        prop_assert!(volume || low_c >= next.supply_c - 1e-9, "{low_c} {next:?}");
        prop_assert!(volume || high_c <= next.hot_c + 1e-9, "{high_c} {next:?}");
    }

    /// More servers in a rack never get cooler air, nor do racks to which less comes.
    #[test]
    fn denser_racks_are_warmer(servers in 1.0..20.0f64, more in 1.0..2.0f64, limit in 0.3..4.0f64, less in 0.5..1.0f64) {
        let inlet_c = |limit, servers| settled(&of_servers(&with(limit), servers), servers).2;
        let here_c = inlet_c(limit, servers);
        prop_assert!(inlet_c(limit, servers * more) >= here_c - 1e-6);
        prop_assert!(inlet_c(limit * less, servers) >= here_c - 1e-6);
    }
}
