"""Hourly series of a region: read from files, or made by a stated formula where no file is given.

demand  shape = month (mid-month values, straight lines between) x hour x weekend x day's weather (AR(1), one day to the
        next 0.7); load = mean x (1 + a (shape / mean shape - 1)), a chosen so that energy and peak are both those stated.
sun     incidence on a plane facing the equator (Duffie and Beckman, equation 1.6.3 for azimuth 0), beam 0.7^(AM^0.678)
        (Meinel and Meinel), a tenth of it diffuse, x clearness of the month x day's weather, scaled to the stated year.
wind    output = normal CDF of an AR(1) process of unit variance, shifted by sqrt(2) x inverse CDF of the month's
        capacity factor, whose expectation is exactly that factor.

Hour 0 starts on 1 January 00:00, the region's standard time; 8,760 hours, without 29 February.
"""

import csv
import math
from statistics import NormalDist

import numpy as np
from region import HOURS, MONTH_DAYS, Wrong

MONTH_OF_HOUR = np.repeat(np.arange(12), np.array(MONTH_DAYS) * 24)


def read_columns(path):
    """A CSV file with a header and 8,760 rows of numbers: {name: values}. A column `hour` must count from 0."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(line for line in file if not line.startswith("#")))
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong(path, getattr(error, "strerror", None) or "is not UTF-8 text", "give a CSV file of 8,760 rows") from None
    if not rows:
        raise Wrong(path, "is empty", "a header and 8,760 rows are needed")
    header, body = rows[0], [row for row in rows[1:] if row]
    if len(body) != HOURS:
        raise Wrong(path, f"{len(body)} rows", "8,760 are needed: one an hour, without 29 February")
    columns = {}
    for i, name in enumerate(header):
        try:
            values = np.array([float(row[i]) for row in body])
        except (ValueError, IndexError):
            bad = next(j for j, row in enumerate(body) if i >= len(row) or not _is_number(row[i]))
            raise Wrong(f"{path}: row {bad + 2}", f"{name} is not a number", "write a number in each row") from None
        if not np.isfinite(values).all() or (values < 0).any():
            bad = int(np.argmax(~np.isfinite(values) | (values < 0)))
            raise Wrong(f"{path}: row {bad + 2}", f"{name} is {values[bad]:g}", "write a number of 0 or more")
        columns[name.strip()] = values
    if "hour" in columns and (columns["hour"] != np.arange(HOURS)).any():
        raise Wrong(path, "the column hour does not count from 0 to 8759", "sort the rows; leave out 29 February")
    columns.pop("hour", None)
    return columns


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def demand(region, seed, path=None):
    """Hourly demand in MW without the new load."""
    table = region["demand"]
    if path:
        columns = read_columns(path)
        if "mw" not in columns:
            raise Wrong(path, "no column `mw`", "the columns are hour,mw")
        load = columns["mw"]
    else:
        hour = np.arange(HOURS)
        day = hour // 24
        days = _mid_month(table["month"])
        weekday = (int(table["first_weekday"]) + day) % 7
        # 29 February is left out, the weekdays go on as if it had never been.
        shape = days[day] * np.array(table["hour"])[hour % 24] * np.where(weekday >= 5, table["weekend"], 1.0)
        shape *= 1.0 + table["day_noise"] * _ar1(np.random.default_rng([seed, 1]), 365, 0.7)[day]
        shape /= shape.mean()
        mean = 1e6 * table["twh"] / HOURS
        stretch = (1e3 * table["peak_gw"] / mean - 1.0) / (shape.max() - 1.0)
        load = mean * (1.0 + stretch * (shape - 1.0))
        if stretch <= 0 or load.min() <= 0:
            raise Wrong("region.toml", f"demand of {table['twh']} TWh cannot have a peak of {table['peak_gw']} GW with this shape",
                        f"the peak lies above the mean of {mean / 1e3:.1f} GW and not far above the shape's")
    load = load - table["already_in_mw"]
    if load.min() <= 0:
        raise Wrong("region.toml", "demand.already_in_mw takes the demand below 0", "give the data-centre load that the demand holds")
    return load


def renewables(region, seed, path=None):
    """Output per MW of each variable series: {name: 8,760 values from 0 to 1}."""
    series = {"solar": _sun(region, seed)}
    for i, name in enumerate(sorted(key for key, table in region.toml.items() if key.startswith("wind") and isinstance(table, dict))):
        series[name] = _wind(region[name], np.random.default_rng([seed, 10 + i]))
    if path:
        series |= read_columns(path)
    for kind in region.existing + region.candidates:
        if kind.type == "variable":
            if kind.series not in series:
                raise Wrong(path or "region.toml", f"no series `{kind.series}`, which {kind.name} names", f"series: {', '.join(series)}")
            if series[kind.series].max() > 1.0:
                raise Wrong(path, f"{kind.series} goes above 1", "give MW per MW installed")
    return series


def _ar1(rng, length, rho):
    """A process of mean 0 and variance 1 whose neighbours are correlated by rho."""
    steps = rng.standard_normal(length) * math.sqrt(1.0 - rho * rho)
    values = np.empty(length)
    values[0] = rng.standard_normal()
    for i in range(1, length):
        values[i] = rho * values[i - 1] + steps[i]
    return values


def _mid_month(months):
    """Values by day from values by month, straight lines between the middles of the months, the year closed."""
    ends = np.cumsum(MONTH_DAYS)
    middles = ends - np.array(MONTH_DAYS) / 2.0
    return np.interp(np.arange(365) + 0.5, np.r_[middles[-1] - 365, middles, middles[0] + 365], np.r_[months[-1], months, months[0]])


def _sun(region, seed):
    table = region["sun"]
    hour = np.arange(HOURS) + 0.5
    day = np.arange(HOURS) // 24
    b = 2.0 * math.pi * (day - 81) / 364.0
    equation_of_time = (9.87 * np.sin(2 * b) - 7.53 * np.cos(b) - 1.5 * np.sin(b)) / 60.0
    solar_time = hour % 24 + (table["longitude_deg"] - 15.0 * region["utc_offset_h"]) / 15.0 + equation_of_time
    angle = np.radians(15.0 * (solar_time - 12.0))
    declination = np.radians(23.45) * np.sin(2.0 * math.pi * (284 + day + 1) / 365.0)
    latitude = math.radians(table["latitude_deg"])
    towards = latitude - math.copysign(math.radians(table["tilt_deg"]), latitude)
    height = np.sin(declination) * math.sin(latitude) + np.cos(declination) * math.cos(latitude) * np.cos(angle)
    incidence = np.sin(declination) * math.sin(towards) + np.cos(declination) * math.cos(towards) * np.cos(angle)
    up = height > 0.02
    beam = np.where(up, 0.7 ** (1.0 / np.maximum(height, 0.02)) ** 0.678, 0.0)
    noise = np.clip(1.0 + table["day_noise"] * _ar1(np.random.default_rng([seed, 2]), 365, 0.5), 0.1, None)
    plane = beam * (np.maximum(incidence, 0.0) + 0.1) * _mid_month(table["clearness"])[day] * noise[day]
    low, high = 0.0, 100.0
    for _ in range(60):  # the scale whose mean is the stated one, where no hour may exceed the rating
        scale = (low + high) / 2.0
        low, high = (scale, high) if np.minimum(plane * scale, 1.0).mean() < table["capacity_factor"] else (low, scale)
    return np.minimum(plane * scale, 1.0)


def _wind(table, rng):
    normal = NormalDist()
    shift = np.array([math.sqrt(2.0) * normal.inv_cdf(min(max(factor, 1e-6), 1.0 - 1e-6)) for factor in table["month"]])
    process = _ar1(rng, HOURS, table["persistence"]) + shift[MONTH_OF_HOUR]
    return np.array([normal.cdf(value) for value in process])
