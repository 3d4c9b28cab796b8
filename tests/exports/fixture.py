"""A forecast's result folder, as `coldaisle forecast` leaves it: three bands of a year, and draws of the last one."""

import json
import math
import pathlib
import sys

BANDS = {"p10": 0.8, "p50": 1.0, "p90": 1.3}
DRAWS = 7


def load(hour):
    """MW of IT, cooling and the rest in an hour of the year."""
    day = math.sin(hour / 24 * math.tau)
    year = math.cos(hour / 8760 * math.tau)
    it = 950 + 60 * day
    return it, 180 - 70 * year + 20 * day, 0.04 * it


def leave(folder, first_year=2027, last_year=2028):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    about = {
        "name": "fleet", "region": "us-east", "utc_offset_h": -5.0, "first_year": first_year, "last_year": last_year,
        "draws": 1000, "closure": "supply", "profiles": DRAWS,
    }
    (folder / "forecast.json").write_text(json.dumps(about))
    (folder / "run.json").write_text(json.dumps({"program": "coldaisle", "version": "0.1.0", "seed": 7}))
    (folder / "forecast.csv").write_text("year,twh_p50\n")
    for year in range(first_year, last_year + 1):
        growth = 1.1 ** (year - first_year)
        names = [f"{use}_mw_{band}" for band in BANDS for use in ("it", "cooling", "other", "facility")]
        with open(folder / f"load_8760_{year}.csv", "w") as file:
            print("hour", *names, sep=",", file=file)
            for hour in range(8760):
                cells = []
                for factor in BANDS.values():
                    parts = [round(mw * factor * growth, 6) for mw in load(hour + 0.5)]
                    cells += [f"{mw:.6f}" for mw in (*parts, sum(parts))]
                print(hour, *cells, sep=",", file=file)
    with open(folder / f"draws_8760_{last_year}.csv", "w") as file:
        print("hour", *(f"facility_mw_{draw + 1}" for draw in range(DRAWS)), sep=",", file=file)
        for hour in range(8760):
            print(hour, *(f"{sum(load(hour + 0.5)) * (0.7 + 0.1 * draw):.6f}" for draw in range(DRAWS)), sep=",", file=file)


if __name__ == "__main__":
    leave(sys.argv[1])
