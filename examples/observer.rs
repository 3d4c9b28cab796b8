//! An observer of one's own: the hour with the warmest facility water, gathered beside the library's figures.
//!
//! `cargo run --example observer`
//!
//! An observer sees every step once, in order. Several make one: `(mine, (yours, recorder))`; a closure is one too.

use std::error::Error;
use std::path::Path;

use coldaisle::observer::Observer;
use coldaisle::scenario;
use coldaisle::snapshot::Snapshot;
use coldaisle::study::{self, Progress};

/// Mean supply temperature of the first circuit by hour, and the warmest of them.
#[derive(Default)]
struct WarmestHour {
    hour: u64,
    sum_k_s: f64,
    seen_s: f64,
    /// Hour since the start of the run, and its mean, °C.
    warmest: Option<(u64, f64)>,
}

impl Observer for WarmestHour {
    fn observe(&mut self, snapshot: &Snapshot) -> std::io::Result<()> {
        // `time_s` is the end of the step, whose values are means over `dt_s`.
        let hour = ((snapshot.time_s - snapshot.dt_s / 2.0) / 3600.0).floor() as u64;
        if hour != self.hour {
            self.close();
            self.hour = hour;
        }
        self.sum_k_s += snapshot.plant.supply_c * snapshot.dt_s;
        self.seen_s += snapshot.dt_s;
        Ok(())
    }
}

impl WarmestHour {
    fn close(&mut self) {
        let mean_c = self.sum_k_s / self.seen_s;
        if self.warmest.is_none_or(|(_, before_c)| mean_c > before_c) {
            self.warmest = Some((self.hour, mean_c));
        }
        (self.sum_k_s, self.seen_s) = (0.0, 0.0);
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/hall.toml"));
    let resolved = scenario::resolve(&scenario::load(path, &[])?)?;
    let mut mine = WarmestHour::default();
    let (summary, ..) = study::simulate(resolved, &mut mine, &Progress::hidden())?;
    mine.close();
    let (hour, mean_c) = mine.warmest.ok_or("a run without steps")?;
    println!("warmest facility water: {mean_c:.2} °C, in hour {hour} of the run");
    println!("PUE {:.3}", summary.ratios.pue.unwrap_or(f64::NAN));
    Ok(())
}
