//! The figures of a year from its hours, and what they are made of.

use super::{Draw, Space, twh};
use crate::forecast::figures::YearOf;
use crate::forecast::file::Closure;
use crate::forecast::fleet::Served;
use crate::forecast::hours::Extremes;
use crate::forecast::plants::site_table::{HOURS, YearOfSite};

impl Draw<'_> {
    pub(super) fn figures(
        &self,
        year: usize,
        (all, found): (&YearOfSite, &Extremes),
        (ai_wh, ai_facility_wh, carbon_g): (f64, f64, f64),
        space: &Space,
    ) -> YearOf {
        let file = self.file;
        let at = file.years.nth(year);
        let (stock, machines, powered) =
            (&self.stock[year], &self.machines[year], self.powered[year]);
        let served = self.served(year);
        let (ai, conventional) = self.contract_ratios(year);
        let crypto = self.crypto_w(year);
        let ai_contract = machines.rated * powered * ai;
        let contract = ai_contract + self.conventional[year].design * conventional + crypto;
        let facility_twh = twh(found.mean);
        let unpowered = machines.rated * (1.0 - powered);
        let at_peak = found.peak_hour;
        let overhead = f64::from(space.cooling[at_peak] + space.other[at_peak]) - crypto;
        let ratio_at_peak = 1.0 + overhead / f64::from(space.it[at_peak]).max(1.0);
        let curtailable = self.curtailable_it(year, at_peak) * ratio_at_peak
            + file.crypto.as_ref().map_or(0.0, |of| of.flexible) * crypto;
        let has_ai = !file.generation.is_empty();
        let of_ai = |value: f64| if has_ai { value } else { f64::NAN };
        let busy = served.busy_share();
        let work = self.work.as_ref().map(|work| &work[year]);
        let of_work = |of: &dyn Fn(&Served) -> f64| work.map_or(f64::NAN, of);
        let other_closure = |served: &Served| self.facility_twh(year, served);
        let (supply_twh, work_twh) = match (work, file.closure) {
            (None, _) => (f64::NAN, f64::NAN),
            (Some(work), Closure::Supply) => (facility_twh, other_closure(work)),
            (Some(_), Closure::Work) => (other_closure(&self.supply[year]), facility_twh),
        };
        YearOf {
            twh: facility_twh,
            gw_peak: found.peak / 1e9,
            contract_gw: contract / 1e9,
            ai_contract_gw: of_ai(ai_contract / 1e9),
            it_twh: all.it_wh / 1e12,
            cooling_twh: all.cooling_wh / 1e12,
            other_twh: all.other_wh / 1e12,
            ai_it_twh: of_ai(ai_wh / 1e12),
            ai_twh: of_ai(ai_facility_wh / 1e12),
            conventional_it_twh: self.conventional[year].mean * HOURS as f64 / 1e12,
            crypto_twh: if file.scope.crypto {
                twh(crypto)
            } else {
                f64::NAN
            },
            pue: all.facility_wh() / all.it_wh,
            gw_mean: found.mean / 1e9,
            gw_it_peak: found.it_peak / 1e9,
            gw_cooling_peak: found.cooling_peak / 1e9,
            gw_peak_jja: found.jja / 1e9,
            gw_peak_djf: found.djf / 1e9,
            load_factor: found.mean / found.peak,
            capacity_utilisation: found.mean / contract,
            ramp_mw_h: found.ramp / 1e6,
            curtailable_mw: curtailable / 1e6,
            curtailable_gwh: curtailable * file.facility.curtailed_h / 1e9,
            water_mm3: all.water_l / 1e9,
            carbon_mt: carbon_g / 1e12,
            share_of_region: file
                .grid
                .twh
                .as_ref()
                .map_or(f64::NAN, |all| 100.0 * facility_twh / all.at(at)),
            ai_gw_rated: of_ai(machines.rated * powered / 1e9),
            chips_m: of_ai(machines.chips * powered / 1e6),
            chips_end_m: of_ai(stock.end / 1e6),
            h100e_end_m: of_ai(stock.h100e_end / 1e6),
            shipped_m: of_ai(stock.shipped / 1e6),
            unfilled_m: if file.cap.is_empty() {
                f64::NAN
            } else {
                stock.unfilled / 1e6
            },
            unpowered_gw: if file.connection.is_empty() {
                f64::NAN
            } else {
                unpowered / 1e9
            },
            connection_wait_weeks: if file.connection.is_empty() {
                f64::NAN
            } else if unpowered > 0.0 {
                // Without a megawatt more a year the wait has no end.
                let added = self.connected[year].added_w;
                if added < 1e6 {
                    f64::INFINITY
                } else {
                    unpowered * ai / added * 52.18
                }
            } else {
                0.0
            },
            ai_busy: of_ai(busy),
            need_over_supply: of_work(&|of| of.need_over_supply),
            unmet_share: of_work(&|of| of.unmet),
            capacity_wait_weeks: of_work(&|of| of.wait_weeks),
            job_wait_min: self.job_wait_s(served) / 60.0,
            supply_twh,
            work_twh,
            gap_twh: supply_twh - work_twh,
        }
    }

    /// IT power that may be put off at an hour, W.
    fn curtailable_it(&self, year: usize, hour: usize) -> f64 {
        let served = self.served(year);
        let scale = self.powered[year] * self.machines[year].dynamic;
        let calendar = &self.shared.calendars[year];
        let uses = served.shares.iter().zip(&served.busy).enumerate();
        let sum: f64 = uses
            .map(|(of, (share, busy))| {
                let flexible = self.file.uses[of].flexible;
                flexible * share * self.shape(of).at(*busy, calendar, hour)
            })
            .sum();
        scale * sum
    }

    /// Mean wait of the jobs of uses that queue, s.
    fn job_wait_s(&self, served: &Served) -> f64 {
        let Some(waits) = &self.shared.waits else {
            return f64::NAN;
        };
        let mut sums = (0.0, 0.0);
        for (of, (share, busy)) in self
            .file
            .uses
            .iter()
            .zip(served.shares.iter().zip(&served.busy))
        {
            if of.queues {
                sums.0 += share * busy;
                sums.1 += share;
            }
        }
        if sums.1 > 0.0 {
            waits.mean_s(sums.0 / sums.1)
        } else {
            f64::NAN
        }
    }

    /// A year by generation, use and site: facility `TWh`, and its share.
    pub fn stack(&self, year: usize, space: &mut Space) -> Vec<(&'static str, String, f64, f64)> {
        let figures = self.year(year, space);
        let served = self.served(year);
        let all = figures.twh.max(f64::MIN_POSITIVE);
        let mut rows = Vec::new();
        let mut push = |of: &'static str, name: &str, twh: f64| {
            rows.push((of, name.to_owned(), twh, twh / all));
        };
        let machines = &self.machines[year];
        let busy = served.busy_share();
        let ai = if figures.ai_twh.is_nan() {
            0.0
        } else {
            figures.ai_twh
        };
        let drawn = machines.idle + machines.dynamic * busy;
        for (index, of) in self.file.generation.iter().enumerate() {
            let own = self.generations[year][index];
            let of_own = own.idle + own.dynamic * busy;
            push(
                "generation",
                &of.name,
                ai * of_own / drawn.max(f64::MIN_POSITIVE),
            );
        }
        let uses = served.shares.iter().zip(&served.busy);
        for (of, (share, busy)) in self.file.uses.iter().zip(uses) {
            let of_own = share * (machines.idle + machines.dynamic * busy);
            push("use", &of.name, ai * of_own / drawn.max(f64::MIN_POSITIVE));
        }
        let crypto = if figures.crypto_twh.is_nan() {
            0.0
        } else {
            figures.crypto_twh
        };
        if self.file.conventional.is_some() {
            push("use", "conventional", (figures.twh - ai - crypto).max(0.0));
        }
        if crypto > 0.0 {
            push("use", "crypto", crypto);
        }
        push("part", "it", figures.it_twh);
        push("part", "cooling", figures.cooling_twh);
        push("part", "other", figures.other_twh);
        for (index, site) in self.file.site.iter().enumerate() {
            push("site", &site.name, space.sites[index] / 1e12);
        }
        rows
    }
}
