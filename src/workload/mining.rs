//! Hashing for a blockchain: SHA-256 by machines built for it, Ethash by the memory of GPUs.
//!
//! ```text
//! SHA-256  hashes/s = load·`sha256_th_s` of the chip                load 1, or the share of boards that hash
//! Ethash   hashes/s = e·w/8,192 bytes                                load of a chip that waits for its memory (`serving`)
//!          w bytes/s of memory, e the share that random pages reach
//! load(t)  = 0 where energy costs more than the limit                the processors beside the chips rest
//! ```
//!
//! Ethash reads 64 pages of 128 bytes at random for each hash (its specification), so memory bounds it. e: 0.95, between
//! what is published over the chips' rated bandwidth: CMP 170HX 164 to 170 MH/s at 1.49 TB/s (computerbase.de and
//! heise.de, 2021), 0.90 to 0.93; RTX 3090 about 100 MH/s as delivered (ethminer issue 2255), 0.88, and 120 MH/s with its
//! memory clocked up (Tom's Hardware, 15 September 2022), 1.05. Load: the chips that set `serving` held their memory in the
//! package; the same RTX 3090 drew 330 of 350 W, others with core clocks lowered far less.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{ChipFigures, serving};
use crate::describe::{Fault, doubt};
use crate::units;

/// Bytes of memory that one Ethash reads.
const ETHASH_BYTES: f64 = 64.0 * 128.0;

/// Every accelerator hashing: SHA-256 (Bitcoin) where it was built for that, else Ethash, as Ethereum's miners did until
/// 2022.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Mining {
    /// Ethash: share of the memory bandwidth that its random reads reach; above 1 with memory clocked up.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 1.3))]
    #[schemars(extend("doubt" = doubt(0.87, 1.05, "RTX 3090 as delivered and with its memory clocked up")))]
    pub bandwidth_share: f64,
    /// Load of every accelerator. For SHA-256 the share of the boards that hash, default 1; for Ethash the power at the hashes
    /// that memory allows: by default that of a chip that streams it, 0.64 (0.5 to 0.95 by how far miners lower the core's clock).
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive_fraction"
    )]
    #[schemars(range(min = 0.01, max = 1.0))]
    pub load: Option<f64>,
    /// What a petahash a second of SHA-256 earns in a day (hash price), USD. Without it no revenue is reported.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.01, max = 10000.0))]
    #[schemars(extend("unit" = "USD/(PH/s·d)"))]
    pub hash_price_usd_ph_day: Option<f64>,
    /// Price of energy above which all accelerators stop (curtailment). Without it they never stop.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_finite"
    )]
    #[schemars(range(min = -1000.0, max = 1000000.0))]
    pub stop_above_usd_mwh: Option<f64>,
}

impl Default for Mining {
    fn default() -> Self {
        Self {
            bandwidth_share: 0.95,
            load: None,
            hash_price_usd_ph_day: None,
            stop_above_usd_mwh: None,
        }
    }
}

/// What a chip hashes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Hashing {
    /// SHA-256, hashes/s of a chip at full load.
    Sha256(f64),
    /// Ethash, hashes/s of a chip.
    Ethash(f64),
}

impl Mining {
    /// Hashes a second of one chip at its full clock; `key` is the place of its server in the scenario.
    pub fn hashing(&self, chip: &ChipFigures, key: &str) -> Result<Hashing, Fault> {
        if let Some(hashes_per_s) = chip.sha256_per_s {
            return Ok(Hashing::Sha256(hashes_per_s));
        }
        if chip.bandwidth_bytes_s <= 0.0 {
            let what = "these accelerators hash nothing: the catalogue gives them neither sha256_th_s nor bandwidth_tb_s";
            return Err(Fault::new(
                what,
                "add one of the two to the entry, or name another server",
            )
            .at(key));
        }
        if self.hash_price_usd_ph_day.is_some() {
            let what = "the hash price is that of SHA-256; these accelerators hash Ethash";
            let cure = "remove it, or use a server that hashes SHA-256 (antminer-s21-xp)";
            return Err(Fault::new(what, cure).at("workload.mining.hash_price_usd_ph_day"));
        }
        Ok(Hashing::Ethash(
            self.bandwidth_share * chip.bandwidth_bytes_s / ETHASH_BYTES,
        ))
    }

    /// Load of an accelerator that hashes.
    pub fn load(&self, hashing: Hashing) -> f64 {
        self.load.unwrap_or(match hashing {
            Hashing::Sha256(_) => 1.0,
            Hashing::Ethash(_) => serving::load_busy(0.0),
        })
    }
}

impl Hashing {
    /// In a line, at a `load`; a chip then draws `watts` and runs at the share `speed` of its full speed.
    pub fn describe(self, load: f64, watts: f64, speed: f64) -> String {
        match self {
            Self::Sha256(hashes_per_s) => {
                let th_s = 1e-12 * hashes_per_s * load * speed;
                format!(
                    "hashing (SHA-256): {th_s:.1} TH/s a chip at {:.2} J a terahash",
                    watts / th_s
                )
            }
            Self::Ethash(hashes_per_s) => {
                let mh_s = 1e-6 * hashes_per_s * speed;
                format!(
                    "hashing (Ethash): {mh_s:.0} MH/s a GPU at {:.2} J a megahash",
                    watts / mh_s
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::model::tests::H100;

    /// 0.95 · 3.35e12/8,192 = 388.5 MH/s; a machine built for SHA-256 does what its entry says.
    #[test]
    fn memory_bounds_ethash_and_the_entry_gives_sha256() {
        let mining = Mining::default();
        let Ok(Hashing::Ethash(hashes_per_s)) = mining.hashing(&H100, "k") else {
            panic!("Ethash expected")
        };
        assert!((hashes_per_s / 388.5e6 - 1.0).abs() < 1e-4);
        assert!((0.0..1.0).contains(&mining.load(Hashing::Ethash(hashes_per_s))));
        let machine = ChipFigures {
            bf16_flops: None,
            sha256_per_s: Some(90e12),
            ..H100
        };
        let hashing = mining.hashing(&machine, "k").unwrap();
        assert_eq!(hashing, Hashing::Sha256(90e12));
        assert_eq!(mining.load(hashing), 1.0);
        // 1,215 W over 90 TH/s; 648 W with half of the boards at 0.96 of their speed, over 43.2.
        assert_eq!(
            hashing.describe(1.0, 1215.0, 1.0),
            "hashing (SHA-256): 90.0 TH/s a chip at 13.50 J a terahash"
        );
        assert_eq!(
            hashing.describe(0.5, 648.0, 0.96),
            "hashing (SHA-256): 43.2 TH/s a chip at 15.00 J a terahash"
        );
    }

    #[test]
    fn a_price_of_other_hashes_and_a_chip_that_hashes_nothing_are_refused() {
        let priced = Mining {
            hash_price_usd_ph_day: Some(38.0),
            ..Mining::default()
        };
        let error = priced.hashing(&H100, "k").unwrap_err();
        assert_eq!(
            error.key(),
            Some("workload.mining.hash_price_usd_ph_day"),
            "{error}"
        );
        let nothing = ChipFigures {
            bandwidth_bytes_s: 0.0,
            ..H100
        };
        assert_eq!(
            priced
                .hashing(&nothing, "hall[0].server")
                .unwrap_err()
                .key(),
            Some("hall[0].server")
        );
    }
}
