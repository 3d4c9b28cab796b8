//! Tells the tests whether outside data is at hand: those that need it are `ignored`, and counted so, where it is not. Tells the
//! program which sources it was built from: what another build kept on disk is not its own.

use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-env-changed=COLDAISLE_DATA");
    println!("cargo::rustc-check-cfg=cfg(outside_data)");
    if std::env::var_os("COLDAISLE_DATA").is_some_and(|folder| !folder.is_empty()) {
        println!("cargo::rustc-cfg=outside_data");
    }
    let mut files = Vec::new();
    for folder in ["src", "assets"] {
        println!("cargo::rerun-if-changed={folder}");
        list(Path::new(folder), &mut files);
    }
    files.sort();
    let mut hash = FNV_OFFSET;
    for file in &files {
        let name = file.to_string_lossy().replace('\\', "/");
        hash = fnv(hash, name.as_bytes());
        hash = fnv(hash, &fs::read(file).unwrap_or_default());
    }
    println!("cargo::rustc-env=COLDAISLE_SOURCES={hash:016x}");
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(&path, files);
        } else {
            files.push(path);
        }
    }
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a: the standard library's own hash may change with the compiler.
fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(hash, fold)
}
