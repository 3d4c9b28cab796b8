//! Hypervolume: the share of the space of aims that a front dominates, up to a reference point. Exact for one to three aims.
//!
//! ```text
//! HV(S, r) = volume of the union of the boxes [s, r] over all s in S with s < r
//! ```
//!
//! One aim: the distance of the least to the reference. Two: the steps of the staircase, summed. Three: slices between the
//! values of the third aim, each as high as the staircase of all designs below it. Source: Zitzler & Thiele 1998, PPSN V, 292–301;
//! the slices after Fonseca, Paquete & López-Ibáñez 2006, CEC, 1157–1163. O(n log n) for two aims, O(n²) for three.

/// The hypervolume of designs with one to three aims, all minimised; those that are not better than the reference in every aim
/// add nothing. More than three aims: none is known.
pub fn hypervolume(aims: &[Vec<f64>], reference: &[f64]) -> f64 {
    let within = |aims: &&Vec<f64>| aims.iter().zip(reference).all(|(aim, end)| aim < end);
    let within: Vec<&Vec<f64>> = aims.iter().filter(within).collect();
    match *reference {
        [x] => within.iter().map(|aims| x - aims[0]).fold(0.0, f64::max),
        [x, y] => {
            let mut stairs = Staircase::default();
            for aims in within {
                stairs.add([aims[0], aims[1]]);
            }
            stairs.area([x, y])
        }
        [x, y, z] => {
            let mut within = within;
            within.sort_by(|a, b| a[2].total_cmp(&b[2]));
            let (mut stairs, mut volume) = (Staircase::default(), 0.0);
            for (at, aims) in within.iter().enumerate() {
                stairs.add([aims[0], aims[1]]);
                let top = within.get(at + 1).map_or(z, |next| next[2]);
                if top > aims[2] {
                    volume += stairs.area([x, y]) * (top - aims[2]);
                }
            }
            volume
        }
        _ => f64::NAN,
    }
}

/// Points of a plane none of which dominates another: x rises, y falls.
#[derive(Default)]
struct Staircase(Vec<[f64; 2]>);

impl Staircase {
    fn add(&mut self, [x, y]: [f64; 2]) {
        let at = self.0.partition_point(|step| step[0] < x);
        let before = at.checked_sub(1).map(|before| self.0[before][1]);
        let same = self.0.get(at).filter(|step| step[0] == x);
        if before.is_some_and(|before| before <= y) || same.is_some_and(|step| step[1] <= y) {
            return;
        }
        let beaten = self.0[at..].iter().take_while(|step| step[1] >= y).count();
        self.0.splice(at..at + beaten, [[x, y]]);
    }

    fn area(&self, [x, y]: [f64; 2]) -> f64 {
        let ends = self.0.iter().skip(1).map(|step| step[0]).chain([x]);
        let steps = self.0.iter().zip(ends);
        steps
            .map(|(step, end)| (end - step[0]) * (y - step[1]))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(points: &[&[f64]]) -> Vec<Vec<f64>> {
        points.iter().map(|point| point.to_vec()).collect()
    }

    /// By hand: steps of 3·1, 2·1 and 1·1 below (4, 4) are 6; a point behind the stairs and one outside add nothing.
    #[test]
    fn two_aims_by_hand() {
        let front = [[1.0, 3.0], [2.0, 2.0], [3.0, 1.0], [2.5, 2.5], [0.0, 4.0]];
        let front = front.map(|point| point.to_vec());
        assert_eq!(hypervolume(&front, &[4.0, 4.0]), 6.0);
        assert_eq!(hypervolume(&[], &[4.0, 4.0]), 0.0);
        assert_eq!(hypervolume(&of(&[&[1.0], &[3.0]]), &[4.0]), 3.0);
    }

    /// By hand: two boxes of 2·1·2 and 1·2·2 below (2, 2, 2) share 1·1·2.
    #[test]
    fn three_aims_by_hand() {
        let front = of(&[&[0.0, 1.0, 0.0], &[1.0, 0.0, 0.0]]);
        assert_eq!(hypervolume(&front, &[2.0; 3]), 6.0);
        let front = of(&[&[0.0, 1.0, 1.0], &[1.0, 0.0, 0.0], &[1.0, 1.0, 0.5]]);
        // 1·2·2 + 2·1·1 less the 1·1·1 that both hold; the last lies behind the second.
        assert_eq!(hypervolume(&front, &[2.0; 3]), 5.0);
    }

    proptest! {
        /// On a grid of whole numbers the volume is the number of cells that some design dominates.
        #[test]
        fn the_volume_is_the_cells_dominated(
            points in prop::collection::vec(prop::collection::vec(0..6_u8, 3), 0..25),
            aims in 1..=3_usize,
        ) {
            let points: Vec<Vec<f64>> = points
                .into_iter()
                .map(|point| point.into_iter().take(aims).map(f64::from).collect())
                .collect();
            let side = 5_usize;
            let cells = (0..side.pow(aims as u32)).filter(|cell| {
                let corner: Vec<f64> = (0..aims).map(|aim| (cell / side.pow(aim as u32) % side) as f64).collect();
                points.iter().any(|point| point.iter().zip(&corner).all(|(a, b)| a <= b))
            });
            prop_assert_eq!(hypervolume(&points, &vec![side as f64; aims]), cells.count() as f64);
        }
    }
}
