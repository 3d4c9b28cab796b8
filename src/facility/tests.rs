//! The assembled plant: it audits itself, and finds the component that leaks.

mod energy;
mod imposed;
mod steps;

use super::*;
use crate::heat_rejection::{Outdoors, Rejection};
use crate::physics::psychrometrics::MoistAir;
use crate::scenario::{Loaded, Scenario, resolve};

pub(super) fn loaded(text: &str) -> Loaded {
    let scenario: Scenario = crate::scenario::text::read(text).unwrap();
    Loaded {
        scenario,
        text: text.into(),
        path: "test.toml".into(),
    }
}

pub(super) fn scenario(cooling: &str, rejection: &str) -> String {
    format!(
        "name = 'leak'\nit = []\n[run]\ndays = 2\nstep_s = 300\n[site]\nclimate = 'phoenix'\n[[hall]]\nname = 'h'\n\
         server = 'hgx-h100'\nracks = 6\nservers_per_rack = 4\n[hall.cooling.{cooling}]\n\
         [heat_rejection.{rejection}]\n[workload.constant]\nutilisation = 0.7\n"
    )
}

/// A technology that loses a share of the heat it should hand to the water.
struct Leaky {
    inner: Box<dyn Running>,
    share: f64,
}

impl Running for Leaky {
    fn set_supply_c(&mut self, _: f64) {}
    fn coolant(&self) -> crate::physics::Coolant {
        self.inner.coolant()
    }
    fn limit_c(&self) -> f64 {
        self.inner.limit_c()
    }
    fn most_water_c(&self) -> f64 {
        self.inner.most_water_c()
    }
    fn rack_coolant_c(&self, racks: &mut [f64]) -> (f64, f64) {
        self.inner.rack_coolant_c(racks)
    }
    fn film(&self) -> f64 {
        self.inner.film()
    }
    fn try_step(&mut self, input: &cooling::Input<'_>) -> cooling::Output {
        let mut output = self.inner.try_step(input);
        output.heat_to_water_w *= 1.0 - self.share;
        output
    }
    fn commit(&mut self) {
        self.inner.commit();
    }
    fn set_available(&mut self, available: cooling::Available) {
        self.inner.set_available(available);
    }
}

/// A plant that forgets a share of its fan power's heat.
struct LeakyPlant {
    inner: Box<dyn Rejection>,
    share: f64,
}

impl Rejection for LeakyPlant {
    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        self.inner.capacity_w(supply_c, flow_w_k, outside)
    }
    fn reject(
        &self,
        heat_w: f64,
        supply_c: f64,
        flow_w_k: f64,
        outside: &MoistAir,
    ) -> crate::heat_rejection::RejectionOutput {
        let mut rejected = self.inner.reject(heat_w, supply_c, flow_w_k, outside);
        rejected.heat_to_ambient_w *= 1.0 - self.share;
        rejected
    }
}

fn midsummer(air: &MoistAir) -> Outdoors {
    Outdoors {
        air: *air,
        hour_of_year: 4044.0,
    }
}

fn run(facility: &mut Facility, outside: &MoistAir) -> Result<(), AuditError> {
    for step in 0..100 {
        facility.step(&midsummer(outside), f64::from(step) * 300.0, 300.0)?;
    }
    Ok(())
}

const PAIRS: [(&str, &str); 3] = [
    ("air", "water_cooled_chiller]\nsetpoint_c = 18 #"),
    ("immersion", "tower"),
    ("immersion", "dry_cooler"),
];

#[test]
fn sound_components_pass_and_a_leak_of_a_part_in_a_hundred_thousand_is_named() {
    for (cooling, rejection) in PAIRS {
        let text = scenario(cooling, rejection).replace("#]", "");
        let outside = MoistAir::from_relative_humidity(35.0, 0.3, 97_000.0);
        let fresh = || resolve(&loaded(&text)).unwrap().simulation.facility;
        run(&mut fresh(), &outside).unwrap();

        let mut leaky = fresh();
        let inner = leaky.halls.remove(0);
        leaky.halls.push(Hall {
            cooling: Box::new(Leaky {
                inner: inner.cooling,
                share: 1e-5,
            }),
            ..inner
        });
        let error = run(&mut leaky, &outside).unwrap_err();
        assert_eq!(error.component, "cooling of hall 'h'", "{error}");

        let mut leaky = fresh();
        let unplugged = resolve(&loaded(&text))
            .unwrap()
            .simulation
            .facility
            .circuits
            .remove(0)
            .plant;
        leaky.circuits[0].plant = Box::new(LeakyPlant {
            inner: unplugged,
            share: 1e-5,
        });
        let error = run(&mut leaky, &outside).unwrap_err();
        assert_eq!(error.component, "heat rejection", "{error}");
        assert!(error.to_string().contains("heat rejection"), "{error}");
    }
}

/// A run stops at the leak with the component's name, as a user sees it.
#[test]
fn a_leak_fails_the_run() {
    let text = scenario("immersion", "tower");
    let mut resolved = resolve(&loaded(&text)).unwrap();
    let facility = &mut resolved.simulation.facility;
    let inner = facility.halls.remove(0);
    facility.halls.push(Hall {
        cooling: Box::new(Leaky {
            inner: inner.cooling,
            share: 0.01,
        }),
        ..inner
    });
    let error = resolved.simulation.run(&mut ()).unwrap_err().to_string();
    assert!(error.contains("cooling of hall 'h'"), "{error}");
}

/// Catalogue check: under heavy training (power utilisation 0.9 to 0.95) an 8×H100 node in 25 °C air draws 76–83 %
/// of its 10.2 kW rating (Latif et al. 2025: about 76 %; highest measured 8.48 kW, 83.1 %). Host and fan figures come
/// from parts lists; the first reading was 75.8 % at 0.95, which led back to the list: storage had been entered as 0.05
/// instead of the quoted 0.1 kW. So the lower bound is met with a figure that was looked at again because of it. Idle: 8 chips of 70 W and the host, below a quarter of the rating.
#[test]
fn val_latif_h100_node_power() {
    let catalogue = crate::scenario::catalogue::built_in();
    let entry = catalogue.servers["hgx-h100"].clone();
    let server = Server {
        build: entry
            .build(&crate::it::Surroundings {
                coolant: crate::physics::Coolant::Air,
                plates: None,
                plate_flow: crate::physics::plates::PlateFlow::default(),
                boiling: None,
                resistance_ratio: 1.0,
            })
            .unwrap(),
        chip: catalogue.accelerators[&entry.accelerator].clone(),
        limit_w: None,
        floor_w: 0.0,
        air: crate::physics::site_air::SiteAir::default(),
        entry,
    };
    let psu = Psu {
        efficiency: catalogue.electrical.psu[&server.entry.psu]
            .efficiency
            .clone(),
        rated_w: server.entry.psu_rated_w,
        units: f64::from(server.entry.psus),
    };
    let inlet_w = |busy, utilisation| {
        let point = server.at(busy, utilisation, 25.0);
        let dc_w = point.compute_w + point.fans_w;
        dc_w + psu.loss_w(dc_w)
    };
    for utilisation in [0.9, 0.95] {
        let share = inlet_w(8, utilisation) / server.entry.rated_w;
        assert!(
            (0.76..=8480.0 / 10_200.0).contains(&share),
            "{utilisation}: {share}"
        );
    }
    assert!(
        (inlet_w(8, 1.0) / 8400.0 - 1.0).abs() < 0.05,
        "{}",
        inlet_w(8, 1.0)
    );
    let idle_w = inlet_w(0, 0.0);
    assert!((1400.0..2550.0).contains(&idle_w), "{idle_w}");
}

/// Imposed power is met exactly, inside the catalogue's range and outside it.
#[test]
fn an_imposed_load_is_replayed_to_the_watt() {
    let text = scenario("air", "air_cooled_chiller]\nsetpoint_c = 18 #").replace("#]", "");
    let mut facility = resolve(&loaded(&text)).unwrap().simulation.facility;
    let outside = MoistAir::from_relative_humidity(20.0, 0.5, 101_325.0);
    let profile = |kw: f64| {
        let text = format!("time_s,it_kw\n0,{kw}\n3600,{kw}\n");
        crate::workload::profile::Profile::parse(
            "x.csv",
            text.as_bytes(),
            &toml::from_str("file = 'x.csv'\nrepeat = true").unwrap(),
            jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0),
        )
        .unwrap()
    };
    for kw in [20.0, 60.0, 100.0, 150.0, 230.0] {
        facility.work = Work::level(Level::ItPower(profile(kw)));
        facility.step(&midsummer(&outside), 0.0, 300.0).unwrap();
        let it_w = facility.snapshot().power.it_w;
        assert!((it_w / (kw * 1e3) - 1.0).abs() < 1e-9, "{kw} kW: {it_w}");
    }
}

/// Every air-cooled set of the catalogue holds its water on the coldest day: no machine loses capacity in the cold,
/// though a fit evaluated below its range may.
#[test]
fn air_cooled_chillers_hold_their_setpoint_in_the_cold() {
    let catalogue = crate::scenario::catalogue::built_in();
    for (name, curves) in &catalogue.chillers {
        if curves.condenser != crate::heat_rejection::chiller::Condenser::Air {
            continue;
        }
        let plant = format!("air_cooled_chiller]\nsetpoint_c = 16\ncurves = '{name}' #");
        let text = scenario("air", &plant)
            .replace("#]", "")
            .replace("= 0.7", "= 1.0");
        let mut facility = resolve(&loaded(&text)).unwrap().simulation.facility;
        let cold = MoistAir::from_relative_humidity(-20.0, 0.8, 101_325.0);
        run(&mut facility, &cold).unwrap();
        let supply_c = facility.snapshot().plant.supply_c;
        assert!((supply_c - 16.0).abs() < 1e-6, "{name}: {supply_c}");
    }
}

/// A plant that fails warms its water by what the masses allow, and recovers; energy closes all the while.
#[test]
fn a_trip_warms_the_water_and_passes() {
    use crate::heat_rejection::Available;
    let trips = [
        Available {
            chillers_out: 4,
            ..Available::default()
        },
        Available {
            fans: 0.0,
            ..Available::default()
        },
        Available {
            water: false,
            ..Available::default()
        },
        Available {
            pumps: 0.0,
            ..Available::default()
        },
        Available {
            facility_pumps: 0.0,
            ..Available::default()
        },
    ];
    for (cooling, rejection) in PAIRS {
        let text = scenario(cooling, rejection).replace("#]", "");
        let outside = MoistAir::from_relative_humidity(30.0, 0.4, 101_325.0);
        for trip in &trips {
            let mut facility = resolve(&loaded(&text)).unwrap().simulation.facility;
            let after = |facility: &mut Facility, steps: u32| {
                for step in 0..steps {
                    facility
                        .step(&midsummer(&outside), f64::from(step) * 60.0, 60.0)
                        .unwrap();
                }
                facility.snapshot().plant.supply_c
            };
            let before_c = after(&mut facility, 100);
            let all = facility.all_available();
            let mut out = all.clone();
            out.circuits[0] = *trip;
            facility.set_available(&out);
            let tripped_c = after(&mut facility, 20);
            facility.set_available(&all);
            let again_c = after(&mut facility, 400);
            assert!(
                (again_c - before_c).abs() < 0.05,
                "{rejection} {trip:?} {before_c} {again_c}"
            );
            let spared = match rejection {
                "dry_cooler" => trip.fans > 0.0,
                "tower" => trip.chillers_out > 0 || trip.facility_pumps == 0.0,
                _ => trip.facility_pumps == 0.0,
            };
            assert!(
                spared || tripped_c > before_c + 0.5,
                "{rejection} {trip:?} {before_c} {tripped_c}"
            );
        }
    }
}

/// In a run with services and jobs the GPUs that are held, rack by rack, are the busy ones of the racks and of the queue.
#[test]
fn tenants_hold_what_is_busy() {
    let text = scenario("air", "water_cooled_chiller").replace(
        "[workload.constant]\nutilisation = 0.7\n",
        "[workload.inference]\ngpus = 40\nmean_utilisation = 0.5\ntokens_per_gpu_s = 1700\n[workload.batch]\n\
         jobs_per_day = 400\ngpus = [4, 8, 24]\nmedian_hours = 1.0\n",
    );
    let mut resolved = resolve(&loaded(&text)).unwrap();
    let (mut work, mut most) = (Vec::new(), 0);
    for _ in 0..200 {
        resolved.simulation.step().unwrap();
        let facility = &resolved.simulation.facility;
        let occupants = facility.occupants();
        facility.rack_work(0, &mut work);
        for (rack, work) in (0..).zip(&work) {
            let held: u32 = occupants
                .in_rack(0, rack)
                .iter()
                .map(|allocation| allocation.gpus)
                .sum();
            assert_eq!(f64::from(held), work.busy_gpus, "rack {rack}");
        }
        let queue = facility.snapshot().queue.unwrap();
        let held: u64 = occupants.allocations[0]
            .iter()
            .map(|allocation| u64::from(allocation.gpus))
            .sum();
        assert_eq!(held, queue.busy_gpus);
        let service = &occupants.all[0];
        assert_eq!(
            (service.job, service.class, service.gpus),
            (None, "inference", 40)
        );
        most = most.max(occupants.all.len());
        for (number, occupant) in (0..).zip(&occupants.all) {
            let mine = occupants.allocations[0]
                .iter()
                .filter(|allocation| allocation.occupant == number);
            assert_eq!(
                mine.map(|allocation| allocation.gpus).sum::<u32>(),
                occupant.gpus
            );
        }
    }
    assert!(most > 4, "{most} occupants at most");
}
