//! `coldaisle sweep STUDY`

mod cluster;

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::report::ReportArgs;
use super::{Failure, colour, progress, say, say_sets, signals, warn, width};
use crate::describe::Fault;
use crate::output::{OutputError, grouped};
use crate::study::sensitivity::Method;
use crate::study::sweep::{self, Checked, Sensitivity, Shard, Study};

/// So many variations are resolved before the first run; `validate` resolves more.
const CHECKED: u64 = 1000;

/// So many outputs have their sensitivity printed; all are in the file.
const SHOWN: usize = 4;

/// Arguments of `sweep`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The study file.
    study: PathBuf,
    /// Result folder [default: results/NAME]. What is finished there stays: a study that was stopped goes on.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Set a key of the scenario in every run.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// Measure which axes matter, in place of the sample: `one_at_a_time`, `morris` or `sobol` [default: that of the study].
    #[arg(long, value_name = "METHOD", num_args = 0..=1, require_equals = true, default_missing_value = "study", value_parser = method)]
    sensitivity: Option<Sensitivity>,
    /// Make a part of the runs: the K-th of N, from 1; array/N in a task of a Slurm array or an indexed Job, which tells its
    /// number. `--gather` puts the parts together.
    #[arg(long, value_name = "K/N", value_parser = shard, conflicts_with = "report")]
    shard: Option<Shard>,
    /// Check that all parts are there and write the table.
    #[arg(long, conflicts_with_all = ["shard", "keep"])]
    gather: bool,
    /// Leave a result folder for each run too, in DIR/runs.
    #[arg(long)]
    keep: bool,
    /// Print nothing but errors.
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    cluster: cluster::Args,
    #[command(flatten)]
    page: ReportArgs,
}

fn method(text: &str) -> Result<Sensitivity, String> {
    match text {
        "study" => Ok(Sensitivity::OfFile),
        name => Method::named(name)
            .map(Sensitivity::By)
            .ok_or_else(|| "use one_at_a_time, morris or sobol".into()),
    }
}

fn shard(text: &str) -> Result<Shard, String> {
    crate::study::cluster::shard(text, |name| std::env::var(name).ok())
        .map_err(|fault| fault.words())
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    signals::watch(signals::KEPT);
    let began = Instant::now();
    super::no_forecast(&args.study)?;
    let study = Study::load(&args.study, &args.sets, args.sensitivity)?;
    if args.sensitivity.is_none() && study.is_searched() {
        let cure = "run `coldaisle optimise`, or say which points a sweep has: [sample.latin_hypercube] with points = 100";
        let fault = Fault::new(
            "the study says what is to be optimised, and not what to sweep",
            cure,
        );
        return Err(fault.in_file(&args.study, None).into());
    }
    let folder = args.output.clone().unwrap_or_else(|| study.folder());
    args.page.target(args.output.as_deref())?;
    if args.cluster.wanted() {
        return cluster::run(args, &study, &folder);
    }
    if sweep::is_finished(&study, &folder)? {
        let checked = checked(&study, Shard::WHOLE, CHECKED, args.quiet)?;
        sweep::same_inputs(&folder, &checked.inputs)?;
        if args.keep && !folder.join("runs").is_dir() {
            let cure = "give another folder with -o";
            let what = "all runs are done, and none of them was kept";
            return Err(Fault::new(what, cure).in_file(&folder, None).into());
        }
        // Left by a process that was killed just behind the table.
        sweep::tidy(&folder);
        if !args.quiet {
            say(&format!(
                "all {} are done: {}",
                runs(study.variations()),
                folder.join("sweep.csv").display()
            ))?;
        }
        return args.page.make(&[folder], args.quiet);
    }
    if !args.gather {
        make(args, &study, &folder)?;
        if let Some(shard) = args.shard {
            if !args.quiet {
                say(&format!(
                    "shard {}/{} in {}",
                    shard.number,
                    shard.of,
                    shard.done(&folder).display()
                ))?;
            }
            return Ok(());
        }
    }
    let gathered = sweep::gather(&study, &folder).map_err(failure)?;
    if let (Some((index, reason)), false) = (&gathered.first, args.quiet) {
        warn(&format!(
            "{} failed; the first is variation {index}: {reason}",
            runs(gathered.failed)
        ));
    }
    if args.quiet {
        return args.page.make(&[folder], true);
    }
    say_sets(&args.sets)?;
    if let Some(analyses) = &gathered.analyses {
        say(&analyses.tables(SHOWN, width(), colour()))?;
    }
    say(&format!(
        "{} in {:.0} s: {}",
        runs(gathered.rows),
        began.elapsed().as_secs_f64(),
        gathered.table.display()
    ))?;
    args.page.make(&[folder], false)
}

/// `1 run`, `1,200 runs`.
fn runs(number: u64) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{} run{end}", grouped(number as f64, 0))
}

/// Resolves variations before the first run, see [`sweep::check`].
pub(super) fn checked(
    study: &Study,
    shard: Shard,
    most: u64,
    quiet: bool,
) -> Result<Checked, Failure> {
    let progress = progress(quiet, "checking");
    let checked = sweep::check(study, shard, most, &progress).map_err(failure)?;
    progress.finish();
    Ok(checked)
}

fn make(args: &Args, study: &Study, folder: &Path) -> Result<(), Failure> {
    let shard = args.shard.unwrap_or(Shard::WHOLE);
    let checked = checked(study, shard, CHECKED, args.quiet)?;
    if let Some(first) = checked.first {
        // A part may hold nothing but points that cannot be; a whole study with none that can is wrong.
        if checked.wrong == checked.seen && shard == Shard::WHOLE {
            return Err(first.into());
        }
        if !args.quiet {
            warn(&format!(
                "{} of {} variations that were checked cannot be run, and will have a row with the reason. The first: {}",
                checked.wrong,
                checked.seen,
                first.words()
            ));
        }
    }
    sweep::run(
        study,
        shard,
        folder,
        (&checked.inputs, args.keep),
        &progress(args.quiet, &study.file.name),
    )
    .map_err(failure)?;
    Ok(())
}

/// A folder that may not be used is wrong input; anything else is a study that failed.
pub(super) fn failure(error: OutputError) -> Failure {
    if error.is_refusal() {
        Failure::Input(error.fault)
    } else {
        Failure::run(error)
    }
}
