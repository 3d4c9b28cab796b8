//! Servers as they will be, so that what is planned is placed by the rules of what starts.

use super::{Cluster, HallShape, Placing, Racks};

impl Cluster {
    /// The same servers, racks and placement; nothing runs and no server is down.
    pub(in crate::scheduler) fn emptied(&self) -> Option<Self> {
        let shape = |h: &super::Hall| HallShape {
            servers: h.servers,
            gpus_per_server: h.gpus_per_server,
        };
        let racks = |h: &super::Hall| Racks {
            servers_per_rack: h.servers_per_rack,
            racks_per_pod: h.servers_per_pod.div_ceil(h.servers_per_rack),
        };
        let shapes: Vec<HallShape> = self.halls.iter().map(shape).collect();
        let racks: Vec<Racks> = self.halls.iter().map(racks).collect();
        let mut cluster = Self::new(&shapes).ok()?.in_racks(&racks);
        cluster.placing = self.placing;
        Some(cluster)
    }

    /// Whether jobs get the servers with the lowest numbers.
    pub(in crate::scheduler) fn places_first(&self) -> bool {
        self.placing == Placing::First
    }

    /// Makes a hall as warm as the same hall of `other`, with these servers empty and those with `rest` free GPUs, as
    /// bits by their numbers in the hall; all others are full. What is empty may be in both.
    pub(in crate::scheduler) fn set_free(
        &mut self,
        hall: usize,
        empty: &[u64],
        (rest, beside): (u32, &[u64]),
        other: &Self,
    ) {
        let h = &self.halls[hall];
        let (first, servers, k) = (h.first, h.servers, h.gpus_per_server);
        let has = |words: &[u64], at: u32| words[at as usize / 64] >> (at % 64) & 1 == 1;
        for at in 0..servers {
            let busy = if has(empty, at) {
                0
            } else if rest > 0 && has(beside, at) {
                k - rest
            } else {
                k
            };
            let server = first + at;
            if self.busy_gpus(server) != busy {
                self.change(hall, server, |_| busy);
            }
        }
        if self.placing == Placing::Coolest {
            let coolest = &mut self.halls[hall].coolest;
            coolest.clone_from(&other.halls[hall].coolest);
        }
    }
}
