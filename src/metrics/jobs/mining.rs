//! Hashes, the energy and the money of one.
//!
//! ```text
//! hashes = Σ chips·load·clock·dt · hashes/s of a chip at full load          revenue = hashes · price of a hash
//! ```
//!
//! Revenue is gross: pool fees (a percent or two), machines and people are not in it.

use crate::metrics::figures::{Heading, figures, known};
use crate::metrics::sum::Sum;
use crate::metrics::{Context, Metric, Summary};
use crate::snapshot::Snapshot;
use crate::units::{HOUR_S, J_PER_MWH};

figures! {
    /// Hashing (`[workload.mining]`).
    Mining {
        /// Hashes.
        hashes: Option<f64> = Count;
        /// Energy of the facility for a terahash of SHA-256.
        j_per_th: Option<f64> = J.row(Heading::Work, "energy for a terahash", 2);
        /// Energy of the facility for a megahash of Ethash.
        j_per_mh: Option<f64> = J.row(Heading::Work, "energy for a megahash", 2);
        /// What the hashes earn at the hash price, before pool fees.
        revenue_usd: Option<f64> = Usd.row(Heading::Work, "revenue of hashing", 0);
        /// The same for a megawatt-hour of the facility: energy that costs more is not worth hashing with.
        revenue_usd_mwh: Option<f64> = UsdPerMwh.row(Heading::Work, "  for energy", 1);
        /// Hours in which hashing stopped because energy cost more than `stop_above_usd_mwh`.
        stopped_hours: Option<f64> = Hours.row(Heading::Work, "stopped by price", 0);
    }
}

/// What is hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// SHA-256, counted in terahashes.
    Sha256,
    /// Ethash, counted in megahashes.
    Ethash,
}

/// What hashing yields.
#[derive(Debug, Clone, PartialEq)]
pub struct MiningRates {
    /// What is hashed.
    pub algorithm: Algorithm,
    /// Hashes/s of a chip at load 1, by hall.
    pub hashes_per_load_s: Vec<f64>,
    /// What one earns, where its price is given, USD.
    pub usd_per_hash: Option<f64>,
    /// Price of energy above which hashing stops, USD/J.
    pub stop_usd_j: Option<f64>,
}

/// The metric.
#[derive(Debug, Clone)]
pub(crate) struct MiningMetric {
    rates: Option<MiningRates>,
    hashes: Sum,
    stopped_s: Sum,
}

impl MiningMetric {
    pub(crate) fn new(context: &Context) -> Self {
        Self {
            rates: context.mining.clone(),
            hashes: Sum::default(),
            stopped_s: Sum::default(),
        }
    }
}

impl Metric for MiningMetric {
    fn observe(&mut self, s: &Snapshot) {
        let Some(rates) = &self.rates else { return };
        let halls = s.halls.iter().zip(&rates.hashes_per_load_s);
        let rate: f64 = halls.map(|(hall, rate)| hall.served_gpus * rate).sum();
        self.hashes.add(rate * s.dt_s);
        if rates.stop_usd_j.is_some_and(|stop| s.price_usd_j > stop) {
            self.stopped_s.add(s.dt_s);
        }
    }

    fn report(&self, summary: &mut Summary) {
        let Some(rates) = &self.rates else { return };
        let hashes = self.hashes.value();
        summary.mining.hashes = known(hashes);
        summary.mining.revenue_usd = rates.usd_per_hash.and_then(|usd| known(usd * hashes));
        summary.mining.stopped_hours = rates
            .stop_usd_j
            .and_then(|_| known(self.stopped_s.value() / HOUR_S));
    }

    fn derive(&self, summary: &mut Summary) {
        let Some(rates) = &self.rates else { return };
        let energy_mwh = summary.energy_mwh.facility.unwrap_or(f64::NAN);
        let j_per_hash = energy_mwh * J_PER_MWH / self.hashes.value();
        let mining = &mut summary.mining;
        match rates.algorithm {
            Algorithm::Sha256 => mining.j_per_th = known(1e12 * j_per_hash),
            Algorithm::Ethash => mining.j_per_mh = known(1e6 * j_per_hash),
        }
        let revenue_usd = mining.revenue_usd.unwrap_or(f64::NAN);
        mining.revenue_usd_mwh = known(revenue_usd / energy_mwh);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{context, hour};

    /// By hand: 10 chips of 100 TH/s for an hour are 3.6e18 hashes, at 1 MWh 1,000 J a terahash; at 38 USD a PH/s and day
    /// they earn 38/24 = 1.583 USD. The second hour costs more than the limit.
    #[test]
    fn hashes_their_energy_and_their_money() {
        let mut metric = MiningMetric::new(&Context {
            mining: Some(MiningRates {
                algorithm: Algorithm::Sha256,
                hashes_per_load_s: vec![100e12],
                usd_per_hash: Some(38.0 / (1e15 * 86_400.0)),
                stop_usd_j: Some(100.0 / J_PER_MWH),
            }),
            ..context()
        });
        for (at, chips, price) in [(1.0, 10.0, 40.0), (2.0, 0.0, 250.0)] {
            let mut step = hour(at, 5e5);
            step.halls[0].served_gpus = chips;
            step.price_usd_j = price / J_PER_MWH;
            metric.observe(&step);
        }
        let mut summary = Summary::default();
        summary.energy_mwh.facility = Some(1.0);
        metric.report(&mut summary);
        metric.derive(&mut summary);
        let mining = summary.mining;
        assert!((mining.hashes.unwrap() / 3.6e18 - 1.0).abs() < 1e-12);
        assert!((mining.j_per_th.unwrap() - 1000.0).abs() < 1e-9);
        assert!((mining.revenue_usd.unwrap() - 38.0 / 24.0).abs() < 1e-9);
        assert!((mining.revenue_usd_mwh.unwrap() - 38.0 / 24.0).abs() < 1e-9);
        assert_eq!((mining.stopped_hours, mining.j_per_mh), (Some(1.0), None));
    }

    #[test]
    fn halls_that_do_not_hash_have_no_figures_of_it() {
        let mut metric = MiningMetric::new(&context());
        metric.observe(&hour(1.0, 1e6));
        let mut summary = Summary::default();
        metric.report(&mut summary);
        metric.derive(&mut summary);
        assert_eq!(summary.mining, Mining::default());
    }
}
