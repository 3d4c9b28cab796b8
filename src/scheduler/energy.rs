//! Energy of jobs, as far as the scheduler knows of it: which GPUs each takes and gives back, and when. What they drew meanwhile says
//! whoever meters the servers, once a step is solved.
//!
//! ```text
//! E_job = Σ stretches Σ servers g·(H(end) − H(begin))        g: GPUs held there
//! ```
//!
//! H: energy of one held GPU of the server since the start of the run. A job that runs costs nothing between its ends.

use super::FinishedJob;
use super::jobs::JobRecord;

/// Energy that belongs to a job: what the GPUs it held drew, idle ones too, with their share of their servers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct JobEnergy {
    /// At the inlets of the servers, J.
    pub it_j: f64,
    /// The same times what the site drew over what all servers did, step by step, J.
    pub facility_j: f64,
}

impl JobEnergy {
    /// With another, `times` over.
    #[must_use]
    pub fn plus(self, other: Self, times: f64) -> Self {
        Self {
            it_j: self.it_j + times * other.it_j,
            facility_j: self.facility_j + times * other.facility_j,
        }
    }
}

/// GPUs on neighbouring servers that a job takes or gives back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Holding {
    /// When, s since the start of the run.
    pub at_s: f64,
    /// The first of the servers, over all halls.
    pub first: u32,
    /// How many.
    pub servers: u32,
    /// GPUs on each.
    pub gpus: u32,
}

/// Place of a job's energy.
pub(super) type Slot = u32;

/// Energy of the jobs that have started, and what they took and gave back since it was counted last.
#[derive(Debug, Default)]
pub(super) struct EnergyBooks {
    on: bool,
    /// Whose, and whether they are given back (1.0) or taken (−1.0); in order of time.
    changes: Vec<(Holding, Slot, f64)>,
    energies: Vec<JobEnergy>,
    unused: Vec<Slot>,
    /// Of the jobs that left since, in their order; none of one that never started.
    left: Vec<Option<Slot>>,
}

impl EnergyBooks {
    /// Counts from now on; no job may have started.
    pub(super) fn turn_on(&mut self) {
        self.on = true;
    }

    /// A job takes its allocation, or gives it back; `whole`: GPUs of a whole server.
    pub(super) fn note(&mut self, record: &mut JobRecord, whole: u32, at_s: f64, takes: bool) {
        if !self.on {
            return;
        }
        let (energies, unused) = (&mut self.energies, &mut self.unused);
        let slot = *record.energy().get_or_insert_with(|| {
            unused.pop().unwrap_or_else(|| {
                energies.push(JobEnergy::default());
                (energies.len() - 1) as Slot
            })
        });
        let sign = if takes { -1.0 } else { 1.0 };
        let changes = each(record, whole, at_s).map(|holding| (holding, slot, sign));
        self.changes.extend(changes);
    }

    /// A job leaves for good, right after it joined those that have finished.
    pub(super) fn leave(&mut self, slot: Option<Slot>) {
        if self.on {
            self.left.push(slot);
        }
    }

    /// Counts what happened. `read` says what so many GPUs drew since the start of the run, up to the moment; `finished`: the jobs that left.
    pub(super) fn settle(
        &mut self,
        finished: &mut [FinishedJob],
        mut read: impl FnMut(&Holding) -> JobEnergy,
    ) {
        for (holding, slot, sign) in self.changes.drain(..) {
            let energy = &mut self.energies[slot as usize];
            *energy = energy.plus(read(&holding), sign);
        }
        debug_assert!(!self.on || finished.len() == self.left.len());
        for (job, slot) in finished.iter_mut().zip(self.left.drain(..)) {
            let energy = slot.map_or_else(JobEnergy::default, |slot| {
                self.unused.push(slot);
                std::mem::take(&mut self.energies[slot as usize])
            });
            // Differences of large sums: a job of no length has no less than nothing.
            job.energy = Some(JobEnergy {
                it_j: energy.it_j.max(0.0),
                facility_j: energy.facility_j.max(0.0),
            });
        }
    }

    /// Energy up to now of jobs that have not left; none where it is not counted. `whole`: GPUs of a whole server of the job's hall.
    pub(super) fn so_far(
        &self,
        record: &JobRecord,
        whole: u32,
        mut read: impl FnMut(&Holding) -> JobEnergy,
    ) -> Option<JobEnergy> {
        if !self.on {
            return None;
        }
        let Some(mine) = record.energy_slot() else {
            return Some(JobEnergy::default());
        };
        let mut energy = self.energies[mine as usize];
        for (holding, _, sign) in self.changes.iter().filter(|(_, slot, _)| *slot == mine) {
            energy = energy.plus(read(holding), *sign);
        }
        if record.runs() {
            for holding in each(record, whole, f64::INFINITY) {
                energy = energy.plus(read(&holding), 1.0);
            }
        }
        Some(energy)
    }
}

/// What a job holds, or held last.
fn each(record: &JobRecord, whole: u32, at_s: f64) -> impl Iterator<Item = Holding> {
    let allocation = record.allocation();
    let runs = allocation
        .runs
        .iter()
        .map(move |&(first, servers)| Holding {
            at_s,
            first,
            servers,
            gpus: whole,
        });
    let partial = allocation.partial.map(move |(first, gpus)| Holding {
        at_s,
        first,
        servers: 1,
        gpus,
    });
    runs.chain(partial)
}
