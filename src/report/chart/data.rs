//! The data of a chart: columns as JSON, from which the script makes hints, tables and downloads.

use std::fmt::Write as _;

use jiff::civil::Date;

/// How the script finds the row under the pointer.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) enum Hints {
    /// Rows lie along the picture from left to right, each at its place from 0 to 1; None: evenly, the first at the left edge.
    Along(Option<Vec<f64>>),
    /// Rows lie side by side, each with an equal share of the width.
    Beside,
    /// Elements name their row: `data-row`.
    Items,
    /// Hours of days: rows are hours, `hours` of them in a column that stands for `days` days, the first at the top.
    Cells {
        from: Date,
        days: usize,
        hours: usize,
    },
}

impl Hints {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Along(_) => "along",
            Self::Beside => "beside",
            Self::Items => "items",
            Self::Cells { .. } => "cells",
        }
    }
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct DataColumn {
    name: String,
    unit: String,
    cells: Cells,
}

#[derive(Debug, Clone, PartialEq)]
enum Cells {
    Numbers(Vec<f64>, usize),
    Words(Vec<String>),
}

impl DataColumn {
    /// Numbers to so many decimals.
    pub(in crate::report) fn numbers(
        name: impl Into<String>,
        unit: impl Into<String>,
        decimals: usize,
        values: Vec<f64>,
    ) -> Self {
        Self {
            name: name.into(),
            unit: unit.into(),
            cells: Cells::Numbers(values, decimals),
        }
    }

    /// Words.
    pub(in crate::report) fn words(name: impl Into<String>, words: Vec<String>) -> Self {
        Self {
            name: name.into(),
            unit: String::new(),
            cells: Cells::Words(words),
        }
    }
}

/// The table of a chart.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Data {
    /// Equally long; the first says what a row is.
    pub(in crate::report) columns: Vec<DataColumn>,
    pub(in crate::report) hints: Hints,
}

impl Data {
    /// For a `script` element: nothing in it can end the element.
    pub(super) fn json(&self, id: &str) -> String {
        let mut out = format!("{{\"id\":{}", quoted(id));
        if let Hints::Along(Some(places)) = &self.hints {
            out.push_str(",\"at\":");
            numbers(&mut out, places, 4);
        }
        if let Hints::Cells { from, days, hours } = self.hints {
            let _ = write!(
                out,
                ",\"from\":\"{from}\",\"days\":{days},\"hours\":{hours}"
            );
        }
        out.push_str(",\"columns\":[");
        for (index, column) in self.columns.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let _ = write!(
                out,
                "{comma}{{\"name\":{},\"unit\":{}",
                quoted(&column.name),
                quoted(&column.unit)
            );
            match &column.cells {
                Cells::Numbers(values, decimals) => {
                    let _ = write!(out, ",\"decimals\":{decimals},\"cells\":");
                    numbers(&mut out, values, *decimals);
                }
                Cells::Words(words) => {
                    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
                    let _ = write!(out, ",\"cells\":[{}]", words.join(","));
                }
            }
            out.push('}');
        }
        out.push_str("]}");
        out
    }
}

/// A string of JSON without `<`, so that no text ends a script.
pub(in crate::report) fn quoted(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.replace('<', "\\u003c")
}

/// A list of numbers, as short as it can be; null where there is none.
pub(in crate::report) fn numbers(out: &mut String, values: &[f64], decimals: usize) {
    out.push('[');
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        if value.is_finite() {
            let from = out.len();
            let _ = write!(out, "{value:.decimals$}");
            if out[from..].contains('.') {
                let short = out[from..]
                    .trim_end_matches('0')
                    .trim_end_matches('.')
                    .len();
                out.truncate(from + short);
            }
            if &out[from..] == "-0" {
                out.truncate(from);
                out.push('0');
            }
        } else {
            out.push_str("null");
        }
    }
    out.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_short_and_ends_no_script() {
        let data = Data {
            columns: vec![
                DataColumn::words("a</script>", vec!["\"x\"".into(), "<".into()]),
                DataColumn::numbers("b", "MW", 2, vec![1.0, -0.001]),
                DataColumn::numbers("c", "", 0, vec![f64::NAN, 1234.5]),
            ],
            hints: Hints::Along(Some(vec![0.0, 0.25])),
        };
        let text = data.json("x");
        assert!(!text.contains('<'));
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["columns"][0]["name"], "a</script>");
        assert!(
            text.contains("[1,0]") && text.contains("[null,1234]"),
            "{text}"
        );
        assert!(text.contains("\"at\":[0,0.25]"));
    }
}
