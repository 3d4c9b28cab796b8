//! CSV files from other programs: rows with their line in the file.
//!
//! The csv crate reports where it stood before it looked for a row: ahead of blank lines, and between the two characters
//! of a Windows line end. Its count is therefore too low by one for every row of a file with Windows line ends. Here
//! every line end is one character before the crate sees it, the last line has one too, and the line is taken from
//! where a row ends. Semicolons, tabs and bars separate cells where the header has more of them than of commas; numbers of a
//! file with semicolons may have a decimal comma, unless its first rows show points (12.5; 1.250 may be a thousand). `unit`, `cell` and `moment` read names and cells, `even`
//! lays rows on equal intervals: one way for all readers.

pub(crate) mod cell;
pub(crate) mod even;
pub(crate) mod moment;
pub(crate) mod unit;

use std::io::{self, Chain, Cursor, Read};

use csv::StringRecord;

use crate::describe::Fault;

/// Text in which `\r\n` and `\r` are `\n`, and whose last line is ended.
struct LineEnds<R> {
    inner: R,
    /// The last byte of what was read, before it was changed.
    last: u8,
}

impl<R: Read> Read for LineEnds<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        loop {
            let read = self.inner.read(bytes)?;
            if read == 0 {
                let ended = matches!(self.last, b'\n' | b'\r');
                self.last = b'\n';
                bytes[0] = b'\n';
                return Ok(usize::from(!ended));
            }
            let mut kept = 0;
            for index in 0..read {
                let byte = bytes[index];
                if !(byte == b'\n' && self.last == b'\r') {
                    bytes[kept] = if byte == b'\r' { b'\n' } else { byte };
                    kept += 1;
                }
                self.last = byte;
            }
            // Nothing at all would mean the end of the file.
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

/// The rows of a CSV; cells are trimmed, rows may be shorter or longer than the header.
pub(crate) struct CsvRows<R> {
    reader: csv::Reader<LineEnds<Chain<Cursor<Vec<u8>>, R>>>,
    /// Whether "35,2" is a number, and "1.352" is one with a dot between its thousands.
    pub(crate) decimal_comma: bool,
    /// Whether quotes hold a cell together.
    pub(crate) quotes: bool,
}

/// A header is looked through for what separates its cells up to here.
const HEADER_BYTES: u64 = 1 << 16;

impl<R: Read> CsvRows<R> {
    /// Reads from `inner`, whose first row is a header.
    pub(crate) fn new(inner: R) -> Self {
        Self::reading(inner, |_| true)
    }

    /// The same, where what separates cells by bars or tabs prints quotes as they are, as programs of Unix do.
    pub(crate) fn plain_bars(inner: R) -> Self {
        Self::reading(inner, |delimiter| !matches!(delimiter, b'|' | b'\t'))
    }

    fn reading(mut inner: R, quotes: impl Fn(u8) -> bool) -> Self {
        let mut start = Vec::new();
        // Where reading fails, it fails again at the header, which reports it.
        let _ = inner.by_ref().take(HEADER_BYTES).read_to_end(&mut start);
        let delimiter = delimiter(&start);
        let decimal_comma = delimiter == b';' && !decimal_points(&start);
        let quotes = quotes(delimiter);
        let inner = Cursor::new(start).chain(inner);
        let reader = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .delimiter(delimiter)
            .quoting(quotes)
            .from_reader(LineEnds { inner, last: b'\n' });
        Self {
            reader,
            decimal_comma,
            quotes,
        }
    }

    /// The header, without a byte order mark; empty for an empty file.
    pub(crate) fn header(&mut self) -> csv::Result<StringRecord> {
        let header = self.reader.headers()?;
        let marked = header.get(0).and_then(|cell| cell.strip_prefix('\u{feff}'));
        Ok(match marked {
            None => header.clone(),
            Some(first) => std::iter::once(first)
                .chain(header.iter().skip(1))
                .collect(),
        })
    }

    /// Reads the next row into `record` and returns the line on which it ends, from 1; none behind the last. A row that is
    /// no UTF-8 is passed, so that the next call reads on.
    pub(crate) fn next(&mut self, record: &mut StringRecord) -> Option<(u64, csv::Result<()>)> {
        let read = self.reader.read_record(record);
        let next = self.reader.position().line();
        match read {
            Ok(false) => None,
            Ok(true) => Some((next - 1, Ok(()))),
            // Where reading itself failed, its line has not ended.
            Err(error) if error.is_io_error() => Some((next, Err(error))),
            Err(error) => Some((next - 1, Err(error))),
        }
    }
}

/// Separator of the first line's cells, outside quotes.
fn delimiter(start: &[u8]) -> u8 {
    let (mut quoted, mut begun) = (false, false);
    let signs = [b',', b';', b'\t', b'|'];
    let mut counts = [0_u32; 4];
    for byte in start {
        match byte {
            b'\n' | b'\r' if begun && !quoted => break,
            b'"' => quoted = !quoted,
            _ => {}
        }
        begun |= !byte.is_ascii_whitespace();
        if let (Some(at), false) = (signs.iter().position(|sign| sign == byte), quoted) {
            counts[at] += 1;
        }
    }
    // The comma, where nothing is more frequent.
    let best = (0..signs.len()).rev().max_by_key(|at| counts[*at]);
    signs[best.unwrap_or(0)]
}

/// Whether a cell of a file with semicolons can only be a number with a decimal point.
fn decimal_points(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start);
    let mut cells = text
        .split([';', '\n', '\r'])
        .map(|cell| cell.trim().trim_matches('"'));
    cells.any(|cell| cell.contains('.') && !cell::thousands(cell) && cell.parse::<f64>().is_ok())
}

/// The place of a column; a name that the header holds more than once is refused: which one is meant is not known.
pub(crate) fn find(header: &StringRecord, name: &str) -> Result<Option<usize>, Fault> {
    let places = header.iter().enumerate();
    only(name, places.filter(|(_, h)| h.eq_ignore_ascii_case(name)))
}

/// The place of the only one of some columns.
pub(crate) fn only<'a>(
    name: &str,
    mut found: impl Iterator<Item = (usize, &'a str)>,
) -> Result<Option<usize>, Fault> {
    match (found.next(), found.next()) {
        (Some((_, first)), Some((_, second))) if first.eq_ignore_ascii_case(second) => {
            Err(Fault::new(
                format!("the column {name} is there twice"),
                "keep one of the two, or give them different names",
            ))
        }
        (Some((_, first)), Some((_, second))) => Err(Fault::new(
            format!("{first} and {second} can both be the column {name}"),
            "keep one of the two",
        )),
        (first, _) => Ok(first.map(|(index, _)| index)),
    }
}

/// Fault of a row that has cells without a name: commas in a cell shift all that follow.
pub(crate) fn overlong(record: &StringRecord, header: &StringRecord) -> Option<Fault> {
    let more = record
        .iter()
        .skip(header.len())
        .any(|cell| !cell.is_empty());
    more.then(|| {
        Fault::new(
            format!(
                "the row has {} cells under {} names",
                record.len(),
                header.len()
            ),
            "put cells that hold a comma in quotes, or name every column",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_separated_as_the_header_is() {
        for (text, sign) in [
            ("a,b\n", b','),
            ("a;b,c;d\n1;2", b';'),
            ("\na\tb\n", b'\t'),
            ("\"a;b;c\",d", b','),
            ("a\n1;2", b','),
            ("JobID|Submit|Elapsed\n", b'|'),
            ("", b','),
        ] {
            assert_eq!(delimiter(text.as_bytes()), sign, "{text:?}");
        }
    }

    /// "90.000" in a file of semicolons is 90 or 90,000: other rows decide.
    #[test]
    fn points_and_commas_of_numbers() {
        for (text, comma) in [
            ("time;kw\n2025-03-29 00:00;90,5\n", true),
            ("time;kw\n29.03.2025 00:00:00.120;90.000\n", true),
            (
                "time;kw\n2025-03-29 00:00;90.000\n2025-03-29 01:00;90.5\n",
                false,
            ),
            ("time;kw\n2025-03-29 00:00;0.512\n", false),
            ("time,kw\n2025-03-29 00:00,90.5\n", false),
        ] {
            assert_eq!(CsvRows::new(text.as_bytes()).decimal_comma, comma, "{text}");
        }
    }

    /// Gives so many bytes at a time.
    struct Slowly<'a>(&'a [u8], usize);

    impl Read for Slowly<'_> {
        fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
            let most = self.1.min(bytes.len());
            self.0.read(&mut bytes[..most])
        }
    }

    /// The header, and the line and cells of every row.
    fn all(text: &str, at_a_time: usize) -> (Vec<String>, Vec<(u64, Vec<String>)>) {
        let cells = |record: &StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let mut rows = CsvRows::new(Slowly(text.as_bytes(), at_a_time));
        let header = cells(&rows.header().unwrap());
        let (mut record, mut found) = (StringRecord::new(), Vec::new());
        while let Some((line, read)) = rows.next(&mut record) {
            read.unwrap();
            found.push((line, cells(&record)));
        }
        (header, found)
    }

    #[test]
    fn rows_stand_on_the_lines_that_an_editor_shows() {
        for end in ["\n", "\r\n", "\r"] {
            for last in ["", end] {
                let text =
                    format!("\u{feff}a, b{end}1,2{end}{end}3,\"4\"{end}5,\"6{end}7\",8{last}");
                for at_a_time in [1, 2, 5, 1000] {
                    let (header, rows) = all(&text, at_a_time);
                    assert_eq!(header, ["a", "b"], "{text:?}");
                    let expected = [
                        (2, vec!["1", "2"]),
                        (4, vec!["3", "4"]),
                        (6, vec!["5", "6\n7", "8"]),
                    ];
                    let expected = expected.map(|(line, cells)| {
                        (line, cells.into_iter().map(str::to_owned).collect())
                    });
                    assert_eq!(rows, expected, "{text:?}, {at_a_time} bytes at a time");
                }
            }
        }
        assert_eq!(all("", 1), (vec![], vec![]));
        assert_eq!(all("\r\n\r\n", 1), (vec![], vec![]));
    }

    #[test]
    fn a_row_that_is_no_text_has_its_line_and_is_passed() {
        let mut rows = CsvRows::new(&b"a\r\n1\r\n\xff\r\n3\r\n"[..]);
        let mut record = StringRecord::new();
        rows.header().unwrap();
        let mut lines = Vec::new();
        while let Some((line, read)) = rows.next(&mut record) {
            lines.push((line, read.is_ok()));
        }
        assert_eq!(lines, [(2, true), (3, false), (4, true)]);
    }
}
