"""Rules on small made-up records: the word, the reason, and why we are less than sure."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from openlead import claims, facts
from openlead.claims import (
    RULES,
    SCALE,
    UNTESTED,
    AnswerLag,
    FilingsOnRecord,
    Finding,
    FirstAmongOpen,
    MeasuresInForce,
    Pending,
    Percentile,
    ReleasedBy,
    Verdict,
    WeightsFrom,
)
from openlead.ledger import Ledger
from openlead.numbers import Numbers
from openlead.standings import Population, Rule, Standings
from tests.conftest import KNOWLEDGE, THEN, Rows, made_up, no_facts

LATE = dt.date(2026, 1, 1)
FIRST = FirstAmongOpen(("alpha", "beta"), "everything", "publisher", 0.95, 0.8)
AHEAD: Rows = [("cnlab/Yan-1", 120, 2), ("uslab/Oak-1", 100, 2)]
BEHIND: Rows = [("cnlab/Yan-1", 80, 2), ("uslab/Oak-1", 100, 2)]
LEVEL: Rows = [("cnlab/Yan-1", 100, 2), ("uslab/Oak-1", 100, 2)]


def day(text: str) -> dt.date:
    """A date from its ISO text."""
    return dt.date.fromisoformat(text)


def record(**rows: object) -> Numbers:
    """Numbers on facts alone, with no board."""
    return Numbers(Standings(Ledger({}), KNOWLEDGE, no_facts(**rows)), LATE, THEN)


def event(name: str, date: str, confidence: facts.Confidence = "documented") -> facts.Event:
    """A release, known to the day, month or year by the length of its date."""
    precision = {4: "year", 7: "month", 10: "day"}[len(date)]
    return facts.Event(name, date, precision, "A", "x", name.upper(), "", (), confidence)  # type: ignore[arg-type]


def filing(kind: str, filed: str, office: str = "CN") -> facts.Filing:
    """An application on a date."""
    return facts.Filing(f"{kind}-{filed}", "M", office, kind, "filed", "documented", filed)  # type: ignore[arg-type]


def measure(start: str, until: str = "", place: str = "US", **more: str) -> facts.Measure:
    """A rule that binds and restricts, unless said otherwise."""
    coded = {"bindingness": "binding", "effect": "restricts", **more}
    return facts.Measure(f"m-{start}", place, start, f"M {start}", points=(), confidence="documented", until=until, **coded)  # type: ignore[arg-type]  # fmt: skip


def release(model: str, released: str, *, is_open: bool = True) -> facts.Release:
    """A model with or without its weights."""
    return facts.Release(model, "A", "CN", released, is_open, "documented")


@pytest.mark.parametrize(
    ("chances", "word"),
    [
        ((1.0,), "mostly supported"),  # one board alone gives no more than "mostly"
        ((0.95,), "mostly supported"),
        ((0.8,), "mostly supported"),
        ((0.7999,), "mixed"),
        ((0.5,), "mixed"),
        ((0.2001,), "mixed"),
        ((0.19,), "mostly not supported"),
        ((0.05,), "mostly not supported"),
        ((0.0,), "mostly not supported"),
        ((1.0, 1.0), "supported"),
        ((0.95, 0.95), "supported"),
        ((0.95, 0.9499), "mostly supported"),
        ((0.8, 1.0), "mostly supported"),
        ((0.7999, 1.0), "mixed"),
        ((0.0, 0.0), "not supported"),
        ((0.05, 0.05), "not supported"),
        ((0.05, 0.0501), "mostly not supported"),
        ((0.0, 0.19), "mostly not supported"),
        ((0.0, 0.2001), "mixed"),
        ((0.0, 1.0), "mixed"),
        ((0.95, 0.96, 0.99), "supported"),
        ((0.99, 0.99, 0.5), "mixed"),
    ],
)
def test_the_word_for_the_chances(chances: tuple[float, ...], word: Verdict) -> None:
    """With 95 % and 80 %: two boards settle it, one gives "mostly", boards in between make it mixed."""
    assert word == FIRST.word(chances)


@pytest.mark.parametrize(
    ("alpha", "beta", "finding"),
    [
        (
            AHEAD,
            AHEAD,
            ("supported", "over 99% on Alpha of 1 December 2023; over 99% on Beta of 2 December 2023", ()),
        ),
        (
            BEHIND,
            BEHIND,
            ("not supported", "under 1% on Alpha of 1 December 2023; under 1% on Beta of 2 December 2023", ()),
        ),
        (
            AHEAD,
            BEHIND,
            ("mixed", "over 99% on Alpha of 1 December 2023; under 1% on Beta of 2 December 2023", ("boards disagree",)),
        ),
        (AHEAD, [], ("mostly supported", "over 99% on Alpha of 1 December 2023", ("one board only",))),
        ([], BEHIND, ("mostly not supported", "under 1% on Beta of 2 December 2023", ("one board only",))),
        (LEVEL, [], ("mixed", "50% on Alpha of 1 December 2023", ("one board only",))),
    ],
)  # fmt: skip
def test_first_among_open(
    tmp_path: Path, alpha: Rows, beta: Rows, finding: tuple[Verdict, str, tuple[str, ...]]
) -> None:
    """The chances of all boards that answer give the word; one board, or disagreement, lowers the confidence."""
    boards = {
        "alpha": {"2023-12-01": alpha} if alpha else {"2023-01-01": AHEAD},
        "beta": {"2023-12-02": beta} if beta else {"2023-01-02": AHEAD},
    }
    word, chances, lowered = finding
    reason = f"The probability that a Chinese open model is first was {chances}."

    assert Finding(word, reason, lowered) == FIRST.judge(made_up(tmp_path, boards), THEN)


@pytest.mark.parametrize(
    ("alpha", "beta", "finding"),
    [
        (AHEAD, AHEAD, ("mostly supported", "over 99%", "20.0 points", ("only one board gives intervals",))),
        (BEHIND, BEHIND, ("mostly not supported", "under 1%", "−20.0 points", ("only one board gives intervals",))),
        (AHEAD, BEHIND, ("mixed", "over 99%", "−20.0 points", ("only one board gives intervals", "boards disagree"))),
        (BEHIND, AHEAD, ("mixed", "under 1%", "20.0 points", ("only one board gives intervals", "boards disagree"))),
    ],
)  # fmt: skip
def test_a_board_without_intervals_says_who_leads(
    tmp_path: Path, alpha: Rows, beta: Rows, finding: tuple[Verdict, str, str, tuple[str, ...]]
) -> None:
    """A board that gives no interval has no chance to report, but its order can contradict the others."""
    boards = {"alpha": {"2023-12-01": alpha}, "beta": {"2023-12-02": beta}}
    word, chance, gap, lowered = finding
    reason = (
        f"The probability that a Chinese open model is first was {chance} on Alpha of 1 December 2023;"
        f" unknown on Beta of 2 December 2023, which gives no interval (gap: {gap})."
    )

    assert Finding(word, reason, lowered) == FIRST.judge(
        made_up(tmp_path, boards, bare=("beta",)), THEN
    )


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ("2023-11-30", UNTESTED),  # not there yet
        ("2023-12-01", "mostly supported"),
        ("2024-01-30", "mostly supported"),  # 60 days old
        ("2024-01-31", UNTESTED),
        ("2024-03-01", "mostly not supported"),
    ],
)
def test_a_board_answers_for_sixty_days(tmp_path: Path, asked: str, word: Verdict) -> None:
    """A board answers from its snapshot on, and no longer than sixty days."""
    small = made_up(tmp_path, {"alpha": {"2023-12-01": AHEAD, "2024-03-01": BEHIND}})
    rule = FirstAmongOpen(("alpha",), "everything", "publisher", 0.95, 0.8)

    assert word == rule.judge(small, day(asked)).verdict


def test_no_board_no_verdict(tmp_path: Path) -> None:
    """Where no board is recent enough the part cannot be tested, and the boards are named."""
    small = made_up(tmp_path, {"alpha": {"2023-01-01": AHEAD}, "beta": {"2024-01-01": AHEAD}})
    reason = "None of Alpha, Beta gives a probability for this date."

    assert Finding(UNTESTED, reason) == FIRST.judge(small, THEN)


def test_a_board_without_errors_does_not_answer(tmp_path: Path) -> None:
    """No intervals, no chance: such a board counts for nothing, however fresh."""
    small = made_up(tmp_path, {"alpha": {"2023-12-01": AHEAD}}, bare=("alpha",))
    rule = FirstAmongOpen(("alpha",), "everything", "publisher", 0.95, 0.8)

    assert UNTESTED == rule.judge(small, THEN).verdict


@pytest.mark.parametrize(
    ("population", "country", "word"),
    [
        ("everything", "publisher", "mostly not supported"),  # the American tune is first
        ("everything", "weights", "mostly supported"),  # its weights are Chinese
        ("base", "publisher", "mostly supported"),  # without tunes the common family is first
        ("base", "weights", "mostly not supported"),  # whose first developer is American
    ],
)
def test_who_counts_and_as_what(
    tmp_path: Path, population: Population, country: Rule, word: Verdict
) -> None:
    """Population and country rule decide which rows count, and for whom."""
    rows: Rows = [("uslab/Yan-tune", 140, 2), ("cnlab/Elm-1", 120, 2), ("uslab/Oak-1", 100, 2)]
    small = made_up(tmp_path, {"alpha": {"2023-12-01": rows}})
    rule = FirstAmongOpen(("alpha",), population, country, 0.95, 0.8)

    assert word == rule.judge(small, THEN).verdict


@pytest.mark.parametrize(
    ("asked", "minimum", "word", "counted"),
    [
        ("2022-12-31", 1, "not supported", "no trademark applications at this office by that day."),
        ("2023-03-24", 1, "not supported", "no trademark applications at this office by that day."),
        ("2023-03-25", 1, "supported", "1 trademark application at this office by that day."),
        ("2023-05-31", 2, "not supported", "1 trademark application at this office by that day, beside 1 of the other kind."),
        ("2023-06-30", 2, "supported", "2 trademark applications at this office by that day, beside 1 of the other kind."),
        ("2024-01-01", 3, "not supported", "2 trademark applications at this office by that day, beside 1 of the other kind."),
    ],
)  # fmt: skip
def test_filings_on_record(asked: str, minimum: int, word: Verdict, counted: str) -> None:
    """Only applications of the kind, at the office, dated since the start and up to the day count."""
    filings = (
        filing("trademark", "2023-03-24"),  # the day before the start
        filing("trademark", "2023-03-25"),
        filing("patent", "2023-04-01"),
        filing("trademark", "2023-06"),
        filing("trademark", "2023-02-01", office="US"),
        filing("trademark", ""),  # no date, no proof
    )
    rule = FilingsOnRecord("trademark", "CN", day("2023-03-25"), minimum)
    finding = rule.judge(record(filings=filings), day(asked))

    assert (word, f"The record holds {counted}") == (finding.verdict, finding.reason)


@pytest.mark.parametrize(
    ("first", "answer", "word", "span"),
    [
        ("2023-01-01", "2023-01-01", "supported", "0 days after"),
        ("2023-01-01", "2023-06-30", "supported", "180 days after"),
        ("2023-01-01", "2023-07-01", "not supported", "181 days after"),
        ("2023-01-02", "2023-01-01", "not supported", "1 day before"),
        ("2023-02-01", "2023-01-01", "not supported", "31 days before"),
        ("2023-01-31", "2023-03", "supported", "29 to 59 days after"),
        ("2023-01", "2023-03", "supported", "29 to 89 days after"),
        ("2023-01-01", "2023-06", "supported", "151 to 180 days after"),
        ("2023-01-02", "2023-07", "mixed", "180 to 210 days after"),
        ("2023-01-01", "2023-07", "not supported", "181 to 211 days after"),
        ("2023-01-31", "2023-01", "mixed", "−30 to 0 days after"),
        ("2023-03", "2023-01-31", "not supported", "29 to 59 days before"),
        ("2023-03", "2023-01", "not supported", "29 to 89 days before"),
        ("2022", "2023", "mixed", "1 to 729 days after"),
    ],
)
def test_answer_lag(first: str, answer: str, word: Verdict, span: str) -> None:
    """Between 0 and 180 days: what a month or year leaves open may be inside, outside, or undecided."""
    small = record(events=(event("first", first), event("answer", answer)))
    finding = AnswerLag("first", "answer", 0, 180).judge(small, LATE)

    assert Finding(word, f"“ANSWER” came {span} “FIRST”.") == finding


@pytest.mark.parametrize(
    ("first", "answer", "asked"),
    [
        ("first", "answer", "2023-02-28"),  # the answer comes a day later
        ("first", "gone", "2024-01-01"),
        ("gone", "answer", "2024-01-01"),
    ],
)
def test_an_answer_must_be_on_record(first: str, answer: str, asked: str) -> None:
    """Without both releases, or before the answer, there is nothing to measure."""
    small = record(events=(event("first", "2023-01-01"), event("answer", "2023-03-01")))
    reason = "One of the two releases is not on record by that day."

    assert Finding(UNTESTED, reason) == AnswerLag(first, answer, 0, 180).judge(small, day(asked))


def test_an_answer_counts_from_its_own_day() -> None:
    """On the day of the answer it is on record."""
    small = record(events=(event("first", "2023-01-01"), event("answer", "2023-03-01")))
    finding = AnswerLag("first", "answer", 0, 180).judge(small, day("2023-03-01"))

    assert "supported" == finding.verdict


@pytest.mark.parametrize(
    ("first", "answer", "lowered"),
    [
        ("documented", "reported", ()),
        ("unverified", "documented", ("the date of “FIRST” rests on no stored source",)),
        ("documented", "unverified", ("the date of “ANSWER” rests on no stored source",)),
    ],
)
def test_an_unsourced_date_lowers_confidence(
    first: facts.Confidence, answer: facts.Confidence, lowered: tuple[str, ...]
) -> None:
    """Each date that no stored source holds takes the confidence down, and is named."""
    small = record(
        events=(event("first", "2023-01-01", first), event("answer", "2023-02-01", answer))
    )

    assert lowered == AnswerLag("first", "answer", 0, 180).judge(small, LATE).lowered


@pytest.mark.parametrize(
    ("asked", "minimum", "word", "reason"),
    [
        ("2022-12-31", 1, "not supported", "Of 0 measures of US on record in force that day, 0 did so (none)."),
        ("2023-01-01", 1, "not supported", "Of 3 measures of US on record in force that day, 0 did so (none)."),
        ("2023-06-01", 1, "supported", "Of 4 measures of US on record in force that day, 1 did so (M 2023-06-01)."),
        ("2023-08-01", 2, "supported", "Of 5 measures of US on record in force that day, 2 did so (M 2023-06-01; M 2023-07)."),
        ("2023-08-01", 3, "not supported", "Of 5 measures of US on record in force that day, 2 did so (M 2023-06-01; M 2023-07)."),
        ("2023-12-30", 2, "supported", "Of 5 measures of US on record in force that day, 2 did so (M 2023-06-01; M 2023-07)."),
        ("2023-12-31", 2, "not supported", "Of 4 measures of US on record in force that day, 1 did so (M 2023-07)."),
    ],
)  # fmt: skip
def test_measures_in_force(asked: str, minimum: int, word: Verdict, reason: str) -> None:
    """Only measures of the place, kind and effect count, from their start to the day before they end."""
    measures = (
        measure("2023-06-01", "2023-12-31"),
        measure("2023-07"),
        measure("2023-01-01", effect="burdens"),
        measure("2023-01-01", effect="none"),
        measure("2023-01-01", bindingness="proposed"),
        measure("2022-01-01", "2022-12-31"),
        measure("2020-01-01", place="CN"),
    )
    rule = MeasuresInForce("US", "restricts", "binding", minimum)
    finding = rule.judge(record(measures=measures), day(asked))

    assert Finding(word, reason, ("measures coded by one person",)) == finding


@pytest.mark.parametrize(
    ("models", "word", "reason"),
    [
        (("early", "day"), "supported", "2 of 2 had been released with weights."),
        (("early", "later"), "mixed", "1 of 2 had been released with weights."),
        (("later",), "not supported", "0 of 1 had been released with weights."),
        (("hosted",), "not supported", "0 of 1 had been released with weights."),
        (("month",), "not supported", "0 of 1 had been released with weights."),  # perhaps later that month
        (("early", "gone"), UNTESTED, "Not in the list of releases: gone."),
        (("gone", "lost"), UNTESTED, "Not in the list of releases: gone, lost."),
    ],
)  # fmt: skip
def test_released_by(models: tuple[str, ...], word: Verdict, reason: str) -> None:
    """Only what had certainly come with weights by the day counts; a model not listed cannot be judged."""
    releases = (
        release("early", "2023-11"),
        release("day", "2023-12-10"),
        release("later", "2023-12-11"),
        release("month", "2023-12"),
        release("hosted", "2023-01-01", is_open=False),
    )
    finding = ReleasedBy(models).judge(record(releases=releases), THEN)

    assert (word, reason) == (finding.verdict, finding.reason)


@pytest.mark.parametrize(
    ("models", "word", "reason"),
    [
        (("cnlab/Yan-1",), "supported", "1 of 1 do (cnlab/Yan-1: Yan-1)."),
        (
            ("cnlab/Yan-1", "uslab/Yan-tune"),
            "supported",
            "2 of 2 do (cnlab/Yan-1: Yan-1; uslab/Yan-tune: Yan-tune ◂ Yan).",
        ),
        (
            ("cnlab/Yan-1", "cnlab/Oak-tune"),
            "mixed",
            "1 of 2 do (cnlab/Yan-1: Yan-1; cnlab/Oak-tune: Oak-tune ◂ Oak).",
        ),
        (("cnlab/Oak-tune",), "not supported", "0 of 1 do (cnlab/Oak-tune: Oak-tune ◂ Oak)."),
        (("cnlab/Yan-1", "cnlab/thing"), UNTESTED, "The descent of cnlab/thing is unknown."),
    ],
)
def test_weights_from(models: tuple[str, ...], word: Verdict, reason: str) -> None:
    """Descent counts, not the publisher; one model of unknown descent leaves the question open."""
    assert Finding(word, reason) == WeightsFrom(models, "CN").judge(record(), THEN)


@pytest.mark.parametrize(
    ("models", "word", "shown"),
    [
        (("m4",), "mostly supported", "m4 above 100.0%"),
        (("M4", "m3"), "mostly supported", "M4 above 100.0%, m3 above 75.0%"),
        (("m4", "m2"), "mixed", "m4 above 100.0%, m2 above 50.0%"),
        (("m2",), "mixed", "m2 above 50.0%"),  # not below it
        (("m1", "m0"), "mostly not supported", "m1 above 25.0%, m0 above 0.0%"),
        (("m1", "m2"), "mixed", "m1 above 25.0%, m2 above 50.0%"),
    ],
)
def test_percentile(tmp_path: Path, models: tuple[str, ...], word: Verdict, shown: str) -> None:
    """With 75 % and 50 %: each model stands above a share of the other open ones; closed ones do not count."""
    rows: Rows = [(f"frlab/m{place}", place, 1) for place in range(5)]
    small = made_up(tmp_path, {"alpha": {"2023-12-01": [*rows, ("frlab/x!", 9, 1)]}})
    reason = f"{shown} of 5 open models on 1 December 2023."
    lowered = ("one board only", "scores of one model withdrawn later")

    assert Finding(word, reason, lowered) == Percentile(models, "alpha", 75, 50).judge(small, THEN)


@pytest.mark.parametrize(
    ("model", "asked", "reason"),
    [
        ("gone", "2023-12-10", "gone is not on the board of that day."),
        ("m1", "2023-11-30", "Alpha has no snapshot recent enough for this date."),
        ("m1", "2024-01-31", "Alpha has no snapshot recent enough for this date."),
    ],
)
def test_no_percentile_without_the_model(
    tmp_path: Path, model: str, asked: str, reason: str
) -> None:
    """A model that is not listed, or a board that does not answer, gives no verdict."""
    rows: Rows = [("frlab/m1", 1, 1), ("frlab/m2", 2, 1)]
    boards = {"alpha": {"2023-12-01": rows}, "beta": {"2024-03-01": rows}}
    finding = Percentile((model,), "alpha", 75, 50).judge(made_up(tmp_path, boards), day(asked))

    assert Finding(UNTESTED, reason) == finding


def test_pending_says_why() -> None:
    """A test that is not built cannot be passed or failed; it says why."""
    rule = Pending("nobody counted.", "A count.")

    assert Finding(UNTESTED, "Cannot be tested yet: nobody counted.") == rule.judge(record(), THEN)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (
            FIRST,
            "Supported when the probability that a Chinese open model is first is at least 95% on two boards,"
            " mostly supported from 80%; the reverse counts against. One board alone can give no more than"
            " “mostly”. Models count as Chinese by publisher; population: everything.",
        ),
        (
            FilingsOnRecord("patent", "CN", day("2023-01-01"), 1),
            "Supported when the record holds at least 1 patent application at the office of CN from"
            " 1 January 2023 to the day; not supported when it holds none.",
        ),
        (
            AnswerLag("a", "b", 0, 180),
            "Supported when the answer came 0 to 180 days after; otherwise not supported.",
        ),
        (
            MeasuresInForce("US", "restricts", "binding", 1),
            "Supported when at least 1 binding measure of US in force on the day restricts the publication of"
            " open weights; not supported when there is none.",
        ),
        (
            Percentile(("m",), "b", 95, 50),
            "Supported when all named models stood above 95% of the board's open models, not supported when all"
            " stood below 50%, mixed between; one board alone gives “mostly”.",
        ),
        (Pending("no.", "a count."), "Cannot be tested yet. Needed: a count."),
    ],
)
def test_a_rule_tells_its_thresholds(rule: claims.Judge, text: str) -> None:
    """The sentence that readers see holds the numbers that the rule uses."""
    assert text == rule.text()


@pytest.mark.parametrize("name", RULES)
def test_rules_refuse_unknown_arguments(name: str) -> None:
    """A misspelt argument in front matter is an error, not a default."""
    assert {"extra": "forbid"} == RULES[name].__pydantic_config__


@pytest.mark.parametrize(
    ("verdict", "reasons", "confidence"),
    [
        ("supported", 0, "high"),
        ("not supported", 1, "moderate"),
        ("mixed", 2, "low"),
        ("mostly supported", 3, "very low"),
        ("mostly not supported", 7, "very low"),
        (UNTESTED, 0, ""),
        (UNTESTED, 2, ""),
    ],
)
def test_each_reason_lowers_confidence_one_step(
    verdict: Verdict, reasons: int, confidence: str
) -> None:
    """High, moderate, low, very low, and no lower; what cannot be tested has none."""
    assert confidence == Finding(verdict, "", ("reason",) * reasons).confidence


@pytest.mark.parametrize(
    ("parts", "weakest"),
    [
        (["supported"], 0),
        (["supported", "mostly supported"], 1),
        (["mixed", "supported"], 0),
        (["mostly supported", "mostly not supported", "mixed"], 1),
        (["not supported", "supported", "mixed"], 0),
        (["mixed", "mixed"], 0),  # the first of equals
        ([UNTESTED], 0),
        (["supported", UNTESTED], 1),  # an untested part leaves the whole open
        ([UNTESTED, "mixed"], 0),
        ([UNTESTED, "mostly not supported"], 1),  # unless another fails
        (["not supported", UNTESTED], 0),
        ([UNTESTED, "supported", UNTESTED], 0),
    ],
)
def test_the_whole_takes_the_weakest_part(parts: list[Verdict], weakest: int) -> None:
    """The weakest part decides; a failed one settles it, else an untested one leaves it open."""
    findings = [Finding(verdict, f"part {place}") for place, verdict in enumerate(parts)]

    assert findings[weakest] == claims.whole(findings)


@pytest.mark.parametrize("one", SCALE)
@pytest.mark.parametrize("other", [*SCALE, UNTESTED])
def test_the_order_of_parts_does_not_matter(one: Verdict, other: Verdict) -> None:
    """Whichever part is written first, the whole gets the same word."""
    pair = [Finding(one, ""), Finding(other, "")]

    assert claims.whole(pair).verdict == claims.whole(pair[::-1]).verdict


def test_no_part_no_verdict() -> None:
    """A point whose wording depends on no tested part cannot be tested."""
    assert Finding(UNTESTED, "No part is tested.") == claims.whole([])
