//! What would be built, a line each, for `validate`.

use super::Resolver;
use super::sized::Sized;
pub(super) use crate::describe::{count, power};
use crate::electrical::Chain;
use crate::engine::Event;
use crate::heat_rejection::water_loop::WaterLoop;
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
            self.config.cooling.line()
        )
    }
}

/// A model that is trained, by name or by size.
fn size(model: &Model) -> String {
    match (&model.model, model.parameters) {
        (Some(name), _) => name.clone(),
        (None, parameters) => format!("{} billion parameters", parameters.unwrap_or(0.0) / 1e9),
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
            let (model, number) = (&diffusion.model, diffusion.images_per_hour);
            parts.push(format!("{number} images an hour by {model}"));
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
        let day = (event.start_s / DAY_S).floor() + 1.0;
        (
            format!("event {}", index + 1),
            format!(
                "{}: {} from {} (day {day:.0}) for {} min",
                event.name,
                event.kind.line(),
                config.start,
                config.minutes
            ),
        )
    }
}
