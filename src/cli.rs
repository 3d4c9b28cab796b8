//! The command line: one file per command.
//!
//! Exit status: 0 done, 1 the run failed, 2 the input is wrong.

mod catalogue;
mod compare;
mod new;
mod run;
mod schema;
mod validate;
#[cfg(feature = "view")]
mod view;

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::scenario::ScenarioError;
use crate::scenario::error::paragraph;

/// Simulate a datacenter full of GPUs: power, heat, water, carbon, money and waiting.
///
/// Exit status: 0 done, 1 the run failed, 2 the input is wrong.
#[derive(Debug, Parser)]
#[command(name = "coldaisle", version, max_term_width = 80)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a scenario and write its result folder.
    Run(run::Args),
    /// Check scenarios and print what would be built; runs nothing.
    Validate(validate::Args),
    /// Run scenarios and put them side by side.
    Compare(compare::Args),
    /// Walk through a hall, live or replayed, or make pictures of it.
    #[cfg(feature = "view")]
    View(view::Args),
    /// List what is built in, with sources.
    Catalogue(catalogue::Args),
    /// Write a commented scenario to start from.
    New(new::Args),
    /// Print the JSON schema of the scenario file.
    Schema(schema::Args),
}

/// Why a command ended early.
enum Failure {
    /// The user's input is wrong: status 2.
    Input(ScenarioError),
    /// The same, already as a report.
    #[cfg(feature = "view")]
    Told(String),
    /// The run or its results failed: status 1.
    Run(String),
    /// Whoever read our output has stopped reading: nothing is left to say.
    Hangup,
}

impl From<ScenarioError> for Failure {
    fn from(error: ScenarioError) -> Self {
        Self::Input(error)
    }
}

impl Failure {
    fn run(error: impl Display) -> Self {
        Self::Run(error.to_string())
    }
}

/// Reads the command line, does it, and says how it went.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let done = match &cli.command {
        Command::Run(args) => run::run(args),
        Command::Validate(args) => validate::run(args),
        Command::Compare(args) => compare::run(args),
        #[cfg(feature = "view")]
        Command::View(args) => view::run(args),
        Command::Catalogue(args) => catalogue::run(args),
        Command::New(args) => new::run(args),
        Command::Schema(args) => schema::run(args),
    };
    match done {
        Ok(()) | Err(Failure::Hangup) => ExitCode::SUCCESS,
        Err(Failure::Input(error)) => {
            complain(&error.report(std::io::stderr().is_terminal()));
            ExitCode::from(2)
        }
        #[cfg(feature = "view")]
        Err(Failure::Told(message)) => {
            complain(message.trim_end());
            ExitCode::from(2)
        }
        Err(Failure::Run(message)) => {
            complain(&paragraph(&message, "Error: ", "  ", 80));
            ExitCode::from(1)
        }
    }
}

/// What the user should know about a run that went well.
fn warn(message: &str) {
    complain(&paragraph(message, "Warning: ", "  ", 80));
}

/// Writes to standard error; a closed one is no reason to fail again.
fn complain(message: &str) {
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// Writes to standard output; a reader that has gone (`| head`) ends the command quietly.
fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Err(Failure::Hangup),
        Err(error) => Err(Failure::Run(format!("standard output: {error}"))),
    }
}

/// Width of the terminal's lines: what `COLUMNS` says, else 80.
fn width() -> usize {
    std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok())
        .filter(|columns| (40..=400).contains(columns))
        .unwrap_or(80)
}

/// Whether standard output shows colour.
fn colour() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
