//! What every part of a resolution reads, and what each leaves beside its result.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Input;
use crate::describe::{Fault, FilePath};
use crate::physics::climate_zone::Zone;
use crate::physics::fluids::Fluid;
use crate::scenario::catalogue::{self, Assembled, Catalogue};
use crate::scenario::{Loaded, Scenario, text};
use crate::weather::{Weather, zone};

/// A scenario as read, and the catalogue that its names refer to.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    loaded: &'a Loaded,
    pub(super) scenario: &'a Scenario,
    pub(super) catalogue: &'a Catalogue,
    /// The user's own entries, where there are any.
    pub(super) own: Option<&'a Assembled>,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        loaded: &'a Loaded,
        catalogue: &'a Catalogue,
        own: Option<&'a Assembled>,
    ) -> Self {
        Self {
            loaded,
            scenario: &loaded.scenario,
            catalogue,
            own,
        }
    }

    /// The text of the file.
    pub(super) fn text(self) -> &'a str {
        &self.loaded.text
    }

    /// An error at the place of a key.
    pub(super) fn error(
        self,
        key: &str,
        what: impl Into<String>,
        cure: impl Into<String>,
    ) -> Fault {
        self.located(Fault::new(what, cure).at(key))
    }

    /// What is wrong with the value of `key`, or with the file that it names, at the place of the key.
    pub(super) fn fault(self, key: &str, fault: Fault) -> Fault {
        self.located(fault.named_by(key))
    }

    /// The fault with the place of its key in the text.
    pub(super) fn located(self, fault: Fault) -> Fault {
        let text = self.text();
        match fault.key().and_then(|key| text::locate(text, key)) {
            Some(span) => fault.in_text(text, span),
            None => fault,
        }
    }

    /// The climate zone of the site: as stated, as published for a built-in climate, or by the degree days of its weather.
    pub(super) fn zone(self, weather: &Weather) -> Result<Zone, Fault> {
        let site = &self.scenario.site;
        if let Some(stated) = &site.ashrae_zone {
            return Zone::parse(stated).ok_or_else(|| {
                let what = format!("'{stated}' is no climate zone of ASHRAE 169");
                let cure =
                    "write its number, 0 to 8, and its letter, A humid, B dry or C marine: \"4A\"";
                self.error("site.ashrae_zone", what, cure)
            });
        }
        let published = site.climate.as_deref().and_then(zone::published);
        Ok(match published {
            Some(known) => weather.zone_from(known, site.warming_k),
            None => weather.zone(),
        })
    }

    /// A fluid of the catalogue.
    pub(super) fn fluid(self, name: &str) -> Result<Fluid, Fault> {
        catalogue::find(&self.catalogue.fluids, "fluid", name).cloned()
    }

    /// The folder of the scenario.
    pub(super) fn folder(self) -> &'a Path {
        self.loaded.path.parent().unwrap_or(Path::new(""))
    }

    /// A file that the scenario names, relative to its own.
    pub(super) fn beside(self, file: &FilePath) -> PathBuf {
        self.folder().join(file)
    }

    /// A file that the scenario names, as one that was read.
    pub(super) fn input(self, file: &FilePath) -> Input {
        Input {
            name: file.display().to_string(),
            path: self.beside(file),
        }
    }
}

/// Lines of `validate`: label and text; no label where a line continues the one above.
pub(super) type Lines = Vec<(String, String)>;

/// What a part has to say beside its result.
#[derive(Default)]
pub(super) struct Notes {
    /// What the user should know.
    pub(super) warnings: Vec<String>,
    /// What was read, found or sized.
    pub(super) lines: Lines,
    /// Files that were read.
    pub(super) inputs: Vec<Input>,
    /// Entries of the catalogue that sizing considered, also where the scenario names none.
    pub(super) considered: BTreeSet<String>,
}

impl Notes {
    pub(super) fn warn(&mut self, text: impl Into<String>) {
        self.warnings.push(text.into());
    }

    pub(super) fn line(&mut self, label: impl Into<String>, text: impl Into<String>) {
        self.lines.push((label.into(), text.into()));
    }

    /// Several lines under one label.
    pub(super) fn under(&mut self, label: String, lines: impl IntoIterator<Item = String>) {
        let mut label = label;
        for line in lines {
            self.line(std::mem::take(&mut label), line);
        }
    }
}
