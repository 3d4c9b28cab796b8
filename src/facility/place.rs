//! Reads racks off the straight line between the hall's coolest and warmest coolant.

/// Where a rack's coolant lies between the coolest and the warmest.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) low_c: f64,
    pub(super) per_k: f64,
}

/// Sum and greatest of the racks' places on the line.
pub(super) struct Shares {
    pub(super) sum: f64,
    pub(super) max: f64,
}

/// Reads power and chip temperature of each rack off the straight lines. Four sums side by side let the
/// compiler use vector registers, in an order that is the same everywhere.
pub(super) fn place(
    coolant_c: &[f64],
    power_w: &mut [f64],
    chip_c: &mut [f64],
    line: Line,
    power: (f64, f64),
    chip: (f64, f64),
) -> Shares {
    let (mut sums, mut maxima) = ([0.0; 4], [0.0; 4]);
    let share = |c: f64| (c - line.low_c) * line.per_k;
    let mut coolant = coolant_c.chunks_exact(4);
    let mut powers = power_w.chunks_exact_mut(4);
    let mut chips = chip_c.chunks_exact_mut(4);
    for ((c, p), t) in (&mut coolant).zip(&mut powers).zip(&mut chips) {
        for lane in 0..4 {
            let x = share(c[lane]);
            p[lane] = power.0 + power.1 * x;
            t[lane] = chip.0 + chip.1 * x;
            sums[lane] += x;
            maxima[lane] = if x > maxima[lane] { x } else { maxima[lane] };
        }
    }
    let mut shares = Shares {
        sum: (sums[0] + sums[1]) + (sums[2] + sums[3]),
        max: maxima.iter().fold(0.0, |a: f64, b| a.max(*b)),
    };
    let rest = coolant.remainder().iter();
    for ((&c, p), t) in rest
        .zip(powers.into_remainder())
        .zip(chips.into_remainder())
    {
        let x = share(c);
        *p = power.0 + power.1 * x;
        *t = chip.0 + chip.1 * x;
        shares.sum += x;
        shares.max = shares.max.max(x);
    }
    shares
}
