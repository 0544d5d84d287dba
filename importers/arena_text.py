"""The Arena text board in the stretches that are sound, from five records of it, oldest first."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from importers.raw import State, day, origin
from openlead.sources.formats import number, table

KNOWN = Path(__file__).parents[1] / "content" / "knowledge" / "arena-models.csv"
# From 9 January to 26 March 2024 the history holds another category than the overall one; from
# 19 June 2024 the labelled boards take over, which give intervals and votes as well.
EARLY = ((dt.date(2023, 5, 8), dt.date(2023, 12, 20)), (dt.date(2024, 3, 27), dt.date(2024, 6, 18)))
# The dump of 5 November 2025 repeats a board of about 28 August: it lacks every model of September
# and October, and fits no other day's published ratings. The day after brings the real state.
STALE = dt.date(2025, 11, 5)
DUMPED_FROM = dt.date(2025, 8, 7)  # before, the labelled boards are the better record


def states(raw: Path, known: Path = KNOWN) -> Iterator[State]:
    """
    Every stored day, oldest first.

    Args:
        known: `model`, `organisation`, `licence` of models that the dumps and tops only name.
    """
    yield from _early(raw)
    yield from _labelled(raw)
    with known.open(encoding="utf-8", newline="") as file:
        about = {row["model"]: row for row in csv.DictReader(file)}
    yield from _dumped(raw, about)
    yield from _tops(raw, about)


def _early(raw: Path) -> Iterator[State]:
    """2023 and spring of 2024: ratings alone. A model that stands twice on a day has one rating."""
    for path in (raw / "lmarena-alltime").glob("alltime.csv.gz"):
        given = table(path)
        dates = pd.to_datetime(given["date"], format="%Y%m%d").dt.date
        for date in sorted(set(dates)):
            if not any(first <= date <= last for first, last in EARLY):
                continue
            rows = given[dates == date].drop_duplicates(["key", "rating"])
            frame = pd.DataFrame(
                {
                    "model": rows["Model"],
                    "variant": _again(rows["Model"]),
                    "score": number(rows["rating"], 1),
                    "organisation": rows["Organization"],
                    "licence": rows["License"],
                }
            )
            yield State(date, frame, origin(raw, path, date))


def _labelled(raw: Path) -> Iterator[State]:
    """June 2024 to August 2025. `Yi-34B-Chat` stands twice on 6 August 2025: both rows stay."""
    for path in sorted((raw / "lmarena-text").glob("*.csv")):
        given = table(path)
        rating = given["arena_score" if "arena_score" in given else "arena_elo"].astype(float)
        above, below = (
            given["95_pct_ci"].str.extract(pattern)[0].astype(float)
            for pattern in (r"\+([\d.]+)", r"-([\d.]+)")
        )
        frame = pd.DataFrame(
            {
                "model": given["model"],
                "variant": _again(given["model"]),
                "score": number(rating),
                "low": number((rating - below).astype(str)),
                "high": number((rating + above).astype(str)),
                "votes": number(given["votes"]),
                "organisation": given["organization"],
                "licence": given["license"],
            }
        )
        yield State(day(path), frame, origin(raw, path, day(path)))


def _again(models: pd.Series) -> pd.Series:
    """Rows that share a name get a number; the source does not say how they differ."""
    return models.groupby(models).cumcount().map(lambda n: f"row {n + 1}" if n else "")


def _dumped(raw: Path, about: dict[str, dict[str, str]]) -> Iterator[State]:
    """
    November and December 2025: the publisher's own ratings with style control, overall.

    Style control is what the board itself shows by then; the file without it continues the labelled
    boards. Neither names an organisation or a licence.
    """
    for path in sorted((raw / "arena-catalog").glob("leaderboard-text-style-control_*.json.gz")):
        date = dt.date.fromisoformat(path.name.rpartition("_")[2][:10])
        if date < DUMPED_FROM or date == STALE:
            continue
        overall = json.loads(gzip.decompress(path.read_bytes()))["full"]
        rows = pd.DataFrame.from_dict(overall, orient="index")
        frame = pd.DataFrame(
            {
                "model": list(overall),
                "variant": "",
                "score": number(rows["rating"]),
                "low": number(rows["rating_q025"]),
                "high": number(rows["rating_q975"]),
                "organisation": [about.get(m, {}).get("organisation", "") for m in overall],
                "licence": [about.get(m, {}).get("licence", "") for m in overall],
            }
        )
        yield State(date, frame, origin(raw, path, date))


def _tops(raw: Path, about: dict[str, dict[str, str]]) -> Iterator[State]:
    """
    March and April 2026: the top of the board, 20 to 71 models, cut off differently from day to day.

    The page says only whether a licence is open; which one comes from what is *about* the model.
    """
    for path in sorted((raw / "arena-snapshots-2026").glob("*.json")):
        rows = pd.DataFrame(json.loads(path.read_text(encoding="utf-8"))["models"])
        frame = pd.DataFrame(
            {
                "model": rows["model"],
                "variant": "",
                "score": number(rows["score"]),
                "low": number(rows["score"] - rows["ci"]),
                "high": number(rows["score"] + rows["ci"]),
                "votes": number(rows["votes"]),
                "organisation": rows["vendor"],
                "licence": [
                    about.get(model, {}).get("licence", "") or word.capitalize()
                    for model, word in zip(rows["model"], rows["license"], strict=True)
                ],
            }
        )
        yield State(day(path), frame, origin(raw, path, day(path), kind="cut"))
