"""The network against cases worked by hand, and laws that hold for any load."""

import numpy as np
import pytest
from conftest import candidate, region, storage, thermal
from load import Load
from model import data_centre_load, network, results, solve
from region import Wrong, annuity


def run(r, demand, load=None, build=False, flexible=False, step=1):
    n = solve(r, network(r, np.asarray(demand, float), {}, load, build, flexible, step))
    return n, results(r, n)


def it_only(it):
    it = np.asarray(it, float)
    return Load(it, 0.0 * it, 0.0 * it)


TWO = [thermal("coal", 100, 20, co2=0.9), thermal("gas", 100, 50, co2=0.4)]


def test_merit_order_and_unserved_hours_by_hand():
    # 80 -> coal 80; 150 -> coal 100, gas 50; 230 -> both full and 30 MWh unserved.
    _, found = run(region(TWO), [80, 150, 230])
    assert found["unserved_gwh"] == pytest.approx(0.030)
    assert found["unserved_h"] == 1
    assert found["unserved_peak_mw"] == pytest.approx(30)
    assert found["running_usd"] == pytest.approx(280 * 20 + 150 * 50)
    assert found["co2_mt"] == pytest.approx((280 * 0.9 + 150 * 0.4) / 1e6)
    assert found["cost_usd"] == pytest.approx(280 * 20 + 150 * 50 + 30 * 10000)


def test_a_carbon_price_turns_the_merit_order():
    # At 100 USD/t coal costs 110 and gas 90 a MWh: 80 -> gas 80.
    _, found = run(region(TWO, co2_usd_t=100.0), [80])
    assert found["energy_twh"]["gas"] == pytest.approx(80e-6)
    assert found["running_usd"] == pytest.approx(80 * 90)


def test_must_run_comes_first():
    dear = thermal("dear", 100, 90, must_run=0.5)
    _, found = run(region([TWO[0], dear]), [100])
    assert found["energy_twh"]["dear"] == pytest.approx(50e-6)


def test_must_run_above_the_load_is_said():
    with pytest.raises(Wrong, match="must_run"):
        run(region([thermal("always", 100, 10, must_run=1.0)]), [50])


def test_expected_availability_limits_a_kind():
    _, found = run(region([thermal("half", 100, 10, outage=0.5)]), [80])
    assert found["unserved_gwh"] == pytest.approx(0.030)


def test_a_storage_by_hand():
    # 10 MW for 2 h at 64 %: 10 MWh in the second hour take 15.6 MWh; 10 MW of charge give 6.4 MWh.
    _, found = run(region([thermal("gas", 100, 50), storage("battery", 10, 2, 0.64)]), [80, 110])
    assert found["unserved_gwh"] == pytest.approx((10 - 6.4) / 1e3)


def test_the_screening_curve():
    # Base 100 USD/MW and 10 USD/MWh, peaker 20 and 60: equal at 1.6 h. Of 10, 20, 30, 40 MW the layers run 4, 3, 2 and 1 h.
    r = region([], [candidate("base", 100, 10), candidate("peaker", 20, 60)])
    _, found = run(r, [10, 20, 30, 40], build=True)
    assert found["built_mw"]["base"] == pytest.approx(30)
    assert found["built_mw"]["peaker"] == pytest.approx(10)
    assert found["cost_usd"] == pytest.approx(30 * 100 + 90 * 10 + 10 * 20 + 10 * 60)
    assert found["capital_usd"] == pytest.approx(3200)


def test_nothing_is_built_for_less_than_it_costs():
    # 5 MWh short at 100 USD against 600 USD for 5 MW.
    r = region([thermal("gas", 100, 50)], [candidate("peaker", 120, 60)], value_of_lost_load_usd_mwh=100.0)
    _, found = run(r, [105, 90], build=True)
    assert found["built_mw"]["peaker"] == pytest.approx(0)
    assert found["unserved_gwh"] == pytest.approx(0.005)


def test_the_limit_of_what_can_be_built():
    r = region([], [candidate("peaker", 20, 60, max_mw=15)])
    _, found = run(r, [10, 40], build=True)
    assert found["built_mw"]["peaker"] == pytest.approx(15)
    assert found["unserved_gwh"] == pytest.approx(0.025)


def test_the_reserve_is_built_for():
    # 100 MW of load and a tenth of reserve want 110; 105 stand.
    r = region([thermal("gas", 105, 50)], [candidate("peaker", 20, 60)], reserve_share=0.1)
    _, found = run(r, [100, 60])
    assert (found["reserve_short_mw"], found["reserve_short_h"]) == (pytest.approx(5), 1)
    assert found["cost_usd"] == pytest.approx(160 * 50)
    _, found = run(r, [100, 60], build=True)
    assert found["built_mw"]["peaker"] == pytest.approx(5)
    assert found["cost_usd"] == pytest.approx(160 * 50 + 5 * 20)  # the rule itself costs nobody anything


def test_annuity():
    assert annuity(0.07, 30) == pytest.approx(0.0805864, abs=1e-7)
    assert annuity(0.0, 20) == pytest.approx(0.05)


def test_work_that_may_wait_an_hour():
    # 100 MW stand; 120 of work in the first hour leave 20 to the second.
    n, found = run(region([thermal("gas", 100, 50)], delay_usd_mwh_h=0.05), [0, 0, 0], it_only([120, 60, 60]), flexible=True)
    assert found["unserved_gwh"] == pytest.approx(0)
    assert data_centre_load(n) == pytest.approx([100, 80, 60])
    assert found["moved_gwh"] == pytest.approx(0.020)
    assert found["flexible_usd"] == pytest.approx(20 * 0.05)


def test_the_deadline_binds():
    # 200 MW of work every second hour, 60 MW stand: 60 on time, 60 an hour late, 80 too late, twice.
    _, found = run(region([thermal("gas", 60, 50)]), [0, 0, 0, 0], it_only([200, 0, 200, 0]), flexible=True)
    assert found["unserved_gwh"] == pytest.approx(0.160)
    _, longer = run(region([thermal("gas", 60, 50)], delay_h=2), [0, 0, 0, 0], it_only([200, 0, 200, 0]), flexible=True)
    assert longer["unserved_gwh"] == pytest.approx(0.160)  # the next work is there by then
    _, longer = run(region([thermal("gas", 100, 50)], delay_h=2), [0, 0, 0, 0], it_only([200, 0, 200, 0]), flexible=True)
    assert longer["unserved_gwh"] == pytest.approx(0)


def test_machines_limit_the_catching_up():
    # 10 % above a peak of 120: at most 132 in an hour, though 200 stand. Cheap power at the second hour only.
    r = region([thermal("dear", 200, 90)], headroom=0.1)
    n, _ = run(r, [0, 0], it_only([120, 120]), flexible=True)
    assert data_centre_load(n).max() <= 132 + 1e-6


def test_work_switched_off_for_good():
    # 10 MWh at 1,400 USD rather than 10,000; 0.05 h of the work's peak of 120 allow 6 MWh.
    r = region([thermal("gas", 110, 50)], delay_h=0, curtail_h=0.05)
    _, found = run(r, [0, 0], it_only([120, 60]), flexible=True)
    assert found["switched_off_gwh"] == pytest.approx(0.006)
    assert found["unserved_gwh"] == pytest.approx(0.004)
    assert found["flexible_usd"] == pytest.approx(6 * 1400)


@pytest.mark.parametrize("seed", range(8))
def test_flexible_work_is_all_done_in_time_and_never_dearer(seed):
    rng = np.random.default_rng(seed)
    hours, delay = 48, int(rng.integers(1, 9))
    it = rng.uniform(20, 60, hours)
    load = Load(it, it * rng.uniform(0.05, 0.5, hours), 0.05 * it)
    demand = rng.uniform(40, 130, hours)
    share = rng.uniform(0.1, 1.0)
    r = region(TWO, delay_h=delay, share=share, headroom=rng.uniform(0, 0.5), delay_usd_mwh_h=0.01)
    _, firm = run(r, demand, load)
    n, found = run(r, demand, load, flexible=True)
    assert found["cost_usd"] <= firm["cost_usd"] * (1 + 1e-9)
    arrived = share * it
    done = -n.c["Link"].dynamic.p1["machines"].to_numpy()
    assert done.sum() == pytest.approx(arrived.sum())  # no work is made or lost
    # Round the year's end: backlog is never negative, and never more than the work of the last `delay` hours.
    backlog = -n.c["Store"].dynamic.e["backlog"].to_numpy()
    recent = np.array([arrived[[(t - k) % hours for k in range(delay)]].sum() for t in range(hours)])
    assert (backlog >= -1e-6).all() and (backlog <= recent + 1e-6).all()
    assert np.diff(backlog, prepend=backlog[-1]) == pytest.approx(arrived - done, abs=1e-5)
    # The cooling of moved work is that of the hour it is done in.
    fixed = (1 - share) * it + (1 - share) * load.cooling + load.other
    assert data_centre_load(n) == pytest.approx(fixed + done * (1 + load.cooling / it))


def test_work_that_may_not_wait_is_as_the_firm_load():
    load = Load(np.array([50.0, 70.0]), np.array([10.0, 20.0]), np.array([1.0, 1.0]))
    _, firm = run(region(TWO), [60, 60], load)
    n, found = run(region(TWO, delay_h=0), [60, 60], load, flexible=True)
    assert data_centre_load(n) == pytest.approx(load.total)
    assert found["cost_usd"] == pytest.approx(firm["cost_usd"])


@pytest.mark.parametrize("seed", range(4))
def test_more_load_is_never_cheaper_nor_less_short(seed):
    rng = np.random.default_rng(seed)
    demand = rng.uniform(50, 190, 24)
    found = [run(region(TWO, reserve_share=0.05), demand, it_only(np.full(24, mw)))[1] for mw in (1.0, 10.0, 30.0)]
    for less, more in zip(found, found[1:]):
        assert more["cost_usd"] > less["cost_usd"]
        assert more["unserved_gwh"] >= less["unserved_gwh"] - 1e-9
        assert more["reserve_short_mw"] >= less["reserve_short_mw"] - 1e-6


def test_means_of_hours_keep_the_energy():
    demand = np.array([80, 120, 150, 90, 60, 100], float)
    _, fine = run(region(TWO), demand)
    _, coarse = run(region(TWO), demand, step=3)
    assert sum(coarse["energy_twh"].values()) == pytest.approx(sum(fine["energy_twh"].values()))
    assert coarse["cost_usd"] <= fine["cost_usd"]  # a mean hides the peaks: the error has this sign
    with pytest.raises(Wrong, match="does not divide"):
        run(region(TWO), demand, step=4)
