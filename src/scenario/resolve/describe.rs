//! What would be built, a line each, for `validate`.

use super::Resolver;
use super::sized::Sized;
use crate::cooling::Cooling;
use crate::cooling::air::Class as AirClass;
use crate::electrical::Chain;
use crate::engine::Event;
use crate::heat_rejection::HeatRejection;
use crate::heat_rejection::config::PlantDesign;
use crate::heat_rejection::water_loop::WaterLoop;
use crate::it::{Build, Server};
use crate::scenario::event::What;
use crate::units::DAY_S;
use crate::workload::Class;
use crate::workload::model::Model;
use crate::workload::model::fine_tuning::FineTuning;

pub(super) type Description = Vec<(String, String)>;

impl Sized<'_> {
    /// What stands in the hall, in a line; `water` names its circuits where there are several.
    pub(super) fn describe(&self, water: &str) -> String {
        let racks = f64::from(self.config.racks);
        let plates = if self.rack_liquid_w > 0.0 && self.config.cooling.room_water_c().is_some() {
            format!(", {:.1} of them in plates", self.rack_liquid_w / 1e3)
        } else {
            String::new()
        };
        let other = if self.other.busy_w > 0.0 {
            format!(
                ", beside them up to {} of other IT",
                power(self.other.busy_w)
            )
        } else {
            String::new()
        };
        format!(
            "{} × {} of {}, {:.1} kW a rack{plates}, {} in all{other}; {}{water}",
            count(racks, "rack"),
            count(self.config.servers_per_rack.into(), "server"),
            self.config.server,
            self.rack_w / 1e3,
            power(self.rack_w * racks),
            cooling(&self.config.cooling)
        )
    }
}

/// What bounds the coolant of a hall's racks at its site, where that is worth a line.
pub(super) fn bounds(cooling: &Cooling, server: &Server, limit_c: f64) -> Option<String> {
    let at_m = server.air.elevation_m;
    let class = match cooling {
        Cooling::Air(air) if air.max_inlet_c.is_none() => Some(air.class),
        Cooling::RearDoor(doors) if doors.max_inlet_c.is_none() => Some(AirClass::A2),
        _ => None,
    };
    match (class, &server.build) {
        (Some(class), _) => Some(format!(
            "inlets up to {limit_c:.1} °C: class {class:?} at {at_m:.0} m"
        )),
        (None, Build::Boiling { fluid, .. }) => Some(format!(
            "boils at {:.1} °C under the site's {:.1} kPa",
            fluid.boiling_c,
            fluid.pressure_pa / 1e3
        )),
        _ => None,
    }
}

/// `1 day`, `2 days`.
pub(super) fn count(number: f64, what: &str) -> String {
    let end = if number > 1.0 { "s" } else { "" };
    format!("{number} {what}{end}")
}

/// A model that is trained, by name or by size.
fn size(model: &Model) -> String {
    match (&model.model, model.parameters) {
        (Some(name), _) => name.clone(),
        (None, parameters) => format!("{} billion parameters", parameters.unwrap_or(0.0) / 1e9),
    }
}

/// kW or MW, whichever reads better.
pub(super) fn power(watts: f64) -> String {
    if watts < 1e4 {
        format!("{:.1} kW", watts / 1e3)
    } else if watts < 1e6 {
        format!("{:.0} kW", watts / 1e3)
    } else {
        format!("{:.2} MW", watts / 1e6)
    }
}

/// The technology and the choices that make it.
fn cooling(cooling: &Cooling) -> String {
    let name = cooling.name().replace('_', "-");
    let Ok(toml::Value::Table(kinds)) = toml::Value::try_from(cooling) else {
        return name;
    };
    let Some(table) = kinds.values().find_map(toml::Value::as_table) else {
        return name;
    };
    let supply_c = table.get("supply_c").and_then(toml::Value::as_float);
    let mut parts = vec![match supply_c {
        Some(supply_c) => format!("{name} at {supply_c:.1} °C"),
        None => name,
    }];
    for (key, what) in [
        ("containment", " containment"),
        ("fans", " fans"),
        ("fluid", ""),
        ("circulation", " circulation"),
    ] {
        if let Some(choice) = table.get(key).and_then(toml::Value::as_str) {
            let choice = if choice == "none" { "no" } else { choice };
            parts.push(format!("{choice}{what}"));
        }
    }
    if let Some(kinds) = table.get("economizer").and_then(toml::Value::as_table) {
        let kinds: Vec<_> = kinds.keys().map(String::as_str).collect();
        parts.push(format!("{} economizer", kinds.join(" ")));
    }
    parts.join(", ")
}

/// A plant as it would be sized.
pub(super) fn plant(config: &HeatRejection, design: &PlantDesign<'_>) -> String {
    let units = |units: u32, spare: u32, kind: &str| match spare {
        0 => count(f64::from(units), &format!("{kind} chiller")),
        spare => format!("{units} + {spare} spare {kind} chillers"),
    };
    let each = |units: u32, stated_kw: Option<f64>| match stated_kw {
        Some(kw) => format!("{} each at their reference point", power(kw * 1e3)),
        None => format!("{} each", power(design.heat_w / f64::from(units))),
    };
    let with = |have: bool, what: &str| if have { what.to_owned() } else { String::new() };
    let (wet_c, dry_c) = (design.wet_bulb_c, design.dry_bulb_c);
    let (text, reuse) = match config {
        HeatRejection::WaterCooledChiller(plant) => (
            format!(
                "{}, {} ({}); towers {} K above {wet_c:.1} °C wet bulb{}",
                units(plant.chillers.get(), plant.spare, "water-cooled"),
                each(plant.chillers.get(), plant.capacity_kw),
                plant.curves,
                plant.tower_approach_k,
                match &plant.economizer {
                    Some(plate) if plate.integrated => "; integrated economizer",
                    Some(_) => "; economizer in place of the chillers",
                    None => "",
                }
            ),
            &plant.reuse,
        ),
        HeatRejection::AirCooledChiller(plant) => (
            format!(
                "{}, {} ({}) at {:.1} °C outdoors{}",
                units(plant.chillers.get(), plant.spare, "air-cooled"),
                each(plant.chillers.get(), plant.capacity_kw),
                plant.curves,
                plant.design_dry_bulb_c.unwrap_or(dry_c),
                with(plant.free_cooling.is_some(), "; free-cooling coil")
            ),
            &plant.reuse,
        ),
        HeatRejection::Tower(plant) => (
            format!(
                "cooling towers {} K above {wet_c:.1} °C wet bulb{}{}",
                plant.tower_approach_k,
                if plant.plate_approach_k > 0.0 {
                    format!(", behind a plate of {} K", plant.plate_approach_k)
                } else {
                    String::new()
                },
                with(plant.free_cooling.is_some(), "; dry coil before them")
            ),
            &plant.reuse,
        ),
        HeatRejection::DryCooler(plant) => (
            format!(
                "dry coolers {} K above {dry_c:.1} °C dry bulb{}",
                plant.approach_k,
                with(plant.adiabatic.is_some(), "; adiabatic pads")
            ),
            &plant.reuse,
        ),
    };
    match reuse {
        Some(reuse) => format!("{text}; heat to a network at {} °C", reuse.network_c),
        None => text,
    }
}

/// The loop of a circuit.
pub(super) fn water(circuit: &WaterLoop, fluid: &str) -> String {
    format!(
        "{fluid} {:.1} to {:.1} °C, {:.1} kg/s, pumps {}",
        circuit.setpoint_c,
        circuit.setpoint_c + circuit.rise_k,
        circuit.pump.design_kg_s,
        power(circuit.pump.design_w)
    )
}

impl Resolver<'_> {
    /// The run and its steps.
    pub(super) fn describe_run(&self) -> String {
        let run = &self.loaded.scenario.run;
        format!(
            "{} from {}, steps of {} s",
            count(run.days, "day"),
            run.start,
            run.step_s
        )
    }

    /// From the grid to the racks, and what stands beside.
    pub(super) fn describe_power(&self, chain: &Chain, description: &mut Description) {
        let scenario = &self.loaded.scenario;
        let stages = scenario.electrical.stages();
        let stages = stages
            .iter()
            .zip(chain.ratings())
            .map(|((_, stage), built)| {
                let (rated_w, units) = built;
                match units {
                    Some(units) => {
                        format!("{units:.0} × {} {}", power(rated_w / units), stage.device)
                    }
                    None => format!("{} {}", power(rated_w), stage.device),
                }
            });
        let chain: Vec<String> = stages.collect();
        if !chain.is_empty() {
            description.push(("electrical".into(), chain.join(" → ")));
        }
        let site = &scenario.site;
        let mut add = |label: &str, text: String| description.push((label.into(), text));
        if let Some(ups) = &scenario.electrical.ups_battery {
            add(
                "UPS batteries",
                format!("{} min at full IT load", ups.minutes),
            );
        }
        if let Some(limit_mw) = site.grid_limit_mw {
            add("grid limit", format!("{limit_mw} MW"));
        }
        if let Some(battery) = &site.battery {
            let does = [
                battery
                    .peak_target_mw
                    .map(|mw| format!("peaks above {mw} MW")),
                battery
                    .buy_below_usd_mwh
                    .map(|usd| format!("buys below {usd} USD/MWh")),
                battery
                    .sell_above_usd_mwh
                    .map(|usd| format!("sells above {usd} USD/MWh")),
            ];
            let does: Vec<String> = does.into_iter().flatten().collect();
            let text = format!("{} MWh, {} MW", battery.energy_mwh, battery.power_mw);
            let does = if does.is_empty() {
                "the grid limit".into()
            } else {
                does.join(", ")
            };
            add("battery", format!("{text}: {does}"));
        }
        if let Some(generator) = &site.generator {
            let (start_s, ramp_s) = (generator.start_s, generator.ramp_s);
            let text = format!(
                "{} MW, load taken over in {} s",
                generator.power_mw,
                start_s + ramp_s
            );
            add("generators", text);
        }
    }

    /// What the servers do, and who runs first.
    pub(super) fn describe_work(&self) -> String {
        let work = &self.loaded.scenario.workload;
        let mut parts = Vec::new();
        if let Some(training) = &work.pretraining {
            for model in &training.models {
                let again = if model.repeat {
                    ", again and again"
                } else {
                    ""
                };
                let what = size(model);
                parts.push(format!("training of {what} on {} GPUs{again}", model.gpus));
            }
        }
        if let Some(campaign) = &work.campaign {
            parts.push(format!(
                "a campaign of {} on {} GPUs from day {}",
                size(campaign),
                campaign.gpus,
                campaign.start_day
            ));
        }
        if let Some(inference) = &work.inference {
            parts.push(match (&inference.model, inference.requests_per_s) {
                (Some(name), Some(requests)) => {
                    format!("{requests} requests a second to {name}")
                }
                _ => format!(
                    "inference on {} GPUs at {:.0} %",
                    inference.gpus.unwrap_or(0),
                    100.0 * inference.mean_utilisation.unwrap_or(0.0)
                ),
            });
        }
        if let Some(diffusion) = &work.diffusion {
            let (model, number) = (&diffusion.model, diffusion.pictures_per_hour);
            parts.push(format!("{number} pictures an hour by {model}"));
        }
        if work.mining.is_some() {
            parts.push("every GPU hashing".into());
        }
        let tuned = work.fine_tuning.as_ref();
        for tuning in tuned.into_iter().flat_map(FineTuning::models) {
            let (model, number) = (&tuning.model, tuning.jobs_per_day);
            parts.push(format!("{number} fine-tuning jobs a day of {model}"));
        }
        let tuned = tuned.and_then(FineTuning::stream);
        for (what, class, stream) in [
            ("fine-tuning", Class::FineTuning, tuned),
            ("batch", Class::Batch, work.batch.as_ref()),
        ] {
            parts.extend(stream.and_then(|s| s.describe(what, class)));
        }
        if let Some(constant) = &work.constant {
            parts.push(format!(
                "every GPU at {:.0} %",
                100.0 * constant.utilisation
            ));
        }
        if let Some(profile) = &work.profile {
            parts.push(format!("the load of {}", profile.file.display()));
        }
        if work.constant.is_none() && work.profile.is_none() && work.mining.is_none() {
            let policy = toml::Value::try_from(&self.loaded.scenario.scheduler);
            let policy = policy.as_ref().ok().and_then(toml::Value::as_table);
            if let Some(name) = policy.and_then(|table| table.keys().next()) {
                parts.push(format!("scheduler {name}"));
            }
        }
        parts.join("; ")
    }

    /// An event, in a line.
    pub(super) fn describe_event(&self, index: usize, event: &Event) -> (String, String) {
        let config = &self.loaded.scenario.event[index];
        let of = |name: &Option<String>| match name {
            Some(name) => format!(" of {name}"),
            None => String::new(),
        };
        let share = |share: f64| format!("{:.0} %", 100.0 * share);
        let what = match &config.what {
            What::ChillerTrip(trip) => {
                let units = count(f64::from(trip.units.get()), "chiller");
                format!("{units}{}", of(&trip.circuit))
            }
            What::PumpTrip(trip) => {
                format!("{} of the pumps{}", share(trip.share), of(&trip.circuit))
            }
            What::CondenserPumpTrip(trip) => {
                let circuit = of(&trip.circuit);
                format!("{} of the condenser pumps{circuit}", share(trip.share))
            }
            What::TowerFanTrip(trip) => {
                let circuit = of(&trip.circuit);
                format!("{} of the outdoor fans{circuit}", share(trip.share))
            }
            What::CrahTrip(trip) => format!("{} of the fans{}", share(trip.share), of(&trip.hall)),
            What::CduTrip(trip) => {
                let hall = of(&trip.hall);
                format!("{} of the CDU or tank pumps{hall}", share(trip.share))
            }
            What::WaterCutOff(_) => "no make-up water".into(),
            What::HeatWave(wave) => format!("outdoors {} K warmer", wave.warmer_k),
            What::UtilityOutage(_) => "no grid".into(),
            What::UpsOutage(_) => "no UPS batteries".into(),
        };
        let day = (event.start_s / DAY_S).floor() + 1.0;
        let out = match &config.what {
            What::WaterCutOff(_)
            | What::HeatWave(_)
            | What::UtilityOutage(_)
            | What::UpsOutage(_) => "",
            _ => " out",
        };
        (
            format!("event {}", index + 1),
            format!(
                "{}: {what}{out} from {} (day {day:.0}) for {} min",
                event.name, config.start, config.minutes
            ),
        )
    }
}
