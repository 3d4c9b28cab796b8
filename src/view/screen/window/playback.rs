//! Moves the play head, requests the next steps from the simulations, and receives their frames. No frame waits for a step.

use bevy::prelude::*;

use crate::view::screen::run::Sides;
use crate::view::screen::scene::Motion;
use crate::view::screen::state::Play;

pub(crate) fn advance(
    mut sides: ResMut<Sides>,
    mut play: ResMut<Play>,
    mut motion: ResMut<Motion>,
    time: Res<Time>,
) {
    let dt_s = f64::from(time.delta_secs().min(0.25));
    motion.0 = (motion.0 + dt_s as f32) % 240.0;
    let end_s = sides
        .0
        .iter()
        .map(|side| side.site.total_s)
        .fold(f64::INFINITY, f64::min);
    for side in &mut sides.0 {
        side.poll();
    }
    let mut ahead_s = 0.0;
    if play.playing {
        let known_s = sides
            .0
            .iter()
            .map(crate::view::screen::run::Side::known_s)
            .fold(end_s, f64::min);
        let wanted_s = play.time_s + play.speed * dt_s;
        // The picture waits for the simulation, standing still; the simulation never holds up a frame.
        play.time_s = wanted_s.min(known_s).max(play.time_s).min(end_s);
        if play.time_s >= end_s {
            play.playing = false;
        }
        ahead_s = play.speed * 0.15;
    }
    for side in &mut sides.0 {
        let step_s = side.site.step_s;
        let ahead_s = if ahead_s > 0.0 {
            ahead_s.max(step_s)
        } else {
            0.0
        };
        side.ask(play.time_s, ahead_s);
    }
}
