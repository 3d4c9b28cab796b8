//! Models into GPU-hours: time, memory, tokens and load from the size of a model and the figures of a chip.
//!
//! ```text
//! architecture   parameters, layers, heads: what everything below is worked out from
//! memory         what training and fine-tuning keep: the fewest GPUs
//! parallel       how a run is laid over GPUs, and what their talking costs: the MFU
//! pretraining    6·N·D FLOP over GPUs · peak · MFU          fine_tuning   the same with fewer FLOP and bytes
//! serving        tokens a second, load of the chip by batch  diffusion     images and clips
//! offload        requests answered on edge devices
//! ```
//!
//! Precision decides: the peak is that in the number format of the work, and what it lacks is refused.

pub mod architecture;
pub mod diffusion;
pub mod fine_tuning;
pub mod memory;
pub mod offload;
pub mod parallel;
pub mod pretraining;
pub mod serving;

use crate::describe::Fault;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use architecture::LanguageModel;
pub use diffusion::DiffusionModel;
pub use offload::Device;
pub use pretraining::{Model, Pretraining, Runs};

/// Share of a chip's peaks that programs reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Software {
    /// Share of the bf16 peak at which a dense model of some billion parameters trains on one server.
    pub training: f64,
    /// How much faster than bf16 that goes in fp8.
    pub fp8_gain: f64,
    /// How much faster than bf16 serving goes in fp4.
    pub fp4_gain: f64,
    /// Share of the peak that matrix products reach in serving.
    pub compute: f64,
    /// Share of the memory bandwidth reached in serving.
    pub bandwidth: f64,
}

/// Accelerator figures that models need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChipFigures {
    /// Dense peak at tf32, FLOP/s; None where the chip has none.
    pub tf32_flops: Option<f64>,
    /// Dense peak at bf16, FLOP/s; None where the chip multiplies no matrices.
    pub bf16_flops: Option<f64>,
    /// Dense peak at fp8, FLOP/s; None where the chip has none.
    pub fp8_flops: Option<f64>,
    /// Dense peak at fp4, FLOP/s; None where the chip has none.
    pub fp4_flops: Option<f64>,
    /// Memory, bytes; 0 without.
    pub memory_bytes: f64,
    /// Memory bandwidth, bytes/s; 0 without memory.
    pub bandwidth_bytes_s: f64,
    /// Double SHA-256, hashes/s, of a chip that was built for it.
    pub sha256_per_s: Option<f64>,
    /// Chips that reach each other over scale-up links.
    pub domain: u32,
    /// Those links, one direction, bytes/s.
    pub link_bytes_s: f64,
    /// Its share of the network between domains, one direction, bytes/s.
    pub network_bytes_s: f64,
    /// Share of these peaks that programs reach.
    pub software: Software,
}

/// Number format of the matrix products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// 32-bit numbers whose products are made from 19 bits of them.
    Tf32,
    /// 16-bit brain float.
    #[default]
    Bf16,
    /// 8-bit float.
    Fp8,
    /// 4-bit float with a scale for each 16 numbers.
    Fp4,
}

impl Precision {
    /// The name in scenario files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tf32 => "tf32",
            Self::Bf16 => "bf16",
            Self::Fp8 => "fp8",
            Self::Fp4 => "fp4",
        }
    }

    /// Bytes of one weight in serving.
    pub fn bytes(self) -> f64 {
        match self {
            Self::Tf32 => 4.0,
            Self::Bf16 => 2.0,
            Self::Fp8 => 1.0,
            // 4 bits and an 8-bit scale for each 16 numbers.
            Self::Fp4 => 4.5 / 8.0,
        }
    }
}

impl ChipFigures {
    /// Dense peak, FLOP/s; None where the chip does not have the format.
    pub fn peak_flops(&self, precision: Precision) -> Option<f64> {
        match precision {
            Precision::Tf32 => self.tf32_flops,
            Precision::Bf16 => self.bf16_flops,
            Precision::Fp8 => self.fp8_flops,
            Precision::Fp4 => self.fp4_flops,
        }
    }

    /// The same, or what the chip has instead; `key` is the scenario key at fault.
    pub fn peak_or_error(&self, key: &str, precision: Precision) -> Result<f64, Fault> {
        self.peak_flops(precision).ok_or_else(|| {
            let has = [
                Precision::Tf32,
                Precision::Bf16,
                Precision::Fp8,
                Precision::Fp4,
            ]
            .into_iter()
            .filter(|&format| self.peak_flops(format).is_some())
            .map(|format| format!("\"{}\"", format.name()));
            Fault::new(
                format!("this accelerator has no {} units", precision.name()),
                format!("it has {}", has.collect::<Vec<_>>().join(", ")),
            )
            .at(key)
        })
    }

    /// Training throughput on one server, FLOP/s. The parts of a step that are not in 8 bits keep their time, so
    /// fp8 gains less than its peak: a measured speed-up over bf16 stands for all of them. None in fp4, in which models are served only.
    pub fn trained_flops(&self, precision: Precision) -> Option<f64> {
        let peak = self.peak_flops(precision)?;
        Some(match precision {
            Precision::Fp4 => return None,
            Precision::Fp8 => self.software.training * self.bf16_flops? * self.software.fp8_gain,
            _ => self.software.training * peak,
        })
    }

    /// Throughput of matrix products in serving, FLOP/s.
    pub fn served_flops(&self, precision: Precision) -> Option<f64> {
        let peak = self.peak_flops(precision)?;
        Some(match precision {
            Precision::Fp8 => self.software.compute * self.bf16_flops? * self.software.fp8_gain,
            Precision::Fp4 => self.software.compute * self.bf16_flops? * self.software.fp4_gain,
            _ => self.software.compute * peak,
        })
    }
}

/// A hall as models see it.
#[derive(Debug, Clone, PartialEq)]
pub struct HallChips {
    /// Its name.
    pub name: String,
    /// Its chip.
    pub chip: ChipFigures,
}

/// Everything that models are worked out with.
#[derive(Debug, Clone, Copy)]
pub struct Platform<'a> {
    /// The chip of the first hall.
    pub chip: ChipFigures,
    /// Chips in one of its servers.
    pub gpus_per_server: u32,
    /// All halls, for work that names its own; may be empty where there is only the chip above.
    pub halls: &'a [HallChips],
    /// Language models of the catalogue.
    pub models: &'a BTreeMap<String, LanguageModel>,
    /// Diffusion models of the catalogue.
    pub diffusion: &'a BTreeMap<String, DiffusionModel>,
    /// Devices of the catalogue.
    pub devices: &'a BTreeMap<String, Device>,
}

impl Platform<'_> {
    /// Number of the hall called `name`, and its chip; the first hall without a name. `key` is the scenario key that names it.
    pub fn hall(&self, key: &str, name: Option<&str>) -> Result<(usize, ChipFigures), Fault> {
        let Some(name) = name else {
            return Ok((0, self.chip));
        };
        let found = self.halls.iter().position(|hall| hall.name == name);
        let chip = found.and_then(|number| Some((number, self.halls.get(number)?.chip)));
        chip.ok_or_else(|| {
            let names: Vec<_> = self.halls.iter().map(|hall| hall.name.as_str()).collect();
            Fault::new(
                format!("there is no hall '{name}'"),
                format!("the halls are: {}", names.join(", ")),
            )
            .at(key)
        })
    }
}

/// An entry of the catalogue by its name; `key` is the scenario key that names it.
pub(super) fn find<'a, T>(
    entries: &'a BTreeMap<String, T>,
    key: &str,
    kind: &str,
    name: &str,
) -> Result<&'a T, Fault> {
    entries.get(name).ok_or_else(|| {
        let known: Vec<_> = entries.keys().map(String::as_str).collect();
        Fault::new(
            format!("there is no {kind} '{name}' in the catalogue"),
            format!("known: {}", known.join(", ")),
        )
        .at(key)
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An H100 as the catalogue has it.
    pub(crate) const H100: ChipFigures = ChipFigures {
        tf32_flops: Some(495e12),
        bf16_flops: Some(989e12),
        fp8_flops: Some(1979e12),
        fp4_flops: None,
        memory_bytes: 80e9,
        bandwidth_bytes_s: 3.35e12,
        sha256_per_s: None,
        domain: 8,
        link_bytes_s: 450e9,
        network_bytes_s: 50e9,
        software: Software {
            training: 0.46,
            fp8_gain: 1.27,
            fp4_gain: 1.27,
            compute: 0.8,
            bandwidth: 0.75,
        },
    };

    static NO_MODELS: BTreeMap<String, LanguageModel> = BTreeMap::new();
    static NO_DIFFUSION: BTreeMap<String, DiffusionModel> = BTreeMap::new();
    static NO_DEVICES: BTreeMap<String, Device> = BTreeMap::new();

    /// H100s and an empty catalogue.
    pub(crate) fn platform() -> Platform<'static> {
        Platform {
            chip: H100,
            gpus_per_server: 8,
            halls: &[],
            models: &NO_MODELS,
            diffusion: &NO_DIFFUSION,
            devices: &NO_DEVICES,
        }
    }

    #[test]
    fn a_format_that_the_chip_lacks_is_refused_with_those_it_has() {
        let old = ChipFigures {
            fp8_flops: None,
            ..H100
        };
        let error = old.peak_or_error("k.precision", Precision::Fp8);
        let error = error.unwrap_err();
        assert_eq!(error.key(), Some("k.precision"));
        assert_eq!(error.what, "this accelerator has no fp8 units");
        assert!(error.cure.contains("\"tf32\", \"bf16\""), "{error}");
    }

    /// 0.46 · 989 = 454.9 TFLOP/s; in fp8 1.27 times that, 577.8, which is 29.2 % of the fp8 peak.
    #[test]
    fn fp8_gains_what_was_measured_and_not_its_peak() {
        let bf16 = H100.trained_flops(Precision::Bf16).unwrap();
        let fp8 = H100.trained_flops(Precision::Fp8).unwrap();
        assert!((bf16 / 454.94e12 - 1.0).abs() < 1e-9);
        assert!((fp8 / 577.774e12 - 1.0).abs() < 1e-5);
        assert!((fp8 / 1979e12 - 0.29195).abs() < 1e-4);
    }
}
