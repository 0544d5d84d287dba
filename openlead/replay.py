"""Claims over the whole ledger → the verdict of every past week, as it would have been given then."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from openlead import claims
from openlead.claims import Finding
from openlead.content import Article, Front, points
from openlead.numbers import Numbers

COLUMNS = ("week", "point", "part", "verdict", "confidence", "rule", "replay")
STANDS = 26  # weeks after which the track record looks again


@dataclass(frozen=True)
class Week:
    """
    The verdict on a point, or on one of its parts, in a week.

    `found` is what that week's data says; `verdict` what is given: it changes only when two weeks
    in a row say the same, so that a close call does not flicker. Falling silent, and speaking again, counts at once.
    """

    week: str
    day: dt.date
    point: int
    part: str
    found: claims.Verdict
    verdict: claims.Verdict
    confidence: str
    rule: str


def weeks(first: dt.date, last: dt.date) -> Iterator[tuple[str, dt.date]]:
    """ISO weeks from that of *first*: name and last day; the newest ends on *last*."""
    day = first + dt.timedelta(6 - first.weekday())
    while day < last:
        yield name_of(day), day
        day += dt.timedelta(7)
    yield name_of(last), last


def name_of(day: dt.date) -> str:
    """The ISO week of *day*, such as 2023-W49."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def run(articles: Sequence[Article], numbers: Numbers) -> list[Week]:
    """Every week of every point and part, by point, part and week ("" is the whole point)."""
    entries = [h.entries for h in numbers.standings.ledger.histories.values()]
    first = min(e[0].date for e in entries)
    days = list(weeks(first, numbers.edition))
    found = []
    for article, front in points(articles):
        findings: dict[str, list[Finding]] = {part.id: [] for part in front.parts}
        wholes: list[Finding] = []
        for _, day in days:
            now = {
                p.id: r.judge(numbers, day) for p, r in zip(front.parts, article.rules, strict=True)
            }
            for name, finding in now.items():
                findings[name].append(finding)
            wholes.append(
                claims.whole(
                    [now[p.id] for p in front.parts if p.depends and _asked(p.asked, day, numbers)]
                )
            )
        found += _series(front, "", f"point, version {front.rule_version}", days, wholes)
        for part in front.parts:
            rule = f"{part.rule}, version {front.rule_version}"
            found += _series(front, part.id, rule, days, findings[part.id])
    return found


def _asked(asked: Sequence[str], day: dt.date, numbers: Numbers) -> bool:
    """A part that is only asked of "then" counts up to two months after the article's date."""
    return "now" in asked or day <= numbers.then + dt.timedelta(60)


def _series(
    front: Front,
    part: str,
    rule: str,
    days: Sequence[tuple[str, dt.date]],
    findings: Sequence[Finding],
) -> list[Week]:
    found: list[Week] = []
    for (week, day), finding, before in zip(days, findings, [None, *findings], strict=False):
        silent = not found or claims.UNTESTED in {finding.verdict, found[-1].verdict}
        steady = silent or (before is not None and before.verdict == finding.verdict)
        verdict = finding.verdict if steady else found[-1].verdict
        confidence = finding.confidence if verdict == finding.verdict else found[-1].confidence
        found.append(Week(week, day, front.point, part, finding.verdict, verdict, confidence, rule))
    return found


def cached(
    articles: Sequence[Article], numbers: Numbers, files: Sequence[Path], cache: Path
) -> list[Week]:
    """
    As `run`, from *cache* where nothing that a verdict rests on has changed.

    Args:
        files: everything that a verdict rests on; their bytes are the key.
        cache: a file of ours; a damaged one is made anew.
    """
    digest = hashlib.sha256(f"{numbers.edition} {numbers.then}".encode())
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    key = digest.hexdigest()
    try:
        kept = json.loads(cache.read_text(encoding="utf-8"))
        if kept["key"] == key:
            return [
                Week(**row | {"day": dt.date.fromisoformat(row["day"])}) for row in kept["weeks"]
            ]
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no cache yet, or not one of ours
    found = run(articles, numbers)
    rows = [asdict(week) | {"day": week.day.isoformat()} for week in found]
    cache.parent.mkdir(parents=True, exist_ok=True)
    temporary = cache.with_suffix(".new")
    temporary.write_text(json.dumps({"key": key, "weeks": rows}), encoding="utf-8")
    temporary.replace(cache)
    return found


def inputs(root: Path) -> list[Path]:
    """The files of a report, and of the program, that a verdict rests on."""
    code = Path(__file__).parent
    return [
        root / "data" / "snapshots.csv",
        *root.glob("data/*/*/*.toml"),
        *root.glob("content/points/*.md"),
        *root.glob("content/knowledge/*.csv"),
        *code.glob("**/*.py"),
    ]


def text(found: Sequence[Week]) -> str:
    """`verdicts.csv`: COLUMNS, in order of week, point and part ("" for the whole point)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for w in sorted(found, key=lambda w: (w.day, w.point, w.part)):
        writer.writerow([w.week, w.point, w.part, w.verdict, w.confidence, w.rule, "yes"])
    return out.getvalue()


def history(found: Sequence[Week], point: int, part: str = "") -> list[Week]:
    """The weeks in which the verdict on a point or part changed, the first included."""
    own = [w for w in found if (w.point, w.part) == (point, part)]
    return [
        w
        for w, before in zip(own, [None, *own], strict=False)
        if before is None or before.verdict != w.verdict
    ]


def standing(found: Sequence[Week]) -> Mapping[claims.Verdict, tuple[int, int]]:
    """
    The track record: verdict → in how many past weeks it was given, and still stood STANDS weeks on.

    Only verdicts on whole points count, and "cannot be tested" is none. A base rate, not a forecast.
    """
    record: dict[claims.Verdict, tuple[int, int]] = {}
    for point in {w.point for w in found}:
        own = [w.verdict for w in found if w.point == point and not w.part]
        for verdict, later in zip(own, own[STANDS:], strict=False):
            if verdict != claims.UNTESTED:
                given, stood = record.get(verdict, (0, 0))
                record[verdict] = given + 1, stood + (later == verdict)
    return record


def given(finding: Finding, found: Sequence[Week], point: int) -> Finding:
    """The finding of now as it is given: the steady verdict, with a word where the data moved."""
    own = [w for w in found if w.point == point and not w.part]
    if not own or own[-1].verdict == finding.verdict:
        return finding
    reason = f"{finding.reason} This week's data alone says “{finding.verdict}”; a change needs two weeks."
    return replace(finding, verdict=own[-1].verdict, reason=reason)
