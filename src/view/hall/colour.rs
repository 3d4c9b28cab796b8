//! Colour maps that are even to the eye and safe for the colour-blind, and what each way of colouring shows.
//!
//! ```text
//! colour(x) = c₀ + x·(c₁ + x·(c₂ + x·(c₃ + x·(c₄ + x·(c₅ + x·c₆)))))     sRGB, x from 0 to 1
//! ```
//!
//! Source: polynomials fitted to matplotlib's *plasma* and *viridis* (van der Walt and Smith, CC0),
//! checked here by what they must do: lightness rises evenly.

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

#[expect(clippy::excessive_precision, reason = "as they are published")]
const VIRIDIS: [Rgb; 7] = [
    [0.27772733, 0.0054073445, 0.3340998],
    [0.105093043, 1.4046135, 1.3845902],
    [-0.33086183, 0.21484756, 0.09509516],
    [-4.6342305, -5.799101, -19.332441],
    [6.22827, 14.179934, 56.690553],
    [4.776385, -13.745145, -65.353033],
    [-5.435456, 4.6458526, 26.312435],
];

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

/// Violet through green to yellow: how busy something is.
pub(crate) fn viridis(x: f32) -> Rgb {
    polynomial(&VIRIDIS, x)
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
    /// The job that has most of the rack.
    Job,
}

impl ColourBy {
    pub(crate) const ALL: [Self; 6] = [
        Self::Chip,
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
            Self::Job => "job",
        }
    }

    pub(crate) fn unit(self) -> &'static str {
        match self {
            Self::Chip | Self::Inlet => "°C",
            Self::Power => "kW",
            Self::Utilisation | Self::Throttling => "%",
            Self::Job => "GPUs",
        }
    }

    /// The colour at `x` of the scale, 0 to 1.
    pub(crate) fn colour(self, x: f32) -> Rgb {
        match self {
            Self::Utilisation => viridis(x),
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

    /// A map must be readable without hue, in print and for the colour-blind: lightness rises all the way, evenly.
    #[test]
    fn lightness_rises_evenly() {
        for map in [plasma, viridis] {
            let all: Vec<f32> = (0..=20).map(|i| lightness(map(i as f32 / 20.0))).collect();
            let mean = (all[20] - all[0]) / 20.0;
            assert!(mean > 2.5, "{all:?}");
            for pair in all.windows(2) {
                let step = pair[1] - pair[0];
                assert!(
                    step > 0.4 * mean && step < 1.8 * mean,
                    "{step} of {mean}: {all:?}"
                );
            }
        }
    }

    /// The ends as matplotlib prints them: plasma #0d0887 … #f0f921, viridis #440154 … #fde725.
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
        near(viridis(0.0), [0x44, 0x01, 0x54]);
        near(viridis(1.0), [0xfd, 0xe7, 0x25]);
        assert_eq!(plasma(f32::NAN), plasma(0.0));
    }

    #[test]
    fn scales_are_round_and_hold_their_values() {
        let scale = Scale::around(41.2, 77.9, 5.0);
        assert_eq!((scale.low, scale.high), (40.0, 80.0));
        assert_eq!(Scale::around(20.0, 20.0, 5.0).high, 25.0);
        assert_eq!(
            (scale.at(0.0), scale.at(60.0), scale.at(99.0)),
            (0.0, 0.5, 1.0)
        );
    }
}
