//! Cost of ownership and embodied carbon of a site, from the year of a run.
//!
//! ```text
//! y           = 365 d/length of the run                       what runs costs y times as much in a year
//! levelised   = Σ price·PV(life)·CRF + energy + water + upkeep + staff + carbon − heat sold            USD a year
//! per unit    = levelised/(y·what the run did·availability)                                  USD/GPU-h, USD/MWh
//! PV          = levelised·a(r, n)          NPV = PV of what GPU-hours are sold for − PV
//! embodied    = Σ kg/life + leaks + vapour·(GWP + making it again)                                     t a year
//! ```
//!
//! PV(life), CRF and a(r, n): `ownership/finance.rs`. Every later year is like the run's, with its weather, prices and work; what is
//! replaced costs and does the same. Outlays are positive, what is sold is negative. GPU-hours are those of work done
//! (`work.gpu_hours`), which hotter chips, throttling, outages and idle time make fewer; beside it those installed.

use crate::metrics::figures::{Heading, figures, known};
use crate::metrics::sum::Sum;
use crate::metrics::{Context, Metric, Summary};
use crate::ownership::{Class, Ownership};
use crate::snapshot::Snapshot;
use crate::units::{DAY_S, HOUR_S};

figures! {
    /// Money to build the site, with `[cost]` only; at assumed prices.
    CapitalUsd {
        /// Servers with their chips, in the build for their cooling.
        servers: Option<f64> = Usd;
        /// Network, storage and other IT beside the servers.
        other_it: Option<f64> = Usd;
        /// What takes heat from racks to facility water, with its fluid.
        cooling: Option<f64> = Usd;
        /// What takes heat from facility water to the outdoors.
        heat_rejection: Option<f64> = Usd;
        /// Transformers, UPS, distribution, and generators, batteries and panels where the scenario has them.
        power: Option<f64> = Usd;
        /// The building.
        shell: Option<f64> = Usd;
        /// Land.
        land: Option<f64> = Usd;
        /// What the scenario adds (`cost.other_usd`).
        other: Option<f64> = Usd;
        /// All of it.
        total: Option<f64> = Usd.row(Heading::Ownership, "to build", 0);
    }
}

figures! {
    /// Cost of ownership a year: the same payment every year for what is bought, replaced and sold in the end, and what a year of the run costs.
    OwnershipUsd {
        /// All of it.
        total: Option<f64> = UsdPerYear.row(Heading::Ownership, "cost a year", 3);
        /// Servers with their chips.
        servers: Option<f64> = UsdPerYear.row(Heading::Ownership, "  servers", 3);
        /// Network, storage and other IT.
        other_it: Option<f64> = UsdPerYear.row(Heading::Ownership, "  other IT", 3);
        /// What takes heat from racks to facility water, with its fluid.
        cooling: Option<f64> = UsdPerYear.row(Heading::Ownership, "  cooling in halls", 3);
        /// What takes heat from facility water to the outdoors.
        heat_rejection: Option<f64> = UsdPerYear.row(Heading::Ownership, "  heat rejection", 3);
        /// Transformers, UPS, distribution, generators, batteries, panels.
        power: Option<f64> = UsdPerYear.row(Heading::Ownership, "  power", 3);
        /// Building and land.
        shell_and_land: Option<f64> = UsdPerYear.row(Heading::Ownership, "  shell and land", 3);
        /// Electricity with its demand charge, and fuel.
        energy: Option<f64> = UsdPerYear.row(Heading::Ownership, "  energy", 3);
        /// Make-up water.
        water: Option<f64> = UsdPerYear.row(Heading::Ownership, "  water", 3);
        /// Upkeep, with fluid that left as vapour.
        maintenance: Option<f64> = UsdPerYear.row(Heading::Ownership, "  maintenance", 3);
        /// Staff.
        staff: Option<f64> = UsdPerYear.row(Heading::Ownership, "  staff", 3);
        /// Insurance, property tax, and what the scenario adds.
        other: Option<f64> = UsdPerYear.row(Heading::Ownership, "  other", 3);
        /// Carbon of electricity and fuel at its price.
        carbon: Option<f64> = UsdPerYear.row(Heading::Ownership, "  carbon", 3);
        /// Heat sold to a network; negative.
        heat_sold: Option<f64> = UsdPerYear.row(Heading::Ownership, "  heat sold", 3);
    }
}

figures! {
    /// Cost of ownership for what the site does, and its present value.
    OwnershipFigures {
        /// Cost for each GPU-hour of work done (`work.gpu_hours`) that is available to be sold.
        usd_per_gpu_hour: Option<f64> = UsdPerGpuHour.row(Heading::Ownership, "a GPU-hour of work", 4).rank(1);
        /// Cost for each hour of each GPU installed that is available, at work or not.
        usd_per_installed_gpu_hour: Option<f64> = UsdPerGpuHour.row(Heading::Ownership, "a GPU-hour installed", 4).rank(1);
        /// Cost of the whole site, other work too, for each million of `jobs.tokens`.
        usd_per_million_tokens: Option<f64> = UsdPerMillionTokens.row(Heading::Ownership, "a million tokens", 4).rank(1);
        /// Cost for each MWh at the IT inlets.
        usd_per_mwh_it: Option<f64> = UsdPerMwh.row(Heading::Ownership, "a MWh of IT", 1).rank(1);
        /// Present value of all outlays over the period less heat sold and residual values: positive.
        present_value_usd: Option<f64> = Usd.row(Heading::Ownership, "present value of outlays", 0).rank(2);
        /// Net present value: that of the GPU-hours sold (`cost.sells_usd_gpu_hour`) less that of the outlays; negative where nothing is sold.
        npv_usd: Option<f64> = Usd;
    }
}

figures! {
    /// Embodied carbon: emitted before things stand on the site, and by fluids that leave. With `[cost]` only; estimates.
    EmbodiedT {
        /// Servers with their chips.
        servers: Option<f64> = TCo2e;
        /// Network, storage and other IT.
        other_it: Option<f64> = TCo2e;
        /// Cooling in halls, without fluids.
        cooling: Option<f64> = TCo2e;
        /// Heat rejection.
        heat_rejection: Option<f64> = TCo2e;
        /// Transformers, UPS, distribution, generators, batteries, panels.
        power: Option<f64> = TCo2e;
        /// Building.
        shell: Option<f64> = TCo2e;
        /// Fluids that fill tanks and plates.
        fluids: Option<f64> = TCo2e;
        /// All of it, at the start.
        total: Option<f64> = TCo2e.row(Heading::Ownership, "embodied carbon", 0).rank(3);
        /// Refrigerant that leaks and vapour that leaves, with what replaces it, a year.
        leaks_per_year: Option<f64> = TCo2ePerYear;
        /// All over the lives of things, with leaks, a year.
        per_year: Option<f64> = TCo2ePerYear.row(Heading::Ownership, "  over its life, with leaks", 0).rank(3);
        /// That and the carbon of the run's electricity and fuel, for each GPU-hour of work that is available, kg.
        kg_per_gpu_hour: Option<f64> = KgPerGpuHour.row(Heading::Ownership, "all carbon, a GPU-hour of work", 4).rank(3);
    }
}

/// The metric.
#[derive(Debug, Clone)]
pub(crate) struct OwnershipMetric {
    site: Option<Ownership>,
    seconds: Sum,
    reused_j: Sum,
    vapour_usd: Sum,
    vapour_kg: Sum,
}

impl OwnershipMetric {
    pub(crate) fn new(context: &Context) -> Self {
        Self {
            site: context.ownership.clone(),
            seconds: Sum::default(),
            reused_j: Sum::default(),
            vapour_usd: Sum::default(),
            vapour_kg: Sum::default(),
        }
    }
}

impl Metric for OwnershipMetric {
    fn observe(&mut self, s: &Snapshot) {
        let Some(site) = &self.site else {
            return;
        };
        self.seconds.add(s.dt_s);
        for plant in std::iter::once(&s.plant).chain(&s.circuits) {
            self.reused_j.add(plant.reused_w * s.dt_s);
        }
        for (hall, of) in s.halls.iter().zip(&site.vapour) {
            let kg = hall.vapour_kg_s * s.dt_s;
            self.vapour_usd.add(of.usd_kg * kg);
            self.vapour_kg.add(of.co2e_kg_kg * kg);
        }
    }

    fn report(&self, _: &mut Summary) {}

    fn derive(&self, summary: &mut Summary) {
        let Some(site) = &self.site else {
            return;
        };
        if self.seconds.value() <= 0.0 {
            return;
        }
        let to_year = 365.0 * DAY_S / self.seconds.value();
        summary.capital_usd = capital(site);
        summary.ownership_usd = self.yearly(site, summary, to_year);
        summary.embodied_t = self.embodied(site, to_year);
        let gpu_hours = summary.work.gpu_hours.filter(|hours| *hours > 1e-9);
        let sold = gpu_hours.map(|hours| hours * to_year * site.availability);
        let carbon = summary.carbon_t;
        if let (Some(run_t), Some(year_t), Some(hours)) =
            (carbon.operational, summary.embodied_t.per_year, sold)
        {
            let run_t = (run_t + carbon.generators.unwrap_or(0.0)) * to_year;
            summary.embodied_t.kg_per_gpu_hour = known(1e3 * (run_t + year_t) / hours);
        }
        let Some(total) = summary.ownership_usd.total else {
            return;
        };
        let per = |units: Option<f64>| units.and_then(|units| known(total / units));
        let year_h = 365.0 * DAY_S / HOUR_S;
        let tokens = summary.jobs.tokens.filter(|tokens| *tokens > 0.0);
        let worth = site.terms.annuity();
        let income = site
            .sells_usd_gpu_hour
            .zip(sold)
            .map_or(0.0, |(usd, hours)| usd * hours);
        let figures = &mut summary.ownership;
        figures.usd_per_gpu_hour = per(sold);
        figures.usd_per_installed_gpu_hour = per(Some(site.gpus * year_h * site.availability));
        figures.usd_per_million_tokens =
            per(tokens.map(|tokens| 1e-6 * tokens * to_year * site.availability));
        figures.usd_per_mwh_it = per(summary.energy_mwh.it.map(|mwh| mwh * to_year));
        figures.present_value_usd = known(total * worth);
        figures.npv_usd = known((income - total) * worth);
    }
}

/// What a class sums up to; absent where nothing is of it.
fn of_class(
    site: &Ownership,
    classes: &[Class],
    each: impl Fn(&crate::ownership::Asset) -> f64,
) -> Option<f64> {
    let assets = site.assets.iter();
    let mut of = assets
        .filter(|asset| classes.contains(&asset.class))
        .peekable();
    of.peek()?;
    known(of.map(each).sum())
}

fn capital(site: &Ownership) -> CapitalUsd {
    let of = |class| of_class(site, &[class], |asset| asset.usd);
    CapitalUsd {
        servers: of(Class::Servers),
        other_it: of(Class::OtherIt),
        cooling: of(Class::Cooling),
        heat_rejection: of(Class::HeatRejection),
        power: of(Class::Power),
        shell: of(Class::Shell),
        land: of(Class::Land),
        other: of(Class::Other),
        total: known(site.assets.iter().map(|asset| asset.usd).sum()),
    }
}

impl OwnershipMetric {
    /// The year of the run, and what is bought as a payment every year.
    fn yearly(&self, site: &Ownership, summary: &Summary, to_year: f64) -> OwnershipUsd {
        let of = |classes: &[Class]| {
            of_class(site, classes, |asset| {
                asset.usd * site.terms.levelised(asset.life_years, asset.resale)
            })
        };
        let year = |of_run: f64| known(of_run * to_year);
        let cost = &summary.cost_usd;
        let energy = cost.energy.and_then(|energy| {
            year(energy + cost.demand.unwrap_or(0.0) + cost.fuel.unwrap_or(0.0))
        });
        let carbon_t = summary.carbon_t;
        let emitted_t = carbon_t
            .operational
            .map(|grid_t| grid_t + carbon_t.generators.unwrap_or(0.0));
        let added = of(&[Class::Other]).unwrap_or(0.0);
        let sold = |usd_j: f64| year(-usd_j * self.reused_j.value());
        let mut yearly = OwnershipUsd {
            servers: of(&[Class::Servers]),
            other_it: of(&[Class::OtherIt]),
            cooling: of(&[Class::Cooling]),
            heat_rejection: of(&[Class::HeatRejection]),
            power: of(&[Class::Power]),
            shell_and_land: of(&[Class::Shell, Class::Land]),
            energy,
            water: cost.water.and_then(year),
            maintenance: known(site.maintenance_usd + to_year * self.vapour_usd.value()),
            staff: known(site.staff_usd),
            other: known(site.other_usd + added),
            carbon: site
                .carbon_usd_t
                .zip(emitted_t)
                .and_then(|(usd, t)| year(usd * t)),
            heat_sold: site
                .heat_usd_j
                .filter(|_| self.reused_j.value() > 0.0)
                .and_then(sold),
            total: None,
        };
        // Nothing is the sum of what is not known: prices of energy may end before the run.
        if energy.is_some() {
            let mut total = 0.0;
            yearly.each("", &mut |_, value| total += value.unwrap_or(0.0));
            yearly.total = known(total);
        }
        yearly
    }

    fn embodied(&self, site: &Ownership, to_year: f64) -> EmbodiedT {
        let t = |fluid: bool, class| {
            of_class(site, &[class], |asset| {
                let counts = asset.fluid == fluid;
                if counts { asset.embodied_kg / 1e3 } else { 0.0 }
            })
        };
        let kg = |each: &dyn Fn(&crate::ownership::Asset) -> f64| -> f64 {
            site.assets.iter().map(each).sum()
        };
        let leaks_t = (site.leaks_kg + to_year * self.vapour_kg.value()) / 1e3;
        let per_year_t = kg(&|asset| asset.embodied_kg / asset.life_years) / 1e3;
        EmbodiedT {
            servers: t(false, Class::Servers),
            other_it: t(false, Class::OtherIt),
            cooling: t(false, Class::Cooling),
            heat_rejection: t(false, Class::HeatRejection),
            power: t(false, Class::Power),
            shell: t(false, Class::Shell),
            fluids: t(true, Class::Cooling).filter(|fluids| *fluids > 0.0),
            total: known(kg(&|asset| asset.embodied_kg) / 1e3),
            leaks_per_year: known(leaks_t),
            per_year: known(per_year_t + leaks_t),
            kg_per_gpu_hour: None,
        }
    }
}

#[cfg(test)]
mod tests;
