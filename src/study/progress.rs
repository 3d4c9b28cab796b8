//! A progress bar where a person watches and the work takes longer than two seconds.

use std::io::IsTerminal as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_secs(2);

/// Progress of one run, or of several together.
pub struct Progress {
    bar: Option<ProgressBar>,
    began: Mutex<Option<Instant>>,
}

impl Progress {
    /// Steps between two looks at the clock.
    pub const EVERY: u64 = 4096;

    /// No bar.
    pub fn hidden() -> Self {
        Self {
            bar: None,
            began: Mutex::new(None),
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

    /// One run has ended; the bar goes when all have.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar
            && bar.position() + Self::EVERY >= bar.length().unwrap_or(0)
        {
            bar.finish_and_clear();
        }
    }
}
