//! A text file, line by line.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use super::{Row, Rows};
use crate::describe::Fault;

/// No row of a trace is as long; memory is not filled by a file that is not text.
const LONGEST: u64 = 1 << 20;

/// Opens a file that the scenario names.
pub(super) fn open(path: &Path) -> Result<File, Fault> {
    let fault = |what: String| {
        Fault::new(what, "give a path relative to the scenario file").in_file(path, None)
    };
    let file = File::open(path).map_err(|error| fault(format!("cannot be read: {error}")))?;
    let about = file.metadata();
    if about.is_ok_and(|about| !about.is_file()) {
        return Err(fault("cannot be read: it is not a plain file".to_owned()));
    }
    Ok(file)
}

/// The rows of a file without header; blank lines and those that start with `comment` are none.
pub(super) fn rows<T>(
    path: &Path,
    comment: Option<char>,
    mut parse: impl FnMut(&str) -> Result<Option<T>, Fault> + Send + 'static,
) -> Result<Rows<T>, Fault> {
    let mut reader = BufReader::new(open(path)?);
    let (mut bytes, mut line, mut broken) = (Vec::new(), 0, false);
    Ok(Box::new(std::iter::from_fn(move || {
        loop {
            if broken {
                return None;
            }
            line += 1;
            match next(&mut reader, &mut bytes) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => {
                    broken = true;
                    let content = Err(Fault::bare(format!("cannot be read: {error}")));
                    return Some(Row { line, content });
                }
            }
            let content = match std::str::from_utf8(&bytes) {
                Err(_) => Err(Fault::bare("it is not UTF-8 text")),
                Ok(_) if bytes.len() as u64 >= LONGEST => {
                    Err(Fault::bare("it is longer than a megabyte"))
                }
                Ok(text) => {
                    let text = text.trim_start_matches('\u{feff}').trim();
                    if text.is_empty() || comment.is_some_and(|sign| text.starts_with(sign)) {
                        continue;
                    }
                    parse(text)
                }
            };
            return Some(Row { line, content });
        }
    })))
}

/// Reads a line, of which it keeps a megabyte; false at the end of the file.
fn next(reader: &mut BufReader<File>, bytes: &mut Vec<u8>) -> std::io::Result<bool> {
    bytes.clear();
    reader.by_ref().take(LONGEST).read_until(b'\n', bytes)?;
    if bytes.len() as u64 >= LONGEST && bytes.last() != Some(&b'\n') {
        reader.skip_until(b'\n')?;
    }
    Ok(!bytes.is_empty())
}

/// A plain number, finite.
pub(super) fn number(name: &str, cell: &str) -> Result<f64, Fault> {
    match cell.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err(Fault::bare(format!(
            "{name} {cell:?} is not a valid number"
        ))),
    }
}
