//! `coldaisle sweep STUDY --slurm` and `--kubernetes`

use std::path::{Path, PathBuf};

use super::super::{Failure, progress, say};
use crate::describe::Fault;
use crate::study::cluster::{self, Job, Kubernetes, Need};
use crate::study::sweep::{Sensitivity, Study};

/// Arguments of `sweep` for a study on many machines.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "On a cluster")]
// Groups of arguments are named by their struct; this one is flattened into another `Args`.
#[group(id = "cluster")]
pub(super) struct Args {
    /// Print a batch script for Slurm; nothing runs but a few variations, which measure memory and time.
    #[arg(long, group = "system", conflicts_with_all = ["shard", "gather"])]
    slurm: bool,
    /// Print the manifest of an indexed Job, with --gather that of the Job which writes the table.
    #[arg(long, group = "system", conflicts_with = "shard")]
    kubernetes: bool,
    /// Tasks [default: of about half an hour, at most 1000].
    #[arg(long, value_name = "N", requires = "system", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    shards: Option<u64>,
    /// Tasks that may run at the same time [default: all].
    #[arg(long, value_name = "N", requires = "system", value_parser = clap::value_parser!(u64).range(1..))]
    at_once: Option<u64>,
    /// Cores of a task.
    #[arg(long, value_name = "N", requires = "system", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1024))]
    cores: u32,
    /// Image of the tasks on Kubernetes; Containerfile makes it.
    #[arg(long, value_name = "NAME", requires = "kubernetes", default_value = concat!("coldaisle:", env!("CARGO_PKG_VERSION")))]
    image: String,
    /// Claim of the volume with the study and its results on Kubernetes.
    #[arg(
        long,
        value_name = "NAME",
        requires = "kubernetes",
        default_value = "coldaisle"
    )]
    claim: String,
}

impl Args {
    /// Whether a script or a manifest is asked for.
    pub(super) fn wanted(&self) -> bool {
        self.slurm || self.kubernetes
    }
}

/// Prints the script or the manifest.
pub(super) fn run(all: &super::Args, study: &Study, folder: &Path) -> Result<(), Failure> {
    let args = &all.cluster;
    let variations = study.variations();
    if let Some(shards) = args.shards.filter(|&shards| shards > variations) {
        let what = format!("the study has {variations} variations, too few for {shards} shards");
        let cure = format!("use --shards {variations} or fewer");
        return Err(Fault::new(what, cure).in_file(&study.path, None).into());
    }
    let mut job = Job {
        name: study.file.name.clone(),
        study: all.study.clone(),
        output: folder.to_owned(),
        options: options(all),
        keep: all.keep,
        variations,
        shards: args.shards.unwrap_or(1),
        at_once: args.at_once,
        cores: args.cores,
        need: Need::default(),
    };
    // What cannot be written is told before anything runs.
    text(all, &job)?;
    let measured = cluster::measure(study, args.cores, &progress(all.quiet, "measuring"))?;
    let shards = args.shards;
    job.shards = shards.unwrap_or_else(|| measured.shards(variations, args.cores));
    job.need = measured.need(variations, job.shards, args.cores);
    say(text(all, &job)?.trim_end())
}

/// What belongs to the study whatever its part.
fn options(all: &super::Args) -> Vec<String> {
    let sets = all.sets.iter().flat_map(|set| ["--set", set]);
    let mut options: Vec<String> = sets.map(str::to_owned).collect();
    options.extend(all.sensitivity.map(|sensitivity| match sensitivity {
        Sensitivity::OfFile => "--sensitivity".to_owned(),
        Sensitivity::By(method) => format!("--sensitivity={}", method.name()),
    }));
    options
}

/// What was asked for.
fn text(all: &super::Args, job: &Job) -> Result<String, Failure> {
    let args = &all.cluster;
    if args.slurm {
        return slurm(job.clone());
    }
    let on = Kubernetes {
        image: args.image.clone(),
        claim: args.claim.clone(),
    };
    Ok(if all.gather {
        cluster::kubernetes_gather(job, &on)?
    } else {
        cluster::kubernetes(job, &on)?
    })
}

/// The script, with paths that hold in whatever folder a task starts.
fn slurm(job: Job) -> Result<String, Failure> {
    let absolute = |path: PathBuf| {
        std::path::absolute(&path)
            .map_err(|error| Failure::run(format!("{}: {error}", path.display())))
    };
    let program = std::env::current_exe()
        .map_err(|error| Failure::run(format!("the path of this program is not known: {error}")))?;
    let job = Job {
        study: absolute(job.study)?,
        output: absolute(job.output)?,
        ..job
    };
    Ok(cluster::slurm(&job, &program)?)
}
