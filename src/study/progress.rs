//! A progress bar where a person watches and the work takes longer than two seconds.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::engine::RunError;

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_secs(2);

/// Progress of one run, or of several together.
pub struct Progress {
    bar: Option<ProgressBar>,
    began: Mutex<Option<Instant>>,
    stopped: Arc<AtomicBool>,
}

impl Progress {
    /// Steps between two looks at the clock.
    pub const EVERY: u64 = 4096;

    /// No bar.
    pub fn hidden() -> Self {
        Self {
            bar: None,
            began: Mutex::new(None),
            stopped: Arc::default(),
        }
    }

    /// A bar on standard error, if that is a terminal.
    pub fn shown(name: &str) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self::hidden();
        }
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {percent} % {eta} left") {
            bar.set_style(style);
        }
        bar.set_message(name.to_owned());
        Self {
            bar: Some(bar),
            began: Mutex::new(None),
            stopped: Arc::default(),
        }
    }

    /// More steps to come.
    pub fn start(&self, steps: u64) {
        if let Some(bar) = &self.bar {
            bar.inc_length(steps);
            if let Ok(mut began) = self.began.lock() {
                began.get_or_insert_with(Instant::now);
            }
        }
    }

    /// Steps made; called from any thread.
    pub fn advance(&self, steps: u64) {
        let Some(bar) = &self.bar else { return };
        bar.inc(steps);
        if bar.is_hidden()
            && let Ok(began) = self.began.lock()
            && began.is_some_and(|began| began.elapsed() > PATIENCE)
        {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// One without a bar that stops with this one: of a run that is a single step of this one's.
    #[must_use]
    pub fn part(&self) -> Self {
        Self {
            stopped: Arc::clone(&self.stopped),
            ..Self::hidden()
        }
    }

    /// Ends all runs with [`RunError::Stopped`], each before its next step; called from any thread.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Fails where the runs are to end.
    pub fn check(&self) -> Result<(), RunError> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(RunError::Stopped);
        }
        Ok(())
    }

    /// One run has ended; the bar goes when all have.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar
            && bar.position() + Self::EVERY >= bar.length().unwrap_or(0)
        {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scenario;
    use crate::snapshot::Snapshot;
    use crate::study::simulate;

    #[test]
    fn a_stopped_run_makes_no_further_step() {
        for plant in ["exact", "surface"] {
            let sets = [
                "run.days=1".to_owned(),
                "event=[]".to_owned(),
                "workload={constant={utilisation=0.5}}".to_owned(),
                format!("run.plant={plant}"),
            ];
            let loaded = scenario::load(Path::new("examples/hall.toml"), &sets).unwrap();
            let resolved = scenario::resolve(&loaded).unwrap();
            let progress = Progress::hidden();
            let mut seen = 0;
            let mut watch = |_: &Snapshot| {
                seen += 1;
                if seen == 7 {
                    progress.stop();
                }
            };
            let error = simulate(resolved, &mut watch, &progress).unwrap_err();
            assert!(matches!(error, RunError::Stopped), "{plant}: {error}");
            assert_eq!(seen, 7, "{plant}");
        }
    }
}
