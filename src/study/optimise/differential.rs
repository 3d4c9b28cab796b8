//! One aim: differential evolution.
//!
//! ```text
//! trial   v = x + F·(p − x) + F·(a − b), entry by entry with probability CR, else x; one entry at least
//! x       a member; p one of the best of the population; a, b two others by chance; F uniform for each trial
//! ```
//!
//! The trial takes the place of its member unless that dominates it (Storn & Price 1997, J. Global Optimization 11, 341–359; the
//! move towards the better ones, and the way back from the ends of a range half way to the member, after Zhang & Sanderson 2009,
//! IEEE Trans. Evol. Comput. 13(5), 945–958; limits by the rules of Deb 2000, as Lampinen 2002 has them in this method). Steps are
//! differences of the population, so that they follow a limit that runs askew and shrink by themselves. Integers are rounded up or
//! down by chance with the fraction as probability; a choice is that of p, a or b, or drawn anew.
//!
//! It ends early where the whole population holds its limits and is worse than the best by no more than a share of it (the spread of
//! the population: the criterion that Zielinski & Laur 2008 found reliable, where improvements over time were not).

use std::collections::BTreeMap;

use rand::RngExt as _;
use rand_pcg::Pcg64;

use super::problem::{Gene, Problem};
use super::search::{Batch, Ended, Search};
use super::variation::by_chance;

/// Probability that an entry is that of the trial, and the ends of F.
const CR: f64 = 0.9;
const F: std::ops::Range<f64> = 0.4..0.9;

/// The share of the population that counts as its best.
const BEST: f64 = 0.2;

/// So many members that choose the same are a niche, in which the others of a trial are sought.
const NICHE: usize = 4;

/// Probability that a trial looks beyond its niche, and that a choice is then drawn anew.
const LEAVES: f64 = 0.1;
const ANEW: f64 = 0.3;

/// So many generations of designs that are all known: there is nothing new to be had from this population.
const IDLE: usize = 20;

/// Generations until the budget is spent or nothing is gained.
pub(super) fn evolve<P: Problem>(search: &mut Search<'_, P>) -> Result<Ended, P::Error> {
    let mut members: Vec<usize> = search.first(search.size())?.collect();
    if members.len() < search.size() && search.left() > 0 {
        return Ok(Ended::Exhausted);
    }
    let (mut generation, mut idle) = (0, 0);
    while search.left() > 0 {
        if together(search, &members) {
            return Ok(Ended::Converged);
        }
        generation += 1;
        let mut rng = search.stream(&format!("generation.{generation}"));
        let sorted = sorted(search, &members);
        if sorted.len() < NICHE || idle == IDLE {
            if search.settings.stall.is_some() {
                return Ok(Ended::Converged);
            }
            // Nothing new comes out of this population: the better half goes on among new ones.
            let kept = sorted.len().min(members.len() / 2);
            let mut batch = Batch::new(&search.seen);
            search.fill(
                &mut batch,
                (members.len() - kept).min(search.left()),
                &mut rng,
            );
            if batch.new.is_empty() {
                return Ok(Ended::Exhausted);
            }
            let new = batch.new;
            members = sorted[..kept].to_vec();
            members.extend(search.judge(&new)?);
            idle = 0;
            continue;
        }
        let trials = trials(search, &members, &sorted, &mut rng);
        let mut batch = Batch::new(&search.seen);
        for trial in &trials {
            batch.add(trial.clone());
        }
        let mut new = batch.new;
        new.truncate(search.left());
        idle = if new.is_empty() { idle + 1 } else { 0 };
        search.judge(&new)?;
        for (member, trial) in members.iter_mut().zip(&trials) {
            // Those beyond the budget are not known.
            if let Some(trial) = search.known(trial)
                && !search.designs[*member]
                    .judged
                    .dominates(&search.designs[trial].judged)
            {
                *member = trial;
            }
        }
    }
    Ok(Ended::Evaluations)
}

/// One design for each member; of those that differ `sorted` has at least as many as make a niche, best first.
fn trials<P: Problem>(
    search: &Search<'_, P>,
    members: &[usize],
    sorted: &[usize],
    rng: &mut Pcg64,
) -> Vec<Vec<f64>> {
    let niches = niches(search, sorted);
    let of = |at: usize| search.designs[at].genes.as_slice();
    let mut trials = Vec::with_capacity(members.len());
    for &member in members {
        let kinds = kinds(search.genes(), of(member));
        let own = niches.get(&kinds).filter(|niche| niche.len() >= NICHE);
        let stays = rng.random::<f64>() >= LEAVES;
        let among = own.filter(|_| stays).map_or(sorted, Vec::as_slice);
        let best = ((BEST * among.len() as f64).ceil() as usize).clamp(2, among.len());
        let p = among[rng.random_range(0..best)];
        let mut other = |not: [usize; 2]| loop {
            let other = among[rng.random_range(0..among.len())];
            if !not.contains(&other) {
                break other;
            }
        };
        let a = other([member; 2]);
        let b = other([member, a]);
        trials.push(moved(
            search.genes(),
            of(member),
            [of(p), of(a), of(b)],
            rng,
        ));
    }
    trials
}

/// Members from the best to the worst; one that is twice in the population is once here.
fn sorted<P: Problem>(search: &Search<'_, P>, members: &[usize]) -> Vec<usize> {
    let mut sorted = members.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let judged = |at: usize| &search.designs[at].judged;
    sorted.sort_by(|&a, &b| {
        let (a, b) = (judged(a), judged(b));
        let violation = a.violation.total_cmp(&b.violation);
        violation.then(a.aims[0].total_cmp(&b.aims[0]))
    });
    sorted
}

type Niches = BTreeMap<Vec<u64>, Vec<usize>>;

/// Members by what they choose, in their order.
fn niches<P: Problem>(search: &Search<'_, P>, members: &[usize]) -> Niches {
    let mut niches = Niches::new();
    for &member in members {
        let kinds = kinds(search.genes(), &search.designs[member].genes);
        niches.entry(kinds).or_default().push(member);
    }
    niches
}

fn kinds(genes: &[Gene], design: &[f64]) -> Vec<u64> {
    let pairs = genes.iter().zip(design);
    let chosen = pairs.filter(|(gene, _)| matches!(gene, Gene::Choice(_)));
    chosen.map(|(_, value)| *value as u64).collect()
}

fn moved(genes: &[Gene], from: &[f64], by: [&[f64]; 3], rng: &mut Pcg64) -> Vec<f64> {
    let factor = rng.random_range(F);
    let always = rng.random_range(0..genes.len().max(1));
    // Within a niche all of them are the same.
    let anew =
        kinds(genes, from) != kinds(genes, by[0]) || kinds(genes, by[1]) != kinds(genes, by[2]);
    let entry = |(at, &gene): (usize, &Gene)| {
        let (x, [p, a, b]) = (from[at], by.map(|genes| genes[at]));
        if rng.random::<f64>() >= CR && at != always {
            return x;
        }
        let v = x + factor * (p - x) + factor * (a - b);
        match gene {
            Gene::Real { low, high } => gene.fit(inside(v, x, low, high)),
            Gene::Integer { low, high } => {
                gene.fit(by_chance(inside(v, x, low as f64, high as f64), rng))
            }
            Gene::Choice(_) if anew && rng.random::<f64>() < ANEW => gene.draw(rng),
            Gene::Choice(_) => [p, a, b][rng.random_range(0..3)],
        }
    };
    genes.iter().enumerate().map(entry).collect()
}

fn inside(value: f64, from: f64, low: f64, high: f64) -> f64 {
    if value < low {
        0.5 * (from + low)
    } else if value > high {
        0.5 * (from + high)
    } else {
        value
    }
}

/// Whether the better half of each niche has come together.
fn together<P: Problem>(search: &Search<'_, P>, members: &[usize]) -> bool {
    let Some(stall) = search.settings.stall else {
        return false;
    };
    let all = sorted(search, members);
    let niches = niches(search, &all);
    let settled = |niche: &[usize]| {
        let [best, middle] = [0, niche.len() / 2].map(|at| &search.designs[niche[at]].judged);
        let near =
            |best: f64, other: f64| other == best || other - best <= stall.share * best.abs();
        near(best.violation, middle.violation)
            && (!best.feasible() || near(best.aims[0], middle.aims[0]))
    };
    let whole: Vec<&Vec<usize>> = niches
        .values()
        .filter(|niche| niche.len() >= NICHE)
        .collect();
    if whole.is_empty() {
        return settled(&all);
    }
    search.designs[all[0]].judged.feasible() && whole.iter().all(|niche| settled(niche))
}
