"""Prose that cannot go stale: figures and words are found where they stand, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from openlead import content, prose
from openlead.errors import ReportError
from openlead.prose import Group, Words
from tests.conftest import ROOT

WORDS = Words(
    fixed=(Group("a year", (r"20(?:1[89]|2\d)",)), Group("a name", ("Yi-34B", r"GPT-3\.5", "SB 1047"))),
    watched=(Group("a place", ("led", "first", "no longer")),),
    allowed=(Group("a set phrase", ("at first",)),),
)  # fmt: skip
CODE = "```\n34 models\n```\n"
FIGURE = (
    '"{}" is a figure typed by hand; quote it with {{{{ number("…") }}}}, or list it under fixed in'
    " content/words.toml if no data can change it."
)
WORD = (
    '"{}" can go stale, and its sentence has no condition, source or number; put it under {{% if %}}'
    " with its alternative, link a source, quote a number, or reword it."
)


def figures(text: str) -> list[tuple[int, str]]:
    """Lines and messages for *text* when no word is watched."""
    return list(prose.faults(text, Words(fixed=WORDS.fixed)))


def words(text: str) -> list[tuple[int, str]]:
    """Lines and messages for *text*."""
    return list(prose.faults(text, WORDS))


@pytest.mark.parametrize(
    ("text", "line", "token"),
    [
        ("It has 34 places.", 1, "34"),
        ("One.\n\nIt leads by 3.7%.", 3, "3.7%"),
        ("## The 10 best", 1, "10"),
        ("| a | b |\n|---|---|\n| x | 12 |", 3, "12"),
        ("{% if a %}\nmuch\n{% else %}\nall 5\n{% endif %}", 4, "5"),
        ("![all 6](a-9.png)", 1, "6"),
        ("[all 7](https://example.org/9)", 1, "7"),
        ("{% if a > 50 %}about 40{% endif %}", 1, "40"),
        ('{{ number("x") }}5 points', 1, "5"),
        ("in 1999", 1, "1999"),
        ("in 2030", 1, "2030"),
        ("2023,5 points", 1, "2023,5"),
        ("it cost $2023", 1, "$2023"),
        ("a rise of 2023 %", 1, "2023"),
        ("from 2023–24", 1, "2023–24"),
        ("the Yi-34B-Chat model", 1, "Yi-34B-Chat"),
        ("GPT-3.55", 1, "GPT-3.55"),
        ("GPT-3", 1, "GPT-3"),
        ("MYi-34B", 1, "MYi-34B"),
        ("SB 10470", 1, "10470"),
        ("²ⁿᵈ or 2nd", 1, "2nd"),
        ("**8** models", 1, "8"),
    ],
)
def test_bare_figure_is_found(text: str, line: int, token: str) -> None:
    """A digit in prose is a problem on its line, in branches not taken as well."""
    assert [(line, FIGURE.format(token))] == figures(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Twenty-six models in two families.",
        "[a post](https://example.org/2023-11-28/v2_(3).html)",
        "<https://example.org/42>",
        "[post]: https://example.org/42",
        '{{ number("x.2024-07-31.gap") }} points',
        '{% if value("x.2024-07-31.gap") > 50 -%}\nmore\n{%- endif %}',
        "{# 12 #}",
        "`n = 12`",
        CODE,
        '<span class="h2">x</span> &#8217;',
        "1. one\n2. two\n",
        "In 2018, in 2023 and in 2029.",
        "(Yi-34B) and *Yi-34B*'s [Yi-34B](https://example.org).",
        "California's SB\n1047, and GPT-3.5.",
    ],
)
def test_figure_that_is_none_is_left_alone(text: str) -> None:
    """Link addresses, Jinja, code, HTML, numbered items and fixed names hold no bare figure."""
    assert [] == figures(text)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("China led.", 1, "led"),
        ("LED by far.", 1, "LED"),
        ("One.\n\n## First of all\n", 3, "First"),
        ("| a |\n|---|\n| first |", 3, "first"),
        ("- [a](https://example.org)\n- first\n", 2, "first"),
        ("It no\nlonger answers.", 1, "no longer"),
        ('By {{ number("x") }}. It led.', 1, "led"),
        ("[A](https://example.org) did. “It led.”", 1, "led"),
        ("It led. By {{ number('x') }}.", 1, "led"),
        ("It led.\n\nBy [a source](https://example.org).", 1, "led"),
        ("{% if a %}x{% endif %} It led.", 1, "led"),
        ("{% set a = 1 %} It led.", 1, "led"),
        ("{{ value('x') }} led.", 1, "led"),
        ("![a picture](a.png) led.", 1, "led"),
        ("It led, and was first, for long.", 1, "led"),
        ("At first it was first.", 1, "first"),
    ],
)
def test_word_that_stands_on_nothing_is_found(text: str, line: int, word: str) -> None:
    """A watched word in a sentence without condition, link and number is a problem, once a sentence."""
    assert [(line, WORD.format(word))] == words(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It was at first sight called, and rolled, and firsthand.",
        "At first, nothing.",
        "{% if a %}It led.{% else %}It was not first.{% endif %}",
        "{% if a %}{% if b %}x{% endif %} It led.{% endif %}",
        "On that day {% if a -%}\nit led.\n{%- else -%}\nit was not first.\n{%- endif %}",
        "It [led](https://example.org) then.",
        "It led, says <https://example.org>.",
        'It led by {{ number("x") }}.',
        'It led by {{- number(board ~ ".gap") -}}.',
        "It led by 3.5 points (see [a source](https://example.org)).",
        '{% if a %}x{% else %}y{% endif %}, {{ number("x") }} clear, it led.',
        "`led`",
        "{{ chart('first') }}",
    ],
)
def test_word_that_stands_on_something_is_left_alone(text: str) -> None:
    """A condition around the word, a link or a number in its sentence, an allowed phrase: no problem."""
    assert [] == [fault for fault in words(text) if "stale" in fault[1]]


def test_faults_come_in_order_of_lines() -> None:
    """Both kinds of one text, as its lines go."""
    text = "It led.\n\nIt has 5.\n\nIt was first.\n"

    assert [1, 3, 5] == [line for line, _ in words(text)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Articles with a fault each, and no words.toml."""
    (tmp_path / "pages").mkdir()
    for name in content.PIECES:
        page = "---\ntitle: T\nsummary: S in 2023\n---\n## H\n\nIt led by 5.\n"
        (tmp_path / "pages" / f"{name}.md").write_text(page)
    return tmp_path


def loaded(folder: Path) -> list[str]:
    """What loading the articles says is wrong."""
    with pytest.raises(ReportError) as error:
        content.load(folder)
    return [problem.text(folder) for problem in error.value.problems]


def test_report_without_words_is_checked_for_figures(folder: Path) -> None:
    """All faults of all articles at once, on the lines of the files; no word is watched."""
    said = loaded(folder)

    assert [f"pages/{name}.md:7: {FIGURE.format('5')}" for name in content.PIECES] == said


def test_words_are_read_from_content(folder: Path) -> None:
    """words.toml fixes figures and watches words."""
    text = '[[fixed]]\nreason = "r"\nwords = ["5"]\n[[watched]]\nreason = "r"\nwords = ["led"]\n'
    (folder / "words.toml").write_text(text)

    assert [f"pages/{name}.md:7: {WORD.format('led')}" for name in content.PIECES] == loaded(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[[fixd]]\nreason = 'r'\n",
            'words.toml:1: unknown key "fixd"; did you mean "fixed"? Remove or rename it.',
        ),
        ("[[fixed]]\nreason = 'r'\n", 'words.toml:1: "fixed.0.words" is missing; add it.'),
        ("[[watched]]\nwords = ['led']\n", 'words.toml:1: "watched.0.reason" is missing; add it.'),
        (
            "[[fixed]]\nreason = 'r'\nwords = ['a', '(b']\n",
            'words.toml:3: "(b" is no regular expression: missing ), unterminated subpattern. Correct it.',
        ),
    ],
)
def test_faulty_words_are_found(folder: Path, text: str, message: str) -> None:
    """A fault of words.toml is named with its line, and stops the other checks."""
    (folder / "words.toml").write_text(text)

    assert [message] == loaded(folder)


def test_every_exception_is_needed() -> None:
    """Each fixed figure and each allowed phrase of the report's own stands in an article."""
    known = prose.load(ROOT / "content" / "words.toml")
    own = [g for g in (*known.fixed, *known.allowed) if g.reason != "a set phrase"]
    text = "\n\n".join(a.text for a in content.load(ROOT / "content"))

    def idle(group: Group, word: str) -> bool:
        without = [
            Group(g.reason, tuple(w for w in g.words if w != word) if g is group else g.words)
            for g in (*known.fixed, *known.allowed)
        ]
        fixed, allowed = without[: len(known.fixed)], without[len(known.fixed) :]
        return [] == list(prose.faults(text, Words(tuple(fixed), known.watched, tuple(allowed))))

    assert [] == [w for g in own for w in g.words if idle(g, w)]
