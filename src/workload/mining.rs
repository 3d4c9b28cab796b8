//! Hashing: what the cards of 2021 did before language models.
//!
//! ```text
//! hashes/s = e_w·w/8,192 bytes          w bytes/s of memory, e_w the share of it that programs reach
//! load     = that of a chip which waits for its memory (`serving`); the processors beside it rest
//! ```
//!
//! Ethash reads 64 pages of 128 bytes at random for each hash (its specification), so memory bounds it. Share and load are
//! estimates: the share is the chip's `software.bandwidth` with its range, the load may lie a fifth lower, since random pages
//! may reach less than streamed weights, and miners lowered core clocks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{ChipFigures, serving};

/// Bytes of memory that one hash reads.
const HASH_BYTES: f64 = 64.0 * 128.0;

/// Every GPU hashing, all the time: Ethash, as Ethereum's miners did until 2022.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mining {}

impl Mining {
    /// Hashes a second of one GPU.
    pub fn hashes_per_s(chip: &ChipFigures) -> f64 {
        chip.software.bandwidth * chip.bandwidth_bytes_s / HASH_BYTES
    }

    /// Load of a GPU in terms of power.
    pub fn load() -> f64 {
        serving::load_at(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::model::tests::H100;

    /// 0.75 · 3.35e12/8,192 = 306.7 MH/s.
    #[test]
    fn an_h100_hashes_as_fast_as_its_memory_reads() {
        assert!((Mining::hashes_per_s(&H100) / 306.7e6 - 1.0).abs() < 1e-4);
        assert!((0.0..1.0).contains(&Mining::load()));
    }
}
