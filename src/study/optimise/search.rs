//! A search: its budget, what it has judged, and which designs are new.
//!
//! What is added to the published methods for runs that cost minutes: the first population is a Latin hypercube; no design is judged
//! twice; and every non-dominated design ever judged is kept, not only those that survive.
//!
//! Which design comes next follows from the seed and the judgements before alone: a search that was killed is led back to where it
//! was by the judgements that were kept.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rand_pcg::Pcg64;

use super::archive::Archive;
use super::problem::{Design, Gene, Problem};
use super::{differential, nsga2};
use crate::random;
use crate::study::design::latin::Axis;

/// How a search goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Of all draws.
    pub seed: u64,
    /// Designs in a generation, 4 at least.
    pub population: usize,
    /// Designs judged at most.
    pub evaluations: usize,
    /// When it ends early.
    pub stall: Option<Stall>,
}

/// A search that brings no more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stall {
    /// It ends where the hypervolume of the front has grown by less than this share …
    pub share: f64,
    /// … over so many generations. With one aim: where the whole population holds its limits and is worse than the best by no
    /// more than this share of it.
    pub generations: usize,
}

/// Why a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// As many designs were judged as may be.
    Evaluations,
    /// The front had stopped growing, or the population had come together at the best.
    Converged,
    /// Every design there is has been judged.
    Exhausted,
}

/// What a search has found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// All designs in the order in which they were judged.
    pub designs: Vec<Design>,
    /// Index of each design that none dominates, by the first aim. Empty: nothing was feasible.
    pub front: Vec<usize>,
    /// Why it ended.
    pub ended: Ended,
}

impl Found {
    /// Whether no design could be judged.
    pub fn all_failed(&self) -> bool {
        self.designs
            .iter()
            .all(|design| !design.judged.violation.is_finite())
    }
}

/// Minimises the aims of a problem under its limits.
pub fn minimise<P: Problem>(problem: &mut P, settings: &Settings) -> Result<Found, P::Error> {
    let mut search = Search {
        settings,
        designs: Vec::new(),
        seen: BTreeMap::new(),
        archive: Archive::default(),
        problem,
    };
    let ended = match search.problem.aims() {
        1 => differential::evolve(&mut search)?,
        _ => nsga2::evolve(&mut search)?,
    };
    Ok(Found {
        front: search.archive.sorted(&search.designs),
        designs: search.designs,
        ended,
    })
}

/// A search on its way.
pub(super) struct Search<'a, P> {
    problem: &'a mut P,
    pub(super) settings: &'a Settings,
    pub(super) designs: Vec<Design>,
    /// The index of each of them, by the bits of its genes.
    pub(super) seen: Seen,
    pub(super) archive: Archive,
}

type Seen = BTreeMap<Vec<u64>, usize>;

impl<P: Problem> Search<'_, P> {
    /// What is free.
    pub(super) fn genes(&self) -> &[Gene] {
        self.problem.genes()
    }

    /// Designs in a generation.
    pub(super) fn size(&self) -> usize {
        self.settings.population.max(4)
    }

    /// Designs that may still be judged.
    pub(super) fn left(&self) -> usize {
        self.settings.evaluations.saturating_sub(self.designs.len())
    }

    /// The random numbers of a purpose.
    pub(super) fn stream(&self, of: &str) -> Pcg64 {
        random::stream(self.settings.seed, &format!("optimise.{of}"))
    }

    /// The design with these genes, where it has been judged.
    pub(super) fn known(&self, genes: &[f64]) -> Option<usize> {
        self.seen.get(&bits(genes)).copied()
    }

    /// Judges a Latin hypercube; of few discrete designs it may hold some twice, in place of which others are drawn.
    pub(super) fn first(&mut self, size: usize) -> Result<Range<usize>, P::Error> {
        let seed = self.settings.seed;
        let genes = self.problem.genes();
        let axes =
            (0..genes.len()).map(|at| Axis::new(seed, &format!("optimise.gene.{at}"), size as u64));
        let axes: Vec<Axis> = axes.collect();
        let mut rng = self.stream("first");
        let mut batch = Batch::new(&self.seen);
        for point in 0..size as u64 {
            let at = genes.iter().zip(&axes);
            batch.add(at.map(|(gene, axis)| gene.at(axis.at(point))).collect());
        }
        self.fill(&mut batch, size, &mut rng);
        let mut new = batch.new;
        new.truncate(self.left());
        self.judge(&new)
    }

    /// Fills a batch with designs by chance, until it is full or no other exists.
    pub(super) fn fill(&self, batch: &mut Batch<'_>, size: usize, rng: &mut Pcg64) {
        let genes = self.problem.genes();
        let counts: Option<Vec<u64>> = genes.iter().map(|gene| gene.count()).collect();
        let all = counts.map(|counts| counts.into_iter().fold(1, u64::saturating_mul));
        while batch.new.len() < size {
            let known = (self.seen.len() + batch.new.len()) as u64;
            if all.is_some_and(|all| known >= all) {
                return;
            }
            let mut design: Vec<f64> = genes.iter().map(|gene| gene.draw(rng)).collect();
            // From there the next one that is new, counting through all designs.
            while !batch.add(design.clone()) {
                for (gene, value) in genes.iter().zip(&mut design) {
                    *value = gene.after(*value);
                    if *value != gene.at(0.0) {
                        break;
                    }
                }
            }
        }
    }

    /// Has new designs judged, and takes them up; returns their indices.
    pub(super) fn judge(&mut self, new: &[Vec<f64>]) -> Result<Range<usize>, P::Error> {
        let from = self.designs.len();
        let judged = self.problem.evaluate(new)?;
        debug_assert_eq!(judged.len(), new.len());
        for (genes, judged) in new.iter().zip(judged) {
            self.seen.insert(bits(genes), self.designs.len());
            self.designs.push(Design {
                genes: genes.clone(),
                judged: judged.sound(),
            });
            self.archive.see(&self.designs, self.designs.len() - 1);
        }
        Ok(from..self.designs.len())
    }
}

/// Designs that are new, each once.
pub(super) struct Batch<'a> {
    seen: &'a Seen,
    here: BTreeSet<Vec<u64>>,
    pub(super) new: Vec<Vec<f64>>,
}

impl<'a> Batch<'a> {
    pub(super) fn new(seen: &'a Seen) -> Self {
        Self {
            seen,
            here: BTreeSet::new(),
            new: Vec::new(),
        }
    }

    /// Whether it is new.
    pub(super) fn add(&mut self, design: Vec<f64>) -> bool {
        let key = bits(&design);
        let new = !self.seen.contains_key(&key) && self.here.insert(key);
        if new {
            self.new.push(design);
        }
        new
    }
}

fn bits(genes: &[f64]) -> Vec<u64> {
    // Zero has one sign.
    genes.iter().map(|value| (value + 0.0).to_bits()).collect()
}
