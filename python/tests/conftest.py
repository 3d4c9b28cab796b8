"""What the tests share."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def hall() -> Path:
    """Two tanks for four days."""
    return ROOT / "examples" / "hall.toml"


@pytest.fixture(scope="session")
def command():
    """Runs the command line of the same source: `command("run", "hall.toml")`."""
    binary = os.environ.get("COLDAISLE_BINARY", ROOT / "target" / "debug" / "coldaisle")

    def run(*args, cwd=None):
        return subprocess.run([binary, *map(str, args)], cwd=cwd, check=True, capture_output=True, text=True)

    return run
