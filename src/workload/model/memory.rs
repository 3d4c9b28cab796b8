//! Memory that training needs, and the fewest GPUs that hold it.
//!
//! ```text
//! states   = 16·N                       bytes: bf16 weights and gradients, fp32 weights and two Adam moments
//! kept     = s·b·L·c/t                  bytes of activations on a GPU, t of them sharing a layer (tensor parallel)
//!   c none      = 1.5·c_selective + 5·a·s       everything, the attention matrix (a heads) too
//!   c selective = h·(8 + 4·kv/a + 2·g·f/h)      without it and without what is cheap to redo; g = 2 with a gate, else 1
//!   c full      = 2·h                           the input of each layer alone: one more forward pass
//! GPUs     ≥ states/(0.95·memory − kept)
//! ```
//!
//! s tokens a sequence, b sequences at a time, L layers of width h, f the width of the feed-forward part (gated). Sources:
//! Korthikanti et al., *Reducing Activation Recomputation in Large Transformer Models* (2022), for the shape s·b·h·(34 +
//! 5·a·s/h) of a layer without recomputation, with the attention matrix redone, and for full recomputation; the count of
//! 34 is taken apart here for layers without dropout, with fewer heads of keys than of queries and with gates (20·h for a
//! GPT with four times the width between its matrices: norms, dropout masks and a second wide copy make up the rest).
//! 16 bytes: Rajbhandari et al., *Memory Optimizations Toward Training Trillion Parameter Models* (2020). Usable memory
//! 95 %: an estimate, 90 to 97 % by driver and allocator. The logits of the last layer are left out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ChipFigures, LanguageModel};

/// Weights, gradients and optimiser state of a trained parameter, bytes.
pub const TRAINED_BYTES: f64 = 16.0;
/// Share of a GPU's memory that a program can fill.
pub const USABLE: f64 = 0.95;
/// Activations kept without recomputation over those kept with selective recomputation, beside the attention matrix.
const ALL_OVER_SELECTIVE: f64 = 1.5;

/// Which activations the backward pass works out again.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Recompute {
    /// None: everything is kept.
    None,
    /// The attention matrix and cheap element-wise results.
    Selective,
    /// Everything between the inputs of layers.
    Full,
}

impl Recompute {
    /// From the least to the most work.
    pub const ALL: [Self; 3] = [Self::None, Self::Selective, Self::Full];

    /// Work done over the 6·N·D that count.
    pub fn work(self) -> f64 {
        match self {
            Self::None | Self::Selective => 1.0,
            Self::Full => 4.0 / 3.0,
        }
    }

    /// Before "recomputation" in a sentence.
    pub fn adjective(self) -> &'static str {
        match self {
            Self::None => "no",
            Self::Selective | Self::Full => self.name(),
        }
    }

    /// The name in scenario files.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Selective => "selective",
            Self::Full => "full",
        }
    }
}

/// Activations of one layer for one token, bytes, over all GPUs that share the layer.
pub fn layer_bytes(model: &LanguageModel, sequence: f64, recompute: Recompute) -> f64 {
    match recompute {
        Recompute::None => {
            ALL_OVER_SELECTIVE * model.kept_bytes() + model.attention_bytes(sequence)
        }
        Recompute::Selective => model.kept_bytes(),
        Recompute::Full => 2.0 * f64::from(model.hidden),
    }
}

/// Activations of all layers for one sequence on a GPU that shares them with `tensor − 1` others, bytes. With full
/// recomputation one layer is held at a time.
pub fn activation_bytes(
    model: &LanguageModel,
    sequence: f64,
    tensor: f64,
    recompute: Recompute,
) -> f64 {
    let layers = f64::from(model.layers) * layer_bytes(model, sequence, recompute);
    let open = match recompute {
        Recompute::Full => model.kept_bytes(),
        _ => 0.0,
    };
    sequence * (layers + open) / tensor
}

/// The fewest GPUs that hold `state_bytes` spread over all of them and one sequence at a time with full recomputation.
pub fn least_gpus(
    model: &LanguageModel,
    sequence: f64,
    chip: &ChipFigures,
    state_bytes: f64,
) -> f64 {
    let mut least = f64::INFINITY;
    for tensor in tensor_widths(model, chip) {
        let kept = activation_bytes(model, sequence, tensor, Recompute::Full);
        let room = USABLE * chip.memory_bytes - kept;
        if room > 0.0 {
            let gpus = (state_bytes / room).ceil().max(tensor);
            least = least.min(gpus);
        }
    }
    least
}

/// Numbers of GPUs that can share a layer: powers of two up to the domain of fast links and the heads.
pub(super) fn tensor_widths(
    model: &LanguageModel,
    chip: &ChipFigures,
) -> impl Iterator<Item = f64> + use<> {
    let most = chip.domain.min(model.heads).clamp(1, 64);
    (0..7)
        .map(|power| 1_u32 << power)
        .filter(move |width| *width <= most)
        .map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::model::architecture::tests::llama_70b;
    use crate::workload::model::tests::H100;

    /// A GPT of width h keeps h·(8 + 4 + 8) = 20·h; with norms (4), dropout masks (2) and the wide activation's other
    /// copy (8) it is the published 34.
    #[test]
    fn a_gpt_layer_keeps_what_was_counted() {
        let gpt = LanguageModel::of(175e9);
        let h = f64::from(gpt.hidden);
        assert_eq!(layer_bytes(&gpt, 2048.0, Recompute::Selective), 20.0 * h);
        // 1.5 · 20 + 5·96·2048/12,288 = 30 + 80 = 110 of the published 34 + 80 = 114 per h.
        assert!((layer_bytes(&gpt, 2048.0, Recompute::None) / h - 110.0).abs() < 1e-9);
        assert_eq!(layer_bytes(&gpt, 2048.0, Recompute::Full), 2.0 * h);
    }

    /// 70.6e9·16 = 1.1296 TB. One sequence of 8,192 with full recomputation over 8 GPUs: 8192·(80·2·8192 +
    /// 8192·(8 + 0.5 + 14))/8 = 1.531 GB, so 1129.6/(76 − 1.53) = 15.17: 16 GPUs.
    #[test]
    fn the_fewest_gpus_of_a_70b() {
        let model = llama_70b();
        let kept = activation_bytes(&model, 8192.0, 8.0, Recompute::Full);
        assert!((kept / 1.5309e9 - 1.0).abs() < 1e-3, "{kept}");
        let least = least_gpus(&model, 8192.0, &H100, model.parameters * TRAINED_BYTES);
        assert_eq!(least, 16.0);
    }
}
