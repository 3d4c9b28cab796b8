//! Charts over the hours before the play head: power by use as stacked areas, and temperatures.

use bevy_egui::egui::{self, Color32};
use egui_plot::{FilledArea, Line, Plot, VLine};

use super::widgets::{FAINT, USES, drawn};
use crate::view::hall::overview::{Q, Row};
use crate::view::screen::run::Side;
use crate::view::screen::state::Play;

/// Time span of charts before and after the play head, s.
const WINDOW_S: f64 = 3.0 * 86_400.0;

/// The rows around the play head.
pub(in crate::view) fn window(side: &Side, time_s: f64) -> Vec<Row> {
    let total_s = side.site.total_s;
    let from_s = (time_s - 0.6 * WINDOW_S).min(total_s - WINDOW_S).max(0.0);
    side.overview.thinned(from_s, from_s + WINDOW_S, 240)
}

fn plot<'a>(name: &'a str, height: f32, side: &'a Side) -> Plot<'a> {
    let start = side.site.clone();
    Plot::new(name)
        .height(height)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .show_x(false)
        .set_margin_fraction(egui::vec2(0.0, 0.06))
        .y_axis_min_width(30.0)
        .x_axis_formatter(move |mark, range| {
            // A name at the very end would be cut off.
            if range.end() - mark.value < 0.07 * (range.end() - range.start()) {
                return String::new();
            }
            let at = start.date_time(mark.value * 86_400.0);
            at.strftime("%-d %b").to_string()
        })
        .x_grid_spacer(|input| {
            let (from, to) = input.bounds;
            let days = (from.ceil() as i64)..=(to.floor() as i64);
            days.map(|day| egui_plot::GridMark {
                value: day as f64,
                step_size: 1.0,
            })
            .collect()
        })
}

/// All uses above one another, MW.
pub(super) fn power(ui: &mut egui::Ui, side: &Side, play: &Play) {
    let rows = window(side, play.time_s);
    let xs: Vec<f64> = rows.iter().map(|row| row.time_s / 86_400.0).collect();
    let parts = [
        Q::Compute,
        Q::ServerFans,
        Q::Losses,
        Q::Cooling,
        Q::Other,
        Q::Beside,
    ];
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for ((name, colour), q) in USES.into_iter().zip(parts) {
            if rows.iter().all(|row| row.get(q) <= 0.0) {
                continue;
            }
            let mut text = egui::text::LayoutJob::default();
            for (part, colour) in [("■ ", colour), (name, FAINT)] {
                let font = egui::FontId::proportional(11.0);
                text.append(part, 0.0, egui::TextFormat::simple(font, colour));
            }
            ui.add(egui::Label::new(text).extend());
        }
    });
    let shown = plot("power", 92.0, side).include_y(0.0).show(ui, |plot| {
        let mut below = vec![0.0; rows.len()];
        for (q, (name, colour)) in parts.into_iter().zip(USES) {
            let above: Vec<f64> = rows
                .iter()
                .zip(&below)
                .map(|(row, below)| below + f64::from(row.get(q)).max(0.0) / 1e3)
                .collect();
            plot.add(
                FilledArea::new(name, &xs, &below, &above)
                    .fill_color(colour.gamma_multiply(0.8))
                    .stroke(egui::Stroke::new(0.5, colour)),
            );
            below = above;
        }
        plot.vline(
            VLine::new("now", play.time_s / 86_400.0)
                .color(Color32::WHITE)
                .width(1.0),
        );
    });
    drawn(ui, "power", shown.response.rect);
    ui.label(egui::RichText::new("MW, by use").size(11.0).color(FAINT));
}

/// Outdoors, water, inlets and chips, °C.
pub(super) fn temperatures(ui: &mut egui::Ui, side: &Side, play: &Play) {
    let rows = window(side, play.time_s);
    let lines = [
        (Q::MaxChip, "hottest chip", Color32::from_rgb(255, 120, 90)),
        (
            Q::MaxInlet,
            "warmest inlet",
            Color32::from_rgb(250, 190, 90),
        ),
        (Q::Supply, "water", Color32::from_rgb(90, 170, 240)),
        (Q::DryBulb, "outdoors", Color32::from_rgb(230, 230, 120)),
    ];
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        for (_, name, colour) in lines {
            ui.label(egui::RichText::new(name).size(11.5).color(colour));
        }
    });
    let shown = plot("temperatures", 96.0, side).show(ui, |plot| {
        for (q, name, colour) in lines {
            let points: Vec<[f64; 2]> = rows
                .iter()
                .map(|row| [row.time_s / 86_400.0, f64::from(row.get(q))])
                .filter(|[_, c]| c.is_finite())
                .collect();
            plot.line(Line::new(name, points).color(colour).width(1.4));
        }
        plot.vline(
            VLine::new("now", play.time_s / 86_400.0)
                .color(Color32::WHITE)
                .width(1.0),
        );
    });
    drawn(ui, "temperatures", shown.response.rect);
}

/// A small line of a quantity around the play head.
pub(super) fn spark(ui: &mut egui::Ui, rows: &[Row], q: Q, play: &Play, colour: Color32) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(64.0, 16.0), egui::Sense::hover());
    let finite = rows.iter().filter(|row| row.get(q).is_finite());
    let (low, high) = finite
        .clone()
        .fold((f32::MAX, f32::MIN), |(low, high), row| {
            (low.min(row.get(q)), high.max(row.get(q)))
        });
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return;
    };
    let span_s = (last.time_s - first.time_s).max(1.0);
    let at = |time_s: f64, value: f32| {
        let x = ((time_s - first.time_s) / span_s) as f32;
        let y = (value - low) / (high - low).max(1e-6);
        egui::pos2(
            rect.min.x + rect.width() * x,
            rect.max.y - rect.height() * y,
        )
    };
    let line: Vec<egui::Pos2> = finite.map(|row| at(row.time_s, row.get(q))).collect();
    if line.len() < 2 {
        return;
    }
    let painter = ui.painter_at(rect.expand(2.0));
    painter.add(egui::Shape::line(line, egui::Stroke::new(1.2, colour)));
    let now = rows
        .partition_point(|row| row.time_s < play.time_s)
        .min(rows.len() - 1);
    let dot = at(rows[now].time_s, rows[now].get(q));
    painter.circle_filled(dot, 2.2, Color32::WHITE);
}
