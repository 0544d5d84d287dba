"""Stages of a build → a line a stage: moving on a terminal, plain where the output is piped."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext


class Progress:
    """`with progress("charts"):` shows that charts are being made, and how long they took."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self.said: list[str] = []

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Show *stage* while it runs; its time afterwards."""
        start = time.perf_counter()
        with self._moving(stage):
            yield
        if not self.quiet:
            print(f"{stage:<8} {time.perf_counter() - start:5.2f} s", flush=True)

    def _moving(self, stage: str) -> AbstractContextManager[object]:
        if self.quiet or not sys.stdout.isatty():
            return nullcontext()
        from rich.console import Console  # only a terminal needs it

        return Console(highlight=False, markup=False, emoji=False).status(stage)

    def report(self, lines: list[str]) -> None:
        """What an editor wants to read at the end."""
        self.said += lines
        if not self.quiet:
            print("\n".join(lines), flush=True)
