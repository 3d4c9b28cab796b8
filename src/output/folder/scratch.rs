//! A hidden folder for what a command needs on its way and does not leave.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{Live, OutputError, hidden, live, split};

/// A hidden folder beside a file to be written. It goes with its content when it is dropped, and when the command is stopped.
#[derive(Debug)]
pub struct Scratch {
    folder: Option<TempDir>,
    path: PathBuf,
}

impl Scratch {
    /// Makes it beside `target`, whose folder must exist.
    ///
    /// # Errors
    /// Where nothing can be written there.
    pub fn beside(target: &Path) -> Result<Self, OutputError> {
        let (parent, name) = split(target)?;
        let here = parent.as_os_str().is_empty();
        let parent = if here { Path::new(".") } else { parent };
        let mut live = live();
        let folder = hidden(parent, name)
            .map_err(|error| OutputError::io("create a folder in", parent, &error))?;
        let path = folder.path().to_owned();
        live.push(Live {
            path: path.clone(),
            made: Vec::new(),
        });
        Ok(Self {
            folder: Some(folder),
            path,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        live().retain(|it| it.path != self.path);
        self.folder = None;
    }
}
