"""Sourced rows of `content/knowledge/` → verdicts: filings, words, releases, rules and refusals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from openlead import facts
from openlead.claims.base import (
    ONE_CODER,
    PLACES,
    Condition,
    Count,
    Finding,
    Judge,
    Outcome,
    Percent,
    Reads,
    Verdict,
    condition,
    later,
    shares,
    untested,
)
from openlead.numbers import Numbers, printed


@dataclass(frozen=True)
class FilingsOnRecord(Judge):
    """Were there applications of a kind at an office by the day?"""

    reads: ClassVar[Reads] = {"filings": ("kind",)}
    kind: Literal["trademark", "patent"]
    office: str
    since: dt.date
    minimum: Count

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        since = printed(self.since, "date")
        return (
            f"Supported when the record holds at least {self.minimum} {self.kind} application"
            f" at the office of {self.office} from {since} to the day; not supported when it holds none."
        )

    def outcome(self, numbers: Numbers, day: dt.date) -> Outcome:
        """The finding for *day* and its conditions, from what was known by then."""
        filings = [
            f
            for f in numbers.standings.facts.filings
            if f.office == self.office
            and f.filed
            and self.since <= facts.first_day(f.filed)
            and facts.last_day(f.filed) <= day
        ]
        found = [f for f in filings if f.kind == self.kind]
        others = len(filings) - len(found)
        count = f"{len(found) or 'no'} {self.kind} application{'' if len(found) == 1 else 's'}"
        reason = f"The record holds {count} at this office by that day"
        reason += f", beside {others} of the other kind." if others else "."
        lowered = ("press and law-firm reports, not the register itself",)
        needed = condition(f"{self.kind} applications on record", len(found), self.minimum)
        return Outcome(Finding(_met(needed), reason, lowered), (needed,))


@dataclass(frozen=True)
class StatementsOnRecord(Judge):
    """Had somebody said, in words that name China, what the claim says of them?"""

    reads: ClassVar[Reads] = {"statements": ("names",)}
    speaker: str
    minimum: Count
    on_an_act: bool

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        which = " and give it as a reason for an act" if self.on_an_act else ""
        return (
            f"Supported when the record holds at least {self.minimum} statement of {self.speaker} by the day whose"
            f" words name China or a Chinese laboratory{which}; not supported when it holds none."
        )

    def outcome(self, numbers: Numbers, day: dt.date) -> Outcome:
        """The finding for *day* and its conditions, from what was known by then."""
        said = [
            s
            for s in numbers.standings.facts.statements
            if s.speaker.startswith(self.speaker) and facts.last_day(s.date) <= day
        ]
        found = [s for s in said if s.names and (s.act or not self.on_an_act)]
        themes = ", ".join(dict.fromkeys(s.theme for s in found))
        what = f"coded statement{{s}} of {self.speaker} by that day"
        reason = _counted(len(found), len(said), what, f"themes: {themes}")
        lowered: tuple[str, ...] = ("statements coded by one person",)
        lowered += () if found else ("no logged search behind the list of statements",)
        needed = condition("statements that do so", len(found), self.minimum)
        return Outcome(Finding(_met(needed), reason, lowered), (needed,))


@dataclass(frozen=True)
class AnswerLag(Judge):
    """Did one release follow another within so many days?"""

    reads: ClassVar[Reads] = {"events": ()}
    first: str
    answer: str
    low: int
    high: int

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        return f"Supported when the answer came {self.low} to {self.high} days after; otherwise not supported."

    def outcome(self, numbers: Numbers, day: dt.date) -> Outcome:
        """The finding for *day* and its conditions, from what was known by then."""
        first, answer = (numbers.standings.facts.event(name) for name in (self.first, self.answer))
        dates = [facts.last_day(event.date) for event in (first, answer) if event]
        if first is None or answer is None or max(dates) > day:
            return untested("One of the two releases is not on record by that day.")
        soonest = (facts.first_day(answer.date) - facts.last_day(first.date)).days
        latest = (facts.last_day(answer.date) - facts.first_day(first.date)).days
        if latest < 0:
            span, order = _span(-latest, -soonest), "before"
        else:
            span, order = _span(soonest, latest), "after"
        reason = f"“{answer.title}” came {span} {order} “{first.title}”."
        inside = self.low <= soonest and latest <= self.high
        outside = latest < self.low or soonest > self.high
        lowered = tuple(
            f"the date of “{event.title}” rests on no stored source"
            for event in (first, answer)
            if event.confidence == "unverified"
        )
        word: Verdict = "supported" if inside else "not supported" if outside else "mixed"
        needed = (
            condition("days after, at the least", soonest, self.low, "days"),
            condition("days after, at the most", latest, self.high, "days", sense="at most"),
        )
        return Outcome(Finding(word, reason, lowered), needed)


@dataclass(frozen=True)
class MeasuresInForce(Judge):
    """Did a rule of a kind bind anybody on the day?"""

    reads: ClassVar[Reads] = {"measures": ("effect", "bindingness")}
    jurisdiction: str
    effect: str
    bindingness: str
    minimum: Count

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        return (
            f"Supported when at least {self.minimum} {self.bindingness} measure of {_place(self.jurisdiction)} in force"
            f" on the day {self.effect} the publication of open weights; not supported when there is none."
        )

    def outcome(self, numbers: Numbers, day: dt.date) -> Outcome:
        """The finding for *day* and its conditions, from what was known by then."""
        own = _in_force(numbers, day, self.jurisdiction)
        found = [m for m in own if m.effect == self.effect and m.bindingness == self.bindingness]
        names = "; ".join(measure.title for measure in found)
        what = f"measure{{s}} of {_place(self.jurisdiction)} in force that day"
        reason = _counted(len(found), len(own), what, names)
        needed = condition("such measures in force", len(found), self.minimum)
        return Outcome(Finding(_met(needed), reason, (ONE_CODER,)), (needed,))


@dataclass(frozen=True)
class FewerMeasures(Judge):
    """Were fewer rules of a kind in force in one country than in another?"""

    reads: ClassVar[Reads] = {"measures": ("effect", "bindingness")}
    jurisdiction: str
    than: str
    effect: str
    bindingness: str

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        return (
            f"Supported when fewer {self.bindingness} measures of {_place(self.jurisdiction)} than of"
            f" {_place(self.than)} in force on the day have the coded effect “{self.effect}” on the publication of"
            " open weights; not supported when as many or more do."
        )

    def outcome(self, numbers: Numbers, day: dt.date) -> Outcome:
        """The finding for *day* and its conditions, from what was known by then."""
        ours, theirs = (
            sum(
                m.effect == self.effect and m.bindingness == self.bindingness
                for m in _in_force(numbers, day, place)
            )
            for place in (self.jurisdiction, self.than)
        )
        reason = (
            f"On that day {ours} such measures were in force in {_place(self.jurisdiction)}"
            f" and {theirs} in {_place(self.than)}."
        )
        needed = condition(
            f"such measures of {_place(self.jurisdiction)}", ours, theirs, sense="below"
        )
        lowered = (ONE_CODER, "measures counted, not weighed")
        return Outcome(Finding(_met(needed), reason, lowered), (needed,))


@dataclass(frozen=True)
class NetTightening(Judge):
    """Did limits grow tighter, over the whole record and of late?"""

    reads: ClassVar[Reads] = {"measures": ("direction", "bindingness")}
    jurisdiction: str
    bindingness: tuple[str, ...]
    minimum: Count
    months: Count

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        return (
            f"Steps that tighten minus steps that loosen, of {_place(self.jurisdiction)}, counting what is coded"
            f" {' or '.join(self.bindingness)}: supported when the balance is at least {self.minimum} both since the"
            f" first step on record and over the last {self.months} months, mixed when only one is, else not supported."
        )

    def outcome(self, numbers: Numbers, day: dt.date) -> Outcome:
        """The finding for *day* and its conditions, from what was known by then."""
        steps = [
            m
            for m in numbers.standings.facts.measures
            if m.jurisdiction == self.jurisdiction
            and m.direction in {"tightens", "loosens"}
            and m.bindingness in self.bindingness
            and facts.last_day(m.start) <= day
        ]
        if not steps:
            return untested("No step is on record by that day.")
        recent = [m for m in steps if facts.last_day(m.start) > later(day, -self.months)]
        words, needed = [], []
        for name, those in (("since the first", steps), (f"in {self.months} months", recent)):
            tighter = sum(m.direction == "tightens" for m in those)
            words.append(f"{tighter} tightened and {len(those) - tighter} loosened {name}")
            balance = 2 * tighter - len(those)
            needed.append(condition(f"balance of steps {name}", balance, self.minimum))
        word = shares(sum(c.met is True for c in needed), len(needed))
        lowered = (ONE_CODER, "steps counted, not weighed")
        return Outcome(Finding(word, f"Of the steps, {'; '.join(words)}.", lowered), tuple(needed))


@dataclass(frozen=True)
class ReleasedBy(Judge):
    """Had the named models been released with weights by the day?"""

    reads: ClassVar[Reads] = {"releases": ("open",)}
    models: tuple[str, ...]

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        return "Supported when all were released with weights by the day; mixed when some were; else not supported."

    def outcome(self, numbers: Numbers, day: dt.date) -> Outcome:
        """The finding for *day* and its conditions, from what was known by then."""
        known = {r.model: r for r in numbers.standings.facts.releases}
        missing = [model for model in self.models if model not in known]
        if missing:
            return untested(f"Not in the list of releases: {', '.join(missing)}.")
        had = [m for m in self.models if known[m].open and facts.last_day(known[m].released) <= day]
        reason = f"{len(had)} of {len(self.models)} had been released with weights."
        needed = condition("models released with weights", len(had), len(self.models))
        word = shares(len(had), len(self.models))
        return Outcome(Finding(word, reason, ("release pages, not a log of visits",)), (needed,))


@dataclass(frozen=True)
class Restrictive(Judge):
    """Are permissive terms rarer among one country's open releases than among another's?"""

    reads: ClassVar[Reads] = {"releases": ("open", "openness")}
    country: str
    than: str
    step: int
    points: Percent
    months: Count
    least: Count

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        return (
            f"Of the open releases listed in the {self.months} months before the day, the share at openness step"
            f" {self.step} or above: supported when that of {_place(self.country)} is below that of"
            f" {_place(self.than)} by at least {self.points:g} percentage points, not supported when it is as high or"
            f" higher, mixed between. Each country needs {self.least} releases of known step."
        )

    def outcome(self, numbers: Numbers, day: dt.date) -> Outcome:
        """The finding for *day* and its conditions, from what was known by then."""
        since = later(day, -self.months)
        found: list[float | None] = []
        words, unknown = [], 0
        for country in (self.country, self.than):
            listed = _released(numbers, [country], since, day)
            steps = [r.openness for r in listed if r.openness is not None]
            permissive = sum(step >= self.step for step in steps)
            unknown += len(listed) - len(steps)
            words.append(f"{permissive} of {len(steps)} from {_place(country)}")
            found.append(100 * permissive / len(steps) if len(steps) >= self.least else None)
        reason = f"At step {self.step} or above: {' and '.join(words)}"
        reason += f"; {unknown} more of unknown step left out." if unknown else "."
        ours, theirs = found
        below = None if ours is None or theirs is None else theirs - ours
        needed = condition(
            f"how far {_place(self.country)} is below", below, self.points, "percent", digits=1
        )
        if below is None:
            return untested(f"Too few releases to compare shares. {reason}", needed)
        word: Verdict = "supported" if needed.met else "not supported" if below <= 0 else "mixed"
        lowered: tuple[str, ...] = ("a list of notable releases, not a census",)
        lowered += ("terms of some releases not coded",) if unknown else ()
        return Outcome(Finding(word, reason, lowered), (needed,))


@dataclass(frozen=True)
class MoreRefusals(Judge):
    """Do Chinese models refuse political questions more often than others, by published figures?"""

    reads: ClassVar[Reads] = {"figures": ()}
    chinese: tuple[str, ...]
    others: tuple[str, ...]
    points: Percent
    lowered: tuple[str, ...]

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        return (
            f"Supported when every Chinese model of the study refuses at least {self.points:g} percentage points more"
            " than every other, not supported when none refuses more, mixed between; from the study's date on."
        )

    def outcome(self, numbers: Numbers, day: dt.date) -> Outcome:
        """The finding for *day* and its conditions, from what was known by then."""
        by_id = {f.id: f for f in numbers.standings.facts.figures if facts.last_day(f.as_of) <= day}
        if missing := [name for name in (*self.chinese, *self.others) if name not in by_id]:
            count = len(self.chinese) + len(self.others)
            return untested(f"{len(missing)} of {count} figures were not published by that day.")
        ours, theirs = ([by_id[name] for name in group] for group in (self.chinese, self.others))
        least = min(f.value for f in ours) - max(f.value for f in theirs)
        most = max(f.value for f in ours) - min(f.value for f in theirs)
        shown = "; ".join(f"{f.title} {f.value:g}%" for f in (*ours, *theirs))
        needed = condition("smallest difference", least, self.points, "percent")
        word: Verdict = "supported" if needed.met else "not supported" if most <= 0 else "mixed"
        return Outcome(Finding(word, f"{shown}.", self.lowered), (needed,))


def _met(needed: Condition) -> Verdict:
    """The verdict of a rule with one condition and nothing between."""
    return "supported" if needed.met else "not supported"


def _counted(found: int, total: int, what: str, named: str) -> str:
    """How many of *total* did so, and their *named* words; *what* has {s} where a plural has its s."""
    if not total:
        return f"No {what.format(s='')} is on record."
    which = f" did so ({named})." if found else " did so."
    if total == 1:
        return f"The one {what.format(s='')}{which if found else ' did not do so.'}"
    some = {0: "None of the", total: "All"}.get(found, f"{found} of the")
    return f"{some} {total} {what.format(s='s')}{which}"


def _place(code: str) -> str:
    return PLACES.get(code, code)


def _in_force(numbers: Numbers, day: dt.date, place: str) -> list[facts.Measure]:
    measures = numbers.standings.facts.measures
    return [m for m in measures if m.jurisdiction == place and m.in_force(day)]


def _released(
    numbers: Numbers, countries: Sequence[str], since: dt.date, until: dt.date
) -> list[facts.Release]:
    """Open releases after *since* and up to *until*; a date known to the month counts at its end."""
    return [
        r
        for r in numbers.standings.facts.releases
        if r.open and r.country in countries and since < facts.last_day(r.released) <= until
    ]


def _span(low: int, high: int) -> str:
    """A span of days in words; one number where both ends are the same."""
    last = printed(float(high), "days")
    return last if low == high else f"{printed(float(low), 'count')} to {last}"
