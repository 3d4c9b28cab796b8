//! Which machines a plant has where its scenario does not say: how many, and of what kind by the size of one.
//!
//! ```text
//! count     max(2, ⌈Q/Q_max⌉)                      Q_max: 4,200 kW water-cooled, 1,600 kW air-cooled
//! machine   the first of ASHRAE 90.1's whose sizes reach to Q/count
//! ```
//!
//! Source: least efficiencies by type and size of ASHRAE 90.1-2016, in the catalogue. The usual largest machine is an
//! engineering estimate, unconfirmed: data-centre machines of 3,500 to 7,000 kW (1,000 to 2,000 tons) are built, air-cooled
//! ones of 1,200 to 1,800 kW in one frame. A plant has two at least, so that one can fail or be serviced.

use std::num::NonZeroU32;

use super::bank::machines_line;
use super::{ChillerCurves, Condenser};
use crate::describe::{Fault, power};
use crate::heat_rejection::design::PlantDesign;

/// How far outside the sizes of a set a machine may lie before a warning.
const FAR: f64 = 2.0;

/// Machines as a scenario names them.
pub(super) struct Named<'a> {
    pub(super) condenser: Condenser,
    /// How many carry the design heat.
    pub(super) chillers: Option<NonZeroU32>,
    pub(super) spare: u32,
    /// Capacity of one at its reference point, kW.
    pub(super) capacity_kw: Option<f64>,
    /// Name of the curves.
    pub(super) curves: Option<&'a str>,
}

impl Condenser {
    /// The usual largest machine, W.
    fn largest_w(self) -> f64 {
        match self {
            Self::Water => 4.2e6,
            Self::Air => 1.6e6,
        }
    }

    /// Machines at the minimum of ASHRAE 90.1, small to large.
    fn by_code(self) -> &'static [&'static str] {
        match self {
            Self::Water => &[
                "ashrae-90-1-scroll",
                "ashrae-90-1-screw",
                "ashrae-90-1-centrifugal-small",
                "ashrae-90-1-centrifugal",
            ],
            Self::Air => &["ashrae-90-1-air-cooled"],
        }
    }

    /// The curves of this name, if they are of this kind.
    pub(super) fn curves(
        self,
        design: &PlantDesign<'_>,
        name: &str,
    ) -> Result<ChillerCurves, Fault> {
        let curves = (design.chillers)(name).map_err(|fault| fault.at("curves"))?;
        if curves.condenser == self {
            return Ok(curves);
        }
        let what = format!("'{name}' is a chiller with the other kind of condenser");
        Err(Fault::new(what, "see `coldaisle catalogue chillers`").at("curves"))
    }
}

impl Named<'_> {
    /// Machines that carry a heat, W.
    pub(super) fn count(&self, heat_w: f64) -> u32 {
        let needed = |one_w: f64| (heat_w / one_w * (1.0 - 1e-9)).ceil().max(2.0) as u32;
        let usual = || match self.capacity_kw {
            Some(kw) => needed(kw * 1e3),
            None => needed(self.condenser.largest_w()),
        };
        self.chillers.map_or_else(usual, NonZeroU32::get)
    }

    /// Those and the spare ones.
    pub(super) fn all(&self, heat_w: f64) -> u32 {
        self.count(heat_w).saturating_add(self.spare)
    }

    /// Capacity of one, W: as stated, else its share of the heat.
    fn unit_w(&self, heat_w: f64) -> f64 {
        let share_w = heat_w / f64::from(self.count(heat_w));
        self.capacity_kw.map_or(share_w, |kw| kw * 1e3)
    }

    /// Their kind, and the capacity of all of them, W.
    pub(super) fn installed(&self, heat_w: f64) -> (Condenser, f64) {
        let all_w = self.unit_w(heat_w) * f64::from(self.all(heat_w));
        (self.condenser, all_w)
    }

    /// The machine and its name.
    ///
    /// # Errors
    /// Where there is no such machine, or one of the other kind; at `curves`.
    pub(super) fn machine(
        &self,
        design: &PlantDesign<'_>,
    ) -> Result<(String, ChillerCurves), Fault> {
        let named = |name: &str| Ok((name.to_owned(), self.condenser.curves(design, name)?));
        if let Some(name) = self.curves {
            return named(name);
        }
        let unit_kw = self.unit_w(design.heat_w) / 1e3;
        let mut last = None;
        for name in self.condenser.by_code() {
            let (name, curves) = named(name)?;
            let reaches = curves.sizes_kw.is_none_or(|sizes| unit_kw < sizes.max);
            last = Some((name, curves));
            if reaches {
                break;
            }
        }
        last.ok_or_else(|| Fault::new("there are no chillers", "name curves").at("curves"))
    }

    /// A machine far from the sizes that its curves stand for.
    pub(super) fn warning(&self, design: &PlantDesign<'_>) -> Option<String> {
        let (name, curves) = self.machine(design).ok()?;
        let sizes = curves.sizes_kw?;
        let unit_kw = self.unit_w(design.heat_w) / 1e3;
        if (sizes.min / FAR..=sizes.max * FAR).contains(&unit_kw) {
            return None;
        }
        let stand_for = if sizes.min < sizes.max {
            format!("{} to {}", power(sizes.min * 1e3), power(sizes.max * 1e3))
        } else {
            power(sizes.min * 1e3)
        };
        let cure = match (self.curves, self.capacity_kw) {
            (Some(_), _) => "leave curves out: the machine is then chosen by its size",
            (None, Some(_)) => "use another capacity_kw",
            (None, None) => "use another number of chillers",
        };
        Some(format!(
            "machines of {} each by curves of '{name}', which stand for {stand_for}: another size has another type of compressor and \
             another efficiency; {cure}",
            power(unit_kw * 1e3)
        ))
    }

    /// Machines and their size for `validate`.
    pub(super) fn line(&self, design: &PlantDesign<'_>, kind: &str) -> String {
        let needed = self.count(design.heat_w);
        let each = machines_line((needed, self.spare, kind), self.capacity_kw, design.heat_w);
        match (self.machine(design), self.curves) {
            (Ok((name, _)), Some(_)) => format!("{each} ({name})"),
            (Ok((name, _)), None) => format!("{each} ({name}, by their size)"),
            (Err(_), _) => each, // sizing itself says why
        }
    }
}
