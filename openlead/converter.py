"""Vega-Lite specifications → SVG, in a process of its own: `python -m openlead.converter`."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import vl_convert


class Converter:
    """
    A process that takes one specification a line and answers with one drawing a line.

    It starts, and draws, on the other core while its caller works on; a thread reads the answers,
    for two full pipes would wait for each other.
    """

    def __enter__(self) -> Converter:
        """Start the process."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "openlead.converter"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=Path(__file__).parents[1],
        )
        assert self.process.stdin and self.process.stdout  # noqa: S101, PT018 — asked for above
        self.reader = ThreadPoolExecutor(1)
        self.lines: Future[list[str]] = self.reader.submit(self.process.stdout.readlines)
        return self

    def give(self, spec: dict[str, Any]) -> None:
        """Ask for a drawing of *spec*."""
        assert self.process.stdin  # noqa: S101
        self.process.stdin.write(json.dumps(spec) + "\n")
        self.process.stdin.flush()

    def pictures(self) -> list[str]:
        """All drawings, in the order in which they were asked for."""
        assert self.process.stdin  # noqa: S101
        self.process.stdin.close()
        return [str(json.loads(line)) for line in self.lines.result()]

    def __exit__(self, *_: object) -> None:
        """End the process, whatever happened."""
        self.process.kill()
        self.process.wait()
        self.reader.shutdown()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


def main() -> None:
    """Answer until the other side closes its end."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(vl_convert.vegalite_to_svg(json.loads(line))) + "\n")


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    main()
