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
    }
}
