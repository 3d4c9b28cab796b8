//! The state of the cluster as a scheduler sees it: the queue, the running jobs and the servers.
//!
//! Each part keeps its own books; a job moves between them only here, and through all of them at once:
//!
//! ```text
//! admit ─▶ queue ─ start ─▶ servers, running, loads, swings, cap ─ vacate ─▶ queue again, or finished
//! ```

mod clock;
mod interrupt;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod pace_tests;
mod read;
mod reserve;
#[cfg(test)]
mod tests;

pub use interrupt::RunningJob;
pub use read::ActiveJob;

use super::cluster::{Allocation, Cluster, Placement};
use super::energy::{EnergyBooks, Holding, JobEnergy};
use super::jobs::{JobIndex, JobRecord, JobTable};
use super::loads::ServerLoads;
use super::meter::Meter;
use super::queue::{PutOff, WaitingQueue};
use super::rules::defer::Deferral;
use super::rules::order::Ranks;
use super::rules::placing::Placing;
use super::rules::power_cap::{Cap, PowerCap, ServerPower};
use super::running::RunningJobs;
use super::swing::{SwingSums, SwingWeight};
use super::{FinishedJob, SchedulerError, Servers};
use crate::workload::{Job, Service};

/// A waiting job, valid until it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobHandle(JobIndex);

/// The queue, the running jobs and the servers.
#[derive(Debug)]
pub struct ClusterState {
    now_s: f64,
    /// The scheduler looks at its multiples, s; 0: at any moment.
    interval_s: f64,
    /// When it looks next at what happened since it did last, s.
    look_s: f64,
    meter: Meter,
    cluster: Cluster,
    jobs: JobTable,
    queue: WaitingQueue,
    put_off: PutOff,
    running: RunningJobs,
    loads: ServerLoads,
    swings: SwingSums,
    cap: Option<Cap>,
    released: bool,
    /// When the scheduler wants to look again, whatever happens.
    wake_s: f64,
    submitted: u64,
    started: u64,
    rejected: u64,
    down_gpus: u64,
    finished: Vec<FinishedJob>,
    energy: EnergyBooks,
}

impl ClusterState {
    /// Nothing waits and nothing runs.
    pub(super) fn new(cluster: Cluster) -> Self {
        Self {
            now_s: 0.0,
            interval_s: 0.0,
            look_s: f64::INFINITY,
            meter: Meter::default(),
            jobs: JobTable::default(),
            queue: WaitingQueue::default(),
            put_off: PutOff::default(),
            running: RunningJobs::default(),
            loads: ServerLoads::new(cluster.servers()),
            swings: SwingSums::new(cluster.halls().len()),
            cap: None,
            cluster,
            released: false,
            wake_s: f64::INFINITY,
            submitted: 0,
            started: 0,
            rejected: 0,
            down_gpus: 0,
            finished: Vec::new(),
            energy: EnergyBooks::default(),
        }
    }

    /// Gives service number `number` its servers, before any job comes.
    pub(super) fn serve(&mut self, number: u32, service: &Service) -> Result<(), SchedulerError> {
        let left = self.cluster.free_gpus_in(service.hall);
        let servers = self.cluster.hold(service.gpus, service.hall);
        let servers = servers.ok_or(SchedulerError::ServiceTooLarge {
            service: service.class.name(),
            gpus: service.gpus,
            left,
        })?;
        self.loads.serve(number, service.gpus, &servers);
        Ok(())
    }

    /// Which of the free servers jobs get, who goes first, and what deferrable jobs wait for: before any job comes.
    pub(super) fn set_rules(&mut self, placing: Placing, order: Ranks, deferral: Option<Deferral>) {
        self.cluster.set_placing(placing);
        self.queue.set_order(order);
        self.put_off.set_deferral(deferral);
    }

    /// Power cap of the halls by estimate, before any job arrives.
    pub(super) fn set_cap(&mut self, cap: PowerCap, servers: &[ServerPower], services: &[Service]) {
        self.cap = Some(self.cluster.cap(cap, servers, services));
    }

    /// The servers.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Whether the whole queue is to be looked at again: since the scheduler was last called GPUs became free (a job
    /// ended or was stopped), a server left or came back, or a job joined the queue elsewhere than at its end.
    pub fn released(&self) -> bool {
        self.released
    }

    /// Puts a job at the end of the queue, one of `Job::FIRST` behind others of that kind; or rejects it when no hall
    /// could ever hold it.
    pub(super) fn admit(&mut self, job: &Job) {
        self.submitted += 1;
        let cap = self.cap.as_ref();
        if !is_sound(job)
            || !self.cluster.can_ever_hold(job.gpus, job.within)
            || !cap.is_none_or(|cap| cap.can_ever_hold(job))
        {
            self.rejected += 1;
            self.finished.push(JobRecord::refused(*job));
            self.energy.leave(None);
            return;
        }
        let index = self.jobs.insert(job);
        let record = &mut self.jobs[index];
        self.queue.count(record, true);
        if self.put_off.take(index, job, self.now_s) {
            record.defer();
            self.queue.note(index, record);
            return;
        }
        self.released |= self.queue.join(index, &self.jobs, self.now_s);
    }

    /// Starts a waiting job where `place` found room; returns the server of its remainder.
    pub fn start(&mut self, handle: JobHandle, placement: Placement) -> Option<u32> {
        self.start_by(handle.0, |cluster, allocation| {
            cluster.take(placement, allocation);
        });
        let partial = self.jobs[handle.0].allocation().partial;
        partial.map(|(server, _)| server)
    }

    /// Starts a waiting job on these servers, which must be free.
    pub(super) fn start_on(&mut self, handle: JobHandle, servers: &Allocation) {
        self.start_by(handle.0, |cluster, allocation| {
            cluster.take_exactly(servers, allocation);
        });
    }

    fn start_by(&mut self, index: JobIndex, take: impl FnOnce(&mut Cluster, &mut Allocation)) {
        let record = &mut self.jobs[index];
        assert!(record.waits(), "a job is started that does not wait");
        self.queue.remove(index, record);
        self.queue.count(record, false);
        record.begin(self.now_s, |allocation| take(&mut self.cluster, allocation));
        self.started += u64::from(record.interruptions() == 0);
        self.running.start(index, record);
        self.swings.add(record);
        let units = record.load_units();
        self.loads.put(record, units, &self.cluster);
        self.hold(index, true);
    }

    /// Frees the GPUs of a running job.
    fn vacate(&mut self, index: JobIndex) {
        let record = &mut self.jobs[index];
        self.running.leave(index, record);
        self.cluster.release(record.allocation());
        self.released = true;
        self.swings.take_off(record);
        self.loads.put(record, [0; 2], &self.cluster);
        self.hold(index, false);
    }

    /// Order, cap and energy count what a job begins to hold, or gives back.
    fn hold(&mut self, index: JobIndex, starts: bool) {
        let record = &mut self.jobs[index];
        self.queue.hold(record.job(), self.now_s, starts);
        let whole = self.cluster.halls()[record.allocation().hall].gpus_per_server;
        self.energy.note(record, whole, self.now_s, starts);
        if let Some(cap) = &mut self.cap {
            let power_milliw = cap.job_milliw(record.allocation().hall, record.job());
            cap.shift(power_milliw, starts);
        }
    }

    /// Releases the jobs that have ended by now; those that saved in order to stop go back to the queue. Others begin the
    /// next phase of their rhythm, and change their load.
    pub(super) fn release_ended(&mut self) {
        while let Some(index) = self.running.due(&mut self.jobs, self.now_s) {
            let record = &mut self.jobs[index];
            if record.end_s() > self.now_s {
                self.running.next_phase(index, record, self.now_s);
                let units = record.load_units();
                self.loads.put(record, units, &self.cluster);
                continue;
            }
            let saved = record.is_saving();
            self.vacate(index);
            if saved {
                self.stop(index, JobRecord::saved);
            } else {
                self.leave(index, JobRecord::finish, true);
            }
        }
    }

    /// A job whose GPUs are free leaves for good; `done`: at its own end.
    fn leave(&mut self, index: JobIndex, end: impl FnOnce(&mut JobRecord), done: bool) {
        let record = &mut self.jobs[index];
        self.running.close(record, end);
        self.finished.push(record.left(done));
        self.energy.leave(record.energy_slot());
        self.jobs.remove(index);
    }

    /// Ends the stretch of a job whose GPUs are free already, and puts it back in the queue.
    fn stop(&mut self, index: JobIndex, end: impl FnOnce(&mut JobRecord)) {
        let record = &mut self.jobs[index];
        self.running.close(record, end);
        self.running.count_interruption();
        self.queue.count(record, true);
        self.queue.insert(index, &self.jobs, self.now_s);
    }

    /// Lets those into the queue whose hour has come, each at its old place.
    pub(super) fn call_deferred(&mut self) {
        while let Some(index) = self.put_off.due(self.now_s) {
            self.call(index);
        }
    }

    /// The same for those without a known start: where a job was submitted or GPUs became free now.
    pub(super) fn call_unannounced(&mut self, submitted: bool) {
        if !submitted && !self.released {
            return;
        }
        while let Some(index) = self.put_off.due_unannounced(self.now_s) {
            self.call(index);
        }
    }

    fn call(&mut self, index: JobIndex) {
        self.jobs[index].call();
        self.queue.insert(index, &self.jobs, self.now_s);
        self.released = true; // all is to be looked at: it is not at the end
    }

    /// Has `schedule` look at the queue, brought in order, where there is anything new and it may look.
    pub(super) fn let_schedule(&mut self, schedule: impl FnOnce(&mut Self)) {
        if self.now_s >= self.wake_s {
            self.released = true;
        }
        if !self.released && self.queue.first_new().is_none() {
            return;
        }
        if self.look_s == f64::INFINITY {
            self.look_s = self.look_at(self.now_s);
        }
        if self.look_s > self.now_s {
            return;
        }
        self.look_s = f64::INFINITY;
        if self.released {
            self.wake_s = f64::INFINITY;
        }
        self.queue.sort(&self.jobs, self.now_s);
        schedule(self);
        self.released = false;
        self.queue.seen();
    }

    /// Tells `servers` what has changed on them since the last call, once per server, and reads from them how fast the jobs
    /// run that have begun.
    pub(super) fn report(&mut self, servers: &mut dyn Servers) {
        self.loads.report(&self.cluster, self.now_s, servers);
        let jobs = &mut self.jobs;
        self.running.read_begun(jobs, self.now_s, servers);
        self.meter.note_backlog(self.queue.totals().gpu_s);
    }

    /// Says how warm the racks of a hall were in the step before, °C.
    pub(super) fn set_temperatures(&mut self, hall: usize, racks_c: &[f64]) {
        self.cluster.set_temperatures(hall, racks_c);
    }

    /// Weighs every job from now on; none may run yet.
    pub(super) fn set_swing_weight(&mut self, weight: SwingWeight) {
        self.swings.set_weight(weight);
    }

    /// Sums of squares of both measures over the running jobs of a hall.
    pub(super) fn squares(&self, hall: usize) -> [f64; 2] {
        self.swings.squares(hall)
    }

    /// Servers of services: server and number of the service.
    pub(super) fn serving(&self) -> impl Iterator<Item = (u32, u32)> {
        self.loads.serving()
    }

    /// Jobs submitted since the start.
    pub(super) fn submitted(&self) -> u64 {
        self.submitted
    }

    /// Jobs refused because no hall could ever hold them.
    pub(super) fn rejected(&self) -> u64 {
        self.rejected
    }

    /// Counts the energy of jobs from now on: before the first step.
    pub(super) fn count_energy(&mut self) {
        self.energy.turn_on();
    }

    /// Gives the jobs that left in the step their energy, by what their GPUs drew since the start.
    pub(super) fn settle_energy(&mut self, read: impl FnMut(&Holding) -> JobEnergy) {
        self.energy.settle(&mut self.finished, read);
    }

    /// The jobs that left since they were last taken away.
    pub(super) fn finished(&mut self) -> &mut Vec<FinishedJob> {
        &mut self.finished
    }
}

fn is_sound(job: &Job) -> bool {
    let is_time = |time_s: f64| time_s >= 0.0 && time_s.is_finite();
    is_time(job.work_s)
        && job.estimate_s >= 0.0
        && job.checkpoint_s > 0.0
        && is_time(job.save_s)
        && is_time(job.restart_s)
}
