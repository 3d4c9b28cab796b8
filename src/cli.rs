//! The command line: one file per command.
//!
//! Exit status: 0 done, 1 the run failed, 2 the input is wrong.

mod band;
mod catalogue;
mod compare;
mod export;
mod forecast;
mod new;
mod optimise;
mod report;
mod run;
mod schema;
mod signals;
mod sweep;
mod validate;
mod view;

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::describe::Fault;
use crate::describe::paragraph;
use crate::study::Progress;

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
    /// Run many variations of scenarios: a grid or a sample, one row each.
    Sweep(sweep::Args),
    /// Seek the best design under limits, or the Pareto front of two or three aims.
    Optimise(optimise::Args),
    /// Forecast a fleet over years: energy, peaks, contract power, waits, with their doubt.
    Forecast(forecast::Args),
    /// Write the load of a run or a forecast as files that planning tools read, or results as a workbook.
    Export(export::Args),
    /// Make one HTML page of a run, a comparison, a study or a forecast.
    Report(report::Args),
    /// Walk through a hall, live or replayed, or make pictures, a page or a model of it.
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
    Input(Fault),
    /// The same, already as a report.
    Reported(String),
    /// The run or its results failed: status 1.
    Run(String),
    /// Broken pipe: exit quietly.
    Hangup,
}

impl From<Fault> for Failure {
    fn from(error: Fault) -> Self {
        Self::Input(error)
    }
}

impl Failure {
    fn run(error: impl Display) -> Self {
        Self::Run(error.to_string())
    }
}

/// Parses the command line, runs it, and reports the outcome.
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
        Command::Sweep(args) => sweep::run(args),
        Command::Optimise(args) => optimise::run(args),
        Command::Forecast(args) => forecast::run(args),
        Command::Export(args) => export::run(args),
        Command::Report(args) => report::run(args),
        Command::View(args) => view::run(args),
        Command::Catalogue(args) => catalogue::run(args),
        Command::New(args) => new::run(args),
        Command::Schema(args) => schema::run(args),
    };
    match done {
        Ok(()) | Err(Failure::Hangup) => ExitCode::SUCCESS,
        Err(Failure::Input(error)) => {
            complain(&error.report(colour_of(&std::io::stderr())));
            ExitCode::from(2)
        }
        Err(Failure::Reported(message)) => {
            complain(message.trim_end());
            ExitCode::from(2)
        }
        Err(Failure::Run(message)) => {
            complain(&marked(&message, "Error: ", RED));
            ExitCode::from(1)
        }
    }
}

/// Warnings about a run that succeeded.
fn warn(message: &str) {
    complain(&marked(message, "Warning: ", YELLOW));
}

const RED: &str = "\u{1b}[31;1m";
const YELLOW: &str = "\u{1b}[33;1m";

/// A paragraph for standard error whose first word is highlighted where colours are shown.
fn marked(message: &str, word: &str, colour: &str) -> String {
    let text = paragraph(message, word, "  ", 80);
    if !colour_of(&std::io::stderr()) {
        return text;
    }
    let word = word.trim_end_matches(": ");
    text.replacen(word, &format!("{colour}{word}\u{1b}[0m"), 1)
}

/// Leaves a half-drawn progress bar behind.
#[cfg(unix)]
fn clear_line() {
    if std::io::stderr().is_terminal() {
        let end = if colour_of(&std::io::stderr()) {
            "\r\u{1b}[K"
        } else {
            "\n"
        };
        let _ = write!(std::io::stderr(), "{end}");
    }
}

/// Refuses a forecast where something else is run.
fn no_forecast(path: &std::path::Path) -> Result<(), Failure> {
    if !crate::forecast::Forecast::is_forecast_file(path) {
        return Ok(());
    }
    let cure = "`coldaisle forecast` runs it, `coldaisle validate` checks it";
    Err(Fault::new("this is a forecast", cure)
        .in_file(path, None)
        .into())
}

/// Progress for a person, where one wants to see it.
fn progress(quiet: bool, name: &str) -> Progress {
    if quiet {
        Progress::hidden()
    } else {
        Progress::shown(name)
    }
}

/// Writes to standard error; a closed one is not another failure.
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

/// Changes to all scenarios of a table, as a line above it.
fn say_sets(sets: &[String]) -> Result<(), Failure> {
    if sets.is_empty() {
        return Ok(());
    }
    say(&paragraph(&sets.join(", "), "with ", "     ", width()))
}

/// Width of the terminal's lines: `COLUMNS`, else 80.
fn width() -> usize {
    std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok())
        .filter(|columns| (40..=400).contains(columns))
        .unwrap_or(80)
}

/// Whether standard output shows colour and bold type.
fn colour() -> bool {
    colour_of(&std::io::stdout())
}

/// Whether a stream shows colour: a terminal that can, unless its user wants none (`NO_COLOR` is set to anything,
/// `CLICOLOR` to 0).
fn colour_of(stream: &impl std::io::IsTerminal) -> bool {
    stream.is_terminal() && wants_colour(|name| std::env::var_os(name))
}

fn wants_colour(variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> bool {
    let is = |name, value: &str| variable(name).is_some_and(|found| found == value);
    // An empty NO_COLOR is none (no-color.org).
    variable("NO_COLOR").is_none_or(|value| value.is_empty())
        && !is("TERM", "dumb")
        && !is("CLICOLOR", "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_those_who_want_them() {
        for (name, value, wanted) in [
            ("NO_COLOR", "1", false),
            ("NO_COLOR", "", true),
            ("TERM", "dumb", false),
            ("TERM", "xterm", true),
            ("CLICOLOR", "0", false),
            ("CLICOLOR", "1", true),
        ] {
            let set = |requested: &str| (requested == name).then(|| value.into());
            assert_eq!(wants_colour(set), wanted, "{name}={value}");
        }
    }
}
