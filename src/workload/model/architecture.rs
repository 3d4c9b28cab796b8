//! A language model by its numbers: parameters, layers, heads.
//!
//! ```text
//! N ≈ 12·L·h²,  h ≈ 128·L                 where only the parameters are known: L = (N/(12·128²))^(1/3)
//! κ          = 2·kv_heads·head_dim·2       bytes per token of context and layer, in 16 bits
//! cache(c)   = κ·((L_a − L_w)·c + L_w·min(c, w)) + S   bytes of a request that has c tokens
//! N_active   = N_dense + (N − N_dense)·k/E                          a token passes k of E experts
//! N_read(b)  = N_dense + (N − N_dense)·(1 − (1 − k/E)^b)            weights that a batch of b tokens touches
//! ```
//!
//! Sources: Kaplan et al., *Scaling Laws for Neural Language Models* (2020), for 12·L·h² (no embeddings); the aspect
//! h = 128·L is that of GPT-3 (96 layers, 12,288), and Llama 3.1 405B lies on it (126 layers, 16,384) where smaller models
//! are up to a quarter deeper or shallower. The touched experts assume that tokens choose them evenly and independently.
//!
//! Of L layers, `L_a` keep keys and values, `L_w` of these only for the last w tokens (sliding windows), and layers with a
//! state of their own (Mamba) keep S bytes, whatever the context. Compressed caches (latent attention) give κ by `cache_values`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::Doubts;
use crate::units;

/// A language model, as the catalogue describes it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LanguageModel {
    /// Full name.
    pub name: String,
    /// All parameters.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1000.0, max = 1000000000000000.0))]
    pub parameters: f64,
    /// Parameters that a token passes. Default: all.
    #[serde(default, deserialize_with = "units::given_positive")]
    #[schemars(range(min = 1000.0, max = 1000000000000000.0))]
    pub active: Option<f64>,
    /// Layers.
    #[schemars(range(min = 1, max = 100000))]
    pub layers: u32,
    /// Width.
    #[schemars(range(min = 1, max = 10000000))]
    pub hidden: u32,
    /// Attention heads.
    #[schemars(range(min = 1, max = 1000000))]
    pub heads: u32,
    /// Heads of keys and values.
    #[schemars(range(min = 1, max = 1000000))]
    pub kv_heads: u32,
    /// Width of a head.
    #[schemars(range(min = 1, max = 1000000))]
    pub head_dim: u32,
    /// Width between the matrices of the feed-forward part; of one expert, where there are several.
    #[schemars(range(min = 1, max = 100000000))]
    pub ffn: u32,
    /// The feed-forward part has a gate: three matrices instead of two.
    #[serde(default = "yes")]
    pub gated: bool,
    /// Experts of a layer. Default 1.
    #[serde(default = "one")]
    #[schemars(range(min = 0, max = 1000000))]
    pub experts: u32,
    /// Experts that a token passes. Default 1.
    #[serde(default = "one")]
    #[schemars(range(min = 0, max = 1000000))]
    pub experts_per_token: u32,
    /// Layers with experts. Default: all.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100000))]
    pub expert_layers: Option<u32>,
    /// Numbers kept per token and layer, where that is not `2·kv_heads·head_dim`.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1000000000))]
    pub cache_values: Option<u32>,
    /// Layers that keep keys and values. Default: all.
    #[serde(default)]
    #[schemars(range(min = 0, max = 100000))]
    pub attention_layers: Option<u32>,
    /// Of these, layers that look back over `window` tokens only.
    #[serde(default)]
    #[schemars(range(min = 0, max = 100000))]
    pub window_layers: u32,
    /// Tokens that those look back over.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1000000000))]
    pub window: u32,
    /// Bytes of state that a request keeps in all layers together, whatever its context.
    #[serde(default, deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1000000000000.0))]
    pub state_bytes: f64,
    /// Size of its vocabulary.
    #[schemars(range(min = 1, max = 100000000))]
    pub vocabulary: u32,
    /// Tokens in one step of its training.
    #[serde(default, deserialize_with = "units::given_positive")]
    #[schemars(range(min = 1.0, max = 1000000000000.0))]
    pub batch_tokens: Option<f64>,
    /// Where the figures come from.
    pub source: String,
    /// Unconfirmed figures: the credible range of each, with its reason.
    #[serde(default)]
    pub doubt: Doubts,
}

fn yes() -> bool {
    true
}
fn one() -> u32 {
    1
}

/// Width over depth, where only the number of parameters is known.
const ASPECT: f64 = 128.0;

impl LanguageModel {
    /// A dense model of so many parameters, in the shape of GPT-3.
    pub fn of(parameters: f64) -> Self {
        let layers = (parameters / (12.0 * ASPECT * ASPECT))
            .cbrt()
            .round()
            .max(1.0);
        // The width that makes the parameters right, in whole heads.
        let hidden = (parameters / (12.0 * layers)).sqrt();
        let heads = (hidden / ASPECT).round().max(1.0);
        let hidden = heads * ASPECT;
        Self {
            name: format!("{:.3} billion parameters", parameters / 1e9),
            parameters,
            active: None,
            layers: layers as u32,
            hidden: hidden as u32,
            heads: heads as u32,
            kv_heads: heads as u32,
            head_dim: ASPECT as u32,
            ffn: 4 * hidden as u32,
            gated: false,
            experts: 1,
            experts_per_token: 1,
            expert_layers: None,
            cache_values: None,
            attention_layers: None,
            window_layers: 0,
            window: 0,
            state_bytes: 0.0,
            vocabulary: 128_000,
            batch_tokens: None,
            source: String::new(),
            doubt: Doubts::default(),
        }
    }

    /// Parameters that a token passes.
    pub fn active(&self) -> f64 {
        self.active.unwrap_or(self.parameters)
    }

    /// Bytes of keys, values and state that a request keeps at a context of so many tokens, in 16 bits.
    pub fn cache_bytes(&self, context: f64) -> f64 {
        let values = self
            .cache_values
            .unwrap_or(2 * self.kv_heads * self.head_dim);
        2.0 * f64::from(values) * self.looked_at(context) + self.state_bytes
    }

    /// Share of its experts that a token passes.
    fn chosen(&self) -> f64 {
        f64::from(self.experts_per_token) / f64::from(self.experts)
    }

    /// Parameters that every token passes.
    pub fn dense(&self) -> f64 {
        let share = self.chosen();
        if share >= 1.0 {
            return self.parameters;
        }
        ((self.active() - self.parameters * share) / (1.0 - share)).max(0.0)
    }

    /// Parameters of one expert in all layers together; 0 without experts.
    pub fn expert(&self) -> f64 {
        (self.parameters - self.dense()) / f64::from(self.experts)
    }

    /// Layers with experts.
    pub fn expert_layers(&self) -> u32 {
        self.expert_layers.unwrap_or(self.layers)
    }

    /// Parameters that a batch of tokens touches.
    pub fn touched(&self, batch: f64) -> f64 {
        let missed = (1.0 - self.chosen()).max(0.0).powf(batch.max(0.0));
        let dense = self.dense();
        dense + (self.parameters - dense) * (1.0 - missed)
    }

    /// FLOP of attention for a token that is written at a context: two products with each token before it. Over a compressed cache they
    /// are as wide as what is kept, for each head.
    pub fn attention_flop_at(&self, context: f64) -> f64 {
        let width = self.cache_values.unwrap_or(self.head_dim);
        let looked_at = self.looked_at(context);
        4.0 * f64::from(self.heads) * f64::from(width) * looked_at
    }

    /// Layers times tokens before it that a token looks at.
    fn looked_at(&self, before: f64) -> f64 {
        let layers = self.attention_layers.unwrap_or(self.layers);
        let windowed = f64::from(self.window_layers.min(layers));
        (f64::from(layers) - windowed) * before + windowed * before.min(f64::from(self.window))
    }

    /// FLOP of attention for a token in the forward pass over a sequence, beside the 2·N of its weights: two products of 2·a·d
    /// FLOP with each token before it, on the mean half of the sequence, or those of the window.
    pub fn attention_flop(&self, sequence: f64) -> f64 {
        4.0 * f64::from(self.heads) * f64::from(self.head_dim) * self.looked_at(sequence / 2.0)
    }

    /// Bytes of activations that training keeps for one token and layer: what the cheap element-wise steps can redo
    /// (norms, the gated product) and the attention matrix are not among them. See `memory`.
    pub fn kept_bytes(&self) -> f64 {
        let hidden = f64::from(self.hidden);
        let keys = f64::from(self.kv_heads) / f64::from(self.heads);
        let ffn = f64::from(self.ffn) * f64::from(self.experts_per_token) / hidden;
        let wide = if self.gated { 2.0 } else { 1.0 };
        hidden * (8.0 + 4.0 * keys + 2.0 * wide * ffn)
    }

    /// The same for the attention matrix at a length of sequence: 5 bytes for each head and pair of tokens
    /// (Korthikanti et al. 2022).
    pub fn attention_bytes(&self, sequence: f64) -> f64 {
        5.0 * f64::from(self.heads) * sequence
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Llama 3.1 70B.
    pub(crate) fn llama_70b() -> LanguageModel {
        toml::from_str(
            "name = '70B'\nparameters = 70.6e9\nlayers = 80\nhidden = 8192\nheads = 64\nkv_heads = 8\nhead_dim = 128\n\
             ffn = 28672\nvocabulary = 128256\nsource = 'test'",
        )
        .unwrap()
    }

    /// 2·80·8·128·2 = 327,680 bytes, as the published 328 kB.
    #[test]
    fn the_cache_of_a_70b_is_328_kilobytes_a_token() {
        assert_eq!(llama_70b().cache_bytes(1.0), 327_680.0);
        assert_eq!(llama_70b().cache_bytes(1000.0), 327_680_000.0);
    }

    /// 4,096 bytes a token and layer. At 1,000 tokens, 20 layers keep all of them and 60 the last 512: 4096·(20·1000 +
    /// 60·512) = 207.74912 MB; at 300 tokens the windows hold everything. With 4 of the layers alone and a state of 90 MB,
    /// 4096·4·1000 + 90e6 = 106.384 MB.
    #[test]
    fn windows_and_states_bound_the_cache() {
        let windows = LanguageModel {
            window_layers: 60,
            window: 512,
            ..llama_70b()
        };
        assert_eq!(windows.cache_bytes(1000.0), 207_749_120.0);
        assert_eq!(windows.cache_bytes(300.0), llama_70b().cache_bytes(300.0));
        let states = LanguageModel {
            attention_layers: Some(4),
            state_bytes: 90e6,
            ..llama_70b()
        };
        assert_eq!(states.cache_bytes(1000.0), 106_384_000.0);
    }

    /// (175e9/196,608)^(1/3) = 96.2: 96 layers; √(175e9/1152) = 12,325: 96 heads of 128.
    #[test]
    fn the_rule_of_thumb_gives_gpt_3() {
        let model = LanguageModel::of(175e9);
        assert_eq!((model.layers, model.hidden, model.heads), (96, 12_288, 96));
        assert_eq!(LanguageModel::of(405e9).layers, 127);
    }

    /// 8 of 128 experts, 22 of 235 B: dense (22 − 14.6875)/0.9375 = 7.8 B; one token touches 22 B, two 7.8 +
    /// 227.2·(1 − 0.9375²) = 35.31 B, many nearly all.
    #[test]
    fn a_batch_touches_more_experts_than_a_token() {
        let model = LanguageModel {
            parameters: 235e9,
            active: Some(22e9),
            experts: 128,
            experts_per_token: 8,
            ..llama_70b()
        };
        assert!((model.touched(1.0) - 22e9).abs() < 1.0);
        assert!((model.touched(2.0) / 35.3125e9 - 1.0).abs() < 1e-3);
        assert!(model.touched(256.0) > 234.9e9 && model.touched(1e9) <= 235e9);
        assert_eq!(llama_70b().touched(1.0), 70.6e9);
    }
}
