//! Names of jobs and how they end.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a job ends when nothing in the datacenter goes wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// With success.
    #[default]
    Completed,
    /// Its user stops it.
    Cancelled,
    /// By a fault of its own.
    Failed,
}

/// Name of a job in its source trace: up to 31 bytes, the last where it is longer. Empty elsewhere.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Label {
    length: u8,
    bytes: [u8; 31],
}

impl Label {
    /// Keeps the end of `text`, where numbers are.
    pub fn new(text: &str) -> Self {
        let mut label = Self::default();
        let from = text.len().saturating_sub(label.bytes.len());
        let from = (from..=text.len()).find(|at| text.is_char_boundary(*at));
        let kept = from
            .and_then(|from| text.get(from..))
            .unwrap_or("")
            .as_bytes();
        if let Some(bytes) = label.bytes.get_mut(..kept.len()) {
            bytes.copy_from_slice(kept);
            label.length = kept.len() as u8;
        }
        label
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length));
        bytes
            .and_then(|b| std::str::from_utf8(b).ok())
            .unwrap_or("")
    }
}

impl std::fmt::Debug for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_keeps_the_end_of_a_long_name() {
        assert_eq!(Label::new("openb-pod-0017").as_str(), "openb-pod-0017");
        assert_eq!(Label::default().as_str(), "");
        let long = Label::new("application_1506638472019_10238");
        assert_eq!(long.as_str().len(), 31);
        // Not in the middle of a letter.
        let cut = Label::new(&format!("ü{}", "é".repeat(15)));
        assert_eq!(cut.as_str(), "é".repeat(15));
    }
}
