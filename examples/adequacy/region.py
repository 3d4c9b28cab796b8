"""One region: what stands, what may be built, and what every figure is allowed to be.

A region is a folder: region.toml, existing.csv and candidates.csv (taiwan-2028/ says what each key and column means).
Power in MW, energy in MWh unless a name says otherwise, money in US dollars of one year.
"""

import copy
import csv
import difflib
import math
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

HOURS = 8760
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Wrong(Exception):
    """What is wrong with the input: where, what, and what would cure it."""

    def __init__(self, place, what, cure):
        super().__init__(f"{place}: {what}\n  {cure}")


def annuity(wacc, life_y):
    """Share of the overnight cost to pay each year of the life: wacc / (1 - (1 + wacc)^-life)."""
    return 1.0 / life_y if wacc == 0.0 else wacc / (1.0 - (1.0 + wacc) ** -life_y)


# Column: (least, most, default); default None where the column must be filled in for that type.
_SHARE, _ANY = (0.0, 1.0), (0.0, math.inf)
_COMMON = {"usd_mwh": (*_ANY, 0.0), "co2_t_mwh": (*_ANY, 0.0)}
_OF_TYPE = {
    "thermal": {"unit_mw": (1.0, 1e5, None), "forced_outage": (*_SHARE, None), "planned_outage": (*_SHARE, 0.0),
                "must_run": (*_SHARE, 0.0)},
    "variable": {},
    "hydro": {"energy_gwh": (*_ANY, None), "hours": (*_ANY, None)},
    "storage": {"hours": (*_ANY, None), "efficiency": (0.01, 1.0, None)},
}
_EXISTING = {"mw": (*_ANY, None)}
_CANDIDATE = {"overnight_usd_kw": (*_ANY, None), "life_y": (1.0, 200.0, None), "fixed_usd_kw_y": (*_ANY, 0.0),
              "max_mw": (*_ANY, None)}
_RANGES = {"mw": ("mw_low", "mw_high"), "overnight_usd_kw": ("overnight_low", "overnight_high")}
_TEXT = {"kind", "type", "series", "source"}


@dataclass
class Kind:
    """One kind of plant: its figures by column name, and the ranges of those that have one."""

    name: str
    type: str
    series: str
    figures: dict
    ranges: dict = field(default_factory=dict)

    def __getattr__(self, column):
        try:
            return self.__dict__["figures"][column]
        except KeyError:
            raise AttributeError(column) from None

    def yearly_usd_mw(self, wacc):
        """Annuity and fixed cost of one MW for one year."""
        return 1000.0 * (self.overnight_usd_kw * annuity(wacc, self.life_y) + self.fixed_usd_kw_y)


@dataclass
class Region:
    """The folder as read. `toml` holds region.toml by section."""

    toml: dict
    existing: list
    candidates: list

    def __getitem__(self, key):
        return self.toml[key]

    def availability(self, kind):
        """Expected share of a thermal kind that can run, by month: planned outages laid by the weights of [maintenance]."""
        return [(1.0 - kind.forced_outage) * (1.0 - planned) for planned in self.planned(kind)]

    def planned(self, kind):
        """Share of a kind in planned outage, by month."""
        weights = self["maintenance"]["month"]
        mean = sum(w * d for w, d in zip(weights, MONTH_DAYS)) / 365.0
        return [min(1.0, kind.planned_outage * w / mean) if mean else 0.0 for w in weights]


def read_region(folder, changes=()):
    """Reads a folder; `changes` are `section.key=value`, `existing.KIND.column=value` or `candidates.KIND.column=value`."""
    folder = Path(folder)
    path = folder / "region.toml"
    try:
        toml = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Wrong(path, error.strerror or "cannot be read", "--region takes a folder such as taiwan-2028/") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Wrong(path, error, "write it as TOML; taiwan-2028/region.toml is an example") from None
    region = Region(
        toml,
        _read_kinds(folder / "existing.csv", _EXISTING),
        _read_kinds(folder / "candidates.csv", _CANDIDATE),
    )
    for change in changes:
        _change(region, change)
    _check(region, path)
    return region


def _read_kinds(path, columns):
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise Wrong(path, error.strerror or "cannot be read", "a region has existing.csv and candidates.csv") from None
    numbered = [(i, line) for i, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    rows = csv.reader(line for _, line in numbered)
    header = next(rows, [])
    known = _TEXT | _COMMON.keys() | columns.keys() | {c for of in _OF_TYPE.values() for c in of}
    known |= {end for column in columns for end in _RANGES.get(column, ())}
    for name in header:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            raise Wrong(f"{path}:{numbered[0][0]}", f"no column is named `{name}`",
                        f"did you mean `{near[0]}`?" if near else f"columns: {', '.join(sorted(known))}")
    kinds = []
    for (line, _), row in zip(numbered[1:], rows):
        if len(row) != len(header):
            raise Wrong(f"{path}:{line}", f"{len(row)} fields, where the header has {len(header)}",
                        "give each column a field, empty where it has no meaning")
        kind = _kind(f"{path}:{line}", dict(zip(header, row)), columns)
        if any(kind.name == other.name for other in kinds):
            raise Wrong(f"{path}:{line}", f"`{kind.name}` stands twice", "give each kind its own name")
        kinds.append(kind)
    return kinds


def _kind(place, row, columns):
    type_ = row.get("type", "")
    if type_ not in _OF_TYPE:
        raise Wrong(place, f"type `{type_}`", f"types: {', '.join(_OF_TYPE)}")
    if not row.get("kind"):
        raise Wrong(place, "a kind without a name", "fill in the column `kind`")
    figures = {}
    for column, (least, most, default) in (_COMMON | columns | _OF_TYPE[type_]).items():
        text = row.get(column, "").strip()
        if not text and default is None:
            raise Wrong(place, f"`{row['kind']}` has no {column}", f"a {type_} kind needs {column}")
        figures[column] = _number(place, column, text, least, most) if text else default
    ranges = {}
    for column in columns:
        low, high = (row.get(end, "").strip() for end in _RANGES.get(column, ("", "")))
        if low and high:
            ranges[column] = [_number(place, column, end, 0.0, math.inf) for end in (low, high)]
    if type_ == "variable" and not row.get("series"):
        raise Wrong(place, f"`{row['kind']}` has no series", "name its hourly series: solar, wind_onshore, wind_offshore or one of --series")
    return Kind(row["kind"], type_, row.get("series", ""), figures, ranges)


def _number(place, name, text, least, most):
    try:
        value = float(text)
    except ValueError:
        raise Wrong(place, f"{name} is `{text}`", "write a number") from None
    if not (math.isfinite(value) and least <= value <= most):
        raise Wrong(place, f"{name} is {text}", f"it lies from {least:g} to {most:g}")
    return value


def _change(region, change):
    place = f"--set {change}"
    key, sign, text = change.partition("=")
    parts = key.strip().split(".")
    if not sign:
        raise Wrong(place, "no value", "write KEY=VALUE, such as demand.twh=270 or existing.coal.mw=9000")
    if parts[0] in ("existing", "candidates") and len(parts) == 3:
        kinds = {kind.name: kind for kind in getattr(region, parts[0])}
        if parts[1] not in kinds or parts[2] not in kinds[parts[1]].figures:
            raise Wrong(place, "no such figure", f"kinds of {parts[0]}: {', '.join(kinds)}; the column is one that the kind's type has")
        least, most = next(of[parts[2]][:2] for of in (_COMMON, _EXISTING, _CANDIDATE, _OF_TYPE[kinds[parts[1]].type]) if parts[2] in of)
        kinds[parts[1]].figures[parts[2]] = _number(place, parts[2], text, least, most)
        return
    table = region.toml
    for part in parts[:-1]:
        table = table.get(part) if isinstance(table, dict) else None
    if not isinstance(table, dict) or not isinstance(table.get(parts[-1]), (int, float)):
        raise Wrong(place, "no such figure", f"region.toml has: {', '.join(_numbers(region.toml))}")
    least, most = _NEEDED.get(".".join(parts[:-1]), {}).get(parts[-1], (-math.inf, math.inf))
    value = _number(place, parts[-1], text, least, most)
    table[parts[-1]] = int(value) if isinstance(table[parts[-1]], int) and value.is_integer() else value


def _numbers(table, above=""):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _numbers(value, f"{above}{key}.")
        elif isinstance(value, (int, float)):
            yield above + key


_NEEDED = {
    "": {"year": (1900, 2200), "utc_offset_h": (-12, 14), "wacc": _SHARE, "co2_usd_t": _ANY,
         "value_of_lost_load_usd_mwh": _ANY, "lole_standard_h": _ANY, "reserve_share": _SHARE},
    "demand": {"twh": _ANY, "peak_gw": _ANY, "already_in_mw": _ANY, "weekend": (0.0, 2.0), "day_noise": _SHARE, "first_weekday": (0, 6)},
    "load": {"load_factor": (0.01, 1.0), "cooling_per_it": _ANY, "cooling_swing": _SHARE, "other_per_it": _ANY, "grid_losses": (0.0, 0.5)},
    "flexible": {"share": _SHARE, "delay_h": (0, 168), "headroom": _ANY, "cooling_follows": _SHARE, "delay_usd_mwh_h": _ANY,
                 "curtail_h": (0, HOURS), "curtail_usd_mwh": _ANY},
    "sun": {"latitude_deg": (-90, 90), "longitude_deg": (-180, 180), "tilt_deg": (0, 90), "capacity_factor": (0.0, 0.4), "day_noise": _SHARE},
    "maintenance": {},
}
_LISTS = {"demand.month": 12, "demand.hour": 24, "sun.clearness": 12, "maintenance.month": 12, "load.peak_mw": 3}


def _check(region, path):
    for section, keys in _NEEDED.items():
        table = region.toml.get(section) if section else region.toml
        if not isinstance(table, dict):
            raise Wrong(path, f"no section [{section}]", "taiwan-2028/region.toml has each that is needed")
        for key, (least, most) in keys.items():
            name = f"{section}.{key}".lstrip(".")
            if key not in table:
                raise Wrong(path, f"no {name}", f"add it; it lies from {least:g} to {most:g}")
            _number(path, name, str(table[key]), least, most)
    for name, *ends in doubts(region):
        for end in ends:
            _number(path, f"{name}_range", str(end), 0.0, math.inf)
    winds = {f"{kind.series}.month": 12 for kind in region.existing + region.candidates if kind.series in region.toml}
    for name, length in (_LISTS | winds).items():
        section, key = name.split(".")
        values = region.toml[section].get(key)
        if not (isinstance(values, list) and len(values) == length and all(isinstance(v, (int, float)) and v >= 0 for v in values)):
            raise Wrong(path, f"{name} is not a list of {length} numbers of 0 or more", f"write {name} = [{length} numbers]")


def doubts(region):
    """Each figure that has a range: (name, low, high)."""
    for section, table in [("", region.toml), *((k, v) for k, v in region.toml.items() if isinstance(v, dict))]:
        for key, value in table.items():
            if key.endswith("_range") and isinstance(value, list) and len(value) == 2:
                yield (f"{section}.{key[:-6]}".lstrip("."), *value)
    for group in ("existing", "candidates"):
        for kind in getattr(region, group):
            for column, (low, high) in kind.ranges.items():
                yield f"{group}.{kind.name}.{column}", low, high


def changed(region, name, value):
    """The region with one figure changed."""
    other = copy.deepcopy(region)
    _change(other, f"{name}={value}")
    return other
