//! The view on a screen: a window, or pictures without one. Only with the feature `view`.
//!
//! ```text
//! plan ─ live (a thread) ──▶ frame ──┐              ┌─ scene: layout ▶ mesh, paint ▶ colours
//! folder ─ replay ─────────▶ frame ──┴─▶ run: Side ─┼─ panels (egui)
//! plan ─ ahead (a thread) ─▶ overview ──────────────┘─ keys, pick, camera ▶ commands ▶ live
//! ```

#![allow(
    clippy::needless_pass_by_value,
    clippy::too_many_arguments,
    clippy::type_complexity,
    reason = "systems take what they read and write as they are"
)]

mod areas;
mod panels;
mod run;
mod scene;
mod state;
#[cfg(test)]
mod tests;
mod window;

pub use state::Named;

use std::path::PathBuf;

use bevy::math::UVec2;
use bevy::prelude::AppExit;

use crate::view::hall::colour::ColourBy;
use crate::view::hall::examples::EXAMPLES;
use crate::view::hall::layout::Picked;
use areas::Screen;
use run::{Side, Sides};
use state::{Play, ViewState};
use window::offscreen::{self, Job};
use window::{prefs, record};

/// View options.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A scenario file or a result folder; with a second one side by side; none opens a built-in example.
    pub paths: Vec<PathBuf>,
    /// Keys changed in the scenarios, as `--set` takes them.
    pub sets: Vec<String>,
    /// When to begin.
    pub at: Option<String>,
    /// From where.
    pub camera: Named,
    /// Simulated seconds in a second; by default as last used, or 600.
    pub speed: Option<f64>,
    /// Colouring of racks; by default as last used, else by chip.
    pub colour: Option<ColourBy>,
    /// Width and height, px; by default as last used, or 1280 × 720.
    pub size: Option<(u32, u32)>,
    /// A rack to select: hall and number from 1.
    pub select: Option<(String, u32)>,
    /// One picture instead of a window.
    pub screenshot: Option<PathBuf>,
    /// A folder of pictures instead of a window, how many, and the simulated minutes between two.
    pub frames: Option<(PathBuf, u32, f64)>,
    /// Tells how long so many frames last, without a window.
    pub bench: Option<u32>,
    /// Where to leave what was done.
    pub record: Option<PathBuf>,
}

/// Why nothing is shown.
#[derive(Debug)]
pub enum ViewError {
    /// The input is wrong.
    Input(String),
    /// Something failed on the way.
    Failed(String),
}

/// Shows it until the window is closed or the pictures are written.
pub fn run(options: &Options) -> Result<(), ViewError> {
    let mut sides = Vec::new();
    for (number, path) in options.paths.iter().take(2).enumerate() {
        let side = Side::open(path, &options.sets, number).map_err(ViewError::Input)?;
        sides.push(side);
    }
    if let Some(path) = &options.record {
        record::check(path, sides.len()).map_err(|error| ViewError::Input(error.report(false)))?;
    }
    let nothing_named = sides.is_empty();
    if nothing_named {
        let example = Side::example(EXAMPLES[0], &options.sets, 0).map_err(ViewError::Input)?;
        sides.push(example);
    }
    let mut play = Play::default();
    if let (Some(at), Some(first)) = (&options.at, sides.first()) {
        play.time_s = first.site.seconds(at).map_err(ViewError::Input)?;
    }
    // Pictures do not depend on who makes them.
    let windowed =
        options.screenshot.is_none() && options.frames.is_none() && options.bench.is_none();
    let prefs = if windowed {
        prefs::load()
    } else {
        prefs::Prefs::default()
    };
    play.speed = options.speed.or(prefs.speed).unwrap_or(play.speed);
    let mut look = ViewState {
        colour: options.colour.or(prefs.colour).unwrap_or_default(),
        camera: Some(options.camera),
        hidden: prefs.hidden,
        hint: nothing_named.then_some(EXAMPLES[0]),
        ..ViewState::default()
    };
    if let (Some((hall, rack)), Some(first)) = (&options.select, sides.first()) {
        look.selected = Some((0, select(first, hall, *rack).map_err(ViewError::Input)?));
    }
    let (width, height) = options.size.or(prefs.size).unwrap_or((1280, 720));
    let size = UVec2::new(width, height);
    let job = if let Some(path) = &options.screenshot {
        Some(Job::Picture(path.clone()))
    } else if let Some((folder, count, minutes)) = &options.frames {
        Some(Job::Frames {
            folder: folder.clone(),
            count: *count,
            every_s: minutes * 60.0,
        })
    } else {
        options.bench.map(Job::Bench)
    };
    let screen = match job {
        Some(Job::Bench(_)) => Screen::Image(size),
        Some(_) => Screen::Picture(size),
        None => Screen::Window(size),
    };
    if let Some(job) = &job {
        prepare(job)?;
        for side in &mut sides {
            side.wait_for(play.time_s);
            if let Some(trouble) = side.trouble.take() {
                return Err(ViewError::Failed(trouble));
            }
        }
    } else {
        play.playing = true;
    }
    let mut app = window::app(screen, Sides(sides), play, look);
    if windowed {
        prefs::add(&mut app, prefs);
    }
    if let Some(path) = &options.record {
        record::add(&mut app, path.clone());
    }
    if let Some(job) = &job {
        offscreen::add(&mut app, job.clone());
    }
    match app.run() {
        AppExit::Success => finished(job.as_ref()),
        AppExit::Error(code) => Err(ViewError::Failed(format!("the window ended with {code}"))),
    }
}

/// Folders for pictures are made before anything is computed.
fn prepare(job: &Job) -> Result<(), ViewError> {
    let folder = match job {
        Job::Picture(path) => path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty()),
        Job::Frames { folder, .. } => Some(folder.as_path()),
        Job::Bench(_) => None,
    };
    let Some(folder) = folder else { return Ok(()) };
    std::fs::create_dir_all(folder).map_err(|error| {
        let folder = folder.display();
        ViewError::Input(format!(
            "cannot create `{folder}`: {error}; choose another folder"
        ))
    })
}

/// A picture that was to be written is there.
fn finished(job: Option<&Job>) -> Result<(), ViewError> {
    let Some(Job::Picture(path)) = job else {
        return Ok(());
    };
    if path.is_file() {
        return Ok(());
    }
    let path = path.display();
    Err(ViewError::Failed(format!(
        "`{path}` was not written; its name must end in .png"
    )))
}

fn select(side: &Side, hall: &str, rack: u32) -> Result<Picked, String> {
    let halls = &side.site.scenario.hall;
    let Some(index) = halls.iter().position(|known| known.name == hall) else {
        let names: Vec<&str> = halls.iter().map(|hall| hall.name.as_str()).collect();
        return Err(format!(
            "there is no hall '{hall}'; known: {}",
            names.join(", ")
        ));
    };
    let racks = halls[index].racks;
    if rack == 0 || rack > racks {
        return Err(format!("hall '{hall}' has racks 1 to {racks}, not {rack}"));
    }
    Ok(Picked::Rack(index as u32, rack - 1))
}
