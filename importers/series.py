"""What is counted and ranks nobody: releases, tracked models, downloads, routed tokens."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from importers.raw import State, day, origin
from openlead.sources import formats
from openlead.sources.formats import number, table


def epoch_models(raw: Path) -> Iterator[State]:
    """
    Epoch AI's notable models since 2019, in two versions of the list.

    Each version is a whole state: the criteria change and years are filled up later, so a count of
    a year belongs to the version that it was made from.
    """
    for path in sorted((raw / "epoch-ai").glob("notable_ai_models_*.csv.gz")):
        date = dt.date.fromisoformat(path.name.removesuffix(".csv.gz")[-10:])
        frame = formats.epoch(table(path))
        yield State(date, frame, origin(raw, path, date))


def atom_models(raw: Path) -> Iterator[State]:
    """The open models that the ATOM Project follows, as the two lists stood when last changed."""
    folder = raw / "atom-tracked-models"
    for path in folder.glob("models.csv"):
        listed = table(folder / "first_listed.csv").set_index("modelId")["first_listed_on"]
        frame = formats.atom(
            [table(path), table(folder / "extra_models.csv")],
            table(folder / "organization_regions.csv"),
            table(folder / "model_parameters.csv"),
            table(folder / "release_date_corrections.csv", comment="#"),
            listed,
        )
        date = dt.date.fromisoformat(max(listed))
        yield State(date, frame, origin(raw, path, date))


def hub_popularity(raw: Path) -> Iterator[State]:
    """Text models among the most liked and most downloaded of the Hub; the rest is cut off."""
    for path in sorted((raw / "hf-hub-snapshots").glob("*.json.gz")):
        given = json.loads(gzip.decompress(path.read_bytes()))["models"]
        frame = formats.popularity(pd.DataFrame(given))
        yield State(day(path), frame, origin(raw, path, day(path), kind="cut"))


def openrouter_tokens(raw: Path) -> Iterator[State]:
    """The first nine models and the first nine authors; a day on which both are empty is none."""
    for path in sorted((raw / "openrouter").glob("*.json.gz")):
        given = json.loads(gzip.decompress(path.read_bytes()))
        lists = [("model", m["model_id"], m) for m in given["models"]]
        lists += [("author", m["author"], m) for m in given["market_share"]]
        if not lists:
            continue
        frame = pd.DataFrame(
            {
                "model": [name for _, name, _ in lists],
                "variant": [kind for kind, _, _ in lists],
                "tokens": [str(row["tokens"]) for _, _, row in lists],
                "share": number(pd.Series([row["share_pct"] for _, _, row in lists])),
            }
        )
        yield State(day(path), frame, origin(raw, path, day(path), kind="cut"))
