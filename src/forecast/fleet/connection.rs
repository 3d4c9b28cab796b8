//! Megawatts that are connected: projects that ask, those that are built, and when.
//!
//! ```text
//! R(t)         = ∫ requests·(1 − duplicates)·built·realised         to time t
//! connected(y) = connected + mean over y of R(t − slip)
//! ```
//!
//! The rule of planners (ERCOT: dates shifted by 180 days, size as built 49.8 % of what was asked for) with the figures a file gives.
//! Several connections (grid, transformers, generation on site) each limit the whole; the narrowest counts.

use crate::forecast::file::{Connection, ForecastFile};

/// What is connected in a year.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Connected {
    /// Mean of the year, W. Infinite without a limit.
    pub mean_w: f64,
    /// Added in the year, W.
    pub added_w: f64,
    /// Which connection is the narrowest.
    pub narrowest: usize,
}

impl Connected {
    /// The narrowest of all connections in the years of the forecast.
    pub(crate) fn over(file: &ForecastFile) -> Vec<Self> {
        let years = file.years.first..=file.years.last;
        let of = |year| {
            let mut least = Self {
                mean_w: f64::INFINITY,
                ..Self::default()
            };
            for (index, connection) in file.connection.iter().enumerate() {
                let [before, mean, end] = connection.around(year);
                if mean * 1e6 < least.mean_w {
                    least = Self {
                        mean_w: mean * 1e6,
                        added_w: (end - before) * 1e6,
                        narrowest: index,
                    };
                }
            }
            least
        };
        years.map(of).collect()
    }
}

impl Connection {
    /// MW connected at the beginning of a year, as its mean, and at its end.
    fn around(&self, year: i32) -> [f64; 3] {
        const PARTS: u32 = 12;
        let begin = f64::from(year) - self.slip_years;
        let middles = (0..PARTS).map(|part| {
            let middle = (f64::from(part) + 0.5) / f64::from(PARTS);
            self.until(begin + middle)
        });
        let mean = middles.sum::<f64>() / f64::from(PARTS);
        [self.until(begin), mean, self.until(begin + 1.0)].map(|mw| self.connected_mw + mw)
    }

    /// MW asked for and realised from the first request to a time, in years.
    fn until(&self, time: f64) -> f64 {
        let first = self.requests.first();
        let mut sum = 0.0;
        let mut year = first;
        while f64::from(year) < time {
            let share = (time - f64::from(year)).min(1.0);
            sum += share * self.realised_mw(year);
            year += 1;
        }
        sum
    }

    fn realised_mw(&self, year: i32) -> f64 {
        let built = self.built.at(year) * self.realised.at(year);
        self.requests.at(year) * (1.0 - self.duplicates) * built
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(rest: &str) -> Connection {
        let text = format!("name = \"grid\"\nconnected_mw = 100\n{rest}");
        toml::from_str(&text).unwrap()
    }

    /// 100 MW a year asked for, half of it built, a tenth listed twice, half a year late: 45 MW a year from the middle of 2025.
    #[test]
    fn a_queue_by_hand() {
        let queue = connection(
            "requests = { 2025 = 100, 2026 = 100, 2027 = 100 }\nduplicates = 0.1\nbuilt = 0.5\nslip_years = 0.5",
        );
        let [before, mean, end] = queue.around(2025);
        assert!((before - 100.0).abs() < 1e-9 && (end - 122.5).abs() < 1e-9);
        // 45 MW a year over half a year, as the mean of the year: 45 × ½ × ½ × ½.
        assert!((mean - 105.625).abs() < 0.05, "{mean}");
        let [before, mean, end] = queue.around(2026);
        assert!(
            (before - 122.5).abs() < 1e-9
                && (mean - 145.0).abs() < 1e-9
                && (end - 167.5).abs() < 1e-9
        );
    }
}
