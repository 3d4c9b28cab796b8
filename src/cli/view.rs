//! `coldaisle view SCENARIO|DIR`

use std::path::PathBuf;

use super::Failure;
use crate::describe::Fault;
use crate::view::{self, ColourBy, Named, Options, Theme, ViewError};

/// Arguments of `view`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A scenario to run live, or a result folder to replay; a second one is shown beside it.
    #[arg(value_name = "SCENARIO|DIR", num_args = 0..=2)]
    paths: Vec<PathBuf>,
    /// Set a key of the scenarios, for example hall.0.racks=128.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// When to begin, for example 2026-07-15T15:00.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// From where to look [default: overview].
    #[arg(long, value_enum)]
    camera: Option<Named>,
    /// A picture from each of these, for example overview,hall: NAME.png becomes NAME-overview.png and NAME-hall.png.
    #[arg(long, value_enum, value_delimiter = ',', conflicts_with_all = ["camera", "look_from"])]
    cameras: Vec<Named>,
    /// A place to look from, m: east, up, south of the site's middle. V in the window prints where it stands.
    #[arg(long, value_name = "X,Y,Z", requires = "look_at", conflicts_with = "camera", value_parser = place, allow_hyphen_values = true)]
    look_from: Option<Place>,
    /// What to look at from there, m.
    #[arg(long, value_name = "X,Y,Z", requires = "look_from", value_parser = place, allow_hyphen_values = true)]
    look_at: Option<Place>,
    /// Fold a panel away: left, right, or left,right.
    #[arg(long, value_enum, value_delimiter = ',')]
    fold: Vec<Fold>,
    /// Show the scene without names.
    #[arg(long)]
    no_names: bool,
    /// Colours of panels and ground [default: dark, or as last used].
    #[arg(long, value_enum)]
    theme: Option<Theme>,
    /// Size of text, from 75 to 200 % [default: 100, or as last used].
    #[arg(long, value_name = "PERCENT", value_parser = text)]
    text_size: Option<f32>,
    /// Colouring of racks [default: chip, or as last used].
    #[arg(long, value_enum)]
    color_by: Option<ColourBy>,
    /// Simulated seconds in a second, from 1 to 2592000 [default: 600, or as last used].
    #[arg(long, value_name = "SECONDS", value_parser = speed)]
    speed: Option<f64>,
    /// Size of the window or picture [default: 1280x720; a window: as last used].
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = size)]
    size: Option<(u32, u32)>,
    /// Select a rack, for example north-12.
    #[arg(long, value_name = "HALL-NUMBER", value_parser = rack)]
    select: Option<(String, u32)>,
    /// Write one picture (PNG) instead of opening a window; needs no screen.
    #[arg(long, value_name = "FILE")]
    screenshot: Option<PathBuf>,
    /// Write a sequence of pictures into a folder; needs no screen.
    #[arg(long, value_name = "DIR", conflicts_with = "screenshot")]
    frames: Option<PathBuf>,
    /// How many pictures `--frames` writes.
    #[arg(long, default_value_t = 48, requires = "frames", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    count: u32,
    /// Simulated minutes between two of them.
    #[arg(long, default_value_t = 30.0, requires = "frames", value_parser = minutes)]
    every_min: f64,
    /// Play so many frames without a screen and print how long they last.
    #[arg(long, value_name = "FRAMES", conflicts_with_all = ["screenshot", "frames"], value_parser = clap::value_parser!(u32).range(1..=100_000))]
    bench_frames: Option<u32>,
    /// Keep what is done in a session file; `coldaisle run SCENARIO --commands FILE` does it again. What is done to a
    /// second side goes to a file of its own, NAME-right.toml.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

/// A panel beside the scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Fold {
    Left,
    Right,
}

/// Metres east, up and south.
#[derive(Debug, Clone, Copy)]
struct Place([f32; 3]);

fn place(text: &str) -> Result<Place, String> {
    let parts: Option<Vec<f32>> = text
        .split(',')
        .map(|part| part.trim().parse().ok().filter(|m: &f32| m.abs() <= 1e5))
        .collect();
    parts
        .and_then(|parts| Some(Place(parts.try_into().ok()?)))
        .ok_or_else(|| "write three numbers of metres, for example 40,25,60".into())
}

fn text(text: &str) -> Result<f32, String> {
    match text.trim_end_matches('%').trim().parse() {
        Ok(percent) if (75.0..=200.0).contains(&percent) => Ok(percent),
        _ => Err("give per cent of the usual size, from 75 to 200".into()),
    }
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let parts = text
        .split_once('x')
        .and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    match parts {
        Some((w, h)) if (320..=7680).contains(&w) && (240..=4320).contains(&h) => Ok((w, h)),
        _ => Err("write it as 1920x1080, from 320x240 to 7680x4320".into()),
    }
}

fn rack(text: &str) -> Result<(String, u32), String> {
    text.rsplit_once('-')
        .and_then(|(hall, rack)| Some((hall.to_owned(), rack.parse().ok()?)))
        .ok_or_else(|| "write it as HALL-NUMBER, for example north-12".into())
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(speed) if (1.0..=2_592_000.0).contains(&speed) => Ok(speed),
        _ => Err("give simulated seconds in a second, from 1 to 2592000".into()),
    }
}

fn minutes(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(minutes) if minutes > 0.0 && minutes <= 1e6 => Ok(minutes),
        _ => Err("give minutes above zero".into()),
    }
}

/// Mesa's layer that selects a device asks for a Wayland display where there is none, and libwayland complains of that on
/// standard error. Pictures need neither: the program takes its own place with that layer off, before anything else is done.
#[cfg(unix)]
fn without_display() {
    use std::os::unix::process::CommandExt as _;
    const OFF: &str = "NODEVICE_SELECT";
    let none = ["WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"]
        .iter()
        .any(|name| std::env::var_os(name).is_none());
    if none
        && std::env::var_os(OFF).is_none()
        && let Ok(program) = std::env::current_exe()
    {
        // Returns only where it failed: then there is a line too much.
        let _ = std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .env(OFF, "1")
            .exec();
    }
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    #[cfg(unix)]
    if args.screenshot.is_some() || args.frames.is_some() || args.bench_frames.is_some() {
        without_display();
    }
    let options = Options {
        paths: args.paths.clone(),
        sets: args.sets.clone(),
        at: args.at.clone(),
        cameras: args
            .camera
            .map_or(args.cameras.clone(), |camera| vec![camera]),
        look: args
            .look_from
            .zip(args.look_at)
            .map(|(from, at)| (from.0, at.0)),
        fold: [Fold::Left, Fold::Right].map(|side| args.fold.contains(&side)),
        bare: args.no_names,
        theme: args.theme,
        text_percent: args.text_size,
        colour: args.color_by,
        speed: args.speed,
        size: args.size,
        select: args.select.clone(),
        screenshot: args.screenshot.clone(),
        frames: args
            .frames
            .clone()
            .map(|folder| (folder, args.count, args.every_min)),
        bench: args.bench_frames,
        record: args.record.clone(),
    };
    if args.paths.is_empty()
        && (options.screenshot.is_some() || options.frames.is_some() || options.bench.is_some())
    {
        let error = Fault::new(
            "there is nothing to draw",
            "name a scenario or a result folder",
        );
        return Err(error.into());
    }
    view::run(&options).map_err(|error| match error {
        ViewError::Input(message) => Failure::Reported(message),
        ViewError::Failed(message) => Failure::Run(message),
    })
}
