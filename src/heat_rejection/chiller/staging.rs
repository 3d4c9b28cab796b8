//! How many of equal chillers run, and how they share the load.
//!
//! ```text
//! fewest-units    n + 1 above the upper load of n; n − 1 where those would be below the lower load; equal loads;
//!                 as least-power where an integrated economizer is on and leaves the fewest something to chill
//! least-power     as many as draw the least together with pumps and towers, none below its least part load; equal loads
//! sequential      each full before the next starts; the last has the rest
//! ```
//!
//! Source: two thresholds with a dead band are usual in the control of chiller plants (none by default); `sequential` is the load distribution
//! `SequentialLoad` of `EnergyPlus`, for comparisons with it. Thresholds are looked at once a step; more units run where
//! those fall short within it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::Fault;

/// How many of the units that could run do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Staging {
    /// The fewest that carry the load by `stage_up_load` and `stage_down_load`, at equal loads. While an integrated economizer
    /// is on and they would leave a part to chillers, as many cells, pumps and plates as draw the least power.
    #[default]
    FewestUnits,
    /// As many as draw the least power together with their pumps and towers, none below its least part load.
    LeastPower,
    /// Each is full before the next starts, as `SequentialLoad` of `EnergyPlus`.
    Sequential,
}

/// A further chiller starts above this load of those that run.
pub(super) const STAGE_UP_LOAD: f64 = 0.95;
/// One stops where the others would be below this load. Without a dead band the number of units follows from the load alone,
/// so that a year does not depend on the length of its steps.
pub(super) const STAGE_DOWN_LOAD: f64 = 0.95;

/// The load below which a unit stops: as stated, else the usual one, which is not above that at which units start.
///
/// # Errors
/// Where units would start and stop without end; at `stage_down_load`.
pub(super) fn down_load(up: f64, stated: Option<f64>, usual: f64) -> Result<f64, Fault> {
    let down = stated.unwrap_or(usual.min(up));
    if down <= up {
        return Ok(down);
    }
    let what = format!(
        "chillers that stop below {down} of their load and start above {up} would never rest"
    );
    let cure = "lower stage_down_load, or raise stage_up_load";
    Err(Fault::new(what, cure).at("stage_down_load"))
}

/// The rule of a plant, and how many units it keeps running.
#[derive(Debug, Clone, PartialEq)]
pub struct Stages {
    /// The rule.
    pub rule: Staging,
    up: f64,
    down: f64,
    running: u32,
}

impl Default for Stages {
    fn default() -> Self {
        Self {
            rule: Staging::default(),
            up: STAGE_UP_LOAD,
            down: STAGE_DOWN_LOAD,
            running: 0,
        }
    }
}

impl Stages {
    /// Of a rule and its thresholds; the lower one follows the upper where it is not stated.
    ///
    /// # Errors
    /// Where units would start and stop without end; at `stage_down_load`.
    pub(super) fn new(rule: Staging, up: f64, down: Option<f64>) -> Result<Self, Fault> {
        let down = down_load(up, down, STAGE_DOWN_LOAD)?;
        Ok(Self {
            rule,
            up,
            down,
            running: 0,
        })
    }

    /// Looks at the thresholds, once a step. `load` is that of each of a number of units.
    pub(super) fn decide(&mut self, most: u32, load: impl Fn(u32) -> f64) {
        if most == 0 {
            self.running = 0;
            return;
        }
        let before = self.running.clamp(1, most);
        let mut count = before;
        while count < most && load(count) > self.up {
            count += 1;
        }
        if count == before {
            while count > 1 && load(count - 1) < self.down {
                count -= 1;
            }
        }
        self.running = count;
    }

    /// Units that the thresholds keep running of `most`; one at least.
    pub(super) fn kept(&self, most: u32) -> u32 {
        match self.rule {
            Staging::FewestUnits => self.running.clamp(1, most.max(1)),
            Staging::LeastPower | Staging::Sequential => 1,
        }
    }

    /// Runs `fewest` units, or more where that draws less. `run` gives what a number of units does and draws, W, and
    /// None where it would bring them below their least part load.
    ///
    /// Part-load curves are quadratic, so power over the number of units has one lowest point, or with free cooling
    /// a few close together: the third rise ends the search.
    pub(super) fn choose<T>(
        &self,
        fewest: u32,
        most: u32,
        first: (T, f64),
        run: impl FnMut(u32) -> Option<(T, f64)>,
    ) -> T {
        match self.rule {
            Staging::LeastPower => Self::least(fewest, most, first, run),
            Staging::FewestUnits | Staging::Sequential => first.0,
        }
    }

    /// Runs as many of `fewest..=most` units as draw the least; as [`Stages::choose`].
    pub(super) fn least<T>(
        fewest: u32,
        most: u32,
        first: (T, f64),
        mut run: impl FnMut(u32) -> Option<(T, f64)>,
    ) -> T {
        let (mut best, mut least_w) = first;
        let mut rises = 0;
        for units in fewest + 1..=most {
            match run(units) {
                Some((other, power_w)) if power_w < least_w => {
                    (best, least_w) = (other, power_w);
                    rises = 0;
                }
                Some(_) if rises < 2 => rises += 1,
                _ => break,
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of four units of 1 MW between 0.95 and 0.8: 1.9 MW are two, a little more three; three stay down to 0.8·2 = 1.6 MW.
    #[test]
    fn thresholds_by_hand() {
        let mut stages = Stages::new(Staging::FewestUnits, 0.95, Some(0.8)).unwrap();
        let mut at = |mw: f64| {
            stages.decide(4, |count| mw / f64::from(count));
            stages.running
        };
        let seen = [1.9, 1.91, 1.7, 1.61, 1.59, 5.0, 0.0].map(&mut at);
        assert_eq!(seen, [2, 3, 3, 3, 2, 4, 1]);
        let fault = Stages::new(Staging::FewestUnits, 0.7, Some(0.8)).unwrap_err();
        assert!(fault.to_string().contains("never rest"), "{fault}");
        let by_default =
            [0.9, 1.0].map(|up| Stages::new(Staging::FewestUnits, up, None).unwrap().down);
        assert_eq!(by_default, [0.9, 0.95]);
    }
}
