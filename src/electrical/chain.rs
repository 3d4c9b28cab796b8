//! The chain between the meter and the IT inlets: an ordered list of stages, each a sum of losses.
//!
//! ```text
//! facility ─▶ stage that feeds the site ──┬▶ stage ─▶ stage ─▶ … ─▶ IT inlet
//!                                          └▶ cooling and everything else (mechanical)
//!
//! P_in  = P_out + ℓ(P_out)                three terms of `loss.rs`, or a converter of `psu.rs`           W
//! P_out = what the next stage draws + the constant load fed beside it; cooling joins behind the site's stages
//! IT that the UPS does not carry has paths of its own beside it, through stages like those behind it:
//! stages between UPS and IT carry both; P_out of the UPS = all − the part of the others and of their losses
//! firm rating of a stage      R = P_out,design/design_load
//! installed rating            R (n), R·(m+1)/m (n+1 of m modules), 2·R (2n); all installed units share the load
//! units of a stated rating r  ⌈installed/r⌉, and then installed = units·r
//! ```
//!
//! Source: V. Avelar, Schneider Electric White Paper 108 (three terms); ExaDigiT/RAPS `raps/power.py` (converters).
//! Valid where cooling is fed past the UPS, as is usual. Every installed unit runs, also a spare one: a plant that
//! switches rectifiers off at low load loses less. No generator losses (jacket heaters belong to `other`).
//! Eco mode of a UPS passes the grid on through a static switch while the inverter waits: its entry is a UPS with
//! small no-load and conversion losses. What eco costs, a break of some milliseconds and no filtering, is not a
//! loss and is not modelled.

use crate::describe::Fault;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::loss::Device;
use super::psu::{Efficiency, Psu};

/// Purpose of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Between voltages.
    Transformer,
    /// Uninterruptible power supply.
    Ups,
    /// Distribution.
    Pdu,
    /// AC to DC for racks or rooms.
    Rectifier,
    /// Power supply of a server or rack, or a DC stage within one.
    Psu,
}

impl Kind {
    /// Where such devices are by default.
    pub fn location(self) -> Location {
        match self {
            Self::Transformer | Self::Ups => Location::Outdoors,
            Self::Pdu | Self::Rectifier | Self::Psu => Location::Hall,
        }
    }
}

/// How a device loses power.
#[derive(Debug, Clone, PartialEq)]
pub enum Law {
    /// In proportion to its rating, whatever the number of units.
    ThreeTerms(Device),
    /// Unit by unit.
    Converter {
        /// The law of one unit.
        efficiency: Efficiency,
        /// Rating of one, W, where the catalogue knows one.
        rated_w: Option<f64>,
    },
}

/// Load of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Feeds {
    /// IT, cooling and everything else.
    Site,
    /// IT only.
    It,
}

/// Where the heat of a stage goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// Into the air of the halls.
    Hall,
    /// Past the cooling.
    Outdoors,
}

/// A stage to be built.
#[derive(Debug, Clone, PartialEq)]
pub struct StageSpec {
    /// Its kind.
    pub kind: Kind,
    /// How it loses.
    pub law: Law,
    /// Installed over firm rating.
    pub installed: f64,
    /// Share of the firm rating that the design load uses.
    pub design_load: f64,
    /// Rating of one unit, W; else the law's own, else the stage is sized to the watt.
    pub rated_w: Option<f64>,
    /// Units installed; else as many as it takes.
    pub units: Option<f64>,
    /// Load that passes through.
    pub feeds: Feeds,
    /// Where the heat goes.
    pub location: Location,
    /// Constant load beside the next stage, W.
    pub other_w: f64,
}

impl StageSpec {
    /// Rating of one unit, W, where there is one.
    pub fn unit_w(&self) -> Option<f64> {
        self.rated_w.or(match &self.law {
            Law::ThreeTerms(_) => None,
            Law::Converter { rated_w, .. } => *rated_w,
        })
    }
}

/// The loss of all installed units.
#[derive(Debug, Clone, PartialEq)]
enum Installed {
    ThreeTerms { device: Device, rated_w: f64 },
    Units(Psu),
}

/// One stage of the chain: all installed units of one kind.
#[derive(Debug, Clone, PartialEq)]
struct Stage {
    kind: Kind,
    installed: Installed,
    firm_w: f64,
    feeds: Feeds,
    location: Location,
    other_w: f64,
}

impl Stage {
    /// Sized for `design_w` at its output.
    fn new(spec: StageSpec, design_w: f64) -> Self {
        let unit_w = spec.unit_w();
        let mut firm_w = design_w / spec.design_load;
        let mut units = 1.0;
        if let Some(unit_w) = unit_w {
            // A hair of tolerance, so that rounding adds no unit.
            units = spec
                .units
                .unwrap_or((firm_w * spec.installed / unit_w - 1e-9).ceil().max(1.0));
            firm_w = units * unit_w / spec.installed;
        }
        let rated_w = firm_w * spec.installed;
        let installed = match spec.law {
            Law::ThreeTerms(device) => Installed::ThreeTerms { device, rated_w },
            Law::Converter { efficiency, .. } => Installed::Units(Psu {
                efficiency,
                rated_w: rated_w / units,
                units,
            }),
        };
        Self {
            kind: spec.kind,
            installed,
            firm_w,
            feeds: spec.feeds,
            location: spec.location,
            other_w: spec.other_w,
        }
    }

    fn loss_w(&self, output_w: f64) -> f64 {
        match &self.installed {
            Installed::ThreeTerms { device, rated_w } => device.loss_w(*rated_w, output_w),
            Installed::Units(psu) => psu.loss_w(output_w),
        }
    }
}

/// The chain as built, from the grid to the racks.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    stages: Vec<Stage>,
    other_w: f64,
    other_in_halls_w: f64,
}

/// What IT draws at its inlets.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ItDraw {
    /// All of it, W.
    pub all_w: f64,
    /// The part that the UPS does not carry, W.
    pub past_ups_w: f64,
}

impl From<f64> for ItDraw {
    /// All of it on the UPS.
    fn from(all_w: f64) -> Self {
        Self {
            all_w,
            past_ups_w: 0.0,
        }
    }
}

/// Power on its way from the IT inlets up to the grid.
#[derive(Clone, Copy)]
struct Upwards {
    /// Through the next stage, W.
    through_w: f64,
    /// The part of it that goes past the UPS, W; none once that is behind.
    past_w: f64,
}

impl Upwards {
    fn from(it: ItDraw) -> Self {
        Self {
            through_w: it.all_w,
            past_w: it.past_ups_w,
        }
    }

    /// Through a stage with what is fed beside it: what the stage delivers and loses, W.
    fn through(&mut self, stage: &Stage) -> (f64, f64) {
        self.through_w += stage.other_w;
        if stage.kind == Kind::Ups {
            let output_w = self.through_w - self.past_w;
            let loss_w = stage.loss_w(output_w);
            self.through_w += loss_w;
            self.past_w = 0.0;
            return (output_w, loss_w);
        }
        let output_w = self.through_w;
        let loss_w = stage.loss_w(output_w);
        self.past_w += self.past_loss_w(output_w, loss_w);
        self.through_w += loss_w;
        (output_w, loss_w)
    }

    /// The part of a stage's loss that is due to what goes past the UPS, W.
    fn past_loss_w(&self, output_w: f64, loss_w: f64) -> f64 {
        if output_w > 0.0 {
            loss_w * (self.past_w / output_w)
        } else {
            0.0
        }
    }
}

/// Loads on the output of the UPS.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct BehindUps {
    /// At the output of the UPS, W.
    pub output_w: f64,
    /// Of the stages between it and the racks.
    pub losses: Losses,
    /// Constant loads between stages, W.
    pub other_w: f64,
    /// Those whose heat stays in the halls, W.
    pub other_in_halls_w: f64,
}

/// Losses of the chain at one load.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Losses {
    /// In stages in the halls, W.
    pub hall_w: f64,
    /// In the others, W.
    pub outdoors_w: f64,
    /// A stage carries more than it is rated for without its spare units.
    pub overload: bool,
}

impl Losses {
    /// All losses, W.
    pub fn total_w(&self) -> f64 {
        self.hall_w + self.outdoors_w
    }
}

impl Chain {
    /// Sizes each stage, downstream first, so that it carries the design IT power, and those that feed the site
    /// the design mechanical power beside it. `design_it_w` must be above zero. Stages that carry the site come
    /// first and are outdoors: their loss depends on the cooling, which depends on the loss within the halls.
    pub fn from_design(
        specs: Vec<StageSpec>,
        design_it: impl Into<ItDraw>,
        design_mechanical_w: f64,
    ) -> Result<Self, Fault> {
        for (index, spec) in specs.iter().enumerate() {
            let at = |what: &str, cure: &str| {
                Fault::new(what, cure).at(format!("stage[{index}].device"))
            };
            if spec.feeds == Feeds::Site && spec.location == Location::Hall {
                let cure = "use location = \"outdoors\", or feeds = \"it\"";
                return Err(at("a stage that feeds the site cannot be in a hall", cure));
            }
            if spec.feeds == Feeds::Site
                && specs[..index]
                    .iter()
                    .any(|earlier| earlier.feeds == Feeds::It)
            {
                let what = "a stage that feeds the site comes after one that feeds IT only";
                return Err(at(what, "put it first, or use feeds = \"it\""));
            }
            if spec.units.is_some() && spec.unit_w().is_none() {
                let cure = "add rated_kw, the rating of one unit";
                return Err(at("units without a rating have no effect", cure));
            }
        }
        let other_w = specs.iter().map(|spec| spec.other_w).sum();
        let in_halls = specs.iter().filter(|spec| spec.location == Location::Hall);
        let other_in_halls_w = in_halls.map(|spec| spec.other_w).sum();
        let (mut design, mut joined) = (Upwards::from(design_it.into()), false);
        let mut stages: Vec<Stage> = Vec::with_capacity(specs.len());
        for spec in specs.into_iter().rev() {
            if spec.feeds == Feeds::Site && !joined {
                design.through_w += design_mechanical_w;
                joined = true;
            }
            let past_w = if spec.kind == Kind::Ups {
                design.past_w
            } else {
                0.0
            };
            let output_w = design.through_w + spec.other_w - past_w;
            let stage = Stage::new(spec, output_w);
            design.through(&stage);
            stages.push(stage);
        }
        stages.reverse();
        Ok(Self {
            stages,
            other_w,
            other_in_halls_w,
        })
    }

    /// Losses of the stages in the halls alone, W: cooling needs them first.
    pub fn hall_loss_w(&self, it: impl Into<ItDraw>) -> f64 {
        let (mut upwards, mut in_halls_w) = (Upwards::from(it.into()), 0.0);
        for stage in self.stages.iter().rev() {
            if stage.feeds == Feeds::Site {
                break;
            }
            let (_, loss_w) = upwards.through(stage);
            if stage.location == Location::Hall {
                in_halls_w += loss_w;
            }
        }
        in_halls_w
    }

    /// The losses while the IT inlets draw `it` and everything else but the chain's own loads `mechanical_w`.
    pub fn losses(&self, it: impl Into<ItDraw>, mechanical_w: f64) -> Losses {
        let mut losses = Losses::default();
        self.walk(it.into(), mechanical_w, |stage, output_w, loss_w| {
            match stage.location {
                Location::Hall => losses.hall_w += loss_w,
                Location::Outdoors => losses.outdoors_w += loss_w,
            }
            // A hair of tolerance: a chain that is designed for 100 % is not overloaded at its design load.
            losses.overload |= output_w > stage.firm_w * (1.0 + 1e-9);
        });
        losses
    }

    fn walk(&self, it: ItDraw, mechanical_w: f64, mut see: impl FnMut(&Stage, f64, f64)) {
        let (mut upwards, mut joined) = (Upwards::from(it), false);
        for stage in self.stages.iter().rev() {
            if stage.feeds == Feeds::Site && !joined {
                upwards.through_w += mechanical_w;
                joined = true;
            }
            let (output_w, loss_w) = upwards.through(stage);
            see(stage, output_w, loss_w);
        }
    }

    /// Load on the output of the UPS while it runs on its batteries: IT that it carries and the stages between. Without a
    /// UPS in the chain that is the whole of it.
    pub fn behind_ups(&self, it: impl Into<ItDraw>) -> BehindUps {
        let mut behind = BehindUps::default();
        let mut upwards = Upwards::from(it.into());
        for stage in self.stages.iter().rev() {
            behind.other_w += stage.other_w;
            if stage.location == Location::Hall {
                behind.other_in_halls_w += stage.other_w;
            }
            if stage.kind == Kind::Ups {
                upwards.through_w += stage.other_w;
                break;
            }
            let past_w = upwards.past_w;
            let (_, loss_w) = upwards.through(stage);
            let loss_w = loss_w - (upwards.past_w - past_w);
            match stage.location {
                Location::Hall => behind.losses.hall_w += loss_w,
                Location::Outdoors => behind.losses.outdoors_w += loss_w,
            }
        }
        behind.output_w = upwards.through_w - upwards.past_w;
        behind
    }

    /// Installed capacity of each stage, W, and its number of units where known; from the grid to the racks.
    pub fn ratings(&self) -> impl Iterator<Item = (f64, Option<f64>)> {
        self.stages.iter().map(|stage| match &stage.installed {
            Installed::ThreeTerms { rated_w, .. } => (*rated_w, None),
            Installed::Units(psu) => (psu.rated_w * psu.units, Some(psu.units)),
        })
    }

    /// Installed capacity of each stage, W, with its kind; from the grid to the racks.
    pub fn kinds(&self) -> impl Iterator<Item = (Kind, f64)> {
        let rated = self.ratings().map(|(rated_w, _)| rated_w);
        self.stages.iter().map(|stage| stage.kind).zip(rated)
    }

    /// Whether there is a UPS in the chain.
    pub fn has_ups(&self) -> bool {
        self.stages.iter().any(|stage| stage.kind == Kind::Ups)
    }

    /// Constant loads fed between stages, W.
    pub fn other_w(&self) -> f64 {
        self.other_w
    }

    /// Those of them whose heat stays in the halls, W.
    pub fn other_in_halls_w(&self) -> f64 {
        self.other_in_halls_w
    }
}

#[cfg(test)]
mod tests;
