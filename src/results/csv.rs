//! CSV as this program writes it: commas, a header, every row as long as the header.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder};

use super::{DAMAGED, MAX_BYTES, Table, Values};
use crate::describe::Fault;

pub(super) fn read(path: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<Table, Fault> {
    let mut words = Vec::new();
    // Which columns hold words is known when all rows have been seen; a second time they are kept as such.
    loop {
        let known = words.len();
        let table = once(path, wanted, &mut words)?;
        if words.len() == known {
            return Ok(table);
        }
    }
}

/// Reads the file once; columns that turn out to hold words are added to `words`.
fn once(
    path: &Path,
    wanted: &dyn Fn(&str) -> bool,
    words: &mut Vec<usize>,
) -> Result<Table, Fault> {
    let fault = |what: String, line| Fault::new(what, DAMAGED).in_file(path, line);
    let file = File::open(path).map_err(|error| fault(error.to_string(), None))?;
    let bytes = file.metadata().map_or(0, |about| about.len());
    if bytes > MAX_BYTES {
        return Err(fault(
            format!("it is larger than {} GB", MAX_BYTES >> 30),
            None,
        ));
    }
    if !ends_with_a_row(&file).map_err(|error| fault(error.to_string(), None))? {
        return Err(fault("its last row is not whole".into(), None));
    }
    let mut reader = ReaderBuilder::new()
        .buffer_capacity(1 << 16)
        .from_reader(file);
    let header = reader.headers().map_err(|error| of_csv(path, &error))?;
    let names: Vec<String> = header.iter().map(str::to_owned).collect();
    let kept: Vec<usize> = (0..names.len()).filter(|at| wanted(&names[*at])).collect();
    let mut columns: Vec<Values> = kept
        .iter()
        .map(|at| {
            if words.contains(at) {
                Values::Words(Vec::new())
            } else {
                Values::Numbers(Vec::new())
            }
        })
        .collect();
    let (mut record, mut rows, mut found) = (ByteRecord::new(), 0, Vec::new());
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(false) => break,
            Ok(true) => rows += 1,
            Err(error) => return Err(of_csv(path, &error)),
        }
        for (at, column) in kept.iter().zip(&mut columns) {
            let cell = std::str::from_utf8(record.get(*at).unwrap_or_default());
            let line = record.position().map(csv::Position::line);
            let cell = cell.map_err(|error| fault(error.to_string(), line))?;
            match column {
                Values::Words(words) => words.push(cell.to_owned()),
                Values::Numbers(numbers) if cell.is_empty() => numbers.push(f64::NAN),
                Values::Numbers(numbers) => match cell.parse::<f64>() {
                    Ok(number) => numbers.push(number),
                    _ if found.contains(at) => {}
                    _ => found.push(*at),
                },
            }
        }
    }
    words.append(&mut found);
    Ok(Table {
        path: path.to_owned(),
        rows,
        names: kept.iter().map(|at| names[*at].clone()).collect(),
        columns,
    })
}

/// Whether a file ends with the end of a line; an empty one has not even a header.
fn ends_with_a_row(mut file: &File) -> std::io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    file.rewind()?;
    Ok(last == *b"\n")
}

fn of_csv(path: &Path, error: &csv::Error) -> Fault {
    let line = error.position().map(csv::Position::line);
    Fault::new(
        format!("this is not the CSV that was written: {error}"),
        DAMAGED,
    )
    .in_file(path, line)
}
