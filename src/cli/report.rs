//! `coldaisle report DIR…`

use std::path::{Path, PathBuf};

use super::{Failure, say};
use crate::describe::Fault;
use crate::report::{self, Language, Options};

/// Arguments of `report`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Result folder of `run`, `sweep`, `optimise` or `forecast`; several folders of runs make a comparison with the first, a file of
    /// draws of `compare --band -o FILE` beside them its bands.
    #[arg(required = true, num_args = 1..)]
    results: Vec<PathBuf>,
    /// The page [default: NAME.html beside the first folder].
    #[arg(short, long, value_name = "PAGE")]
    output: Option<PathBuf>,
    /// Also write the hall of one or two runs as a page in three dimensions, as `coldaisle view --page` does, and link to it:
    /// a file in the folder of the report.
    #[arg(long, value_name = "PAGE")]
    hall: Option<PathBuf>,
    /// Language of the page.
    #[arg(long, value_enum, default_value = "en")]
    lang: LanguageArg,
    /// Print nothing but errors.
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum LanguageArg {
    En,
    #[value(name = "zh-TW", alias = "zh-tw")]
    ZhTw,
}

/// `--report` of the commands that make results.
#[derive(Debug, clap::Args)]
pub(super) struct ReportArgs {
    /// Also make one HTML page of the results, as `coldaisle report` does.
    #[arg(long, value_name = "PAGE")]
    report: Option<PathBuf>,
    /// Language of the page.
    #[arg(long, value_enum, default_value = "en", requires = "report")]
    lang: LanguageArg,
}

impl ReportArgs {
    /// Where the page goes, if one is wanted, after a look at whether it can: call it before anything runs.
    /// Neither is it that of the results, where these have a name.
    pub(super) fn target(&self, results: Option<&Path>) -> Result<Option<&Path>, Fault> {
        if let Some(target) = &self.report {
            report::check_target(target)?;
            if results.is_some_and(|results| {
                results == target || target.starts_with(results) && !results.is_dir()
            }) {
                let what = "the results go there";
                let cure = "give another file, such as page.html";
                return Err(Fault::new(what, cure).in_file(target, None));
            }
        }
        Ok(self.report.as_deref())
    }

    /// Makes the page, if one is wanted.
    pub(super) fn make(&self, results: &[PathBuf], quiet: bool) -> Result<(), Failure> {
        match &self.report {
            Some(target) => make(results, target, self.lang, None, quiet),
            None => Ok(()),
        }
    }
}

impl From<LanguageArg> for Language {
    fn from(language: LanguageArg) -> Self {
        match language {
            LanguageArg::En => Self::En,
            LanguageArg::ZhTw => Self::ZhTw,
        }
    }
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let target = match &args.output {
        Some(target) => target.clone(),
        None => beside(&args.results[0])?,
    };
    let hall = match &args.hall {
        Some(hall) => Some(hall_page(args, hall, &target)?),
        None => None,
    };
    make(&args.results, &target, args.lang, hall, args.quiet)
}

/// Writes the page of the hall; its file name, for the link.
fn hall_page(args: &Args, hall: &Path, target: &Path) -> Result<String, Failure> {
    report::check_target(target)?;
    let folder = |path: &Path| {
        let folder = path.parent()?;
        let here = folder.as_os_str().is_empty();
        let folder = if here { Path::new(".") } else { folder };
        folder.canonicalize().ok()
    };
    let name = hall.file_name().unwrap_or_default();
    if hall == target || (folder(hall) == folder(target) && target.file_name() == Some(name)) {
        let cure = "give another file, such as hall.html";
        return Err(Fault::new("the report goes there", cure)
            .in_file(hall, None)
            .into());
    }
    let Some(name) = name.to_str().filter(|_| folder(hall) == folder(target)) else {
        let what = "the page of the hall is not in the folder of the report, and a link between them would break when they are sent";
        let named = target.with_file_name(name);
        let cure = format!("write {}", named.display());
        return Err(Fault::new(what, cure).in_file(hall, None).into());
    };
    let runs: Vec<PathBuf> = args
        .results
        .iter()
        // A file is that of the bands of a comparison; what is not there is said to be so.
        .filter(|path| path.is_dir() || !path.exists())
        .cloned()
        .collect();
    if runs.len() > 2 {
        let what = format!(
            "a page of the hall shows one or two runs, and these are {}",
            runs.len()
        );
        return Err(Fault::new(what, "leave --hall out, or give two of them").into());
    }
    super::view::page(&runs, hall, &super::view::Begin::default(), args.quiet)?;
    Ok(name.to_owned())
}

fn make(
    results: &[PathBuf],
    target: &Path,
    language: LanguageArg,
    hall: Option<String>,
    quiet: bool,
) -> Result<(), Failure> {
    let options = Options {
        language: language.into(),
        hall,
    };
    report::write(results, target, &options)?;
    if quiet {
        return Ok(());
    }
    say(&format!("report in {}", target.display()))
}

/// `results/NAME.html` for `results/NAME`.
fn beside(folder: &Path) -> Result<PathBuf, Fault> {
    let full = folder.canonicalize().map_err(|error| {
        Fault::new(error.to_string(), "give a result folder").in_file(folder, None)
    })?;
    let mut name = full.file_name().unwrap_or_default().to_os_string();
    name.push(".html");
    // As the user wrote it, where that has a name.
    let named = folder.file_name().is_some();
    Ok(if named {
        folder.with_file_name(name)
    } else {
        full.with_file_name(name)
    })
}
