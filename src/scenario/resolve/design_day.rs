//! The design day: the facility as sized, at full load through the hottest and the most humid hours of its weather, and what
//! does not hold there. `validate` prints it before anybody runs a year to find out.
//!
//! Full load is every accelerator at work, or the greatest that `[workload.constant]` or a profile asks for. Nothing fails, and no limit of the grid
//! slows chips down: what the site would draw is compared with it. Steps of half an hour, six hours on each side of the
//! extreme, after six hours to settle.

use super::circuits::{DESIGN_MARGIN, Plan};
use super::sized::Sized;
use super::{MECHANICAL_SHARE, Resolver, describe};
use crate::describe::Fault;
use crate::facility::{CircuitParts, Facility, Level, OnSiteParts, Parts, Work};
use crate::heat_rejection::Asked;
use crate::metrics::shortfall::{SHORTFALLS, Shortfall};
use crate::metrics::{Context, Metrics, Summary, Tariff};
use crate::observer::Observer as _;
use crate::physics::psychrometrics::MoistAir;
use crate::series::Signal;
use crate::snapshot::Snapshot;
use crate::units::HOUR_S;
use crate::weather::Weather;

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
    /// By circuit: its warmest water, °C, and the air then.
    warmest: Vec<(f64, MoistAir)>,
}

impl Resolver<'_> {
    /// What will not hold at full load in the extremes of this weather, a sentence each.
    pub(super) fn design_day(
        &self,
        halls: &[Sized<'_>],
        plan: &Plan<'_>,
        weather: &Weather,
        design_it_w: f64,
        gpus: f64,
        load: Option<Level>,
    ) -> Result<Vec<String>, Fault> {
        let states = weather.states();
        let extreme = |of: fn(&MoistAir) -> f64| {
            let hours = states.iter().enumerate();
            hours.fold(0, |most, (hour, air)| {
                if of(air) > of(&states[most]) {
                    hour
                } else {
                    most
                }
            })
        };
        let hottest = extreme(|air| air.dry_bulb_c);
        let dampest = extreme(|air| air.wet_bulb_c);
        let load = load.unwrap_or(Level::Constant(1.0));
        let mut told = Vec::new();
        let mut known: Vec<&str> = Vec::new();
        for (hour, which) in [(hottest, "hottest"), (dampest, "most humid")] {
            if which != "hottest" && hour / 24 == hottest / 24 {
                continue;
            }
            let facility = self.facility_at(load.clone(), halls, plan, weather, design_it_w)?;
            let Some(day) = live_through(facility, weather, hour, gpus) else {
                continue;
            };
            let fell_short = SHORTFALLS.iter().filter(|each| each.shows(&day.summary));
            let fell_short: Vec<_> = fell_short.collect();
            let new = fell_short.iter().any(|each| !known.contains(&each.key));
            if new {
                let air = &states[hour];
                told.push(format!(
                    "the 12 h around the {which} hour ({:.1} °C, wet bulb {:.1} °C) with {}: {}",
                    air.dry_bulb_c,
                    air.wet_bulb_c,
                    words(&load),
                    listed(&fell_short, &day.summary)
                ));
                told.extend(self.too_warm(&day, plan, weather, design_it_w)?);
            }
            if which == "hottest" {
                told.extend(self.too_much(&day));
            }
            known.extend(fell_short.iter().map(|each| each.key));
        }
        Ok(told)
    }

    /// The facility with nothing but its halls, plants and chain, under one load.
    fn facility_at(
        &self,
        load: Level,
        halls: &[Sized<'_>],
        plan: &Plan<'_>,
        weather: &Weather,
        design_it_w: f64,
    ) -> Result<Facility, Fault> {
        let parts = halls.iter().enumerate();
        let parts = parts.map(|(index, hall)| self.equip(index, hall.clone(), plan));
        Ok(Facility::new(Parts {
            halls: parts.collect::<Result<_, _>>()?,
            chain: self.chain(design_it_w, design_it_w * MECHANICAL_SHARE)?,
            circuits: self.build(plan.clone(), weather, &mut Vec::new())?,
            other_w: self.loaded.scenario.site.other_kw * 1e3,
            price_usd_j: Signal::Constant(f64::NAN),
            carbon_kg_j: Signal::Constant(f64::NAN),
            on_site: OnSiteParts::default(),
            work: Work::level(load),
        }))
    }

    /// Circuits whose water came too warm, why, and for how long in a year.
    fn too_warm(
        &self,
        day: &Day,
        plan: &Plan<'_>,
        weather: &Weather,
        design_it_w: f64,
    ) -> Result<Vec<String>, Fault> {
        let mut told = Vec::new();
        let heats_w = plan.heats_w();
        let circuits = self.build(plan.clone(), weather, &mut Vec::new())?;
        let all = circuits.into_iter().zip(&day.warmest).enumerate();
        for (index, (mut circuit, (warmest_c, outside))) in all {
            let setpoint_c = circuit.water.setpoint_c;
            if *warmest_c <= setpoint_c + TOLD_K {
                continue;
            }
            let heat_w = heats_w[index] * LOAD_MARGIN * (day.it_w / design_it_w).min(1.0);
            let flow_w_k = circuit.water.flow(heat_w).w_k;
            circuit.plant.decide(&asked(&circuit, heat_w, outside));
            let most_w = circuit.plant.capacity_w(setpoint_c, flow_w_k, outside);
            let reached = format!(
                "water of the circuit '{}' reaches {warmest_c:.1} °C against a setpoint of {setpoint_c:.1} °C",
                circuit.name
            );
            if most_w >= heat_w {
                told.push(reached);
                continue;
            }
            let carried = if most_w > 0.0 {
                describe::power(most_w)
            } else {
                "nothing".into()
            };
            told.push(format!(
                "{reached}; at its setpoint its plant carries {carried} of about {} in that air, and less than that in about \
                 {:.0} h of the year",
                describe::power(heat_w),
                hours_short(&mut circuit, heat_w, weather)
            ));
        }
        Ok(told)
    }

    /// What the site draws at full load against what supplies it.
    fn too_much(&self, day: &Day) -> Vec<String> {
        let site = &self.loaded.scenario.site;
        let mut told = Vec::new();
        let peak_mw = day.summary.peak_kw.facility.unwrap_or(0.0) / 1e3;
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

/// The load of the day.
fn words(load: &Level) -> String {
    match load {
        Level::Constant(share) => format!("every GPU at {:.0} %", 100.0 * share),
        Level::Utilisation(profile) => format!("every GPU at {:.0} %", 100.0 * profile.max()),
        Level::ItPower(profile) => {
            format!("IT at its greatest, {}", describe::power(profile.max()))
        }
        Level::SitePower(profile) => {
            format!(
                "the site at its greatest, {}",
                describe::power(profile.max())
            )
        }
    }
}

/// What fell short, each with what belongs to it in brackets.
fn listed(fell_short: &[&Shortfall], summary: &Summary) -> String {
    let mut list = String::new();
    // The share of all GPU-hours is for runs: a day's is short without it.
    for each in fell_short.iter().filter(|each| each.key != "off_share") {
        let figure = each.figure(summary).unwrap_or(0.0) * each.factor;
        let (label, decimals) = (each.label.trim(), each.decimals);
        let says = format!("{label} {figure:.decimals$} {}", each.unit);
        if each.label.starts_with(' ') {
            list = format!("{list} ({says})");
        } else {
            let between = if list.is_empty() { "" } else { ", " };
            list = format!("{list}{between}{says}");
        }
    }
    list
}

/// None where a balance does not close: the run itself will say so.
fn live_through(mut facility: Facility, weather: &Weather, hour: usize, gpus: f64) -> Option<Day> {
    let mut metrics = Metrics::new(&Context {
        gpus,
        grid_water_l_kwh: None,
        tariff: Tariff::default(),
        start: jiff::civil::Date::constant(2026, 1, 1),
        events: Vec::new(),
    });
    let mut it_w = 0.0;
    let mut warmest = Vec::new();
    // A row is the air at the end of its hour.
    let from_h = hour as f64 + 1.0 - f64::from(SETTLING + COUNTED / 2) * STEP_S / HOUR_S;
    for step in 0..SETTLING + COUNTED {
        let time_s = f64::from(step) * STEP_S;
        let outside = weather.at(from_h + (time_s + 0.5 * STEP_S) / HOUR_S);
        let snapshot = facility.step(&outside, time_s, STEP_S).ok()?;
        if step == 0 {
            it_w = snapshot.power.it_w;
        }
        if step >= SETTLING {
            metrics.observe(snapshot).ok()?;
            note(&mut warmest, snapshot);
        }
    }
    Some(Day {
        summary: metrics.summary(),
        it_w,
        warmest,
    })
}

fn note(warmest: &mut Vec<(f64, MoistAir)>, snapshot: &Snapshot) {
    let plants = std::iter::once(&snapshot.plant).chain(&snapshot.circuits);
    for (index, plant) in plants.enumerate() {
        if index == warmest.len() {
            warmest.push((f64::NEG_INFINITY, snapshot.outside));
        }
        if plant.supply_c > warmest[index].0 {
            warmest[index] = (plant.supply_c, snapshot.outside);
        }
    }
}

fn asked<'a>(circuit: &CircuitParts, heat_w: f64, outside: &'a MoistAir) -> Asked<'a> {
    Asked {
        heat_w,
        supply_c: circuit.water.setpoint_c,
        flow_w_k: circuit.water.flow(heat_w).w_k,
        outside,
        dt_s: HOUR_S,
    }
}

/// Hours of the weather year in which a plant cannot carry this heat at its setpoint, about.
fn hours_short(circuit: &mut CircuitParts, heat_w: f64, weather: &Weather) -> f64 {
    let (setpoint_c, flow_w_k) = (circuit.water.setpoint_c, circuit.water.flow(heat_w).w_k);
    let mut hours = 0_u32;
    for outside in weather.states() {
        circuit.plant.decide(&asked(circuit, heat_w, outside));
        let plant = &circuit.plant;
        if !plant.carries(heat_w * (1.0 - 1e-3), setpoint_c, flow_w_k, outside) {
            hours += 1;
        }
    }
    f64::from(hours)
}

#[cfg(test)]
mod tests {
    use crate::weather::climate;

    /// By hand: at design water of 26 °C meets air 14 K colder, less 1.05/1.1 of the heat 13.4 K. The air of cool hours is 12 %
    /// denser and carries 5 to 8 % more by the kelvin: 12.4 to 12.7 K, so coolers are short above some 13.3 to 13.6 °C.
    #[test]
    fn hours_of_the_year_are_those_of_the_weather() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.toml");
        let text = "name = \"x\"\n[run]\nstart = \"2026-01-01\"\ndays = 1\n[site]\nclimate = \"phoenix\"\n[[hall]]\nname = \
                    \"h\"\nserver = \"hgx-h100\"\nracks = 4\nservers_per_rack = 4\n[hall.cooling.air]\n\
                    [heat_rejection.dry_cooler]\nsetpoint_c = 18.0\n[workload.constant]\nutilisation = 1.0\n";
        std::fs::write(&path, text).unwrap();
        let loaded = crate::scenario::load(&path, &[]).unwrap();
        let told = crate::scenario::resolve(&loaded).unwrap().will_not_hold;
        let told = told.iter().find(|told| told.contains("h of the year"));
        let words: Vec<&str> = told.unwrap().split_whitespace().collect();
        let at = words.iter().rposition(|word| *word == "about").unwrap();
        let hours: f64 = words[at + 1].parse().unwrap();
        let phoenix = climate::built_in("phoenix").unwrap();
        let above = |dry_bulb_c: f64| {
            let states = phoenix.states().iter();
            states.filter(|air| air.dry_bulb_c > dry_bulb_c).count() as f64
        };
        assert!(
            (above(13.8)..=above(13.1)).contains(&hours),
            "{hours}: {} to {}",
            above(13.8),
            above(13.1)
        );
    }
}
