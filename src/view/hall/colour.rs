//! Colour maps that are even to the eye and safe for the colour-blind, and what each way of colouring shows.
//!
//! ```text
//! racks    plasma                      indigo – magenta – orange – yellow
//! margin   dark red – vermilion – amber – green – pale green: the darker, the nearer to a limit
//! fluids   blue – grey – sand: air, water and coolant, and racks where they are coloured by what reaches them
//! ```
//!
//! Lightness rises evenly along each of them, for all eyes and in print. The families differ by hue and saturation, so that a
//! colour says by itself whether it is a chip's or a fluid's.
//!
//! Source: a polynomial fitted to matplotlib's *plasma* (van der Walt and Smith, CC0). *Fluids* follows the idea of
//! *cividis*, blue to sand through grey (Nuñez, Anderton and Renslow, `PLoS` ONE 13(7), 2018). *Margin* goes through the vermilion and
//! the bluish green of Okabe and Ito ("Color Universal Design", 2008). All are checked here by what they must do.

use serde::{Deserialize, Serialize};

/// sRGB, 0 to 1 each.
pub(crate) type Rgb = [f32; 3];

/// sRGB to linear (IEC 61966-2-1), with opacity.
pub(crate) fn linear(rgb: Rgb, alpha: f32) -> [f32; 4] {
    let [r, g, b] = rgb.map(|c| {
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    });
    [r, g, b, alpha]
}

#[expect(clippy::excessive_precision, reason = "as they are published")]
const PLASMA: [Rgb; 7] = [
    [0.05873234, 0.02333671, 0.5433402],
    [2.1765146, 0.23838342, 0.753_960_5],
    [-2.6894605, -7.455851, 3.1108],
    [6.1303483, 42.346188, -28.518855],
    [-11.107436, -82.66631, 60.139847],
    [10.0230656, 71.41362, -54.072187],
    [-3.6587138, -22.931535, 18.191908],
];

/// Equally far apart, sRGB.
const FLUIDS: [Rgb; 5] = [
    [0.05, 0.24, 0.42],
    [0.24, 0.38, 0.50],
    [0.48, 0.50, 0.52],
    [0.75, 0.60, 0.48],
    [0.97, 0.78, 0.62],
];

/// The same, from a limit on.
const MARGIN: [Rgb; 5] = [
    [0.47, 0.00, 0.14],
    [0.78, 0.16, 0.10],
    [0.93, 0.47, 0.10],
    [0.76, 0.77, 0.30],
    [0.64, 0.95, 0.92],
];

/// Where a colour lies between two.
pub(crate) fn blend(a: Rgb, b: Rgb, share: f32) -> Rgb {
    std::array::from_fn(|i| a[i] + (b[i] - a[i]) * share)
}

fn between(map: &[Rgb; 5], x: f32) -> Rgb {
    let x = if x.is_finite() {
        x.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let at = x * (map.len() - 1) as f32;
    let first = (at as usize).min(map.len() - 2);
    blend(map[first], map[first + 1], at - first as f32)
}

fn polynomial(map: &[Rgb; 7], x: f32) -> Rgb {
    let x = if x.is_finite() {
        x.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let mut rgb = [0.0; 3];
    for term in map.iter().rev() {
        for (value, c) in rgb.iter_mut().zip(term) {
            *value = *value * x + c;
        }
    }
    rgb.map(|value: f32| value.clamp(0.0, 1.0))
}

/// Blue through red to yellow: what is warm, what draws much.
pub(crate) fn plasma(x: f32) -> Rgb {
    polynomial(&PLASMA, x)
}

/// Blue through grey to sand: how warm air, water and coolant are.
pub(crate) fn fluids(x: f32) -> Rgb {
    between(&FLUIDS, x)
}

/// Dark red through amber to pale green: what is left to a limit.
pub(crate) fn margin(x: f32) -> Rgb {
    between(&MARGIN, x)
}

/// Colouring of racks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum ColourBy {
    /// The rack's hottest chip, °C.
    #[default]
    Chip,
    /// Air or coolant at the rack's inlet, °C.
    Inlet,
    /// Power at the inlets, kW.
    Power,
    /// Busy share of the chips × how hard they work, %.
    Utilisation,
    /// Share of the clock that heat or a limit takes, %.
    Throttling,
    /// Kelvin left to the limit: of the chips or of the inlet, whichever is nearer.
    Margin,
    /// The job that has most of the rack.
    Job,
}

impl ColourBy {
    pub(crate) const ALL: [Self; 7] = [
        Self::Chip,
        Self::Margin,
        Self::Inlet,
        Self::Power,
        Self::Utilisation,
        Self::Throttling,
        Self::Job,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Chip => "chip",
            Self::Inlet => "inlet / coolant",
            Self::Power => "power",
            Self::Utilisation => "utilisation",
            Self::Throttling => "throttling",
            Self::Margin => "margin",
            Self::Job => "job",
        }
    }

    pub(crate) fn unit(self) -> &'static str {
        match self {
            Self::Chip | Self::Inlet => "°C",
            Self::Power => "kW",
            Self::Utilisation | Self::Throttling => "%",
            Self::Margin => "K to the limit",
            Self::Job => "GPUs",
        }
    }

    /// The colour at `x` of the scale, 0 to 1.
    pub(crate) fn colour(self, x: f32) -> Rgb {
        match self {
            Self::Inlet => fluids(x),
            Self::Margin => margin(x),
            _ => plasma(x),
        }
    }
}

/// The ends of a scale, in the unit of the legend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    pub(crate) low: f32,
    pub(crate) high: f32,
}

impl Scale {
    pub(crate) fn new(low: f32, high: f32) -> Self {
        Self { low, high }
    }

    /// Where a value lies, 0 to 1.
    pub(crate) fn at(self, value: f32) -> f32 {
        ((value - self.low) / (self.high - self.low).max(1e-6)).clamp(0.0, 1.0)
    }

    /// The least scale of round steps that holds all values.
    pub(crate) fn around(low: f32, high: f32, step: f32) -> Self {
        let low = (low / step).floor() * step;
        let high = ((high / step).ceil() * step).max(low + step);
        Self { low, high }
    }

    /// From nothing to a round value that is not below the largest, at least 1.
    pub(crate) fn up_to(largest: f32) -> Self {
        const ROUND: [f32; 10] = [1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0];
        let round = ROUND.into_iter().find(|round| *round >= largest);
        Self::new(0.0, round.unwrap_or(100.0))
    }
}

/// Temperatures of air and water, the same for every hall and plant, °C.
pub(crate) const FLUID: Scale = Scale {
    low: 10.0,
    high: 60.0,
};

#[cfg(test)]
mod tests {
    use super::*;

    /// CIE lightness of an sRGB colour.
    fn lightness(rgb: Rgb) -> f32 {
        let [r, g, b, _] = linear(rgb, 1.0);
        let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        116.0 * y.cbrt() - 16.0
    }

    /// As a deuteranope sees it (Machado, Oliveira and Fernandes 2009, severity 1).
    fn deuteranope(rgb: Rgb) -> Rgb {
        let [r, g, b, _] = linear(rgb, 1.0);
        let seen = [
            0.367_322 * r + 0.860_646 * g - 0.227_968 * b,
            0.280_085 * r + 0.672_501 * g + 0.047_413 * b,
            -0.011_820 * r + 0.042_940 * g + 0.968_881 * b,
        ];
        seen.map(|c: f32| {
            let c = c.clamp(0.0, 1.0);
            if c <= 0.003_130_8 {
                12.92 * c
            } else {
                1.055 * c.powf(1.0 / 2.4) - 0.055
            }
        })
    }

    /// A map must be readable without hue, in print and for the colour-blind: lightness rises all the way, evenly.
    #[test]
    fn lightness_rises_evenly() {
        for (name, map) in [
            ("plasma", plasma as fn(f32) -> Rgb),
            ("fluids", fluids),
            ("margin", margin),
        ] {
            for seen in [|rgb| rgb, deuteranope] {
                let all: Vec<f32> = (0..=20)
                    .map(|i| lightness(seen(map(i as f32 / 20.0))))
                    .collect();
                let mean = (all[20] - all[0]) / 20.0;
                assert!(mean > 2.5, "{name} {all:?}");
                for pair in all.windows(2) {
                    let step = pair[1] - pair[0];
                    assert!(
                        step > 0.4 * mean && step < 1.8 * mean,
                        "{name}: {step} of {mean}: {all:?}"
                    );
                }
            }
        }
    }

    /// Where two scales lie beside each other, no position has nearly the same colour on both.
    #[test]
    fn racks_and_fluids_are_of_different_families() {
        for i in 0..=40 {
            let x = i as f32 / 40.0;
            let fluid = fluids(x);
            for by in ColourBy::ALL {
                // A rack by what reaches it is the same quantity.
                if matches!(by, ColourBy::Inlet | ColourBy::Job) {
                    continue;
                }
                let far: f32 = by
                    .colour(x)
                    .iter()
                    .zip(fluid)
                    .map(|(a, b)| (a - b).powi(2))
                    .sum();
                assert!(far.sqrt() > 0.18, "{by:?} at {x}: {}", far.sqrt());
            }
            assert_eq!(ColourBy::Inlet.colour(x), fluid);
        }
    }

    /// The ends as matplotlib prints them: plasma #0d0887 … #f0f921.
    #[test]
    fn ends_are_the_published_ones() {
        let near = |rgb: Rgb, hex: [u8; 3]| {
            for (value, published) in rgb.into_iter().zip(hex) {
                assert!(
                    (value - f32::from(published) / 255.0).abs() < 0.03,
                    "{rgb:?} {hex:?}"
                );
            }
        };
        near(plasma(0.0), [0x0d, 0x08, 0x87]);
        near(plasma(1.0), [0xf0, 0xf9, 0x21]);
        assert_eq!(plasma(f32::NAN), plasma(0.0));
    }

    #[test]
    fn scales_are_round_and_hold_their_values() {
        let scale = Scale::around(41.2, 77.9, 5.0);
        assert_eq!((scale.low, scale.high), (40.0, 80.0));
        assert_eq!(Scale::around(20.0, 20.0, 5.0).high, 25.0);
        for (largest, high) in [(0.0, 1.0), (0.2, 1.0), (2.4, 3.0), (62.0, 100.0)] {
            assert_eq!(Scale::up_to(largest), Scale::new(0.0, high));
        }
        assert_eq!(
            (scale.at(0.0), scale.at(60.0), scale.at(99.0)),
            (0.0, 0.5, 1.0)
        );
    }
}
