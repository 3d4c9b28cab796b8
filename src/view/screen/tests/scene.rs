//! What is told apart in the scene by pixels: states, single units, small differences, jobs; and it has the legend's colours.

use super::*;
use crate::view::hall::layout::Machine;
use crate::view::hall::{jobs, state};
use crate::view::screen::panels::{DEAD, SIGN, STRIPE};

const AIR: &str = "scenarios/phoenix-air.toml";

fn count(pixels: &[[u8; 3]], rgb: Rgb) -> usize {
    let wanted = bytes(rgb);
    pixels.iter().filter(|c| alike(**c, wanted, 4)).count()
}

/// Mean and spread of the lightness of pixels, roughly.
fn lightness(pixels: &[[u8; 3]]) -> (f32, f32) {
    let of = |c: &[u8; 3]| {
        0.2126 * f32::from(c[0]) + 0.7152 * f32::from(c[1]) + 0.0722 * f32::from(c[2])
    };
    let many = pixels.len() as f32;
    let mean = pixels.iter().map(of).sum::<f32>() / many;
    let square: f32 = pixels.iter().map(|c| (of(c) - mean).powi(2)).sum();
    (mean, (square / many).sqrt())
}

fn air(work: &str, more: &[&str]) -> Side {
    let sets = [&SMALL[..], &[work], more].concat();
    side(AIR, &sets, TIME_S)
}

fn from(camera: Named, colour: ColourBy) -> ViewState {
    ViewState {
        colour,
        camera: Some(camera),
        ..ViewState::default()
    }
}

/// At work, idle, switched off and without power: each looks as the legend's sample of it, and the legend shows it.
#[test]
fn every_state_of_a_rack_is_seen() {
    if !has_vulkan() {
        return;
    }
    let change = |frame: &mut Frame| {
        for rack in 0..45 {
            let work = &mut frame.work[0][rack];
            match rack / 15 {
                0 => (work.utilisation, work.busy_gpus) = (0.0, 0.0),
                1 => work.off = true,
                _ => {}
            }
        }
        let power = frame.snapshot.halls[0].racks.power_w.iter().enumerate();
        let without = |rack| (30..45).contains(&rack);
        let power = power.map(|(rack, w)| if without(rack) { 0.0 } else { *w });
        frame.snapshot.halls[0].racks.power_w = power.collect::<Vec<_>>().into_iter().collect();
        frame.snapshot.on_site.utility_out = true;
    };
    for camera in [Named::Top, Named::Hall] {
        let mut side = air(STEADY, &[]);
        alter(&mut side, change);
        let seen = shoot(side, from(camera, ColourBy::Chip), TIME_S);
        let mut looked = [0; 4];
        for (hall, rack, pick) in seen.racks() {
            let (colour, state) = seen.wanted(hall, rack);
            let top = seen.top(pick);
            if top.len() < 200 {
                continue;
            }
            let [exact, dead, sign, stripe] = [
                top.iter().filter(|c| alike(**c, colour, 3)).count(),
                count(&top, DEAD),
                count(&top, SIGN),
                count(&top, STRIPE),
            ]
            .map(|many| many as f32 / top.len() as f32);
            let all = format!("{camera:?} {rack} {state:?}: {exact} {dead} {sign} {stripe}");
            match state {
                RackState::Works => assert!(exact > 0.6 && dead + sign + stripe < 0.08, "{all}"),
                RackState::Idle => assert!((0.2..0.85).contains(&exact) && sign == 0.0, "{all}"),
                RackState::Off => assert!(exact == 0.0 && dead > 0.15 && sign > 0.04, "{all}"),
                RackState::Dark => assert!(exact == 0.0 && dead > 0.2 && stripe > 0.12, "{all}"),
            }
            looked[state as usize] += 1;
        }
        assert!(
            looked.iter().all(|many| *many >= 8),
            "{camera:?} {looked:?}"
        );
        // The legend lies in the lowest part of the picture.
        let height = seen.image.height();
        let legend: Vec<[u8; 3]> = (height - 190..height - 112)
            .flat_map(|y| (0..560).map(move |x| (x, y)))
            .map(|(x, y)| seen.pixel(Vec2::new(x as f32, y as f32)))
            .collect();
        for sample in [DEAD, SIGN, STRIPE] {
            let many = count(&legend, sample);
            assert!(many > 12, "{camera:?} {sample:?}: {many}");
        }
    }
}

/// A dead hall is not the calmest picture: it differs from a cool one in every rack, and has more contrast.
#[test]
fn a_dead_hall_is_not_calm() {
    if !has_vulkan() {
        return;
    }
    let tops = |seen: &Seen| -> Vec<[u8; 3]> {
        seen.racks()
            .flat_map(|(_, _, pick)| seen.top(pick))
            .collect()
    };
    let view = || from(Named::Hall, ColourBy::Chip);
    let cool = shoot(
        air("workload={constant={utilisation=0.1}}", &[]),
        view(),
        TIME_S,
    );
    let out = "event=[{start=\"2026-07-14T14:00\",minutes=120,what={utility_outage={}}}]";
    let dead = air(STEADY, &[out]);
    assert!(dead.at(TIME_S).unwrap().b.snapshot.on_site.dark);
    let dead = shoot(dead, view(), TIME_S);
    let (cool, dead) = (tops(&cool), tops(&dead));
    let ((_, calm), (_, loud)) = (lightness(&cool), lightness(&dead));
    assert!(loud > 2.0 * calm && loud > 40.0, "{calm} {loud}");
    assert!(
        count(&dead, STRIPE) > dead.len() / 6,
        "{}",
        count(&dead, STRIPE)
    );
    assert_eq!(count(&cool, STRIPE), 0);
}

/// Of eight chillers two are out: two look out, whatever the others do; and no tower does.
#[test]
fn the_units_that_are_out_are_seen() {
    if !has_vulkan() {
        return;
    }
    let trip = "event=[{start=\"2026-07-14T14:00\",minutes=120,what={chiller_trip={units=2}}}]";
    let side = air(
        STEADY,
        &["heat_rejection.water_cooled_chiller.chillers=8", trip],
    );
    let seen = shoot(side, from(Named::Plant, ColourBy::Chip), TIME_S);
    let looks_out = |machine: Machine| {
        let what = Picked::Machine(machine);
        let picks = seen.layout.picks.iter().filter(|pick| pick.what == what);
        let all: Vec<(usize, usize)> = picks
            .map(|pick| {
                let top = seen.top(pick);
                (count(&top, SIGN), top.len())
            })
            .collect();
        let seen_units = all.iter().filter(|(_, of)| *of > 20).count();
        let out = all.iter().filter(|(red, of)| 20 * red > *of).count();
        (seen_units, out, all)
    };
    let (units, out, all) = looks_out(Machine::Chiller(0));
    assert_eq!((units, out), (8, 2), "{all:?}");
    let (units, out, all) = looks_out(Machine::Tower(0));
    assert_eq!((units, out), (8, 0), "{all:?}");
    let left = state::left(
        Machine::Chiller(0),
        8,
        &seen.between.b.available(&seen.site),
    );
    assert!((left - 0.75).abs() < 1e-9);
}

/// A few per cent of throttling are seen: the least and the most throttled rack are far apart.
#[test]
fn little_throttling_has_contrast() {
    if !has_vulkan() {
        return;
    }
    let mut side = air(STEADY, &[]);
    alter(&mut side, |frame| {
        for (rack, work) in frame.work[0].iter_mut().enumerate() {
            work.slowed = 0.028 * rack as f64 / 59.0;
        }
    });
    let seen = shoot(side, from(Named::Top, ColourBy::Throttling), TIME_S);
    assert_eq!((seen.scale.low, seen.scale.high), (0.0, 3.0));
    let mean = |rack: u32| {
        let (.., pick) = seen.racks().find(|(_, of, _)| *of == rack).unwrap();
        lightness(&seen.top(pick)).0
    };
    let (least, most) = (mean(2), mean(57));
    assert!(most > least + 90.0, "{least} {most}");
}

/// From an aisle and from above the hall, the fronts of racks and the bands of their backs have exactly the colour of their numbers,
/// on both sides alike.
#[test]
fn faces_of_racks_have_the_legends_colour() {
    if !has_vulkan() {
        return;
    }
    for camera in [Named::Aisle, Named::Hall] {
        for fit in [false, true] {
            let side = air(STEADY, &["hall.0.racks=120"]);
            let state = ViewState {
                fit,
                ..from(camera, ColourBy::Chip)
            };
            let seen = shoot(side, state, TIME_S);
            // South and north faces, whether fronts or backs.
            let mut looked = [0; 2];
            for (hall, rack, pick) in seen.racks() {
                let (colour, _) = seen.wanted(hall, rack);
                for (which, z) in [pick.max.z + 1e-3, pick.min.z - 1e-3]
                    .into_iter()
                    .enumerate()
                {
                    let towards = seen.eye.translation().z - z;
                    if (towards > 0.0) != (which == 0) {
                        continue;
                    }
                    let corner = vec3(pick.min.x, pick.min.y, z);
                    let size = pick.max - pick.min;
                    let face = seen.face(corner, Vec3::X * size.x, Vec3::Y * size.y);
                    // A face seen so slantwise that its frame fills its pixels shows nothing.
                    let ends = [corner, corner + vec3(size.x, 0.0, 0.0)].map(|p| seen.at(p));
                    let wide = ends[0].zip(ends[1]).map_or(0.0, |(a, b)| (a.x - b.x).abs());
                    if face.len() < 400 || wide < 8.0 {
                        continue;
                    }
                    let exact = face.iter().filter(|c| alike(**c, colour, 3)).count();
                    assert!(
                        7 * exact > face.len(),
                        "{camera:?} {rack} {which}: {exact} of {} {colour:?}",
                        face.len()
                    );
                    looked[which] += 1;
                }
            }
            let both = camera == Named::Hall || looked[1] > 3;
            assert!(looked[0] > 3 && both, "{camera:?} {looked:?}");
        }
    }
}

/// A job that is picked keeps its colour, all racks without it fade.
#[test]
fn a_picked_job_stands_out() {
    if !has_vulkan() {
        return;
    }
    let side = air(MIXED, &[]);
    let frame = side.at(TIME_S).unwrap().b;
    let job = jobs::search(&frame, "")[0].job;
    let state = ViewState {
        job,
        ..from(Named::Top, ColourBy::Power)
    };
    let seen = shoot(side, state, TIME_S);
    let (mut kept, mut faded) = (0, 0);
    for (hall, rack, pick) in seen.racks() {
        let holds = jobs::has(&seen.between.b, hall as usize, rack as usize, job.unwrap());
        let (mean, _) = lightness(&seen.top(pick));
        let (colour, _) = seen.wanted(hall, rack);
        let top = seen.top(pick);
        let exact = top.iter().filter(|c| alike(**c, colour, 3)).count();
        if holds {
            assert!(
                2 * exact > top.len() && mean > 60.0,
                "{rack}: {mean} {colour:?}"
            );
            kept += 1;
        } else if mean < 45.0 {
            faded += 1;
        }
    }
    assert!(
        kept >= 3 && faded + kept >= 55,
        "{kept} kept, {faded} faded"
    );
}
