//! The energy audit: in every step of every run, what goes into a component comes out or is stored.
//!
//! ```text
//! |in − out − stored| ≤ 1e-6·(|in| + |out| + |stored|) + 1e-3 W
//! ```
//!
//! A part in a million is a thousand times the rounding of the longest sums here and a thousandth of the least
//! leak that would change a decision.

use thiserror::Error;

/// A component's balance did not close.
#[derive(Debug, Clone, PartialEq, Error)]
#[error(
    "the energy audit failed at {component}, {} into the run: in {input:.3}, out {output:.3}, stored {stored:.3} \
     (W; kg/s for water), so {gap:.3} is missing. This is a fault in coldaisle, not in the scenario: please report \
     it with the scenario file",
    days_and_hours(*.time_s)
)]
pub struct AuditError {
    /// Which component.
    pub component: String,
    /// End of the step, s since the start of the run.
    pub time_s: f64,
    /// What went in.
    pub input: f64,
    /// What came out.
    pub output: f64,
    /// What was kept.
    pub stored: f64,
    /// What is missing.
    pub gap: f64,
}

fn days_and_hours(time_s: f64) -> String {
    format!(
        "{:.0} d {:.3} h",
        (time_s / 86_400.0).floor(),
        time_s % 86_400.0 / 3600.0
    )
}

/// Relative tolerance.
const TOLERANCE: f64 = 1e-6;
/// Absolute tolerance, W.
const TOLERANCE_W: f64 = 1e-3;

pub(super) struct Audit {
    pub(super) time_s: f64,
}

impl Audit {
    /// Fails, naming the component, unless the balance closes (and is a number).
    pub(super) fn balance(
        &self,
        component: impl FnOnce() -> String,
        input: f64,
        output: f64,
        stored: f64,
    ) -> Result<(), AuditError> {
        let gap = input - output - stored;
        let allowed = TOLERANCE * (input.abs() + output.abs() + stored.abs()) + TOLERANCE_W;
        // Written so that NaN fails.
        if gap.abs() <= allowed {
            return Ok(());
        }
        Err(AuditError {
            component: component(),
            time_s: self.time_s,
            input,
            output,
            stored,
            gap,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_of_ten_parts_in_a_million_fails_and_names_the_component() {
        let audit = Audit { time_s: 90_000.0 };
        assert!(audit.balance(|| "x".into(), 1e6, 9e5, 1e5).is_ok());
        let error = audit
            .balance(|| "the tank".into(), 1e6, 9e5, 99_980.0)
            .unwrap_err();
        assert!(
            error
                .to_string()
                .contains("at the tank, 1 d 1.000 h into the run"),
            "{error}"
        );
        assert!(audit.balance(|| "nan".into(), f64::NAN, 0.0, 0.0).is_err());
    }
}
