//! Temperatures, plant and limits of a step, solved together: the servers' heat, the chain's losses, rack cooling and heat rejection.

use super::audit::AuditError;
use super::power::{Powered, Source};
use super::{Facility, PowerTarget};
use crate::cooling;
use crate::electrical::ItDraw;
use crate::heat_rejection::Outdoors;
use crate::physics::psychrometrics::MoistAir;

impl Facility {
    /// Temperatures, plant and limits of a step, solved together.
    pub(super) fn solve(&mut self, outdoors: &Outdoors, dt_s: f64) -> Result<(), AuditError> {
        for hall in &mut self.halls {
            hall.fleet.keep_begun();
        }
        self.end_interval()?;
        self.read_coolant(dt_s);
        self.begin_imposed();
        let outside = &outdoors.air;
        self.load_servers(1.0);
        let expected = self.expected_cap(dt_s);
        if expected < 1.0 {
            self.load_servers(expected);
        }
        self.decide(outdoors, dt_s);
        if expected < 1.0 {
            self.load_servers(1.0);
        }
        self.draw(outside, dt_s);
        if let Some(PowerTarget::Site(target_w)) = self.work.power_target() {
            self.meet(target_w, outside, dt_s);
        }
        if self.on_site.is_limited() {
            self.fit(self.on_site.most_w(dt_s), outside, dt_s);
        } else {
            self.on_site.cap = 1.0;
        }
        Ok(())
    }

    /// Power of chain, cooling and plant for the servers as loaded. Nothing is committed.
    pub(super) fn draw(&mut self, outside: &MoistAir, dt_s: f64) {
        let it = self.share_room_heat();
        self.cool_it_rooms(outside);
        self.cool(outside, dt_s);
        self.show_late();
        self.add_up(it);
    }

    /// Gives each hall its share of the heat of distribution; returns what all IT draws.
    pub(super) fn share_room_heat(&mut self) -> ItDraw {
        let it_w: f64 = self.halls.iter().map(|hall| hall.totals.it_w()).sum();
        let it = self.it_draw(it_w);
        // Stages in the halls heat them; the other stages are ventilated to the outdoors.
        let room_w = match self.on_site.source {
            Source::Grid | Source::Generators => {
                self.chain.hall_loss_w(it) + self.chain.other_in_halls_w()
            }
            Source::UpsBatteries => {
                let behind = self.chain.behind_ups(it);
                behind.losses.hall_w + behind.other_in_halls_w
            }
            Source::Nothing => 0.0,
        };
        let halls = self.halls.len() as f64;
        for hall in &mut self.halls {
            // Without any load the halls share what the chain loses at rest.
            let share = if it_w > 0.0 {
                hall.totals.it_w() / it_w
            } else {
                1.0 / halls
            };
            hall.room_w = room_w * share;
        }
        it
    }

    /// Lets every plant choose its mode for this step, before anything is tried.
    pub(super) fn decide(&mut self, outdoors: &Outdoors, dt_s: f64) {
        let halls = &self.halls;
        for circuit in &mut self.circuits {
            // What the servers draw more than when it was solved; of a room, the plant will know next time.
            let more_w: f64 = circuit
                .users()
                .filter(|user| user.main)
                .map(|user| &halls[user.hall])
                .map(|hall| hall.totals.it_w() - hall.held.solved_w)
                .sum();
            circuit.decide(outdoors, more_w, dt_s);
        }
    }

    /// Makes the last trial the state to go on from.
    pub(super) fn commit(&mut self, dt_s: f64) {
        for circuit in &mut self.circuits {
            circuit.commit(dt_s);
        }
        for hall in &mut self.halls {
            hall.cooling.commit();
        }
    }

    /// Rack cooling and heat rejection, each circuit at the water temperature on which they agree.
    ///
    /// A hall's main circuit is settled before its room's, and takes nothing from it within the step: so each is
    /// settled once.
    pub(super) fn cool(&mut self, outside: &MoistAir, dt_s: f64) {
        let powered = self.on_site.powered();
        let available = if powered == Powered::Nothing {
            cooling::Available {
                fans: 0.0,
                pump: 0.0,
            }
        } else {
            cooling::Available::default()
        };
        for &index in &self.order {
            let (halls, shown) = (&mut self.halls, &self.snapshot.halls);
            let trials = &mut self.trials;
            let it_rooms_w = self.it_rooms.to_water_w(index);
            self.circuits[index].settle(outside, dt_s, powered, |water_supply_c, users| {
                let mut heat_w = it_rooms_w;
                *trials += users.len() as u64;
                for user in users {
                    let hall = &mut halls[user.hall];
                    if user.main {
                        hall.water_c = water_supply_c;
                    }
                    if user.room {
                        hall.room_water_c = water_supply_c;
                    }
                    let asked = match (user.main, user.room) {
                        (false, _) => cooling::Asked::Room,
                        (true, false) => cooling::Asked::Main,
                        (true, true) => cooling::Asked::All,
                    };
                    hall.output = hall.cooling.try_step(&cooling::Input {
                        asked,
                        rack_heat_w: &shown[user.hall].racks.power_w,
                        it_heat_w: hall.totals.racks_w(),
                        liquid_heat_w: hall.totals.liquid_w,
                        air_m3_s: hall.totals.air_m3_s,
                        room_heat_w: hall.room_w + hall.totals.other_w,
                        water_supply_c: hall.water_c,
                        room_supply_c: hall.room_water_c,
                        outside: *outside,
                        available,
                        dt_s,
                    });
                    if user.main {
                        heat_w += hall.output.heat_to_water_w;
                    }
                    if user.room {
                        heat_w += hall.output.heat_to_room_water_w;
                    }
                }
                heat_w
            });
        }
    }
}
