//! Searches on problems whose answers are known.

mod fronts;
mod laws;
mod single;

use super::problem::{Gene, Judged, Problem};

/// A problem given by a function of the genes.
pub(super) struct Known<F> {
    genes: Vec<Gene>,
    aims: usize,
    judge: F,
    pub(super) calls: usize,
}

impl<F: Fn(&[f64]) -> Judged> Known<F> {
    pub(super) fn new(genes: Vec<Gene>, aims: usize, judge: F) -> Self {
        Self {
            genes,
            aims,
            judge,
            calls: 0,
        }
    }
}

impl<F: Fn(&[f64]) -> Judged> Problem for Known<F> {
    type Error = std::convert::Infallible;

    fn genes(&self) -> &[Gene] {
        &self.genes
    }

    fn aims(&self) -> usize {
        self.aims
    }

    fn evaluate(&mut self, batch: &[Vec<f64>]) -> Result<Vec<Judged>, Self::Error> {
        self.calls += batch.len();
        Ok(batch.iter().map(|genes| (self.judge)(genes)).collect())
    }
}

pub(super) fn real(low: f64, high: f64) -> Gene {
    Gene::Real { low, high }
}

/// Aims, and constraints that hold where they are not above zero, each divided by its size.
pub(super) fn judged(aims: &[f64], constraints: &[f64]) -> Judged {
    Judged {
        aims: aims.to_vec(),
        violation: constraints.iter().map(|above| above.max(0.0)).sum(),
    }
}
