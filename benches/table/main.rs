//! How fast whole runs are: one command, one table.
//!
//! ```text
//! cargo bench --bench table -- [--runs 3] [--only WORD] [--csv FILE] [--against OLDER_BINARY]
//! ```
//!
//! Each row is one process of `coldaisle` or several, as a user starts it, with its start, its reading and all its results;
//! processor time (user and system) as the system counts it. Before every run a fixed kernel is timed: a run's seconds over the
//! kernel's are nearly the same on a busy machine and an idle one, a quick one and a slow one. `at ref` is that ratio times
//! the seconds of the kernel on the machine of `benches/recorded.csv`, and what `to reach` is to be held against.
//! `--against` runs another build beside this one, in turn, and shows the median of the ratios of the pairs.
//! The figures of other programs are recorded in `benches/recorded.csv`; `benches/peers.sh` measures them.
//!
//! Where time is spent: `benches/instructions.sh` says how to look.

mod cases;
mod measure;
mod recorded;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::exit;

use cases::{Case, Unit};
use measure::{Bench, Samples};
use recorded::Recorded;

/// What is asked for on the command line.
struct Asked {
    runs: usize,
    only: Option<String>,
    csv: PathBuf,
    against: Option<PathBuf>,
}

impl Asked {
    fn read() -> Result<Self, String> {
        let target =
            option_env!("CARGO_TARGET_TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from);
        let mut asked = Self {
            runs: 3,
            only: None,
            csv: target.join("table.csv"),
            against: None,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--bench" => (), // cargo's own
                "--runs" => asked.runs = value()?.parse().map_err(|_| "--runs needs a number")?,
                "--only" => asked.only = Some(value()?),
                "--csv" => asked.csv = value()?.into(),
                "--against" => asked.against = Some(value()?.into()),
                other => return Err(format!("{other} is not known; see benches/table/main.rs")),
            }
        }
        asked.runs = asked.runs.max(1);
        Ok(asked)
    }

    fn wants(&self, case: &Case) -> bool {
        let only = self.only.as_deref();
        only.is_none_or(|only| case.key.contains(only))
    }
}

fn main() {
    // Work of this program's own is done in processes too, so that it is measured as the runs are.
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some(measure::KERNEL), _) => return println!("{}", measure::kernel()),
        (Some(measure::FRONTIER), Some(days)) => {
            let days = days.parse().expect("a number from cases.rs");
            return measure::frontier(days).expect("the scenario is the project's own");
        }
        _ => (),
    }
    if let Err(error) = Asked::read().and_then(|asked| table(&asked)) {
        eprintln!("error: {error}");
        exit(2);
    }
}

/// Measures and prints row by row, so that a run that is stopped has shown what it has.
fn table(asked: &Asked) -> Result<(), String> {
    let recorded = Recorded::read()?;
    let bench = Bench::new(asked.against.clone())?;
    bench.kernel()?; // also where no row is wanted
    let mut csv = String::from("case,unit,least,median,at_reference,to_reach,peak_mb,against\n");
    let ratio = if asked.against.is_some() {
        "new/old"
    } else {
        ""
    };
    println!(
        "{:<35}{:>8}{:>8}{:>8}{:>9}{:>5}{ratio:>8}",
        "", "least", "median", "at ref", "to reach", "MB"
    );
    let cases = cases::all(bench.folder()).map_err(|error| error.to_string())?;
    for case in cases.iter().filter(|case| asked.wants(case)) {
        let Some(samples) = bench.measure(case, asked.runs)? else {
            println!("{:<35}   not in this version", case.what);
            continue;
        };
        let [least, median, reference] = [
            samples.least_s(),
            samples.median_s(),
            samples.kernels() * recorded.kernel_s,
        ]
        .map(|seconds| case.unit.of(seconds));
        let reach = case.to_reach.map(|reach| case.unit.digits(reach));
        let against = samples.against().map(|ratio| format!("{ratio:.3}"));
        println!(
            "{:<35}{:>8}{:>8}{:>8}{:>9}{:>5.0}{:>8}",
            case.what,
            case.unit.digits(least),
            case.unit.digits(median),
            case.unit.digits(reference),
            reach.as_deref().unwrap_or("–"),
            samples.peak_mb(),
            against.as_deref().unwrap_or("")
        );
        let _ = writeln!(
            csv,
            "{},{},{least},{median},{reference},{},{:.1},{}",
            case.key,
            case.unit.name(),
            reach.unwrap_or_default(),
            samples.peak_mb(),
            against.unwrap_or_default()
        );
        beside(case, &samples, &recorded);
    }
    let kernel_s = bench.kernel_s();
    println!(
        "\nSeconds of processor time where no other unit stands. The kernel took {kernel_s:.3} s (median), {:.3} s\n\
         on the reference: {}.",
        recorded.kernel_s, recorded.machine
    );
    if asked.only.is_none() {
        answers(&bench)?;
        threads(&bench)?;
    }
    std::fs::write(&asked.csv, csv).map_err(|error| format!("{}: {error}", asked.csv.display()))?;
    println!("\nas CSV: {}", asked.csv.display());
    Ok(())
}

/// The recorded peers of a row: how many times its time they took.
fn beside(case: &Case, samples: &Samples, recorded: &Recorded) {
    for peer in recorded.peers(case.key) {
        // Another machine's seconds are compared by the kernel's, where those are known.
        let times = match peer.kernel_s {
            Some(kernel_s) => peer.cpu_s / kernel_s / samples.kernels(),
            None => peer.cpu_s / samples.median_s(),
        };
        let name = format!("  × {} {}", peer.program, peer.version);
        println!("{name:<38}{times:>8.1}  {} s, {}", peer.cpu_s, peer.machine);
    }
}

/// How far the answers of a year at 900 s are from those at 60 s.
fn answers(bench: &Bench) -> Result<(), String> {
    println!("\nAnswers at 900 s against 60 s");
    print!("{:<12}", "");
    for figure in cases::FIGURES {
        print!("{:>10}", figure.name);
    }
    print!("\n{:<12}", "to hold");
    for figure in cases::FIGURES {
        print!("{:>10}", figure.bound_text());
    }
    println!();
    for plant in cases::PLANTS {
        let fine = bench.summary(&cases::year(plant, 60))?;
        let coarse = bench.summary(&cases::year(plant, 900))?;
        print!("{plant:<12}");
        for figure in cases::FIGURES {
            print!("{:>10}", figure.difference(&fine, &coarse));
        }
        println!();
    }
    Ok(())
}

/// Two threads over one. Elapsed time says little on a machine that has other work, so the cores they had are shown, and
/// the processor time, which other work hardly moves.
fn threads(bench: &Bench) -> Result<(), String> {
    let case = cases::independent();
    let (mut ratios, mut prices) = (Vec::new(), Vec::new());
    let mut busy: f64 = 0.0;
    for _ in 0..3 {
        let [one, two] = [1, 2].map(|threads| bench.once(&case, threads));
        let (one, two) = (one?, two?);
        ratios.push(one.wall_s / two.wall_s);
        prices.push(two.cpu_s / one.cpu_s);
        busy = busy.max(two.cpu_s / two.wall_s);
    }
    let best = ratios.iter().copied().fold(0.0, f64::max);
    let idle = if busy < 1.9 {
        "\nThe machine has other work: the first figure is for when it is idle."
    } else {
        ""
    };
    println!(
        "\nTwo threads over one, eight independent runs: {best:.2} × as fast (best of three, to reach\n\
         1.96; the two had up to {busy:.2} cores); they spend {:.3} × the processor time.{idle}",
        measure::median(prices.into_iter())
    );
    Ok(())
}

/// A row's figure, seconds or what is made of them.
impl Unit {
    fn of(self, seconds: f64) -> f64 {
        match self {
            Self::Seconds => seconds,
            Self::Milliseconds => 1e3 * seconds,
            Self::PerSecond => 1.0 / seconds,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
            Self::PerSecond => "1/s",
        }
    }

    fn digits(self, value: f64) -> String {
        match self {
            Self::Seconds => format!("{value:.2}"),
            Self::Milliseconds => format!("{value:.1}"),
            Self::PerSecond => format!("{value:.0}"),
        }
    }
}
