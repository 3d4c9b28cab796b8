//! Air flow requested of a server's fans: the larger of the requests of its inlet air and its hottest chip.
//!
//! ```text
//! s_inlet = straight lines through 15 % at 23 °C, 20 % at 28, 25 % at 32, 35 % at 37, 45 % at 39, 65 % at 42, 80 % at 45,
//!           and on to 100 %
//! s_chip  = s_min + (1 − s_min)·(T_chip − T_from)/band            s_min ≤ s_chip ≤ 1
//! T_chip  = T_inlet + (R_fixed + R_flow·s_chip^−0.8)·P(T_chip)    P: power at that temperature, at most TDP
//! ```
//!
//! s is of full speed at sea level, and stands for the mass of air: a controller with altitude tables moves the same mass by
//! more speed in thinner air, as far as its fans reach (the server's law). More air cools the chip, a cooler chip requests less: one temperature satisfies both lines.
//!
//! Source: published tables of fan controllers, each the maximum of several lines. Inlet air: Meta's `OpenBMC`,
//! `meta-fbep` `fsc-config_NVIDIA_vicor_brcm.json`, a sled of eight accelerators (as above, confirmed). Hottest chip:
//! System76 `system76-power` `src/fan.rs`, standard curve over the hottest of processors and GPUs: 40 % at 40 °C, 50 % at
//! 50, 65 % at 60, 85 % at 70, 100 % at 75 (confirmed); here one straight line from the server's own floor. The sled's chip
//! line is lower and narrower: 15 % at 53 °C, 30 % at 68, 50 % at 74, and a controller that holds 78 °C. Its memory,
//! switches and regulators request more on their own lines; here the chip represents them all, and the wider band was
//! taken. Valid settled: hysteresis and ramps (seconds) are left out.

use super::AirCooled;
use crate::it::accelerator::Powered;

/// Inlet air, °C, and the fan speed that it requests, of full.
const INLET: [(f64, f64); 8] = [
    (23.0, 0.15),
    (28.0, 0.20),
    (32.0, 0.25),
    (37.0, 0.35),
    (39.0, 0.45),
    (42.0, 0.65),
    (45.0, 0.80),
    (49.0, 1.0),
];

/// The mass of air that inlet air and the hottest chip request, over that of full speed at sea level.
pub(super) fn flow(air: &AirCooled, chip: &Powered<'_>, hottest: f64, inlet_c: f64) -> f64 {
    by_inlet(inlet_c)
        .max(by_chip(air, chip, hottest, inlet_c))
        .max(air.fan_min_speed)
        .min(1.0)
}

fn by_inlet(inlet_c: f64) -> f64 {
    let mut speed = INLET[0].1;
    for pair in INLET.windows(2) {
        let ((from_c, from), (to_c, to)) = (pair[0], pair[1]);
        let share = ((inlet_c - from_c) / (to_c - from_c)).clamp(0.0, 1.0);
        speed += (to - from) * share;
    }
    speed
}

fn by_chip(air: &AirCooled, chip: &Powered<'_>, hottest: f64, inlet_c: f64) -> f64 {
    let requested = |chip_c: f64| {
        let share = (chip_c - air.fan_from_c) / air.fan_band_k;
        air.fan_min_speed + (1.0 - air.fan_min_speed) * share
    };
    // How much warmer than its heat would make it a chip at this temperature is: rises with temperature, as leakage
    // adds less than faster fans take.
    let surplus_k = |chip_c: f64| {
        let (power_w, _) = chip.at(chip_c);
        chip_c - inlet_c - hottest * power_w * air.resistance_k_w(requested(chip_c))
    };
    let (mut low_c, mut high_c) = (air.fan_from_c, air.fan_from_c + air.fan_band_k);
    let (mut low_k, mut high_k) = (surplus_k(low_c), surplus_k(high_c));
    if low_k >= 0.0 {
        return air.fan_min_speed;
    }
    if high_k <= 0.0 {
        return 1.0;
    }
    // Chords, with the end that stays halved so that neither is kept for good.
    let mut kept = 0;
    let mut chip_c = low_c;
    for _ in 0..60 {
        let next_c = (low_c * high_k - high_c * low_k) / (high_k - low_k);
        let moved_k = (next_c - chip_c).abs();
        chip_c = next_c;
        let here_k = surplus_k(chip_c);
        if moved_k < 1e-9 || here_k.abs() < 1e-10 {
            break;
        }
        if here_k > 0.0 {
            (high_c, high_k) = (chip_c, here_k);
            if kept == 1 {
                low_k *= 0.5;
            }
            kept = 1;
        } else {
            (low_c, low_k) = (chip_c, here_k);
            if kept == -1 {
                high_k *= 0.5;
            }
            kept = -1;
        }
    }
    requested(chip_c)
}
