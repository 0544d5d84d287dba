"""Boards and facts → figures: pictures with their words and their table."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
from altair.utils.schemapi import debug_mode

from openlead.charts import theme
from openlead.charts.theme import Width
from openlead.errors import Problem, ReportError, suggestion
from openlead.numbers import Numbers


@dataclass(frozen=True)
class Source:
    """What a figure rests on, as its last line names it."""

    title: str
    date: str = ""
    url: str = ""
    licence: str = ""


@dataclass(frozen=True, eq=False)
class Figure:
    """
    One picture and everything that must stand beside it.

    `title` says the finding, `subtitle` measure, unit, board and date; `description` is for those
    who cannot see the picture: its type, variables, range and main fact. `table` holds the data
    that the marks show, with headers for readers. `draw` makes the picture for a width.
    """

    id: str
    title: str
    subtitle: str
    description: str
    table: pd.DataFrame
    sources: tuple[Source, ...]
    draw: Callable[[Width], alt.TopLevelMixin]
    note: str = ""


@dataclass(frozen=True, eq=False)
class Drawn:
    """A figure with its two drawings."""

    figure: Figure
    wide: str
    narrow: str


def drawn(figure: Figure) -> Drawn:
    """*figure* with both drawings as SVG."""
    wide, narrow = (theme.svg(figure.draw(width), figure.description) for width in theme.WIDTHS)
    return Drawn(figure, wide, narrow)


def kinds() -> Mapping[str, Callable[..., Figure | None]]:
    """Every chart function by its kind. It returns None when the record holds nothing to draw."""
    from openlead.charts import boards, record  # they import Figure from here

    return {**boards.CHARTS, **record.CHARTS}


def draw(
    numbers: Numbers, declared: Mapping[str, Mapping[str, Any]], path: Path
) -> dict[str, Drawn | None]:
    """
    The charts that the report declares, drawn.

    Args:
        declared: by id, the kind and what it is to show: `{kind = "gap", board = "arena-text"}`.
        path: where they are declared, for messages.

    Raises:
        ReportError: an unknown kind, board or argument, or one that is missing.
    """
    found: list[Problem] = []
    figures: dict[str, Figure | None] = {}
    known = kinds()
    for name, given in declared.items():
        arguments = dict(given)
        kind = str(arguments.pop("kind", ""))
        if kind not in known:
            near = suggestion(kind, list(known)) or f". Known: {', '.join(known)}."
            found.append(
                Problem(path, _line(path, name), f'chart "{name}": no kind "{kind}"{near}')
            )
            continue
        try:
            inspect.signature(known[kind]).bind(numbers, **arguments)
            figure = known[kind](numbers, **arguments)
        except (TypeError, KeyError) as error:
            message = f'chart "{name}": {error.args[0]}; correct its arguments.'
            found.append(Problem(path, _line(path, name), message))
            continue
        figures[name] = replace(figure, id=name) if figure else None
    if found:
        raise ReportError(found)
    with debug_mode(False):  # the tests validate every chart; here it would take half the time
        return {name: drawn(figure) if figure else None for name, figure in figures.items()}


def _line(path: Path, name: str) -> int:
    """The line on which a chart is declared."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((n for n, text in enumerate(lines, 1) if text.strip() == f"[charts.{name}]"), 1)
