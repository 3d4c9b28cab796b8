//! What is drawn: one value per figure in doubt and draw, the same on every side.
//!
//! ```text
//! triangular    F⁻¹(u) = a + √(u·(b − a)·(m − a))            for u < (m − a) / (b − a)
//!                      = b − √((1 − u)·(b − a)·(b − m))      else
//! ```
//!
//! a and b are the ends of the credible range, m what is stated: the usual law for a best estimate between two ends. It is a choice:
//! the catalogue gives ends, not distributions. A factor or an addition on a curve is one such value for all of its figures, names are
//! equally likely. u comes from a Latin hypercube by the figure's name, the seed and the number of draws alone, so that no other figure
//! and no other side moves it.
//!
//! Source of the law: Johnson 1997, The Statistician 46(3), for three-point estimates of experts.

use toml::Value;

use crate::describe::Doubt;
use crate::study::design::latin;

/// A figure in doubt, as it is drawn.
#[derive(Debug, Clone)]
pub(super) struct Input {
    /// Its name: `servers.hgx-h100.air.fan_max_w`, `hall[].cooling.air.fan_pa`.
    pub(super) name: String,
    /// The entry that it is of, with its kind; of a default its name.
    pub(super) entry: String,
    pub(super) law: Law,
    /// The part of the law that is drawn from, in the unit interval.
    pub(super) within: [f64; 2],
    /// Why it is not all of it.
    pub(super) limited: Option<String>,
    axis: latin::Axis,
    /// By which it is drawn: name, seed and number of draws.
    by: (String, u64, u64),
}

/// How a value follows from its place in the unit interval.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Law {
    /// A figure between two ends, or a factor or an addition.
    Figure {
        low: f64,
        stated: f64,
        high: f64,
        whole: bool,
        on: On,
    },
    /// One of these names; the one that is stated by its number.
    Names { names: Vec<String>, stated: usize },
}

/// What a drawn figure is to the one that is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    /// In its place.
    Instead,
    /// Times it.
    Factor,
    /// Added to it.
    Addition,
}

impl Law {
    /// Of a doubt and what is stated; None where the two do not go together.
    pub(super) fn of(
        doubt: &Doubt,
        stated: Option<f64>,
        name: Option<&str>,
        whole: bool,
    ) -> Option<Self> {
        if let Some(names) = &doubt.among {
            let stated = names.iter().position(|one| Some(one.as_str()) == name)?;
            let names = names.clone();
            return Some(Self::Names { names, stated });
        }
        let ([low, high], stated, on) = match (doubt.range, doubt.scale, doubt.shift) {
            (Some(ends), ..) => (ends, stated?, On::Instead),
            (_, Some(ends), _) => (ends, 1.0, On::Factor),
            (.., Some(ends)) => (ends, 0.0, On::Addition),
            _ => return None,
        };
        Some(Self::Figure {
            low: low.min(stated),
            stated,
            high: high.max(stated),
            whole,
            on,
        })
    }

    /// The value at a place in [0, 1): a figure, or the number of a name.
    pub(super) fn at(&self, u: f64) -> f64 {
        match self {
            Self::Names { names, .. } => (u * names.len() as f64).floor(),
            Self::Figure {
                low,
                stated,
                high,
                whole,
                on,
            } => {
                let value = triangular(*low, *stated, *high, u);
                if *whole && *on == On::Instead {
                    value.round()
                } else {
                    value
                }
            }
        }
    }

    /// The place of what is stated in the unit interval.
    pub(super) fn place_of_stated(&self) -> f64 {
        match self {
            Self::Names { .. } => 0.0,
            Self::Figure {
                low, stated, high, ..
            } => {
                let width = high - low;
                if width > 0.0 {
                    (stated - low) / width
                } else {
                    0.0
                }
            }
        }
    }

    /// As stated.
    pub(super) fn stated(&self) -> f64 {
        match self {
            Self::Names { stated, .. } => *stated as f64,
            Self::Figure { stated, .. } => *stated,
        }
    }

    /// What becomes of a value of an entry or a scenario under a drawn one.
    pub(super) fn change(&self, drawn: f64, value: &Value) -> Value {
        let (on, whole) = match self {
            Self::Names { names, .. } => {
                let name = names.get(drawn as usize);
                return name.map_or_else(|| value.clone(), |name| Value::String(name.clone()));
            }
            Self::Figure { on, whole, .. } => (*on, *whole),
        };
        let stated = match value {
            Value::Float(figure) => *figure,
            Value::Integer(figure) => *figure as f64,
            other => return other.clone(),
        };
        let figure = match on {
            On::Instead => drawn,
            On::Factor => stated * drawn,
            On::Addition => stated + drawn,
        };
        if whole {
            Value::Integer(figure.round() as i64)
        } else {
            Value::Float(figure)
        }
    }

    /// A drawn value, for tables.
    pub(super) fn written(&self, drawn: f64) -> String {
        match self {
            Self::Names { names, .. } => names.get(drawn as usize).cloned().unwrap_or_default(),
            Self::Figure { .. } => drawn.to_string(),
        }
    }
}

impl Input {
    /// `drawn_as` is the name that places its draws: two laws of one figure lie at the same place of their ranges.
    pub(super) fn new(
        name: String,
        (drawn_as, entry): (&str, &str),
        law: Law,
        (seed, draws): (u64, u64),
    ) -> Self {
        let by = (format!("band.{drawn_as}"), seed, draws);
        Self {
            name,
            entry: entry.to_owned(),
            law,
            within: [0.0, 1.0],
            limited: None,
            axis: latin::Axis::new(seed, &by.0, draws),
            by,
        }
    }

    /// The value of a draw, counted from 1.
    pub(super) fn at(&self, draw: u64) -> f64 {
        self.value(self.axis.at(draw - 1))
    }

    /// Another value for a draw, by the number of the try.
    pub(super) fn again(&self, draw: u64, times: u64) -> f64 {
        let (name, seed, draws) = &self.by;
        let axis = latin::Axis::new(*seed, &format!("{name}.again.{times}"), *draws);
        self.value(axis.at(draw - 1))
    }

    fn value(&self, u: f64) -> f64 {
        let [from, to] = self.within;
        self.law.at(from + u * (to - from))
    }
}

fn triangular(low: f64, mode: f64, high: f64, u: f64) -> f64 {
    let width = high - low;
    if width <= 0.0 {
        return mode;
    }
    let value = if u < (mode - low) / width {
        low + (u * width * (mode - low)).sqrt()
    } else {
        high - ((1.0 - u) * width * (high - mode)).sqrt()
    };
    value.clamp(low, high)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By hand: between 0 and 4 about 1, a quarter lies below 1; at 1/16 √(1/16 · 4 · 1) = 0.5; at 3/4 4 − √(1/4 · 4 · 3).
    #[test]
    fn the_triangular_law_by_hand() {
        let at = |u| triangular(0.0, 1.0, 4.0, u);
        assert_eq!((at(0.0), at(0.25), at(1.0 / 16.0)), (0.0, 1.0, 0.5));
        assert!((at(0.75) - (4.0 - 3.0_f64.sqrt())).abs() < 1e-12);
        assert_eq!(triangular(2.0, 2.0, 2.0, 0.3), 2.0);
        // Stated at an end.
        assert_eq!(triangular(1.0, 1.0, 2.0, 0.0), 1.0);
        assert!((triangular(1.0, 2.0, 2.0, 0.25) - 1.5).abs() < 1e-12);
    }

    fn doubt(text: &str) -> Doubt {
        toml::from_str(&format!("{text}\nreason = 'x'")).unwrap()
    }

    #[test]
    fn each_form_changes_what_is_stated() {
        let law =
            |text: &str, stated, name, whole| Law::of(&doubt(text), stated, name, whole).unwrap();
        let (six, half) = (Value::Integer(6), Value::Float(0.5));
        let range = law("range = [4, 8]", Some(6.0), None, true);
        assert_eq!(range.change(6.6, &six), Value::Integer(7));
        assert_eq!((range.at(0.0), range.stated()), (4.0, 6.0));
        let scale = law("scale = [0.5, 2]", None, None, false);
        assert_eq!(scale.change(1.5, &half), Value::Float(0.75));
        assert_eq!(scale.stated(), 1.0);
        let shift = law("shift = [-1, 1]", None, None, false);
        assert_eq!(shift.change(-0.25, &half), Value::Float(0.25));
        let among = law("among = ['a', 'b', 'c']", None, Some("b"), false);
        let places = [0.0, 0.34, 0.99].map(|u| among.at(u));
        assert_eq!((places, among.stated()), ([0.0, 1.0, 2.0], 1.0));
        assert_eq!(among.change(2.0, &six), Value::String("c".into()));
        assert_eq!(Law::of(&doubt("among = ['a']"), None, None, false), None);
        assert_eq!(Law::of(&doubt("range = [1, 2]"), None, None, false), None);
    }

    proptest! {
        /// Draws never leave the range, rise with their place, and lie half below the median of the law.
        #[test]
        fn draws_stay_in_the_range(
            low in -1e3..1e3f64, up in 0.0..1e3f64, at in 0.0..1.0f64, u in 0.0..1.0f64, more in 0.0..1.0f64,
        ) {
            let (high, mode) = (low + up, low + at * up);
            let value = triangular(low, mode, high, u);
            prop_assert!((low..=high).contains(&value));
            let next = triangular(low, mode, high, (u + more).min(1.0));
            prop_assert!(next >= value);
        }
    }
}
