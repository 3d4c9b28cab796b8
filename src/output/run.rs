//! `run.json`: what traces a result to its inputs. The only file that differs between two equal runs.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::OutputError;
use crate::surface::Accuracy;

/// The name by which a folder is known as a result of this program.
pub(super) const PROGRAM: &str = "coldaisle";

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunInfo {
    /// Always `coldaisle`.
    pub program: String,
    /// Version of the program.
    pub version: String,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Files that the run wrote; only these are replaced by a later one.
    #[serde(default)]
    pub files: Vec<String>,
    /// The question: the first comment of the scenario, study or forecast file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// Checksum of the request: the resolved scenario, commands, inputs, and which tables in which format.
    #[serde(default)]
    pub asked: String,
    /// Files that were read.
    pub inputs: Vec<Input>,
    /// Share of the jobs that have a row, where it is not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jobs_share: Option<f64>,
    /// How far the surface is from the engine that cooling was taken from (`run.plant`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surface: Option<Accuracy>,
    /// Local standard time of all tables, ahead of UTC, h.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utc_offset_h: Option<f64>,
    /// The weather of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub climate: Option<Climate>,
    /// What was sized, as `validate` prints it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub built: Vec<Built>,
    /// Figures that nobody has confirmed, that the run used, and that the scenario does not state.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<Unconfirmed>,
    /// Warnings about the run.
    pub warnings: Vec<String>,
    /// Steps simulated.
    pub steps: u64,
    /// Elapsed time, s.
    pub wall_s: f64,
    /// Processor time of the whole process, s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_s: Option<f64>,
    /// Most memory that the process held, MB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_memory_mb: Option<f64>,
}

impl RunInfo {
    /// Of this version of the program, with the processor time used so far.
    pub fn new(seed: u64, steps: u64, wall_s: f64) -> Self {
        Self {
            program: PROGRAM.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            seed,
            files: Vec::new(),
            question: None,
            asked: String::new(),
            inputs: Vec::new(),
            jobs_share: None,
            surface: None,
            utc_offset_h: None,
            climate: None,
            built: Vec::new(),
            doubts: Vec::new(),
            warnings: Vec::new(),
            steps,
            wall_s,
            cpu_s: cpu_s(),
            peak_memory_mb: peak_memory_mb(),
        }
    }
}

/// The weather of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Climate {
    /// The climate or the file, as the scenario names it.
    pub name: String,
    /// Whether the year was made from monthly means and not measured.
    pub synthetic: bool,
    /// The place, and where its data come from.
    pub source: String,
}

/// A line of what was sized.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Built {
    /// What it is of; empty where it is of the same as the line above.
    pub label: String,
    /// Sizes with their units.
    pub text: String,
}

/// A figure that nobody has confirmed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unconfirmed {
    /// As `coldaisle catalogue doubt` lists it: `servers.hgx-h100.air.fan_max_w`, `hall[].cooling.air.fan_pa`.
    pub name: String,
    /// What the run used; absent where it is a curve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Stated>,
    /// What is credible: `40 to 90`, `times 0.8 to 1.2`.
    pub range: String,
    /// Unit of the value; absent for a share, a count or a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// A value of a scenario or an entry of the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Stated {
    /// A figure.
    Figure(f64),
    /// A name of the catalogue.
    Name(String),
}

/// A file that a run read, and its checksum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// As the scenario names it.
    pub path: String,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// Size.
    pub bytes: u64,
}

impl Input {
    /// Reads `file` through, which the scenario calls `path`.
    pub fn of_file(path: &str, file: &Path) -> Result<Self, OutputError> {
        let read = || -> io::Result<(Sha256, u64)> {
            let (mut file, mut hash, mut bytes) = (File::open(file)?, Sha256::new(), 0);
            let mut buffer = vec![0; 1 << 16];
            loop {
                match file.read(&mut buffer) {
                    Ok(0) => return Ok((hash, bytes)),
                    Ok(n) => {
                        hash.update(&buffer[..n]);
                        bytes += n as u64;
                    }
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                    Err(e) => return Err(e),
                }
            }
        };
        let (hash, bytes) = read().map_err(|e| OutputError::io("read", file, &e))?;
        Ok(Self::new(path, hash, bytes))
    }

    /// Of content that is already in memory or built in.
    pub fn of_bytes(path: &str, content: &[u8]) -> Self {
        Self::new(path, Sha256::new_with_prefix(content), content.len() as u64)
    }

    /// One checksum of all parts.
    pub fn of_all<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
        let (mut hash, mut bytes) = (Sha256::new(), 0);
        for part in parts {
            // With its length, so that no text can move from one part to the next.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
            bytes += part.len() as u64;
        }
        Self::new("", hash, bytes).sha256
    }

    fn new(path: &str, hash: Sha256, bytes: u64) -> Self {
        let mut sha256 = String::with_capacity(64);
        for byte in hash.finalize() {
            let _ = write!(sha256, "{byte:02x}"); // writing into a string cannot fail
        }
        Self {
            path: path.into(),
            sha256,
            bytes,
        }
    }
}

/// Most memory that this process has held, MB; None where the system does not report it in `/proc`.
fn peak_memory_mb() -> Option<f64> {
    peak_memory_bytes().map(|bytes| bytes as f64 / 1e6)
}

/// The highest resident set of this process, bytes; None where the system does not report it in `/proc`.
pub(crate) fn peak_memory_bytes() -> Option<u64> {
    highest(&std::fs::read_to_string("/proc/self/status").ok()?)
}

/// The highest resident set in a `/proc/PID/status`, bytes.
fn highest(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// Processor time that this process has used, s; None where the system does not report it in `/proc`.
pub fn cpu_s() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name in brackets and may hold anything; user and system time are the
    // 12th and 13th after it, in hundredths of a second on every Linux that reports it.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(11);
    let user: f64 = times.next()?.parse().ok()?;
    let system: f64 = times.next()?.parse().ok()?;
    Some((user + system) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "abc" is the first example of FIPS 180-4.
    #[test]
    fn checksums_of_memory_and_file_agree() {
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let memory = Input::of_bytes("weather.epw", b"abc");
        assert_eq!((memory.sha256.as_str(), memory.bytes), (sha256, 3));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("w");
        std::fs::write(&file, "abc").unwrap();
        assert_eq!(Input::of_file("weather.epw", &file).unwrap(), memory);
        let error = Input::of_file("x", &folder.path().join("none"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("none") && error.contains("spelt"), "{error}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn processor_time_goes_up() {
        let before = cpu_s().unwrap();
        let begin = std::time::Instant::now();
        let mut n = 0u64;
        while begin.elapsed().as_millis() < 60 {
            n = std::hint::black_box(n.wrapping_add(1));
        }
        assert!(cpu_s().unwrap() > before);
    }

    #[test]
    fn the_peak_is_read_in_bytes() {
        let status = "VmPeak:\t    9000 kB\nVmHWM:\t    1716 kB\nVmRSS:\t 1000 kB\n";
        assert_eq!(highest(status), Some(1716 * 1024));
        assert_eq!(highest("VmHWM: many kB"), None);
        assert_eq!(highest(""), None);
    }
}
