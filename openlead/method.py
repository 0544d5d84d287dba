"""Articles and numbers → how far each bound of the rules can move before a verdict does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_type_hints

from openlead.claims.base import Percent, Share
from openlead.content import Article, Part, points
from openlead.numbers import Numbers, printed

MOVE = 5  # percentage points


@dataclass(frozen=True)
class Moved:
    """A part's verdict on a day with one of its bounds lower by MOVE, as it is, and higher."""

    point: int
    part: Part
    bound: str
    day: str
    verdicts: tuple[str, str, str]


def sensitivity(articles: Sequence[Article], numbers: Numbers) -> list[Moved]:
    """Every bound that is a share, moved down and up on each day asked; it stops at 0 and at 100 %."""
    return [
        moved
        for article, front in points(articles)
        for part, rule in zip(front.parts, article.rules, strict=True)
        for when in part.asked
        for moved in _bounds(
            front.point, part, rule, numbers, numbers.then if when == "then" else numbers.edition
        )
    ]


def _bounds(point: int, part: Part, rule: Any, numbers: Numbers, day: dt.date) -> Iterator[Moved]:
    for name, hint in get_type_hints(type(rule), include_extras=True).items():
        if hint not in (Share, Percent):
            continue
        whole = 1 if hint == Share else 100
        value, step = getattr(rule, name), MOVE * whole / 100
        low, same, high = (
            replace(rule, **{name: round(min(max(value + by, 0), whole), 6)})
            .judge(numbers, day)
            .verdict
            for by in (-step, 0, step)
        )
        bound = f"{name.replace('_', ' ')}, {100 * value / whole:.3g}%"
        yield Moved(point, part, bound, printed(day, "date"), (low, same, high))
