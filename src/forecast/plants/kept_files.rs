//! Results of the engine that are kept on disk from one forecast to the next.
//!
//! ```text
//! FOLDER/KIND-0.1.0-BUILD-KEY.bin     magic · key, 32 bytes · length, u64 · content · SHA-256 of all before        little endian
//! ```
//!
//! `BUILD` stands for the sources of the program and `KEY` for all that the content follows from, so a file is only ever found by what
//! would write the same bytes. A file that is short, damaged or another's is made again. Two processes at once may
//! both make one: each writes beside and renames. A folder that cannot be written costs the time of making it again, no more.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::bounded;
use crate::output::write_whole;

/// Where a kept result came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Found on disk, whole.
    Found,
    /// Made by the engine.
    Made,
    /// Made by the engine, as what was on disk was damaged.
    MadeAgain,
}

/// The folder of kept results: `given`, or else `$COLDAISLE_CACHE`, `$XDG_CACHE_HOME/coldaisle` or `~/.cache/coldaisle`. None where
/// none of them is set: nothing is kept then.
pub fn cache_folder(given: Option<&Path>) -> Option<PathBuf> {
    folder_by(given, |name| std::env::var_os(name))
}

fn folder_by(given: Option<&Path>, get: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let named = |name: &str| get(name).filter(|value| !value.is_empty());
    // Relative paths there are to be ignored (XDG Base Directory Specification).
    let absolute = |name: &str| {
        named(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    given
        .map(Path::to_owned)
        .or_else(|| named("COLDAISLE_CACHE").map(PathBuf::from))
        .or_else(|| absolute("XDG_CACHE_HOME").map(|folder| folder.join("coldaisle")))
        .or_else(|| absolute("HOME").map(|folder| folder.join(".cache").join("coldaisle")))
}

const MAGIC: &[u8; 16] = b"coldaisle kept 1";
const SHA: usize = 32;
/// Magic, key and length.
const HEAD: usize = MAGIC.len() + SHA + 8;
/// A table of nine loads takes one.
const MOST_BYTES: u64 = 64 << 20;

/// One kept result: its kind, and the checksum of all that it follows from.
pub(in crate::forecast) struct KeptFile {
    key: [u8; SHA],
    path: Option<PathBuf>,
}

impl KeptFile {
    /// In `folder`, or nowhere. `decides`: all that the content follows from, in this build of the program.
    pub(in crate::forecast) fn new(folder: Option<&Path>, kind: &str, decides: &str) -> Self {
        let build = concat!(env!("CARGO_PKG_VERSION"), "-", env!("COLDAISLE_SOURCES"));
        let mut hash = Sha256::new();
        for part in [kind, build, decides] {
            // With its length, so that no text can move from one part to the next.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let key: [u8; SHA] = hash.finalize().into();
        let name = format!("{kind}-{build}-{}.bin", &hex(&key)[..24]);
        Self {
            path: folder.map(|folder| folder.join(name)),
            key,
        }
    }

    /// The same for the same content.
    pub(in crate::forecast) fn key(&self) -> &[u8; SHA] {
        &self.key
    }

    /// What was found and could be read, or else what `make` makes, which is kept.
    ///
    /// # Errors
    /// Those of `make`: no fault of the disk is one.
    pub(in crate::forecast) fn get_or<T, E>(
        &self,
        read: impl Fn(&[u8]) -> Option<T>,
        make: impl FnOnce() -> Result<T, E>,
        written: impl Fn(&T) -> Vec<u8>,
    ) -> Result<(T, Origin), E> {
        let mut origin = Origin::Made;
        if let Some(path) = &self.path
            && let Ok(bytes) = bounded::read(path, MOST_BYTES)
        {
            if let Some(value) = self.content(&bytes).and_then(&read) {
                return Ok((value, Origin::Found));
            }
            origin = Origin::MadeAgain;
        }
        let value = make()?;
        if let Some(path) = &self.path {
            let folder = path.parent().unwrap_or(Path::new("."));
            let kept = fs::create_dir_all(folder)
                .and_then(|()| write_whole(path, &self.framed(&written(&value)), true));
            // The next forecast makes it again.
            drop(kept);
        }
        Ok((value, origin))
    }

    fn framed(&self, content: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + content.len() + SHA);
        bytes.extend(MAGIC);
        bytes.extend(self.key);
        bytes.extend((content.len() as u64).to_le_bytes());
        bytes.extend(content);
        let checksum = Sha256::digest(&bytes);
        bytes.extend(checksum);
        bytes
    }

    fn content<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let (before, checksum) = bytes.split_at_checked(bytes.len().checked_sub(SHA)?)?;
        let (head, content) = before.split_at_checked(HEAD)?;
        let sound = head.starts_with(MAGIC)
            && head[MAGIC.len()..][..SHA] == self.key
            && head[MAGIC.len() + SHA..] == (content.len() as u64).to_le_bytes()
            && Sha256::digest(before)[..] == *checksum;
        sound.then_some(content)
    }
}

/// In hexadecimal digits.
pub(in crate::forecast) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing into a string cannot fail
        text
    })
}

/// Takes the figures of a kept result one after the other; None where too few bytes are left.
pub(in crate::forecast) struct Reader<'a>(pub(in crate::forecast) &'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    /// A number that a size or a length was written as.
    pub(in crate::forecast) fn count(&mut self) -> Option<usize> {
        let bytes = self.take(8)?.try_into().ok()?;
        usize::try_from(u64::from_le_bytes(bytes)).ok()
    }

    pub(in crate::forecast) fn f64(&mut self) -> Option<f64> {
        Some(f64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    pub(in crate::forecast) fn f64s(&mut self, count: usize) -> Option<Vec<f64>> {
        let bytes = self.take(count.checked_mul(8)?)?;
        let (eights, _) = bytes.as_chunks::<8>();
        Some(
            eights
                .iter()
                .map(|eight| f64::from_le_bytes(*eight))
                .collect(),
        )
    }

    pub(in crate::forecast) fn f32s(&mut self, count: usize) -> Option<Vec<f32>> {
        let bytes = self.take(count.checked_mul(4)?)?;
        let (quads, _) = bytes.as_chunks::<4>();
        Some(quads.iter().map(|quad| f32::from_le_bytes(*quad)).collect())
    }

    pub(in crate::forecast) fn text(&mut self) -> Option<String> {
        let length = self.count()?;
        String::from_utf8(self.take(length)?.to_vec()).ok()
    }

    /// Whether nothing is left over.
    pub(in crate::forecast) fn at_end(&self) -> bool {
        self.0.is_empty()
    }
}

/// Puts down figures as [`Reader`] takes them.
#[derive(Default)]
pub(in crate::forecast) struct Writer(pub(in crate::forecast) Vec<u8>);

impl Writer {
    pub(in crate::forecast) fn count(&mut self, count: usize) {
        self.0.extend((count as u64).to_le_bytes());
    }

    pub(in crate::forecast) fn f64s(&mut self, values: &[f64]) {
        self.0
            .extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }

    pub(in crate::forecast) fn f32s(&mut self, values: &[f32]) {
        self.0
            .extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }

    pub(in crate::forecast) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(file: &KeptFile, make: &str) -> (String, Origin) {
        let read = |bytes: &[u8]| {
            let mut reader = Reader(bytes);
            reader.text().filter(|_| reader.at_end())
        };
        let written = |text: &String| {
            let mut writer = Writer::default();
            writer.text(text);
            writer.0
        };
        file.get_or(read, || Ok::<_, ()>(make.to_owned()), written)
            .unwrap()
    }

    #[test]
    fn what_was_kept_is_found_and_what_is_damaged_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let deeper = folder.path().join("not/there/yet");
        let file = KeptFile::new(Some(&deeper), "x", "a");
        assert_eq!(get(&file, "one"), ("one".into(), Origin::Made));
        assert_eq!(get(&file, "two"), ("one".into(), Origin::Found));
        let path = file.path.as_ref().unwrap();
        let whole = fs::read(path).unwrap();
        assert_eq!(fs::read_dir(&deeper).unwrap().count(), 1);
        // Every byte counts, and so does the number of them.
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            assert_eq!(file.content(&bytes), None, "byte {at}");
            assert_eq!(file.content(&whole[..at]), None, "{at} bytes");
        }
        let mut longer = whole.clone();
        longer.push(0);
        assert_eq!(file.content(&longer), None);
        fs::write(path, &whole[..whole.len() - 1]).unwrap();
        assert_eq!(get(&file, "one"), ("one".into(), Origin::MadeAgain));
        assert_eq!(fs::read(path).unwrap(), whole);
        // A sound file under another's name is not taken.
        let other = KeptFile::new(Some(&deeper), "x", "b");
        fs::copy(path, other.path.as_ref().unwrap()).unwrap();
        assert_eq!(get(&other, "b"), ("b".into(), Origin::MadeAgain));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_no_fault() {
        let folder = tempfile::tempdir().unwrap();
        let in_the_way = folder.path().join("file");
        fs::write(&in_the_way, "mine").unwrap();
        let file = KeptFile::new(Some(&in_the_way), "x", "a");
        assert_eq!(get(&file, "one"), ("one".into(), Origin::Made));
        assert_eq!(get(&file, "two"), ("two".into(), Origin::Made));
        assert_eq!(fs::read(&in_the_way).unwrap(), b"mine");
        let nowhere = KeptFile::new(None, "x", "a");
        assert_eq!(get(&nowhere, "three"), ("three".into(), Origin::Made));
        assert_eq!(nowhere.key(), file.key());
    }

    #[test]
    fn the_folder_is_the_first_that_is_named() {
        let all = |name: &str| {
            Some(OsString::from(match name {
                "COLDAISLE_CACHE" => "kept",
                "XDG_CACHE_HOME" => "/x",
                _ => "/home/a",
            }))
        };
        let path = |text: &str| Some(PathBuf::from(text));
        assert_eq!(folder_by(Some(Path::new("g")), all), path("g"));
        assert_eq!(folder_by(None, all), path("kept"));
        let empty = |name: &str| {
            all(name)
                .filter(|_| name != "COLDAISLE_CACHE")
                .or(Some("".into()))
        };
        assert_eq!(folder_by(None, empty), path("/x/coldaisle"));
        let home = |name: &str| match name {
            "HOME" => all(name),
            _ => Some("relative".into()).filter(|_| name == "XDG_CACHE_HOME"),
        };
        assert_eq!(folder_by(None, home), path("/home/a/.cache/coldaisle"));
        assert_eq!(folder_by(None, |_| None), None);
    }
}
