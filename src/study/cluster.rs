//! A study on many machines, by engines that exist: Slurm job arrays and indexed Jobs of Kubernetes.
//!
//! ```text
//! sweep --slurm | --kubernetes      the script or the manifest, with memory and time as measured
//!          │  submitted
//! sweep --shard array/N             one task: its share of the variations, written whole to a shared folder
//!          │  all tasks have ended
//! sweep --gather                    one table; or the tasks that are missing, as a range to submit again
//! ```
//!
//! There is no server and no message between tasks: they share a folder, and nobody waits for anybody.

mod kubernetes;
mod measure;
mod memory;
mod need;
mod quote;
mod shard;
mod slurm;

use std::path::{Path, PathBuf};

pub use kubernetes::{Kubernetes, MOUNT, kubernetes, kubernetes_gather};
pub use measure::measure;
pub use need::{Measured, Need};
pub use shard::shard;
pub use slurm::slurm;

use crate::describe::Fault;

/// A study as a batch system is to run it.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Name of the study.
    pub name: String,
    /// The study file, as the tasks find it.
    pub study: PathBuf,
    /// The folder that all tasks share, as they find it.
    pub output: PathBuf,
    /// Options that belong to the study whatever its part: `--set`, `--sensitivity`.
    pub options: Vec<String>,
    /// Whether each run leaves its folder too.
    pub keep: bool,
    /// Number of variations.
    pub variations: u64,
    /// Number of shards: tasks of the array.
    pub shards: u64,
    /// Tasks that may run at the same time; no limit where None.
    pub at_once: Option<u64>,
    /// Cores of a task: runs at the same time within it.
    pub cores: u32,
    /// Memory and time of a task.
    pub need: Need,
}

impl Job {
    /// Arguments of the program that make a part of the study.
    fn run(&self) -> Result<Vec<String>, Fault> {
        let mut arguments = self.arguments()?;
        arguments.extend(self.keep.then(|| "--keep".to_owned()));
        arguments.extend(["--shard".to_owned(), format!("array/{}", self.shards)]);
        Ok(arguments)
    }

    /// Arguments of the program that make the table.
    fn gather(&self) -> Result<Vec<String>, Fault> {
        let mut arguments = self.arguments()?;
        arguments.push("--gather".to_owned());
        Ok(arguments)
    }

    /// What the two have in common.
    fn arguments(&self) -> Result<Vec<String>, Fault> {
        let mut arguments = vec![
            "sweep".to_owned(),
            text_of(&self.study)?.to_owned(),
            "-o".to_owned(),
            text_of(&self.output)?.to_owned(),
        ];
        for option in &self.options {
            if option.contains(char::is_control) {
                return Err(Fault::new(
                    format!("{option:?} has a line break or another control character"),
                    "write the change into the study",
                ));
            }
            arguments.push(option.clone());
        }
        Ok(arguments)
    }

    /// The name as systems take it (RFC 1123): small letters, digits, and hyphens within. Pods of an index and the Job that
    /// gathers have endings of their own within the 63 characters.
    fn label(&self) -> String {
        let small = self.name.to_lowercase();
        let words = small.split(|c: char| !c.is_ascii_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let mut label = words.join("-");
        label.truncate(48);
        match label.trim_end_matches('-') {
            "" => "study".into(),
            label => label.into(),
        }
    }

    /// What stands on top of each file.
    fn title(&self) -> String {
        let name: String = self.name.chars().filter(|c| !c.is_control()).collect();
        format!(
            "Study {name}: {} in {}, {} a task. Written by coldaisle {}.",
            counted(self.variations, "variation"),
            counted(self.shards, "shard"),
            counted(u64::from(self.cores), "core"),
            env!("CARGO_PKG_VERSION")
        )
    }
}

/// A path as text that can stand in a script.
fn text_of(path: &Path) -> Result<&str, Fault> {
    let text = path
        .to_str()
        .filter(|text| !text.contains(char::is_control));
    text.ok_or_else(|| {
        Fault::new(
            format!("the path {path:?} cannot be written into a script"),
            "rename it: UTF-8 without line breaks and control characters",
        )
    })
}

/// `1 shard`, `20 shards`
fn counted(number: u64, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A job with every part that needs care in a script.
    pub(super) fn job() -> Job {
        Job {
            name: "Cooling by climate".into(),
            study: "/home/a b/it's/study.toml".into(),
            output: "/scratch/$HOME/out \"1\"".into(),
            options: vec!["--set".into(), "site.climate='dublin'".into()],
            keep: false,
            variations: 1200,
            shards: 20,
            at_once: Some(10),
            cores: 4,
            need: Need {
                memory_mib: 640,
                minutes: 75,
                measured: true,
            },
        }
    }

    #[test]
    fn labels_are_names_that_systems_take() {
        for (name, label) in [
            ("Cooling by climate", "cooling-by-climate"),
            ("  --setpoints_2.0--", "setpoints-2-0"),
            ("Kälte", "k-lte"),
            ("冷", "study"),
            ("", "study"),
            (&"ab-".repeat(30), &"ab-".repeat(16)[..47]),
        ] {
            let name = name.to_owned();
            assert_eq!(Job { name, ..job() }.label(), label);
        }
    }

    #[test]
    fn paths_that_no_script_can_hold_are_refused() {
        for study in ["a\nb.toml", "a\u{1b}[0m.toml"] {
            let job = Job {
                study: study.into(),
                ..job()
            };
            let fault = job.arguments().unwrap_err();
            assert!(fault.to_string().contains("rename it"), "{fault}");
        }
        let job = Job {
            options: vec!["a=1\nb".into()],
            ..job()
        };
        assert!(job.arguments().is_err());
    }
}
