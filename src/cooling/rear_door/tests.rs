use super::*;
use crate::cooling::{Available, WaterDesign};
use crate::physics::psychrometrics::MoistAir;
use crate::physics::site_air::SiteAir;
use proptest::prelude::*;

const HEAT_W: f64 = 60e3;

fn design() -> Design<'static> {
    Design {
        racks: 2,
        rack_heat_w: HEAT_W / 2.0,
        rack_air_m3_s: 2.0,
        beside_air_m3_s: 0.0,
        rack_liquid_w: 0.0,
        plate_film_k: 0.0,
        rack_mass_j_k: 250e3,
        water: WaterDesign {
            supply_c: 18.0,
            rise_k: 6.0,
        },
        room_water: None,
        air: SiteAir::default(),
        fluids: &|_| Err(Fault::new("", "")),
    }
}

fn doors(config: &RearDoorConfig) -> RearDoor {
    config.size(&design()).unwrap()
}

fn input(heat_w: f64, water_supply_c: f64, dt_s: f64) -> Input<'static> {
    Input {
        rack_heat_w: &[],
        it_heat_w: heat_w,
        liquid_heat_w: 0.0,
        air_m3_s: 4.0,
        room_heat_w: 1000.0,
        water_supply_c,
        room_supply_c: water_supply_c,
        asked: crate::cooling::Asked::All,
        outside: MoistAir::default(),
        available: Available::default(),
        dt_s,
    }
}

fn settled(spec: &RearDoor, heat_w: f64, water_c: f64) -> (DoorRoom, Output) {
    let (mut state, mut next) = (spec.initial(), spec.initial());
    let mut output = Output::default();
    for _ in 0..200 {
        output = spec.step(&state, &mut next, &input(heat_w, water_c, 600.0));
        state = next;
    }
    (state, output)
}

/// By hand: 4 m³/s carry 4,764 W/K. At half load the doors leave air at 24 °C, and the room is warmer by what does
/// not pass the servers: distribution of 1,000 W and fans of 20·4/0.35 = 228.6 W, so by 1,228.6/4,764 = 0.258 K.
#[test]
fn doors_hold_the_room_at_their_setpoint() {
    let (state, output) = settled(&doors(&RearDoorConfig::default()), HEAT_W / 2.0, 16.0);
    assert!((output.hall_fans_w - 228.57).abs() < 0.1, "{output:?}");
    assert!((state.air_c - 24.258).abs() < 0.002, "{state:?}");
    assert!(
        (output.heat_to_water_w - 31_228.6).abs() < 1.0,
        "{output:?}"
    );
}

/// Doors for 70 % of the heat float; CRAH units beside them hold the room within their band.
#[test]
fn small_doors_need_crah_units() {
    let mut config = RearDoorConfig {
        door_share: 0.7,
        crah_share: 0.4,
        ..RearDoorConfig::default()
    };
    let (state, output) = settled(&doors(&config), HEAT_W, 18.0);
    assert!(state.air_c > 24.5 && state.air_c < 27.0, "{state:?}");
    let given_w = HEAT_W + 1000.0 + output.hall_fans_w;
    assert!((output.heat_to_water_w - given_w).abs() < 1.0, "{output:?}");
    config.crah_share = 0.0;
    let error = config.size(&design()).unwrap_err().to_string();
    assert!(error.contains("leave some of it in the room"), "{error}");
}

#[test]
fn active_doors_spend_more_and_fail_with_their_fans() {
    let config = RearDoorConfig {
        fans: DoorFans::Active,
        ..RearDoorConfig::default()
    };
    let active = doors(&config);
    let (state, output) = settled(&active, HEAT_W, 18.0);
    assert!((output.hall_fans_w - 480.0).abs() < 0.1, "{output:?}"); // 60·4/0.5
    let mut stopped = input(HEAT_W, 18.0, 60.0);
    stopped.available.fans = 0.0;
    let mut next = active.initial();
    let output = active.step(&state, &mut next, &stopped);
    assert_eq!(output.heat_to_water_w, 0.0);
    assert!(next.air_c > 30.0, "{next:?}");
}

/// By hand, doors that pass 2 of 4 m³/s, 2,382 W/K: of 30 kW in the servers, 1,000 W in the room and fans of 20·2/0.35 = 114.3 W
/// air leaves at 24 + 31,114.3/2,382 = 37.062 °C, 6.297 K above what the servers draw: 30.765 °C.
#[test]
fn what_a_door_does_not_pass_warms_the_room() {
    let small = RearDoorConfig {
        door_air_m3_s: 1.0,
        ..RearDoorConfig::default()
    };
    let (state, output) = settled(&doors(&small), HEAT_W / 2.0, 16.0);
    assert!((output.hall_fans_w - 114.29).abs() < 0.1, "{output:?}");
    assert!((state.air_c - 30.765).abs() < 0.003, "{state:?}");
    assert!((output.return_c - 37.062).abs() < 0.004, "{output:?}");
    // Fans in them pass √3 times as much.
    let active = RearDoorConfig {
        fans: DoorFans::Active,
        ..small
    };
    let (state, output) = settled(&doors(&active), HEAT_W / 2.0, 16.0);
    let passed_w_k = 2382.0 * 3_f64.sqrt();
    let left_c = 24.0 + (31_000.0 + output.hall_fans_w) / passed_w_k;
    assert!((state.air_c - (left_c - 6.297)).abs() < 0.003, "{state:?}");
}

proptest! {
    /// Below the limit it is as if there were none, to the bit; beyond it heat in is still heat out and heat stored.
    #[test]
    fn a_limit_that_does_not_bind_changes_nothing(air in 15.0..60.0f64, metal in 15.0..70.0f64, heat in 0.0..1.2 * HEAT_W,
                                                  draw in 0.0..2.0f64, limit in 0.5..5.0f64, water in 5.0..40.0f64, dt in 1.0..3600.0f64) {
        let state = DoorRoom { air_c: air, mass_c: air, metal_c: metal, crah: 0.0 };
        let given = Input { air_m3_s: 4.0 * draw, ..input(heat, water, dt) };
        let mut ends = [state; 2];
        let outputs = [limit, 100.0].map(|door_air_m3_s| {
            let spec = doors(&RearDoorConfig { door_air_m3_s, ..RearDoorConfig::default() });
            spec.step(&state, &mut ends[usize::from(door_air_m3_s == 100.0)], &given)
        });
        if limit >= 2.0 && limit >= 2.0 * draw {
            prop_assert_eq!(outputs[0], outputs[1]);
            prop_assert_eq!(ends[0], ends[1]);
        }
        let in_w = heat + given.room_heat_w + outputs[0].hall_fans_w;
        let scale = in_w + outputs[0].heat_to_water_w.abs() + outputs[0].stored_w.abs();
        prop_assert!((in_w - outputs[0].heat_to_water_w - outputs[0].stored_w).abs() < 1e-7 * scale);
    }

    /// Heat in = heat out + heat stored, and warmer water never leaves cooler air.
    #[test]
    fn energy_closes(air in 15.0..60.0f64, mass in 15.0..60.0f64, metal in 15.0..70.0f64, heat in 0.0..1.2 * HEAT_W, water in 5.0..40.0f64,
                     dt in 1.0..3600.0f64, crah in 0.0..1.0f64, fans in 0.0..1.0f64) {
        let spec = doors(&RearDoorConfig { crah_share: crah, fans: DoorFans::Active, ..RearDoorConfig::default() });
        let state = DoorRoom { air_c: air, mass_c: mass, metal_c: metal, crah };
        let mut next = state;
        let mut given = input(heat, water, dt);
        given.available.fans = fans;
        let output = spec.step(&state, &mut next, &given);
        let in_w = heat + given.room_heat_w + output.hall_fans_w;
        let scale = in_w + output.heat_to_water_w.abs() + output.stored_w.abs();
        prop_assert!((in_w - output.heat_to_water_w - output.stored_w).abs() < 1e-7 * scale);
        prop_assert!(output.heat_to_water_w > -1e-6 * scale);
        let here_c = next.air_c;
        given.water_supply_c += 1.0;
        spec.step(&state, &mut next, &given);
        prop_assert!(next.air_c >= here_c - 2e-2, "{next:?} {here_c}");
    }
}

/// By hand, at 44 °C over water of 18 °C: the column is colder by 13 K, 1.184·9.80665·2·13/317.15 = 0.9519 Pa against
/// 220 Pa, √ of which is 6.578 % of 4 m³/s or 313.4 W/K, which the doors cool to their 24 °C: 6,268 W, less
/// as the room cools within the second.
#[test]
fn standing_servers_leave_a_draught() {
    let spec = doors(&RearDoorConfig::default());
    let hot = DoorRoom {
        air_c: 44.0,
        mass_c: 44.0,
        metal_c: 44.0,
        crah: 0.0,
    };
    let (flow, fan_w) = spec.draught(44.0, 18.0, 1.0);
    assert!((flow - 0.065_78).abs() < 1e-5 && fan_w == 0.0, "{flow}");
    let still = Input {
        air_m3_s: 0.0,
        ..input(0.0, 18.0, 1.0)
    };
    let mut next = hot;
    let output = spec.step(&hot, &mut next, &still);
    assert!(
        (6.2e3..6.268e3).contains(&output.heat_to_water_w),
        "{output:?}"
    );
    // Fans in the doors do more: √(60.95/220) = 52.6 %.
    let active = doors(&RearDoorConfig {
        fans: DoorFans::Active,
        ..RearDoorConfig::default()
    });
    let (flow, fan_w) = active.draught(44.0, 18.0, 1.0);
    assert!((flow - 0.526_35).abs() < 1e-4 && fan_w > 0.0, "{flow}");
    assert_eq!(active.draught(20.0, 18.0, 1.0).1, 0.0);
}

/// At any altitude doors sized for their servers' mass of air hold the room at full load with the water of their approach,
/// and their coils take 1/σ² of the power; the limit is that of class A2 there.
#[test]
fn doors_hold_at_every_altitude() {
    for (at_m, limit_c) in [
        (0.0, 35.0),
        (1650.0, 32.5),
        (2600.0, 29.333),
        (4060.0, 24.467),
    ] {
        let site = SiteAir::standard(at_m);
        let config = RearDoorConfig {
            door_air_m3_s: 2.5 / site.ratio(),
            ..RearDoorConfig::default()
        };
        let spec = config.size(&Design {
            air: site,
            rack_air_m3_s: 2.0 / site.ratio(),
            ..design()
        });
        let spec = spec.unwrap();
        assert!((spec.limit_c() - limit_c).abs() < 1e-3);
        let given = Input {
            air_m3_s: 4.0 / site.ratio(),
            room_heat_w: 0.0,
            ..input(HEAT_W, 17.9, 600.0)
        };
        let (mut state, mut next) = (spec.initial(), spec.initial());
        let mut output = Output::default();
        for _ in 0..200 {
            output = spec.step(&state, &mut next, &given);
            state = next;
        }
        let fans_w = 228.57 / site.ratio().powi(2);
        assert!(
            (output.hall_fans_w - fans_w).abs() < 0.1,
            "{at_m} m: {output:?}"
        );
        let by_fans_k = output.hall_fans_w / (4.0 / site.ratio() * site.heat_j_m3k());
        assert!(
            (state.air_c - 24.0 - by_fans_k).abs() < 0.02,
            "{at_m} m: {state:?}"
        );
    }
}

/// By hand: 4 m³/s of 20 Pa at 35 %, 228.6 W; fans in the doors 60 Pa at 50 %, 480 W. Units beside them take half of 60 kW.
#[test]
fn doors_say_their_size() {
    let said = |config: &RearDoorConfig| doors(config).sizes().unwrap();
    assert_eq!(
        said(&RearDoorConfig::default()),
        "2 doors: by the servers' fans, 4.0 m³/s of air, fans 0.2 kW"
    );
    let active = said(&RearDoorConfig {
        fans: DoorFans::Active,
        crah_share: 0.5,
        ..RearDoorConfig::default()
    });
    let expected = "2 doors: 4.0 m³/s of air, fans 0.5 kW; CRAH units beside them for 30 kW, fans ";
    assert!(active.starts_with(expected), "{active}");
}
