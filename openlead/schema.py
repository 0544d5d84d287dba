"""Files that people edit (CSV, TOML, YAML front matter) → frozen dataclasses, or problems with lines."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Hashable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import TypeAdapter, ValidationError

from openlead.errors import Problem, ReportError, suggestion

T = TypeVar("T")
Line = Callable[[tuple[str | int, ...]], int]


def validate(kind: type[T], value: object, path: Path, line: Line) -> T:
    """
    *value* as a *kind* (a dataclass), every field checked.

    Args:
        kind: a frozen dataclass; its annotations are the schema, unknown fields are refused
            where it says `__pydantic_config__ = {"extra": "forbid"}`.
        line: the line in *path* of a location such as `("parts", 0, "rule")`.

    Raises:
        ReportError: one problem a fault.
    """
    try:
        checked: T = _adapter(cast(Hashable, kind)).validate_python(value)
    except ValidationError as error:
        raise ReportError(
            Problem(path, line(e["loc"]), _message(kind, e)) for e in error.errors()
        ) from None
    return checked


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Building one takes a millisecond; a file of knowledge has hundreds of rows."""
    return TypeAdapter(kind)


def _message(kind: type, error: Mapping[str, Any]) -> str:
    """One pydantic error in the words of an editor."""
    where = ".".join(str(part) for part in error["loc"]) or "the file"
    if error["type"] == "missing":
        return f'"{where}" is missing; add it.'
    if error["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        known = list(getattr(kind, "__dataclass_fields__", {}))
        return f'unknown key "{where}"{suggestion(str(error["loc"][-1]), known) or "."} Remove or rename it.'
    return f'"{where}" is {error["input"]!r}: {error["msg"]}. Correct it.'


def read_csv(path: Path, kind: type[T]) -> list[T]:
    """
    The rows of *path*, each as a *kind*; empty cells are left to the field's default.

    Raises:
        ReportError: the file is missing, its header does not fit, or rows do not; all at once.
    """
    rows: list[T] = []
    problems: list[Problem] = []
    if not path.is_file():
        raise ReportError(
            [Problem(path, 0, "the file is missing; restore it from the repository.")]
        )
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        fields = set(getattr(kind, "__dataclass_fields__", {}))
        for column in set(reader.fieldnames or ()) - fields:
            message = f'unknown column "{column}"{suggestion(column, sorted(fields)) or "."} Remove or rename it.'
            raise ReportError([Problem(path, 1, message)])
        start = 2
        for row in reader:
            line, start = start, reader.line_num + 1
            if None in row or None in row.values():
                problems.append(
                    Problem(path, line, "the row has too many or too few cells; count the commas.")
                )
                continue
            given = {key: cell for key, cell in row.items() if cell != ""}
            try:
                rows.append(validate(kind, given, path, lambda _, at=line: at))  # type: ignore[misc]
            except ReportError as error:
                problems += error.problems
    if problems:
        raise ReportError(problems)
    return rows


def read_toml(path: Path, kind: type[T]) -> T:
    """
    *path* as a *kind*.

    Raises:
        ReportError: missing, not TOML, or of another shape.
    """
    try:
        text = path.read_text(encoding="utf-8")
        value = tomllib.loads(text)
    except FileNotFoundError:
        raise ReportError(
            [Problem(path, 0, "the file is missing; restore it from the repository.")]
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ReportError(
            [Problem(path, getattr(error, "lineno", 1), f"not TOML: {error}.")]
        ) from None
    lines = text.splitlines()

    def line(where: tuple[str | int, ...]) -> int:
        """TOML keeps no marks: the first line that starts with the nearest named key."""
        for key in reversed([part for part in where if isinstance(part, str)]):
            for number, content in enumerate(lines, 1):
                if content.split("=")[0].strip(" []\"'") == key or f".{key}]" in content:
                    return number
        return 1

    return validate(kind, value, path, line)


def read_front_matter(path: Path, kind: type[T]) -> tuple[T, str, int]:
    """
    The front matter of *path* as a *kind*, the text after it, and the line on which that text starts.

    Raises:
        ReportError: no front matter between two lines of `---`, not YAML, or of another shape.
    """
    text = path.read_text(encoding="utf-8")
    head, fence, body = text.removeprefix("---\n").partition("\n---\n")
    if not text.startswith("---\n") or not fence:
        raise ReportError(
            [Problem(path, 1, "no front matter; start with a line of --- and end it with another.")]
        )
    try:
        node = yaml.compose(head, Loader=yaml.SafeLoader)
        value = yaml.safe_load(head)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark.line + 2 if error.problem_mark else 1
        raise ReportError(
            [Problem(path, at, f"front matter: {error.problem}; mend the YAML here.")]
        ) from None

    def line(where: tuple[str | int, ...]) -> int:
        at, found = node, 2
        for part in where:
            if isinstance(at, yaml.MappingNode):
                pairs = {key.value: (key, child) for key, child in at.value}
                if part not in pairs:
                    break
                key, at = pairs[str(part)]
                found = key.start_mark.line + 2
            elif isinstance(at, yaml.SequenceNode) and isinstance(part, int):
                at = at.value[part]
                found = at.start_mark.line + 2
        return found

    return validate(kind, value, path, line), body, head.count("\n") + 4
