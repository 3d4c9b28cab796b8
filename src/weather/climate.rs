//! Built-in climates, embedded in the binary.
//!
//! ```text
//! stations    typical years (TMY3) of nine US airports, hour by hour as measured
//! synthetic   years generated from monthly normals; marked in `Weather::synthetic` and the label
//! ```
//!
//! Source of the stations: NREL TMY3, US Government work in the public domain, from the EPW files shipped with
//! `EnergyPlus`. Their rows are kept as whole numbers in `assets/climates/NAME.csv`; nothing is lost, because the
//! source prints 0.1 °C, 100 Pa, 1 W/m² and 0.1 m/s. The normals are in `assets/climates/normals.toml`.

use std::convert::Infallible;
use std::sync::LazyLock;

pub use super::synthetic::Normals;

use super::design::Extremes;
use super::synthetic;
use super::{COMMON_YEAR_H, Hour, Site, Weather};
use crate::kept::Kept;
use crate::physics::psychrometrics::MoistAir;

/// A station file: comment lines of the form `# key: value`, then one row per hour.
struct Station {
    name: &'static str,
    grid: &'static str,
    text: &'static str,
    /// The file it was made from, under `data/weather/tmy3`.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "read by the test that makes the files")
    )]
    epw: &'static str,
}

macro_rules! station {
    ($name:literal, $grid:literal, $epw:literal) => {
        Station {
            name: $name,
            grid: $grid,
            text: include_str!(concat!("../../assets/climates/", $name, ".csv")),
            epw: concat!("USA_", $epw, "_TMY3.epw"),
        }
    };
}

static STATIONS: [Station; 9] = [
    station!("phoenix", "us-az", "AZ_Phoenix-Sky.Harbor.Intl.AP.722780"),
    station!("san-francisco", "us-ca", "CA_San.Francisco.Intl.AP.724940"),
    station!("denver", "us-co", "CO_Denver-Aurora-Buckley.AFB.724695"),
    station!("miami", "us-fl", "FL_Miami.Intl.AP.722020"),
    station!("chicago", "us-il", "IL_Chicago-OHare.Intl.AP.725300"),
    station!("newark", "us-nj", "NJ_Newark.Intl.AP.725020"),
    station!("las-vegas", "us-nv", "NV_Las.Vegas-McCarran.Intl.AP.723860"),
    station!(
        "oklahoma-city",
        "us-ok",
        "OK_Oklahoma.City-Will.Rogers.World.AP.723530"
    ),
    station!(
        "dulles",
        "us-va",
        "VA_Sterling-Washington.Dulles.Intl.AP.724030"
    ),
];

static NORMALS: LazyLock<Vec<Normals>> = LazyLock::new(|| {
    synthetic::parse(include_str!("../../assets/climates/normals.toml"))
        .expect("the embedded file is read by a test")
});

/// The normals as written, by name.
pub fn normals_as_tables() -> toml::Table {
    let text = include_str!("../../assets/climates/normals.toml");
    let file: toml::Table = toml::from_str(text).unwrap_or_default();
    let climates = file.get("climate").and_then(toml::Value::as_array);
    let tables = climates.into_iter().flatten().filter_map(|climate| {
        let table = climate.as_table()?;
        Some((table.get("name")?.as_str()?.to_owned(), climate.clone()))
    });
    tables.collect()
}

/// Years that are kept for further runs, a megabyte each: all that are built in, by name, and a few of others by their normals.
static BUILT_IN: Kept<&str, Weather> = Kept::new(32);
static OWN: Kept<Normals, Weather> = Kept::new(16);

/// The year of a climate that a scenario brings as normals.
pub fn of_normals(normals: &Normals) -> Weather {
    let make = || Ok::<_, Infallible>((normals.clone(), synthetic::generate(normals)));
    let Ok(year) = OWN.get_or(|of| of == normals, make);
    year
}

/// A built-in climate at a glance.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// Name in scenarios.
    pub name: &'static str,
    /// Description.
    pub label: String,
    /// Publisher and period.
    pub source: String,
    /// True where it was generated from monthly normals.
    pub synthetic: bool,
    /// Where it is.
    pub site: Site,
}

/// The names of all built-in climates: the stations, then the synthetic ones.
pub fn names() -> impl Iterator<Item = &'static str> {
    let stations = STATIONS.iter().map(|s| s.name);
    stations.chain(NORMALS.iter().map(|n| n.name.as_str()))
}

/// The catalogue key of the grid that a climate is fed by.
pub fn grid(name: &str) -> Option<&'static str> {
    match station(name) {
        Some(station) => Some(station.grid),
        None => normals(name).map(|n| n.grid.as_str()),
    }
}

/// A climate without its hours.
pub fn describe(name: &str) -> Option<Description> {
    if let Some(station) = station(name) {
        let (site, label) = station.site();
        return Some(Description {
            name: station.name,
            label,
            source: station.header("source").to_string(),
            synthetic: false,
            site,
        });
    }
    normals(name).map(|normals| Description {
        name: &normals.name,
        label: normals.label(),
        source: normals.source.clone(),
        synthetic: true,
        site: normals.site(),
    })
}

/// The year of a built-in climate: the same one each time.
pub fn built_in(name: &str) -> Option<Weather> {
    let make = || {
        let made = if let Some(station) = station(name) {
            let (site, label) = station.site();
            let year = Weather::new(site, label, false, Vec::new(), station.hours());
            (station.name, year.with_extremes(station.extremes()))
        } else {
            let normals = normals(name).ok_or(())?;
            (normals.name.as_str(), synthetic::generate(normals))
        };
        Ok::<_, ()>(made)
    };
    BUILT_IN.get_or(|of| *of == name, make).ok()
}

/// Figures of a year, each with a name: the place, its design temperatures, its grid.
///
/// Design temperatures are those that plants are sized for, and those that are exceeded in 0.4 and in 1 % of the hours.
pub fn figures(name: &str) -> Option<Vec<(&'static str, String)>> {
    let (weather, grid) = (built_in(name)?, grid(name)?);
    let site = &weather.site;
    let all = weather.statistics();
    let hours = weather.states().len();
    let exceeded = |of: fn(&MoistAir) -> f64, share: f64| {
        let mut values: Vec<f64> = weather.states().iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[hours - 1 - (share * hours as f64) as usize]
    };
    let [dry_04, dry_1] = [0.004, 0.01].map(|share| exceeded(|air| air.dry_bulb_c, share));
    let [wet_04, wet_1] = [0.004, 0.01].map(|share| exceeded(|air| air.wet_bulb_c, share));
    let pressure_pa = weather
        .states()
        .iter()
        .map(|air| air.pressure_pa)
        .sum::<f64>()
        / hours as f64;
    let sun_wh: f64 = weather.hours().iter().map(|hour| hour.ghi_w_m2).sum();
    Some(vec![
        (
            "place",
            format!(
                "latitude {}°, longitude {}°, UTC{:+} h",
                site.latitude_deg, site.longitude_deg, site.utc_offset_h
            ),
        ),
        (
            "elevation",
            format!(
                "{} m, mean pressure {:.1} kPa",
                site.elevation_m,
                pressure_pa / 1e3
            ),
        ),
        (
            "dry bulb",
            format!(
                "{:.1} to {:.1} °C, mean {:.1}",
                all.dry_bulb_c.min, all.dry_bulb_c.max, all.dry_bulb_c.mean
            ),
        ),
        (
            "wet bulb",
            format!(
                "up to {:.1} °C, mean {:.1}",
                all.wet_bulb_c.max, all.wet_bulb_c.mean
            ),
        ),
        ("plants are designed for", weather.design_air().line()),
        (
            "design 0.4 %",
            format!("dry bulb {dry_04:.1} °C, wet bulb {wet_04:.1} °C"),
        ),
        (
            "design 1 %",
            format!("dry bulb {dry_1:.1} °C, wet bulb {wet_1:.1} °C"),
        ),
        (
            "sun",
            format!("{:.0} kWh/m² a year on the level", sun_wh / 1e3),
        ),
        ("grid", grid.to_owned()),
    ])
}

fn station(name: &str) -> Option<&'static Station> {
    STATIONS.iter().find(|s| s.name == name)
}

fn normals(name: &str) -> Option<&'static Normals> {
    NORMALS.iter().find(|n| n.name == name)
}

impl Station {
    fn header(&self, key: &str) -> &'static str {
        let lines = self.text.lines().take_while(|line| line.starts_with('#'));
        lines
            .filter_map(|line| line.trim_start_matches(['#', ' ']).split_once(": "))
            .find_map(|(k, value)| (k == key).then_some(value))
            .unwrap_or_default()
    }

    fn site(&self) -> (Site, String) {
        let mut numbers = self
            .header("site")
            .split(',')
            .map(|n| n.trim().parse().unwrap_or(0.0));
        let mut next = || numbers.next().unwrap_or(0.0);
        let site = Site {
            name: self.header("name").to_string(),
            latitude_deg: next(),
            longitude_deg: next(),
            utc_offset_h: next(),
            elevation_m: next(),
        };
        (site, self.header("label").to_string())
    }

    fn extremes(&self) -> Extremes {
        let mut figures = self.header("design").split(',');
        let mut next = || figures.next().and_then(|figure| figure.trim().parse().ok());
        Extremes {
            dry_bulb_c: next(),
            wet_bulb_c: next(),
            source: self.header("design source").to_owned(),
        }
    }

    fn hours(&self) -> Vec<Hour> {
        let mut hours = Vec::with_capacity(COMMON_YEAR_H);
        let rows = self.text.lines().filter(|line| !line.starts_with('#'));
        hours.extend(rows.map(|row| {
            // An empty cell is zero; a test compares every cell with the source.
            let mut bytes = row.bytes();
            let mut next = || {
                let (mut whole, mut negative) = (0, false);
                for byte in bytes.by_ref().take_while(|byte| *byte != b',') {
                    if byte == b'-' {
                        negative = true;
                    } else {
                        whole = 10 * whole + i32::from(byte) - i32::from(b'0');
                    }
                }
                f64::from(if negative { -whole } else { whole })
            };
            // Division, because 0.1·x would not give back the decimals that the source prints.
            Hour {
                dry_bulb_c: next() / 10.0,
                dew_point_c: next() / 10.0,
                pressure_pa: next() * 10.0,
                ghi_w_m2: next(),
                dni_w_m2: next(),
                dhi_w_m2: next(),
                wind_m_s: next() / 10.0,
            }
        }));
        hours
    }
}

#[cfg(test)]
mod tests;
