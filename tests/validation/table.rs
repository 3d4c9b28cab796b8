//! Rows of the table: reference value, this program's value, and tolerance.

use std::fmt::Write as _;

/// How far apart the two may be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Allowed {
    /// Percent of the other figure.
    Percent(f64),
    /// In the unit of the row.
    Units(f64),
    /// Ours lies between these.
    Between(f64, f64),
    /// Ours is at most so many times theirs, and theirs ours.
    Factor(f64),
    /// Stated, not judged.
    Stated,
}

/// Weight of the agreement.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Evidence {
    /// No figure of the model was taken from the other side's results.
    Independent,
    /// The other side's own parameters, its results from another program: the equations are what is checked.
    SameParameters,
    /// A figure of the model was fitted to the other side's results: a check of the law's form only.
    Fitted,
    /// The other side's measurement goes in; what is checked is that it comes out.
    Replayed,
}

/// One comparison.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) against: String,
    pub(crate) quantity: String,
    pub(crate) unit: &'static str,
    /// None where the other side gives a range or an error has no counterpart.
    pub(crate) theirs: Option<f64>,
    pub(crate) ours: f64,
    pub(crate) digits: i32,
    pub(crate) allowed: Allowed,
    pub(crate) evidence: Evidence,
    /// Why the row lies outside what is allowed: recorded, so that neither a fix nor a further slip goes unseen.
    pub(crate) missed: Option<&'static str>,
}

impl Row {
    pub(crate) fn new(
        against: impl Into<String>,
        quantity: impl Into<String>,
        unit: &'static str,
    ) -> Self {
        Self {
            against: against.into(),
            quantity: quantity.into(),
            unit,
            theirs: None,
            ours: f64::NAN,
            digits: 5,
            allowed: Allowed::Stated,
            evidence: Evidence::Independent,
            missed: None,
        }
    }

    pub(crate) fn theirs(mut self, theirs: f64) -> Self {
        self.theirs = Some(theirs);
        self
    }

    pub(crate) fn ours(mut self, ours: f64) -> Self {
        self.ours = ours;
        self
    }

    /// Significant digits shown.
    pub(crate) fn digits(mut self, digits: i32) -> Self {
        self.digits = digits;
        self
    }

    pub(crate) fn percent(mut self, percent: f64) -> Self {
        self.allowed = Allowed::Percent(percent);
        self
    }

    pub(crate) fn units(mut self, units: f64) -> Self {
        self.allowed = Allowed::Units(units);
        self
    }

    pub(crate) fn factor(mut self, factor: f64) -> Self {
        self.allowed = Allowed::Factor(factor);
        self
    }

    pub(crate) fn between(mut self, low: f64, high: f64) -> Self {
        self.allowed = Allowed::Between(low, high);
        self
    }

    pub(crate) fn evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = evidence;
        self
    }

    pub(crate) fn missed(mut self, why: &'static str) -> Self {
        self.missed = Some(why);
        self
    }

    /// Ours less theirs.
    fn difference(&self) -> f64 {
        self.ours - self.theirs.unwrap_or(0.0)
    }

    fn percent_off(&self) -> f64 {
        100.0 * self.difference() / self.theirs.unwrap_or(f64::NAN)
    }

    pub(crate) fn holds(&self) -> bool {
        self.ours.is_finite()
            && match self.allowed {
                Allowed::Percent(most) => self.percent_off().abs() <= most,
                Allowed::Units(most) => self.difference().abs() <= most,
                Allowed::Between(low, high) => self.ours >= low && self.ours <= high,
                Allowed::Factor(factor) => {
                    let ratio = self.ours / self.theirs.unwrap_or(f64::NAN);
                    ratio <= factor && ratio >= 1.0 / factor
                }
                Allowed::Stated => true,
            }
    }

    /// Fault of the row, if any: outside and not recorded so, or recorded and no longer true.
    pub(crate) fn fault(&self) -> Option<String> {
        match (self.holds(), self.missed) {
            (true, None) | (false, Some(_)) => None,
            (false, None) => Some(format!("outside: {}", self.line())),
            (true, Some(_)) => Some(format!("recorded as a miss, yet it holds: {}", self.line())),
        }
    }

    /// The row as the document shows it.
    pub(crate) fn line(&self) -> String {
        let unit = if self.unit.is_empty() { "" } else { " " };
        // A difference of percentages is one of points.
        let points = if self.unit == "%" {
            "points"
        } else {
            self.unit
        };
        let show = |x: f64| format!("{}{unit}{}", figure(x, self.digits), self.unit);
        let theirs = match (self.theirs, self.allowed) {
            (Some(theirs), _) => show(theirs),
            (None, Allowed::Between(low, high)) => {
                format!(
                    "{} to {}{unit}{}",
                    figure(low, self.digits.min(4)),
                    figure(high, self.digits.min(4)),
                    self.unit
                )
            }
            (None, _) => "–".into(),
        };
        let difference = match (self.theirs, self.allowed) {
            (None, _) => "–".into(),
            (Some(_), Allowed::Percent(most)) => {
                format!("{} %", signed(self.percent_off(), fine(most)))
            }
            (Some(_), Allowed::Units(most)) => {
                format!("{}{unit}{points}", signed(self.difference(), fine(most)))
            }
            (Some(_), _) if self.unit == "%" => format!("{} points", signed(self.difference(), 1)),
            (Some(_), _) => format!("{} %", signed(self.percent_off(), 1)),
        };
        let allowed = match self.allowed {
            Allowed::Percent(most) => format!("{most} %"),
            Allowed::Units(most) => format!("{most}{unit}{points}"),
            Allowed::Between(low, high) => format!("{low} to {high}"),
            Allowed::Factor(factor) => format!("factor {factor}"),
            Allowed::Stated => "stated only".into(),
        };
        let evidence = match self.evidence {
            Evidence::Independent => "independent",
            Evidence::SameParameters => "same parameters",
            Evidence::Fitted => "fitted",
            Evidence::Replayed => "replayed",
        };
        let result = match (self.holds(), self.allowed) {
            (_, Allowed::Stated) => "–",
            (true, _) => "holds",
            (false, _) => "**misses**",
        };
        format!(
            "| {} | {} | {theirs} | {} | {difference} | {allowed} | {evidence} | {result} |",
            self.against,
            self.quantity,
            show(self.ours)
        )
    }
}

/// Decimals that show a hundredth of what is allowed.
fn fine(allowed: f64) -> usize {
    (2.0 - allowed.log10().floor()).clamp(0.0, 9.0) as usize
}

/// A number of so many significant digits, without exponents.
fn figure(x: f64, digits: i32) -> String {
    if x == 0.0 {
        return "0".into();
    }
    let decimals = (digits - 1 - x.abs().log10().floor() as i32).clamp(0, 9) as usize;
    format!("{x:.decimals$}")
}

/// With its sign; what rounds to zero is zero.
fn signed(x: f64, decimals: usize) -> String {
    let text = format!("{x:+.decimals$}");
    if text
        .trim_start_matches(['+', '-'])
        .trim_matches(['0', '.'])
        .is_empty()
    {
        "0".into()
    } else {
        text
    }
}

/// A table, and below it why some of its rows miss.
pub(crate) fn markdown(rows: &[&Row]) -> String {
    let mut text = String::from(
        "| against | quantity | theirs | ours | difference | allowed | evidence | result |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        writeln!(text, "{}", row.line()).unwrap();
    }
    let mut reported: Vec<&str> = Vec::new();
    for row in rows {
        if let Some(why) = row.missed
            && !reported.contains(&why)
        {
            if reported.is_empty() {
                text.push_str("\nMisses, recorded and not tuned away:\n\n");
            }
            reported.push(why);
            writeln!(text, "- {}: {why}", row.quantity).unwrap();
        }
    }
    text
}
