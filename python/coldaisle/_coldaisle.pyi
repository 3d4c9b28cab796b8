"""Types of the module in Rust; the package `coldaisle` documents it."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, final

_Path = str | os.PathLike[str]

__version__: str

class ScenarioError(ValueError):
    """What was given is wrong: it says where, what is wrong, and what would be right."""

    file: Path | None
    """The file at fault, where it is known."""
    line: int | None
    """The line, from 1."""
    column: int | str | None
    """The column in a line of a scenario, from 1; or the name of a column of a data file."""
    key: str | None
    """The key at fault, dotted."""
    what: str
    """What is wrong."""
    cure: str
    """What would be right; may be empty."""

class RunError(RuntimeError):
    """A run failed, or its results could not be written."""

@final
class Table:
    """A table in Arrow's memory layout, which pyarrow, Polars, pandas and DuckDB take without a copy."""

    @property
    def column_names(self) -> list[str]:
        """Names of the columns, with their units."""
    @property
    def warnings(self) -> list[str]:
        """What the user should know of the figures."""
    def to_pydict(self) -> dict[str, list[Any]]:
        """A dict with a list of values for each column."""
    def __getitem__(self, column: str, /) -> list[Any]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __len__(self) -> int: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    @classmethod
    def _unpack(cls, bytes: bytes, warnings: Sequence[str]) -> Table: ...

@final
class Study:
    """A study file, read and checked: its variations are numbered from 0, and each can be run by itself."""

    def __new__(
        cls, path: _Path, set: Mapping[str, Any] | None = None, *, sensitivity: str | None = None
    ) -> Study: ...
    @property
    def path(self) -> Path:
        """The study file."""
    @property
    def name(self) -> str:
        """Its name."""
    @property
    def inputs(self) -> list[str]:
        """Columns of the inputs: the axes."""
    @property
    def outputs(self) -> list[str]:
        """Columns of the outputs: figures of the summary."""
    @property
    def description(self) -> list[tuple[str, str]]:
        """What would be run, a label and a line each."""
    def variations(self) -> Table:
        """The inputs of all variations: a table with a row each."""
    def check(self) -> list[str]:
        """Resolves every variation; runs nothing. Returns what is wrong with some of them."""
    def row(self, variation: int) -> dict[str, Any]:
        """Runs one variation, on this thread alone, and returns its row."""
    def gather(self, rows: Iterable[Mapping[str, Any]], out: _Path | None = None) -> Table:
        """Puts the rows of all variations, in any order, together to the table of `coldaisle sweep`."""
    def __len__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    @staticmethod
    def _read(path: _Path, sets: Sequence[str], sensitivity: str | None) -> Study: ...

def run(
    scenario: _Path,
    set: Mapping[str, Any] | None,
    seed: int | None,
    tables: Sequence[str],
    jobs_sample: float,
    out: _Path | None,
    threads: int,
) -> dict[str, Any]: ...
def validate(scenario: _Path, set: Mapping[str, Any] | None) -> dict[str, Any]: ...
def compare(scenarios: Sequence[_Path], set: Mapping[str, Any] | None, threads: int) -> Table: ...
def sweep_all(study: Study, out: _Path | None, keep: bool, threads: int) -> Table: ...
def sensitivity(study: Study, out: _Path | None, threads: int) -> Table: ...
def optimise(study: Study, out: _Path | None, threads: int) -> Table: ...
def kinds() -> list[str]: ...
def entries(kind: str) -> Table: ...
def entry(kind: str, name: str) -> dict[str, Any]: ...
def doubts() -> Table: ...
