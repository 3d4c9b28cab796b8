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
            Some(target) => make(results, target, self.lang, quiet),
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
    make(&args.results, &target, args.lang, args.quiet)
}

fn make(
    results: &[PathBuf],
    target: &Path,
    language: LanguageArg,
    quiet: bool,
) -> Result<(), Failure> {
    let options = Options {
        language: language.into(),
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
