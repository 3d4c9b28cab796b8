//! Images and clips by diffusion: FLOP of one, and how many a GPU makes.
//!
//! ```text
//! FLOP   = steps·passes·(2·N·n + 4·L·n²·h) + passes·Σ 2·N_e·n_e + p·d
//!                                                   n tokens of image and text; the second term is attention
//! rate   = F/FLOP                                   a GPU at batch 1, F: FLOP/s reached in training one server
//! load   = that of `serving`: products for the share of time that they would take in serving, memory streams for the rest
//! ```
//!
//! N parameters that one token passes, L layers of width h, 1/s; `N_e`, `n_e` parameters and tokens of the encoders that
//! read the prompt once; p pixels of all frames, d FLOP of the decoder for each. A step of a diffusion transformer is one forward pass
//! over all tokens of the image; it runs twice where the prompt steers it by comparison with none, and so do the encoders.
//! Source: 2·N a token as in Kaplan et al. (2020) and 4·n²·h a layer for both products of attention; models with linear
//! attention have no second term. Nothing was fitted: F is the share that a dense model of 7 B reaches in training, for
//! convolutions too. Left out: kernels between products, which weigh most in small models, and tiles of the decoder that overlap.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::serving::load_busy;
use super::{ChipFigures, Precision};
use crate::describe::Doubts;
use crate::units;

/// An encoder that reads the prompt.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Encoder {
    /// Parameters that a token passes.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1000.0, max = 1000000000000000.0))]
    pub parameters: f64,
    /// Tokens that it reads.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 1000000000.0))]
    pub tokens: f64,
}

/// A diffusion model, as the catalogue describes it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DiffusionModel {
    /// Full name, with what it makes.
    pub name: String,
    /// Parameters that one token of the image passes.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1000.0, max = 1000000000000000.0))]
    pub parameters: f64,
    /// Layers.
    #[schemars(range(min = 1, max = 100000))]
    pub layers: u32,
    /// Width.
    #[schemars(range(min = 1, max = 10000000))]
    pub hidden: u32,
    /// Tokens of one image or clip.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 1000000000000.0))]
    pub tokens: f64,
    /// Tokens of text beside them.
    #[serde(default, deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1000000000.0))]
    pub text_tokens: f64,
    /// Attention that is not quadratic in the tokens.
    #[serde(default)]
    pub linear_attention: bool,
    /// Steps.
    #[schemars(range(min = 1, max = 1000000))]
    pub steps: u32,
    /// Passes through the model in a step.
    #[schemars(range(min = 1, max = 1000))]
    pub passes: u32,
    /// Text encoders: they read the prompt, once for each of the passes.
    #[serde(default)]
    pub encoders: Vec<Encoder>,
    /// Pixels of one image, or of all frames of a clip.
    #[serde(default, deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1000000000000000.0))]
    pub pixels: f64,
    /// FLOP for a pixel of what decodes latents to pixels.
    #[serde(default, deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1000000000000.0))]
    pub decoder_flop: f64,
    /// Where the figures come from.
    pub source: String,
    /// Unconfirmed figures: the credible range of each, with its reason.
    #[serde(default)]
    pub doubt: Doubts,
}

impl DiffusionModel {
    /// FLOP of one image or clip.
    pub fn flop(&self) -> f64 {
        let tokens = self.tokens + self.text_tokens;
        let attention = if self.linear_attention {
            0.0
        } else {
            4.0 * f64::from(self.layers) * tokens * tokens * f64::from(self.hidden)
        };
        let pass = 2.0 * self.parameters * tokens + attention;
        let read = |encoder: &Encoder| 2.0 * encoder.parameters * encoder.tokens;
        let prompt: f64 = self.encoders.iter().map(read).sum();
        let (steps, passes) = (f64::from(self.steps), f64::from(self.passes));
        passes * (steps * pass + prompt) + self.pixels * self.decoder_flop
    }

    /// Bytes of the weights of model and encoders that a token passes.
    pub fn weight_bytes(&self, precision: Precision) -> f64 {
        let read: f64 = self.encoders.iter().map(|encoder| encoder.parameters).sum();
        (self.parameters + read) * precision.bytes()
    }

    /// Images or clips a second that one GPU makes; None where the chip lacks the precision.
    pub fn per_s(&self, chip: &ChipFigures, precision: Precision) -> Option<f64> {
        Some(chip.trained_flops(precision)? / self.flop())
    }

    /// Load of the GPU meanwhile, in terms of power.
    pub fn load(chip: &ChipFigures) -> f64 {
        load_busy((chip.software.training / chip.software.compute).min(1.0))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::workload::model::tests::H100;

    pub(crate) fn flux() -> DiffusionModel {
        toml::from_str(
            "name = 'flux'\nparameters = 8.6e9\nlayers = 57\nhidden = 3072\ntokens = 4096\ntext_tokens = 512\n\
             steps = 50\npasses = 1\nsource = 'test'",
        )
        .unwrap()
    }

    /// 4,608 tokens: 2·8.6e9·4608 = 7.926e13, attention 4·57·4608²·3072 = 1.4872e13, fifty steps: 4.7066e15 FLOP. At
    /// 454.94 TFLOP/s: 10.346 s.
    #[test]
    fn an_image_takes_the_hand_calculated_time() {
        assert!((flux().flop() / 4.7066e15 - 1.0).abs() < 1e-4);
        let per_s = flux().per_s(&H100, Precision::Bf16).unwrap();
        assert!((1.0 / per_s - 10.346).abs() < 0.002);
        let linear = DiffusionModel {
            linear_attention: true,
            ..flux()
        };
        assert!((linear.flop() / (50.0 * 7.926e13) - 1.0).abs() < 1e-4);
    }

    /// An encoder of 4.6 B reads 512 tokens twice: 2·2·4.6e9·512 = 9.4208e12; 1,048,576 pixels at 10 MFLOP: 1.0486e13.
    #[test]
    fn encoders_and_decoder_add_their_flop() {
        let whole = DiffusionModel {
            passes: 2,
            encoders: vec![Encoder {
                parameters: 4.6e9,
                tokens: 512.0,
            }],
            pixels: 1_048_576.0,
            decoder_flop: 10e6,
            ..flux()
        };
        let added = whole.flop() - 2.0 * flux().flop();
        assert!((added / 1.990_656e13 - 1.0).abs() < 1e-5, "{added:e}");
    }
}
