use super::*;
use proptest::prelude::*;

pub(crate) fn h100() -> Accelerator {
    toml::from_str(
        "name = 'H100'\ntdp_w = 700\nidle_w = 70\nmemory_gb = 80\nbandwidth_tb_s = 3.35\n\
         bf16_tflops = 989\nfp8_tflops = 1979\nleakage_share = 0.2\nslowdown_c = 87\n\
         scale_up_domain = 8\nyear = 2022\nsource = 'test'",
    )
    .unwrap()
}

/// By hand: h(72 °C) = 1 + 0.2·(e^−0.26 − 1) = 0.95421. At R = 0 the chip is as warm as its coolant. At 35 °C it rests at 70 W;
/// at 52 °C, h = 0.90337, a service at full load draws 700·0.90337/0.95421 = 662.7 W; at 72 °C all draw the TDP.
#[test]
fn power_at_rest_and_at_full_load_by_temperature() {
    let chip = h100();
    for work in [Work::Service, Work::Job, Work::Imposed] {
        assert!((chip.at(work, 1.0, 72.0, 0.0).power_w - 700.0).abs() < 1e-9);
        assert_eq!(chip.at(work, 0.6, 72.0, 0.0).pace, 1.0);
    }
    assert!((chip.at(Work::Nothing, 0.0, 35.0, 0.0).power_w - 70.0).abs() < 1e-9);
    let served = chip.at(Work::Service, 1.0, 52.0, 0.0);
    assert!((served.power_w - 662.7).abs() < 0.05, "{served:?}");
    assert_eq!(served.pace, 1.0);
}

/// A held chip draws its context's power without load, a free one and one under an imposed load do not.
#[test]
fn a_context_is_not_at_rest() {
    let chip = Accelerator {
        context_idle_w: Some(122.0),
        ..h100()
    };
    let drawn_w = |work| chip.at(work, 0.0, 35.0, 0.0).power_w;
    for (work, expected_w) in [
        (Work::Nothing, 70.0),
        (Work::Imposed, 70.0),
        (Work::Service, 122.0),
        (Work::Job, 122.0),
    ] {
        assert!((drawn_w(work) - expected_w).abs() < 1e-9, "{work:?}");
    }
    let full_w = |work| chip.at(work, 1.0, 72.0, 0.0).power_w;
    assert!((full_w(Work::Job) - full_w(Work::Imposed)).abs() < 1e-9);
}

/// At full load a job draws the TDP whatever its temperature, and the clock pays for leakage. By hand with 70 W at rest: at 85
/// °C the range is 80.1 to 733.6 W, of which 700 W leave 0.9486, 0.9836 of the clock; at 66 °C, h = 0.93677, 75.1 to 687.2 W
/// leave 1.0209, 1.0065: 2.3 % more; at 50 °C, h = 0.89932, 72.1 to 659.7 W leave 1.0685, 1.0209: 3.8 % more.
#[test]
fn a_cooler_chip_clocks_higher_at_the_same_power() {
    let chip = Accelerator {
        slowdown_c: 95.0,
        boost: 1.2,
        ..h100()
    };
    let pace = |chip_c| {
        let point = chip.at(Work::Job, 1.0, chip_c, 0.0);
        assert!((point.power_w - 700.0).abs() < 1e-9, "{point:?}");
        point.pace
    };
    assert!((pace(85.0) - 0.9836).abs() < 2e-4, "{}", pace(85.0));
    assert!((pace(66.0) / pace(85.0) - 1.0233).abs() < 3e-4);
    assert!((pace(50.0) / pace(85.0) - 1.0379).abs() < 3e-4);
    // Where the highest clock is reached, it draws less.
    let ended = Accelerator {
        boost: 1.01,
        ..chip
    };
    let cold = ended.at(Work::Job, 1.0, 40.0, 0.0);
    assert_eq!(cold.pace, 1.01);
    assert!(cold.power_w < 690.0, "{cold:?}");
}

/// Over 70 °C coolant behind 0.06 K/W only (87 − 70)/0.06 = 283 W can leave at the slow-down
/// temperature, so the clock falls.
#[test]
fn a_hot_coolant_holds_the_chip_at_its_slowdown_temperature() {
    let point = h100().at(Work::Job, 1.0, 70.0, 0.06);
    assert!((point.power_w - 283.333).abs() < 0.01);
    assert!((point.chip_c - 87.0).abs() < 1e-9);
    assert!(point.clock < 0.75 && point.clock > 0.5, "{}", point.clock);
}

/// By hand: memory 14 K above the core at 700 W, over 45 °C behind 0.06 K/W: (95 − 45)/(0.06 + 0.02) = 625 W until it is at 95 °C,
/// while the core is at 45 + 37.5 = 82.5 °C.
#[test]
fn memory_has_a_limit_of_its_own() {
    let chip = Accelerator {
        memory_rise_k: Some(14.0),
        memory_slowdown_c: Some(95.0),
        ..h100()
    };
    let point = chip.at(Work::Job, 1.0, 45.0, 0.06);
    assert!((point.power_w - 625.0).abs() < 1e-9, "{point:?}");
    assert!((point.chip_c - 82.5).abs() < 1e-9, "{point:?}");
    assert!((point.memory_c - 95.0).abs() < 1e-9, "{point:?}");
    assert!(point.clock < 1.0);
    assert_eq!(h100().at(Work::Job, 1.0, 43.0, 0.06).clock, 1.0);
}

proptest! {
    /// More work, warmer coolant and a worse heat sink never lower the chip's temperature, nor warmer coolant raise its speed;
    /// the steady state solves its own equation, and neither power cap nor temperature limits are exceeded but at the least
    /// clock.
    #[test]
    fn settles_on_its_own_heat(
        u in 0.0..1.0f64, coolant in 0.0..60.0f64, r in 0.005..0.12f64, boost in 1.0..1.4f64,
        memory in prop::bool::ANY,
    ) {
        let chip = Accelerator {
            boost,
            context_idle_w: Some(122.0),
            memory_rise_k: memory.then_some(12.0),
            memory_slowdown_c: memory.then_some(95.0),
            ..h100()
        };
        for work in [Work::Service, Work::Job, Work::Imposed] {
            let here = chip.at(work, u, coolant, r);
            prop_assert!((here.chip_c - coolant - r * here.power_w).abs() < 1e-6);
            let demand = Demand { utilisation: u, work, limit_w: None, floor_w: 0.0 };
            if here.clock == 1.0 {
                let (power_w, pace) = chip.powered(demand).at(here.chip_c);
                prop_assert!((power_w - here.power_w).abs() < 1e-4 && pace == here.pace || (pace - here.pace).abs() < 1e-6);
            }
            prop_assert!(here.power_w <= 700.0 + 1e-9 && here.power_w > 0.0);
            prop_assert!(here.clock > 0.0 && here.clock <= 1.0);
            prop_assert!(here.clock < 0.25 || here.chip_c <= 87.0 + 1e-6 && (!memory || here.memory_c <= 95.0 + 1e-6));
            let (busier, warmer) = (chip.at(work, (u + 0.05).min(1.0), coolant, r), chip.at(work, u, coolant + 1.0, r));
            prop_assert!(busier.chip_c >= here.chip_c - 1e-6);
            prop_assert!(warmer.chip_c >= here.chip_c - 1e-6);
            prop_assert!(warmer.clock <= here.clock + 1e-9);
            prop_assert!(warmer.pace <= here.pace + 1e-9);
        }
    }
}
