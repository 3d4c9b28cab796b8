"""What the functions of the package return."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ._coldaisle import Table


@dataclass(frozen=True)
class Result:
    """A finished run."""

    name: str
    """Name of the scenario."""
    summary: dict[str, dict[str, Any]]
    """Figures by group, as in ``summary.json``: ``summary["ratios"]["pue"]``. What is not known is not there."""
    figures: dict[str, float]
    """The same, flat: ``figures["ratios.pue"]``; those of a table within a group are joined to it, as ``jobs.wait_s_mean``."""
    warnings: list[str]
    """What the user should know of the run."""
    scenario: str
    """The scenario as resolved, with every default filled in (TOML): it leads to the same results from anywhere."""
    folder: Path | None
    """The result folder, where ``out`` asked for one."""
    timeseries: Table | None
    """A row for each interval of recording."""
    racks: Table | None
    """A row for each rack, over the whole run."""
    circuits: Table | None
    """A row for each circuit of facility water, where there are several."""
    jobs: Table | None
    """A row for each job that ended."""
    events: Table | None
    """A row for each event."""
    bill: Table | None
    """A row for each calendar month, where anything has a price."""

    def __repr__(self) -> str:
        pue = self.figures.get("ratios.pue")
        mwh = self.figures.get("energy_mwh.facility")
        parts = [
            f"{mwh:,.1f} MWh" if mwh is not None else "",
            f"PUE {pue:.3f}" if pue is not None else "",
            f"{len(self.warnings)} warnings" if self.warnings else "",
        ]
        return f"<coldaisle.Result {self.name}: {', '.join(part for part in parts if part)}>"


@dataclass(frozen=True)
class Plan:
    """What a scenario would build; see ``validate``. Printed, it reads as ``coldaisle validate`` shows it."""

    name: str
    """Name of the scenario."""
    description: list[tuple[str, str]]
    """What was sized, a label and a line each."""
    gpus: int
    """Accelerators of all halls."""
    design_it_kw: float
    """IT power with every chip at work."""
    days: float
    """Length of the run."""
    will_not_hold: list[str]
    """What will not hold at full load in the extremes of the weather."""
    warnings: list[str]
    """What the user should know of the scenario."""
    scenario: str
    """The scenario as resolved, with every default filled in (TOML)."""

    def __str__(self) -> str:
        lines = [*self.description, *(("will not hold", line) for line in self.will_not_hold)]
        wide = max((len(label) for label, _ in lines), default=0)
        text = [f"{self.name}: valid", *(f"  {label:{wide}}  {line}" for label, line in lines)]
        return "\n".join([*text, *(f"Warning: {warning}" for warning in self.warnings)])
