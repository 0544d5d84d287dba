"""Sourced rows → figures: what was filed, said, ruled and answered, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import altair as alt
import pandas as pd

from openlead.charts import Figure, lanes, theme
from openlead.charts.theme import INK, MUTED, PAPER, Layer, Rows, Time, Width, part, plain, sentence
from openlead.facts import Filing, Measure, Pair, first_day, last_day
from openlead.numbers import Numbers, long_date, printed

STATES = {"appeal": "refused, appealed"}
THEMES = {"competition": "Competition", "security": "Security", "copying": "Copying of outputs"}
NAMING = {True: "Names China or a Chinese laboratory", False: "Names neither"}
LADDER = {"binding": 10, "guidance": 10, "proposed": 7, "voluntary": 4, "repealed": 0}  # pixels
EFFECTS = {"restricts": "limits", "burdens": "duties", "studies": "study", "permits": "left free"}
SIGNS = {"tightens": "triangle-up", "loosens": "triangle-down", "neutral": "circle"}


def filings(numbers: Numbers) -> Figure | None:
    """What had OpenAI filed for, where, and what had become of it?"""
    rows = known_filings(numbers)
    if not rows:
        return None
    patents = sum(row.kind == "patent" for row in rows)
    marks = len(rows) - patents
    dates = [date for row in rows for date in (row.filed, row.decided) if date]
    until = max(map(last_day, dates))
    table = lanes.titled(
        {
            "Register": lanes.PLACES.get(row.office, row.office), "Name": row.mark, "Kind": row.kind,
            "Filed": long_date(row.filed) if row.filed else "not known",
            "Decided": long_date(row.decided) if row.decided else "not known",
            "State": STATES.get(row.status, row.status),
        }
        for row in rows
    ).assign(
        filed=[str(lanes.middle(row.filed)) if row.filed else "" for row in rows],
        start=[str(first_day(row.decided)) if row.decided else "" for row in rows],
        end=[str(last_day(row.decided)) if row.decided else str(until) for row in rows],
        stage=["decided" if row.decided else "open" for row in rows],
    )  # fmt: skip
    if not patents:
        none = {"Register": "All registers", "Name": "none on record", "Kind": "patent"}
        table.loc[len(table)] = [none.get(str(column), "") for column in table]
    frame = table.assign(
        lane=table["Register"] + ": " + table["Kind"] + "s",
        label=table["Name"],
        note=table["State"],
    )
    return Figure(
        "filings",
        f"{sentence(lanes.plural(marks, 'trademark filing'))} {'is' if marks == 1 else 'are'} on record, and "
        + (lanes.plural(patents, "patent") if patents else "no patent"),
        f"OpenAI’s applications by register. Dot: filed; bar: the month or year of the decision; dotted: open. To {until:%B %Y}",
        f"Timeline with a line for each of {len(rows)} applications, grouped by register: {marks} for trademarks, "
        f"{patents} for patents. Of {sum(bool(row.decided) for row in rows)} a decision is on record.",
        table.drop(columns=["filed", "start", "end", "stage"]),
        lanes.kept("list of filings", dates),
        lanes.timeline(
            frame.fillna(""), first_day(min(dates)), until, numbers, (100, 114), filing_marks
        ),
        "Without a dot, the day of filing is not known. Two entries may be one application reported twice.",
    )


def known_filings(numbers: Numbers) -> list[Filing]:
    """Filings with a date, by office and kind; what had not certainly happened by the horizon is taken out."""
    until = lanes.horizon(numbers)
    found = []
    for row in numbers.standings.facts.filings:
        filed, decided = (d if d and last_day(d) <= until else "" for d in (row.filed, row.decided))
        if filed or decided:
            status = row.status if decided == row.decided else "filed"
            found.append(replace(row, filed=filed, decided=decided, status=status))
    return sorted(found, key=lambda row: (
        lanes.order(lanes.PLACES, row.office), row.kind != "trademark", row.filed or row.decided, row.mark
    ))  # fmt: skip


def filing_marks(base: alt.Chart, time: Time) -> list[Layer]:
    """A dot or a square for the filing, a bar over the time of the decision, and the way to it."""
    filed, decided = (
        base.transform_filter(test) for test in ("isValid(datum.filed)", "datum.stage == 'decided'")
    )
    shape = alt.Shape(**lanes.choice("Kind", {"trademark": "circle", "patent": "square"}))
    waiting = filed.transform_filter("datum.stage == 'open'").mark_rule(strokeDash=[2, 4])
    way = filed.transform_filter("datum.stage == 'decided'").mark_rule()
    return [
        way.encode(time.x("filed"), x2="start:T"),
        waiting.encode(time.x("filed"), x2="end:T"),
        decided.mark_rule(strokeWidth=8, color=MUTED).encode(time.x("start"), x2="end:T"),
        filed.mark_point(color=INK).encode(time.x("filed"), shape),
    ]


def statements(numbers: Numbers, board: str) -> Figure | None:
    """Did OpenAI’s words about China follow the results on a board, quarter by quarter?"""
    until = lanes.horizon(numbers)
    rows = [row for row in numbers.standings.facts.statements if last_day(row.date) <= until]
    results = gaps(numbers, board)
    if not rows and results["gap"].isna().all():
        return None
    coded = pd.DataFrame([vars(row) for row in rows], columns=["date", "theme", "names", "words"])
    coded = coded.set_index(pd.Index([lanes.quarter(date) for date in coded["date"]]))
    dated = [*coded.index, *results.index, pd.Period(until, "Q")]
    cells = lanes.quarters(min(dated), max(dated)).join(results)
    naming = coded[coded["names"].astype(bool)]
    table = lanes.titled(
        {
            "Quarter": cell["name"],
            "Statements": int((coded.index == at).sum()),
            "Naming China": int((naming.index == at).sum()),
            "What was said": " ".join(coded["words"][coded.index == at]),
            "Gap": "not known" if pd.isna(cell["gap"]) else printed(cell["gap"], "points", 1),
            "Range": f"{cell['low']:.1f} to {cell['high']:.1f}" if cell["low"] == cell["low"] else "",
        }
        for at, cell in cells.iterrows()
    )  # fmt: skip
    described = numbers.standings.ledger.history(board).board
    before = sum(last_day(date) < numbers.then for date in naming["date"])
    return Figure(
        "statements",
        f"OpenAI named China in {lanes.plural(len(naming), 'statement')} on record, {part(before)} before the article",
        f"Statements by quarter and theme, over the best Chinese less the best other open model, {plain(described.short)}, points",
        f"Two panels on one axis of {len(cells)} quarters: counts of {len(rows)} coded statements, {len(naming)} of which "
        f"name China, over the gap at the end of {int(cells['gap'].notna().sum())} quarters.",
        table,
        (
            *lanes.kept("coded statements", [*coded["date"], ""]),
            lanes.source(described, max(results["day"], default=until)),
        ),
        lambda width: draw_statements(width, coded, cells, numbers),
        "Grey bars: 95% range; hollow: none is known. The board’s scale changed over time. Order in time is not cause.",
    )


def gaps(numbers: Numbers, board: str) -> pd.DataFrame:
    """The gap on a board and its range at the end of each quarter, NaN where there is none."""
    aside = Numbers(numbers.standings, numbers.edition, numbers.then)  # no article quotes these
    entries = numbers.standings.ledger.history(board).entries
    ends = {lanes.quarter(str(e.date)): e.date for e in entries if e.date <= numbers.edition}
    found = [aside(f"{board}.{day}.gap") for day in ends.values()]
    rows = [(n.value, n.low, n.high) for n in found]
    frame = pd.DataFrame(rows, list(ends), ["gap", "low", "high"], dtype=float)
    return frame.assign(day=list(ends.values()))


def draw_statements(
    width: Width, coded: pd.DataFrame, cells: pd.DataFrame, numbers: Numbers
) -> alt.LayerChart:
    """Boxes with counts, a lane a theme; under them a dot a quarter, with its range."""
    counts = coded.join(cells).groupby(["theme", "names", "start", "mid", "end"]).size()
    boxes = counts.rename("count").reset_index()
    present = set(zip(boxes["theme"], boxes["names"], strict=True))
    lines = Rows(width, 128, 0)
    placed = lines.placed(pd.DataFrame(
        {"lane": NAMING[names], "label": label, "theme": name, "names": names}
        for names in (True, False) for name, label in THEMES.items() if names or (name, names) in present
    ))  # fmt: skip
    boxes = boxes.astype({"names": bool}).merge(placed, on=["theme", "names"])
    top = lines.height(placed) + 40
    foot = top + (170 if width == "wide" else 140)
    time = Time(cells.index[0].start_time.date(), cells.index[-1].end_time.date(), lines.pixels)
    known = cells.dropna(subset=["gap"]).drop(columns="day")
    bounds = [0.0, 1.0, *known[["gap", "low", "high"]].stack()]  # noqa: PD013 — no more than a list
    scale = alt.Scale(domain=[min(bounds), max(bounds)], range=[foot - 18, top + 18], nice=False)
    gap, low, nil = (alt.Y(f"{name}:Q", scale=scale, axis=None) for name in ("gap", "low", "nil"))
    told = known[known["gap"].isin([known["gap"].min(), known["gap"].max()])]
    told = told.drop_duplicates("gap", keep="last")
    if len(known) and all((known.index[-1] - at).n > 1 for at in told.index):
        told = pd.concat([told, known.tail(1)])
    ends = alt.Chart(told).encode(time.x("mid"), gap, text=alt.Text("gap:Q", format="+.0f"))
    box = alt.Chart(boxes).encode(alt.Y("y:Q", scale=None))
    results, zero = alt.Chart(known), alt.Chart(pd.DataFrame({"nil": [0]}))
    head = pd.DataFrame(
        {"label": ["Gap at quarter’s end: above the line China leads"], "line": [top - 10]}
    )
    return theme.sheet(
        width, foot,
        lanes.article(time, numbers, foot),
        box.mark_bar(size=16, strokeWidth=1).encode(time.x("start"), x2="end:T", **lanes.hollow("datum.names")),
        box.mark_text().encode(time.x("mid"), text="count:Q", color=alt.condition("datum.names", alt.value(PAPER), alt.value(INK))),
        *lines.words(placed),
        *theme.written(head, "label", 0, "left", halo=True, fontWeight="bold"),
        zero.mark_rule(color=INK).encode(nil, x=alt.value(time.pixels[0]), x2=alt.value(time.pixels[1])),
        results.mark_rule(strokeWidth=5, opacity=0.45).encode(time.x("mid"), low, y2="high:Q"),
        results.mark_point().encode(time.x("mid"), gap, **lanes.hollow("isValid(datum.low)")),
        *theme.haloed(ends.transform_filter("datum.gap > 0"), dy=-13),
        *theme.haloed(ends.transform_filter("datum.gap <= 0"), dy=14),
    )  # fmt: skip


def chip_rules(numbers: Numbers) -> Figure | None:
    """How many open models came out, quarter by quarter, while chip rules were tightened and loosened?"""
    until = lanes.horizon(numbers)
    every = numbers.standings.facts.measures
    rules = sorted(
        (m for m in every if m.direction and last_day(m.start) <= until),
        key=lambda m: lanes.middle(m.start),
    )
    rows = [row for row in lanes.released(numbers) if row.open]
    dated = [row for row in rows if len(row.released) > 4]
    if not rules or not dated:
        return None
    undated = len(rows) - len(dated)
    cells = lanes.quarters(
        lanes.quarter(rules[0].start), max(lanes.quarter(row.released) for row in dated)
    )
    for name in ("China", "elsewhere"):
        at = [lanes.quarter(r.released) for r in dated if (r.country == "CN") == (name == "China")]
        cells[name] = [at.count(period) for period in cells.index]
    cells["rules"] = [
        "; ".join(
            f"{plain(r.title)} ({r.direction})" for r in rules if lanes.quarter(r.start) == period
        )
        for period in cells.index
    ]
    ways, ours = (
        [rule.direction for rule in rules],
        [r.released[:4] for r in rows if r.country == "CN"],
    )
    years = [
        str(year) for year in range(numbers.then.year, numbers.then.year + 3) if year <= until.year
    ]
    table = cells[["name", "China", "elsewhere", "rules"]].reset_index(drop=True)
    return Figure(
        "chip-rules",
        "Chinese open releases on the list: "
        + ", ".join(f"{ours.count(year)} in {year}" for year in years),
        f"Notable models with open weights by quarter, under US chip rules: ▲ tightened, ▽ loosened; to {until:%B %Y}",
        f"Timeline of {len(rules)} steps of chip control, {ways.count('tightens')} tighter and {ways.count('loosens')} "
        f"looser, over pairs of bars, one a quarter. A quarter holds {cells['China'].min()} to {cells['China'].max()} "
        f"Chinese models, and {cells['elsewhere'].min()} to {cells['elsewhere'].max()} from elsewhere.",
        table.set_axis(["Quarter", "China", "Elsewhere", "Steps of chip control"], axis=1),
        lanes.kept("lists of measures and of notable models", [row.released for row in rows]),
        lambda width: stair(width, rules, cells, numbers),
        "A list of notable models, not a census. The last quarter may be incomplete. Order in time is not cause."
        + (f" Known only to the year, and in no bar: {undated}." if undated else ""),
    )


def stair(
    width: Width, rules: Sequence[Measure], cells: pd.DataFrame, numbers: Numbers
) -> alt.LayerChart:
    """Rules as steps down a stair, with pairs of bars at its foot."""
    start, until = (
        cells.index[0].start_time.date(),
        max(cells.index[-1].end_time.date(), lanes.horizon(numbers)),
    )
    time = Time(start, until, (16, theme.INNER[width] - 16))
    lines, half = Rows(width, 0, 0, (19, 32)), str(start + (until - start) / 2)
    steps = lines.placed(pd.DataFrame(
        {"label": theme.shortened(rule.title, 46), "date": date, "way": rule.direction, "late": date > half}
        for rule in rules for date in [str(lanes.middle(rule.start))]
    ))  # fmt: skip
    foot = lines.height(steps) + 150
    base = alt.Chart(steps).encode(time.x(), alt.Y("y:Q", scale=None))
    words: list[Layer] = lines.words(steps)
    if width == "wide":
        named = base.encode(text="label:N")
        words = [
            base.mark_rule(opacity=0.35).encode(y2=alt.value(foot)),
            *theme.haloed(named.transform_filter("!datum.late"), align="left", dx=10),
            *theme.haloed(named.transform_filter("datum.late"), align="right", dx=-10),
        ]
    look = {
        "shape": alt.Shape(**lanes.choice("way", SIGNS)),
        **lanes.hollow("datum.way == 'tightens'"),
    }
    signs = base.mark_point(size=70).encode(**look)
    return theme.sheet(
        width, foot, lanes.article(time, numbers, foot), *words, signs, *bars(time, cells, foot)
    )


def bars(time: Time, cells: pd.DataFrame, foot: float) -> list[Layer]:
    """Two bars a quarter, China full and elsewhere hollow; the highest of each carries its name and count."""
    days = ["start", "mid", "end"]
    frame = cells[[*days, "China", "elsewhere"]].melt(days, var_name="place", value_name="count")
    ours = frame["place"] == "China"
    frame = frame.assign(
        start=frame["start"].where(ours, frame["mid"]),
        end=frame["mid"].where(ours, frame["end"]),
        top=foot - 110 * frame["count"] / max(1, frame["count"].max()),
        label=frame["place"] + " " + frame["count"].astype(str),
    )
    top, hues = alt.Y("top:Q", scale=None), {**lanes.HUES, "elsewhere": INK}
    peaks = alt.Chart(frame.loc[frame.groupby("place")["count"].idxmax()])
    halo, name = theme.haloed(peaks.encode(time.x("mid"), top, text="label:N"), dy=-11)
    box = alt.Chart(frame[frame["count"] > 0]).mark_rect(strokeWidth=1).encode(
        time.x("start"), top, alt.Fill(**lanes.choice("place", {**lanes.HUES, "elsewhere": PAPER})),
        alt.Stroke(**lanes.choice("place", hues)), x2="end:T", y2=alt.value(foot),
    )  # fmt: skip
    return [box, halo, name.encode(alt.Color(**lanes.choice("place", hues)))]


def measures(numbers: Numbers) -> Figure | None:
    """Which rules touched open weights or public services, where, how long, and how far did they bind?"""
    until = lanes.horizon(numbers)
    every = numbers.standings.facts.measures
    rows = [row for row in every if "7" in row.points and last_day(row.start) <= until]
    if not rows:
        return None
    rows.sort(key=lambda row: (
        lanes.order(lanes.PLACES, row.jurisdiction), row.effect == "none", lanes.order(LADDER, row.bindingness), lanes.middle(row.start)
    ))  # fmt: skip
    then = min(numbers.then, numbers.edition)
    coded = [(m.jurisdiction, m.effect, m.bindingness) for m in rows if m.in_force(then)]
    bound = coded.count(("US", "restricts", "binding"))
    ends = [row.until if row.until and first_day(row.until) <= until else "" for row in rows]
    table = lanes.titled(
        {
            "Where": lanes.PLACES.get(row.jurisdiction, row.jurisdiction),
            "About": "services and other matters" if row.effect == "none" else "open weights",
            "Measure": row.title, "From": long_date(row.start), "Until": long_date(end) if end else "",
            "Force": row.bindingness, "For open weights": EFFECTS.get(row.effect, "no effect"),
        }
        for row, end in zip(rows, ends, strict=True)
    )  # fmt: skip
    frame = table.assign(
        lane=table["Where"] + ": " + table["About"],
        label=table["Measure"],
        note=[": ".join([r.bindingness, *(EFFECTS[e] for e in [r.effect] if e in EFFECTS)]) for r in rows],
        start=[str(lanes.middle(row.start)) for row in rows],
        end=[str(first_day(end) if end else until) for end in ends],
    )  # fmt: skip
    return Figure(
        "measures",
        sentence(
            f"{lanes.plural(bound, 'binding US rule')} restricted open weights in {then:%B %Y}"
        ),
        f"Rules by country and subject. Full bar: binding; hollow, the thinner the weaker; cross: repeal. To {until:%B %Y}",
        f"Timeline with a line for each of {len(rows)} measures of {table['Where'].nunique()} jurisdictions, "
        f"{int((table['Force'] == 'binding').sum())} of them binding. On {printed(then, 'date')} {bound} binding "
        "US measures restricted the publication of weights.",
        table,
        lanes.kept("list of measures", [row.start for row in rows]),
        lanes.timeline(
            frame, min(first_day(r.start) for r in rows), until, numbers, (244, 112), measure_marks
        ),
        "Coded by what a measure does to publishing weights, not by how strict it is in other matters.",
    )


def measure_marks(base: alt.Chart, time: Time) -> list[Layer]:
    """A bar while a measure lasts, full where it binds and else the thinner the weaker; a cross for a repeal."""
    fill = alt.condition("datum.Force == 'binding'", alt.value(INK), alt.value(PAPER))
    layers: list[Layer] = []
    for force, size in LADDER.items():
        own = base.transform_filter(f"datum.Force == '{force}'").encode(time.x("start"))
        lasting = own.mark_bar(size=size, stroke=INK, strokeWidth=1.2).encode(x2="end:T", fill=fill)
        layers.append(lasting if size else own.mark_point(shape="cross", angle=45, color=INK))
    return layers


def pairs(numbers: Numbers, claimed: Mapping[str, str] | None = None) -> Figure | None:
    """
    How long did Chinese answers to American releases take, and which of them were there first?

    Args:
        claimed: the article's pair: the ids of the events `first` and `answer`, and its `name`.
    """
    until = lanes.horizon(numbers)
    rows = [p for p in numbers.standings.facts.pairs if max(p.first_date, p.answer_date) <= until]
    if not rows:
        return None
    rows.sort(key=lambda pair: (pair.first_date, pair.answer_date))
    claim, least, span = claimed_pair(numbers, claimed or {})
    every = [*claim, *rows]
    days = pd.Series([pair.days for pair in rows])
    said = {
        name: printed(float(getattr(days, name)()), "days") for name in ("median", "min", "max")
    }
    before = f"{part(int((days < 0).sum()))} of {lanes.plural(len(rows), 'pair')} the Chinese model was there first"
    table = lanes.titled(
        {
            "Release": pair.first, "Its date": printed(pair.first_date, "date"), "Chinese release": pair.answer,
            "Date of that": printed(pair.answer_date, "date"),
            "Days": span if pair in claim else printed(pair.days, "count"),
            "Open weights": "yes" if pair.open else "no",
            "Pair": "claimed" if pair in claim else "chosen by hand",
        }
        for pair in every
    )  # fmt: skip
    frame = table.assign(
        lane=["The claimed pair" if pair in claim else "Pairs chosen by hand" for pair in every],
        label=table["Release"] + " → " + table["Chinese release"],
        note=table["Days"] + " days",
        first=[str(pair.first_date) for pair in every],
        answer=[str(pair.answer_date) for pair in every],
    )
    dates = [date for pair in every for date in (pair.first_date, pair.answer_date)]
    return Figure(
        "pairs",
        f"{claim[0].answer} came at least {least} days before {claim[0].first}, which it was said to answer"
        if claim and least > 0
        else f"In {before}",
        f"A release (square), the Chinese one paired with it (circle; hollow: closed), the days between; to {until:%B %Y}",
        f"Timeline with a line for each of {len(every)} pairs, in order of date. The median is {said['median']}, the range "
        f"{said['min']} to {said['max']}; in {before}."
        + (f" The claimed pair is {span} days apart." if claim else ""),
        table,
        lanes.kept("list of paired releases", [str(max(dates))]),
        lanes.timeline(frame, min(dates), max(dates), numbers, (270, 114), pair_marks),
        "Pairs are chosen by hand. Days between releases do not measure ability.",
    )


def claimed_pair(numbers: Numbers, claimed: Mapping[str, str]) -> tuple[list[Pair], int, str]:
    """The pair that the article names, if both are on record; the least days between, and all that may be."""
    known = lanes.happened(numbers)
    if not claimed or not {claimed["first"], claimed["answer"]} <= set(known):
        return [], 0, ""
    first, answer = (known[claimed[name]].date for name in ("first", "answer"))
    names = claimed["name"].partition(" → ")
    pair = Pair("claimed", names[0], "US", lanes.middle(first), names[2], "CN", lanes.middle(answer), "", open=False, confidence="documented")  # fmt: skip
    low, high = (
        (first_day(answer) - last_day(first)).days,
        (last_day(answer) - first_day(first)).days,
    )
    return [pair], -high, " to ".join(printed(days, "count") for days in dict.fromkeys((low, high)))


def pair_marks(base: alt.Chart, time: Time) -> list[Layer]:
    """From the day of the first release to that of its answer; the claimed pair bold."""
    bold = alt.condition("datum.Pair == 'claimed'", alt.value(4), alt.value(1.2))
    return [
        base.mark_rule().encode(time.x("first"), x2="answer:T", strokeWidth=bold),
        base.mark_point(shape="square", color=lanes.HUES["United States"]).encode(time.x("first")),
        base.mark_point(strokeWidth=1.6).encode(
            time.x("answer"), **lanes.hollow("datum['Open weights'] == 'yes'", lanes.HUES["China"])
        ),
    ]


CHARTS: dict[str, Callable[..., Figure | None]] = {
    "filings": filings,
    "statements": statements,
    "chip-rules": chip_rules,
    "measures": measures,
    "pairs": pairs,
}
