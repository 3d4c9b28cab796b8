//! Neighbouring racks that do the same, as spans: kept while single racks change, because a small job changes one or
//! two racks of hundreds.

/// Racks `from..to` on one mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RackSpan {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) mix: u32,
}

/// The spans of a hall, in order and without gaps; neighbours differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RackSpans {
    spans: Vec<RackSpan>,
}

impl RackSpans {
    /// All racks on one mix.
    pub(super) fn new(racks: usize, mix: u32) -> Self {
        let mut spans = Vec::with_capacity(racks);
        spans.push(RackSpan {
            from: 0,
            to: racks as u32,
            mix,
        });
        Self { spans }
    }

    pub(super) fn as_slice(&self) -> &[RackSpan] {
        &self.spans
    }

    /// Puts one rack on another mix.
    pub(super) fn set(&mut self, rack: u32, mix: u32) {
        let at = self.spans.partition_point(|span| span.to <= rack);
        let RackSpan { from, to, mix: old } = self.spans[at];
        if old == mix {
            return;
        }
        let is = |span: Option<&RackSpan>| span.is_some_and(|span| span.mix == mix);
        let joins_left = rack == from && at > 0 && is(self.spans.get(at - 1));
        let joins_right = rack + 1 == to && is(self.spans.get(at + 1));
        let alone = to - from == 1;
        match (joins_left, joins_right) {
            (true, true) => {
                self.spans[at - 1].to = self.spans[at + 1].to;
                self.spans.drain(at..at + 2);
            }
            (true, false) => {
                self.spans[at - 1].to += 1;
                self.spans[at].from += 1;
                if alone {
                    self.spans.remove(at);
                }
            }
            (false, true) => {
                self.spans[at + 1].from -= 1;
                self.spans[at].to -= 1;
                if alone {
                    self.spans.remove(at);
                }
            }
            (false, false) => {
                self.spans[at] = RackSpan {
                    from: rack,
                    to: rack + 1,
                    mix,
                };
                if rack + 1 < to {
                    let from = rack + 1;
                    self.spans.insert(at + 1, RackSpan { from, to, mix: old });
                }
                if from < rack {
                    let to = rack;
                    self.spans.insert(at, RackSpan { from, to, mix: old });
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
        /// After any changes the spans are those of the racks' mixes, counted from nothing.
        #[test]
        fn they_follow_the_racks(changes in prop::collection::vec((0..12u32, 0..3u32), 0..60)) {
            let mut racks = [0; 12];
            let mut spans = RackSpans::new(racks.len(), 0);
            for (rack, mix) in changes {
                racks[rack as usize] = mix;
                spans.set(rack, mix);
                let mut from = 0;
                let counted: Vec<RackSpan> = racks
                    .chunk_by(|a, b| a == b)
                    .map(|span| {
                        let to = from + span.len() as u32;
                        let span = RackSpan { from, to, mix: span[0] };
                        from = to;
                        span
                    })
                    .collect();
                prop_assert_eq!(spans.as_slice(), counted.as_slice());
            }
        }
    }
}
