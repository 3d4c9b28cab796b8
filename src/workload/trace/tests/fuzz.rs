//! Corrupt files: every format, broken in many ways from a fixed seed. Nothing panics; what is refused names
//! the file, what is read is finite. `COLDAISLE_FUZZ_CASES` raises the number for each format.

use std::fmt::Write as _;

use jiff::civil::date;

use super::super::*;
use super::open;
use crate::series::{Names, Period, Quantity, Table};
use crate::workload::profile::{ProfileTable, Start};

/// `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        (self.next() % most.max(1) as u64) as usize
    }
}

const CELLS: [&str; 40] = [
    "",
    "0",
    "-1",
    "1e308",
    "-1e308",
    "nan",
    "inf",
    "1e-320",
    "5",
    "1704445200",
    "1704445200000",
    "1.7e18",
    "N/A",
    "[N/A]",
    "300.00 W",
    "2 MW",
    "97 %",
    "€5",
    "$5",
    "1,5",
    "\"1,5\"",
    "\"",
    "x",
    "2026-01-01",
    "2026-01-01T00:00Z",
    "2026-13-01 00:00",
    "2026/01/01 00:30",
    "01/02/2026 00:00",
    "9999-12-31T23:59:59",
    "-9999-01-01T00:00",
    "é°₂",
    "2026-01-01 00:00+26:00",
    "4294967296",
    "18446744073709551616",
    "\u{feff}",
    "\0",
    "a b",
    "1e11",
    "99999999999",
    "-0",
];
const NAMES: [&str; 14] = [
    "time",
    "time_ms",
    "it_kw",
    "it_kwh",
    "price_eur_mwh",
    "lbs/MWh",
    "p [°C]",
    "",
    "gpus",
    "user",
    "submit",
    "run_min",
    "%",
    "/",
];

/// Changes a sound file in one to six places: cells, names, rows, separators, bytes.
fn broken(sound: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<String> = sound.lines().map(str::to_owned).collect();
    for _ in 0..=dice.below(6) {
        let at = dice.below(lines.len());
        let sign = ['|', ',']
            .into_iter()
            .find(|sign| sound.contains(*sign))
            .unwrap_or(' ');
        let mut cells: Vec<String> = lines[at].split(sign).map(str::to_owned).collect();
        let cell = dice.below(cells.len());
        match dice.below(10) {
            0..4 => cells[cell] = CELLS[dice.below(CELLS.len())].to_owned(),
            4 => cells[cell] = NAMES[dice.below(NAMES.len())].to_owned(),
            5 => cells.truncate(cell),
            6 => cells.push(CELLS[dice.below(CELLS.len())].to_owned()),
            7 => {
                let other = dice.below(lines.len());
                lines.swap(at, other);
                continue;
            }
            8 => {
                let again = lines[at].clone();
                lines.insert(at, again);
                continue;
            }
            _ => {
                let mut text = lines.join("\n");
                let mut place = dice.below(text.len() + 1);
                while !text.is_char_boundary(place) {
                    place -= 1;
                }
                text.insert_str(
                    place,
                    [";", "\t", "\r", "\"", "\n", "{", ":", " "][dice.below(8)],
                );
                lines = text.lines().map(str::to_owned).collect();
                continue;
            }
        }
        lines[at] = cells.join(&sign.to_string());
        if lines.len() < 2 {
            break;
        }
    }
    lines.join(["\n", "\r\n", "\r"][dice.below(3)])
}

fn cases() -> u64 {
    let given = std::env::var("COLDAISLE_FUZZ_CASES").ok();
    given.and_then(|count| count.parse().ok()).unwrap_or(150)
}

fn sound_or_named(file: &str, refused: &str) {
    let named = refused.contains(file) || refused.contains("70B");
    assert!(named, "{refused}");
    assert!(refused.contains("; "), "no cure: {refused}");
}

#[test]
fn broken_traces_are_refused_or_sane() {
    let service = "gpus = 2\nprefill_tokens_per_gpu_s = 1000\ndecode_tokens_per_gpu_s = 100\n";
    let modelled = "refuse_after_s = 1\ninference = { model = '70b', gpus = 8 }\n";
    let pools = "scale = 30\ninference = { model = '70b', prefill = {}, decode = {} }\n";
    let mut power = "time,index,power.draw [W],b\n".to_owned();
    let mut philly = "time,active,total\n".to_owned();
    for n in 0..6 {
        writeln!(power, "2026-01-01 00:0{n}:00,{},300.0 W,{n}", n % 2).unwrap();
        writeln!(philly, "2026-01-01 00:0{n}:00,{n},12").unwrap();
    }
    let jobs = "submit_h,gpus,run_h,estimate_s,utilisation,class,tokens,user\n0,8,2,100,0.5,batch,9,ann\n0.5,1,0.1,,,,,7\n2,4,1,,,,,\n";
    let dated = "submit,gpus,run_s\n2026-01-01 00:00,1,60\n2026-01-01T01:00Z,2,60\n";
    let swf = "; c\n1 0 -1 1451 128 -1 -1 -1 -1 -1 -1 1 1 -1 -1 -1 -1 -1\n2 1460 5 100 -1 -1 -1 12 3600 -1 1 1 1 -1 -1 -1 -1 -1\n";
    let pods = "name,num_gpu,gpu_milli,creation_time,deletion_time,scheduled_time\na,1,460,100,7300,100\nb,8,1000,400,4400,800\n";
    let raps = "id,nodes,submit_s,start_s,end_s,time_limit_s,cpu_util_0toC,gpu_util_0toG\n0,103,-100,0,21600,21000,0.25,0.5\n1,3,0,0,600,600,0.25,0.5\n";
    let sacct = "JobID|Submit|Start|End|ElapsedRaw|Timelimit|AllocTRES|State|User\n7|2026-01-01T00:00:00|2026-01-01T00:10:00|2026-01-01T01:10:00|3600|02:00:00|cpu=8,gres/gpu=2|COMPLETED|ann\n7.0|2026-01-01T00:10:00|2026-01-01T00:10:00|Unknown|3600||cpu=8|RUNNING|\n8|2026-01-01T02:00:00|Unknown|Unknown|0|UNLIMITED||CANCELLED by 0|bob\n";
    let azure = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9,300,10\n2023-11-16 18:17:33,0,20\n";
    let mooncake = "{\"timestamp\": 0, \"input_length\": 30, \"output_length\": 3}\n{\"timestamp\": 60000, \"input_length\": 7, \"output_length\": 1}\n";
    let ptdaemon = "Time,07-17-2024 23:59:59.5,Watts,2000,Volts,239\nTime,07-18-2024 00:00:01.5,Watts,3000,Volts,239\n";
    let nodes = "run_idx,node,time_ms,power_w\n0,n0,1000,1500\n0,n1,1000,500\n0,n0,3000,2500\n";
    let mllog = ":::MLLOG {\"time_ms\": 1000, \"key\": \"power_reading\", \"value\": 2000}\n:::MLLOG {\"time_ms\": 3000, \"key\": \"power_reading\", \"value\": 1}\n";
    let one_meter = power.replace("index", "phase");
    let by = "columns = ['power*', 'b']\nby = 'index'\n";
    for (format, keys, sound) in [
        ("jobs", "", jobs),
        ("jobs", "repeat_days = 0.3\n", jobs),
        ("jobs", "", dated),
        ("swf", "", swf),
        ("alibaba", "pods = 't'\n", pods),
        ("raps", "start_mode = 'logged'\n", raps),
        ("sacct", "", sacct),
        ("azure", service, azure),
        ("mooncake", service, mooncake),
        ("azure", modelled, azure),
        ("mooncake", pools, mooncake),
        ("philly", "", &philly),
        ("mlperf", "", ptdaemon),
        ("mlperf", "", nodes),
        ("mlperf", "", mllog),
        ("telemetry", by, &power),
        ("telemetry", "columns = ['b']\n", &one_meter),
    ] {
        assert!(open(format, keys, sound, 1.0).is_ok(), "{format}: {sound}");
        let mut dice = Dice(format.len() as u64 + sound.len() as u64);
        for case in 0..cases() {
            let skip = if case % 2 == 0 {
                ""
            } else {
                "bad_rows = 'skip'\n"
            };
            let text = broken(sound, &mut dice);
            match open(format, &format!("{keys}{skip}"), &text, 1.0) {
                Err(error) => sound_or_named("/t", &error.to_string()),
                Ok(opened) => sane(opened, &text),
            }
        }
    }
}

fn sane(opened: Opened, text: &str) {
    match opened.work {
        Replayed::Jobs { mut arrivals, .. } => {
            let mut last_s = f64::NEG_INFINITY;
            while let Some(job) = arrivals.next_job() {
                assert!(job.submit_s.is_finite() && job.submit_s >= last_s, "{text}");
                assert!(
                    job.work_s > 0.0 && job.work_s.is_finite() && job.gpus > 0,
                    "{text}"
                );
                assert!((0.0..=1.0).contains(&job.utilisation), "{text}");
                last_s = job.submit_s;
            }
        }
        Replayed::Load(profile) => {
            assert!(profile.max().is_finite(), "{text}");
            let mean = profile.mean(0.0, 3600.0);
            assert!(mean.is_finite() && mean >= 0.0, "{mean} {text}");
        }
        Replayed::Services { services, .. } => {
            assert!(services.iter().all(|service| service.gpus > 0), "{text}");
        }
    }
}

#[test]
fn broken_series_and_profiles_are_refused_or_sane() {
    let mut price = "time,price_usd_mwh,x\n".to_owned();
    let mut carbon = "Datetime (UTC);carbon lbs/MWh\n".to_owned();
    let mut load = "time,it_kw\n".to_owned();
    let mut energy = "time_h,it_kwh,utilisation\n".to_owned();
    for n in 0..8 {
        writeln!(price, "2026-01-01 0{n}:00,{n}.5,").unwrap();
        writeln!(carbon, "2026-01-01 0{n}:00;{n}00,5").unwrap();
        writeln!(load, "2026-01-01T0{n}:00,{n}").unwrap();
        writeln!(energy, "{n},{},0.5", n % 3).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.csv");
    let period = Period {
        start: date(2026, 1, 1),
        total_s: 3600.0,
        utc_offset_h: 0.0,
    };
    for (quantity, sound) in [(Quantity::Price, &price), (Quantity::Carbon, &carbon)] {
        let mut dice = Dice(sound.len() as u64);
        for _ in 0..cases() {
            std::fs::write(&path, broken(sound, &mut dice)).unwrap();
            let read = Table::read(&path, quantity, Names::default());
            match read.and_then(|table| table.over(period, 1.0)) {
                Err(error) => sound_or_named("s.csv", &error.to_string()),
                Ok(laid) => assert!(laid.series.mean(0.0, 3600.0).is_finite()),
            }
        }
    }
    let start = Start::from(date(2026, 1, 1).at(0, 0, 0, 0));
    for (column, sound) in [(None, &load), (Some("it_kwh"), &energy)] {
        let column = column.map_or_else(String::new, |name| format!("column = '{name}'"));
        let table: ProfileTable = toml::from_str(&format!("file = 'p.csv'\n{column}")).unwrap();
        let mut dice = Dice(sound.len() as u64);
        for _ in 0..cases() {
            let text = broken(sound, &mut dice);
            match Profile::parse("p.csv", text.as_bytes(), &table, start) {
                Err(error) => sound_or_named("p.csv", &error.to_string()),
                Ok(profile) => assert!(
                    profile.max().is_finite() && profile.mean(0.0, 60.0) >= 0.0,
                    "{text}"
                ),
            }
        }
    }
}
