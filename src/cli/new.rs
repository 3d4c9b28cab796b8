//! `coldaisle new NAME`

use std::io::ErrorKind;
use std::path::PathBuf;

use super::{Failure, say};
use crate::describe::Fault;
use crate::output::write_whole;
use crate::scenario::ranges;

/// Arguments of `new`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name of the scenario; writes NAME.toml in this folder.
    name: String,
}

/// The file to start from; its name is replaced.
const TEMPLATE: &str = include_str!("../../assets/template.toml");

/// The template with the names of what there is to choose from: `<heat_rejection>` becomes them.
fn named(template: &str) -> String {
    let choices = [
        "hall.cooling",
        "heat_rejection",
        "workload.trace",
        "scheduler",
        "event.what",
    ];
    choices.into_iter().fold(template.to_owned(), |text, path| {
        let (mut names, mut width) = (String::new(), 0);
        for name in ranges::kinds(path) {
            let (sign, before) = if names.is_empty() {
                ("", 0)
            } else if width + name.len() > WIDEST {
                (",\n# ", 0)
            } else {
                (", ", width + 2)
            };
            names.push_str(sign);
            names.push_str(name);
            width = before + name.len();
        }
        text.replace(&format!("<{path}>"), &names)
    })
}

/// A line of names in the template is no longer, so that there is room for the text before them.
const WIDEST: usize = 80;

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
    let text = named(&TEMPLATE.replace("NAME", name));
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
