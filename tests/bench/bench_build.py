"""How long a build takes, by what changed: `python -m tests.bench.bench_build`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[2]


def built(root: Path) -> float:
    """Seconds of one build in a process of its own."""
    start = perf_counter()
    subprocess.run(
        [sys.executable, str(ROOT / "build.py"), "--root", str(root), "--quiet"], check=True
    )
    return perf_counter() - start


def main() -> None:
    """Everything from cold; then a word, a template, nothing."""
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        for name in ("content", "data", "editions", "templates"):
            shutil.copytree(ROOT / name, root / name)
        bare = min(_python() for _ in range(5))
        cold = built(root)
        times = {"from cold": cold}
        for name, path in (
            ("a word changed", "content/pages/limits.md"),
            ("the stylesheet changed", "templates/assets/style.css"),
        ):
            file = root / path
            file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
            times[name] = built(root)
        times["nothing changed"] = min(built(root) for _ in range(5))
        for name, seconds in times.items():
            print(f"{name}: {seconds:.2f} s, {cold / seconds:.0f} times as fast as from cold")
        print(f"starting Python alone: {bare:.2f} s")


def _python() -> float:
    start = perf_counter()
    subprocess.run([sys.executable, "-c", ""], check=True)
    return perf_counter() - start


if __name__ == "__main__":
    main()
