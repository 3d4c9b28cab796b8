//! `coldaisle export DIR --to FORMAT`

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;

use super::{Failure, colour, say, warn, width};
use crate::export::{self, Band, Content, ExportError, Exported, Options, Sheet, Total};
use crate::output::{TextTable, grouped};

/// Arguments of `export`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Result folder of `coldaisle run` (for planning tools a whole calendar year) or of `coldaisle forecast`; for xlsx also of a sweep
    /// or a search, or several runs to set side by side.
    #[arg(required = true, num_args = 1.., value_name = "DIR")]
    results: Vec<PathBuf>,
    #[arg(long, value_name = "FORMAT", help = tools())]
    to: String,
    /// Folder of the export [default: exports/NAME-FORMAT]; for xlsx the file [default: exports/NAME.xlsx]. An older export of the same
    /// results to the same tool is replaced, if nothing in it was changed or added; nothing else is.
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Bus, area, region or zone [default: the forecast's region, or the scenario's name; GenX: z1].
    #[arg(long, value_name = "NAME")]
    zone: Option<String>,
    /// Only this year [default: the last one; for ReEDS and PLEXOS all].
    #[arg(long, value_name = "YEAR")]
    year: Option<i16>,
    /// Only this profile of a forecast [default: all three; for Antares the draws of the last year].
    #[arg(long, value_enum)]
    band: Option<BandArg>,
    /// Minutes of an interval [default: 15 where the run has rows of 15 min or less and the tool takes them, else 60].
    #[arg(long, value_name = "MIN", value_parser = PossibleValuesParser::new(["15", "60"]))]
    interval: Option<String>,
    /// Local standard time ahead of UTC, h, for runs of earlier versions, which did not record it.
    #[arg(long, value_name = "HOURS", allow_negative_numbers = true)]
    utc_offset: Option<f64>,
    /// Print nothing but errors.
    #[arg(short, long)]
    quiet: bool,
}

fn tools() -> String {
    let names: Vec<_> = export::names().collect();
    format!(
        "The tool that is to read the files, or xlsx for a workbook with a sheet per table: {}",
        names.join(", ")
    )
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum BandArg {
    P10,
    P50,
    P90,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let options = Options {
        zone: args.zone.clone(),
        year: args.year,
        band: args.band.map(|band| match band {
            BandArg::P10 => Band::P10,
            BandArg::P50 => Band::P50,
            BandArg::P90 => Band::P90,
        }),
        interval_min: args
            .interval
            .as_deref()
            .and_then(|minutes| minutes.parse().ok()),
        utc_offset_h: args.utc_offset,
    };
    let done = export::export(&args.results, &args.to, args.output.as_deref(), &options)
        .map_err(failure)?;
    if args.quiet {
        return Ok(());
    }
    for note in &done.notes {
        warn(note);
    }
    let Exported { place, content, .. } = &done;
    match content {
        Content::Load(totals) => {
            say(&table(totals))?;
            say(&format!("files in {}", place.display()))?;
            say("README.txt there says time zone, year, interval and use")
        }
        Content::Sheets(list) => {
            say(&sheets(list))?;
            say(&format!("workbook {}", place.display()))
        }
    }
}

/// The sheets of a workbook.
fn sheets(list: &[Sheet]) -> String {
    let mut table = TextTable::new(["rows", "columns"]);
    for sheet in list {
        let counts = [sheet.rows as f64, sheet.columns as f64];
        table.row(
            sheet.name.clone(),
            "",
            counts.map(|count| grouped(count, 0)),
        );
    }
    table.render(width(), colour())
}

/// Energy and peak of what was exported.
fn table(totals: &[Total]) -> String {
    let name = |total: &Total| match &total.band {
        Some(band) => format!("{} {band}", total.year),
        None => total.year.to_string(),
    };
    let totals = shown(totals);
    let columns = totals.iter().map(|total| name(total));
    let mut table = TextTable::new(columns);
    let mwh = |of: fn(&Total) -> Option<f64>| {
        let cell = move |total: &Total| of(total).map_or_else(String::new, |mwh| grouped(mwh, 1));
        totals.iter().copied().map(cell).collect::<Vec<_>>()
    };
    if totals.iter().any(|total| total.it_mwh.is_some()) {
        table.row("IT", "MWh", mwh(|total| total.it_mwh));
        table.row("cooling", "MWh", mwh(|total| total.cooling_mwh));
        table.row("other", "MWh", mwh(|total| total.other_mwh));
    }
    table.row("all", "MWh", mwh(|total| Some(total.facility_mwh)));
    let peaks = totals.iter().map(|total| grouped(total.peak_mw, 3));
    table.row("peak", "MW", peaks);
    let factors = totals
        .iter()
        .map(|total| format!("{:.3}", total.load_factor));
    table.row("load factor", "", factors);
    table.render(width(), colour())
}

/// All of them, but of many draws the lowest, the middle and the highest.
fn shown(totals: &[Total]) -> Vec<&Total> {
    let draw = |total: &Total| {
        total
            .band
            .as_ref()
            .is_some_and(|band| band.starts_with("draw"))
    };
    match totals {
        [first, .., last] if totals.len() > 5 && draw(first) => {
            vec![first, &totals[totals.len() / 2], last]
        }
        _ => totals.iter().collect(),
    }
}

/// A folder that may not be replaced is wrong input.
fn failure(error: ExportError) -> Failure {
    match error {
        ExportError::Input(fault) => fault.into(),
        ExportError::Output(error) if error.is_refusal() => error.fault.into(),
        ExportError::Output(error) => Failure::run(error),
    }
}
