//! What the servers do, made ready.

use jiff::civil::Date;

use super::hall::Sized;
use super::{Input, Resolver, ScenarioError};
use crate::facility::{Level, Work};
use crate::scheduler::{Cluster, Dispatcher, HallShape};
use crate::workload::model::ChipFigures;
use crate::workload::profile::{Profile, Quantity};
use crate::workload::{Calendar, Plan};

impl Resolver<'_> {
    pub(super) fn work(
        &mut self,
        halls: &[Sized<'_>],
        start: Date,
        total_s: f64,
    ) -> Result<Work, ScenarioError> {
        let scenario = &self.loaded.scenario;
        let weekday = start.weekday().to_monday_zero_offset() as u8;
        let calendar = Calendar::new(weekday, 0.0);
        let Some(first) = halls.first() else {
            return Err(self.error("hall", "there is no hall", "add a [[hall]]"));
        };
        let chip = &first.server.chip;
        let figures = ChipFigures {
            bf16_flops: chip.bf16_tflops * 1e12,
            fp8_flops: chip.fp8_tflops.map(|tflops| tflops * 1e12),
            memory_bytes: chip.memory_gb * 1e9,
            bandwidth_bytes_s: chip.bandwidth_tb_s * 1e12,
        };
        if scenario.workload.pretraining.is_some()
            && halls.iter().any(|hall| hall.server.chip != *chip)
        {
            self.warnings.push(format!(
                "run times of pretraining are those of {} in every hall, whatever chips it has",
                chip.name
            ));
        }
        let plan = scenario
            .workload
            .plan(scenario.run.seed, calendar, &figures)
            .map_err(|error| self.error(&error.key, error.what, error.cure))?;
        match plan {
            Plan::Constant(utilisation) => Ok(Work::level(Level::Constant(utilisation))),
            Plan::Profile(table) => {
                let path = self.beside(&table.file);
                let midnight = start.at(0, 0, 0, 0);
                let profile = Profile::read(&path, &table, midnight)
                    .and_then(|profile| profile.covers(0.0, total_s).map(|()| profile))
                    .map_err(|error| self.error("workload.profile.file", error.to_string(), ""))?;
                self.inputs.push(Input {
                    name: table.file.display().to_string(),
                    path,
                });
                Ok(Work::level(match profile.quantity() {
                    Quantity::ItPower => Level::ItPower(profile),
                    Quantity::Utilisation => Level::Utilisation(profile),
                }))
            }
            Plan::Jobs { arrivals, services } => {
                let shapes: Vec<_> = halls
                    .iter()
                    .map(|hall| HallShape {
                        servers: hall.config.racks * hall.config.servers_per_rack,
                        gpus_per_server: hall.server.entry.accelerators,
                    })
                    .collect();
                let scheduler = scenario.scheduler.start();
                let dispatcher = Cluster::new(&shapes)
                    .and_then(|cluster| {
                        Dispatcher::new(cluster, services.clone(), arrivals, scheduler)
                    })
                    .map_err(|error| self.error("workload", error.to_string(), ""))?;
                Ok(Work::jobs(dispatcher, services, calendar))
            }
        }
    }
}
