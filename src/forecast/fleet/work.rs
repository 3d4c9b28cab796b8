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

impl Served {
    /// Share of the time that powered machines work, of all uses together.
    pub(crate) fn busy_share(&self) -> f64 {
        let uses = self.shares.iter().zip(&self.busy);
        uses.map(|(share, busy)| share * busy).sum()
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn file(mfu: f64, waits: f64) -> ForecastFile {
        let text = format!(
            "name = 'x'\nyears = {{ first = 2024, last = 2026 }}\n[scope]\nregion = 'x'\nai = 'x'\n[[site]]\nname = 'x'\nscenario = 'x.toml'\n\
             [[use]]\nname = 'training'\nshare = 0.5\nbusy = 0.5\nmost_busy = 0.8\n[[use]]\nname = 'serving'\nbusy = 0.5\n\
             [[work]]\nname = 'runs'\nuse = 'training'\nmfu = {mfu:?}\nwaits = {waits:?}\n[work.training]\nflop = {{ 2024 = 1e24, growth = 1.0 }}\n"
        );
        toml::from_str(&text).unwrap()
    }

    fn stated(_: usize) -> (Vec<f64>, Vec<f64>) {
        (vec![0.5, 0.5], vec![0.5, 0.5])
    }

    /// 1e24 FLOP at 40 % of 1e15 FLOP/s are 694,444 chip-hours; 100 chips, half of them for training and at most 80 % busy, give 350,400.
    #[test]
    fn a_year_of_training_by_hand() {
        let file = file(0.4, 1.0);
        let demand = Demand::of(&file).unwrap().unwrap();
        let served = demand.served(&file, &[100.0; 3], &[1e15; 3], &stated);
        let asked: f64 = 1e24 / (1e15 * 0.4 * 3600.0);
        let there = 50.0 * 8760.0 * 0.8;
        assert!((asked - 694_444.4).abs() < 1.0);
        assert!((served[0].need_over_supply - asked / there).abs() < 1e-9);
        assert!((served[0].unmet - (1.0 - there / asked)).abs() < 1e-9);
        assert!((served[0].busy[0] - 0.8).abs() < 1e-12);
        // What waits, at the rate of the year.
        assert!((served[0].wait_weeks - (asked - there) / there * 52.18).abs() < 1e-6);
        // The use without work stays as stated.
        assert!(
            (served[0].shares[1] - 0.5).abs() < 1e-12 && (served[0].busy[1] - 0.5).abs() < 1e-12
        );
        // All of 2025's, and what waits of 2024's.
        assert!((served[1].need_over_supply - (3.0 * asked - there) / there).abs() < 1e-9);
    }

    proptest! {
        /// Machines do what is asked or what they can, whichever is less, and never more than all of their time.
        #[test]
        fn machines_do_what_is_asked_or_what_they_can(mfu in 0.01_f64..1.0, chips in 1.0_f64..1e6, waits in 0.0_f64..=1.0) {
            let file = file(mfu, waits);
            let demand = Demand::of(&file).unwrap().unwrap();
            for served in demand.served(&file, &[chips; 3], &[1e15; 3], &stated) {
                prop_assert!((served.shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
                prop_assert!(served.busy[0] <= 0.8 + 1e-12);
                let done = served.busy[0] * served.shares[0] * chips * 8760.0;
                let there = 0.5 * chips * 8760.0 * 0.8;
                let least = served.need_over_supply.min(1.0) * there;
                prop_assert!((done - least).abs() < 1e-6 * there, "{} of {}", done, least);
                prop_assert!((served.unmet - (1.0 - 1.0 / served.need_over_supply).max(0.0)).abs() < 1e-9);
            }
        }
    }
}
