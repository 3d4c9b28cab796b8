//! Coupled thermal masses, advanced exactly over a step of any length under constant input.
//!
//! ```text
//! dT/dt = A·T + b                           A in 1/s, b in K/s, constant over the step
//! end   = e^M·T0 + dt·φ1(M)·b               M = A·dt
//! mean  = φ1(M)·T0 + dt·φ2(M)·b             exact mean over the step
//! φ1(z) = (e^z − 1)/z = 1 + z/2! + z²/3! + …      φ2(z) = (φ1(z) − 1)/z = 1/2! + z/3! + …
//! f(M)  = f(λ1)·I + f[λ1, λ2]·(M − λ1·I)    2×2, f[ , ] the divided difference
//! ```
//!
//! Source: Moler and Van Loan, "Nineteen dubious ways to compute the exponential of a matrix", SIAM Review 45
//! (2003), method 10 (Newton interpolation), with the recurrence z·φ(k+1)(z) = φ(k)(z) − 1/k! for the differences.
//! Valid for any `dt_s ≥ 0`. Heat computed from the mean closes the balance to rounding.

use nalgebra::{Matrix2, Matrix3, Matrix6, SMatrix, SVector, Vector2, Vector3};

/// Temperatures after a step, and their mean over it, °C.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Advanced<T> {
    /// At the end of the step.
    pub end_c: T,
    /// Mean over the step.
    pub mean_c: T,
}

/// Below this magnitude the functions are summed as series, above it by their recurrence.
const SERIES: f64 = 0.5;
/// Enough terms for 1e-17 below `SERIES`.
const TERMS: u32 = 14;

/// φ1, exact for small arguments too.
fn phi1(z: f64) -> f64 {
    if z == 0.0 { 1.0 } else { z.exp_m1() / z }
}

/// φ2, exact for small arguments too.
fn phi2(z: f64) -> f64 {
    if z.abs() > SERIES {
        return (phi1(z) - 1.0) / z;
    }
    let mut sum = 0.0;
    for k in (2..=TERMS).rev() {
        sum = 1.0 + sum * z / f64::from(k + 1);
    }
    0.5 * sum
}

/// The exact step of two coupled masses for one `dt_s`: built where the rates change, applied each step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoMasses {
    end: Matrix2<f64>,
    mean: Matrix2<f64>,
    end_drive_s: Matrix2<f64>,
    mean_drive_s: Matrix2<f64>,
}

impl TwoMasses {
    /// From the rates A of dT/dt = A·T + b, 1/s. Heat flows make the product of the off-diagonal rates zero or
    /// positive; other matrices (oscillations) are solved in the general form.
    pub fn new(rates_s: &Matrix2<f64>, dt_s: f64) -> Self {
        let m = rates_s * dt_s;
        let half_trace = 0.5 * (m.m11 + m.m22);
        let half_gap = 0.5 * (m.m11 - m.m22);
        let discriminant = half_gap * half_gap + m.m12 * m.m21;
        let [e, p1, p2] = if discriminant < 0.0 {
            general_functions(&m)
        } else {
            let d = discriminant.sqrt();
            functions(&m, half_trace + d, half_trace - d)
        };
        Self {
            end: e,
            mean: p1,
            end_drive_s: p1 * dt_s,
            mean_drive_s: p2 * dt_s,
        }
    }

    /// Advances both masses under the constant drive b, K/s.
    pub fn advance(
        &self,
        start_c: Vector2<f64>,
        drive_k_s: Vector2<f64>,
    ) -> Advanced<Vector2<f64>> {
        Advanced {
            end_c: self.end * start_c + self.end_drive_s * drive_k_s,
            mean_c: self.mean * start_c + self.mean_drive_s * drive_k_s,
        }
    }
}

/// e^M, φ1(M), φ2(M) from the two real eigenvalues of M, `high` ≥ `low`.
fn functions(m: &Matrix2<f64>, high: f64, low: f64) -> [Matrix2<f64>; 3] {
    if high.abs().max(low.abs()) < SERIES {
        return series(m);
    }
    // The recurrence divides by `a`, so `a` is the eigenvalue of larger magnitude.
    let (a, b) = if high.abs() > low.abs() {
        (high, low)
    } else {
        (low, high)
    };
    let gap = high - low;
    let exp_difference = high.exp() * phi1(-gap); // (e^high − e^low)/(high − low), gap ≥ 0: never overflows alone
    let phi1_difference = (exp_difference - phi1(b)) / a;
    let phi2_difference = (phi1_difference - phi2(b)) / a;
    let rest = m - Matrix2::identity() * b;
    let of = |value: f64, difference: f64| Matrix2::identity() * value + rest * difference;
    [
        of(b.exp(), exp_difference),
        of(phi1(b), phi1_difference),
        of(phi2(b), phi2_difference),
    ]
}

/// The series of φ2, then upwards: φ1 = I + M·φ2, e^M = I + M·φ1.
fn series(m: &Matrix2<f64>) -> [Matrix2<f64>; 3] {
    let identity = Matrix2::identity();
    let mut sum = identity;
    for k in (3..=TERMS + 6).rev() {
        sum = identity + m * sum / f64::from(k);
    }
    let p2 = sum * 0.5;
    let p1 = identity + m * p2;
    [identity + m * p1, p1, p2]
}

/// exp of [[M, I, 0], [0, 0, I], [0, 0, 0]] holds e^M, φ1 and φ2 in its first row of blocks.
fn general_functions(m: &Matrix2<f64>) -> [Matrix2<f64>; 3] {
    let mut block = Matrix6::zeros();
    block.fixed_view_mut::<4, 4>(0, 2).fill_with_identity();
    block.fixed_view_mut::<2, 2>(0, 0).copy_from(m);
    let e = block.exp();
    [0, 2, 4].map(|column| e.fixed_view::<2, 2>(0, column).into_owned())
}

/// Any few coupled masses: the series where M is small, doubled until the step is whole.
///
/// ```text
/// e^(2M) = (e^M)²      φ1(2M) = φ1(M)·(e^M + I)/2      φ2(2M) = φ2(M)/2 + φ1(M)²/4
/// ```
///
/// Scaling and squaring of Moler and Van Loan, method 3, for the three functions at once.
pub fn masses<const N: usize>(
    rates_s: &SMatrix<f64, N, N>,
    drive_k_s: SVector<f64, N>,
    start_c: SVector<f64, N>,
    dt_s: f64,
) -> Advanced<SVector<f64, N>> {
    let mut m = rates_s * dt_s;
    let mut doublings = 0;
    let mut norm = row_norm(&m);
    while norm > SERIES && norm.is_finite() {
        norm *= 0.5;
        m *= 0.5;
        doublings += 1;
    }
    let identity = SMatrix::<f64, N, N>::identity();
    let mut sum = identity;
    for k in (3..=TERMS).rev() {
        sum = identity + m * sum / f64::from(k);
    }
    let mut p2 = sum * 0.5;
    let mut p1 = identity + m * p2;
    let mut e = identity + m * p1;
    for _ in 0..doublings {
        p2 = p2 * 0.5 + p1 * p1 * 0.25;
        p1 = p1 * (e + identity) * 0.5;
        e *= e;
    }
    Advanced {
        end_c: e * start_c + p1 * drive_k_s * dt_s,
        mean_c: p1 * start_c + p2 * drive_k_s * dt_s,
    }
}

/// The greatest sum of a row bounds every eigenvalue.
fn row_norm<const N: usize>(m: &SMatrix<f64, N, N>) -> f64 {
    let rows = m.row_iter();
    rows.map(|row| row.iter().map(|rate| rate.abs()).sum::<f64>())
        .fold(0.0, f64::max)
}

/// Eigenvalues nearer to each other than this, over a step, are not told apart by the difference of their functions.
const APART: f64 = 0.05;

fn apart(a: f64, b: f64) -> bool {
    (a - b).abs() > APART * (1.0 + a.abs())
}

/// Whether both are small enough for [`phi2_difference`] to take the series.
fn small(a: f64, b: f64) -> bool {
    a.abs().max(b.abs()) < 1.0
}

/// φ2[a, b], for values that are small or apart.
fn phi2_difference(a: f64, b: f64, at_a: f64, at_b: f64) -> f64 {
    if !small(a, b) {
        return (at_a - at_b) / (a - b);
    }
    // Σ (aᵏ⁻¹ + aᵏ⁻²·b + … + bᵏ⁻¹)/(k + 2)!
    let (mut power, mut powers, mut factorial, mut sum) = (1.0, 1.0, 6.0, 0.0);
    for k in 1..TERMS + 4 {
        sum += powers / factorial;
        power *= b;
        powers = a * powers + power;
        factorial *= f64::from(k + 3);
    }
    sum
}

/// Three coupled masses, as [`masses`] and several times as fast: one vector instead of matrices.
///
/// ```text
/// mean = T0 + dt·φ2(M)·v ,  v = A·T0 + b ,  end = T0 + dt·(A·mean + b)
/// φ2(M)·v = φ2(λ1)·v + φ2[λ1, λ2]·w + φ2[λ1, λ2, λ3]·(M − λ2·I)·w ,  w = (M − λ1·I)·v
/// ```
///
/// Heat flows between masses have real eigenvalues, found from the cubic by its trigonometric form; where they are not real
/// or not apart, [`masses`] does it. The end follows from the mean, so heat computed from the mean closes the balance; rounding
/// of the fastest rate grows with how far the first rate would reach in the step (1e-11 K for the air of a hall over a minute).
pub fn three_masses(
    rates_s: &Matrix3<f64>,
    drive_k_s: Vector3<f64>,
    start_c: Vector3<f64>,
    dt_s: f64,
) -> Advanced<Vector3<f64>> {
    let m = rates_s * dt_s;
    let v = rates_s * start_c + drive_k_s;
    let moved = if row_norm(&m) < SERIES {
        let mut sum = v;
        for k in (3..=TERMS).rev() {
            sum = v + m * sum / f64::from(k);
        }
        sum * 0.5
    } else {
        let Some([a, b, c]) = real_eigenvalues(&m) else {
            return masses(rates_s, drive_k_s, start_c, dt_s);
        };
        let (at_a, at_b, at_c) = (phi2(a), phi2(b), phi2(c));
        let a_b = phi2_difference(a, b, at_a, at_b);
        let b_c = phi2_difference(b, c, at_b, at_c);
        // The difference on the diagonal first: of a vector that is nearly the fast one, rounding would be all that is left.
        let less = |by: f64| m - Matrix3::identity() * by;
        let w = less(a) * v;
        v * at_a + w * a_b + less(b) * w * ((a_b - b_c) / (a - c))
    };
    let mean_c = start_c + moved * dt_s;
    Advanced {
        end_c: start_c + (rates_s * mean_c + drive_k_s) * dt_s,
        mean_c,
    }
}

/// The eigenvalues, the largest in magnitude first, where they are real and apart.
///
/// The largest comes from the cubic's trigonometric form and a step of Newton, the other two from their sum and product: so
/// what rounding leaves of it does not drown the small ones.
fn real_eigenvalues(m: &Matrix3<f64>) -> Option<[f64; 3]> {
    let mean = m.trace() / 3.0;
    let rest = m - Matrix3::identity() * mean;
    let square = (rest * rest).trace() / 6.0;
    if square.is_nan() || square <= 0.0 {
        return None;
    }
    let spread = square.sqrt();
    let ratio = 0.5 * rest.determinant() / (square * spread);
    if ratio.abs() > 1.0 + 1e-9 {
        return None;
    }
    let angle = ratio.clamp(-1.0, 1.0).acos() / 3.0;
    let low = mean + 2.0 * spread * (angle + std::f64::consts::TAU / 3.0).cos();
    // The lowest lies further from the mean than the highest where the ratio is below zero: then its cosine is enough.
    let mut first = if mean <= 0.0 && ratio < -1e-6 {
        low
    } else {
        let high = mean + 2.0 * spread * angle.cos();
        if high.abs() > low.abs() { high } else { low }
    };
    let minors = m.m11 * m.m22 - m.m12 * m.m21 + m.m11 * m.m33 - m.m13 * m.m31 + m.m22 * m.m33
        - m.m23 * m.m32;
    let (trace, product) = (m.trace(), m.determinant());
    let cubic = ((first - trace) * first + minors) * first - product;
    first -= cubic / ((3.0 * first - 2.0 * trace) * first + minors);
    let (of_two, half_sum) = (product / first, 0.5 * (minors - product / first) / first);
    let discriminant = half_sum * half_sum - of_two;
    if discriminant.is_nan() || discriminant <= 0.0 {
        return None;
    }
    let second = half_sum + discriminant.sqrt().copysign(half_sum);
    let third = of_two / second;
    let told = |a: f64, b: f64| small(a, b) || apart(a, b);
    let all = told(first, second) && told(second, third) && apart(first, third);
    let known = first.is_finite() && second.is_finite() && third.is_finite();
    (all && known).then_some([first, second, third])
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::{DMatrix, DVector};
    use proptest::prelude::*;

    /// One mass: dT/dt = `drive_k_s` − `rate_s`·(T − `neighbour_c`).
    ///
    /// For heat Q into capacity C through conductance G: `rate_s` = G/C, `drive_k_s` = Q/C. A rate of zero is an
    /// insulated mass.
    fn one_mass(
        start_c: f64,
        neighbour_c: f64,
        rate_s: f64,
        drive_k_s: f64,
        dt_s: f64,
    ) -> Advanced<f64> {
        let z = -rate_s * dt_s;
        let (p1, p2) = (phi1(z), phi2(z));
        let offset_k = start_c - neighbour_c;
        let rise_k = drive_k_s * dt_s;
        Advanced {
            end_c: start_c + offset_k * z * p1 + rise_k * p1,
            mean_c: start_c + offset_k * z * p2 + rise_k * p2,
        }
    }

    /// Two masses of `capacity_j_k` with `coupling_w_k` between them and `loss_w_k` from each to its own neighbour.
    fn of_capacities(
        capacity_j_k: [f64; 2],
        coupling_w_k: f64,
        loss_w_k: [f64; 2],
        dt_s: f64,
    ) -> TwoMasses {
        let [c1, c2] = capacity_j_k;
        let [l1, l2] = loss_w_k;
        let rates = Matrix2::new(
            -(coupling_w_k + l1) / c1,
            coupling_w_k / c1,
            coupling_w_k / c2,
            -(coupling_w_k + l2) / c2,
        );
        TwoMasses::new(&rates, dt_s)
    }

    /// Any number of coupled masses, through nalgebra's matrix exponential.
    ///
    /// `rates_s` must be square and `drive_k_s` and `start_c` as long as its side.
    fn many_masses(
        rates_s: &DMatrix<f64>,
        drive_k_s: &DVector<f64>,
        start_c: &DVector<f64>,
        dt_s: f64,
    ) -> Advanced<DVector<f64>> {
        let n = start_c.len();
        // z = (T, 1, mean so far): one exponential gives the end and the mean.
        let mut block = DMatrix::zeros(2 * n + 1, 2 * n + 1);
        block.view_mut((0, 0), (n, n)).copy_from(&(rates_s * dt_s));
        block
            .view_mut((0, n), (n, 1))
            .copy_from(&(drive_k_s * dt_s));
        block.view_mut((n + 1, 0), (n, n)).fill_with_identity();
        let mut z = DVector::zeros(2 * n + 1);
        z.rows_mut(0, n).copy_from(start_c);
        z[n] = 1.0;
        let z = block.exp() * z;
        Advanced {
            end_c: z.rows(0, n).into_owned(),
            mean_c: z.rows(n + 1, n).into_owned(),
        }
    }

    /// 1 kW into 10 kJ/K through 100 W/K to 20 °C: τ = 100 s, settles at 30 °C; after 100 s
    /// 30 − 10/e = 26.32121 °C, mean 30 − 10·(1 − 1/e) = 23.67879 °C.
    #[test]
    fn one_mass_by_hand() {
        let a = one_mass(20.0, 20.0, 0.01, 0.1, 100.0);
        assert!((a.end_c - 26.321_205_588).abs() < 1e-8);
        assert!((a.mean_c - 23.678_794_412).abs() < 1e-8);
        let insulated = one_mass(20.0, 0.0, 0.0, 0.1, 100.0);
        assert_eq!((insulated.end_c, insulated.mean_c), (30.0, 25.0));
        let tiny = one_mass(20.0, 20.0, 0.01, 0.1, 1e-9);
        assert!(((tiny.mean_c - 20.0) - 0.5e-10).abs() < 1e-14);
    }

    /// Masses alike and coupled only to each other exchange e^(−2Gt/C) of their difference.
    #[test]
    fn two_equal_masses_by_hand() {
        let pair = of_capacities([1e4, 1e4], 50.0, [0.0; 2], 100.0);
        let a = pair.advance(Vector2::new(40.0, 20.0), Vector2::zeros());
        assert!((a.end_c.x - (30.0 + 10.0 * (-1.0_f64).exp())).abs() < 1e-12);
        assert!((a.end_c.x + a.end_c.y - 60.0).abs() < 1e-12);
    }

    #[test]
    fn an_oscillating_matrix_is_solved_too() {
        let rates = Matrix2::new(0.0, 1.0, -1.0, 0.0);
        let a = TwoMasses::new(&rates, std::f64::consts::PI)
            .advance(Vector2::new(1.0, 0.0), Vector2::zeros());
        assert!((a.end_c - Vector2::new(-1.0, 0.0)).norm() < 1e-12);
        assert!((a.mean_c - Vector2::new(0.0, -2.0 / std::f64::consts::PI)).norm() < 1e-12);
    }

    /// The third mass has no part: the other two as alone; and it as one mass.
    #[test]
    fn three_masses_contain_two_and_one() {
        let rates = Matrix3::new(-0.3, 0.1, 0.0, 0.02, -0.02, 0.0, 0.0, 0.0, -0.01);
        let (drive, start) = (Vector3::new(0.2, 0.0, 0.1), Vector3::new(30.0, 40.0, 20.0));
        let three = three_masses(&rates, drive, start, 60.0);
        let two = TwoMasses::new(&Matrix2::new(-0.3, 0.1, 0.02, -0.02), 60.0)
            .advance(start.xy(), drive.xy());
        let one = one_mass(20.0, 0.0, 0.01, 0.1, 60.0);
        assert!((three.end_c.xy() - two.end_c).norm() < 1e-10);
        assert!((three.mean_c.xy() - two.mean_c).norm() < 1e-10);
        assert!((three.end_c.z - one.end_c).abs() < 1e-10);
        assert!((three.mean_c.z - one.mean_c).abs() < 1e-10);
    }

    fn reference(rates: &Matrix2<f64>, b: Vector2<f64>, t0: Vector2<f64>, dt: f64) -> [f64; 4] {
        let a = many_masses(
            &DMatrix::from_column_slice(2, 2, rates.as_slice()),
            &DVector::from_column_slice(b.as_slice()),
            &DVector::from_column_slice(t0.as_slice()),
            dt,
        );
        [a.end_c[0], a.end_c[1], a.mean_c[0], a.mean_c[1]]
    }

    proptest! {
        /// The closed form is nalgebra's exponential, also where the eigenvalues nearly coincide.
        #[test]
        fn the_closed_form_is_the_matrix_exponential(a in -12..2, b in -12..2, gap in -14..0, l1 in 0.0..1.0f64,
                                                    t1 in 5.0..80.0f64, t2 in 5.0..80.0f64, d in -1.0..1.0f64, dt in 0.01..20.0f64) {
            let (k1, k2) = (10f64.powi(a), 10f64.powi(b));
            let rates = Matrix2::new(-k1 - l1, k1, k2, -k2 - l1 * (1.0 + 10f64.powi(gap)));
            let (t0, drive) = (Vector2::new(t1, t2), Vector2::new(d, -0.3 * d));
            let ours = TwoMasses::new(&rates, dt).advance(t0, drive);
            let theirs = reference(&rates, drive, t0, dt);
            for (o, t) in [ours.end_c.x, ours.end_c.y, ours.mean_c.x, ours.mean_c.y].iter().zip(theirs) {
                prop_assert!((o - t).abs() < 1e-10 * (1.0 + t.abs()), "{o} {t} {rates}");
            }
        }

        /// Three masses as nalgebra's exponential has them, from slow to settled within the step.
        #[test]
        fn three_masses_are_the_matrix_exponential(a in -4..1, b in -4..1, c in -4..1, l in 0.0..1.0f64, back in -0.5..1.0f64,
                                                   t in prop::array::uniform3(5.0..80.0f64), d in -1.0..1.0f64, dt in 0.01..900.0f64) {
            let [k1, k2, k3] = [a, b, c].map(|power| 10f64.powi(power));
            let rates = Matrix3::new(-k1 - k2 - l, k1, k2, k3, -k3, 0.0, k2 * back, 0.0, -k2);
            let (start, drive) = (Vector3::from(t), Vector3::new(d, 0.0, -0.3 * d));
            let ours = three_masses(&rates, drive, start, dt);
            let theirs = many_masses(
                &DMatrix::from_column_slice(3, 3, rates.as_slice()),
                &DVector::from_column_slice(drive.as_slice()),
                &DVector::from_column_slice(start.as_slice()),
                dt,
            );
            // Rounding of the fastest rate counts by how far the first rate reaches in the step; in the end, which follows
            // from the mean, by that rate once more.
            let norm = row_norm(&(rates * dt));
            let of_mean = 1e-16 * norm * (rates * start + drive).amax() * dt;
            let rounding = norm * of_mean;
            for (o, t) in ours.end_c.iter().zip(&theirs.end_c) {
                prop_assert!((o - t).abs() < 1e-9 * (1.0 + t.abs()) + rounding, "{o} {t} {rates}");
            }
            for (o, t) in ours.mean_c.iter().zip(&theirs.mean_c) {
                prop_assert!((o - t).abs() < 1e-9 * (1.0 + t.abs()) + of_mean, "{o} {t} {rates}");
            }
            let many = masses(&rates, drive, start, dt);
            prop_assert!((many.end_c - ours.end_c).amax() < 1e-9 * (1.0 + ours.end_c.amax()) + rounding);
            // Heat computed from the mean closes the balance.
            let kept = (ours.end_c - start) / dt - rates * ours.mean_c - drive;
            prop_assert!(kept.amax() < 1e-12 * (norm / dt + 1.0) * (80.0 + start.amax()), "{kept}");
        }

        #[test]
        fn two_halves_are_one_whole(c1 in 1e3..1e7f64, c2 in 1e3..1e7f64, g in 1.0..1e5f64, l in 0.0..1e4f64,
                                    q in -1e5..1e5f64, t in 5.0..80.0f64, dt in 0.1..3600.0f64) {
            let pair = |dt| of_capacities([c1, c2], g, [l, 0.0], dt);
            let (start, drive) = (Vector2::new(t, 30.0), Vector2::new(q / c1, 0.0));
            let whole = pair(dt).advance(start, drive);
            let half = pair(dt / 2.0);
            let first = half.advance(start, drive);
            let second = half.advance(first.end_c, drive);
            let scale = 1e-10 * (1.0 + whole.end_c.amax());
            prop_assert!((whole.end_c - second.end_c).amax() < scale);
            prop_assert!((whole.mean_c - (first.mean_c + second.mean_c) / 2.0).amax() < scale);
        }

        /// Stored = in − out, with the flow out taken from the mean.
        #[test]
        fn energy_closes(c1 in 1e3..1e7f64, c2 in 1e3..1e7f64, g in 1.0..1e5f64, l in 0.0..1e4f64,
                         q in -1e5..1e5f64, t in 5.0..80.0f64, dt in 0.1..3600.0f64) {
            let a = of_capacities([c1, c2], g, [l, 0.0], dt)
                .advance(Vector2::new(t, 30.0), Vector2::new(q / c1, 0.0)); // neighbour at 0 °C
            let stored = c1 * (a.end_c.x - t) + c2 * (a.end_c.y - 30.0);
            let came = dt * (q - l * a.mean_c.x);
            prop_assert!((stored - came).abs() < 1e-9 * ((c1 + c2) * 80.0 + came.abs()), "{stored} {came}");
            let one = one_mass(t, 10.0, l / c1, q / c1, dt);
            let stored = c1 * (one.end_c - t);
            let came = dt * (q - l * (one.mean_c - 10.0));
            prop_assert!((stored - came).abs() < 1e-9 * (c1 * 80.0 + came.abs()));
        }

        #[test]
        fn one_mass_is_two_halves_too(rate in 0.0..10.0f64, drive in -1.0..1.0f64, t in 5.0..80.0f64, dt in 0.0..3600.0f64) {
            let whole = one_mass(t, 20.0, rate, drive, dt);
            let first = one_mass(t, 20.0, rate, drive, dt / 2.0);
            let second = one_mass(first.end_c, 20.0, rate, drive, dt / 2.0);
            let scale = 1e-11 * (1.0 + whole.end_c.abs());
            prop_assert!((whole.end_c - second.end_c).abs() < scale);
            prop_assert!((whole.mean_c - f64::midpoint(first.mean_c, second.mean_c)).abs() < scale);
        }
    }
}
