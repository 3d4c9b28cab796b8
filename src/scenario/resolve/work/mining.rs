//! Halls that hash: what each yields, and when they stop.

use super::{Held, Preparation, SERVING_CHIP_C};
use crate::describe::Fault;
use crate::facility::{Level, Work};
use crate::it::Demand;
use crate::metrics::mining::{Algorithm, MiningRates};
use crate::series::Signal;
use crate::units::{DAY_S, J_PER_MWH};
use crate::workload::mining::{Hashing, Mining};
use crate::workload::profile::{Profile, Quantity};

impl Preparation<'_> {
    /// Refuses jobs and services where the chips of a hall run none.
    pub(super) fn check_chips(&self) -> Result<(), Fault> {
        if !self.context.scenario.workload.has_jobs() {
            return Ok(());
        }
        let halls = self.halls.all.iter().enumerate();
        let mut only_hash = halls.filter(|(_, hall)| !hall.server.chip.runs_models());
        let Some((index, hall)) = only_hash.next() else {
            return Ok(());
        };
        let what = format!(
            "the accelerators of {} run no jobs or models: the catalogue gives them no memory_gb, bandwidth_tb_s and \
             bf16_tflops",
            hall.config.server
        );
        let cure = "use a server with GPUs (`coldaisle catalogue servers`), or let this one hash: [workload.mining] alone";
        Err(self
            .context
            .error(&format!("hall[{index}].server"), what, cure))
    }

    /// Every hall hashing by the same algorithm.
    pub(super) fn mine(&mut self, mining: &Mining) -> Result<Work, Fault> {
        let context = self.context;
        let mut hashings = Vec::new();
        for (index, hall) in self.halls.all.iter().enumerate() {
            let chips = hall.server.entry.accelerators;
            let figures = context.catalogue.platform(&hall.server.chip, chips).chip;
            let key = format!("hall[{index}].server");
            let hashing = mining
                .hashing(&figures, &key)
                .map_err(|fault| context.located(fault))?;
            if let Some(first) = hashings.first()
                && std::mem::discriminant(first) != std::mem::discriminant(&hashing)
            {
                let what = "some halls hash SHA-256 and others Ethash, at loads of their own";
                let cure =
                    "give all halls servers of one kind, or run the two as scenarios of their own";
                return Err(context.error(&key, what, cure));
            }
            hashings.push(hashing);
        }
        // The caller has found a hall.
        let load = hashings.first().map_or(1.0, |first| mining.load(*first));
        if let (Some(hall), Some(hashing)) = (self.halls.all.first(), hashings.first()) {
            let demand = Demand {
                utilisation: load,
                work: Held::Service,
                limit_w: hall.server.limit_w,
                floor_w: hall.server.floor_w,
            };
            let chip = hall
                .server
                .chip
                .powered(demand)
                .settled(SERVING_CHIP_C, 0.0);
            let line = hashing.describe(load, chip.power_w, chip.clock * chip.pace);
            self.notes.line("models", line);
        }
        let stop_usd_j = mining.stop_above_usd_mwh.map(|usd_mwh| usd_mwh / J_PER_MWH);
        // A load of a SHA-256 machine is boards that hash; of Ethash it is the power at the memory's pace.
        let per_load = |hashing: &Hashing| match hashing {
            Hashing::Sha256(hashes_per_s) => *hashes_per_s,
            Hashing::Ethash(hashes_per_s) => hashes_per_s / load,
        };
        self.mining = Some(MiningRates {
            algorithm: match hashings.first() {
                Some(Hashing::Ethash(_)) => Algorithm::Ethash,
                _ => Algorithm::Sha256,
            },
            hashes_per_load_s: hashings.iter().map(per_load).collect(),
            usd_per_hash: mining.hash_price_usd_ph_day.map(|usd| usd / (1e15 * DAY_S)),
            stop_usd_j,
        });
        Ok(Work::steady_level(match stop_usd_j {
            None => Level::Constant(load),
            Some(stop_usd_j) => self.stopping(load, stop_usd_j)?,
        }))
    }

    /// The load while energy costs at most so much, and none above.
    fn stopping(&self, load: f64, stop_usd_j: f64) -> Result<Level, Fault> {
        let key = "workload.mining.stop_above_usd_mwh";
        let at = |price_usd_j: f64| if price_usd_j > stop_usd_j { 0.0 } else { load };
        match &self.rates.price_usd_j {
            Signal::Constant(price) if price.is_nan() => {
                let what = "energy has no price, so nothing can rise above this one";
                let cure = "add site.price_usd_mwh or a [[site.tariff.period]] with a price, or remove this key";
                Err(self.context.error(key, what, cure))
            }
            Signal::Constant(price) if *price > stop_usd_j => {
                let what = format!(
                    "energy costs {} USD/MWh all the time: nothing would ever hash",
                    price * J_PER_MWH
                );
                Err(self.context.error(key, what, "raise it, or remove it"))
            }
            Signal::Constant(_) => Ok(Level::Constant(load)),
            Signal::Series(series) => {
                let (first_s, step_s, prices) = series.parts();
                let loads: Vec<f64> = prices.iter().map(|price| at(*price)).collect();
                if loads.iter().all(|load| *load <= 0.0) {
                    let what = "energy costs more all the time: nothing would ever hash";
                    return Err(self.context.error(key, what, "raise it, or remove it"));
                }
                let profile = Profile::even(
                    "the price of energy".into(),
                    Quantity::Utilisation,
                    first_s,
                    step_s,
                    loads,
                    false,
                );
                Ok(Level::Utilisation(profile))
            }
        }
    }
}
