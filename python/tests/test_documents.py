"""The notebook and the examples of the documentation run as written."""

import re
import subprocess
import sys

import pytest
from conftest import ROOT


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text()
    return re.findall(rf"^```{re.escape(language)}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_the_examples_of_the_documentation(command, tmp_path):
    (first,), (setpoints,) = blocks("README.md", "toml first.toml"), blocks("docs/studies.md", "toml setpoints.toml")
    (tmp_path / "first.toml").write_text(first)
    (tmp_path / "warmer.toml").write_text(first.replace('"first"', '"warmer"').replace("supply_c = 24", "supply_c = 27"))
    (tmp_path / "setpoints.toml").write_text(setpoints)
    command("new", "my-hall", cwd=tmp_path)
    examples = blocks("docs/python.md", "python")
    assert len(examples) >= 5
    (tmp_path / "examples.py").write_text("\n".join(examples))
    done = subprocess.run([sys.executable, "examples.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "did you mean 'supply_c'?" in done.stdout


def test_the_notebook(tmp_path):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    notebook = nbformat.read(ROOT / "python" / "examples" / "first_steps.ipynb", as_version=4)
    # Kept without outputs, so that they cannot be out of date.
    assert not any(cell.get("outputs") for cell in notebook.cells)
    nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    shown = str([cell.get("outputs") for cell in notebook.cells])
    for part in ("ratios.pue", "did you mean", "supply_c"):
        assert part in shown, part
