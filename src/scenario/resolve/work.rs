//! What the servers do, made ready.

use std::path::Path;

use super::scheduler::Rates;
use super::sized::Sized;
use super::{Input, Resolver};
use crate::describe::Fault;
use crate::facility::{Failures, ITERATION_S, Level, Work, weigh};
use crate::scheduler::HallShape;
use crate::series::Period;
use crate::workload::checkpoint::{GPU_HOURS, Saving};
use crate::workload::model::fine_tuning::FineTuning;
use crate::workload::profile::{Profile, Quantity, Start};
use crate::workload::synthetic::JobStream;
use crate::workload::trace::{self, Opened, Replayed};
use crate::workload::{Arrivals, Calendar, Plan, Service};

/// Temperature of a chip at which `validate` reports the energy of a token, °C: that of chips in air at some load.
const SERVING_CHIP_C: f64 = 60.0;

/// GPU time per interruption below which a run would hold little else than failures.
const LEAST_GPU_HOURS: f64 = 1.0;

impl Resolver<'_> {
    pub(super) fn work(
        &mut self,
        halls: &[Sized<'_>],
        design_it_w: f64,
        period: Period,
        rates: &Rates,
        description: &mut Vec<(String, String)>,
    ) -> Result<Work, Fault> {
        let Period { start, total_s, .. } = period;
        let scenario = &self.loaded.scenario;
        let weekday = start.weekday().to_monday_zero_offset() as u8;
        let calendar = Calendar::new(weekday, 0.0);
        let Some(first) = halls.first() else {
            return Err(self.error("hall", "there is no hall", "add a [[hall]]"));
        };
        let chip = &first.server.chip;
        let platform = self
            .catalogue
            .platform(chip, first.server.entry.accelerators);
        let modelled = &scenario.workload;
        if (modelled.pretraining.is_some()
            || modelled.diffusion.is_some()
            || modelled.fine_tuning.iter().any(|t| !t.models().is_empty())
            || modelled.inference.iter().any(|i| i.model.is_some()))
            && halls.iter().any(|hall| hall.server.chip != *chip)
        {
            self.warnings.push(format!(
                "times of models are those of {} in every hall, whatever chips it has",
                chip.name
            ));
        }
        let whole = &scenario.workload;
        if scenario.failures.is_some() && (whole.constant.is_some() || whole.profile.is_some()) {
            self.warnings.push(
                "[failures] has no effect on a constant or profile load: failures strike jobs"
                    .into(),
            );
        }
        let traced = self.trace(period, description)?;
        let largest = match &traced {
            Some(Replayed::Jobs { largest, .. }) => *largest,
            _ => 0,
        };
        let plan = scenario
            .workload
            .plan(scenario.run.seed, calendar, &platform, traced)
            .map_err(|fault| self.located(fault))?;
        let watts = |load: f64| chip.at(load, SERVING_CHIP_C, 0.0).power_w;
        let lines = scenario
            .workload
            .describe(&platform, &watts)
            .map_err(|fault| self.located(fault))?;
        let mut title = "models".to_owned();
        for line in lines {
            description.push((std::mem::take(&mut title), line));
        }
        match plan {
            Plan::Constant(utilisation) => Ok(Work::level(Level::Constant(utilisation))),
            Plan::Profile(table) => {
                let path = self.beside(&table.file);
                let begin = Start {
                    local: start.at(0, 0, 0, 0),
                    utc_offset_h: period.utc_offset_h,
                };
                let profile = Profile::read(&path, &table, begin)
                    .and_then(|profile| profile.covers(0.0, total_s).map(|()| profile))
                    .map_err(|fault| self.fault("workload.profile.file", fault))?;
                self.inputs.push(Input {
                    name: table.file.display().to_string(),
                    path,
                });
                self.warnings.extend(profile.repairs.iter().cloned());
                self.level("workload.profile.file", &table.file, profile, design_it_w)
            }
            Plan::Load(profile) => {
                let trace = scenario.workload.trace.as_ref();
                let (key, files) = trace.map_or_else(Default::default, |t| (t.key(), t.files()));
                profile
                    .covers(0.0, total_s)
                    .map_err(|error| self.fault(&key, error))?;
                let file = files.first().map_or(Path::new(""), |file| file);
                self.level(&key, file, profile, design_it_w)
            }
            Plan::Jobs { arrivals, services } => {
                let shapes: Vec<_> = halls
                    .iter()
                    .map(|hall| HallShape {
                        servers: hall.config.racks * hall.config.servers_per_rack,
                        gpus_per_server: hall.server.entry.accelerators,
                    })
                    .collect();
                let arrivals = self.saving(arrivals);
                let failures = self.failures(&shapes)?;
                let mut dispatcher =
                    self.dispatcher(halls, &shapes, services.clone(), arrivals, rates)?;
                let tuned = scenario.workload.largest_tuning(&platform);
                let tuned = tuned.map_err(|fault| self.located(fault))?;
                self.check_sizes(&shapes, &services, [tuned, largest])?;
                self.check_backlog(&shapes, &services, total_s)?;
                let per_server = shapes.iter().map(|hall| hall.gpus_per_server).max();
                dispatcher.set_swing_weight(weigh(
                    scenario.electrical.smoothing.unwrap_or_default(),
                    scenario.workload.iteration_s.unwrap_or(ITERATION_S),
                    per_server.unwrap_or(1),
                ));
                Ok(Work::jobs(dispatcher, services, calendar, failures))
            }
        }
    }
    /// Jobs that save their state, where the scenario speaks of failures or saves.
    fn saving(&self, jobs: Box<dyn Arrivals>) -> Box<dyn Arrivals> {
        let scenario = &self.loaded.scenario;
        if scenario.failures.is_none() && scenario.checkpoint.is_none() {
            return jobs;
        }
        Box::new(Saving {
            jobs,
            checkpoints: scenario.checkpoint.unwrap_or_default(),
            gpu_hours: scenario
                .failures
                .map_or(GPU_HOURS, |failures| failures.gpu_hours),
        })
    }

    fn failures(&self, shapes: &[HallShape]) -> Result<Option<Failures>, Fault> {
        let scenario = &self.loaded.scenario;
        let Some(config) = &scenario.failures else {
            return Ok(None);
        };
        if config.gpu_hours < LEAST_GPU_HOURS {
            let what = format!(
                "an interruption every {} GPU-hours would stop every job before it makes progress",
                config.gpu_hours
            );
            let cure = format!("use {LEAST_GPU_HOURS} or more; 50,700 were seen");
            return Err(self.error("failures.gpu_hours", what, cure));
        }
        if config.repair_sigma > 5.0 {
            let what = format!(
                "repair_sigma = {} gives repair times of decades",
                config.repair_sigma
            );
            return Err(self.error("failures.repair_sigma", what, "use 0 to 5"));
        }
        Ok(Failures::new(config, shapes, scenario.run.seed))
    }

    /// Opens the trace, and describes what it holds.
    fn trace(
        &mut self,
        Period {
            start,
            total_s,
            utc_offset_h,
        }: Period,
        description: &mut Vec<(String, String)>,
    ) -> Result<Option<Replayed>, Fault> {
        let workload = &self.loaded.scenario.workload;
        let Some(table) = &workload.trace else {
            return Ok(None);
        };
        workload
            .check_tables()
            .map_err(|fault| self.located(fault))?;
        let place = trace::Place {
            folder: self.loaded.path.parent().unwrap_or(Path::new("")),
            start: Start {
                local: start.at(0, 0, 0, 0),
                utc_offset_h,
            },
            total_s,
        };
        let key = table.key();
        let Opened {
            work,
            counted,
            warnings,
        } = table
            .open(&place)
            .map_err(|fault| self.fault(&key, fault))?;
        for file in table.files() {
            self.inputs.push(Input {
                name: file.display().to_string(),
                path: self.beside(file),
            });
        }
        let mut title = format!("trace {}", table.name());
        for line in counted {
            description.push((std::mem::take(&mut title), line));
        }
        self.warnings.extend(warnings);
        Ok(Some(work))
    }

    /// One load for all servers, from a file.
    fn level(
        &mut self,
        key: &str,
        file: &Path,
        profile: Profile,
        design_it_w: f64,
    ) -> Result<Work, Fault> {
        Ok(Work::level(match profile.quantity() {
            Quantity::ItPower => {
                self.check_power(key, file, profile.max(), design_it_w)?;
                Level::ItPower(profile)
            }
            Quantity::SitePower => {
                let highest_w = profile.max();
                if highest_w > HIGHEST_AT_METER * design_it_w {
                    let what = format!(
                        "the load of {} rises to {:.3} MW at the meter, IT of the halls draws {:.3} MW with every chip at \
                         work",
                        file.display(),
                        highest_w / 1e6,
                        design_it_w / 1e6
                    );
                    let cure = "add racks, or check that the column holds kilowatts of these halls";
                    return Err(self.error(key, what, cure));
                }
                Level::SitePower(profile)
            }
            Quantity::Utilisation => Level::Utilisation(profile),
        }))
    }

    /// A measured load is replayed as measured; far above what the servers draw, it is another building's.
    fn check_power(
        &mut self,
        key: &str,
        file: &Path,
        highest_w: f64,
        design_it_w: f64,
    ) -> Result<(), Fault> {
        let what = format!(
            "the load of {} rises to {:.3} MW, the halls draw {:.3} MW with every chip at work",
            file.display(),
            highest_w / 1e6,
            design_it_w / 1e6
        );
        if highest_w > HIGHEST_REPLAY * design_it_w {
            let cure = "add racks, or check that the column holds kilowatts of these halls";
            return Err(self.error(key, what, cure));
        }
        if highest_w > design_it_w {
            self.warnings
                .push(format!("{what}: cooling is not sized for more"));
        }
        Ok(())
    }

    /// Refuses a training run that no hall can ever hold, and warns of sizes that will be refused in the run.
    fn check_sizes(
        &mut self,
        shapes: &[HallShape],
        services: &[Service],
        [modelled, traced]: [u32; 2],
    ) -> Result<(), Fault> {
        let workload = &self.loaded.scenario.workload;
        let largest = largest_job(shapes, services);
        let left = if services.is_empty() {
            String::new()
        } else {
            ", after what inference holds".into()
        };
        let listed = workload.pretraining.iter().flat_map(|p| &p.models);
        let listed = listed.enumerate().map(|(index, model)| {
            let key = format!("workload.pretraining.models[{index}].gpus");
            (key, model)
        });
        let campaign = workload.campaign.iter();
        let campaign = campaign.map(|model| ("workload.campaign.gpus".to_owned(), model));
        for (key, model) in listed.chain(campaign) {
            if u64::from(model.gpus) > largest {
                let what = format!(
                    "a run of {} GPUs fits in no hall: the largest has {largest}{left}",
                    model.gpus
                );
                return Err(self.error(&key, what, "use fewer GPUs, or more racks in a hall"));
            }
        }
        let sizes = |stream: Option<&JobStream>| stream.map_or(0, JobStream::largest);
        let tuned = workload.fine_tuning.as_ref();
        for (name, size) in [
            (
                "fine_tuning",
                sizes(tuned.and_then(FineTuning::stream)).max(modelled),
            ),
            ("batch", sizes(workload.batch.as_ref())),
            ("trace", traced),
        ] {
            if u64::from(size) > largest {
                self.warnings.push(format!(
                    "jobs of {size} GPUs in workload.{name} fit in no hall (the largest has {largest}{left}): \
                     they will fail"
                ));
            }
        }
        Ok(())
    }
}

/// Replayed power above the halls' own, from which on it is taken for a mistake.
const HIGHEST_REPLAY: f64 = 1.5;
/// The same at the meter: no site uses as much beside its IT.
const HIGHEST_AT_METER: f64 = 3.0;

/// The most GPUs that one job can have: those of the largest hall, less the servers that services hold from the
/// first hall on.
fn largest_job(shapes: &[HallShape], services: &[Service]) -> u64 {
    let mut free: Vec<u32> = shapes.iter().map(|shape| shape.servers).collect();
    for service in services {
        let mut left = service.gpus;
        for (free, shape) in free.iter_mut().zip(shapes) {
            let taken = left.div_ceil(shape.gpus_per_server.max(1)).min(*free);
            *free -= taken;
            left = left.saturating_sub(taken.saturating_mul(shape.gpus_per_server));
        }
    }
    let gpus =
        |(free, shape): (&u32, &HallShape)| u64::from(*free) * u64::from(shape.gpus_per_server);
    free.iter().zip(shapes).map(gpus).max().unwrap_or(0)
}
