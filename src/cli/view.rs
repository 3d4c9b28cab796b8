//! `coldaisle view SCENARIO|DIR`

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::{Failure, RED, marked, say};
use crate::describe::Fault;
use crate::output::write_whole;
use crate::report;
use crate::view::{self, ColourBy, ModelFormat, Named, Theme};

/// Arguments of `view`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A scenario to run live, or a result folder to replay; a second one is shown beside it. A built-in example where
    /// none is named.
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
    /// Write recorded results, one or two, as one HTML page that any browser opens: it turns, plays and tells.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["screenshot", "frames", "bench_frames", "record"])]
    page: Option<PathBuf>,
    /// Write the hall as a glTF 2.0 model (.glb): a result in the colours of `--at`, by default its hottest moment.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["screenshot", "frames", "bench_frames", "record"])]
    gltf: Option<PathBuf>,
    /// The same as USD text (.usda).
    #[arg(long, value_name = "FILE", conflicts_with_all = ["screenshot", "frames", "bench_frames", "record"])]
    usd: Option<PathBuf>,
    /// Print nothing but errors.
    #[arg(short, long)]
    quiet: bool,
    /// Keep what is done in a session file; `coldaisle run SCENARIO --commands FILE` does it again. Every scenario that is
    /// opened has a file of its own: a second side NAME-right.toml, those opened later NAME-2.toml, NAME-2-right.toml and
    /// so on. A file that holds a session already is refused.
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
#[cfg_attr(not(feature = "view"), expect(dead_code, reason = "read by pictures"))]
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
#[cfg(all(unix, feature = "view"))]
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
    if args.page.is_some() || args.gltf.is_some() || args.usd.is_some() {
        if let Some(target) = &args.page {
            if !args.sets.is_empty() {
                let what = "a recorded result is as it ran: --set changes nothing there";
                let cure = "leave --set out, or run the scenario with it first";
                return Err(Fault::new(what, cure).into());
            }
            let begin = Begin {
                at: args.at.clone(),
                colour: args.color_by,
            };
            page(&args.paths, target, &begin, args.quiet)?;
        }
        return models(args);
    }
    if args.paths.is_empty()
        && (args.screenshot.is_some() || args.frames.is_some() || args.bench_frames.is_some())
    {
        let error = Fault::new(
            "there is nothing to draw",
            "name a scenario or a result folder",
        );
        return Err(error.into());
    }
    show(args)
}

/// What a page shows first.
#[derive(Debug, Default)]
pub(super) struct Begin {
    /// By default the peak of power, or the hottest moment where something goes wrong.
    at: Option<String>,
    colour: Option<ColourBy>,
}

/// Recorded results as a page; replaces an older one.
pub(super) fn page(
    folders: &[PathBuf],
    target: &Path,
    begin: &Begin,
    quiet: bool,
) -> Result<(), Failure> {
    report::check_target(target)?;
    if folders.is_empty() {
        let cure = "name one or two result folders of `coldaisle run`";
        return Err(Fault::new("there is nothing to show", cure).into());
    }
    for folder in folders {
        recorded(folder)?;
    }
    let page = view::page(folders, begin.at.as_deref(), begin.colour);
    let page = page.map_err(refused)?;
    write(target, page.as_bytes())?;
    if quiet {
        return Ok(());
    }
    say(&format!("page in {}", target.display()))
}

/// A page shows what is recorded.
fn recorded(path: &Path) -> Result<(), Fault> {
    if path.is_dir() {
        return Ok(());
    }
    let fault = if path.exists() {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let cure = format!(
            "run it first: coldaisle run {} -o results/{stem}; then give results/{stem}",
            path.display()
        );
        Fault::new(
            "this is no result folder, and a page shows what is recorded",
            cure,
        )
    } else {
        Fault::new(
            "there is no such folder",
            "give a result folder of `coldaisle run`",
        )
    };
    Err(fault.in_file(path, None))
}

/// Input is wrong: as a report, where it is one, else as a paragraph.
fn refused(message: String) -> Failure {
    if message.trim_end().contains('\n') {
        return Failure::Reported(message);
    }
    Failure::Reported(marked(&message, "Error: ", RED))
}

/// The first path as models.
fn models(args: &Args) -> Result<(), Failure> {
    let wanted = [
        (&args.gltf, ModelFormat::Gltf, "glb"),
        (&args.usd, ModelFormat::Usd, "usda"),
    ];
    for (target, format, ending) in wanted {
        let Some(target) = target else { continue };
        let [path] = &args.paths[..] else {
            let cure = "name one scenario or one result folder";
            return Err(Fault::new("a model is of one hall or site", cure).into());
        };
        // Other programs tell the formats apart by it.
        if target.extension().is_none_or(|found| found != ending) {
            let what = format!("a file of this format ends in .{ending}");
            let named = target.with_extension(ending);
            let cure = format!("write {}", named.display());
            return Err(Fault::new(what, cure).in_file(target, None).into());
        }
        replaces(target, format)?;
        let by = args.color_by.unwrap_or_default();
        let model = view::model(path, &args.sets, args.at.as_deref(), by, format);
        write(target, &model.map_err(refused)?)?;
        if !args.quiet {
            say(&format!("model in {}", target.display()))?;
        }
    }
    Ok(())
}

/// Refuses to replace what is no model of that format.
fn replaces(target: &Path, format: ModelFormat) -> Result<(), Fault> {
    let begins: &[u8] = match format {
        ModelFormat::Gltf => b"glTF",
        ModelFormat::Usd => b"#usda",
    };
    let mut found = vec![0; begins.len()];
    let read = std::fs::File::open(target).map(|mut file| file.read_exact(&mut found));
    let ours = read.is_ok_and(|read| read.is_ok()) && found == begins;
    if target.exists() && !ours {
        let what = "it exists and is no such model";
        let cure = "give another file for the model";
        return Err(Fault::new(what, cure).in_file(target, None));
    }
    Ok(())
}

fn write(target: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_whole(target, bytes, true).map_err(|error| {
        let cure = "give a file in a folder that can be written to, with room on its disk";
        let fault = Fault::new(error.to_string(), cure).in_file(target, None);
        fault.into()
    })
}

#[cfg(feature = "view")]
fn show(args: &Args) -> Result<(), Failure> {
    #[cfg(unix)]
    if args.screenshot.is_some() || args.frames.is_some() || args.bench_frames.is_some() {
        without_display();
    }
    let options = view::Options {
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
    view::run(&options).map_err(|error| match error {
        view::ViewError::Input(message) => Failure::Reported(message),
        view::ViewError::Failed(message) => Failure::Run(message),
    })
}

/// Without the feature there is neither a window nor pictures.
#[cfg(not(feature = "view"))]
fn show(_: &Args) -> Result<(), Failure> {
    let what = "this coldaisle was built without windows and pictures";
    let cure = "build it with them: cargo build --release --features view; or write a page for a browser: \
                coldaisle view DIR --page hall.html";
    Err(Fault::new(what, cure).into())
}
