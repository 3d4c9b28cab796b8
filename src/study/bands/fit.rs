//! Draws that can be built: what a scenario states leaves part of a range out, and some figures hold only together.
//!
//! ```text
//! limits   each figure alone, all others as stated: the part of its range with which every side can be built, found by bisection;
//!          those that reach an end together with others, the figures of their own entry at least, are not asked one by one.
//!          The law is taken within it: drawn are the figures of the plant that is described, not of one that cannot be. A default
//!          that a side has no place for (the tokens of a request where no model answers) is not drawn at all.
//! again    a draw that cannot be built: the first figure with which it cannot, in the order of figures, is drawn again, by name and
//!          number as before, until it can; the others keep their values.
//! ```

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::input::Law;
use super::side::Side;
use super::{Plan, Stopped};
use crate::scenario;

/// Halvings of the unit interval: an end is found to a few thousandths of the range.
const HALVINGS: u32 = 9;
/// How often a figure is drawn again before it stays as stated, and how many figures of one draw.
const TRIES: u64 = 16;

impl Plan {
    /// Whether the sides can be built with these values; those that have `only`, where it is given.
    fn builds(
        &self,
        values: &[Option<f64>],
        draw: u64,
        only: Option<usize>,
    ) -> Result<(), Stopped> {
        let mut sides = self.sides.iter();
        sides.try_for_each(|side| match only {
            Some(input) if !side.has(input) => Ok(()),
            _ => self.built(side, values, draw).map(|_| ()),
        })
    }

    pub(super) fn built(
        &self,
        side: &Side,
        values: &[Option<f64>],
        draw: u64,
    ) -> Result<scenario::Resolved, Stopped> {
        let loaded = side.draw(&self.inputs.all, values, draw)?;
        Ok(scenario::build(&loaded)?)
    }

    /// Narrows each law to what can be built with all other figures as stated.
    pub(super) fn find_limits(&mut self) {
        let of = |number: usize| {
            let check = |value: f64| {
                let mut values = vec![None; self.inputs.all.len()];
                values[number] = Some(value);
                self.builds(&values, 0, Some(number))
            };
            limits(&self.inputs.all[number].law, &check)
        };
        let suspects: Vec<usize> = self.suspects().into_iter().collect();
        let found = suspects.into_par_iter().map(|number| (number, of(number)));
        let mut found: BTreeMap<usize, Option<Limits>> = found.collect();
        let mut kept = Vec::new();
        for number in 0..self.inputs.all.len() {
            match found.remove(&number).flatten() {
                Some(Limits { within: None, .. }) => continue,
                Some(Limits {
                    law,
                    within: Some(within),
                    reason,
                }) => {
                    let input = &mut self.inputs.all[number];
                    (input.law, input.within, input.limited) = (law, within, Some(reason));
                }
                None => {}
            }
            kept.push(number);
        }
        self.inputs.keep(&kept);
        for side in &mut self.sides {
            side.keep(&kept);
        }
    }

    /// The inputs that may not reach an end of their range: those within the smallest groups that cannot be built at it together.
    fn suspects(&self) -> BTreeSet<usize> {
        let all = || self.inputs.all.iter().enumerate();
        let figures = |end: f64| {
            let of = all().filter(|(_, input)| matches!(input.law, Law::Figure { .. }));
            of.map(|(number, input)| (number, input.law.at(end)))
                .collect()
        };
        let [low, high]: [Vec<_>; 2] = [0.0, 1.0].map(figures);
        let (mut found, high) = rayon::join(|| self.unfit(&low), || self.unfit(&high));
        found.extend(high);
        let names = all().filter(|(_, input)| matches!(input.law, Law::Names { .. }));
        found.extend(names.map(|(number, _)| number));
        found
    }

    fn unfit(&self, group: &[(usize, f64)]) -> BTreeSet<usize> {
        let mut values = vec![None; self.inputs.all.len()];
        for (number, value) in group {
            values[*number] = Some(*value);
        }
        if self.builds(&values, 0, None).is_ok() {
            return BTreeSet::new();
        }
        if let [(one, _)] = group {
            return BTreeSet::from([*one]);
        }
        // Figures of one entry, which were stated together, stay together as long as can be.
        let entry = |at: usize| &self.inputs.all[group[at].0].entry;
        let half = group.len() / 2;
        let between = (1..group.len()).filter(|at| entry(*at) != entry(at - 1));
        let at = between.min_by_key(|at| at.abs_diff(half)).unwrap_or(half);
        let (first, second) = group.split_at(at);
        let (mut found, second) = rayon::join(|| self.unfit(first), || self.unfit(second));
        found.extend(second);
        found
    }

    /// The values of a draw, None as stated, with which every side can be built, and how many of them were drawn again.
    pub(super) fn fitting(&self, draw: u64) -> (Vec<Option<f64>>, usize) {
        let all = &self.inputs.all;
        let drawn: Vec<_> = all.iter().map(|input| Some(input.at(draw))).collect();
        let mut values = drawn.clone();
        let fails = |values: &[Option<f64>], upto: usize| {
            let mut first = values[..upto].to_vec();
            first.resize(all.len(), None);
            self.builds(&first, draw, None).is_err()
        };
        let mut from = 0;
        for _ in 0..TRIES {
            if !fails(&values, values.len()) {
                break;
            }
            let (mut good, mut bad) = (from, values.len());
            while bad - good > 1 {
                let middle = usize::midpoint(good, bad);
                if fails(&values, middle) {
                    bad = middle;
                } else {
                    good = middle;
                }
            }
            let number = bad - 1;
            values[number] = None;
            for again in 1..=TRIES {
                let mut other = values.clone();
                other[number] = Some(all[number].again(draw, again));
                if !fails(&other, bad) {
                    values = other;
                    break;
                }
            }
            from = bad;
        }
        let again = values.iter().zip(&drawn).filter(|(now, then)| now != then);
        let again = again.count();
        (values, again)
    }
}

/// Part of a law.
struct Limits {
    law: Law,
    /// None where a side has no place for the figure, not even as stated.
    within: Option<[f64; 2]>,
    reason: String,
}

/// The part of a law with which `check` holds around what is stated; None where that is all of it.
fn limits(law: &Law, check: &dyn Fn(f64) -> Result<(), Stopped>) -> Option<Limits> {
    let mut reason = None;
    let mut holds = |value: f64| match check(value) {
        Ok(()) => true,
        Err(stopped) => {
            reason.get_or_insert(stopped.what);
            false
        }
    };
    if let Law::Names { names, stated } = law {
        let name = &names[*stated];
        let kept = (0..names.len()).filter(|number| number == stated || holds(*number as f64));
        let kept: Vec<String> = kept.map(|number| names[number].clone()).collect();
        let stated = kept.iter().position(|one| one == name)?;
        return Some(Limits {
            law: Law::Names {
                names: kept,
                stated,
            },
            within: Some([0.0, 1.0]),
            reason: reason?,
        });
    }
    let at = law.place_of_stated();
    let mut end = |end: f64| {
        if holds(law.at(end)) {
            return end;
        }
        let (mut good, mut bad) = (at, end);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(good, bad);
            if holds(law.at(middle)) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        good
    };
    let within = [end(0.0), end(1.0)];
    let reason = reason?;
    Some(Limits {
        law: law.clone(),
        within: check(law.stated()).is_ok().then_some(within),
        reason,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::Doubt;

    fn fault(what: &str) -> Stopped {
        Stopped {
            at: "x".into(),
            what: what.into(),
        }
    }

    fn law(text: &str, stated: Option<f64>, name: Option<&str>) -> Law {
        let doubt: Doubt = toml::from_str(&format!("{text}\nreason = 'x'")).unwrap();
        Law::of(&doubt, stated, name, false).unwrap()
    }

    /// By hand: of 4 to 10 about 6 only up to 7 can be built; nothing is cut below.
    #[test]
    fn a_range_ends_where_nothing_can_be_built() {
        let law = law("range = [4, 10]", Some(6.0), None);
        let check = |value: f64| {
            if value <= 7.0 {
                Ok(())
            } else {
                Err(fault("too far"))
            }
        };
        let found = limits(&law, &check).unwrap();
        let within = found.within.unwrap();
        assert_eq!((within[0], found.reason.as_str()), (0.0, "too far"));
        let end = law.at(within[1]);
        assert!((6.98..=7.0).contains(&end), "{end}");
        assert!(limits(&law, &|_| Ok(())).is_none());
        // What is stated holds, whatever else does not.
        let none = limits(&law, &|value| {
            if value == 6.0 { Ok(()) } else { Err(fault("")) }
        });
        let within = none.unwrap().within.unwrap().map(|u| law.at(u));
        assert!(
            within.iter().all(|value| (value - 6.0).abs() < 1e-9),
            "{within:?}"
        );
        let no_place = limits(&law, &|_| Err(fault("no such key"))).unwrap();
        assert_eq!(no_place.within, None);
    }

    #[test]
    fn names_that_cannot_be_built_are_left_out() {
        let law = law("among = ['a', 'b', 'c']", None, Some("c"));
        let check = |value: f64| {
            if value == 0.0 {
                Err(fault("no a"))
            } else {
                Ok(())
            }
        };
        let found = limits(&law, &check).unwrap();
        let names = ["b", "c"].map(str::to_owned).to_vec();
        assert_eq!(found.law, Law::Names { names, stated: 1 });
    }
}
