//! Networks between servers: switches and optics that follow from the number of links and the topology.
//!
//! ```text
//! H                 ports towards servers = ⌈links · Gbit/s of a link / Gbit/s of a port⌉
//! k, o              ports of a switch; oversubscription of leaves, ports down over ports up
//! d = ⌊k·o/(1+o)⌋ , u = k − d               ports of a leaf, down and up
//! 1 tier   H ≤ k            one switch
//! 2 tiers  H ≤ d·k          L = ⌈H/d⌉ leaves, ⌈L·u/k⌉ spines
//! 3 tiers  H ≤ d·(k/2)·k    L leaves, A = ⌈L·u/(k/2)⌉ spines, ⌈A·(k/2)/k⌉ cores       (k³/4 where o = 1)
//! 4 tiers  H ≤ d·(k/2)²·k   another tier like that of the spines
//! rail-optimised: each rail (the GPUs of one place in their servers) has leaves of its own, L = r·⌈(H/r)/d⌉
//! rail-only:      each rail is a network of its own, r networks of H/r ports
//! optical ends = 2·(links between switches) + H·(1 − copper)
//! P = switches·P_switch + optical ends·P_optic
//! ```
//!
//! The other end of a link to a server is in the server: its card and its optic are part of the server's own figure, so
//! only the switch's end counts here. So do switches inside a rack that is one server (`NVLink` of an NVL72). Copper ends draw
//! about 0.1 W and are left out. Source: C. Clos 1953, C. E. Leiserson 1985; folded Clos of equal switches as in M. Al-Fares et al.,
//! SIGCOMM 2008; checked against the switch counts that NVIDIA prints for its `SuperPODs`. Rail-only: W. Wang et al., Hot
//! Interconnects 2024. Valid for full bisection above the leaves; spare switches are none.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::{Fault, count};
use crate::units;

/// How switches are joined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Topology {
    /// Leaves in the racks of their servers, linked to them by copper.
    FatTree,
    /// Leaves that each serve one GPU of every server in reach, linked by optics.
    #[default]
    RailOptimised,
    /// The same without any link between rails.
    RailOnly,
}

impl Topology {
    fn name(self) -> &'static str {
        match self {
            Self::FatTree => "fat tree",
            Self::RailOptimised => "rail-optimised fat tree",
            Self::RailOnly => "rail-only network",
        }
    }
}

/// `what.network` of an `[[it]]`: switches and optics between servers. Give `links_per_gpu` or `links_per_server`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NetworkConfig {
    /// How switches are joined.
    pub topology: Topology,
    /// Links of each GPU; 1 where neither this nor `links_per_server` is given.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.001, max = 64.0))]
    #[schemars(extend("unit" = "1"))]
    pub links_per_gpu: Option<f64>,
    /// Links of each server.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.001, max = 1024.0))]
    #[schemars(extend("unit" = "1"))]
    pub links_per_server: Option<f64>,
    /// Speed of a link, Gbit/s; that of the chips' own network cards where none is given. Links slower than the switch's
    /// ports share them.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.1, max = 10000.0))]
    pub gbit_s: Option<f64>,
    /// Switch of the catalogue, one with `ports`; `coldaisle catalogue other_it` lists them. By default one of the links' speed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub switch: Option<String>,
    /// Tiers of switches; the fewest that reach all links where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 4))]
    pub tiers: Option<u32>,
    /// Ports of a leaf towards servers over ports towards other switches.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 32.0))]
    #[schemars(extend("unit" = "1"))]
    pub oversubscription: f64,
    /// Share of the links to servers that are copper: 1 in a `fat-tree`, whose leaves are in the racks, else 0.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_fraction"
    )]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub copper: Option<f64>,
    /// Rails: links of a server that lead to different leaves. By default its GPUs, up to 8, and 4 where it is a whole rack.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 72))]
    pub rails: Option<u32>,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self {
            topology: Topology::default(),
            links_per_gpu: None,
            links_per_server: None,
            gbit_s: None,
            switch: None,
            tiers: None,
            oversubscription: 1.0,
            copper: None,
            rails: None,
        }
    }
}

/// Switches of a network and the ends of its links in them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Switches {
    /// Tiers.
    pub tiers: u32,
    /// From those next to servers to those at the top.
    pub by_tier: [u64; 4],
    /// Ports towards servers.
    pub hosts: u64,
    /// Links between switches.
    pub between: u64,
}

impl Switches {
    /// All of them.
    pub fn all(&self) -> u64 {
        self.by_tier.iter().sum()
    }

    /// The same `number` times.
    fn times(self, number: u64) -> Self {
        Self {
            tiers: self.tiers,
            by_tier: self.by_tier.map(|switches| switches * number),
            hosts: self.hosts * number,
            between: self.between * number,
        }
    }
}

/// Leaves of a network: ports of every switch, those of a leaf towards servers, and rails with leaves of their own.
#[derive(Debug, Clone, Copy)]
struct Leaves {
    ports: u64,
    down: u64,
    rails: u64,
}

impl Leaves {
    /// Ports towards servers that so many tiers reach.
    fn reach(self, tiers: u32) -> u64 {
        match tiers {
            1 => self.ports,
            _ => self.down * (self.ports / 2).pow(tiers - 2) * self.ports,
        }
    }

    /// A network of so many tiers for `hosts` ports.
    fn of(self, hosts: u64, tiers: u32) -> Switches {
        let Self { ports, down, rails } = self;
        if tiers == 1 {
            return Switches {
                tiers,
                by_tier: [1, 0, 0, 0],
                hosts,
                between: 0,
            };
        }
        // Rails that do not fill a leaf share one.
        let leaves = if hosts >= rails * down {
            rails * hosts.div_ceil(rails).div_ceil(down)
        } else {
            hosts.div_ceil(down)
        };
        let mut by_tier = [leaves, 0, 0, 0];
        let half = ports / 2;
        let mut up = leaves * (ports - down);
        let mut between = up;
        let top = tiers as usize - 1;
        for switches in &mut by_tier[1..top] {
            *switches = up.div_ceil(half);
            up = *switches * half;
            between += up;
        }
        by_tier[top] = up.div_ceil(ports);
        Switches {
            tiers,
            by_tier,
            hosts,
            between,
        }
    }
}

impl NetworkConfig {
    /// The network for `hosts` switch ports towards servers of `gpus` each, of switches with `ports` ports.
    pub fn build(&self, hosts: u64, gpus_per_server: u32, ports: u32) -> Result<Switches, Fault> {
        let share = self.oversubscription / (1.0 + self.oversubscription);
        let all = u64::from(ports);
        // A leaf has a port up and one down.
        let down = ((f64::from(ports) * share + 1e-9) as u64).clamp(1, (all - 1).max(1));
        let rails = u64::from(self.rails.unwrap_or(match gpus_per_server {
            0..=8 => gpus_per_server.max(1),
            _ => 4,
        }));
        let (networks, rails) = match self.topology {
            Topology::FatTree => (1, 1),
            Topology::RailOptimised => (1, rails),
            Topology::RailOnly => (rails, 1),
        };
        let leaves = Leaves {
            ports: all,
            down,
            rails,
        };
        let each = hosts.div_ceil(networks);
        let tiers = match self.tiers {
            Some(tiers) => Some(tiers).filter(|tiers| each <= leaves.reach(*tiers)),
            None => (1..=4).find(|tiers| each <= leaves.reach(*tiers)),
        };
        let Some(tiers) = tiers else {
            let most = self.tiers.unwrap_or(4);
            let what = format!(
                "{} of switches with {ports} ports reach {} links, and there are {each}",
                count(most.into(), "tier"),
                leaves.reach(most)
            );
            let cure = if self.tiers.is_some() {
                "leave tiers out, or use switches with more ports"
            } else {
                "use switches with more ports, topology = \"rail-only\", or a network for each hall"
            };
            return Err(Fault::new(what, cure).at(if self.tiers.is_some() {
                "tiers"
            } else {
                "topology"
            }));
        };
        Ok(leaves.of(each, tiers).times(networks))
    }

    /// Ends of links in switches that are optical.
    pub fn optics(&self, switches: &Switches) -> f64 {
        let copper = self.copper.unwrap_or(match self.topology {
            Topology::FatTree => 1.0,
            Topology::RailOptimised | Topology::RailOnly => 0.0,
        });
        2.0 * switches.between as f64 + switches.hosts as f64 * (1.0 - copper)
    }

    /// What was built, in a few words.
    pub fn line(&self, switches: &Switches, switch: &str) -> String {
        let tiers = count(switches.tiers.into(), "tier");
        format!(
            "{} of {tiers}, {} × {switch}, {}",
            self.topology.name(),
            switches.all(),
            count(self.optics(switches), "optic")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(config: &NetworkConfig, hosts: u64, ports: u32) -> Switches {
        config.build(hosts, 8, ports).unwrap()
    }

    /// By hand: 16,384 links on switches of 64 ports take 512 leaves with 32 links down, as many spines and half as many cores:
    /// 5·16384/64 = 1,280. Between them run 16,384 links twice; with the leaves' 16,384 that is 81,920 optical ends.
    #[test]
    fn three_tiers_for_sixteen_thousand_gpus() {
        let config = NetworkConfig::default();
        let fabric = built(&config, 16_384, 64);
        assert_eq!((fabric.tiers, fabric.by_tier), (3, [512, 512, 256, 0]));
        assert_eq!((fabric.all(), fabric.between), (1280, 32_768));
        assert!((config.optics(&fabric) - 81_920.0).abs() < 1e-9);
        // In racks by copper: 65,536.
        let tree = NetworkConfig {
            topology: Topology::FatTree,
            ..config.clone()
        };
        assert!((tree.optics(&built(&tree, 16_384, 64)) - 65_536.0).abs() < 1e-9);
        // Eight rails of 2,048 links need two tiers only: 8·(64 + 32).
        let rails = NetworkConfig {
            topology: Topology::RailOnly,
            ..config
        };
        let rails = built(&rails, 16_384, 64);
        assert_eq!((rails.tiers, rails.all()), (2, 768));
    }

    /// Counts of NVIDIA's DGX `SuperPOD` reference architecture (B200, "Larger `SuperPOD` component counts"): leaf, spine and core
    /// switches of 64 ports and cables for 64 to 2,048 nodes of eight GPUs.
    #[test]
    fn val_superpod_switches() {
        for (nodes, leaf, spine, core) in [
            (64, 16, 8, 0),
            (128, 32, 16, 0),
            (256, 64, 32, 0),
            (512, 128, 128, 64),
            (1024, 256, 256, 128),
            (2048, 512, 512, 256),
        ] {
            let fabric = built(&NetworkConfig::default(), 8 * nodes, 64);
            assert_eq!(fabric.by_tier, [leaf, spine, core, 0], "{nodes} nodes");
            let tiers = if core > 0 { 2 } else { 1 };
            assert_eq!(fabric.between, tiers * 8 * nodes, "{nodes} nodes");
        }
    }

    /// By hand: three to one gives leaves of 48 down and 16 up; 2,048 links, 43 leaves, 688 links up, 11 spines.
    #[test]
    fn oversubscribed_leaves_have_fewer_spines() {
        let config = NetworkConfig {
            topology: Topology::FatTree,
            oversubscription: 3.0,
            ..NetworkConfig::default()
        };
        assert_eq!(built(&config, 2048, 64).by_tier, [43, 11, 0, 0]);
        let many = built(&config, 100_000, 64);
        assert_eq!((many.tiers, many.by_tier[0]), (4, 2084));
        assert_eq!(built(&config, 60, 64).all(), 1);
        let fault = NetworkConfig {
            tiers: Some(1),
            ..config
        }
        .build(65, 8, 64)
        .unwrap_err();
        assert_eq!(fault.key(), Some("tiers"));
    }

    proptest::proptest! {
        /// Every link to a server has a port, every switch has no more than its ports, and more links never take fewer switches
        /// in the same number of tiers.
        #[test]
        fn ports_suffice(hosts in 1_u64..40_000, ports in 8_u32..256, over in 1.0..4.0_f64, rails in 1_u32..9) {
            for topology in [Topology::FatTree, Topology::RailOptimised, Topology::RailOnly] {
                let config = NetworkConfig { topology, oversubscription: over, rails: Some(rails), ..NetworkConfig::default() };
                let Ok(fabric) = config.build(hosts, 8, ports) else { continue };
                let used = fabric.hosts + 2 * fabric.between;
                proptest::prop_assert!(fabric.hosts >= hosts);
                proptest::prop_assert!(used <= fabric.all() * u64::from(ports), "{fabric:?}");
                let tiers = NetworkConfig { tiers: Some(fabric.tiers), ..config };
                if let Ok(more) = tiers.build(hosts + 100, 8, ports) {
                    proptest::prop_assert!(more.all() >= fabric.all());
                }
            }
        }
    }
}
