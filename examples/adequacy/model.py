"""The region as a PyPSA network of one node, and what an optimal year of it says.

Linear, one year, perfect foresight. A thermal kind can run at its expected availability of the month. Flexible work waits on
its own bus: a store that only goes below zero holds the backlog, and what it may hold is the work of the last `delay_h`
hours. For work done in the order it came that is exact: none is later than `delay_h` hours, and all of it is done.
"""

import contextlib
import logging
import os
import sys
import warnings

import numpy as np
import pandas as pd
import pypsa
import series
import xarray
from region import HOURS, Wrong

# Of pandas within PyPSA; no business of the reader's.
warnings.filterwarnings("ignore", category=FutureWarning, module="pypsa")
for _name in ("pypsa", "linopy"):
    logging.getLogger(_name).setLevel(logging.ERROR)
UNSERVED_MW = 1e-3  # below this an hour counts as served
# The reserve is a rule, not a good with a price: an hour's MW missing weighs as much as a year of a new turbine's MW. It is no cost of anybody's.
RESERVE_WEIGHT = 1e5


def network(region, demand, variable, load=None, build=False, flexible=False, step=1):
    """The network of one case; `load` is None without the data centres. The hours are those of `demand`, from 1 January on."""
    hours = len(demand)
    if step < 1 or hours % step:
        raise Wrong("--hours-step", f"{step} does not divide {hours:,}", "take 1, 2, 3, 4 or 6")

    def mean(values):
        return np.asarray(values).reshape(-1, step).mean(axis=1)

    n = pypsa.Network()
    n.set_snapshots(pd.date_range("2001-01-01", periods=hours // step, freq=f"{step}h"))
    n.snapshot_weightings.loc[:, :] = float(step)
    n.add("Bus", "grid")

    def hourly(values):
        values = np.broadcast_to(values, hours) if np.ndim(values) == 0 else np.asarray(values)
        return pd.Series(mean(values), index=n.snapshots)

    def by_month(values):
        return np.array(values)[series.MONTH_OF_HOUR[:hours]]

    n.add("Load", "demand", bus="grid", p_set=hourly(demand))
    for group in ("existing", "candidates") if build else ("existing",):
        for kind in getattr(region, group):
            new = group == "candidates"
            if (kind.max_mw if new else kind.mw) <= 0.0:
                continue
            size = {"p_nom_extendable": True, "p_nom_max": kind.max_mw, "capital_cost": kind.yearly_usd_mw(region["wacc"])} if new \
                else {"p_nom": kind.mw}
            _add_kind(n, region, kind, size, variable, hourly, by_month)
    if load is None:
        fixed = np.zeros(hours)
    elif flexible:
        fixed = _add_flexible(n, region, load, step, mean, hourly)
    else:
        fixed = load.total
    n.add("Load", "data centres", bus="grid", p_set=hourly(fixed))
    most = float(np.max(demand + (0.0 if load is None else 3.0 * load.total)))
    n.add("Generator", "unserved", bus="grid", p_nom=most, marginal_cost=region["value_of_lost_load_usd_mwh"])
    return n


def _add_kind(n, region, kind, size, variable, hourly, by_month):
    cost = kind.usd_mwh + kind.co2_t_mwh * region["co2_usd_t"]
    if kind.type == "thermal":
        can = hourly(by_month(region.availability(kind)))
        n.add("Generator", kind.name, bus="grid", p_max_pu=can, p_min_pu=can * kind.must_run, marginal_cost=cost, **size)
    elif kind.type == "variable":
        n.add("Generator", kind.name, bus="grid", p_max_pu=hourly(variable[kind.series]), marginal_cost=cost, **size)
    elif kind.type == "hydro":
        n.add("StorageUnit", kind.name, bus="grid", p_min_pu=0.0, max_hours=kind.hours, cyclic_state_of_charge=True,
              inflow=hourly(kind.energy_gwh * 1e3 / HOURS), marginal_cost=cost, **size)
    else:
        n.add("StorageUnit", kind.name, bus="grid", max_hours=kind.hours, cyclic_state_of_charge=True, marginal_cost=cost,
              efficiency_store=kind.efficiency**0.5, efficiency_dispatch=kind.efficiency**0.5, **size)


def _add_flexible(n, region, load, step, mean, hourly):
    """Puts the flexible share on a bus of IT power; gives back what stays on the grid whatever happens."""
    table = region["flexible"]
    if table["delay_h"] % step:
        raise Wrong("--hours-step", f"{step} does not divide the delay of {table['delay_h']:g} h", "take a step that does")
    work = table["share"] * mean(load.it)
    follows = table["cooling_follows"]
    per_it = 1.0 + follows * mean(load.cooling) / np.maximum(mean(load.it), 1e-9)
    # Grid power per MW of work in that hour; the machines set the limit, in IT power.
    most_it = work.max() * (1.0 + table["headroom"])
    n.add("Bus", "work")
    n.add("Load", "work", bus="work", p_set=pd.Series(work, index=n.snapshots))
    n.add("Link", "machines", bus0="grid", bus1="work", p_nom=most_it * per_it.max(), p_min_pu=0.0,
          p_max_pu=pd.Series(per_it / per_it.max(), index=n.snapshots), efficiency=pd.Series(1.0 / per_it, index=n.snapshots))
    back = int(table["delay_h"]) // step
    if back:
        arrived = sum(np.roll(work, i) for i in range(back)) * step
        room = arrived.max()
        # A MWh of backlog costs a little each hour: nothing moves for nothing. The store's energy is the backlog, negative.
        n.add("Store", "backlog", bus="work", e_nom=room, e_cyclic=True, e_max_pu=0.0,
              e_min_pu=pd.Series(-arrived / room, index=n.snapshots), marginal_cost_storage=-table["delay_usd_mwh_h"])
    if table["curtail_h"] > 0:
        n.add("Generator", "switched off", bus="work", p_nom=work.max(), p_max_pu=pd.Series(work / work.max(), index=n.snapshots),
              marginal_cost=table["curtail_usd_mwh"], e_sum_max=table["curtail_h"] * work.max())
    return (1.0 - table["share"]) * load.it + (1.0 - table["share"] * follows) * load.cooling + load.other


def _reserve(region):
    """Each hour: capacity that can run + sun and wind + storage as dispatched >= (1 + reserve) x load - what is missing."""
    wanted = 1.0 + region["reserve_share"]

    def add(n, snapshots):
        if wanted <= 1.0:
            return
        m = n.model
        plants = n.generators.index[(n.generators.bus == "grid") & (n.generators.index != "unserved")]
        can = n.get_switchable_as_dense("Generator", "p_max_pu")[plants]
        new = plants[n.generators.p_nom_extendable[plants]]
        old = plants.difference(new)
        load = n.get_switchable_as_dense("Load", "p_set")[["demand", "data centres"]].sum(axis=1)
        short = m.add_variables(lower=0.0, coords=[snapshots], name="reserve-short")
        left = short
        if len(new):
            left = left + (m["Generator-p_nom"].sel(name=list(new)) * xarray.DataArray(can[new], dims=["snapshot", "name"])).sum("name")
        if len(n.storage_units):
            left = left + m["StorageUnit-p_dispatch"].sum("name") - m["StorageUnit-p_store"].sum("name")
        if len(n.links):
            left = left - wanted * m["Link-p"].sum("name")
        m.add_constraints(left >= wanted * load - (can[old] * n.generators.p_nom[old]).sum(axis=1), name="reserve")
        m.objective = m.objective + (RESERVE_WEIGHT * short * n.snapshot_weightings.objective).sum()

    return add


@contextlib.contextmanager
def _no_banner():
    """HiGHS greets on the process's standard output before it is told to be silent."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def solve(region, n):
    """Solves with HiGHS on one thread; the same bytes each time."""
    with warnings.catch_warnings(), _no_banner():
        warnings.simplefilter("ignore")
        status, condition = n.optimize(
            solver_name="highs", io_api="direct", extra_functionality=_reserve(region), progress=False,
            solver_options={"output_flag": False, "threads": 1, "random_seed": 1, "solver": "simplex"})
    if status != "ok":
        raise Wrong("the network", f"HiGHS found no optimum ({condition})",
                    "must_run above the lowest load is the usual cause: lower it in existing.csv")
    return n


def results(region, n):
    """What a solved case says: energy, cost, CO2, what was built."""
    hours = n.snapshot_weightings.objective
    candidates = {kind.name: kind for kind in region.candidates}
    kinds = {kind.name: kind for kind in region.existing} | candidates
    out = {name: n.c[name].dynamic for name in ("Generator", "StorageUnit")}
    power = pd.concat([out["Generator"].p, out["StorageUnit"].p], axis=1)
    energy = power.clip(lower=0.0).mul(hours, axis=0).sum()
    unserved = power["unserved"]
    built = {**n.generators.p_nom_opt, **n.storage_units.p_nom_opt}
    built = {name: max(0.0, float(built[name])) for name in candidates if name in built}
    running = sum(energy[name] * (kind.usd_mwh + kind.co2_t_mwh * region["co2_usd_t"]) for name, kind in kinds.items() if name in energy)
    lost = energy["unserved"] * region["value_of_lost_load_usd_mwh"]
    short = n.model["reserve-short"].solution.to_series() if "reserve-short" in n.model.variables else 0.0 * hours
    work = _flexible_results(region, n, power, hours)
    capital = sum(mw * candidates[name].yearly_usd_mw(region["wacc"]) for name, mw in built.items())
    return {
        "unserved_gwh": float(energy["unserved"] / 1e3),
        "unserved_h": float(hours[unserved > UNSERVED_MW].sum()),
        "unserved_peak_mw": max(0.0, float(unserved.max())),
        "built_mw": built,
        "capital_usd": float(capital),
        "running_usd": float(running),
        "unserved_usd": float(lost),
        "reserve_short_h": float(hours[short > UNSERVED_MW].sum()),
        "reserve_short_mw": float(short.max()),
        "flexible_usd": work.pop("usd"),
        "cost_usd": float(n.objective + n.objective_constant - RESERVE_WEIGHT * (short * hours).sum()),
        "co2_mt": float(sum(energy[name] * kind.co2_t_mwh for name, kind in kinds.items() if name in energy) / 1e6),
        "energy_twh": {name: float(energy[name] / 1e6) for name in kinds if name in energy},
        **work,
    }


def data_centre_load(n):
    """MW that the data centres draw from the grid, by step."""
    fixed = n.c["Load"].dynamic.p_set["data centres"].to_numpy(float)
    return fixed + n.c["Link"].dynamic.p0["machines"].to_numpy(float) if "machines" in n.links.index else fixed


def _flexible_results(region, n, power, hours):
    if "machines" not in n.links.index:
        return {"usd": 0.0, "moved_gwh": 0.0, "switched_off_gwh": 0.0}
    stores = n.c["Store"].dynamic
    moved = delayed = 0.0
    if "backlog" in n.stores.index:
        moved = (stores.p["backlog"].clip(lower=0.0) * hours).sum()
        delayed = -(stores.e["backlog"] * hours).sum()
    off = (power["switched off"] * hours).sum() if "switched off" in power else 0.0
    usd = delayed * region["flexible"]["delay_usd_mwh_h"] + off * region["flexible"]["curtail_usd_mwh"]
    return {"usd": float(usd), "moved_gwh": float(moved / 1e3), "switched_off_gwh": float(off / 1e3)}
