//! What the servers do, made ready.

mod backlog;
mod describe;
mod dispatcher;
mod level;
mod mining;

use std::path::Path;

use super::context::{Context, Notes};
use super::halls::Halls;
use super::supply::Rates;
use crate::describe::Fault;
use crate::facility::{Failures, ITERATION_S, Level, Work, weigh};
use crate::it::Work as Held;
use crate::metrics::mining::MiningRates;
use crate::scheduler::HallShape;
use crate::series::Period;
use crate::workload::checkpoint::{GPU_HOURS, Saving};
use crate::workload::model::fine_tuning::FineTuning;
use crate::workload::model::{HallChips, Platform};
use crate::workload::profile::{Profile, Start};
use crate::workload::service::{Answered, Inference};
use crate::workload::synthetic::JobStream;
use crate::workload::trace::{self, Opened, Replayed, Trace};
use crate::workload::{Arrivals, Calendar, Plan, Service};
pub(super) use describe::line;

/// Temperature of a chip at which `validate` reports the energy of a token, °C: that of chips in air at some load.
const SERVING_CHIP_C: f64 = 60.0;

/// GPU time per interruption below which a run would hold little else than failures.
const LEAST_GPU_HOURS: f64 = 1.0;

/// What the servers do, ready to run.
pub(super) struct Prepared {
    pub(super) work: Work,
    /// Random jobs that are to end, where there are only such.
    pub(super) jobs: Option<f64>,
    /// What hashing yields, where the halls hash.
    pub(super) mining: Option<MiningRates>,
    /// What becomes of the requests of a trace, where a model answers them.
    pub(super) answered: Option<Answered>,
    pub(super) notes: Notes,
}

/// The work of these halls in this time.
pub(super) fn prepare(
    context: Context<'_>,
    halls: &Halls<'_>,
    period: Period,
    rates: &Rates,
) -> Result<Prepared, Fault> {
    let mut preparation = Preparation {
        context,
        halls,
        period,
        rates,
        jobs: None,
        mining: None,
        answered: None,
        notes: Notes::default(),
    };
    let work = preparation.work()?;
    Ok(Prepared {
        work,
        jobs: preparation.jobs,
        mining: preparation.mining,
        answered: preparation.answered,
        notes: preparation.notes,
    })
}

/// Work under way to its halls.
struct Preparation<'a> {
    context: Context<'a>,
    halls: &'a Halls<'a>,
    period: Period,
    rates: &'a Rates,
    jobs: Option<f64>,
    mining: Option<MiningRates>,
    answered: Option<Answered>,
    notes: Notes,
}

impl Preparation<'_> {
    fn work(&mut self) -> Result<Work, Fault> {
        let context = self.context;
        let halls = &self.halls.all;
        let period = self.period;
        let Period { start, total_s, .. } = period;
        let scenario = self.context.scenario;
        let weekday = start.weekday().to_monday_zero_offset() as u8;
        let calendar = Calendar::new(weekday, 0.0);
        let Some(first) = halls.first() else {
            return Err(self
                .context
                .error("hall", "there is no hall", "add a [[hall]]"));
        };
        self.check_chips()?;
        let chip = &first.server.chip;
        let catalogue = self.context.catalogue;
        let chips = self.halls.chips(catalogue);
        let platform = Platform {
            halls: &chips,
            ..catalogue.platform(chip, first.server.entry.accelerators)
        };
        self.warn_of_chips(&chips);
        let whole = &scenario.workload;
        if scenario.failures.is_some() && (whole.constant.is_some() || whole.profile.is_some()) {
            self.notes.warn(
                "[failures] has no effect on a constant or profile load: failures strike jobs",
            );
        }
        let traced = self.trace(platform)?;
        let largest = match &traced {
            Some(Replayed::Jobs { largest, .. }) => *largest,
            _ => 0,
        };
        let plan = scenario
            .workload
            .plan(scenario.run.seed, calendar, &platform, traced)
            .map_err(|fault| self.context.located(fault))?;
        let watts = |hall: usize, load: f64| {
            let chip = halls.get(hall).map_or(chip, |hall| &hall.server.chip);
            chip.at(Held::Service, load, SERVING_CHIP_C, 0.0).power_w
        };
        let lines = scenario
            .workload
            .describe(&platform, &watts)
            .map_err(|fault| self.context.located(fault))?;
        self.notes.under("models".into(), lines);
        match plan {
            Plan::Constant(utilisation) => Ok(Work::level(Level::Constant(utilisation))),
            Plan::Mining(mining) => self.mine(&mining),
            Plan::Profile(table) => {
                let path = self.context.beside(&table.file);
                let begin = Start {
                    local: start.at(0, 0, 0, 0),
                    utc_offset_h: period.utc_offset_h,
                };
                let profile = Profile::read(&path, &table, begin)
                    .and_then(|profile| profile.covers(0.0, total_s).map(|()| profile))
                    .map_err(|fault| self.context.fault("workload.profile.file", fault))?;
                self.notes.inputs.push(context.input(&table.file));
                self.notes.warnings.extend(profile.repairs.iter().cloned());
                self.level("workload.profile.file", &table.file, profile)
            }
            Plan::Load(profile) => {
                let trace = scenario.workload.trace.as_ref();
                let (key, files) = trace.map_or_else(Default::default, |t| (t.key(), t.files()));
                profile
                    .covers(0.0, total_s)
                    .map_err(|error| self.context.fault(&key, error))?;
                let file = files.first().map_or(Path::new(""), |file| file);
                self.level(&key, file, profile)
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
                let mut dispatcher = self.dispatcher(&shapes, services.clone(), arrivals)?;
                let tuned = scenario.workload.largest_tuning(&platform);
                let tuned = tuned.map_err(|fault| self.context.located(fault))?;
                self.check_sizes(&shapes, &services, [tuned, largest])?;
                self.check_backlog(&shapes, &services)?;
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

    /// Models that name no hall run at the pace of the first hall's chips, wherever they run.
    fn warn_of_chips(&mut self, halls: &[HallChips]) {
        let work = &self.context.scenario.workload;
        let served = |i: &Inference| i.model.is_some() && i.hall.is_none() && i.prefill.is_none();
        let anywhere = work.pretraining.is_some()
            || work.diffusion.is_some()
            || work.fine_tuning.iter().any(|t| !t.models().is_empty())
            || work.inference.iter().any(served)
            || work.trace.iter().filter_map(Trace::inference).any(served);
        let differ = halls.windows(2).any(|pair| pair[0].chip != pair[1].chip);
        if anywhere
            && differ
            && let Some(first) = self.halls.all.first()
        {
            self.notes.warn(format!(
                "times of models are those of {} in every hall, whatever chips it has",
                first.server.chip.name
            ));
        }
    }

    /// Jobs that save their state, where the scenario speaks of failures or saves.
    fn saving(&self, jobs: Box<dyn Arrivals>) -> Box<dyn Arrivals> {
        let scenario = self.context.scenario;
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
        let scenario = self.context.scenario;
        let Some(config) = &scenario.failures else {
            return Ok(None);
        };
        if config.gpu_hours < LEAST_GPU_HOURS {
            let what = format!(
                "an interruption every {} GPU-hours would stop every job before it makes progress",
                config.gpu_hours
            );
            let cure = format!("use {LEAST_GPU_HOURS} or more; 50,700 were seen");
            return Err(self.context.error("failures.gpu_hours", what, cure));
        }
        if config.repair_sigma > 5.0 {
            let what = format!(
                "repair_sigma = {} gives repair times of decades",
                config.repair_sigma
            );
            return Err(self
                .context
                .error("failures.repair_sigma", what, "use 0 to 5"));
        }
        Ok(Failures::new(config, shapes, scenario.run.seed))
    }

    /// Opens the trace, and describes what it holds.
    fn trace(&mut self, platform: Platform<'_>) -> Result<Option<Replayed>, Fault> {
        let Period {
            start,
            total_s,
            utc_offset_h,
        } = self.period;
        let workload = &self.context.scenario.workload;
        let Some(table) = &workload.trace else {
            return Ok(None);
        };
        workload
            .check_tables()
            .map_err(|fault| self.context.located(fault))?;
        let place = trace::Place {
            folder: self.context.folder(),
            start: Start {
                local: start.at(0, 0, 0, 0),
                utc_offset_h,
            },
            total_s,
            platform,
        };
        let key = table.key();
        let Opened {
            work,
            counted,
            warnings,
        } = table.open(&place).map_err(|fault| match fault.key() {
            Some(_) => self.context.located(fault),
            None => self.context.fault(&key, fault),
        })?;
        for file in table.files() {
            self.notes.inputs.push(self.context.input(file));
        }
        self.notes.under(format!("trace {}", table.name()), counted);
        self.notes.warnings.extend(warnings);
        if let Replayed::Services { answered, .. } = &work {
            self.answered = *answered;
        }
        Ok(Some(work))
    }

    /// Refuses a training run that no hall can ever hold, and warns of sizes that will be refused in the run.
    fn check_sizes(
        &mut self,
        shapes: &[HallShape],
        services: &[Service],
        [modelled, traced]: [u32; 2],
    ) -> Result<(), Fault> {
        let workload = &self.context.scenario.workload;
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
                return Err(self.context.error(
                    &key,
                    what,
                    "use fewer GPUs, or more racks in a hall",
                ));
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
                self.notes.warn(format!(
                    "jobs of {size} GPUs in workload.{name} fit in no hall (the largest has {largest}{left}): \
                     they will fail"
                ));
            }
        }
        Ok(())
    }
}

/// The most GPUs that one job can have: those of the largest hall, less the servers that services hold from the
/// first hall on.
fn largest_job(shapes: &[HallShape], services: &[Service]) -> u64 {
    let mut free: Vec<u32> = shapes.iter().map(|shape| shape.servers).collect();
    for service in services {
        let mut left = service.gpus;
        let halls = free.iter_mut().zip(shapes).enumerate();
        let its = halls.filter(|(number, _)| service.hall.is_none_or(|hall| hall == *number));
        for (_, (free, shape)) in its {
            let taken = left.div_ceil(shape.gpus_per_server.max(1)).min(*free);
            *free -= taken;
            left = left.saturating_sub(taken.saturating_mul(shape.gpus_per_server));
        }
    }
    let gpus =
        |(free, shape): (&u32, &HallShape)| u64::from(*free) * u64::from(shape.gpus_per_server);
    free.iter().zip(shapes).map(gpus).max().unwrap_or(0)
}
