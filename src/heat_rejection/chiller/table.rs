//! A set of curves as numbers to plot.

use std::fmt::Write as _;

use super::{ChillerCurves, Condenser};

/// Leaving water of the columns, °C.
const LEAVING_C: [f64; 8] = [5.0, 7.0, 10.0, 13.0, 16.0, 20.0, 25.0, 30.0];

impl ChillerCurves {
    #[expect(clippy::format_collect, reason = "a listing, printed once")]
    /// COP and capacity over both temperatures, and power over part load, as lines of comment.
    pub fn table(&self) -> String {
        let entering_c: &[f64] = match self.condenser {
            Condenser::Water => &[12.0, 15.0, 18.0, 21.0, 24.0, 27.0, 30.0, 33.0, 36.0, 40.0],
            Condenser::Air => &[0.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0],
        };
        let mut text = String::new();
        let mut block = |title: &str, value: &dyn Fn(f64, f64) -> f64| {
            let heads: String = LEAVING_C.iter().map(|x| format!("{x:7.0}")).collect();
            writeln!(text, "# {title}").ok();
            writeln!(text, "# entering | leaving water, °C").ok();
            writeln!(text, "# {:>8} |{heads}", "°C").ok();
            for &y in entering_c {
                let row: String = LEAVING_C
                    .iter()
                    .map(|&x| format!("{:7.3}", value(x, y)))
                    .collect();
                writeln!(text, "# {y:8.0} |{row}").ok();
            }
            writeln!(text, "#").ok();
        };
        block(
            "COP at full load, as used (x and y above: what was published)",
            &|x, y| self.reference_cop / self.input_ratio(x, y) / self.part_load.at(1.0),
        );
        block("capacity relative to reference, as used", &|x, y| {
            self.capacity_ratio(x, y)
        });
        writeln!(text, "# power at part load, relative to full load").ok();
        let loads = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];
        let heads: String = loads.iter().map(|load| format!("{load:7.1}")).collect();
        let powers = loads.map(|load: f64| {
            let cycling = (load / self.min_part_load.max(1e-9)).min(1.0);
            let loaded = load.max(self.min_unloading).max(self.min_part_load);
            self.part_load.at(loaded) * cycling / self.part_load.at(1.0)
        });
        let row: String = powers.iter().map(|power| format!("{power:7.3}")).collect();
        writeln!(text, "# load |{heads}").ok();
        write!(text, "# power|{row}").ok();
        text
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn tables_are_numbers_and_fit_a_terminal() {
        let all: BTreeMap<String, ChillerCurves> =
            toml::from_str(include_str!("../../../assets/catalogue/chillers.toml")).unwrap();
        for (key, curves) in all {
            let table = curves.table();
            assert_eq!(table.lines().count(), 31, "{key}");
            assert!(
                table.lines().all(|line| line.chars().count() <= 80),
                "{table}"
            );
            assert!(!table.contains("NaN") && !table.contains("inf"), "{key}");
        }
    }
}
