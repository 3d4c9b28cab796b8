//! Prompts one by one: what each of them adds to a copy that writes.
//!
//! ```text
//! Δt = T(b written + a prompt in each rank) − T(b written)         so b·a/o prompts a step make T of `Phase::Both`, for a dense model
//! c(k) = k·(2·N + A(k))                                            FLOP of a prompt of k tokens: its time over that of the mean one
//! ```

use super::step::Tokens;
use super::{Phase, Replica};

/// What a prompt adds to its rank.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Joining {
    /// Time for which the rank reads, s.
    pub time_s: f64,
    /// Load of its chips in terms of power over that time; products alone may pass 1, which only the mean over a step may not.
    pub load: f64,
}

impl Replica {
    /// The same, doing this alone.
    #[must_use]
    pub fn doing(&self, phase: Phase) -> Self {
        Self {
            phase,
            ..self.clone()
        }
    }

    /// What a prompt of mean length adds to its rank, beside `batch` requests that the copy writes.
    pub fn joining(&self, batch: f64) -> Joining {
        let tokens = |prompts: f64| Tokens {
            written: batch * self.requests.positions(),
            read: prompts * self.requests.prompt_tokens(),
            writing: batch,
            joining: prompts,
        };
        let alone = self.step_of(&tokens(0.0), batch);
        let joined = self.step_of(&tokens(self.ranks()), batch);
        let time_s = joined.time_s - alone.time_s;
        let load_s = joined.load_s() - alone.load_s();
        Joining {
            time_s,
            load: if time_s > 0.0 { load_s / time_s } else { 0.0 },
        }
    }

    /// Cost of a prompt of `input_tokens` over that of one of mean length.
    pub fn prompt_cost(&self, input_tokens: f64) -> f64 {
        let flop = |tokens: f64| {
            let seen = tokens * (1.0 + self.requests.prefix_hits);
            tokens * (2.0 * self.model.active() + self.model.attention_flop(seen))
        };
        let mean = flop(self.requests.input_tokens);
        if mean > 0.0 {
            flop(input_tokens) / mean
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::replica;
    use super::*;

    /// A copy that takes 8·1/350 prompts a step takes the step of one that writes and that share of a prompt; the load is theirs too.
    #[test]
    fn prompts_one_by_one_make_the_step_of_both() {
        let both = replica();
        let writes = both.doing(Phase::Decode);
        for batch in [1.0, 8.0, 100.0] {
            let prompt = writes.joining(batch);
            let prompts = batch / 350.0;
            let (whole, alone) = (both.step(batch), writes.step(batch));
            let time_s = alone.time_s + prompts * prompt.time_s;
            assert!((time_s / whole.time_s - 1.0).abs() < 1e-9, "{batch}");
            let load_s = alone.load() * alone.time_s + prompts * prompt.time_s * prompt.load;
            assert!((load_s / (whole.load() * whole.time_s) - 1.0).abs() < 1e-9);
        }
    }

    /// 200 tokens: 2·70.6e9·200/(4·0.8·989e12) = 8.92 ms, attention and links beside; twice the tokens take a little more than twice.
    #[test]
    fn a_prompt_by_hand() {
        let replica = replica();
        let prompt = replica.joining(8.0);
        assert!((8.9e-3..11.0e-3).contains(&prompt.time_s), "{prompt:?}");
        assert!((0.9..=1.24).contains(&prompt.load), "{prompt:?}");
        assert_eq!(replica.prompt_cost(200.0), 1.0);
        let twice = replica.prompt_cost(400.0);
        assert!((2.0..2.01).contains(&twice), "{twice}");
        assert_eq!(replica.prompt_cost(0.0), 0.0);
    }
}
