#!/usr/bin/env python3
"""Will electricity run short? A region's hourly adequacy and least-cost build, with data centres and without.

    pip install pypsa highspy
    python examples/adequacy/will_it_run_short.py --load results/taiwan

docs/adequacy.md says what the question is, what the model leaves out, and how to put in a region of your own.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

try:
    import numpy as np
    import pypsa  # noqa: F401
    import highspy  # noqa: F401
except ImportError as error:
    print(f"{error}\n  pip install pypsa highspy (Python 3.11 or later)", file=sys.stderr)
    sys.exit(2)

import load as loads  # noqa: E402
import model  # noqa: E402
import report  # noqa: E402
import risk  # noqa: E402
import series  # noqa: E402
from region import Wrong, changed, doubts, read_region  # noqa: E402


def _count(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return value


def arguments(argv=None):
    """The command line."""
    parser = argparse.ArgumentParser(description="Will electricity run short? Adequacy and least-cost build of a region, with data centres and without.",
                                     epilog="docs/adequacy.md has the whole story.")
    parser.add_argument("--region", metavar="DIR", default=HERE / "taiwan-2028", help="region.toml, existing.csv, candidates.csv [taiwan-2028]")
    parser.add_argument("--load", metavar="PATH", help="folder of `coldaisle export --to pypsa`, or load_8760_YEAR.csv, or a forecast's folder [the region's own scenario]")
    parser.add_argument("--percentile", action="append", choices=loads.PERCENTILES, help="only this one; may be repeated [all that the load has]")
    parser.add_argument("--demand", metavar="FILE", help="hour,mw: the region's demand without the data centres")
    parser.add_argument("--series", metavar="FILE", help="hour,solar,wind_onshore,...: output per MW of the variable kinds")
    parser.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], help="changes a figure: demand.twh=270, existing.coal.mw=9000")
    parser.add_argument("--seed", type=_count, default=1, help="of the series that are made by formula [1]")
    parser.add_argument("--hours-step", type=_count, default=1, metavar="N", help="means of N hours, for a fast look [1]")
    parser.add_argument("--jobs", type=_count, default=1, help="cases solved at once, about 2 GB each [1]")
    parser.add_argument("--doubt", action="store_true", help="also both ends of every figure that has a range, for the P50 load")
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    parser.add_argument("-o", metavar="DIR", dest="out", help="leave adequacy.json, cases.csv and adequacy.md in a new folder")
    return parser.parse_args(argv)


OTHER_YEARS = 20


class Inputs:
    """Everything a case needs."""

    def __init__(self, region, args):
        self.region = region
        self.demand = series.demand(region, args.seed, args.demand)
        self.variable = series.renewables(region, args.seed, args.series)
        self.loads = loads.read_load(region, args.load)
        missing = [name for name in args.percentile or [] if name not in self.loads]
        if missing:
            raise Wrong(args.load, f"has no {missing[0]}", f"it has {', '.join(self.loads)}")
        if args.percentile:
            self.loads = {name: load for name, load in self.loads.items() if name in args.percentile}


def solve_case(inputs, case, step):
    """One case: (percentile or None, build, flexible). The optimal year and the risk of what it leaves standing."""
    percentile, build, flexible = case
    load = inputs.loads[percentile] if percentile else None
    n = model.network(inputs.region, inputs.demand, inputs.variable, load, build, flexible, step)
    model.solve(inputs.region, n)
    result = model.results(inputs.region, n)
    total = inputs.demand
    if load is not None:
        total = total + (np.repeat(model.data_centre_load(n), step) if flexible else load.total)
    return result | {"peak_mw": float(total.max())} | risk.loss_of_load(inputs.region, total, inputs.variable, result["built_mw"])


def run_cases(inputs, cases, step, jobs):
    """The cases in their order, whatever the number of jobs."""
    if jobs > 1:
        with ProcessPoolExecutor(jobs) as pool:
            done = pool.map(solve_case, *zip(*((inputs, case, step) for case in cases)))
            return dict(zip(cases, done))
    return {case: solve_case(inputs, case, step) for case in cases}


def doubt_tables(inputs, args):
    """Both ends of every range, one at a time, for the P50 load: what turns the answer, and what moves its cost."""
    name = "p50" if "p50" in inputs.loads else next(iter(inputs.loads))
    return [risk_in_doubt(inputs, args, name), cost_in_doubt(inputs, args, name)]


def risk_in_doubt(inputs, args, name):
    """What the margin and the loss of load are at both ends of each figure, nothing built."""
    short, rows = {}, []

    def stands(region, seed=args.seed):
        other = Inputs(region, argparse.Namespace(**vars(args) | {"seed": seed}))
        return risk.loss_of_load(region, other.demand + other.loads[name].total, other.variable)

    def cells(ends):
        answers = [report.answer(inputs.region, end) for end in ends]
        turns = any((answer == "nothing") != (report.answer(inputs.region, base) == "nothing") for answer in answers)
        return [*(f"{end['reserve_missing_mw']:,.0f}" for end in ends), *(f"{end['lole_h']:.2f}" for end in ends), "turns" if turns else ""]

    base = stands(inputs.region)
    for figure, low, high in doubts(inputs.region):
        ends = [stands(changed(inputs.region, figure, value)) for value in (low, high)]
        if all(abs(end["reserve_missing_mw"] - base["reserve_missing_mw"]) < 1.0 and abs(end["lole_h"] - base["lole_h"]) < 1e-3 for end in ends):
            continue
        short[figure] = abs(ends[0]["reserve_missing_mw"] - ends[1]["reserve_missing_mw"])
        rows.append((figure, [f"{low:g}", f"{high:g}", *cells(ends)]))
    rows.sort(key=lambda row: -short[row[0]])
    years = [stands(inputs.region, seed) for seed in range(args.seed + 1, args.seed + 1 + OTHER_YEARS)]
    ends = [pick(years, key=lambda year: year["lole_h"]) for pick in (min, max)]
    rows.insert(0, (f"{OTHER_YEARS} other years of weather", ["", "", *cells(ends)]))
    rows.insert(0, ("as it stands", ["", "", f"{base['reserve_missing_mw']:,.0f}", "", f"{base['lole_h']:.2f}", "", report.answer(inputs.region, base)]))
    return f"{name.upper()}, nothing built", ["low", "high", "MW low", "MW high", "LOLE low", "high", "short"], rows


def cost_in_doubt(inputs, args, name):
    """What the least cost is at both ends of each figure that moves it, by means of three hours or more."""
    step = max(args.hours_step, 3)
    costs = [(figure, ends) for figure, *ends in doubts(inputs.region)
             if figure == "wacc" or figure.startswith(("candidates.", "flexible.")) and not _forbidden(inputs.region, figure)]
    regions = [inputs.region] + [changed(inputs.region, figure, value) for figure, ends in costs for value in ends]
    found = [_cost(Inputs(region, args), name, step, args.jobs) for region in regions]
    rows = [("as it stands", ["", "", f"{found[0][0]:.1f}", "", f"{found[0][1]:.1f}", "", found[0][2], ""])]
    for i, (figure, ends) in enumerate(costs):
        low, high = found[1 + 2 * i], found[2 + 2 * i]
        rows.append((figure.replace("candidates.", "").replace(".overnight_usd_kw", ", USD/kW"), [
            f"{ends[0]:g}", f"{ends[1]:g}", f"{low[0]:.1f}", f"{high[0]:.1f}", f"{low[1]:.1f}", f"{high[1]:.1f}", low[2], high[2]]))
    return f"{name.upper()}, least cost, {step} h", ["low", "high", "USD/MWh", "high", "saved M", "high", "most built", "high"], rows


def _forbidden(region, figure):
    return any(figure.startswith(f"candidates.{kind.name}.") and kind.max_mw <= 0.0 for kind in region.candidates)


def _cost(inputs, name, step, jobs):
    cases = [(None, True, False), (name, True, False), (name, True, True)]
    without, firm, flexible = run_cases(inputs, cases, step, jobs).values()
    mwh = inputs.loads[name].total.sum() * (1.0 - inputs.region["load"]["grid_losses"])
    extra = {kind: mw - without["built_mw"][kind] for kind, mw in firm["built_mw"].items()}
    most = max(extra, key=extra.get)
    return ((firm["cost_usd"] - without["cost_usd"]) / mwh, (firm["cost_usd"] - flexible["cost_usd"]) / 1e6,
            most if extra[most] > 0.5 else "nothing")


def main(argv=None):
    """Runs the command line; the exit status."""
    args = arguments(argv)
    try:
        if args.out:
            report.check_free(args.out)
        region = read_region(args.region, args.set)
        inputs = Inputs(region, args)
        percentiles = list(inputs.loads)
        cases = [(None, False, False), (None, True, False)]
        cases += [(name, build, flexible) for name in percentiles for build in (False, True) for flexible in (False, True)]
        found = {
            "percentiles": percentiles,
            "about": [
                f"Load: {args.load or 'the scenario of region.toml'}. Demand: {args.demand or 'by formula'}. Sun and wind: {args.series or 'by formula'}.",
                f"Reserve {100 * region['reserve_share']:g} % of load; LOLE standard {region['lole_standard_h']:g} h a year; "
                + (f"means of {args.hours_step} hours: a fast look." if args.hours_step > 1 else "8,760 hours."),
            ],
            "inputs": {"load": args.load and str(args.load), "demand": args.demand, "series": args.series, "seed": args.seed,
                       "hours_step": args.hours_step, "set": args.set, "pypsa": pypsa.__version__},
            "loads": {name: {"twh": float(load.total.sum() / 1e6), "peak_mw": float(load.total.max()), "it_peak_mw": float(load.it.max())}
                      for name, load in inputs.loads.items()},
            "cases": run_cases(inputs, cases, args.hours_step, args.jobs),
        }
        doubt = doubt_tables(inputs, args) if args.doubt else None
        if args.out:
            report.write(args.out, region, found, doubt)
    except Wrong as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if args.markdown:
        print(report.markdown(region, found, doubt))
    else:
        print(report.text(region, found))
        if doubt:
            print("\n" + report.doubt_text(doubt))
    return 0


if __name__ == "__main__":
    sys.exit(main())
