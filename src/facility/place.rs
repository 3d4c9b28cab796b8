//! Reads racks off the straight line between the hall's coolest and warmest coolant.

#![expect(clippy::inline_always, reason = "see `vector::Loop`")]

use crate::vector;

/// A quantity over coolant temperature.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Line {
    offset: f64,
    slope: f64,
}

impl Line {
    pub(super) fn through(at_c: f64, value: f64, slope: f64) -> Self {
        Self {
            offset: value - slope * at_c,
            slope,
        }
    }

    #[inline(always)]
    pub(super) fn at(self, coolant_c: f64) -> f64 {
        self.offset + self.slope * coolant_c
    }
}

/// What is read for each rack.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lines {
    /// Power at the inlets, W.
    pub(super) power: Line,
    /// Hottest chip, °C.
    pub(super) chip: Line,
}

/// Coolant of some racks: sum and range, °C.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coolants {
    pub(super) sum: f64,
    pub(super) min: f64,
    pub(super) max: f64,
}

impl Default for Coolants {
    fn default() -> Self {
        Self {
            sum: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
        }
    }
}

impl Coolants {
    #[inline(always)]
    pub(super) fn add(&mut self, other: Self) {
        self.sum += other.sum;
        self.min = if other.min < self.min {
            other.min
        } else {
            self.min
        };
        self.max = if other.max > self.max {
            other.max
        } else {
            self.max
        };
    }
}

/// From this many racks on, plain loops over flat arrays, which the compiler turns into vector code, win.
const MANY: usize = 8;

/// Reads power and chip temperature of each rack off its line.
#[inline(always)]
pub(super) fn place(
    coolant_c: &[f64],
    power_w: &mut [f64],
    chip_c: &mut [f64],
    lines: Lines,
) -> Coolants {
    let Lines { power, chip } = lines;
    if coolant_c.len() < MANY {
        let mut racks = Coolants::default();
        for ((&at_c, power_w), chip_c) in coolant_c.iter().zip(power_w).zip(chip_c) {
            *power_w = power.at(at_c);
            *chip_c = chip.at(at_c);
            racks.add(Coolants {
                sum: at_c,
                min: at_c,
                max: at_c,
            });
        }
        return racks;
    }
    for (&at_c, power_w) in coolant_c.iter().zip(power_w) {
        *power_w = power.at(at_c);
    }
    for (&at_c, chip_c) in coolant_c.iter().zip(chip_c) {
        *chip_c = chip.at(at_c);
    }
    let (min, max) = vector::range(coolant_c);
    Coolants {
        sum: vector::sum(coolant_c),
        min,
        max,
    }
}
