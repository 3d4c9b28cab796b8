//! Which GPUs are free from when on, server by server, if all jobs end by their estimates.

use crate::scheduler::cluster::hall::{Domain, WHOLE};
use crate::scheduler::{Floor, Ticket};
use crate::workload::Within;

/// Jobs past their estimate may end any moment: so much later, s.
const ANY_MOMENT_S: f64 = 1.0;

/// What a waiting job wants.
pub(super) struct Want {
    gpus: u32,
    within: Within,
    length_s: f64,
    /// What it adds to the power of each hall.
    adds_milliw: Vec<u64>,
}

impl Want {
    pub(super) fn of(floor: &Floor, ticket: Ticket) -> Self {
        let halls = floor.cluster().halls().len();
        Self {
            gpus: floor.gpus(ticket),
            within: floor.within(ticket),
            length_s: floor.estimate_s(ticket).max(ANY_MOMENT_S),
            adds_milliw: (0..halls).map(|h| floor.adds_milliw(h, ticket)).collect(),
        }
    }
}

/// Where and when a job is to run.
#[derive(Debug, Clone)]
pub(super) struct Seat {
    pub(super) start_s: f64,
    pub(super) hall: usize,
    /// Whole servers, and one more with some of its GPUs; numbered through the halls.
    pub(super) whole: Vec<u32>,
    pub(super) rest: Option<(u32, u32)>,
}

/// From one moment to the next.
#[derive(Debug, Clone, Default)]
struct Slice {
    from_s: f64,
    /// Hall by hall, for f = 1 to the GPUs of a server: the servers with at least f free, as bits.
    sets: Vec<u64>,
    /// How many servers are in each set.
    counts: Vec<u32>,
    power_milliw: u64,
}

impl Slice {
    /// Servers with at least `free` free GPUs.
    fn count(&self, part: Part, free: u32) -> u32 {
        let at = part.first_set + free as usize - 1;
        self.counts.get(at).copied().unwrap_or(0)
    }
}

/// One hall's part of the sets.
#[derive(Debug, Clone, Copy)]
struct Part {
    at: usize,
    /// Number of its first set.
    first_set: usize,
    words: usize,
    first: u32,
    gpus_per_server: u32,
}

impl Part {
    /// Where the set of servers with at least `free` free GPUs lies.
    fn set(self, free: u32) -> std::ops::Range<usize> {
        let from = self.at + (free as usize - 1) * self.words;
        from..from + self.words
    }
}

#[derive(Debug, Default)]
pub(super) struct Plan {
    parts: Vec<Part>,
    slices: Vec<Slice>,
    unused: Vec<Slice>,
    most_milliw: u64,
    /// Servers that stay empty, and that keep room for the rest, all along; as bits.
    empty: Vec<u64>,
    beside: Vec<u64>,
}

impl Plan {
    /// The plan without the queue: what runs, until it ends.
    pub(super) fn begin(&mut self, floor: &Floor) {
        let cluster = floor.cluster();
        self.parts.clear();
        let (mut at, mut first_set) = (0, 0);
        for hall in cluster.halls() {
            let servers = hall.servers_of(WHOLE);
            let part = Part {
                at,
                first_set,
                words: servers.len().div_ceil(64),
                first: servers.start,
                gpus_per_server: hall.gpus_per_server,
            };
            at += part.words * hall.gpus_per_server as usize;
            first_set += hall.gpus_per_server as usize;
            self.parts.push(part);
        }
        self.unused.append(&mut self.slices);
        let (power_milliw, most_milliw) = floor.power_milliw();
        self.most_milliw = most_milliw;
        let mut now = self.unused.pop().unwrap_or_default();
        now.from_s = floor.now_s();
        now.power_milliw = power_milliw;
        now.sets.clear();
        now.sets.resize(at, 0);
        now.counts.clear();
        now.counts.resize(first_set, 0);
        for (part, hall) in self.parts.iter().zip(cluster.halls()) {
            for server in hall.servers_of(WHOLE) {
                if cluster.is_usable(server) {
                    let free = part.gpus_per_server - cluster.busy_gpus(server);
                    add(&mut now, *part, server, free);
                }
            }
        }
        self.slices.push(now);
        for ending in floor.by_estimate() {
            let end_s = if ending.end_s > floor.now_s() {
                ending.end_s
            } else {
                floor.now_s() + ANY_MOMENT_S
            };
            // In order of their ends, but for those that overran.
            let index = self.split(end_s);
            let allocation = ending.allocation;
            let Some(&part) = self.parts.get(allocation.hall) else {
                continue;
            };
            for slice in self.slices.iter_mut().skip(index) {
                slice.power_milliw -= ending.power_milliw;
                for server in allocation.whole_servers() {
                    if cluster.is_usable(server) {
                        add(slice, part, server, part.gpus_per_server);
                    }
                }
                if let Some((server, gpus)) = allocation.partial
                    && cluster.is_usable(server)
                {
                    add(slice, part, server, gpus);
                }
            }
        }
    }

    /// The slice that begins at a moment, from now on; made where there is none.
    fn split(&mut self, at_s: f64) -> usize {
        let index = self.slices.partition_point(|slice| slice.from_s < at_s);
        if self.slices.get(index).is_some_and(|s| s.from_s == at_s) || index == 0 {
            return index;
        }
        let mut slice = self.unused.pop().unwrap_or_default();
        if let Some(before) = self.slices.get(index - 1) {
            slice.sets.clone_from(&before.sets);
            slice.counts.clone_from(&before.counts);
            slice.power_milliw = before.power_milliw;
        }
        slice.from_s = at_s;
        self.slices.insert(index, slice);
        index
    }

    /// Takes a seat, or gives it back.
    pub(super) fn shift(&mut self, seat: &Seat, want: &Want, back: bool) {
        let Some(&part) = self.parts.get(seat.hall) else {
            return;
        };
        let adds_milliw = want.adds_milliw.get(seat.hall).copied().unwrap_or(0);
        let from = self.split(seat.start_s);
        let to = self.split(seat.start_s + want.length_s);
        let shift = if back { add } else { take };
        for slice in self.slices.iter_mut().take(to).skip(from) {
            if back {
                slice.power_milliw -= adds_milliw;
            } else {
                slice.power_milliw += adds_milliw;
            }
            for &server in &seat.whole {
                shift(slice, part, server, part.gpus_per_server);
            }
            if let Some((server, gpus)) = seat.rest {
                shift(slice, part, server, gpus);
            }
        }
    }

    /// Whether a seat given before is still free.
    pub(super) fn holds(&mut self, seat: &Seat, want: &Want) -> bool {
        let Some(&part) = self.parts.get(seat.hall) else {
            return false;
        };
        let adds_milliw = want.adds_milliw.get(seat.hall).copied().unwrap_or(0);
        let from = self.split(seat.start_s);
        let to = self.split(seat.start_s + want.length_s);
        self.slices.iter().take(to).skip(from).all(|slice| {
            let has = |server: u32, gpus: u32| {
                let at = server - part.first;
                let set = slice.sets.get(part.set(gpus));
                set.and_then(|set| set.get(at as usize / 64))
                    .is_some_and(|word| word >> (at % 64) & 1 == 1)
            };
            slice.power_milliw + adds_milliw <= self.most_milliw
                && seat.whole.iter().all(|&s| has(s, part.gpus_per_server))
                && seat.rest.is_none_or(|(server, gpus)| has(server, gpus))
        })
    }

    /// The earliest seat.
    pub(super) fn find(&mut self, floor: &Floor, want: &Want) -> Option<Seat> {
        let mut best: Option<Seat> = None;
        for hall in 0..self.parts.len() {
            let before_s = best.as_ref().map_or(f64::INFINITY, |seat| seat.start_s);
            if let Some(seat) = self.find_in(floor, hall, want, before_s) {
                best = Some(seat);
            }
        }
        best
    }

    fn find_in(&mut self, floor: &Floor, hall: usize, want: &Want, before_s: f64) -> Option<Seat> {
        let part = *self.parts.get(hall)?;
        let h = floor.cluster().halls().get(hall)?;
        let k = part.gpus_per_server;
        let (whole, rest) = (want.gpus / k, want.gpus % k);
        if want.within == Within::Server && want.gpus > k {
            return None;
        }
        let adds_milliw = want.adds_milliw.get(hall).copied()?;
        let domains = match want.within {
            Within::Hall | Within::Server => 1,
            level => h.empties(level).len() as u32,
        };
        let mut start = 0;
        while let Some(first) = self.slices.get(start)
            && first.from_s < before_s
        {
            let (start_s, end_s) = (first.from_s, first.from_s + want.length_s);
            // First by numbers: no start before it gets past a moment at which there is too little.
            let window = || {
                let slices = self.slices.iter().enumerate().skip(start);
                slices.take_while(|(index, slice)| *index == start || slice.from_s < end_s)
            };
            let short = |slice: &Slice| {
                slice.count(part, k) < whole
                    || (rest > 0 && slice.count(part, rest) <= whole)
                    || slice.power_milliw + adds_milliw > self.most_milliw
            };
            let last_short = window().filter(|(_, slice)| short(slice)).last();
            if let Some((index, _)) = last_short {
                start = index + 1;
                continue;
            }
            // Then by servers: those that stay free all along.
            let mut empty = std::mem::take(&mut self.empty);
            let mut beside = std::mem::take(&mut self.beside);
            empty.clear();
            empty.resize(part.words, u64::MAX);
            beside.clear();
            beside.resize(part.words, u64::MAX);
            for (_, slice) in window() {
                intersect(&mut empty, slice.sets.get(part.set(k)));
                if rest > 0 {
                    intersect(&mut beside, slice.sets.get(part.set(rest)));
                }
            }
            (self.empty, self.beside) = (empty, beside);
            let seat = (0..domains).find_map(|index| {
                let level = want.within;
                let domain = if domains == 1 && matches!(level, Within::Hall | Within::Server) {
                    WHOLE
                } else {
                    Domain { level, index }
                };
                let range = h.servers_of(domain);
                let range = (range.start - part.first, range.end - part.first);
                self.pick(range, (whole, rest))
            });
            if let Some((servers, rest_on)) = seat {
                return Some(Seat {
                    start_s,
                    hall,
                    whole: servers.iter().map(|at| part.first + at).collect(),
                    rest: rest_on.map(|at| (part.first + at, rest)),
                });
            }
            start += 1;
        }
        None
    }

    /// Servers from a range for the whole ones and for the rest.
    fn pick(
        &self,
        range: (u32, u32),
        (whole, rest): (u32, u32),
    ) -> Option<(Vec<u32>, Option<u32>)> {
        let mut empty = members(&self.empty, range);
        let servers: Vec<u32> = empty.by_ref().take(whole as usize).collect();
        if servers.len() < whole as usize {
            return None;
        }
        if rest == 0 {
            return Some((servers, None));
        }
        // Where others work all along, else on an empty one.
        let is_empty = |at: u32| {
            let word = self.empty.get(at as usize / 64);
            word.is_some_and(|word| word >> (at % 64) & 1 == 1)
        };
        let shared = members(&self.beside, range).find(|at| !is_empty(*at));
        let rest_on = shared.or_else(|| empty.next())?;
        Some((servers, Some(rest_on)))
    }
}

fn intersect(all: &mut [u64], set: Option<&[u64]>) {
    for (word, other) in all.iter_mut().zip(set.unwrap_or_default()) {
        *word &= other;
    }
}

/// The numbers in a set of bits that lie in a range.
fn members(words: &[u64], (from, to): (u32, u32)) -> impl Iterator<Item = u32> + '_ {
    let inside = words.iter().zip(0_u32..).skip(from as usize / 64);
    inside
        .take_while(move |(_, index)| index * 64 < to)
        .flat_map(|(&word, index)| {
            let mut word = word;
            std::iter::from_fn(move || {
                let bit = (word != 0).then(|| word.trailing_zeros())?;
                word &= word - 1;
                Some(index * 64 + bit)
            })
        })
        .filter(move |at| (from..to).contains(at))
}

/// Gives a server back some of its GPUs.
fn add(slice: &mut Slice, part: Part, server: u32, gpus: u32) {
    let free = free_on(slice, part, server);
    for level in free + 1..=free + gpus {
        flip(slice, part, server, level, 1);
    }
}

/// Takes some GPUs of a server.
fn take(slice: &mut Slice, part: Part, server: u32, gpus: u32) {
    let free = free_on(slice, part, server);
    for level in free - gpus + 1..=free {
        flip(slice, part, server, level, -1);
    }
}

fn flip(slice: &mut Slice, part: Part, server: u32, level: u32, change: i32) {
    let at = server - part.first;
    if let Some(set) = slice.sets.get_mut(part.set(level))
        && let Some(word) = set.get_mut(at as usize / 64)
    {
        *word ^= 1 << (at % 64);
    }
    if let Some(count) = slice.counts.get_mut(part.first_set + level as usize - 1) {
        *count = count.wrapping_add_signed(change);
    }
}

/// Free GPUs of a server.
fn free_on(slice: &Slice, part: Part, server: u32) -> u32 {
    let at = server - part.first;
    let bit = |level: u32| {
        let set = slice.sets.get(part.set(level));
        let word = set.and_then(|set| set.get(at as usize / 64));
        word.is_some_and(|word| word >> (at % 64) & 1 == 1)
    };
    (1..=part.gpus_per_server)
        .take_while(|level| bit(*level))
        .count() as u32
}
