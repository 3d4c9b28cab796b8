//! `summary.json`: every figure of a run, by groups. What is not known is left out, never zero.

use serde::{Deserialize, Serialize};

macro_rules! group {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $key:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct $name {
            $($(#[$of])* #[serde(skip_serializing_if = "Figure::is_absent")] pub $key: $kind,)*
        }
        impl $name {
            pub(crate) fn is_absent(&self) -> bool {
                $(Figure::is_absent(&self.$key))&&*
            }
            pub(crate) fn flatten(&self, group: &'static str, out: &mut Flat) {
                $(Figure::flatten(&self.$key, group, stringify!($key), out);)*
            }
        }
    };
}

mod figure;
mod jobs;

pub(crate) use figure::{Figure, Flat, known};
pub use jobs::{ClassJobs, Goodput, Jobs, WaitS, WorkDone};

group! {
    /// Energy by use over the run, `MWh`.
    EnergyMwh {
        /// All uses.
        facility: Option<f64>,
        /// At the IT inlets.
        it: Option<f64>,
        /// Chips, memory, network and storage.
        compute: Option<f64>,
        /// Fans inside the servers.
        server_fans: Option<f64>,
        /// Losses of the servers' power supplies.
        psu_losses: Option<f64>,
        /// Switches, storage and the like beside the servers.
        other_it: Option<f64>,
        /// Transformers, UPS and distribution.
        electrical_losses: Option<f64>,
        /// The five uses that follow, together.
        cooling: Option<f64>,
        /// Compressors.
        chillers: Option<f64>,
        /// Fans of towers and dry coolers.
        heat_rejection_fans: Option<f64>,
        /// Facility-water and condenser-water pumps.
        pumps: Option<f64>,
        /// CRAH fans, and electricity for steam and drying of the halls' air.
        hall_fans: Option<f64>,
        /// Pumps of tanks and coolant distribution units.
        cdu_pumps: Option<f64>,
        /// Lights, offices, controls.
        other: Option<f64>,
        /// Delivered on site by panels and generators.
        generation: Option<f64>,
        /// Panels, at the AC side.
        solar: Option<f64>,
        /// Generators.
        generators: Option<f64>,
        /// Lost in batteries; part of `facility`.
        storage_losses: Option<f64>,
        /// Taken from the grid.
        grid_import: Option<f64>,
        /// Fed into the grid.
        grid_export: Option<f64>,
        /// Of a measured load, what was not drawn; part of no other figure.
        unserved: Option<f64>,
        /// What was drawn beyond a load measured at the meter.
        excess: Option<f64>,
    }
}
group! {
    /// Greatest mean over one step, kW.
    PeakKw {
        /// All uses.
        facility: Option<f64>,
        /// At the IT inlets.
        it: Option<f64>,
        /// All cooling.
        cooling: Option<f64>,
        /// At the meter, where generation or storage stands behind it.
        grid: Option<f64>,
    }
}
group! {
    /// When the step of the peak ended, hours since the start of the run.
    PeakH {
        /// All uses.
        facility: Option<f64>,
    }
}
group! {
    /// Ratios over the whole run.
    Ratios {
        /// Facility over IT energy (ISO/IEC 30134-2).
        pue: Option<f64>,
        /// PUE × ITUE: facility over compute energy.
        tue: Option<f64>,
        /// IT over compute energy.
        itue: Option<f64>,
        /// Make-up water over IT energy, L/kWh: water of the site, not of the power plants.
        wue_l_per_kwh: Option<f64>,
        /// The same with the water that power plants consume for the energy at the meter: WUE at the source.
        wue_source_l_per_kwh: Option<f64>,
        /// Operational carbon over IT energy, kg/kWh.
        cue_kg_per_kwh: Option<f64>,
        /// Heat reused over facility energy.
        erf: Option<f64>,
        /// Heat that economizers and dry coils carried before or in place of another plant, of all heat of the plants.
        free_cooling: Option<f64>,
        /// Mean over peak facility power.
        load_factor: Option<f64>,
    }
}
group! {
    /// Water over the run, m³.
    WaterM3 {
        /// Evaporated.
        evaporation: Option<f64>,
        /// Lost as droplets.
        drift: Option<f64>,
        /// Drained.
        blowdown: Option<f64>,
        /// Taken from the supply.
        makeup: Option<f64>,
    }
}
group! {
    /// Dielectric fluid, kg.
    FluidKg {
        /// Lost as vapour by two-phase tanks.
        lost: Option<f64>,
    }
}
group! {
    /// Carbon, t of carbon dioxide equivalent.
    CarbonT {
        /// From the energy at the meter, by the grid's intensity in each step.
        operational: Option<f64>,
        /// From fuel burnt on the site; not in `operational`.
        generators: Option<f64>,
    }
}
group! {
    /// Money, USD.
    CostUsd {
        /// Energy at the price of each step; what is fed in counts against it.
        energy: Option<f64>,
        /// Each calendar month's peak step times the rate; a month that the run only touches is charged in full.
        demand: Option<f64>,
        /// Make-up water.
        water: Option<f64>,
        /// Fuel that generators burnt.
        fuel: Option<f64>,
        /// The parts that are known.
        total: Option<f64>,
    }
}
group! {
    /// What the grid limit, batteries, generators and outages did.
    Supply {
        /// Hours in which chips were slowed down to keep the site under its limit.
        capped_hours: Option<f64>,
        /// Busy chips × the share of their clock that this took × hours.
        capped_gpu_hours: Option<f64>,
        /// Hours above the limit although every chip was idle.
        over_limit_hours: Option<f64>,
        /// Hours in which the electrical chain carried more than its firm rating.
        overload_hours: Option<f64>,
        /// Hours above the battery's `peak_target_mw`.
        over_target_hours: Option<f64>,
        /// The most above it, MW.
        over_target_max_mw: Option<f64>,
        /// Hours in which generators were asked for more than they carry although every chip was idle.
        generator_overload_hours: Option<f64>,
        /// Delivered by the site battery, `MWh`.
        battery_out_mwh: Option<f64>,
        /// Fuel burnt, t.
        fuel_t: Option<f64>,
        /// Hours without the grid.
        outage_hours: Option<f64>,
        /// Hours of them in which nothing carried IT.
        dark_hours: Option<f64>,
    }
}
group! {
    /// How warm it got.
    Thermal {
        /// The warmest rack inlet, °C.
        max_inlet_c: Option<f64>,
        /// The hottest chip, °C.
        max_chip_c: Option<f64>,
        /// Throttled chips × hours.
        throttled_gpu_hours: Option<f64>,
        /// Chips in racks that heat had switched off × hours.
        off_gpu_hours: Option<f64>,
        /// The same of all chips × hours.
        off_share: Option<f64>,
        /// Hours in which any rack was above its limit.
        hours_above_limit: Option<f64>,
        /// Hours in which the water of any circuit was above its setpoint by more than 0.1 K.
        hours_above_setpoint: Option<f64>,
        /// The most that it was above it, K.
        above_setpoint_max_k: Option<f64>,
        /// Hours in which the water of any hall was above its `water_class`.
        hours_above_water_class: Option<f64>,
        /// Mean of the facility water's supply, °C.
        supply_mean_c: Option<f64>,
        /// Warmest facility-water supply, °C.
        supply_max_c: Option<f64>,
        /// Lowest dew point in a hall whose moisture is followed, °C.
        min_dew_point_c: Option<f64>,
        /// Highest dew point in such a hall, °C.
        max_dew_point_c: Option<f64>,
        /// Hours in which any of them was outside its limits.
        hours_outside_dew_points: Option<f64>,
    }
}
group! {
    /// How long the site held out in events: the shortest of all of them, from the start of an event.
    RideThrough {
        /// Until a rack was above its limit, s.
        first_above_limit_s: Option<f64>,
        /// Until a chip ran slow because it was hot, s.
        first_throttle_s: Option<f64>,
        /// Until a rack had switched itself off, s.
        first_shutdown_s: Option<f64>,
        /// Chips in racks that were off × hours, of the worst event.
        off_gpu_hours: Option<f64>,
    }
}
group! {
    /// What services were asked and gave.
    Service {
        /// Tokens asked for: delivered, refused, and written on devices elsewhere.
        asked_tokens: Option<f64>,
        /// Tokens delivered.
        tokens: Option<f64>,
        /// Tokens that found no GPU.
        refused_tokens: Option<f64>,
        /// Pictures and clips delivered.
        pictures: Option<f64>,
        /// Pictures and clips that found no GPU.
        refused_pictures: Option<f64>,
    }
}
group! {
    /// What devices outside the facility did in its place; in no other group.
    Offload {
        /// Their energy, `MWh`.
        energy_mwh: Option<f64>,
        /// Tokens they wrote.
        tokens: Option<f64>,
    }
}

group! {
    /// How the power at the meter swings within steps, and changes from step to step.
    Swings {
        /// Greatest swing of synchronised work, peak to peak, MW.
        amplitude_mw: Option<f64>,
        /// Its mean over the run, MW.
        amplitude_mean_mw: Option<f64>,
        /// Steepest change within it, MW/s.
        mw_per_s: Option<f64>,
        /// Steepest rise from one step to the next, MW/min.
        ramp_up_mw_min: Option<f64>,
        /// Steepest fall from one step to the next, MW/min.
        ramp_down_mw_min: Option<f64>,
    }
}

/// Every figure of a run. A figure that a run has no source for is absent; so is a group without figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each group's type says what it holds")]
pub struct Summary {
    #[serde(skip_serializing_if = "EnergyMwh::is_absent")]
    pub energy_mwh: EnergyMwh,
    #[serde(skip_serializing_if = "PeakKw::is_absent")]
    pub peak_kw: PeakKw,
    #[serde(skip_serializing_if = "PeakH::is_absent")]
    pub peak_h: PeakH,
    #[serde(skip_serializing_if = "Ratios::is_absent")]
    pub ratios: Ratios,
    #[serde(skip_serializing_if = "WaterM3::is_absent")]
    pub water_m3: WaterM3,
    #[serde(skip_serializing_if = "FluidKg::is_absent")]
    pub fluid_kg: FluidKg,
    #[serde(skip_serializing_if = "CarbonT::is_absent")]
    pub carbon_t: CarbonT,
    #[serde(skip_serializing_if = "CostUsd::is_absent")]
    pub cost_usd: CostUsd,
    #[serde(skip_serializing_if = "Supply::is_absent")]
    pub supply: Supply,
    #[serde(skip_serializing_if = "Thermal::is_absent")]
    pub thermal: Thermal,
    #[serde(skip_serializing_if = "RideThrough::is_absent")]
    pub ride_through: RideThrough,
    #[serde(skip_serializing_if = "WorkDone::is_absent")]
    pub work: WorkDone,
    #[serde(skip_serializing_if = "Jobs::is_absent")]
    pub jobs: Jobs,
    #[serde(skip_serializing_if = "ClassJobs::is_absent")]
    pub jobs_pretraining: ClassJobs,
    #[serde(skip_serializing_if = "ClassJobs::is_absent")]
    pub jobs_fine_tuning: ClassJobs,
    #[serde(skip_serializing_if = "ClassJobs::is_absent")]
    pub jobs_batch: ClassJobs,
    #[serde(skip_serializing_if = "Goodput::is_absent")]
    pub goodput: Goodput,
    #[serde(skip_serializing_if = "Swings::is_absent")]
    pub swings: Swings,
    #[serde(skip_serializing_if = "Service::is_absent")]
    pub service: Service,
    #[serde(skip_serializing_if = "Offload::is_absent")]
    pub offload: Offload,
}

impl Summary {
    /// (group, key, value) of every figure that is present, in the order of the file. The waits are
    /// flattened to `wait_s_mean`, `wait_s_p50`, `wait_s_p95`, `wait_s_max`.
    pub fn figures(&self) -> impl Iterator<Item = (&'static str, &'static str, f64)> + use<> {
        let mut all = Vec::with_capacity(64);
        self.energy_mwh.flatten("energy_mwh", &mut all);
        self.peak_kw.flatten("peak_kw", &mut all);
        self.peak_h.flatten("peak_h", &mut all);
        self.ratios.flatten("ratios", &mut all);
        self.water_m3.flatten("water_m3", &mut all);
        self.fluid_kg.flatten("fluid_kg", &mut all);
        self.carbon_t.flatten("carbon_t", &mut all);
        self.cost_usd.flatten("cost_usd", &mut all);
        self.supply.flatten("supply", &mut all);
        self.thermal.flatten("thermal", &mut all);
        self.ride_through.flatten("ride_through", &mut all);
        self.work.flatten("work", &mut all);
        self.jobs.flatten("jobs", &mut all);
        let classes = [
            ("jobs_pretraining", &self.jobs_pretraining),
            ("jobs_fine_tuning", &self.jobs_fine_tuning),
            ("jobs_batch", &self.jobs_batch),
        ];
        for (group, jobs) in classes {
            jobs.flatten(group, &mut all);
        }
        self.goodput.flatten("goodput", &mut all);
        self.swings.flatten("swings", &mut all);
        self.service.flatten("service", &mut all);
        self.offload.flatten("offload", &mut all);
        all.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary() -> Summary {
        let mut summary = Summary::default();
        summary.energy_mwh.facility = Some(12.5);
        summary.energy_mwh.it = Some(f64::NAN);
        summary.ratios.tue = Some(1.2);
        summary.jobs.submitted = Some(3);
        summary.jobs.wait_s.p95 = Some(60.0);
        summary
    }

    #[test]
    fn absent_and_nan_figures_are_left_out_and_the_rest_reads_back() {
        let text = serde_json::to_string(&summary()).unwrap();
        assert_eq!(
            text,
            r#"{"energy_mwh":{"facility":12.5},"ratios":{"tue":1.2},"jobs":{"submitted":3,"wait_s":{"p95":60.0}}}"#
        );
        let back: Summary = serde_json::from_str(&text).unwrap();
        let mut expected = summary();
        expected.energy_mwh.it = None;
        assert_eq!(back, expected);
        assert_eq!(serde_json::to_string(&Summary::default()).unwrap(), "{}");
    }

    #[test]
    fn figures_come_flat_and_in_the_order_of_the_file() {
        let figures: Vec<_> = summary().figures().collect();
        assert_eq!(
            figures,
            [
                ("energy_mwh", "facility", 12.5),
                ("ratios", "tue", 1.2),
                ("jobs", "submitted", 3.0),
                ("jobs", "wait_s_p95", 60.0),
            ]
        );
    }
}
