//! Which tables a run leaves, in which format, and which of its jobs have a row.

use crate::output::table::Format;

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableName {
    /// One row for each interval of recording.
    Timeseries,
    /// One row for each rack.
    Racks,
    /// One row for each circuit of facility water, where there are several.
    Circuits,
    /// One row for each job that ended.
    Jobs,
    /// One row for each event.
    Events,
    /// One row for each calendar month, where anything has a price.
    Bill,
    /// `load_8760.csv`: one row for each hour.
    Load,
}

impl TableName {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Timeseries,
        Self::Racks,
        Self::Circuits,
        Self::Jobs,
        Self::Events,
        Self::Bill,
        Self::Load,
    ];

    /// Its file.
    pub fn file(self, format: Format) -> String {
        let name = match self {
            Self::Timeseries => "timeseries",
            Self::Racks => "racks",
            Self::Circuits => "circuits",
            Self::Jobs => "jobs",
            Self::Events => "events",
            Self::Bill => "bill",
            // What other tools read.
            Self::Load => return "load_8760.csv".into(),
        };
        format!("{name}.{}", format.extension())
    }
}

/// Requested outputs.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Of all tables but `load_8760.csv`.
    pub format: Format,
    /// These tables, as far as the run has something for them.
    pub tables: Vec<TableName>,
    /// Share of the jobs that have a row, 0 to 1.
    pub jobs_share: f64,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            format: Format::default(),
            tables: TableName::ALL.to_vec(),
            jobs_share: 1.0,
        }
    }
}

impl Wanted {
    /// Whether a table is to be written.
    pub fn has(&self, table: TableName) -> bool {
        self.tables.contains(&table)
    }
}

/// Chooses jobs by their number and the seed alone: the same jobs whatever the number of threads, and more of them where
/// the share is larger.
#[derive(Debug, Clone, Copy)]
pub(in crate::output) struct Sample {
    key: u64,
    /// Kept are those whose number mixes to less; None: all.
    below: Option<u64>,
}

impl Sample {
    pub(in crate::output) fn new(share: f64, seed: u64) -> Self {
        Self {
            key: mixed(seed),
            below: (share < 1.0).then(|| (share.max(0.0) * 2_f64.powi(64)) as u64),
        }
    }

    pub(in crate::output) fn keeps(self, job: u64) -> bool {
        self.below.is_none_or(|below| mixed(job ^ self.key) < below)
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea & Flood, 2014): every bit depends on every bit.
fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first output of the published generator with seed 0.
    #[test]
    fn numbers_are_mixed_as_published() {
        assert_eq!(mixed(0), 0xe220_a839_7b1d_cdaf);
    }

    /// 1 % of 100,000 is 1,000; four standard deviations of a fair choice are 126.
    #[test]
    fn a_share_is_a_share_and_a_larger_one_holds_it() {
        let kept = |share: f64, seed: u64| -> Vec<u64> {
            let sample = Sample::new(share, seed);
            (1..=100_000).filter(|job| sample.keeps(*job)).collect()
        };
        let (one, two) = (kept(0.01, 42), kept(0.02, 42));
        assert!((874..=1126).contains(&one.len()), "{}", one.len());
        assert!(one.iter().all(|job| two.contains(job)));
        assert_ne!(one, kept(0.01, 43));
        assert_eq!(kept(1.0, 42).len(), 100_000);
        assert_eq!(kept(0.0, 42).len(), 0);
    }
}
