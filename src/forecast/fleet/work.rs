//! The work that is asked for, and what the machines do of it.
//!
//! ```text
//! FLOP:   tokens    per_year·2·active_parameters·effort·(1 − on_device)          2N a token (Kaplan et al. 2020, appendix)
//!         training  flop·effort
//!         tuning    jobs·flop·(1 − adapters·(1 − adapter_effort))
//! chip-hours  need(w, y) = FLOP/(F̄(y)·mfu·3600)        F̄: mean peak arithmetic of the powered chips at 16 bits
//! chips       n(u, y)    = Σ_w need / (8760·most_busy)
//! served      r(y)       = min(1, chips(y)/Σ_u n(u, y))
//! waiting     b(w, y)    = (1 − r)·(FLOP(y) + b(y − 1))·waits
//! ```
//!
//! Machines go where the work is: a market over years, not a queue over minutes. What waits is kept in FLOP, as later chips do it in
//! less time. Uses of which no work is listed keep their share and their busy time.

use crate::describe::{Fault, suggest};
use crate::forecast::file::{ForecastFile, Work};

/// Hours of a year of 365 days.
const HOURS: f64 = 8760.0;

/// The work of a file: FLOP asked for by work and year.
#[derive(Debug, Clone)]
pub(crate) struct Demand {
    works: Vec<Asked>,
}

#[derive(Debug, Clone)]
struct Asked {
    of: usize,
    flop: Vec<f64>,
    mfu: Vec<f64>,
    waits: f64,
}

/// What was done of the work of a year.
#[derive(Debug, Clone, Default)]
pub(crate) struct Served {
    /// Share of the powered machines that each use has, and the share of the time that these work.
    pub shares: Vec<f64>,
    pub busy: Vec<f64>,
    /// Chip-hours asked for over those that could be given.
    pub need_over_supply: f64,
    /// Share of the year's work not done.
    pub unmet: f64,
    /// Weeks that the year's machines would need for what waits at its end.
    pub wait_weeks: f64,
}

impl Demand {
    /// The work of a file; None where it lists none. The place of a fault is its key in the file.
    pub(crate) fn of(file: &ForecastFile) -> Result<Option<Self>, Fault> {
        if file.work.is_empty() {
            return Ok(None);
        }
        let of = |(index, work): (usize, &Work)| {
            asked(file, work).map_err(|fault| fault.within(&format!("work[{index}]")))
        };
        let works = file.work.iter().enumerate().map(of);
        Ok(Some(Self {
            works: works.collect::<Result<_, _>>()?,
        }))
    }

    /// What the machines do of it, year after year. `chips` and `flops`: powered chips and their mean arithmetic, by year; `shares`
    /// and `busy` of the uses as the file states them, by year.
    pub(crate) fn served(
        &self,
        file: &ForecastFile,
        chips: &[f64],
        flops: &[f64],
        stated: &dyn Fn(usize) -> (Vec<f64>, Vec<f64>),
    ) -> Vec<Served> {
        let mut waiting = vec![0.0; self.works.len()];
        (0..chips.len())
            .map(|year| {
                let (mut shares, mut busy) = stated(year);
                // What stays for uses without work.
                let listed = |of: usize| self.works.iter().any(|work| work.of == of);
                let kept: f64 = (0..shares.len())
                    .filter(|&of| !listed(of))
                    .map(|of| shares[of])
                    .sum();
                let free = (1.0 - kept).max(0.0) * chips[year];
                let hours = |work: &Asked, flop: f64| {
                    let rate = flops[year] * work.mfu[year] * 3600.0;
                    if rate > 0.0 { flop / rate } else { 0.0 }
                };
                let most = |of: usize| file.uses[of].most_busy;
                let mut wanted = vec![0.0; shares.len()];
                let mut total = 0.0;
                for (work, waiting) in self.works.iter().zip(&waiting) {
                    let need = hours(work, work.flop[year] + waiting) / HOURS / most(work.of);
                    wanted[work.of] += need;
                    total += need;
                }
                let served = if total > free { free / total } else { 1.0 };
                for of in (0..shares.len()).filter(|&of| listed(of)) {
                    // Machines beyond the need stand idle beside those that work, in proportion.
                    shares[of] = if total > 0.0 {
                        (1.0 - kept) * wanted[of] / total
                    } else {
                        0.0
                    };
                    let here = shares[of] * chips[year];
                    busy[of] = if here > 0.0 {
                        (most(of) * wanted[of] * served / here).min(most(of))
                    } else {
                        0.0
                    };
                }
                let (mut asked, mut lost, mut backlog, mut rate) = (0.0, 0.0, 0.0, 0.0);
                for (work, waiting) in self.works.iter().zip(&mut waiting) {
                    let all = work.flop[year] + *waiting;
                    let undone = all * (1.0 - served);
                    asked += hours(work, all);
                    lost += hours(work, undone);
                    rate += hours(work, all * served);
                    *waiting = undone * work.waits;
                    backlog += hours(work, *waiting);
                }
                Served {
                    shares,
                    busy,
                    need_over_supply: if free > 0.0 { total / free } else { f64::NAN },
                    unmet: if asked > 0.0 { lost / asked } else { 0.0 },
                    wait_weeks: if rate > 0.0 {
                        backlog / rate * 52.18
                    } else {
                        0.0
                    },
                }
            })
            .collect()
    }
}

fn asked(file: &ForecastFile, work: &Work) -> Result<Asked, Fault> {
    let years = file.years.first..=file.years.last;
    let names = || file.uses.iter().map(|of| of.name.as_str());
    let of = names().position(|name| name == work.of).ok_or_else(|| {
        let what = format!("there is no use '{}'", work.of);
        Fault::new(what, suggest(&work.of, names())).at("use")
    })?;
    let share = |key: &str, of: &crate::forecast::file::by_year::ByYear| {
        let checked = of.check(years.clone(), (0.0, 1.0));
        checked.map_err(|fault| fault.at(key))
    };
    let positive = |key: &str, of: &crate::forecast::file::by_year::ByYear| {
        let checked = of.check(years.clone(), (0.0, 1e40));
        checked.map_err(|fault| fault.at(key))
    };
    work.mfu
        .check(years.clone(), (1e-6, 1.0))
        .map_err(|fault| fault.at("mfu"))?;
    let flop: Vec<f64> = match (&work.tokens, &work.training, &work.tuning) {
        (Some(it), None, None) => {
            positive("tokens.per_year", &it.per_year)?;
            positive("tokens.active_parameters_b", &it.active_parameters_b)?;
            positive("tokens.effort", &it.effort)?;
            share("tokens.on_device", &it.on_device)?;
            let of = |year| {
                let flop = 2e9 * it.active_parameters_b.at(year) * it.effort.at(year);
                it.per_year.at(year) * flop * (1.0 - it.on_device.at(year))
            };
            years.clone().map(of).collect()
        }
        (None, Some(it), None) => {
            positive("training.flop", &it.flop)?;
            positive("training.effort", &it.effort)?;
            years
                .clone()
                .map(|year| it.flop.at(year) * it.effort.at(year))
                .collect()
        }
        (None, None, Some(it)) => {
            positive("tuning.jobs", &it.jobs)?;
            positive("tuning.flop", &it.flop)?;
            share("tuning.adapters", &it.adapters)?;
            let of = |year| {
                let saved = it.adapters.at(year) * (1.0 - it.adapter_effort);
                it.jobs.at(year) * it.flop.at(year) * (1.0 - saved)
            };
            years.clone().map(of).collect()
        }
        _ => {
            let what = format!("'{}' is to be one kind of work", work.name);
            let cure = "give one of [work.tokens], [work.training] and [work.tuning]";
            return Err(Fault::new(what, cure));
        }
    };
    Ok(Asked {
        of,
        flop,
        mfu: work.mfu.over(years),
        waits: work.waits,
    })
}
