//! How large IT beside the servers is: its power from what it serves.

use crate::describe::{Fault, count, suggest};
use crate::facility::Sort;
use crate::it::{NetworkConfig, OtherIt, OtherItEntry};
use crate::scenario::catalogue::{self, Catalogue};
use crate::scenario::it::{DevicesConfig, ItKind, LoadConfig, StorageConfig};
use crate::scenario::resolve::sized::Sized;

/// Devices above which a scenario is refused.
const MOST: f64 = 1e8;

/// What an entry serves.
pub(super) struct Served {
    pub(super) gpus: f64,
    servers: f64,
    racks: f64,
    gpus_per_server: u32,
    /// The greatest of its chips, Gbit/s.
    gbit_s: f64,
}

/// One of two keys, as a number in all.
fn either(
    (key, all): (&str, Option<f64>),
    (each_key, each): (&str, Option<f64>),
    of: f64,
) -> Result<f64, Fault> {
    match (all, each) {
        (Some(all), None) => Ok(all),
        (None, Some(each)) => Ok(each * of),
        (None, None) => Err(Fault::new(
            "its size is missing",
            format!("add {key} or {each_key}"),
        )),
        (Some(_), Some(_)) => {
            let what = format!("{key} and {each_key} both give its size");
            Err(Fault::new(what, "remove one of them").at(each_key.to_owned()))
        }
    }
}

/// A whole number of devices, at least one.
fn whole(number: f64, key: &str) -> Result<f64, Fault> {
    let number = (number - 1e-9).ceil().max(1.0);
    if number > MOST {
        let what = format!("{number:.0} devices are too many");
        return Err(Fault::new(what, format!("use at most {MOST:.0}")).at(key.to_owned()));
    }
    Ok(number)
}

impl Served {
    pub(super) fn of(halls: &[Sized<'_>], served: &[usize]) -> Self {
        let halls = || served.iter().map(|&hall| &halls[hall]);
        let racks = |hall: &Sized<'_>| f64::from(hall.config.racks);
        let most = halls().map(|hall| hall.server.chip.network_gbit_s);
        let servers = |hall: &Sized<'_>| racks(hall) * f64::from(hall.config.servers_per_rack);
        Self {
            gpus: halls().map(|hall| hall.gpus() as f64).sum(),
            servers: halls().map(servers).sum(),
            racks: halls().map(racks).sum(),
            gpus_per_server: halls()
                .map(|hall| hall.server.entry.accelerators)
                .max()
                .unwrap_or(1),
            gbit_s: most.fold(0.0, f64::max),
        }
    }

    /// Its sort, power and what it is in words. Keys of a fault begin with the kind.
    pub(super) fn size(
        &self,
        known: &Catalogue,
        what: &ItKind,
    ) -> Result<(Sort, OtherIt, String), Fault> {
        match what {
            ItKind::Network(config) => {
                let named = |fault: Fault| fault.within("network");
                let (law, line) = self.network(known, config).map_err(named)?;
                Ok((Sort::Network, law, line))
            }
            ItKind::Storage(config) => {
                let named = |fault: Fault| fault.within("storage");
                let (law, line) = self.storage(known, config).map_err(named)?;
                Ok((Sort::Storage, law, line))
            }
            ItKind::Devices(config) => self
                .devices(known, config)
                .map_err(|fault| fault.within("devices")),
            ItKind::Load(config) => {
                let LoadConfig {
                    kw,
                    kw_per_gpu,
                    idle,
                } = *config;
                let kw = either(("kw", kw), ("kw_per_gpu", kw_per_gpu), self.gpus)
                    .map_err(|fault| fault.within("load"))?;
                let law = OtherIt {
                    idle_w: idle * kw * 1e3,
                    busy_w: kw * 1e3,
                };
                Ok((Sort::Other, law, "a load".into()))
            }
        }
    }

    /// Ports of switches towards the servers, the switch and its ports.
    fn ports<'c>(
        &self,
        known: &'c Catalogue,
        config: &NetworkConfig,
    ) -> Result<(u64, String, &'c OtherItEntry, u32), Fault> {
        let per_gpu = config.links_per_gpu;
        let links = match (per_gpu, config.links_per_server) {
            (None, None) => self.gpus,
            (Some(each), None) => each * self.gpus,
            (None, Some(each)) => each * self.servers,
            (Some(_), Some(_)) => {
                let what = "links_per_gpu and links_per_server both give the links";
                return Err(Fault::new(what, "remove one of them").at("links_per_server"));
            }
        };
        let gbit_s = config.gbit_s.unwrap_or(self.gbit_s);
        let name = config.switch.as_deref().unwrap_or(switch_for(gbit_s));
        let entry = find(known, name).map_err(|fault| fault.at("switch"))?;
        let (Some(ports), Some(port_gbit_s)) = (entry.ports, entry.port_gbit_s) else {
            let switches = known.other_it.iter();
            let switches = switches.filter(|(_, entry)| entry.port_gbit_s.is_some());
            let names: Vec<&str> = switches.map(|(name, _)| name.as_str()).collect();
            let what = format!("'{name}' is no switch with ports and port_gbit_s");
            return Err(Fault::new(what, suggest(name, names)).at("switch"));
        };
        let hosts = whole(links * gbit_s / port_gbit_s, "gbit_s")?;
        Ok((hosts as u64, name.to_owned(), entry, ports))
    }

    fn network(
        &self,
        known: &Catalogue,
        config: &NetworkConfig,
    ) -> Result<(OtherIt, String), Fault> {
        let (hosts, name, entry, ports) = self.ports(known, config)?;
        let built = config.build(hosts, self.gpus_per_server, ports)?;
        let law = OtherIt::switches(entry, built.all() as f64, config.optics(&built));
        Ok((law, config.line(&built, &name)))
    }

    /// Whether a network of so many links can be built.
    pub(super) fn reaches(&self, known: &Catalogue, config: &NetworkConfig) -> bool {
        self.network(known, config).is_ok()
    }

    fn storage(
        &self,
        known: &Catalogue,
        config: &StorageConfig,
    ) -> Result<(OtherIt, String), Fault> {
        let tb = either(
            ("tb", config.tb),
            ("tb_per_gpu", config.tb_per_gpu),
            self.gpus,
        )?;
        let entry = find(known, &config.entry).map_err(|fault| fault.at("entry"))?;
        let Some(capacity_tb) = entry.capacity_tb else {
            let stores = known.other_it.iter();
            let stores = stores.filter(|(_, entry)| entry.capacity_tb.is_some());
            let names: Vec<&str> = stores.map(|(name, _)| name.as_str()).collect();
            let what = format!("'{}' has no capacity_tb", config.entry);
            return Err(Fault::new(what, suggest(&config.entry, names)).at("entry"));
        };
        let nodes = whole(tb / capacity_tb, "tb")?;
        let line = format!("{tb:.0} TB in {nodes:.0} × {}", config.entry);
        Ok((OtherIt::of(entry, nodes), line))
    }

    fn devices(
        &self,
        known: &Catalogue,
        config: &DevicesConfig,
    ) -> Result<(Sort, OtherIt, String), Fault> {
        let numbers = [
            ("count", config.count.map(f64::from)),
            ("per_gpu", config.per_gpu.map(|each| each * self.gpus)),
            (
                "per_server",
                config.per_server.map(|each| each * self.servers),
            ),
            ("per_rack", config.per_rack.map(|each| each * self.racks)),
        ];
        let mut given = numbers
            .into_iter()
            .filter_map(|(key, number)| Some((key, number?)));
        let Some((key, number)) = given.next() else {
            let cure = "add count, per_gpu, per_server or per_rack";
            return Err(Fault::new("its number is missing", cure));
        };
        if let Some((other, _)) = given.next() {
            let what = format!("{key} and {other} both give the number");
            return Err(Fault::new(what, "remove one of them").at(other));
        }
        let number = whole(number, key)?;
        let entry = find(known, &config.entry).map_err(|fault| fault.at("entry"))?;
        let sort = if entry.ports.is_some() {
            Sort::Network
        } else if entry.capacity_tb.is_some() {
            Sort::Storage
        } else {
            Sort::Other
        };
        let line = format!("{} of {}", count(number, "device"), config.entry);
        Ok((sort, OtherIt::of(entry, number), line))
    }
}

fn find<'c>(known: &'c Catalogue, name: &str) -> Result<&'c OtherItEntry, Fault> {
    catalogue::find(&known.other_it, "other IT", name)
}

/// The switch for links of a speed, Gbit/s.
pub(super) fn switch_for(gbit_s: f64) -> &'static str {
    if gbit_s <= 200.0 {
        "hdr-switch-40"
    } else if gbit_s <= 400.0 {
        "ndr-switch-64"
    } else {
        "ethernet-switch-64x800"
    }
}
