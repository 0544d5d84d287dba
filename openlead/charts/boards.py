"""Boards → figures: who held which place, how sure that is, and how it moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence

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
    plain,
    sentence,
)
from openlead.ledger import Break, Snapshot
from openlead.numbers import Numbers, Question, printed
from openlead.origin import repository
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
    stale = when == "then" and not question.standing.snapshot.answers(
        min(numbers.then, numbers.edition)
    )
    return None if stale else question


def places(numbers: Numbers, first: int = 20) -> Figure | None:
    """Who held the first open places, board by board, and which places were in doubt."""
    questions = sorted(yearly(numbers), key=lambda question: question.standing.snapshot.date)
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
            f"{counted(ours)} of the first {counted(most)} open places on {short(newest)} "
            f"{'was' if ours == 1 else 'were'} Chinese in {newest.date:%B %Y}"
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


def yearly(numbers: Numbers) -> Iterator[Question]:
    """The last state of each board in each year, as somebody read it; reconstructed states are left out."""
    for name, history in numbers.standings.ledger.histories.items():
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
    snapshot = question.standing.snapshot
    top = question.open.head(TOP["wide"]).merge(
        statistics.rank_ranges(drawn), left_on="model", right_index=True
    )
    bounds = zip(top["rank_low"], top["rank_high"], strict=True)
    table = pd.DataFrame(
        {
            "Model": top["model"].map(plain),
            "Publisher": top["publisher"].map(plain),
            "Region": top["region"],
            "Score": top["score"].map("{:.1f}".format),
            "Rank": top["rank"],
            "Rank range": [f"{low} to {high}" if low < high else str(low) for low, high in bounds],
        }
    )
    frame = table.assign(
        label=table["Model"], note=table["Rank range"], region=top["region"],
        rank=top["rank"], low=top["rank_low"], high=top["rank_high"],
    )  # fmt: skip
    leaders, ours = top[top["rank_low"] == 1], int((top["region"] == question.country).sum())
    finding = sentence(f"{counted(len(leaders))} models’ ranges reach first place")
    if len(leaders) == 1:
        finding = f"Only {theme.shortened(repository(leaders['model'].iloc[0]), 22)} can be first"
    by = ", ".join(f"{name} {count}" for name, count in top["region"].value_counts().items())
    gone = [
        f"{plain(m)} was withdrawn later ({plain(w)})."
        for m, w in zip(top["model"], top["withdrawn"], strict=True)
        if w
    ]
    return Figure(
        "ranks",
        f"{finding}; {counted(ours)} of the first {counted(len(top))} {'is' if ours == 1 else 'are'} Chinese",
        "Rank among open models. Dot: as shown; line: 5–95% range; colour and shape: the publisher’s region. "
        f"{short(snapshot)}, {snapshot.board.score}, {day(snapshot.date)}",
        f"Dot plot of the first {len(top)} open models by rank, on a logarithmic scale from 1 to {top['rank_high'].max()}. "
        f"Models with a range that reaches first place: {len(leaders)}. By region of the publisher: {by}.",
        table,
        (source(snapshot),),
        lambda width: draw_ranks(width, frame.head(TOP[width])),
        " ".join(
            [
                f"Ranges come from {statistics.DRAWS:,} draws of all scores within their errors.",
                *gone,
            ]
        ),
    )


def draw_ranks(width: Width, frame: pd.DataFrame) -> alt.LayerChart:
    """A line a model on a logarithmic scale of ranks."""
    lines, most = Rows(width, 262, 60), max(2, int(frame["high"].max()))
    scale = alt.Scale(type="log", domain=[1, most], range=list(lines.pixels), nice=False)
    ticks = [tick for tick in (1, 2, 5, 10, 20, 50, 100) if tick <= most]
    axis = alt.Axis(orient="top", values=ticks, labelFlush=False, format="d")
    low, rank = (alt.X(f"{name}:Q", scale=scale, axis=axis, title=None) for name in ("low", "rank"))
    colour, shape = theme.regions(frame["region"], width)
    label = frame["label"].map(repository) if width == "narrow" else frame["label"]
    return lines.sheet(
        frame.assign(label=label),
        lambda base, _: [
            base.mark_rule(strokeWidth=2).encode(low, colour, x2="high:Q"),
            base.mark_point(size=70).encode(rank, colour, shape),
        ],
    )


def gap(numbers: Numbers, board: str) -> Figure | None:
    """By how much the best Chinese open model led or trailed the best other one, over time."""
    history = numbers.standings.ledger.history(board)
    found = [
        numbers(f"{board}.{entry.date}.gap")
        for entry in history.entries
        if entry.date <= numbers.edition
    ]
    rows = [
        {"date": n.as_of, "value": n.value, "low": n.low, "high": n.high}
        for n in found
        if n.value is not None
    ]
    frame, snapshot = pd.DataFrame(rows), history.as_of(numbers.edition)
    if not rows or snapshot is None:
        return None
    breaks = [known for known in history.board.breaks if known.date <= numbers.edition]
    last = frame.iloc[-1]
    size = printed(abs(last["value"]), "points", found[-1].digits)
    finding = "is level with the best other"
    if not last["low"] <= 0 <= last["high"]:  # also where no range is known
        finding = f"{'leads' if last['value'] > 0 else 'trails'} the best other by {size}"
    least, most = (frame.sort_values("value").iloc[at] for at in (0, -1))
    monthly = frame.groupby(frame["date"].str[:7]).tail(1)
    spans = [
        f"{printed(a, 'count')} to {printed(b, 'count')}"
        for a, b in monthly[["low", "high"]].fillna(0).to_numpy()
    ]
    table = pd.DataFrame(
        {
            "Date": monthly["date"].map(day),
            "Gap in points": [printed(v, "count", found[-1].digits) for v in monthly["value"]],
            "5–95% range": [
                span if known else ""
                for span, known in zip(spans, monthly["low"].notna(), strict=True)
            ],
        }
    )
    return Figure(
        "gap",
        f"The best Chinese open model {finding} on {short(snapshot)}",
        f"Best Chinese open score minus best other open score, in points, with 5–95% range; to {day(snapshot.date)}",
        f"Line over {len(frame)} snapshots, in {len(breaks) + 1} stretches that are not joined. It lies between "
        f"{printed(least['value'], 'points')} ({day(least['date'])}) and {printed(most['value'], 'points')} "
        f"({day(most['date'])}) and ends at {printed(last['value'], 'points')}.",
        table,
        (source(snapshot),),
        lambda width: draw_gap(width, frame, breaks, numbers),
        "Country by publisher. The table has the last snapshot of each month. " + reasons(breaks),
    )


def draw_gap(
    width: Width, frame: pd.DataFrame, breaks: Sequence[Break], numbers: Numbers
) -> alt.LayerChart:
    """Steps inside their band, around a line at zero."""
    height = 300 if width == "wide" else 260
    time = axis_of_time(width, frame, min(frame["date"].iloc[0], str(numbers.then)), 42)
    reach = frame[["low", "high", "value"]].agg(["min", "max"]).to_numpy()
    scale = alt.Scale(
        domain=[min(0, np.nanmin(reach)) - 12, max(0, np.nanmax(reach)) + 12],
        range=[height, 0],
        nice=False,
    )
    value, low, nil = (
        alt.Y(f"{name}:Q", scale=scale, axis=inside(), title=None)
        for name in ("value", "low", "nil")
    )
    steps = alt.Chart(stretches(frame, breaks)).encode(time.x(), detail="stretch:N")
    marked = frame.iloc[
        sorted({int(frame["value"].argmin()), int(frame["value"].argmax()), len(frame) - 1})
    ]
    marked = marked.assign(
        label=[("+" if v > 0 else "") + printed(v, "count") for v in marked["value"]], nil=0
    )
    ends = alt.Chart(marked).encode(time.x(), value, text="label:N")
    sides = alt.Chart(pd.DataFrame({"nil": [0, 0], "label": ["↑ China ahead", "↓ others ahead"]}))
    sides = sides.encode(nil, x=alt.value(time.pixels[0] + 6), text="label:N")
    zero = alt.Chart(pd.DataFrame({"nil": [0]})).mark_rule(color=INK)
    return theme.sheet(
        width,
        height,
        steps.mark_area(interpolate="step-after", color=BAND).encode(low, y2="high:Q"),
        zero.encode(nil, x=alt.value(time.pixels[0]), x2=alt.value(time.pixels[1])),
        *broken(time, breaks, height),
        steps.mark_line(interpolate="step-after", color=CHINA).encode(value),
        ends.mark_point(color=CHINA),
        *theme.haloed(ends.transform_filter("datum.value > 0"), dy=-14),
        *theme.haloed(ends.transform_filter("datum.value <= 0"), dy=16),
        sides.transform_filter("datum.label[0] == '↑'").mark_text(
            align="left", color=MUTED, dy=-11
        ),
        sides.transform_filter("datum.label[0] == '↓'").mark_text(align="left", color=MUTED, dy=12),
        time.mark(numbers.then, f"the article, {numbers.then:%b %Y}", (height, 8)),
    )


def axis_of_time(width: Width, frame: pd.DataFrame, start: str, after: int) -> Time:
    """The axis below a line, from *start* to the last date, with *after* pixels to spare at its end."""
    first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(frame["date"].iloc[-1])
    return Time(
        first, max(last, first + dt.timedelta(1)), (34, theme.INNER[width] - after), "bottom"
    )


def inside(unit: str = "") -> alt.Axis:
    """An upright axis whose labels stand inside, over its lines."""
    words = f"datum.label + '{unit}'"
    return alt.Axis(
        labelAlign="left",
        labelPadding=0,
        labelBaseline="bottom",
        labelOffset=-2,
        tickCount=5,
        labelExpr=words,
    )


def stretches(frame: pd.DataFrame, breaks: Sequence[Break]) -> pd.DataFrame:
    """*frame* with `stretch`: how many *breaks* lie before; a line ends where the number changes."""
    return frame.assign(
        stretch=[sum(str(known.date) <= date for known in breaks) for date in frame["date"]]
    )


def broken(time: Time, breaks: Sequence[Break], height: float) -> list[Layer]:
    """A dashed rule where a board's scores start anew."""
    dates = pd.DataFrame(
        {"date": [str(known.date) for known in breaks if known.date >= time.start]}
    )
    rule = alt.Chart(dates).mark_rule(strokeDash=[4, 3], color=MUTED)
    return [rule.encode(time.x(), y=alt.value(0), y2=alt.value(height))] if len(dates) else []


def reasons(breaks: Sequence[Break]) -> str:
    """Why the lines are not joined."""
    return " ".join(
        ["Dashed: a break in the scores."] * bool(breaks)
        + [f"{day(b.date)}: {b.reason}" for b in breaks]
    )


def shares(numbers: Numbers, board: str, first: int = 50) -> Figure | None:
    """What part of the first places was Chinese: by publisher, and by weights."""
    history = numbers.standings.ledger.history(board)
    days = [entry.date for entry in history.entries if entry.date <= numbers.edition]
    questions = [
        question
        for date in days
        if (question := numbers.question(board, date)) and len(question.open)
    ]
    if not questions:
        return None
    tops = [question.open.head(first) for question in questions]
    frame = pd.DataFrame(
        {
            "date": [str(question.standing.snapshot.date) for question in questions],
            "weights": [100 * float((regions(top, "weights") == "China").mean()) for top in tops],
            "publisher": [100 * float((top["region"] == "China").mean()) for top in tops],
        }
    )
    snapshot = questions[-1].standing.snapshot
    breaks = [known for known in history.board.breaks if known.date <= numbers.edition]
    table = pd.DataFrame(
        {
            "Date": frame["date"].map(day),
            "By weights": [printed(share, "percent") for share in frame["weights"]],
            "By publisher": [printed(share, "percent") for share in frame["publisher"]],
        }
    )
    start, end = table.iloc[0], table.iloc[-1]
    return Figure(
        "shares",
        f"Of the first {counted(first)} places, {end['By weights']} were Chinese by weights, "
        f"{end['By publisher']} by publisher",
        f"Share of the first {counted(first)} open places held by Chinese models. "
        f"{short(snapshot)}, {snapshot.board.score}, to {day(snapshot.date)}",
        f"Two lines over {len(frame)} snapshots, in {len(breaks) + 1} stretches that are not joined. By weights the share "
        f"goes from {start['By weights']} to {end['By weights']}, by publisher from {start['By publisher']} to "
        f"{end['By publisher']}.",
        table,
        (source(snapshot),),
        lambda width: draw_shares(width, frame, breaks, numbers),
        "By weights: the country of the base that a model descends from; by publisher: that of whoever published it. "
        + reasons(breaks),
    )


def draw_shares(
    width: Width, frame: pd.DataFrame, breaks: Sequence[Break], numbers: Numbers
) -> alt.LayerChart:
    """Two stepped lines, each named at its end."""
    height = 260
    time = axis_of_time(width, frame, frame["date"].iloc[0], 14)
    scale = alt.Scale(domain=[0, 108], range=[height, 0], nice=False)
    lines: list[Layer] = []
    for rule, dash in (("weights", [1, 0]), ("publisher", [6, 3])):
        y = alt.Y(f"{rule}:Q", scale=scale, axis=inside("%"), title=None)
        steps = alt.Chart(stretches(frame, breaks)).encode(time.x(), y, detail="stretch:N")
        label = f"by {rule} {printed(frame[rule].iloc[-1], 'percent')}"
        end = alt.Chart(frame.tail(1).assign(label=label)).encode(time.x(), y, text="label:N")
        lines += [
            steps.mark_line(interpolate="step-after", strokeDash=dash, color=CHINA),
            end.mark_point(color=CHINA),
            *theme.haloed(end, align="right", dx=6, dy=-14),
        ]
    mark = time.mark(numbers.then, f"the article, {numbers.then:%b %Y}", (height, 8))
    return theme.sheet(width, height, *broken(time, breaks, height), *lines, mark)


def scores(
    numbers: Numbers, board: str, models: Sequence[str], when: str = "last"
) -> Figure | None:
    """Where the named models stood among all models of a board."""
    question = asked(numbers, board, when)
    if question is None:
        return None
    snapshot, ranked = question.standing.snapshot, question.standing.frame
    name = ranked["model"].map(repository)
    named = ranked.assign(name=name)[name.str.lower().isin([model.lower() for model in models])]
    named = named.drop_duplicates("name").assign(
        below=[(ranked["score"] < score).mean() for score in named["score"]]
    )
    labels = [
        f"{theme.shortened(row['name'], 22)}, above {int(100 * row['below'])}%"
        + (", withdrawn later" if row["withdrawn"] else "")
        for _, row in named.iterrows()
    ]
    bins = (
        np.floor(ranked["score"])
        .astype(int)
        .value_counts()
        .sort_index()
        .rename_axis("start")
        .rename("count")
        .reset_index()
    )
    frame = pd.DataFrame({"score": named["score"], "label": labels})
    high, absent = (
        int((named["below"] >= 0.95).sum()),
        [m for m in models if m.lower() not in set(name.str.lower())],
    )
    missing = (
        f"; {counted(len(absent))} {'is' if len(absent) == 1 else 'are'} not on it"
        if absent
        else ""
    )
    table = pd.DataFrame(
        {
            "Score": [
                *(f"{start} to {start + 1}" for start in bins["start"]),
                *named["score"].map("{:.2f}".format),
            ],
            "Models": [*bins["count"].astype(str), *named["name"].map(plain)],
        }
    )
    return Figure(
        "scores",
        sentence(
            f"{counted(high)} of the {counted(len(models))} models named scored above 95% of the board{missing}"
        ),
        f"All models by score, a bar a point, and those that the article names. "
        f"{short(snapshot)}, {snapshot.board.score}, {day(snapshot.date)}",
        f"Histogram of the scores of {len(ranked):,} models, from {ranked['score'].min():.1f} to "
        f"{ranked['score'].max():.1f}. Marked: {'; '.join(labels) or 'none'}.",
        table,
        (source(snapshot),),
        lambda width: draw_scores(width, bins, frame),
        " ".join(missed(model, snapshot, numbers) for model in absent),
    )


def missed(model: str, snapshot: Snapshot, numbers: Numbers) -> str:
    """That *model* is not on a board, and when it came out if that was later."""
    for release in numbers.standings.facts.releases:
        if repository(release.huggingface).lower() == model.lower() and release.released > str(
            snapshot.date
        ):
            return f"{model} came out on {day(release.released)}, after this snapshot."
    return f"{model} is not on this snapshot."


def draw_scores(width: Width, bins: pd.DataFrame, named: pd.DataFrame) -> alt.LayerChart:
    """Bars of counts; over them a rule for each named model, with its name beside it."""
    head, height = 22 * len(named), 200
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
