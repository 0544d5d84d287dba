"""What every rule has in common: a finding with its reason, and the conditions that it was read from."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

import pandas as pd
from pydantic import Field

from openlead.numbers import VARIANTS, Numbers, Question, Unit, printed
from openlead.standings import Population, Rule

Verdict = Literal[
    "supported",
    "mostly supported",
    "mixed",
    "mostly not supported",
    "not supported",
    "cannot be tested",
]
UNTESTED: Verdict = "cannot be tested"
SCALE: tuple[Verdict, ...] = (
    "not supported", "mostly not supported", "mixed", "mostly supported", "supported",
)  # fmt: skip
CONFIDENCE = ("very low", "low", "moderate", "high")
ONE_CODER = "measures coded by one person"
PLACES = {"CN": "China", "US": "the United States", "EU": "the European Union"}
Share = Annotated[float, Field(ge=0, le=1)]  # a threshold outside its range is an author's slip
Percent = Annotated[float, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=1)]
Reads = Mapping[str, tuple[str, ...]]  # tables of facts, with the coded labels that decide

Sense = Literal["at least", "at most", "above", "below"]


@dataclass(frozen=True)
class Finding:
    """
    What a rule says of a day: the word, the reason in a sentence, and why we are less than sure.

    Each text of `lowered` takes the confidence down one step from "high".
    """

    verdict: Verdict
    reason: str
    lowered: tuple[str, ...] = ()

    @property
    def confidence(self) -> str:
        """One of CONFIDENCE; empty for what cannot be tested."""
        if self.verdict == UNTESTED:
            return ""
        return CONFIDENCE[max(0, len(CONFIDENCE) - 1 - len(self.lowered))]


@dataclass(frozen=True)
class Condition:
    """
    One thing that "supported" needs, as readers see it: a tick, a cross, and how far away it is.

    `met` is None where the record does not hold the value; `distance` is empty where there is none.
    """

    name: str
    value: str
    threshold: str
    met: bool | None
    distance: str = ""


@dataclass(frozen=True)
class Outcome:
    """A finding, and the conditions from which it was read."""

    finding: Finding
    conditions: tuple[Condition, ...] = ()


class Judge:
    """
    A rule whose word and conditions come from one look at the record.

    `reads` names the tables of facts that it reads, each with the coded labels that decide;
    `control` the number that asks whether any other group would do as well.
    """

    __pydantic_config__ = {"extra": "forbid"}
    reads: ClassVar[Reads] = {}
    control: ClassVar[str] = ""

    def alone(self, board: str, population: Population, country: Rule) -> Judge:
        """The same question of one board, population and country rule."""
        return replace(self, boards=(board,), population=population, country=country)  # type: ignore[type-var]

    def leaders(self, numbers: Numbers, day: dt.date) -> Iterator[pd.DataFrame]:
        """The rows that decide: the first of each side on each board."""
        for board in getattr(self, "boards", ()):
            name = variant(self.population, self.country)  # type: ignore[attr-defined]
            if question := answering(numbers, board, day, name):
                yield from (question.ours.head(1), question.others.head(1))

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        raise NotImplementedError

    def outcome(self, numbers: Numbers, day: dt.date) -> Outcome:
        """The finding for *day* and its conditions, from what was known by then."""
        raise NotImplementedError

    def judge(self, numbers: Numbers, day: dt.date) -> Finding:
        """The finding for *day*, from what was known by then."""
        return self.outcome(numbers, day).finding

    def conditions(self, numbers: Numbers, day: dt.date) -> list[Condition]:
        """What "supported" needs, and how far away each of it is on *day*."""
        return list(self.outcome(numbers, day).conditions)


def condition(
    name: str,
    value: float | None,
    threshold: float,
    unit: Unit = "count",
    *,
    sense: Sense = "at least",
    digits: int = 0,
) -> Condition:
    """A quantity against its threshold, with the distance between them."""
    needed = f"{sense} {printed(threshold, unit, digits)}"
    if value is None or math.isnan(value):
        return Condition(name, "unknown", needed, None)
    value = float(value)  # a number of NumPy compares to a truth that is not JSON
    met = {
        "at least": value >= threshold,
        "at most": value <= threshold,
        "above": value > threshold,
        "below": value < threshold,
    }[sense]
    if math.isinf(value):
        return Condition(name, "no limit", needed, met)
    shown = printed(value, unit, digits)
    away = _away(abs(value - threshold), unit, digits)
    return Condition(name, shown, needed, met, f"{away} {'to spare' if met else 'short'}")


def _away(distance: float, unit: Unit, digits: int) -> str:
    """A distance; between two shares it is counted in percentage points."""
    if unit in {"percent", "probability"}:
        points = 100 * distance if unit == "probability" else distance
        return f"{printed(points, 'count', digits)} percentage points"
    return printed(distance, unit, digits)


def untested(reason: str, *conditions: Condition) -> Outcome:
    """Nothing to go by, and why."""
    return Outcome(Finding(UNTESTED, reason), conditions)


def over_boards(words: Sequence[Verdict]) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict of several boards, and what lowers it: one board gives no more than "mostly"."""
    if len(set(words)) > 1:
        return "mixed", ("boards disagree",)
    if len(words) > 1:
        return words[0], ()
    mostly: dict[Verdict, Verdict] = {
        "supported": "mostly supported",
        "not supported": "mostly not supported",
    }
    return mostly.get(words[0], words[0]), ("one board only",)


def between(value: float, low: float, high: float) -> Verdict:
    """Supported from *high* on, not supported up to *low*, mixed between."""
    return "supported" if value >= high else "not supported" if value <= low else "mixed"


def shares(found: int, total: int) -> Verdict:
    """Supported when all were found, mixed when some were."""
    return "supported" if found == total else "mixed" if found else "not supported"


def variant(population: Population, country: Rule) -> str:
    """The name of the variant in which numbers are asked for; "" for the plain one."""
    return next(name for name, known in VARIANTS.items() if known[:2] == (population, country))


def tail(name: str) -> str:
    """What a variant adds to the id of a number."""
    return f".{name}" if name else ""


def answering(numbers: Numbers, board: str, day: dt.date, name: str) -> Question | None:
    """The board in a variant, None where its newest snapshot does not speak for the day."""
    question = numbers.question(board, day, name)
    return question if question and question.standing.snapshot.answers(day) else None


def on(question: Question) -> str:
    """The board and the day of its snapshot, as a phrase."""
    snapshot = question.standing.snapshot
    return f"on {snapshot.board.short} of {printed(snapshot.date, 'date')}"


def optional(numbers: Numbers, name: str) -> float | None:
    """The value of a number that may not be known yet."""
    try:
        value = numbers(name).value
    except KeyError:
        return None
    return value if isinstance(value, float) else None


def shorts(numbers: Numbers, boards: Sequence[str]) -> str:
    """The boards' names, in a row."""
    return ", ".join(numbers.standings.ledger.history(board).board.short for board in boards)


def later(day: dt.date, months: int) -> dt.date:
    """The same day *months* later, or earlier if negative; the last of a shorter month."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = dt.date(years, month + 1, 1)
    following = dt.date(years + (month == 11), (month + 1) % 12 + 1, 1)
    return min(first + dt.timedelta(day.day - 1), following - dt.timedelta(1))


def whole(parts: Sequence[Finding]) -> Finding:
    """
    The verdict on a point: that of the weakest part on which its wording depends.

    A part that fails settles the matter even where another cannot be tested; otherwise a point
    with an untested part cannot be tested as a whole.
    """
    tested = [part for part in parts if part.verdict != UNTESTED]
    weakest = min(tested, key=lambda part: SCALE.index(part.verdict), default=None)
    if weakest and (len(tested) == len(parts) or SCALE.index(weakest.verdict) <= 1):
        return weakest
    return next(
        (part for part in parts if part.verdict == UNTESTED),
        Finding(UNTESTED, "No part is tested."),
    )
