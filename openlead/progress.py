"""Stages of a build → a line a stage: moving on a terminal, plain where the output is piped."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


class Progress:
    """`with progress("charts"):` shows that charts are being made, and how long they took."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self.console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Show *stage* while it runs; its time afterwards."""
        if self.quiet:
            yield
            return
        start = time.perf_counter()
        if self.console.is_terminal:
            with self.console.status(stage):
                yield
        else:
            yield
        self.console.print(f"{stage:<8} {time.perf_counter() - start:5.2f} s")

    def report(self, lines: list[str]) -> None:
        """What an editor wants to read at the end."""
        if not self.quiet:
            for line in lines:
                self.console.print(line)
