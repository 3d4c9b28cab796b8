//! How far a surface is from the engine that made it.
//!
//! ```text
//! bias = mean(surface − engine)      rms = √mean((surface − engine)²)        over the hours of a year of varying load
//! ```

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Table;
use super::columns::{FACILITY, MAKEUP, Uses, cooling_w};
use crate::describe::power;

/// Deviation of hourly values from the engine's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Deviation {
    /// Mean of the engine.
    pub mean: f64,
    /// Mean of the surface less that.
    pub bias: f64,
    /// Root of the mean square deviation.
    pub rms: f64,
}

impl Deviation {
    /// The bias of the mean; NaN where the mean is zero.
    pub fn relative_bias(&self) -> f64 {
        self.bias / self.mean
    }

    /// The rms of the mean; NaN where the mean is zero.
    pub fn relative_rms(&self) -> f64 {
        self.rms / self.mean
    }
}

/// How a surface compares with the engine over a year of varying load, lived through hour by hour.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    /// Loads at which the engine was asked.
    pub loads: usize,
    /// Hours compared.
    pub hours: usize,
    /// Cooling: chillers, fans, pumps and heaters, W.
    pub cooling_w: Deviation,
    /// Make-up water, kg/s; zero where there is none.
    pub makeup_kg_s: Deviation,
    /// All uses, W.
    pub facility_w: Deviation,
    /// The greatest hourly power of all uses, relative to the engine's, less one.
    pub peak: f64,
}

impl fmt::Display for Accuracy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |share: f64| 100.0 * share;
        let cooling = &self.cooling_w;
        let loads = match self.loads {
            1 => "1 load".to_owned(),
            several => format!("{several} loads"),
        };
        write!(
            f,
            "a surface of {} by {} hours; against the engine over a year of varying load hourly cooling power of {} has an rms \
             error of {} ({:.2} %) and a bias of {:+.2} %",
            loads,
            self.hours,
            power(cooling.mean),
            power(cooling.rms),
            percent(cooling.relative_rms()),
            percent(cooling.relative_bias()),
        )?;
        let water = &self.makeup_kg_s;
        if water.mean > 0.0 {
            write!(
                f,
                ", make-up water of {:.2} kg/s an rms error of {:.3} kg/s ({:.2} %) and a bias of {:+.2} %",
                water.mean,
                water.rms,
                percent(water.relative_rms()),
                percent(water.relative_bias()),
            )?;
        }
        write!(f, "; the peak is off by {:+.2} %", percent(self.peak))
    }
}

/// What an [`Accuracy`] in words says: relative errors, %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Told {
    /// Of hourly cooling power, rms over its mean.
    pub(crate) cooling_rms: f64,
    /// Of make-up water; None where there is none.
    pub(crate) makeup_rms: Option<f64>,
    /// Of the greatest hourly power.
    pub(crate) peak: f64,
}

impl Told {
    /// Reads the words back.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let percent = |after: &str| {
            let (number, _) = after.split_once(" %")?;
            number.trim_start_matches('+').parse::<f64>().ok()
        };
        let in_brackets = |part: &str| percent(part.split_once('(')?.1);
        let mut errors = text.split("rms error of ").skip(1);
        Some(Self {
            cooling_rms: in_brackets(errors.next()?)?,
            makeup_rms: errors.next().and_then(in_brackets),
            peak: percent(text.split_once("peak is off by ")?.1)?,
        })
    }
}

/// Gathers the deviation of one quantity.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    engine: f64,
    bias: f64,
    square: f64,
}

impl Sums {
    fn add(&mut self, surface: f64, engine: f64) {
        let off = surface - engine;
        self.engine += engine;
        self.bias += off;
        self.square += off * off;
    }

    fn over(&self, hours: usize) -> Deviation {
        let hours = hours as f64;
        Deviation {
            mean: self.engine / hours,
            bias: self.bias / hours,
            rms: (self.square / hours).sqrt(),
        }
    }
}

/// Compares a surface with what the engine found, by hour: its uses under `load`.
pub(super) fn compare(table: &Table, loads: &[f64], engine: &[Uses]) -> Accuracy {
    let [mut cooling, mut water, mut facility] = [Sums::default(); 3];
    let (mut peak_w, mut engine_peak_w) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for (hour, (load, exact)) in loads.iter().zip(engine).enumerate() {
        let (uses, _) = table.at(hour, *load);
        cooling.add(cooling_w(&uses), cooling_w(exact));
        water.add(uses[MAKEUP], exact[MAKEUP]);
        facility.add(uses[FACILITY], exact[FACILITY]);
        peak_w = peak_w.max(uses[FACILITY]);
        engine_peak_w = engine_peak_w.max(exact[FACILITY]);
    }
    let hours = engine.len();
    Accuracy {
        loads: table.places.nodes().len(),
        hours,
        cooling_w: cooling.over(hours),
        makeup_kg_s: water.over(hours),
        facility_w: facility.over(hours),
        peak: peak_w / engine_peak_w - 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2.5 of 100 W, 0.03 of 1 kg/s, a peak 0.2 % too low: as they are written, so they are read.
    #[test]
    fn words_are_read_back() {
        let of = |mean: f64, rms: f64| Deviation {
            mean,
            bias: -0.001 * mean,
            rms,
        };
        let mut accuracy = Accuracy {
            loads: 9,
            hours: 8760,
            cooling_w: of(100.0, 2.5),
            makeup_kg_s: of(1.0, 0.03),
            facility_w: of(1000.0, 2.0),
            peak: -0.002,
        };
        let told = Told {
            cooling_rms: 2.5,
            makeup_rms: Some(3.0),
            peak: -0.2,
        };
        assert_eq!(Told::read(&accuracy.to_string()), Some(told));
        accuracy.makeup_kg_s = of(0.0, 0.0);
        accuracy.peak = 0.011;
        let told = Told {
            makeup_rms: None,
            peak: 1.1,
            ..told
        };
        assert_eq!(Told::read(&accuracy.to_string()), Some(told));
        assert_eq!(Told::read("as given"), None);
    }
}
