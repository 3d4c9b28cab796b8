//! Requests answered at stated rates, as a fluid.
//!
//! ```text
//! w_i = scale·(context/prefill + generated/decode)      GPU-seconds requested in interval i
//! s_i = min(b_i + w_i, gpus·Δt)                          served; b_{i+1} = b_i + w_i − s_i waits
//! u_i = s_i/(gpus·Δt)       tokens_i = s_i/(b_i + w_i) of the generated tokens waiting
//! ```
//!
//! `prefill` and `decode` are tokens/s of one GPU at full load, context read and tokens generated. Work that finds no
//! GPU waits and is served later, mixed with what comes (a fluid, no single request), so requests and tokens in are
//! those served and those waiting at the end, exactly. Batching is inside the two rates: at small load a real service
//! makes fewer tokens per joule than this one.

/// Demand in an interval.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct IntervalDemand {
    pub(super) gpu_s: f64,
    pub(super) tokens: f64,
}

/// Load and output of the service.
#[derive(Debug, Default)]
pub(super) struct Flow {
    pub(super) utilisation: Vec<f64>,
    pub(super) tokens_per_s: Vec<f64>,
    pub(super) delivered: f64,
    pub(super) waiting_tokens: f64,
    pub(super) waiting_gpu_s: f64,
}

impl Flow {
    pub(super) fn of(requested: &[IntervalDemand], interval_s: f64, gpus: f64) -> Self {
        let capacity = gpus * interval_s;
        let mut flow = Self::default();
        for requested in requested {
            let work = flow.waiting_gpu_s + requested.gpu_s;
            let tokens = flow.waiting_tokens + requested.tokens;
            let (served, delivered) = if work <= capacity {
                (work, tokens)
            } else {
                (capacity, tokens * (capacity / work))
            };
            flow.utilisation.push(served / capacity);
            flow.tokens_per_s.push(delivered / interval_s);
            flow.delivered += delivered;
            flow.waiting_gpu_s = work - served;
            flow.waiting_tokens = tokens - delivered;
        }
        flow
    }
}
