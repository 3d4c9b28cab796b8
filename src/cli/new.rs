//! `coldaisle new NAME`

use std::io::ErrorKind;
use std::path::PathBuf;

use super::{Failure, say};
use crate::describe::Fault;
use crate::output::write_whole;

/// Arguments of `new`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name of the scenario; writes NAME.toml in this folder.
    name: String,
}

/// The file to start from; its name is replaced.
const TEMPLATE: &str = include_str!("../../assets/template.toml");

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let name = args.name.trim_end_matches(".toml");
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty()
        || name.len() > 80
        || name.starts_with(['.', '-'])
        || !name.chars().all(plain)
    {
        return Err(Fault::new(
            format!("'{name}' cannot name a scenario"),
            "use up to 80 letters, digits, '-', '_' and '.', not starting with '.' or '-'",
        )
        .into());
    }
    let path = PathBuf::from(format!("{name}.toml"));
    let text = TEMPLATE.replace("NAME", name);
    let written = write_whole(&path, text.as_bytes(), false);
    match written {
        Ok(()) => say(&format!(
            "wrote {0}; next: coldaisle run {0}",
            path.display()
        )),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(Fault::new(
            format!("{} exists", path.display()),
            "choose another name, or remove the file first",
        )
        .into()),
        Err(error) => Err(Failure::Run(format!("{}: {error}", path.display()))),
    }
}
