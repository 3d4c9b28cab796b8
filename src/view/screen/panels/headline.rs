//! Power, water and cost now and since the start, with the hours around; power, temperatures, the flow of
//! energy, weather and the queue.

use bevy_egui::egui;

use super::widgets::{ACCENT, ALARM, FAINT, GAIN, USES, figure, section};
use super::{charts, sankey, spark};
use crate::units::{J_PER_MWH, WATER_KG_M3};
use crate::view::hall::explanation;
use crate::view::hall::format::{celsius, count, percent, power, usd, water};
use crate::view::hall::frame::{Frame, Site};
use crate::view::hall::overview::Q;
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
        difference(ui, (first, &between.b), (other.0, &other.1.b));
    } else {
        headline(ui, first, &between.b, play);
    }
    section(ui, "Power by use", true, |ui| {
        charts::power(ui, first, play);
    });
    section(ui, "Temperatures", true, |ui| {
        charts::temperatures(ui, first, play);
    });
    section(ui, "From the grid to the chip", true, |ui| {
        sankey::show(ui, &between.b);
    });
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
            let pue = s.power.facility_w / s.power.it_w.max(1.0);
            ui.label(
                egui::RichText::new(format!("PUE {pue:.3}"))
                    .size(14.0)
                    .color(ACCENT),
            );
            ui.label(
                egui::RichText::new("whole facility")
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
    row("water", format!("{litres:.1} m³/h"), Q::Water, blue);
    let usd_h = s.on_site.import_w() * s.price_usd_j * 3600.0;
    if usd_h.is_finite() {
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
}

/// Two sides and what lies between them.
fn difference(ui: &mut egui::Ui, a: (&Side, &Frame), b: (&Side, &Frame)) {
    ui.label(egui::RichText::new("Side by side").strong().size(16.0));
    let green = GAIN;
    let name = |site: &Site| site.name.clone();
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
                    let text = crate::output::grouped(value, *decimals);
                    ui.label(egui::RichText::new(text).size(12.5));
                }
                let colour = if y < x { green } else { ALARM };
                let sign = if y > x { "+" } else { "" };
                let text = format!("{sign}{} {unit}", crate::output::grouped(y - x, *decimals));
                ui.label(egui::RichText::new(text).size(12.5).color(colour));
                ui.end_row();
            }
        });
    let text = format!("left: {} · right: {}", name(&a.0.site), name(&b.0.site));
    ui.label(egui::RichText::new(text).color(FAINT).size(11.5));
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
    line("PUE", "", 3, |m| {
        m.snapshot.power.facility_w / m.snapshot.power.it_w.max(1.0)
    }),
    line("water", "l/h", 0, |m| {
        m.snapshot.water.makeup_kg_s * 3.6e6 / WATER_KG_M3
    }),
    line("chip", "°C", 1, |m| worst(m, |hall| hall.max_chip_c)),
    line("inlet", "°C", 1, |m| worst(m, |hall| hall.max_inlet_c)),
    line("energy", "MWh", 0, |m| m.totals.energy_j / J_PER_MWH),
    line("water used", "m³", 0, |m| m.totals.water_kg / WATER_KG_M3),
    line("paid", "$", 0, |m| m.totals.usd),
];

/// The highest of all halls.
fn worst(frame: &Frame, of: fn(&crate::snapshot::Hall) -> f64) -> f64 {
    let halls = frame.snapshot.halls.iter();
    halls.map(of).fold(f64::NEG_INFINITY, f64::max)
}

/// Alarms, weather, halls, queue and the log: the lower right.
pub(super) fn more(ui: &mut egui::Ui, sides: &Sides, play: &Play) {
    let Some(first) = sides.0.first() else { return };
    let Some(between) = first.at(play.time_s) else {
        return;
    };
    let (frame, s) = (&between.b, &between.b.snapshot);
    section(ui, "Alarms and remarks", true, |ui| {
        let alarms = explanation::alarms(&first.site, frame);
        let troubles = || sides.0.iter().filter_map(|side| side.trouble.as_ref());
        if alarms.is_empty() && troubles().next().is_none() {
            ui.label(egui::RichText::new("none").color(FAINT).size(12.5));
        }
        for alarm in alarms {
            ui.label(egui::RichText::new(alarm).color(ALARM).size(12.5));
        }
        for warning in &first.site.warnings {
            ui.label(egui::RichText::new(warning).color(FAINT).size(11.0));
        }
        for trouble in troubles() {
            ui.label(egui::RichText::new(trouble).color(ALARM).size(12.5));
        }
    });
    section(ui, "Weather", true, |ui| {
        figure(ui, "dry bulb", celsius(s.outside.dry_bulb_c));
        figure(ui, "wet bulb", celsius(s.outside.wet_bulb_c));
        if s.carbon_kg_j.is_finite() {
            figure(
                ui,
                "grid carbon",
                format!("{:.0} g/kWh", s.carbon_kg_j * 3.6e9),
            );
        }
    });
    section(ui, "Halls", true, |ui| {
        for (hall, config) in s.halls.iter().zip(&first.site.scenario.hall) {
            figure(
                ui,
                &config.name,
                format!("{} · {}", power(hall.it_w), percent(hall.utilisation)),
            );
        }
    });
    if let Some(queue) = &s.queue {
        section(ui, "Queue", true, |ui| {
            figure(ui, "running jobs", count(queue.running_jobs as f64));
            figure(ui, "waiting jobs", count(queue.waiting_jobs as f64));
            figure(ui, "waiting GPUs", count(queue.waiting_gpus as f64));
            figure(ui, "busy GPUs", count(queue.busy_gpus as f64));
        });
    }
    if !first.log.is_empty() {
        section(ui, "What was done", true, |ui| {
            for command in first.log.iter().rev().take(12) {
                let at = first.site.date_time(command.at_s).strftime("%b %-d %H:%M");
                let text = format!("{at}  {}", command.act.words());
                ui.label(egui::RichText::new(text).size(12.0));
            }
        });
    }
}
