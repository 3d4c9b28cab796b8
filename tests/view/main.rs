//! The view as a person meets it: pictures from the command line, and a window under a display without a screen.
//! Tests that need what the machine lacks (a Vulkan driver, Xvfb, xdotool) say so and are skipped.

mod refusals;
mod window;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use bevy::asset::RenderAssetUsages;
use bevy::image::{CompressedImageFormats, Image, ImageSampler, ImageType};

const SMALL: &str = r#"name = "small"
it = []
[run]
start = "2026-07-15"
days = 1
step_s = 60
record_s = 900
[site]
climate = "phoenix"
price_usd_mwh = 70.0
[[hall]]
name = "north"
server = "hgx-h100"
racks = 120
servers_per_rack = 4
[hall.cooling.air]
[heat_rejection.water_cooled_chiller]
chillers = 3
[workload.inference]
gpus = 3200
mean_utilisation = 0.5
tokens_per_gpu_s = 1700
[workload.batch]
jobs_per_day = 300
gpus = [8, 16]
median_hours = 0.5
[scheduler.backfill]
"#;

fn view(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldaisle"));
    command
        .arg("view")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

/// Makes pictures where there is no display: nothing is said about it.
fn taken(folder: &Path, arguments: &[&str]) {
    let mut command = view(folder, arguments);
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"] {
        command.env_remove(name);
    }
    let done = command.output().unwrap();
    assert!(done.status.success(), "{done:?}");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(said.is_empty(), "{arguments:?}: {said}");
}

fn lab() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    folder
}

fn has_vulkan() -> bool {
    let found = fs::read_dir("/usr/share/vulkan/icd.d").is_ok_and(|mut all| all.next().is_some());
    if !found {
        println!("skipped: no Vulkan driver");
    }
    found
}

fn try_read(path: &Path) -> Option<Image> {
    let bytes = fs::read(path).ok()?;
    Image::from_buffer(
        &bytes,
        ImageType::Extension("png"),
        CompressedImageFormats::NONE,
        true,
        ImageSampler::Default,
        RenderAssetUsages::default(),
    )
    .ok()
}

fn read(path: &Path) -> Image {
    try_read(path).unwrap_or_else(|| panic!("{} is not an image", path.display()))
}

/// The colours of a part of a picture, from the left, top, right and bottom.
fn pixels(image: &Image, [x0, y0, x1, y1]: [u32; 4]) -> Vec<[u8; 3]> {
    let rows = (y0..y1).flat_map(|y| (x0..x1).map(move |x| (x, y)));
    rows.map(|(x, y)| {
        let c = image.get_color_at(x, y).unwrap().to_srgba();
        [c.red, c.green, c.blue].map(|c| (c * 255.0).round() as u8)
    })
    .collect()
}

fn distinct(image: &Image, part: [u32; 4]) -> usize {
    let all: std::collections::BTreeSet<_> = pixels(image, part).into_iter().collect();
    all.len()
}

/// Live and replayed, one side and two: the scene and every panel show something, in the requested size, and the same
/// command gives the same picture.
#[test]
fn pictures_without_a_screen() {
    if !has_vulkan() {
        return;
    }
    let lab = lab();
    let folder = lab.path();
    let run = ["run", "small.toml", "-q", "-o", "out"];
    let ran = Command::new(env!("CARGO_BIN_EXE_coldaisle"))
        .args(run)
        .current_dir(folder)
        .status();
    assert!(ran.unwrap().success());
    let shot = |name: &str, arguments: &[&str]| {
        let all = [
            arguments,
            &["--at", "2026-07-15T15:00", "--screenshot", name],
        ]
        .concat();
        taken(folder, &all);
        read(&folder.join(name))
    };
    let live = shot("live.png", &["small.toml"]);
    assert_eq!((live.width(), live.height()), (1280, 720));
    let parts = [
        [290, 120, 990, 540],
        [0, 40, 270, 600],
        [1010, 40, 1280, 600],
        [0, 640, 1280, 720],
    ];
    for part in parts {
        assert!(distinct(&live, part) > 40, "{part:?} is blank");
    }
    let again = shot("again.png", &["small.toml"]);
    assert!(
        live.data == again.data,
        "the same command gave another picture"
    );
    let large = shot(
        "large.png",
        &["out", "--size", "2560x1440", "--camera", "hall"],
    );
    assert_eq!((large.width(), large.height()), (2560, 1440));
    assert!(distinct(&large, [540, 270, 2000, 1060]) > 40);
    let two = shot("two.png", &["small.toml", "out", "--color-by", "power"]);
    for part in [[290, 150, 630, 540], [650, 150, 990, 540]] {
        assert!(distinct(&two, part) > 40, "{part:?} is blank");
    }
    taken(folder, &["small.toml", "--frames", "film", "--count", "3"]);
    let films = ["film/00000.png", "film/00001.png", "film/00002.png"];
    let films = films.map(|name| read(&folder.join(name)));
    assert!(films[0].data != films[1].data && films[1].data != films[2].data);
}

const TANKS: &str = r#"name = "tanks"
it = []
[run]
start = "2026-07-15"
days = 1
step_s = 300
[site]
climate = "phoenix"
price_usd_mwh = 70.0
[[hall]]
name = "north"
server = "hgx-h100"
racks = 60
servers_per_rack = 4
[hall.cooling.two_phase]
[heat_rejection.dry_cooler]
[workload.inference]
gpus = 1600
mean_utilisation = 0.5
tokens_per_gpu_s = 1700
"#;

/// The largest difference of two pictures in a colour of a pixel, and how many pixels differ by more than `by`.
fn apart(a: &Image, b: &Image, by: u8) -> (u8, usize) {
    let whole = [0, 0, a.width(), a.height()];
    let pairs = pixels(a, whole).into_iter().zip(pixels(b, whole));
    let most = pairs.map(|(a, b)| (0..3).map(|c| a[c].abs_diff(b[c])).max().unwrap_or(0));
    let most: Vec<u8> = most.collect();
    let over = most.iter().filter(|apart| **apart > by).count();
    (most.into_iter().max().unwrap_or(0), over)
}

/// Every picture of a sequence has the words that the same moment has alone: letters that are new in it are all there. The
/// camera looks away from the hall, so that nothing but words is compared.
#[test]
fn words_in_a_sequence_are_whole() {
    if !has_vulkan() {
        return;
    }
    let lab = tempfile::tempdir().unwrap();
    let folder = lab.path();
    fs::write(folder.join("tanks.toml"), TANKS).unwrap();
    let away = [
        "tanks.toml",
        "--look-from",
        "0,30,800",
        "--look-at",
        "0,20,900",
        "--size",
        "900x600",
    ];
    let film = [
        "--at",
        "2026-07-15T09:00",
        "--frames",
        "film",
        "--count",
        "12",
        "--every-min",
        "37",
    ];
    taken(folder, &[&away[..], &film].concat());
    for number in 0..12 {
        let minutes = 9 * 60 + 37 * number;
        let at = format!("2026-07-15T{:02}:{:02}", minutes / 60, minutes % 60);
        taken(
            folder,
            &[&away[..], &["--at", &at, "--screenshot", "alone.png"]].concat(),
        );
        let of_film = read(&folder.join(format!("film/{number:05}.png")));
        let alone = read(&folder.join("alone.png"));
        let (most, over) = apart(&of_film, &alone, 24);
        assert!(
            over == 0,
            "picture {number}: {over} pixels differ, by up to {most}"
        );
    }
}

/// Several cameras give a picture each; panels fold, names go, and the light theme is light.
#[test]
fn pictures_as_they_are_wanted() {
    if !has_vulkan() {
        return;
    }
    let lab = lab();
    let folder = lab.path();
    let base = [
        "small.toml",
        "--at",
        "2026-07-15T15:00",
        "--size",
        "1000x600",
    ];
    taken(
        folder,
        &[
            &base[..],
            &["--cameras", "hall,plant", "--screenshot", "a.png"],
        ]
        .concat(),
    );
    let [hall, plant] = ["a-hall.png", "a-plant.png"].map(|name| read(&folder.join(name)));
    let scene = [300, 200, 700, 400];
    assert!(pixels(&hall, scene) != pixels(&plant, scene));
    let one = |name: &str, more: &[&str]| {
        taken(
            folder,
            &[&base[..], more, &["--camera", "hall", "--screenshot", name]].concat(),
        );
        read(&folder.join(name))
    };
    let alone = one("alone.png", &[]);
    assert!(
        apart(&alone, &hall, 24).1 == 0,
        "one of several is another than alone"
    );
    let folded = one(
        "folded.png",
        &["--fold", "left,right", "--no-names", "--theme", "light"],
    );
    let light = |image: &Image, part| {
        let all = pixels(image, part);
        let light = all.iter().filter(|c| c.iter().all(|c| *c > 180)).count();
        light as f64 / all.len() as f64
    };
    // The bar at the top, and the ground where a panel was.
    for part in [[300, 4, 700, 24], [4, 380, 60, 460]] {
        assert!(
            light(&folded, part) > 0.6 && light(&alone, part) < 0.2,
            "{part:?}"
        );
    }
    let large = one("large.png", &["--text-size", "150"]);
    assert!(apart(&alone, &large, 24).1 > 10_000);
    for size in ["320x240", "500x400"] {
        taken(
            folder,
            &["small.toml", "--size", size, "--screenshot", "tiny.PNG"],
        );
        let tiny = read(&folder.join("tiny.PNG"));
        assert!(distinct(&tiny, [0, 30, tiny.width(), tiny.height() - 70]) > 40);
    }
}

/// The pictures of the docs are those of the commands that are written down.
#[test]
fn pictures_of_the_docs_have_their_commands() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let commands = fs::read_to_string(root.join(".ci/view-pictures")).unwrap();
    let docs = fs::read_dir(root.join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let names: Vec<String> = docs
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    let pictures: Vec<_> = names
        .iter()
        .filter(|name| {
            name.starts_with("view-") && Path::new(name).extension().is_some_and(|e| e == "png")
        })
        .collect();
    assert!(pictures.len() >= 2);
    for name in pictures {
        assert!(commands.contains(&format!("picture {name} ")), "{name}");
    }
}
