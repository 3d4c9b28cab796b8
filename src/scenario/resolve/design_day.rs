//! The design day: the facility as sized, at full load through the hottest and the most humid hours of its site, what it draws
//! there and what does not hold. `validate` prints it before anybody runs a year to find out.
//!
//! Full load is every accelerator at work, or the greatest that `[workload.constant]` or a profile asks for. Nothing fails, and no limit of the grid
//! slows chips down: what the site would draw is compared with it. Steps of half an hour, six hours on each side of the
//! extreme, after six hours to settle.

use super::circuits::{Circuits, DESIGN_MARGIN};
use super::context::{Context, Lines};
use super::halls::Halls;
use super::supply;
use crate::describe::{Fault, power};
use crate::facility::{CircuitParts, Facility, Level, OnSiteParts, Parts, Work};
use crate::heat_rejection::{Outdoors, StepRequest};
use crate::metrics::figures::Figure;
use crate::metrics::shortfall::fell_short;
use crate::metrics::{self, Metrics, Summary};
use crate::observer::Observer as _;
use crate::series::Signal;
use crate::snapshot::Snapshot;
use crate::tariff::Tariff;
use crate::units::HOUR_S;
use crate::weather::Weather;
use crate::weather::design::DesignAir;
use extreme::Extreme;

mod extreme;

const STEP_S: f64 = 1800.0;
/// Steps before anything counts, and those that count: six and twelve hours.
const SETTLING: u32 = 12;
const COUNTED: u32 = 24;
/// Water further above its setpoint than this is reported, K.
const TOLD_K: f64 = 0.1;
/// Of the room that plants are sized with, this much is for fans, pumps and distribution: the rest is spare.
const LOAD_MARGIN: f64 = 0.5 * (1.0 + DESIGN_MARGIN);

/// What came of a day.
struct Day {
    summary: Summary,
    /// IT before anything is hot, W.
    it_w: f64,
    /// By circuit: its warmest water, °C, and the air and season then.
    warmest: Vec<(f64, Outdoors)>,
}

/// What came of looking at the design day.
#[derive(Default)]
pub(super) struct Found {
    /// What will not hold, a sentence each.
    pub(super) will_not_hold: Vec<String>,
    /// What is drawn, for `validate`.
    pub(super) lines: Lines,
}

/// What is looked at: halls and plants as sized, and the weather of their site.
pub(super) struct DesignDay<'a> {
    pub(super) context: Context<'a>,
    pub(super) halls: &'a Halls<'a>,
    pub(super) circuits: &'a Circuits<'a>,
    pub(super) weather: &'a Weather,
    pub(super) design: &'a DesignAir,
}

impl DesignDay<'_> {
    /// What the site draws under a load, all chips at work where there is none of its own, and what will not hold.
    pub(super) fn look(&self, load: Option<Level>) -> Result<Found, Fault> {
        let weather = self.weather;
        let hottest = Extreme::hottest(weather, self.design);
        let most_humid = Extreme::most_humid(weather, self.design);
        let same = most_humid.hour / 24 == hottest.hour / 24
            && most_humid.warmer_k <= 0.0
            && hottest.warmer_k <= 0.0;
        let load = load.unwrap_or(Level::Constant(1.0));
        let mut found = Found::default();
        let mut known: Vec<&str> = Vec::new();
        let mut peaks: Vec<(f64, &Extreme)> = Vec::new();
        for extreme in [&hottest, &most_humid] {
            if same && extreme.damper {
                continue;
            }
            let facility = self.facility_at(load.clone())?;
            let Some(day) = live_through(facility, extreme, self.halls.gpus() as f64) else {
                continue;
            };
            peaks.push((peak_mw(&day), extreme));
            let told = &mut found.will_not_hold;
            let fell_short = fell_short(&day.summary);
            let new = fell_short
                .iter()
                .any(|(each, _)| !known.contains(&each.key));
            if new {
                let air = extreme.peak();
                told.push(format!(
                    "the 12 h around the {} hour ({:.1} °C, wet bulb {:.1} °C) with {}: {}",
                    extreme.which,
                    air.dry_bulb_c,
                    air.wet_bulb_c,
                    words(&load),
                    listed(&fell_short)
                ));
                told.extend(self.too_warm(&day)?);
            }
            if !extreme.damper {
                told.extend(self.too_much(&day));
            }
            known.extend(fell_short.iter().map(|(each, _)| each.key));
        }
        if let Some((most_mw, extreme)) = peaks.into_iter().max_by(|a, b| a.0.total_cmp(&b.0)) {
            let air = extreme.peak();
            found.lines.push((
                "design day".into(),
                format!(
                    "{} draws {most_mw:.3} MW at the most, in the 12 h around {:.1} °C (wet bulb {:.1} °C): for the grid \
                     connection; the peak of a run is that of its own weather",
                    words(&load),
                    air.dry_bulb_c,
                    air.wet_bulb_c
                ),
            ));
        }
        Ok(found)
    }

    /// The facility with nothing but its halls, plants and chain, under one load.
    pub(super) fn facility_at(&self, load: Level) -> Result<Facility, Fault> {
        Ok(Facility::new(Parts {
            halls: self.halls.equip(self.circuits)?,
            it_rooms: self.halls.it_rooms(self.circuits),
            chain: supply::chain(self.context, self.halls.it())?,
            circuits: self.circuits.build(self.weather, self.design)?.0,
            other_w: self.context.scenario.site.other_kw * 1e3,
            price_usd_j: Signal::Constant(f64::NAN),
            carbon_kg_j: Signal::Constant(f64::NAN),
            on_site: OnSiteParts::default(),
            work: Work::level(load),
            tolerance: 0.0,
        }))
    }

    /// Circuits whose water came too warm, why, and for how long in a year.
    fn too_warm(&self, day: &Day) -> Result<Vec<String>, Fault> {
        let mut told = Vec::new();
        let heats_w = self.circuits.heats_w();
        let design_it_w = self.halls.it().all_w;
        let circuits = self.circuits.build(self.weather, self.design)?.0;
        let all = circuits.into_iter().zip(&day.warmest).enumerate();
        for (index, (mut circuit, (warmest_c, outdoors))) in all {
            let setpoint_c = circuit.water.setpoint_c;
            if *warmest_c <= circuit.water.warmest_aim_c() + TOLD_K {
                continue;
            }
            let heat_w = heats_w[index] * LOAD_MARGIN * (day.it_w / design_it_w).min(1.0);
            let flow_w_k = circuit.water.flow(heat_w).w_k;
            circuit.plant.decide(&request(&circuit, heat_w, outdoors));
            let most_w = circuit
                .plant
                .capacity_w(setpoint_c, flow_w_k, &outdoors.air);
            let reached = format!(
                "water of the circuit '{}' reaches {warmest_c:.1} °C against a setpoint of {setpoint_c:.1} °C",
                circuit.name
            );
            if most_w >= heat_w {
                told.push(reached);
                continue;
            }
            let carried = if most_w > 0.0 {
                power(most_w)
            } else {
                "nothing".into()
            };
            told.push(format!(
                "{reached}; at its setpoint its plant carries {carried} of about {} in that air, and less than that in about \
                 {:.0} h of the year",
                power(heat_w),
                hours_short(&mut circuit, heat_w, self.weather)
            ));
        }
        Ok(told)
    }

    /// What the site draws at full load against what supplies it.
    fn too_much(&self, day: &Day) -> Vec<String> {
        let site = &self.context.scenario.site;
        let mut told = Vec::new();
        let peak_mw = peak_mw(day);
        if let Some(limit_mw) = site.grid_limit_mw.filter(|limit_mw| *limit_mw < peak_mw) {
            told.push(format!(
                "full load draws {peak_mw:.3} MW on the hottest day, above the grid limit of {limit_mw:.3} MW: chips are slowed down \
                 where sun and battery do not cover the rest"
            ));
        }
        let sets_mw = site.generator.as_ref().map(|sets| sets.power_mw);
        if let Some(sets_mw) = sets_mw.filter(|sets_mw| *sets_mw < peak_mw) {
            told.push(format!(
                "full load draws {peak_mw:.3} MW on the hottest day, above the generators' {sets_mw} MW: in an outage chips are \
                 slowed down"
            ));
        }
        told
    }
}

/// The greatest power of the site, MW.
fn peak_mw(day: &Day) -> f64 {
    day.summary.peak_kw.facility.unwrap_or(0.0) / 1e3
}

/// The load of the day.
fn words(load: &Level) -> String {
    match load {
        Level::Constant(share) => format!("every chip at {:.0} %", 100.0 * share),
        Level::Utilisation(profile) => format!("every chip at {:.0} %", 100.0 * profile.max()),
        Level::ItPower(profile) => {
            format!("IT at its greatest, {}", power(profile.max()))
        }
        Level::SitePower(profile) => {
            format!("the site at its greatest, {}", power(profile.max()))
        }
    }
}

/// What fell short, each with what belongs to it in brackets.
fn listed(fell_short: &[(Figure, f64)]) -> String {
    let mut list = String::new();
    // The share of all GPU-hours is for runs: a day's is short without it.
    for (each, value) in fell_short
        .iter()
        .filter(|(each, _)| each.key != "off_share")
    {
        let (spec, (unit, factor)) = (each.spec, each.spec.unit.shown());
        let (label, decimals) = (spec.label.trim(), spec.decimals);
        let says = format!("{label} {:.decimals$} {unit}", value * factor);
        if spec.label.starts_with(' ') {
            list = format!("{list} ({says})");
        } else {
            let between = if list.is_empty() { "" } else { ", " };
            list = format!("{list}{between}{says}");
        }
    }
    list
}

/// None where a balance does not close: the run itself will say so.
fn live_through(mut facility: Facility, extreme: &Extreme<'_>, gpus: f64) -> Option<Day> {
    let mut metrics = Metrics::new(&metrics::Context {
        gpus,
        grid_water_l_kwh: None,
        tariff: Tariff::default(),
        start: jiff::civil::Date::constant(2026, 1, 1),
        events: Vec::new(),
        mining: None,
        answered: None,
        ownership: None,
    });
    let mut it_w = 0.0;
    let mut warmest = Vec::new();
    // A row is the air at the end of its hour.
    let from_h = extreme.hour as f64 + 1.0 - f64::from(SETTLING + COUNTED / 2) * STEP_S / HOUR_S;
    for step in 0..SETTLING + COUNTED {
        let time_s = f64::from(step) * STEP_S;
        let hour = from_h + (time_s + 0.5 * STEP_S) / HOUR_S;
        let outdoors = Outdoors {
            air: extreme.at(hour),
            hour_of_year: hour.rem_euclid(extreme.weather.states().len() as f64),
        };
        let snapshot = facility.step(&outdoors, time_s, STEP_S).ok()?;
        if step == 0 {
            it_w = snapshot.power.it_w;
        }
        if step >= SETTLING {
            metrics.observe(snapshot).ok()?;
            note(&mut warmest, snapshot, &outdoors);
        }
    }
    Some(Day {
        summary: metrics.summary(),
        it_w,
        warmest,
    })
}

fn note(warmest: &mut Vec<(f64, Outdoors)>, snapshot: &Snapshot, outdoors: &Outdoors) {
    let plants = std::iter::once(&snapshot.plant).chain(&snapshot.circuits);
    for (index, plant) in plants.enumerate() {
        if index == warmest.len() {
            warmest.push((f64::NEG_INFINITY, *outdoors));
        }
        if plant.supply_c > warmest[index].0 {
            warmest[index] = (plant.supply_c, *outdoors);
        }
    }
}

fn request<'a>(circuit: &CircuitParts, heat_w: f64, outdoors: &'a Outdoors) -> StepRequest<'a> {
    StepRequest {
        heat_w,
        supply_c: circuit.water.setpoint_c,
        flow_w_k: circuit.water.flow(heat_w).w_k,
        outdoors,
        dt_s: HOUR_S,
    }
}

/// Hours of the weather year in which a plant cannot carry this heat at its setpoint, about.
fn hours_short(circuit: &mut CircuitParts, heat_w: f64, weather: &Weather) -> f64 {
    let (setpoint_c, flow_w_k) = (circuit.water.setpoint_c, circuit.water.flow(heat_w).w_k);
    let mut hours = 0_u32;
    for (hour, air) in weather.states().iter().enumerate() {
        // A row is the air at the end of its hour.
        let outdoors = Outdoors {
            air: *air,
            hour_of_year: hour as f64 + 1.0,
        };
        circuit.plant.decide(&request(circuit, heat_w, &outdoors));
        let plant = &circuit.plant;
        if !plant.carries(heat_w * (1.0 - 1e-3), setpoint_c, flow_w_k, air) {
            hours += 1;
        }
    }
    f64::from(hours)
}

#[cfg(test)]
mod tests {
    use crate::weather::climate;

    /// Hours of the year that `validate` gives for a plant at 18 °C in Phoenix.
    fn told_hours(plant: &str) -> f64 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.toml");
        let text = format!(
            "name = \"x\"\nit = []\n[run]\nstart = \"2026-01-01\"\ndays = 1\n[site]\nclimate = \"phoenix\"\n[[hall]]\nname = \
                    \"h\"\nserver = \"hgx-h100\"\nracks = 4\nservers_per_rack = 4\n[hall.cooling.air]\n\
                    [heat_rejection.{plant}]\nsetpoint_c = 18.0\n[workload.constant]\nutilisation = 1.0\n"
        );
        std::fs::write(&path, text).unwrap();
        let loaded = crate::scenario::load(&path, &[]).unwrap();
        let told = crate::scenario::resolve(&loaded).unwrap().will_not_hold;
        let told = told.iter().find(|told| told.contains("h of the year"));
        let words: Vec<&str> = told.unwrap().split_whitespace().collect();
        let at = words.iter().rposition(|word| *word == "about").unwrap();
        words[at + 1].parse().unwrap()
    }

    /// By hand: at design water of 26 °C meets air 14 K colder, less 1.05/1.1 of the heat 13.4 K. The air of cool hours is 14 %
    /// denser than that of the design day and carries 6 to 9 % more by the kelvin: 12.3 to 12.6 K, so coolers are short above
    /// some 13.4 to 13.7 °C, of which 1.5 K · 1.05/1.1 are their own discharge: 12.0 to 12.3 °C outdoors.
    #[test]
    fn hours_of_the_year_are_those_of_the_weather() {
        let hours = told_hours("dry_cooler");
        let phoenix = climate::built_in("phoenix").unwrap();
        let above = |dry_bulb_c: f64| {
            let states = phoenix.states().iter();
            states.filter(|air| air.dry_bulb_c > dry_bulb_c).count() as f64
        };
        assert!(
            (above(12.5)..=above(11.8)).contains(&hours),
            "{hours}: {} to {}",
            above(12.5),
            above(11.8)
        );
    }

    /// By hand: 1.05/1.1 of the heat needs 0.9545 of the 1.949 K between supply and the water behind the pump: 16.09 °C at the
    /// intake. 12 + 8·cos is above that for acos(0.511)/π of the year, 2,884 h.
    #[test]
    fn hours_of_a_lake_are_those_of_its_calendar() {
        let hours = told_hours("surface_water");
        assert!((2790.0..=2930.0).contains(&hours), "{hours}");
    }
}
