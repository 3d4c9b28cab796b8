//! Keyboard commands, and files dropped on the window.

use bevy::prelude::*;
use bevy::window::FileDragAndDrop;

use crate::view::hall::colour::ColourBy;
use crate::view::hall::explanation;
use crate::view::hall::layout::Picked;
use crate::view::hall::named::Named;
use crate::view::hall::overview::Q;
use crate::view::screen::areas::Areas;
use crate::view::screen::panels::toggle_panel;
use crate::view::screen::run::Sides;
use crate::view::screen::state::{Play, SPEEDS, ViewState};

pub(crate) fn keys(
    keys: Res<ButtonInput<KeyCode>>,
    areas: Res<Areas>,
    mut sides: ResMut<Sides>,
    mut play: ResMut<Play>,
    mut state: ResMut<ViewState>,
) {
    if keys.just_pressed(KeyCode::Escape) {
        let trouble = sides.0.iter().find_map(|side| side.trouble.clone());
        if trouble.is_some() && trouble != state.read {
            state.read = trouble;
        } else if state.help || state.open.is_some() || state.hint.is_some() {
            (state.help, state.open, state.hint) = (false, None, None);
        } else {
            state.selected = None;
        }
    }
    if areas.keys_taken {
        return;
    }
    let control = [
        KeyCode::ControlLeft,
        KeyCode::ControlRight,
        KeyCode::SuperLeft,
        KeyCode::SuperRight,
    ];
    // In a slow frame it may be up again.
    let held = |key| keys.pressed(key) || keys.just_released(key);
    if control.into_iter().any(held) {
        // Letters alone mean something else, and + and − with Control are about the size of text.
        if keys.just_pressed(KeyCode::KeyZ) {
            let message = sides.undo(state.aim);
            state.changed(&sides, message);
        }
        return;
    }
    let Some(first) = sides.0.first() else { return };
    let pressed = |key| keys.just_pressed(key);
    let shift = keys.pressed(KeyCode::ShiftLeft) || keys.pressed(KeyCode::ShiftRight);
    if pressed(KeyCode::Space) {
        play.playing = !play.playing;
    }
    let mut go = |time_s: f64| {
        play.playing = false;
        play.time_s = time_s.clamp(0.0, first.site.total_s);
    };
    if pressed(KeyCode::KeyP)
        && let Some(row) = first.overview.peak(Q::Facility)
    {
        go(row.time_s);
    }
    if pressed(KeyCode::KeyT)
        && let Some(row) = first.overview.peak(Q::MaxChip)
    {
        go(row.time_s);
    }
    let at_s = play.time_s;
    let step_s = first.site.step_s;
    let hop_s = if shift { 86_400.0 } else { 3600.0 };
    for (key, by_s) in [
        (KeyCode::Period, step_s),
        (KeyCode::Comma, -step_s),
        (KeyCode::ArrowRight, hop_s),
        (KeyCode::ArrowLeft, -hop_s),
    ] {
        if pressed(key) {
            play.playing = false;
            play.time_s =
                (((at_s + by_s) / step_s).round() * step_s).clamp(0.0, first.site.total_s);
        }
    }
    let at = SPEEDS
        .iter()
        .position(|(speed, _)| *speed == play.speed)
        .unwrap_or(2);
    if pressed(KeyCode::Equal) || pressed(KeyCode::NumpadAdd) {
        play.speed = SPEEDS[(at + 1).min(SPEEDS.len() - 1)].0;
    }
    if pressed(KeyCode::Minus) || pressed(KeyCode::NumpadSubtract) {
        play.speed = SPEEDS[at.saturating_sub(1)].0;
    }
    if pressed(KeyCode::KeyC) {
        let at = ColourBy::ALL
            .iter()
            .position(|by| *by == state.colour)
            .unwrap_or(0);
        state.colour = ColourBy::ALL[(at + 1) % ColourBy::ALL.len()];
    }
    if pressed(KeyCode::KeyH)
        && let Some(between) = first.at(play.time_s)
        && let Some((hall, rack)) = explanation::hottest(&between.b)
    {
        state.selected = Some((0, Picked::Rack(hall as u32, rack as u32)));
    }
    let digits = [
        KeyCode::Digit1,
        KeyCode::Digit2,
        KeyCode::Digit3,
        KeyCode::Digit4,
        KeyCode::Digit5,
        KeyCode::Digit6,
    ];
    for (key, (named, _)) in digits.into_iter().zip(Named::ALL) {
        if pressed(key) {
            state.camera = Some(named);
        }
    }
    toggles(&keys, &areas, &mut state);
}

/// Visibility of panels and labels, and exports.
fn toggles(keys: &ButtonInput<KeyCode>, areas: &Areas, state: &mut ViewState) {
    let pressed = |key| keys.just_pressed(key);
    if pressed(KeyCode::KeyO) {
        state.open = Some(String::new());
    }
    for (key, side) in [(KeyCode::BracketLeft, 0), (KeyCode::BracketRight, 1)] {
        if pressed(key) {
            toggle_panel(areas.width, state, side);
        }
    }
    if pressed(KeyCode::KeyF) {
        state.fit = !state.fit;
    }
    if pressed(KeyCode::KeyN) {
        state.bare = !state.bare;
    }
    if pressed(KeyCode::KeyX) {
        state.export = true;
    }
    if pressed(KeyCode::F1) {
        state.help = !state.help;
    }
}

/// A file or folder dropped on the window is opened; with something open already, Shift puts it beside.
pub(crate) fn dropped(
    mut drops: MessageReader<FileDragAndDrop>,
    keys: Res<ButtonInput<KeyCode>>,
    mut sides: ResMut<Sides>,
    mut state: ResMut<ViewState>,
) {
    for drop in drops.read() {
        if let FileDragAndDrop::DroppedFile { path_buf, .. } = drop {
            let beside = keys.pressed(KeyCode::ShiftLeft) || keys.pressed(KeyCode::ShiftRight);
            let path = path_buf.to_string_lossy();
            let message = sides.load(&path, beside);
            state.opened(message);
        }
    }
}
