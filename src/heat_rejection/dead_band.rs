//! A switch with a dead band: it turns on where something is worth it by a margin, and off only where it is not at all.

/// On or off, and how far apart the two thresholds are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct DeadBand {
    pub(super) width_k: f64,
    pub(super) on: bool,
}

impl DeadBand {
    pub(super) fn new(width_k: f64) -> Self {
        Self { width_k, on: false }
    }

    /// On from `margin_k ≥ width`, off below zero, as it was in between.
    pub(super) fn decide(&mut self, margin_k: f64) {
        self.on = if self.on {
            margin_k >= 0.0
        } else {
            margin_k >= self.width_k
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_remembers_between_its_thresholds() {
        let mut band = DeadBand::new(1.0);
        let seen = [0.5, 1.0, 0.5, 0.0, -0.1, 0.9].map(|margin_k| {
            band.decide(margin_k);
            band.on
        });
        assert_eq!(seen, [false, true, true, true, false, false]);
    }
}
