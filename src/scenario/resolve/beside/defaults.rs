//! What halls of GPU servers have beside them where a scenario says nothing.
//!
//! ```text
//! fabric       rail-optimised, one link a GPU at the speed of its network card, no oversubscription
//! front-end    50 Gbit/s a GPU (400 a server of eight) for requests, storage and management
//! storage      10 TB of flash a GPU
//! cpu-nodes    one for 64 GPUs: schedulers, log-ins, loading of data
//! management   one switch of 48 ports a rack
//! ```
//!
//! Source: NVIDIA's reference architectures for HGX and NVL72 (two 200 or 400 Gbit/s ports of each node beside the fabric; five
//! management servers and one out-of-band network for 127 nodes of eight GPUs). Unconfirmed: 10 TB a GPU (2 to 25: checkpoints alone, to sets
//! of images and clips); a CPU node for 64 GPUs (16 to 200: data made ready for the chips, to management alone). Chips with less than
//! 50 Gbit/s stand in rigs, offices or CPU clusters that are not built so, and miners need none of it: they have nothing.

use super::size::{Served, switch_for};
use crate::it::{NetworkConfig, Topology};
use crate::scenario::it::{DevicesConfig, ItConfig, ItKind, StorageConfig};
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::sized::Sized;

/// Chips on slower networks have no default, Gbit/s.
const LEAST_GBIT_S: f64 = 50.0;
/// Of each GPU beside the fabric, Gbit/s.
const FRONT_END_GBIT_S: f64 = 50.0;
/// Flash of each GPU, TB.
const STORAGE_TB: f64 = 10.0;
/// GPUs for one CPU node.
const GPUS_PER_CPU_NODE: f64 = 64.0;

/// The entries of all halls.
pub(super) fn of(context: Context<'_>, halls: &[Sized<'_>]) -> Vec<ItConfig> {
    if context.scenario.workload.mining.is_some() {
        return Vec::new();
    }
    let clustered = |hall: &Sized<'_>| {
        let servers = u64::from(hall.config.racks) * u64::from(hall.config.servers_per_rack);
        servers >= 2 && hall.server.chip.network_gbit_s >= LEAST_GBIT_S
    };
    let with = (0..halls.len()).filter(|&hall| clustered(&halls[hall]));
    with.flat_map(|hall| of_hall(context, halls, hall))
        .collect()
}

fn of_hall(context: Context<'_>, halls: &[Sized<'_>], index: usize) -> Vec<ItConfig> {
    let hall = &halls[index];
    let named = halls.len() > 1;
    let gbit_s = hall.server.chip.network_gbit_s;
    let served = Served::of(halls, &[index]);
    let mut fabric = NetworkConfig {
        links_per_gpu: Some(1.0),
        gbit_s: Some(gbit_s),
        switch: Some(switch_for(gbit_s).into()),
        ..NetworkConfig::default()
    };
    if !served.reaches(context.catalogue, &fabric) {
        fabric.topology = Topology::RailOnly;
    }
    let front_end = NetworkConfig {
        topology: Topology::FatTree,
        links_per_gpu: Some(1.0),
        gbit_s: Some(FRONT_END_GBIT_S),
        switch: Some("ethernet-switch-64x800".into()),
        copper: Some(0.0),
        ..NetworkConfig::default()
    };
    let devices = |entry: &str| DevicesConfig {
        entry: entry.into(),
        count: None,
        per_gpu: None,
        per_server: None,
        per_rack: None,
    };
    let kinds = [
        ("fabric", ItKind::Network(fabric)),
        ("front-end", ItKind::Network(front_end)),
        (
            "storage",
            ItKind::Storage(StorageConfig {
                tb: None,
                tb_per_gpu: Some(STORAGE_TB),
                entry: "all-flash-24".into(),
            }),
        ),
        (
            "cpu-nodes",
            ItKind::Devices(DevicesConfig {
                per_gpu: Some(1.0 / GPUS_PER_CPU_NODE),
                ..devices("cpu-node-2s")
            }),
        ),
        (
            "management",
            ItKind::Devices(DevicesConfig {
                per_rack: Some(1.0),
                ..devices("management-switch-48")
            }),
        ),
    ];
    let entry = |(name, what): (&str, ItKind)| ItConfig {
        name: if named {
            format!("{}-{name}", hall.config.name)
        } else {
            name.into()
        },
        what,
        hall: named.then(|| hall.config.name.clone()),
        heat: None,
        room: None,
        ups: true,
    };
    let reached = |(_, what): &(&str, ItKind)| match what {
        ItKind::Network(config) => served.reaches(context.catalogue, config),
        _ => true,
    };
    kinds.into_iter().filter(reached).map(entry).collect()
}
