//! Running jobs, found by where they run, and stopped.
//!
//! ```text
//! fail      now back to the last save; GPUs free at once; back in the queue at its old place
//! suspend   saves first and holds its GPUs meanwhile, then goes back with all its work
//! abandon   leaves for good, not completed
//! ```

use super::progress::State;
use super::{Floor, Moment, leaving};
use std::cmp::Reverse;

/// A running job, valid until it stops for whatever reason: after that it names nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    pub(super) slot: u32,
    pub(super) serial: u32,
}

impl Floor {
    /// The running jobs, in order of their estimated ends; those that save before they stop among them.
    pub fn running(&self) -> impl Iterator<Item = Running> {
        self.by_estimate.iter().filter_map(|&(_, slot)| {
            let serial = self.slots.get(slot as usize)?.serial;
            Some(Running { slot, serial })
        })
    }

    /// The jobs on a server, in order of their estimated ends.
    pub fn running_on(&self, server: u32) -> impl Iterator<Item = Running> {
        self.running()
            .filter(move |running| self.held_on(*running, server) > 0)
    }

    /// The job on one GPU of a server, counted through the jobs there; None where that GPU is idle.
    pub fn running_on_gpu(&self, server: u32, gpu: u32) -> Option<Running> {
        let mut before = 0;
        self.running_on(server).find(|running| {
            before += self.held_on(*running, server);
            gpu < before
        })
    }

    /// GPUs of a server that a job holds.
    pub fn held_on(&self, running: Running, server: u32) -> u32 {
        let slot = self.running_slot(running);
        slot.map_or(0, |slot| self.cluster.held_on(&slot.allocation, server))
    }

    /// Calls `each` for every server on which a running job holds GPUs, with how many.
    pub fn held(&self, running: Running, mut each: impl FnMut(u32, u32)) {
        let Some(slot) = self.running_slot(running) else {
            return;
        };
        for server in slot.allocation.whole_servers() {
            each(server, self.cluster.gpus_per_server(server));
        }
        if let Some((server, gpus)) = slot.allocation.partial {
            each(server, gpus);
        }
    }

    /// What a running job is.
    pub fn running_job(&self, running: Running) -> Option<&crate::workload::Job> {
        Some(&self.running_slot(running)?.job)
    }

    /// When a running job began, the last time.
    pub fn began_s(&self, running: Running) -> Option<f64> {
        Some(self.running_slot(running)?.began_s)
    }

    /// Whether a running job saves in order to stop.
    pub fn is_saving(&self, running: Running) -> bool {
        let slot = self.running_slot(running);
        slot.is_some_and(|slot| slot.state == State::Saving)
    }

    fn running_slot(&self, running: Running) -> Option<&super::progress::Slot> {
        let slot = self.slots.get(running.slot as usize)?;
        (slot.serial == running.serial && slot.runs()).then_some(slot)
    }

    /// Stops a job by a failure at `at_s`, at or before now: what it did since its last save is lost, its GPUs are
    /// free, and it is back in the queue at its old place. False where it had ended by then, or does not run.
    pub fn interrupt(&mut self, running: Running, at_s: f64) -> bool {
        match self.running_slot(running) {
            Some(slot) if slot.end_s > at_s => {}
            _ => return false,
        }
        self.catch_up(running.slot, at_s);
        self.vacate(running.slot);
        self.stop(running.slot, |slot| slot.fail(at_s));
        true
    }

    /// Has a job save its state from `at_s` on and go back to the queue. It holds its GPUs while it saves; one that has
    /// saved by now leaves them at once. False where it does not run, saves already, or ends before it could have saved.
    pub fn suspend(&mut self, running: Running, at_s: f64) -> bool {
        let now_s = self.now_s;
        let Some(slot) = self.running_slot(running) else {
            return false;
        };
        if slot.state == State::Saving || slot.end_s <= at_s + slot.job.save_s {
            return false;
        }
        let (filed, index) = (Moment(slot.estimated_s), running.slot);
        self.catch_up(index, at_s);
        self.by_estimate.remove(&(filed, index));
        let Some(slot) = self.slots.get_mut(index as usize) else {
            return false;
        };
        slot.begin_save(at_s);
        self.has_costs = true;
        let (end_s, id, serial) = (slot.end_s, slot.job.id, slot.serial);
        self.by_estimate.insert((Moment(slot.estimated_s), index));
        if end_s <= now_s {
            self.vacate(index);
            self.stop(index, super::progress::Slot::saved);
        } else {
            self.ends.push(Reverse((Moment(end_s), id, index, serial)));
        }
        true
    }

    /// Ends a job that will never complete at `at_s`, at or before now. False where it does not run.
    pub fn abandon(&mut self, running: Running, at_s: f64) -> bool {
        match self.running_slot(running) {
            Some(slot) if slot.end_s > at_s => {}
            _ => return false,
        }
        self.catch_up(running.slot, at_s);
        self.vacate(running.slot);
        if let Some(slot) = self.slots.get_mut(running.slot as usize) {
            let (lost_s, before) = (slot.lost_s, slot.spent);
            slot.abandon(at_s);
            self.counts.lost_gpu_s += (slot.lost_s - lost_s) * f64::from(slot.job.gpus);
            let spent = &mut self.counts.spent;
            spent.since(&before, &slot.spent, slot.job.gpus);
            let left = leaving(slot, slot.first_start_s, slot.end_s, false);
            self.finished.push(left);
            self.unused.push(running.slot);
        }
        true
    }

    /// Takes a server out of service, or brings it back. What runs there goes on: stop it beside this where the server
    /// is down and not only closed to new jobs.
    pub fn set_down(&mut self, server: u32, down: bool) {
        let was_down = self.cluster.is_down(server);
        self.cluster.set_down(server, down);
        self.released = true; // reservations may count on it, or on what it leaves
        let gpus = u64::from(self.cluster.gpus_per_server(server));
        match (was_down, self.cluster.is_down(server)) {
            (false, true) => self.counts.down_gpus += gpus,
            (true, false) => self.counts.down_gpus -= gpus,
            _ => return,
        }
        if self.loads.service_of(server).is_some() {
            self.loads.touch(server);
        }
    }

    /// A slow clock was counted for the whole step: takes back what lies beyond the moment at which the job stops.
    fn catch_up(&mut self, index: u32, at_s: f64) {
        if let Some(slot) = self.slots.get_mut(index as usize) {
            let gpu_s = slot.catch_up(at_s) * f64::from(slot.job.gpus);
            self.begun_gpu_s -= gpu_s;
            self.counts.spent.slowed -= gpu_s;
        }
    }

    /// Ends the stretch of a job whose GPUs are free already, and puts it back in the queue.
    pub(super) fn stop(&mut self, index: u32, end: impl FnOnce(&mut super::progress::Slot)) {
        let Some(slot) = self.slots.get_mut(index as usize) else {
            return;
        };
        let (lost_s, before) = (slot.lost_s, slot.spent);
        end(slot);
        self.counts.lost_gpu_s += (slot.lost_s - lost_s) * f64::from(slot.job.gpus);
        let spent = &mut self.counts.spent;
        spent.since(&before, &slot.spent, slot.job.gpus);
        self.counts.interruptions += 1;
        self.count_waiting(index, true);
        self.requeue(index);
    }

    /// Frees the GPUs of a running job.
    pub(super) fn vacate(&mut self, index: u32) {
        let Some(slot) = self.slots.get(index as usize) else {
            return;
        };
        self.by_estimate.remove(&(Moment(slot.estimated_s), index));
        self.cluster.release(&slot.allocation);
        self.counts.running_jobs -= 1;
        self.counts.busy_gpus -= u64::from(slot.job.gpus);
        self.running_gpus -= f64::from(slot.job.gpus);
        self.begun_gpu_s -= slot.as_if_begun_s() * f64::from(slot.job.gpus);
        self.released = true;
        self.add_loads(index, false);
        self.hold(index, false);
    }
}
