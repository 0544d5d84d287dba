"""`build.py show`: questions to the ledger, answered on a made-up report of two boards."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import build
from openlead import ledger, schema
from openlead.facts import FILES
from openlead.ledger import Board, Origin
from openlead.show import printable

TOML = """\
id = "{id}"
title = "{id} board"
short = "{id}"
publisher = "Example"
url = "https://example.org"
licence = "MIT"
attribution = "Example"
score = "mean"
unit = "points"
interval = "none"
closed = false
note = "Made up."
columns = ["variant", "score", "organisation", "licence", "base_model", "flagged", "merged"]
"""
KNOWLEDGE = {
    "organisations": [
        "organisation,name,kind,source,aliases,country",
        "acme,Acme Labs,company,https://example.org,acme-ai,CN",
        "globex,Globex,company,https://example.org,,US",
    ],
    "families": [
        "family,line,developer,released,source,names",
        "acme-1,Acme,acme,2023-01-01,https://example.org,acme",
        "globex-1,Globex,globex,2023-01-01,https://example.org,globex",
    ],
    "lineage": ["model,bases,source"],
    "licences": [
        "licence,openness,source",
        "mit,3,https://example.org",
        "closed,0,https://example.org",
    ],
}
WITHDRAWALS = [
    "model,date,by,reason,source,url",
    "globex/globex-9b,2023-12-20,its publisher,retrained,Example,https://example.org",
]
EVIL = "x/\x1b[2J\u202egnp\r\n[red]"
COLUMNS = ["model", "variant", "score", "licence", "base_model", "flagged", "merged"]
MODELS = [
    ["acme-ai/acme-7b", "4bit", "70.4", "mit", "", "no", "no"],
    ["acme-ai/acme-7b", "", "70.5", "mit", "", "no", "no"],
    ["globex/globex-9b", "", "70.5", "mit", "", "no", "no"],
    ["someone/merge, of two", "", "80.25", "", "acme-ai/acme-7b", "no", "yes"],
    ["someone/cheat", "", "99", "mit", "acme-ai/acme-7b", "yes", "no"],
    [EVIL, "", "1", "", "", "", ""],
]


def write(path: Path, lines: list[str]) -> None:
    """*lines* as a file, its folder made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A report of two boards, six rows and two organisations."""
    for name, kind in FILES.items():
        write(tmp_path / f"content/knowledge/{name}.csv", [",".join(kind.__dataclass_fields__)])
    write(tmp_path / "content/knowledge/withdrawals.csv", WITHDRAWALS)
    for name, lines in KNOWLEDGE.items():
        write(tmp_path / f"content/knowledge/{name}.csv", lines)
    frame = pd.DataFrame(MODELS, columns=COLUMNS).assign(organisation="")
    origin = Origin("read", dt.date(2024, 1, 2), "example/boards: toy.csv", "MIT")
    rebuilt = Origin("reconstructed", dt.date(2024, 1, 2), "example/boards: old.csv", "CC0-1.0")
    for name, how in (("toy", origin), ("quiz", rebuilt)):
        path = tmp_path / "data/boards" / name / "board.toml"
        write(path, [TOML.format(id=name)])
        board = schema.read_toml(path, Board)
        ledger.append(tmp_path / "data", board, dt.date(2023, 12, 1), frame.head(1), how)
        ledger.append(tmp_path / "data", board, dt.date(2023, 12, 8), frame, how)
    return tmp_path


@pytest.fixture
def show(root: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """`build.py show` on the made-up report: exit code, stdout, stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = build.main(["show", *arguments, "--root", str(root)])
        return code, *capsys.readouterr()

    return run


HEADER = "rank,range,model,score,publisher,publisher_country,base_family,base_country,openness,flagged,merged,withdrawn"
NONE = ["no", "range", "published"]
MERGE = '1,no range published,"someone/merge, of two",80.25,someone,,Acme,CN,2,no,yes,'
ACME = "2,no range published,acme-ai/acme-7b,70.5,Acme Labs,CN,Acme,CN,3,no,no,"
GLOBEX = "2,no range published,globex/globex-9b,70.5,Globex,US,Globex,US,3,no,no,2023-12-20 by its publisher"


def test_standings_as_csv_are_exactly_these_columns_and_rows(
    show: Callable[..., tuple[int, str, str]],
) -> None:
    """Best row a model, ties share a rank, nothing flagged, unknown is empty."""
    last = f'4,no range published,"{EVIL}",1.0,x,,,,2,,,'

    assert (0, "\n".join([HEADER, MERGE, ACME, GLOBEX, last, ""]), "") == show(
        "standings", "--board", "toy", "--format", "csv"
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--top", "2"], [MERGE, ACME]),
        (["--population", "base"], [ACME.replace("2", "1", 1), GLOBEX.replace("2", "1", 1)]),
        (["--population", "base", "--top", "1"], [ACME.replace("2", "1", 1)]),
        (
            ["--as-of", "2023-12-07"],
            ["1,no range published,acme-ai/acme-7b,70.4,Acme Labs,CN,Acme,CN,3,no,no,"],
        ),
        (["--as-of", "2023-12-08", "--top", "1"], [MERGE]),
    ],
)
def test_standings_answer_for_a_day_a_population_and_a_number_of_rows(
    options: list[str], expected: list[str], show: Callable[..., tuple[int, str, str]]
) -> None:
    """Each option narrows the answer and nothing else."""
    _, out, _ = show("standings", "--board", "toy", "--format", "csv", *options)

    assert [HEADER, *expected] == out.splitlines()


def test_a_rank_of_a_board_with_intervals_has_its_range(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The range holds the rank, on the real Arena."""
    build.main(["show", "standings", "--board", "arena-text", "--top", "9", "--format", "json"])
    rows = [
        (row["rank"], *row["range"].split(" to ")) for row in json.loads(capsys.readouterr().out)
    ]

    assert [True] * 9 == [int(low) <= rank <= int(high) for rank, low, high in rows]


def test_standings_as_json_keep_types(show: Callable[..., tuple[int, str, str]]) -> None:
    """Ranks and steps are whole numbers, scores are numbers, text is text, names as they are."""
    _, out, _ = show("standings", "--board", "toy", "--format", "json")
    rows = json.loads(out)

    assert (
        {
            "rank": 2, "range": "no range published", "model": "globex/globex-9b", "score": 70.5, "publisher": "Globex",
            "publisher_country": "US", "base_family": "Globex", "base_country": "US",
            "openness": 3, "flagged": "no", "merged": "no",
            "withdrawn": "2023-12-20 by its publisher",
        },
        EVIL,
        "int",
    ) == (rows[2], rows[3]["model"], type(rows[2]["openness"]).__name__)  # fmt: skip


def test_unknown_openness_is_null_in_json(
    root: Path, show: Callable[..., tuple[int, str, str]]
) -> None:
    """A step that nobody knows is null, not a number; letters are not escaped."""
    board = schema.read_toml(root / "data/boards/toy/board.toml", Board)
    row = dict.fromkeys(board.columns, "") | {"model": "无名", "score": "5"}
    frame = pd.DataFrame([row | {"organisation": "Nobody", "licence": "unheard of"}])
    origin = Origin("read", dt.date(2024, 1, 9), "example/boards: toy.csv", "MIT")
    ledger.append(root / "data", board, dt.date(2024, 1, 9), frame, origin)
    _, out, _ = show("standings", "--board", "toy", "--format", "json")

    assert ([("Nobody", None)], True) == (
        [(row["publisher"], row["openness"]) for row in json.loads(out)],
        '"无名"' in out,
    )


@pytest.mark.parametrize(
    ("board", "options", "expected"),
    [
        ("toy", [], "toy board, 2023-12-08; population everything; 4 models"),
        ("toy", ["--population", "base"], "toy board, 2023-12-08; population base; 2 models"),
        ("quiz", [], "quiz board, 2023-12-08, reconstructed; population everything; 4 models"),
        ("toy", ["--top", "1"], "toy board, 2023-12-08; population everything; 4 models"),
    ],
)
def test_table_says_what_it_shows(
    board: str, options: list[str], expected: str, show: Callable[..., tuple[int, str, str]]
) -> None:
    """Board, day, how the state is known, population, and how many models there are in all."""
    _, out, _ = show("standings", "--board", board, *options)

    assert expected == out.splitlines()[0]


def test_table_has_the_columns_in_order(show: Callable[..., tuple[int, str, str]]) -> None:
    """The same columns as the other formats, one line a model."""
    _, out, _ = show("standings", "--board", "toy", "--top", "2")
    lines = [line.split() for line in out.splitlines() if line.strip()]

    assert (
        HEADER.split(","),
        [
            "1",
            *NONE,
            "someone/merge,",
            "of",
            "two",
            "80.25",
            "someone",
            "Acme",
            "CN",
            "2",
            "no",
            "yes",
        ],
        [
            "2",
            *NONE,
            "acme-ai/acme-7b",
            "70.5",
            "Acme",
            "Labs",
            "CN",
            "Acme",
            "CN",
            "3",
            "no",
            "no",
        ],
    ) == (lines[1], lines[3], lines[4])


def test_name_does_not_steer_the_terminal(show: Callable[..., tuple[int, str, str]]) -> None:
    """Escapes, line ends, direction marks and markup of a name are printed as text, on one line."""
    _, out, _ = show("standings", "--board", "toy")

    assert r"x/\x1b[2J\u202egnp\r\n[red]" in out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain 模型 é 👩", "plain 模型 é 👩"),
        ("\x00\x07\x1b\x7f\x85", r"\x00\x07\x1b\x7f\x85"),
        ("a\tb\nc", r"a\tb\nc"),
        ("\u200b\u200f\u202e\u2066\ufeff", r"\u200b\u200f\u202e\u2066\ufeff"),
        ("\ue000", r"\ue000"),
        ("\\n", "\\n"),
        ("", ""),
    ],
)
def test_control_characters_are_made_visible(text: str, expected: str) -> None:
    """Controls and direction marks are spelt out; every letter stays."""
    assert expected == printable(text)


def test_boards_as_csv(show: Callable[..., tuple[int, str, str]]) -> None:
    """Which boards there are, from when to when, how large, from where and under which licence."""
    assert (
        0,
        "board,first,last,snapshots,rows,source,licence\n"
        "quiz,2023-12-01,2023-12-08,2,6,example/boards: old.csv,CC0-1.0\n"
        "toy,2023-12-01,2023-12-08,2,6,example/boards: toy.csv,MIT\n",
        "",
    ) == show("boards", "--format", "csv")


def test_boards_as_json(show: Callable[..., tuple[int, str, str]]) -> None:
    """The same as objects, counts as numbers."""
    _, out, _ = show("boards", "--format", "json")

    assert {
        "board": "quiz",
        "first": "2023-12-01",
        "last": "2023-12-08",
        "snapshots": 2,
        "rows": 6,
        "source": "example/boards: old.csv",
        "licence": "CC0-1.0",
    } == json.loads(out)[0]


def test_boards_as_a_table(show: Callable[..., tuple[int, str, str]]) -> None:
    """The same on the terminal: a line a board below the header."""
    _, out, _ = show("boards")
    lines = [line.split() for line in out.splitlines() if line.strip()]

    assert [
        ["board", "first", "last", "snapshots", "rows", "source", "licence"],
        ["quiz", "2023-12-01", "2023-12-08", "2", "6", "example/boards:", "old.csv", "CC0-1.0"],
        ["toy", "2023-12-01", "2023-12-08", "2", "6", "example/boards:", "toy.csv", "MIT"],
    ] == [lines[0], *lines[2:]]


def test_formats_tell_the_same(show: Callable[..., tuple[int, str, str]]) -> None:
    """CSV and JSON hold the same cells."""
    _, comma, _ = show("standings", "--board", "toy", "--format", "csv")
    _, braces, _ = show("standings", "--board", "toy", "--format", "json")

    assert list(csv.DictReader(io.StringIO(comma, newline=""))) == [
        {key: str(cell) for key, cell in row.items()} for row in json.loads(braces)
    ]


def test_unknown_board_is_answered_with_the_known_ones(
    show: Callable[..., tuple[int, str, str]],
) -> None:
    """A mistyped board is a problem, not an empty table."""
    assert (1, "", 'data:0: no board "toi"; give --board one of: quiz, toy.\n') == show(
        "standings", "--board", "toi"
    )


def test_day_before_the_first_snapshot_is_answered_with_the_first(
    show: Callable[..., tuple[int, str, str]],
) -> None:
    """Nothing is known of that day, and the answer says from when on something is."""
    expected = "data/boards/toy:0: no snapshot up to 2023-11-30; the first is of 2023-12-01.\n"

    assert (1, "", expected) == show("standings", "--board", "toy", "--as-of", "2023-11-30")


def test_damaged_ledger_is_not_asked(root: Path, show: Callable[..., tuple[int, str, str]]) -> None:
    """No answer comes from an edited past."""
    (root / "data/boards/toy/2023-12-01.csv").unlink()
    expected = (
        "data/boards/toy/2023-12-01.csv:0: the snapshot is missing;"
        " restore it from the repository.\n"
    )

    assert (1, "", expected) == show("boards")


def test_root_may_stand_before_the_command(tmp_path, capsys):
    """`build.py --root DIR show boards` asks DIR, not the repository."""
    assert 1 == build.main(["--root", str(tmp_path), "show", "boards"])


def test_standings_without_a_board_do_not_speak_of_none(capsys):
    """`--board` left out is not a board called None."""
    build.main(["show", "standings"])

    assert '"None"' not in capsys.readouterr().err


def test_a_number_shows_its_whole_path(capsys: pytest.CaptureFixture[str]) -> None:
    """Value, range, formula, file, rows and hash of the real ledger's best-known answer."""
    build.main(["show", "number", "arena-text.2024-12-31.gap", "--format", "json"])
    (row,) = json.loads(capsys.readouterr().out)

    assert ("38", "points", "boards/arena-text/2024-12-31.csv", "182", 64) == (
        row["value"],
        row["unit"],
        row["file"],
        row["rows"],
        len(row["sha256"]),
    )


def test_an_unknown_number_is_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped id ends with exit code 1 and the nearest one."""
    code = build.main(["show", "number", "arena-text.last.gpa"])

    assert (1, True) == (code, 'did you mean "gap"?' in capsys.readouterr().err)


def test_a_model_shows_its_names_and_boards(capsys: pytest.CaptureFixture[str]) -> None:
    """Every board that listed it, with rank and dates, under one identity."""
    build.main(["show", "model", "tigerbot-70b-chat-v2", "--format", "json"])
    shown = json.loads(capsys.readouterr().out)

    assert ("CN", "US", [(1, "1 to 1")]) == (
        shown["publisher_country"],
        shown["base_country"],
        [(row["rank"], row["range"]) for row in shown["boards"]],
    )


def test_no_rank_of_a_model_without_its_range(capsys: pytest.CaptureFixture[str]) -> None:
    """Beside a rank stands its range, or that none is published."""
    build.main(["show", "model", "Yi-34B-Chat", "--format", "json"])
    rows = json.loads(capsys.readouterr().out)["boards"]
    bounds = [(row["rank"], *map(int, row["range"].split(" to "))) for row in rows]

    assert [] == [row for row in bounds if not row[1] <= row[0] <= row[2]]
    build.main(["show", "model", "DeepSeek V3.2 (Reasoning)", "--format", "json"])
    unknown = {row["range"] for row in json.loads(capsys.readouterr().out)["boards"]}
    assert "no range published" in unknown


def test_a_share_of_specifications_has_its_path_too(capsys: pytest.CaptureFixture[str]) -> None:
    """What only an article can ask for is shown like every other number."""
    code = build.main(["show", "number", "v.1b.then"])

    assert (0, True) == (code, "open-llm-v1-2023/2023-11-28.csv" in capsys.readouterr().out)


def test_a_cut_off_board_says_that_only_its_top_is_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The Arena of April 2026 was read, to its first fifty rows; nothing of it was reconstructed."""
    build.main(
        ["show", "standings", "--board", "arena-text", "--as-of", "2026-04-19", "--top", "1"]
    )

    assert "2026-04-19, only the top is known;" in capsys.readouterr().out
