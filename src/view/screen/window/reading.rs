//! Reading: the size of text and the theme. Panels are painted in the inks of the dark theme; for the light one each ink is
//! exchanged for its counterpart when all is painted. And the place of the camera in words, so that a picture can be repeated.

use bevy::prelude::*;
use bevy_egui::egui::epaint::shape_transform::adjust_colors;
use bevy_egui::egui::{Shape, Stroke};
use bevy_egui::{EguiFullOutput, EguiPostUpdateSet};

use crate::view::hall::theme::Theme;
use crate::view::screen::areas::Areas;
use crate::view::screen::panels::{EDGE, SHADE, in_light};
use crate::view::screen::scene;
use crate::view::screen::scene::camera::Eye;
use crate::view::screen::scene::material::{Lite, Shades};
use crate::view::screen::state::{TextSize, ViewState};

pub(super) fn add(app: &mut App) {
    app.insert_resource(ClearColor(background(Theme::Dark)))
        .add_systems(Update, (keys, paint.after(scene::build), stands))
        .add_systems(
            PostUpdate,
            ink.after(EguiPostUpdateSet::EndPass)
                .before(EguiPostUpdateSet::ProcessOutput),
        );
}

/// Control with + and − makes text larger and smaller, with 0 as it was; L changes the theme.
fn keys(keys: Res<ButtonInput<KeyCode>>, areas: Res<Areas>, mut state: ResMut<ViewState>) {
    let pressed = |all: &[KeyCode]| keys.any_just_pressed(all.iter().copied());
    if keys.any_pressed([KeyCode::ControlLeft, KeyCode::ControlRight]) {
        if pressed(&[KeyCode::Equal, KeyCode::NumpadAdd]) {
            state.text = state.text.step(1.0);
        }
        if pressed(&[KeyCode::Minus, KeyCode::NumpadSubtract]) {
            state.text = state.text.step(-1.0);
        }
        if pressed(&[KeyCode::Digit0, KeyCode::Numpad0]) {
            state.text = TextSize::default();
        }
    } else if !areas.keys_taken && pressed(&[KeyCode::KeyL]) {
        state.theme = match state.theme {
            Theme::Dark => Theme::Light,
            Theme::Light => Theme::Dark,
        };
    }
}

/// V prints the options that give the same view again.
fn stands(
    keys: Res<ButtonInput<KeyCode>>,
    areas: Res<Areas>,
    eye: Res<Eye>,
    mut state: ResMut<ViewState>,
) {
    if areas.keys_taken || !keys.just_pressed(KeyCode::KeyV) {
        return;
    }
    let words = standpoint(&eye);
    println!("{words}");
    state.notify(words);
}

/// The place of the camera as options, to the centimetre.
fn standpoint(eye: &Eye) -> String {
    let place = |at: Vec3| format!("{:.2},{:.2},{:.2}", at.x, at.y, at.z);
    format!(
        "--look-from {} --look-at {}",
        place(eye.stands()),
        place(eye.target)
    )
}

/// The colours of the ground in a theme.
fn shades(theme: Theme) -> Shades {
    match theme {
        Theme::Dark => Shades::DARK,
        Theme::Light => Shades::LIGHT,
    }
}

/// What is behind everything.
fn background(theme: Theme) -> Color {
    let [r, g, b, _] = shades(theme).behind.to_array();
    Color::linear_rgb(r, g, b)
}

/// Gives ground and background the colours of the theme.
fn paint(
    state: Res<ViewState>,
    mut colour: ResMut<ClearColor>,
    mut materials: ResMut<Assets<Lite>>,
) {
    let wanted = background(state.theme);
    if colour.0 != wanted {
        colour.0 = wanted;
    }
    let shades = shades(state.theme);
    let others = materials
        .iter()
        .filter(|(_, material)| material.shades != shades);
    let others: Vec<_> = others.map(|(id, _)| id).collect();
    for id in others {
        if let Some(mut material) = materials.get_mut(id) {
            material.shades = shades;
        }
    }
}

fn ink(state: Res<ViewState>, mut outputs: Query<&mut EguiFullOutput>) {
    if state.theme == Theme::Dark {
        return;
    }
    for mut output in &mut outputs {
        let Some(output) = &mut output.0 else {
            continue;
        };
        for clipped in &mut output.shapes {
            outline(&mut clipped.shape);
            adjust_colors(&mut clipped.shape, in_light);
        }
    }
}

/// Boxes over the scene have an outline: on a light ground they would not be told apart.
fn outline(shape: &mut Shape) {
    match shape {
        Shape::Rect(rect) if rect.fill == SHADE && rect.stroke.is_empty() => {
            rect.stroke = Stroke::new(1.0, EDGE);
        }
        Shape::Vec(shapes) => shapes.iter_mut().for_each(outline),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is printed of a camera gives the same camera again.
    #[test]
    fn a_view_is_repeated() {
        let mut eye = Eye::default();
        eye.look(Vec3::new(40.0, 25.0, 60.0), Vec3::new(-3.5, 1.0, 4.25));
        assert_eq!(
            standpoint(&eye),
            "--look-from 40.00,25.00,60.00 --look-at -3.50,1.00,4.25"
        );
        let mut again = Eye::default();
        again.look(eye.stands(), eye.target);
        let apart = (again.transform().translation - eye.transform().translation).length();
        assert!(
            apart < 1e-3 && (again.yaw - eye.yaw).abs() < 1e-5,
            "{again:?}"
        );
    }

    /// Text goes in steps and stays within what can be read.
    #[test]
    fn text_is_larger_and_smaller() {
        let usual = TextSize::default();
        assert_eq!((usual.step(1.0).0, usual.step(-1.0).0), (1.125, 0.875));
        let largest = (0..20).fold(usual, |size, _| size.step(1.0));
        let smallest = (0..20).fold(usual, |size, _| size.step(-1.0));
        assert_eq!((largest.0, smallest.0), (2.0, 0.75));
    }
}
