//! Files written beside their names and moved there whole.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::output::OutputError;

/// An error of the system as one of a file.
pub(super) fn io_error(
    doing: &'static str,
    path: &Path,
) -> impl Fn(io::Error) -> OutputError + use<> {
    let path = path.to_owned();
    move |error| OutputError::io(doing, &path, &error)
}

/// Ending of a file in the making.
pub(super) const PARTIAL: &str = ".partial";

/// A file written beside its name and moved there whole, by the only process that may write it.
pub(in crate::study) struct Staged {
    path: PathBuf,
    file: io::BufWriter<tempfile::NamedTempFile>,
}

impl Staged {
    pub(in crate::study) fn new(path: &Path) -> Result<Self, OutputError> {
        let failed = io_error("write", path);
        let folder = path.parent().unwrap_or(Path::new("."));
        let prefix = format!(
            ".{}.",
            path.file_name().unwrap_or_default().to_string_lossy()
        );
        // Left by a process that was killed; a living one would hold the lock that this one has.
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(&prefix) && name.ends_with(PARTIAL) {
                let _ = fs::remove_file(entry.path());
            }
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(PARTIAL);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder).map_err(&failed)?;
        Ok(Self {
            path: path.to_owned(),
            file: io::BufWriter::with_capacity(1 << 16, file),
        })
    }

    /// A file of these bytes.
    pub(in crate::study) fn put(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
        let mut out = Self::new(path)?;
        out.write(bytes)?;
        out.commit()
    }

    pub(in crate::study) fn write(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.file
            .write_all(bytes)
            .map_err(io_error("write", &self.path))
    }

    pub(in crate::study) fn commit(self) -> Result<(), OutputError> {
        let failed = io_error("write", &self.path);
        let file = self
            .file
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        file.persist(&self.path)
            .map_err(|error| failed(error.error))?;
        Ok(())
    }
}
