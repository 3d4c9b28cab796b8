//! Details of the facility on request between steps; no step computes them.

use super::Facility;
use super::servers::locate;
use crate::snapshot::{Allocation, Occupants, RackWork};

/// Where racks of a hall get into trouble, and how large they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Coolant above which a rack is out of its range, °C.
    pub coolant_c: f64,
    /// Chips slow down above this, °C.
    pub chip_c: f64,
    /// Accelerators in a rack.
    pub rack_gpus: f64,
}

impl Facility {
    /// Limits of a hall, by number.
    pub fn limits(&self, hall: usize) -> Limits {
        let hall = &self.halls[hall];
        Limits {
            coolant_c: hall.cooling.limit_c(),
            chip_c: hall.fleet.slowdown_c(),
            rack_gpus: hall.fleet.rack_gpus(),
        }
    }

    /// State of a hall's racks in the last step.
    pub fn rack_work(&self, hall: usize, into: &mut Vec<RackWork>) {
        self.halls[hall].fleet.rack_work(into);
    }

    /// Who holds GPUs, rack by rack, in the last step.
    pub fn occupants(&self) -> Occupants {
        let mut allocations = vec![Vec::<Allocation>::new(); self.halls.len()];
        let all = self.work.occupants(|server, occupant, gpus| {
            let (hall, server) = locate(&self.halls, server);
            let rack = self.halls[hall].fleet.rack_of(server);
            allocations[hall].push(Allocation {
                rack,
                occupant,
                gpus,
            });
        });
        for allocations in &mut allocations {
            allocations.sort_by_key(|allocation| (allocation.rack, allocation.occupant));
            allocations.dedup_by(|next, allocation| {
                let same = (next.rack, next.occupant) == (allocation.rack, allocation.occupant);
                allocation.gpus += if same { next.gpus } else { 0 };
                same
            });
        }
        Occupants { all, allocations }
    }
}
