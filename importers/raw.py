"""What the importers share: where raw files come from, and marks as the ledger writes them."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from openlead.ledger import Kind, Origin


@dataclass(frozen=True, eq=False)
class State:
    """A whole board on a day, every cell as text in the ledger's own columns."""

    date: dt.date
    frame: pd.DataFrame
    origin: Origin


def day(path: Path) -> dt.date:
    """The day in a file's name."""
    return dt.date.fromisoformat(path.name[:10])


@cache
def _sources(raw: Path) -> dict[str, dict[str, str]]:
    with (raw / "SOURCES.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def origin(raw: Path, path: Path, read: dt.date, *, kind: Kind = "read") -> Origin:
    """Upstream repository, path and commit of a raw file, as `SOURCES.csv` names them."""
    row = _sources(raw)[path.relative_to(raw).as_posix()]
    source = f"{row['upstream']}: {row['upstream_path']} at {row['upstream_commit'][:12]}"
    return Origin(kind, read, source, row["licence"])


def yes(cells: pd.Series, *, inverted: bool = False) -> pd.Series:
    """TRUE and FALSE as "yes" and "no"; *inverted* where the source writes the opposite of its header."""
    words = {"TRUE": "no", "FALSE": "yes"} if inverted else {"TRUE": "yes", "FALSE": "no"}
    return cells.str.upper().map(words).fillna("")


def variant(precision: pd.Series, commit: pd.Series) -> pd.Series:
    """What tells two rows of one model apart: precision and the first eight digits of the commit."""
    return (precision + " " + commit.str[:8]).str.strip()
