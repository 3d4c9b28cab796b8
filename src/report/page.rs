//! The page around the sections: head, first screen, contents, foot.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Options;
use super::words::Words;
use crate::palette;

const STYLE: &str = concat!(
    include_str!("../../assets/report/page.css"),
    include_str!("../../assets/report/study.css"),
);
const SCRIPT: &str = include_str!("../../assets/report/page.js");

/// A figure of the first screen.
#[derive(Debug, Clone)]
pub(super) struct Headline {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) unit: String,
    /// Below it: its band, or what it is of.
    pub(super) note: String,
    /// Name in `summary.json` and value there, for those who check the page.
    pub(super) of: Option<(String, f64)>,
}

/// What touches the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Warning {
    pub(super) text: String,
    /// Work not done, limits not held: else a reservation.
    pub(super) grave: bool,
}

impl Warning {
    pub(super) fn grave(text: String) -> Self {
        Self { text, grave: true }
    }

    pub(super) fn mild(text: String) -> Self {
        Self { text, grave: false }
    }
}

/// A part of the page.
pub(super) struct Section {
    /// For links.
    pub(super) id: &'static str,
    pub(super) title: String,
    pub(super) body: Markup,
}

/// A page, whole.
pub(super) struct Page {
    /// What kind it is, over the question.
    pub(super) kind: String,
    pub(super) question: String,
    /// A sentence or two.
    pub(super) answer: Markup,
    /// How sure it is.
    pub(super) doubt: Markup,
    pub(super) headlines: Vec<Headline>,
    pub(super) warnings: Vec<Warning>,
    pub(super) sections: Vec<Section>,
    /// What traces it: scenario, versions, seeds, checksums.
    pub(super) foot: Markup,
}

impl Page {
    /// As a file.
    pub(super) fn render(&self, options: &Options, words: &Words) -> String {
        let colours: Vec<String> = palette::USES
            .iter()
            .map(|of| (format!("u-{}", of.key.replace('_', "-")), of.rgb))
            .chain([("u-cooling".to_owned(), palette::COOLING)])
            .map(|(name, [r, g, b])| format!("--{name}:#{r:02x}{g:02x}{b:02x};"))
            .collect();
        let colours = colours.concat();
        let page = html! {
            (DOCTYPE)
            html lang=(options.language.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
                    meta name="color-scheme" content="light dark";
                    meta name="generator" content={ "coldaisle " (env!("CARGO_PKG_VERSION")) };
                    meta name="description" content={ (self.kind) ": " (self.question) };
                    title { (self.question) }
                    style { (PreEscaped(format!(":root{{{colours}}}\n{STYLE}"))) }
                }
                body {
                    a.skip href="#content" { (words.page.skip) }
                    header.top {
                        p.kind { (self.kind) }
                        h1 { (self.question) }
                        div.answer { (self.answer) }
                        @if let Some(hall) = &options.hall {
                            p.hall { a href=(beside(hall)) { (words.page.hall) } }
                        }
                        dl.headlines { @for headline in &self.headlines { (tile(headline)) } }
                        @if !self.warnings.is_empty() {
                            section.warnings aria-labelledby="warnings" {
                                h2 id="warnings" { (words.page.warnings) }
                                ul { @for warning in &self.warnings { li.grave[warning.grave] { (warning.text) } } }
                            }
                        }
                        section.doubt aria-labelledby="doubt" {
                            h2 id="doubt" { (words.page.doubt) }
                            (self.doubt)
                        }
                    }
                    nav aria-label=(words.page.contents) {
                        ul { @for section in &self.sections { li { a href={ "#" (section.id) } { (section.title) } } } }
                    }
                    main id="content" tabindex="-1" {
                        noscript { p.note { (words.page.no_script) } }
                        @for section in &self.sections {
                            section id=(section.id) {
                                h2 id={ (section.id) "-h" } { (section.title) }
                                (section.body)
                            }
                        }
                    }
                    footer {
                        h2 { (words.page.foot) }
                        (self.foot)
                        p { (words.page.made_by) " " (env!("CARGO_PKG_VERSION")) }
                    }
                    p id="keys" hidden { (words.page.keys) }
                    div id="hint" role="status" aria-live="polite" hidden {}
                    script type="application/json" id="words" { (PreEscaped(script_words(words))) }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        page.into_string()
    }
}

/// A link to a file in the same folder; RFC 3986 names the characters that stay.
fn beside(name: &str) -> String {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let coded = name.bytes().map(|byte| match byte {
        byte if kept(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    format!("./{}", coded.collect::<String>())
}

fn tile(headline: &Headline) -> Markup {
    let (name, value) = match &headline.of {
        Some((name, value)) => (Some(name), Some(value)),
        None => (None, None),
    };
    html! {
        div {
            dt { (headline.name) }
            dd {
                b class=[(headline.value.len() > 9).then_some("long")] data-figure=[name] data-value=[value] { (headline.value) }
                @if !headline.unit.is_empty() { " " span.unit { (headline.unit) } }
                @if !headline.note.is_empty() { small { (headline.note) } }
            }
        }
    }
}

/// What the script says.
fn script_words(words: &Words) -> String {
    let all = serde_json::json!({
        "months": words.months,
        "filter": words.page.filter,
        "sort": words.page.sort,
        "shown": words.page.rows_shown,
    });
    all.to_string().replace('<', "\\u003c")
}

/// A cell of a table.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Text(String),
    /// As shown, and the value that it is sorted by.
    Number(String, f64),
    /// The same of a figure of `summary.json`, by its name and value there.
    Figure(String, String, f64),
    /// The same of a side of a comparison.
    Side(String, SideFigure),
}

/// What a cell of a comparison shows, for those who check the page.
#[derive(Debug, Clone)]
pub(super) struct SideFigure {
    /// Name in `summary.json`.
    pub(super) figure: String,
    /// Name of the side.
    pub(super) side: String,
    /// Its value there, or its difference to that of the first side.
    pub(super) value: f64,
    /// Whether it is the difference.
    pub(super) change: bool,
    /// What tables sort by.
    pub(super) rank: f64,
}

/// A table of its own, in the page as it stands; `sorted` lets readers sort and filter it.
pub(super) fn table(caption: &str, head: &[String], rows: &[Vec<Cell>], sorted: bool) -> Markup {
    let is_number = |column: usize| {
        rows.iter().all(|row| {
            row.get(column).is_none_or(|cell| match cell {
                Cell::Text(text) => text.is_empty(),
                _ => true,
            })
        })
    };
    let numeric: Vec<bool> = (0..head.len())
        .map(|column| column > 0 && is_number(column))
        .collect();
    html! {
        div.wide tabindex="0" role="region" aria-label=(caption) {
            table.sorted[sorted] data-sorted[sorted] {
                caption { (caption) }
                thead { tr { @for (name, number) in head.iter().zip(&numeric) { th.number[*number] scope="col" { (name) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for (index, cell) in row.iter().enumerate() {
                                @match cell {
                                    Cell::Text(text) if index == 0 => { th.long[text.chars().count() > 32] scope="row" { (text) } }
                                    Cell::Text(text) => { td.long[text.chars().count() > 40] { (text) } }
                                    Cell::Number(text, value) => { td data-sort=(value) { (text) } }
                                    Cell::Figure(text, name, value) => {
                                        td data-figure=(name) data-value=(value) { (text) }
                                    }
                                    Cell::Side(text, of) => {
                                        td data-sort=(of.rank) data-figure=[(!of.change).then_some(&of.figure)]
                                            data-change=[of.change.then_some(&of.figure)] data-side=(of.side) data-value=(of.value) { (text) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
