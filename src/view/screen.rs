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

use std::path::{Path, PathBuf};

use bevy::math::{UVec2, Vec3};
use bevy::prelude::AppExit;

use crate::view::hall::colour::ColourBy;
use crate::view::hall::examples::EXAMPLES;
use crate::view::hall::layout::Picked;
use crate::view::hall::named::Named;
use crate::view::hall::theme::Theme;
use areas::Screen;
use run::{Side, Sides};
use state::{Play, Standpoint, TextSize, ViewState};
use window::offscreen::{self, Job, Shot};
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
    /// From where; several give a picture each.
    pub cameras: Vec<Named>,
    /// A place to look from and what to look at, m, instead of a named one.
    pub look: Option<([f32; 3], [f32; 3])>,
    /// Whether the panel at the left and that at the right are folded away; in a window as last used.
    pub fold: [bool; 2],
    /// The scene comes without names.
    pub bare: bool,
    /// Colours of panels and ground; by default as last used, or dark.
    pub theme: Option<Theme>,
    /// Size of text, % of the usual, from 75 to 200; by default as last used, or 100.
    pub text_percent: Option<f32>,
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
    for path in files(options).iter().chain(
        &options
            .frames
            .as_ref()
            .map(|(folder, ..)| folder.join("00000.png")),
    ) {
        check(path).map_err(ViewError::Input)?;
    }
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
        camera: options.cameras.first().copied().or(Some(Named::default())),
        free: options
            .look
            .map(|(from, at)| (Vec3::from(from), Vec3::from(at))),
        hidden: [0, 1].map(|side| options.fold[side] || prefs.hidden[side]),
        bare: options.bare,
        theme: options.theme.or(prefs.theme).unwrap_or_default(),
        text: options
            .text_percent
            .map(TextSize::percent)
            .or(prefs.text)
            .unwrap_or_default(),
        hint: nothing_named.then_some(EXAMPLES[0]),
        ..ViewState::default()
    };
    if let (Some((hall, rack)), Some(first)) = (&options.select, sides.first()) {
        look.selected = Some((0, select(first, hall, *rack).map_err(ViewError::Input)?));
    }
    let (width, height) = options.size.or(prefs.size).unwrap_or((1280, 720));
    let size = UVec2::new(width, height);
    let job = match options.bench {
        Some(frames) => Some(Job::Bench(frames)),
        None => Some(shots(options, play.time_s))
            .filter(|shots| !shots.is_empty())
            .map(Job::Pictures),
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
        AppExit::Success => Ok(()),
        // What went wrong with a picture was said when it did.
        AppExit::Error(_) if job.is_some() => {
            Err(ViewError::Failed("not all pictures were written".into()))
        }
        AppExit::Error(code) => Err(ViewError::Failed(format!("the window ended with {code}"))),
    }
}

/// The files of single pictures.
fn files(options: &Options) -> Vec<PathBuf> {
    let Some(path) = &options.screenshot else {
        return Vec::new();
    };
    standpoints(options)
        .iter()
        .map(|from| named(path, options, *from))
        .collect()
}

/// The places to look from.
fn standpoints(options: &Options) -> Vec<Standpoint> {
    if let Some((from, at)) = options.look {
        let (from, at) = (Vec3::from(from), Vec3::from(at));
        return vec![Standpoint::Free { from, at }];
    }
    if options.cameras.is_empty() {
        return vec![Standpoint::Named(Named::default())];
    }
    options
        .cameras
        .iter()
        .copied()
        .map(Standpoint::Named)
        .collect()
}

/// A picture's name says its camera where there are several: `a.png` is `a-hall.png`.
fn named(path: &Path, options: &Options, from: Standpoint) -> PathBuf {
    let (Standpoint::Named(named), 2..) = (from, options.cameras.len()) else {
        return path.to_owned();
    };
    let camera = Named::ALL
        .iter()
        .find(|(known, _)| *known == named)
        .map_or("", |(_, name)| name);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-{camera}.png"))
}

/// The pictures that are wanted, in the order in which they are made.
fn shots(options: &Options, time_s: f64) -> Vec<Shot> {
    let (stem, count, every_s) = match (&options.screenshot, &options.frames) {
        (Some(path), _) => (path.clone(), 1, 0.0),
        (None, Some((folder, count, minutes))) => (folder.clone(), *count, minutes * 60.0),
        (None, None) => return Vec::new(),
    };
    let shot = |number: u32, from: Standpoint| {
        let path = match options.screenshot {
            Some(_) => stem.clone(),
            None => stem.join(format!("{number:05}.png")),
        };
        Shot {
            time_s: time_s + every_s * f64::from(number),
            path: named(&path, options, from),
            from,
            number,
        }
    };
    let places = standpoints(options);
    let all = (0..count).flat_map(|number| places.iter().map(move |from| (number, *from)));
    all.map(|(number, from)| shot(number, from)).collect()
}

/// Whether a picture can be written there, before anything is computed for it. The error has a cure.
fn check(path: &Path) -> Result<(), String> {
    let shown = path.display();
    if path
        .extension()
        .is_none_or(|end| !end.eq_ignore_ascii_case("png"))
    {
        let cure = path.with_extension("png");
        return Err(format!(
            "pictures are PNG files; name it `{}` instead of `{shown}`",
            cure.display()
        ));
    }
    if path.is_dir() {
        return Err(format!(
            "`{shown}` is a folder; choose another name for the picture"
        ));
    }
    let mut folder = path.parent().unwrap_or(Path::new(""));
    while !folder.as_os_str().is_empty() && !folder.exists() {
        folder = folder.parent().unwrap_or(Path::new(""));
    }
    let here = Path::new(".");
    let folder = if folder.as_os_str().is_empty() {
        here
    } else {
        folder
    };
    tempfile::tempfile_in(folder).map(drop).map_err(|error| {
        format!(
            "cannot write into `{}`: {error}; choose another folder for the picture",
            folder.display()
        )
    })
}

/// Folders for pictures are made before anything is computed.
fn prepare(job: &Job) -> Result<(), ViewError> {
    let Job::Pictures(shots) = job else {
        return Ok(());
    };
    let folder = shots.first().and_then(|shot| shot.path.parent());
    let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    std::fs::create_dir_all(folder).map_err(|error| {
        let folder = folder.display();
        ViewError::Input(format!(
            "cannot create `{folder}`: {error}; choose another folder"
        ))
    })
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
