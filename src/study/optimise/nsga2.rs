//! Two or three aims: NSGA-II.
//!
//! Of parents and children the better half survives: by rank, then by crowding (Deb, Pratap, Agarwal & Meyarivan 2002, IEEE Trans.
//! Evol. Comput. 6(2), 182–197). The search ends early where the hypervolume of all non-dominated designs has stopped growing:
//!
//! ```text
//! HV(now) − HV(k generations ago) ≤ share · HV(now)      aims scaled to the width of both fronts; reference 10 % beyond
//! ```

use std::cmp::Ordering;

use rand::RngExt as _;
use rand_pcg::Pcg64;

use super::hypervolume::hypervolume;
use super::problem::{Judged, Problem};
use super::search::{Batch, Ended, Search, Stall};
use super::sort::{crowding, fronts};
use super::variation::children;

/// How far beyond the worst of the front the reference of the hypervolume lies, as a share of the front's width.
const BEYOND: f64 = 0.1;

/// A member of the population.
#[derive(Clone, Copy)]
struct Member {
    index: usize,
    rank: usize,
    crowding: f64,
}

/// Generations until the budget is spent or nothing is gained.
pub(super) fn evolve<P: Problem>(search: &mut Search<'_, P>) -> Result<Ended, P::Error> {
    let size = search.size();
    let mut members: Vec<usize> = search.first(size)?.collect();
    let mut history = vec![search.archive.aims(&search.designs)];
    let watched = search.settings.stall.map_or(0, |stall| stall.generations);
    for generation in 1.. {
        if search.left() == 0 {
            break;
        }
        let population = ranked(search, &members, size);
        let mut rng = search.stream(&format!("generation.{generation}"));
        let mut new = offspring(search, &population, &mut rng, size);
        new.truncate(search.left());
        if new.is_empty() {
            return Ok(Ended::Exhausted);
        }
        members = population.iter().map(|member| member.index).collect();
        members.extend(search.judge(&new)?);
        history.push(search.archive.aims(&search.designs));
        if history.len() > watched + 1 {
            history.remove(0);
        }
        if search
            .settings
            .stall
            .is_some_and(|stall| stalled(&history, stall))
        {
            return Ok(Ended::Converged);
        }
    }
    Ok(Ended::Evaluations)
}

/// The better part of designs, ranked.
fn ranked<P: Problem>(search: &Search<'_, P>, members: &[usize], size: usize) -> Vec<Member> {
    let judged: Vec<&Judged> = members
        .iter()
        .map(|&at| &search.designs[at].judged)
        .collect();
    let mut ranked = Vec::with_capacity(size);
    for (rank, front) in fronts(&judged).iter().enumerate() {
        let crowding = crowding(&judged, front);
        let mut of_rank: Vec<Member> = front
            .iter()
            .zip(crowding)
            .map(|(&at, crowding)| Member {
                index: members[at],
                rank,
                crowding,
            })
            .collect();
        let room = size - ranked.len();
        if of_rank.len() > room {
            // Stable: of equally crowded ones the older stays.
            of_rank.sort_by(|a, b| b.crowding.total_cmp(&a.crowding));
            of_rank.truncate(room);
        }
        ranked.extend(of_rank);
        if ranked.len() == size {
            break;
        }
    }
    ranked
}

/// New designs out of a population; empty: there are none.
fn offspring<P: Problem>(
    search: &Search<'_, P>,
    from: &[Member],
    rng: &mut Pcg64,
    size: usize,
) -> Vec<Vec<f64>> {
    let genes = search.genes();
    let mut batch = Batch::new(&search.seen);
    // Children that are known are not judged again; where most are, little is left to be crossed.
    let mut tries = 10 * size;
    while batch.new.len() < size && tries > 0 {
        tries -= 1;
        let parents = [0, 1].map(|_| {
            let member = tournament(from, rng);
            search.designs[member.index].genes.as_slice()
        });
        for child in children(genes, parents, rng) {
            if batch.new.len() < size {
                batch.add(child);
            }
        }
    }
    search.fill(&mut batch, size, rng);
    batch.new
}

/// The better of two by chance: by rank, then the less crowded.
fn tournament(from: &[Member], rng: &mut Pcg64) -> Member {
    let [a, b] = [0, 1].map(|_| from[rng.random_range(0..from.len())]);
    let order = a.rank.cmp(&b.rank);
    match order.then(b.crowding.total_cmp(&a.crowding)) {
        Ordering::Greater => b,
        _ => a,
    }
}

/// Whether the front has hardly grown over the last generations. While nothing is feasible it has not stalled.
fn stalled(history: &[Vec<Vec<f64>>], stall: Stall) -> bool {
    let (Some(now), Some(then)) = (
        history.last(),
        history
            .len()
            .checked_sub(stall.generations + 1)
            .map(|at| &history[at]),
    ) else {
        return false;
    };
    let Some(aims) = then.first().map(Vec::len) else {
        return false;
    };
    let ends = (0..aims).map(|aim| {
        let all = now.iter().chain(then).map(|aims| aims[aim]);
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), aim| {
            (low.min(aim), high.max(aim))
        });
        // A front that is hardly wider than a point is not looked at more closely than the share.
        let least = stall.share * low.abs().max(high.abs());
        (low, (high - low).max(least).max(f64::MIN_POSITIVE))
    });
    let ends: Vec<(f64, f64)> = ends.collect();
    let scaled = |front: &[Vec<f64>]| -> Vec<Vec<f64>> {
        let scaled = front.iter().map(|aims| {
            let aims = aims.iter().zip(&ends);
            aims.map(|(aim, (low, width))| (aim - low) / width)
                .collect()
        });
        scaled.collect()
    };
    let reference = vec![1.0 + BEYOND; aims];
    let [now, then] = [now, then].map(|front| hypervolume(&scaled(front), &reference));
    now - then <= stall.share * now
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: below (1.1, 1.1) the corners of the unit square have 0.1·1.1·2 − 0.01 = 0.21; a design at (0.5, 0.5) adds
    /// 0.5 · 0.5 = 0.25 to that.
    #[test]
    fn a_front_has_stalled_where_its_volume_has_not_grown() {
        let stall = |share| Stall {
            share,
            generations: 1,
        };
        let ends = vec![vec![0.0, 200.0], vec![100.0, 0.0]];
        let mut fuller = ends.clone();
        fuller.push(vec![50.0, 100.0]);
        let none: Vec<Vec<f64>> = Vec::new();
        assert!(stalled(&[ends.clone(), ends.clone()], stall(0.0)));
        assert!(
            !stalled(std::slice::from_ref(&ends), stall(1.0)),
            "too short a history"
        );
        let grown = [ends.clone(), fuller];
        assert!(!stalled(&grown, stall(0.54)), "0.25 of 0.46 is 0.543");
        assert!(stalled(&grown, stall(0.55)));
        assert!(!stalled(&[none.clone(), none.clone()], stall(1.0)));
        assert!(!stalled(&[none, ends], stall(1.0)));
    }
}
