//! Experts in use where they lie on several GPUs: on average, and on the GPU with most of them.
//!
//! ```text
//! s = ⌈E/g⌉ slots a GPU, held twice where E/g is no whole number       p = 1 − (1 − k/(s·g))^tokens     a slot is in use
//! E[max of g] = Σ_{j < s} (1 − P(X ≤ j)^g),  X ~ Binomial(s, p)         all wait for the GPU with most to read
//! ```
//!
//! Tokens choose experts evenly and independently, and GPUs are taken as independent of each other.

/// Experts in use on one GPU.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct InUse {
    /// Slots of a GPU.
    pub(super) slots: f64,
    /// In use, on average.
    pub(super) mean: f64,
    /// In use on the GPU with most of them, on average over steps.
    pub(super) most: f64,
}

/// `per_token` of `experts` chosen by each of `tokens`, over `gpus`.
pub(super) fn in_use(experts: u32, per_token: u32, gpus: u32, tokens: f64) -> InUse {
    let slots = experts.div_ceil(gpus.max(1));
    let chosen = f64::from(per_token) / (f64::from(slots) * f64::from(gpus));
    let p = 1.0 - (1.0 - chosen.min(1.0)).powf(tokens.max(0.0));
    let mean = f64::from(slots) * p;
    if gpus < 2 || p >= 1.0 - 1e-9 {
        return InUse {
            slots: f64::from(slots),
            mean,
            most: mean,
        };
    }
    // Binomial terms one from another; 0.5^4096 would still be a number.
    let odds = p / (1.0 - p);
    let mut term = (1.0 - p).powi(slots.cast_signed());
    let (mut below, mut most) = (0.0, 0.0);
    for j in 0..slots {
        below += term;
        most += 1.0 - f64::min(below, 1.0).powi(gpus.cast_signed());
        term *= odds * f64::from(slots - j) / f64::from(j + 1);
    }
    InUse {
        slots: f64::from(slots),
        mean,
        most: most.clamp(mean, f64::from(slots)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 16 experts on 8 GPUs, one a token, 8 tokens: p = 1 − (15/16)^8 = 0.40328, mean 0.80656; P(0) = 0.35608, P(≤ 1) = 0.83737; most =
    /// (1 − 0.35608^8) + (1 − 0.83737^8) = 0.99974 + 0.75826 = 1.7580.
    #[test]
    fn the_fullest_gpu_by_hand() {
        let all = in_use(16, 1, 8, 8.0);
        assert_eq!(all.slots, 2.0);
        assert!((all.mean - 0.80656).abs() < 1e-4, "{all:?}");
        assert!((all.most - 1.7580).abs() < 1e-3, "{all:?}");
        assert_eq!(in_use(256, 8, 72, 1e9).most, 4.0);
        assert_eq!(in_use(16, 1, 1, 8.0).most, in_use(16, 1, 1, 8.0).mean);
    }

    proptest! {
        /// Between the mean and all; more tokens use more.
        #[test]
        fn more_tokens_use_more(
            experts in 1..512_u32, share in 0.0..1.0f64, gpus in 1..600_u32, tokens in 0.0..5000.0f64
        ) {
            let per_token = 1 + (share * f64::from(experts - 1)) as u32;
            let (some, more) = (in_use(experts, per_token, gpus, tokens), in_use(experts, per_token, gpus, tokens * 1.5));
            prop_assert!(some.mean <= some.most && some.most <= some.slots + 1e-9, "{some:?}");
            prop_assert!(more.mean >= some.mean && more.most >= some.most - 1e-6, "{some:?} {more:?}");
        }
    }
}
