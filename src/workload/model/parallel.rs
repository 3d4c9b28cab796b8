//! How a training run is laid over GPUs, and what their talking costs.
//!
//! ```text
//! GPUs = t·p·d                 tensor parallel inside a domain of fast links, pipeline stages, copies of the model (data)
//! m    = B/(s·b·d)             microbatches of b sequences that a copy works through in a step of B tokens
//! T_c  = 6·N·s·b/(t·p·F)       one microbatch on one stage forward and backward, F: FLOP/s of a GPU (4/3 with full recomputation)
//! T_t  = (L/p)·4·2(t − 1)/t·2·s·b·h/w_link      four all-reduces of the activations a layer (six with full recomputation)
//! T_p  = (p − 1)/v·(T_c + T_t)                  bubble, v chunks of layers on each stage
//! T_d  = max(0, 4·N/(t·p)·(d − 1)/d/w − T_c)    gradients and weights once a step, hidden behind one microbatch
//!        max(0, 6·N/t·(d − 1)/d/w − T_c) · m    with weights spread over all copies: gathered twice, gradients scattered
//! efficiency = m·T_c⁰/(m·(T_c + T_t) + T_p + T_d)            T_c⁰ without recomputation
//! memory     = states + min(p, m)/p·b·kept(L) ≤ 95 %          states: (4/(t·p) + 12/GPUs)·N, or 16·N/GPUs when spread
//! ```
//!
//! s, B tokens, b sequences, w bytes/s one way of the slowest links that a group of copies must cross: the scale-up links
//! where all GPUs lie in one domain, else a GPU's share of the network. Sources: Shoeybi et al., *Megatron-LM* (2019), for
//! the four all-reduces; a ring moves 2(t − 1)/t of the bytes; Narayanan et al., *Efficient Large-Scale Language Model
//! Training* (2021), for bubble and interleaving; Rajbhandari et al. (2020) for spreading states over copies. Of all
//! layouts that fit the memory, the quickest is taken. Left out: latency of messages, congestion, stragglers, experts'
//! all-to-all, sequence parallelism across domains. One layer a chunk and at most eight chunks a stage.

use super::memory::{Recompute, TRAINED_BYTES, USABLE, activation_bytes, tensor_widths};
use super::{ChipFigures, LanguageModel};

/// Chunks of layers on a stage, at most.
const MAX_CHUNKS: f64 = 8.0;
/// Sequences in a microbatch, at most.
const MAX_SEQUENCES: u32 = 16;

/// A training run.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The model.
    pub model: &'a LanguageModel,
    /// Tokens of a sequence.
    pub sequence: f64,
    /// Tokens of a step.
    pub batch_tokens: f64,
    /// GPUs.
    pub gpus: u32,
    /// Throughput of one GPU on one server, FLOP/s.
    pub flops: f64,
    /// Required recomputation; None: as little as fits.
    pub recompute: Option<Recompute>,
}

/// How it is laid over the GPUs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layout {
    /// GPUs that share a layer.
    pub tensor: u32,
    /// Stages.
    pub pipeline: u32,
    /// Copies.
    pub data: u32,
    /// Sequences of a microbatch.
    pub sequences: u32,
    /// States are spread over all copies, weights too.
    pub sharded: bool,
    /// Recomputation.
    pub recompute: Recompute,
    /// Time that the 6·N·D alone would take over the time of a step, 0..1.
    pub efficiency: f64,
    /// Bytes in use on a GPU of the first stage.
    pub memory_bytes: f64,
}

impl Run<'_> {
    /// The quickest layout that fits; None where none does.
    pub fn lay_out(&self, chip: &ChipFigures) -> Option<Layout> {
        let mut best: Option<Layout> = None;
        for tensor in tensor_widths(self.model, chip) {
            if !(f64::from(self.gpus) / tensor).fract().eq(&0.0) {
                continue;
            }
            let left = self.gpus / tensor as u32;
            let stages = (0..8).map(|power| 1_u32 << power);
            for pipeline in stages.filter(|p| *p <= self.model.layers && left.is_multiple_of(*p)) {
                for layout in self.choices(tensor as u32, pipeline, left / pipeline, chip) {
                    if best.is_none_or(|known| layout.efficiency > known.efficiency) {
                        best = Some(layout);
                    }
                }
            }
        }
        best
    }

    /// Layouts of this shape that fit.
    fn choices(
        &self,
        tensor: u32,
        pipeline: u32,
        data: u32,
        chip: &ChipFigures,
    ) -> impl Iterator<Item = Layout> {
        let sequences = (0..5)
            .map(|power| 1_u32 << power)
            .take_while(|b| *b <= MAX_SEQUENCES);
        let recompute = Recompute::ALL
            .into_iter()
            .filter(|r| self.recompute.is_none_or(|wanted| wanted == *r));
        let mut all = Vec::new();
        for sequences in sequences {
            for recompute in recompute.clone() {
                for sharded in [false, true] {
                    // Spread weights and stages would gather weights for every chunk.
                    if sharded && (pipeline > 1 || data == 1) {
                        continue;
                    }
                    let shape = Layout {
                        tensor,
                        pipeline,
                        data,
                        sequences,
                        sharded,
                        recompute,
                        efficiency: 0.0,
                        memory_bytes: 0.0,
                    };
                    all.extend(self.judge(shape, chip));
                }
            }
        }
        all.into_iter()
    }

    /// Memory and efficiency of a layout; None where it does not fit.
    fn judge(&self, shape: Layout, chip: &ChipFigures) -> Option<Layout> {
        let model = self.model;
        let (t, p, d) = (
            f64::from(shape.tensor),
            f64::from(shape.pipeline),
            f64::from(shape.data),
        );
        let b = f64::from(shape.sequences);
        let rounds = self.batch_tokens / (self.sequence * b * d);
        // A copy without a whole microbatch is idle for the rest of a step.
        let (rounds, idle) = if rounds < 1.0 {
            (1.0, 1.0 / rounds)
        } else {
            (rounds, 1.0)
        };
        let gpus = f64::from(self.gpus);
        let states = if shape.sharded {
            TRAINED_BYTES * model.parameters / gpus
        } else {
            model.parameters * (4.0 / (t * p) + (TRAINED_BYTES - 4.0) / gpus)
        };
        let kept = activation_bytes(model, self.sequence, t, shape.recompute);
        let memory_bytes = states + p.min(rounds) / p * b * kept;
        if memory_bytes > USABLE * chip.memory_bytes {
            return None;
        }
        let tokens = self.sequence * b;
        let counted_s = 6.0 * model.active() * tokens / (t * p * self.flops);
        let compute_s = counted_s * shape.recompute.work();
        let reduces = if shape.recompute == Recompute::Full {
            6.0
        } else {
            4.0
        };
        let (layers, hidden) = (f64::from(model.layers), f64::from(model.hidden));
        let ring = |n: f64| (n - 1.0) / n;
        let tensor_s =
            layers / p * reduces * 2.0 * ring(t) * 2.0 * tokens * hidden / chip.link_bytes_s;
        let tensor_s = if t > 1.0 { tensor_s } else { 0.0 };
        let chunks = (layers / p).floor().clamp(1.0, MAX_CHUNKS);
        let bubble_s = (p - 1.0) / chunks * (compute_s + tensor_s);
        let across_bytes_s = if self.gpus <= chip.domain {
            chip.link_bytes_s
        } else {
            chip.network_bytes_s
        };
        let data_s = if d <= 1.0 {
            0.0
        } else if shape.sharded {
            let moved_s = 6.0 * model.parameters / t * ring(d) / across_bytes_s;
            (moved_s - compute_s).max(0.0) * rounds
        } else {
            let moved_s = 4.0 * model.parameters / (t * p) * ring(d) / across_bytes_s;
            (moved_s - compute_s).max(0.0)
        };
        let step_s = rounds * (compute_s + tensor_s) + bubble_s + data_s;
        Some(Layout {
            efficiency: rounds * counted_s / (step_s * idle),
            memory_bytes,
            ..shape
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::model::Precision;
    use crate::workload::model::architecture::tests::llama_70b;
    use crate::workload::model::tests::H100;
    use proptest::prelude::*;

    fn run(model: &LanguageModel, gpus: u32) -> Run<'_> {
        Run {
            model,
            sequence: 8192.0,
            batch_tokens: 16e6,
            gpus,
            flops: H100.trained_flops(Precision::Bf16).unwrap(),
            recompute: None,
        }
    }

    /// Tensor 8 alone on 8 GPUs of a model of one layer, by hand: T_c = 6·N·s/(8·F); T_t = 4·2·(7/8)·2·s·h/w. For
    /// N = 12·h², h = 8192: 6·12·8192²·s/(8·454.94e12) = s·1.3276e-6 s, T_t = s·14·8192/450e9 = s·2.5486e-7 s; so the
    /// efficiency is 1/(1 + 0.19197) = 0.83895.
    #[test]
    fn tensor_parallelism_costs_what_its_all_reduces_take() {
        let model = LanguageModel {
            parameters: 12.0 * 8192.0 * 8192.0,
            layers: 1,
            ..llama_70b()
        };
        let shape = Layout {
            tensor: 8,
            pipeline: 1,
            data: 1,
            sequences: 1,
            sharded: false,
            recompute: Recompute::Selective,
            efficiency: 0.0,
            memory_bytes: 0.0,
        };
        let judged = run(&model, 8).judge(shape, &H100).unwrap();
        assert!((judged.efficiency - 0.83895).abs() < 2e-5, "{judged:?}");
    }

    /// Four stages of 20 layers, eight chunks each, one microbatch: the bubble is 3/8 of it.
    #[test]
    fn a_pipeline_with_one_microbatch_waits_most() {
        let model = llama_70b();
        let shape = Layout {
            tensor: 1,
            pipeline: 4,
            data: 1,
            sequences: 1,
            sharded: false,
            recompute: Recompute::Full,
            efficiency: 0.0,
            memory_bytes: 0.0,
        };
        let roomy = ChipFigures {
            memory_bytes: 1e15,
            ..H100
        };
        let one = Run {
            batch_tokens: 8192.0,
            ..run(&model, 4)
        };
        let efficiency = one.judge(shape, &roomy).unwrap().efficiency;
        assert!((efficiency - 0.75 / 1.375).abs() < 1e-12, "{efficiency}");
    }

    #[test]
    fn what_does_not_fit_has_no_layout() {
        let model = llama_70b();
        assert_eq!(run(&model, 8).lay_out(&H100), None);
        let layout = run(&model, 64).lay_out(&H100).unwrap();
        assert!(layout.memory_bytes <= 0.95 * 80e9 && layout.efficiency > 0.7);
    }

    proptest! {
        /// Better links and more memory never make a run slower; efficiency is a share; all GPUs are used.
        #[test]
        fn better_machines_are_not_slower(power in 5..12u32, links in 1.0..8.0f64, memory in 1.0..4.0f64) {
            let model = llama_70b();
            let run = run(&model, 1 << power);
            let plain = run.lay_out(&H100);
            let better = ChipFigures {
                link_bytes_s: H100.link_bytes_s * links,
                network_bytes_s: H100.network_bytes_s * links,
                memory_bytes: H100.memory_bytes * memory,
                ..H100
            };
            if let Some(plain) = plain {
                let best = run.lay_out(&better).unwrap();
                prop_assert!(best.efficiency >= plain.efficiency - 1e-12);
                prop_assert!(plain.efficiency > 0.0 && plain.efficiency <= 1.0);
                prop_assert_eq!(plain.tensor * plain.pipeline * plain.data, 1 << power);
            }
        }
    }
}
