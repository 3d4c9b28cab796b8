//! The time line: the load of the whole run, events, and the play head; and what moves it.

use bevy_egui::egui::{self, Align2, FontId, Pos2, Rect, Sense, Shape, Stroke, pos2};

use super::widgets::{ACCENT, ALARM, FAINT, USES, drawn, named};
use crate::engine::Event;
use crate::view::hall::events::title;
use crate::view::hall::format::power;
use crate::view::hall::overview::{Overview, Q, Row};
use crate::view::screen::run::{Side, Sides};
use crate::view::screen::state::{Play, SPEEDS};

pub(super) fn show(ui: &mut egui::Ui, sides: &Sides, play: &mut Play) {
    let Some(first) = sides.0.first() else { return };
    controls(ui, first, sides, play);
    line(ui, first, sides, play);
}

/// Controls of the play head.
fn controls(ui: &mut egui::Ui, first: &Side, sides: &Sides, play: &mut Play) {
    ui.horizontal(|ui| {
        let label = if play.playing { "pause" } else { "play" };
        if ui
            .add_sized([54.0, 20.0], egui::Button::new(label))
            .clicked()
        {
            play.playing = !play.playing;
        }
        if ui.button("step").on_hover_text("one step on (.)").clicked() {
            play.playing = false;
            play.time_s = step(first, play.time_s, 1.0);
        }
        let name = SPEEDS.iter().find(|(speed, _)| *speed == play.speed);
        let combo = egui::ComboBox::from_id_salt("speed")
            .selected_text(
                name.map_or_else(|| format!("{}×", play.speed), |(_, name)| (*name).into()),
            )
            .width(84.0)
            .show_ui(ui, |ui| {
                for (speed, name) in SPEEDS {
                    ui.selectable_value(&mut play.speed, speed, name);
                }
            });
        named(&combo.response, egui::WidgetType::ComboBox, "speed");
        let to = jumps(sides);
        // About as wide as they are drawn.
        let wide: f32 = to
            .iter()
            .map(|(name, _)| 6.6 * name.chars().count() as f32 + 18.0)
            .sum();
        let fits = ui.available_width() > wide + 64.0;
        let mut go = None;
        if fits {
            ui.add_space(8.0);
            ui.label(egui::RichText::new("jump to").color(FAINT).size(12.5));
            for (name, time_s) in &to {
                if ui.button(name).clicked() {
                    go = *time_s;
                }
            }
        } else {
            ui.menu_button("jump to", |ui| {
                for (name, time_s) in &to {
                    if ui.button(name).clicked() {
                        go = *time_s;
                        ui.close();
                    }
                }
            });
        }
        if let Some(time_s) = go {
            play.playing = false;
            play.time_s = time_s;
        }
        if ui.available_width() > LEGEND {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                legend(ui, &first.overview);
            });
        }
    });
}

/// The events of a side, those of commands too; while they are not known yet, those of its scenario.
pub(in crate::view) fn events(side: &Side) -> &[Event] {
    side.overview.events.as_deref().unwrap_or(&side.site.events)
}

/// Width of the legend, in logical pixels.
const LEGEND: f32 = 330.0;

/// Moments worth a look, with their names: the peaks where they are known, and the events of all sides, each once.
pub(in crate::view) fn jumps(sides: &Sides) -> Vec<(String, Option<f64>)> {
    let Some(first) = sides.0.first() else {
        return Vec::new();
    };
    let peaks = [
        ("peak load", Q::Facility),
        ("hottest chip", Q::MaxChip),
        ("warmest hour", Q::DryBulb),
    ];
    let peak = |q| first.overview.peak(q).map(|row| row.time_s);
    let peaks = peaks
        .into_iter()
        .map(|(name, q)| (name.to_owned(), peak(q)));
    let mut all: Vec<(String, Option<f64>)> = peaks.collect();
    for event in sides.0.iter().flat_map(events) {
        let after_s = (event.start_s + first.site.step_s).min(first.site.total_s);
        let one = (title(event), Some(after_s));
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

/// The run from its beginning to its end.
fn line(ui: &mut egui::Ui, first: &Side, sides: &Sides, play: &mut Play) {
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click_and_drag());
    drawn(ui, "timeline", rect);
    let at = first
        .site
        .date_time(play.time_s)
        .strftime("%Y-%m-%d %H:%M")
        .to_string();
    response.widget_info(|| {
        let label = format!("time line of the run, now at {at}");
        egui::WidgetInfo::labeled(egui::WidgetType::Slider, true, label)
    });
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 3.0, ui.visuals().extreme_bg_color);
    let axis = Rect::from_min_max(pos2(rect.min.x, rect.max.y - 15.0), rect.max);
    let plot = Rect::from_min_max(rect.min, pos2(rect.max.x, axis.min.y));
    let total_s = first.site.total_s;
    let x = |time_s: f64| plot.min.x + plot.width() * (time_s / total_s) as f32;
    let most = sides
        .0
        .iter()
        .filter_map(|side| side.overview.peak(Q::Facility));
    let most = most.map(|row| row.get(Q::Facility)).fold(1.0, f32::max) * 1.08;
    let y = |kw: f32| plot.max.y - plot.height() * (kw / most).clamp(0.0, 1.0);
    let rows = first.overview.thinned(0.0, total_s, plot.width() as usize);
    let it: Vec<Pos2> = rows
        .iter()
        .map(|row| pos2(x(row.time_s), y(row.get(Q::It))))
        .collect();
    let all: Vec<Pos2> = rows
        .iter()
        .map(|row| pos2(x(row.time_s), y(row.get(Q::Facility))))
        .collect();
    area(&painter, &all, plot.max.y, USES[3].1.gamma_multiply(0.85));
    area(&painter, &it, plot.max.y, USES[0].1.gamma_multiply(0.85));
    if let Some(other) = sides.0.get(1) {
        let rows = other.overview.thinned(0.0, total_s, plot.width() as usize);
        let line = rows
            .iter()
            .map(|row| pos2(x(row.time_s), y(row.get(Q::Facility))));
        painter.add(Shape::line(
            line.collect(),
            Stroke::new(1.3, egui::Color32::WHITE),
        ));
    }
    weather(&painter, &rows, plot, &x);
    // Of two sides the first has the upper half.
    let half = plot.height() / sides.0.len().max(1) as f32;
    for (side, top) in sides.0.iter().zip([plot.min.y, plot.min.y + half]) {
        for event in events(side) {
            let band = Rect::from_min_max(
                pos2(x(event.start_s), top),
                pos2(x(event.end_s).max(x(event.start_s) + 2.0), top + half),
            );
            painter.rect_filled(band, 0.0, ALARM.gamma_multiply(0.5));
        }
        for command in &side.log {
            let at = pos2(x(command.at_s), top);
            painter.line_segment([at, pos2(at.x, top + half)], Stroke::new(1.0, ACCENT));
        }
    }
    ticks(&painter, first, axis, &x);
    let place = ui.id().with("dragged to");
    let dragged: Option<f64> = ui.data(|data| data.get_temp(place));
    let head = x(dragged.unwrap_or(play.time_s));
    painter.line_segment(
        [pos2(head, rect.min.y), pos2(head, plot.max.y)],
        Stroke::new(2.0, egui::Color32::WHITE),
    );
    painter.circle_filled(pos2(head, plot.min.y + 3.0), 4.0, egui::Color32::WHITE);
    if let Some(time_s) = dragged {
        let text = first.site.moment(time_s);
        let at = pos2(head + 6.0, plot.min.y + 2.0);
        painter.text(
            at,
            Align2::LEFT_TOP,
            text,
            FontId::proportional(12.5),
            egui::Color32::WHITE,
        );
    }
    let to_s = response.interact_pointer_pos().map(|at| {
        let share = f64::from((at.x - plot.min.x) / plot.width()).clamp(0.0, 1.0);
        (share * total_s / first.site.step_s).round() * first.site.step_s
    });
    // A live run goes back by starting again: only where the drag ends.
    match to_s {
        Some(time_s) if response.dragged() && !first.site.replayed => {
            ui.data_mut(|data| data.insert_temp(place, time_s));
        }
        Some(time_s) if response.dragged() || response.clicked() => play.time_s = time_s,
        _ => {}
    }
    if response.drag_stopped() {
        play.time_s = dragged.unwrap_or(play.time_s);
        ui.data_mut(|data| data.remove::<f64>(place));
    }
}

/// A time so many steps away.
pub(in crate::view) fn step(side: &Side, time_s: f64, steps: f64) -> f64 {
    let step_s = side.site.step_s;
    (((time_s / step_s).round() + steps) * step_s).clamp(0.0, side.site.total_s)
}

fn legend(ui: &mut egui::Ui, overview: &Overview) {
    if !overview.complete {
        ui.label(
            egui::RichText::new("looking ahead …")
                .color(FAINT)
                .size(12.0),
        );
    }
    if let Some(peak) = overview.peak(Q::Facility) {
        let text = format!("peak {}", power(f64::from(peak.get(Q::Facility)) * 1e3));
        ui.label(egui::RichText::new(text).size(12.0));
    }
    for (label, colour) in [
        ("outdoor °C", egui::Color32::from_rgb(230, 230, 120)),
        ("all", USES[3].1),
        ("IT", USES[0].1),
    ] {
        ui.label(egui::RichText::new(label).color(FAINT).size(12.0));
        let (rect, _) = ui.allocate_exact_size(egui::vec2(10.0, 10.0), Sense::hover());
        ui.painter().rect_filled(rect, 2.0, colour);
    }
}

/// A filled area under a line, as thin quads: egui fills convex shapes only.
pub(super) fn area(painter: &egui::Painter, line: &[Pos2], bottom: f32, colour: egui::Color32) {
    let mut mesh = egui::Mesh::default();
    for (index, point) in line.iter().enumerate() {
        mesh.colored_vertex(*point, colour);
        mesh.colored_vertex(pos2(point.x, bottom), colour);
        if index > 0 {
            let last = 2 * index as u32;
            mesh.add_triangle(last - 2, last - 1, last);
            mesh.add_triangle(last - 1, last, last + 1);
        }
    }
    painter.add(Shape::mesh(mesh));
}

fn weather(painter: &egui::Painter, rows: &[Row], plot: Rect, x: &dyn Fn(f64) -> f32) {
    let y = |c: f32| plot.max.y - plot.height() * ((c + 10.0) / 60.0).clamp(0.0, 1.0);
    let line = rows
        .iter()
        .map(|row| pos2(x(row.time_s), y(row.get(Q::DryBulb))));
    let stroke = Stroke::new(
        1.0,
        egui::Color32::from_rgb(230, 230, 120).gamma_multiply(0.75),
    );
    painter.add(Shape::line(line.collect(), stroke));
}

/// Days or months, as many as are readable.
fn ticks(painter: &egui::Painter, side: &Side, axis: Rect, x: &dyn Fn(f64) -> f32) {
    let days = side.site.total_s / 86_400.0;
    let font = FontId::proportional(11.0);
    let put = |time_s: f64, text: String| {
        let at = pos2(x(time_s), axis.min.y);
        painter.line_segment([at, pos2(at.x, at.y + 4.0)], Stroke::new(1.0, FAINT));
        let at = pos2(at.x + 3.0, at.y + 1.0);
        painter.text(at, Align2::LEFT_TOP, text, font.clone(), FAINT);
    };
    if days <= 2.0 {
        for hour in (0..=(days * 24.0) as i64).step_by(3) {
            put(hour as f64 * 3600.0, format!("{:02}:00", hour % 24));
        }
    } else {
        let every = if days <= 14.0 {
            1
        } else if days <= 70.0 {
            7
        } else {
            0
        };
        let mut last = -1;
        for day in 0..days.ceil() as i64 {
            let at = side.site.date_time(day as f64 * 86_400.0);
            if every > 0 && day % every == 0 {
                put(day as f64 * 86_400.0, at.strftime("%b %-d").to_string());
            } else if every == 0 && i64::from(at.month()) != last {
                last = i64::from(at.month());
                let form = if side.site.spans_years() && (at.month() == 1 || day == 0) {
                    "%b %Y"
                } else {
                    "%b"
                };
                put(day as f64 * 86_400.0, at.strftime(form).to_string());
            }
        }
    }
}
