//! One copy of a language model that answers requests: time of a step, tokens a second and load of its chips by batch.
//!
//! ```text
//! T    = max(T_w + T_kv + T_f + T_x + T_o, L·100 µs) + T_s             a step: a token (or what drafts add) for each of b requests
//!   T_w  = (N_dense·q/t + N_experts(b)·q/g)/(e_w·w)      weights out of memory; the GPU with most of the experts in use decides
//!   T_kv = b·(C(c) + S)/(d·s)/(e_w·w)                    keys, values and state of what is written; s GPUs split those of a request
//!   T_f  = (2·N + A(c))·tokens/(g·F)                     products of tokens written and of the prompts that join
//!   T_x  = links (see `links`)                           all-reduces among t GPUs, tokens to their experts and back
//!   T_o  = 2·L·8 µs (t > 1; 30 µs over the network) + L_e·164 µs (experts over several GPUs)          each exchange, without bytes
//!   T_s  = 68 µs·n/(1 + n/1,700),  n = b/d               the program's own time: each rank schedules its n requests
//! u    = 0.64·T_w,kv/T + 1.31·T_f/T + 0.70·T_s/T + 0.25·(bytes over links)/(T·w_l)       load in terms of power, at most 1
//! ```
//!
//! g GPUs of a copy are d ranks of t: t GPUs share the attention and the dense weights of a request (tensor parallelism), ranks
//! have requests of their own (data parallelism), experts lie over all g (expert parallelism) or are split among the t of a copy with
//! one rank. N parameters that a token passes, q bytes of one, C(c) and S bytes kept and state of a request, c its context, A(c) FLOP
//! of attention, w and w_l bytes/s of memory and of fast links, e_w and F what software reaches of them (`Software`). Decoding is
//! bound by memory, prompts by products, and kernels run one after another: times add. Nothing overlaps: what programs gain by two
//! batches in turn is left out. Prompts: of the requests that join (`Phase::Both`), all (`Prefill`) or none (`Decode`).
//! Below one request at a time the copy rests in between.
//!
//! Fitted (least squares of logarithms, robust) to the smaller models of each family in ML.ENERGY's chat data, snapshot 2026-02-13, on
//! H100 and B200: Qwen3 8B, 14B, 32B and 30B-A3B, Llama 3.1 8B, Llama 4 Scout, Gemma 3 12B, Nemotron Nano 9B, 156 rows. First the times 8,
//! 164 and 68 µs with 1,700; then, on measured times, the shares 0.64, 1.31 and 0.70 of the power, read as at 60 °C. All larger models,
//! the task with reasoning and the deployments of `DeepSeek` are held apart. Set before: e_w = 0.75 (H100) and 0.55 (B200, on Qwen3 14B at batch
//! 8), F = 0.8·peak, prompts of 200 tokens (not published). A time for each layer in the sum came out at zero; as a floor, which no row of
//! the fit touches, 100 µs are set by gpt-oss 120B on eight H100s with 4 and 8 requests (`InferenceX` issue 828; `DeepSeek` R1 on eight B200
//! under TensorRT-LLM needs some 120). 30 µs of an exchange over the network: an estimate. The
//! share of a link, 0.25 at full rate, is an estimate: each byte is read from and written to memory once more, and some 40 pJ go
//! into the link itself. A chip that waits draws what it draws at rest with its context loaded. Valid for chips with matrix units
//! under vLLM or `SGLang` of 2025; experts chosen evenly.

mod experts;
mod limits;
mod links;
mod prompts;
mod step;
#[cfg(test)]
mod tests;

use super::{ChipFigures, LanguageModel, Precision};
pub use limits::{Limits, Most};
pub use prompts::Joining;
pub use step::Step;

/// One exchange between GPUs that share a request, without bytes, s.
const REDUCE_S: f64 = 8e-6;
/// The same over the network, s.
const NETWORK_REDUCE_S: f64 = 30e-6;
/// Least time of a layer, however little it reads and computes: its kernels start one after another, s.
const LAYER_S: f64 = 100e-6;
/// What a layer takes more where its experts lie on several GPUs, s.
const EXPERTS_S: f64 = 164e-6;
/// The program's own time for each request of a rank and step, s; requests at which that has halved.
const REQUEST_S: f64 = 68e-6;
const REQUESTS_HALF: f64 = 1700.0;
/// Share of memory that weights and cache fill.
const FILLED: f64 = 0.9;
/// Load in terms of power while memory streams, while products run, while the program works, and at the full rate of links.
const STREAMING: f64 = 0.64;
const PRODUCTS: f64 = 1.31;
const PROGRAM: f64 = 0.70;
const LINKS: f64 = 0.25;
/// More requests at a time than this on one GPU no program handles.
const MAX_BATCH: f64 = 4096.0;
/// Prompt tokens that a rank reads in a step where a pool does nothing else.
const CHUNK_TOKENS: f64 = 16_384.0;

/// Load in terms of power of a chip that is never idle: products for a share of the time, and memory that streams for the rest.
pub fn load_busy(products_share: f64) -> f64 {
    (PRODUCTS * products_share + STREAMING * (1.0 - products_share)).min(1.0)
}

/// How a copy is laid over its GPUs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// All GPUs of the copy.
    pub gpus: u32,
    /// GPUs that share a request: attention and dense weights are split among them. Divides `gpus`.
    pub tensor: u32,
    /// Experts lie whole on one GPU each; otherwise each is split among `tensor` GPUs. Always where there are several ranks.
    pub spread: bool,
}

impl Layout {
    /// GPUs that share everything.
    pub fn tensor(gpus: u32) -> Self {
        Self {
            gpus,
            tensor: gpus,
            spread: false,
        }
    }

    /// Groups with requests of their own.
    pub fn ranks(self) -> u32 {
        self.gpus / self.tensor.max(1)
    }

    /// `8 GPUs`, `72 GPUs in 72 ranks`
    pub fn describe(self) -> String {
        let gpus = crate::describe::count(f64::from(self.gpus), "GPU");
        match self.ranks() {
            1 if self.spread => format!("{gpus}, experts spread"),
            1 => gpus,
            ranks => format!("{gpus} in {ranks} ranks"),
        }
    }
}

/// Tokens that a program drafts in each step and the model checks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drafts {
    /// Drafted for each request and step.
    pub tokens: f64,
    /// Probability that the next one is accepted, given that those before it were.
    pub acceptance: f64,
}

/// The requests of a service.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Requests {
    /// Tokens read a request.
    pub input_tokens: f64,
    /// Tokens written a request, on average.
    pub output_tokens: f64,
    /// Standard deviation of their logarithm (log-normal); 0: all alike.
    pub output_sigma: f64,
    /// Share of the tokens read that are found in a cache.
    pub prefix_hits: f64,
    /// Drafted tokens; none without.
    pub drafts: Option<Drafts>,
}

impl Requests {
    /// Requests all alike, each token read and written.
    pub fn plain(input_tokens: f64, output_tokens: f64) -> Self {
        Self {
            input_tokens,
            output_tokens,
            output_sigma: 0.0,
            prefix_hits: 0.0,
            drafts: None,
        }
    }

    /// Tokens read that no cache holds.
    pub fn prompt_tokens(&self) -> f64 {
        self.input_tokens * (1.0 - self.prefix_hits)
    }

    /// Tokens that a request writes in a step: `(1 − α^(k+1))/(1 − α)` with k drafts accepted with probability α each.
    pub fn accepted(&self) -> f64 {
        self.drafts.map_or(1.0, |drafts| {
            let (k, alpha) = (drafts.tokens, drafts.acceptance);
            if alpha >= 1.0 {
                k + 1.0
            } else {
                (1.0 - alpha.powf(k + 1.0)) / (1.0 - alpha)
            }
        })
    }

    /// Positions that the model computes for a request in a step.
    fn positions(&self) -> f64 {
        1.0 + self.drafts.map_or(0.0, |drafts| drafts.tokens)
    }

    /// Written tokens kept by a request under way, on average: long answers are under way for longer, so
    /// `E[o²]/(2·E[o]) = o·e^(σ²)/2`.
    fn half_written(&self) -> f64 {
        0.5 * self.output_tokens * (self.output_sigma * self.output_sigma).exp()
    }

    /// Context of a request under way, on average.
    fn context(&self) -> f64 {
        self.input_tokens + self.half_written()
    }

    /// Context for which memory is kept: that of a whole answer of mean length, or the average of those under way where that is more.
    pub fn kept_context(&self) -> f64 {
        self.input_tokens + self.output_tokens.max(self.half_written())
    }
}

/// Which part of a request a copy does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// Reads prompts and writes answers.
    #[default]
    Both,
    /// Reads prompts, for others that write.
    Prefill,
    /// Writes answers to prompts that others read.
    Decode,
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
    /// Bytes of a stored key or value.
    pub bytes_a_value: f64,
    /// Its GPUs.
    pub layout: Layout,
    /// What it answers.
    pub requests: Requests,
    /// What it does of it.
    pub phase: Phase,
}

impl Replica {
    /// One that does both phases of plain requests on GPUs that share everything, with keys and values in 16 bits.
    pub fn plain(
        model: LanguageModel,
        chip: ChipFigures,
        precision: Precision,
        gpus: u32,
        requests: Requests,
    ) -> Self {
        Self {
            model,
            chip,
            precision,
            bytes_a_weight: precision.bytes(),
            bytes_a_value: 2.0,
            layout: Layout::tensor(gpus),
            requests,
            phase: Phase::Both,
        }
    }

    /// The same on other GPUs.
    #[must_use]
    pub fn on(&self, layout: Layout) -> Self {
        Self {
            layout,
            ..self.clone()
        }
    }

    /// Bytes of the weights on all its GPUs.
    pub fn weight_bytes(&self) -> f64 {
        self.weights_held() * self.gpus()
    }

    fn gpus(&self) -> f64 {
        f64::from(self.layout.gpus)
    }

    fn tensor(&self) -> f64 {
        f64::from(self.layout.tensor)
    }

    fn ranks(&self) -> f64 {
        f64::from(self.layout.ranks())
    }

    /// Bytes of its keys, values and state at a context of so many tokens.
    pub(crate) fn cache_bytes(&self, context: f64) -> f64 {
        let state = self.model.state_bytes;
        (self.model.cache_bytes(context) - state) * self.bytes_a_value / 2.0 + state
    }

    /// GPUs among which the keys and values of a request are split: not more than it has heads of them, and a compressed cache is
    /// whole on each.
    fn cache_split(&self) -> f64 {
        let heads = match self.model.cache_values {
            Some(_) => 1,
            None => self.model.kv_heads,
        };
        f64::from(self.layout.tensor.min(heads))
    }

    /// Tokens written a second with `batch` requests at a time; below one, it rests in between. A copy that reads prompts: written by
    /// those that it feeds.
    pub fn tokens_per_s(&self, batch: f64) -> f64 {
        let step = self.step(batch.max(1.0));
        batch * self.written(&step)
    }

    /// Tokens of a request for each second that `step` takes.
    fn written(&self, step: &Step) -> f64 {
        let tokens = match self.phase {
            Phase::Prefill => self.requests.output_tokens,
            Phase::Both | Phase::Decode => self.requests.accepted(),
        };
        tokens / step.time_s
    }

    /// Time of a written token with `batch` requests at a time, s.
    pub fn token_s(&self, batch: f64) -> f64 {
        1.0 / self.written(&self.step(batch.max(1.0)))
    }

    /// Load of its chips in terms of power with `batch` requests at a time.
    pub fn load(&self, batch: f64) -> f64 {
        if batch < 1.0 {
            return batch.max(0.0) * self.step(1.0).load();
        }
        self.step(batch).load()
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
