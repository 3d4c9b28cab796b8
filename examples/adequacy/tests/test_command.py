"""The command line, from end to end, at means of six hours."""

import json
import subprocess
import sys

from conftest import HERE


def command(*arguments):
    return subprocess.run([sys.executable, HERE / "will_it_run_short.py", *map(str, arguments)], capture_output=True, text=True)


def test_an_answer_of_80_columns_twice_the_same(tmp_path):
    runs = [command("--hours-step", 6, "--percentile", "p50", "--jobs", jobs, "-o", tmp_path / name) for name, jobs in (("a", 1), ("b", 2))]
    for run in runs:
        assert (run.returncode, run.stderr) == (0, "")
    assert runs[0].stdout == runs[1].stdout
    assert max(map(len, runs[0].stdout.splitlines())) <= 80
    assert "LOLE" in runs[0].stdout and "What the data centres cause" in runs[0].stdout
    for name in ("adequacy.json", "cases.csv", "adequacy.md"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    found = json.loads((tmp_path / "a" / "adequacy.json").read_text())
    cases = {(case["load"], case["build"], case["flexible"]): case for case in found["cases"]}
    assert len(cases) == 6
    firm, flexible, without = (cases[key] for key in (("p50", True, False), ("p50", True, True), ("without", True, False)))
    assert without["cost_usd"] < flexible["cost_usd"] <= firm["cost_usd"]
    assert cases[("p50", False, False)]["lole_h"] > cases[("without", False, False)]["lole_h"]
    again = command("--hours-step", 6, "-o", tmp_path / "a")
    assert again.returncode == 2 and "nothing is overwritten" in again.stderr


def test_wrong_input_is_said_and_leaves_nothing(tmp_path):
    for arguments, said in [
        (["--load", tmp_path / "none.csv"], "none.csv"),
        (["--set", "demand.twh=x"], "write a number"),
        (["--hours-step", 7], "does not divide"),
        (["--hours-step", 0], "is not 1 or more"),
        (["--seed", -1], "is not 1 or more"),
        (["--region", tmp_path], "region.toml"),
    ]:
        run = command(*arguments, "-o", tmp_path / "out")
        assert run.returncode == 2, run.stderr
        assert "error: " in run.stderr and said in run.stderr and "Traceback" not in run.stderr
        assert list(tmp_path.iterdir()) == []
