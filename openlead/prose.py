"""The text of articles → problems: figures that nothing computes, and words that can go stale."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from openlead import schema
from openlead.errors import Problem, ReportError

NUMBER, LINK = "\ue002", "\ue003"  # private use: what a masked text keeps of a call, of an address
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
CONDITION = re.compile(r"\{%[-+]?\s*(end)?if\b")
QUOTES = re.compile(r"\{\{[-+]?\s*number\(")
MARKUP = re.compile(
    r"""
    ^```.*?^``` | (?P<ticks>`+).+?(?P=ticks)
    | !\[(?P<alt>[^\]]*)\] \((?:[^()]|\([^()]*\))*\)
    | (?P<link> (?<=\])\((?:[^()]|\([^()]*\))*\) | <https?://[^>\s]*> )
    | <[a-zA-Z/!][^>]*> | &\#?\w+; | ^\s*\d+\.(?=\s) | ^\[[^\]]+\]:[^\n]*
    """,
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)
FIGURE = re.compile(r"[^\s()\[\]*_\"“”|]*\d[^\s()\[\]*_\"“”|]*")
# A sentence ends at . ! or ? before a space and a capital (or a number's place), quotes and
# brackets aside; and where a heading, a paragraph, an item of a list or a row of a table ends.
SENTENCE = re.compile(
    rf"""
    (?<=[.!?]) ["”’)*_\]{LINK}]* \s+ (?=["“‘(\[*_]*[A-Z{NUMBER}])
    | \n\s*\n | \n(?=\s*(?:[-*+|]|\d+\.)\s) | ^\#.*\n
    """,
    re.MULTILINE | re.VERBOSE,
)


@dataclass(frozen=True)
class Group:
    """Patterns, words or phrases that stand in words.toml for one reason."""

    __pydantic_config__ = {"extra": "forbid"}

    reason: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """
    What editors decide about words.

    `fixed` holds regular expressions of figures that no data can change, `watched` words that can
    go stale, `allowed` phrases in which a watched word is harmless.
    """

    __pydantic_config__ = {"extra": "forbid"}

    fixed: tuple[Group, ...] = ()
    watched: tuple[Group, ...] = ()
    allowed: tuple[Group, ...] = ()

    @cached_property
    def names(self) -> re.Pattern[str] | None:
        """The fixed figures, as whole tokens: no letter, digit, sign or fraction goes on."""
        return _either(self.fixed, r"(?<![\w.,$€£+−–-])", r"(?![\w–-])(?![.,]\d)(?!\s?%)")

    @cached_property
    def watch(self) -> re.Pattern[str] | None:
        """The watched words, upper or lower case."""
        return _either(self.watched, r"(?<!\w)", r"(?!\w)", escape=True)

    @cached_property
    def harmless(self) -> re.Pattern[str] | None:
        """The allowed phrases, upper or lower case."""
        return _either(self.allowed, r"(?<!\w)", r"(?!\w)", escape=True)


def problems(articles: Iterable[tuple[Path, int, str]], words: Path) -> list[Problem]:
    """
    What is wrong with the prose of all articles.

    Args:
        articles: path, the line on which the text starts, the text.
        words: words.toml; without it no figure is fixed and no word is watched.
    """
    try:
        known = load(words)
    except ReportError as error:
        return list(error.problems)
    return [
        Problem(path, first + line - 1, message)
        for path, first, text in articles
        for line, message in faults(text, known)
    ]


def load(path: Path) -> Words:
    """
    What words.toml says, or nothing where the report has no such file.

    Raises:
        ReportError: of another shape, or a pattern that is no regular expression.
    """
    if not path.is_file():
        return Words()
    words = schema.read_toml(path, Words)
    lines = path.read_text(encoding="utf-8").splitlines()
    found: list[Problem] = []
    for pattern in (word for group in words.fixed for word in group.words):
        try:
            re.compile(pattern)
        except re.error as error:
            line = next((n for n, text in enumerate(lines, 1) if pattern in text), 1)
            message = f'"{pattern}" is no regular expression: {error.msg}. Correct it.'
            found.append(Problem(path, line, message))
    if found:
        raise ReportError(found)
    return words


def faults(text: str, words: Words) -> Iterator[tuple[int, str]]:
    """Line in *text* and words of each fault, in the order of the lines."""
    prose, depths = masked(text)
    found = [*_figures(prose, words), *_watched(prose, depths, words)]
    yield from ((text.count("\n", 0, at) + 1, message) for at, message in sorted(found))


def masked(text: str) -> tuple[str, list[int]]:
    """
    *text* with blanks for what is no prose, character by character; and how deep in conditions each stands.

    Calls of `number` become NUMBER, addresses of links LINK; Jinja, code and HTML become spaces.
    """
    depths: list[int] = []
    depth = end = 0
    prose = ""
    for tag in TAG.finditer(text):
        prose += text[end : tag.start()] + _blank(tag[0], NUMBER if QUOTES.match(tag[0]) else " ")
        depths += [depth] * (tag.end() - end)
        if condition := CONDITION.match(tag[0]):
            depth += -1 if condition[1] else 1
        end = tag.end()
    depths += [depth] * (len(text) - end)
    prose += text[end:]
    return MARKUP.sub(_plain, prose), depths


def _plain(markup: re.Match[str]) -> str:
    """Markup without its characters; of a picture the words remain, of a link its mark."""
    if markup["alt"] is not None:
        return f"  {markup['alt']}".ljust(len(markup[0]))
    return _blank(markup[0], LINK if markup["link"] else " ")


def _blank(text: str, mark: str) -> str:
    """As long as *text* and with its line breaks."""
    return re.sub(r"[^\n]", mark, text)


def _figures(prose: str, words: Words) -> Iterator[tuple[int, str]]:
    """Digits that belong to no fixed name."""
    bare = words.names.sub(lambda m: _blank(m[0], "x"), prose) if words.names else prose
    for figure in FIGURE.finditer(bare):
        token = prose[figure.start() : figure.end()].strip(f".,;:!?'’{NUMBER}{LINK}")
        yield (
            figure.start(),
            f'"{token}" is a figure typed by hand; quote it with {{{{ number("…") }}}},'
            " or list it under fixed in content/words.toml if no data can change it.",
        )


def _watched(prose: str, depths: list[int], words: Words) -> Iterator[tuple[int, str]]:
    """The first watched word of each sentence that stands on nothing."""
    if words.watch is None:
        return
    clean = words.harmless.sub(lambda m: _blank(m[0], "x"), prose) if words.harmless else prose
    start = 0
    for end in [*(m.end() for m in SENTENCE.finditer(clean)), len(clean)]:
        sentence = clean[start:end]
        if NUMBER not in sentence and LINK not in sentence:
            for word in words.watch.finditer(sentence):
                if depths[start + word.start()] <= 0:
                    yield (
                        start + word.start(),
                        f'"{" ".join(word[0].split())}" can go stale, and its sentence has no condition, source or'
                        " number; put it under {% if %} with its alternative, link a source,"
                        " quote a number, or reword it.",
                    )
                    break
        start = end


def _either(
    groups: Iterable[Group], before: str, after: str, *, escape: bool = False
) -> re.Pattern[str] | None:
    """Any of the words between *before* and *after*, the longest first; a space is any white space."""
    given = sorted({word for group in groups for word in group.words}, key=lambda w: (-len(w), w))
    if not given:
        return None
    spaced = [r"\s+".join(re.escape(w) if escape else w for w in word.split(" ")) for word in given]
    flags = re.IGNORECASE if escape else 0
    return re.compile(f"{before}(?:{'|'.join(spaced)}){after}", flags)
