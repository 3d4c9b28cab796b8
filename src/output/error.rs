//! Why a result cannot be written.

use std::io;
use std::path::Path;

use crate::describe::Fault;

/// An operation that failed: where, why, and its cure; and the kind of the underlying error.
#[derive(Debug, thiserror::Error)]
#[error("{fault}")]
pub struct OutputError {
    /// Message for the user.
    pub fault: Fault,
    kind: io::ErrorKind,
}

impl OutputError {
    fn new(verb: &str, path: &Path, cause: &str, cure: &str, kind: io::ErrorKind) -> Self {
        let what = format!("cannot {verb} `{}`: {cause}", path.display());
        Self {
            fault: Fault::new(what, cure),
            kind,
        }
    }

    pub(crate) fn refused(verb: &str, path: &Path, cause: &str, cure: &str) -> Self {
        Self::new(verb, path, cause, cure, io::ErrorKind::AlreadyExists)
    }

    pub(crate) fn io(verb: &str, path: &Path, error: &io::Error) -> Self {
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
        Self::new(verb, path, &error.to_string(), cure, error.kind())
    }

    /// Somebody ended the work before its end.
    pub(crate) fn stopped() -> Self {
        Self {
            fault: Fault::bare("the runs were stopped"),
            kind: io::ErrorKind::Interrupted,
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
