//! Heat exchangers by effectiveness and number of transfer units (ε-NTU).
//!
//! ```text
//! Q   = ε·C_min·(T_hot,in − T_cold,in)        C = ṁ·c_p, W/K;  NTU = UA/C_min;  Cr = C_min/C_max
//! counterflow     ε = (1 − e^(−NTU(1−Cr))) / (1 − Cr·e^(−NTU(1−Cr)));   NTU/(1+NTU) at Cr = 1
//! crossflow       ε = 1 − exp[(e^(−Cr·NTU^0.78) − 1)·NTU^0.22/Cr]       both fluids unmixed, approximation
//! phase change    ε = 1 − e^(−NTU)                                      Cr = 0
//! UA with flow    1/UA = (r_h·(1/f_h)^0.8 + r_c·(1/f_c)^0.8 + r_w)/UA_design,  r_h + r_c + r_w = 1
//! ```
//!
//! Units: W, W/K, °C. Source: Incropera et al., *Fundamentals of Heat and Mass Transfer*, 7th ed., Tables 11.3 and
//! 11.4; 0.8 is the Dittus–Boelter exponent of flow. Valid for constant properties and turbulent flow; the
//! crossflow approximation is within about 2 % of the exact series.

/// How the two fluids pass each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrangement {
    /// Plate and frame, most CDUs.
    Counterflow,
    /// Finned coils: dry coolers, rear doors, air handlers.
    CrossflowUnmixed,
    /// One side boils or condenses.
    PhaseChange,
}

/// Effectiveness ε, 0..1, at conductance UA and the two capacity rates; zero where nothing flows.
pub fn effectiveness(arrangement: Arrangement, ua_w_k: f64, a_w_k: f64, b_w_k: f64) -> f64 {
    let (min_w_k, max_w_k) = (a_w_k.min(b_w_k), a_w_k.max(b_w_k));
    if min_w_k <= 0.0 || ua_w_k <= 0.0 {
        return 0.0;
    }
    let (ntu, cr) = (ua_w_k / min_w_k, min_w_k / max_w_k);
    match arrangement {
        Arrangement::Counterflow => counterflow(ntu, cr),
        Arrangement::CrossflowUnmixed => crossflow(ntu, cr),
        Arrangement::PhaseChange => -(-ntu).exp_m1(),
    }
}

fn counterflow(ntu: f64, cr: f64) -> f64 {
    let gap = 1.0 - cr;
    if gap * ntu < 1e-9 {
        return ntu / (1.0 + ntu);
    }
    let lost = -(-ntu * gap).exp_m1(); // 1 − e^(−NTU·gap), exact for nearly equal flows too
    lost / (gap + cr * lost)
}

fn crossflow(ntu: f64, cr: f64) -> f64 {
    if cr < 1e-9 {
        return -(-ntu).exp_m1();
    }
    let eta = ntu.powf(0.22);
    let inner = (-cr * ntu / eta).exp_m1();
    -(inner * eta / cr).exp_m1()
}

/// Heat per kelvin of inlet difference, `ε·C_min`, W/K.
pub fn conductance_w_k(arrangement: Arrangement, ua_w_k: f64, a_w_k: f64, b_w_k: f64) -> f64 {
    effectiveness(arrangement, ua_w_k, a_w_k, b_w_k) * a_w_k.min(b_w_k)
}

/// UA in W/K that gives effectiveness `wanted` at the two capacity rates; infinite where none can.
pub fn ua_for_effectiveness(arrangement: Arrangement, wanted: f64, a_w_k: f64, b_w_k: f64) -> f64 {
    let (min_w_k, max_w_k) = (a_w_k.min(b_w_k), a_w_k.max(b_w_k));
    if wanted <= 0.0 || min_w_k <= 0.0 {
        return 0.0;
    }
    if wanted >= 1.0 {
        return f64::INFINITY;
    }
    let cr = min_w_k / max_w_k;
    let ntu = match arrangement {
        Arrangement::PhaseChange => -(-wanted).ln_1p(),
        Arrangement::Counterflow if 1.0 - cr < 1e-9 => wanted / (1.0 - wanted),
        Arrangement::Counterflow => ((1.0 - cr * wanted) / (1.0 - wanted)).ln() / (1.0 - cr),
        Arrangement::CrossflowUnmixed => crossflow_ntu(wanted, cr),
    };
    ntu * min_w_k
}

/// No closed inverse exists; ε rises with NTU, so bisection on a logarithmic scale always ends. Sizing only.
fn crossflow_ntu(wanted: f64, cr: f64) -> f64 {
    let (mut low, mut high) = (1e-9_f64.ln(), 1e6_f64.ln());
    if crossflow(high.exp(), cr) < wanted {
        return f64::INFINITY;
    }
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if crossflow(middle.exp(), cr) < wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    (0.5 * (low + high)).exp()
}

/// UA in W/K that carries `heat_w` between the two inlet temperatures; infinite where no exchanger can.
pub fn ua_for_inlets(
    arrangement: Arrangement,
    heat_w: f64,
    hot_in_c: f64,
    hot_w_k: f64,
    cold_in_c: f64,
    cold_w_k: f64,
) -> f64 {
    let most_w = hot_w_k.min(cold_w_k) * (hot_in_c - cold_in_c);
    if most_w <= 0.0 {
        return if heat_w > 0.0 { f64::INFINITY } else { 0.0 };
    }
    ua_for_effectiveness(arrangement, heat_w / most_w, hot_w_k, cold_w_k)
}

/// UA in W/K that carries `heat_w` with the hot side leaving `approach_k` above the cold inlet.
pub fn ua_for_approach(
    arrangement: Arrangement,
    heat_w: f64,
    approach_k: f64,
    hot_w_k: f64,
    cold_w_k: f64,
) -> f64 {
    let hot_in_c = approach_k + heat_w / hot_w_k; // above a cold inlet of 0
    ua_for_inlets(arrangement, heat_w, hot_in_c, hot_w_k, 0.0, cold_w_k)
}

/// How the thermal resistance of an exchanger divides at its design point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResistanceSplit {
    /// Share of the hot film, 0..1.
    pub hot: f64,
    /// Share of the cold film, 0..1; the wall keeps the rest.
    pub cold: f64,
}

impl ResistanceSplit {
    /// Two equal liquid films and a thin wall: plate heat exchangers.
    pub const PLATE: Self = Self {
        hot: 0.48,
        cold: 0.48,
    };

    /// UA relative to design at flows relative to design.
    pub fn ua_ratio(self, hot_flow: f64, cold_flow: f64) -> f64 {
        if hot_flow <= 0.0 || cold_flow <= 0.0 {
            return 0.0;
        }
        self.ua_ratio_of_films(Self::film(hot_flow), Self::film(cold_flow))
    }

    /// Resistance of a film relative to design at a flow relative to design.
    pub fn film(flow: f64) -> f64 {
        flow.powf(-0.8)
    }

    /// UA relative to design with films of such resistance.
    pub fn ua_ratio_of_films(self, hot: f64, cold: f64) -> f64 {
        let wall = 1.0 - self.hot - self.cold;
        1.0 / (self.hot * hot + self.cold * cold + wall)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Arrangement; 3] = [
        Arrangement::Counterflow,
        Arrangement::CrossflowUnmixed,
        Arrangement::PhaseChange,
    ];

    /// NTU 2, Cr 0.5: counterflow (1 − e⁻¹)/(1 − e⁻¹/2) = 0.77460. Crossflow: 2^0.22 = 1.16473,
    /// e^(−1/1.16473) = 0.42377, 1 − e^(−0.57623·1.16473/0.5) = 0.73876. Phase change 1 − e⁻² = 0.86466.
    #[test]
    fn effectiveness_by_hand() {
        let e = ALL.map(|a| effectiveness(a, 40e3, 20e3, 40e3));
        assert!((e[0] - 0.77460).abs() < 1e-5, "{e:?}");
        assert!((e[1] - 0.73876).abs() < 2e-5, "{e:?}");
        assert!((e[2] - 0.86466).abs() < 1e-5, "{e:?}");
        assert!((effectiveness(ALL[0], 40e3, 20e3, 20e3) - 2.0 / 3.0).abs() < 1e-12);
    }

    /// 1 MW, 10 K on both sides, 2 K approach: ε = 10/12, NTU = ε/(1−ε) = 5, UA = 500 kW/K.
    #[test]
    fn ua_from_an_approach_by_hand() {
        let ua = ua_for_approach(Arrangement::Counterflow, 1e6, 2.0, 1e5, 1e5);
        assert!((ua - 5e5).abs() < 1.0, "{ua}");
        assert!(ua_for_inlets(Arrangement::Counterflow, 1e6, 20.0, 1e5, 15.0, 1e5).is_infinite());
    }

    #[test]
    fn half_flow_on_both_sides_costs_two_fifths_of_the_conductance() {
        let plain = ResistanceSplit {
            hot: 0.5,
            cold: 0.5,
        };
        assert!((plain.ua_ratio(0.5, 0.5) - 0.5_f64.powf(0.8)).abs() < 1e-12);
        assert_eq!(ResistanceSplit::PLATE.ua_ratio(0.0, 1.0), 0.0);
    }

    proptest! {
        #[test]
        fn effectiveness_is_a_share_and_rises_with_ua(ua in 1e2..1e7f64, a in 1e2..1e6f64, b in 1e2..1e6f64) {
            for kind in ALL {
                let e = effectiveness(kind, ua, a, b);
                prop_assert!((0.0..=1.0).contains(&e));
                prop_assert!(effectiveness(kind, ua * 1.1, a, b) >= e);
                prop_assert_eq!(e, effectiveness(kind, ua, b, a));
            }
        }

        #[test]
        fn sizing_inverts_effectiveness(wanted in 0.05..0.95f64, a in 1e3..1e6f64, b in 1e3..1e6f64) {
            for kind in ALL {
                let ua = ua_for_effectiveness(kind, wanted, a, b);
                if ua.is_finite() {
                    prop_assert!((effectiveness(kind, ua, a, b) - wanted).abs() < 1e-9);
                }
            }
        }
    }
}
