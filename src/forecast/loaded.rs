//! A forecast as read: its file, its plants, and what is not known.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use toml_edit::DocumentMut;

use crate::bounded;
use crate::describe::Fault;
use crate::forecast::draws::metered::Metered;
use crate::forecast::draws::uncertain::Uncertain;
use crate::forecast::file::ForecastFile;
use crate::forecast::file::checks::check;
use crate::forecast::file::layers::{LONGEST_BYTES, Layers};
use crate::forecast::hours::Calendar;
use crate::forecast::model::{Draw, Shared};
use crate::forecast::plants::sites::plants;
use crate::forecast::plants::waits::WaitCurve;
use crate::output::Input;
use crate::scenario::{Base, text};

/// A forecast, read and checked.
pub struct Forecast {
    /// The file.
    pub path: PathBuf,
    /// As read, with what varies in the middle of its file.
    pub file: ForecastFile,
    /// Its text.
    pub text: String,
    /// The question that the file opens with; not those of its bases.
    pub question: Option<String>,
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
        let shared = Shared {
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
        let mut forecast = Self {
            path: path.to_owned(),
            file: middle,
            text: text.to_owned(),
            question: layers.question(),
            inputs: Vec::new(),
            uncertain,
            shared,
            metered,
        };
        // Wrong figures are reported before plants are made: first of the file itself, at its key.
        let metered = forecast.metered(&vec![0.5; forecast.axes()]);
        Draw::new(&forecast.file, &forecast.shared, metered.as_deref())?;
        forecast.check_corners()?;
        let (plants, mut inputs) = plants(file, &sets, folder, cache)?;
        inputs.extend(layers.inputs());
        forecast.inputs = inputs;
        forecast.shared.plants = plants;
        if file.uses.iter().any(|of| of.queues)
            && let Some(site) = file.site.first()
        {
            let base = Base::read(&folder.join(&site.scenario))?;
            let loaded = base.load(&sets[0])?;
            forecast.shared.waits = Some(WaitCurve::kept(&loaded, cache)?.0);
        }
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
        let metered = self.metered.as_ref().map_or(0, |of| of.names().len());
        self.uncertain.count() + metered
    }

    /// Their names.
    pub fn names(&self) -> Vec<String> {
        let mut names = self.uncertain.names();
        names.extend(self.metered.iter().flat_map(Metered::names).cloned());
        names
    }

    /// The years asked for.
    pub fn years(&self) -> std::ops::RangeInclusive<i32> {
        self.file.years.first..=self.file.years.last
    }

    /// The file at a point of the unit cube.
    pub fn at(&self, point: &[f64]) -> Result<ForecastFile, Fault> {
        self.uncertain.at(point)
    }
}
