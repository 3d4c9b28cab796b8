//! Records commands: written after each, whole or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use bevy::prelude::*;

use crate::view::screen::run::Sides;
use crate::view::screen::state::ViewState;

#[derive(Resource)]
struct Record {
    path: PathBuf,
    /// None before the first time: a session in which nothing was done is one too.
    written: [Option<String>; 2],
}

/// Adds it to an app.
pub(crate) fn add(app: &mut App, path: PathBuf) {
    let written = [None, None];
    app.insert_resource(Record { path, written })
        .add_systems(Last, keep);
}

/// Every side is a run of its own, so it has a file of its own: what was done at the right is beside it as
/// `NAME-right.toml`.
pub(crate) fn file_of(path: &Path, side: usize) -> PathBuf {
    if side == 0 {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let end = path
        .extension()
        .map_or(String::new(), |end| format!(".{}", end.to_string_lossy()));
    path.with_file_name(format!("{stem}-right{end}"))
}

fn keep(mut record: ResMut<Record>, sides: Res<Sides>, mut state: ResMut<ViewState>) {
    let record = &mut *record;
    for ((index, side), written) in sides.0.iter().enumerate().zip(&mut record.written) {
        let Some(session) = side.session() else {
            continue;
        };
        if written.as_ref() == Some(&session) {
            continue;
        }
        let path = file_of(&record.path, index);
        if let Err(error) = write(&path, &session) {
            state.notify(format!("{} was not written: {error}", path.display()));
        }
        *written = Some(session);
    }
}

/// Writes a file beside its name and moves it there.
pub(crate) fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
