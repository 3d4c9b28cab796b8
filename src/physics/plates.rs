//! What of a server is covered by cold plates, and the heat they catch.
//!
//! ```text
//! P_vrm = ν·(P_gpu + P_cpu)                       voltage regulators: share ν of what chips and processors are fed with
//! Q_liquid = Σ over plated parts of their power   the rest, and all fans, go to room air
//! ```
//!
//! Units: W. A plated part gives all its heat to the liquid: losses of plates and hoses to air are not modelled.
//! ν = 0.1 is an engineering estimate, 0.08 to 0.14 (regulators of 88–92 %). With the parts of an 8-GPU node this gives
//! some 70 % for chips and processors alone, 80 % with regulators and 92 % with memory and network as well; quoted
//! figures are 70–80, and 85–90 % with memory and regulators, by trade press.

mod resistance;

pub use resistance::{PlateFlow, REFERENCE_FLUID, film_over_flow};

use crate::describe::{Fault, InSerde};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Share of the power of chips and processors that their voltage regulators turn into heat.
const REGULATOR_SHARE: f64 = 0.1;

/// A part of a server that a cold plate can cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Accelerators with their memory on the package.
    Gpu,
    /// Processors.
    Cpu,
    /// Voltage regulators of both.
    Vrm,
    /// Memory modules of the processors.
    Memory,
    /// Network cards, switches, retimers.
    Network,
    /// Drives and all other parts of the board.
    Storage,
    /// Power supplies.
    Psu,
}

const ALL: [Part; 7] = [
    Part::Gpu,
    Part::Cpu,
    Part::Vrm,
    Part::Memory,
    Part::Network,
    Part::Storage,
    Part::Psu,
];

/// The parts that are plated: a list without repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(try_from = "Vec<Part>", into = "Vec<Part>")]
#[schemars(with = "Vec<Part>")]
pub struct Plates([bool; 7]);

impl TryFrom<Vec<Part>> for Plates {
    type Error = InSerde;

    fn try_from(parts: Vec<Part>) -> Result<Self, InSerde> {
        let mut plated = [false; 7];
        for part in parts {
            if std::mem::replace(&mut plated[part as usize], true) {
                let what = format!("{part:?} is listed twice").to_lowercase();
                return Err(Fault::new(what, "name each part once").into());
            }
        }
        if plated[Part::Gpu as usize] {
            Ok(Self(plated))
        } else {
            Err(Fault::bare(
                "the list must hold \"gpu\": the chips of a cold-plate hall sit under plates",
            )
            .into())
        }
    }
}

impl From<Plates> for Vec<Part> {
    fn from(plates: Plates) -> Self {
        ALL.into_iter().filter(|part| plates.has(*part)).collect()
    }
}

/// How the power of everything that is neither accelerator nor fan divides; adds up to 1.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(try_from = "HostEntry", into = "HostEntry")]
#[schemars(with = "HostEntry")]
pub struct HostParts {
    cpu: f64,
    memory: f64,
    network: f64,
    storage: f64,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("shares" = true))]
struct HostEntry {
    /// Share of processors and boards.
    #[schemars(range(min = 0.0, max = 1.0))]
    cpu: f64,
    /// Share of memory.
    #[schemars(range(min = 0.0, max = 1.0))]
    memory: f64,
    /// Share of network cards and switches.
    #[schemars(range(min = 0.0, max = 1.0))]
    network: f64,
    /// Share of storage.
    #[schemars(range(min = 0.0, max = 1.0))]
    storage: f64,
}

impl TryFrom<HostEntry> for HostParts {
    type Error = InSerde;

    fn try_from(entry: HostEntry) -> Result<Self, InSerde> {
        let HostEntry {
            cpu,
            memory,
            network,
            storage,
        } = entry;
        let shares = [cpu, memory, network, storage];
        let sum: f64 = shares.iter().sum();
        if shares.iter().all(|share| *share >= 0.0) && (sum - 1.0).abs() < 1e-9 {
            Ok(Self {
                cpu,
                memory,
                network,
                storage,
            })
        } else {
            Err(Fault::bare(format!(
                "the shares of the host's parts add up to {sum}, not 1"
            ))
            .into())
        }
    }
}

impl From<HostParts> for HostEntry {
    fn from(parts: HostParts) -> Self {
        Self {
            cpu: parts.cpu,
            memory: parts.memory,
            network: parts.network,
            storage: parts.storage,
        }
    }
}

impl Plates {
    /// Whether a part is plated.
    pub fn has(self, part: Part) -> bool {
        self.0[part as usize]
    }

    /// Heat that plates catch from accelerators and host, W.
    pub fn caught_w(self, gpus_w: f64, host_w: f64, host: HostParts) -> f64 {
        let cpu_w = host.cpu * host_w;
        [
            (Part::Gpu, (1.0 - REGULATOR_SHARE) * gpus_w),
            (Part::Cpu, (1.0 - REGULATOR_SHARE) * cpu_w),
            (Part::Vrm, REGULATOR_SHARE * (gpus_w + cpu_w)),
            (Part::Memory, host.memory * host_w),
            (Part::Network, host.network * host_w),
            (Part::Storage, host.storage * host_w),
        ]
        .into_iter()
        .filter(|(part, _)| self.has(*part))
        .map(|(_, heat_w)| heat_w)
        .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host() -> HostParts {
        toml::from_str("cpu = 0.4\nmemory = 0.15\nnetwork = 0.4\nstorage = 0.05").unwrap()
    }

    fn plates(list: &str) -> Plates {
        #[derive(Deserialize)]
        struct Probe {
            plates: Plates,
        }
        toml::from_str::<Probe>(&format!("plates = {list}"))
            .unwrap()
            .plates
    }

    /// By hand: 5,000 W of chips and 1,800 W of host: 4,500 + 0.9·720 = 5,148; regulators 0.1·5,720 = 572; memory 270
    /// and network 720.
    #[test]
    fn what_is_plated_decides_what_is_caught() {
        let caught = |list| plates(list).caught_w(5000.0, 1800.0, host());
        assert!((caught("['gpu', 'cpu']") - 5148.0).abs() < 1e-9);
        assert!((caught("['gpu', 'cpu', 'vrm']") - 5720.0).abs() < 1e-9);
        let most = caught("['gpu', 'cpu', 'vrm', 'memory', 'network', 'storage', 'psu']");
        assert!((most - 6800.0).abs() < 1e-9);
    }

    #[test]
    fn lists_without_chips_or_with_repetition_are_refused() {
        for (list, says) in [
            (vec![Part::Cpu], "must hold"),
            (vec![Part::Gpu, Part::Gpu], "gpu is listed twice"),
        ] {
            let error = Plates::try_from(list).unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
        }
        let bad =
            toml::from_str::<HostParts>("cpu = 0.4\nmemory = 0.1\nnetwork = 0.4\nstorage = 0");
        assert!(bad.unwrap_err().to_string().contains("add up to 0.9"));
    }
}
