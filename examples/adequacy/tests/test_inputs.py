"""What is read: regions, series, loads as coldaisle leaves them, and what is said of wrong ones."""

import shutil

import numpy as np
import pytest
import series
from conftest import HERE
from load import read_load
from region import Wrong, changed, doubts, read_region


def test_the_made_demand_has_the_stated_energy_and_peak(taiwan):
    load = series.demand(taiwan, 1)
    assert load.sum() / 1e6 == pytest.approx(taiwan["demand"]["twh"])
    assert load.max() / 1e3 == pytest.approx(taiwan["demand"]["peak_gw"])
    assert load.min() > 0
    peak_day = int(load.argmax()) // 24
    assert 151 < peak_day < 273  # summer


def test_the_made_sun(taiwan):
    sun = series.renewables(taiwan, 1)["solar"]
    assert sun.mean() == pytest.approx(taiwan["sun"]["capacity_factor"], abs=1e-9)
    by_hour = sun.reshape(365, 24).mean(axis=0)
    assert by_hour[[0, 1, 2, 3, 20, 21, 22, 23]].max() == 0.0
    assert by_hour.argmax() == 11  # 120.6 east on UTC+8: solar noon 11:58 on average
    assert 0.0 <= sun.min() and sun.max() <= 1.0


def test_the_made_wind_has_the_months_factors_over_many_years(taiwan):
    want = np.array(taiwan["wind_offshore"]["month"])
    years = np.array([series.renewables(taiwan, seed)["wind_offshore"] for seed in range(30)])
    found = np.array([years[:, series.MONTH_OF_HOUR == month].mean() for month in range(12)])
    assert found == pytest.approx(want, abs=0.06)  # about 30 independent days a month and year


def test_a_seed_is_a_year(taiwan):
    assert (series.demand(taiwan, 1) == series.demand(taiwan, 1)).all()
    assert (series.demand(taiwan, 1) != series.demand(taiwan, 2)).any()


def test_demand_that_counts_halls_already(taiwan):
    less = changed(taiwan, "demand.already_in_mw", 240.0)
    assert series.demand(taiwan, 1) - series.demand(less, 1) == pytest.approx(np.full(8760, 240.0))


def write(path, columns):
    rows = zip(*columns.values())
    path.write_text("\n".join([",".join(columns), *(",".join(f"{v:.6f}" if isinstance(v, float) else str(v) for v in row) for row in rows)]) + "\n")
    return path


def forecast_file(path, year, factors=(0.5, 1.0, 1.5)):
    columns = {"hour": list(range(8760))}
    for name, factor in zip(("p10", "p50", "p90"), factors):
        parts = {part: [float(v) for v in factor * values] for part, values in year.items()}
        columns |= {f"{part}_mw_{name}": values for part, values in parts.items()}
        columns[f"facility_mw_{name}"] = [sum(v) for v in zip(*parts.values())]
    return write(path, columns)


def pypsa_folder(folder, year, factor=1.0):
    folder.mkdir(parents=True)
    (folder / "network.csv").write_text("name,pypsa_version\ntaiwan,1.0.0\n")
    (folder / "buses.csv").write_text("name,v_nom\nsite,1.0\n")
    (folder / "loads.csv").write_text("name,bus\ndc_it,site\ndc_cooling,site\ndc_other,site\n")
    stamps = np.arange("2030-01-01", "2031-01-01", dtype="datetime64[h]")
    (folder / "snapshots.csv").write_text(",snapshot\n" + "".join(f"{i},{str(t).replace('T', ' ')}:00:00\n" for i, t in enumerate(stamps)))
    names = {"it": "dc_it", "cooling": "dc_cooling", "other": "dc_other"}
    rows = zip(stamps, *(factor * values for values in year.values()))
    (folder / "loads-p_set.csv").write_text(
        "snapshot," + ",".join(names[part] for part in year) + "\n"
        + "".join(f"{str(row[0]).replace('T', ' ')}:00:00," + ",".join(f"{v:.6f}" for v in row[1:]) + "\n" for row in rows))
    return folder


def same(load, year, factor, region):
    for part, values in year.items():
        assert getattr(load, part) * (1 - region["load"]["grid_losses"]) == pytest.approx(factor * values, abs=1e-5)


def test_a_forecast_and_its_export_read_alike(taiwan, year, tmp_path):
    table = read_load(taiwan, forecast_file(tmp_path / "load_8760_2028.csv", year))
    for name, factor in (("p10", 0.5), ("p50", 1.0), ("p90", 1.5)):
        pypsa_folder(tmp_path / "export" / name, year, factor)
        same(table[name], year, factor, taiwan)
    for name, load in read_load(taiwan, tmp_path / "export").items():
        same(load, year, {"p10": 0.5, "p50": 1.0, "p90": 1.5}[name], taiwan)
    assert list(read_load(taiwan, tmp_path)) == ["p10", "p50", "p90"]  # the forecast's folder: the region's year


def test_a_forecast_of_another_year_or_clock(taiwan, year, tmp_path):
    path = forecast_file(tmp_path / "load_8760_2027.csv", year)
    with pytest.raises(Wrong, match="no such year"):
        read_load(taiwan, tmp_path)
    (tmp_path / "forecast.json").write_text('{"utc_offset_h": 8}')
    assert len(read_load(taiwan, path)) == 3
    (tmp_path / "forecast.json").write_text('{"utc_offset_h": -6}')
    with pytest.raises(Wrong, match="UTC-6, the region's UTC\\+8"):
        read_load(taiwan, path)
    folder = pypsa_folder(tmp_path / "export", year)
    for says, match in [('"utc_offset_h": 0', "UTC\\+0"), ('"of": "forecast", "profiles": [{"year": 2035}]', "its year is 2035")]:
        (folder / "export.json").write_text(f"{{{says}}}")
        with pytest.raises(Wrong, match=match):
            read_load(taiwan, folder)


def test_one_network_is_p50(taiwan, year, tmp_path):
    found = read_load(taiwan, pypsa_folder(tmp_path / "one", year))
    assert list(found) == ["p50"]
    same(found["p50"], year, 1.0, taiwan)


def test_a_run_of_quarters_in_a_leap_year(taiwan, tmp_path):
    folder = pypsa_folder(tmp_path / "run", {"it": np.arange(8760.0)})
    stamps = np.arange("2028-01-01", "2029-01-01", np.timedelta64(15, "m"), dtype="datetime64[m]")
    lines = [str(t).replace("T", " ") + ":00" for t in stamps]
    power = 100.0 + np.arange(len(stamps)) % 4  # a mean of 101.5 in each hour
    power[np.arange(59 * 96, 60 * 96)] = 900.0  # 29 February
    (folder / "snapshots.csv").write_text(",snapshot,objective,stores,generators\n" + "".join(f"{i},{t},0.25,0.25,0.25\n" for i, t in enumerate(lines)))
    (folder / "loads.csv").write_text("name,bus\ndc_facility,site\n")
    (folder / "loads-p_set.csv").write_text("snapshot,dc_facility\n" + "".join(f"{t},{p}\n" for t, p in zip(lines, power)))
    assert read_load(taiwan, folder)["p50"].it * 0.98 == pytest.approx(np.full(8760, 101.5))
    (folder / "snapshots.csv").write_text(",snapshot\n0,2028-01-01 00:00:00\n")
    (folder / "loads-p_set.csv").write_text("snapshot,dc_facility\n2028-01-01 00:00:00,5\n")
    with pytest.raises(Wrong, match="1 snapshots"):
        read_load(taiwan, folder)


def test_a_run_is_p50(taiwan, year, tmp_path):
    total = [float(v) for v in sum(year.values())]
    found = read_load(taiwan, write(tmp_path / "load_8760.csv", {"hour": list(range(8760)), "facility_mw": total}))
    assert found["p50"].total * 0.98 == pytest.approx(total, abs=1e-5)


def test_wrong_loads(taiwan, year, tmp_path):
    good = forecast_file(tmp_path / "good.csv", year).read_text().splitlines()

    def wrong(lines, match):
        (tmp_path / "bad.csv").write_text("\n".join(lines))
        with pytest.raises(Wrong, match=match):
            read_load(taiwan, tmp_path / "bad.csv")

    wrong(good[:-1], "8759 rows")
    wrong([*good[:9], good[9].replace(good[9].split(",")[2], "x"), *good[10:]], "row 10.*not a number")
    wrong([*good[:9], good[9].replace(good[9].split(",")[2], "-4.0"), *good[10:]], "row 10.*is -4")
    wrong([*good[:9], good[9].replace(good[9].split(",")[2], "nan"), *good[10:]], "row 10.*is nan")
    wrong([good[0].replace("cooling_mw_p90", "chill_mw_p90"), *good[1:]], "no column cooling_mw_p90")
    wrong([good[0], good[2], good[1], *good[3:]], "does not count")
    wrong(["hour,mw", *(f"{i},1" for i in range(8760))], "no column it_mw_p50")
    wrong(["hour,facility_mw", *(f"{i},0" for i in range(8760))], "is 0 in every hour")
    lines = [line.split(",") for line in good]
    i = lines[0].index("facility_mw_p50")
    wrong([",".join(lines[0]), *(",".join([*row[:i], "1.0", *row[i + 1:]]) for row in lines[1:])], "is not facility")
    with pytest.raises(Wrong, match="No such file"):
        read_load(taiwan, tmp_path / "none.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(Wrong, match="no buses.csv"):
        read_load(taiwan, tmp_path / "empty")


def test_the_region_delivered_says_where_each_figure_is_from(taiwan):
    for name in ("existing.csv", "candidates.csv"):
        for line in (HERE / "taiwan-2028" / name).read_text().splitlines():
            if line and not line.startswith(("#", "kind,")):
                assert line.rstrip('"').split(",")[-1].strip(), line
    names = [name for name, *_ in doubts(taiwan)]
    assert {"demand.twh", "existing.coal.mw", "candidates.gas_cc.overnight_usd_kw", "flexible.share"} <= set(names)
    for name, low, high in doubts(taiwan):
        assert low < high, name
        changed(taiwan, name, low), changed(taiwan, name, high)


def test_a_change_by_set(taiwan):
    assert repr(read_region(HERE / "taiwan-2028", ["year=2030"])["year"]) == "2030"
    r = read_region(HERE / "taiwan-2028", ["demand.twh=270", "existing.coal.mw=9000", "candidates.nuclear_extension.max_mw=1902"])
    assert r["demand"]["twh"] == 270.0
    assert next(k for k in r.existing if k.name == "coal").mw == 9000.0
    assert next(k for k in r.candidates if k.name == "nuclear_extension").max_mw == 1902.0


@pytest.mark.parametrize("change", ["demand.twh", "demand.two=1", "demand.twh=x", "demand.twh=-1", "demand.twh=nan", "existing.uranium.mw=1",
                                    "existing.coal.colour=1", "existing.coal.forced_outage=2", "demand.month=1", "wacc=5"])
def test_wrong_changes(change):
    with pytest.raises(Wrong):
        read_region(HERE / "taiwan-2028", [change])


@pytest.mark.parametrize(("file", "old", "new", "match"), [
    ("existing.csv", "coal,thermal", "coal,termal", "existing.csv:6: type `termal`"),
    ("existing.csv", "coal,thermal,11000", "coal,thermal,much", "existing.csv:6: mw is `much`"),
    ("existing.csv", "coal,thermal,11000", "coal,thermal,-1", "existing.csv:6: mw is -1"),
    ("existing.csv", "forced_outage", "forced_outages", "did you mean `forced_outage`"),
    ("existing.csv", "gas_cc_new,", "coal,", "stands twice"),
    ("existing.csv", "solar,variable,18500,16000,20500,,,,,0,0,solar", "solar,variable,18500,16000,20500,,,,,0,0,", "has no series"),
    ("existing.csv", "coal,thermal,11000,", "coal,thermal,", "fields, where the header has"),
    ("candidates.csv", "gas_cc,thermal,1700", "gas_cc,thermal,", "has no overnight_usd_kw"),
    ("region.toml", "wacc = 0.07", "wacc = 7", "wacc is 7"),
    ("region.toml", "peak_gw = 41.8", "", "no demand.peak_gw"),
    ("region.toml", "[maintenance]", "[maintenances]", "no section"),
    ("region.toml", "tilt_deg = 15.0", "tilt_deg = \"flat\"", "tilt_deg is `flat`"),
    ("region.toml", "clearness = [0.45, ", "clearness = [", "list of 12 numbers"),
    ("region.toml", "wacc_range = [0.04", "wacc_range = [\"low\"", "wacc_range is `low`"),
    ("region.toml", "year = 2028", "year = ", "TOML"),
])
def test_wrong_regions(tmp_path, file, old, new, match):
    shutil.copytree(HERE / "taiwan-2028", tmp_path / "r")
    text = (tmp_path / "r" / file).read_text()
    assert old in text
    (tmp_path / "r" / file).write_text(text.replace(old, new, 1))
    with pytest.raises(Wrong, match=match):
        read_region(tmp_path / "r")


def test_a_peak_that_the_energy_cannot_have(taiwan):
    with pytest.raises(Wrong, match="cannot have a peak"):
        series.demand(changed(taiwan, "demand.peak_gw", 29.0), 1)


def test_own_series(taiwan, tmp_path):
    path = write(tmp_path / "demand.csv", {"hour": list(range(8760)), "mw": [30000.0] * 8760})
    assert (series.demand(taiwan, 1, path) == 30000.0).all()
    path = write(tmp_path / "series.csv", {"hour": list(range(8760)), "solar": [0.25] * 8760})
    found = series.renewables(taiwan, 1, path)
    assert (found["solar"] == 0.25).all() and found["wind_offshore"].std() > 0.1
    path = write(tmp_path / "high.csv", {"hour": list(range(8760)), "solar": [1.5] * 8760})
    with pytest.raises(Wrong, match="above 1"):
        series.renewables(taiwan, 1, path)
