"""Sourced rows → lanes on an axis of time: what the charts of the record share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from openlead.charts import Source, theme
from openlead.charts.theme import INK, MUTED, PAPER, Layer, Rows, Time, Width, plain
from openlead.facts import Event, Release, first_day, last_day
from openlead.ledger import Board
from openlead.numbers import Numbers

PLACES = {"CN": "China", "US": "United States", "EU": "European Union"}
HUES = {"China": theme.COLOURS["cn"], "United States": theme.COLOURS["us"], "elsewhere": MUTED}


def horizon(numbers: Numbers) -> dt.date:
    """The last day that may be told of: the edition's, or in the newest edition that of the newest event."""
    if numbers.edition < numbers.standings.ledger.newest():
        return numbers.edition
    ends = (last_day(event.date) for event in numbers.standings.facts.events)
    return max([numbers.edition, *ends])


def happened(numbers: Numbers) -> dict[str, Event]:
    """Events that had certainly happened by the horizon, by id."""
    until = horizon(numbers)
    return {e.id: e for e in numbers.standings.facts.events if last_day(e.date) <= until}


def released(numbers: Numbers) -> list[Release]:
    """Models that were certainly out by the horizon."""
    until = horizon(numbers)
    return [row for row in numbers.standings.facts.releases if last_day(row.released) <= until]


def middle(date: str) -> dt.date:
    """The middle of a day, month or year, where its mark stands."""
    return first_day(date) + (last_day(date) - first_day(date)) / 2


def order(names: Iterable[str], name: str) -> int:
    """The place of *name* among *names*; others come last."""
    return [*names, name].index(name)


def plural(count: int, noun: str) -> str:
    """A count with its noun, in words where it is small."""
    return f"{theme.counted(count)} {noun}{'s' * (count != 1)}"


def kept(what: str, dates: Iterable[str]) -> tuple[Source, ...]:
    """The source line of a list that Open Lead keeps itself."""
    return (Source(f"Open Lead, {what}; each row of the list names its source", max(dates)),)


def titled(rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """A table for readers; what others wrote is made plain."""
    return pd.DataFrame(
        {name: plain(cell) if isinstance(cell, str) else cell for name, cell in row.items()}
        for row in rows
    )


def amount(
    name: str, span: tuple[float, float], pixels: theme.Pixels, *, bare: bool = False
) -> alt.X:
    """The channel of an amount, on an axis over the lines; a *bare* one shows neither labels nor grid."""
    scale = alt.Scale(domain=list(span), range=list(pixels), nice=False)
    axis = alt.Axis(orient="top", tickCount=5, labelFlush=False, labels=not bare, grid=not bare)
    return alt.X(f"{name}:Q", scale=scale, axis=axis, title=None)


def choice(name: str, values: Mapping[str, str]) -> dict[str, Any]:
    """A channel from words to colours or shapes, without a key: words on the drawing name them."""
    scale = alt.Scale(domain=list(values), range=list(values.values()))
    return {"shorthand": f"{name}:N", "scale": scale, "legend": None}


def hollow(test: str, hue: str = INK) -> dict[str, Any]:
    """Marks in one hue, hollow where *test* does not hold."""
    fill = alt.condition(test, alt.value(hue), alt.value(PAPER))
    return {"fill": fill, "stroke": alt.value(hue)}


def timeline(
    frame: pd.DataFrame, start: dt.date, end: dt.date, numbers: Numbers, columns: tuple[int, int],
    marks: Callable[[alt.Chart, Time], Sequence[Layer]],
) -> Callable[[Width], alt.LayerChart]:  # fmt: skip
    """The drawing of lines on an axis of time, from the year of *start*, with the article's day."""

    def draw(width: Width) -> alt.LayerChart:
        lines = Rows(width, *columns)
        time = Time(start.replace(month=1, day=1), end, lines.pixels)
        return lines.sheet(
            frame, lambda base, height: [article(time, numbers, height), *marks(base, time)]
        )

    return draw


def article(time: Time, numbers: Numbers, height: float) -> Layer:
    """The rule on the day of the article, named under the lines."""
    return time.mark(numbers.then, f"the article, {numbers.then:%b %Y}", (0, height))


def quarter(date: str) -> pd.Period:
    """The quarter in which the middle of a date lies."""
    return pd.Period(middle(date), "Q")


def quarters(first: pd.Period, last: pd.Period) -> pd.DataFrame:
    """A row a quarter: its name, and the days between which, and around which, its marks stand."""
    every = pd.period_range(first, max(first, last), freq="Q")
    days = {
        name: (every.start_time + pd.Timedelta(days=shift)).strftime("%Y-%m-%d")
        for name, shift in (("start", 3), ("mid", 44), ("end", 86))
    }
    return pd.DataFrame({"name": [f"{q.year}, quarter {q.quarter}" for q in every], **days}, every)


def source(board: Board, day: dt.date) -> Source:
    """The source line of a board or a series."""
    return Source(board.attribution, day.isoformat(), board.url, board.licence)
