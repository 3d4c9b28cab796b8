//! One draw: a file with all its figures, through the machines, the work and the sites, to the figures of its years.
//!
//! ```text
//! rated   R = Σ_g chips·rated·(1 + beside)         idle  I = Σ_g rated·idle_share        dynamic  D = Σ_g rated·(peak_share − idle_share)
//! contract  = margin·(φ·R·Σ_s share·r_s + C·Σ_s share·r_s) + mining
//! powered φ = (connected − contract of all others)/(margin·R·Σ_s share·r_s)         from 0 to 1
//! AI IT     = φ·(I + D·Σ_u share·busy)
//! design    = φ·(I + D) of AI, mean/of_design of conventional IT
//! ```
//!
//! `r_s`: facility over IT in the hottest hour of site s with all at work, from its table. `beside` is the network and storage at the
//! servers' own share of their rating. A node draws a straight line from idle to busy, of a rating that it reaches to `peak_share` only: 8 × H100 under
//! heavy training peak at 76 % of theirs. So halls draw about half of what they have a contract for, whatever they do.
//!
//! Valid for years: machines come and go evenly within one, loads of a site are spread over it evenly.

mod conventional;
mod figures;

use crate::describe::Fault;
use crate::forecast::figures::YearOf;
use crate::forecast::file::{Closure, ForecastFile, Site};
use crate::forecast::fleet::{Connected, Demand, Hardware, Served, Stock, hardware};
use crate::forecast::hours::{Calendar, Extremes, Shape};
use crate::forecast::plants::site_table::{HOURS, YearOfSite};
use crate::forecast::plants::sites::{SitePlant, divided, shares};
use crate::forecast::plants::waits::WaitCurve;
use crate::units::HOUR_S;
use conventional::{Level, conventional};

/// What all draws share.
pub struct Shared {
    /// The plants of the sites.
    pub plants: Vec<SitePlant>,
    /// The days of each year.
    pub calendars: Vec<Calendar>,
    /// Wait of a job over how busy its machines are.
    pub waits: Option<WaitCurve>,
}

/// Room for the hours of a year; one for each thread.
pub struct Space {
    ai: Vec<f32>,
    conventional: Vec<f32>,
    load: Vec<f32>,
    /// IT, cooling and other of all sites, W, by the hour of the region.
    pub it: Vec<f32>,
    pub cooling: Vec<f32>,
    pub other: Vec<f32>,
    /// Facility energy of each site, Wh.
    pub sites: Vec<f64>,
}

impl Default for Space {
    fn default() -> Self {
        let hours = || vec![0.0; HOURS];
        Self {
            ai: hours(),
            conventional: hours(),
            load: hours(),
            it: hours(),
            cooling: hours(),
            other: hours(),
            sites: Vec::new(),
        }
    }
}

/// A draw, ready to be asked for its years.
pub struct Draw<'a> {
    file: &'a ForecastFile,
    shared: &'a Shared,
    stock: Vec<Stock>,
    connected: Vec<Connected>,
    /// Share of the machines that have power, by year.
    powered: Vec<f64>,
    machines: Vec<Machines>,
    /// The same by generation.
    generations: Vec<Vec<Machines>>,
    conventional: Vec<Level>,
    /// Shares of the sites, by site and year.
    ai_shares: Vec<Vec<f64>>,
    conventional_shares: Vec<Vec<f64>>,
    /// Uses as stated, and as the work makes them.
    supply: Vec<Served>,
    work: Option<Vec<Served>>,
}

/// The AI machines of a year, the IT beside them included, before connection, W.
#[derive(Debug, Clone, Copy, Default)]
struct Machines {
    rated: f64,
    idle: f64,
    /// What work adds to idle, where all work.
    dynamic: f64,
    chips: f64,
    /// Mean peak arithmetic of a chip, FLOP/s.
    flops: f64,
}

impl Machines {
    fn each<'h>(
        hardware: &'h [Hardware],
        stock: &'h Stock,
        beside: f64,
    ) -> impl Iterator<Item = Self> + 'h {
        let of = move |(of, chips): (&Hardware, &f64)| {
            let rated = chips * of.rated_w * (1.0 + beside);
            Self {
                rated,
                idle: rated * of.idle_share,
                dynamic: rated * (of.peak_share - of.idle_share),
                chips: *chips,
                flops: of.flops,
            }
        };
        hardware.iter().zip(&stock.chips).map(of)
    }

    fn all(each: &[Self]) -> Self {
        let mut sum = Self::default();
        for of in each {
            sum.rated += of.rated;
            sum.idle += of.idle;
            sum.dynamic += of.dynamic;
            sum.chips += of.chips;
            sum.flops += of.chips * of.flops;
        }
        sum.flops /= sum.chips.max(f64::MIN_POSITIVE);
        sum
    }

    /// What halls are built for: all chips at work.
    fn design(&self) -> f64 {
        self.idle + self.dynamic
    }
}

impl<'a> Draw<'a> {
    /// A draw of a file. `metered`: facility energy by year in `TWh`, in place of what `[conventional]` says. The place of a fault is its key.
    pub fn new(
        file: &'a ForecastFile,
        shared: &'a Shared,
        metered: Option<&[f64]>,
    ) -> Result<Self, Fault> {
        let hardware = hardware(file)?;
        let years = file.years.first..=file.years.last;
        let stock = Stock::over(file, &hardware);
        let beside = file.facility.beside_share;
        let generations: Vec<Vec<Machines>> = stock
            .iter()
            .map(|stock| Machines::each(&hardware, stock, beside).collect())
            .collect();
        let machines: Vec<Machines> = generations.iter().map(|each| Machines::all(each)).collect();
        let ai_shares = shares(file, "share", &|site: &Site| site.share.clone())?;
        let own = |site: &Site| site.conventional_share.clone();
        let conventional_shares = if file
            .site
            .iter()
            .any(|site| site.conventional_share.is_some())
        {
            shares(file, "conventional_share", &own)?
        } else {
            ai_shares.clone()
        };
        let given: Vec<_> = file.uses.iter().map(|of| of.share.clone()).collect();
        let uses = divided(file, "use", "share", &given)?;
        for (index, of) in file.uses.iter().enumerate() {
            let checked = of.busy.check(years.clone(), (0.0, 1.0));
            checked.map_err(|fault| fault.at(format!("use[{index}].busy")))?;
        }
        let stated = |year: usize| {
            let shares: Vec<f64> = uses.iter().map(|of| of[year]).collect();
            let at = file.years.nth(year);
            (shares, file.uses.iter().map(|of| of.busy.at(at)).collect())
        };
        let count = stock.len();
        let conventional = conventional(file, shared, &conventional_shares, metered)?;
        let connected = Connected::over(file);
        let mut draw = Self {
            file,
            shared,
            stock,
            connected,
            powered: vec![1.0; count],
            machines,
            generations,
            conventional,
            ai_shares,
            conventional_shares,
            supply: Vec::new(),
            work: None,
        };
        draw.powered = (0..count).map(|year| draw.powered_share(year)).collect();
        draw.supply = (0..count)
            .map(|year| {
                let (shares, busy) = stated(year);
                Served {
                    shares,
                    busy,
                    need_over_supply: f64::NAN,
                    ..Served::default()
                }
            })
            .collect();
        if let Some(demand) = Demand::of(file)? {
            let chips: Vec<f64> = (0..count)
                .map(|year| draw.machines[year].chips * draw.powered[year])
                .collect();
            let flops: Vec<f64> = draw.machines.iter().map(|of| of.flops).collect();
            draw.work = Some(demand.served(file, &chips, &flops, &stated));
        } else if file.closure == Closure::Work {
            let cure = "list the work in [[work]] tables, or set closure = \"supply\"";
            let fault = Fault::new(
                "the work is to say how busy machines are, and none is listed",
                cure,
            );
            return Err(fault.at("closure"));
        }
        Ok(draw)
    }

    /// Contract power over what is rated, of AI and of conventional IT.
    fn contract_ratios(&self, year: usize) -> (f64, f64) {
        let margin = self.file.facility.contract_margin;
        let ratio = |shares: &[Vec<f64>]| -> f64 {
            let sites = shares.iter().zip(&self.shared.plants);
            let of_site = |(shares, plant): (&Vec<f64>, &SitePlant)| {
                shares[year] * self.file.facility.pue.unwrap_or(plant.design_ratio)
            };
            sites.map(of_site).sum::<f64>() * margin
        };
        (ratio(&self.ai_shares), ratio(&self.conventional_shares))
    }

    fn crypto_w(&self, year: usize) -> f64 {
        let crypto = self.file.crypto.as_ref().filter(|_| self.file.scope.crypto);
        crypto.map_or(0.0, |crypto| crypto.gw.at(self.file.years.nth(year)) * 1e9)
    }

    fn powered_share(&self, year: usize) -> f64 {
        let (ai, conventional) = self.contract_ratios(year);
        let wanted = self.machines[year].rated * ai;
        let others = self.conventional[year].design * conventional + self.crypto_w(year);
        if wanted > 0.0 {
            ((self.connected[year].mean_w - others) / wanted).clamp(0.0, 1.0)
        } else {
            1.0
        }
    }

    /// Which connection holds machines back in a year.
    pub fn held_back(&self, year: usize) -> Option<usize> {
        (self.powered[year] < 1.0).then_some(self.connected[year].narrowest)
    }

    /// Which caps bind in a year.
    pub fn bound(&self, year: usize) -> &[bool] {
        &self.stock[year].bound
    }

    fn served(&self, year: usize) -> &Served {
        match (&self.work, self.file.closure) {
            (Some(work), Closure::Work) => &work[year],
            _ => &self.supply[year],
        }
    }

    fn shape(&self, of: usize) -> Shape {
        let of = &self.file.uses[of];
        Shape {
            swing: of.swing,
            peak_hour: of.peak_hour,
            weekend: of.weekend,
        }
    }

    /// Mean AI IT power of a year, W.
    fn ai_mean(&self, year: usize, served: &Served) -> f64 {
        let machines = &self.machines[year];
        self.powered[year] * (machines.idle + machines.dynamic * served.busy_share())
    }

    /// Facility energy of a year at mean loads, `TWh`: for the closure that is not asked for.
    fn facility_twh(&self, year: usize, served: &Served) -> f64 {
        let ai = self.ai_mean(year, served);
        let ai_design = self.machines[year].design() * self.powered[year];
        let conventional = self.conventional[year];
        let mut sum = self.crypto_w(year);
        for (index, plant) in self.shared.plants.iter().enumerate() {
            let (a, c) = (
                self.ai_shares[index][year],
                self.conventional_shares[index][year],
            );
            let it = a * ai + c * conventional.mean;
            let design = a * ai_design + c * conventional.design;
            if design > 0.0 {
                sum += match self.file.facility.pue {
                    Some(pue) => it * pue,
                    None => design * plant.mean_facility(it / design),
                };
            }
        }
        twh(sum)
    }

    /// The figures of a year; its hours stay in `space`.
    pub fn year(&self, year: usize, space: &mut Space) -> YearOf {
        let served = self.served(year);
        let machines = &self.machines[year];
        let powered = self.powered[year];
        let calendar = &self.shared.calendars[year];
        let conventional = self.conventional[year];
        for hours in [&mut space.it, &mut space.cooling, &mut space.other] {
            hours.fill(0.0);
        }
        space.sites.clear();
        space.ai.fill((powered * machines.idle) as f32);
        for (of, (share, busy)) in served.shares.iter().zip(&served.busy).enumerate() {
            let scale = powered * machines.dynamic * share;
            self.shape(of).add((scale, *busy), calendar, &mut space.ai);
        }
        space.conventional.fill(0.0);
        if let Some(of) = &self.file.conventional {
            let shape = Shape {
                swing: of.swing,
                peak_hour: of.peak_hour,
                weekend: of.weekend,
            };
            // No hour is beyond the design.
            let level = conventional.mean / conventional.design.max(f64::MIN_POSITIVE);
            shape.add(
                (conventional.design, level),
                calendar,
                &mut space.conventional,
            );
        }
        let ai_wh = sum(&space.ai);
        let ai_design = machines.design() * powered;
        let mut all = YearOfSite::default();
        let (mut ai_facility, mut carbon_g) = (0.0, 0.0);
        let at = self.file.years.nth(year);
        for index in 0..self.shared.plants.len() {
            let (a, c) = (
                self.ai_shares[index][year],
                self.conventional_shares[index][year],
            );
            let design = a * ai_design + c * conventional.design;
            if design <= 0.0 {
                space.sites.push(0.0);
                continue;
            }
            let of_site = self.site(index, (a / design, c / design), design, space);
            let facility = of_site.facility_wh();
            space.sites.push(facility);
            if of_site.it_wh > 0.0 {
                ai_facility += facility * a * ai_wh / of_site.it_wh;
            }
            let grid = self.file.site[index].carbon_gco2_kwh.as_ref();
            let grid = grid.or(self.file.grid.carbon_gco2_kwh.as_ref());
            carbon_g += grid.map_or(f64::NAN, |grid| grid.at(at)) * facility / 1e3;
            all.it_wh += of_site.it_wh;
            all.cooling_wh += of_site.cooling_wh;
            all.other_wh += of_site.other_wh;
            all.water_l += of_site.water_l;
        }
        let crypto = self.crypto_w(year);
        if crypto > 0.0 {
            space
                .other
                .iter_mut()
                .for_each(|hour| *hour += crypto as f32);
            let grid = self.file.grid.carbon_gco2_kwh.as_ref();
            carbon_g += grid.map_or(f64::NAN, |grid| grid.at(at)) * crypto * HOURS as f64 / 1e3;
        }
        let found = Extremes::of(&space.it, &space.cooling, &space.other);
        self.figures(year, (&all, &found), (ai_wh, ai_facility, carbon_g), space)
    }

    /// Adds a site's hours.
    fn site(&self, index: usize, (a, c): (f64, f64), design: f64, space: &mut Space) -> YearOfSite {
        let (a, c) = (a as f32, c as f32);
        let plant = &self.shared.plants[index];
        // The site's clock has its hour h when the region's has h + shift.
        let start = plant.start();
        let (until, from) = space.load.split_at_mut(HOURS - start);
        let mixed = |to: &mut [f32], ai: &[f32], conventional: &[f32]| {
            for ((to, ai), conventional) in to.iter_mut().zip(ai).zip(conventional) {
                *to = a * ai + c * conventional;
            }
        };
        mixed(until, &space.ai[start..], &space.conventional[start..]);
        mixed(from, &space.ai[..start], &space.conventional[..start]);
        if let Some(pue) = self.file.facility.pue {
            let (scale, overhead) = (design as f32, (pue - 1.0) as f32);
            let mut it_wh = 0.0;
            for (hour, load) in space.load.iter().enumerate() {
                let it = load * scale;
                let at = (hour + start) % HOURS;
                space.it[at] += it;
                space.cooling[at] += it * overhead;
                it_wh += f64::from(it);
            }
            return YearOfSite {
                it_wh,
                cooling_wh: it_wh * (pue - 1.0),
                water_l: f64::NAN,
                ..YearOfSite::default()
            };
        }
        plant.table.add(
            &space.load,
            design as f32,
            plant.shift_h,
            &mut space.it,
            &mut space.cooling,
            &mut space.other,
        )
    }
}

/// `TWh` a year of a mean power in W.
fn twh(mean_w: f64) -> f64 {
    mean_w * HOURS as f64 * HOUR_S / 3.6e15
}

fn sum(hours: &[f32]) -> f64 {
    hours.iter().map(|hour| f64::from(*hour)).sum()
}
