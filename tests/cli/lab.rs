//! A folder of its own for each test, and small scenarios that run in a fraction of a second.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use coldaisle::describe::Fault;
use coldaisle::scenario;
use tempfile::TempDir;

/// Width of every report; no report has a panic or colour.
const WIDTH: usize = 80;

/// A folder that goes with the test.
pub(crate) struct Lab {
    folder: TempDir,
}

/// Output and exit status of the program.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Lab {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn with(name: &str, content: impl AsRef<[u8]>) -> Self {
        let lab = Self::new();
        lab.write(name, content);
        lab
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        let path = self.path(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    /// Everything in a folder of the lab, hidden files too, in order.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The program, ready to start in this folder, 80 columns wide.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_coldaisle"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("COLUMNS")
            .env_remove("NO_COLOR")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn say(&self, arguments: &[&str]) -> Said {
        Said::of(&self.command(arguments).output().unwrap())
    }

    /// Runs the program, which must succeed.
    pub(crate) fn good(&self, arguments: &[&str]) -> Said {
        let said = self.say(arguments);
        assert_eq!(said.status, Some(0), "{arguments:?}: {said:#?}");
        said.sane();
        said
    }

    /// Runs the program, which must refuse its input: status 2, nothing on standard output, a report that holds
    /// all of `parts` and is fit to read, and not a file more than before.
    pub(crate) fn refused(&self, arguments: &[&str], parts: &[&str]) -> Said {
        let before = self.names(".");
        let said = self.say(arguments);
        assert_eq!(said.status, Some(2), "{arguments:?}: {said:#?}");
        assert_eq!(said.out, "", "{arguments:?}: {said:#?}");
        assert_eq!(self.names("."), before, "{arguments:?} left something");
        said.sane();
        said.has(parts);
        said
    }
}

/// Faults from the library for a scenario that it must refuse: for tests that check the key or the place of a fault
/// and leave its words free.
impl Lab {
    pub(crate) fn fault(&self, name: &str) -> Fault {
        let loaded = scenario::load(&self.path(name), &[]);
        let resolved = loaded.and_then(|loaded| scenario::resolve(&loaded));
        resolved.err().unwrap_or_else(|| panic!("{name} is sound"))
    }

    /// Changes of a scenario, each of which must be refused at a key.
    pub(crate) fn refused_at(&self, base: &[(&str, &str)], cases: &[(&str, &str, &str)]) {
        for (from, to, key) in cases {
            let changes = [base, &[(from, to)]].concat();
            self.write("bad.toml", tiny(&changes));
            let fault = self.fault("bad.toml");
            assert_eq!(fault.key(), Some(*key), "{to}: {fault}");
            assert!(fault.line_column().is_some(), "{to}: {fault}");
        }
    }
}

impl Said {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            status: output.status.code(),
            out: String::from_utf8(output.stdout.clone()).unwrap(),
            err: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    /// Standard error as one line: reports are wrapped at words.
    pub(crate) fn flat(&self) -> String {
        self.err.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn has(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.flat().contains(part), "no {part:?} in\n{}", self.err);
        }
    }

    fn sane(&self) {
        for text in [&self.out, &self.err] {
            assert!(!text.contains("panicked"), "{text}");
            assert!(!text.contains('\u{1b}'), "colour in a pipe: {text:?}");
            for line in text.lines() {
                // A path is one word and not cut; the argument parser's messages are not wrapped.
                let parser = ["error: ", "  [possible values: "];
                let uncut = line.split_whitespace().count() <= 3
                    || parser.iter().any(|start| line.starts_with(start));
                assert!(line.chars().count() <= WIDTH || uncut, "too wide: {line}");
            }
        }
    }
}

/// A rack of air, chilled water and constant load; a day of it takes 0.1 s.
pub(crate) const TINY: &str = r#"name = "tiny"
it = []
[run]
start = "2026-07-01"
days = 1
step_s = 300
record_s = 900

[site]
climate = "phoenix"

[[hall]]
name = "north"
server = "hgx-h100"
racks = 3
servers_per_rack = 4
[hall.cooling.air]
supply_c = 24.0

[heat_rejection.water_cooled_chiller]
setpoint_c = 18.0

[electrical]
ups = "eco"

[workload.constant]
utilisation = 0.7
"#;

pub(crate) const IMMERSION: &str = "[hall.cooling.immersion]\nsupply_c = 36.0\n";
pub(crate) const DRY_COOLER: &str = "[heat_rejection.dry_cooler]\nsetpoint_c = 31.0\n";

/// All kinds of jobs, on 96 GPUs.
pub(crate) const JOBS: &str = r"[workload.pretraining]
models = [{ parameters = 2e9, tokens = 1e9, gpus = 32, mfu = 0.4, repeat = true, gap_days = 0.02 }]

[workload.inference]
gpus = 16
mean_utilisation = 0.5
tokens_per_gpu_s = 1700

[workload.fine_tuning]
jobs_per_day = 20
gpus = [8, 16]
median_hours = 1.0

[workload.batch]
jobs_per_day = 150
gpus = [1, 2, 4]
median_hours = 0.3

[scheduler.fifo]
";

/// `TINY` with each first text replaced by the second; the first must be there.
pub(crate) fn tiny(changes: &[(&str, &str)]) -> String {
    let mut text = TINY.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "no {from:?} in\n{text}");
        text = text.replacen(from, to, 1);
    }
    text
}

/// The load of `TINY`, for exchange.
pub(crate) const LOAD: &str = "[workload.constant]\nutilisation = 0.7\n";
/// Its cooling.
pub(crate) const AIR: &str = "[hall.cooling.air]\nsupply_c = 24.0\n";
/// Its plant.
pub(crate) const CHILLERS: &str = "[heat_rejection.water_cooled_chiller]\nsetpoint_c = 18.0\n";

/// `FILE:LINE:COLUMN` of a text that occurs once.
pub(crate) fn place(file: &str, text: &str, marked: &str) -> String {
    assert_eq!(text.matches(marked).count(), 1, "{marked:?} in\n{text}");
    place_at(file, text, text.find(marked).unwrap())
}

/// `FILE:LINE:COLUMN` of a byte.
pub(crate) fn place_at(file: &str, text: &str, at: usize) -> String {
    let line = text[..at].matches('\n').count() + 1;
    let column = text[..at].chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!("{file}:{line}:{column}")
}
