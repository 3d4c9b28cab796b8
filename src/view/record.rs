//! Keeps what somebody does: written whenever something was done, whole or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use bevy::prelude::*;

use super::state::{Look, Sides};

#[derive(Resource)]
struct Record {
    path: PathBuf,
    /// None before the first time: a session in which nothing was done is one too.
    written: Option<String>,
}

/// Adds it to an app.
pub(super) fn add(app: &mut App, path: PathBuf) {
    let written = None;
    app.insert_resource(Record { path, written })
        .add_systems(Last, keep);
}

fn keep(mut record: ResMut<Record>, sides: Res<Sides>, mut look: ResMut<Look>) {
    let Some(session) = sides.0.first().and_then(super::state::Side::session) else {
        return;
    };
    if record.written.as_ref() == Some(&session) {
        return;
    }
    if let Err(error) = write(&record.path, &session) {
        look.say(format!(
            "{} was not written: {error}",
            record.path.display()
        ));
    }
    record.written = Some(session);
}

/// Writes a file beside its name and moves it there.
pub(super) fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
