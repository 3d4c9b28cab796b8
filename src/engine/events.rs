//! Things that go wrong for a while: what is out, from when to when.
//!
//! An event holds from the first step that starts at or after its start to the last that starts before its end. Where
//! several hold at once, each machine is out by the most that any of them takes; heat waves add up.

use crate::cooling;
use crate::facility::Facility;
use crate::heat_rejection;

/// What an event takes away. Circuits and halls go by number; `None` means all of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outage {
    /// Chillers of a circuit, each with its pump and tower cell.
    Chillers {
        /// The circuit.
        circuit: Option<usize>,
        /// How many are out.
        units: u32,
    },
    /// Facility-water pumps of a circuit.
    Pumps {
        /// The circuit.
        circuit: Option<usize>,
        /// Share that is out.
        share: f64,
    },
    /// Condenser- and tower-water pumps of a circuit.
    CondenserPumps {
        /// The circuit.
        circuit: Option<usize>,
        /// Share that is out.
        share: f64,
    },
    /// Fans of towers and dry coolers of a circuit.
    TowerFans {
        /// The circuit.
        circuit: Option<usize>,
        /// Share that is out.
        share: f64,
    },
    /// CRAH and door fans of a hall.
    HallFans {
        /// The hall.
        hall: Option<usize>,
        /// Share that is out.
        share: f64,
    },
    /// Pumps of tanks and coolant distribution units of a hall.
    HallPumps {
        /// The hall.
        hall: Option<usize>,
        /// Share that is out.
        share: f64,
    },
    /// Make-up water.
    Water,
    /// Outdoor air is warmer, at the same humidity ratio.
    Heat {
        /// By how much, K.
        warmer_k: f64,
    },
    /// The grid.
    Utility,
    /// The batteries of the UPS; the load goes past them.
    Ups,
}

/// An outage and its time.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Name in results.
    pub name: String,
    /// Begin, s since the start of the run.
    pub start_s: f64,
    /// End, s since the start of the run.
    pub end_s: f64,
    /// What is out.
    pub outage: Outage,
}

/// The events of a run.
#[derive(Debug, Clone, Default)]
pub struct Events {
    all: Vec<Event>,
    /// Moments at which something changes, in order; those before `next` are past.
    changes_s: Vec<f64>,
    next: usize,
    warmer_k: f64,
}

impl Events {
    /// In any order.
    pub fn new(all: Vec<Event>) -> Self {
        let mut changes_s: Vec<f64> = all
            .iter()
            .flat_map(|event| [event.start_s, event.end_s])
            .collect();
        changes_s.sort_by(f64::total_cmp);
        Self {
            all,
            changes_s,
            ..Self::default()
        }
    }

    /// Adds an event that begins now.
    pub(super) fn begin(&mut self, event: Event) {
        // Moments that are past are told by `next`; both of this event are still to come.
        for at_s in [event.start_s, event.end_s] {
            let at = self.changes_s[self.next..].partition_point(|other| *other <= at_s);
            self.changes_s.insert(self.next + at, at_s);
        }
        self.all.push(event);
    }

    /// Ends whatever holds at `time_s`.
    pub(super) fn end_all(&mut self, time_s: f64) {
        for event in &mut self.all {
            if event.start_s <= time_s && time_s < event.end_s {
                event.end_s = time_s;
            }
        }
        let at = self.changes_s[self.next..].partition_point(|other| *other <= time_s);
        self.changes_s.insert(self.next + at, time_s);
    }

    /// Sets what is out in the step that starts at `time_s`. Returns by how much outdoor air is warmer, K.
    pub(super) fn apply(&mut self, time_s: f64, facility: &mut Facility) -> f64 {
        let mut changed = false;
        while self
            .changes_s
            .get(self.next)
            .is_some_and(|at| *at <= time_s)
        {
            self.next += 1;
            changed = true;
        }
        if !changed {
            return self.warmer_k;
        }
        let mut plants = vec![heat_rejection::Available::default(); facility.circuits()];
        let mut halls = vec![cooling::Available::default(); facility.hall_names().len()];
        let (mut utility, mut ups) = (true, true);
        self.warmer_k = 0.0;
        for event in &self.all {
            if !(event.start_s <= time_s && time_s < event.end_s) {
                continue;
            }
            let left = |share: f64| (1.0 - share).max(0.0);
            match event.outage {
                Outage::Chillers { circuit, units } => {
                    each(&mut plants, circuit, |plant| {
                        plant.chillers_out = plant.chillers_out.max(units);
                    });
                }
                Outage::Pumps { circuit, share } => each(&mut plants, circuit, |plant| {
                    plant.facility_pumps = plant.facility_pumps.min(left(share));
                }),
                Outage::CondenserPumps { circuit, share } => each(&mut plants, circuit, |plant| {
                    plant.pumps = plant.pumps.min(left(share));
                }),
                Outage::TowerFans { circuit, share } => each(&mut plants, circuit, |plant| {
                    plant.fans = plant.fans.min(left(share));
                }),
                Outage::HallFans { hall, share } => each(&mut halls, hall, |hall| {
                    hall.fans = hall.fans.min(left(share));
                }),
                Outage::HallPumps { hall, share } => each(&mut halls, hall, |hall| {
                    hall.pump = hall.pump.min(left(share));
                }),
                Outage::Water => each(&mut plants, None, |plant| plant.water = false),
                Outage::Heat { warmer_k } => self.warmer_k += warmer_k,
                Outage::Utility => utility = false,
                Outage::Ups => ups = false,
            }
        }
        for (circuit, available) in plants.iter().enumerate() {
            facility.set_available(circuit, available);
        }
        for (hall, available) in halls.into_iter().enumerate() {
            facility.set_hall_available(hall, available);
        }
        facility.set_utility(utility);
        facility.set_ups(ups);
        self.warmer_k
    }
}

/// One of them, or all.
fn each<T>(all: &mut [T], index: Option<usize>, apply: impl FnMut(&mut T)) {
    match index {
        Some(index) => all.get_mut(index).into_iter().for_each(apply),
        None => all.iter_mut().for_each(apply),
    }
}
