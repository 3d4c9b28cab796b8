//! A result folder read back, and the checks that its files agree with each other.

use std::collections::BTreeMap;

use crate::lab::Lab;

/// A result folder, read.
pub(crate) struct Result {
    pub(crate) summary: BTreeMap<String, f64>,
    pub(crate) series: Table,
    racks: Table,
    load: Table,
    days: f64,
}

/// A CSV by columns.
pub(crate) struct Table {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn read(lab: &Lab, name: &str) -> Self {
        let mut reader = csv::Reader::from_path(lab.path(name)).unwrap();
        let columns = reader.headers().unwrap().iter().map(String::from).collect();
        let rows = reader
            .records()
            .map(|row| row.unwrap().iter().map(String::from).collect());
        Self {
            columns,
            rows: rows.collect(),
        }
    }

    pub(crate) fn text(&self, column: &str) -> Vec<&str> {
        let at = self.columns.iter().position(|name| name == column);
        let at = at.unwrap_or_else(|| panic!("no {column} in {:?}", self.columns));
        self.rows.iter().map(|row| row[at].as_str()).collect()
    }

    pub(crate) fn numbers(&self, column: &str) -> Vec<f64> {
        let number = |cell: &str| {
            cell.parse()
                .unwrap_or_else(|_| panic!("{column}: {cell:?}"))
        };
        self.text(column).into_iter().map(number).collect()
    }

    pub(crate) fn mean(&self, column: &str) -> f64 {
        self.numbers(column).iter().sum::<f64>() / self.rows.len() as f64
    }
}

impl Result {
    pub(crate) fn read(lab: &Lab, folder: &str, days: f64) -> Self {
        let mut summary = BTreeMap::new();
        let json = lab.json(&format!("{folder}/summary.json"));
        // Cells that are not figures would be lost on the way.
        let figures: coldaisle::metrics::Summary = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(figures).unwrap(), json);
        for (group, figures) in json.as_object().unwrap() {
            let figures = figures.as_object().unwrap();
            assert!(!figures.is_empty(), "{group} is empty and should be absent");
            for (key, figure) in figures {
                if key == "wait_s" {
                    for (kind, wait) in figure.as_object().unwrap() {
                        assert!(
                            ["mean", "p50", "p95", "p99", "max"].contains(&kind.as_str()),
                            "{kind}"
                        );
                        summary.insert(format!("{group}.wait_s.{kind}"), wait.as_f64().unwrap());
                    }
                } else {
                    summary.insert(format!("{group}.{key}"), figure.as_f64().unwrap());
                }
            }
        }
        let table = |name: &str| Table::read(lab, &format!("{folder}/{name}.csv"));
        Self {
            summary,
            series: table("timeseries"),
            racks: table("racks"),
            load: table("load_8760"),
            days,
        }
    }

    pub(crate) fn get(&self, key: &str) -> f64 {
        *self.summary.get(key).unwrap_or_else(|| panic!("no {key}"))
    }

    pub(crate) fn mwh(&self, key: &str) -> f64 {
        let figure = self.summary.get(&format!("energy_mwh.{key}"));
        // A use without a machine is left out.
        let optional = "chillers heat_rejection_fans pumps hall_fans cdu_pumps other";
        match figure {
            Some(figure) => {
                assert!(*figure != 0.0 || !optional.contains(key), "{key} is zero");
                *figure
            }
            None if optional.split(' ').any(|name| name == key) => 0.0,
            None => panic!("no energy_mwh.{key}"),
        }
    }

    fn sum_mwh(&self, keys: &str) -> f64 {
        keys.split(' ').map(|key| self.mwh(key)).sum()
    }

    /// Every sum, ratio and table agrees.
    pub(crate) fn check(&self, record_s: f64, racks: usize) {
        let hours = self.days * 24.0;
        same(
            "facility",
            self.mwh("facility"),
            self.sum_mwh("it electrical_losses cooling other"),
        );
        same(
            "it",
            self.mwh("it"),
            self.sum_mwh("compute server_fans psu_losses"),
        );
        let uses = "chillers heat_rejection_fans pumps hall_fans cdu_pumps";
        same("cooling", self.mwh("cooling"), self.sum_mwh(uses));
        same(
            "pue",
            self.get("ratios.pue"),
            self.mwh("facility") / self.mwh("it"),
        );
        same(
            "itue",
            self.get("ratios.itue"),
            self.mwh("it") / self.mwh("compute"),
        );
        same(
            "tue",
            self.get("ratios.tue"),
            self.get("ratios.pue") * self.get("ratios.itue"),
        );
        let mean_kw = self.mwh("facility") / hours * 1e3;
        same(
            "load factor",
            self.get("ratios.load_factor"),
            mean_kw / self.get("peak_kw.facility"),
        );
        let fuel = self.summary.get("carbon_t.generators").unwrap_or(&0.0);
        let carbon = self.get("carbon_t.operational") + fuel;
        same(
            "cue",
            self.get("ratios.cue_kg_per_kwh"),
            carbon / self.mwh("it"),
        );

        // The time series: printed to the watt, so each row is right within half a watt.
        assert_eq!(
            self.series.rows.len(),
            (self.days * 86_400.0 / record_s) as usize
        );
        let watt_mwh = 0.51e-6 * hours;
        for key in "facility it compute server_fans psu_losses electrical_losses cooling other"
            .split(' ')
            .chain(uses.split(' '))
        {
            let series_mwh = self.series.mean(&format!("{key}_kw")) * hours / 1e3;
            near(key, series_mwh, self.mwh(key), watt_mwh);
        }
        let (facility, it) = (
            self.series.numbers("facility_kw"),
            self.series.numbers("it_kw"),
        );
        let peaks = self.series.numbers("facility_peak_kw");
        for ((pue, (facility, it)), peak) in self
            .series
            .numbers("pue")
            .iter()
            .zip(facility.iter().zip(it))
            .zip(&peaks)
        {
            near("pue of a row", *pue, facility / it, 1e-4);
            assert!(peak >= facility, "{peak} {facility}");
        }
        let peak = peaks.iter().copied().fold(0.0, f64::max);
        near("peak", peak, self.get("peak_kw.facility"), 0.51e-3);
        let times = self.series.text("time");
        assert_eq!(times.first().copied(), Some("2026-07-01T00:00:00"));
        assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{times:?}");

        // Racks are printed to the watt-hour.
        assert_eq!(self.racks.rows.len(), racks);
        let racks_mwh: f64 = self.racks.numbers("energy_mwh").iter().sum();
        near("racks", racks_mwh, self.mwh("it"), 0.51e-6 * racks as f64);
        let hottest = self
            .racks
            .numbers("max_chip_c")
            .into_iter()
            .fold(0.0, f64::max);
        near(
            "hottest chip",
            hottest,
            self.get("thermal.max_chip_c"),
            0.0051,
        );

        assert_eq!(self.load.rows.len(), hours as usize);
        assert_eq!(self.load.columns, ["hour", "facility_mw"]);
        near(
            "load",
            self.load.mean("facility_mw") * 1e3,
            mean_kw,
            0.51e-3,
        );
    }
}

pub(crate) fn near(what: &str, value: f64, expected: f64, tolerance: f64) {
    assert!(
        (value - expected).abs() <= tolerance,
        "{what}: {value} where {expected} is right, within {tolerance}"
    );
}

pub(crate) fn same(what: &str, value: f64, expected: f64) {
    near(what, value, expected, 1e-9 * expected.abs());
}
