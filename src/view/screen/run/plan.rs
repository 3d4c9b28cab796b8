//! The plan of a simulation: a scenario, changes to it, and commands during the run.

use std::path::PathBuf;

use crate::describe::Fault;
use crate::scenario::session::{CommandConfig, Session};
use crate::scenario::{self, Loaded, Resolved};
use crate::view::hall::examples::Example;

/// Where a scenario comes from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Origin {
    /// A file.
    File(PathBuf),
    /// A scenario that is part of the program.
    BuiltIn(Example),
}

impl Origin {
    fn load(&self, sets: &[String]) -> Result<Loaded, Fault> {
        match self {
            Self::File(path) => scenario::load(path, sets),
            Self::BuiltIn(example) => scenario::load_text(example.text, sets),
        }
    }
}

/// A run that can be started again from its beginning, and goes the same way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    pub(crate) origin: Origin,
    /// `KEY=VALUE`, as `--set` takes them.
    pub(crate) sets: Vec<String>,
    /// In the order of their time.
    pub(crate) commands: Vec<CommandConfig>,
}

impl Plan {
    /// The simulation at its start, with the commands to come. The error is fit to be shown.
    pub(crate) fn resolve(&self) -> Result<Resolved, String> {
        let loaded = self
            .origin
            .load(&self.sets)
            .map_err(|error| error.report(false))?;
        let mut resolved =
            scenario::resolve(&loaded).map_err(|error| error.after(&self.sets).report(false))?;
        self.session()
            .resolve(&mut resolved)
            .map_err(|error| error.report(false))?;
        Ok(resolved)
    }

    /// Adds a command at its time, after those of the same time.
    pub(crate) fn add(&mut self, command: CommandConfig) {
        let commands = &mut self.commands;
        let at = commands.partition_point(|other| other.at_s <= command.at_s);
        commands.insert(at, command);
    }

    /// Commands so far, to be saved and repeated.
    pub(crate) fn session(&self) -> Session {
        Session {
            set: self.sets.clone(),
            command: self.commands.clone(),
        }
    }
}
