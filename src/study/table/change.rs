//! The change from one run to another, as a planner reads it.

use crate::metrics::figures::Unit;

/// Change in percent, where both figures are known and the first is not zero; of a temperature, in kelvin; `=` where it is
/// too small to be shown.
pub(crate) fn change(from: Option<f64>, to: Option<f64>, unit: Unit) -> String {
    const SAME: &str = "=";
    match (from, to) {
        (Some(from), Some(to)) if unit == Unit::Celsius => {
            if (to - from).abs() < 0.05 {
                SAME.into()
            } else {
                format!("{:+.1} K", to - from)
            }
        }
        (Some(from), Some(to)) if from == to => SAME.into(),
        (Some(from), Some(to)) if from != 0.0 => {
            let percent = 100.0 * (to - from) / from;
            if percent.abs() < 0.05 {
                SAME.into()
            } else if percent.abs() < 999.5 {
                format!("{percent:+.1} %")
            } else {
                format!("x {:.1}", to / from)
            }
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_read_as_a_planner_reads_them() {
        assert_eq!(change(Some(200.0), Some(150.0), Unit::Mwh), "-25.0 %");
        assert_eq!(change(Some(70.0), Some(85.5), Unit::Celsius), "+15.5 K");
        assert_eq!(change(Some(1.0), Some(42.0), Unit::Ratio), "x 42.0");
        assert_eq!(change(Some(0.0), Some(5.0), Unit::Ratio), "");
        assert_eq!(change(None, Some(5.0), Unit::Ratio), "");
        assert_eq!(change(Some(5.0), Some(5.001), Unit::Ratio), "=");
        assert_eq!(change(Some(0.0), Some(0.0), Unit::Ratio), "=");
        assert_eq!(change(Some(18.0), Some(18.01), Unit::Celsius), "=");
    }
}
