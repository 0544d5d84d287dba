"""Arena text boards of June 2024 to August 2025, with organisation and licence as the board wrote them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from importers.raw import State, day, number, origin, table


def states(raw: Path) -> Iterator[State]:
    """Every stored day, oldest first. `Yi-34B-Chat` stands twice on 6 August 2025: both rows stay."""
    for path in sorted((raw / "lmarena-text").glob("*.csv")):
        given = table(path)
        rating = given["arena_score" if "arena_score" in given else "arena_elo"].astype(float)
        above, below = (
            given["95_pct_ci"].str.extract(pattern)[0].astype(float)
            for pattern in (r"\+([\d.]+)", r"-([\d.]+)")
        )
        again = given.groupby("model").cumcount()
        frame = pd.DataFrame(
            {
                "model": given["model"],
                "variant": again.map(lambda n: f"row {n + 1}" if n else ""),
                "score": number(rating),
                "low": number((rating - below).astype(str)),
                "high": number((rating + above).astype(str)),
                "votes": number(given["votes"]),
                "organisation": given["organization"],
                "licence": given["license"],
            }
        )
        yield State(day(path), frame, origin(raw, path, day(path)))
