//! What a forecast would make, for people, and its corners tried.

use crate::describe::{Fault, count};
use crate::forecast::loaded::Forecast;
use crate::output::grouped;

impl Forecast {
    /// Tries each input at its ends and all of them together: what no draw may meet is reported before the first.
    pub fn check_corners(&self) -> Result<(), Fault> {
        let axes = self.axes();
        // A tail goes on without end: as far as the draws reach.
        let reach = 0.5 / self.draws() as f64;
        let ranges = self.uncertain.ranges();
        let end = |axis: usize, high: bool| {
            let reach = if ranges.get(axis) == Some(&true) {
                0.0
            } else {
                reach
            };
            if high { 1.0 - reach } else { reach }
        };
        let all = |high: bool| (0..axes).map(|axis| end(axis, high)).collect();
        let mut points: Vec<Vec<f64>> = vec![all(false), all(true)];
        for axis in 0..axes {
            for end in [end(axis, false), end(axis, true)] {
                let mut point = vec![0.5; axes];
                point[axis] = end;
                points.push(point);
            }
        }
        for point in points {
            self.with(&point, |_| ())
                .map_err(|fault| self.of_draw(fault, &point))?;
        }
        Ok(())
    }

    /// Lines with labels.
    pub fn lines(&self) -> Vec<(String, String)> {
        let file = &self.file;
        let mut lines = vec![
            (
                "scope".to_owned(),
                format!("{}; AI: {}", file.scope.region, file.scope.ai),
            ),
            (
                "years".into(),
                format!("{} to {}", file.years.first, file.years.last),
            ),
            ("closure".into(), self.closure().into()),
            (
                "draws".into(),
                format!(
                    "{} over {}",
                    grouped(self.draws() as f64, 0),
                    count(self.axes() as f64, "input")
                ),
            ),
        ];
        if !file.generation.is_empty() {
            let names: Vec<&str> = file.generation.iter().map(|of| of.name.as_str()).collect();
            lines.push(("machines".into(), names.join(", ")));
        }
        for (index, (site, plant)) in file.site.iter().zip(&self.shared.plants).enumerate() {
            let label = if index == 0 { "sites" } else { "" };
            let line = format!(
                "{}: {}, {:.3} in the hottest hour at full load; cooling from {}",
                site.name, plant.table.climate, plant.design_ratio, plant.table.accuracy
            );
            lines.push((label.into(), line));
        }
        for (index, name) in self.names().iter().enumerate() {
            let label = if index == 0 { "varies" } else { "" };
            let ends = [0.05, 0.95].map(|share| {
                let mut point = vec![0.5; self.axes()];
                point[index] = share;
                self.uncertain.values(&point).get(index).copied()
            });
            let range = match ends {
                [Some(low), Some(high)] => format!(": 5 to 95 % within {low:.4} to {high:.4}"),
                _ => String::new(),
            };
            lines.push((label.into(), format!("{name}{range}")));
        }
        lines
    }
}
