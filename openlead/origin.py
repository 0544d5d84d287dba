"""Board rows and what editors know → who published a model, whose weights it has, how open it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import pandas as pd
from pydantic import BeforeValidator, Field

from openlead.errors import Problem, ReportError, suggestion
from openlead.schema import read_csv

T = TypeVar("T")
Evidence = Literal["", "curated", "declared base", "architecture", "name", "size and architecture"]
Confidence = Literal["", "high", "medium", "low"]


def _split(cell: object) -> object:
    """`a | b` as a tuple; what is no text is left to the validator."""
    return tuple(part.strip() for part in cell.split(" | ")) if isinstance(cell, str) else cell


Cells = Annotated[tuple[str, ...], BeforeValidator(_split)]
Sizes = Annotated[tuple[float, ...], BeforeValidator(_split)]
Shape = Annotated[str, Field(pattern=r"^\w+( \d+([.]\d+)?)*$")]
Step = Annotated[int, Field(ge=0, le=4)]
Source = Annotated[str, Field(pattern=r"^https?://")]


@dataclass(frozen=True)
class Organisation:
    """Who publishes models; `aliases` are Hub namespaces and the boards' spellings."""

    organisation: str
    name: str
    kind: Literal["company", "university", "institute", "community", "person"]
    source: Source
    aliases: Cells = ()
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = ""  # headquarters; "" is unknown
    note: str = ""


@dataclass(frozen=True)
class Family:
    """Weights trained from scratch by a developer (the first one named gives the country)."""

    family: str
    line: str  # as printed
    developer: Cells
    released: date
    source: Source
    architectures: Cells = ()  # classes that prove the family
    sizes_b: Sizes = ()  # in those classes
    shapes: Annotated[tuple[Shape, ...], BeforeValidator(_split)] = ()  # shared: `Class 7 7.242`
    names: Cells = ()  # patterns of what a tune's name mentions
    official: Cells = ()  # patterns of the whole name of the developer's own releases
    licence: str = ""  # binds what descends from it
    openness: Step | None = None  # of its own releases

    @cached_property
    def sizes(self) -> Mapping[str, tuple[float, ...]]:
        """The sizes in billions that it comes in, by class."""
        shared = {name: tuple(map(float, sizes)) for name, *sizes in map(str.split, self.shapes)}
        return {**dict.fromkeys(self.architectures, self.sizes_b), **shared}


@dataclass(frozen=True)
class Descent:
    """A model, or all whose name starts so (`*` at the end), and the weights it continues."""

    model: str
    bases: Cells  # Hub ids, or keys of families
    source: Source
    publisher: str = ""  # for boards that leave out the namespace
    note: str = ""


@dataclass(frozen=True)
class Licence:
    """A licence, as boards spell it, and the step of openness that it allows."""

    licence: str
    openness: Step
    source: Source
    spellings: Cells = ()


@dataclass(frozen=True)
class Knowledge:
    """What editors know, and the look-ups made from it once."""

    organisations: tuple[Organisation, ...]
    families: tuple[Family, ...]
    lineage: tuple[Descent, ...]
    licences: tuple[Licence, ...]

    @cached_property
    def by_alias(self) -> Mapping[str, Organisation]:
        """Organisations under every spelling, in lower case."""
        return {alias: o for o in self.organisations for alias in _spellings(o)}

    @cached_property
    def by_family(self) -> Mapping[str, Family]:
        """Families under their keys."""
        return {f.family: f for f in self.families}

    @cached_property
    def by_licence(self) -> Mapping[str, Licence]:
        """Licences under every spelling, in lower case."""
        return {spelling: x for x in self.licences for spelling in _spellings(x)}

    @cached_property
    def _curated(self) -> Mapping[str, Descent]:
        """Rows of the lineage by model or pattern, in lower case."""
        return {d.model.lower(): d for d in self.lineage}

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], Family]]:
        return [(_bounded(f.names), f) for f in self.families if f.names]

    @cached_property
    def _any_pattern(self) -> re.Pattern[str]:
        return _bounded(name for f in self.families for name in f.names)

    @cached_property
    def by_class(self) -> Mapping[str, list[Family]]:
        """The families that come in a class, proving or shared."""
        classes = {name for f in self.families for name in f.sizes}
        return {name: [f for f in self.families if name in f.sizes] for name in classes}

    @cached_property
    def _named(self) -> dict[str, tuple[Family, ...]]:
        return {}  # filled by `named`: searching 7,000 names for 140 patterns once is enough

    def descent(self, model: str) -> Descent | None:
        """The curated row for *model*: its whole id, else its name, else the longest pattern."""
        texts = (model.lower(), repository(model).lower())
        starts = (f"{t[:end]}*" for t in texts for end in range(len(t), 0, -1))
        found = (self._curated.get(word) for word in (*texts, *starts))
        return next((row for row in found if row), None)

    def named(self, model: str) -> tuple[Family, ...]:
        """The families that the repository's name mentions."""
        name = repository(model)
        if name not in self._named:
            patterns = self._patterns if self._any_pattern.search(name) else ()  # most have none
            self._named[name] = tuple(f for p, f in patterns if p.search(name))
        return self._named[name]

    def release(self, model: str) -> Family | None:
        """The family of which a bare name is a release by the developer."""
        name = repository(model)
        own = (f for f in self.families for p in f.official if re.fullmatch(p, name, re.I))
        return next(own, None)


def repository(model: str) -> str:
    """The name of *model* without its namespace."""
    return model.rpartition("/")[2]


def _bounded(patterns: Iterable[str]) -> re.Pattern[str]:
    """Any of *patterns*, with no letter before and none after: "yi" is in Yi6B, not in Yiddish."""
    return re.compile(f"(?<![a-z])(?:{'|'.join(patterns) or '(?!)'})(?![a-z])", re.I)


def _spellings(row: Organisation | Licence) -> set[str]:
    """All that a board may write for *row*, in lower case."""
    if isinstance(row, Organisation):
        return {word.lower() for word in (row.organisation, row.name, *row.aliases)}
    return {word.lower() for word in (row.licence, *row.spellings)}


def load(folder: Path) -> Knowledge:
    """
    The knowledge in organisations.csv, families.csv, lineage.csv and licences.csv.

    Raises:
        ReportError: a row does not fit its file, or the files contradict each other; all at once.
    """
    problems: list[Problem] = []

    def read(kind: type[T], name: str) -> tuple[T, ...]:
        try:
            return tuple(read_csv(folder / name, kind))
        except ReportError as error:
            problems.extend(error.problems)
            return ()

    knowledge = Knowledge(
        read(Organisation, "organisations.csv"),
        read(Family, "families.csv"),
        read(Descent, "lineage.csv"),
        read(Licence, "licences.csv"),
    )
    problems += [] if problems else _family_faults(knowledge, folder / "families.csv")
    problems += [] if problems else _lineage_faults(knowledge, folder / "lineage.csv")
    for name, spelled in (
        ("organisations.csv", [_spellings(o) for o in knowledge.organisations]),
        ("families.csv", [{f.family} for f in knowledge.families]),
        ("lineage.csv", [{d.model.lower()} for d in knowledge.lineage]),
        ("licences.csv", [_spellings(x) for x in knowledge.licences]),
    ):
        problems += _taken_twice(folder / name, spelled)
    if problems:
        raise ReportError(problems)
    return knowledge


def _taken_twice(path: Path, rows: list[set[str]]) -> Iterator[Problem]:
    """Spellings that two rows claim."""
    owner: dict[str, int] = {}
    for line, words in enumerate(rows, 2):
        for word in sorted(words):
            first = owner.setdefault(word, line)
            if first != line:
                yield Problem(path, line, f'"{word}" is already in line {first}; keep one of them.')


def _family_faults(knowledge: Knowledge, path: Path) -> Iterator[Problem]:
    """Developers and licences without a row, patterns that are none."""
    organisations = {o.organisation for o in knowledge.organisations}
    licences = {x.licence for x in knowledge.licences}
    for line, family in enumerate(knowledge.families, 2):
        yield from _unlisted(path, line, "developer", family.developer, organisations)
        yield from _unlisted(path, line, "licence", [family.licence], licences)
        for pattern in (*family.names, *family.official):
            try:
                re.compile(pattern)
            except re.error as error:
                yield Problem(path, line, f'"{pattern}" is no pattern: {error}. Correct it.')


def _lineage_faults(knowledge: Knowledge, path: Path) -> Iterator[Problem]:
    """Publishers without a row, bases that lead nowhere, models that descend from themselves."""
    organisations = {o.organisation for o in knowledge.organisations}
    for line, descent in enumerate(knowledge.lineage, 2):
        yield from _unlisted(path, line, "publisher", [descent.publisher], organisations)
        for base in descent.bases:
            known = base in knowledge.by_family or knowledge.descent(base) or knowledge.named(base)
            if not known:
                message = (
                    f'the base "{base}" leads to no family; add a row for it or name a family.'
                )
                yield Problem(path, line, message)
        circle = _circle(knowledge, descent)
        if circle:
            way = " ◂ ".join(circle)
            yield Problem(path, line, f"descends from itself: {way}. Break the circle.")


def _unlisted(
    path: Path, line: int, what: str, words: Iterable[str], known: set[str]
) -> Iterator[Problem]:
    for word in words:
        if word and word not in known:
            near = suggestion(word, sorted(known)) or "."
            file = "licences.csv" if what == "licence" else "organisations.csv"
            yield Problem(path, line, f'no {what} "{word}" in {file}{near} Add or correct it.')


def _circle(knowledge: Knowledge, start: Descent) -> list[str]:
    """The way from *start* back to itself, or nothing."""
    seen: set[str] = set()
    todo = [(start, [start.model])]
    while todo:
        descent, way = todo.pop()
        for base in descent.bases:
            found = None if base in knowledge.by_family else knowledge.descent(base)
            if found is start:
                return [*way, base]
            if found and found.model not in seen:
                seen.add(found.model)
                todo.append((found, [*way, base]))
    return []


@dataclass(frozen=True)
class Entry:
    """What a board says about a model, as far as origin asks; the fields are ledger columns."""

    model: str
    organisation: str = ""
    licence: str = ""
    base_model: str = ""
    architecture: str = ""
    params_b: float | None = None
    submitted: str = ""


@dataclass(frozen=True)
class Origin:
    """The columns that `attribute` adds."""

    publisher: str
    publisher_country: str
    base_family: str
    base_country: str
    openness: int | None
    lineage: str
    lineage_evidence: Evidence
    lineage_confidence: Confidence
    own: bool


@dataclass(frozen=True)
class Base:
    """Families that a model may descend from: several parents, or no telling which; and why."""

    families: tuple[Family, ...] = ()
    evidence: Evidence = ""
    confidence: Confidence = ""
    path: tuple[str, ...] = ()  # from the parent towards the family

    @property
    def lines(self) -> set[str]:
        """The lines that its families belong to."""
        return {f.line for f in self.families}


UNKNOWN = Base()
DTYPES = {"openness": "Int64", "own": "bool"}
CLASSLESS = {"", "?", "unknown", "none"}
FROM_SCRATCH = re.compile("scratch|untrained|randomi[sz]ed", re.I)  # a design's name, not weights


def declared(rows: pd.DataFrame) -> Mapping[str, str]:
    """
    Model → the other repository that its submitter named as its base.

    A model whose rows name different bases has none; "(Merge)" and "Removed" are no repository.
    """
    found: dict[str, set[str]] = {}
    if "base_model" in rows:
        for model, base in zip(rows["model"], rows["base_model"], strict=True):
            if named := _other_repository(model, base):
                found.setdefault(model, set()).add(named)
    return {model: bases.pop() for model, bases in sorted(found.items()) if len(bases) == 1}


def _other_repository(model: str, base: object) -> str:
    """*base* if it is a repository other than *model*, else nothing."""
    text = base.strip() if isinstance(base, str) else ""
    other = "/" in text and not text.endswith("(Merge)") and text.lower() != model.lower()
    return text if other else ""


def attribute(
    rows: pd.DataFrame, knowledge: Knowledge, declared: Mapping[str, str]
) -> pd.DataFrame:
    """
    The same rows with who published them, whose weights they have, and how open they are.

    Args:
        rows: one row a board entry; `model`, and any columns of `Entry`.
        knowledge: what editors know.
        declared: model → declared base, from any boards.

    Returns:
        *rows* in their order with `publisher` (a name; of an unlisted namespace, itself),
        `publisher_country`, `base_family` (a line), `base_country`, `openness` (Int64),
        `lineage` ("model ◂ parent ◂ …"), `lineage_evidence`, `lineage_confidence`, and `own`:
        the publisher developed the base family. Unknown is an empty text, or <NA>.
    """
    bases = {model.lower(): base for model, base in declared.items()}
    found: dict[Entry, Origin] = {}
    origins: list[Origin] = []
    for entry in _entries(rows):
        if entry not in found:
            found[entry] = origin(entry, knowledge, bases)
        origins.append(found[entry])
    columns = {
        f.name: pd.Series(
            [getattr(o, f.name) for o in origins], rows.index, DTYPES.get(f.name, "str")
        )
        for f in fields(Origin)
    }
    return rows.assign(**columns)


def _entries(rows: pd.DataFrame) -> Iterator[Entry]:
    """The rows as entries; what a board lacks is empty."""
    cells = {f.name: rows[f.name].tolist() for f in fields(Entry) if f.name in rows}
    for values in zip(*cells.values(), strict=True):
        entry = dict(zip(cells, values, strict=True))
        size = entry.pop("params_b", None)
        texts = {name: cell for name, cell in entry.items() if isinstance(cell, str)}
        yield Entry(**texts, params_b=size if isinstance(size, (int, float)) and size > 0 else None)


def origin(entry: Entry, knowledge: Knowledge, declared: Mapping[str, str]) -> Origin:
    """All that is known of one entry; *declared* by lower-case model."""
    base = _base(entry, knowledge, declared)
    if not _is_release(entry, knowledge):  # a developer may submit before the day of release
        base = _dated(base, entry)
    publisher = _publisher(entry, knowledge)
    known = knowledge.by_alias.get(publisher.lower())
    makers = [f.developer for f in base.families]
    own = bool(known and makers and not base.path) and all(
        known.organisation in maker for maker in makers if known
    )
    countries = {knowledge.by_alias[maker[0]].country for maker in makers}
    line, country = _only(base.lines), _only(countries)
    path = base.path or ((line,) if line and not own else ())
    return Origin(
        publisher=known.name if known else publisher,
        publisher_country=known.country if known else "",
        base_family=line,
        base_country=country,
        openness=_openness(entry, base, own, knowledge),
        lineage=" ◂ ".join((repository(entry.model), *path)) if path or own else "",
        lineage_evidence=base.evidence if line or country else "",
        lineage_confidence=base.confidence if line or country else "",
        own=own,
    )


def _only(values: set[str]) -> str:
    """The value if there is one, else nothing."""
    return next(iter(values)) if len(values) == 1 else ""


def _publisher(entry: Entry, knowledge: Knowledge) -> str:
    """The board's organisation, else the namespace, else whose release the bare name is."""
    if entry.organisation or "/" in entry.model:
        return entry.organisation or entry.model.partition("/")[0]
    if descent := knowledge.descent(entry.model):
        return descent.publisher
    release = knowledge.release(entry.model)
    return release.developer[0] if release else ""


def _is_release(entry: Entry, knowledge: Knowledge) -> bool:
    """Whether the publisher developed every family that its name mentions."""
    publisher = knowledge.by_alias.get(_publisher(entry, knowledge).lower())
    families = knowledge.named(entry.model)
    if publisher is None or not families:
        return False
    return all(publisher.organisation in f.developer for f in families)


def _openness(entry: Entry, base: Base, own: bool, knowledge: Knowledge) -> int | None:
    """
    The step that the licence allows, never above that of a licence which binds every base.

    A board that names organisations lists hosted models too, so there a missing licence says
    nothing; the others list weights only.
    """
    licence = knowledge.by_licence.get(entry.licence.strip().lower())
    steps = {f.openness for f in base.families} if own else {None}
    released = steps.pop() if len(steps) == 1 else None
    if licence is None:
        return None if entry.organisation else released or 2
    if licence.openness == 3 and released == 4:
        return 4
    bound = [knowledge.by_licence[f.licence].openness for f in base.families if f.licence]
    binds = bool(bound) and len(bound) == len(base.families)
    return min(licence.openness, *bound) if binds else licence.openness


def _dated(base: Base, entry: Entry) -> Base:
    """*base* without the families that were not out when the entry was submitted."""
    known = tuple(f for f in base.families if _released(f, entry))
    return replace(base, families=known) if known else UNKNOWN


def _released(family: Family, entry: Entry) -> bool:
    return not entry.submitted or family.released.isoformat() <= entry.submitted[:10]


def _base(entry: Entry, knowledge: Knowledge, declared: Mapping[str, str]) -> Base:
    """What the first rule says that decides."""
    if knowledge.descent(entry.model):
        return _followed(entry.model, knowledge, declared)
    return (
        _by_declaration(entry, knowledge, declared)
        or _by_class(entry, knowledge)
        or _by_name(entry, knowledge)
        or _by_shape(entry, knowledge)
        or UNKNOWN
    )


def _followed(
    model: str,
    knowledge: Knowledge,
    declared: Mapping[str, str],
    seen: frozenset[str] = frozenset(),
) -> Base:
    """
    Where *model* leads: over curated rows, declarations, and at last its own name.

    With several parents the families of all are kept; one without any leaves all unknown.
    """
    if model.lower() in seen:
        return UNKNOWN
    seen |= {model.lower()}
    if model in knowledge.by_family:
        return Base((knowledge.by_family[model],))
    descent = knowledge.descent(model)
    named = declared.get(model.lower())
    parents = descent.bases if descent else (named,) if named else ()
    ways = [_followed(parent, knowledge, declared, seen) for parent in parents]
    if ways and all(way.families for way in ways):
        families = tuple(dict.fromkeys(f for way in ways for f in way.families))
        labels = dict.fromkeys(_label(parent, knowledge) for parent in parents)
        path = (" + ".join(labels), *(ways[0].path if len(ways) == 1 else ()))
        return Base(families, "curated" if descent else "declared base", "high", path)
    own = Base(knowledge.named(model), "name", "high")
    return own if len(own.lines) == 1 and not descent else UNKNOWN


def _label(base: str, knowledge: Knowledge) -> str:
    """A parent as the path prints it: a repository's name, or a family's line."""
    return knowledge.by_family[base].line if base in knowledge.by_family else repository(base)


def _by_declaration(entry: Entry, knowledge: Knowledge, declared: Mapping[str, str]) -> Base | None:
    """The base that the submitter named, unless the class proves another family."""
    name = entry.model.lower()
    parent = _other_repository(name, entry.base_model) or declared.get(name, "")
    if not parent or _is_release(entry, knowledge):
        return None
    way = _followed(parent, knowledge, declared, frozenset({name}))
    proven = {f.line for f in _proven(entry, knowledge)}
    if not way.families or (proven and not proven & way.lines):
        return None
    path = (_label(parent, knowledge), *way.path)
    return Base(way.families, "declared base", "high", path)


def _proven(entry: Entry, knowledge: Knowledge) -> list[Family]:
    families = knowledge.by_class.get(entry.architecture, ())
    return [f for f in families if entry.architecture in f.architectures]


def _by_class(entry: Entry, knowledge: Knowledge) -> Base | None:
    """
    The family that the Transformers class proves; name and size tell which of a developer's.

    A name may overrule it only with a family that is known to share the class.
    """
    proven = _proven(entry, knowledge)
    shared = knowledge.by_class.get(entry.architecture, ()) if proven else ()
    named = [f for f in shared if f in knowledge.named(entry.model)] or proven
    near = [f for f in named if _fits(entry, f)] or named
    return Base(tuple(near), "architecture", "high") if near else None


def _by_name(entry: Entry, knowledge: Knowledge) -> Base | None:
    """The one line that the name mentions and the class allows; of two, the one of that size."""
    named = Base(tuple(f for f in knowledge.named(entry.model) if _possible(entry, f)), "name")
    fitting = replace(named, families=tuple(f for f in named.families if _fits(entry, f)))
    if len(fitting.lines) == 1:
        return replace(fitting, confidence="high" if len(named.lines) == 1 else "medium")
    if len(named.lines) != 1 or FROM_SCRATCH.search(entry.model):
        return None
    if _is_release(entry, knowledge):
        return replace(named, confidence="high")
    exact = entry.params_b and entry.params_b % 1  # whole billions fit too many to contradict
    others = exact and {f.line for f in _fitting(entry, knowledge)} - named.lines
    return None if others else replace(named, confidence="medium")


def _by_shape(entry: Entry, knowledge: Knowledge) -> Base | None:
    """The families of that class and size, unless the name speaks for another line."""
    fitting = [f for f in _fitting(entry, knowledge) if _released(f, entry)]
    base = Base(tuple(fitting), "size and architecture")
    strangers = {f.line for f in knowledge.named(entry.model)} - base.lines
    if not fitting or not entry.params_b or strangers:
        return None
    return replace(base, confidence="medium" if entry.params_b % 1 else "low")


def _possible(entry: Entry, family: Family) -> bool:
    """Whether the entry's class, if known, is one that *family* comes in."""
    unknown = entry.architecture.lower() in CLASSLESS or ";" in entry.architecture
    return unknown or not family.sizes or entry.architecture in family.sizes


def _fitting(entry: Entry, knowledge: Knowledge) -> list[Family]:
    return [f for f in knowledge.by_class.get(entry.architecture, ()) if _fits(entry, f)]


def _fits(entry: Entry, family: Family) -> bool:
    """Whether class and size are the family's; whole billions must be listed as such."""
    size = entry.params_b
    if not size:
        return False
    slack = 0.0015 * size if size % 1 else 0
    return any(abs(s - size) <= slack for s in family.sizes.get(entry.architecture, ()))
