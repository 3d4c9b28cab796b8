//! One file, whole or not at all.

#[cfg(unix)]
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file beside its name and moves it there. Fails with `AlreadyExists` where the name is taken and may not be
/// `replaced`, also where another process is faster.
pub fn write_whole(path: &Path, bytes: &[u8], replaced: bool) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As readable as any file: the system takes away what the user's umask takes away.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    if replaced {
        file.persist(path)?;
    } else {
        file.persist_noclobber(path)?;
    }
    Ok(())
}
