//! Parts of a step.

use super::experts::in_use;
use super::links::Sent;
use super::{EXPERTS_S, LAYER_S, LINKS, NETWORK_REDUCE_S, PRODUCTS, PROGRAM, REDUCE_S};
use super::{Phase, Replica};
use super::{REQUEST_S, REQUESTS_HALF, STREAMING};
use crate::workload::model::Precision;

/// One step of a copy: a token for each request, or a pass over prompts.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Step {
    /// How long it takes, s.
    pub time_s: f64,
    /// Of that, time in products, s.
    pub products_s: f64,
    /// Time in which the memory of an average GPU streams, s.
    pub memory_s: f64,
    /// Time in which the program works, s.
    pub program_s: f64,
    /// Time between GPUs: bytes, and exchanges without any, s.
    pub links_s: f64,
    /// Share of the fast links' rate that is in use, over the step.
    pub link_share: f64,
}

impl Step {
    /// Load of the chips in terms of power.
    pub fn load(&self) -> f64 {
        (self.load_s() / self.time_s).min(1.0)
    }

    /// That times the time of the step, without the limit of 1, s.
    pub(super) fn load_s(&self) -> f64 {
        let shares =
            STREAMING * self.memory_s + PRODUCTS * self.products_s + PROGRAM * self.program_s;
        shares + LINKS * self.link_share * self.time_s
    }

    /// What links add to that.
    pub fn link_load(&self) -> f64 {
        LINKS * self.link_share
    }
}

/// Tokens of a step.
pub(super) struct Tokens {
    /// Positions of requests that write.
    pub(super) written: f64,
    /// Tokens of prompts.
    pub(super) read: f64,
    /// Requests that write.
    pub(super) writing: f64,
    /// Prompts that join.
    pub(super) joining: f64,
}

impl Replica {
    fn tokens(&self, batch: f64) -> Tokens {
        let requests = &self.requests;
        let (writing, joining) = match self.phase {
            // Prompts come with the requests that take the place of finished ones.
            Phase::Both => (batch, batch * requests.accepted() / requests.output_tokens),
            Phase::Decode => (batch, 0.0),
            Phase::Prefill => (0.0, batch),
        };
        Tokens {
            written: writing * requests.positions(),
            read: joining * requests.prompt_tokens(),
            writing,
            joining,
        }
    }

    /// A step with `batch` requests over all ranks; with prompts alone, a pass over so many.
    pub fn step(&self, batch: f64) -> Step {
        self.step_of(&self.tokens(batch), batch)
    }

    /// The same with these tokens.
    pub(super) fn step_of(&self, tokens: &Tokens, batch: f64) -> Step {
        let (chip, model, g) = (&self.chip, &self.model, self.gpus());
        let all = tokens.written + tokens.read;

        let flops = g * chip.served_flops(self.precision).unwrap_or(f64::NAN);
        let attention = self.attention_flops() * g;
        let drafted = tokens.written - tokens.writing;
        let layer = 1.0 / f64::from(model.layers);
        let products_s = 2.0 * model.active() * (all + drafted * layer) / flops
            + self.attention_flop(tokens) / attention;

        let bytes_s = chip.software.bandwidth * chip.bandwidth_bytes_s;
        let weights = self.weights_read(all);
        let again = if drafted > 0.0 {
            drafted / tokens.writing * layer
        } else {
            0.0
        };
        let context = self.requests.context();
        let cache = tokens.writing / self.ranks()
            * ((self.cache_bytes(context) - model.state_bytes) / self.cache_split()
                + 2.0 * model.state_bytes / self.tensor());
        let mean_s = (weights.mean * (1.0 + again) + cache) / bytes_s;
        let most_s = (weights.most * (1.0 + again) + cache) / bytes_s;

        let sent = self.sent(all);
        let sent_s = sent.time_s(chip);
        let links_s = sent_s + self.exchanges_s();
        let n = (tokens.writing + tokens.joining).min(batch) / self.ranks();
        let program_s = REQUEST_S * n / (1.0 + n / REQUESTS_HALF);
        let layers_s = (products_s + most_s + links_s).max(f64::from(model.layers) * LAYER_S);
        let time_s = (layers_s + program_s).max(self.handed_s(tokens));
        let near_s = if sent.near > 0.0 {
            sent.near / chip.link_bytes_s
        } else {
            0.0
        };
        Step {
            time_s,
            products_s,
            memory_s: mean_s,
            program_s,
            links_s,
            link_share: near_s / time_s,
        }
    }

    /// FLOP/s of attention on a GPU: in 16 bits, or in 8 where keys and values are stored so.
    fn attention_flops(&self) -> f64 {
        let format = if self.bytes_a_value <= 1.0 && self.chip.fp8_flops.is_some() {
            Precision::Fp8
        } else {
            Precision::Bf16
        };
        self.chip.served_flops(format).unwrap_or(f64::NAN)
    }

    /// FLOP of attention in a step.
    fn attention_flop(&self, tokens: &Tokens) -> f64 {
        let requests = &self.requests;
        let written = tokens.written * self.model.attention_flop_at(requests.context());
        // A prompt whose first part is cached looks back over all of it.
        let seen = requests.input_tokens * (1.0 + requests.prefix_hits);
        written + tokens.read * self.model.attention_flop(seen)
    }

    /// Bytes of weights that a GPU reads when `tokens` pass the copy, on average and on the GPU with most.
    fn weights_read(&self, tokens: f64) -> Weights {
        let (model, q) = (&self.model, self.bytes_a_weight);
        let (dense, expert) = (model.dense() * q, model.expert() * q);
        if self.layout.spread && model.experts > 1 {
            let used = in_use(
                model.experts,
                model.experts_per_token,
                self.layout.gpus,
                tokens,
            );
            let dense = dense / self.tensor();
            return Weights {
                mean: dense + used.mean * expert,
                most: dense + used.most * expert,
            };
        }
        let each = model.touched(tokens) * q / self.tensor();
        Weights {
            mean: each,
            most: each,
        }
    }

    /// Bytes of weights that a GPU holds.
    pub(super) fn weights_held(&self) -> f64 {
        let (model, q) = (&self.model, self.bytes_a_weight);
        if self.layout.spread && model.experts > 1 {
            let slots = f64::from(model.experts.div_ceil(self.layout.gpus));
            return q * (model.dense() / self.tensor() + slots * model.expert());
        }
        q * model.parameters / self.tensor()
    }

    /// Exchanges between GPUs, without their bytes, s.
    fn exchanges_s(&self) -> f64 {
        let layers = f64::from(self.model.layers);
        let reduces = match (self.layout.tensor > 1, self.layout.ranks() > 1) {
            (false, _) => 0.0,
            (true, false) => 2.0 * layers,
            (true, true) => layers,
        };
        let spread = self.layout.spread && self.layout.gpus > 1 && self.model.experts > 1;
        let experts = if spread {
            f64::from(self.model.expert_layers())
        } else {
            0.0
        };
        let reduce_s = if self.layout.tensor > self.chip.domain {
            NETWORK_REDUCE_S
        } else {
            REDUCE_S
        };
        reduces * reduce_s + experts * EXPERTS_S
    }

    /// Time in which the network hands the keys and values of a pass to those that write, s: it runs beside the pass.
    fn handed_s(&self, tokens: &Tokens) -> f64 {
        if self.phase != Phase::Prefill {
            return 0.0;
        }
        let bytes = tokens.joining * self.cache_bytes(self.requests.input_tokens);
        Sent {
            near: 0.0,
            far: bytes / self.gpus(),
        }
        .time_s(&self.chip)
    }

    /// Time until the keys and values of one prompt are with those that write, s.
    pub fn handing_s(&self) -> f64 {
        if self.phase != Phase::Prefill {
            return 0.0;
        }
        let bytes = self.cache_bytes(self.requests.input_tokens) / self.tensor();
        bytes / self.chip.network_bytes_s
    }
}

struct Weights {
    mean: f64,
    most: f64,
}
