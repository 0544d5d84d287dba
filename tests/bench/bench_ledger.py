"""How long the ledger takes, and how much memory: `python -m tests.bench.bench_ledger`."""

from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from openlead import ledger, schema
from openlead.ledger import Board

DATA = Path(__file__).parents[2] / "data"
ROWS = 1_000_000
LAST = dt.date(2030, 1, 1)


def best(work: Callable[[], object], times: int = 5) -> float:
    """Seconds of the quickest of some runs."""
    seconds = []
    for _ in range(times):
        start = perf_counter()
        work()
        seconds.append(perf_counter() - start)
    return min(seconds)


def real() -> None:
    """The ledger in the repository: everything verified, and each board as of its last day."""
    files = [path for path in DATA.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    hashing = best(lambda: [hashlib.sha256(path.read_bytes()).digest() for path in files])
    loading = best(lambda: ledger.load(DATA))
    print(f"{size / 1e6:.1f} MB in {len(files)} files; reading and hashing them {hashing:.3f} s")
    print(f"load: {loading:.3f} s, {loading / hashing:.1f} times that")
    slowest = {}
    for name in [*ledger.load(DATA).histories, *ledger.load(DATA).series]:

        def first_question(name: str = name) -> object:
            loaded = ledger.load(DATA)
            return ({**loaded.histories, **loaded.series})[name].as_of(LAST)

        slowest[name] = best(first_question, 3)
    for name, seconds in sorted(slowest.items(), key=lambda item: -item[1])[:4]:
        print(f"load and {name} as of its last day: {seconds:.3f} s, {seconds / hashing:.1f} times")
    loaded = ledger.load(DATA)
    everything = [*loaded.histories.values(), *loaded.series.values()]
    asked = best(
        lambda: [ledger.History(h.board, h.entries, DATA).as_of(LAST) for h in everything], 3
    )
    print(f"load and all {len(everything)} boards and series: {loading + asked:.3f} s")
    checking = best(lambda: list(ledger.problems(DATA)), 2)
    print(f"check of every row: {checking:.2f} s, {checking / loading:.0f} times a load")


def made_up(folder: Path) -> None:
    """Write a board of a million rows in two snapshots, the second with a tenth of them changed."""
    described = (DATA / "boards" / "arena-text" / "board.toml").read_text(encoding="utf-8")
    path = folder / "boards" / "arena-text" / "board.toml"
    path.parent.mkdir(parents=True)
    path.write_text(described, encoding="utf-8")
    board = schema.read_toml(path, Board)
    scores = np.random.default_rng(1).integers(900, 1500, ROWS)
    frame = pd.DataFrame({"model": [f"org-{n % 977}/model-{n}" for n in range(ROWS)]}).assign(
        variant="",
        score=scores.astype(str),
        low=(scores - 5).astype(str),
        high=(scores + 5).astype(str),
        votes="1000",
        organisation="Org",
        licence="mit",
    )
    day = dt.date(2026, 1, 1)
    read = ledger.Origin("read", day, "made up", "MIT")
    ledger.append(folder, board, day, frame, read)
    changed = frame.assign(votes=np.where(np.arange(ROWS) % 10 == 0, "1001", "1000"))
    later = day + dt.timedelta(7)
    ledger.append(folder, board, later, changed, ledger.Origin("read", later, "made up", "MIT"))


def ask(folder: Path) -> None:
    """Load the made-up ledger in a process of its own, whose peak of memory is its own."""
    idle = _peak()
    start = perf_counter()
    snapshot = ledger.load(folder).as_of("arena-text", LAST)
    seconds = perf_counter() - start
    assert snapshot is not None
    size = sum(path.stat().st_size for path in folder.rglob("*.csv"))
    print(
        f"{len(snapshot.frame):,} rows, {size / 1e6:.0f} MB: {seconds:.1f} s, peak memory"
        f" {_peak() - idle:.0f} MB, {(_peak() - idle) * 1e6 / size:.1f} times the files"
    )


def _peak() -> float:
    """Most memory used so far, in MB; Linux only (getrusage counts what the parent used as well)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1e3


if __name__ == "__main__":
    if len(sys.argv) > 1:
        ask(Path(sys.argv[1]))
    else:
        real()
        with tempfile.TemporaryDirectory() as made:
            made_up(Path(made))
            subprocess.run([sys.executable, "-m", "tests.bench.bench_ledger", made], check=True)
