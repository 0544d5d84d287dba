"""Markdown with front matter → Article; and an article's text with numbers and figures put in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

import jinja2
from jinja2 import nodes
from markdown import Markdown
from markdown.extensions.toc import slugify
from markupsafe import Markup, escape

from openlead import claims, schema
from openlead.errors import Problem, ReportError, suggestion
from openlead.facts import PartialDate
from openlead.numbers import Number, Numbers

When = Literal["then", "now"]
BOTH: tuple[When, ...] = ("then", "now")
PIECES = ("answer", "limits")  # pages that stand inside the report
TOKEN = re.compile(
    "\ue000(\\d+)\ue001"
)  # private use: no author types it, Markdown leaves it alone


@dataclass(frozen=True)
class Part:
    """One separately testable part of a claim, with the rule that tests it."""

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    title: str
    depends: bool
    rule: str
    arguments: Mapping[str, object]
    asked: tuple[When, ...] = BOTH


@dataclass(frozen=True)
class Reference:
    """A source of an article, and what it supports."""

    title: str
    url: str
    date: PartialDate
    kind: Literal["primary", "official", "press", "paper", "data", "blog", "reference"]
    supports: str


@dataclass(frozen=True)
class Front:
    """The front matter of a point."""

    __pydantic_config__ = {"extra": "forbid"}

    point: int
    slug: str
    title: str
    claim: str
    summary: str
    parts: tuple[Part, ...]
    falsifier: str
    caveats: tuple[str, ...]
    sources: tuple[Reference, ...]
    rule_version: int
    rule_date: dt.date


@dataclass(frozen=True)
class PageFront:
    """The front matter of a page that is not a point."""

    __pydantic_config__ = {"extra": "forbid"}

    title: str
    summary: str


@dataclass(frozen=True, eq=False)
class Article:
    """One Markdown file: its text from `line` on, and for a point the rules of its parts."""

    path: Path
    front: Front | PageFront
    text: str
    line: int
    rules: tuple[claims.Judge, ...] = ()

    @property
    def slug(self) -> str:
        """What addresses are made of."""
        return self.front.slug if isinstance(self.front, Front) else self.path.stem


def load(folder: Path) -> list[Article]:
    """
    The articles under *folder*: points in their order, then pages.

    Raises:
        ReportError: the faults of all files at once.
    """
    found: list[Problem] = []
    articles: list[Article] = []
    kinds: list[tuple[str, type[Front] | type[PageFront]]] = [
        ("points", Front),
        ("pages", PageFront),
    ]
    for sub, kind in kinds:
        for path in sorted((folder / sub).glob("*.md")):
            try:
                front, text, line = schema.read_front_matter(path, kind)
                rules = _rules(path, front) if isinstance(front, Front) else ()
                articles.append(Article(path, front, text, line, rules))
            except ReportError as error:
                found += error.problems
    found += _clashes(articles)
    for name in PIECES:
        path = folder / "pages" / f"{name}.md"
        if not path.is_file():
            found.append(Problem(path, 0, "the report needs this page; write it."))
    if found:
        raise ReportError(found)
    return articles


def points(articles: Sequence[Article]) -> list[tuple[Article, Front]]:
    """The articles that are points, in order of their number."""
    own = [(a, a.front) for a in articles if isinstance(a.front, Front)]
    return sorted(own, key=lambda pair: pair[1].point)


def _clashes(articles: Sequence[Article]) -> Iterator[Problem]:
    seen: dict[object, Path] = {}
    for article in articles:
        if isinstance(article.front, Front):
            for key, value in (("point", article.front.point), ("slug", article.front.slug)):
                if (key, value) in seen:
                    other = seen[key, value].name
                    yield Problem(
                        article.path, 2, f'{key} "{value}" is taken by {other}; choose another.'
                    )
                seen.setdefault((key, value), article.path)
            if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", article.front.slug):
                message = f'slug "{article.front.slug}" is not lower-case words joined by hyphens; change it.'
                yield Problem(article.path, 2, message)


def _rules(path: Path, front: Front) -> tuple[claims.Judge, ...]:
    """The rules of a point's parts, their arguments checked."""
    found: list[Problem] = []
    rules: list[claims.Judge] = []
    text = path.read_text(encoding="utf-8").splitlines()
    for part in front.parts:
        line = next((n for n, row in enumerate(text, 1) if row.strip() == f"- id: {part.id}"), 2)
        kind = claims.RULES.get(part.rule)
        if kind is None:
            near = (
                suggestion(part.rule, list(claims.RULES)) or f" Known: {', '.join(claims.RULES)}."
            )
            found.append(Problem(path, line, f'no rule "{part.rule}"{near}'))
            continue
        try:
            rules.append(schema.validate(kind, dict(part.arguments), path, lambda _, at=line: at))  # type: ignore[misc]
        except ReportError as error:
            found += error.problems
    if found:
        raise ReportError(found)
    return tuple(rules)


@dataclass(eq=False)
class Writer:
    """
    Puts numbers and figures into articles.

    Jinja goes first, then Markdown; what Jinja puts in is held back as a token until Markdown is
    done, so that a model called `**bold**` or `<b>` prints as its name.
    """

    numbers: Numbers
    figure: Callable[[str], Markup | None]
    charts: Sequence[str]
    root: str = ""
    quoted: dict[str, Number] = field(default_factory=dict)

    def html(self, article: Article, *, root: str, base: int = 1) -> Markup:
        """
        The article's text as HTML; headings start at level *base* + 1.

        Raises:
            ReportError: an unknown id, a number without a value on this date, a fault of syntax.
        """
        self.root = root
        held: list[Markup] = []

        def hold(html: Markup) -> str:
            held.append(html)
            return f"\ue000{len(held) - 1}\ue001"

        text = self._jinja(article, hold)
        markdown = Markdown(
            extensions=["smarty", "tables", "toc"],
            extension_configs={
                "toc": {
                    "baselevel": base,
                    "slugify": lambda value, sep: f"{article.slug}{sep}{slugify(value, sep)}",
                }
            },
        )
        html = markdown.convert(text)
        html = re.sub(f"<p>\\s*({TOKEN.pattern})\\s*</p>", _alone(held), html)
        return Markup(TOKEN.sub(lambda m: str(held[int(m[1])]), html))  # authors are trusted

    def plain(self, text: str) -> Markup:
        """A line of front matter: inline Markdown, no numbers."""
        html = Markdown(extensions=["smarty"]).convert(text)
        return Markup(html.removeprefix("<p>").removesuffix("</p>"))

    def markup(self, number: Number) -> Markup:
        """A number as prose shows it: marked up, and linked to its line on the page of numbers."""
        self.quoted[number.id] = number
        value = f"{number.value:.10g}" if isinstance(number.value, float) else number.value or ""
        return Markup(
            '<a class="number" href="{}numbers/index.html#{}"><data value="{}">{}</data></a>'
        ).format(self.root, number.id, value, number.text)

    def _jinja(self, article: Article, hold: Callable[[Markup], str]) -> str:
        environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
        try:
            tree = environment.parse(article.text)
        except jinja2.TemplateSyntaxError as error:
            line = article.line + error.lineno - 1
            raise ReportError(
                [Problem(article.path, line, f"{error.message}; mend the Jinja here.")]
            ) from None
        lines = {(c.node.name, c.args[0].value): c.lineno + article.line - 1 for c in _calls(tree)}  # type: ignore[attr-defined]
        found = list(self._unknown(article.path, lines))
        if found:
            raise ReportError(found)

        look_up = partial(self._number, path=article.path, line=article.line, found=found)

        def number(name: str) -> str:
            given = look_up(name)
            if given.value is None:
                message = (
                    f'number "{name}" has no value on {self.numbers.edition}; put the sentence'
                )
                message += f' under {{% if known("{name}") %}} with its alternative.'
                found.append(
                    Problem(article.path, lines.get(("number", name), article.line), message)
                )
            return hold(self.markup(given))

        def value(name: str) -> object:
            given = look_up(name).value
            return float("nan") if given is None else given  # unknown is neither more nor less

        def chart(name: str) -> str:
            html = self.figure(name)
            return hold(html) if html else ""

        def known(name: str) -> bool:
            return look_up(name).value is not None

        template = environment.from_string(article.text)
        text = template.render(number=number, value=value, known=known, chart=chart)
        if found:
            raise ReportError(found)
        return text

    def _number(self, name: str, path: Path, line: int, found: list[Problem]) -> Number:
        """The number of that name; a name that an article puts together is met only here."""
        try:
            return self.numbers(name)
        except KeyError as error:
            found.append(Problem(path, line, str(error.args[0])))
            return Number(name, 0.0, "count", "")

    def _unknown(self, path: Path, calls: Mapping[tuple[str, str], int]) -> Iterator[Problem]:
        """Ids that nothing answers to, in branches not taken as well."""
        for (kind, name), line in calls.items():
            if kind == "chart" and name not in self.charts:
                near = suggestion(name, self.charts) or f" Known: {', '.join(self.charts)}."
                yield Problem(path, line, f'no chart "{name}"{near}')
            elif kind != "chart":
                try:
                    self.numbers(name)
                except KeyError as error:
                    yield Problem(path, line, str(error.args[0]))


def _calls(tree: nodes.Template) -> Iterator[nodes.Call]:
    """Calls of ours with one text as argument."""
    for call in tree.find_all(nodes.Call):
        named = isinstance(call.node, nodes.Name) and call.node.name in {
            "number",
            "value",
            "known",
            "chart",
        }
        if named and len(call.args) == 1 and isinstance(call.args[0], nodes.Const):
            yield call


def _alone(held: Sequence[Markup]) -> Callable[[re.Match[str]], str]:
    """A figure alone in its paragraph stands without the paragraph."""

    def bare(match: re.Match[str]) -> str:
        return match[1] if held[int(match[2])].startswith("<figure") else match[0]

    return bare


def text_only(html: Markup) -> str:
    """The words of *html*, for descriptions."""
    return str(escape(html.striptags()).unescape())
