//! Pictures without a screen: one, a sequence, or as many as it takes to measure the time of a frame.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured, save_to_disk};

use crate::view::screen::areas::{Areas, Target, render_target};
use crate::view::screen::state::Play;

/// Frames before a picture counts: panels find their size in the first, the scene theirs in the second.
const WARM_UP: u32 = 6;

/// Images to draw.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Job {
    /// One picture.
    Picture(PathBuf),
    /// Pictures of times, into a folder.
    Frames {
        /// The folder.
        folder: PathBuf,
        /// How many.
        count: u32,
        /// Simulated time between two, s.
        every_s: f64,
    },
    /// How long frames last while the run plays.
    Bench(u32),
}

#[derive(Resource)]
struct Work {
    job: Job,
    frame: u32,
    /// Images requested, and written.
    requested: u32,
    began: Instant,
    times: Vec<Duration>,
    /// How often the run was played to its end.
    rounds: u32,
    /// Resident memory after a quarter of the frames.
    memory_mb: Option<f64>,
}

#[derive(Resource, Default)]
struct Written(u32);

/// Adds what makes the pictures and ends the app.
pub(crate) fn add(app: &mut App, job: Job) {
    app.insert_resource(Work {
        job,
        frame: 0,
        requested: 0,
        began: Instant::now(),
        times: Vec::new(),
        rounds: 0,
        memory_mb: None,
    })
    .init_resource::<Written>()
    .add_systems(First, work);
}

fn work(
    mut commands: Commands,
    mut work: ResMut<Work>,
    written: Res<Written>,
    target: Res<Target>,
    areas: Res<Areas>,
    mut play: ResMut<Play>,
    mut sides: ResMut<crate::view::screen::run::Sides>,
    mut exit: MessageWriter<AppExit>,
) {
    let now = Instant::now();
    let last = std::mem::replace(&mut work.began, now);
    work.frame += 1;
    if work.frame <= WARM_UP {
        return;
    }
    let job = work.job.clone();
    match job {
        Job::Picture(path) => {
            if work.requested == 0 {
                work.requested = 1;
                shoot(&mut commands, &target, &areas, &path);
            } else if written.0 >= 1 {
                exit.write(AppExit::Success);
            }
        }
        Job::Frames {
            folder,
            count,
            every_s,
        } => {
            // A picture at a time: the next only when the last is written.
            if written.0 < work.requested {
                return;
            }
            if work.requested == count {
                exit.write(AppExit::Success);
                return;
            }
            if !work.frame.is_multiple_of(2) {
                return;
            }
            shoot(
                &mut commands,
                &target,
                &areas,
                &folder.join(format!("{:05}.png", work.requested)),
            );
            work.requested += 1;
            play.time_s += every_s;
            for side in &mut sides.0 {
                side.wait_for(play.time_s);
            }
        }
        Job::Bench(frames) => {
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

fn shoot(commands: &mut Commands, target: &Target, areas: &Areas, path: &Path) {
    let Some(image) = render_target(target, areas) else {
        return;
    };
    commands
        .spawn(Screenshot(image))
        .observe(save_to_disk(PathBuf::from(path)))
        .observe(|_: On<ScreenshotCaptured>, mut written: ResMut<Written>| written.0 += 1);
}
