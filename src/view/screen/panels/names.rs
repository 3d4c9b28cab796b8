//! Words in the scene: names and states of things at this instant, at their places; a pin on the hottest rack.

use bevy::prelude::{Camera, GlobalTransform, Vec3};
use bevy_egui::egui::{self, Color32, FontId, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};

use super::places::{Outline, Places};
use super::widgets::{ACCENT, FAINT, INK, ON_WHITE, SHADE};
use crate::view::hall::explanation;
use crate::view::hall::format::{estimated, number};
use crate::view::hall::layout::{Label, Machine, Picked, Tag};
use crate::view::hall::names::figures;
use crate::view::screen::run::Side;
use crate::view::screen::state::Play;

/// Names of halls and machines with their figures, and the pin. `taken` is what words lie over already.
pub(super) fn show(
    painter: &egui::Painter,
    side: &Side,
    play: &Play,
    area: Rect,
    eye: (&Camera, &GlobalTransform),
    taken: Vec<Rect>,
) {
    let mut places = Places {
        area: area.shrink(4.0),
        taken: taken.clone(),
        avoided: outlines(painter, side, eye),
    };
    pin(painter, side, play, eye, &mut places);
    let transform = eye.1;
    let between = side.at(play.time_s);
    // Those who find no place are left out: what is told first is what matters most.
    let mut labels: Vec<&Label> = side.layout.labels.iter().collect();
    labels.sort_by_key(|label| (label.within_m.is_finite(), rank(label.of)));
    for label in labels {
        let place = label.at + side.offset;
        if transform.translation().distance(place) > label.within_m {
            continue;
        }
        let Some(at) = on_screen(painter, eye, place).filter(|at| area.contains(*at)) else {
            continue;
        };
        // Behind the sentences or the legend: a line to it would cross their words.
        if taken.iter().any(|words| words.contains(at)) {
            continue;
        }
        if is_hidden(side, transform.translation(), place) {
            continue;
        }
        let figures = label
            .of
            .zip(between.as_ref())
            .map(|(tag, between)| figures(tag, &side.site, &between.b))
            .filter(|text| !text.is_empty());
        let galley = painter.layout_job(job(&label.text, figures.as_deref()));
        let Some(rect) = places.near(at, galley.size() + vec2(10.0, 6.0), 0.0) else {
            continue;
        };
        let from = rect.clamp(at);
        if from.distance(at) > 3.0 {
            painter.line_segment([from, at], Stroke::new(1.0, FAINT));
            painter.circle_filled(at, 2.0, FAINT);
        }
        painter.rect_filled(rect, 4.0, SHADE);
        painter.galley(rect.min + vec2(5.0, 3.0), galley, INK);
    }
}

/// The order in which labels are placed.
fn rank(of: Option<Tag>) -> u8 {
    match of {
        Some(Tag::Hall(_)) => 0,
        Some(Tag::Plant(_)) => 1,
        Some(Tag::Machine(Machine::Grid)) => 2,
        Some(Tag::Water(_) | Tag::Coolant(_) | Tag::Condenser(_)) => 3,
        Some(Tag::Machine(_) | Tag::Cold(_) | Tag::Hot(_)) => 4,
        None => 5,
    }
}

/// Where a place of the scene is in the picture.
fn on_screen(
    painter: &egui::Painter,
    (camera, transform): (&Camera, &GlobalTransform),
    place: Vec3,
) -> Option<Pos2> {
    let at = camera.world_to_viewport(transform, place).ok()?;
    // The camera knows nothing of the size of text.
    let at = at / painter.ctx().zoom_factor();
    Some(pos2(at.x, at.y))
}

/// The outlines of halls and machines in the picture: what labels should leave free.
fn outlines(
    painter: &egui::Painter,
    side: &Side,
    eye: (&Camera, &GlobalTransform),
) -> Vec<Outline> {
    let outline = |bounds: &crate::view::hall::layout::Bounds| {
        let corners = bounds.corners();
        let all = corners
            .into_iter()
            .map(|corner| on_screen(painter, eye, corner + side.offset));
        Some(Outline::of(all.collect::<Option<Vec<_>>>()?))
    };
    side.layout.boxes().iter().filter_map(outline).collect()
}

/// Whether racks or machines are between a viewer in an aisle and a place; from above they do not hide it.
fn is_hidden(side: &Side, eye: Vec3, place: Vec3) -> bool {
    const ABOVE_M: f32 = 3.0;
    if eye.y > ABOVE_M {
        return false;
    }
    let (from, way) = (eye - side.offset, place - eye);
    let (length, towards) = (way.length(), way.normalize_or_zero());
    side.layout
        .pick_at(from, towards)
        .is_some_and(|(_, at)| at < length - 1.0)
}

fn job(name: &str, figures: Option<&str>) -> egui::text::LayoutJob {
    let mut job = egui::text::LayoutJob {
        halign: egui::Align::LEFT,
        ..egui::text::LayoutJob::default()
    };
    let format = |size, color| egui::TextFormat {
        font_id: FontId::proportional(size),
        color,
        ..egui::TextFormat::default()
    };
    job.append(name, 0.0, format(12.5, INK));
    if let Some(figures) = figures {
        job.append(&format!("\n{figures}"), 0.0, format(12.5, ACCENT));
    }
    job
}

/// A pin on the hottest rack.
fn pin(
    painter: &egui::Painter,
    side: &Side,
    play: &Play,
    eye: (&Camera, &GlobalTransform),
    places: &mut Places,
) -> Option<()> {
    let between = side.at(play.time_s)?;
    let (hall, rack) = explanation::hottest(&between.b)?;
    let bounds = side
        .layout
        .pick_box(Picked::Rack(hall as u32, rack as u32))?;
    let mut foot = bounds.centre();
    foot.y = bounds.max.y;
    let at = on_screen(painter, eye, foot + side.offset)?;
    if !places.area.contains(at) {
        return None;
    }
    let chip_c = between.b.snapshot.halls[hall].racks.chip_c[rack];
    let text = format!(
        "hottest chip {} °C",
        estimated(number(chip_c, 0), side.site.replayed)
    );
    let galley = painter.layout_no_wrap(text, FontId::proportional(14.0), ON_WHITE);
    let rect = places.near(at, galley.size() + vec2(8.0, 8.0), 18.0)?;
    places
        .taken
        .push(Rect::from_center_size(at, vec2(10.0, 10.0)));
    painter.line_segment([rect.clamp(at), at], Stroke::new(2.0, Color32::WHITE));
    painter.circle_filled(at, 4.0, Color32::WHITE);
    painter.rect_filled(rect, 4.0, Color32::WHITE);
    painter.rect_stroke(
        rect,
        4.0,
        Stroke::new(1.0, Color32::from_gray(90)),
        StrokeKind::Outside,
    );
    painter.galley(rect.min + vec2(4.0, 4.0), galley, ON_WHITE);
    Some(())
}
