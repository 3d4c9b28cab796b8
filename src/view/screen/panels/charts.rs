//! Charts over the hours around the play head: power by use as stacked areas, temperatures, the history of a rack, and small
//! lines beside figures. Every chart has numbers and a unit on its y axis, dates on its x axis, and the limits that hold.

use bevy_egui::egui::{self, Align2, Color32};
use egui_plot::{
    AxisHints, FilledArea, GridMark, HLine, Line, LineStyle, Plot, PlotPoint, PlotUi, Text, VLine,
};

use super::widgets::{ALARM, FAINT, OUTDOORS, USES, WATER, drawn};
use crate::units::DAY_S;
use crate::view::hall::colour::ColourBy;
use crate::view::hall::format::power as watts;
use crate::view::hall::frame::{Between, Site};
use crate::view::hall::overview::{Q, Row};
use crate::view::hall::paint;
use crate::view::screen::run::Side;
use crate::view::screen::state::Play;

/// Time span of charts before and after the play head, s.
const WINDOW_S: f64 = 3.0 * DAY_S;
/// The least span of a small line of temperatures, K: less is drawn as the little that it is.
pub(super) const LEAST_K: f32 = 10.0;

/// The rows around the play head.
pub(in crate::view) fn window(side: &Side, time_s: f64) -> Vec<Row> {
    let total_s = side.site.total_s;
    let from_s = (time_s - 0.6 * WINDOW_S).min(total_s - WINDOW_S).max(0.0);
    side.overview.thinned(from_s, from_s + WINDOW_S, 240)
}

/// A round step that divides a span into about `parts`: 1, 2 or 5 times a power of ten.
fn round_step(span: f64, parts: f64) -> f64 {
    let rough = (span / parts).max(1e-9);
    let ten = 10_f64.powf(rough.log10().floor());
    let times = rough / ten;
    ten * [1.0, 2.0, 5.0]
        .into_iter()
        .find(|step| times <= *step)
        .unwrap_or(10.0)
}

/// Hours between two dates or times on an axis of so many days and pixels: what has room.
fn step_h(days: f64, width: f32) -> f64 {
    let most = f64::from((width / 52.0).max(1.0));
    let all = [1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 48.0, 72.0, 168.0];
    let fits = all.into_iter().find(|hours| days * 24.0 / hours <= most);
    fits.unwrap_or(336.0)
}

/// A mark of the x axis: a date at midnight, a time between.
fn moment(site: &Site, days: f64) -> String {
    let at = site.date_time(days * DAY_S);
    let form = if at.hour() == 0 && at.minute() == 0 {
        "%-d %b"
    } else {
        "%H:%M"
    };
    at.strftime(form).to_string()
}

/// A plot of a site over days, with about `parts` numbers on its y axis.
fn plot<'a>(name: &'a str, height: f32, width: f32, site: &std::sync::Arc<Site>) -> Plot<'a> {
    let of = site.clone();
    let times = AxisHints::new_x()
        .tick_label_font(egui::FontId::proportional(11.0))
        .tick_label_color(FAINT)
        .label_spacing(egui::Rangef::new(1.0, 2.0))
        .formatter(move |mark, range| {
            // A name at the very end would be cut off.
            let share = (range.end() - mark.value) / (range.end() - range.start());
            if share * f64::from(width) < 16.0 {
                String::new()
            } else {
                moment(&of, mark.value)
            }
        });
    let numbers = AxisHints::new_y()
        .tick_label_font(egui::FontId::proportional(11.0))
        .tick_label_color(FAINT)
        .min_thickness(30.0)
        .label_spacing(egui::Rangef::new(1.0, 2.0))
        .formatter(|mark, _| {
            let decimals = (-mark.step_size.log10().floor()).clamp(0.0, 3.0) as usize;
            format!("{:.decimals$}", mark.value)
        });
    Plot::new(name)
        .height(height)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .set_margin_fraction(egui::vec2(0.0, 0.06))
        .custom_x_axes(vec![times])
        .custom_y_axes(vec![numbers])
        .x_grid_spacer(move |input| {
            let (from, to) = input.bounds;
            let step = step_h(to - from, width - 40.0) / 24.0;
            marks(from, to, step)
        })
        .y_grid_spacer(move |input| {
            let (from, to) = input.bounds;
            marks(from, to, round_step(to - from, f64::from(height / 24.0)))
        })
}

/// Marks at the multiples of a step.
fn marks(from: f64, to: f64, step: f64) -> Vec<GridMark> {
    let all = ((from / step).ceil() as i64)..=((to / step).floor() as i64);
    let mark = |at: i64| GridMark {
        value: at as f64 * step,
        step_size: step,
    };
    all.take(64).map(mark).collect()
}

/// The play head.
fn now(plot: &mut PlotUi, time_s: f64) {
    let line = VLine::new("now", time_s / DAY_S).color(Color32::WHITE);
    plot.vline(line.width(1.0));
}

/// A limit as a broken line with its name, at a share of the width so that names lie beside one another.
fn limit(plot: &mut PlotUi, rows: &[Row], at: f64, name: &str, colour: Color32, share: f64) {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return;
    };
    let line = HLine::new(name, at).color(colour.gamma_multiply(0.75));
    plot.hline(line.width(1.0).style(LineStyle::dashed_dense()));
    let x = first.time_s + (last.time_s - first.time_s) * share;
    let text = egui::RichText::new(name).size(10.0).color(colour);
    let place = PlotPoint::new(x / DAY_S, at);
    plot.text(Text::new(name, place, text).anchor(Align2::LEFT_BOTTOM));
}

/// A title of a chart: its unit, and what its colours mean.
fn key(ui: &mut egui::Ui, unit: &str, all: impl Iterator<Item = (String, Color32)>) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        ui.label(egui::RichText::new(unit).size(11.0).color(FAINT));
        for (name, colour) in all {
            let mut text = egui::text::LayoutJob::default();
            for (part, colour) in [("■ ", colour), (name.as_str(), FAINT)] {
                let font = egui::FontId::proportional(11.0);
                text.append(part, 0.0, egui::TextFormat::simple(font, colour));
            }
            ui.add(egui::Label::new(text).extend());
        }
    });
}

/// All uses above one another, MW.
pub(super) fn power(ui: &mut egui::Ui, side: &Side, play: &Play) {
    let rows = window(side, play.time_s);
    let xs: Vec<f64> = rows.iter().map(|row| row.time_s / DAY_S).collect();
    let parts = [
        Q::Compute,
        Q::ServerFans,
        Q::Losses,
        Q::Cooling,
        Q::Other,
        Q::Beside,
    ];
    let most_kw = rows
        .iter()
        .map(|row| row.get(Q::Facility))
        .fold(0.0, f32::max);
    let (per_kw, unit) = if most_kw >= 1e3 {
        (1e-3, "MW")
    } else {
        (1.0, "kW")
    };
    let drawn_in = USES
        .into_iter()
        .zip(parts)
        .filter(|(_, q)| rows.iter().any(|row| row.get(*q) > 0.0));
    key(
        ui,
        unit,
        drawn_in.map(|((name, colour), _)| (name.to_owned(), colour)),
    );
    let limit_w = side
        .at(play.time_s)
        .map_or(f64::NAN, |between| between.b.snapshot.on_site.limit_w);
    let limit_kw = Some(limit_w / 1e3).filter(|kw| kw.is_finite());
    // A limit far above would press the load into a line.
    let near = limit_kw.filter(|kw| *kw < 2.0 * f64::from(most_kw));
    let width = ui.available_width();
    let shown = plot("power", 84.0, width, &side.site)
        .include_y(0.0)
        .show(ui, |plot| {
            let mut below = vec![0.0; rows.len()];
            for (q, (name, colour)) in parts.into_iter().zip(USES) {
                let above: Vec<f64> = rows
                    .iter()
                    .zip(&below)
                    .map(|(row, below)| below + f64::from(row.get(q)).max(0.0) * per_kw)
                    .collect();
                plot.add(
                    FilledArea::new(name, &xs, &below, &above)
                        .fill_color(colour.gamma_multiply(0.8))
                        .stroke(egui::Stroke::new(0.5, colour)),
                );
                below = above;
            }
            if let Some(kw) = near {
                limit(plot, &rows, kw * per_kw, "grid limit", ALARM, 0.02);
            }
            now(plot, play.time_s);
        });
    drawn(ui, "power", shown.response.rect);
    if let Some(kw) = limit_kw.filter(|_| near.is_none()) {
        let text = format!("grid limit {}, far above", watts(kw * 1e3));
        ui.label(egui::RichText::new(text).size(11.0).color(FAINT));
    }
}

/// The limits that hold in a moment: where the first chip slows down, the warmest inlet that is allowed, and what the water
/// of the site's plant aims at; °C.
fn limits(side: &Side, between: Option<&Between>) -> [(&'static str, f64, Color32, f64); 3] {
    let halls = || side.site.halls.iter();
    let chip_c = halls()
        .map(|hall| hall.slowdown_c)
        .fold(f64::INFINITY, f64::min);
    let inlet_c = halls()
        .map(|hall| hall.limit_c)
        .fold(f64::INFINITY, f64::min);
    let water_c = match (&side.site.scenario.heat_rejection, between) {
        (Some(_), Some(between)) => between.b.snapshot.plant.setpoint_c,
        (Some(plant), None) => plant.setpoint_c(),
        (None, _) => f64::NAN,
    };
    let [chip, inlet, water, _] = TEMPERATURES.map(|(_, _, colour)| colour);
    [
        ("chips slow down", chip_c, chip, 0.02),
        ("inlet limit", inlet_c, inlet, 0.36),
        ("water setpoint", water_c, water, 0.66),
    ]
}

const TEMPERATURES: [(Q, &str, Color32); 4] = [
    (Q::MaxChip, "hottest chip", Color32::from_rgb(255, 120, 90)),
    (
        Q::MaxInlet,
        "warmest inlet",
        Color32::from_rgb(250, 190, 90),
    ),
    (Q::Supply, "water", WATER),
    (Q::DryBulb, "outdoors", OUTDOORS),
];

/// Outdoors, water, inlets and chips, °C.
pub(super) fn temperatures(ui: &mut egui::Ui, side: &Side, play: &Play) {
    let rows = window(side, play.time_s);
    let lines = TEMPERATURES;
    key(
        ui,
        "°C",
        lines
            .iter()
            .map(|(_, name, colour)| ((*name).to_owned(), *colour)),
    );
    let between = side.at(play.time_s);
    let width = ui.available_width();
    let shown = plot("temperatures", 104.0, width, &side.site)
        .set_margin_fraction(egui::vec2(0.0, 0.12))
        .show(ui, |plot| {
            for (name, at_c, colour, share) in limits(side, between.as_ref()) {
                if at_c.is_finite() {
                    limit(plot, &rows, at_c, name, colour, share);
                }
            }
            for (q, name, colour) in lines {
                let points: Vec<[f64; 2]> = rows
                    .iter()
                    .map(|row| [row.time_s / DAY_S, f64::from(row.get(q))])
                    .filter(|[_, c]| c.is_finite())
                    .collect();
                plot.line(Line::new(name, points).color(colour).width(1.4));
            }
            now(plot, play.time_s);
        });
    drawn(ui, "temperatures", shown.response.rect);
}

/// The quantity that racks are coloured by, over what was played.
pub(super) fn history(ui: &mut egui::Ui, side: &Side, by: ColourBy, (hall, rack): (usize, usize)) {
    // The job is not a number: its load is.
    let by = match by {
        ColourBy::Job => ColourBy::Utilisation,
        other => other,
    };
    let points: Vec<[f64; 2]> = side
        .tape
        .iter()
        .map(|frame| {
            [
                frame.time_s() / DAY_S,
                paint::value(by, &side.site, frame, hall, rack),
            ]
        })
        .filter(|[_, value]| value.is_finite())
        .collect();
    if points.len() < 3 {
        return;
    }
    let title = format!("{}, {}, as played", by.name(), by.unit());
    ui.label(egui::RichText::new(title).color(FAINT).size(11.5));
    let width = ui.available_width();
    let (low, high) = ends(points.iter().map(|[_, value]| *value as f32));
    let middle = f64::from(0.5 * (low + high));
    // A steady value is a level line, not its last digit's noise.
    let least = match by {
        ColourBy::Chip | ColourBy::Inlet => f64::from(LEAST_K) / 2.0,
        _ => 1e-3 + 0.1 * middle.abs(),
    };
    let plot = plot("history", 84.0, width, &side.site)
        .include_y(middle - 0.5 * least)
        .include_y(middle + 0.5 * least);
    let shown = plot.show(ui, |plot| {
        plot.line(Line::new(by.name(), points).color(ALARM).width(1.4));
    });
    drawn(ui, "history", shown.response.rect);
}

/// The least and the largest of finite values; `(MAX, MIN)` where there is none.
pub(super) fn ends(values: impl Iterator<Item = f32>) -> (f32, f32) {
    values
        .filter(|value| value.is_finite())
        .fold((f32::MAX, f32::MIN), |(low, high), value| {
            (low.min(value), high.max(value))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Axes have round numbers, and as many dates as have room.
    #[test]
    fn axes_are_round_and_have_room() {
        assert_eq!(round_step(48.0, 4.0), 20.0);
        assert_eq!(round_step(0.6, 3.0), 0.2);
        assert_eq!(round_step(18.0, 4.0), 5.0);
        let values: Vec<f64> = marks(18.3, 66.0, 20.0)
            .iter()
            .map(|mark| mark.value)
            .collect();
        assert_eq!(values, [20.0, 40.0, 60.0]);
        assert_eq!(
            (step_h(3.0, 230.0), step_h(3.0, 60.0), step_h(1.0, 230.0)),
            (24.0, 72.0, 6.0)
        );
    }
}
