//! Energy by use, peaks, and the ratios that need nothing but energy.
//!
//! ```text
//! E = Σ P·dt        PUE = E_facility/E_it      ITUE = E_it/E_compute      TUE = PUE·ITUE
//! load factor = mean P_facility / greatest step mean of P_facility
//! ```
//!
//! Source: ISO/IEC 30134-2 (PUE, IT energy at the IT inlets: category 3); M. K. Patterson et al., *TUE, a New
//! Energy-Efficiency Metric*, ISC 2013. Switches and storage are IT and no compute. Fans inside servers count as IT in PUE: a change that removes them
//! raises PUE while the energy falls, which TUE does not.

use super::sum::Sum;
use super::summary::known;
use super::{Context, Metric, Summary};
use crate::snapshot::{Power, Snapshot};
use crate::units::{HOUR_S, J_PER_MWH};

/// All that cools, W.
pub fn cooling_w(power: &Power) -> f64 {
    power.chillers_w
        + power.heat_rejection_fans_w
        + power.pumps_w
        + power.hall_fans_w
        + power.cdu_pumps_w
}

/// In the order of `uses`.
const FACILITY: usize = 0;
const IT: usize = 1;
const COMPUTE: usize = 2;
const COOLING: usize = 6;

fn uses(power: &Power) -> [f64; 15] {
    [
        power.facility_w,
        power.it_w,
        power.compute_w,
        power.server_fans_w,
        power.psu_losses_w,
        power.electrical_losses_w,
        cooling_w(power),
        power.chillers_w,
        power.heat_rejection_fans_w,
        power.pumps_w,
        power.hall_fans_w,
        power.cdu_pumps_w,
        power.other_w,
        power.generation_w,
        power.other_it_w.unwrap_or(f64::NAN),
    ]
}

/// The metric.
#[derive(Debug, Clone)]
pub(crate) struct Energy {
    used_j: [Sum; 15],
    peak_w: [f64; 15],
    /// When the greatest power of all uses was reached, s since the start.
    peak_s: f64,
    seconds: Sum,
}

impl Energy {
    pub(crate) fn new(_: &Context) -> Self {
        Self {
            used_j: [Sum::default(); 15],
            peak_w: [f64::NEG_INFINITY; 15],
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
            group.other_it,
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

    /// Two hours by hand: IT 3 MW then 1 MW; chillers 100 kW, the four other cooling uses 10, 20, 30 and 40 kW.
    #[test]
    fn energy_peaks_and_ratios() {
        let step = |at: f64, it_w: f64| {
            let mut s = hour(at, 0.0);
            s.power = Power {
                it_w,
                compute_w: 0.9 * it_w,
                server_fans_w: 0.06 * it_w,
                psu_losses_w: 0.04 * it_w,
                other_it_w: None,
                electrical_losses_w: 60e3,
                chillers_w: 100e3,
                heat_rejection_fans_w: 10e3,
                pumps_w: 20e3,
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
            ("energy_mwh", "pumps", 0.04),
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
