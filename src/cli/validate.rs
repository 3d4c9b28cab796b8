//! `coldaisle validate SCENARIO…`

use std::path::PathBuf;

use super::{Failure, colour_of, complain, say, warn, width};
use crate::describe::paragraph;
use crate::output::marked;
use crate::scenario;
use crate::study;

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
        let resolved = scenario::load(path, &args.sets)
            .and_then(|loaded| scenario::inspect(&loaded))
            .map_err(|error| error.after(&args.sets));
        match resolved {
            Ok(resolved) => {
                say(&format!("{}: valid", path.display()))?;
                let mut description = resolved.description.clone();
                description.push(("tables".into(), study::size::tables(&resolved)));
                let heading = std::iter::once("will not hold").chain(std::iter::repeat(""));
                let short = resolved.will_not_hold.iter().cloned();
                description.extend(heading.map(str::to_owned).zip(short));
                let labels = description.iter().map(|(label, _)| label.chars().count());
                let wide = labels.max().unwrap_or(0);
                let rest = " ".repeat(wide + 4);
                for (label, text) in &description {
                    let first = format!("  {label:wide$}  ");
                    say(&paragraph(&marked(text), &first, &rest, width()))?;
                }
                for warning in &resolved.warnings {
                    warn(&format!("{}: {warning}", path.display()));
                }
            }
            // All files are checked, the last error is the one that ends the command.
            Err(error) => {
                if let Some(earlier) = failed.replace(error) {
                    complain(&earlier.report(colour_of(&std::io::stderr())));
                }
            }
        }
    }
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}
