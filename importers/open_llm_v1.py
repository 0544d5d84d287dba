"""Open LLM Leaderboard, first edition: the four-test boards of 2023 and the frozen six-test board."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from importers.raw import State, day, origin, variant, yes
from openlead.sources.formats import number, table

FOLDER = "open-llm-leaderboard-v1"
FROZEN = dt.date(2024, 7, 7)
PLOT = dt.date(2023, 11, 28)
SAME_SCORE = 0.3  # of 1,385 names found on both, 1,343 agree within this many points
FOUR = ["arc", "hellaswag", "mmlu", "truthfulqa"]
TESTS = [*FOUR, "winogrande", "gsm8k"]
TYPES = {
    "pretrained": "pretrained",
    "continuouslypretrained": "continued",
    "fine-tunedondomain-specificdatasets": "fine-tuned",
    "chatmodels(RLHF,DPO,IFT,...)": "chat",
    "chatmodels": "chat",
    "basemergesandmoerges": "merge",
    "multimodal": "multimodal",
}


def kind(cells: pd.Series) -> pd.Series:
    """The kind of model without emoji and blanks, which the layouts write in different ways."""
    bare = cells.str.replace(r"[^\w(),.-]+", "", regex=True)
    return bare.map(lambda text: TYPES.get(text, "other" if text else ""))


def states_2023(raw: Path) -> Iterator[State]:
    """
    The boards of May to July 2023, and 28 November 2023.

    The November file gives the mean error of four tests and names without organisation; a name is
    completed only where one repository has both the name and, within 0.3 points, the score.
    """
    folder = raw / FOLDER
    for path in sorted(folder.glob("2023-0*.csv")):
        given = table(path)
        given.columns = given.columns.str.replace(" (", "(", regex=False)  # both spellings occur
        frame = pd.DataFrame(
            {
                "model": given["Model"],
                "variant": "",
                "score": number(given["Average"]),
                "arc": number(given["ARC(25-shot)"]),
                "hellaswag": number(given["HellaSwag(10-shot)"]),
                "mmlu": number(given["MMLU(5-shot)"]),
                "truthfulqa": number(given["TruthfulQA(0-shot)"]),
            }
        )
        yield State(day(path), _numbered(frame), origin(raw, path, day(path)))
    path = folder / f"{PLOT}.csv"
    given = table(path)
    score = 100 * (1 - given["Average error"].astype(float))
    frame = pd.DataFrame(
        {
            "model": _full_names(given["index"], score, folder),
            "variant": given["model_dtype"].where(given["model_dtype"] != "float16", ""),
            "score": number(score),
        }
    )
    yield State(PLOT, _numbered(frame), origin(raw, path, PLOT))


def _full_names(names: pd.Series, scores: pd.Series, folder: Path) -> pd.Series:
    """Hub ids for bare names, where name and score point to exactly one."""
    final = table(folder / "final.csv.gz")
    records = table(folder / "withdrawn_records.csv").query("field == 'average_error'")
    known = pd.concat(
        [
            pd.DataFrame(
                {"full": final["fullname"], "score": final[FOUR].astype(float).mean(axis=1)}
            ),
            pd.DataFrame(
                {"full": records["model"], "score": 100 * (1 - records["value"].astype(float))}
            ),
        ]
    ).assign(name=lambda k: k["full"].str.split("/").str[-1])
    named = pd.DataFrame({"name": names, "own": scores, "row": names.index})
    pairs = named.merge(known, on="name").query("abs(own - score) <= @SAME_SCORE")
    found = pairs.groupby("row")["full"].agg(
        lambda full: full.iloc[0] if len(set(full)) == 1 else ""
    )
    completed = [str(found.get(row, "")) for row in names.index]
    return pd.Series(
        [full or name for full, name in zip(completed, names, strict=True)], names.index
    )


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows that share model and variant get a number; the source does not say how they differ."""
    again = frame.groupby(["model", "variant"]).cumcount()
    suffix = again.map(lambda n: f" row {n + 1}" if n else "")
    return frame.assign(variant=(frame["variant"] + suffix).str.strip())


def states(raw: Path) -> Iterator[State]:
    """
    The frozen board, before it week by week as far as the dates of submission tell.

    `flagged` and `merged` are inverted at the source: TRUE says that the row is *not* flagged.
    """
    path = raw / FOLDER / "final.csv.gz"
    given = table(path)
    frame = pd.DataFrame(
        {
            "model": given["fullname"],
            "variant": variant(given["precision"], given["model_sha"]),
            "score": number(given["average"]),
            **{test: number(given[test]) for test in TESTS},
            "licence": given["hub_license"],
            "architecture": given["architecture"],
            "type": kind(given["type"]),
            "params_b": number(given["params_b"].where(given["params_b"].astype(float) > 0, "")),
            "flagged": yes(given["flagged"], inverted=True),
            "merged": yes(given["merged"], inverted=True),
            "submitted": given["date"].str[:10],
        }
    )
    dated = frame[frame["submitted"] != ""]
    weeks = pd.to_datetime(dated["submitted"]).dt.to_period("W-SUN").dt.end_time.dt.date
    for week in sorted(set(weeks)):
        state = dated[weeks <= week]
        yield State(week, state, origin(raw, path, FROZEN, kind="reconstructed"))
    yield State(FROZEN, frame, origin(raw, path, FROZEN))
