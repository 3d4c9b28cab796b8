//! The air of a hall between its servers' metal and its structure, followed exactly under limits that are straight lines
//! in the temperatures.
//!
//! ```text
//! C_metal·dT_metal/dt = Q_it − ε·G·(T_metal − T_in) − n·(T_metal − T)
//! C_air·dT/dt    = Q_room + ε·G·(T_metal − T_in) + n·(T_metal − T) − G·(T − T_in) − hA·(T − T_str) − L·(T − T_out)
//! C_str·dT_str/dt  = hA·(T − T_str)              floor, walls and racks' steel
//! G·(T − T_in) = draw                            CRAH units cool the air before the servers;  0: doors behind them
//! ε = 1 − e^(−NTU) ,  NTU = 0.69·(V/V_full)^−0.2 servers as heat exchangers: half of the difference at full load's air
//! n = (0.05·G_full − ε·G)₊                       buoyancy through servers that stand
//! hA = 250 W/K a rack
//! L                                              capacity rate of outdoor air that leaks through the hall
//! P_ventilation = Δp·V/η = 0.041·Q/σ²            for heat carried outdoors by air that warms by 10 K
//! ```
//!
//! W, J/K, °C. G: ρ·c of the servers' air. All heat of the IT warms the servers' metal, and what the metal gives the
//! air. Source: servers as a lumped mass with an effectiveness: Erden, Khalifa, Schmidt, J. Electron. Packag. 136 (2014)
//! 031005, and Pardey et al., ASHRAE Trans. 121 (2015), the compact server model for transients; turbulent film with V^0.8
//! (Incropera et al., 7th ed., ch. 8). Ventilation: 250 Pa (150–400: short ducts to long) at 50 % (40–60),
//! 250/(0.5·1.2·1006·10) = 0.041 W/W at sea level, and more of thin air through the same ducts (`physics::site_air`).
//! Unconfirmed: 10 m³ of air a rack (6–15, low halls to high), 150 kJ/K of structure (100–300, light walls to concrete),
//! ε = 0.5 (0.3–0.9, large lone heat sinks to boards full of small parts), n (0.03–0.1 of full load's air: baffled or open
//! servers). Valid for one well-mixed temperature of the hot air, and of the metal of all servers.

use nalgebra::{Matrix3, Vector3};

use crate::cooling::{Design, Sink};
use crate::physics::site_air::SiteAir;
use crate::physics::thermal_network::three_masses;

/// Air in the hall, m³ per rack: 2.5 m² of floor and aisle, 4 m high.
pub(crate) const AIR_M3_PER_RACK: f64 = 10.0;
/// Rack steel, floor and walls that follow the air within the hour, J/K per rack.
const STRUCTURE_J_K_PER_RACK: f64 = 150e3;
/// Surface exchange between air and those masses, W/K per rack: some 30 m² at 8 W/m²K.
const SURFACE_W_K_PER_RACK: f64 = 250.0;
/// Servers as heat exchangers between their metal and the air they blow, at full load's air: transfer units. Half of the
/// difference: −ln(1 − 0.5).
const SERVER_TRANSFER_UNITS: f64 = std::f64::consts::LN_2;
/// They fall with the air flow to this power: the film grows with its 0.8th.
const TRANSFER_UNITS_EXPONENT: f64 = -0.2;
/// Exchange between the metal of servers and the air by buoyancy, of full load's air.
const STANDING_SHARE: f64 = 0.05;

/// Fans that carry the heat of power distribution out of a hall without room cooling, at sea level, W per W.
const VENTILATION_W_W: f64 = 0.041;

/// The same at a site.
pub(crate) fn ventilation_w_w(air: SiteAir) -> f64 {
    VENTILATION_W_W * air.pressure_for_mass().powi(2)
}

/// Thermal mass that warms with a hall's air.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RoomMasses {
    pub(crate) air_j_k: f64,
    pub(crate) structure_j_k: f64,
    /// Servers.
    pub(crate) metal_j_k: f64,
    surface_w_k: f64,
    /// ρ·c of the servers' air at full load.
    full_w_k: f64,
    /// Outdoor air that passes.
    leak: Sink,
}

/// Heat into a hall, W.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given {
    /// Into the servers' metal.
    pub(crate) it_w: f64,
    /// Into the air: power distribution, fans of the hall.
    pub(crate) air_w: f64,
}

/// How the servers' metal meets the air.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Servers {
    /// ε·G: to the air that they draw.
    pub(crate) drawn_w_k: f64,
    /// To the air around them.
    pub(crate) standing_w_k: f64,
    /// ε.
    pub(crate) effectiveness: f64,
    /// Share of what is drawn from the hot air that they miss at their inlets: ε where all of it is drawn from the air
    /// before them, 0 where it is drawn behind them.
    pub(crate) misses: f64,
}

/// Heat drawn from a hall's air: from the hot air, and from air that has just left the servers' metal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Draw {
    pub(crate) air_w_k: f64,
    pub(crate) metal_w_k: f64,
    /// What both would give at 0 °C less than nothing, W.
    pub(crate) less_w: f64,
}

impl From<Sink> for Draw {
    fn from(sink: Sink) -> Self {
        Self {
            air_w_k: sink.conductance_w_k,
            metal_w_k: 0.0,
            less_w: sink.conductance_w_k * sink.temp_c,
        }
    }
}

impl Draw {
    /// With `share` of its temperature that of the metal, the rest that of the air.
    pub(crate) fn behind(sink: Sink, share: f64) -> Self {
        Self {
            air_w_k: (1.0 - share) * sink.conductance_w_k,
            metal_w_k: share * sink.conductance_w_k,
            less_w: sink.conductance_w_k * sink.temp_c,
        }
    }

    /// Both together.
    pub(crate) fn beside(self, other: Self) -> Self {
        Self {
            air_w_k: self.air_w_k + other.air_w_k,
            metal_w_k: self.metal_w_k + other.metal_w_k,
            less_w: self.less_w + other.less_w,
        }
    }

    fn w(&self, temps_c: &[f64]) -> f64 {
        self.air_w_k * temps_c[AIR] + self.metal_w_k * temps_c[METAL] - self.less_w
    }
}

/// Places of a hall's temperatures.
pub(crate) const AIR: usize = 0;
pub(crate) const STRUCTURE: usize = 1;
pub(crate) const METAL: usize = 2;

/// A hall after a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Followed<const N: usize> {
    /// Temperatures at its end: hot air, structure, servers' metal, and others.
    pub(crate) end_c: [f64; N],
    /// Mean heat drawn, without the leak, W.
    pub(crate) drawn_w: f64,
    /// Mean heat that left with the leak, W.
    pub(crate) leaked_w: f64,
}

impl RoomMasses {
    /// The same while outdoor air passes.
    pub(crate) fn leaking(self, leak: Sink) -> Self {
        Self { leak, ..self }
    }

    /// Of a hall of this size.
    pub(crate) fn of(design: &Design<'_>) -> Self {
        let racks = design.racks as f64;
        Self {
            air_j_k: racks * AIR_M3_PER_RACK * design.air.heat_j_m3k(),
            structure_j_k: racks * STRUCTURE_J_K_PER_RACK,
            metal_j_k: racks * design.rack_mass_j_k,
            surface_w_k: racks * SURFACE_W_K_PER_RACK,
            full_w_k: racks * design.rack_air_m3_s * design.air.heat_j_m3k(),
            leak: Sink::default(),
        }
    }

    /// The servers while their air carries so much; it is drawn from the air before them.
    pub(crate) fn servers(&self, air_w_k: f64) -> Servers {
        let effectiveness = if air_w_k > 0.0 {
            let flow = air_w_k / self.full_w_k;
            -(-SERVER_TRANSFER_UNITS * flow.powf(TRANSFER_UNITS_EXPONENT)).exp_m1()
        } else {
            0.0
        };
        let drawn_w_k = effectiveness * air_w_k;
        Servers {
            drawn_w_k,
            standing_w_k: (STANDING_SHARE * self.full_w_k - drawn_w_k).max(0.0),
            effectiveness,
            misses: effectiveness,
        }
    }

    /// Surfaces to the structure, W/K, and the leak.
    pub(crate) fn exchange(&self) -> (f64, Sink) {
        (self.surface_w_k, self.leak)
    }

    /// Heat kept between two states, W.
    pub(crate) fn stored_w(&self, start_c: [f64; 3], end_c: [f64; 3], dt_s: f64) -> f64 {
        let masses = [self.air_j_k, self.structure_j_k, self.metal_j_k];
        let kept = masses.iter().zip(start_c.iter().zip(end_c));
        kept.map(|(j_k, (start_c, end_c))| j_k * (end_c - start_c))
            .sum::<f64>()
            / dt_s
    }
}

/// Advances air, structure and metal. `binding` gives what holds at their temperatures.
pub(crate) fn follow(
    masses: RoomMasses,
    servers: Servers,
    start_c: [f64; 3],
    given: Given,
    binding: impl Fn(&[f64; 3]) -> Draw,
    dt_s: f64,
) -> Followed<3> {
    let RoomMasses {
        air_j_k,
        structure_j_k,
        metal_j_k,
        surface_w_k: h,
        leak,
        ..
    } = masses;
    let (l, leak_w) = (leak.conductance_w_k, leak.conductance_w_k * leak.temp_c);
    let metal_w_k = servers.drawn_w_k + servers.standing_w_k;
    // What the servers miss at their inlets is drawn from their metal, the rest from the air.
    let (misses, left) = (servers.misses, 1.0 - servers.misses);
    let advance = |draw: Draw, temps_c: [f64; 3], try_s: f64| {
        let rates = Matrix3::new(
            -(metal_w_k + h + l + left * draw.air_w_k) / air_j_k,
            h / air_j_k,
            (metal_w_k - left * draw.metal_w_k) / air_j_k,
            h / structure_j_k,
            -h / structure_j_k,
            0.0,
            (metal_w_k - misses * draw.air_w_k) / metal_j_k,
            0.0,
            -(metal_w_k + misses * draw.metal_w_k) / metal_j_k,
        );
        let drive = Vector3::new(
            (given.air_w + left * draw.less_w + leak_w) / air_j_k,
            0.0,
            (given.it_w + misses * draw.less_w) / metal_j_k,
        );
        let step = three_masses(&rates, drive, Vector3::from(temps_c), try_s);
        (step.end_c.into(), step.mean_c.into())
    };
    let settled = |draw: Draw, temps_c: [f64; 3]| {
        let by_w_k = metal_w_k + h + l + left * draw.air_w_k;
        let from_metal_w = (metal_w_k - left * draw.metal_w_k) * temps_c[METAL];
        let given_w = given.air_w + left * draw.less_w + leak_w;
        let settled_c = (given_w + h * temps_c[STRUCTURE] + from_metal_w) / by_w_k;
        (settled_c, by_w_k, false)
    };
    masses.follow_with(start_c, binding, advance, settled, dt_s)
}

impl RoomMasses {
    /// Where another limit binds at the end of a step than at its start, the step is cut until one binds throughout (or
    /// it is a hair long). `advance` follows one limit and returns the ends and the means; `settled` gives where the hot
    /// air alone is drawn while the others are as they are, and with how many W/K, and whether a fast mass beside it is
    /// far from rest: then the step begins small, because the way may turn more than once.
    pub(crate) fn follow_with<const N: usize>(
        &self,
        start_c: [f64; N],
        binding: impl Fn(&[f64; N]) -> Draw,
        advance: impl Fn(Draw, [f64; N], f64) -> ([f64; N], [f64; N]),
        settled: impl Fn(Draw, [f64; N]) -> (f64, f64, bool),
        dt_s: f64,
    ) -> Followed<N> {
        const SHORTEST_S: f64 = 0.05;
        let (mut temps_c, mut left_s) = (start_c, dt_s);
        let (mut drawn_j, mut leaked_j) = (0.0, 0.0);
        let mut try_s = dt_s;
        while left_s > 0.0 {
            try_s = try_s.min(left_s);
            let draw = binding(&temps_c);
            // Air settles over the slower masses first: it may cross and come back inside a long step.
            let (settled_c, by_w_k, restless) = settled(draw, temps_c);
            if restless {
                let gone_s = dt_s - left_s;
                try_s = try_s.min((0.25 * self.air_j_k / by_w_k).max(0.5 * gone_s));
            }
            let (end_c, mean_c) = advance(draw, temps_c, try_s);
            // A value that is not a number is no reason to cut: the audit will find it.
            let differs = |at_c: &[f64; N]| at_c[AIR].is_finite() && binding(at_c) != draw;
            let same = !differs(&end_c);
            let mut aside_c = temps_c;
            aside_c[AIR] = settled_c;
            let returns = differs(&aside_c);
            if (!same && try_s > SHORTEST_S) || (returns && try_s > 0.25 * self.air_j_k / by_w_k) {
                try_s *= 0.25;
                continue;
            }
            drawn_j += draw.w(&mean_c) * try_s;
            leaked_j += self.leak.draw_w(mean_c[AIR]) * try_s;
            temps_c = end_c;
            left_s -= try_s;
            try_s *= 4.0;
        }
        Followed {
            end_c: temps_c,
            drawn_w: drawn_j / dt_s,
            leaked_w: leaked_j / dt_s,
        }
    }
}
