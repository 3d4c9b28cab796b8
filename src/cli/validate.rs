//! `coldaisle validate SCENARIO…`

use std::path::PathBuf;

use super::{Failure, complain, say};
use crate::scenario;

/// Arguments of `validate`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The scenario files.
    #[arg(required = true)]
    scenarios: Vec<PathBuf>,
    /// Set a key of each scenario.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let mut failed = None;
    for path in &args.scenarios {
        let resolved =
            scenario::load(path, &args.sets).and_then(|loaded| scenario::resolve(&loaded));
        match resolved {
            Ok(resolved) => {
                say(&format!("{}: valid", path.display()))?;
                let labels = resolved
                    .description
                    .iter()
                    .map(|(label, _)| label.chars().count());
                let wide = labels.max().unwrap_or(0);
                for (label, text) in &resolved.description {
                    say(&format!("  {label:wide$}  {text}"))?;
                }
                for warning in &resolved.warnings {
                    complain(&format!("Warning: {warning}"));
                }
            }
            // All files are checked, the last error is the one that ends the command.
            Err(error) => {
                if let Some(earlier) = failed.replace(error) {
                    complain(&scenario::ScenarioError::report(&earlier, false));
                }
            }
        }
    }
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}
