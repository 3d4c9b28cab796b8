"""Loss of load: outage tables by hand, storage that shaves, and laws."""

import itertools

import numpy as np
import pytest
from conftest import region, storage, thermal
from risk import OutageTable, loss_of_load, shave


def test_two_units_by_hand():
    # Two of 100 MW that fail one time in ten, against 150: 1 - 0.81; 0.18 x 50 + 0.01 x 150.
    table = OutageTable([(2, 100.0, 0.1)])
    load = np.array([150.0, 100.0, 200.0, 0.0, 250.0])
    assert table.hours(load) == pytest.approx([0.19, 0.01, 0.19, 0.0, 1.0])
    assert table.energy(load) == pytest.approx([10.5, 1.0, 20.0, 0.0, 70.0])


def test_against_all_states():
    units = [(80.0, 0.1), (50.0, 0.05), (50.0, 0.05), (120.0, 0.2)]
    table = OutageTable([(1, *units[0]), (2, *units[1]), (1, *units[3])])
    for load in (40.0, 120.0, 175.0, 260.0, 300.0):
        hours = energy = 0.0
        for state in itertools.product([0, 1], repeat=4):
            p = np.prod([1 - q if up else q for up, (_, q) in zip(state, units)])
            mw = sum(size for up, (size, _) in zip(state, units) if up)
            hours += p * (mw < load)
            energy += p * max(0.0, load - mw)
        assert table.hours(np.array([load]))[0] == pytest.approx(hours)
        assert table.energy(np.array([load]))[0] == pytest.approx(energy)


def test_a_size_between_two_points_keeps_its_mean():
    table = OutageTable([(3, 93.7, 0.07)])
    mean = (table.probability * 10.0 * np.arange(len(table.probability))).sum()
    assert table.probability.sum() == pytest.approx(1.0)
    assert mean == pytest.approx(3 * 93.7 * 0.93)


def test_shaving_by_hand():
    # 12 MWh off one peak hour of 30 above 10; refilled at 3/4 into the other hours: 16 MWh.
    day = np.full(24, 10.0)
    day[19] = 40.0
    left = shave(day, 20.0, 12.0, 0.75)
    assert left[19] == pytest.approx(28.0, abs=1e-6)
    assert left.sum() == pytest.approx(day.sum() - 12.0 + 16.0, abs=1e-5)
    assert left[np.arange(24) != 19].max() == pytest.approx(10.0 + 16.0 / 23, abs=1e-6)
    water = shave(day, 20.0, 12.0)
    assert water[19] == pytest.approx(28.0, abs=1e-6)
    assert water.sum() == pytest.approx(day.sum() - 12.0, abs=1e-5)


def test_a_flat_day_has_nothing_to_shave():
    assert shave(np.full(24, 50.0), 10.0, 40.0, 0.8) == pytest.approx(np.full(24, 50.0), abs=1e-4)


@pytest.mark.parametrize("seed", range(10))
def test_shaving_keeps_its_limits(seed):
    rng = np.random.default_rng(seed)
    load = rng.uniform(50, 200, 240)
    power, energy, efficiency = rng.uniform(1, 60), rng.uniform(1, 200), rng.uniform(0.5, 1.0)
    left = shave(load, power, energy, efficiency)
    out, into = np.maximum(load - left, 0).reshape(-1, 24), np.maximum(left - load, 0).reshape(-1, 24)
    assert (out <= power + 1e-6).all() and (into <= power + 1e-6).all()
    assert (out.sum(axis=1) <= energy + 1e-4).all()
    assert out.sum(axis=1) == pytest.approx(efficiency * into.sum(axis=1), rel=1e-4, abs=1e-3)
    assert left.max() <= load.max() + 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_loss_of_load_grows_with_the_load_and_falls_with_plant(seed):
    rng = np.random.default_rng(seed)
    load = rng.uniform(400, 900, 8760)
    plants = [thermal("a", 600, 10, unit_mw=100, outage=0.08), thermal("b", 420, 30, unit_mw=70, outage=0.05)]
    bare, stored = region(plants), region([*plants, storage("battery", 80, 3, 0.8)])
    for r, keys in ((bare, ("lole_h", "eue_gwh", "below_reserve_h", "reserve_missing_mw")), (stored, ("eue_gwh", "reserve_missing_mw"))):
        found = [loss_of_load(r, load + more, {}) for more in (0.0, 25.0, 70.0)]
        for less, more in zip(found, found[1:]):
            assert all(more[key] >= less[key] - 1e-9 for key in keys)
            assert more["least_margin"] < less["least_margin"]
    assert loss_of_load(stored, load, {})["eue_gwh"] < loss_of_load(bare, load, {})["eue_gwh"]
    more = region([*plants, thermal("c", 50, 90, unit_mw=50, outage=0.1)])
    assert loss_of_load(more, load, {})["lole_h"] < loss_of_load(bare, load, {})["lole_h"]


def test_what_is_built_counts():
    # 1,050 MW flat against ten units of 100: always short by 50 or more; 100 MW more leave only the outages.
    from conftest import candidate

    r = region([thermal("a", 1000, 10, unit_mw=100, outage=0.0)], [candidate("new", 20, 60)])
    load = np.full(8760, 1050.0)
    bare = loss_of_load(r, load, {})
    assert (bare["lole_h"], bare["eue_gwh"]) == (pytest.approx(8760), pytest.approx(438.0))
    assert bare["least_margin"] == pytest.approx(-50 / 1050)
    built = loss_of_load(r, load, {}, {"new": 100.0})
    assert (built["lole_h"], built["eue_gwh"]) == (0.0, 0.0)
