"""Runs, plans, comparisons and the catalogue."""

import json
import pickle
from pathlib import Path

import coldaisle
import pytest


def test_a_run_is_that_of_the_command_line(hall, command, tmp_path):
    result = coldaisle.run(hall, {"hall.0.racks": 3}, seed=7, out=tmp_path / "here")
    command("run", hall, "--set", "hall.0.racks=3", "--seed", 7, "--format", "parquet", "-o", tmp_path / "there", "-q")
    here, there = ({path.name: path.read_bytes() for path in (tmp_path / of).iterdir()} for of in ("here", "there"))
    assert here.keys() == there.keys()
    for name in here.keys() - {"run.json"}:
        assert here[name] == there[name], name
    assert result.folder == tmp_path / "here"
    assert result.scenario == here["scenario.toml"].decode()
    assert result.summary == json.loads(here["summary.json"])


def test_tables_have_the_rows_of_the_run(hall):
    result = coldaisle.run(hall)
    assert result.name == "hall"
    assert len(result.timeseries) == 4 * 24
    assert result.racks["rack"] == [1, 2]
    assert len(result.jobs) == result.summary["jobs"]["completed"]
    assert len(result.events) == 1
    assert result.circuits is None  # there is one
    assert result.folder is None
    # Energy is the mean power of each hour, by hand.
    assert sum(result.timeseries["facility_kw"]) / 1e3 == pytest.approx(result.figures["energy_mwh.facility"], rel=1e-9)
    assert result.timeseries["time"][25].isoformat() == "2026-07-02T01:00:00"
    assert "MWh" in repr(result) and "timeseries" not in repr(result)


def test_figures_are_the_summary_flat(hall):
    result = coldaisle.run(hall, tables=())
    assert result.timeseries is result.racks is result.jobs is None
    flat = {}
    for group, figures in result.summary.items():
        for key, value in figures.items():
            parts = {f"{key}_{part}": of for part, of in value.items()} if isinstance(value, dict) else {key: value}
            flat.update({f"{group}.{name}": of for name, of in parts.items()})
    assert result.figures == flat
    assert result.figures["ratios.pue"] > 1
    assert isinstance(result.summary["jobs"]["completed"], int)


def test_keys_are_set_dotted_and_nested_and_by_values_of_python(hall):
    sets = [
        {"hall.0.racks": 3, "site.price_usd_mwh": 50.0, "site.climate": "dublin", "event": []},
        {"hall": {"main": {"racks": 3}}, "site": {"price_usd_mwh": 50, "climate": "dublin"}, "event": ()},
        {"hall": {0: {"racks": 3}}, "site": {"price_usd_mwh": 50, "climate": "dublin"}, "event": []},
    ]
    results = [coldaisle.run(hall, set=set) for set in sets]
    assert results[0] == results[1] == results[2]
    assert 'climate = "dublin"' in results[0].scenario


def test_lists_and_tables_are_values(hall):
    import datetime

    event = {"start": datetime.datetime(2026, 7, 2), "minutes": 60, "what": {"heat_wave": {"warmer_k": 1.5}}}
    plan = coldaisle.validate(hall, {"event": [event], "heat_rejection": {"dry_cooler": {"setpoint_c": 33}}})
    lines = dict(plan.description)
    assert "1.5 K warmer from 2026-07-02T00:00" in lines["event 1"]
    assert "setpoint_c = 33.0" in plan.scenario


def test_numbers_of_numpy_are_numbers(hall):
    numpy = pytest.importorskip("numpy")
    plan = coldaisle.validate(hall, {"hall.0.racks": numpy.int64(3), "site.price_usd_mwh": numpy.float32(50)})
    assert plan.gpus == 3 * 4 * 8
    assert "price_usd_mwh = 50.0" in plan.scenario


def test_the_same_seed_gives_the_same_and_another_does_not(hall):
    first, again, other = (coldaisle.run(hall, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.jobs != other.jobs


def test_a_sample_of_jobs(hall):
    assert coldaisle.run(hall, jobs_sample=0).jobs is None
    some = coldaisle.run(hall, jobs_sample=0.5)
    assert 0 < len(some.jobs) < some.summary["jobs"]["completed"]


def test_a_plan_is_that_of_the_command_line(hall, command):
    plan = coldaisle.validate(hall)
    assert (plan.name, plan.gpus, plan.days) == ("hall", 64, 4)
    shown = "".join(command("validate", hall).stdout.split())
    for label, line in plan.description:
        assert "".join((label + line).split()) in shown
    assert str(plan).startswith("hall: valid\n")
    assert plan.will_not_hold and all(line in str(plan) for line in plan.will_not_hold)


def test_a_comparison_is_that_of_the_command_line(hall, command, tmp_path):
    dublin = tmp_path / "dublin.toml"
    dublin.write_text(hall.read_text().replace('"chicago"', '"dublin"').replace('name = "hall"', 'name = "dublin"'))
    table = coldaisle.compare([hall, dublin], set={"hall.0.racks": 3})
    command("compare", hall, dublin, "--set", "hall.0.racks=3", "-q", "-o", tmp_path / "figures.csv")
    rows = [line.split(",") for line in (tmp_path / "figures.csv").read_text().splitlines()]
    assert table.column_names == ["figure", "unit", "hall", "dublin"]
    assert table["figure"] == [f"{group}.{key}" for group, key, *_ in rows[1:]]
    assert [value if value is None else float(value) for value in table["hall"]] == [
        float(row[2]) if row[2] else None for row in rows[1:]
    ]
    assert table["unit"][table["figure"].index("energy_mwh.facility")] == "MWh"
    assert any(warning.startswith("hall: ") for warning in table.warnings)
    assert table == coldaisle.compare([hall, dublin], {"hall.0.racks": 3}, threads=1)


def test_a_result_folder_and_the_same_file_twice_can_be_compared(hall, tmp_path):
    coldaisle.run(hall, out=tmp_path / "before")
    table = coldaisle.compare([tmp_path / "before", hall, hall])
    assert table["before"] == table[str(hall)] == table[f"{hall} (2)"]


def test_the_catalogue(command):
    kinds = coldaisle.catalogue()
    assert "hgx-h100" in kinds["servers"] and "dublin" in kinds["climates"]
    servers = coldaisle.catalogue("servers")
    assert servers.column_names == ["name", "title", "source"]
    assert servers["name"] == kinds["servers"]
    entry = coldaisle.catalogue("servers", "hgx-h100")
    assert entry["accelerators"] == 8 and entry["source"]
    assert coldaisle.catalogue("climates", "dublin")["source"]
    doubts = coldaisle.catalogue("doubt")
    assert len(doubts) > 500 and all(doubts["reason"])
    # Every entry can be shown.
    for kind, names in kinds.items():
        for name in names:
            assert coldaisle.catalogue(kind, name), (kind, name)


def test_results_are_pickled(hall):
    result = coldaisle.run(hall, {"event": []}, tables="racks")
    assert pickle.loads(pickle.dumps(result)) == result
    assert pickle.loads(pickle.dumps(result)).racks["peak_kw"] == result.racks["peak_kw"]


def test_an_example_of_the_documentation(hall):
    assert coldaisle.__doc__ and "set={" in coldaisle.__doc__
    for name in coldaisle.__all__:
        assert getattr(coldaisle, name).__doc__, name
    assert Path(coldaisle.__file__).with_name("py.typed").exists()
