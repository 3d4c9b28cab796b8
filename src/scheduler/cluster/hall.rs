//! One hall's servers by their free GPUs, and how many are empty in each rack and pod.

use super::HallShape;
use super::bits::Bits;
use crate::workload::Locality;

/// A rack, a pod, or the whole hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scheduler) struct Domain {
    /// `Hall`, `Pod` or `Rack`; a single server needs no domain.
    pub(in crate::scheduler) level: Locality,
    pub(in crate::scheduler) index: u32,
}

/// The whole hall.
pub(in crate::scheduler) const WHOLE: Domain = Domain {
    level: Locality::Hall,
    index: 0,
};

#[derive(Debug, Clone)]
pub(in crate::scheduler) struct Hall {
    pub(super) first: u32,
    pub(in crate::scheduler) gpus_per_server: u32,
    pub(super) servers: u32,
    pub(super) servers_per_rack: u32,
    pub(super) servers_per_pod: u32,
    /// Servers by their number of free GPUs, 0 left out: index `f − 1`.
    by_free: Vec<Bits>,
    /// Empty servers of each rack and pod.
    rack_empty: Vec<u32>,
    pod_empty: Vec<u32>,
    /// Servers of each rack and pod that jobs can have.
    rack_usable: Vec<u32>,
    pod_usable: Vec<u32>,
    pub(super) usable: u32,
    /// Racks, the coolest first.
    pub(super) coolest: Vec<u32>,
}

impl Hall {
    /// One rack and one pod, unless `racks` is called.
    pub(super) fn new(first: u32, shape: HallShape) -> Self {
        let HallShape {
            servers,
            gpus_per_server,
        } = shape;
        let mut by_free = vec![Bits::empty(servers); gpus_per_server as usize - 1];
        by_free.push(Bits::full(servers));
        let mut hall = Self {
            first,
            gpus_per_server,
            servers,
            servers_per_rack: servers,
            servers_per_pod: servers,
            by_free,
            rack_empty: Vec::new(),
            pod_empty: Vec::new(),
            rack_usable: Vec::new(),
            pod_usable: Vec::new(),
            usable: servers,
            coolest: Vec::new(),
        };
        hall.racks(servers, 1);
        hall
    }

    /// Divides the empty hall into racks and pods.
    pub(super) fn racks(&mut self, servers_per_rack: u32, racks_per_pod: u32) {
        self.servers_per_rack = servers_per_rack.clamp(1, self.servers);
        self.servers_per_pod = self
            .servers_per_rack
            .saturating_mul(racks_per_pod.max(1))
            .min(self.servers);
        let parts = |size: u32| -> Vec<u32> {
            let starts = (0..self.servers).step_by(size as usize);
            starts.map(|at| size.min(self.servers - at)).collect()
        };
        self.rack_empty = parts(self.servers_per_rack);
        self.pod_empty = parts(self.servers_per_pod);
        self.rack_usable.clone_from(&self.rack_empty);
        self.pod_usable.clone_from(&self.pod_empty);
        self.coolest = (0..self.rack_empty.len() as u32).collect();
    }

    /// Servers with `free` free GPUs.
    pub(in crate::scheduler) fn with_free(&self, free: u32) -> u32 {
        self.bits(free).map_or(0, Bits::len)
    }

    /// The same as a set; None for the full ones, which are never searched for.
    pub(super) fn bits(&self, free: u32) -> Option<&Bits> {
        Some(&self.by_free[free.checked_sub(1)? as usize])
    }

    /// Servers of a domain, numbered within the hall: first, and the one behind the last.
    pub(super) fn range(&self, domain: Domain) -> (u32, u32) {
        let size = match domain.level {
            Locality::Hall | Locality::Server => return (0, self.servers),
            Locality::Pod => self.servers_per_pod,
            Locality::Rack => self.servers_per_rack,
        };
        let from = domain.index * size;
        (from, (from + size).min(self.servers))
    }

    /// Servers of a domain, numbered through the halls.
    pub(in crate::scheduler) fn servers_of(&self, domain: Domain) -> std::ops::Range<u32> {
        let (from, to) = self.range(domain);
        self.first + from..self.first + to
    }

    /// The domain of a server, numbered through the halls.
    pub(in crate::scheduler) fn domain_of(&self, server: u32, level: Locality) -> Domain {
        let size = match level {
            Locality::Hall | Locality::Server => return WHOLE,
            Locality::Pod => self.servers_per_pod,
            Locality::Rack => self.servers_per_rack,
        };
        Domain {
            level,
            index: (server - self.first) / size,
        }
    }

    /// Empty servers of every rack or pod.
    pub(in crate::scheduler) fn empties(&self, level: Locality) -> &[u32] {
        match level {
            Locality::Rack => &self.rack_empty,
            Locality::Pod => &self.pod_empty,
            Locality::Hall | Locality::Server => &[],
        }
    }

    /// Empty servers of a domain.
    pub(super) fn empty_in(&self, domain: Domain) -> u32 {
        match domain.level {
            Locality::Hall | Locality::Server => self.with_free(self.gpus_per_server),
            level => self.empties(level)[domain.index as usize],
        }
    }

    /// The most servers that a job can ever have in one domain.
    pub(super) fn most_usable(&self, level: Locality) -> u32 {
        match level {
            Locality::Hall => self.usable,
            Locality::Server => self.usable.min(1),
            Locality::Pod => self.pod_usable.iter().copied().max().unwrap_or(0),
            Locality::Rack => self.rack_usable.iter().copied().max().unwrap_or(0),
        }
    }

    /// A server, numbered within the hall, is no longer allocated to a job.
    pub(super) fn withdraw(&mut self, at: u32) {
        self.usable -= 1;
        for (usable, size) in [
            (&mut self.rack_usable, self.servers_per_rack),
            (&mut self.pod_usable, self.servers_per_pod),
        ] {
            usable[(at / size) as usize] -= 1;
        }
    }

    /// Empty servers that follow each other are taken whole, or given back.
    pub(super) fn shift_run(&mut self, server: u32, count: u32, taken: bool) {
        let (at, full) = (server - self.first, self.gpus_per_server as usize);
        self.by_free[full - 1].put_run(at, count, !taken);
        for (empty, size) in [
            (&mut self.rack_empty, self.servers_per_rack),
            (&mut self.pod_empty, self.servers_per_pod),
        ] {
            let (mut from, end) = (at, at + count);
            while from < end {
                let part = from / size;
                let to = end.min((part + 1).saturating_mul(size));
                let empty = &mut empty[part as usize];
                *empty = if taken {
                    *empty - (to - from)
                } else {
                    *empty + (to - from)
                };
                from = to;
            }
        }
    }

    pub(super) fn shift(&mut self, server: u32, free_before: u32, free_after: u32) {
        if free_before == free_after {
            return;
        }
        let at = server - self.first;
        if free_before > 0 {
            self.by_free[free_before as usize - 1].remove(at);
        }
        if free_after > 0 {
            self.by_free[free_after as usize - 1].insert(at);
        }
        let full = self.gpus_per_server;
        let (leaves, joins) = (free_before == full, free_after == full);
        if leaves || joins {
            for (empty, size) in [
                (&mut self.rack_empty, self.servers_per_rack),
                (&mut self.pod_empty, self.servers_per_pod),
            ] {
                let empty = &mut empty[(at / size) as usize];
                *empty = if leaves { *empty - 1 } else { *empty + 1 };
            }
        }
    }
}
