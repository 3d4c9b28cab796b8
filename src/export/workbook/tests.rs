use std::fs;
use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};

use super::*;
use heading::Headings;

/// A sheet that takes two of three rows: the third is left out, and said to be.
#[test]
fn a_table_longer_than_a_sheet_is_cut_and_said_so() {
    let lab = tempfile::tempdir().unwrap();
    let path = lab.path().join("sweep.csv");
    fs::write(&path, "variation\n0\n1\n2\n").unwrap();
    let mut table = Table::read(&path, "Sweep", &Headings::new()).unwrap();
    assert_eq!((table.most, table.notes()), (1_048_575, Vec::new()));
    table.most = 2;
    let content = Content {
        name: "long".into(),
        facts: Vec::new(),
        figures: None,
        pages: Vec::new(),
        tables: vec![table],
        notes: Vec::new(),
    };
    let workbook = content.workbook(lab.path()).unwrap();
    let note = "sweep.csv has 3 rows; its sheet ends after 2, as sheets do";
    assert_eq!(workbook.notes, [note]);
    assert_eq!(workbook.sheets[1].rows, 2);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(workbook.bytes)).unwrap();
    let sheet = book.worksheet_range("Sweep").unwrap();
    assert_eq!(sheet.height(), 3);
    assert_eq!(sheet.get_value((2, 0)), Some(&Data::Float(1.0)));
    let summary = book.worksheet_range("Summary").unwrap();
    assert_eq!(summary.get_value((0, 1)), Some(&Data::String(note.into())));
}
