//! The temperature on which a tower and a condenser agree.

/// Solves y = f(y), where f never lies below `start_c`.
///
/// Mostly f is flat (gain 0.01 … 0.2) and the secant on f(y) − y is there in a few evaluations. With fans out or high
/// head it can be steep either way, so the root is bracketed first and the bracket kept (Illinois).
pub(super) fn settle(start_c: f64, f: impl Fn(f64) -> f64) -> f64 {
    const CLOSE_K: f64 = 1e-9;
    /// Nothing works here any more.
    const HOTTEST_C: f64 = 150.0;
    let gap = |y: f64| f(y) - y;
    let (mut a, mut gap_a) = (start_c, gap(start_c));
    if gap_a <= CLOSE_K {
        return a;
    }
    let mut b = a + gap_a;
    let mut gap_b = gap(b);
    while gap_b > CLOSE_K {
        if b >= HOTTEST_C {
            return b;
        }
        let slope = (gap_b - gap_a) / (b - a);
        let step_k = if slope < -0.2 {
            -gap_b / slope
        } else {
            2.0 * gap_b
        };
        (a, gap_a) = (b, gap_b);
        b = (b + step_k).min(HOTTEST_C);
        gap_b = gap(b);
    }
    let mut kept = 0_i32;
    for _ in 0..60 {
        if gap_b.abs() <= CLOSE_K || b - a <= CLOSE_K {
            break;
        }
        let c = (a * gap_b - b * gap_a) / (gap_b - gap_a);
        let gap_c = gap(c);
        if gap_c.abs() <= CLOSE_K {
            return c;
        }
        if gap_c > 0.0 {
            (a, gap_a) = (c, gap_c);
            if kept > 0 {
                gap_b *= 0.5;
            }
            kept = 1;
        } else {
            (b, gap_b) = (c, gap_c);
            if kept < 0 {
                gap_a *= 0.5;
            }
            kept = -1;
        }
    }
    b
}

#[cfg(test)]
mod tests {
    use super::*;

    /// y = 20 + 0.1·y settles at 22.222; y = max(21, …) at 21; 30 − 5·(y − 20), steep and falling, at 21.667.
    #[test]
    fn fixed_points_by_hand() {
        assert!((settle(20.0, |y| 20.0 + 0.1 * y) - 200.0 / 9.0).abs() < 1e-8);
        assert_eq!(settle(21.0, |_| 21.0), 21.0);
        assert!((settle(20.0, |y| (30.0 - 5.0 * (y - 20.0)).max(20.0)) - 65.0 / 3.0).abs() < 1e-8);
        assert!((settle(20.0, |y| 21.0 + 0.95 * (y - 20.0)) - 40.0).abs() < 1e-6);
        assert!(settle(20.0, |y| y + 1.0) >= 150.0);
    }
}
