//! The plan of a simulation: a scenario file, changes to it, and commands during the run.

use std::path::PathBuf;

use crate::scenario::session::{CommandConfig, Session};
use crate::scenario::{self, Resolved};

/// A run that can be started again from its beginning, and goes the same way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    pub(crate) path: PathBuf,
    /// `KEY=VALUE`, as `--set` takes them.
    pub(crate) sets: Vec<String>,
    /// In the order of their time.
    pub(crate) commands: Vec<CommandConfig>,
}

impl Plan {
    /// The simulation at its start, with the commands to come. The error is fit to be shown.
    pub(crate) fn resolve(&self) -> Result<Resolved, String> {
        let loaded = scenario::load(&self.path, &self.sets).map_err(|error| error.report(false))?;
        let mut resolved =
            scenario::resolve(&loaded).map_err(|error| error.after(&self.sets).report(false))?;
        self.session()
            .resolve(&mut resolved)
            .map_err(|error| error.report(false))?;
        Ok(resolved)
    }

    /// Commands so far, to be saved and repeated.
    pub(crate) fn session(&self) -> Session {
        Session {
            set: self.sets.clone(),
            command: self.commands.clone(),
        }
    }
}
