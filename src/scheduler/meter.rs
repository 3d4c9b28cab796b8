//! Integrals over time of what is held, waits and is out of service: exact, as each changes only at events.

/// What is counted: GPUs held, GPU-seconds of work in the queue, GPUs out of service.
pub(super) type Rates = [f64; 3];

/// Integrals, counted from event to event, so that they do not depend on who asks when.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Meter {
    counted_s: f64,
    since_start: Rates,
    /// The step under way: when it began, and the same since then.
    step_s: f64,
    in_step: Rates,
    most_backlog_gpu_s: f64,
}

impl Meter {
    /// Counts up to `now_s` what has been so until then.
    pub(super) fn count(&mut self, now_s: f64, rates: Rates) {
        let dt_s = now_s - self.counted_s;
        self.counted_s = now_s;
        for (sum, rate) in self.since_start.iter_mut().zip(rates) {
            *sum += rate * dt_s;
        }
        for (sum, rate) in self.in_step.iter_mut().zip(rates) {
            *sum += rate * dt_s;
        }
    }

    /// A step begins at `from_s`.
    pub(super) fn begin_step(&mut self, from_s: f64, rates: Rates) {
        self.step_s = from_s;
        // What lies before counts with the next event: it is taken off here.
        self.in_step = rates.map(|rate| rate * (self.counted_s - from_s));
    }

    /// After an event: the work in the queue now.
    pub(super) fn note_backlog(&mut self, gpu_s: f64) {
        self.most_backlog_gpu_s = self.most_backlog_gpu_s.max(gpu_s);
    }

    /// Integrals since the start, up to now.
    pub(super) fn since_start(&self, now_s: f64, rates: Rates) -> Rates {
        up_to(self.since_start, rates, now_s - self.counted_s)
    }

    /// Means over the step so far.
    pub(super) fn means(&self, now_s: f64, rates: Rates) -> Rates {
        let dt_s = now_s - self.step_s;
        if dt_s <= 0.0 {
            return rates;
        }
        up_to(self.in_step, rates, now_s - self.counted_s).map(|sum| sum / dt_s)
    }

    /// The most work that was in the queue.
    pub(super) fn most_backlog_gpu_s(&self) -> f64 {
        self.most_backlog_gpu_s
    }
}

fn up_to(mut sums: Rates, rates: Rates, dt_s: f64) -> Rates {
    for (sum, rate) in sums.iter_mut().zip(rates) {
        *sum += rate * dt_s;
    }
    sums
}
