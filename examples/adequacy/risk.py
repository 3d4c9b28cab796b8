"""Loss of load by the outages of units: a capacity outage table by month, against the load that wind, sun, water and storage leave.

Billinton and Allan, Reliability Evaluation of Power Systems, chapter 2. Units fail independently; a unit of U MW runs with
probability 1 - forced outage. Storage is laid day by day, and water by five days, where they flatten the load most: for the
energy not served, a convex function of the load, the best that can be done without knowing which unit will fail.
"""

import numpy as np
import series
from region import HOURS

GRID_MW = 10.0
WATER_H = 120  # a reservoir serves the highest hours of five days


class OutageTable:
    """Probability of each available capacity, for units given as (number, MW, forced outage)."""

    def __init__(self, units):
        self.probability = np.ones(1)
        for number, size, outage in units:
            for _ in range(number):
                self._add(size, outage)
        self.below = np.r_[0.0, np.cumsum(self.probability)]
        # Energy not served at load k x grid: the sum over i < k of (k - i) p_i.
        self.unserved = GRID_MW * np.r_[0.0, np.cumsum(self.below[1:])]

    def _add(self, size, outage):
        # A size between two points of the grid is split over both, which keeps its mean.
        steps, part = divmod(size / GRID_MW, 1.0)
        steps = int(steps)
        table = np.zeros(len(self.probability) + steps + 1)
        n = len(self.probability)
        table[:n] += outage * self.probability
        table[steps:steps + n] += (1.0 - outage) * (1.0 - part) * self.probability
        table[steps + 1:steps + 1 + n] += (1.0 - outage) * part * self.probability
        self.probability = table

    def hours(self, load):
        """Probability that the available capacity is less than the load, by hour."""
        return self.below[np.clip(np.ceil(load / GRID_MW - 1e-9).astype(int), 0, len(self.below) - 1)]

    def energy(self, load):
        """Expected MW not served, by hour."""
        top = GRID_MW * (len(self.unserved) - 1)
        return np.interp(load, GRID_MW * np.arange(len(self.unserved)), self.unserved) + np.maximum(load - top, 0.0)


def _level(load, power, energy, sign):
    """The water level by day at which `energy` lies between level and load: above it (sign 1) or below it (sign -1)."""
    low, high = load.min(axis=1) - power, load.max(axis=1) + power
    for _ in range(50):
        level = (low + high) / 2.0
        inside = np.clip(sign * (load - level[:, None]), 0.0, power).sum(axis=1)
        # Of a peak, more lies above a lower level; of a valley, below a higher one.
        higher = (inside > energy) == (sign > 0)
        low, high = np.where(higher, level, low), np.where(higher, high, level)
    return level


def shave(load, power, energy, efficiency=None, span=24):
    """The load by hour after the highest hours of each `span` are met with `energy`.

    With an efficiency the energy is stored in the same span's lowest hours, and only as much as leaves the valley below the
    peak; without one it is given (water).
    """
    days = load.reshape(-1, span)
    if power <= 0.0 or energy <= 0.0:
        return load
    share_low, share_high = np.zeros(len(days)), np.ones(len(days))
    most = min(energy, span * power)
    for _ in range(1 if efficiency is None else 25):
        share = share_high if efficiency is None else (share_low + share_high) / 2.0
        top = _level(days, power, most * share, 1)
        out = np.clip(days - top[:, None], 0.0, power)
        if efficiency is None:
            break
        floor = _level(days, power, most * share / efficiency, -1)
        fits = floor <= top
        share_low, share_high = np.where(fits, share, share_low), np.where(fits, share_high, share)
    if efficiency is None:
        return (days - out).ravel()
    top = _level(days, power, most * share_low, 1)
    floor = _level(days, power, most * share_low / efficiency, -1)
    out = np.clip(days - top[:, None], 0.0, power)
    into = np.clip(floor[:, None] - days, 0.0, power)
    return np.where((share_low > 0)[:, None], days - out + into, days).ravel()


def loss_of_load(region, load, variable, built=None):
    """LOLE in hours and EUE in GWh a year; the smallest margin of expected capacity over load (share of load), and how far and
    how often it lies below the region's reserve."""
    built = built or {}
    net = load.copy()
    plants = [(kind, kind.mw) for kind in region.existing] + [(kind, built.get(kind.name, 0.0)) for kind in region.candidates]
    for kind, mw in plants:
        if kind.type == "variable":
            net -= mw * variable[kind.series]
    net = np.maximum(net, 0.0)
    for kind, mw in plants:
        if kind.type == "hydro":
            net = np.maximum(shave(net, mw, kind.energy_gwh * 1e3 * WATER_H / HOURS, span=WATER_H), 0.0)
    for kind, mw in sorted(plants, key=lambda plant: -plant[0].figures.get("hours", 0.0)):
        if kind.type == "storage":
            net = shave(net, mw, mw * kind.hours, kind.efficiency)
    hours = energy = 0.0
    capacity = np.zeros(len(load))
    for month in range(12):
        at = series.MONTH_OF_HOUR == month
        units = []
        for kind, mw in plants:
            if kind.type == "thermal" and mw > 0.0:
                runs = 1.0 - region.planned(kind)[month]
                whole = int(mw // kind.unit_mw)
                units += [(whole, kind.unit_mw * runs, kind.forced_outage), (1, (mw - whole * kind.unit_mw) * runs, kind.forced_outage)]
                capacity[at] += mw * region.availability(kind)[month]
        table = OutageTable(units)
        hours += table.hours(net[at]).sum()
        energy += table.energy(net[at]).sum()
    margin = (capacity - net) / load
    return {"lole_h": float(hours), "eue_gwh": float(energy / 1e3), "least_margin": float(margin.min()),
            "tightest_hour": int(margin.argmin()), "below_reserve_h": int((margin < region["reserve_share"] - 1e-9).sum()),
            "reserve_missing_mw": float(np.maximum((region["reserve_share"] - margin) * load, 0.0).max())}
