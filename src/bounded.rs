//! Reading a file named by the user: no further than such a file may reach. Pipes and devices have no length.

use std::io::{self, Read as _};
use std::path::Path;

/// The bytes of a file, or why it cannot be read; `most_bytes` is a whole number of binary megabytes.
pub(crate) fn read(path: &Path, most_bytes: u64) -> io::Result<Vec<u8>> {
    let file = std::fs::File::open(path)?;
    // With room to see the end.
    let length = file
        .metadata()
        .map_or(0, |about| about.len().min(most_bytes) + 1);
    let mut bytes = Vec::with_capacity(length as usize);
    file.take(most_bytes + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most_bytes {
        let what = format!("it is larger than {} MB", most_bytes >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_to_its_end_and_no_further_than_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, vec![b'x'; 1 << 20]).unwrap();
        assert_eq!(read(&path, 1 << 20).unwrap().len(), 1 << 20);
        std::fs::write(&path, vec![b'x'; (1 << 20) + 1]).unwrap();
        let error = read(&path, 1 << 20).unwrap_err();
        assert_eq!(error.to_string(), "it is larger than 1 MB");
        assert!(read(folder.path(), 1 << 20).is_err(), "a folder");
    }

    #[cfg(unix)]
    #[test]
    fn what_has_no_end_is_refused() {
        assert!(read(Path::new("/dev/zero"), 1 << 20).is_err());
    }
}
