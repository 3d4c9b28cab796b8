//! The electrical chain between the meter and the IT inlets, as a sum of losses.
//!
//! ```text
//! facility ─▶ transformer ─┬▶ UPS ─▶ PDU ─▶ IT inlet
//!                          └▶ cooling and everything else (mechanical)
//!
//! P_pdu = P_it + ℓ_pdu(P_it)      P_ups = P_pdu + ℓ_ups(P_pdu)                                          W
//! P_grid = P_ups + P_mech + ℓ_tr(P_ups + P_mech)
//! firm rating of a stage      R = P_out,design/design_load
//! installed rating            R (n), R·(m+1)/m (n+1 of m modules), 2·R (2n); all installed units share the load
//! ```
//!
//! Source: the three-term law of `loss.rs`; the redundancy holds for every stage, which is our choice. Valid where
//! cooling is fed past the UPS, as is usual. No generator losses (jacket heaters belong to `other`).

pub mod loss;
pub mod psu;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::positive_fraction;
use loss::Device;
use psu::PsuClass;

/// The transformers where a scenario names none.
pub const DEFAULT_TRANSFORMER: &str = "medium-voltage-liquid";
/// The UPS where a scenario names none.
pub const DEFAULT_UPS: &str = "double-conversion-modern";
/// The distribution where a scenario names none.
pub const DEFAULT_PDU: &str = "busway";

/// The catalogue file `assets/catalogue/electrical.toml`, by kind and name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Transformers between the grid and the UPS.
    pub transformer: BTreeMap<String, Device>,
    /// Uninterruptible power supplies.
    pub ups: BTreeMap<String, Device>,
    /// Distribution between the UPS and the racks.
    pub pdu: BTreeMap<String, Device>,
    /// Power supplies of servers and racks.
    pub psu: BTreeMap<String, PsuClass>,
}

/// `[electrical]` of a scenario.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ElectricalConfig {
    /// Catalogue name of the transformers.
    pub transformer: String,
    /// Catalogue name of the UPS.
    pub ups: String,
    /// Catalogue name of the PDUs or busway.
    pub pdu: String,
    /// Spare capacity: `n`, `n+1` or `2n`.
    pub redundancy: Redundancy,
    /// Modules that carry the design load with `n+1`; one more is installed.
    pub modules: std::num::NonZeroU32,
    /// Share of the chain's firm capacity that the design IT power uses. The default 0.8 is a choice,
    /// to be replaced by the site's own: each side of `2n` then runs at 40 %, the top of what field surveys find.
    #[serde(deserialize_with = "positive_fraction")]
    pub design_load: f64,
}

impl Default for ElectricalConfig {
    fn default() -> Self {
        Self {
            transformer: DEFAULT_TRANSFORMER.into(),
            ups: DEFAULT_UPS.into(),
            pdu: DEFAULT_PDU.into(),
            redundancy: Redundancy::N,
            modules: std::num::NonZeroU32::MIN.saturating_add(3),
            design_load: 0.8,
        }
    }
}

/// How much more is installed than the design load needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Redundancy {
    /// Nothing spare.
    #[serde(rename = "n")]
    N,
    /// One module more than needed.
    #[serde(rename = "n+1")]
    NPlusOne,
    /// Everything twice; each side carries half.
    #[serde(rename = "2n")]
    TwoN,
}

impl Redundancy {
    /// Installed over firm rating.
    fn installed(self, modules: f64) -> f64 {
        match self {
            Self::N => 1.0,
            Self::NPlusOne => (modules + 1.0) / modules,
            Self::TwoN => 2.0,
        }
    }
}

/// The devices of a chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Devices {
    /// Between the grid and the UPS.
    pub transformer: Device,
    /// Uninterruptible power supply.
    pub ups: Device,
    /// Between the UPS and the racks.
    pub pdu: Device,
}

/// One stage of the chain: all installed units of one kind.
#[derive(Debug, Clone, PartialEq)]
struct Stage {
    device: Device,
    firm_w: f64,
    installed_w: f64,
}

impl Stage {
    /// Sized for `design_w`; returns what it then draws.
    fn new(device: Device, design_w: f64, design_load: f64, installed: f64) -> (Self, f64) {
        let firm_w = design_w / design_load;
        let stage = Self {
            device,
            firm_w,
            installed_w: firm_w * installed,
        };
        let input_w = design_w + stage.loss_w(design_w);
        (stage, input_w)
    }

    fn loss_w(&self, output_w: f64) -> f64 {
        self.device.loss_w(self.installed_w, output_w)
    }
}

/// The chain as built.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    transformer: Stage,
    ups: Stage,
    pdu: Stage,
}

/// What the chain loses at one load.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Losses {
    /// In the transformers, W.
    pub transformer_w: f64,
    /// In the UPS, W.
    pub ups_w: f64,
    /// In the distribution, W.
    pub pdu_w: f64,
    /// A stage carries more than it is rated for without its spare units.
    pub overload: bool,
}

impl Losses {
    /// All losses, W.
    pub fn total_w(&self) -> f64 {
        self.transformer_w + self.ups_w + self.pdu_w
    }
}

impl Chain {
    /// Sizes each stage, downstream first, so that it carries the design IT power, and the transformers the
    /// design mechanical power beside it, at `design_load` of its firm rating. `design_it_w` must be above zero.
    pub fn from_design(
        config: &ElectricalConfig,
        design_it_w: f64,
        design_mechanical_w: f64,
        devices: Devices,
    ) -> Self {
        let load = config.design_load;
        let installed = config.redundancy.installed(f64::from(config.modules.get()));
        let (pdu, pdu_in_w) = Stage::new(devices.pdu, design_it_w, load, installed);
        let (ups, ups_in_w) = Stage::new(devices.ups, pdu_in_w, load, installed);
        let transformer_out_w = ups_in_w + design_mechanical_w;
        let (transformer, _) = Stage::new(devices.transformer, transformer_out_w, load, installed);
        Self {
            transformer,
            ups,
            pdu,
        }
    }

    /// Loss of the distribution alone, W: it stands in the halls, so cooling needs it first.
    pub fn pdu_loss_w(&self, it_w: f64) -> f64 {
        self.pdu.loss_w(it_w)
    }

    /// The losses while the IT inlets draw `it_w` and everything else `mechanical_w`.
    pub fn losses(&self, it_w: f64, mechanical_w: f64) -> Losses {
        let pdu_w = self.pdu.loss_w(it_w);
        let ups_out_w = it_w + pdu_w;
        let ups_w = self.ups.loss_w(ups_out_w);
        let transformer_out_w = ups_out_w + ups_w + mechanical_w;
        Losses {
            transformer_w: self.transformer.loss_w(transformer_out_w),
            ups_w,
            pdu_w,
            // A hair of tolerance: a chain that is designed for 100 % is not overloaded at its design load.
            overload: [
                (it_w, &self.pdu),
                (ups_out_w, &self.ups),
                (transformer_out_w, &self.transformer),
            ]
            .iter()
            .any(|(output_w, stage)| *output_w > stage.firm_w * (1.0 + 1e-9)),
        }
    }

    /// IT power that the chain carries without touching its spare units, W.
    pub fn firm_it_w(&self) -> f64 {
        self.pdu.firm_w
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn catalogue() -> Catalogue {
        toml::from_str(include_str!("../assets/catalogue/electrical.toml")).unwrap()
    }

    fn devices(ups: &str) -> Devices {
        let mut all = catalogue();
        Devices {
            transformer: all.transformer.remove(DEFAULT_TRANSFORMER).unwrap(),
            ups: all.ups.remove(ups).unwrap(),
            pdu: all.pdu.remove(DEFAULT_PDU).unwrap(),
        }
    }

    fn config(toml: &str) -> ElectricalConfig {
        toml::from_str(toml).unwrap()
    }

    /// Efficiencies in percent at 10, 25, 50, 75 and 100 % load, by hand from the coefficients.
    #[test]
    fn ups_efficiencies_of_the_catalogue() {
        let ups = catalogue().ups;
        for (name, percent) in [
            ("double-conversion-old", [87.8, 93.6, 95.5, 96.0, 96.2]),
            ("double-conversion-modern", [95.0, 97.1, 97.7, 97.8, 97.8]),
            ("eco", [96.6, 98.3, 98.8, 99.0, 99.0]),
        ] {
            for (load, percent) in [0.1, 0.25, 0.5, 0.75, 1.0].into_iter().zip(percent) {
                let got = 100.0 * ups[name].efficiency(load);
                assert!((got - percent).abs() < 0.07, "{name} at {load}: {got}");
            }
        }
    }

    /// By hand, 8 MW of IT on 10 MW each: busway 10e6·0.006·0.8² = 38.4 kW. The UPS is sized for 8.0384 MW:
    /// rating 10.048 MW, loss 10.048e6·(0.004 + 0.0096 + 0.00448) = 181.668 kW. The transformer is sized for
    /// 8.220068 MW: rating 10.275085 MW, loss 10.275085e6·(0.0012 + 0.0068·0.64) = 57.0473 kW.
    #[test]
    fn the_chain_at_its_design_load() {
        let chain = Chain::from_design(&config(""), 8e6, 0.0, devices(DEFAULT_UPS));
        let losses = chain.losses(8e6, 0.0);
        assert!((losses.pdu_w - 38_400.0).abs() < 0.1, "{losses:?}");
        assert!((losses.ups_w - 181_667.84).abs() < 0.1, "{losses:?}");
        assert!((losses.transformer_w - 57_047.27).abs() < 0.1, "{losses:?}");
        assert!((losses.total_w() - 277_115.11).abs() < 0.1);
        assert!((chain.firm_it_w() - 10e6).abs() < 1e-6);
    }

    /// By hand: the same IT with 2 MW of cooling beside it. The transformer is sized for 10.220068 MW: rating
    /// 12.775085 MW, loss 12.775085e6·(0.0012 + 0.0068·0.64) = 70.9273 kW; UPS and busway do not notice.
    #[test]
    fn cooling_passes_through_the_transformers_only() {
        let chain = Chain::from_design(&config(""), 8e6, 2e6, devices(DEFAULT_UPS));
        let losses = chain.losses(8e6, 2e6);
        assert!((losses.transformer_w - 70_927.27).abs() < 0.1, "{losses:?}");
        assert!((losses.ups_w - 181_667.84).abs() < 0.1, "{losses:?}");
        assert_eq!(chain.pdu_loss_w(8e6), losses.pdu_w);
    }

    /// UPS alone by hand, 8 MW of IT at 0.8: n+1 of 4 runs at 64 % of 12.5 MW, 2n at 40 % of 20 MW.
    /// 12.5e6·(0.012 + 0.018·0.64 + 0.01·0.4096) = 345.2 kW; 20e6·(0.012 + 0.0072 + 0.0016) = 416 kW.
    #[test]
    fn redundancy_moves_the_load_point() {
        let alone = Devices {
            transformer: catalogue().ups["none"].clone(),
            pdu: catalogue().ups["none"].clone(),
            ..devices("double-conversion-old")
        };
        for (redundancy, ups_w) in [("n", 328e3), ("n+1", 345.2e3), ("2n", 416e3)] {
            let config = config(&format!("redundancy = '{redundancy}'"));
            let losses = Chain::from_design(&config, 8e6, 0.0, alone.clone()).losses(8e6, 0.0);
            assert!(
                (losses.ups_w - ups_w).abs() < 1e-3,
                "{redundancy}: {losses:?}"
            );
            assert_eq!((losses.pdu_w, losses.transformer_w), (0.0, 0.0));
        }
    }

    /// Spare units do not count: 2n of 10 MW is overloaded above 10 MW, though 20 MW stand there.
    #[test]
    fn load_above_the_firm_rating_is_reported() {
        for redundancy in ["n", "n+1", "2n"] {
            let config = config(&format!("redundancy = '{redundancy}'\ndesign_load = 1.0"));
            let chain = Chain::from_design(&config, 10e6, 0.0, devices(DEFAULT_UPS));
            assert!(!chain.losses(10e6, 0.0).overload);
            assert!(chain.losses(10.01e6, 0.0).overload);
        }
    }

    #[test]
    fn a_wrong_redundancy_is_refused_with_the_valid_names() {
        let error = toml::from_str::<ElectricalConfig>("redundancy = 'n+2'")
            .unwrap_err()
            .to_string();
        for part in ["line 1", "`n`", "`n+1`", "`2n`"] {
            assert!(error.contains(part), "{error}");
        }
        assert!(toml::from_str::<ElectricalConfig>("modules = 0").is_err());
        assert!(toml::from_str::<ElectricalConfig>("design_load = 1.2").is_err());
        assert_eq!(config("ups = 'eco'").ups, "eco");
    }

    #[test]
    fn every_entry_names_its_source() {
        let all = catalogue();
        for device in all
            .transformer
            .values()
            .chain(all.ups.values())
            .chain(all.pdu.values())
        {
            assert!(!device.source.is_empty());
            for key in &device.unconfirmed {
                assert!(
                    ["no_load", "proportional", "square"].contains(&key.as_str()),
                    "{key}"
                );
            }
        }
        assert!(all.psu.values().all(|psu| !psu.source.is_empty()));
    }

    proptest! {
        /// More IT loses more, in every stage; the whole chain stays below an efficiency of one.
        #[test]
        fn losses_rise_with_load(design in 1e5..1e9f64, low in 0.0..1.2f64, more in 0.0..0.5f64,
                                 which in 0..3usize, modules in 1..12u32, design_load in 0.3..1.0f64) {
            let redundancy = ["n", "n+1", "2n"][which];
            let config = config(&format!(
                "redundancy = '{redundancy}'\nmodules = {modules}\ndesign_load = {design_load}"
            ));
            let chain = Chain::from_design(&config, design, 0.0, devices(DEFAULT_UPS));
            let (less, greater) = (chain.losses(low * design, 0.0), chain.losses((low + more) * design, 0.0));
            prop_assert!(greater.pdu_w >= less.pdu_w && greater.ups_w >= less.ups_w);
            prop_assert!(greater.transformer_w >= less.transformer_w);
            prop_assert!(less.total_w() > 0.0);
        }
    }
}
