"""Boards of a day → verdicts: who is first, who stood out, and where the weights come from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import pandas as pd

from openlead import facts
from openlead.claims.base import (
    UNTESTED,
    Condition,
    Count,
    Finding,
    Judge,
    Outcome,
    Percent,
    Reads,
    Share,
    Verdict,
    answering,
    between,
    condition,
    on,
    optional,
    over_boards,
    shares,
    shorts,
    tail,
    untested,
    variant,
)
from openlead.ledger import FRESH_DAYS
from openlead.numbers import Numbers, Question, printed
from openlead.standings import Population, Rule


@dataclass(frozen=True)
class FirstAmongOpen(Judge):
    """Is a Chinese model first among open models, on the boards that answer for the day?"""

    subject: ClassVar[str] = "The probability that a Chinese open model is first"
    number: ClassVar[str] = "p1"
    control: ClassVar[str] = "control"

    boards: tuple[str, ...]
    population: Population
    country: Rule
    supported: Share
    mostly: Share

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        high, some = printed(self.supported, "probability"), printed(self.mostly, "probability")
        return (
            f"Supported when {self.subject[:1].lower()}{self.subject[1:]} is at least {high} on two boards,"
            f" mostly supported from {some}; the reverse counts against. One board alone can give"
            f" no more than “mostly”. Models count as Chinese by {self.country}; population: {self.population}."
        )

    def outcome(self, numbers: Numbers, day: dt.date) -> Outcome:
        """The finding for *day* and its conditions, from what was known by then."""
        name = variant(self.population, self.country)
        chances: list[float] = []
        leads: list[bool] = []
        words: list[str] = []
        needed: list[Condition] = []
        alone: list[str] = []
        for board in self.boards:
            question = answering(numbers, board, day, name)
            if question is None:
                continue
            where = on(question)
            if not self.rivals(question):  # being first among none is no lead
                alone.append(where)
                continue
            chance = self.chance(numbers, question, day)
            if chance is not None:
                chances.append(chance)
                leads.append(chance >= 1 / 2)
                words.append(f"{printed(chance, 'probability')} {where}")
                needed.append(
                    condition(f"probability {where}", chance, self.supported, "probability")
                )
                continue
            order = self.order(numbers, question, day)
            if order is not None:
                leads.append(order[0])
                words.append(f"unknown {where}, which gives no interval ({order[1]})")
        needed.append(condition("boards that give a probability", len(chances), 2))
        reason = f"{self.subject} was {'; '.join(words)}." if words else ""
        reason += "".join(f" Nobody else has such a model {where}." for where in alone)
        lowered: tuple[str, ...] = ("one board only",) if len(leads) == 1 else ()
        if not chances:
            return Outcome(self.unquantified(numbers, leads, reason, lowered), tuple(needed))
        if len(chances) < len(leads):
            lowered = ("only one board gives intervals",) if len(chances) == 1 else ()
        if len(set(leads)) > 1:
            return Outcome(Finding("mixed", reason, (*lowered, "boards disagree")), tuple(needed))
        return Outcome(Finding(self.word(chances), reason, lowered), tuple(needed))

    def rivals(self, question: Question) -> bool:
        """Whether anybody else is in the running; without one the first place says little."""
        return not question.others.empty

    def chance(self, numbers: Numbers, question: Question, day: dt.date) -> float | None:
        """The probability that a Chinese open model is first, None without a ground for errors."""
        end = tail(variant(self.population, self.country))
        return optional(numbers, f"{question.board}.{day.isoformat()}.{self.number}{end}")

    def order(self, numbers: Numbers, question: Question, day: dt.date) -> tuple[bool, str] | None:
        """Who leads on a board without intervals, and by how much; None for a tie or no rival."""
        end = tail(variant(self.population, self.country))
        gap = numbers(f"{question.board}.{day.isoformat()}.gap{end}")
        if not isinstance(gap.value, float) or gap.value == 0:
            return None
        return gap.value > 0, f"gap: {gap.text}"

    def unquantified(
        self,
        numbers: Numbers,
        leads: Sequence[bool],  # noqa: ARG002 — an order alone says nothing here
        reason: str,
        lowered: tuple[str, ...],  # noqa: ARG002
    ) -> Finding:
        """The finding where no board gives a probability."""
        asked = "developers’ own models" if self.population == "base" else "all entries"
        named = shorts(numbers, self.boards)
        none = f"No board gives a probability for {asked} on this date"
        return Finding(UNTESTED, f"{none}. Asked: {named}. {reason}".rstrip())

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
class FirstAmongAll(FirstAmongOpen):
    """Is a Chinese open model first among all models, on boards that rank closed ones as well?"""

    subject: ClassVar[str] = (
        "The probability that a Chinese open model is first among all models, closed ones included,"
    )
    number: ClassVar[str] = "p1-all"
    control: ClassVar[str] = "control-all"

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        return f"{super().text()} Where a board gives no interval, a rank below the first counts against."

    def rivals(self, question: Question) -> bool:
        """Whether anybody else is in the running; without one the first place says little."""
        return len(question.standing.frame) > len(question.ours)

    def order(self, numbers: Numbers, question: Question, day: dt.date) -> tuple[bool, str] | None:
        """Whether it has the first rank of all, and the rank; None without closed models."""
        end = tail(variant(self.population, self.country))
        rank = optional(numbers, f"{question.board}.{day.isoformat()}.rank-all-cn{end}")
        if rank is None or not question.standing.snapshot.board.closed:
            return None
        return rank == 1, f"rank: {printed(rank, 'rank')}, no range published"

    def unquantified(
        self, numbers: Numbers, leads: Sequence[bool], reason: str, lowered: tuple[str, ...]
    ) -> Finding:
        """A place below the first is an answer even without its interval; the first place is not."""
        if not leads:
            names = shorts(numbers, self.boards)
            return Finding(UNTESTED, f"None of {names} ranks closed models for this date.")
        word: Verdict = "mixed" if any(leads) else "mostly not supported"
        return Finding(word, reason, (*lowered, "ranks without an interval"))


@dataclass(frozen=True)
class WeightsFrom(Judge):
    """Do the weights of the named models descend from a country?"""

    models: tuple[str, ...]
    country: str

    def leaders(self, numbers: Numbers, day: dt.date) -> Iterator[pd.DataFrame]:  # noqa: ARG002
        """The named models."""
        yield numbers.standings.origins(self.models)

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        return f"Supported when the weights of all descend from {self.country}; mixed when of some; else not supported."

    def outcome(self, numbers: Numbers, day: dt.date) -> Outcome:  # noqa: ARG002 — descent has no date
        """The finding, the same on every day: weights do not change their descent."""
        origins = numbers.standings.origins(self.models)
        unknown = origins[origins["base_country"] == ""]
        if len(unknown):
            return untested(f"The descent of {', '.join(unknown['model'])} is unknown.")
        named = [f"{row.model}: {row.lineage}" for row in origins.itertuples()]
        found = int((origins["base_country"] == self.country).sum())
        reason = f"{found} of {len(origins)} do ({'; '.join(named)})."
        needed = condition(f"models with weights from {self.country}", found, len(origins))
        return Outcome(Finding(shares(found, len(origins)), reason), (needed,))


@dataclass(frozen=True)
class DescentOfLeaders(Judge):
    """Which share of the leading open models of Chinese publishers has weights from elsewhere?"""

    boards: tuple[str, ...]
    places: Count
    supported: Percent
    refuted: Percent

    def leaders(self, numbers: Numbers, day: dt.date) -> Iterator[pd.DataFrame]:
        """Of the models that count, one of each descent, for they count alike, and one of the largest lab."""
        for board in self.boards:
            if question := answering(numbers, board, day, ""):
                top = question.ours.head(self.places)
                yield top.drop_duplicates("base_country")
                yield top[top["publisher"].isin(top["publisher"].mode()[:1])].head(1)

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        return (
            f"Supported when at least {self.supported:g}% of the first {self.places} open models of Chinese"
            f" publishers have weights that descend from elsewhere, not supported when at most {self.refuted:g}%"
            " do, mixed between. Unknown descent is counted both ways. One board alone gives “mostly”."
        )

    def outcome(self, numbers: Numbers, day: dt.date) -> Outcome:
        """The finding for *day* and its conditions, from what was known by then."""
        verdicts: list[Verdict] = []
        words: list[str] = []
        needed: list[Condition] = []
        open_ended = False
        for board in self.boards:
            question = answering(numbers, board, day, "")
            if question is None or len(question.ours) < self.places:
                continue
            roots = question.ours.head(self.places)["base_country"]
            unknown = int((roots == "").sum())
            foreign = int((~roots.isin(["", "CN"])).sum())
            low, high = (100 * n / self.places for n in (foreign, foreign + unknown))
            found = {between(share, self.refuted, self.supported) for share in (low, high)}
            verdicts.append(found.pop() if len(found) == 1 else "mixed")
            open_ended = open_ended or unknown > 0
            aside = f" and {unknown} of unknown descent" if unknown else ""
            words.append(f"{foreign} of {self.places}{aside} {on(question)}")
            needed.append(
                condition(f"share from elsewhere {on(question)}", low, self.supported, "percent")
            )
        if not verdicts:
            reason = f"None of {shorts(numbers, self.boards)} shows {self.places} such models for this date."
            return untested(reason)
        word, lowered = over_boards(verdicts)
        lowered += ("descent of some models unknown",) if open_ended else ()
        reason = f"Weights from elsewhere: {'; '.join(words)}."
        return Outcome(Finding(word, reason, lowered), tuple(needed))


@dataclass(frozen=True)
class Percentile(Judge):
    """Did the named models stand out on a board when they were new?"""

    models: tuple[str, ...]
    board: str
    minimum: Percent
    poor: Percent

    def leaders(self, numbers: Numbers, day: dt.date) -> Iterator[pd.DataFrame]:
        """The rows of the named models."""
        if question := answering(numbers, self.board, day, ""):
            yield question.open[_short(question.open).isin([m.lower() for m in self.models])]

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        return (
            f"Supported when all named models stood above {self.minimum:g}% of the board's open models,"
            f" not supported when all stood below {self.poor:g}%, mixed between; one board alone gives “mostly”."
        )

    def outcome(self, numbers: Numbers, day: dt.date) -> Outcome:
        """The finding for *day* and its conditions, from what was known by then."""
        question = answering(numbers, self.board, day, "")
        if question is None:
            short = shorts(numbers, [self.board])
            return untested(f"{short} has no snapshot recent enough for this date.")
        frame = question.open
        if len(frame) < 2:
            return untested("The board of that day has no second model to compare with.")
        values = []
        for model in self.models:
            row = frame[_short(frame) == model.lower()]
            if row.empty:
                return untested(f"{model} is not on the board of that day.")
            below = (frame["score"] < row.iloc[0]["score"]).sum()
            values.append(100 * below / (len(frame) - 1))
        pairs = list(zip(self.models, values, strict=True))
        shown = ", ".join(f"{m} above {v:.1f}%" for m, v in pairs)
        reason = f"{shown} of {len(frame)} open models on {printed(question.standing.snapshot.date, 'date')}."
        lowered = ("one board only", "scores of one model withdrawn later")
        needed = tuple(
            condition(f"share of open models below {m}", v, self.minimum, "percent", digits=1)
            for m, v in pairs
        )
        if min(values) >= self.minimum:
            return Outcome(Finding("mostly supported", reason, lowered), needed)
        poor = max(values) < self.poor
        word: Verdict = "mostly not supported" if poor else "mixed"
        return Outcome(Finding(word, reason, lowered), needed)


def _short(frame: pd.DataFrame) -> pd.Series:
    """The models' names without their publishers', in lower case."""
    return frame["model"].str.lower().str.split("/").str[-1]


@dataclass(frozen=True)
class _Run:
    """How long a board has shown dominance without a gap, and the newest values."""

    where: str
    short: str
    weeks: float
    newest: str
    failed: bool  # by a value of the newest snapshot, not for want of one


@dataclass(frozen=True)
class Dominance(Judge):
    """Has the lead been long, broad, seen on several boards, and borne out by use?"""

    boards: tuple[str, ...]
    population: Population
    country: Rule
    first: Share
    places: Percent
    weeks: Count
    on_boards: Count
    use: tuple[str, ...]
    use_share: Percent
    control: ClassVar[str] = "control"
    reads: ClassVar[Reads] = {"figures": ()}

    def alone(self, board: str, population: Population, country: Rule) -> Dominance:
        """The same question of one board, which is then enough."""
        return replace(self, boards=(board,), population=population, country=country, on_boards=1)

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        return (
            f"Supported when, for {self.weeks} weeks in a row on {self.on_boards} boards, the probability that a"
            f" Chinese open model is first is at least {printed(self.first, 'probability')} and Chinese models hold at"
            f" least {self.places:g}% of the first ten open places, and a measure of use is above {self.use_share:g}%."
            " Not supported when a board that answers fails today; cannot be tested when the record is too short."
            f" Models count as Chinese by {self.country}; population: {self.population}."
        )

    def outcome(self, numbers: Numbers, day: dt.date) -> Outcome:
        """The finding for *day* and its conditions, from what was known by then."""
        runs = [run for board in self.boards if (run := self._run(numbers, board, day))]
        held = sum(run.weeks >= self.weeks for run in runs)
        use = [
            f
            for f in numbers.standings.facts.figures
            if f.id in self.use and facts.last_day(f.as_of) <= day
        ]
        best = max((f.value for f in use), default=None)
        needed = (
            *(condition(f"weeks in a row {run.where}", run.weeks, self.weeks) for run in runs),
            condition("boards with so long a run", held, self.on_boards),
            condition("largest measure of use", best, self.use_share, "percent", sense="above"),
        )
        shown = "; ".join(
            f"{run.where}: {run.newest}, {run.weeks:.0f} weeks in a row" for run in runs
        )
        measured = ", ".join(f"{f.title} {f.value:g}%" for f in use) or "no figure by that day"
        shown = shown or "no board with models of both sides answers"
        reason = f"{shown[0].upper()}{shown[1:]}. Use: {measured}."
        lowered = (
            *(("one board only",) if len(runs) == 1 else ()),
            *(("measure of use at second hand",) if use else ()),
        )
        if held >= self.on_boards and best is not None:
            word: Verdict = "supported" if best > self.use_share else "not supported"
            return Outcome(Finding(word, reason, lowered), needed)
        failed = [run.short for run in runs if run.failed]
        if failed and held < self.on_boards:
            missed = f"It fails on {', '.join(failed)}. {reason}"
            return Outcome(Finding("not supported", missed, lowered), needed)
        missing = f"Runs of {self.weeks} weeks on {held} of {self.on_boards} boards. {reason}"
        return untested(missing, *needed)

    def _run(self, numbers: Numbers, board: str, day: dt.date) -> _Run | None:
        """The unbroken run up to the newest snapshot; breaks of scale do not matter to ranks."""
        name = variant(self.population, self.country)
        question = answering(numbers, board, day, name)
        if question is None:
            return None
        history = numbers.standings.ledger.history(board)
        dates = [entry.date for entry in history.entries[: history.position(day) + 1]]
        newest = start = dates[-1]
        chance, share = self._values(numbers, board, newest, chance=True)
        if chance is None or question.others.empty:  # nobody to be ahead of
            return None
        held = self._holds(chance, share)
        for date in reversed(dates[:-1] if held else []):
            if (start - date).days > FRESH_DAYS or not self._holds(
                *self._values(numbers, board, date)
            ):
                break
            start = date
        ten = "unknown" if share is None else printed(share, "percent")
        shown = f"first with {printed(chance, 'probability')}, {ten} of the first ten places"
        low = chance < self.first or (share is not None and share < self.places)
        return _Run(on(question), history.board.short, (newest - start).days / 7, shown, low)

    def _values(
        self, numbers: Numbers, board: str, date: dt.date, *, chance: bool = False
    ) -> tuple[float | None, float | None]:
        """The chance of the first place, asked only where the first ten do not settle it, and the share of ten."""
        name = variant(self.population, self.country)
        question = numbers.question(board, date, name)
        share = question.ten if question else None
        if not chance and (share is None or share < self.places):
            return None, share
        return optional(numbers, f"{board}.{date.isoformat()}.p1{tail(name)}"), share

    def _holds(self, chance: float | None, share: float | None) -> bool:
        return (
            chance is not None
            and share is not None
            and chance >= self.first
            and share >= self.places
        )


@dataclass(frozen=True)
class MadeByTests(Judge):
    """Would other weights, or one test fewer, take the lead away from a Chinese model?"""

    boards: tuple[str, ...]
    population: Population
    country: Rule
    made: Share
    robust: Share

    def text(self) -> str:
        """The rule in a sentence, with its thresholds."""
        low, high = printed(self.made, "probability"), printed(self.robust, "probability")
        return (
            f"On the newest board with single tests, if a Chinese open model leads it: supported when one leads under"
            f" less than {low} of all weightings of the tests, or leaving out one test hands the lead to somebody else;"
            f" not supported from {high} of weightings on if no such test exists; mixed between. One board gives"
            f" “mostly”. Models count as Chinese by {self.country}; population: {self.population}."
        )

    def outcome(self, numbers: Numbers, day: dt.date) -> Outcome:
        """The finding for *day* and its conditions, from what was known by then."""
        name = variant(self.population, self.country)
        asked = [
            q
            for board in self.boards
            if (q := answering(numbers, board, day, name)) and singles(q) is not None
        ]
        question = max(asked, key=lambda q: q.standing.snapshot.date, default=None)
        if question is None:
            return untested(
                "No board that answers for this date gives the single tests of open models of both sides."
            )
        if question.open.iloc[0]["region"] != question.country:
            return untested(
                f"No Chinese model leads {on(question)}, so there is no lead to explain."
            )
        share = self._share(numbers, question, day)
        flips = turned(question)
        needed = (
            condition(
                f"weightings with a Chinese leader {on(question)}",
                share, self.made, "probability", sense="below",
            ),
            Condition("tests that hand the lead over when left out", ", ".join(flips) or "none", "at least one", bool(flips)),
        )  # fmt: skip
        shown = "an unknown share" if share is None else printed(share, "probability")
        reason = (
            f"A Chinese open model leads {on(question)}, and under {shown} of weightings;"
            f" leaving out {', or '.join(flips) or 'no single test'} hands the lead to somebody else."
        )
        if flips or (share is not None and share < self.made):
            word: Verdict = "supported"
        elif share is None:
            return untested(reason, *needed)
        else:
            word = "not supported" if share >= self.robust else "mixed"
        word, lowered = over_boards([word])
        return Outcome(Finding(word, reason, lowered), needed)

    def _share(self, numbers: Numbers, question: Question, day: dt.date) -> float | None:
        """`w` from 0 to 1, however it is printed."""
        end = tail(variant(self.population, self.country))
        name = f"{question.board}.{day.isoformat()}.w{end}"
        share = optional(numbers, name)
        return share / 100 if share is not None and numbers(name).unit == "percent" else share


def singles(question: Question) -> pd.DataFrame | None:
    """The open rows with all their tests; None unless the leader and one of the other side have them."""
    ids = [test.id for test in question.standing.snapshot.board.tests]
    if len(ids) < 2 or question.open.empty:
        return None
    frame = question.open.dropna(subset=ids)
    sides = set(frame["region"] == question.country)
    return frame if question.open.index[0] in frame.index and len(sides) == 2 else None


def turned(question: Question) -> list[str]:
    """The tests without which the mean of the others puts a model of another country first."""
    frame = singles(question)
    tests = question.standing.snapshot.board.tests
    ids = [test.id for test in tests]
    found: list[str] = []
    if frame is None:
        return found
    for test in tests:
        mean = frame[[i for i in ids if i != test.id]].mean(axis=1)
        if frame["region"].iloc[int(mean.argmax())] != question.country:
            found.append(test.title)
    return found
