//! Pictures without a screen: one or many, or as many frames as it takes to measure their time.
//!
//! A picture is taken when nothing moves any more: panels find their size in the first frame, the camera its place in the
//! second, and words their places in the third.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy_egui::{EguiFullOutput, EguiPostUpdateSet};

use super::export::write_png;
use crate::view::screen::areas::{Areas, Target, render_target};
use crate::view::screen::run::Sides;
use crate::view::screen::scene::Motion;
use crate::view::screen::scene::camera::Eye;
use crate::view::screen::state::{Play, Standpoint, ViewState};

/// Frames before times count.
const WARM_UP: u32 = 6;
/// Frames that are alike before a picture is taken.
const STILL: u32 = 2;
/// Frames after which it is taken whatever still moves.
const PATIENCE: u32 = 60;
/// Marks in pipes and clouds move on by so much from one picture to the next, s.
const MOTION_S: f32 = 0.25;

/// A picture to draw.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shot {
    /// Seconds since the start of the run.
    pub(crate) time_s: f64,
    /// Place to look from.
    pub(crate) from: Standpoint,
    /// The file.
    pub(crate) path: PathBuf,
    /// Its number in its sequence.
    pub(crate) number: u32,
}

/// Images to draw.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Job {
    /// Pictures, one after the other.
    Pictures(Vec<Shot>),
    /// How long frames last while the run plays.
    Bench(u32),
}

#[derive(Resource)]
struct Work {
    job: Job,
    frame: u32,
    /// The picture that is being made, and whether it was requested.
    at: usize,
    requested: bool,
    /// Frames since the last picture.
    waited: u32,
    began: Instant,
    times: Vec<Duration>,
    /// How often the run was played to its end.
    rounds: u32,
    /// Resident memory after a quarter of the frames.
    memory_mb: Option<f64>,
}

/// Pictures that are on the disk, and why one is not.
#[derive(Resource)]
struct Written(Result<usize, String>);

/// How many frames were alike: no new letter, no other camera, no other place for the scene.
#[derive(Resource, Default)]
struct Still(u32);

/// Adds what makes the pictures and ends the app.
pub(crate) fn add(app: &mut App, job: Job) {
    app.insert_resource(Work {
        job,
        frame: 0,
        at: 0,
        requested: false,
        waited: 0,
        began: Instant::now(),
        times: Vec::new(),
        rounds: 0,
        memory_mb: None,
    })
    .insert_resource(Written(Ok(0)))
    .init_resource::<Still>()
    .add_systems(First, work)
    .add_systems(
        PostUpdate,
        still
            .after(EguiPostUpdateSet::EndPass)
            .before(EguiPostUpdateSet::ProcessOutput),
    );
}

/// Whether this frame differs from the one before.
fn still(
    mut still: ResMut<Still>,
    eye: Res<Eye>,
    areas: Res<Areas>,
    outputs: Query<&EguiFullOutput>,
    mut last: Local<Option<(Eye, Rect, f32)>>,
) {
    let letters = outputs
        .iter()
        .filter_map(|output| output.as_ref())
        .any(|output| !output.textures_delta.is_empty());
    let now = Some((*eye, areas.scene, areas.scale));
    let alike = std::mem::replace(&mut *last, now) == now;
    still.0 = if alike && !letters { still.0 + 1 } else { 0 };
}

fn work(
    mut commands: Commands,
    mut work: ResMut<Work>,
    (written, mut still): (Res<Written>, ResMut<Still>),
    (target, areas): (Res<Target>, Res<Areas>),
    (mut play, mut motion): (ResMut<Play>, ResMut<Motion>),
    mut state: ResMut<ViewState>,
    mut sides: ResMut<Sides>,
    mut exit: MessageWriter<AppExit>,
) {
    let now = Instant::now();
    let last = std::mem::replace(&mut work.began, now);
    work.frame += 1;
    let work = &mut *work;
    match &work.job {
        Job::Pictures(shots) => {
            if let Err(trouble) = &written.0 {
                eprintln!("Error: {trouble}");
                exit.write(AppExit::error());
                return;
            }
            if work.requested {
                // A picture at a time: the next only when the last is written.
                if written.0 == Ok(work.at) {
                    return;
                }
                (work.at, work.requested, work.waited) = (work.at + 1, false, 0);
            }
            let Some(shot) = shots.get(work.at) else {
                exit.write(AppExit::Success);
                return;
            };
            motion.0 = MOTION_S * shot.number as f32;
            work.waited += 1;
            if work.waited == 1 {
                still.0 = 0;
                play.time_s = shot.time_s;
                for side in &mut sides.0 {
                    side.wait_for(play.time_s);
                }
                if work.at == 0 || shots[work.at - 1].from != shot.from {
                    match shot.from {
                        Standpoint::Named(named) => state.camera = Some(named),
                        Standpoint::Free { from, at } => state.free = Some((from, at)),
                    }
                }
            } else if still.0 >= STILL || work.waited > PATIENCE {
                work.requested = true;
                shoot(&mut commands, &target, &areas, shot.path.clone());
            }
        }
        Job::Bench(frames) => {
            let frames = *frames;
            if work.frame <= WARM_UP {
                return;
            }
            play.playing = true;
            let end_s = sides.0.iter().map(|side| side.site.total_s);
            if play.time_s >= end_s.fold(f64::INFINITY, f64::min) {
                // Round and round: what a frame costs and keeps shows after many runs.
                play.time_s = 0.0;
                work.rounds += 1;
            }
            work.times.push(now - last);
            if work.times.len() as u32 == (frames / 4).max(1) {
                work.memory_mb = memory_mb();
            }
            if work.times.len() as u32 >= frames {
                let mut times = std::mem::take(&mut work.times);
                times.sort();
                let at = |share: f64| {
                    let index = ((times.len() - 1) as f64 * share).round() as usize;
                    times[index].as_secs_f64() * 1e3
                };
                println!(
                    "{} frames: median {:.1} ms, p90 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
                    times.len(),
                    at(0.5),
                    at(0.9),
                    at(0.99),
                    at(1.0)
                );
                if let (Some(early), Some(late)) = (work.memory_mb, memory_mb()) {
                    println!(
                        "memory after a quarter of the frames {early:.0} MB, at the end {late:.0} MB; {} runs to their \
                         end",
                        work.rounds
                    );
                }
                exit.write(AppExit::Success);
            }
        }
    }
}

/// Resident memory, where the system reports it.
fn memory_mb() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kb: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kb / 1024.0)
}

fn shoot(commands: &mut Commands, target: &Target, areas: &Areas, path: PathBuf) {
    let Some(image) = render_target(target, areas) else {
        return;
    };
    commands.spawn(Screenshot(image)).observe(
        move |shot: On<ScreenshotCaptured>, mut written: ResMut<Written>| {
            let done = write_png(&shot.image, &path, None);
            written.0 = match (&written.0, done) {
                (Ok(count), Ok(())) => Ok(count + 1),
                (Err(trouble), _) => Err(trouble.clone()),
                (_, Err(trouble)) => Err(trouble),
            };
        },
    );
}
