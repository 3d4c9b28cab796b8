"""Small regions whose answers are worked by hand."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from region import Kind, Region  # noqa: E402

HERE = Path(__file__).resolve().parent.parent


def thermal(name, mw, usd_mwh, co2=0.0, unit_mw=100.0, outage=0.0, must_run=0.0):
    """A thermal kind that stands."""
    return Kind(name, "thermal", "", {"mw": mw, "usd_mwh": usd_mwh, "co2_t_mwh": co2, "unit_mw": unit_mw, "forced_outage": outage,
                                      "planned_outage": 0.0, "must_run": must_run})


def storage(name, mw, hours, efficiency=1.0):
    """A storage that stands."""
    return Kind(name, "storage", "", {"mw": mw, "usd_mwh": 0.0, "co2_t_mwh": 0.0, "hours": hours, "efficiency": efficiency})


def candidate(name, fixed_usd_mw, usd_mwh, max_mw=1e4):
    """A thermal kind that may be built, at a yearly cost per MW."""
    kind = thermal(name, 0.0, usd_mwh)
    kind.figures |= {"overnight_usd_kw": 0.0, "life_y": 20.0, "fixed_usd_kw_y": fixed_usd_mw / 1e3, "max_mw": max_mw}
    del kind.figures["mw"]
    return kind


def region(existing, candidates=(), **changes):
    """A region of these kinds; `changes` go into the section that has the key."""
    toml = {
        "name": "small", "year": 2030, "utc_offset_h": 0, "wacc": 0.07, "co2_usd_t": 0.0, "value_of_lost_load_usd_mwh": 10000.0,
        "lole_standard_h": 2.4, "reserve_share": 0.0,
        "maintenance": {"month": [1.0] * 12},
        "load": {"grid_losses": 0.0},
        "flexible": {"share": 1.0, "delay_h": 1, "headroom": 10.0, "cooling_follows": 1.0, "delay_usd_mwh_h": 0.0, "curtail_h": 0.0,
                     "curtail_usd_mwh": 1400.0},
    }
    for key, value in changes.items():
        table = next(t for t in (toml, *(t for t in toml.values() if isinstance(t, dict))) if key in t)
        table[key] = value
    return Region(toml, list(existing), list(candidates))


@pytest.fixture(scope="session")
def taiwan():
    """The region that is delivered."""
    from region import read_region

    return read_region(HERE / "taiwan-2028")


@pytest.fixture(scope="session")
def year():
    """A data-centre load of a year that differs in each hour and part."""
    hour = np.arange(8760)
    it = 1000.0 + 50.0 * np.sin(hour / 11.0)
    return {"it": it, "cooling": it * (0.2 + 0.1 * np.cos(2 * np.pi * (hour / 8760.0 - 0.55))), "other": 0.05 * it}
