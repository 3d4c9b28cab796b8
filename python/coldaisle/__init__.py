"""coldaisle: what a hall full of GPUs costs in power, heat, water, carbon, money and waiting.

    >>> import coldaisle
    >>> result = coldaisle.run("hall.toml", set={"run.days": 1, "hall.0.racks": 4})
    >>> result.figures["ratios.pue"]                      # doctest: +SKIP
    1.083
    >>> import polars
    >>> polars.DataFrame(result.timeseries)               # without a copy  # doctest: +SKIP

Scenarios are files; ``set`` changes keys of them, as ``--set`` does on the command line. Tables are Arrow tables: pyarrow,
Polars, pandas and DuckDB take them without a copy. What is wrong in a scenario raises ``ScenarioError``, which names the file, the
line and the cure. Functions that run something release the GIL and end within a moment of Ctrl-C.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, overload

from . import _coldaisle
from ._coldaisle import RunError, ScenarioError, Study, Table, __version__
from ._results import Plan, Result

__all__ = [
    "Plan",
    "Result",
    "RunError",
    "ScenarioError",
    "Study",
    "Table",
    "__version__",
    "catalogue",
    "compare",
    "optimise",
    "run",
    "sensitivity",
    "sweep",
    "validate",
]

_TABLES = ("timeseries", "racks", "circuits", "jobs", "events", "bill")


def run(
    scenario: str | os.PathLike[str],
    set: Mapping[str, Any] | None = None,
    *,
    seed: int | None = None,
    tables: Iterable[str] = _TABLES,
    jobs_sample: float = 1.0,
    out: str | os.PathLike[str] | None = None,
) -> Result:
    """Runs a scenario.

    Args:
        scenario: The scenario file.
        set: Keys to change, dotted or nested: ``{"hall.0.racks": 4}``, ``{"hall": {"north": {"racks": 4}}}``. Entries of
            a list go by number from 0 or by name. A list or dict within a list replaces what is there.
        seed: Seed of the random numbers; replaces the scenario's.
        tables: Tables to return; ``()`` for none: then no file is written.
        jobs_sample: Share of the jobs that have a row in ``jobs``, 0 to 1, chosen by number and seed; figures count all jobs.
        out: Result folder to leave as ``coldaisle run -o`` does, with these tables as Parquet and the hourly load. Without it,
            tables go through a temporary folder that is gone when the function returns.

    Raises:
        ScenarioError: The scenario, a setting or the folder is wrong; nothing has run.
        RunError: The run failed.
    """
    names = [tables] if isinstance(tables, str) else list(tables)
    parts = _coldaisle.run(scenario, set, seed, names, jobs_sample, out, 1)
    folder = parts.pop("folder")
    return Result(folder=None if folder is None else Path(folder), **parts)


def validate(scenario: str | os.PathLike[str], set: Mapping[str, Any] | None = None) -> Plan:
    """Checks a scenario and says what it would build; runs nothing.

    Args:
        scenario: The scenario file.
        set: Keys to change; see ``run``.

    Raises:
        ScenarioError: Something in it is wrong.
    """
    return Plan(**_coldaisle.validate(scenario, set))


def compare(
    scenarios: Iterable[str | os.PathLike[str]],
    set: Mapping[str, Any] | None = None,
    *,
    threads: int = 0,
) -> Table:
    """Runs scenarios side by side.

    Args:
        scenarios: Scenario files, or result folders of earlier runs.
        set: Keys to change in each scenario; see ``run``.
        threads: Threads to run on; 0 for one for each core. Results do not depend on it.

    Returns:
        A row for each figure that one of them has: ``figure``, ``unit``, then a column for each scenario. Its ``warnings`` say among
        other things where the work done is not the same, so that sums should not be compared.

    Raises:
        ScenarioError: One of the scenarios is wrong; nothing has run.
        RunError: One of the runs failed.
    """
    paths = [scenarios] if isinstance(scenarios, (str, os.PathLike)) else list(scenarios)
    return _coldaisle.compare(paths, set, threads)


def sweep(
    study: Study | str | os.PathLike[str],
    set: Mapping[str, Any] | None = None,
    *,
    out: str | os.PathLike[str] | None = None,
    keep: bool = False,
    threads: int = 0,
) -> Table:
    """Runs every variation of a study.

    Args:
        study: The study file, or a study that was read.
        set: Keys to change in every run; see ``run``. A study that was read has its own.
        out: Result folder to leave as ``coldaisle sweep -o`` does. What is finished there stays: a sweep that was stopped goes
            on where it was. Without it, nothing of a sweep that is stopped remains.
        keep: Leave a result folder for each run too, in ``out/runs``.
        threads: Threads to run on; 0 for one for each core. The table does not depend on it.

    Returns:
        A row for each variation: ``variation``, the inputs, the outputs, and ``failed``: the reason, or "". Its ``warnings`` say how
        many runs failed.

    Raises:
        ScenarioError: The study, all of its variations, or the folder is wrong.
        RunError: The results could not be written.
    """
    if not isinstance(study, Study):
        study = Study(study, set)
    elif set is not None:
        raise TypeError("give set to coldaisle.Study, or the path of the study to sweep")
    if keep and out is None:
        raise TypeError("keep leaves folders in that of the sweep: give out")
    return _coldaisle.sweep_all(study, out, keep, threads)


def sensitivity(
    study: str | os.PathLike[str],
    method: str = "study",
    set: Mapping[str, Any] | None = None,
    *,
    out: str | os.PathLike[str] | None = None,
    threads: int = 0,
) -> Table:
    """Measures which axes of a study matter, in place of its sample.

    Args:
        study: The study file.
        method: ``"one_at_a_time"``, ``"morris"`` or ``"sobol"``; ``"study"`` for that of the study file.
        set: Keys to change in every run; see ``run``.
        out: Result folder to leave as ``coldaisle sweep --sensitivity`` does; see ``sweep``.
        threads: Threads to run on; 0 for one for each core.

    Returns:
        A row for each output and axis: ``output``, ``axis``, and the columns of the method, those that matter most first.

    Raises:
        ScenarioError: The study, the method or the folder is wrong.
        RunError: The results could not be written.
    """
    return _coldaisle.sensitivity(Study(study, set, sensitivity=method), out, threads)


def optimise(
    study: str | os.PathLike[str],
    set: Mapping[str, Any] | None = None,
    *,
    out: str | os.PathLike[str] | None = None,
    threads: int = 0,
) -> Table:
    """Seeks the best design of a study under its limits, or the front where its aims conflict.

    Args:
        study: The study file, with a table ``[optimise]``.
        set: Keys to change in every run; see ``run``.
        out: Result folder to leave as ``coldaisle optimise -o`` does, with the scenarios of the best designs; see ``sweep``.
        threads: Threads to run on; 0 for one for each core. The designs do not depend on it.

    Returns:
        A row for each design that was tried: ``design``, the inputs, aims, limits and outputs, ``violation``, ``feasible`` and
        ``front`` (1 or 0), and ``failed``.

    Raises:
        ScenarioError: The study or the folder is wrong.
        RunError: The results could not be written.
    """
    return _coldaisle.optimise(Study(study, set), out, threads)


@overload
def catalogue(kind: None = None, name: None = None) -> dict[str, list[str]]: ...
@overload
def catalogue(kind: str, name: None = None) -> Table: ...
@overload
def catalogue(kind: str, name: str) -> dict[str, Any]: ...
def catalogue(kind: str | None = None, name: str | None = None) -> dict[str, Any] | Table:
    """What is built in, with sources.

    Args:
        kind: ``"servers"``, ``"chillers"``, ``"climates"``, …; or ``"doubt"``: every figure in doubt, with its credible range.
        name: One entry of the kind.

    Returns:
        Without ``kind`` the names of all entries by kind; with it a table of ``name``, ``title`` and ``source``; with ``name``
        too the entry with all of its figures.

    Raises:
        ScenarioError: There is no such kind or entry.
    """
    if kind is None:
        return {kind: _coldaisle.entries(kind)["name"] for kind in _coldaisle.kinds()}
    if name is not None:
        return _coldaisle.entry(kind, name)
    if kind == "doubt":
        return _coldaisle.doubts()
    return _coldaisle.entries(kind)
