//! Years after a metered history, as energy of whole facilities.

use crate::describe::Fault;
use crate::forecast::loaded::Forecast;
use crate::forecast::score::Series;
use crate::forecast::trend::Trend;

/// A metered history in `TWh`, and how it goes on.
pub(in crate::forecast) struct Metered {
    history: Vec<(i32, f64)>,
    trend: Trend,
    /// Years beyond the last metered one.
    beyond: usize,
    /// Names of the coordinates of a draw.
    names: Vec<String>,
}

impl Metered {
    /// Of a series, to a last year. The place of a fault is its key in the series.
    pub(in crate::forecast) fn of(
        series: &Series,
        (first, last): (i32, i32),
    ) -> Result<Self, Fault> {
        let factor = match series.unit.as_str() {
            "TWh" => 1.0,
            "GWh" => 1e-3,
            "MWh" => 1e-6,
            other => {
                let what = format!("'{other}' is no unit of a year's energy here");
                return Err(Fault::new(what, "give TWh, GWh or MWh").at("unit"));
            }
        };
        let points = series.points()?;
        let history: Vec<(i32, f64)> = points
            .into_iter()
            .map(|(year, value)| (year, value * factor))
            .collect();
        // All that is known today counts: nothing is hidden as for a score.
        let trend = Trend::new(&history, i32::MAX, &series.pauses, &series.prior)?;
        if history[0].0 > first {
            let what = format!(
                "the forecast begins in {first}, and the history in {}",
                history[0].0
            );
            let cure = "begin with a year that was metered, or later";
            return Err(Fault::new(what, cure).at("years"));
        }
        let beyond = (last - trend.last_year()).max(0) as usize;
        let names = match beyond {
            0 => Vec::new(),
            years => trend.coordinates(years),
        };
        Ok(Self {
            history,
            trend,
            beyond,
            names,
        })
    }

    /// Names of the coordinates of a draw.
    pub(in crate::forecast) fn names(&self) -> &[String] {
        &self.names
    }
}

impl Forecast {
    /// Facility energy by year that a metered history leads to at a point, `TWh`; None where there is none.
    pub(in crate::forecast) fn metered(&self, point: &[f64]) -> Option<Vec<f64>> {
        let metered = self.metered.as_ref()?;
        let own = &point[point.len() - metered.names().len()..];
        let mut path = vec![0.0; metered.beyond];
        if metered.beyond > 0 {
            metered.trend.path(own, &mut path);
        }
        let last = metered.trend.last_year();
        let of = |year: i32| {
            let known = metered.history.iter().find(|known| known.0 == year);
            known.map_or_else(
                || path.get((year - last - 1) as usize).copied().unwrap_or(0.0),
                |known| known.1,
            )
        };
        Some(self.years().map(of).collect())
    }
}
