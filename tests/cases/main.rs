//! Situations out of other people's bug reports: each small input is answered rightly, or refused with a cure that works.
//! The inputs lie in `cases/` of the folder that `COLDAISLE_DATA` names; without it every test is
//! ignored, by its second attribute.

#[path = "../cli/lab.rs"]
#[expect(
    dead_code,
    reason = "shared with the tests of the command line, which use more of it"
)]
mod lab;

mod altitude;
mod meter;
mod series;
mod tariff;
mod water;
mod weather;

use std::fs;
use std::process::Command;

use lab::Lab;

/// A folder with the files of one case, unpacked; None, with a message, without the data.
fn case(name: &str) -> Option<Lab> {
    let Some(data) = std::env::var_os("COLDAISLE_DATA") else {
        println!("skipped: COLDAISLE_DATA is not set");
        return None;
    };
    let folder = std::path::Path::new(&data).join("cases").join(name);
    let lab = Lab::new();
    for entry in
        fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
    {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap();
        if let Some(plain) = file.strip_suffix(".gz") {
            let unpacked = Command::new("gzip").arg("-dc").arg(&path).output().unwrap();
            assert!(unpacked.status.success(), "gzip of {}", path.display());
            lab.write(plain, unpacked.stdout);
        } else {
            lab.write(file, fs::read(&path).unwrap());
        }
    }
    Some(lab)
}
