//! A table as it is kept on disk.

use sha2::{Digest as _, Sha256};

use super::{HOURS, SiteTable};
use crate::forecast::plants::kept_files::{Reader, Writer};

/// A surface has fewer loads.
const MOST_NODES: usize = 64;

impl SiteTable {
    /// All figures, in an order of their own.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.f64s(&[self.utc_offset_h, self.design_it_w]);
        writer.text(&self.climate);
        writer.text(&self.accuracy);
        writer.count(self.nodes.len());
        writer.f32s(&self.nodes);
        for row in &self.rows {
            writer.f32s(row);
        }
        writer.0
    }

    /// None where the bytes are no table.
    pub(super) fn of_bytes(bytes: &[u8], key: &[u8; 32]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let (utc_offset_h, design_it_w) = (reader.f64()?, reader.f64()?);
        let (climate, accuracy) = (reader.text()?, reader.text()?);
        let count = reader
            .count()
            .filter(|count| (2..=MOST_NODES).contains(count))?;
        let nodes = reader.f32s(count)?;
        let mut row = || reader.f32s(count * HOURS);
        let rows = [row()?, row()?, row()?];
        let sound = reader.at_end() && nodes.is_sorted_by(|a, b| a < b);
        sound.then(|| {
            Self {
                utc_offset_h,
                design_it_w,
                climate,
                accuracy,
                checksum: String::new(),
                nodes,
                per_width: Vec::new(),
                rows,
            }
            .finished(key)
        })
    }

    pub(super) fn sum(&self, key: &[u8; 32]) -> [u8; 32] {
        let hash = Sha256::new_with_prefix(key).chain_update(self.to_bytes());
        hash.finalize().into()
    }
}
