//! One copy of a language model that answers requests: time of a step, tokens a second and load of its chips by batch.
//!
//! ```text
//! T(b)   = T_w + T_f + T_kv + T_p + T_a + b·t_1         one token for each of b requests
//!   T_w  = N_read(b)·q/(g·e_w·w)                        weights out of the chip's memory, q bytes each, however they are stored
//!   T_f  = 2·N·b/(g·F)                                  their products
//!   T_kv = b·(C(i + o/2) + S)/(g·e_w·w)                 keys and values of a context that is half written; state also back
//!   T_p  = b·i/o·2·N/(g·F)                              prompts of the requests that take the place of finished ones
//!   T_a  = 2·L·(15 µs + 2(g − 1)/g·2·b·(1 + i/o)·h/w_l)     two all-reduces a layer, with g > 1 GPUs
//! tokens/s = b/T          largest b: weights and b·C(i + o) fill 90 % of memory, and T within the required latency
//! u      = min(1, 0.57 + 1.46·f)      load in terms of power; f: FLOP/s over peak (of bf16, times the gain of fp8)
//! ```
//!
//! i, o tokens read and written a request, N parameters that a token passes, C(c) bytes that a request keeps at c tokens, S
//! those of its state, which each step writes again, g GPUs, w and w_l bytes/s of memory and links, e_w and F what software
//! reaches of them (`Software`). Prefill is bound by products, decoding by memory: the roofline of each kind of kernel, and
//! kinds run after each other, so their times add. Below one request at a time the copy is idle in between.
//!
//! Fitted, on the eight batches of Qwen3 14B on one H100 (ML.ENERGY data, snapshot 2026-02-16): e_w = 0.75 and t_1 = 48 µs a
//! request, with F = 0.8·peak and i = 200 (not published) set beforehand; e_w of the B200 on its row of batch 8; the load
//! 0.57 + 1.46·f on the power of both chips' rows, read as at 60 °C (439 + 800·f W of an H100: the same line as before the power of
//! a chip at rest with its context loaded was told apart from that without, as 0.64 + 1.4·f of the range from there). A term for memory traffic was fitted too and came out at zero:
//! a chip that streams weights and one that waits for its links draw the same. 15 µs an all-reduce: an estimate, 8 to 30 µs by size of
//! the group. All other
//! models, batches and numbers of GPUs are predictions. Left out: speculative decoding, prefix caches, separate prefill.

use super::{ChipFigures, LanguageModel, Precision};

/// One all-reduce without bytes, s.
const REDUCE_S: f64 = 15e-6;
/// The program's own time for each request and step, s.
const REQUEST_S: f64 = 48e-6;
/// Share of memory that weights and cache fill.
const FILLED: f64 = 0.9;
/// Load of a chip that works on small batches, and what a share of its peak adds.
const WORKING: f64 = 0.57;
const PER_PEAK: f64 = 1.46;
/// More requests at a time than this no program handles.
const MAX_BATCH: f64 = 4096.0;

/// Load of a chip in terms of power that works at a share of its peak.
pub fn load_at(peak_share: f64) -> f64 {
    (WORKING + PER_PEAK * peak_share).min(1.0)
}

/// A copy of a model in service.
#[derive(Debug, Clone)]
pub struct Replica {
    /// The model.
    pub model: LanguageModel,
    /// The chip.
    pub chip: ChipFigures,
    /// Number format of the products.
    pub precision: Precision,
    /// Bytes of a stored weight, with its scales.
    pub bytes_a_weight: f64,
    /// GPUs that share it.
    pub gpus: u32,
    /// Tokens read a request.
    pub input_tokens: f64,
    /// Tokens written a request.
    pub output_tokens: f64,
}

/// One step: a token for each request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// How long it takes, s.
    pub time_s: f64,
    /// FLOP/s over peak.
    pub peak_share: f64,
}

impl Replica {
    /// Bytes of its weights.
    pub fn weight_bytes(&self) -> f64 {
        self.model.parameters * self.bytes_a_weight
    }

    /// The fewest GPUs, a power of two, that hold the weights and one request; None where no domain of links does.
    pub fn least_gpus(
        model: &LanguageModel,
        chip: &ChipFigures,
        bytes_a_weight: f64,
        context_tokens: f64,
    ) -> Option<u32> {
        let bytes = model.parameters * bytes_a_weight + model.cache_bytes(context_tokens);
        (0..10)
            .map(|power| 1_u32 << power)
            .take_while(|gpus| *gpus <= chip.domain)
            .find(|gpus| f64::from(*gpus) * FILLED * chip.memory_bytes >= bytes)
    }

    /// A step with `batch` requests.
    pub fn step(&self, batch: f64) -> Step {
        let g = f64::from(self.gpus);
        let (chip, model) = (&self.chip, &self.model);
        let flops = g * chip.served_flops(self.precision).unwrap_or(f64::NAN);
        let peak = flops / chip.software.compute;
        let bytes_s = g * chip.software.bandwidth * chip.bandwidth_bytes_s;
        // Prompts come with the requests that take the place of finished ones.
        let prompt = self.input_tokens / self.output_tokens;
        let flop = 2.0 * model.active() * batch * (1.0 + prompt);
        let weights = model.touched(batch * (1.0 + prompt)) * self.bytes_a_weight;
        let context = self.input_tokens + 0.5 * self.output_tokens;
        let cache = batch * (model.cache_bytes(context) + model.state_bytes);
        let reduce_s = if self.gpus > 1 {
            let bytes = 2.0 * batch * (1.0 + prompt) * f64::from(model.hidden);
            let ring = 2.0 * (g - 1.0) / g;
            2.0 * f64::from(model.layers) * (REDUCE_S + ring * bytes / chip.link_bytes_s)
        } else {
            0.0
        };
        let time_s = (weights + cache) / bytes_s + flop / flops + reduce_s + batch * REQUEST_S;
        Step {
            time_s,
            peak_share: flop / (time_s * peak),
        }
    }

    /// Requests at a time that its memory holds.
    pub fn most_by_memory(&self) -> f64 {
        let room = f64::from(self.gpus) * FILLED * self.chip.memory_bytes - self.weight_bytes();
        let context = self.input_tokens + self.output_tokens;
        (room / self.model.cache_bytes(context)).clamp(0.0, MAX_BATCH)
    }

    /// The most requests at a time whose tokens come within `token_s`; None where one does not.
    pub fn largest_batch(&self, token_s: f64) -> Option<f64> {
        let most = self.most_by_memory().floor();
        if most < 1.0 || self.step(1.0).time_s > token_s {
            return None;
        }
        let (mut low, mut high) = (1.0, most);
        if self.step(high).time_s <= token_s {
            return Some(high);
        }
        // Whole requests: 12 halvings of at most 4,096.
        while high - low > 1.0 {
            let middle = (0.5 * (low + high)).floor();
            if self.step(middle).time_s <= token_s {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(low)
    }

    /// Tokens written a second with `batch` requests at a time; below one, it is idle in between.
    pub fn tokens_per_s(&self, batch: f64) -> f64 {
        if batch < 1.0 {
            return batch / self.step(1.0).time_s;
        }
        batch / self.step(batch).time_s
    }

    /// Load of its chips in terms of power with `batch` requests at a time.
    pub fn load(&self, batch: f64) -> f64 {
        if batch < 1.0 {
            return batch.max(0.0) * load_at(self.step(1.0).peak_share);
        }
        load_at(self.step(batch).peak_share)
    }

    /// The batch at which it writes `tokens_per_s`, at most `most`.
    pub fn batch_for(&self, tokens_per_s: f64, most: f64) -> f64 {
        let (mut low, mut high) = (0.0, most);
        if tokens_per_s >= self.tokens_per_s(most) {
            return most;
        }
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if self.tokens_per_s(middle) < tokens_per_s {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::model::architecture::tests::llama_70b;
    use crate::workload::model::tests::H100;
    use proptest::prelude::*;

    fn replica() -> Replica {
        Replica {
            model: llama_70b(),
            chip: H100,
            precision: Precision::Bf16,
            bytes_a_weight: 2.0,
            gpus: 4,
            input_tokens: 200.0,
            output_tokens: 350.0,
        }
    }

    /// Batch 8 by hand: weights 141.2e9/(4·0.75·3.35e12) = 14.050 ms; cache 8·375·327,680/10.05e12 = 0.098 ms; products
    /// 2·70.6e9·8·1.5714/(4·0.8·989e12) = 0.561 ms; all-reduces 160·(15 µs + 1.5·2·8·1.5714·8192/450e9) = 2.510 ms; requests
    /// 0.384 ms: 17.603 ms. Of the peak: 1.7751e12/(0.017603·3.956e15) = 2.549 %.
    #[test]
    fn a_step_of_a_70b_by_hand() {
        let step = replica().step(8.0);
        assert!((step.time_s - 17.603e-3).abs() < 5e-6, "{step:?}");
        assert!((step.peak_share - 0.02549).abs() < 2e-5);
        assert!((replica().load(8.0) - 0.60722).abs() < 1e-4);
    }

    /// 320 GB · 0.9 less 141.2 leave 146.8 GB for 550 tokens of 327,680 bytes each: 814 requests.
    #[test]
    fn memory_and_latency_bound_the_batch() {
        let replica = replica();
        assert!((replica.most_by_memory() - 814.5).abs() < 0.5);
        assert_eq!(replica.largest_batch(1.0), Some(814.0));
        let within = replica.largest_batch(0.03).unwrap();
        assert!(replica.step(within).time_s <= 0.03);
        assert!(replica.step(within + 1.0).time_s > 0.03);
        assert_eq!(replica.largest_batch(0.001), None);
        let least = |bytes| Replica::least_gpus(&llama_70b(), &H100, bytes, 550.0);
        assert_eq!((least(2.0), least(1.0)), (Some(2), Some(1)));
        let huge = LanguageModel::of(1e13);
        assert_eq!(Replica::least_gpus(&huge, &H100, 2.0, 1.0), None);
    }

    proptest! {
        /// Throughput, load and step time rise with the batch; energy for a token falls; the batch of a throughput
        /// gives that throughput.
        #[test]
        fn larger_batches_write_more_for_less(batch in 0.05..700.0f64) {
            let replica = replica();
            let more = batch * 1.1 + 0.01;
            prop_assert!(replica.tokens_per_s(more) > replica.tokens_per_s(batch));
            prop_assert!(replica.load(more) >= replica.load(batch));
            let energy = |b: f64| (0.1 + replica.load(b)) / replica.tokens_per_s(b);
            prop_assert!(energy(more) < energy(batch) * (1.0 + 1e-9));
            let found = replica.batch_for(replica.tokens_per_s(batch), 800.0);
            prop_assert!((found / batch - 1.0).abs() < 1e-9);
        }
    }
}
