"""One identity across boards and names, and the published table of models."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest

from openlead.facts import Alias
from openlead.models import PUBLISHED, Models
from openlead.standings import Standings
from tests.conftest import made_up

DAYS = ("2023-12-01", "2024-01-01")


@pytest.fixture(scope="session")
def models(record: Standings) -> Models:
    """Every model of the real ledger."""
    return Models(record, record.ledger.newest())


def small(folder: Path, **rows: object) -> Models:
    """Two boards: one writes Hub ids, the other renames its only model."""
    boards = {
        "hub": {DAYS[0]: [("cnlab/Yan-1", 100, 2), ("=SUM(A1)", 50, 2)]},
        "arena": {DAYS[0]: [("Yan one", 10, 1)], DAYS[1]: [("yan-1-chat", 11, 1)]},
    }
    return Models(made_up(folder, boards, **rows).standings, dt.date(2024, 1, 2))


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("Qwen/Qwen2.5-72B-Instruct", "Qwen/Qwen2.5-72B-Instruct"),
        ("Qwen2.5-72b-Instruct", "Qwen/Qwen2.5-72B-Instruct"),
        ("yi-34b-chat", "01-ai/Yi-34B-Chat"),
        ("tigerbot-70b-chat-v2", "TigerResearch/tigerbot-70b-chat-v2"),
        ("Command R+", "command-r-plus"),
    ],
)
def test_a_model_is_found_under_any_of_its_names(models: Models, name: str, identity: str) -> None:
    """The Hub id, a board's display name, another spelling, the bare repository, an old name."""
    assert identity in models.find(name)


def test_an_unknown_name_finds_nothing(models: Models) -> None:
    """Nothing is guessed."""
    assert [] == models.find("no-such-model-1b")


def test_an_alias_joins_two_names_of_a_board(tmp_path: Path) -> None:
    """A renamed model is one model, and its old row says so."""
    day = dt.date.fromisoformat(DAYS[0])
    alias = Alias("yan-1-chat", "Yan one", "arena", day, day, "made up")
    rows = small(tmp_path, aliases=(alias,)).rows.query("board == 'arena'")

    assert [("Yan one", "yan-1-chat", "renamed"), ("yan-1-chat", "yan-1-chat", "")] == list(
        rows[["model", "identity", "withdrawn"]].itertuples(index=False, name=None)
    )


def test_without_an_alias_an_old_name_has_left(tmp_path: Path) -> None:
    """Two names that nobody joined are two models."""
    rows = small(tmp_path).rows.query("board == 'arena'")

    assert ["yes", ""] == rows["withdrawn"].tolist()


def test_the_table_cannot_start_a_formula(tmp_path: Path) -> None:
    """A spreadsheet opens the file and calculates nothing."""
    rows = list(csv.DictReader(io.StringIO(small(tmp_path).csv())))

    assert ["'=SUM(A1)"] == [row["model"] for row in rows if "SUM" in row["model"]]


def test_the_table_has_a_row_a_board_and_model(models: Models) -> None:
    """The published columns, sorted, no pair twice."""
    rows = list(csv.DictReader(io.StringIO(models.csv())))
    keys = [(row["board"], row["model"]) for row in rows]

    assert (PUBLISHED, sorted(keys), len(keys)) == (list(rows[0]), keys, len(set(keys)))


def test_ranks_follow_a_model_through_its_boards(models: Models) -> None:
    """Each name's last state, with the rank there: what `show model` prints."""
    table = models.ranks("TigerResearch/tigerbot-70b-chat-v2")

    assert [("open-llm-v1-2023", 1, "2023-12 by its publisher")] == list(
        table[["board", "rank", "withdrawn"]].itertuples(index=False, name=None)
    )
