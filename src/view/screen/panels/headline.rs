//! Power, water and cost now and since the start, with the hours around; power, temperatures, the flow of
//! energy, weather and the queue.

mod more;

#[cfg(test)]
pub(in crate::view) use more::alarms;
pub(super) use more::show as more;

use bevy_egui::egui;

use super::widgets::{ACCENT, ALARM, FAINT, GAIN, USES, figure, section};
use super::{charts, sankey, spark};
use crate::units::{J_PER_MWH, WATER_KG_M3};
use crate::view::hall::format::{celsius, count, difference, number, power, usd, water};
use crate::view::hall::frame::{Frame, pue};
use crate::view::hall::overview::{Overview, Q};
use crate::view::screen::run::{Side, Sides};
use crate::view::screen::state::Play;

pub(super) fn show(ui: &mut egui::Ui, sides: &Sides, play: &Play) {
    let Some(first) = sides.0.first() else { return };
    let Some(between) = first.at(play.time_s) else {
        ui.label("The first step is being computed …");
        return;
    };
    if let Some(other) = sides
        .0
        .get(1)
        .and_then(|other| Some((other, other.at(play.time_s)?)))
    {
        beside(ui, (first, &between.b), (other.0, &other.1.b));
    } else {
        headline(ui, first, &between.b, play);
    }
    let title = heading(sides, 0);
    let said_of = |ui: &mut egui::Ui, title: Option<&String>| {
        if let Some(title) = title {
            ui.label(egui::RichText::new(title).color(FAINT).size(12.0));
        }
    };
    section(ui, "Power by use", true, |ui| {
        said_of(ui, title.as_ref());
        charts::power(ui, first, play);
    });
    section(ui, "Temperatures", true, |ui| {
        said_of(ui, title.as_ref());
        charts::temperatures(ui, first, play);
    });
    section(ui, "From the grid to the chip", true, |ui| {
        for (index, side) in sides.0.iter().enumerate() {
            if let Some(between) = side.at(play.time_s) {
                said_of(ui, heading(sides, index).as_ref());
                sankey::show(ui, &between.b, index);
            }
        }
    });
}

/// Which side a panel speaks of, where there are two.
pub(super) fn heading(sides: &Sides, index: usize) -> Option<String> {
    let side = sides.0.get(index).filter(|_| sides.0.len() > 1)?;
    let which = ["left", "right"][index.min(1)];
    Some(format!("{which}: {}", side.site.name))
}

fn headline(ui: &mut egui::Ui, side: &Side, frame: &Frame, play: &Play) {
    let s = &frame.snapshot;
    let rows = charts::window(side, play.time_s);
    ui.horizontal(|ui| {
        ui.label(
            egui::RichText::new(power(s.power.facility_w))
                .strong()
                .size(25.0),
        );
        ui.vertical(|ui| {
            let text = format!("PUE {}", number(pue_of(frame), 3));
            ui.label(egui::RichText::new(text).size(14.0).color(ACCENT));
            ui.label(
                egui::RichText::new(if frame.failure.is_some() {
                    "none in a failure"
                } else {
                    "whole facility"
                })
                .size(11.0)
                .color(FAINT),
            );
        });
    });
    let mut row = |name: &str, value: String, q: Q, colour: egui::Color32| {
        ui.horizontal(|ui| {
            let text = egui::RichText::new(name).color(FAINT).size(12.5);
            ui.scope(|ui| {
                ui.set_width(80.0);
                ui.label(text);
            });
            spark::spark(ui, &rows, q, play, colour);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.label(egui::RichText::new(value).size(13.5));
            });
        });
    };
    let [compute, _, _, cooling, ..] = USES.map(|(_, colour)| colour);
    let worst = |of: fn(&crate::snapshot::Hall) -> f64| worst(frame, of);
    row("IT", power(s.power.it_w), Q::It, compute);
    row("cooling", power(s.power.cooling_w()), Q::Cooling, cooling);
    row(
        "hottest chip",
        celsius(worst(|hall| hall.max_chip_c)),
        Q::MaxChip,
        ALARM,
    );
    row(
        "warmest inlet",
        celsius(worst(|hall| hall.max_inlet_c)),
        Q::MaxInlet,
        ACCENT,
    );
    let blue = egui::Color32::from_rgb(90, 170, 240);
    let litres = s.water.makeup_kg_s * 3600.0 / WATER_KG_M3;
    let flow = format!("{} m³/h", number(litres, 1));
    row("water", flow, Q::Water, blue);
    let usd_h = s.on_site.import_w() * s.price_usd_j * 3600.0;
    if usd_h.is_finite() && s.on_site.import_w() >= 500.0 {
        row("energy", format!("{}/h", usd(usd_h)), Q::Cost, compute);
    }
    ui.label(egui::RichText::new(spark::SCALE).color(FAINT).size(10.0));
    ui.separator();
    figure(
        ui,
        "since the start",
        format!("{} MWh", count(frame.totals.energy_j / J_PER_MWH)),
    );
    let mut rest = water(frame.totals.water_kg);
    if frame.totals.usd.is_finite() {
        rest = format!("{} · {rest}", usd(frame.totals.usd));
    }
    figure(ui, "", rest);
    year(ui, &side.overview);
}

/// Money, energy, water and carbon of a year.
fn year(ui: &mut egui::Ui, overview: &Overview) {
    let Some(year) = &overview.year else {
        if !overview.complete {
            figure(ui, "a year", "looking ahead …");
        }
        return;
    };
    let figures = year.figures();
    if figures.is_empty() {
        return;
    }
    ui.label(egui::RichText::new(year.heading()).color(FAINT).size(12.5));
    for text in figures {
        ui.with_layout(egui::Layout::top_down(egui::Align::Max), |ui| {
            ui.label(egui::RichText::new(text).size(13.0));
        });
    }
}

/// Two sides and what lies between them.
fn beside(ui: &mut egui::Ui, a: (&Side, &Frame), b: (&Side, &Frame)) {
    ui.label(egui::RichText::new("Side by side").strong().size(16.0));
    let green = GAIN;
    egui::Grid::new("difference")
        .striped(true)
        .num_columns(4)
        .spacing([10.0, 4.0])
        .show(ui, |ui| {
            ui.label("");
            for text in ["left", "right", "right − left"] {
                ui.label(egui::RichText::new(text).color(FAINT).size(12.0));
            }
            ui.end_row();
            for Figure {
                name,
                unit,
                decimals,
                of,
            } in FIGURES
            {
                let (x, y) = (of(a.1), of(b.1));
                if x.is_nan() && y.is_nan() {
                    continue;
                }
                ui.label(egui::RichText::new(*name).color(FAINT).size(12.0));
                for value in [x, y] {
                    let text = number(value, *decimals);
                    ui.label(egui::RichText::new(text).size(12.5));
                }
                let colour = match difference(x, y, *decimals).chars().next() {
                    Some('−') => green,
                    Some('+') => ALARM,
                    _ => FAINT,
                };
                let by = difference(x, y, *decimals);
                let text = if by == "–" {
                    by
                } else {
                    format!("{by} {unit}")
                };
                ui.label(egui::RichText::new(text).size(12.5).color(colour));
                ui.end_row();
            }
        });
    let text = format!("left: {} · right: {}", a.0.site.name, b.0.site.name);
    ui.label(egui::RichText::new(text).color(FAINT).size(11.5));
    match yearly(&a.0.overview, &b.0.overview) {
        Some(text) => {
            ui.label(egui::RichText::new(text).color(ACCENT).size(13.0));
        }
        None if !(a.0.overview.complete && b.0.overview.complete) => {
            let text = "a year: looking ahead …";
            ui.label(egui::RichText::new(text).color(FAINT).size(12.5));
        }
        None => {}
    }
}

/// What the second side saves a year, and what it takes more.
pub(in crate::view) fn yearly(a: &Overview, b: &Overview) -> Option<String> {
    let (a, b) = (a.year.as_ref()?, b.year.as_ref()?);
    let heading = if a.is_whole() && b.is_whole() {
        "a year"
    } else {
        "a year at these runs' means"
    };
    Some(format!("{heading} the right {}", a.compared(b)?))
}

/// A line of the table that compares sides.
pub(in crate::view) struct Figure {
    pub(in crate::view) name: &'static str,
    pub(in crate::view) unit: &'static str,
    decimals: usize,
    pub(in crate::view) of: fn(&Frame) -> f64,
}

const fn line(
    name: &'static str,
    unit: &'static str,
    decimals: usize,
    of: fn(&Frame) -> f64,
) -> Figure {
    Figure {
        name,
        unit,
        decimals,
        of,
    }
}

/// Figures compared and exported.
pub(in crate::view) const FIGURES: &[Figure] = &[
    line("facility", "kW", 0, |m| m.snapshot.power.facility_w / 1e3),
    line("IT", "kW", 0, |m| m.snapshot.power.it_w / 1e3),
    line("cooling", "kW", 0, |m| m.snapshot.power.cooling_w() / 1e3),
    line("PUE", "", 3, pue_of),
    line("water", "l/h", 0, |m| {
        m.snapshot.water.makeup_kg_s * 3.6e6 / WATER_KG_M3
    }),
    line("chip", "°C", 1, |m| worst(m, |hall| hall.max_chip_c)),
    line("inlet", "°C", 1, |m| worst(m, |hall| hall.max_inlet_c)),
    line("energy", "MWh", 0, |m| m.totals.energy_j / J_PER_MWH),
    line("water used", "m³", 0, |m| m.totals.water_kg / WATER_KG_M3),
    line("paid", "$", 0, |m| m.totals.usd),
];

/// PUE of an instant; none in a failure, which would seem to improve it.
fn pue_of(frame: &Frame) -> f64 {
    if frame.failure.is_some() {
        return f64::NAN;
    }
    pue(&frame.snapshot.power)
}

/// The highest of all halls.
fn worst(frame: &Frame, of: fn(&crate::snapshot::Hall) -> f64) -> f64 {
    let halls = frame.snapshot.halls.iter();
    halls.map(of).fold(f64::NEG_INFINITY, f64::max)
}
