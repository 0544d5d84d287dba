"""Claims over the whole ledger → the verdict of every past week, as it would have been given then."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from openlead import claims, schema
from openlead.claims import Finding
from openlead.content import Article, Front, points
from openlead.numbers import Numbers

COLUMNS = ("week", "point", "part", "verdict", "confidence", "rule", "replay")
RECORD, KEY = "verdicts.csv", "verdicts.sha256"
CODE = (
    "facts", "knowledge", "ledger", "numbers", "origin", "replay", "robustness", "standings",
    "statistics",
)  # fmt: skip
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
    days = list(weeks(_first(numbers), numbers.edition))
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


@dataclass(frozen=True)
class Row:
    """A line of the recorded replay: from this week on, until the next line of the same part."""

    point: int
    week: str
    day: dt.date
    found: claims.Verdict
    verdict: claims.Verdict
    rule: str
    part: str = ""
    confidence: str = ""


def load(articles: Sequence[Article], numbers: Numbers, root: Path) -> list[Week]:
    """
    As `run`, from the record in the repository, or from the cache, where its key still fits.

    The key covers everything that a verdict rests on. The record is under version control, so that
    a change of rules, data or code shows which past verdicts it moved; `record` renews it, and a
    test compares it with a fresh run.
    """
    key = _key(root, numbers)
    for folder in (root / "editions", root / ".cache"):
        if (folder / KEY).is_file() and (folder / KEY).read_text(encoding="utf-8").strip() == key:
            return _expanded(schema.read_csv(folder / RECORD, Row), numbers)
    found = run(articles, numbers)
    _write(found, root / ".cache", key)
    return found


def record(articles: Sequence[Article], numbers: Numbers, root: Path) -> int:
    """Write a fresh replay to the repository; the number of lines."""
    found = run(articles, numbers)
    _write(found, root / "editions", _key(root, numbers))
    return len(_rows(found))


def _write(found: Sequence[Week], folder: Path, key: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    out = io.StringIO()
    names = [f.name for f in fields(Row)]
    lines = ([str(getattr(row, name)) for name in names] for row in _rows(found))
    csv.writer(out, lineterminator="\n").writerows([names, *lines])
    (folder / KEY).unlink(missing_ok=True)  # a key never stands beside another record
    (folder / RECORD).write_text(out.getvalue(), encoding="utf-8", newline="\n")
    (folder / KEY).write_text(key + "\n", encoding="utf-8", newline="\n")


def _rows(found: Sequence[Week]) -> list[Row]:
    """Only the weeks in which something about a verdict changed."""
    rows: list[Row] = []
    last: dict[tuple[int, str], tuple[str, ...]] = {}
    for w in found:
        told = (w.found, w.verdict, w.confidence, w.rule)
        if last.get((w.point, w.part)) != told:
            rows.append(
                Row(w.point, w.week, w.day, w.found, w.verdict, w.rule, w.part, w.confidence)
            )
        last[w.point, w.part] = told
    return rows


def _expanded(rows: Sequence[Row], numbers: Numbers) -> list[Week]:
    """Every week again, from the weeks in which something changed."""
    days = list(weeks(_first(numbers), numbers.edition))
    series: dict[tuple[int, str], dict[str, Row]] = {}
    for row in rows:
        series.setdefault((row.point, row.part), {})[row.week] = row
    found: list[Week] = []
    for (point, part), changes in series.items():
        now = None
        for week, day in days:
            now = changes.get(week, now)
            if now:
                found.append(
                    Week(week, day, point, part, now.found, now.verdict, now.confidence, now.rule)
                )
    return found


def _first(numbers: Numbers) -> dt.date:
    return min(h.entries[0].date for h in numbers.standings.ledger.histories.values())


def _key(root: Path, numbers: Numbers) -> str:
    """A hash of the edition, and of the files of report and program that a verdict rests on."""
    digest = hashlib.sha256(f"{numbers.edition} {numbers.then}".encode())
    package = Path(__file__).parent
    files = [
        root / "data" / "snapshots.csv",
        *sorted(root.glob("data/*/*/*.toml")),
        *sorted(root.glob("content/points/*.md")),
        *sorted(root.glob("content/knowledge/*.csv")),
        *sorted(package / f"{name}.py" for name in CODE),
        *sorted(package.glob("claims/*.py")),
    ]
    for file in files:
        content = file.read_bytes()
        if file.suffix == ".md":  # the rules stand in the front matter; prose moves no verdict
            content = content.split(b"\n---\n")[0]
        digest.update(file.name.encode() + b"\0" + content)
    return digest.hexdigest()


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
