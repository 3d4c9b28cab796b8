"""The new load: hourly IT, cooling and other power of the data centres, from what coldaisle leaves.

--load takes: the folder of `coldaisle export DIR --to pypsa` (a network, or p10/, p50/ and p90/ with one each), a
`load_8760_YEAR.csv` of a forecast, the folder of a forecast (the region's year is taken), or `load_8760.csv` of a run.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import series
from region import HOURS, Wrong

PERCENTILES = ("p10", "p50", "p90")
PARTS = ("it", "cooling", "other")


@dataclass
class Load:
    """MW by hour, at the power stations' side of the network."""

    it: np.ndarray
    cooling: np.ndarray
    other: np.ndarray

    @property
    def total(self):
        return self.it + self.cooling + self.other


def read_load(region, path=None):
    """The loads by percentile; a file that has one load only gives p50."""
    losses = 1.0 - region["load"]["grid_losses"]
    if path is None:
        loads = _stated(region)
    else:
        path = Path(path)
        if path.is_dir() and any(path.glob("load_8760_*.csv")):
            path = path / f"load_8760_{region['year']}.csv"
            if not path.exists():
                raise Wrong(path, "the forecast has no such year", "take one of its files, or --set year=YEAR and the demand of that year")
        _same_clock(region, path)
        loads = _pypsa(path) if path.is_dir() else _table(path)
    for name, load in loads.items():
        if (load.total <= 0).all():
            raise Wrong(path, f"the load {name} is 0 in every hour", "give a load to ask about")
    return {name: Load(*(getattr(load, part) / losses for part in PARTS)) for name, load in loads.items()}


def _same_clock(region, path):
    """What the load says of itself beside it, its clock and its year, must be the region's."""
    says = {}
    for file in (path / "export.json", path.parent / "export.json", path.parent / "forecast.json"):
        try:
            says = json.loads(file.read_text(encoding="utf-8"))
            break
        except (OSError, ValueError):
            continue
    offset = says.get("utc_offset_h", region["utc_offset_h"])
    if offset != region["utc_offset_h"]:
        raise Wrong(path, f"its hours are UTC{offset:+g}, the region's UTC{region['utc_offset_h']:+g}", "take a load of this region")
    years = [profile["year"] for profile in says.get("profiles", [])] if says.get("of") == "forecast" else []
    if years and region["year"] not in years:
        raise Wrong(path, f"its year is {years[0]}, the region's {region['year']}", f"coldaisle export --year {region['year']}")


def _stated(region):
    """The scenario of [load]: flat IT, cooling that follows the season and the hour of the day."""
    table = region["load"]
    hour = np.arange(HOURS)
    swing = 0.7 * np.cos(2 * np.pi * (hour / 24 - 200) / 365) + 0.3 * np.cos(2 * np.pi * (hour % 24 - 15) / 24)
    cooling = table["cooling_per_it"] * (1.0 + table["cooling_swing"] * swing)
    loads = {}
    for name, peak in zip(PERCENTILES, table["peak_mw"]):
        it = np.full(HOURS, peak * table["load_factor"] / (1.0 + table["cooling_per_it"] + table["other_per_it"]))
        loads[name] = Load(it, it * cooling, it * table["other_per_it"])
    return loads


def _table(path):
    columns = series.read_columns(path)
    loads = {}
    for name in PERCENTILES:
        if f"it_mw_{name}" in columns:
            missing = [part for part in PARTS if f"{part}_mw_{name}" not in columns]
            if missing:
                raise Wrong(path, f"no column {missing[0]}_mw_{name}", "it, cooling and other are needed for each percentile")
            loads[name] = Load(*(columns[f"{part}_mw_{name}"] for part in PARTS))
            total = columns.get(f"facility_mw_{name}")
            if total is not None and not np.allclose(loads[name].total, total, rtol=1e-3, atol=1e-2):
                raise Wrong(path, f"it + cooling + other is not facility in {name}", "take the file as the forecast left it")
    if not loads and "facility_mw" in columns:
        none = np.zeros(HOURS)
        loads["p50"] = Load(columns["facility_mw"], none, none)  # as dc_facility of an export
    if not loads:
        raise Wrong(path, "no column it_mw_p50 or facility_mw", "give load_8760_YEAR.csv of a forecast or load_8760.csv of a run")
    return loads


def _pypsa(folder):
    below = {name: folder / name for name in PERCENTILES if (folder / name / "buses.csv").exists()}
    if not below and not (folder / "buses.csv").exists():
        raise Wrong(folder, "no buses.csv, nor p10/, p50/ or p90/ with one", "give the folder of `coldaisle export DIR --to pypsa`")
    return {name: _network(path) for name, path in (below or {"p50": folder}).items()}


def _network(folder):
    import pypsa

    network = pypsa.Network()
    try:
        network.import_from_csv_folder(folder)
    except Exception as error:  # whatever PyPSA meets in a folder it cannot read
        raise Wrong(folder, f"PyPSA cannot read it: {error}", "export it again") from None
    times = network.snapshots
    kept = np.array([(t.month, t.day) != (2, 29) for t in times]) if hasattr(times, "month") else np.ones(len(times), bool)
    if kept.sum() == 0 or kept.sum() % HOURS:
        raise Wrong(folder, f"{kept.sum()} snapshots without 29 February", "a year of hours or of quarters of an hour is needed: 8,760 or 35,040")
    parts = {part: np.zeros(HOURS) for part in PARTS}
    for name, row in network.loads.iterrows():
        power = network.loads_t.p_set[name].to_numpy(float) if name in network.loads_t.p_set else np.full(len(times), row["p_set"])
        if not np.isfinite(power).all() or (power < 0).any():
            raise Wrong(folder / "loads-p_set.csv", f"{name} is not a number of 0 or more in every hour", "export it again")
        words = name.lower().split("_")
        # Undivided, its cooling moves with it.
        part = next((part for part in ("cooling", "it") if part in words), "it" if "facility" in words else "other")
        parts[part] = parts[part] + power[kept].reshape(HOURS, -1).mean(axis=1)
    return Load(**parts)
