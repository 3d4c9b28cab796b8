//! Small lines beside figures, on scales that say how large a wave is.

use bevy_egui::egui::{self, Color32};

use super::charts::{LEAST_K, ends};
use crate::view::hall::format::{celsius, count, power as watts};
use crate::view::hall::overview::{Q, Row};
use crate::view::screen::state::Play;

/// How the scale of a small line is chosen, in words.
pub(super) const SCALE: &str = "lines: temperatures 10 K high, others from 0";

/// The ends of a small line's scale: power, water and money from zero, so that a wave is as large as it is; temperatures over
/// ten kelvins at least.
fn spark_scale(q: Q, (low, high): (f32, f32)) -> (f32, f32) {
    match q {
        Q::MaxChip | Q::MaxInlet | Q::Supply | Q::Return | Q::DryBulb | Q::WetBulb => {
            let half = 0.5 * (high - low).max(LEAST_K);
            let middle = 0.5 * (low + high);
            (middle - half, middle + half)
        }
        _ => (low.min(0.0), high.max(low.min(0.0) + 1e-6)),
    }
}

/// A value in the unit of its column.
fn spark_words(q: Q, value: f32) -> String {
    let value = f64::from(value);
    match q {
        Q::Water => format!("{} l/h", count(value)),
        Q::Cost => format!("${}/h", count(value)),
        _ if q.label().ends_with("_kw") => watts(value * 1e3),
        _ if q.label().ends_with("_c") => celsius(value),
        _ => count(value),
    }
}

/// A small line of a quantity around the play head; its hint says what it spans.
pub(super) fn spark(ui: &mut egui::Ui, rows: &[Row], q: Q, play: &Play, colour: Color32) {
    let (rect, response) = ui.allocate_exact_size(egui::vec2(64.0, 16.0), egui::Sense::hover());
    let finite = rows.iter().filter(|row| row.get(q).is_finite());
    let span = ends(finite.clone().map(|row| row.get(q)));
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return;
    };
    let span_s = (last.time_s - first.time_s).max(1.0);
    let scale = spark_scale(q, span);
    let at = |time_s: f64, value: f32| {
        let x = ((time_s - first.time_s) / span_s) as f32;
        let y = (value - scale.0) / (scale.1 - scale.0).max(1e-6);
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
    let words = |value| spark_words(q, value);
    let hint = format!(
        "{} to {}, drawn from {} to {}",
        words(span.0),
        words(span.1),
        words(scale.0),
        words(scale.1)
    );
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Image, true, hint.clone()));
    response.on_hover_text(&hint);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A change of 0.6 K is drawn as a small one, a load from zero.
    #[test]
    fn small_lines_do_not_exaggerate() {
        let (low, high) = spark_scale(Q::MaxChip, (65.3, 65.9));
        assert!((high - low - 10.0).abs() < 1e-3 && low < 65.0 && high > 66.0);
        assert_eq!(spark_scale(Q::Facility, (9e3, 18e3)), (0.0, 18e3));
        assert_eq!(spark_words(Q::MaxChip, 65.3), "65.3 °C");
        assert_eq!(spark_words(Q::Facility, 18_400.0), "18.4 MW");
    }
}
