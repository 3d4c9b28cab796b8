//! Power supplies of servers and racks: from an efficiency table, or from an offset and an efficiency.
//!
//! ```text
//! table:  ℓ(x) = x·(1/η(x) − 1)          loss per watt of rating at x = 0.1, 0.2, 0.5, 1; straight lines between
//! stage:  P_in = (P_out + k)/η           k: constant loss of one unit, W
//! n units share the load evenly:         x = P_out/(n·P_rated)
//! ```
//!
//! Source: 80 PLUS efficiency classes, 230 V internal redundant (table); ExaDigiT/RAPS
//! `raps/power.py` (stage). Below the lowest point the first line is carried on to no load, above 100 % the last.
//! The loss and not the efficiency is interpolated: the loss at no load is above zero, where efficiency is not defined.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use crate::describe::Doubts;
use crate::describe::{Fault, InSerde};
use crate::units::{non_negative, positive, positive_fraction};

/// A catalogue entry: how efficient one kind of power supply is.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PsuClass {
    /// Full name.
    pub name: String,
    /// Output rating of one unit, W, where the class has one; servers bring their own.
    #[serde(default)]
    #[schemars(range(min = 1.0, max = 10000000.0))]
    pub rated_w: Option<f64>,
    /// The law.
    pub efficiency: Efficiency,
    /// Where the figures come from.
    pub source: String,
    /// Unconfirmed figures: the credible range of each, with its reason.
    #[serde(default)]
    pub doubt: Doubts,
}

/// How input follows from output.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Efficiency {
    /// Measured or certified at some loads.
    Table(Table),
    /// A constant loss and a constant efficiency.
    Stage(Stage),
}

/// Input = (output + offset)/efficiency, per unit.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Constant loss of one unit, W.
    #[serde(deserialize_with = "non_negative")]
    #[schemars(range(min = 0.0, max = 1000000.0))]
    pub offset_w: f64,
    /// Output plus offset over input.
    #[serde(deserialize_with = "positive_fraction")]
    #[schemars(range(min = 0.3, max = 1.0))]
    pub efficiency: f64,
}

/// Loss per watt of rating at rising loads, from efficiencies at 10, 20, 50 and 100 % load.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(with = "Stated")]
pub struct Table {
    /// (load, loss per watt of rating), two to four points.
    points: Vec<(f64, f64)>,
}

impl Table {
    /// From efficiencies at 10 % (some classes state none), 20, 50 and 100 % load.
    pub fn new(at_10: Option<f64>, at_20: f64, at_50: f64, at_100: f64) -> Result<Self, Fault> {
        let stated = [
            (0.1, at_10),
            (0.2, Some(at_20)),
            (0.5, Some(at_50)),
            (1.0, Some(at_100)),
        ];
        let mut points: Vec<(f64, f64)> = Vec::with_capacity(4);
        for (load, efficiency) in stated {
            let Some(efficiency) = efficiency else {
                continue;
            };
            if !(efficiency > 0.0 && efficiency <= 1.0) {
                return Err(Fault::bare(format!(
                    "efficiency {efficiency} at {:.0} % load must be above 0 and at most 1",
                    100.0 * load
                )));
            }
            let loss = load * (1.0 / efficiency - 1.0);
            if let Some(&(before, less)) = points.last()
                && loss < less
            {
                let what = format!(
                    "efficiency {efficiency} at {:.0} % load would lose less than at {:.0} % load",
                    100.0 * load,
                    100.0 * before
                );
                let cure = format!("it must be at most {:.4}", load / (load + less));
                return Err(Fault::new(what, cure));
            }
            points.push((load, loss));
        }
        Ok(Self { points })
    }

    /// Loss per watt of rating at a share of the rating.
    fn loss(&self, load: f64) -> f64 {
        let mut line = ((0.0, 0.0), (1.0, 0.0));
        for pair in self.points.windows(2) {
            if let [from, to] = *pair {
                line = (from, to);
                if load <= to.0 {
                    break;
                }
            }
        }
        let ((x0, y0), (x1, y1)) = line;
        (y0 + (y1 - y0) * (load - x0) / (x1 - x0)).max(0.0)
    }
}

/// As the catalogue states it: efficiencies, 0 to 1.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the keys of the catalogue")]
struct Stated {
    /// Efficiency at 10 % load, where it is known.
    #[schemars(range(min = 0.3, max = 1.0))]
    at_10: Option<f64>,
    /// Efficiency at 20 % load.
    #[schemars(range(min = 0.3, max = 1.0))]
    at_20: f64,
    /// Efficiency at 50 % load.
    #[schemars(range(min = 0.3, max = 1.0))]
    at_50: f64,
    /// Efficiency at full load.
    #[schemars(range(min = 0.3, max = 1.0))]
    at_100: f64,
}

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        let stated = Stated::deserialize(de)?;
        Self::new(stated.at_10, stated.at_20, stated.at_50, stated.at_100).map_err(InSerde::of)
    }
}

/// The power supplies of one server or rack. With N+N redundancy both halves run and each carries half,
/// so that `units` counts them all.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Psu {
    /// The law of one unit.
    pub efficiency: Efficiency,
    /// Output rating of one unit, W.
    #[serde(deserialize_with = "positive")]
    pub rated_w: f64,
    /// Units that share the load.
    #[serde(deserialize_with = "positive")]
    pub units: f64,
}

impl Psu {
    /// Loss while `output_w` is delivered by all units together, W.
    pub fn loss_w(&self, output_w: f64) -> f64 {
        match &self.efficiency {
            Efficiency::Table(table) => {
                let rated_w = self.rated_w * self.units;
                rated_w * table.loss(output_w / rated_w)
            }
            Efficiency::Stage(stage) => {
                (output_w + stage.offset_w * self.units) / stage.efficiency - output_w
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn titanium(units: f64) -> Psu {
        let table = Table::new(Some(0.90), 0.94, 0.96, 0.91).unwrap();
        Psu {
            efficiency: Efficiency::Table(table),
            rated_w: 3000.0,
            units,
        }
    }

    /// By hand, 3 kW at 50 %: 1500·(1/0.96 − 1) = 62.5 W; at 100 %: 3000·(1/0.91 − 1) = 296.70 W;
    /// half way between, at 75 %: (62.5 + 296.70)/2 = 179.60 W; at no load the line through the points
    /// at 10 % (33.33 W) and 20 % (38.30 W) ends at 28.37 W.
    #[test]
    fn loss_at_and_between_the_certified_points() {
        for (output_w, loss_w) in [
            (300.0, 33.333),
            (600.0, 38.298),
            (1500.0, 62.5),
            (2250.0, 179.602),
            (3000.0, 296.703),
            (0.0, 28.369),
        ] {
            let got = titanium(1.0).loss_w(output_w);
            assert!((got - loss_w).abs() < 1e-3, "{output_w} W: {got}");
        }
    }

    /// Two units at 1.5 kW each: twice the loss of one at 1.5 kW, and less than one alone at 3 kW.
    #[test]
    fn redundant_units_share_the_load() {
        assert!((titanium(2.0).loss_w(3000.0) - 125.0).abs() < 1e-9);
        assert!(titanium(2.0).loss_w(3000.0) < titanium(1.0).loss_w(3000.0));
    }

    #[test]
    fn a_table_that_loses_less_under_more_load_is_refused_with_the_limit() {
        let error = Table::new(Some(0.5), 0.94, 0.96, 0.91).unwrap_err();
        // at 10 % it loses 0.1, so at 20 % at most 0.2/0.3
        assert_eq!(error.cure, "it must be at most 0.6667", "{error}");
        let text = "table = { at_20 = 0.9, at_50 = 1.4, at_100 = 0.9 }";
        let error = toml::from_str::<Efficiency>(text).unwrap_err().to_string();
        assert!(error.contains("50 % load must be above 0"), "{error}");
    }

    /// The chain of Frontier's rectifiers and 48 V stages as ExaDigiT/RAPS computes it: both columns to
    /// the printed watt. Its loss still counts the rack that its power leaves out, where the rectifiers feed
    /// the switches of 8 chassis and no nodes.
    #[test]
    #[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
    fn val_raps_conversion_losses() {
        let Ok(data) = std::env::var("COLDAISLE_DATA") else {
            eprintln!("skipped: COLDAISLE_DATA is not set");
            return;
        };
        let stage = |offset_w, efficiency, units| Psu {
            efficiency: Efficiency::Stage(Stage {
                offset_w,
                efficiency,
            }),
            rated_w: 1.0,
            units,
        };
        let (sivoc, rectifiers) = (stage(13.0, 0.98, 1.0), stage(17.0, 0.96, 4.0));
        let mut rows =
            csv::Reader::from_path(format!("{data}/oracles/raps/ref_points.csv")).unwrap();
        let mut points = 0;
        for row in rows.records() {
            let row = row.unwrap();
            let cell = |i: usize| row[i].parse::<f64>().unwrap();
            let (cpu, gpu) = (cell(4), cell(5));
            let node_w = cpu * 280.0
                + (1.0 - cpu) * 90.0
                + gpu * 560.0
                + (4.0 - gpu) * 88.0
                + 74.26
                + 4.0 * 20.0
                + 30.0;
            let sivoc_loss_w = 16.0 * sivoc.loss_w(node_w);
            let chassis_w = 16.0 * node_w + sivoc_loss_w + 4.0 * 250.0;
            let rectifier_loss_w = rectifiers.loss_w(chassis_w);
            let total_kw = (74.0 * 8.0 * (chassis_w + rectifier_loss_w) + 25.0 * 8473.47) / 1e3;
            let absent_w = 8.0 * rectifiers.loss_w(1000.0);
            let loss_w = 74.0 * 8.0 * (sivoc_loss_w + rectifier_loss_w) + absent_w;
            assert!((total_kw - cell(7)).abs() < 6e-4, "{total_kw} {}", cell(7));
            assert!(
                (loss_w / 1e3 - cell(8)).abs() < 6e-4,
                "{loss_w} {}",
                cell(8)
            );
            points += 1;
        }
        assert_eq!(points, 5);
    }

    proptest! {
        /// More output loses more; the input is never below the output.
        #[test]
        fn losses_rise_with_load(low in 0.0..6000.0f64, more in 0.0..3000.0f64, units in 1.0..6.0f64,
                                 k in 0.0..50.0f64, eta in 0.8..1.0f64) {
            let stage = Efficiency::Stage(Stage { offset_w: k, efficiency: eta });
            for psu in [titanium(units), Psu { efficiency: stage, ..titanium(units) }] {
                prop_assert!(psu.loss_w(low) >= 0.0);
                prop_assert!(psu.loss_w(low + more) >= psu.loss_w(low) - 1e-9);
            }
        }
    }
}
