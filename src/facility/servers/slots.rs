//! A list whose places are reused: indices stay valid while their entry lives.

/// Entries at stable indices.
#[derive(Debug, Clone)]
pub(super) struct Slots<T> {
    entries: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl<T> Slots<T> {
    /// Puts an entry into the place freed last, or at the end.
    pub(super) fn insert(&mut self, entry: T) -> u32 {
        if let Some(index) = self.free.pop() {
            self.entries[index as usize] = Some(entry);
            index
        } else {
            self.entries.push(Some(entry));
            (self.entries.len() - 1) as u32
        }
    }

    /// Entries that live.
    pub(super) fn len(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    /// Whether there is an entry at an index.
    pub(super) fn is_live(&self, index: u32) -> bool {
        self.entries[index as usize].is_some()
    }

    /// The entry at an index that `insert` gave and `remove` has not taken back.
    pub(super) fn get(&self, index: u32) -> &T {
        self.entries[index as usize].as_ref().expect("a live slot")
    }

    /// As `get`, to change it.
    pub(super) fn get_mut(&mut self, index: u32) -> &mut T {
        self.entries[index as usize].as_mut().expect("a live slot")
    }

    /// Takes an entry out and frees its place.
    pub(super) fn remove(&mut self, index: u32) -> T {
        self.free.push(index);
        self.entries[index as usize].take().expect("a live slot")
    }

    /// The live entries with their index, in its order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        let entries = self.entries.iter().enumerate();
        entries.filter_map(|(index, entry)| Some((index, entry.as_ref()?)))
    }

    /// As `iter`, to change them.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (usize, &mut T)> {
        let entries = self.entries.iter_mut().enumerate();
        entries.filter_map(|(index, entry)| Some((index, entry.as_mut()?)))
    }
}
