//! Neighbouring racks that do the same, as runs: kept while single racks change, because a small job changes one or
//! two racks of hundreds.

/// Racks `from..to` on one mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) mix: u32,
}

/// The runs of a hall, in order and without gaps; neighbours differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Runs {
    runs: Vec<Run>,
}

impl Runs {
    /// All racks on one mix.
    pub(super) fn new(racks: usize, mix: u32) -> Self {
        let mut runs = Vec::with_capacity(racks);
        runs.push(Run {
            from: 0,
            to: racks as u32,
            mix,
        });
        Self { runs }
    }

    pub(super) fn as_slice(&self) -> &[Run] {
        &self.runs
    }

    /// Puts one rack on another mix.
    pub(super) fn set(&mut self, rack: u32, mix: u32) {
        let at = self.runs.partition_point(|run| run.to <= rack);
        let Run { from, to, mix: old } = self.runs[at];
        if old == mix {
            return;
        }
        let is = |run: Option<&Run>| run.is_some_and(|run| run.mix == mix);
        let joins_left = rack == from && at > 0 && is(self.runs.get(at - 1));
        let joins_right = rack + 1 == to && is(self.runs.get(at + 1));
        let alone = to - from == 1;
        match (joins_left, joins_right) {
            (true, true) => {
                self.runs[at - 1].to = self.runs[at + 1].to;
                self.runs.drain(at..at + 2);
            }
            (true, false) => {
                self.runs[at - 1].to += 1;
                self.runs[at].from += 1;
                if alone {
                    self.runs.remove(at);
                }
            }
            (false, true) => {
                self.runs[at + 1].from -= 1;
                self.runs[at].to -= 1;
                if alone {
                    self.runs.remove(at);
                }
            }
            (false, false) => {
                self.runs[at] = Run {
                    from: rack,
                    to: rack + 1,
                    mix,
                };
                if rack + 1 < to {
                    let from = rack + 1;
                    self.runs.insert(at + 1, Run { from, to, mix: old });
                }
                if from < rack {
                    let to = rack;
                    self.runs.insert(at, Run { from, to, mix: old });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// After any changes the runs are those of the racks' mixes, counted from nothing.
        #[test]
        fn they_follow_the_racks(changes in prop::collection::vec((0..12u32, 0..3u32), 0..60)) {
            let mut racks = [0; 12];
            let mut runs = Runs::new(racks.len(), 0);
            for (rack, mix) in changes {
                racks[rack as usize] = mix;
                runs.set(rack, mix);
                let mut from = 0;
                let counted: Vec<Run> = racks
                    .chunk_by(|a, b| a == b)
                    .map(|run| {
                        let to = from + run.len() as u32;
                        let run = Run { from, to, mix: run[0] };
                        from = to;
                        run
                    })
                    .collect();
                prop_assert_eq!(runs.as_slice(), counted.as_slice());
            }
        }
    }
}
