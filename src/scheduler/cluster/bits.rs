//! A set of small numbers that finds its lowest member in a few word operations.

/// Words of 64 members; a bit in the level above marks a word that is not empty.
#[derive(Debug, Clone)]
pub(super) struct Bits {
    levels: Vec<Vec<u64>>,
    len: u32,
}

impl Bits {
    /// The empty set of numbers below `size`.
    pub(super) fn empty(size: u32) -> Self {
        let mut levels = Vec::new();
        let mut words = size.div_ceil(64).max(1) as usize;
        loop {
            levels.push(vec![0; words]);
            if words == 1 {
                return Self { levels, len: 0 };
            }
            words = words.div_ceil(64);
        }
    }

    /// All numbers below `size`.
    pub(super) fn full(size: u32) -> Self {
        let mut bits = Self::empty(size);
        (0..size).for_each(|member| bits.insert(member));
        bits
    }

    pub(super) fn len(&self) -> u32 {
        self.len
    }

    pub(super) fn insert(&mut self, member: u32) {
        let mut at = member as usize;
        for level in &mut self.levels {
            let word = &mut level[at / 64];
            let before = *word;
            *word |= 1 << (at % 64);
            if before != 0 {
                break;
            }
            at /= 64;
        }
        self.len += 1;
    }

    pub(super) fn remove(&mut self, member: u32) {
        let mut at = member as usize;
        for level in &mut self.levels {
            let word = &mut level[at / 64];
            *word &= !(1 << (at % 64));
            if *word != 0 {
                break;
            }
            at /= 64;
        }
        self.len -= 1;
    }

    /// How many members follow each other from `from` on, itself a member; `most` at the most.
    pub(super) fn run(&self, from: u32, most: u32) -> u32 {
        let mut run = 0;
        while run < most {
            let at = (from + run) as usize;
            let Some(word) = self.levels[0].get(at / 64) else {
                break;
            };
            let here = (word >> (at % 64)).trailing_ones();
            run += here;
            if here < 64 - (at % 64) as u32 {
                break;
            }
        }
        run.min(most)
    }

    /// Adds numbers that follow each other, none of them a member; or takes them out, all of them members.
    pub(super) fn put_run(&mut self, from: u32, count: u32, insert: bool) {
        let (mut at, end) = (from as usize, (from + count) as usize);
        while at < end {
            let (word, bit) = (at / 64, at % 64);
            let next = end.min((word + 1) * 64);
            let mask = (u64::MAX >> (64 - (next - at))) << bit;
            let here = &mut self.levels[0][word];
            let before = *here;
            *here = if insert {
                before | mask
            } else {
                before & !mask
            };
            if (before == 0) != (*here == 0) {
                self.mark(word, insert);
            }
            at = next;
        }
        self.len = if insert {
            self.len + count
        } else {
            self.len - count
        };
    }

    /// A word of the lowest level is no longer empty, or is now.
    fn mark(&mut self, word: usize, filled: bool) {
        let mut at = word;
        for level in &mut self.levels[1..] {
            let word = &mut level[at / 64];
            let before = *word;
            if filled {
                *word |= 1 << (at % 64);
            } else {
                *word &= !(1 << (at % 64));
            }
            if (before == 0) == (*word == 0) {
                break;
            }
            at /= 64;
        }
    }

    /// The lowest member that is `from` or above.
    pub(super) fn next_from(&self, from: u32) -> Option<u32> {
        if from == 0 {
            return self.first();
        }
        let mut at = from as usize;
        for (depth, level) in self.levels.iter().enumerate() {
            let word = at / 64;
            let ahead = level.get(word)? & (u64::MAX << (at % 64));
            if ahead != 0 {
                let mut found = word * 64 + ahead.trailing_zeros() as usize;
                for lower in self.levels[..depth].iter().rev() {
                    found = found * 64 + lower[found].trailing_zeros() as usize;
                }
                return Some(found as u32);
            }
            at = word + 1;
        }
        None
    }

    /// The lowest member.
    pub(super) fn first(&self) -> Option<u32> {
        if self.len == 0 {
            return None;
        }
        let mut at = 0;
        for level in self.levels.iter().rev() {
            at = at * 64 + level[at].trailing_zeros() as usize;
        }
        Some(at as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        /// Behaves as an ordered set does.
        #[test]
        fn the_lowest_member_is_that_of_an_ordered_set(size in 1..20_000u32, picks in prop::collection::vec(any::<u32>(), 1..200)) {
            let (mut bits, mut set) = (Bits::empty(size), BTreeSet::new());
            for pick in picks {
                let member = pick % size;
                if set.remove(&member) { bits.remove(member) } else { set.insert(member); bits.insert(member) }
                prop_assert_eq!(bits.first(), set.first().copied());
                prop_assert_eq!(bits.len() as usize, set.len());
                let from = member / 2;
                prop_assert_eq!(bits.next_from(from), set.range(from..).next().copied());
                prop_assert_eq!(bits.next_from(member), set.range(member..).next().copied());
            }
            prop_assert_eq!(Bits::full(size).first(), Some(0));
        }

        /// Runs go in and out as their members do one by one.
        #[test]
        fn runs_are_their_members(size in 1..20_000u32, picks in prop::collection::vec((any::<u32>(), 1..300u32), 1..60)) {
            let (mut bits, mut set) = (Bits::empty(size), BTreeSet::new());
            for (pick, most) in picks {
                let from = pick % size;
                if set.contains(&from) {
                    let run = bits.run(from, most);
                    let counted = (from..from + most).take_while(|member| set.contains(member)).count();
                    prop_assert_eq!(run as usize, counted);
                    bits.put_run(from, run, false);
                    (from..from + run).for_each(|member| { set.remove(&member); });
                } else {
                    let run = (from..size.min(from + most)).take_while(|member| !set.contains(member)).count() as u32;
                    bits.put_run(from, run, true);
                    set.extend(from..from + run);
                }
                prop_assert_eq!(bits.first(), set.first().copied());
                prop_assert_eq!(bits.len() as usize, set.len());
                for from in [from, from / 2, from.saturating_sub(1)] {
                    prop_assert_eq!(bits.next_from(from), set.range(from..).next().copied());
                }
            }
        }
    }
}
