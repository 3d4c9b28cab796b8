//! Running jobs, found by where they run, and stopped.
//!
//! ```text
//! fail      now back to the last save; GPUs free at once; back in the queue at its old place
//! suspend   saves first and holds its GPUs meanwhile, then goes back with all its work
//! abandon   leaves for good, not completed
//! ```

use super::{ClusterState, JobIndex, JobRecord};
use crate::workload::Job;

/// A running job, valid until it stops for whatever reason: after that it names nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunningJob {
    index: JobIndex,
    serial: u32,
}

impl ClusterState {
    /// The running jobs, in order of their estimated ends; those that save before they stop among them.
    pub fn running(&self) -> impl Iterator<Item = RunningJob> {
        self.running.iter().map(|index| {
            let serial = self.jobs[index].serial();
            RunningJob { index, serial }
        })
    }

    /// The jobs on a server, in order of their estimated ends.
    pub fn running_on(&self, server: u32) -> impl Iterator<Item = RunningJob> {
        self.running()
            .filter(move |running| self.held_on(*running, server) > 0)
    }

    /// GPUs of a server that a job holds.
    pub fn held_on(&self, running: RunningJob, server: u32) -> u32 {
        let record = self.record_of(running);
        record.map_or(0, |record| {
            self.cluster.held_on(record.allocation(), server)
        })
    }

    /// Calls `each` for every server on which a running job holds GPUs, with how many.
    pub fn held(&self, running: RunningJob, mut each: impl FnMut(u32, u32)) {
        let Some(record) = self.record_of(running) else {
            return;
        };
        for server in record.allocation().whole_servers() {
            each(server, self.cluster.gpus_per_server(server));
        }
        if let Some((server, gpus)) = record.allocation().partial {
            each(server, gpus);
        }
    }

    /// Kind of a running job.
    pub fn running_job(&self, running: RunningJob) -> Option<&Job> {
        Some(self.record_of(running)?.job())
    }

    /// When a running job began, the last time.
    pub fn began_s(&self, running: RunningJob) -> Option<f64> {
        Some(self.record_of(running)?.began_s())
    }

    /// Whether a running job saves in order to stop.
    pub fn is_saving(&self, running: RunningJob) -> bool {
        self.record_of(running).is_some_and(JobRecord::is_saving)
    }

    /// None where the job has stopped since.
    pub(super) fn record_of(&self, running: RunningJob) -> Option<&JobRecord> {
        let record = &self.jobs[running.index];
        (record.serial() == running.serial && record.runs()).then_some(record)
    }

    /// Stops a job by a failure now: what it did since its last save is lost, its GPUs are free, and it is back in the queue
    /// at its old place. False where it has ended by now, or does not run.
    pub fn interrupt(&mut self, running: RunningJob) -> bool {
        let (stops, now_s) = (self.take_off(running), self.now_s);
        if stops {
            self.stop(running.index, |record| record.fail(now_s));
        }
        stops
    }

    /// Ends a job now that will never complete. False where it does not run.
    pub fn abandon(&mut self, running: RunningJob) -> bool {
        let (stops, now_s) = (self.take_off(running), self.now_s);
        if stops {
            self.leave(running.index, |record| record.abandon(now_s), false);
        }
        stops
    }

    /// Frees the GPUs of a job that still runs; returns whether it does.
    fn take_off(&mut self, running: RunningJob) -> bool {
        match self.record_of(running) {
            Some(record) if record.end_s() > self.now_s => {}
            _ => return false,
        }
        let record = &mut self.jobs[running.index];
        self.running.catch_up(record, self.now_s);
        self.vacate(running.index);
        true
    }

    /// Has a job save its state from now on and go back to the queue. It holds its GPUs while it saves; one that takes no time
    /// for it leaves them at once. False where it does not run, saves already, or ends before it could have saved.
    pub fn suspend(&mut self, running: RunningJob) -> bool {
        let now_s = self.now_s;
        let Some(record) = self.record_of(running) else {
            return false;
        };
        if record.is_saving() || record.end_s() <= now_s + record.job().save_s {
            return false;
        }
        let index = running.index;
        let record = &mut self.jobs[index];
        self.running.catch_up(record, now_s);
        self.running
            .save_and_stop(index, record, |record| record.begin_save(now_s));
        if record.end_s() <= now_s {
            self.vacate(index);
            self.stop(index, JobRecord::saved);
        } else {
            self.running.refile(index, record, now_s);
            let units = record.load_units();
            self.loads.put(record, units, &self.cluster);
        }
        true
    }

    /// Takes a server out of service, or brings it back. Jobs there continue: stop it beside this where the server
    /// is down and not only closed to new jobs.
    pub fn set_down(&mut self, server: u32, down: bool) {
        let was_down = self.cluster.is_down(server);
        self.cluster.set_down(server, down);
        self.released = true; // reservations may count on it, or on what it leaves
        if was_down == down {
            return;
        }
        let gpus = u64::from(self.cluster.gpus_per_server(server));
        if down {
            self.down_gpus += gpus;
        } else {
            self.down_gpus -= gpus;
        }
        if self.loads.serves(server) {
            self.loads.touch(server);
        }
    }
}
