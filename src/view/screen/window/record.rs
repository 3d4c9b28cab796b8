//! Records commands: written after each, whole or not at all.
//!
//! Every scenario that is opened is a run of its own, so it has a file of its own: `NAME.toml`, beside it what was done at the
//! right as `NAME-right.toml`, and for scenarios opened later `NAME-2.toml`, `NAME-2-right.toml` and so on. A file in which
//! something was done is never written over.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use bevy::prelude::*;

use crate::describe::Fault;
use crate::output::write_whole;
use crate::scenario::session::Session;
use crate::view::screen::run::plan::Origin;
use crate::view::screen::run::{Side, Sides, Source};
use crate::view::screen::state::ViewState;

/// No folder holds so many sessions of one name.
const MOST: usize = 1000;

/// The session of a side.
struct Kept {
    /// Which of all that were opened.
    opened: u64,
    file: PathBuf,
    /// Its first lines: how to run it again.
    head: String,
    /// None before the first time: a session in which nothing was done is one too.
    written: Option<String>,
}

/// Where sessions go, and those of the sides that are shown.
#[derive(Resource)]
pub(crate) struct Record {
    path: PathBuf,
    kept: [Option<Kept>; 2],
}

/// Adds it to an app.
pub(crate) fn add(app: &mut App, path: PathBuf) {
    app.insert_resource(Record::new(path))
        .add_systems(Last, keep);
}

/// The file of the `number`th session of a side, from 1.
pub(crate) fn file_of(path: &Path, number: usize, side: usize) -> PathBuf {
    if number == 1 && side == 0 {
        return path.to_owned();
    }
    let mut more = String::new();
    if number > 1 {
        let _ = write!(more, "-{number}");
    }
    if side > 0 {
        more.push_str("-right");
    }
    named(path, &more)
}

/// The same name with something more before its ending.
fn named(path: &Path, more: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let end = path
        .extension()
        .map_or(String::new(), |end| format!(".{}", end.to_string_lossy()));
    path.with_file_name(format!("{stem}{more}{end}"))
}

/// Whether a file may be written: there is none, or a session in which nothing was done.
fn is_free(file: &Path) -> bool {
    let absent = std::fs::symlink_metadata(file)
        .is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
    // A session in which nothing was done may be a file without a byte.
    let blank = || std::fs::metadata(file).is_ok_and(|found| found.is_file() && found.len() == 0);
    absent || blank() || Session::load(file).is_ok_and(|session| session.is_empty())
}

/// Refuses a file that holds something else than a session in which nothing was done, before anything is shown.
pub(crate) fn check(path: &Path, sides: usize) -> Result<(), Fault> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        let what = format!("there is no folder {}", folder.display());
        let cure = "make it, or name a file in a folder that is there";
        return Err(Fault::new(what, cure).in_file(path, None));
    }
    for side in 0..sides.max(1) {
        let file = file_of(path, 1, side);
        if is_free(&file) {
            continue;
        }
        let what = match Session::load(&file) {
            Ok(_) => "it holds a session, which --record would write over",
            Err(_) => "it is there and no session, and --record would write over it",
        };
        let mut next = (2..MOST).map(|number| file_of(path, number, side));
        let free = next.find(|file| is_free(file));
        let cure = format!(
            "name another file, for example --record {}",
            quoted(&free.unwrap_or(file.clone()))
        );
        return Err(Fault::new(what, cure).in_file(&file, None));
    }
    Ok(())
}

fn keep(mut record: ResMut<Record>, sides: Res<Sides>, mut state: ResMut<ViewState>) {
    for message in record.write(&sides) {
        let before = state.note.take().map(|(note, _)| note);
        let all = before.into_iter().chain([message]);
        state.notify(all.collect::<Vec<_>>().join("; "));
    }
}

impl Record {
    pub(crate) fn new(path: PathBuf) -> Self {
        let kept = [None, None];
        Self { path, kept }
    }

    /// Writes what has changed; returns what is to be said.
    pub(crate) fn write(&mut self, sides: &Sides) -> Vec<String> {
        let mut said = Vec::new();
        for (index, side) in sides.0.iter().enumerate().take(2) {
            let Some(session) = side.session() else {
                continue;
            };
            let known = self.kept[index].as_ref();
            if known.is_none_or(|kept| kept.opened != side.opened) {
                let kept = self.begin(index, side, &mut said);
                self.kept[index] = Some(kept);
            }
            let Some(kept) = &mut self.kept[index] else {
                continue;
            };
            if kept.written.as_ref() == Some(&session) {
                continue;
            }
            let text = format!("{}{session}", kept.head);
            if let Err(error) = write(&kept.file, &text) {
                said.push(format!("{} was not written: {error}", kept.file.display()));
            }
            kept.written = Some(session);
        }
        said
    }

    /// Finds the file for a side that was opened now.
    fn begin(&self, index: usize, side: &Side, said: &mut Vec<String>) -> Kept {
        let taken = |file: &Path| {
            let others = self.kept.iter().enumerate();
            let mut others = others.filter(|(other, _)| *other != index);
            others.any(|(_, kept)| kept.as_ref().is_some_and(|kept| kept.file == file))
        };
        let mut number = 1;
        let mut file = file_of(&self.path, number, index);
        while number < MOST && (!is_free(&file) || taken(&file)) {
            number += 1;
            file = file_of(&self.path, number, index);
        }
        if number > 1 {
            said.push(format!("what is done here is kept in {}", file.display()));
        }
        let scenario = match &side.source {
            Source::Live { plan, .. } => match &plan.origin {
                Origin::File(path) => path.clone(),
                Origin::BuiltIn(example) => match beside(&file, example.text) {
                    Ok(path) => path,
                    Err(error) => {
                        said.push(format!(
                            "the scenario {} was not written: {error}",
                            example.name
                        ));
                        format!("{}.toml", example.name).into()
                    }
                },
            },
            Source::Replay(_) => PathBuf::new(),
        };
        let head = format!(
            "# coldaisle run {} --commands {}\n",
            quoted(&scenario),
            quoted(&file)
        );
        Kept {
            opened: side.opened,
            file,
            head,
            written: None,
        }
    }
}

/// Writes a scenario that has no file of its own beside its session, so that it can be run again; returns its place.
fn beside(session: &Path, text: &str) -> std::io::Result<PathBuf> {
    let mut number = 1;
    loop {
        let more = match number {
            1 => "-scenario".into(),
            _ => format!("-scenario-{number}"),
        };
        let path = named(session, &more).with_extension("toml");
        match std::fs::read(&path) {
            Ok(found) if found == text.as_bytes() => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                write_whole(&path, text.as_bytes(), false)?;
                return Ok(path);
            }
            // Something else of that name, which stays.
            _ if number < MOST => number += 1,
            Ok(_) => return Err(std::io::ErrorKind::AlreadyExists.into()),
            Err(error) => return Err(error),
        }
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || "/._-+:@".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.into_owned();
    }
    // A comment ends with its line.
    let text = text.replace(['\n', '\r'], " ");
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Writes a file beside its name and moves it there.
pub(crate) fn write(path: &Path, text: &str) -> std::io::Result<()> {
    write_whole(path, text.as_bytes(), true)
}
