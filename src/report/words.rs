//! The words of the pages: one file for each language, `assets/report/LANGUAGE.toml`. What is not translated there shows in English.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::metrics::figures::Figure;

/// A language of the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Traditional Chinese as in Taiwan.
    ZhTw,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::En, Self::ZhTw];

    /// As HTML and the command line name it.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhTw => "zh-TW",
        }
    }

    pub(super) fn words(self) -> Result<&'static Words, String> {
        static EN: LazyLock<Result<Words, String>> =
            LazyLock::new(|| read(include_str!("../../assets/report/en.toml")));
        static ZH_TW: LazyLock<Result<Words, String>> =
            LazyLock::new(|| read(include_str!("../../assets/report/zh-TW.toml")));
        let words = match self {
            Self::En => &*EN,
            Self::ZhTw => &*ZH_TW,
        };
        words.as_ref().map_err(Clone::clone)
    }
}

fn read(text: &str) -> Result<Words, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}

/// Puts values in place of `{name}`.
pub(super) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = text.to_owned();
    for (name, value) in values {
        filled = filled.replace(&format!("{{{name}}}"), value);
    }
    filled
}

/// All words of a language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// Short names of the months, from January.
    pub(super) months: [String; 12],
    /// Uses and sources of energy by name.
    pub(super) uses: BTreeMap<String, String>,
    /// Names of figures that stand alone; one that is not among them shows its meaning.
    pub(super) figures: BTreeMap<String, String>,
    /// Classes of jobs.
    classes: BTreeMap<String, String>,
    pub(super) page: PageWords,
    pub(super) run: super::run::RunWords,
    pub(super) comparison: super::comparison::ComparisonWords,
    pub(super) forecast: super::forecast::ForecastWords,
    pub(super) study: super::study::StudyWords,
}

impl Words {
    /// A use or source of energy.
    pub(super) fn energy_use<'a>(&'a self, key: &'a str) -> &'a str {
        self.uses.get(key).map_or(key, String::as_str)
    }

    /// The name of a figure, which stands alone.
    pub(super) fn figure(&self, figure: &Figure) -> String {
        if let Some(name) = self.figures.get(&figure.name()) {
            return name.clone();
        }
        // Groups of a class have the figures of all jobs.
        if let Some(class) = figure.group.strip_prefix("jobs_")
            && let Some(name) = self.figures.get(&format!("jobs.{}", figure.key))
        {
            let class = self.classes.get(class).map_or(class, String::as_str);
            return format!("{class}: {name}");
        }
        figure.meaning()
    }
}

/// Words around every page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PageWords {
    pub(super) skip: String,
    pub(super) contents: String,
    pub(super) keys: String,
    pub(super) table: String,
    pub(super) download: String,
    pub(super) filter: String,
    pub(super) sort: String,
    pub(super) rows_shown: String,
    pub(super) warnings: String,
    pub(super) doubt: String,
    pub(super) foot: String,
    pub(super) made_by: String,
    pub(super) scenario: String,
    pub(super) seed: String,
    pub(super) version: String,
    pub(super) inputs: String,
    pub(super) all_figures: String,
    pub(super) figure: String,
    pub(super) value: String,
    pub(super) unit: String,
    pub(super) key: String,
    pub(super) meaning: String,
    pub(super) no_script: String,
    pub(super) weight: String,
    pub(super) more_more: String,
    pub(super) more_less: String,
    pub(super) hall: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_read_and_have_the_same_words() {
        for language in Language::ALL {
            if let Err(error) = language.words() {
                panic!("{}: {error}", language.tag());
            }
        }
        let [en, zh] = Language::ALL.map(|language| language.words().unwrap());
        let keys = |words: &BTreeMap<String, String>| words.keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&en.uses), keys(&zh.uses));
        assert_eq!(keys(&en.classes), keys(&zh.classes));
        assert_eq!(keys(&en.figures), keys(&zh.figures));
        // A figure without a name here shows its meaning; a name without a figure is left over.
        let known = crate::metrics::Summary::default().table();
        let known: Vec<String> = known
            .iter()
            .map(|(figure, _)| {
                let jobs = figure.group.starts_with("jobs_");
                format!(
                    "{}.{}",
                    if jobs { "jobs" } else { figure.group },
                    figure.key
                )
            })
            .collect();
        for name in en.figures.keys() {
            assert!(known.contains(name), "{name} is no figure");
        }
    }

    #[test]
    fn values_take_the_place_of_their_names() {
        assert_eq!(fill("{a} of {b}", &[("a", "1"), ("b", "{x}")]), "1 of {x}");
    }
}
