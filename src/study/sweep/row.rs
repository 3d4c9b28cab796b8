//! The outcome of one run, and its line in a journal.
//!
//! ```text
//! INDEX <tab> OUTPUT,OUTPUT,… <tab> REASON <tab> CHECKSUM
//! ```
//!
//! Figures are the shortest decimals that read back as the same number; one that the run does not have is empty. A line that was
//! torn, or changed since, has another checksum.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// What a run left.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Number of the variation.
    pub index: u64,
    /// Outputs; NaN where the run has none.
    pub outputs: Vec<f64>,
    /// Why it failed; empty where it did not.
    pub failed: String,
}

impl Row {
    /// A run that failed.
    pub(in crate::study) fn failed(index: u64, outputs: usize, reason: &str) -> Self {
        let words: Vec<&str> = reason.split_whitespace().collect();
        Self {
            index,
            outputs: vec![f64::NAN; outputs],
            failed: if words.is_empty() {
                "failed".into()
            } else {
                words.join(" ")
            },
        }
    }

    /// Its line, ended.
    pub(super) fn line(&self) -> String {
        let mut line = format!("{}\t", self.index);
        for (at, output) in self.outputs.iter().enumerate() {
            if at > 0 {
                line.push(',');
            }
            if output.is_finite() {
                let _ = write!(line, "{output:?}");
            }
        }
        let _ = write!(line, "\t{}", self.failed);
        let sum = checksum(&line);
        let _ = writeln!(line, "\t{sum}");
        line
    }

    /// The number of the run of a line without its end; None where the line is not whole.
    pub(super) fn index_of(line: &str) -> Option<u64> {
        let (content, sum) = line.rsplit_once('\t')?;
        if checksum(content) != sum {
            return None;
        }
        content.split_once('\t')?.0.parse().ok()
    }

    /// The row of a line without its end.
    pub(super) fn of_line(line: &str) -> Option<Self> {
        let index = Self::index_of(line)?;
        let mut parts = line.split('\t').skip(1);
        let outputs = parts.next()?.split(',').map(|cell| match cell {
            "" => Some(f64::NAN),
            figure => figure.parse().ok(),
        });
        Some(Self {
            index,
            outputs: outputs.collect::<Option<_>>()?,
            failed: parts.next()?.to_owned(),
        })
    }
}

fn checksum(content: &str) -> String {
    let hash = Sha256::digest(content.as_bytes());
    hash[..8]
        .iter()
        .fold(String::with_capacity(16), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What is written is read; no part of a line is.
        #[test]
        fn a_line_is_read_whole_or_not_at_all(
            index in any::<u64>(),
            outputs in prop::collection::vec(prop_oneof![Just(f64::NAN), any::<f64>().prop_filter("finite", |x| x.is_finite())], 1..6),
            reason in prop_oneof![Just(String::new()), "[ -~\\t\\n]{0,40}"],
            cut in 0.0..1.0f64,
        ) {
            let row = if reason.is_empty() {
                Row { index, outputs, failed: String::new() }
            } else {
                Row::failed(index, outputs.len(), &reason)
            };
            let line = row.line();
            let whole = line.strip_suffix('\n').unwrap();
            prop_assert!(!whole.contains('\n'));
            let read = Row::of_line(whole).unwrap();
            prop_assert_eq!((read.index, &read.failed), (row.index, &row.failed));
            let bits = |row: &Row| row.outputs.iter().map(|of| of.is_finite().then_some(of.to_bits())).collect::<Vec<_>>();
            prop_assert_eq!(bits(&read), bits(&row));
            let part = &whole[..(cut * whole.len() as f64) as usize];
            prop_assert_eq!(Row::of_line(part), None);
        }
    }
}
