"""Boards and dates → the words that all charts of boards share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from openlead.charts import Source, theme
from openlead.knowledge import repository
from openlead.ledger import Entry, Snapshot
from openlead.numbers import Numbers, Question, printed

CHINA = theme.COLOURS["cn"]
LETTERS = {"China": "C", "United States": "U", "Europe": "E", "other": "o", "unknown": "?"}


def source(snapshot: Snapshot) -> Source:
    """The source line of a board."""
    board = snapshot.board
    return Source(board.attribution, snapshot.date.isoformat(), board.url, board.licence)


def short(snapshot: Snapshot) -> str:
    """The board's short name, without the remark on its tests."""
    return snapshot.board.short.partition(",")[0]


def measure(snapshot: Snapshot) -> str:
    """Which board, and what its score is."""
    return f"{short(snapshot)}, {snapshot.board.score}"


def day(date: dt.date | str) -> str:
    """A date in full."""
    return printed(dt.date.fromisoformat(str(date)), "date")


def signed(value: float, digits: int = 1) -> str:
    """A difference with its sign."""
    return ("+" if value > 0 else "") + printed(value, "count", digits)


def lettered(present: Iterable[str]) -> dict[str, str]:
    """The regions *present* as keys name them, each behind the letter that stands for it."""
    return {name: f"{sign}  {name}" for name, sign in LETTERS.items() if name in set(present)}


def asked(numbers: Numbers, board: str, when: str, variant: str = "") -> Question | None:
    """
    *board* as of `then` or `last`, None where it has no open models or is too old to answer for then.

    Raises:
        KeyError: no such board, or another *when*; the message is for an editor.
    """
    if when not in {"then", "last"}:
        raise KeyError(f'"{when}" is no time; write then or last')
    question = numbers.question(board, numbers.then if when == "then" else numbers.edition, variant)
    if question is None or question.open.empty:
        return None
    date = min(numbers.then, numbers.edition)
    return question if when == "last" or question.standing.snapshot.answers(date) else None


def monthly(numbers: Numbers, board: str) -> list[Entry]:
    """The last snapshot of a board in each month, as far as the edition knows."""
    entries = numbers.standings.ledger.history(board).entries
    return list({f"{e.date:%Y-%m}": e for e in entries if e.date <= numbers.edition}.values())


def stem(model: str) -> str:
    """A model's name without namespace, case, and the words for its first base or chat release."""
    name = repository(model).lower().replace(" ", "-").removesuffix("-(v1)")
    return name.removesuffix("-base").removesuffix("-chat")
