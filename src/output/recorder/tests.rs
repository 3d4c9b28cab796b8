use super::*;
use crate::heat_rejection::Water;
use crate::snapshot::{FinishedJob, Hall, JobEnergy, Plant, Power, Queue, Racks, TimeBreakdown};
use crate::workload::{Label, Outcome};

fn recording(record_s: f64, format: Format) -> Recording {
    Recording {
        wanted: Wanted {
            format,
            ..Wanted::default()
        },
        seed: 42,
        start: jiff::civil::date(2026, 7, 15),
        record_s,
        halls: vec!["north".into(), "south".into()],
        events: Vec::new(),
        circuits: Vec::new(),
        tariff: Tariff::default(),
    }
}

/// Step number `n` from 1, one minute each: power rises by 1 kW a step.
fn step(n: u32) -> Snapshot {
    let rise = f64::from(n);
    let hall = |scale: f64| Hall {
        it_w: 800e3 * scale,
        supply_c: 24.0,
        return_c: 36.0,
        max_inlet_c: 24.0 + rise,
        max_chip_c: 70.0 - rise,
        max_memory_c: Some(80.0 - rise),
        chips: crate::physics::temperature_counts::TemperatureCounts::default(),
        throttled_gpus: 3.0,
        gpus_off: 0.0,
        racks_above_limit: 0,
        above_water_class: false,
        utilisation: 0.5,
        served_gpus: 0.0,
        heat_to_water_w: 0.0,
        vapour_kg_s: 0.0,
        dew_point_c: None,
        dew_point_outside: false,
        racks: Racks {
            power_w: vec![10e3 * rise, 20e3].into_iter().collect(),
            coolant_c: vec![24.0 + rise, 24.0].into_iter().collect(),
            chip_c: vec![70.0 - rise, f64::NAN].into_iter().collect(),
        },
        racks_s: 60.0,
        moved: Vec::new(),
    };
    Snapshot {
        time_s: 60.0 * rise,
        dt_s: 60.0,
        power: Power {
            facility_w: 1.2e6 + 1e3 * rise,
            it_w: 1e6,
            chillers_w: 50e3,
            pumps_w: 10e3,
            ..Power::default()
        },
        water: Water {
            makeup_kg_s: 0.9982,
            from_basin_kg_s: 0.0,
            ..Water::default()
        },
        plant: Plant {
            supply_c: 20.0,
            condenser_c: f64::NAN,
            ..Plant::default()
        },
        halls: vec![hall(1.0), hall(0.25)],
        price_usd_j: 36.0 / 3.6e9,
        carbon_kg_j: f64::NAN,
        ..Snapshot::default()
    }
}

fn record(recording: Recording, steps: impl Iterator<Item = Snapshot>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut recorder = Recorder::new(folder.path(), recording).unwrap();
    for step in steps {
        recorder.observe(&step).unwrap();
    }
    recorder.finish().unwrap();
    folder
}

/// The cells of a CSV file by row and name.
struct Rows(Vec<std::collections::BTreeMap<String, String>>);

impl Rows {
    fn read(folder: &tempfile::TempDir, name: &str) -> Self {
        let mut reader = ::csv::Reader::from_path(folder.path().join(name)).unwrap();
        Self(reader.deserialize().map(Result::unwrap).collect())
    }
    fn text(&self, row: usize, column: &str) -> &str {
        &self.0[row][column]
    }
    fn number(&self, row: usize, column: &str) -> f64 {
        self.text(row, column).parse().unwrap()
    }
}

/// 40 minutes in quarter hours: steps 1..15, 16..30 and a last interval of 31..40. By hand the facility means are
/// 1200 + 8, 1200 + 23, 1200 + 35.5 kW, the peaks the last steps.
#[test]
fn means_peaks_and_a_last_partial_interval() {
    let folder = record(recording(900.0, Format::Csv), (1..=40).map(step));
    let rows = Rows::read(&folder, "timeseries.csv");
    assert_eq!(rows.0.len(), 3);
    for (row, time, mean, peak) in [
        (0, "2026-07-15T00:00:00", "1208.000", "1215.000"),
        (1, "2026-07-15T00:15:00", "1223.000", "1230.000"),
        (2, "2026-07-15T00:30:00", "1235.500", "1240.000"),
    ] {
        assert_eq!(rows.text(row, "time"), time);
        assert_eq!(rows.text(row, "facility_kw"), mean);
        assert_eq!(rows.text(row, "facility_peak_kw"), peak);
    }
    assert_eq!(rows.text(0, "pue"), "1.2080");
    assert_eq!(rows.text(0, "cooling_kw"), "60.000");
    assert_eq!(rows.text(0, "water_makeup_l"), "900.0"); // one litre a second
    assert_eq!(rows.text(2, "water_makeup_l"), "600.0");
    assert_eq!(rows.text(0, "price_usd_mwh"), "36.000");
    assert_eq!(rows.text(0, "north_it_kw"), "800.000");
    assert_eq!(rows.text(1, "south_it_kw"), "200.000");
    assert_eq!(rows.text(1, "north_max_inlet_c"), "54.00"); // step 30
    assert_eq!(rows.text(1, "north_max_chip_c"), "54.00"); // step 16
    assert_eq!(rows.text(2, "north_utilisation"), "0.5000");
    for absent in ["condenser_c", "carbon_g_kwh", "waiting_jobs"] {
        assert!(!rows.0[0].contains_key(absent), "{absent}");
    }
    assert!(!folder.path().join("jobs.csv").exists());
}

#[test]
fn the_columns_stand_in_their_order() {
    let mut first = step(1);
    first.plant.condenser_c = 28.0;
    first.carbon_kg_j = 1e-7;
    first.queue = Some(Queue::default());
    let folder = record(recording(60.0, Format::Csv), [first].into_iter());
    let text = std::fs::read_to_string(folder.path().join("timeseries.csv")).unwrap();
    assert_eq!(
        text.lines().next().unwrap(),
        "time,dry_bulb_c,wet_bulb_c,it_kw,facility_kw,facility_peak_kw,pue,compute_kw,server_fans_kw,\
         psu_losses_kw,electrical_losses_kw,cooling_kw,chillers_kw,heat_rejection_fans_kw,pumps_kw,\
         hall_fans_kw,cdu_pumps_kw,other_kw,supply_c,return_c,condenser_c,water_makeup_l,\
         carbon_g_kwh,price_usd_mwh,waiting_jobs,waiting_gpus,backlog_gpu_hours,running_jobs,busy_gpus,down_gpus,ramp_up_mw_min,ramp_down_mw_min,\
         north_it_kw,north_supply_c,north_return_c,north_max_inlet_c,north_max_chip_c,north_throttled_gpus,\
         north_utilisation,south_it_kw,south_supply_c,south_return_c,south_max_inlet_c,south_max_chip_c,\
         south_throttled_gpus,south_utilisation"
    );
    assert!(
        text.lines()
            .nth(1)
            .unwrap()
            .contains(",28.00,60.0,360.0,36.000,0.00,")
    );
}

/// Steps of unequal length weigh by their time: 20 s at 1 MW and 40 s at 4 MW are 3 MW.
#[test]
fn steps_weigh_by_their_length() {
    let at = |time_s, dt_s, facility_w| {
        let mut s = step(1);
        (s.time_s, s.dt_s, s.power.facility_w) = (time_s, dt_s, facility_w);
        s
    };
    let steps = [at(20.0, 20.0, 1e6), at(60.0, 40.0, 4e6)];
    let folder = record(recording(60.0, Format::Csv), steps.into_iter());
    let rows = Rows::read(&folder, "timeseries.csv");
    assert_eq!((rows.0.len(), rows.text(0, "facility_kw")), (1, "3000.000"));
    let load = std::fs::read_to_string(folder.path().join("load_8760.csv")).unwrap();
    assert_eq!(load, "hour,facility_mw\n0,3.000000\n"); // the run's only, partial hour
}

/// Forty falling minutes: each quarter hour's peak is its first step, not the one before.
#[test]
fn peaks_start_anew_in_each_interval() {
    let steps = (1..=40).map(|n| {
        let mut s = step(n);
        s.power.facility_w = 1.3e6 - 1e3 * f64::from(n);
        s.halls[0].max_inlet_c = 90.0 - f64::from(n);
        s
    });
    let folder = record(recording(900.0, Format::Csv), steps);
    let rows = Rows::read(&folder, "timeseries.csv");
    assert_eq!(rows.text(1, "facility_peak_kw"), "1284.000");
    assert_eq!(rows.text(1, "north_max_inlet_c"), "74.00");
}

/// 19 racks (two groups of eight and a rest) over 2,500 steps that rise and fall, against plain sums.
#[test]
fn many_racks_over_many_steps() {
    let value = |rack: usize, n: u32| f64::from((rack as u32 * 7919 + n * 104_729) % 1000);
    let (racks, steps) = (19, 2500);
    let run = (1..=steps).map(|n| {
        let mut s = step(n);
        let values: Vec<f64> = (0..racks).map(|rack| value(rack, n)).collect();
        s.halls[0].racks = Racks {
            power_w: values.iter().map(|v| 1e3 * v).collect(),
            coolant_c: values.iter().map(|v| v / 10.0).collect(),
            chip_c: values.iter().copied().collect(),
        };
        s
    });
    let folder = record(recording(900.0, Format::Csv), run);
    let rows = Rows::read(&folder, "racks.csv");
    for rack in 0..racks {
        let all = || (1..=steps).map(|n| value(rack, n));
        let (sum, max) = (all().sum::<f64>(), all().fold(0.0, f64::max));
        let mean = sum / f64::from(steps);
        for (column, expected, half) in [
            ("energy_mwh", sum / 60e3, 6e-7),
            ("mean_kw", mean, 6e-4),
            ("peak_kw", max, 6e-4),
            ("mean_inlet_c", mean / 10.0, 6e-3),
            ("max_inlet_c", max / 10.0, 6e-3),
            ("max_chip_c", max, 6e-3),
        ] {
            let got = rows.number(rack, column);
            assert!(
                (got - expected).abs() < half,
                "{rack} {column}: {got} {expected}"
            );
        }
    }
}

/// Rack 1 of `north` draws 10 to 400 kW over 40 minutes: mean 205 kW, 136.667 kWh.
#[test]
fn racks_over_the_run() {
    let folder = record(recording(900.0, Format::Csv), (1..=40).map(step));
    let text = std::fs::read_to_string(folder.path().join("racks.csv")).unwrap();
    assert_eq!(
        text,
        "hall,rack,energy_mwh,mean_kw,peak_kw,mean_inlet_c,max_inlet_c,max_chip_c\n\
         north,1,0.136667,205.000,400.000,44.50,64.00,69.00\n\
         north,2,0.013333,20.000,20.000,24.00,24.00,\n\
         south,1,0.136667,205.000,400.000,44.50,64.00,69.00\n\
         south,2,0.013333,20.000,20.000,24.00,24.00,\n"
    );
}

#[test]
fn jobs_as_they_end() {
    let steps = (1..=2).map(|n| {
        let mut s = step(n);
        s.queue = Some(Queue::default());
        if n == 2 {
            s.finished.push(FinishedJob {
                id: 7,
                class: "fine_tuning",
                gpus: 64,
                submit_s: 5.0,
                start_s: 35.5,
                end_s: 110.0,
                tokens: 2.5e12,
                completed: false,
                outcome: Outcome::Failed,
                user: 3,
                work_s: 70.0,
                label: Label::new("run-12"),
                energy: Some(JobEnergy {
                    it_j: 7.2e6,
                    facility_j: 9e6,
                }),
                interruptions: 2,
                spent: TimeBreakdown {
                    useful: 40.0,
                    saving: 3.0,
                    restarting: 4.0,
                    again: 5.0,
                    slowed: 6.5,
                },
                ..FinishedJob::default()
            });
        }
        s
    });
    let folder = record(recording(60.0, Format::Csv), steps);
    let text = std::fs::read_to_string(folder.path().join("jobs.csv")).unwrap();
    assert_eq!(
        text,
        "id,class,gpus,submit,wait_s,start,end,run_s,tokens,completed,ended,user,work_s,slowdown,trace_id,\
         interruptions,saving_s,restarting_s,rework_s,slowed_s,it_kwh,facility_kwh\n\
         7,fine_tuning,64,2026-07-15T00:00:05,30.5,2026-07-15T00:00:36,2026-07-15T00:01:50,74.5,\
         2500000000000,false,failed,3,70.0,1.000,run-12,2,3.0,4.0,5.0,6.5,2.0000,2.5000\n"
    );
}

/// Steps of 35 min over 105 min: hour 0 takes 35 min of the first and 25 of the second.
#[test]
fn the_load_shares_steps_out_over_hours() {
    let steps = (1..=3).map(|n| {
        let mut s = step(n);
        s.dt_s = 2100.0;
        s.time_s = 2100.0 * f64::from(n);
        s.power.facility_w = 1e6 * f64::from(n);
        s
    });
    let folder = record(recording(2100.0, Format::Csv), steps);
    let rows = Rows::read(&folder, "load_8760.csv");
    assert_eq!(rows.0.len(), 2);
    assert!((rows.number(0, "facility_mw") - (35.0 + 50.0) / 60.0).abs() < 1e-6);
    assert!((rows.number(1, "facility_mw") - (20.0 + 105.0) / 45.0).abs() < 1e-6);
}

/// A leap year of days: 8,784 hours, of which 8,760 are written; the time series keeps them all.
#[test]
fn a_year_has_8760_hours() {
    let steps = (1..=366).map(|n| {
        let mut s = step(n);
        s.dt_s = 86_400.0;
        s.time_s = 86_400.0 * f64::from(n);
        s
    });
    let folder = record(recording(86_400.0, Format::Csv), steps);
    assert_eq!(Rows::read(&folder, "load_8760.csv").0.len(), 8760);
    let rows = Rows::read(&folder, "timeseries.csv");
    assert_eq!(
        (rows.0.len(), rows.text(365, "time")),
        (366, "2027-07-15T00:00:00")
    );
}

#[test]
fn parquet_holds_the_same_rows() {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::RowAccessor as _;

    let folder = record(recording(900.0, Format::Parquet), (1..=40).map(step));
    for name in ["timeseries.parquet", "racks.parquet", "load_8760.csv"] {
        assert!(folder.path().join(name).exists(), "{name}");
    }
    let file = std::fs::File::open(folder.path().join("timeseries.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let fields = reader.metadata().file_metadata().schema().get_fields();
    let at = fields
        .iter()
        .position(|field| field.name() == "facility_kw")
        .unwrap();
    let rows: Vec<_> = reader.into_iter().map(Result::unwrap).collect();
    let kw: Vec<f64> = rows.iter().map(|row| row.get_double(at).unwrap()).collect();
    assert_eq!(kw.len(), 3);
    for (kw, expected) in kw.iter().zip([1208.0, 1223.0, 1235.5]) {
        assert!((kw - expected).abs() < 1e-9);
    }
}

#[test]
fn equal_runs_give_equal_bytes() {
    for format in [Format::Csv, Format::Parquet] {
        let one = record(recording(900.0, format), (1..=100).map(step));
        let two = record(recording(900.0, format), (1..=100).map(step));
        for entry in std::fs::read_dir(one.path()).unwrap() {
            let name = entry.unwrap().file_name();
            let read =
                |folder: &tempfile::TempDir| std::fs::read(folder.path().join(&name)).unwrap();
            assert_eq!(read(&one), read(&two), "{}", name.to_string_lossy());
        }
    }
}

/// The engine sees an `io::Error` that still names the file and the cure.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_stops_the_run() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/dev/full", folder.path().join("timeseries.csv")).unwrap();
    let mut recorder = Recorder::new(folder.path(), recording(60.0, Format::Csv)).unwrap();
    let error = (1..=5000)
        .find_map(|n| recorder.observe(&step(n)).err())
        .unwrap();
    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
    assert!(error.to_string().contains("timeseries.csv"), "{error}");
}

/// 31 July at 23:30 to 1 August 00:10, by hand: 30 minutes of the one month, 10 of the other; prices but for water.
#[test]
fn the_bill_has_a_row_for_each_month() {
    let mut recording = recording(900.0, Format::Csv);
    let from_s = 16.0 * 86_400.0 + 23.5 * 3600.0;
    recording.tariff = Tariff::of(&crate::tariff::TariffConfig::default(), Some(12.0));
    let billed = |n: u32| {
        let mut s = step(n);
        s.time_s += from_s;
        s.on_site.grid_w = 1.2e6;
        s
    };
    let folder = record(recording, (1..=40).map(billed));
    let text = std::fs::read_to_string(folder.path().join("bill.csv")).unwrap();
    let expected = "month,days,import_mwh,demand_kw,energy_usd,demand_usd,total_usd\n\
         2026-07,17.0000,0.600000,1200.000,21.6000,7896.7742,7918.3742\n\
         2026-08,0.0069,0.200000,1200.000,7.2000,3.2258,10.4258\n";
    assert_eq!(text, expected);
}

/// Where nothing has a price there is no bill.
#[test]
fn no_price_no_bill() {
    let free = |n: u32| Snapshot {
        price_usd_j: f64::NAN,
        ..step(n)
    };
    let folder = record(recording(900.0, Format::Csv), (1..=40).map(free));
    assert!(!folder.path().join("bill.csv").exists());
}
