"""Board rows and what editors know → who published a model, whose weights it has, how open it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Literal

import pandas as pd

from openlead.knowledge import Family, Knowledge, repository

Evidence = Literal["", "curated", "declared base", "architecture", "name", "size and architecture"]
Confidence = Literal["", "high", "medium", "low"]


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
    open: str = ""  # "yes" or "no", where the board says whether weights can be had
    country: str = ""  # of the publisher, where the board says so
    hosted: bool = False  # does the board list models whose weights nobody can have


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
HOSTED, WEIGHTS = 1, 2  # steps of openness
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
        hosted = bool(entry.pop("hosted", False))
        texts = {name: cell for name, cell in entry.items() if isinstance(cell, str)}
        known = size if isinstance(size, (int, float)) and size > 0 else None
        yield Entry(**texts, params_b=known, hosted=hosted)


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
        publisher_country=known.country if known else entry.country,
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
    nothing, unless the board says itself whether weights can be had; the others list weights only.
    """
    if entry.open == "no":
        return HOSTED
    licence = knowledge.by_licence.get(entry.licence.strip().lower())
    steps = {f.openness for f in base.families} if own else {None}
    released = steps.pop() if len(steps) == 1 else None
    if licence is None:
        unmarked = (entry.hosted or entry.organisation) and entry.open != "yes"
        return None if unmarked else released or WEIGHTS
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
