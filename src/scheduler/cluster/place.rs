//! Where a job goes: which hall, which rack or pod, which servers.

use super::hall::{Domain, Hall, WHOLE};
use super::{Allocation, Cluster};
use crate::scheduler::rules::placing::Placing;
use crate::workload::Locality;

/// Where a job would go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    pub(in crate::scheduler) hall: usize,
    /// Whole servers.
    pub(in crate::scheduler) whole: u32,
    /// GPUs on one more server.
    pub(in crate::scheduler) rest: u32,
    /// The server of the rest where others already work; None: an empty one.
    pub(in crate::scheduler) shared: Option<u32>,
    /// The part of the hall it stays in, and the part it keeps out of.
    domain: Domain,
    avoid: Option<Domain>,
}

/// Room in a domain: its empty servers, and where the rest goes.
struct Room {
    empty: u32,
    shared: Option<u32>,
}

impl Cluster {
    /// The first hall with room now, and where.
    pub fn place(&self, gpus: u32) -> Option<Placement> {
        (0..self.halls.len()).find_map(|hall| self.place_in(hall, gpus, Locality::Hall, None))
    }

    /// Where in `hall` the job would go now, outside `avoid`.
    pub(in crate::scheduler) fn place_in(
        &self,
        hall: usize,
        gpus: u32,
        within: Locality,
        avoid: Option<Domain>,
    ) -> Option<Placement> {
        if u64::from(gpus) > self.free_gpus {
            return None;
        }
        let h = &self.halls[hall];
        let k = h.gpus_per_server;
        let (whole, rest) = (gpus / k, gpus % k);
        let at = |domain: Domain, room: &Room| Placement {
            hall,
            whole,
            rest,
            shared: room.shared,
            domain,
            avoid,
        };
        match within {
            Locality::Server if gpus > k => None,
            Locality::Hall | Locality::Server => {
                let room = self.room(h, WHOLE, avoid, (whole, rest))?;
                Some(at(WHOLE, &room))
            }
            Locality::Rack | Locality::Pod => {
                let domains = h.empties(within).iter().zip(0..);
                let fitting = domains.filter_map(|(_, index)| {
                    let level = within;
                    let domain = Domain { level, index };
                    if avoid.is_some_and(|avoid| contains(h, avoid, domain)) {
                        return None;
                    }
                    let room = self.room(h, domain, avoid, (whole, rest))?;
                    Some((domain, room))
                });
                // The fullest that suffices, so that emptier ones are left for larger gangs.
                let best = fitting.min_by_key(|(_, room)| room.empty);
                best.map(|(domain, room)| at(domain, &room))
            }
        }
    }

    /// Room for whole servers and a rest in a domain; None where there is too little.
    fn room(
        &self,
        h: &Hall,
        domain: Domain,
        avoid: Option<Domain>,
        (whole, rest): (u32, u32),
    ) -> Option<Room> {
        let inside = avoid.filter(|avoid| contains(h, domain, *avoid));
        let empty = h.empty_in(domain) - inside.map_or(0, |avoid| h.empty_in(avoid));
        if empty < whole {
            return None;
        }
        let shared = if rest == 0 {
            None
        } else if self.placing == Placing::Coolest {
            coolest_shared(h, domain, inside, rest)
        } else {
            (rest..h.gpus_per_server).find_map(|free| next(h, free, domain, inside))
        };
        let needed = whole + u32::from(rest > 0 && shared.is_none());
        (empty >= needed).then(|| Room {
            empty,
            shared: shared.map(|at| h.first + at),
        })
    }

    /// Takes what `place` found; `allocation` is overwritten.
    pub(in crate::scheduler) fn take(&mut self, placement: Placement, allocation: &mut Allocation) {
        allocation.hall = placement.hall;
        allocation.runs.clear();
        allocation.partial = None;
        let shared_or_empty = u32::from(placement.rest > 0 && placement.shared.is_none());
        if self.placing == Placing::First {
            self.take_empty_in(placement, placement.domain, placement.whole, allocation);
        } else {
            // The server of the rest is an empty one of the same racks.
            let needed = placement.whole + shared_or_empty;
            let mut left = placement.whole;
            for (rack, servers) in self.choose(placement, needed) {
                let now = servers.min(left);
                self.take_empty_in(placement, rack, now, allocation);
                left -= now;
                if now < servers {
                    self.take_rest(placement, rack, allocation);
                }
            }
        }
        if placement.rest > 0 && allocation.partial.is_none() {
            self.take_rest(placement, placement.domain, allocation);
        }
    }

    /// Takes these servers, which are free.
    pub(in crate::scheduler) fn take_exactly(
        &mut self,
        reservation: &Allocation,
        allocation: &mut Allocation,
    ) {
        allocation.clone_from(reservation);
        let hall = reservation.hall;
        let k = self.halls[hall].gpus_per_server;
        for server in reservation.whole_servers() {
            self.change(hall, server, |_| k);
        }
        if let Some((server, gpus)) = reservation.partial {
            self.change(hall, server, |busy| busy + gpus);
        }
    }

    fn take_rest(&mut self, placement: Placement, domain: Domain, allocation: &mut Allocation) {
        let h = &self.halls[placement.hall];
        let inside = placement.avoid.filter(|avoid| contains(h, domain, *avoid));
        let empty = || Some(h.first + next(h, h.gpus_per_server, domain, inside)?);
        let server = placement.shared.or_else(empty);
        let server = server.expect("`place` found a server for the rest");
        self.change(placement.hall, server, |busy| busy + placement.rest);
        allocation.partial = Some((server, placement.rest));
    }

    fn take_empty_in(
        &mut self,
        placement: Placement,
        domain: Domain,
        servers: u32,
        allocation: &mut Allocation,
    ) {
        let mut left = servers;
        while left > 0 {
            let h = &self.halls[placement.hall];
            let inside = placement.avoid.filter(|avoid| contains(h, domain, *avoid));
            let k = h.gpus_per_server;
            let at = next(h, k, domain, inside);
            let at = at.expect("`place` found as many empty servers");
            // Up to the end of the domain, or to the part that it keeps out of.
            let ends = inside.map(|avoid| h.range(avoid).0);
            let end = ends.filter(|end| *end > at).unwrap_or(u32::MAX);
            let most = left.min(end.min(h.range(domain).1) - at);
            let run = h.bits(k).map_or(0, |bits| bits.run(at, most));
            let server = h.first + at;
            self.shift_run(placement.hall, server, run, true);
            allocation.push_run(server, run);
            left -= run;
        }
    }

    /// How many empty servers of which racks a job gets.
    fn choose(&self, placement: Placement, servers: u32) -> Vec<(Domain, u32)> {
        let h = &self.halls[placement.hall];
        let avoid = placement.avoid;
        let usable = |domain: Domain| {
            if avoid.is_some_and(|avoid| contains(h, avoid, domain)) {
                return 0;
            }
            let inside = avoid.filter(|avoid| contains(h, domain, *avoid));
            h.empty_in(domain) - inside.map_or(0, |avoid| h.empty_in(avoid))
        };
        if self.placing == Placing::Coolest {
            let mut left = servers;
            let racks = h.coolest.iter().map(|&index| rack(index));
            let racks = racks.filter(|rack| contains(h, placement.domain, *rack));
            let mut chosen = Vec::new();
            for rack in racks {
                let now = usable(rack).min(left);
                left -= now;
                if now > 0 {
                    chosen.push((rack, now));
                }
            }
            return chosen;
        }
        let within = |level: Locality, outer: Domain| -> Vec<(Domain, u32)> {
            let domains = (0..h.empties(level).len() as u32).map(|index| Domain { level, index });
            domains
                .filter(|domain| contains(h, outer, *domain))
                .map(|domain| (domain, usable(domain)))
                .collect()
        };
        if placement.domain.level == Locality::Rack {
            return vec![(placement.domain, servers)];
        }
        let pods = match placement.domain.level {
            Locality::Pod => vec![(placement.domain, servers)],
            _ => fewest(within(Locality::Pod, placement.domain), servers),
        };
        let racks = pods
            .into_iter()
            .flat_map(|(pod, servers)| fewest(within(Locality::Rack, pod), servers));
        racks.collect()
    }
}

/// In the coolest rack with room, the server where the rest fits best; None: on an empty one there, or nowhere.
fn coolest_shared(h: &Hall, domain: Domain, avoid: Option<Domain>, rest: u32) -> Option<u32> {
    let racks = h.coolest.iter().map(|&index| rack(index));
    let racks = racks.filter(|rack| contains(h, domain, *rack) || contains(h, *rack, domain));
    for rack in racks {
        let inside = if contains(h, domain, rack) {
            rack
        } else {
            domain
        };
        let shared = (rest..h.gpus_per_server).find_map(|free| next(h, free, inside, avoid));
        if shared.is_some() || next(h, h.gpus_per_server, inside, avoid).is_some() {
            return shared;
        }
    }
    None
}

/// Spreads `need` over as few parts as possible: the fullest that holds it all, else the emptiest and so on.
fn fewest(mut parts: Vec<(Domain, u32)>, need: u32) -> Vec<(Domain, u32)> {
    let (mut left, mut chosen) = (need, Vec::new());
    while left > 0 && !parts.is_empty() {
        let suits = parts.iter().enumerate().filter(|(_, part)| part.1 >= left);
        let best = suits.min_by_key(|(_, part)| part.1).map(|(at, _)| at);
        let largest = || {
            let parts = parts.iter().enumerate().rev(); // the lowest index among equals
            parts.max_by_key(|(_, part)| part.1).map(|(at, _)| at)
        };
        let Some(at) = best.or_else(largest) else {
            break;
        };
        let (domain, empty) = parts.swap_remove(at);
        let now = empty.min(left);
        if now == 0 {
            break;
        }
        left -= now;
        chosen.push((domain, now));
    }
    chosen
}

fn rack(index: u32) -> Domain {
    Domain {
        level: Locality::Rack,
        index,
    }
}

fn contains(h: &Hall, outer: Domain, inner: Domain) -> bool {
    let ((from, to), (first, last)) = (h.range(outer), h.range(inner));
    from <= first && last <= to
}

/// The lowest server of a domain with so many free GPUs, outside `avoid`; numbered within the hall.
fn next(h: &Hall, free: u32, domain: Domain, avoid: Option<Domain>) -> Option<u32> {
    let bits = h.bits(free)?;
    let (from, to) = h.range(domain);
    let mut found = bits.next_from(from)?;
    if let Some(avoid) = avoid {
        let (begin, end) = h.range(avoid);
        if (begin..end).contains(&found) {
            found = bits.next_from(end)?;
        }
    }
    (found < to).then_some(found)
}
