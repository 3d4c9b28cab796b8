"""The stubs say what the module has."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(*args):
    done = subprocess.run([sys.executable, "-m", *args], cwd=ROOT / "tests", capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_stubs_are_those_of_the_module():
    run("mypy.stubtest", "coldaisle", "--ignore-disjoint-bases", "--allowlist", "stubs.txt")


def test_the_package_is_typed(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import coldaisle\n"
        "result = coldaisle.run('a.toml', set={'run.days': 1})\n"
        "pue: float = result.figures['ratios.pue']\n"
        "names: list[str] = coldaisle.catalogue()['servers']\n"
        "table: coldaisle.Table = coldaisle.catalogue('servers')\n"
        "try:\n    coldaisle.validate('a.toml')\n"
        "except coldaisle.ScenarioError as error:\n    line: int | None = error.line\n"
    )
    run("mypy", "--strict", str(program))
