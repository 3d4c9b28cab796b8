//! The panels around the scene, drawn with egui: above the clock and what colours mean, at the left what it costs, at the
//! right what is selected and what could be otherwise, below the time line.

mod charts;
mod dialogs;
mod headline;
mod inspect;
mod legend;
mod names;
mod narrow;
mod overlay;
mod places;
mod sankey;
mod spark;
mod timeline;
mod top;
mod what_if;
mod widgets;

use bevy::prelude::*;
use bevy_egui::{EguiContext, PrimaryEguiContext, egui};

pub(super) use charts::window;
pub(super) use headline::FIGURES;
#[cfg(test)]
pub(super) use headline::{alarms, yearly};
#[cfg(test)]
pub(super) use inspect::figures as item_figures;
#[cfg(test)]
pub(super) use legend::{DEAD, SIGN, STRIPE};
#[cfg(test)]
pub(super) use timeline::{events as events_of, jumps};
#[cfg(test)]
pub(super) use top::clock;
#[cfg(test)]
pub(super) use what_if::{commanded, events_here};
pub(super) use widgets::{EDGE, SHADE, in_light, sections, set_sections};

use crate::view::hall::theme::Theme;
use crate::view::screen::areas::Areas;
use crate::view::screen::run::Sides;
use crate::view::screen::scene::camera::ViewOf;
use crate::view::screen::state::{Play, ViewState};
use widgets::{INK, PANEL, take_drawn};

/// Width of a window, in logical pixels, that holds both panels beside the scene.
const BOTH: f32 = 1000.0;
/// The same for the panel at the left alone.
const ONE: f32 = 720.0;

pub(super) fn draw(
    mut context: Single<&mut EguiContext, With<PrimaryEguiContext>>,
    mut sides: ResMut<Sides>,
    mut play: ResMut<Play>,
    mut state: ResMut<ViewState>,
    mut areas: ResMut<Areas>,
    cameras: Query<(&ViewOf, &Camera, &GlobalTransform)>,
) {
    let context = context.get_mut();
    style(context, &state);
    let whole = context.viewport_rect();
    let mut root = egui::Ui::new(
        context.clone(),
        "root".into(),
        egui::UiBuilder::new()
            .layer_id(egui::LayerId::background())
            .max_rect(whole),
    );
    let frame = egui::Frame::NONE
        .fill(PANEL)
        .inner_margin(egui::Margin::symmetric(10, 6))
        .stroke(egui::Stroke::new(1.0, EDGE));
    let seen = seen(whole.width(), &state);
    egui::Panel::top("top").frame(frame).show(&mut root, |ui| {
        ui.horizontal(|ui| {
            fold_button(ui, whole.width(), &mut state, seen, 0);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                fold_button(ui, whole.width(), &mut state, seen, 1);
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    if whole.width() < narrow::TOP {
                        narrow::top(ui, &sides, &play, &mut state);
                    } else {
                        top::show(ui, &sides, &mut play, &mut state);
                    }
                });
            });
        });
    });
    // In a low window the scene needs the room more.
    let high = (whole.height() * 0.16).clamp(62.0, 112.0);
    egui::Panel::bottom("time")
        .frame(frame)
        .exact_size(high)
        .show(&mut root, |ui| timeline::show(ui, &sides, &mut play));
    let width = (whole.width() * 0.215).clamp(250.0, 330.0);
    let width = width.min(0.8 * whole.width());
    if seen[0] {
        egui::Panel::left("left")
            .frame(frame)
            .exact_size(width)
            .resizable(false)
            .show(&mut root, |ui| {
                scrolled(ui, "left", |ui| headline::show(ui, &sides, &play));
            });
    }
    if seen[1] {
        egui::Panel::right("right")
            .frame(frame)
            .exact_size(width)
            .resizable(false)
            .show(&mut root, |ui| {
                // What is selected leaves room for what could be otherwise.
                let most = 0.48 * ui.available_height();
                egui::ScrollArea::vertical()
                    .id_salt("selected")
                    .max_height(most)
                    .auto_shrink([false, true])
                    .show(ui, |ui| inspect::show(ui, &sides, &play, &mut state));
                scrolled(ui, "right", |ui| {
                    what_if::show(ui, &mut sides, &play, &mut state);
                    headline::more(ui, &sides, &play);
                });
            });
    }
    let rect = |r: egui::Rect| Rect::new(r.min.x, r.min.y, r.max.x, r.max.y);
    let charts = take_drawn(context).into_iter();
    state.charts = charts.map(|(name, at)| (name, rect(at))).collect();
    let left = root.available_rect_before_wrap();
    areas.width = whole.width();
    areas.scene = Rect::new(left.min.x, left.min.y, left.max.x, left.max.y);
    overlay::show(context, &mut sides, &play, &mut state, &mut areas, &cameras);
    dialogs::show(context, &mut sides, &mut state);
    let pointer = context.input(|input| input.pointer.latest_pos());
    let over = context.is_pointer_over_egui();
    let busy = context.egui_wants_pointer_input() || context.any_popup_open();
    areas.scene_has_pointer =
        pointer.is_some_and(|at| left.contains(at)) && !(over && busy) && state.open.is_none();
    areas.keys_taken = context.egui_wants_keyboard_input();
}

/// Which panels are seen: both where there is room, the left where there is some, and else the one that was asked for.
fn seen(width: f32, state: &ViewState) -> [bool; 2] {
    let room = [width >= ONE, width >= BOTH];
    let mut seen = [0, 1].map(|side: usize| room[side] && !state.hidden[side]);
    if let Some(side) = state.unfolded
        && !room[side]
    {
        seen = [side == 0, side == 1];
    }
    seen
}

/// Folds or unfolds the panel of a side.
fn fold_button(ui: &mut egui::Ui, width: f32, state: &mut ViewState, seen: [bool; 2], side: usize) {
    let (text, place, key) = match (side, seen[side]) {
        (0, true) => ("⏴", "left", "["),
        (0, false) => ("⏵", "left", "["),
        (_, true) => ("⏵", "right", "]"),
        (_, false) => ("⏴", "right", "]"),
    };
    let what = if seen[side] { "fold" } else { "unfold" };
    let hint = format!("{what} the panel at the {place} ({key})");
    let button = ui.add(egui::Button::new(text).small()).on_hover_text(&hint);
    button.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, hint.clone()));
    if button.clicked() {
        toggle_panel(width, state, side);
    }
}

/// Folds a panel, or brings it back where it was folded for want of room.
pub(in crate::view) fn toggle_panel(width: f32, state: &mut ViewState, side: usize) {
    if seen(width, state)[side] {
        if state.unfolded == Some(side) {
            state.unfolded = None;
        } else {
            state.hidden[side] = true;
        }
    } else if width >= [ONE, BOTH][side] {
        state.hidden[side] = false;
        state.unfolded = None;
    } else {
        state.unfolded = Some(side);
    }
}

fn scrolled(ui: &mut egui::Ui, name: &str, contents: impl FnOnce(&mut egui::Ui)) {
    egui::ScrollArea::vertical()
        .id_salt(name)
        .auto_shrink([false, false])
        .show(ui, contents);
}

fn style(context: &egui::Context, state: &ViewState) {
    let light = state.theme == Theme::Light;
    let mut visuals = if light {
        egui::Visuals::light()
    } else {
        egui::Visuals::dark()
    };
    let mut panel = PANEL;
    if light {
        in_light(&mut panel);
    }
    visuals.panel_fill = panel;
    visuals.window_fill = panel;
    visuals.override_text_color = Some(INK);
    // That of strong words.
    visuals.widgets.active.fg_stroke.color = INK;
    visuals.extreme_bg_color = if light {
        egui::Color32::from_gray(228)
    } else {
        egui::Color32::from_rgb(12, 15, 18)
    };
    // The renderer mixes in linear light, which makes dark letters thin: they need the same boost as light ones.
    visuals.text_options = egui::Visuals::dark().text_options;
    context.set_visuals(visuals);
    // Figures stand beside the bar of a panel, never under it.
    let mut scroll = egui::style::ScrollStyle::thin();
    if light {
        // It would go through black.
        scroll.fade.strength = 0.0;
    }
    context.all_styles_mut(|style| style.spacing.scroll = scroll);
    context.options_mut(|options| options.zoom_with_keyboard = false);
    context.set_zoom_factor(state.text.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(hidden: [bool; 2], unfolded: Option<usize>) -> ViewState {
        ViewState {
            hidden,
            unfolded,
            ..ViewState::default()
        }
    }

    /// The right panel goes first, then the left; a button brings one back, alone where there is no room for two.
    #[test]
    fn panels_fold_where_there_is_no_room() {
        let both = look([false; 2], None);
        assert_eq!(seen(1280.0, &both), [true, true]);
        assert_eq!(seen(900.0, &both), [true, false]);
        assert_eq!(seen(500.0, &both), [false, false]);
        let mut state = look([false; 2], None);
        toggle_panel(900.0, &mut state, 1);
        assert_eq!(seen(900.0, &state), [false, true]);
        // With room again all is as it was.
        assert_eq!(seen(1280.0, &state), [true, true]);
        toggle_panel(900.0, &mut state, 1);
        assert_eq!(seen(900.0, &state), [true, false]);
        toggle_panel(1280.0, &mut state, 0);
        assert_eq!(
            (seen(1280.0, &state), state.hidden),
            ([false, true], [true, false])
        );
        toggle_panel(1280.0, &mut state, 0);
        assert_eq!(seen(1280.0, &state), [true, true]);
    }

    /// A screen reader is told what is painted, and what a button does that shows an arrow alone.
    #[test]
    fn controls_have_names() {
        let context = egui::Context::default();
        context.enable_accesskit();
        let mut state = look([false; 2], None);
        let mut said = String::new();
        for _ in 0..2 {
            let mut done = context.run_ui(egui::RawInput::default(), |ui| {
                fold_button(ui, 1280.0, &mut state, [true, true], 0);
                widgets::told(
                    ui.ctx(),
                    "sentences",
                    "phoenix-air",
                    "Hottest: north rack 1",
                );
            });
            done.textures_delta.clear();
            let update = done.platform_output.accesskit_update;
            said = format!("{update:?}");
        }
        for part in [
            "fold the panel at the left",
            "phoenix-air",
            "Hottest: north rack 1",
        ] {
            assert!(said.contains(part), "{said}");
        }
    }
}
