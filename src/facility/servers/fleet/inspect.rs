//! State of a hall's racks, on request: nothing here is needed to make a step.

use super::Fleet;
use crate::snapshot::RackWork;

impl Fleet {
    /// Chips slow down above this, °C.
    pub(in crate::facility) fn slowdown_c(&self) -> f64 {
        self.server.chip.slowdown_c
    }

    /// Accelerators in a rack.
    pub(in crate::facility) fn rack_gpus(&self) -> f64 {
        self.servers_per_rack as f64 * f64::from(self.server.entry.accelerators)
    }

    /// The rack of a server of this hall.
    pub(in crate::facility) fn rack_of(&self, server: u32) -> u32 {
        server / self.servers_per_rack as u32
    }

    /// Each rack in the last step, from its servers.
    pub(in crate::facility) fn rack_work(&self, into: &mut Vec<RackWork>) {
        into.clear();
        let gpus = self.rack_gpus();
        for (rack, servers) in self.server_point.chunks(self.servers_per_rack).enumerate() {
            let mut work = RackWork::default();
            let mut slow = 0.0;
            for (index, server) in servers.iter().enumerate() {
                let point = self.points.get(*server);
                let busy = f64::from(point.busy);
                work.off |= point.off;
                // What was settled: after limits, and where the load is imposed.
                let [utilisation, ..] = point.settled_for;
                if busy > 0.0 && utilisation.is_finite() && !point.off {
                    work.busy_gpus += busy;
                    work.utilisation += busy * utilisation / gpus;
                    let server = (rack * self.servers_per_rack + index) as u32;
                    slow += busy * (1.0 - self.clock(server));
                }
            }
            if work.busy_gpus > 0.0 {
                work.slowed = (slow / work.busy_gpus).max(0.0);
            }
            into.push(work);
        }
    }
}
