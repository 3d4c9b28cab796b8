//! Why a result cannot be written.

use std::io;
use std::path::{Path, PathBuf};

/// What could not be done, where, why, and what would help.
#[derive(Debug, thiserror::Error)]
#[error("cannot {what} `{}`: {cause}; {cure}", path.display())]
pub struct OutputError {
    /// `write`, `create`, `replace`, …
    pub what: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// Why not.
    pub cause: String,
    /// What would help.
    pub cure: &'static str,
    kind: io::ErrorKind,
}

impl OutputError {
    pub(super) fn refused(
        what: &'static str,
        path: &Path,
        cause: &str,
        cure: &'static str,
    ) -> Self {
        Self {
            what,
            path: path.into(),
            cause: cause.into(),
            cure,
            kind: io::ErrorKind::AlreadyExists,
        }
    }

    pub(super) fn io(what: &'static str, path: &Path, error: &io::Error) -> Self {
        let cure = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "free some space there, record at longer intervals, or choose a folder on another disk"
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "choose a folder that you may write to"
            }
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
                "a file is in the way: choose another folder or move the file"
            }
            io::ErrorKind::InvalidFilename => "choose a shorter name",
            io::ErrorKind::NotFound => "check that the path is spelt right and still exists",
            _ => "check the disk, or choose another folder",
        };
        Self {
            what,
            path: path.into(),
            cause: error.to_string(),
            cure,
            kind: error.kind(),
        }
    }

    /// Whether the place that the user named is the mistake: something is there that may not be replaced.
    pub fn is_refusal(&self) -> bool {
        matches!(
            self.kind,
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory
        )
    }

    /// The kind of the error underneath.
    pub fn kind(&self) -> io::ErrorKind {
        self.kind
    }
}

impl From<OutputError> for io::Error {
    fn from(error: OutputError) -> Self {
        io::Error::new(error.kind, error)
    }
}
