use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

/// Four racks under a plant with towers and chillers, with default networks and storage beside them.
const SITE: &str = "name = \"x\"
[run]
days = 1
[site]
climate = \"dulles\"
other_kw = 5
[[hall]]
name = \"h\"
server = \"hgx-h100\"
racks = 4
servers_per_rack = 4
[hall.cooling.air]
[heat_rejection.water_cooled_chiller]
setpoint_c = 18.0
[workload.constant]
utilisation = 1.0
";

fn loaded(text: &str) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.toml");
    std::fs::write(&path, text).unwrap();
    scenario::load(&path, &[]).unwrap()
}

static MADE: LazyLock<(Surface, SurfaceSite, SiteTable)> = LazyLock::new(|| {
    let loaded = loaded(SITE);
    let surface = scenario::surface(&loaded, LOADS).unwrap();
    let site = scenario::surface_site(&loaded).unwrap();
    let table = SiteTable::of_surface(&surface, &site, &[0; 32]);
    (surface, site, table)
});

/// A table of any figures: two or more loads from `low` on.
fn any_table() -> impl Strategy<Value = SiteTable> {
    (
        0.0..0.3f32,
        prop::collection::vec(0.01..0.3f32, 1..9),
        any::<u64>(),
    )
        .prop_map(|(low, steps, seed)| {
            let mut nodes = vec![low];
            for step in steps {
                nodes.push(nodes[nodes.len() - 1] + step);
            }
            let mut state = seed | 1;
            let mut next = || {
                state = state
                    .wrapping_mul(6364136223846793005)
                    .wrapping_add(1442695040888963407);
                (state >> 40) as f32 / (1 << 24) as f32
            };
            let rows = [(); 3].map(|()| (0..nodes.len() * HOURS).map(|_| next()).collect());
            SiteTable {
                utc_offset_h: 5.5,
                design_it_w: 1e6,
                climate: "of no place".into(),
                accuracy: "none".into(),
                checksum: String::new(),
                nodes,
                per_width: Vec::new(),
                rows,
            }
            .finished(&[7; 32])
        })
}

/// Loads that swing by the hour within a range.
fn any_loads() -> impl Strategy<Value = Vec<f32>> {
    (-0.2..1.0f32, 0.0..1.5f32, 1..97usize).prop_map(|(low, range, step)| {
        let share = |hour: usize| (hour * step % 101) as f32 / 100.0;
        (0..HOURS).map(|hour| low + range * share(hour)).collect()
    })
}

/// Hours of the table are those of the surface, and parts add up to the facility.
#[test]
fn a_table_is_its_surface() {
    let (surface, site, table) = &*MADE;
    assert_eq!(site.utc_offset_h, -5.0);
    assert_eq!(surface.hours(), HOURS);
    let design_w = site.design_it_w;
    for hour in (0..HOURS).step_by(7) {
        for load in [0.15, 0.2, 0.31, 0.5, 0.77, 0.93, 1.0] {
            let point = surface.at(hour as f64 + 0.5, load * design_w);
            let (cooling, other, water) = table.hour(hour, load as f32);
            let near = |ours: f32, theirs: f64| (f64::from(ours) - theirs).abs() < 2e-6;
            assert!(near(cooling, point.power.cooling_w() / design_w));
            let losses_w = point.power.electrical_losses_w + point.power.other_w;
            assert!(near(other, losses_w / design_w), "{other} {losses_w}");
            assert!(near(
                water,
                point.water.makeup_kg_s * 3600e3 / 998.2 / design_w
            ));
            // The engine finds the load that it is asked for.
            assert!((point.power.it_w / design_w - load).abs() < 1e-9);
            let facility = load + f64::from(cooling) + f64::from(other);
            assert!((facility - point.power.facility_w / design_w).abs() < 4e-6);
        }
    }
}

/// From nothing to a little more than all IT, hot or cold, the plant takes a share that plants take. Water by hand: 1.05 of IT with 0.4 of
/// fans and compressors, over 2.43 MJ/kg, and a third more for blowdown is 2.9e-3 l/h.
#[test]
fn outside_its_loads_a_table_stays_physical() {
    let (_, _, table) = &*MADE;
    let nodes = table.nodes();
    assert!((nodes[0] - 0.15).abs() < 1e-6 && (nodes[nodes.len() - 1] - 1.0).abs() < 1e-6);
    // Idle is a node of its own: 0.15 is below it.
    assert!(
        nodes.len() >= 5 && nodes[1] > 0.16 && nodes[1] < 0.45,
        "{nodes:?}"
    );
    for hour in 0..HOURS {
        let (mut before, mut water_before) = (0.0, 0.0);
        for load in [0.0, 0.05, 0.1, 0.15, 0.3, 0.6, 1.0, 1.05] {
            let (cooling, other, water) = table.hour(hour, load);
            assert!((0.0..0.8).contains(&cooling), "{hour} {load} {cooling}");
            assert!((0.0..0.2).contains(&other), "{hour} {load} {other}");
            assert!((0.0..2.9e-3).contains(&water), "{hour} {load} {water}");
            // More IT never makes the site draw less.
            let facility = load + cooling + other;
            assert!(facility > before, "{hour} {load}");
            (before, water_before) = (facility, water.max(water_before));
        }
        assert!(water_before > 0.0);
    }
}

/// 29 February goes, and what follows it is what follows it in its file.
#[test]
fn a_leap_day_is_left_out() {
    let kept: Vec<usize> = (0..8784).filter(|hour| !leaves_out(8784, *hour)).collect();
    assert_eq!(kept.len(), HOURS);
    // 28 February ends with hour 1415; 1 March begins with 1440.
    assert_eq!((kept[1415], kept[1416], kept[8759]), (1415, 1440, 8783));
    assert!((0..HOURS).all(|hour| !leaves_out(HOURS, hour)));
}

#[test]
fn clocks_of_regions() {
    let (_, _, table) = &*MADE;
    // Dulles keeps UTC − 5: three in the morning in Iowa is four there.
    assert_eq!(table.shift_h(-6.0), -1);
    assert_eq!(table.shift_h(0.0), 5);
    assert_eq!(table.shift_h(5.5), 11);
}

/// Two nodes, by hand: at 0.25 of [0, 1] with rows of 1 and 3 it is 1.5 of the design.
#[test]
fn a_year_by_hand() {
    let rows = [1.0, 0.1, 0.002].map(|low: f32| {
        let node = |value: f32| std::iter::repeat_n(value, HOURS);
        node(low).chain(node(3.0 * low)).collect()
    });
    let table = SiteTable {
        utc_offset_h: 0.0,
        design_it_w: 1.0,
        climate: String::new(),
        accuracy: String::new(),
        checksum: String::new(),
        nodes: vec![0.0, 1.0],
        per_width: Vec::new(),
        rows,
    }
    .finished(&[0; 32]);
    let mut load = vec![0.0; HOURS];
    load[8759] = 0.25;
    let [mut it, mut cooling, mut other] = [(); 3].map(|()| vec![7.0; HOURS]);
    let year = table.add(&load, 1000.0, 3, &mut it, &mut cooling, &mut other);
    // The last hour of the site is the third of the region's year.
    assert_eq!((it[1], it[2], it[3]), (7.0, 257.0, 7.0));
    assert_eq!((cooling[1], cooling[2]), (1007.0, 1507.0));
    assert_eq!((other[1], other[2]), (107.0, 157.0));
    assert_eq!((year.it_wh, year.cooling_wh), (250.0, 8_760_500.0));
    assert!((year.other_wh - 876_050.0).abs() < 1.0);
    assert!((year.water_l - 17_521.0).abs() < 0.1);
    assert!((year.facility_wh() - 9_636_800.0).abs() < 1.0);
    // Back again: hour 0 of the site is the region's last but two.
    let mut back = vec![0.0; HOURS];
    load.fill(0.0);
    load[0] = 1.0;
    table.add(&load, 1.0, -3, &mut back, &mut cooling, &mut other);
    assert_eq!((back[8757], back.iter().sum::<f32>()), (1.0, 1.0));
    // Below both nodes the line goes on, but not below nothing: 1 − 2·0.6 < 0.
    assert!((table.hour(0, -0.25).0 - 0.5).abs() < 1e-6);
    assert_eq!(table.hour(0, -0.6), (0.0, 0.0, 0.0));
    assert!((table.hour(0, 1.5).0 - 4.0).abs() < 1e-6);
}

/// Any other way of saying the same finds the same table; what changes the plant, another.
#[test]
fn what_decides_a_table() {
    let decides = |text: &str| scenario::surface_site(&loaded(text)).unwrap().decides;
    let plain = decides(SITE);
    let same = [
        ("name = \"x\"", "# a comment\nname = \"y\""),
        (
            "days = 1",
            "days = 30\nstart = \"2031-07-01\"\nseed = 9\nstep_s = 900",
        ),
        (
            "other_kw = 5",
            "other_kw = 5.0\nprice_usd_mwh = 70\ncarbon_g_kwh = 20\ngrid_limit_mw = 0.2",
        ),
        (
            "[workload.constant]\nutilisation = 1.0",
            "[workload.batch]\ndemand_gpus = 40\n[scheduler.backfill]",
        ),
        ("[hall.cooling.air]", "[hall.cooling.air] # CRAHs"),
    ];
    for (from, to) in same {
        assert_eq!(decides(&SITE.replace(from, to)), plain, "{to}");
    }
    let other = [
        ("climate = \"dulles\"", "climate = \"dublin\""),
        (
            "climate = \"dulles\"",
            "climate = \"dulles\"\nwarming_k = 0.1",
        ),
        ("other_kw = 5", "other_kw = 6"),
        ("other_kw = 5", "other_kw = 5\ndesign_dry_bulb_c = 41.0"),
        ("racks = 4", "racks = 5"),
        ("hgx-h100", "dgx-a100"),
        ("[hall.cooling.air]", "[hall.cooling.air]\nsupply_c = 21.0"),
        (
            "[heat_rejection.water_cooled_chiller]",
            "[heat_rejection.air_cooled_chiller]",
        ),
        ("[workload", "[electrical]\nups = \"none\"\n[workload"),
        ("name = \"x\"", "name = \"x\"\nit = []"),
        (
            "[workload",
            "[catalogue.servers.hgx-h100]\nhost_idle_w = 900\n[workload",
        ),
    ];
    let mut all = vec![plain];
    for (from, to) in other {
        let text = decides(&SITE.replacen(from, to, 1));
        assert!(!all.contains(&text), "{to}");
        all.push(text);
    }
}

/// What is kept is found again to the last bit; what is no table is made anew.
#[test]
fn tables_are_kept() {
    let (_, site, table) = &*MADE;
    let folder = tempfile::tempdir().unwrap();
    let get = |make: &dyn Fn() -> SiteTable| {
        let file = KeptFile::new(Some(folder.path()), "site", &site.decides);
        let read = |content: &[u8]| SiteTable::of_bytes(content, file.key());
        let make = || Ok::<_, Fault>(make().finished(file.key()));
        file.get_or(read, make, SiteTable::to_bytes).unwrap()
    };
    let (made, origin) = get(&|| table.clone());
    assert_eq!(origin, Origin::Made);
    let (found, origin) = get(&|| unreachable!("it is on disk"));
    assert_eq!((&found, origin), (&made, Origin::Found));
    assert_eq!(found.checksum.len(), 64);
    let path = std::fs::read_dir(folder.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(get(&|| table.clone()), (made, Origin::MadeAgain));
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
    let content = table.to_bytes();
    for cut in [0, 8, 40, content.len() - 1] {
        assert_eq!(
            SiteTable::of_bytes(&content[..cut], &[0; 32]),
            None,
            "{cut}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A year is the sum of its hours, at any load and any shift of the clock, to the digits of f32.
    #[test]
    fn a_year_adds_up_its_hours(
        table in any_table(), load in any_loads(), scale_w in 0.0..1e6f32, shift_h in -40_000..40_000i32,
    ) {
        let [mut it, mut cooling, mut other] = [(); 3].map(|()| vec![0.0; HOURS]);
        let year = table.add(&load, scale_w, shift_h, &mut it, &mut cooling, &mut other);
        let mut sums = [0.0; 4];
        for (hour, load) in load.iter().enumerate() {
            let (cools, others, water) = table.hour(hour, *load);
            let at = (hour + shift_h.rem_euclid(HOURS_I32) as usize) % HOURS;
            // To the bit: weights of nodes that an hour does not lie at are zero.
            prop_assert_eq!(it[at], scale_w * load);
            prop_assert_eq!(cooling[at], scale_w * cools);
            prop_assert_eq!(other[at], scale_w * others);
            for (sum, share) in sums.iter_mut().zip([*load, cools, others, water]) {
                *sum += f64::from(scale_w) * f64::from(share);
            }
        }
        let sums_of_year = [year.it_wh, year.cooling_wh, year.other_wh, year.water_l];
        for (ours, theirs) in sums_of_year.into_iter().zip(sums) {
            let most = f64::from(scale_w) * HOURS as f64;
            prop_assert!((ours - theirs).abs() <= 5e-6 * most, "{} {}", ours, theirs);
        }
    }

    /// Between two nodes an hour is their straight line, at a node the node.
    #[test]
    fn an_hour_is_a_straight_line(table in any_table(), hour in 0..HOURS, node in 0..9usize, share in 0.0..1.0f32) {
        let node = node % (table.nodes().len() - 1);
        let (low, high) = (table.nodes()[node], table.nodes()[node + 1]);
        let ends = [node, node + 1].map(|at| table.cooling_at(at)[hour]);
        prop_assert_eq!(table.hour(hour, low).0, ends[0]);
        prop_assert!((table.hour(hour, high).0 - ends[1]).abs() < 1e-5);
        let load = low + share * (high - low);
        let line = ends[0] + (ends[1] - ends[0]) * share;
        prop_assert!((table.hour(hour, load).0 - line).abs() < 1e-4);
        prop_assert!(table.hour(hour, load - 2.0).1 >= 0.0);
    }
}
