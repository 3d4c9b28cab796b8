//! Energy by use, peaks, and the ratios that need nothing but energy.
//!
//! ```text
//! E = Σ P·dt        PUE = E_facility/E_it      ITUE = E_it/E_compute      TUE = PUE·ITUE
//! load factor = mean P_facility / largest step mean of P_facility
//! ```
//!
//! Source: ISO/IEC 30134-2 (PUE, IT energy at the IT inlets: category 3); M. K. Patterson et al., *TUE, a New
//! Energy-Efficiency Metric*, ISC 2013. Switches and storage are IT and no compute. Fans inside servers count as IT in PUE: a change that removes them
//! raises PUE while the energy falls, which TUE does not.

use crate::metrics::figures::{Heading, figures, known};
use crate::metrics::sum::Sum;
use crate::metrics::{Context, Metric, Summary};
use crate::snapshot::{Power, Snapshot};
use crate::units::{HOUR_S, J_PER_MWH};

/// Half of the last digit of a warning, MWh: less is printed as nothing, and is none.
const UNSEEN_MWH: f64 = 0.5e-3;

/// In the order of `uses`.
const FACILITY: usize = 0;
const IT: usize = 1;
const COMPUTE: usize = 2;
const COOLING: usize = 6;

fn uses(power: &Power) -> [f64; 18] {
    [
        power.facility_w,
        power.it_w,
        power.compute_w,
        power.server_fans_w,
        power.psu_losses_w,
        power.electrical_losses_w,
        power.cooling_w(),
        power.chillers_w,
        power.heat_rejection_fans_w,
        power.pumps_w,
        power.hall_fans_w,
        power.cdu_pumps_w,
        power.other_w,
        power.generation_w,
        power.network_w.unwrap_or(f64::NAN),
        power.storage_w.unwrap_or(f64::NAN),
        power.other_it_w.unwrap_or(f64::NAN),
        power.basin_heaters_w,
    ]
}

figures! {
    /// Energy by use over the run. A use that draws nothing in the whole run (no such machine) is left out.
    EnergyMwh {
        /// All uses.
        facility: Option<f64> = Mwh.row(Heading::Energy, "facility", 0).headline();
        /// At the IT inlets: compute, fans inside the servers, losses of their power supplies, network, storage and other IT.
        it: Option<f64> = Mwh.row(Heading::Energy, "  IT", 0).headline();
        /// Chips, memory, network cards and drives of the servers, behind their power supplies.
        compute: Option<f64> = Mwh.row(Heading::Energy, "    compute", 0);
        /// Fans inside the servers.
        server_fans: Option<f64> = Mwh.row(Heading::Energy, "    server fans", 0);
        /// Losses of the servers' power supplies.
        psu_losses: Option<f64> = Mwh.row(Heading::Energy, "    power supplies", 0);
        /// Switches and optics beside the servers, their own supplies and fans included; IT, but no compute.
        network: Option<f64> = Mwh.row(Heading::Energy, "    network", 0);
        /// Storage beside the servers, the same.
        storage: Option<f64> = Mwh.row(Heading::Energy, "    storage", 0);
        /// Other IT beside the servers (CPU nodes, management), the same.
        other_it: Option<f64> = Mwh.row(Heading::Energy, "    other IT", 0);
        /// Transformers, UPS and distribution.
        electrical_losses: Option<f64> = Mwh.row(Heading::Energy, "  electrical losses", 0);
        /// The six uses that follow, together.
        cooling: Option<f64> = Mwh.row(Heading::Energy, "  cooling", 0);
        /// Compressors; of air-cooled chillers with their condenser fans.
        chillers: Option<f64> = Mwh.row(Heading::Energy, "    chillers", 0);
        /// Fans of towers and dry coolers.
        heat_rejection_fans: Option<f64> = Mwh.row(Heading::Energy, "    outdoor fans", 0);
        /// Facility-water and condenser-water pumps.
        pumps: Option<f64> = Mwh.row(Heading::Energy, "    pumps", 0);
        /// Heaters in the basins of tower cells that stand in frost.
        basin_heaters: Option<f64> = Mwh.row(Heading::Energy, "    basin heaters", 0);
        /// CRAH and door fans, and electricity for steam and drying of the halls' air.
        hall_fans: Option<f64> = Mwh.row(Heading::Energy, "    hall fans", 0);
        /// Pumps of tanks and coolant distribution units.
        cdu_pumps: Option<f64> = Mwh.row(Heading::Energy, "    CDU, tank pumps", 0);
        /// Lights, offices, controls, and the loads fed between electrical stages.
        other: Option<f64> = Mwh.row(Heading::Energy, "  other", 0);
        /// Delivered on site by panels and generators.
        generation: Option<f64> = Mwh;
        /// Delivered by panels, at the AC side.
        solar: Option<f64> = Mwh.row(Heading::Energy, "solar", 0).rank(1);
        /// Delivered by generators.
        generators: Option<f64> = Mwh.row(Heading::Energy, "generators", 0).rank(1);
        /// Lost in batteries; part of `facility`.
        storage_losses: Option<f64> = Mwh.row(Heading::Energy, "  storage losses", 0);
        /// Taken from the grid; only with generation or storage on the site, else it is `facility`.
        grid_import: Option<f64> = Mwh.row(Heading::Energy, "from the grid", 0).rank(1);
        /// Fed into the grid.
        grid_export: Option<f64> = Mwh.row(Heading::Energy, "into the grid", 0).rank(1);
        /// Of a measured load, what was not drawn, because racks were off, a limit slowed chips down, the site was dark,
        /// or (load at the meter) the halls cannot draw as much; part of no other figure.
        unserved: Option<f64> = Mwh.zero("load not served", 0).rank(2).up_to(UNSEEN_MWH).warns(|missed_mwh, _| {
            format!(
                "{missed_mwh:.3} MWh of the measured load were not served: racks were off, slowed down or without power, or \
                 the halls cannot draw as much; `unserved_kw` in timeseries shows when"
            )
        });
        /// Excess over a load measured at the meter, because the site uses more without any IT; part of no other
        /// figure.
        excess: Option<f64> = Mwh.zero("beyond the load", 0).rank(2).up_to(UNSEEN_MWH).warns(|excess_mwh, _| {
            format!(
                "the site used {excess_mwh:.3} MWh more than the load at its meter: cooling, losses and other uses alone are \
                 above it; `excess_kw` in timeseries shows when"
            )
        });
    }
}

figures! {
    /// Largest mean over one step.
    PeakKw {
        /// All uses.
        facility: Option<f64> = Kw.row(Heading::Energy, "peak", 0).rank(2).headline();
        /// At the IT inlets.
        it: Option<f64> = Kw;
        /// All cooling.
        cooling: Option<f64> = Kw;
        /// At the meter, where generation or storage is behind it.
        grid: Option<f64> = Kw.row(Heading::Energy, "peak at the meter", 0).rank(3);
    }
}

figures! {
    /// When the step of the peak ended.
    PeakH {
        /// When the step of `peak_kw.facility` ended, from the start of the run.
        facility: Option<f64> = Instant.row(Heading::Energy, "  at", 0).rank(2);
    }
}

figures! {
    /// Ratios over the whole run.
    Ratios {
        /// Facility over IT energy (ISO/IEC 30134-2, IT measured at its inlets).
        pue: Option<f64> = Ratio.row(Heading::Ratios, "PUE", 3).headline();
        /// PUE × ITUE = facility over compute energy (Patterson et al. 2013).
        tue: Option<f64> = Ratio.row(Heading::Ratios, "TUE", 3).headline();
        /// IT over compute energy.
        itue: Option<f64> = Ratio;
        /// Make-up water over IT energy (ISO/IEC 30134-9); not the water of power plants.
        wue_l_per_kwh: Option<f64> = LPerKwh.row(Heading::Ratios, "WUE", 3).headline();
        /// The same with the water that power plants consume for the energy imported at the meter (`grid_import`): what
        /// the sun or generators of the site deliver adds none, what is fed in earns no credit.
        wue_source_l_per_kwh: Option<f64> = LPerKwh;
        /// Carbon of the energy imported and of the fuel burnt on the site (`operational` + `generators`) over IT energy
        /// (ISO/IEC 30134-8).
        cue_kg_per_kwh: Option<f64> = KgPerKwh;
        /// Heat handed to a network over facility energy (ISO/IEC 30134-6); with `reuse` only.
        erf: Option<f64> = Ratio.row(Heading::Ratios, "heat reused, ERF", 3).rank(3);
        /// Heat that economizers and dry coils carried before or in place of another plant, of all heat of the plants;
        /// absent without.
        free_cooling: Option<f64> = Share.row(Heading::Ratios, "free cooling", 1).rank(2);
        /// Mean over peak facility power.
        load_factor: Option<f64> = Ratio.row(Heading::Ratios, "load factor", 3).rank(1);
    }
}

/// The metric.
#[derive(Debug, Clone)]
pub(crate) struct Energy {
    used_j: [Sum; 18],
    peak_w: [f64; 18],
    /// When the maximum power of all uses was reached, s since the start.
    peak_s: f64,
    seconds: Sum,
}

impl Energy {
    pub(crate) fn new(_: &Context) -> Self {
        Self {
            used_j: [Sum::default(); 18],
            peak_w: [f64::NEG_INFINITY; 18],
            peak_s: f64::NAN,
            seconds: Sum::default(),
        }
    }
}

impl Metric for Energy {
    fn observe(&mut self, s: &Snapshot) {
        let uses = uses(&s.power);
        for (sum, power_w) in self.used_j.iter_mut().zip(uses) {
            sum.add(power_w * s.dt_s);
        }
        if uses[FACILITY] > self.peak_w[FACILITY] {
            self.peak_s = s.time_s;
        }
        for (peak, power_w) in self.peak_w.iter_mut().zip(uses) {
            *peak = if power_w > *peak { power_w } else { *peak };
        }
        self.seconds.add(s.dt_s);
    }

    fn report(&self, summary: &mut Summary) {
        if self.seconds.value() <= 0.0 {
            return;
        }
        let mut mwh = self.used_j.map(|sum| known(sum.value() / J_PER_MWH));
        // What never drew power in the run is left out: most sites have no chillers, tank pumps or panels.
        for ((figure, peak_w), index) in mwh.iter_mut().zip(self.peak_w).zip(0..) {
            if index > COOLING && peak_w == 0.0 {
                *figure = None;
            }
        }
        let group = &mut summary.energy_mwh;
        [
            group.facility,
            group.it,
            group.compute,
            group.server_fans,
            group.psu_losses,
            group.electrical_losses,
            group.cooling,
            group.chillers,
            group.heat_rejection_fans,
            group.pumps,
            group.hall_fans,
            group.cdu_pumps,
            group.other,
            group.generation,
            group.network,
            group.storage,
            group.other_it,
            group.basin_heaters,
        ] = mwh;

        summary.peak_kw.facility = known(self.peak_w[FACILITY] / 1e3);
        summary.peak_h.facility = known(self.peak_s / HOUR_S);
        summary.peak_kw.it = known(self.peak_w[IT] / 1e3);
        summary.peak_kw.cooling = known(self.peak_w[COOLING] / 1e3);

        let energy = |i: usize| self.used_j[i].value();
        let ratios = &mut summary.ratios;
        ratios.pue = known(energy(FACILITY) / energy(IT));
        ratios.itue = known(energy(IT) / energy(COMPUTE));
        ratios.tue = known(energy(FACILITY) / energy(COMPUTE));
        ratios.load_factor = known(energy(FACILITY) / self.seconds.value() / self.peak_w[FACILITY]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{context, hour, report};

    /// Two hours by hand: IT 3 MW then 1 MW; chillers 100 kW, the five other cooling uses 10, 15, 5, 30 and 40 kW.
    #[test]
    fn energy_peaks_and_ratios() {
        let step = |at: f64, it_w: f64| {
            let mut s = hour(at, 0.0);
            s.power = Power {
                it_w,
                compute_w: 0.9 * it_w,
                server_fans_w: 0.06 * it_w,
                psu_losses_w: 0.04 * it_w,
                network_w: None,
                storage_w: None,
                other_it_w: None,
                electrical_losses_w: 60e3,
                chillers_w: 100e3,
                heat_rejection_fans_w: 10e3,
                pumps_w: 15e3,
                basin_heaters_w: 5e3,
                hall_fans_w: 30e3,
                cdu_pumps_w: 40e3,
                other_w: 15e3,
                generation_w: 25e3,
                facility_w: it_w + 60e3 + 200e3 + 15e3 - 25e3,
            };
            s
        };
        let summary = report(Energy::new(&context()), &[step(1.0, 3e6), step(2.0, 1e6)]);
        let expected = [
            ("energy_mwh", "facility", 4.5),
            ("energy_mwh", "it", 4.0),
            ("energy_mwh", "compute", 3.6),
            ("energy_mwh", "server_fans", 0.24),
            ("energy_mwh", "psu_losses", 0.16),
            ("energy_mwh", "electrical_losses", 0.12),
            ("energy_mwh", "cooling", 0.4),
            ("energy_mwh", "chillers", 0.2),
            ("energy_mwh", "heat_rejection_fans", 0.02),
            ("energy_mwh", "pumps", 0.03),
            ("energy_mwh", "basin_heaters", 0.01),
            ("energy_mwh", "hall_fans", 0.06),
            ("energy_mwh", "cdu_pumps", 0.08),
            ("energy_mwh", "other", 0.03),
            ("energy_mwh", "generation", 0.05),
            ("peak_kw", "facility", 3250.0),
            ("peak_kw", "it", 3000.0),
            ("peak_kw", "cooling", 200.0),
            ("peak_h", "facility", 1.0),
            ("ratios", "pue", 1.125),               // 4.5/4
            ("ratios", "tue", 1.25),                // 4.5/3.6
            ("ratios", "itue", 1.0 / 0.9),          // 4/3.6
            ("ratios", "load_factor", 2.25 / 3.25), // 4.5 `MWh` in 2 h over 3.25 MW
        ];
        let figures: Vec<_> = summary.figures().collect();
        assert_eq!(figures.len(), expected.len());
        for (got, expected) in figures.iter().zip(expected) {
            assert_eq!((got.0, got.1), (expected.0, expected.1));
            assert!((got.2 - expected.2).abs() < 1e-9, "{got:?} {expected:?}");
        }
    }

    #[test]
    fn ratios_without_it_or_compute_are_absent() {
        let mut idle = hour(1.0, 1e5);
        idle.power.it_w = 0.0;
        let summary = report(Energy::new(&context()), &[idle]);
        assert_eq!((summary.ratios.pue, summary.ratios.tue), (None, None));
        assert_eq!(summary.ratios.load_factor, Some(1.0));
    }
}
