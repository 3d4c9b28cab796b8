//! `coldaisle run SCENARIO`

use std::path::{Path, PathBuf};

use super::report::ReportArgs;
use super::{Failure, band, colour, progress, say, say_sets, signals, warn, width};
use crate::describe::Fault;
use crate::output::{Format, TableName, Wanted};
use crate::scenario;
use crate::scenario::session::Session;
use crate::study::sweep::Study;
use crate::study::{self, Leaving, StudyError};

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The scenario file.
    scenario: PathBuf,
    /// Result folder [default: results/NAME, or results/NAME-2, … where results of another request exist]. What an
    /// earlier run wrote there is replaced, every other file stays.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Set a key of the scenario, for example hall.0.racks=128 or site.weather=my.epw.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// Seed of the random numbers; replaces the scenario's.
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Repeat a session: its changed keys, and its commands at their times.
    #[arg(long, value_name = "SESSION")]
    commands: Option<PathBuf>,
    /// Format of the tables.
    #[arg(long, value_enum, default_value = "csv")]
    format: FormatArg,
    /// Write only these tables; summary.json, scenario.toml and run.json are always written.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        value_name = "LIST",
        default_value = "all"
    )]
    tables: Vec<TableArg>,
    /// Share of the jobs that have a row in the jobs table, 0 to 1, chosen by number and seed; figures count all jobs
    /// [default: 1].
    #[arg(long, value_name = "SHARE", value_parser = share, allow_negative_numbers = true)]
    jobs_sample: Option<f64>,
    /// Draw every figure in doubt from its range, N times (100 where none is given), in place of one run: prints P10, P50 and P90
    /// of the figures that decide, and which doubt decides. Writes no results but, with --output, all draws as DIR/bands.csv;
    /// with --report the run is made too, and the draws go to its folder.
    #[arg(
        long,
        value_name = "N",
        num_args = 0..=1,
        default_missing_value = "100",
        value_parser = band::draws,
        conflicts_with_all = ["commands", "format", "tables", "jobs_sample"]
    )]
    band: Option<u32>,
    #[command(flatten)]
    page: ReportArgs,
    /// Print nothing but errors.
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum FormatArg {
    Csv,
    Parquet,
}

/// A table; `all` and `none` are used alone.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum TableArg {
    All,
    Timeseries,
    Racks,
    Circuits,
    Jobs,
    Events,
    Bill,
    #[value(alias = "load_8760")]
    Load,
    None,
}

impl TableArg {
    fn names(self) -> &'static [TableName] {
        match self {
            Self::All => &TableName::ALL,
            Self::Timeseries => &[TableName::Timeseries],
            Self::Racks => &[TableName::Racks],
            Self::Circuits => &[TableName::Circuits],
            Self::Jobs => &[TableName::Jobs],
            Self::Events => &[TableName::Events],
            Self::Bill => &[TableName::Bill],
            Self::Load => &[TableName::Load],
            Self::None => &[],
        }
    }
}

fn share(text: &str) -> Result<f64, String> {
    let share = text
        .parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "give a share from 0 to 1, for example 0.01".into())
}

impl Args {
    fn wanted(&self) -> Result<Wanted, Fault> {
        let alone = |table: &TableArg| matches!(table, TableArg::All | TableArg::None);
        if self.tables.len() > 1 && self.tables.iter().any(alone) {
            let what = "--tables: all and none cannot be combined with others";
            let cure = "name the tables to write, or one of the two";
            return Err(Fault::new(what, cure));
        }
        let mut wanted = Wanted {
            format: match self.format {
                FormatArg::Csv => Format::Csv,
                FormatArg::Parquet => Format::Parquet,
            },
            jobs_share: self.jobs_sample.unwrap_or(1.0),
            ..Wanted::default()
        };
        // In one order, whatever the order on the command line.
        let named = |table: &TableName| self.tables.iter().any(|it| it.names().contains(table));
        wanted.tables.retain(named);
        if wanted.jobs_share == 0.0 {
            wanted.tables.retain(|table| *table != TableName::Jobs);
        }
        Ok(wanted)
    }
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    signals::watch(signals::NOTHING);
    super::no_forecast(&args.scenario)?;
    if Study::is_study_file(&args.scenario) {
        let cure = "`coldaisle sweep` runs it, `coldaisle validate` checks it";
        return Err(Fault::new("this is a study, not a scenario", cure)
            .in_file(&args.scenario, None)
            .into());
    }
    let page = args.page.target(args.output.as_deref())?.is_some();
    if let Some(draws) = args.band.filter(|_| !page) {
        return bands(args, draws);
    }
    if args.band.is_some()
        && let Some(folder) = &args.output
    {
        no_other_file_in(folder)?;
    }
    let wanted = args.wanted()?;
    let session = match &args.commands {
        Some(path) => Session::load(path)?,
        None => Session::default(),
    };
    let mut sets = session.set.clone();
    sets.extend(args.sets.iter().cloned());
    sets.extend(args.seed.map(|seed| format!("run.seed={seed}")));
    let loaded = scenario::load(&args.scenario, &sets)?;
    let mut resolved = scenario::resolve(&loaded).map_err(|error| error.after(&sets))?;
    if let Some(path) = &args.commands {
        session
            .resolve(&mut resolved)
            .map_err(|error| error.in_file(path, None))?;
    }
    let name = resolved.scenario.name.clone();
    let start = resolved.start;
    let leaving = Leaving {
        target: args
            .output
            .clone()
            .unwrap_or_else(|| PathBuf::from("results").join(&name)),
        numbered: args.output.is_none(),
        wanted,
    };
    let progress = progress(args.quiet, &name);
    let commands = Session {
        set: Vec::new(),
        command: session.command,
    };
    let done =
        study::run_into(resolved, &loaded, &commands, leaving, &progress).map_err(failure)?;
    let folder = done.placed.folder.clone();
    if !args.quiet {
        tell(&name, start, &done, &sets)?;
    }
    if let Some(draws) = args.band {
        no_other_file_in(&folder)?;
        band::run(&band::Asked {
            scenarios: std::slice::from_ref(&args.scenario),
            sets: &sets,
            draws,
            file: Some(&folder.join("bands.csv")),
            told: true,
            quiet: args.quiet,
        })?;
    }
    args.page.make(&[folder], args.quiet)
}

/// Prints the figures of a run, and where its results are.
fn tell(
    name: &str,
    start: jiff::civil::Date,
    done: &study::Done,
    sets: &[String],
) -> Result<(), Failure> {
    for warning in &done.warnings {
        warn(warning);
    }
    say_sets(sets)?;
    say(&study::table::summary(
        name,
        start,
        &done.summary,
        width(),
        colour(),
    ))?;
    if let Some(kept) = &done.placed.kept {
        let name = kept.file_name().unwrap_or_default().display();
        say(&format!(
            "results/{name} holds the results of another question and stays as it is"
        ))?;
    }
    say(&format!("results in {}", done.placed.folder.display()))
}

/// Draws of an earlier command are replaced, as its results are; another file of that name is not.
fn no_other_file_in(folder: &Path) -> Result<(), Fault> {
    let file = folder.join("bands.csv");
    if file.exists() && !study::bands::is_draws(&file) {
        let cure = "give another folder with -o, or move it away";
        let what = "it exists, and holds no draws of an earlier run";
        return Err(Fault::new(what, cure).in_file(file, None));
    }
    Ok(())
}

/// `run --band`.
fn bands(args: &Args, draws: u32) -> Result<(), Failure> {
    let mut sets = args.sets.clone();
    sets.extend(args.seed.map(|seed| format!("run.seed={seed}")));
    let folder = args.output.as_deref();
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder).map_err(|error| {
            let cure = "name a folder that can be written to";
            Fault::new(error.to_string(), cure).in_file(folder, None)
        })?;
        no_other_file_in(folder)?;
    }
    band::run(&band::Asked {
        scenarios: std::slice::from_ref(&args.scenario),
        sets: &sets,
        draws,
        file: folder.map(|folder| folder.join("bands.csv")).as_deref(),
        told: true,
        quiet: args.quiet,
    })
}

/// A result folder that may not be replaced is wrong input; anything else is a run that failed.
fn failure(error: StudyError) -> Failure {
    match error {
        StudyError::Output(error) if error.is_refusal() => error.fault.into(),
        error => Failure::run(error),
    }
}
