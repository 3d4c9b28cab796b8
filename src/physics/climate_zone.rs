//! Climate zones of ASHRAE 169, by which codes ask for efficiency.
//!
//! ```text
//! CDD10 > 6000: 0    > 5000: 1    > 3500: 2         cooling degree days over 10 °C, K·d a year
//! HDD18 ≤ 2000: 3    ≤ 3000: 4    ≤ 4000: 5    ≤ 5000: 6    ≤ 7000: 7    else 8    heating degree days under 18.3 °C
//! ```
//!
//! Source: ANSI/ASHRAE 169-2013, Table A-3. The letter (A humid, B dry, C marine) follows from precipitation, which weather
//! files seldom hold: it is known where it is stated. A year of a warm airport can lie in the next zone of its county:
//! Phoenix is 2B, its TMY3 year has 5,066 K·d over 10 °C.

use std::fmt;

/// A thermal zone, and its letter where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone {
    /// 0 (hottest) to 8.
    pub number: u8,
    /// `A` humid, `B` dry, `C` marine.
    pub letter: Option<char>,
}

impl Zone {
    /// The zone of degree days over 10 °C and under 18.3 °C, K·d a year.
    pub fn of_degree_days(cooling: f64, heating: f64) -> Self {
        let hot = [(6000.0, 0), (5000.0, 1), (3500.0, 2)];
        let cold = [
            (2000.0, 3),
            (3000.0, 4),
            (4000.0, 5),
            (5000.0, 6),
            (7000.0, 7),
        ];
        let by_cooling = hot.iter().find(|(above, _)| cooling > *above);
        let by_heating = cold.iter().find(|(up_to, _)| heating <= *up_to);
        let number = by_cooling.or(by_heating).map_or(8, |(_, number)| *number);
        Self {
            number,
            letter: None,
        }
    }

    /// A zone as it is written: `4`, `2B`, `5a`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut signs = text.trim().chars();
        let number = signs.next()?.to_digit(10)?;
        let letter = signs.next().map(|letter| letter.to_ascii_uppercase());
        let fits = number <= 8
            && signs.next().is_none()
            && letter.is_none_or(|letter| matches!(letter, 'A' | 'B' | 'C'));
        fits.then_some(Self {
            number: number as u8,
            letter,
        })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number)?;
        self.letter.map_or(Ok(()), |letter| write!(f, "{letter}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Degree days of TMY3 years: Chicago 1,743 and 3,506, Miami 5,295 and 76, Las Vegas 3,800 and 1,288, San Francisco 1,436
    /// and 1,662, Newark 2,100 and 2,787. Their zones are 5A, 1A, 3B, 3C and 4A: only Las Vegas, warmer than its county,
    /// comes out one zone hotter.
    #[test]
    fn zones_of_known_places() {
        let zones = [
            (1743.0, 3506.0),
            (5295.0, 76.0),
            (3800.0, 1288.0),
            (1436.0, 1662.0),
            (2100.0, 2787.0),
            (0.0, 7500.0),
        ]
        .map(|(cooling, heating)| Zone::of_degree_days(cooling, heating).number);
        assert_eq!(zones, [5, 1, 2, 3, 4, 8]);
    }

    #[test]
    fn zones_are_read_as_written() {
        let zone = Zone::parse("2b").unwrap();
        assert_eq!(
            (zone.number, zone.letter, zone.to_string().as_str()),
            (2, Some('B'), "2B")
        );
        assert_eq!(Zone::parse("8").unwrap().letter, None);
        for wrong in ["", "9", "B2", "2D", "2BB", "-1"] {
            assert_eq!(Zone::parse(wrong), None, "{wrong}");
        }
    }
}
