//! The search over a study's runs.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::genes::{choices, combinations, genes};
use crate::describe::Fault;
use crate::metrics::figures::Figure;
use crate::output::{Input, OutputError};
use crate::study::Progress;
use crate::study::optimise::{Found, Gene, Goals, Judged, Optimise, Problem, Settings, minimise};
use crate::study::sweep::{Head, Journal, Row, Shard, Study, Variation, summary, values};

/// The rows of a search, in its folder.
const JOURNAL: &str = "optimise.journal";

/// What a search has come to.
pub struct Outcome {
    /// The designs: their genes and how they are judged.
    pub found: Found,
    /// What is free, an axis each.
    pub genes: Vec<Gene>,
    /// What was sought.
    pub goals: Goals,
    /// The columns of the figures: aims, then limits, then outputs.
    pub figures: Vec<Figure>,
    /// The figures of each design, and why it failed.
    pub rows: Vec<Row>,
    /// Runs made now, not before.
    pub made: u64,
}

impl Outcome {
    /// The values of a figure among those of a design.
    pub fn value(&self, design: usize, figure: &Figure) -> f64 {
        let column = column(&self.figures, figure);
        column.map_or(f64::NAN, |at| {
            self.rows[design].outputs[self.genes.len() + at]
        })
    }

    /// The design that misses the limits least; None where all failed.
    pub fn least_missed(&self) -> Option<usize> {
        let all = self.found.designs.iter().enumerate();
        let judged = all.filter(|(_, design)| design.judged.violation.is_finite());
        let least =
            judged.min_by(|(_, a), (_, b)| a.judged.violation.total_cmp(&b.judged.violation));
        least.map(|(index, _)| index)
    }
}

fn column(figures: &[Figure], figure: &Figure) -> Option<usize> {
    figures
        .iter()
        .position(|other| other.name() == figure.name())
}

/// The table `[optimise]` of a study.
pub(super) fn wanted(study: &Study) -> Result<&Optimise, Fault> {
    study.file.optimise.as_ref().ok_or_else(|| {
        let cure =
            "add [optimise] with aims = [\"cost_usd.total\"] and limits.\"peak_kw.facility\" = …";
        Fault::new("the study says nothing of what is to be optimised", cure)
            .in_file(&study.path, None)
    })
}

/// How the study is searched.
pub(super) fn settings(study: &Study, genes: &[Gene]) -> Result<Settings, Fault> {
    let wanted = wanted(study)?;
    Ok(wanted.settings(study.file.seed, genes.len(), combinations(genes)))
}

/// Searches a study; what it found in `folder` is not run again. `inputs` are the files that its runs read.
pub fn search(
    study: &Study,
    folder: &Path,
    inputs: &[Input],
    progress: &Progress,
) -> Result<Outcome, OutputError> {
    let refused =
        |fault: Fault| OutputError::refused("search", &study.path, &fault.what, &fault.cure);
    let genes = genes(study).map_err(refused)?;
    let settings = settings(study, &genes).map_err(refused)?;
    let goals = wanted(study).and_then(Optimise::goals).map_err(refused)?;
    let of_goals = goals.aims.iter().map(|(figure, _)| figure);
    let of_goals = of_goals.chain(goals.limits.iter().map(|(figure, _)| figure));
    let mut figures: Vec<Figure> = Vec::new();
    // All figures would be columns where the study names none.
    let beside = study
        .outputs
        .iter()
        .filter(|_| !study.file.outputs.is_empty());
    for figure in of_goals {
        if column(&figures, figure).is_none() {
            figures.push(*figure);
        }
    }
    let needed = figures.len();
    for figure in beside {
        if column(&figures, figure).is_none() {
            figures.push(*figure);
        }
    }
    claim(folder)?;
    let head = Head::new(study.searched(), Shard::WHOLE, inputs);
    let path = folder.join(JOURNAL);
    let journal = Journal::open_at(path.clone(), &head, settings.evaluations as u64)?;
    progress.start(settings.evaluations as u64);
    let mut runs = Runs {
        study,
        genes,
        goals,
        figures,
        needed,
        path,
        journal,
        rows: Vec::new(),
        made: 0,
        progress,
    };
    let found = minimise(&mut runs, &settings)?;
    progress.advance((settings.evaluations - found.designs.len()) as u64);
    progress.finish();
    Ok(Outcome {
        found,
        genes: runs.genes,
        goals: runs.goals,
        figures: runs.figures,
        rows: runs.rows,
        made: runs.made,
    })
}

/// Refuses a folder that holds other results.
fn claim(folder: &Path) -> Result<(), OutputError> {
    let cure = "give another folder with -o, or move this one away";
    if folder.join(JOURNAL).exists() {
        return Ok(());
    }
    let others = [
        "optimise.csv",
        "sweep.csv",
        "sweep.parquet",
        "shards",
        "study.toml",
        "run.json",
        "summary.json",
    ];
    match others.iter().find(|name| folder.join(name).exists()) {
        Some(name) => {
            let what = format!("it holds a {name} that is not this search's");
            Err(OutputError::refused("write", folder, &what, cure))
        }
        None => Ok(()),
    }
}

/// The runs of a study, as a problem.
struct Runs<'a> {
    study: &'a Study,
    genes: Vec<Gene>,
    goals: Goals,
    figures: Vec<Figure>,
    /// So many of them are aims or limits: a design without one has failed.
    needed: usize,
    path: PathBuf,
    journal: Journal,
    rows: Vec<Row>,
    made: u64,
    progress: &'a Progress,
}

impl Runs<'_> {
    /// The row of a design that was judged before. The genes stand before its figures: a search that takes another way (on a machine
    /// whose logarithm differs in the last digit) is told, not mixed up.
    fn before(&mut self, index: u64, genes: &[f64]) -> Result<Option<Row>, OutputError> {
        let Some(row) = self.journal.before(index)? else {
            return Ok(None);
        };
        let whole = row.outputs.len() == genes.len() + self.figures.len();
        if whole && row.outputs[..genes.len()] == *genes {
            return Ok(Some(row));
        }
        let what = format!("its design {index} is another one than this search makes");
        let cure = format!(
            "give another folder with -o, or remove {} to start again",
            self.path.display()
        );
        Err(OutputError::refused("go on with", &self.path, &what, &cure))
    }

    fn row(&self, variation: &Variation, genes: &[f64]) -> Row {
        let row = match summary(self.study, variation, None, &self.progress.part()) {
            Ok(summary) => {
                let mut row = Row {
                    index: variation.index,
                    outputs: genes.to_vec(),
                    failed: String::new(),
                };
                row.outputs.extend(values(summary, &self.figures));
                let needed = self.figures.iter().take(self.needed);
                let absent = needed
                    .zip(&row.outputs[genes.len()..])
                    .find(|(_, value)| !value.is_finite());
                absent
                    .map(|(figure, _)| format!("the run has no {}", figure.name()))
                    .map_or(Ok(row), Err)
            }
            Err(reason) => Err(reason),
        };
        row.unwrap_or_else(|reason| {
            let mut row = Row::failed(variation.index, genes.len() + self.figures.len(), &reason);
            row.outputs[..genes.len()].copy_from_slice(genes);
            row
        })
    }

    fn judged(&self, row: &Row) -> Judged {
        if !row.failed.is_empty() {
            return Judged::failed(self.goals.aims.len());
        }
        let value = |figure: &Figure| {
            let column = column(&self.figures, figure);
            column.map_or(f64::NAN, |at| row.outputs[self.genes.len() + at])
        };
        let aims = self.goals.aims.iter().map(|(figure, maximise)| {
            let value = value(figure);
            if *maximise { -value } else { value }
        });
        let missed = self
            .goals
            .limits
            .iter()
            .map(|(figure, limit)| limit.missed_by(value(figure)));
        Judged {
            aims: aims.collect(),
            violation: missed.sum(),
        }
    }
}

impl Problem for Runs<'_> {
    type Error = OutputError;

    fn genes(&self) -> &[Gene] {
        &self.genes
    }

    fn aims(&self) -> usize {
        self.goals.aims.len()
    }

    fn evaluate(&mut self, batch: &[Vec<f64>]) -> Result<Vec<Judged>, OutputError> {
        let first = self.rows.len() as u64;
        let mut known = Vec::with_capacity(batch.len());
        for (index, genes) in (first..).zip(batch) {
            known.push(self.before(index, genes)?);
        }
        self.made += known.iter().filter(|row| row.is_none()).count() as u64;
        let all = batch.par_iter().zip(known).enumerate().with_max_len(1);
        let rows = all.map(|(at, (genes, known))| {
            let row = if let Some(row) = known {
                row
            } else {
                let variation = self
                    .study
                    .with(first + at as u64, choices(self.study, genes));
                let row = self.row(&variation, genes);
                // Stopped, it may be none.
                self.progress.check().map_err(|_| OutputError::stopped())?;
                self.journal.append(&row)?;
                row
            };
            self.progress.advance(1);
            Ok(row)
        });
        let rows: Vec<Row> = rows.collect::<Result<_, OutputError>>()?;
        let judged = rows.iter().map(|row| self.judged(row)).collect();
        self.rows.extend(rows);
        Ok(judged)
    }
}
