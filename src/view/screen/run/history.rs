//! What was done, so that it can be taken back: each change keeps the plan as it was before, and to take it back is to run
//! again from the start as if it had never been asked for.

use super::{Side, Sides};
use crate::scenario::session::{Act, CommandConfig};
use crate::view::hall::controls::{Commanded, Orders, SIDES};
use crate::view::hall::examples::Rebuild;
use crate::view::screen::run::Source;
use crate::view::screen::run::live::Request;
use crate::view::screen::state::{CommandTarget, Play};

/// A side before something was done to it.
#[derive(Debug, Clone)]
pub(super) struct Before {
    /// Counts what users did: the same for both sides where it was done to both.
    pub(super) action: u64,
    pub(super) sets: Vec<String>,
    pub(super) commands: Vec<CommandConfig>,
    /// What was done then.
    pub(super) words: String,
}

impl Side {
    /// The moment whose values sliders show, and from which on commands hold, s.
    pub(crate) fn commanded_s(&self, play: &Play) -> f64 {
        self.moment_s(play)
            .unwrap_or_else(|| self.latest_s().max(play.time_s))
    }

    /// When a command is to hold that is given now: from the end of the step that is shown. None while the run plays and
    /// the simulation is only just ahead of the picture: then from its next step.
    fn moment_s(&self, play: &Play) -> Option<f64> {
        let ahead_s = 0.3 * play.speed + 2.0 * self.site.step_s;
        if play.playing && self.asked_s <= play.time_s + ahead_s {
            return None;
        }
        let shown_s = self.at(play.time_s).map(|between| between.b.time_s());
        // Another frame would be of a step further on.
        let here = play.time_s..play.time_s + self.site.step_s - 1e-3;
        let at_s = shown_s.filter(|shown_s| here.contains(shown_s));
        let at_s = at_s.unwrap_or(play.time_s);
        // Not what sums have left over.
        Some((at_s * 1e3).round() / 1e3)
    }

    /// What sliders are made from.
    pub(crate) fn commanded(&self, number: usize, play: &Play) -> Commanded<'_> {
        Commanded {
            side: number,
            site: &self.site,
            commands: &self.log,
            at_s: self.commanded_s(play),
        }
    }

    /// Does something from a moment on; before the next step of the simulation where none is given.
    pub(super) fn act_at(&mut self, act: Act, at_s: Option<f64>, action: u64) {
        let Source::Live { live, .. } = &self.source else {
            self.trouble = Some(RECORDED.into());
            return;
        };
        live.request(Request::Act {
            act: Box::new(act),
            at_s,
        });
        self.given.push_back(action);
        if let Some(at_s) = at_s {
            // What is known of later is of the past.
            while self.latest_s() > at_s + 1e-3 {
                self.tape.pop_back();
            }
            self.epoch += 1;
            self.asked_s = at_s.max(self.site.step_s);
            live.request(Request::Until {
                time_s: self.asked_s,
                epoch: self.epoch,
            });
        }
    }

    /// Whether a command is on its way to the simulation.
    pub(crate) fn awaits(&self) -> bool {
        !self.given.is_empty()
    }

    /// Does something before the next step.
    #[cfg(test)]
    pub(crate) fn act(&mut self, act: Act) {
        self.act_at(act, None, 1);
    }

    /// Sets one key, as a change of technology does.
    #[cfg(test)]
    pub(crate) fn change(&mut self, set: String) {
        let rebuild = Rebuild {
            sets: vec![set],
            ..Rebuild::default()
        };
        self.trouble = self.rebuild(&rebuild, 1).err();
    }

    /// Waits for commands on their way: what comes next starts the run again, with them.
    fn settle(&mut self) {
        while !self.given.is_empty() {
            let Source::Live { live, .. } = &self.source else {
                return;
            };
            match live.wait() {
                Some(update) => self.take(update),
                None => return,
            }
        }
    }

    /// Keeps the plan as it is, before something changes it.
    pub(super) fn remember(&mut self, action: u64, words: String) {
        if let Source::Live { plan, .. } = &self.source {
            self.before.push(Before {
                action,
                sets: plan.sets.clone(),
                commands: plan.commands.clone(),
                words,
            });
        }
    }

    /// Builds it otherwise; commands that the new machines cannot obey, or that were meant for the old, are left out and
    /// returned in words. Nothing changes where it does not fit.
    pub(super) fn rebuild(
        &mut self,
        rebuild: &Rebuild,
        action: u64,
    ) -> Result<Vec<String>, String> {
        self.settle();
        let Source::Live { plan, .. } = &self.source else {
            return Err(RECORDED.into());
        };
        let mut changed = plan.clone();
        changed.sets.extend(rebuild.sets.iter().cloned());
        let commands = std::mem::take(&mut changed.commands);
        let resolved = changed.resolve()?;
        let (kept, left) = commands.into_iter().partition(|command| {
            !meant_for(&command.act, rebuild) && command.resolve(&resolved).is_ok()
        });
        changed.commands = kept;
        let left: Vec<CommandConfig> = left;
        self.remember(action, rebuild.words.clone());
        if let Err(error) = self.restart(changed, true) {
            self.before.pop();
            return Err(error);
        }
        Ok(left.iter().map(|command| command.act.words()).collect())
    }

    /// Goes back to a plan that was kept.
    fn restore(&mut self, before: Before) -> Result<(), String> {
        let Source::Live { plan, .. } = &self.source else {
            return Err(RECORDED.into());
        };
        let mut changed = plan.clone();
        let other_site = changed.sets != before.sets;
        (changed.sets, changed.commands) = (before.sets, before.commands);
        self.restart(changed, other_site)
    }
}

/// Said of results that were recorded.
const RECORDED: &str = "this is a recorded result: open its scenario.toml to change what happens";

/// Whether a command sets what a change builds otherwise.
fn meant_for(act: &Act, rebuild: &Rebuild) -> bool {
    match act {
        Act::Coolant(set) => rebuild.hall.is_some() && set.hall == rebuild.hall,
        Act::Water(set) => rebuild.circuit.is_some() && set.circuit == rebuild.circuit,
        _ => false,
    }
}

impl Sides {
    /// A number for what is done now.
    fn next_action(&self) -> u64 {
        let all = self.0.iter().flat_map(|side| {
            let before = side.before.iter().map(|before| before.action);
            before.chain(side.given.iter().copied())
        });
        all.max().unwrap_or(0) + 1
    }

    /// Gives commands to their sides, from what is shown on; returns a message.
    pub(crate) fn give(&mut self, orders: Orders, play: &Play) -> String {
        let action = self.next_action();
        let several = self.0.len() > 1;
        let mut words: Vec<String> = Vec::new();
        for (number, act) in orders.acts {
            let Some(side) = self.0.get_mut(number) else {
                continue;
            };
            let at_s = side.moment_s(play);
            let text = act.words();
            words.push(if several {
                format!("{text} ({})", SIDES[number.min(1)])
            } else {
                text
            });
            side.act_at(act, at_s, action);
        }
        words.extend(orders.cut);
        format!("from the next step on: {}", words.join("; "))
    }

    /// Builds the aimed sides otherwise, each with what is for it; returns a message.
    pub(crate) fn rebuild(&mut self, of: &[(usize, Rebuild)]) -> String {
        let action = self.next_action();
        let several = self.0.len() > 1;
        let mut words = Vec::new();
        for (number, rebuild) in of {
            let Some(side) = self.0.get_mut(*number) else {
                continue;
            };
            let whom = if several {
                format!(" ({})", SIDES[(*number).min(1)])
            } else {
                String::new()
            };
            match side.rebuild(rebuild, action) {
                Ok(left) if left.is_empty() => {
                    words.push(format!("run again up to now with {}{whom}", rebuild.words));
                }
                Ok(left) => words.push(format!(
                    "run again up to now with {}{whom}, without: {}",
                    rebuild.words,
                    left.join(", ")
                )),
                Err(error) => {
                    side.trouble = Some(error);
                    words.push(format!(
                        "{} does not fit{whom}: nothing is changed",
                        rebuild.words
                    ));
                }
            }
        }
        words.join("; ")
    }

    /// Whether something can be taken back.
    pub(crate) fn can_undo(&self, aim: CommandTarget) -> bool {
        let mut aimed = self.0.iter().enumerate();
        aimed.any(|(index, side)| {
            aim.is_at(index) && !(side.before.is_empty() && side.given.is_empty())
        })
    }

    /// Takes back the last thing that was done to the aimed sides; returns a message.
    pub(crate) fn undo(&mut self, aim: CommandTarget) -> String {
        for side in self.aimed(aim) {
            side.settle();
        }
        let last = |side: &Side| side.before.last().map(|before| before.action);
        let Some(action) = self.aimed(aim).filter_map(|side| last(side)).max() else {
            return "there is nothing to take back".into();
        };
        self.take_back(aim, |side| {
            let before = side.before.pop_if(|before| before.action == action)?;
            // What one action did may have been several commands.
            let mut first = before;
            let mut words = vec![first.words.clone()];
            while let Some(earlier) = side.before.pop_if(|before| before.action == action) {
                words.insert(0, earlier.words.clone());
                first = earlier;
            }
            first.words = words.join(", ");
            Some(first)
        })
    }

    /// Takes back all that was done to the aimed sides; returns a message.
    pub(crate) fn clear(&mut self, aim: CommandTarget) -> String {
        for side in self.aimed(aim) {
            side.settle();
        }
        self.take_back(aim, |side| {
            let mut all = std::mem::take(&mut side.before).into_iter();
            let mut first = all.next()?;
            first.words = "all that was done".into();
            Some(first)
        })
    }

    fn take_back(
        &mut self,
        aim: CommandTarget,
        mut earlier: impl FnMut(&mut Side) -> Option<Before>,
    ) -> String {
        let mut words: Vec<String> = Vec::new();
        for side in self.aimed(aim) {
            let Some(before) = earlier(side) else {
                continue;
            };
            let text = before.words.clone();
            if let Err(error) = side.restore(before) {
                side.trouble = Some(error);
            } else if !words.contains(&text) {
                words.push(text);
            }
        }
        format!("taken back, and run again up to now: {}", words.join("; "))
    }
}
