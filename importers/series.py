"""What is counted and ranks nobody: releases, tracked models, downloads, routed tokens."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from importers.raw import State, day, number, origin, table

COUNTRIES = {
    "Argentina": "AR", "Australia": "AU", "Austria": "AT", "Belgium": "BE", "Canada": "CA",
    "China": "CN", "Croatia": "HR", "Czechia": "CZ", "Denmark": "DK", "Finland": "FI",
    "France": "FR", "Germany": "DE", "Hong Kong": "HK", "India": "IN",
    "Iran (Islamic Republic of)": "IR", "Ireland": "IE", "Israel": "IL", "Italy": "IT",
    "Japan": "JP", "Korea (Republic of)": "KR", "Malaysia": "MY", "Netherlands": "NL",
    "Norway": "NO", "Poland": "PL", "Russia": "RU", "Saudi Arabia": "SA", "Singapore": "SG",
    "Spain": "ES", "Sweden": "SE", "Switzerland": "CH", "Taiwan": "TW",
    "United Arab Emirates": "AE",
    "United Kingdom of Great Britain and Northern Ireland": "GB",
    "United States of America": "US",
    "Multinational": "",
}  # fmt: skip
SINCE = "2019-01-01"  # the claims reach back to 2020; older models are no part of any


def epoch_models(raw: Path) -> Iterator[State]:
    """
    Epoch AI's notable models since 2019, in two versions of the list.

    Each version is a whole state: the criteria change and years are filled up later, so a count of
    a year belongs to the version that it was made from. Models without a date are the newest.
    """
    for path in sorted((raw / "epoch-ai").glob("notable_ai_models_*.csv.gz")):
        date = dt.date.fromisoformat(path.name.removesuffix(".csv.gz")[-10:])
        every = table(path)
        given = every[(every["Publication date"] >= SINCE) | (every["Publication date"] == "")]
        access = given["Model accessibility"]
        frame = pd.DataFrame(
            {
                "model": given["Model"],
                "variant": "",
                "organisation": given["Organization"],
                "country": given["Country (of organization)"].map(_countries),
                "released": given["Publication date"],
                "accessibility": access,
                "open": access.map(
                    lambda a: ("yes" if a.startswith("Open weights") else "no") if a else ""
                ),
                "compute": _significant(given["Training compute (FLOP)"]),
                "params_b": _significant(given["Parameters"], 1e9),
                "base_model": given["Base model"],
            }
        )
        yield State(date, frame, origin(raw, path, date))


def _countries(cell: str) -> str:
    """Codes in the order of the list, each once; a name that is not known stops the import."""
    codes = [COUNTRIES[name.strip()] for name in cell.split(",") if name.strip()]
    return " | ".join(dict.fromkeys(code for code in codes if code))


def _significant(cells: pd.Series, unit: float = 1) -> pd.Series:
    """Four significant digits: these numbers span twenty orders of magnitude."""
    values = pd.to_numeric(cells.replace("", None)).astype(float) / unit
    return values.map(lambda value: "" if pd.isna(value) else f"{value:.4g}")


def atom_models(raw: Path) -> Iterator[State]:
    """The open models that the ATOM Project follows, as the two lists stood when last changed."""
    folder = raw / "atom-tracked-models"
    for path in folder.glob("models.csv"):
        listed = table(folder / "first_listed.csv").set_index("modelId")["first_listed_on"]
        regions = table(folder / "organization_regions.csv").set_index("hf_org")["region"]
        sizes = table(folder / "model_parameters.csv").set_index("model_id")
        corrections = pd.read_csv(
            folder / "release_date_corrections.csv", comment="#", dtype=str, keep_default_na=False
        ).set_index("model_id")["actual_release_date"]
        given = pd.concat([table(path), table(folder / "extra_models.csv")], ignore_index=True)
        ids = given["modelId"]
        frame = pd.DataFrame(
            {
                "model": ids,
                "variant": "",
                "organisation": given["org"],
                "region": given["org"].map(regions).fillna("unknown"),
                "listed": ids.map(listed),
                "released": ids.map(corrections).fillna(""),
                "params_b": number(ids.map(sizes["total_params_b"]).fillna("")),
                "active_b": number(ids.map(sizes["active_params_b"]).fillna("")),
            }
        )
        date = dt.date.fromisoformat(max(listed))
        yield State(date, frame, origin(raw, path, date))


TEXT = {"text-generation", "image-text-to-text"}


def hub_popularity(raw: Path) -> Iterator[State]:
    """Text models among the most liked and most downloaded of the Hub; the rest is cut off."""
    for path in sorted((raw / "hf-hub-snapshots").glob("*.json.gz")):
        given = json.loads(gzip.decompress(path.read_bytes()))["models"]
        models = pd.DataFrame([m for m in given if m["pipeline_tag"] in TEXT])
        frame = pd.DataFrame(
            {
                "model": models["id"],
                "variant": "",
                "downloads": number(models["downloads"]),
                "likes": number(models["likes"]),
                "task": models["pipeline_tag"],
                "created": models["createdAt"].str[:10],
            }
        )
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
