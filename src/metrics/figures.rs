//! Figures of the summary, each declared once: its key, unit, meaning, and how tables show it.
//!
//! A metric declares its groups with `figures!` in its own file. `summary.json`, the tables of `run` and `compare`, the
//! warnings of what did not hold and the tables of docs/results.md all follow from these lines.

mod unit;

use super::Summary;
pub use unit::Unit;

/// One figure of the summary.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Its group in `summary.json`.
    pub group: &'static str,
    /// Its key in the group; that of a figure in a table of its own is joined, as `wait_s_mean`.
    pub key: &'static str,
    /// How it is shown.
    pub spec: Spec,
    doc: &'static [&'static str],
}

impl Figure {
    pub(crate) const fn new(
        (group, key): (&'static str, &'static str),
        doc: &'static [&'static str],
        spec: Spec,
    ) -> Self {
        Self {
            group,
            key,
            spec,
            doc,
        }
    }

    /// Its name among all: `energy_mwh.facility`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.group, self.key)
    }

    /// Meaning, as a table cell.
    pub fn meaning(&self) -> String {
        let lines: Vec<&str> = self.doc.iter().map(|line| line.trim()).collect();
        let text = lines.join(" ");
        let text = text.trim_end_matches('.');
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            // No capital but that of `GPU`.
            (Some(first), Some(second)) if !second.is_uppercase() => {
                first.to_lowercase().collect::<String>() + &text[first.len_utf8()..]
            }
            _ => text.to_owned(),
        }
    }

    /// Whether this value is a shortfall.
    pub fn fell_short(&self, value: Option<f64>) -> bool {
        let zero = self.spec.zero;
        zero.is_some_and(|zero| value.is_some_and(|value| value > zero.more_than))
    }
}

/// A heading of the printed tables, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "see `title`")]
pub enum Heading {
    DidNotHold,
    Energy,
    Supply,
    Ratios,
    Resources,
    Heat,
    RideThrough,
    Work,
}

impl Heading {
    /// As tables print it.
    pub fn title(self) -> &'static str {
        match self {
            Self::DidNotHold => "Did not hold",
            Self::Energy => "Energy",
            Self::Supply => "Supply",
            Self::Ratios => "Ratios",
            Self::Resources => "Water, carbon, cost",
            Self::Heat => "Heat",
            Self::RideThrough => "Ride-through (from the start of an event)",
            Self::Work => "Work",
        }
    }
}

/// A figure that is zero in a run in which everything held.
#[derive(Debug, Clone, Copy)]
pub struct Zero {
    /// In the figure's own unit: up to this is not a shortfall.
    pub more_than: f64,
    /// The warning; None where that of another figure covers it.
    pub warning: Option<fn(f64, &Summary) -> String>,
}

/// How a figure is shown.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// Its unit in `summary.json`.
    pub unit: Unit,
    /// Label in tables; indented by two spaces where it is part of the one above.
    pub label: &'static str,
    /// Decimals at least, in the unit that tables show it in.
    pub decimals: usize,
    /// Where tables show it; None: in files only.
    pub heading: Option<Heading>,
    /// Under one heading, a higher one comes further down; else figures are in the order of the summary.
    pub rank: u8,
    /// Whether the table of waits against GPUs shows it.
    pub by_gpus: bool,
    /// When it would mislead in a table.
    pub unless: Option<fn(&Summary) -> bool>,
    /// Where it should be zero.
    pub zero: Option<Zero>,
    /// Whether studies show how sure it is: one of the few that decisions rest on.
    pub headline: bool,
}

impl Spec {
    /// In files only.
    pub const fn of(unit: Unit) -> Self {
        Self {
            unit,
            label: "",
            decimals: 0,
            heading: None,
            rank: 0,
            by_gpus: false,
            unless: None,
            zero: None,
            headline: false,
        }
    }

    /// A row of the tables of `run` and `compare`.
    #[must_use]
    pub const fn row(mut self, heading: Heading, label: &'static str, decimals: usize) -> Self {
        (self.heading, self.label, self.decimals) = (Some(heading), label, decimals);
        self
    }

    /// A row of the table of waits against GPUs.
    #[must_use]
    pub const fn by_gpus(mut self, label: &'static str, decimals: usize) -> Self {
        if self.heading.is_none() {
            (self.label, self.decimals) = (label, decimals);
        }
        self.by_gpus = true;
        self
    }

    /// Further down under its heading.
    #[must_use]
    pub const fn rank(mut self, rank: u8) -> Self {
        self.rank = rank;
        self
    }

    /// No row where this is so.
    #[must_use]
    pub const fn unless(mut self, unless: fn(&Summary) -> bool) -> Self {
        self.unless = Some(unless);
        self
    }

    /// One of the figures that decisions rest on.
    #[must_use]
    pub const fn headline(mut self) -> Self {
        self.headline = true;
        self
    }

    /// Zero where everything held; a row under "Did not hold" where it is not.
    #[must_use]
    pub const fn zero(mut self, label: &'static str, decimals: usize) -> Self {
        self = self.row(Heading::DidNotHold, label, decimals);
        self.zero = Some(Zero {
            more_than: 0.0,
            warning: None,
        });
        self
    }

    /// Tolerance before it counts as a shortfall, in its own unit.
    #[must_use]
    pub const fn up_to(mut self, more_than: f64) -> Self {
        if let Some(zero) = &mut self.zero {
            zero.more_than = more_than;
        }
        self
    }

    /// The warning of a run in which it is not zero.
    #[must_use]
    pub const fn warns(mut self, warning: fn(f64, &Summary) -> String) -> Self {
        if let Some(zero) = &mut self.zero {
            zero.warning = Some(warning);
        }
        self
    }
}

/// A number that can be shown, or nothing.
pub(crate) fn known(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// Value of a field of a group.
pub(crate) trait Known {
    /// Whether nothing of it is known.
    fn is_absent(&self) -> bool;
}

impl Known for Option<f64> {
    fn is_absent(&self) -> bool {
        !self.is_some_and(f64::is_finite)
    }
}

impl Known for Option<u64> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

/// For serde, which requires a path.
pub(crate) fn is_absent(known: &impl Known) -> bool {
    known.is_absent()
}

/// The value of a field, as a number.
pub(crate) trait Value {
    fn value(self) -> Option<f64>;
}

impl Value for Option<f64> {
    fn value(self) -> Option<f64> {
        self.and_then(known)
    }
}

impl Value for Option<u64> {
    fn value(self) -> Option<f64> {
        self.map(|count| count as f64)
    }
}

/// Declares a group of the summary: a struct, and what each of its figures is.
///
/// ```text
/// figures! {
///     /// Water over the run.
///     WaterM3 {
///         /// Lost as droplets.
///         drift: Option<f64> = M3;                                         in files only
///         /// Taken from the supply.
///         makeup: Option<f64> = M3.row(Heading::Resources, "water", 0);    a row of the tables too
///     }
/// }
/// ```
///
/// The documentation of a field is its meaning in docs/results.md. A table within a group (`wait_s`) is a
/// struct of its own and lists its parts in braces. A key that had another name reads the old one by `#[serde(alias)]`.
macro_rules! figures {
    ($(#[doc = $of:literal])* $name:ident {
        $($(#[doc = $doc:literal])* $(#[serde($($serde:tt)*)])* $key:ident: $kind:ty = $spec:tt $(.$call:ident $with:tt)*;)*
    }) => {
        $(#[doc = $of])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct $name {
            $(
                $(#[doc = $doc])*
                $(#[serde($($serde)*)])*
                #[serde(skip_serializing_if = "crate::metrics::figures::is_absent")]
                pub $key: $kind,
            )*
        }
        impl crate::metrics::figures::Known for $name {
            fn is_absent(&self) -> bool {
                $(crate::metrics::figures::is_absent(&self.$key))&&*
            }
        }
        impl $name {
            pub(crate) fn each(
                &self,
                group: &'static str,
                see: &mut dyn FnMut(crate::metrics::figures::Figure, Option<f64>),
            ) {
                $(crate::metrics::figures::figures!(
                    @each self.$key, group, see, $key, [$($doc),*], $spec $(.$call $with)*
                );)*
            }
        }
    };
    (@each $value:expr, $group:ident, $see:ident, $key:ident, $doc:tt, {
        $($(#[doc = $of:literal])* $part:ident = $spec:tt $(.$call:ident $with:tt)*;)*
    }) => {
        $(
            $see(
                crate::metrics::figures::Figure::new(
                    ($group, concat!(stringify!($key), "_", stringify!($part))),
                    &[$($of),*],
                    crate::metrics::figures::Spec::of(crate::metrics::figures::Unit::$spec)$(.$call $with)*,
                ),
                crate::metrics::figures::Value::value($value.$part),
            );
        )*
    };
    (@each $value:expr, $group:ident, $see:ident, $key:ident, [$($doc:literal),*], $spec:tt $(.$call:ident $with:tt)*) => {
        $see(
            crate::metrics::figures::Figure::new(
                ($group, stringify!($key)),
                &[$($doc),*],
                crate::metrics::figures::Spec::of(crate::metrics::figures::Unit::$spec)$(.$call $with)*,
            ),
            crate::metrics::figures::Value::value($value),
        );
    };
}
pub(crate) use figures;
