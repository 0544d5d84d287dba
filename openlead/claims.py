"""Numbers and facts → verdicts: the rules that articles name in their front matter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from openlead import facts
from openlead.numbers import Numbers, printed
from openlead.standings import Population, Rule

Verdict = Literal[
    "supported",
    "mostly supported",
    "mixed",
    "mostly not supported",
    "not supported",
    "cannot be tested",
]
UNTESTED: Verdict = "cannot be tested"
SCALE: tuple[Verdict, ...] = (
    "not supported", "mostly not supported", "mixed", "mostly supported", "supported",
)  # fmt: skip
CONFIDENCE = ("very low", "low", "moderate", "high")
STRICT = {"extra": "forbid"}


@dataclass(frozen=True)
class Finding:
    """
    What a rule says of a day: the word, the reason in a sentence, and why we are less than sure.

    Each text of `lowered` takes the confidence down one step from "high".
    """

    verdict: Verdict
    reason: str
    lowered: tuple[str, ...] = ()

    @property
    def confidence(self) -> str:
        """One of CONFIDENCE; empty for what cannot be tested."""
        if self.verdict == UNTESTED:
            return ""
        return CONFIDENCE[max(0, len(CONFIDENCE) - 1 - len(self.lowered))]


class Judge(Protocol):
    """A rule with its arguments."""

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""

    def judge(self, numbers: Numbers, day: dt.date) -> Finding:
        """The finding for *day*, from what was known by then."""


@dataclass(frozen=True)
class FirstAmongOpen:
    """Is a Chinese model first among open models, on the boards that answer for the day?"""

    __pydantic_config__ = STRICT

    boards: tuple[str, ...]
    population: Population
    country: Rule
    supported: float
    mostly: float

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        high, some = printed(self.supported, "probability"), printed(self.mostly, "probability")
        return (
            f"Supported when the probability that a Chinese open model is first is at least {high} on two boards,"
            f" mostly supported from {some}; the reverse counts against. One board alone can give"
            f" no more than “mostly”. Models count as Chinese by {self.country}; population: {self.population}."
        )

    def judge(self, numbers: Numbers, day: dt.date) -> Finding:
        """The finding for *day*, from what was known by then."""
        variant = {("everything", "publisher"): "", ("everything", "weights"): "weights"}.get(
            (self.population, self.country),
            "base" if self.country == "publisher" else "base-weights",
        )
        tail = f".{variant}" if variant else ""
        chances: list[float] = []
        leads: list[bool] = []
        words: list[str] = []
        for board in self.boards:
            question = numbers.question(board, day, variant)
            if question is None or not question.standing.snapshot.answers(day):
                continue
            chance = numbers(f"{board}.{day.isoformat()}.p1{tail}").value
            gap = numbers(f"{board}.{day.isoformat()}.gap{tail}")
            snapshot = question.standing.snapshot
            where = f"on {snapshot.board.short} of {printed(snapshot.date, 'date')}"
            if isinstance(chance, float):
                chances.append(chance)
                leads.append(chance >= 1 / 2)
                words.append(f"{printed(chance, 'probability')} {where}")
            elif isinstance(gap.value, float) and gap.value != 0:
                leads.append(gap.value > 0)
                words.append(f"unknown {where}, which gives no interval (gap: {gap.text})")
        if not chances:
            names = ", ".join(numbers.standings.ledger.history(b).board.short for b in self.boards)
            return Finding(UNTESTED, f"None of {names} gives a probability for this date.")
        reason = f"The probability that a Chinese open model is first was {'; '.join(words)}."
        lowered = ("one board only",) if len(leads) == 1 else ()
        if len(chances) < len(leads):
            lowered = ("only one board gives intervals",) if len(chances) == 1 else ()
        if len(set(leads)) > 1:
            return Finding("mixed", reason, (*lowered, "boards disagree"))
        return Finding(self.word(chances), reason, lowered)

    def word(self, chances: Sequence[float]) -> Verdict:
        """The verdict for the probabilities of all boards that answer."""
        two = len(chances) > 1
        if all(chance >= self.mostly for chance in chances):
            return "supported" if two and min(chances) >= self.supported else "mostly supported"
        if all(1 - chance >= self.mostly for chance in chances):
            low = two and 1 - max(chances) >= self.supported
            return "not supported" if low else "mostly not supported"
        return "mixed"


@dataclass(frozen=True)
class FilingsOnRecord:
    """Were there applications of a kind at an office by the day?"""

    __pydantic_config__ = STRICT

    kind: Literal["trademark", "patent"]
    office: str
    since: dt.date
    minimum: int

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        since = printed(self.since, "date")
        return (
            f"Supported when the record holds at least {self.minimum} {self.kind} application"
            f" at the office of {self.office} from {since} to the day; not supported when it holds none."
        )

    def judge(self, numbers: Numbers, day: dt.date) -> Finding:
        """The finding for *day*, from what was known by then."""
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
        enough = len(found) >= self.minimum
        return Finding("supported" if enough else "not supported", reason, lowered)


@dataclass(frozen=True)
class AnswerLag:
    """Did one release follow another within so many days?"""

    __pydantic_config__ = STRICT

    first: str
    answer: str
    low: int
    high: int

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        return f"Supported when the answer came {self.low} to {self.high} days after; otherwise not supported."

    def judge(self, numbers: Numbers, day: dt.date) -> Finding:
        """The finding for *day*, from what was known by then."""
        first, answer = (numbers.standings.facts.event(name) for name in (self.first, self.answer))
        dates = [facts.last_day(event.date) for event in (first, answer) if event]
        if first is None or answer is None or max(dates) > day:
            return Finding(UNTESTED, "One of the two releases is not on record by that day.")
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
        return Finding(
            "supported" if inside else "not supported" if outside else "mixed", reason, lowered
        )


@dataclass(frozen=True)
class MeasuresInForce:
    """Did a rule of a kind bind anybody on the day?"""

    __pydantic_config__ = STRICT

    jurisdiction: str
    effect: str
    bindingness: str
    minimum: int

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        return (
            f"Supported when at least {self.minimum} {self.bindingness} measure of {self.jurisdiction} in force"
            f" on the day {self.effect} the publication of open weights; not supported when there is none."
        )

    def judge(self, numbers: Numbers, day: dt.date) -> Finding:
        """The finding for *day*, from what was known by then."""
        own = [
            m
            for m in numbers.standings.facts.measures
            if m.jurisdiction == self.jurisdiction and m.in_force(day)
        ]
        found = [m for m in own if m.effect == self.effect and m.bindingness == self.bindingness]
        names = "; ".join(measure.title for measure in found) or "none"
        reason = (
            f"Of {len(own)} measures of {self.jurisdiction} on record in force that day,"
            f" {len(found)} did so ({names})."
        )
        lowered = ("measures coded by one person",)
        enough = len(found) >= self.minimum
        return Finding("supported" if enough else "not supported", reason, lowered)


@dataclass(frozen=True)
class ReleasedBy:
    """Had the named models been released with weights by the day?"""

    __pydantic_config__ = STRICT

    models: tuple[str, ...]

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        return "Supported when all were released with weights by the day; mixed when some were; else not supported."

    def judge(self, numbers: Numbers, day: dt.date) -> Finding:
        """The finding for *day*, from what was known by then."""
        known = {r.model: r for r in numbers.standings.facts.releases}
        missing = [model for model in self.models if model not in known]
        if missing:
            return Finding(UNTESTED, f"Not in the list of releases: {', '.join(missing)}.")
        had = [m for m in self.models if known[m].open and facts.last_day(known[m].released) <= day]
        reason = f"{len(had)} of {len(self.models)} had been released with weights."
        return Finding(
            _shares(len(had), len(self.models)), reason, ("release pages, not a log of visits",)
        )


@dataclass(frozen=True)
class WeightsFrom:
    """Do the weights of the named models descend from a country?"""

    __pydantic_config__ = STRICT

    models: tuple[str, ...]
    country: str

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        return f"Supported when the weights of all descend from {self.country}; mixed when of some; else not supported."

    def judge(self, numbers: Numbers, day: dt.date) -> Finding:  # noqa: ARG002 — descent has no date
        """The finding, the same on every day: weights do not change their descent."""
        origins = numbers.standings.origins(self.models)
        unknown = origins[origins["base_country"] == ""]
        if len(unknown):
            return Finding(UNTESTED, f"The descent of {', '.join(unknown['model'])} is unknown.")
        named = [f"{row.model}: {row.lineage}" for row in origins.itertuples()]
        found = int((origins["base_country"] == self.country).sum())
        reason = f"{found} of {len(origins)} do ({'; '.join(named)})."
        return Finding(_shares(found, len(origins)), reason)


@dataclass(frozen=True)
class Percentile:
    """Did the named models stand out on a board when they were new?"""

    __pydantic_config__ = STRICT

    models: tuple[str, ...]
    board: str
    minimum: float
    poor: float

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        return (
            f"Supported when all named models stood above {self.minimum:g}% of the board's open models,"
            f" not supported when all stood below {self.poor:g}%, mixed between; one board alone gives “mostly”."
        )

    def judge(self, numbers: Numbers, day: dt.date) -> Finding:
        """The finding for *day*, from what was known by then."""
        question = numbers.question(self.board, day)
        if question is None or not question.standing.snapshot.answers(day):
            short = numbers.standings.ledger.history(self.board).board.short
            return Finding(UNTESTED, f"{short} has no snapshot recent enough for this date.")
        frame = question.open
        if len(frame) < 2:
            return Finding(UNTESTED, "The board of that day has no second model to compare with.")
        short_names = frame["model"].str.lower().str.split("/").str[-1]
        values = []
        for model in self.models:
            row = frame[short_names == model.lower()]
            if row.empty:
                return Finding(UNTESTED, f"{model} is not on the board of that day.")
            below = (frame["score"] < row.iloc[0]["score"]).sum()
            values.append(100 * below / (len(frame) - 1))
        shown = ", ".join(f"{m} above {v:.1f}%" for m, v in zip(self.models, values, strict=True))
        reason = f"{shown} of {len(frame)} open models on {printed(question.standing.snapshot.date, 'date')}."
        lowered = ("one board only", "scores of one model withdrawn later")
        if min(values) >= self.minimum:
            return Finding("mostly supported", reason, lowered)
        poor = max(values) < self.poor
        return Finding("mostly not supported" if poor else "mixed", reason, lowered)


@dataclass(frozen=True)
class Pending:
    """A part whose test is not built: says so, and what it would take."""

    __pydantic_config__ = STRICT

    reason: str
    needs: str

    def text(self) -> str:
        """What a test would need."""
        return f"Cannot be tested yet. Needed: {self.needs}"

    def judge(self, numbers: Numbers, day: dt.date) -> Finding:  # noqa: ARG002 — the same on all days
        """Always "cannot be tested"."""
        return Finding(UNTESTED, f"Cannot be tested yet: {self.reason}")


RULES: Mapping[str, type[Any]] = {
    "first-among-open": FirstAmongOpen,
    "filings-on-record": FilingsOnRecord,
    "answer-lag": AnswerLag,
    "measures-in-force": MeasuresInForce,
    "released-by": ReleasedBy,
    "weights-from": WeightsFrom,
    "percentile": Percentile,
    "pending": Pending,
}


def _span(low: int, high: int) -> str:
    """A span of days in words; one number where both ends are the same."""
    last = printed(float(high), "days")
    return last if low == high else f"{printed(float(low), 'count')} to {last}"


def _shares(found: int, total: int) -> Verdict:
    return "supported" if found == total else "mixed" if found else "not supported"


def whole(parts: Sequence[Finding]) -> Finding:
    """
    The verdict on a point: that of the weakest part on which its wording depends.

    A part that fails settles the matter even where another cannot be tested; otherwise a point
    with an untested part cannot be tested as a whole.
    """
    tested = [part for part in parts if part.verdict != UNTESTED]
    weakest = min(tested, key=lambda part: SCALE.index(part.verdict), default=None)
    if weakest and (len(tested) == len(parts) or SCALE.index(weakest.verdict) <= 1):
        return weakest
    return next(
        (part for part in parts if part.verdict == UNTESTED),
        Finding(UNTESTED, "No part is tested."),
    )
