//! Rank and crowding of designs.
//!
//! Fast non-dominated sort and crowding distance of NSGA-II (Deb, Pratap, Agarwal & Meyarivan 2002, IEEE Trans. Evol. Comput.
//! 6(2), sections III A and B):
//!
//! ```text
//! front 0   dominated by none        front k   dominated only by designs of fronts before k
//! crowding  Σ over aims of (next larger aim − next smaller) / (largest − smallest); infinite at both ends of a front
//! ```

use super::problem::Judged;

/// The fronts of a population, best first; designs by their index, in ascending order within a front.
pub(super) fn fronts(all: &[&Judged]) -> Vec<Vec<usize>> {
    let mut beaten_by = vec![0_usize; all.len()];
    let mut beats = vec![Vec::new(); all.len()];
    for a in 0..all.len() {
        for b in a + 1..all.len() {
            if all[a].dominates(all[b]) {
                beats[a].push(b);
                beaten_by[b] += 1;
            } else if all[b].dominates(all[a]) {
                beats[b].push(a);
                beaten_by[a] += 1;
            }
        }
    }
    let mut front: Vec<usize> = (0..all.len()).filter(|&i| beaten_by[i] == 0).collect();
    let mut fronts = Vec::new();
    while !front.is_empty() {
        let mut next = Vec::new();
        for &winner in &front {
            for &loser in &beats[winner] {
                beaten_by[loser] -= 1;
                if beaten_by[loser] == 0 {
                    next.push(loser);
                }
            }
        }
        next.sort_unstable();
        fronts.push(std::mem::replace(&mut front, next));
    }
    fronts
}

/// Crowding distance of each design of a front, in its order.
pub(super) fn crowding(all: &[&Judged], front: &[usize]) -> Vec<f64> {
    let mut distance = vec![0.0; front.len()];
    let aims = front.first().map_or(0, |&first| all[first].aims.len());
    let mut order: Vec<usize> = (0..front.len()).collect();
    for aim in 0..aims {
        let of = |at: usize| all[front[at]].aims[aim];
        order.sort_by(|&a, &b| of(a).total_cmp(&of(b)));
        let (Some(&first), Some(&last)) = (order.first(), order.last()) else {
            continue;
        };
        let width = of(last) - of(first);
        // Designs that failed have no distance from each other.
        if !width.is_finite() || width <= 0.0 {
            continue;
        }
        distance[first] = f64::INFINITY;
        distance[last] = f64::INFINITY;
        for at in 1..order.len() - 1 {
            distance[order[at]] += (of(order[at + 1]) - of(order[at - 1])) / width;
        }
    }
    distance
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn judged(aims: &[f64], violation: f64) -> Judged {
        Judged {
            aims: aims.to_vec(),
            violation,
        }
    }

    /// By hand: (1, 3), (2, 2), (3, 1) are a front; (2, 3) lies behind (2, 2), (3, 3) behind that; whoever breaks a limit
    /// comes after all who hold it, in the order of the breach; who failed, last.
    #[test]
    fn fronts_by_hand() {
        let all = [
            judged(&[3.0, 3.0], 0.0),
            judged(&[1.0, 3.0], 0.0),
            judged(&[0.0, 0.0], 0.5),
            judged(&[2.0, 2.0], 0.0),
            judged(&[2.0, 3.0], 0.0),
            judged(&[0.0, 0.0], 0.1),
            judged(&[3.0, 1.0], 0.0),
            Judged::failed(2),
        ];
        let all: Vec<&Judged> = all.iter().collect();
        assert_eq!(
            fronts(&all),
            [vec![1, 3, 6], vec![4], vec![0], vec![5], vec![2], vec![7]]
        );
    }

    /// By hand: aims 0, 1, 4 and 8, 2, 0: the middle one has 4/4 + 8/8.
    #[test]
    fn crowding_by_hand() {
        let all = [
            judged(&[1.0, 2.0], 0.0),
            judged(&[0.0, 8.0], 0.0),
            judged(&[4.0, 0.0], 0.0),
        ];
        let all: Vec<&Judged> = all.iter().collect();
        assert_eq!(
            crowding(&all, &[0, 1, 2]),
            [2.0, f64::INFINITY, f64::INFINITY]
        );
        assert_eq!(crowding(&all, &[0]), [0.0]);
        let failed = [Judged::failed(2), Judged::failed(2)];
        let failed: Vec<&Judged> = failed.iter().collect();
        assert_eq!(crowding(&failed, &[0, 1]), [0.0, 0.0]);
    }

    fn population() -> impl Strategy<Value = Vec<Judged>> {
        let one = (prop::collection::vec(0..6_u8, 3), 0..3_u8);
        let one = one.prop_map(|(aims, violation)| Judged {
            aims: aims.into_iter().map(f64::from).collect(),
            violation: f64::from(violation),
        });
        prop::collection::vec(one, 0..40)
    }

    proptest! {
        /// The definition: each design in one front, dominated by none of its own or a later front and, after the first, by
        /// one of the front before.
        #[test]
        fn fronts_are_what_they_are_defined_as(all in population()) {
            let all: Vec<&Judged> = all.iter().collect();
            let fronts = fronts(&all);
            prop_assert_eq!(fronts.iter().map(Vec::len).sum::<usize>(), all.len());
            for (rank, front) in fronts.iter().enumerate() {
                for &member in front {
                    let later = fronts[rank..].iter().flatten();
                    let beaten = later.clone().any(|&other| all[other].dominates(all[member]));
                    prop_assert!(!beaten, "{member}");
                    if rank > 0 {
                        let before = &fronts[rank - 1];
                        prop_assert!(before.iter().any(|&other| all[other].dominates(all[member])));
                    }
                }
            }
        }
    }
}
