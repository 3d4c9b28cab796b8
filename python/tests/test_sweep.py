"""Studies: sweeps, their variations one by one, and the same over Dask."""

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import coldaisle
import polars
import pytest

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
STUDY = EXAMPLES / "study.toml"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def swept(command, tmp_path_factory):
    """What the command line leaves."""
    folder = tmp_path_factory.mktemp("swept") / "there"
    command("sweep", STUDY, "-o", folder, "-q")
    return files(folder)


def test_a_sweep_is_that_of_the_command_line(swept, tmp_path):
    for threads in (1, 3):
        table = coldaisle.sweep(STUDY, out=tmp_path / str(threads), threads=threads)
        assert files(tmp_path / str(threads)) == swept
    assert table == coldaisle.sweep(STUDY)
    assert table.column_names == [
        "variation", "hall.0.cooling.immersion.supply_c", "place",
        "energy_mwh.facility", "ratios.pue", "thermal.max_chip_c", "water_m3.makeup", "failed",
    ]  # fmt: skip
    assert table["variation"] == list(range(6))
    assert table["place"] == ["chicago", "dublin"] * 3
    assert table["failed"] == [""] * 6 and table.warnings == []
    # Finished, it is read.
    assert coldaisle.sweep(STUDY, out=tmp_path / "1") == table


def test_variations_one_by_one_in_any_order_are_the_sweep(swept, tmp_path):
    study = coldaisle.Study(STUDY)
    assert (study.name, len(study), study.path) == ("tanks", 6, STUDY)
    rows = [study.row(variation) for variation in (5, 0, 3, 1, 2, 4)]
    assert rows[1]["place"] == "chicago" and rows[1]["failed"] == ""
    table = study.gather(rows, out=tmp_path / "here")
    assert files(tmp_path / "here") == swept
    assert table == study.gather(iter(rows)) == coldaisle.sweep(study)
    inputs = study.variations()
    assert inputs.column_names == ["variation", *study.inputs]
    assert all(inputs[name] == table[name] for name in inputs.column_names)
    assert [name for name in table.column_names if name in study.outputs] == study.outputs
    assert study.check() == [] and dict(study.description)["runs"].startswith("6")


def test_dask_gives_the_bytes_of_the_command_line(swept, tmp_path):
    """A scheduler and two worker processes on this machine."""
    pytest.importorskip("distributed")
    program = EXAMPLES / "dask_sweep.py"
    done = subprocess.run(
        [sys.executable, program, STUDY, tmp_path / "here"],
        cwd=tmp_path,
        env={**os.environ, "DASK_DISTRIBUTED__DASHBOARD__LINK": ""},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("<coldaisle.Table of 6 rows")
    assert files(tmp_path / "here") == swept
    code = program.read_text().split('"""')[2]
    assert len([line for line in code.splitlines() if line.strip()]) == 10


def test_a_study_is_pickled_by_its_path(tmp_path, monkeypatch):
    monkeypatch.chdir(EXAMPLES)
    packed = pickle.dumps(coldaisle.Study("study.toml", {"hall.0.racks": 3}).row)
    monkeypatch.chdir(tmp_path)
    row = pickle.loads(packed)(1)
    assert row == coldaisle.Study(STUDY, {"hall.0.racks": 3}).row(1) != coldaisle.Study(STUDY).row(1)


def test_a_run_that_fails_has_its_reason(tmp_path):
    path = tmp_path / "study.toml"
    hall = EXAMPLES.parents[1] / "examples" / "hall.toml"
    path.write_text(
        f'name = "x"\nscenario = "{hall}"\noutputs = ["ratios.pue"]\n[set]\nevent = []\n'
        '[[vary]]\nkey = "hall.0.cooling.immersion.supply_c"\nover.values = [38, 900]\n'
    )
    study = coldaisle.Study(path)
    assert "1 of 2 variations cannot be run" in study.check()[0]
    table = coldaisle.sweep(study)
    assert table["ratios.pue"][0] > 1 and table["ratios.pue"][1] is None
    assert "supply_c" in table["failed"][1]
    assert table.warnings == [f"1 run failed; the first is variation 1: {table['failed'][1]}"]
    assert study.gather([study.row(0), study.row(1)]) == table
    wrong = coldaisle.Study(path, {"hall.0.racks": 0})
    with pytest.raises(coldaisle.ScenarioError) as caught:
        coldaisle.sweep(wrong)
    assert "racks" in str(caught.value) and caught.value.cure


def test_wrong_studies_and_rows(hall, tmp_path):
    def refused(function, *args, **kwargs):
        with pytest.raises(coldaisle.ScenarioError) as caught:
            function(*args, **kwargs)
        assert caught.value.cure
        return caught.value

    path = tmp_path / "study.toml"
    path.write_text(STUDY.read_text().replace("over.values", "over.vales").replace("../../examples/", f"{hall.parent}/"))
    error = refused(coldaisle.Study, path)
    assert (error.file, error.line) == (path, 12)
    assert "study" in str(refused(coldaisle.validate, STUDY))
    refused(coldaisle.Study, tmp_path / "none.toml")
    study = coldaisle.Study(STUDY)
    with pytest.raises(IndexError, match="0 to 5"):
        study.row(6)
    rows = [study.row(variation) for variation in range(6)]
    assert "2,4,5" in str(refused(study.gather, [rows[0], rows[1], rows[3]]))
    refused(study.gather, [*rows, {**rows[0], "variation": 6}])
    with pytest.raises(KeyError):
        study.gather([{"variation": 0}])
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "sweep.csv").write_text("mine")
    for function in (study.gather, lambda rows, out: coldaisle.sweep(study, out=out)):
        refused(function, rows, out=tmp_path / "out")
    assert (tmp_path / "out" / "sweep.csv").read_text() == "mine"
    with pytest.raises(TypeError):
        coldaisle.sweep(study, {"hall.0.racks": 3})
    with pytest.raises(TypeError):
        coldaisle.sweep(study, keep=True)


def test_sensitivity_is_that_of_the_command_line(command, tmp_path):
    path = tmp_path / "study.toml"
    text = STUDY.read_text().replace("../../examples/", f"{EXAMPLES.parents[1] / 'examples'}/")
    text = text.replace("over.values = [36, 38, 40]", "drawn.uniform = { low = 36, high = 40 }")
    path.write_text(text)
    for method in ("one_at_a_time", "morris"):
        table = coldaisle.sensitivity(path, method, out=tmp_path / method)
        command("sweep", path, f"--sensitivity={method}", "-o", tmp_path / "there" / method, "-q")
        assert files(tmp_path / method) == files(tmp_path / "there" / method)
        text = polars.read_csv(tmp_path / method / "sensitivity.csv")
        assert text.rows() == polars.DataFrame(table).rows() and text.columns == table.column_names
    with pytest.raises(coldaisle.ScenarioError, match="no method 'moris'"):
        coldaisle.sensitivity(path, "moris")
    study = coldaisle.Study(path, sensitivity="morris")
    assert len(pickle.loads(pickle.dumps(study))) == len(study) != len(coldaisle.Study(path, sensitivity="study"))


def test_the_best_design_is_that_of_the_command_line(command, tmp_path):
    path = tmp_path / "study.toml"
    text = STUDY.read_text().replace("../../examples/", f"{EXAMPLES.parents[1] / 'examples'}/")
    path.write_text(text + '\n[optimise]\naims = ["energy_mwh.facility"]\nlimits = { "thermal.max_chip_c" = 76 }\n')
    table = coldaisle.optimise(path, out=tmp_path / "here")
    command("optimise", path, "-o", tmp_path / "there", "-q")
    here, there = files(tmp_path / "here"), files(tmp_path / "there")
    for name in ("optimise.csv", "front.csv", "best.toml", "optimise.json"):
        assert here[name] == there[name], name
    frame = polars.DataFrame(table)
    assert frame.filter(polars.col("front") == 1)["thermal.max_chip_c"].max() <= 76
    assert set(table["place"]) == {"chicago", "dublin"} and set(table["failed"]) == {""}
    with pytest.raises(coldaisle.ScenarioError, match="optimised"):
        coldaisle.optimise(STUDY)


def test_result_folders_of_the_runs_are_kept_where_asked(tmp_path):
    table = coldaisle.sweep(STUDY, out=tmp_path / "out", keep=True)
    run = coldaisle.compare([tmp_path / "out" / "runs" / str(index) for index in range(6)])
    row = run["figure"].index("ratios.pue")
    assert [run[str(index)][row] for index in range(6)] == table["ratios.pue"]


def test_a_sweep_stopped_by_ctrl_c_goes_on(tmp_path):
    """Rows that are there stay, none is half, and the table is that of a sweep that was never stopped."""
    longer = {"run.days": 60, "run.step_s": 60}
    program = (
        "import coldaisle, signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"study = coldaisle.Study({str(STUDY)!r}, {longer!r})\n"
        "print('begins', flush=True)\n"
        f"try:\n    coldaisle.sweep(study, out={str(tmp_path / 'out')!r})\n    print('ended')\n"
        "except KeyboardInterrupt:\n    print('interrupted', flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    assert process.stdout.readline() == "begins\n"
    journal = tmp_path / "out" / "shards" / "1-of-1.journal"
    rows = lambda: [line for line in journal.read_text().splitlines() if not line.startswith("#")]  # noqa: E731
    while not journal.exists() or not rows():
        time.sleep(0.05)
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[0] == "interrupted\n"
    before = rows()
    assert 0 < len(before) < 6 and not any("stopped" in row for row in before)
    table = coldaisle.sweep(STUDY, longer, out=tmp_path / "out")
    assert table == coldaisle.sweep(STUDY, longer) and table["failed"] == [""] * 6


def test_polars_and_duckdb_read_the_table(tmp_path):
    """The examples of docs/python.md."""
    duckdb = pytest.importorskip("duckdb")
    table = coldaisle.sweep(STUDY, out=tmp_path / "tanks")
    frame = polars.read_parquet(tmp_path / "tanks" / "sweep.parquet")
    assert frame.equals(polars.DataFrame(table))
    best = polars.scan_parquet(tmp_path / "tanks" / "sweep.parquet").filter(polars.col("failed") == "")
    best = best.sort("ratios.pue").group_by("place", maintain_order=True).first().collect()
    text = polars.read_csv(tmp_path / "tanks" / "sweep.csv")
    assert text.columns == frame.columns and text["ratios.pue"].equals(frame["ratios.pue"])
    for file in ("sweep.parquet", "sweep.csv"):
        rows = duckdb.sql(f"""
            select place, min("ratios.pue") as pue from '{tmp_path}/tanks/{file}'
            where coalesce(failed, '') = '' group by place order by place""").fetchall()
        assert rows == sorted(zip(best["place"], best["ratios.pue"], strict=True))
