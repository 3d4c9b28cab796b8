//! What was made before and may be asked for again: weather years, tables of servers. A study runs one site hundreds of times.
//!
//! One list for the process, as runs of a program share no owner but it. It holds the last few values, so that a study over hundreds
//! of places holds no more memory than one over a few. Only what follows from its key alone is kept here: whether it
//! was found or made anew, by which run and in which order, cannot be seen in results.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The last values that were kept, each with what it was made from; the oldest first.
pub(crate) struct Kept<K, V> {
    most: usize,
    entries: Mutex<Vec<(K, V)>>,
}

impl<K: PartialEq, V> Kept<K, V> {
    /// At most so many.
    pub(crate) const fn new(most: usize) -> Self {
        Self {
            most,
            entries: Mutex::new(Vec::new()),
        }
    }

    /// How many it holds.
    #[cfg(test)]
    pub(crate) fn most(&self) -> usize {
        self.most
    }

    fn entries(&self) -> MutexGuard<'_, Vec<(K, V)>> {
        // A thread that panicked while it held the lock left whole entries behind.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a value out: nobody else has it until it is kept again.
    pub(crate) fn take(&self, of: impl Fn(&K) -> bool) -> Option<(K, V)> {
        let mut entries = self.entries();
        let at = entries.iter().rposition(|(key, _)| of(key))?;
        Some(entries.remove(at))
    }

    /// Keeps a value, which becomes the latest; one of the same key stays where `twice`, and gives way otherwise.
    pub(crate) fn keep(&self, key: K, value: V, twice: bool) {
        let mut entries = self.entries();
        if !twice {
            entries.retain(|(other, _)| *other != key);
        }
        if entries.len() >= self.most {
            entries.remove(0);
        }
        entries.push((key, value));
    }
}

impl<K: PartialEq, V: Clone> Kept<K, V> {
    /// A copy of a value, or the one that `make` makes. Two threads that ask at once may both make it.
    pub(crate) fn get_or<E>(
        &self,
        of: impl Fn(&K) -> bool,
        make: impl FnOnce() -> Result<(K, V), E>,
    ) -> Result<V, E> {
        let found = {
            let mut entries = self.entries();
            let at = entries.iter().rposition(|(key, _)| of(key));
            at.map(|at| {
                let entry = entries.remove(at);
                let value = entry.1.clone();
                entries.push(entry);
                value
            })
        };
        if let Some(value) = found {
            return Ok(value);
        }
        let (key, value) = make()?;
        self.keep(key, value.clone(), false);
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_few_are_kept_and_what_fails_is_not() {
        let kept = Kept::new(2);
        let made = std::cell::Cell::new(0);
        let get = |key: u32| {
            let make = || {
                made.set(made.get() + 1);
                if key > 9 {
                    Err(())
                } else {
                    Ok((key, 10 * key))
                }
            };
            kept.get_or(|of| *of == key, make)
        };
        assert_eq!(
            [1, 2, 1, 3, 1, 2].map(get),
            [Ok(10), Ok(20), Ok(10), Ok(30), Ok(10), Ok(20)]
        );
        // 1, 2 and 3 once each, and 2 again after 3 took its place.
        assert_eq!(made.get(), 4);
        assert_eq!([10, 10].map(get), [Err(()); 2]);
        assert_eq!(made.get(), 6);
    }

    #[test]
    fn what_is_taken_is_gone_until_it_is_kept_again() {
        let kept = Kept::new(3);
        kept.keep('a', 1, true);
        kept.keep('a', 2, true);
        assert_eq!(kept.take(|key| *key == 'a'), Some(('a', 2)));
        assert_eq!(kept.take(|key| *key == 'a'), Some(('a', 1)));
        assert_eq!(kept.take(|key| *key == 'a'), None);
        kept.keep('a', 3, false);
        kept.keep('a', 4, false);
        assert_eq!(kept.take(|key| *key == 'a'), Some(('a', 4)));
        assert_eq!(kept.take(|key| *key == 'a'), None);
    }
}
