//! A forecast as read: its file, its plants, and what is not known.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use toml_edit::DocumentMut;

use super::file::ForecastFile;
use super::hours::Calendar;
use super::layers::{LONGEST_BYTES, Layers};
use super::metered::Metered;
use super::model::{Draw, Shared, Space};
use super::sites::plants;
use super::uncertain::Uncertain;
use super::waits::WaitCurve;
use crate::bounded;
use crate::describe::Fault;
use crate::output::Input;
use crate::scenario::{Base, NAME_RULE, is_name, text};

/// Years that a forecast spans at most.
const MOST_YEARS: i32 = 100;

/// A forecast, read and checked.
pub struct Forecast {
    /// The file.
    pub path: PathBuf,
    /// As read, with what varies in the middle of its file.
    pub file: ForecastFile,
    /// Its text.
    pub text: String,
    /// Files that it read, with their checksums.
    pub inputs: Vec<Input>,
    /// What is not known.
    pub uncertain: Uncertain,
    /// What all draws share.
    pub shared: Shared,
    /// A metered history, and how it goes on.
    pub(super) metered: Option<Metered>,
}

/// The JSON schema of the forecast file.
pub fn schema() -> &'static serde_json::Value {
    static SCHEMA: LazyLock<serde_json::Value> =
        LazyLock::new(|| schemars::schema_for!(ForecastFile).to_value());
    &SCHEMA
}

impl Forecast {
    /// Whether a file is a forecast: it has a scope and sites.
    pub fn is_forecast_file(path: &Path) -> bool {
        let bytes = bounded::read(path, LONGEST_BYTES).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let table = toml::from_str::<toml::Table>(text.trim_start_matches('\u{feff}'));
        match table {
            Ok(table) => {
                let own = table.contains_key("scope") || table.contains_key("base");
                own && !table.contains_key("hall")
            }
            Err(_) => text.lines().any(|line| line.trim() == "[scope]"),
        }
    }

    /// Reads a forecast and makes its plants, or finds them in `cache`.
    pub fn load(path: &Path, sets: &[String], cache: Option<&Path>) -> Result<Self, Fault> {
        let layers = Layers::read(path, sets)?;
        if !layers.table.contains_key("scope") {
            let other = [
                (
                    "hall",
                    "this is a scenario, not a forecast",
                    "`coldaisle run` runs it; a forecast names it in a [[site]], scenario = \"…\"",
                ),
                (
                    "scenario",
                    "this is a study, not a forecast",
                    "`coldaisle sweep` runs it",
                ),
            ];
            if let Some((_, what, cure)) = other
                .iter()
                .find(|(key, ..)| layers.table.contains_key(*key))
            {
                return Err(Fault::new(*what, *cure).in_file(path, None));
            }
        }
        let file = layers.file(sets)?;
        Self::of(path, &layers, &file, cache).map_err(|fault| {
            // One in a scenario has its place there.
            if fault.file().is_some() && fault.line_column().is_some() {
                return fault;
            }
            layers.placed(fault)
        })
    }

    fn of(
        path: &Path,
        layers: &Layers,
        file: &ForecastFile,
        cache: Option<&Path>,
    ) -> Result<Self, Fault> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let text = layers.text.as_str();
        check(file)?;
        let table = layers.table.clone();
        let uncertain = Uncertain::of(file, table)?;
        let middle = uncertain.at(&vec![0.5; uncertain.names().len()])?;
        let document: DocumentMut = text.parse().unwrap_or_default();
        let sets: Vec<Vec<String>> = (0..file.site.len())
            .map(|site| text::assignments(&document, &["site", &site.to_string(), "set"], folder))
            .collect();
        let years = file.years.first..=file.years.last;
        let mut shared = Shared {
            plants: Vec::new(),
            calendars: years.map(Calendar::of).collect(),
            waits: None,
        };
        let metered = match &file.metered {
            Some(series) => {
                let of = Metered::of(series, (file.years.first, file.years.last));
                Some(of.map_err(|fault| fault.within("metered"))?)
            }
            None => None,
        };
        let count = (file.years.last - file.years.first + 1) as usize;
        let none = metered.as_ref().map(|_| vec![0.0; count]);
        // What is wrong with the figures is told before plants are made.
        Draw::new(&without_sites(&middle), &shared, none.as_deref())?;
        let (plants, mut inputs) = plants(file, &sets, folder, cache)?;
        inputs.extend(layers.inputs());
        shared.plants = plants;
        if file.uses.iter().any(|of| of.queues)
            && let Some(site) = file.site.first()
        {
            let base = Base::read(&folder.join(&site.scenario))?;
            let loaded = base.load(&sets[0])?;
            shared.waits = Some(WaitCurve::kept(&loaded, cache)?.0);
        }
        let forecast = Self {
            path: path.to_owned(),
            file: middle,
            text: text.to_owned(),
            inputs,
            uncertain,
            shared,
            metered,
        };
        forecast.draw(&vec![0.5; forecast.axes()])?;
        Ok(forecast)
    }

    /// A fault at a key of the file, with its place there.
    pub fn placed(&self, fault: Fault) -> Fault {
        match fault.key().and_then(|key| text::locate(&self.text, key)) {
            Some(span) => fault.in_text(&self.text, span),
            None => fault,
        }
        .in_file(&self.path, None)
    }

    /// Number of coordinates of a draw.
    pub fn axes(&self) -> usize {
        self.names().len()
    }

    /// Their names.
    pub fn names(&self) -> Vec<String> {
        let metered = self.metered.as_ref().map(Metered::names);
        let own = self.uncertain.names();
        own.into_iter()
            .chain(metered.into_iter().flatten())
            .collect()
    }

    /// The years asked for.
    pub fn years(&self) -> std::ops::RangeInclusive<i32> {
        self.file.years.first..=self.file.years.last
    }

    /// The file at a point of the unit cube.
    pub fn at(&self, point: &[f64]) -> Result<ForecastFile, Fault> {
        self.uncertain.at(point)
    }

    /// Makes sure that a point can be evaluated.
    fn draw(&self, point: &[f64]) -> Result<(), Fault> {
        let file = self.at(point)?;
        let metered = self.metered(point);
        let draw = Draw::new(&file, &self.shared, metered.as_deref())?;
        draw.year(0, &mut Space::default());
        Ok(())
    }
}

/// The file where no site decides anything, to be checked before plants are made.
fn without_sites(file: &ForecastFile) -> ForecastFile {
    let mut file = file.clone();
    // With a stated ratio no plant is asked.
    file.facility.pue = file.facility.pue.or(Some(1.0));
    file
}

/// What the reader cannot know.
fn check(file: &ForecastFile) -> Result<(), Fault> {
    if !is_name(&file.name) {
        let what = format!("'{}' cannot name a result folder", file.name);
        return Err(Fault::new(what, NAME_RULE).at("name"));
    }
    let years = file.years;
    if years.last < years.first || years.last - years.first >= MOST_YEARS {
        let what = format!("the years {} to {}", years.first, years.last);
        let cure = format!("give a first and a later last year, {MOST_YEARS} years apart at most");
        return Err(Fault::new(what, cure).at("years"));
    }
    if file.site.is_empty() {
        let cure = "add a [[site]] with a scenario: its cooling and climate";
        return Err(Fault::new("no site is given", cure).at("site"));
    }
    if file.generation.is_empty() && file.conventional.is_none() && file.crypto.is_none() {
        let cure = "add a [[generation]] of AI hardware, or [conventional]";
        return Err(Fault::new("there is nothing to count", cure));
    }
    if file.generation.is_empty() != file.uses.is_empty() {
        let (what, cure) = if file.uses.is_empty() {
            (
                "there are AI machines, and nothing says what they do",
                "add [[use]] tables, with busy = 0.5 and the like",
            )
        } else {
            (
                "there are uses, and no AI machines",
                "add a [[generation]] with its shipments",
            )
        };
        return Err(Fault::new(what, cure));
    }
    let names: [(&str, Vec<&str>); 6] = [
        (
            "generation",
            file.generation.iter().map(|of| of.name.as_str()).collect(),
        ),
        ("use", file.uses.iter().map(|of| of.name.as_str()).collect()),
        (
            "work",
            file.work.iter().map(|of| of.name.as_str()).collect(),
        ),
        ("cap", file.cap.iter().map(|of| of.name.as_str()).collect()),
        (
            "connection",
            file.connection.iter().map(|of| of.name.as_str()).collect(),
        ),
        (
            "site",
            file.site.iter().map(|of| of.name.as_str()).collect(),
        ),
    ];
    for (table, names) in &names {
        for (index, name) in names.iter().enumerate() {
            let at = format!("{table}[{index}].name");
            if !is_name(name) {
                return Err(Fault::new(format!("'{name}' is no name"), NAME_RULE).at(at));
            }
            if names[..index].contains(name) {
                let what = format!("two of [[{table}]] are called '{name}'");
                return Err(Fault::new(what, "give each a name of its own").at(at));
            }
        }
    }
    let checked = file
        .shipped_share
        .check(years.first..=years.last, (0.0, 1.0));
    checked.map_err(|fault| fault.at("shipped_share"))?;
    file.survival
        .check()
        .map_err(|fault| fault.within("survival"))?;
    for (index, cap) in file.cap.iter().enumerate() {
        let at = |key: &str| format!("cap[{index}].{key}");
        for (generation, per) in &cap.per_chip {
            if !names[0].1.contains(&generation.as_str()) {
                let what = format!("there is no generation '{generation}'");
                let cure = crate::describe::suggest(generation, names[0].1.iter().copied());
                return Err(Fault::new(what, cure).at(at("per_chip")));
            }
            if !(0.0..=1e12).contains(per) {
                let fault = Fault::new(format!("{per} a chip is out of range"), "use 0 to 1e12");
                return Err(fault.at(at("per_chip")));
            }
        }
        let given = cap.per_year.first()..=years.last.max(cap.per_year.first());
        let checked = cap.per_year.check(given, (0.0, 1e30));
        checked.map_err(|fault| fault.at(at("per_year")))?;
    }
    for (index, connection) in file.connection.iter().enumerate() {
        let at = |key: &str| format!("connection[{index}].{key}");
        let all = [
            ("requests", &connection.requests, 1e7),
            ("built", &connection.built, 1.0),
            ("realised", &connection.realised, 2.0),
        ];
        for (key, of, most) in all {
            let given = of.first().max(years.first)..=years.last;
            let checked = of.check(given, (0.0, most));
            checked.map_err(|fault| fault.at(at(key)))?;
        }
        let amounts = connection.requests.check_amounts(years.last);
        amounts.map_err(|fault| fault.at(at("requests")))?;
    }
    if let Some(crypto) = &file.crypto {
        let checked = crypto.gw.check(years.first..=years.last, (0.0, 1e4));
        checked.map_err(|fault| fault.at("crypto.gw"))?;
    }
    Ok(())
}
