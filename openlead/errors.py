"""What can be wrong with a report, said so that an editor can mend it: where, what, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """One fault: the file, the line (1 for the first, 0 for the file as a whole), and the words."""

    path: Path
    line: int
    message: str

    def text(self, root: Path) -> str:
        """`path:line: message`, the path relative to *root* where it lies below it."""
        path = self.path.relative_to(root) if self.path.is_relative_to(root) else self.path
        return f"{path.as_posix()}:{self.line}: {self.message}"


class ReportError(Exception):
    """The report cannot be built; carries every problem found, in file and line order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(f"{p.path}:{p.line}: {p.message}" for p in self.problems))


def suggestion(word: str, known: Sequence[str]) -> str:
    """The clause "; did you mean …?" for a mistyped *word*, or an empty text when nothing is near."""
    near = get_close_matches(word, known, n=1)
    return f'; did you mean "{near[0]}"?' if near else ""
