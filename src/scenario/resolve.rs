//! From names to parameters: checks a scenario against the catalogue and against itself, and sizes the facility.

mod checks;
mod circuits;
mod describe;
mod events;
mod grid;
mod hall;
mod on_site;
mod ranges;
mod scheduler;
mod sized;
mod work;

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::catalogue::{self, Catalogue};
use super::{Loaded, Scenario, ScenarioError, text};
use crate::electrical::Chain;
use crate::engine::{Clock, Commands, Event, Events, Simulation};
use crate::facility::{Facility, Parts};
use crate::metrics::ride_through::Span;
use crate::series::Period;
use crate::weather::{self, Weather, climate};
pub(super) use events::outage;
use sized::Sized;

/// A file that a run read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// As the scenario names it.
    pub name: String,
    /// Where it was found.
    pub path: PathBuf,
}

/// A scenario ready to run.
pub struct Resolved {
    /// The scenario, defaults filled in.
    pub scenario: Scenario,
    /// The simulation at its start.
    pub simulation: Simulation,
    /// First day.
    pub start: Date,
    /// Length, s.
    pub total_s: f64,
    /// Accelerators of all halls.
    pub gpus: f64,
    /// Water behind a kilowatt-hour of the grid, litres.
    pub grid_water_l_kwh: Option<f64>,
    /// When something goes wrong on purpose.
    pub events: Vec<Span>,
    /// IT power with every chip at work, W.
    pub design_it_w: f64,
    /// What was sized, a line each, for `validate`.
    pub description: Vec<(String, String)>,
    /// What the user should know.
    pub warnings: Vec<String>,
    /// Files read besides the scenario.
    pub inputs: Vec<Input>,
}

/// Mechanical power the transformers are sized for, over the IT power at full load: chillers on the hottest day.
const MECHANICAL_SHARE: f64 = 0.35;

/// Checks and sizes a scenario.
pub fn resolve(loaded: &Loaded) -> Result<Resolved, ScenarioError> {
    Resolver {
        loaded,
        catalogue: catalogue::built_in(),
        warnings: Vec::new(),
        inputs: Vec::new(),
    }
    .resolve()
    .map_err(|error| error.in_file(&loaded.path))
}

struct Resolver<'a> {
    loaded: &'a Loaded,
    catalogue: &'static Catalogue,
    warnings: Vec<String>,
    inputs: Vec<Input>,
}

impl Resolver<'_> {
    fn resolve(mut self) -> Result<Resolved, ScenarioError> {
        let scenario = &self.loaded.scenario;
        self.check_names()?;
        let (start, total_s) = self.check_run()?;
        self.check_ranges()?;
        let weather = self.weather()?;
        let halls: Vec<Sized> = scenario
            .hall
            .iter()
            .enumerate()
            .map(|(index, hall)| self.hall(index, hall))
            .collect::<Result<_, _>>()?;
        self.check_site(&halls)?;
        let design_it_w: f64 = halls
            .iter()
            .map(|hall| hall.rack_w * f64::from(hall.config.racks))
            .sum();
        let gpus: u64 = halls
            .iter()
            .map(|hall| {
                u64::from(hall.config.racks)
                    * u64::from(hall.config.servers_per_rack)
                    * u64::from(hall.server.entry.accelerators)
            })
            .sum();
        let mut description = self.describe_site(&weather, design_it_w, gpus);
        let period = Period {
            start,
            total_s,
            utc_offset_h: weather.site.utc_offset_h,
        };
        let mut told = Vec::new();
        let rates = self.rates(period, &mut told)?;
        let work = self.work(&halls, design_it_w, period, &rates, &mut description)?;
        let circuits = self.circuits(&halls)?;
        let mut parts = Vec::with_capacity(halls.len());
        for (index, hall) in halls.into_iter().enumerate() {
            let water = circuits.describe(index);
            description.push((format!("hall {}", hall.config.name), hall.describe(&water)));
            parts.push(self.equip(index, hall, &weather, &circuits)?);
        }
        let circuits = self.build(circuits, &weather, &mut description)?;
        let names: Vec<String> = circuits
            .iter()
            .map(|circuit| circuit.name.clone())
            .collect();
        let events = self.events(start, total_s, &names)?;
        let chain = self.chain(design_it_w, design_it_w * MECHANICAL_SHARE)?;
        self.describe_power(&chain, &mut description);
        description.append(&mut told);
        let on_site = self.on_site(&chain, design_it_w, period, &weather, &mut description)?;
        description.push(("work".into(), self.describe_work()));
        for (index, event) in events.iter().enumerate() {
            description.push(self.describe_event(index, event));
        }
        let facility = Facility::new(Parts {
            halls: parts,
            chain,
            circuits,
            other_w: scenario.site.other_kw * 1e3,
            price_usd_j: rates.price_usd_j,
            carbon_kg_j: rates.carbon_kg_j,
            on_site,
            work,
        });
        let span = |event: &Event| Span {
            name: event.name.clone(),
            start_s: event.start_s,
            end_s: event.end_s,
        };
        let spans = events.iter().map(span).collect();
        let step_s = scenario.run.step_s;
        let mut scenario = scenario.clone();
        scenario.electrical = scenario.electrical.filled();
        // What is written must run again from anywhere. TOML holds no path that is not UTF-8.
        for file in scenario.paths_mut() {
            if let Ok(path) = std::path::absolute(self.beside(file))
                && path.to_str().is_some()
            {
                *file = path;
            }
        }
        let grid_water_l_kwh = self.grid_water_l_kwh();
        Ok(Resolved {
            events: spans,
            scenario,
            simulation: Simulation {
                facility,
                weather,
                clock: Clock::new(start, step_s, total_s),
                events: Events::new(events),
                commands: Commands::default(),
            },
            start,
            total_s,
            gpus: gpus as f64,
            grid_water_l_kwh,
            design_it_w,
            description,
            warnings: self.warnings,
            inputs: self.inputs,
        })
    }

    /// An error at the place of a key.
    fn error(&self, key: &str, what: impl Into<String>, cure: impl Into<String>) -> ScenarioError {
        let error = ScenarioError::new(what, cure);
        match text::locate(&self.loaded.text, key) {
            Some(span) => error.at(&self.loaded.text, span),
            None => error,
        }
    }

    /// An error at the place of a key, from a message of the form `what; cure`.
    fn complaint(&self, key: &str, message: &str) -> ScenarioError {
        let (what, cure) = message.split_once("; ").unwrap_or((message, ""));
        self.error(key, what, cure)
    }

    fn weather(&mut self) -> Result<Weather, ScenarioError> {
        let site = &self.loaded.scenario.site;
        match (&site.climate, &site.weather) {
            (Some(name), None) => climate::built_in(name).ok_or_else(|| {
                self.error(
                    "site.climate",
                    format!("there is no built-in climate '{name}'"),
                    super::error::suggest(name, climate::names().collect::<Vec<_>>()),
                )
            }),
            (None, Some(file)) => {
                let path = self.beside(file);
                let weather = weather::read(&path)
                    .map_err(|error| self.complaint("site.weather", &error.to_string()))?;
                self.inputs.push(Input { name: file.display().to_string(), path });
                self.warnings
                    .extend(weather.repairs.iter().map(|repair| format!("weather: {repair}")));
                Ok(weather)
            }
            (Some(_), Some(_)) => Err(self.error(
                "site.weather",
                "the site has both a climate and a weather file",
                "keep one of site.climate and site.weather",
            )),
            (None, None) => Err(self.error(
                "site",
                "the site has no weather",
                "add climate = \"phoenix\" (see `coldaisle catalogue climates`) or weather = \"file.epw\"",
            )),
        }
    }

    /// A path of the scenario, relative to the scenario file.
    fn beside(&self, file: &Path) -> PathBuf {
        self.loaded
            .path
            .parent()
            .unwrap_or(Path::new(""))
            .join(file)
    }

    fn chain(&self, design_it_w: f64, design_mechanical_w: f64) -> Result<Chain, ScenarioError> {
        let config = &self.loaded.scenario.electrical;
        // Both ways of naming stages at once would leave one of them unheard.
        if !config.stage.is_empty() {
            for (key, named) in [
                ("transformer", &config.transformer),
                ("ups", &config.ups),
                ("pdu", &config.pdu),
            ] {
                if named.is_some() {
                    let what = format!("{key} stands beside a list of stages");
                    let cure = "remove it: [[electrical.stage]] names every stage";
                    return Err(self.error(&format!("electrical.{key}"), what, cure));
                }
            }
        }
        let specs = config
            .specs(&self.catalogue.electrical)
            .map_err(|unknown| {
                let known: Vec<_> = unknown.known.iter().map(String::as_str).collect();
                let cure = super::error::suggest(&unknown.name, known);
                self.error(&format!("electrical.{}", unknown.key), unknown.what, cure)
            })?;
        Chain::from_design(specs, design_it_w, design_mechanical_w).map_err(|(index, message)| {
            self.complaint(&format!("electrical.stage[{index}].device"), &message)
        })
    }

    fn describe_site(
        &mut self,
        weather: &Weather,
        design_it_w: f64,
        gpus: u64,
    ) -> Vec<(String, String)> {
        let statistics = weather.statistics();
        if weather.synthetic {
            let name = self
                .loaded
                .scenario
                .site
                .climate
                .as_deref()
                .unwrap_or_default();
            self.warnings.push(format!(
                "the climate is synthetic ('{name}'): right in its monthly means, not in its extremes; its normals \
                 and their sources: `coldaisle catalogue climates {name}`"
            ));
        }
        vec![
            ("run".into(), self.describe_run()),
            ("weather".into(), weather.label.clone()),
            (
                String::new(),
                format!(
                    "dry bulb {:.1} to {:.1} °C (mean {:.1}), wet bulb up to {:.1} °C",
                    statistics.dry_bulb_c.min,
                    statistics.dry_bulb_c.max,
                    statistics.dry_bulb_c.mean,
                    statistics.wet_bulb_c.max
                ),
            ),
            ("accelerators".into(), gpus.to_string()),
            ("IT at full load".into(), describe::power(design_it_w)),
        ]
    }
}
