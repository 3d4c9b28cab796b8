//! Time: what comes next, when the scheduler looks, and what is counted until now.

use super::ClusterState;
use crate::scheduler::Servers;
use crate::scheduler::meter::Rates;

impl ClusterState {
    /// Has the scheduler look only at multiples of `interval_s`; 0: whenever something happens.
    pub(in crate::scheduler) fn set_interval(&mut self, interval_s: f64) {
        self.interval_s = interval_s;
    }

    /// Something happens now, and nothing before it any more.
    pub(in crate::scheduler) fn set_now(&mut self, now_s: f64) {
        self.meter.count(now_s, self.rates());
        self.now_s = now_s;
    }

    /// Nothing happens before `now_s` any more.
    pub(in crate::scheduler) fn pass_to(&mut self, now_s: f64) {
        self.now_s = now_s;
    }

    /// A step begins: means are counted from here on.
    pub(in crate::scheduler) fn begin_step(&mut self, from_s: f64) {
        self.meter.begin_step(from_s, self.rates());
    }

    pub(in crate::scheduler) fn rates(&self) -> Rates {
        let gpus = self.running.totals().gpus + self.loads.service_gpus();
        let backlog_gpu_s = self.queue.totals().gpu_s;
        [gpus as f64, backlog_gpu_s, self.down_gpus as f64]
    }

    /// Now, s since the start of the run.
    pub fn now_s(&self) -> f64 {
        self.now_s
    }

    /// The first moment at or after another at which the scheduler looks, s: none starts between.
    pub(in crate::scheduler) fn look_at(&self, at_s: f64) -> f64 {
        if self.interval_s > 0.0 {
            // A multiple is itself, whatever its own rounding.
            let multiples = (at_s / self.interval_s).next_down() - 1e-9;
            (multiples.ceil() * self.interval_s).max(at_s)
        } else {
            at_s
        }
    }

    /// Has the scheduler called at `at_s` at the latest, to look at everything again; it has just done so now.
    pub(in crate::scheduler) fn wake_at(&mut self, at_s: f64) {
        if at_s > self.now_s {
            self.wake_s = self.wake_s.min(at_s);
        }
    }

    /// When the next job may end, change its load or join the queue, or the scheduler looks again, s.
    pub(in crate::scheduler) fn next_event_s(&self) -> f64 {
        let wake_s = self.look_at(self.wake_s).min(self.look_s);
        let running_s = self.running.next_s().min(wake_s);
        running_s.min(self.put_off.next_s())
    }

    /// When the speed of a running job is to be read next, s.
    pub(in crate::scheduler) fn next_reading_s(&self) -> f64 {
        self.running.next_reading_s()
    }

    /// Reads it.
    pub(in crate::scheduler) fn read_next(&mut self, servers: &mut dyn Servers) {
        self.running.read_next(&mut self.jobs, servers);
    }

    /// Moves the end of every running job by the speed of its slowest server between `from_s` and now.
    pub(in crate::scheduler) fn follow_speeds(&mut self, from_s: f64, servers: &mut dyn Servers) {
        let step_s = (from_s, self.now_s);
        self.running.follow(&mut self.jobs, step_s, servers);
    }

    /// The same where speeds have changed; returns whether they have.
    pub(in crate::scheduler) fn look_ahead(
        &mut self,
        from_s: f64,
        change: (bool, bool),
        servers: &mut dyn Servers,
    ) -> bool {
        let step_s = (from_s, self.now_s);
        let jobs = &mut self.jobs;
        self.running.look_ahead(jobs, step_s, change, servers)
    }
}
