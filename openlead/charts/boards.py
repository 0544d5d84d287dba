"""Boards → figures: who held which place, how sure that is, and how it moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import altair as alt
import numpy as np
import pandas as pd

from openlead import statistics
from openlead.charts import Figure, Source, theme
from openlead.charts.theme import (
    BAND,
    INK,
    MUTED,
    PAPER,
    Layer,
    Rows,
    Time,
    Width,
    counted,
    part,
    plain,
    sentence,
)
from openlead.facts import last_day
from openlead.knowledge import repository
from openlead.ledger import Break, Snapshot
from openlead.numbers import Number, Numbers, Question, long_date, printed
from openlead.standings import regions

LETTERS = {"China": "C", "United States": "U", "Europe": "E", "other": "o", "unknown": "?"}
CHINA = theme.COLOURS["cn"]
TOP: Mapping[Width, int] = {"wide": 15, "narrow": 12}  # models whose rank ranges are drawn


def source(snapshot: Snapshot) -> Source:
    """The source line of a board."""
    board = snapshot.board
    return Source(board.attribution, snapshot.date.isoformat(), board.url, board.licence)


def short(snapshot: Snapshot) -> str:
    """The board's short name, without the remark on its tests."""
    return snapshot.board.short.partition(",")[0]


def measure(snapshot: Snapshot) -> str:
    """Which board, and what its score is."""
    return f"{short(snapshot)}, {snapshot.board.score}"


def day(date: dt.date | str) -> str:
    """A date in full."""
    return printed(dt.date.fromisoformat(str(date)), "date")


def asked(numbers: Numbers, board: str, when: str) -> Question | None:
    """
    *board* as of `then` or `last`, None where it has no open models or is too old to answer for then.

    Raises:
        KeyError: no such board, or another *when*; the message is for an editor.
    """
    if when not in {"then", "last"}:
        raise KeyError(f'"{when}" is no time; write then or last')
    question = numbers.question(board, numbers.then if when == "then" else numbers.edition)
    if question is None or question.open.empty:
        return None
    day = min(numbers.then, numbers.edition)
    return question if when == "last" or question.standing.snapshot.answers(day) else None


def places(numbers: Numbers, boards: Sequence[str], first: int = 20) -> Figure | None:
    """Who held the first open places, board by board, and which places were in doubt."""
    questions = sorted(
        yearly(numbers, boards), key=lambda question: question.standing.snapshot.date
    )
    if not questions:
        return None
    rows = pd.concat([held(question, first) for question in questions], ignore_index=True)
    counts = pd.crosstab(rows["label"], rows["region"]).reindex(
        index=rows["label"].unique(), columns=[*LETTERS], fill_value=0
    )
    of = rows.groupby("label", sort=False).size()
    notes = {label: f"{counts.loc[label, 'China']} of {of[label]}" for label in counts.index}
    table = counts.rename(columns=str.capitalize).assign(doubt=rows.groupby("label")["doubt"].sum())
    newest = questions[-1].standing.snapshot
    ours, most = int(counts["China"].iloc[-1]), int(of.iloc[-1])
    return Figure(
        "places",
        sentence(
            f"{part(ours)} of the first {counted(most)} open places on {short(newest)} "
            f"{'was' if ours < 2 else 'were'} Chinese in {newest.date:%B %Y}"
        ),
        f"First {counted(first)} open places of each board on its last day of a year. Colour and letter: the publisher’s "
        "region; dashed: in doubt",
        f"A row of squares for each of {len(questions)} boards and dates, best place on the left. Chinese places: "
        + "; ".join(f"{label}, {note}" for label, note in notes.items())
        + ".",
        table.reset_index().rename(columns={"label": "Board and date", "doubt": "Places in doubt"}),
        tuple(
            {question.board: source(question.standing.snapshot) for question in questions}.values()
        ),
        lambda width: draw_places(width, rows, notes, first),
        "Boards differ in tests and entrants; their rows cannot be joined. Places of unknown origin do not count as Chinese. "
        "In doubt: a Chinese model holds the place in 5% to 95% of draws of all scores.",
    )


def yearly(numbers: Numbers, boards: Sequence[str]) -> Iterator[Question]:
    """The last state of each board in each year, as somebody read it; reconstructed states are left out."""
    for name in boards:
        history = numbers.standings.ledger.history(name)
        read = [
            entry.date
            for entry in history.entries
            if entry.kind == "read" and entry.date <= numbers.edition
        ]
        for last in {date.year: date for date in read}.values():
            question = numbers.question(name, last)
            if question and len(question.open):
                yield question


def held(question: Question, first: int) -> pd.DataFrame:
    """The first open places of a board: `label`, `place`, `region`, `doubt` (all, where no errors are known)."""
    top, drawn, snapshot = question.open.head(first), question.drawn(), question.standing.snapshot
    doubt = np.ones(len(top), dtype=bool)
    if drawn:
        ours = np.isin(drawn.models, list(question.ours["model"]))
        best = np.argsort(-drawn.scores, axis=1)[:, : len(top)]
        share = ours[best].mean(axis=0)
        doubt = (share > statistics.RANGE[0]) & (share < statistics.RANGE[1])
    label = f"{short(snapshot)} · {snapshot.date:%b %Y}"
    return pd.DataFrame(
        {"place": range(1, len(top) + 1), "region": top["region"], "doubt": doubt}
    ).assign(label=label)


def draw_places(
    width: Width, rows: pd.DataFrame, notes: Mapping[str, str], first: int
) -> alt.LayerChart:
    """A line of squares a board and date; each carries the letter of its region."""
    lines = Rows(width, 168, 52, (32, 44))
    names = lines.placed(pd.DataFrame({"label": list(notes), "note": list(notes.values())}))
    left, right = lines.pixels if width == "wide" else (0, theme.INNER[width])
    step = (right - left) / first
    cells = rows.merge(names[["label", "y"]], on="label").assign(
        x=lambda f: left + step * (f["place"] - 0.5), letter=lambda f: f["region"].map(LETTERS)
    )
    base = alt.Chart(cells.assign(full=(cells["region"] == "China") & ~cells["doubt"]))
    base = base.encode(alt.X("x:Q", scale=None), alt.Y("y:Q", scale=None))
    present = {
        name: f"{sign}  {name}" for name, sign in LETTERS.items() if name in set(rows["region"])
    }
    key = theme.key(present, 3 if width == "narrow" else 0)
    fills = alt.Scale(
        domain=[*LETTERS], range=[CHINA if name == "China" else BAND for name in LETTERS]
    )
    square = base.mark_square(size=(step - 4) ** 2, strokeWidth=2, opacity=1).encode(
        alt.Fill("region:N", scale=fills, legend=key),
        alt.Stroke("region:N", scale=theme.REGION, legend=key),
        fillOpacity=alt.condition(
            "datum.doubt && datum.region == 'China'", alt.value(0.25), alt.value(1)
        ),
        strokeDash=alt.condition("datum.doubt", alt.value([2, 2]), alt.value([1, 0])),
    )
    colour = alt.condition("datum.full", alt.value(PAPER), alt.value(INK))
    letter = base.mark_text(fontSize=11.5).encode(text="letter:N", color=colour)
    return theme.sheet(width, lines.height(names) + 4, square, letter, *lines.words(names))


def ranks(numbers: Numbers, board: str, when: str = "last") -> Figure | None:
    """Who stood on top of a board, and how sure each rank was."""
    question = asked(numbers, board, when)
    drawn = question.drawn() if question else None
    if question is None or drawn is None:
        return None
    snapshot, ranges = question.standing.snapshot, statistics.rank_ranges(drawn)
    top = question.open.head(TOP["wide"]).merge(ranges, left_on="model", right_index=True)
    table = rank_table(top)
    leaders, ours = top[top["rank_low"] == 1], int((top["region"] == question.country).sum())
    finding = sentence(f"{counted(len(leaders))} models’ ranges reach first place")
    if len(leaders) == 1:
        finding = f"Only {theme.shortened(repository(leaders['model'].iloc[0]), 22)} can be first"
    by = ", ".join(f"{name} {count}" for name, count in top["region"].value_counts().items())
    gone = top.assign(withdrawn=withdrawn(top, numbers.edition)).query("withdrawn != ''")
    return Figure(
        "ranks",
        f"{finding}; {part(ours)} of the first {counted(len(top))} {'is' if ours < 2 else 'are'} Chinese",
        "Rank among open models. Dot: as shown; line: 5–95% range; colour and shape: the publisher’s region. "
        f"{measure(snapshot)}, {day(snapshot.date)}",
        f"Dot plot of the first {len(top)} open models by rank, on a logarithmic scale from 1 to {top['rank_high'].max()}. "
        f"Models with a range that reaches first place: {len(leaders)}. By region of the publisher: {by}.",
        table,
        (source(snapshot),),
        lambda width: draw_ranks(width, top.assign(label=table["Model"], note=table["Rank range"])),
        f"Ranges come from {statistics.DRAWS:,} draws of all scores within their errors."
        + "".join(
            f" {plain(model)} was withdrawn later ({how})."
            for model, how in gone[["model", "withdrawn"]].to_numpy()
        ),
    )


def withdrawn(frame: pd.DataFrame, edition: dt.date) -> list[str]:
    """When and by whom each model was taken off later, as far as an edition can know."""
    return [
        text if text and last_day(text.split()[0]) <= edition else "" for text in frame["withdrawn"]
    ]


def rank_table(top: pd.DataFrame) -> pd.DataFrame:
    """The first models of a board as a table for readers."""
    bounds = zip(top["rank_low"], top["rank_high"], strict=True)
    return pd.DataFrame(
        {
            "Model": top["model"].map(plain),
            "Publisher": top["publisher"].map(plain),
            "Region": top["region"],
            "Score": top["score"].map("{:.1f}".format),
            "Rank": top["rank"],
            "Rank range": [f"{low} to {high}" if low < high else str(low) for low, high in bounds],
        }
    )


def draw_ranks(width: Width, top: pd.DataFrame) -> alt.LayerChart:
    """A line a model on a logarithmic scale of ranks; phones show fewer."""
    frame = top.head(TOP[width])[["label", "note", "rank", "rank_low", "rank_high", "region"]]
    lines, most = Rows(width, 262, 60), max(2, int(frame["rank_high"].max()))
    scale = alt.Scale(type="log", domain=[1, most], range=list(lines.pixels), nice=False)
    ticks = [tick for tick in (1, 2, 5, 10, 20, 50, 100) if tick <= most]
    axis = alt.Axis(orient="top", values=ticks, labelFlush=False, format="d")
    low, rank = (
        alt.X(f"{name}:Q", scale=scale, axis=axis, title=None) for name in ("rank_low", "rank")
    )
    colour, shape = theme.regions(frame["region"], width)
    return lines.sheet(
        frame.assign(label=frame["label"].map(repository)) if width == "narrow" else frame,
        lambda base, _: [
            base.mark_rule(strokeWidth=2).encode(low, colour, x2="rank_high:Q"),
            base.mark_point(size=70).encode(rank, colour, shape),
        ],
    )


@dataclass(frozen=True, eq=False)
class Course:
    """A board over time: a row of `frame` a snapshot, with its ISO `date`."""

    frame: pd.DataFrame
    snapshot: Snapshot
    then: dt.date

    @property
    def breaks(self) -> list[Break]:
        """Where its scores start anew."""
        return [known for known in self.snapshot.board.breaks if known.date <= self.snapshot.date]

    @property
    def remark(self) -> str:
        """How many stretches are drawn apart."""
        return (
            f"{len(self.frame)} snapshots, in {len(self.breaks) + 1} stretches that are not joined"
        )

    @property
    def reasons(self) -> str:
        """Why the stretches are not joined."""
        dated = [f"{day(known.date)}: {known.reason}" for known in self.breaks]
        return " ".join(["Dashed: a break in the scores.", *dated] if dated else [])

    def time(self, width: Width, start: str, after: int) -> Time:
        """The axis below the line, from *start* on, with *after* pixels to spare at its end."""
        first, last = (dt.date.fromisoformat(date) for date in (start, self.frame["date"].iloc[-1]))
        pixels = (34, theme.INNER[width] - after)
        return Time(first, max(last, first + dt.timedelta(1)), pixels, "bottom")

    def steps(self, time: Time) -> alt.Chart:
        """The base of a line whose value holds until the next snapshot, with an end at every break."""
        at = [sum(str(known.date) <= date for known in self.breaks) for date in self.frame["date"]]
        return alt.Chart(self.frame.assign(stretch=at)).encode(time.x(), detail="stretch:N")

    def rules(self, time: Time, height: float) -> list[Layer]:
        """A dashed rule at every break, and the article's day."""
        dates = pd.DataFrame({"date": [str(known.date) for known in self.breaks]}, dtype="str")
        rule = alt.Chart(dates).mark_rule(strokeDash=[4, 3], color=MUTED)
        dashed = [rule.encode(time.x(), y=alt.value(0), y2=alt.value(height))] if len(dates) else []
        return [*dashed, time.mark(self.then, f"the article, {self.then:%b %Y}", (height, 8))]


def gap(numbers: Numbers, board: str) -> Figure | None:
    """By how much the best Chinese open model led or trailed the best other one, over time."""
    history = numbers.standings.ledger.history(board)
    days = [entry.date for entry in history.entries if entry.date <= numbers.edition]
    found = [
        number for date in days if (number := numbers(f"{board}.{date}.gap")).value is not None
    ]
    snapshot = history.as_of(numbers.edition)
    if not found or snapshot is None:
        return None
    frame = pd.DataFrame(
        {"date": n.as_of, "value": n.value, "low": n.low, "high": n.high} for n in found
    )
    course, last = Course(frame, snapshot, numbers.then), found[-1]
    least, most = (min(found, key=gap_of), max(found, key=gap_of))
    finding = "is level with the best other"
    if last.low is None or last.high is None or not last.low <= 0 <= last.high:
        size = printed(abs(gap_of(last)), "points", last.digits)
        finding = f"{'leads' if gap_of(last) > 0 else 'trails'} the best other by {size}"
    monthly = {number.as_of[:7]: number for number in found}.values()
    table = pd.DataFrame(
        {
            "Date": [day(number.as_of) for number in monthly],
            "Gap": [number.text for number in monthly],
            "Range, 5–95%": [number.span for number in monthly],
        }
    )
    return Figure(
        "gap",
        f"The best Chinese open model {finding} on {short(snapshot)}",
        f"Best Chinese open score minus best other open score, in points, with 5–95% range; to {day(snapshot.date)}",
        f"Line over {course.remark}. It lies between {least.text} ({day(least.as_of)}) and {most.text} "
        f"({day(most.as_of)}) and ends at {last.text}.",
        table,
        (source(snapshot),),
        lambda width: draw_gap(width, course, last.digits),
        f"Country by publisher. The table has the last snapshot of each month. {course.reasons}".rstrip(),
    )


def gap_of(number: Number) -> float:
    """The value of a number that is known to be one."""
    return float(cast(float, number.value))


def draw_gap(width: Width, course: Course, digits: int) -> alt.LayerChart:
    """Steps inside their band, around a line at zero; the ends and the last value are named."""
    height, frame = 300 if width == "wide" else 260, course.frame
    time = course.time(width, min(frame["date"].iloc[0], str(course.then)), 42)
    reach = frame[["low", "high", "value"]].fillna(0).to_numpy()
    bottom, top = min(0.0, reach.min()), max(0.0, reach.max())
    room = (top - bottom) / 12 or 1
    scale = alt.Scale(domain=[bottom - room, top + room], range=[height, 0], nice=False)
    value, low, nil = (
        alt.Y(f"{name}:Q", scale=scale, axis=inside(), title=None)
        for name in ("value", "low", "nil")
    )
    at = sorted({int(frame["value"].argmin()), int(frame["value"].argmax()), len(frame) - 1})
    named = frame.iloc[at].assign(nil=0)
    said = [("+" if v > 0 else "") + printed(v, "count", digits) for v in named["value"]]
    ends = alt.Chart(named.assign(label=said)).encode(time.x(), value, text="label:N")
    zero = alt.Chart(pd.DataFrame({"nil": [0]})).encode(nil, x=alt.value(time.pixels[0]))
    side = zero.encode(x=alt.value(time.pixels[0] + 6))
    steps = course.steps(time)
    return theme.sheet(
        width,
        height,
        steps.mark_area(interpolate="step-after", color=BAND).encode(low, y2="high:Q"),
        zero.mark_rule(color=INK).encode(x2=alt.value(time.pixels[1])),
        *course.rules(time, height),
        steps.mark_line(interpolate="step-after", color=CHINA).encode(value),
        ends.mark_point(color=CHINA),
        *theme.haloed(ends.transform_filter("datum.value > 0"), dy=-14),
        *theme.haloed(ends.transform_filter("datum.value <= 0"), dy=16),
        side.mark_text(align="left", color=MUTED, dy=-11, text="↑ China ahead"),
        side.mark_text(align="left", color=MUTED, dy=12, text="↓ others ahead"),
    )


def inside(unit: str = "") -> alt.Axis:
    """An upright axis whose labels stand inside, over its lines."""
    return alt.Axis(
        labelAlign="left", labelPadding=0, labelBaseline="bottom", labelOffset=-2,
        tickCount=5, labelExpr=f"datum.label + '{unit}'",
    )  # fmt: skip


def shares(numbers: Numbers, board: str, first: int = 50) -> Figure | None:
    """What part of the first places was Chinese: by publisher, and by weights."""
    history = numbers.standings.ledger.history(board)
    days = [entry.date for entry in history.entries if entry.date <= numbers.edition]
    asked = [question for date in days if (question := numbers.question(board, date))]
    tops = {str(q.standing.snapshot.date): q.open.head(first) for q in asked if len(q.open)}
    snapshot = history.as_of(numbers.edition)
    if not tops or snapshot is None:
        return None
    frame = pd.DataFrame(
        {
            "date": list(tops),
            "weights": [
                100 * float((regions(top, "weights") == "China").mean()) for top in tops.values()
            ],
            "publisher": [100 * float((top["region"] == "China").mean()) for top in tops.values()],
        }
    )
    said = frame[["weights", "publisher"]].map(lambda share: printed(share, "percent"))
    table = said.assign(date=frame["date"].map(day))[["date", "weights", "publisher"]]
    weights, publisher = (
        (said[rule].iloc[0], said[rule].iloc[-1]) for rule in ("weights", "publisher")
    )
    course = Course(frame, snapshot, numbers.then)
    return Figure(
        "shares",
        f"Of the first {counted(first)} places, {weights[1]} were Chinese by weights, {publisher[1]} by publisher",
        f"Share of the first {counted(first)} open places held by Chinese models. "
        f"{measure(snapshot)}, to {day(snapshot.date)}",
        f"Two lines over {course.remark}. By weights the share goes from {weights[0]} to {weights[1]}, by publisher "
        f"from {publisher[0]} to {publisher[1]}.",
        table.set_axis(["Date", "By weights", "By publisher"], axis=1),
        (source(snapshot),),
        lambda width: draw_shares(width, course),
        "By weights: the country of the base that a model descends from; by publisher: that of whoever published it. "
        + course.reasons,
    )


def draw_shares(width: Width, course: Course) -> alt.LayerChart:
    """Two stepped lines, each named at its end."""
    height, last = 260, course.frame.tail(1)
    time = course.time(width, course.frame["date"].iloc[0], 14)
    scale = alt.Scale(domain=[0, 108], range=[height, 0], nice=False)
    lines: list[Layer] = []
    for rule, dash in (("weights", [1, 0]), ("publisher", [6, 3])):
        y = alt.Y(f"{rule}:Q", scale=scale, axis=inside("%"), title=None)
        label = f"by {rule} {printed(last[rule].iloc[0], 'percent')}"
        end = alt.Chart(last.assign(label=label)).encode(time.x(), y, text="label:N")
        line = course.steps(time).mark_line(interpolate="step-after", strokeDash=dash, color=CHINA)
        halo = theme.haloed(end, align="right", dx=6, dy=-14)
        lines += [line.encode(y), end.mark_point(color=CHINA), *halo]
    return theme.sheet(width, height, *course.rules(time, height), *lines)


def scores(
    numbers: Numbers, board: str, models: Sequence[str], when: str = "last"
) -> Figure | None:
    """Where the named models stood among all models of a board."""
    question = asked(numbers, board, when)
    if question is None:
        return None
    snapshot, ranked = question.standing.snapshot, question.standing.frame
    named = found_among(ranked.assign(withdrawn=withdrawn(ranked, numbers.edition)), models)
    present = set(named["name"].str.lower())
    absent = [model for model in models if model.lower() not in present]
    bins = np.floor(ranked["score"]).astype(int).value_counts().sort_index().rename_axis("start")
    table = pd.DataFrame(
        {
            "Score": [
                *(f"{start} to {start + 1}" for start in bins.index),
                *named["score"].map("{:.2f}".format),
            ],
            "Models": [*bins.astype(str), *named["name"].map(plain)],
        }
    )
    high = int((named["below"] >= 0.95).sum())
    missing = (
        f"; {counted(len(absent))} {'is' if len(absent) == 1 else 'are'} not on it"
        if absent
        else ""
    )
    return Figure(
        "scores",
        sentence(
            f"{part(high)} of the {counted(len(models))} models named scored above 95% of the board{missing}"
        ),
        f"All models by score, a bar a point, and those that the article names. {measure(snapshot)}, {day(snapshot.date)}",
        f"Histogram of the scores of {len(ranked):,} models, from {ranked['score'].min():.1f} to "
        f"{ranked['score'].max():.1f}. Marked: {'; '.join(named['label']) or 'none'}.",
        table,
        (source(snapshot),),
        lambda width: draw_scores(width, bins, named[["score", "label"]]),
        " ".join(missed(model, snapshot, numbers) for model in absent),
    )


def found_among(ranked: pd.DataFrame, models: Sequence[str]) -> pd.DataFrame:
    """The rows of these repositories, best first, with `name`, the share `below` them, and a `label`."""
    named = ranked.assign(name=ranked["model"].map(repository))
    named = named[
        named["name"].str.lower().isin([model.lower() for model in models])
    ].drop_duplicates("name")
    below = [float((ranked["score"] < score).mean()) for score in named["score"]]
    gone = [", withdrawn later" if withdrawn else "" for withdrawn in named["withdrawn"]]
    words = zip(named["name"], below, gone, strict=True)
    label = [
        f"{theme.shortened(name, 22)}, above {int(100 * share)}%{end}" for name, share, end in words
    ]
    return named.assign(below=below, label=label)


def missed(model: str, snapshot: Snapshot, numbers: Numbers) -> str:
    """That *model* is not on a board, and when it came out if that was later."""
    for release in numbers.standings.facts.releases:
        later = str(snapshot.date) < release.released <= str(numbers.edition)
        if later and repository(release.huggingface).lower() == model.lower():
            return f"{model} came out on {long_date(release.released)}, after this snapshot."
    return f"{model} is not on this snapshot."


def draw_scores(width: Width, counts: pd.Series, named: pd.DataFrame) -> alt.LayerChart:
    """Bars of counts; over them a rule for each named model, with its name beside it."""
    head, height, bins = 22 * len(named), 200, counts.rename("count").reset_index()
    start, stop = float(bins["start"].min()), float(bins["start"].max() + 1)
    scale = alt.Scale(domain=[start, stop], range=[30, theme.INNER[width] - 10], nice=False)
    axis = alt.Axis(orient="bottom", grid=False, tickCount=6)
    left, score = (
        alt.X(f"{name}:Q", scale=scale, axis=axis, title=None) for name in ("start", "score")
    )
    up = alt.Scale(
        domain=[0, float(bins["count"].max())], range=[head + height, head + 12], nice=False
    )
    bar = alt.Chart(bins.assign(end=bins["start"] + 0.9)).mark_rect(color=theme.COLOURS["unknown"])
    layers: list[Layer] = [
        bar.encode(
            left, alt.Y("count:Q", scale=up, axis=inside(), title=None), x2="end:Q", y2=alt.datum(0)
        )
    ]
    frame = named.assign(
        line=10.0 + 22 * np.arange(len(named)), late=named["score"] > (start + stop) / 2
    )
    base = alt.Chart(frame).encode(score, alt.Y("line:Q", scale=None), text="label:N")
    if len(named):
        layers += [
            base.mark_rule(color=CHINA, strokeWidth=2).encode(y2=alt.value(head + height)),
            *theme.haloed(base.transform_filter("datum.late"), align="right", dx=-8),
            *theme.haloed(base.transform_filter("!datum.late"), align="left", dx=8),
            base.mark_point(color=CHINA),
        ]
    return theme.sheet(width, head + height, *layers)


CHARTS: dict[str, Callable[..., Figure | None]] = {
    "places": places,
    "ranks": ranks,
    "gap": gap,
    "shares": shares,
    "scores": scores,
}
