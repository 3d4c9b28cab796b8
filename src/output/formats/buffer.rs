//! Text that is put together in place: a cell is written where it will lie, without a copy or a look at the room left for
//! each of its characters.

/// Bytes that a cell may write at once.
pub(in crate::output) const WIDTH: usize = 32;

/// Text being put together.
#[derive(Debug)]
pub(in crate::output) struct Text {
    /// The first `len` are text, the others room.
    bytes: Vec<u8>,
    len: usize,
}

impl Text {
    /// Empty, with room for `bytes`; grows where that is not enough.
    pub(in crate::output) fn with_room(bytes: usize) -> Self {
        Self {
            bytes: vec![0; bytes.max(WIDTH)],
            len: 0,
        }
    }

    pub(in crate::output) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    pub(in crate::output) fn len(&self) -> usize {
        self.len
    }

    pub(in crate::output) fn clear(&mut self) {
        self.len = 0;
    }

    /// Lets `write` put its bytes behind the text; it returns how many they are.
    #[inline]
    pub(in crate::output) fn put(&mut self, write: impl FnOnce(&mut [u8; WIDTH]) -> usize) {
        if self.bytes.len() < self.len + WIDTH {
            self.grow(WIDTH);
        }
        if let Some(room) = self.bytes[self.len..].first_chunk_mut() {
            self.len += write(room).min(WIDTH);
        }
    }

    pub(in crate::output) fn push(&mut self, byte: u8) {
        self.put(|room| {
            room[0] = byte;
            1
        });
    }

    pub(in crate::output) fn extend(&mut self, bytes: &[u8]) {
        if self.bytes.len() < self.len + bytes.len() {
            self.grow(bytes.len());
        }
        self.bytes[self.len..][..bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    /// Takes the last byte back.
    pub(in crate::output) fn drop_last(&mut self) {
        self.len = self.len.saturating_sub(1);
    }

    #[cold]
    fn grow(&mut self, by: usize) {
        self.bytes.resize(2 * (self.len + by), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_and_is_used_again() {
        let mut text = Text::with_room(0);
        for i in 0..100 {
            text.extend(b"0123456789");
            text.push(b',');
            assert_eq!(text.len(), 11 * (i + 1));
        }
        assert_eq!(text.as_bytes(), b"0123456789,".repeat(100));
        text.clear();
        text.put(|room| {
            room[..3].copy_from_slice(b"end");
            3
        });
        assert_eq!(text.as_bytes(), b"end");
    }
}
