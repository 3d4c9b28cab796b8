//! State of a hall's racks, on request: nothing here is needed to make a step.

use super::Fleet;
use super::operating_point::RackMix;
use crate::it::server::spread::{PLACES, SHARES};
use crate::physics::temperature_counts::TemperatureCounts;
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

    /// The hottest memory in the last step, °C.
    pub(in crate::facility) fn max_memory_c(&self) -> f64 {
        let (low_c, per_k) = (self.range_c.0, 1.0 / (self.range_c.1 - self.range_c.0));
        let mut hottest_c = f64::NEG_INFINITY;
        for (mix, racks_c) in self.runs() {
            let (low, high) = (mix.low.memory_c, mix.high.memory_c);
            for at_c in racks_c {
                hottest_c = hottest_c.max(low + (high - low) * (at_c - low_c) * per_k);
            }
        }
        hottest_c
    }

    /// Counts the busy chips by temperature in the last step.
    pub(in crate::facility) fn count_chips(&self, into: &mut TemperatureCounts) {
        let (low_c, per_k) = (self.range_c.0, 1.0 / (self.range_c.1 - self.range_c.0));
        for (mix, racks_c) in self.runs() {
            for &(point, servers) in &mix.counts {
                let point = self.points.get(point);
                if point.busy == 0 || point.off {
                    continue;
                }
                let (low, high) = (&point.low, &point.high);
                // Neighbours over the same coolant are counted at once: in tanks, and in halls without recirculation, all are.
                for alike in racks_c.chunk_by(|one, next| one == next) {
                    let at_c = alike[0];
                    let chips = servers * f64::from(point.busy) * alike.len() as f64;
                    let read = |low: f64, high: f64| low + (high - low) * (at_c - low_c) * per_k;
                    let hottest_c = read(low.chip_c, high.chip_c);
                    let coolest_c = read(low.coolest_c, high.coolest_c);
                    // The coldest first: counts widen more cheaply upwards.
                    for class in (0..SHARES.len()).rev() {
                        let at_c = coolest_c + (hottest_c - coolest_c) * PLACES[class];
                        into.add(at_c, chips * SHARES[class]);
                    }
                }
            }
        }
    }

    /// Neighbouring racks of one mix, with the coolant that each feels, °C.
    fn runs(&self) -> impl Iterator<Item = (&RackMix, &[f64])> {
        let spans = self.spans.as_slice().iter();
        spans.map(|span| {
            let racks_c = &self.felt.rack_c[span.from as usize..span.to as usize];
            (self.mixes.get(span.mix), racks_c)
        })
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
