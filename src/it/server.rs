//! One server: the power of its chips, the rest of the board and its fans, by load and coolant temperature.
//!
//! ```text
//! P_dc   = Σ P_chip + P_host(load) + P_fans                         behind the power supplies
//! P_chip, T_chip, speed by `accelerator`                              of each class of chips (`spread`), with its own rise
//! P_fans = P_fans,max · σ·s³ ,   V = V_max · s                      affinity laws; s: fan speed, σ: density over sea level's
//! m      = σ·s = max(m_inlet, m_chip) ≤ σ                           mass of air over that of full speed at sea level
//! m_inlet = table of `fan_control`                                  follows inlet air
//! m_chip  = m_min + (1 − m_min)·(T_chip − T_from)/band              proportional to the hottest chip, ≥ m_min
//! T_chip  = T_inlet + f·R_air(m)·P_chip(T_chip)                     solved together with m_chip; f: the hottest chip's
//! R_air(m) = R_fixed + R_flow·m^−0.8                                K/W, junction to inlet air
//! R_boil(q) = R_fixed + 1/(e·h(q)·A)                                h by `physics::boiling` at the flux q = P_chip/A; e: coating
//! R_plate  = R_jc + ratio·R(V)                                     V: coolant of one plate at full flow, `physics::plates`
//! m_plated = max(m_min, Q_air/(ρ_0·c·15 K)/V_max) ≤ σ               fans of a plated server carry what the plates leave
//! ```
//!
//! Altitude: what speeds at sea level are in the controller's tables are masses of air here, since firmware raises its
//! floors and tables for thin air (ibm-openbmc/dev issue 509): the same chip temperature takes s/σ, and 1/σ² of the fan power.
//! The speed ends at full: from there chips get warmer, and clocks fall at their limit.
//!
//! Chips of a job and under an imposed load work in step and wait for the slowest of them; those of a service work for
//! themselves, and their mean counts. What a chip draws while it waits for another is what it draws at work (it spins).
//!
//! Source: affinity laws; turbulent forced convection h ~ Re^0.8 ~ (ρ·V)^0.8 (Incropera et al., 7th ed., ch. 8). The control law is
//! that of service processors (`fan_control` names whose); floors, bands and resistances are catalogue figures, most of
//! them in doubt, with their ranges there.
//! Valid for inlet air of 5–45 °C. Immersed servers have no fans. A cold plate's resistance is that at full flow; what less flow
//! adds to it, the hall's cooling adds to the coolant. Fans of a plated server follow its heat, not the temperature of the room;
//! their floor in the catalogue is that of the parts which still need air.

mod entry;
mod fan_control;
mod lag;
pub mod spread;

pub use entry::{AirCooled, BoilerPlates, ColdPlates, Immersed, ServerEntry};

use super::accelerator::{Accelerator, ChipPoint, Demand, Powered, Work};
use crate::physics::Coolant;
use crate::physics::boiling::Boiling;
use crate::physics::plates::{HostParts, Part, PlateFlow, Plates};
use crate::physics::site_air::SiteAir;

/// Exponent of the convective resistance over flow.
const CONVECTION: f64 = 0.8;
/// How much air through a plated server may warm, K.
const PLATED_RISE_K: f64 = 15.0;
/// Chip temperature at which the flux of a boiling chip is taken for its superheat, °C.
const BOILING_CHIP_C: f64 = 70.0;

/// How a server in the hall gets rid of its chips' heat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Build {
    /// Fans and heat sinks.
    Air(AirCooled),
    /// Fluid around the chips.
    Immersed(Immersed),
    /// Plates on some parts, air for the rest.
    Plated {
        /// The catalogue's figures; its plates, or the scenario's.
        plates: ColdPlates,
        /// How the host's power divides.
        host: HostParts,
        /// Coolant through a chip's plate at full flow.
        flow: PlateFlow,
        /// Resistance over that of these figures.
        resistance_ratio: f64,
    },
    /// Fluid that boils on the chips.
    Boiling {
        /// The catalogue's figures.
        boiler: BoilerPlates,
        /// The fluid.
        fluid: Boiling,
        /// Resistance over that of these figures.
        resistance_ratio: f64,
    },
}

/// A server in the hall: its entry, its chip and what touches the chip.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// Figures of the server.
    pub entry: ServerEntry,
    /// Figures of its accelerators.
    pub chip: Accelerator,
    /// Its build for the hall's coolant.
    pub build: Build,
    /// Power limit of each chip, W, where below its TDP.
    pub limit_w: Option<f64>,
    /// Minimum power of each busy chip, W; 0 without a floor.
    pub floor_w: f64,
    /// Air of the hall.
    pub air: SiteAir,
}

/// A server at one load and coolant temperature.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Operating {
    /// Accelerators and host behind the power supplies, without fans, W.
    pub compute_w: f64,
    /// Server fans, W.
    pub fans_w: f64,
    /// All accelerators, W.
    pub chips_w: f64,
    /// Of compute and fans, what belongs to the busy accelerators, W: their own, what their load adds to the host, and their
    /// share by number of its idle power and of the fans.
    pub held_w: f64,
    /// The hottest chip, °C.
    pub chip_c: f64,
    /// The coolest of the busy chips, °C.
    pub coolest_c: f64,
    /// The hottest memory, °C.
    pub memory_c: f64,
    /// Share of the busy chips that heat holds back.
    pub throttled: f64,
    /// Clock of the busy chips, 0..1, as heat leaves it: of the slowest, or the mean in a service.
    pub clock: f64,
    /// Their speed at that clock by what power is left, relative to that at which programs were measured.
    pub pace: f64,
    /// Air through the server, m³/s.
    pub air_m3_s: f64,
    /// Heat of chips and host that cold plates catch, W.
    pub liquid_w: f64,
    /// 1 where the power supplies are plated too, else 0.
    pub psu_plated: f64,
}

/// The hall's technology as a build sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surroundings {
    /// Coolant of the chips.
    pub coolant: Coolant,
    /// Parts under cold plates, where the scenario lists them.
    pub plates: Option<Plates>,
    /// Coolant through them at full flow.
    pub plate_flow: PlateFlow,
    /// The fluid that boils, where one does, under the site's pressure.
    pub boiling: Option<Boiling>,
    /// Resistance from chip to coolant over that of the entry.
    pub resistance_ratio: f64,
}

/// The busy chips of a server by class, the hottest first.
struct Chips {
    all: [ChipPoint; 4],
    mean_w: f64,
}

impl Chips {
    fn of(powered: &Powered<'_>, factors: &[f64; 4], coolant_c: f64, resistance_k_w: f64) -> Self {
        let all = factors.map(|factor| powered.settled(coolant_c, factor * resistance_k_w));
        let powers = all.iter().zip(spread::SHARES);
        Self {
            mean_w: powers.map(|(chip, share)| share * chip.power_w).sum(),
            all,
        }
    }

    /// Share of them that heat holds back.
    fn throttled(&self) -> f64 {
        let all = self.all.iter().zip(spread::SHARES);
        all.filter(|(chip, _)| chip.clock < 1.0)
            .map(|(_, share)| share)
            .sum()
    }

    /// Clock and pace of their work: of the slowest, or the mean where they do not wait for each other.
    fn speed(&self, work: Work) -> (f64, f64) {
        let mut speed = (self.all[0].clock, self.all[0].pace);
        if work == Work::Service {
            let mean = |of: fn(&ChipPoint) -> f64| -> f64 {
                let all = self.all.iter().zip(spread::SHARES);
                all.map(|(chip, share)| share * of(chip)).sum()
            };
            speed.1 = mean(|chip| chip.pace);
            if speed.0 < 1.0 {
                speed.0 = mean(|chip| chip.clock * chip.pace) / speed.1;
            }
            return speed;
        }
        for chip in &self.all[1..] {
            if chip.clock * chip.pace < speed.0 * speed.1 {
                speed = (chip.clock, chip.pace);
            }
        }
        speed
    }
}

impl AirCooled {
    /// Junction to inlet air at a mass flow over that of full speed at sea level, K/W.
    fn resistance_k_w(&self, flow: f64) -> f64 {
        self.fixed_k_w + self.flow_k_w * flow.powf(-CONVECTION)
    }
}

impl ServerEntry {
    /// Whether the server comes in a build for a coolant.
    pub fn suits(&self, coolant: Coolant) -> bool {
        match coolant {
            Coolant::Air => self.air.is_some(),
            Coolant::Dielectric => self.immersion.is_some(),
            Coolant::Plates => self.cold_plate.is_some() && self.host_parts.is_some(),
            Coolant::Boiling => self.two_phase.is_some(),
        }
    }

    /// The build for its surroundings; `None` where the server does not come in it.
    pub fn build(&self, around: &Surroundings) -> Option<Build> {
        let ratio = around.resistance_ratio;
        match around.coolant {
            Coolant::Air => self.air.map(|air| {
                Build::Air(AirCooled {
                    fixed_k_w: air.fixed_k_w * ratio,
                    flow_k_w: air.flow_k_w * ratio,
                    ..air
                })
            }),
            Coolant::Dielectric => self.immersion.map(|immersed| {
                Build::Immersed(Immersed {
                    resistance_k_w: immersed.resistance_k_w * ratio,
                    ..immersed
                })
            }),
            Coolant::Plates => self.cold_plate.and_then(|plates| {
                Some(Build::Plated {
                    plates: ColdPlates {
                        plates: around.plates.unwrap_or(plates.plates),
                        ..plates
                    },
                    host: self.host_parts?,
                    flow: around.plate_flow,
                    resistance_ratio: ratio,
                })
            }),
            Coolant::Boiling => self.two_phase.and_then(|boiler| {
                Some(Build::Boiling {
                    boiler,
                    fluid: around.boiling?,
                    resistance_ratio: ratio,
                })
            }),
        }
    }
}

impl Server {
    /// The server settled with `busy` of its accelerators at `utilisation` of an imposed load, the others idle, over
    /// inlet air or coolant at `coolant_c`.
    pub fn at(&self, busy: u32, utilisation: f64, coolant_c: f64) -> Operating {
        self.at_work(busy, (Work::Imposed, utilisation), None, coolant_c)
    }

    /// The same for any work, with the processors at a load of their own where `host` gives one (per busy accelerator).
    pub fn at_work(
        &self,
        busy: u32,
        (work, utilisation): (Work, f64),
        host: Option<f64>,
        coolant_c: f64,
    ) -> Operating {
        let entry = &self.entry;
        let busy = f64::from(busy.min(entry.accelerators));
        let idle = f64::from(entry.accelerators) - busy;
        let (work, load) = if busy > 0.0 {
            (work, utilisation)
        } else {
            (Work::Nothing, 0.0)
        };
        let powered = self.powered(work, load);
        let factors = spread::factors(self.spread());
        let flow = self.air_flow(&powered, factors[0], coolant_c);
        let chips = Chips::of(
            &powered,
            &factors,
            coolant_c,
            self.resistance_k_w(flow, load),
        );
        let cool_w = if idle > 0.0 && busy > 0.0 {
            let resistance_k_w = self.resistance_k_w(flow, 0.0);
            let free = self.powered(Work::Nothing, 0.0);
            free.settled(coolant_c, resistance_k_w).power_w
        } else {
            chips.mean_w
        };
        let requested = load;
        let held_share = busy / f64::from(entry.accelerators);
        let busy_share = held_share * host.unwrap_or(requested);
        let host_busy_w = (entry.host_busy_w - entry.host_idle_w) * busy_share;
        let host_w = entry.host_idle_w + host_busy_w;
        let chips_w = chips.mean_w * busy + cool_w * idle;
        let compute_w = chips_w + host_w;
        let (clock, pace) = chips.speed(work);
        let mut point = Operating {
            compute_w,
            chips_w,
            chip_c: chips.all[0].chip_c,
            coolest_c: chips.all[3].chip_c,
            memory_c: chips.all[0].memory_c,
            throttled: chips.throttled(),
            clock,
            pace,
            ..Operating::default()
        };
        let density = self.air.ratio();
        match &self.build {
            Build::Air(air) => {
                let speed = flow / density;
                point.fans_w = air.fan_max_w * density * speed.powi(3);
                point.air_m3_s = air.fan_max_m3_s * speed;
            }
            Build::Immersed(_) | Build::Boiling { .. } => {}
            Build::Plated { plates, host, .. } => {
                let caught_w = plates.plates.caught_w(compute_w - host_w, host_w, *host);
                let carried_w = PLATED_RISE_K * self.air.heat_j_m3k() * plates.fan_max_m3_s;
                let by_heat = (compute_w - caught_w) / carried_w;
                let speed = by_heat.max(plates.fan_min_speed / density).min(1.0);
                point.fans_w = plates.fan_max_w * density * speed.powi(3);
                point.air_m3_s = plates.fan_max_m3_s * speed;
                point.liquid_w = caught_w;
                point.psu_plated = f64::from(u8::from(plates.plates.has(Part::Psu)));
            }
        }
        let shared_w = entry.host_idle_w + point.fans_w;
        point.held_w = chips.mean_w * busy + host_busy_w + shared_w * held_share;
        point
    }

    /// Law of one of its chips.
    fn powered(&self, work: Work, utilisation: f64) -> Powered<'_> {
        self.chip.powered(Demand {
            utilisation,
            work,
            limit_w: self.limit_w,
            floor_w: self.floor_w,
        })
    }

    /// Spread of its chips' rise over the coolant, standard deviation over mean.
    fn spread(&self) -> f64 {
        match &self.build {
            Build::Air(air) => air.spread,
            Build::Immersed(immersed) => immersed.spread,
            Build::Plated { plates, .. } => plates.spread,
            Build::Boiling { boiler, .. } => boiler.spread,
        }
    }

    /// Mass of air that the fans move, over that of full speed at sea level: as requested, as far as their speed reaches.
    fn air_flow(&self, powered: &Powered<'_>, hottest: f64, coolant_c: f64) -> f64 {
        match &self.build {
            Build::Air(air) => {
                fan_control::flow(air, powered, hottest, coolant_c).min(self.air.ratio())
            }
            _ => 1.0,
        }
    }

    /// Flux at full power over the critical one, for chips that boil their coolant.
    pub fn critical_flux_share(&self) -> Option<f64> {
        match &self.build {
            Build::Boiling { boiler, fluid, .. } => {
                let most_w =
                    fluid.critical_flux_w_m2() * boiler.enhancement * boiler.boiler_cm2 * 1e-4;
                Some(self.chip.tdp_w / most_w)
            }
            _ => None,
        }
    }

    /// Across the coolant's film in the plates of chips at their TDP and full flow, K; 0 without plates.
    pub fn plate_film_k(&self) -> f64 {
        match &self.build {
            Build::Plated { plates, flow, .. } => {
                plates.plate_ratio * flow.film_k_w(self.chip.tdp_w) * self.chip.tdp_w
            }
            _ => 0.0,
        }
    }

    /// Junction to coolant, K/W.
    fn resistance_k_w(&self, air_flow: f64, load: f64) -> f64 {
        match &self.build {
            Build::Air(air) => air.resistance_k_w(air_flow),
            Build::Immersed(immersed) => immersed.resistance_k_w,
            Build::Plated {
                plates,
                flow,
                resistance_ratio,
                ..
            } => {
                let plate_k_w = plates.plate_ratio * flow.resistance_k_w(self.chip.tdp_w);
                (plates.junction_case_k_w + plate_k_w) * resistance_ratio
            }
            Build::Boiling {
                boiler,
                fluid,
                resistance_ratio,
            } => {
                let (chip_w, _) = self.powered(Work::Imposed, load).at(BOILING_CHIP_C);
                let area_m2 = boiler.boiler_cm2 * 1e-4;
                let film_w_m2k = boiler.enhancement * fluid.coefficient_w_m2k(chip_w / area_m2);
                let film_w_k = film_w_m2k * area_m2;
                (boiler.fixed_k_w + 1.0 / film_w_k) * resistance_ratio
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
