"""Boards and facts → figures: pictures with their words and their table."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
from altair.utils.schemapi import debug_mode

from openlead.charts import theme
from openlead.charts.theme import Width
from openlead.converter import Converter
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


def drawn(figures: Iterable[Figure]) -> list[Drawn]:
    """
    Each figure with both drawings as SVG.

    A second process turns specifications into pictures while this one makes the next figure.
    """
    made: list[Figure] = []
    with debug_mode(False), Converter() as converter:
        for figure in figures:
            made.append(figure)
            for width in theme.WIDTHS:
                converter.give(theme.specified(figure.draw(width)))
        pictures = iter(converter.pictures())
    return [
        Drawn(f, *(theme.svg(next(pictures), f.description) for _ in theme.WIDTHS)) for f in made
    ]


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
    pictures = {d.figure.id: d for d in drawn(_made(numbers, declared, path, found))}
    if found:
        raise ReportError(found)
    return {name: pictures.get(name) for name in declared}


def _made(
    numbers: Numbers,
    declared: Mapping[str, Mapping[str, Any]],
    path: Path,
    found: list[Problem],
) -> Iterator[Figure]:
    """The declared figures for which the record holds something; faults go to *found*."""
    known = kinds()
    for name, given in declared.items():
        arguments = dict(given)
        kind = str(arguments.pop("kind", ""))
        if kind not in known:
            near = suggestion(kind, list(known)) or f"; known: {', '.join(known)}."
            message = f'chart "{name}": no kind "{kind}"{near}'
            found.append(Problem(path, _line(path, name), message))
            continue
        try:
            inspect.signature(known[kind]).bind(numbers, **arguments)
            figure = known[kind](numbers, **arguments)
        except (TypeError, KeyError) as error:
            message = f'chart "{name}": {error.args[0]}; correct its arguments.'
            found.append(Problem(path, _line(path, name), message))
            continue
        if figure:
            yield replace(figure, id=name)


def _line(path: Path, name: str) -> int:
    """The line on which a chart is declared."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((n for n, text in enumerate(lines, 1) if text.strip() == f"[charts.{name}]"), 1)
