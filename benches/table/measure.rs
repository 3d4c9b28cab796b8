//! Processor time of processes, each beside a fixed kernel.

use std::cell::RefCell;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use coldaisle::output::Wanted;
use coldaisle::scenario::{self, session::Session};
use coldaisle::study::{Leaving, Progress, run_into};
use serde_json::Value;
use tempfile::TempDir;
use wait4::Wait4 as _;

use crate::cases::Case;

/// The argument with which this program runs the kernel.
pub(crate) const KERNEL: &str = "--kernel";

/// The argument with which this program runs days of Frontier, one after the other.
pub(crate) const FRONTIER: &str = "--frontier";

/// A day of Frontier at 15 s with its jobs, the scheduler, the cooling plant and all results as CSV, so many times.
pub(crate) fn frontier(days: u32) -> Result<(), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("scenarios/validation/raps_frontier_random.toml");
    let folder = tempfile::tempdir()?;
    for _ in 0..days {
        let loaded = scenario::load(&path, &[])?;
        let leaving = Leaving {
            target: folder.path().join("day"),
            numbered: false,
            wanted: Wanted::default(),
        };
        let (resolved, commands) = (scenario::resolve(&loaded)?, Session::default());
        run_into(resolved, &loaded, &commands, leaving, &Progress::hidden())?;
    }
    Ok(())
}

/// A fixed piece of work, much like a step's: multiplications and divisions that wait for one another, a square root, branches
/// that are hard to foresee, 256 KiB read here and there. It is never changed: recorded times rest on it.
pub(crate) fn kernel() -> f64 {
    const VALUES: usize = 1 << 15;
    let mut table: Vec<f64> = (0..VALUES)
        .map(|n| 1.0 + n as f64 / VALUES as f64)
        .collect();
    let (mut random, mut sum) = (0x9e37_79b9_7f4a_7c15_u64, 0.0_f64);
    for _ in 0..std::hint::black_box(30_000_000_u32) {
        random = random
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        let at = (random >> 49) as usize;
        let x = table[at];
        if random >> 63 == 0 {
            sum += x / (1.0 + sum.abs());
        } else {
            sum = (sum * sum + x).sqrt();
        }
        table[at] = 0.5 * (x + 1.5);
    }
    sum
}

/// What a process used.
#[derive(Clone, Copy, Default)]
pub(crate) struct Spent {
    pub(crate) cpu_s: f64,
    pub(crate) wall_s: f64,
    pub(crate) peak_mb: f64,
}

/// What is run, and where results go.
pub(crate) struct Bench {
    binary: PathBuf,
    against: Option<PathBuf>,
    folder: TempDir,
    kernels_s: RefCell<Vec<f64>>,
}

/// One run of a case with what was measured beside it.
struct Sample {
    cpu_s: f64,
    kernel_s: f64,
    against_s: Option<f64>,
    peak_mb: f64,
}

/// All runs of a case.
pub(crate) struct Samples(Vec<Sample>);

impl Samples {
    pub(crate) fn least_s(&self) -> f64 {
        self.0
            .iter()
            .map(|sample| sample.cpu_s)
            .fold(f64::INFINITY, f64::min)
    }

    pub(crate) fn median_s(&self) -> f64 {
        median(self.0.iter().map(|sample| sample.cpu_s))
    }

    /// Seconds over the kernel's, in pairs.
    pub(crate) fn kernels(&self) -> f64 {
        median(self.0.iter().map(|sample| sample.cpu_s / sample.kernel_s))
    }

    /// Seconds over the other build's, in pairs.
    pub(crate) fn against(&self) -> Option<f64> {
        let ratios: Option<Vec<f64>> = self
            .0
            .iter()
            .map(|sample| Some(sample.cpu_s / sample.against_s?))
            .collect();
        Some(median(ratios?.into_iter()))
    }

    pub(crate) fn peak_mb(&self) -> f64 {
        self.0
            .iter()
            .map(|sample| sample.peak_mb)
            .fold(0.0, f64::max)
    }
}

pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    }
}

impl Bench {
    pub(crate) fn new(against: Option<PathBuf>) -> Result<Self, String> {
        Ok(Self {
            binary: env!("CARGO_BIN_EXE_coldaisle").into(),
            against,
            folder: tempfile::tempdir()
                .map_err(|error| format!("no folder for results: {error}"))?,
            kernels_s: RefCell::default(),
        })
    }

    /// Measures a case so many times; None where this version does not have what it asks for.
    pub(crate) fn measure(&self, case: &Case, runs: usize) -> Result<Option<Samples>, String> {
        // Short runs are repeated until there is something to measure.
        const ENOUGH_S: f64 = 0.3;
        let first = match self.spent(&self.binary, &case.command, 1) {
            Ok(spent) => spent,
            Err(Failed::Refused(_)) if case.may_lack => return Ok(None),
            Err(failed) => return Err(failed.text()),
        };
        let times = (ENOUGH_S / first.cpu_s.max(1e-3)).ceil().max(1.0) as u32;
        // Days of Frontier are run by this program, with this build only.
        let in_both = !case.may_lack && case.command[0] != FRONTIER;
        let mut samples = Vec::new();
        for _ in 0..runs {
            let kernel_s = self.kernel()?;
            let (cpu_s, peak_mb) = self.case(&self.binary, case, times)?;
            let against_s = match &self.against {
                Some(other) if in_both => Some(self.case(other, case, times)?.0),
                _ => None,
            };
            samples.push(Sample {
                cpu_s,
                kernel_s,
                against_s,
                peak_mb,
            });
        }
        Ok(Some(Samples(samples)))
    }

    /// Processor seconds of one of what a case makes, and the most memory held.
    fn case(&self, binary: &Path, case: &Case, times: u32) -> Result<(f64, f64), String> {
        let (mut cpu_s, mut peak_mb) = (0.0, 0.0_f64);
        for _ in 0..times {
            let all = self.spent(binary, &case.command, 1).map_err(Failed::text)?;
            let less = match &case.less {
                Some(less) => self.spent(binary, less, 1).map_err(Failed::text)?,
                None => Spent::default(),
            };
            cpu_s += (all.cpu_s - less.cpu_s) / case.over;
            peak_mb = peak_mb.max(all.peak_mb);
        }
        Ok((cpu_s / f64::from(times), peak_mb))
    }

    /// One run on so many threads.
    pub(crate) fn once(&self, command: &[String], threads: u32) -> Result<Spent, String> {
        self.spent(&self.binary, command, threads)
            .map_err(Failed::text)
    }

    /// `summary.json` of a run.
    pub(crate) fn summary(&self, command: &[String]) -> Result<Value, String> {
        self.once(command, 1)?;
        let path = self.results().join("summary.json");
        let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Median of the kernel's seconds.
    pub(crate) fn kernel_s(&self) -> f64 {
        median(self.kernels_s.borrow().iter().copied())
    }

    /// For files of this program's own; gone when it ends.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn results(&self) -> PathBuf {
        self.folder().join("results")
    }

    /// Times the kernel once, in processor seconds.
    pub(crate) fn kernel(&self) -> Result<f64, String> {
        let mut command = this().map_err(Failed::text)?;
        command.arg(KERNEL);
        let cpu_s = finish(&mut command).map_err(Failed::text)?.cpu_s;
        self.kernels_s.borrow_mut().push(cpu_s);
        Ok(cpu_s)
    }

    fn spent(&self, binary: &Path, arguments: &[String], threads: u32) -> Result<Spent, Failed> {
        let mut command = if arguments[0] == FRONTIER {
            this()?
        } else {
            Command::new(binary)
        };
        command.args(arguments);
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        if arguments[0] == "run" {
            command.arg("-o").arg(self.results());
        }
        if arguments[0] == "sweep" {
            // A finished study would not be made again.
            let swept = self.folder().join("swept");
            if swept.exists() {
                std::fs::remove_dir_all(&swept)
                    .map_err(|error| Failed::Other(error.to_string()))?;
            }
            command.arg("-o").arg(swept);
        }
        // Studies share their runs among so many threads.
        command.env("RAYON_NUM_THREADS", threads.to_string());
        finish(&mut command)
    }
}

/// This program.
fn this() -> Result<Command, Failed> {
    let this = std::env::current_exe().map_err(|error| Failed::Other(error.to_string()))?;
    Ok(Command::new(this))
}

/// A process that did not do its work.
enum Failed {
    /// It refused its input.
    Refused(String),
    Other(String),
}

impl Failed {
    fn text(self) -> String {
        match self {
            Self::Refused(text) | Self::Other(text) => text,
        }
    }
}

fn finish(command: &mut Command) -> Result<Spent, Failed> {
    let began = Instant::now();
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let child = command
        .spawn()
        .map_err(|error| Failed::Other(error.to_string()))?;
    let used = child
        .wait4()
        .map_err(|error| Failed::Other(error.to_string()))?;
    let wall_s = began.elapsed().as_secs_f64();
    match used.status.code() {
        Some(0) => Ok(Spent {
            cpu_s: (used.rusage.utime + used.rusage.stime).as_secs_f64(),
            wall_s,
            peak_mb: used.rusage.maxrss as f64 / 1e6,
        }),
        Some(2) => Err(Failed::Refused(format!(
            "{command:?} is refused: run it to see why"
        ))),
        _ => Err(Failed::Other(format!("{command:?}: {}", used.status))),
    }
}
