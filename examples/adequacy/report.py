"""What the cases say, in tables of 80 columns, in Markdown, and in files."""

import csv
import json
import shutil
import tempfile
from pathlib import Path

from region import Wrong

LABEL, COLUMN = 40, 10


def answer(region, case):
    """What the region is short of: nothing, its reserve, its LOLE standard, or both."""
    short = [name for name, wrong in [("reserve", case["reserve_missing_mw"] > 0.5), ("LOLE", case["lole_h"] > region["lole_standard_h"])] if wrong]
    return "both" if len(short) == 2 else "".join(short) or "nothing"


def tables(region, found):
    """[(title, [(label, values)])]; the columns are the case without the data centres and each percentile."""
    percentiles = found["percentiles"]
    losses = 1.0 - region["load"]["grid_losses"]

    def case(name, build, flexible=False):
        return found["cases"][(name, build, flexible and name is not None)]

    def row(label, value, digits=0, build=False, flexible=False, of=(None, *percentiles)):
        values = [value(name, case(name, build, flexible)) for name in of]
        values = ["" for _ in range(1 + len(percentiles) - len(of))] + values
        return label, [v if isinstance(v, str) else f"{v + 0.0:,.{digits}f}" for v in values]

    def twh(name):
        return found["loads"][name]["twh"] * losses

    def added(name, key, scale=1.0):
        return (case(name, True)[key] - case(None, True)[key]) / scale

    def saved(name, key, build, scale=1.0):
        return (case(name, build)[key] - case(name, build, True)[key]) / scale

    def risk(build=False, flexible=False, of=(None, *percentiles)):
        more = {"build": build, "flexible": flexible, "of": of}
        return [
            row("least margin, % of load", lambda _, c: 100 * c["least_margin"], 1, **more),
            row("missing from the reserve, MW", lambda _, c: c["reserve_missing_mw"], **more),
            row("hours below the reserve", lambda _, c: c["below_reserve_h"], **more),
            row("LOLE, h a year", lambda _, c: c["lole_h"], 2, **more),
            row("expected energy not served, GWh", lambda _, c: c["eue_gwh"], 2, **more),
            row("short of", lambda _, c: answer(region, c), **more),
        ]

    def built(name, flexible=False):
        return sum(case(name, True, flexible)["built_mw"].values())

    kinds = [kind.name for kind in region.candidates if any(c["built_mw"].get(kind.name, 0.0) > 0.5 for c in found["cases"].values())]
    halls = found["loads"]
    share = region["flexible"]["share"]
    flexible_kw = {name: share * halls[name]["it_peak_mw"] * 1e3 for name in percentiles}
    p = percentiles
    flexible = region["flexible"]
    what = f"With {100 * share:g} % of the IT load movable by {flexible['delay_h']:g} h"
    if flexible["curtail_h"]:
        what += f", off for {flexible['curtail_h']:g} h a year"
    return [
        ("The year", [
            row("data centres, TWh at their meters", lambda n, _: twh(n) if n else 0.0, 1),
            row("their peak, MW", lambda n, _: halls[n]["peak_mw"] * losses if n else 0.0),
            row("peak of all load, GW", lambda n, c: c["peak_mw"] / 1e3, 1),
        ]),
        ("If nothing is built", [
            *risk(),
            row("unserved with the expected units, GWh", lambda _, c: c["unserved_gwh"], 2),
            row("the same, hours", lambda _, c: c["unserved_h"]),
            row("fuel and variable cost, M USD", lambda _, c: c["running_usd"] / 1e6),
            row("CO2, Mt", lambda _, c: c["co2_mt"], 1),
        ]),
        ("What least cost builds, to keep the reserve", [
            *(row(f"{kind}, MW", lambda _, c, kind=kind: c["built_mw"].get(kind, 0.0), build=True) for kind in kinds),
            row("cost of the year, M USD", lambda _, c: c["cost_usd"] / 1e6, build=True),
            row("of it annuities and fixed cost", lambda _, c: c["capital_usd"] / 1e6, build=True),
            *[r for r in risk(build=True) if r[0].startswith(("least", "LOLE"))],
        ]),
        ("What the data centres cause", [
            row("built for them, MW", lambda n, _: built(n) - built(None), of=p),
            row("cost, M USD a year", lambda n, _: added(n, "cost_usd", 1e6), of=p),
            row("cost, USD per MWh of theirs", lambda n, _: added(n, "cost_usd", 1e6) / twh(n), 1, of=p),
            row("CO2, Mt a year", lambda n, _: added(n, "co2_mt"), 2, of=p),
            row("CO2, kg per MWh of theirs", lambda n, _: 1e3 * added(n, "co2_mt") / twh(n), of=p),
        ]),
        (f"{what}, nothing built", [
            *risk(flexible=True, of=p),
            row("fuel saved, M USD a year", lambda n, _: saved(n, "running_usd", False, 1e6), 1, of=p),
        ]),
        (f"{what}, least cost", [
            row("built less, MW", lambda n, _: built(n) - built(n, True), of=p),
            row("cost saved, M USD a year", lambda n, _: saved(n, "cost_usd", True, 1e6), 1, of=p),
            row("of it annuities and fixed cost", lambda n, _: saved(n, "capital_usd", True, 1e6), 1, of=p),
            row("CO2 saved, kt a year", lambda n, _: 1e3 * saved(n, "co2_mt", True), of=p),
            row("work moved, GWh of IT", lambda n, _: case(n, True, True)["moved_gwh"], of=p),
            row("saved, USD a year per kW movable", lambda n, _: saved(n, "cost_usd", True) / flexible_kw[n] if flexible_kw[n] else 0.0, 1, of=p),
            row("saved, USD per MWh of IT moved", lambda n, _: saved(n, "cost_usd", True, 1e3) / case(n, True, True)["moved_gwh"]
                if case(n, True, True)["moved_gwh"] > 1e-6 else 0.0, 1, of=p),
        ]),
    ]


def heads(found):
    return ["without", *(name.upper() for name in found["percentiles"])]


def text(region, found):
    """The tables as text."""
    lines = [f"{region['name']}: will electricity run short?", *found["about"], ""]
    for title, rows in tables(region, found):
        lines.append(title.ljust(LABEL) + "".join(head.rjust(COLUMN) for head in heads(found)) if len(title) < LABEL else title)
        if len(title) >= LABEL:
            lines.append(" " * LABEL + "".join(head.rjust(COLUMN) for head in heads(found)))
        lines += ["  " + label.ljust(LABEL - 2) + "".join(value.rjust(COLUMN) for value in values) for label, values in rows]
        lines.append("")
    return "\n".join(lines).rstrip()


def markdown(region, found, doubt=None):
    """The same as Markdown."""
    lines = [" ".join(found["about"]), ""]
    for title, rows in tables(region, found):
        lines += [f"| {title} | {' | '.join(heads(found))} |", "|---|" + "---:|" * len(heads(found))]
        lines += [f"| {label} | {' | '.join(values)} |" for label, values in rows]
        lines.append("")
    for title, head, rows in doubt or []:
        lines += [f"| {title} | {' | '.join(head)} |", "|---|" + "---:|" * len(head)]
        lines += [f"| {label} | {' | '.join(values)} |" for label, values in rows]
        lines.append("")
    return "\n".join(lines).rstrip()


def doubt_text(doubt):
    """The tables of --doubt as text."""
    lines = []
    for title, head, rows in doubt:
        widths = [max(len(head[i]), *(len(values[i]) for _, values in rows)) + 1 for i in range(len(head))]
        label = max(len(title), *(len(row[0]) for row in rows))
        lines.append(title.ljust(label) + "".join(h.rjust(w) for h, w in zip(head, widths)))
        lines += [name.ljust(label) + "".join(v.rjust(w) for v, w in zip(values, widths)) for name, values in rows]
        lines.append("")
    return "\n".join(lines).rstrip()


def flat(found):
    """One record a case, for CSV and JSON."""
    for (percentile, build, flexible), case in found["cases"].items():
        record = {"load": percentile or "without", "build": build, "flexible": flexible}
        for key, value in case.items():
            if isinstance(value, dict):
                record |= {f"{key}.{name}": amount for name, amount in value.items()}
            else:
                record[key] = value
        yield record


def write(folder, region, found, doubt=None):
    """The folder, whole or not at all."""
    folder = Path(folder)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.resolve().parent))
    try:
        records = list(flat(found))
        names = list(dict.fromkeys(key for record in records for key in record))
        with open(part / "cases.csv", "w", newline="", encoding="utf-8") as file:
            rows = csv.DictWriter(file, names, lineterminator="\n")
            rows.writeheader()
            rows.writerows(records)
        whole = {"region": region.toml, "about": found["about"], "inputs": found["inputs"], "loads": found["loads"], "cases": records}
        if doubt:
            whole["doubt"] = [{"title": title, "columns": head, "rows": dict(rows)} for title, head, rows in doubt]
        (part / "adequacy.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
        (part / "adequacy.md").write_text(markdown(region, found, doubt) + "\n", encoding="utf-8")
        part.chmod(0o755)
        part.rename(folder)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise Wrong(folder, error.strerror, "choose another folder with -o") from None


def check_free(folder):
    """Fails before an hour of work where the results cannot be left."""
    folder = Path(folder)
    if folder.exists():
        raise Wrong(folder, "exists", "choose another folder with -o, or move it away: nothing is overwritten")
    if not folder.resolve().parent.is_dir():
        raise Wrong(folder, "its parent is no folder", "make it first")
