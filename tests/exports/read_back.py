"""Exports read back: by the tool itself where it installs from PyPI, else by pandas against the written description.

    read_back.py EXPORTS RUN FORECAST

EXPORTS holds run-FORMAT, run15-FORMAT and forecast-FORMAT. What is read is compared with the tables of the results, interval by
interval; the first difference ends the program with status 1.
"""

import json
import logging
import pathlib
import shutil
import sys
import tempfile
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

USES = ["it", "cooling", "other"]


class Wrong(Exception):
    pass


def same(found, expected, what):
    """Every value to a millionth of the largest, and the energy to a millionth."""
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    if found.shape != expected.shape:
        raise Wrong(f"{what}: shape {found.shape} in place of {expected.shape}")
    far = np.abs(found - expected).max() / np.abs(expected).max()
    energy = abs(found.sum() - expected.sum()) / abs(expected.sum())
    if not (far < 1e-6 and energy < 1e-6):
        raise Wrong(f"{what}: values off by {far:.2g}, energy by {energy:.2g}")


def run_table(folder):
    """MW by use of a run, and the intervals of an hour."""
    rows = pd.read_csv(folder / "timeseries.csv", parse_dates=["time"])
    table = pd.DataFrame({"it": rows.it_kw, "cooling": rows.cooling_kw}) / 1e3
    table["other"] = rows.facility_kw / 1e3 - table.it - table.cooling
    table.index = rows.time
    hours = (rows.time[1] - rows.time[0]).total_seconds() / 3600
    return table, round(1 / hours)


def forecast_tables(folder):
    """MW by use, by year and band."""
    about = json.loads((folder / "forecast.json").read_text())
    tables = {}
    for year in range(about["first_year"], about["last_year"] + 1):
        rows = pd.read_csv(folder / f"load_8760_{year}.csv")
        for band in ("p10", "p50", "p90"):
            tables[year, band] = pd.DataFrame({use: rows[f"{use}_mw_{band}"] for use in USES})
    return tables, about


def dates(year, rows):
    """Starts of the intervals of a year without 29 February."""
    index = pd.date_range(f"{year}-01-01", f"{year + 1}-01-01", freq=pd.Timedelta(hours=8760 / rows), inclusive="left")
    return index[~((index.month == 2) & (index.day == 29))]


def by_band(export, expected):
    """Folder and table of each profile of a format that has one year."""
    year = max(year for year, _ in expected)
    for (of, band), table in expected.items():
        if of == year:
            yield (export / band if band else export), year, band, table


# --- by the tool itself


def pypsa(export, expected, about):
    import pypsa as tool

    for folder, year, _, table in by_band(export, expected):
        network = tool.Network()
        network.import_from_csv_folder(folder)
        network.consistency_check(strict="all")
        same(network.loads_t.p_set[[f"dc_{use}" for use in USES]], table, f"{folder}")
        if not isinstance(network.snapshots, pd.DatetimeIndex) or not (network.snapshots == dates(year, len(table))).all():
            raise Wrong(f"{folder}: snapshots are not the times of {year}")
        weights = network.snapshot_weightings
        energy = (network.loads_t.p_set.sum(axis=1) * weights.objective).sum()
        same([energy], [table.to_numpy().sum() * 8760 / len(table)], f"{folder}: weighted energy")
        if set(network.loads.bus) != set(network.buses.index):
            raise Wrong(f"{folder}: loads at another bus")


def antares(export, expected, about):
    import antares.craft as tool

    area = json.loads((export / "export.json").read_text())["zone"].lower()
    draws = about and pd.read_csv(about["folder"] / f"draws_8760_{about['last_year']}.csv").drop(columns="hour")
    table = next(iter(expected.values()))
    hourly = table.sum(axis=1).to_numpy().reshape(8760, -1).mean(axis=1).reshape(8760, 1) if draws is None else draws
    with tempfile.TemporaryDirectory() as place:
        study = tool.create_study_local("study", "9.2", pathlib.Path(place))
        study.create_area(area)
        shutil.copy(export / f"load_{area}.txt", pathlib.Path(place, "study/input/load/series", f"load_{area}.txt"))
        study = tool.read_study_local(pathlib.Path(place, "study"))
        same(study.get_areas()[area].get_load_matrix(), hourly, f"{export}")


def opendss(export, expected, about):
    from dss import DSS

    for folder, _, _, table in by_band(export, expected):
        rows, zone = len(table), json.loads((export / "export.json").read_text())["zone"]
        DSS.AllowForms = False

        def do(command):
            DSS.Text.Command = command
            if DSS.Error.Number:
                raise Wrong(f"{folder}: {command}: {DSS.Error.Description}")

        do("clear")
        # A strong source, so that the voltage stays at its base.
        do(f"new circuit.grid basekv=34.5 bus1={zone} mvasc3=1e9 mvasc1=1e9")
        do(f'redirect "{folder.resolve()}/loads.dss"')
        do("set voltagebases=[34.5]")
        do("calcvoltagebases")
        for use in USES:
            do(f"new monitor.dc_{use} element=load.dc_{use} terminal=1 mode=1 ppolar=no")
        do(f"set mode=yearly stepsize={60 * 8760 // rows}m number={rows}")
        do("solve")
        monitors = DSS.ActiveCircuit.Monitors
        for use in USES:
            monitors.Name = f"dc_{use}"
            kw = sum(np.asarray(monitors.Channel(channel), dtype=float) for channel in (1, 3, 5))
            same(kw / 1e3, table[use], f"{folder}: solved {use}")


def switch(export, expected, about):
    from switch_model.utilities import create_model

    for folder, year, _, table in by_band(export, expected):
        with tempfile.TemporaryDirectory() as inputs:
            shutil.copytree(folder, inputs, dirs_exist_ok=True)
            financials = "base_financial_year,interest_rate,discount_rate\n2020,0.05,0.05\n"
            pathlib.Path(inputs, "financials.csv").write_text(financials)
            modules = ["timescales", "financials", "balancing.load_zones", "balancing.unserved_load"]
            model = create_model([f"switch_model.{module}" for module in modules], args=[])
            model.options.input_aliases = []
            read = model.load_inputs(inputs_dir=inputs)
            (zone,) = read.LOAD_ZONES
            points = list(read.TIMEPOINTS)
            same([read.zone_demand_mw[zone, point] for point in points], table.sum(axis=1), f"{folder}")
            energy = sum(read.zone_demand_mw[zone, point] * read.tp_weight_in_year[point] for point in points)
            same([energy], [table.to_numpy().sum() * 8760 / len(table)], f"{folder}: weighted energy")
            stamps = [f"{int(read.tp_timestamp[point])}" for point in points]
            if stamps != [f"{time:%Y%m%d%H%M}" for time in dates(year, len(table))]:
                raise Wrong(f"{folder}: timestamps")


# --- against a written description


def hours(table):
    """MW of all uses by the hour."""
    return table.sum(axis=1).to_numpy().reshape(8760, -1).mean(axis=1)


def genx(export, expected, about):
    for folder, _, _, table in by_band(export, expected):
        rows = pd.read_csv(folder / "Demand_data.csv")
        head = (
            "Voll Demand_Segment Cost_of_Demand_Curtailment_per_MW Max_Demand_Curtailment $/MWh Rep_Periods Timesteps_per_Rep_Period "
            "Sub_Weights Time_Index Demand_MW_z1"
        )
        if list(rows.columns) != head.split():
            raise Wrong(f"{folder}: columns {list(rows.columns)}")
        # As GenX reads them: what is given once stands in the first row.
        first = rows.iloc[0]
        if (first.Rep_Periods, first.Timesteps_per_Rep_Period, first.Sub_Weights) != (1, 8760, 8760):
            raise Wrong(f"{folder}: periods {first}")
        if rows.iloc[1:, :8].notna().any().any() or list(rows.Time_Index) != list(range(1, 8761)):
            raise Wrong(f"{folder}: rows")
        same(rows.Demand_MW_z1, hours(table), f"{folder}")


def reeds(export, expected, about):
    zone = json.loads((export / "export.json").read_text())["zone"]
    offset = json.loads((export / "export.json").read_text())["utc_offset_h"]
    for band in sorted({band for _, band in expected}):
        end = f"{zone}_{band}" if band else zone
        years = sorted(year for year, of in expected if of == band)
        sites = pd.read_csv(export / f"loadsite_{end}.csv", comment="#")
        if list(sites.columns) != ["*loadsitereg", "t", "MW"] or list(sites.t) != years:
            raise Wrong(f"{export}: loadsite {sites}")
        rows = pd.read_csv(export / f"load_hourly_{end}.csv", comment="#")
        for year, mw in zip(years, sites.MW):
            table = hours(expected[year, band])
            same([mw * 8760], [table.sum()], f"{export}: energy of {year}")
            of_year = rows[rows.year == year]
            # Each hour in Central Time is found again in local time, across the year's end.
            central = pd.to_datetime(of_year.datetime).dt.tz_localize(None)
            local = dates(year, 8760)
            if len(central) != 8760 or not (central.to_numpy() == local).all():
                raise Wrong(f"{export}: times of {year}")
            where = (np.arange(8760) + int(offset + 6)) % 8760
            same(of_year[zone], table[where], f"{export}: hours of {year}")


def one_column(name, header):
    def read(export, expected, about):
        year = max(year for year, _ in expected)
        for (of, band), table in expected.items():
            if of != year:
                continue
            stem = f"{year}_{band}" if band else f"{year}"
            path = export / name.format(stem=stem)
            rows = pd.read_csv(path, header=header)
            if len(rows) % 8760 or rows.shape[1] != 1:
                raise Wrong(f"{path}: {rows.shape}")
            same(rows.iloc[:, 0] / 1e3, table.sum(axis=1), f"{path}")
            yield stem, table

    return read


def reopt(export, expected, about):
    for stem, table in one_column("load_{stem}.csv", None)(export, expected, about):
        inputs = json.loads((export / f"electric_load_{stem}.json").read_text())
        load = inputs["ElectricLoad"]
        if load != {"path_to_csv": f"load_{stem}.csv", "year": int(stem[:4])}:
            raise Wrong(f"{export}: {load}")
        if len(table) != 8760 * inputs["Settings"]["time_steps_per_hour"]:
            raise Wrong(f"{export}: steps")


def sam(export, expected, about):
    for stem, _ in one_column("load_{stem}.csv", 0)(export, expected, about):
        header = (export / f"load_{stem}.csv").read_text().splitlines()[0]
        if "kW" not in header or "UTC" not in header or stem[:4] not in header:
            raise Wrong(f"{export}: {header}")


def homer(export, expected, about):
    for stem, table in one_column("load_{stem}.txt", None)(export, expected, about):
        for use in USES:
            same(pd.read_csv(export / f"part_{use}_{stem}.txt", header=None)[0] / 1e3, table[use], f"{export} {use}")


def plexos(export, expected, about):
    for band in sorted({band for _, band in expected}):
        end = f"_{band}" if band else ""
        names = pd.read_csv(export / f"load_names{end}.csv")
        periods = pd.read_csv(export / f"load_periods{end}.csv")
        for (year, of), table in expected.items():
            if of != band:
                continue
            steps = len(table) // 365
            rows = names[names.Year == year]
            date = pd.to_datetime(rows[["Year", "Month", "Day"]])
            leap = ((date.dt.month == 2) & (date.dt.day == 29)).to_numpy()
            days = 366 if year % 4 == 0 else 365
            if len(rows) != days * steps or list(rows.Period) != list(range(1, steps + 1)) * days:
                raise Wrong(f"{export}: periods of {year}")
            if not (date[~leap].to_numpy() == dates(year, len(table)).normalize()).all():
                raise Wrong(f"{export}: days of {year}")
            for use in USES:
                same(rows[f"dc_{use}"][~leap], table[use], f"{export}: {use} of {year}, names in columns")
                wide = periods[(periods.Name == f"dc_{use}") & (periods.Year == year)]
                flat = wide[[str(period) for period in range(1, steps + 1)]].to_numpy().ravel()
                same(flat, rows[f"dc_{use}"], f"{export}: {use} of {year}, both layouts")


TOOLS = [pypsa, antares, opendss, switch, genx, reeds, reopt, sam, homer, plexos]
HOURLY = {"genx", "reeds", "antares"}


def check(tool, exports, run, forecast):
    for kind, folder in [("run", run), ("run15", run)]:
        export = exports / f"{kind}-{tool.__name__}"
        if not export.is_dir():
            continue
        table, per_hour = run_table(folder)
        if kind == "run" or tool.__name__ in HOURLY:
            table = table.groupby(np.arange(len(table)) // per_hour).mean()
        tool(export, {(2026, None): table}, None)
    tables, about = forecast_tables(forecast)
    about["folder"] = forecast
    tool(exports / f"forecast-{tool.__name__}", tables, about)


def main():
    exports, run, forecast = map(pathlib.Path, sys.argv[1:4])
    tools = [tool for tool in TOOLS if not sys.argv[4:] or tool.__name__ in sys.argv[4:]]
    for tool in tools:
        try:
            check(tool, exports, run, forecast)
        except Wrong as wrong:
            print(f"{tool.__name__}: {wrong}", file=sys.stderr)
            return 1
        print(f"{tool.__name__}: read back")
    return 0


if __name__ == "__main__":
    sys.exit(main())
