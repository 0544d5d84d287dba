"""Sourced rows → figures: what happened when, what was released, and what others measured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import altair as alt
import pandas as pd

from openlead.charts import Figure, Source, theme
from openlead.charts.theme import (
    ACCENT,
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
from openlead.facts import Event, Filing, Measure, Pair, Release, first_day, last_day
from openlead.facts import Figure as Fact
from openlead.numbers import Numbers, long_date, printed

PLACES = {"CN": "China", "US": "United States", "EU": "European Union"}
OPENAI = {
    "trademark": "Trademarks",
    "other": "Words and acts",
    "regulation": "Policy papers",
    "model_release": "Models released",
}
STATUS = {"refused": "refused", "appeal": "refused, appealed", "granted": "granted"}
EFFECTS = {
    "restricts": "restricts them",
    "burdens": "adds duties",
    "studies": "asks for study",
    "permits": "leaves them free",
    "none": "no effect",
}
TERMS = {
    2: "weights, limits on use",
    3: "weights, permissive licence",
    4: "weights, data and training code",
}
SHARES = {  # figure: whose share, and of what
    "openrouter-share-start": "China, OpenRouter tokens, Dec 2024",
    "openrouter-share-peak": "China, OpenRouter tokens, peak, 2025",
    "hf-share-cn-2025": "China, Hub downloads, Sep 2024–Aug 2025",
    "hf-share-us-2025": "US, Hub downloads, Sep 2024–Aug 2025",
    "hf-share-no-country-2025": "no one country, the same downloads",
    "derivative-share-cn": "Chinese bases, new fine-tunes, Sep 2025",
}
LAGS = {  # question and answerer: the figures of the answer
    ("Chinese models behind American ones", "D. Amodei (Anthropic)"): (
        "amodei-deepseek-lag-least",
        "amodei-deepseek-lag-most",
    ),
    ("Chinese models behind American ones", "Epoch AI, average"): ("epoch-lag",),
    ("Chinese models behind American ones", "NIST CAISI, one model"): ("caisi-lag",),
    ("Open models behind closed ones", "Epoch AI"): ("epoch-open-lag-autumn-2025",),
    ("Open models behind closed ones", "Epoch AI, again"): ("epoch-open-lag",),
}
CHINA = theme.COLOURS["cn"]
NOT_A_CENSUS = "A list of notable models, not a census."


def horizon(numbers: Numbers) -> dt.date:
    """The last day that may be told of: the edition's, or in the newest edition that of the newest event."""
    if numbers.edition < numbers.standings.ledger.newest():
        return numbers.edition
    return max(
        [numbers.edition, *(last_day(event.date) for event in numbers.standings.facts.events)]
    )


def middle(date: str) -> dt.date:
    """The middle of a day, month or year, where its mark stands."""
    return first_day(date) + (last_day(date) - first_day(date)) / 2


def order(names: Mapping[str, str], name: str) -> int:
    """The place of *name* among *names*; others come last."""
    return [*names, name].index(name)


def kept(what: str, dates: Sequence[str]) -> tuple[Source, ...]:
    """The source line of a list that Open Lead keeps itself."""
    return (Source(f"Open Lead, {what}; each row of the list names its source", max(dates)),)


def amount(
    name: str, span: tuple[float, float], pixels: theme.Pixels, *, bare: bool = False
) -> alt.X:
    """The channel of an amount, on an axis over the lines; a *bare* one shows neither labels nor grid."""
    scale = alt.Scale(domain=list(span), range=list(pixels), nice=False)
    axis = alt.Axis(orient="top", tickCount=5, labelFlush=False, labels=not bare, grid=not bare)
    return alt.X(f"{name}:Q", scale=scale, axis=axis, title=None)


def timeline(
    frame: pd.DataFrame, span: tuple[str, dt.date], numbers: Numbers, columns: tuple[int, int],
    marks: Callable[[alt.Chart, Time], Sequence[Layer]],
) -> Callable[[Width], alt.LayerChart]:  # fmt: skip
    """The drawing of lines on an axis of time, from the year of span[0] to span[1], with the article's day."""

    def draw(width: Width) -> alt.LayerChart:
        lines = Rows(width, *columns)
        time = Time(first_day(span[0][:4]), span[1], lines.pixels)
        return lines.sheet(
            frame, lambda base, height: [article(time, numbers, height), *marks(base, time)]
        )

    return draw


def article(time: Time, numbers: Numbers, height: float) -> Layer:
    """The rule on the day of the article, named under the lines."""
    return time.mark(numbers.then, f"the article, {numbers.then:%b %Y}", (0, height))


def filings(numbers: Numbers) -> Figure | None:
    """What OpenAI filed for, where, and what became of it."""
    rows = known_filings(numbers)
    if not rows:
        return None
    patents = sum(row.kind == "patent" for row in rows)
    trademarks = len(rows) - patents
    dates = [date for row in rows for date in (row.filed, row.decided) if date]
    until = max(map(last_day, dates))
    table = filing_table(rows)
    spans = [
        (str(first_day(row.decided)), str(last_day(row.decided))) if row.decided else ("", "")
        for row in rows
    ]
    frame = table.assign(lane=table["Office"], label=table["Name"], note=table["Outcome"]).assign(
        filed=[str(middle(row.filed)) if row.filed else "" for row in rows],
        start=[start for start, _ in spans],
        end=[end for _, end in spans],
    )
    found = f"{counted(trademarks)} trademark filing{'s' * (trademarks != 1)}"
    others = f"{counted(patents)} patent{'s' * (patents > 1)}"
    return Figure(
        "filings",
        f"{sentence(found)} {'is' if trademarks == 1 else 'are'} on record, and {others}",
        f"OpenAI’s applications by office. Dot: filed; bar: the month or year of the decision. To {until:%B %Y}",
        f"Timeline with a line for each of {len(rows)} applications, grouped by office: {trademarks} for trademarks, "
        f"{patents} for patents. Of {sum(bool(row.decided) for row in rows)} a decision is on record.",
        table,
        kept("list of filings", dates),
        timeline(frame, (min(dates), until), numbers, (100, 110), filing_marks),
        "Without a dot, the day of filing is not known. Two entries may be one application reported twice.",
    )


def known_filings(numbers: Numbers) -> list[Filing]:
    """Filings with a date, by office; what had not certainly happened by the horizon is taken out."""
    until = horizon(numbers)
    found = []
    for row in numbers.standings.facts.filings:
        filed, decided = (
            date if date and last_day(date) <= until else "" for date in (row.filed, row.decided)
        )
        if filed or decided:
            status = row.status if decided == row.decided else "filed"
            found.append(replace(row, filed=filed, decided=decided, status=status))
    return sorted(
        found, key=lambda row: (order(PLACES, row.office), row.filed or row.decided, row.mark)
    )


def filing_table(rows: Sequence[Filing]) -> pd.DataFrame:
    """Filings as a table for readers."""
    return pd.DataFrame(
        {
            "Office": [PLACES.get(row.office, row.office) for row in rows],
            "Name": [plain(row.mark) for row in rows],
            "Kind": [row.kind for row in rows],
            "Filed": [long_date(row.filed) if row.filed else "not known" for row in rows],
            "Decided": [long_date(row.decided) if row.decided else "not known" for row in rows],
            "Outcome": [STATUS.get(row.status, "not known") for row in rows],
        }
    )


def filing_marks(base: alt.Chart, time: Time) -> list[Layer]:
    """A dot or a square for the filing, a bar over the time of the decision, and the way between them."""
    shapes = alt.Scale(domain=["trademark", "patent"], range=["circle", "square"])
    filed = base.transform_filter("datum.filed != ''")
    decided = base.transform_filter("datum.start != ''")
    return [
        filed.transform_filter("datum.start != ''")
        .mark_rule()
        .encode(time.x("filed"), x2="start:T"),
        decided.mark_rule(strokeWidth=8, color=ACCENT).encode(time.x("start"), x2="end:T"),
        filed.mark_point(color=INK).encode(
            time.x("filed"), alt.Shape("kind:N", scale=shapes, legend=None)
        ),
    ]


def statements(numbers: Numbers) -> Figure | None:
    """What OpenAI said and did about China and open models, before the article and after it."""
    rows = sorted(filter(is_openai, known_events(numbers)), key=lambda e: order(OPENAI, e.category))
    if not rows:
        return None
    said = [event for event in rows if event.category in {"other", "regulation"}]
    after = sum(first_day(event.date) > numbers.then for event in said)
    before = f"{part(len(said) - after)} before the article, {part(after)} after it"
    newest = max(rows, key=lambda event: middle(event.date)).date
    table = event_table(rows)
    frame = table.assign(lane=table["Kind"], label=table["What"]).assign(
        date=[str(middle(event.date)) for event in rows],
        note=[
            f"{middle(event.date):%Y}" if len(event.date) == 4 else f"{middle(event.date):%b %Y}"
            for event in rows
        ],
    )
    span = (min(event.date for event in rows), last_day(newest))
    return Figure(
        "statements",
        f"Words, acts and papers of OpenAI: {before}"
        if said
        else "No statement of OpenAI about China or open models is on record",
        f"Sourced events: OpenAI’s words, acts, policy papers, models and trademarks. To {long_date(newest)}",
        f"Timeline with a line for each of {len(rows)} events, in {table['Kind'].nunique()} groups. Of "
        f"{len(said)} statements, policy papers and other acts, {after} followed the article.",
        table,
        kept("timeline", [event.date for event in rows]),
        timeline(
            frame,
            span,
            numbers,
            (270, 62),
            lambda base, time: [base.mark_point(color=INK).encode(time.x())],
        ),
        "A timeline shows order, not cause.",
    )


def is_openai(event: Event) -> bool:
    """Whether OpenAI acted, or an office decided on its names."""
    return event.category in OPENAI and (
        event.actor.startswith("OpenAI") or event.category == "trademark"
    )


def event_table(rows: Sequence[Event]) -> pd.DataFrame:
    """Events as a table for readers."""
    return pd.DataFrame(
        {
            "Kind": [OPENAI[event.category] for event in rows],
            "What": [plain(event.title) for event in rows],
            "Who": [plain(event.actor) for event in rows],
            "Date": [long_date(event.date) for event in rows],
        }
    )


def known_events(numbers: Numbers) -> list[Event]:
    """Events that had certainly happened by the horizon, oldest first."""
    until = horizon(numbers)
    found = (event for event in numbers.standings.facts.events if last_day(event.date) <= until)
    return sorted(found, key=lambda event: middle(event.date))


def open_releases(numbers: Numbers) -> list[Release]:
    """Models whose weights were out by the horizon."""
    until = horizon(numbers)
    return [
        row
        for row in numbers.standings.facts.releases
        if row.open and last_day(row.released) <= until
    ]


def place(release: Release) -> str:
    """Where a release came from, as charts of releases group them."""
    return "China" if release.country == "CN" else "elsewhere"


def chip_rules(numbers: Numbers) -> Figure | None:
    """How many open models came out, quarter by quarter, while chip rules changed."""
    rules = [event for event in known_events(numbers) if event.category == "export_control"]
    releases = open_releases(numbers)
    if not rules or not any(len(row.released) > 4 for row in releases):
        return None
    counts = by_quarter(releases, rules[0].date)
    years = [row.released[:4] for row in releases if place(row) == "China"]
    full = range(
        numbers.then.year, max(numbers.then.year + 1, (horizon(numbers) + dt.timedelta(1)).year)
    )
    at = [pd.Period(middle(rule.date), "Q") for rule in rules]
    table = counts.reset_index(drop=True).assign(
        quarter=[f"{quarter.year}, quarter {quarter.quarter}" for quarter in counts.index],
        rules=[
            "; ".join(
                plain(rule.title) for rule, when in zip(rules, at, strict=True) if when == quarter
            )
            for quarter in counts.index
        ],
    )[["quarter", "China", "elsewhere", "rules"]]
    return Figure(
        "chip-rules",
        "Chinese open releases on the list: "
        + ", ".join(f"{years.count(str(y))} in {y}" for y in full[:3]),
        f"Notable models with open weights by quarter, below the steps of chip control; to {horizon(numbers):%B %Y}",
        f"Timeline of {len(rules)} steps of chip control over pairs of bars, one a quarter. A quarter holds "
        f"{counts['China'].min()} to {counts['China'].max()} Chinese models, and {counts['elsewhere'].min()} to "
        f"{counts['elsewhere'].max()} from elsewhere.",
        table.set_axis(["Quarter", "China", "Elsewhere", "Steps of chip control"], axis=1),
        kept("timeline and list of notable models", [row.released for row in releases]),
        lambda width: stair(width, rules, counts, numbers),
        f"{NOT_A_CENSUS} The last quarter may be incomplete. Order in time is not cause.",
    )


def by_quarter(releases: Sequence[Release], start: str) -> pd.DataFrame:
    """Releases a quarter from *start* on, `China` and `elsewhere`; those known only to the year are left out."""
    dated = [row for row in releases if len(row.released) > 4]
    quarters = pd.PeriodIndex([row.released[:7] for row in dated], freq="Q")
    counts = pd.crosstab(quarters, pd.Series([place(row) for row in dated]))
    first = pd.Period(middle(start), "Q")
    whole = pd.period_range(first, max(first, quarters.max()), freq="Q")
    return counts.reindex(index=whole, columns=["China", "elsewhere"], fill_value=0)


def stair(
    width: Width, rules: Sequence[Event], counts: pd.DataFrame, numbers: Numbers
) -> alt.LayerChart:
    """Rules as steps down a stair, with pairs of bars at its foot."""
    until = max(counts.index[-1].end_time.date(), horizon(numbers))
    time = Time(counts.index[0].start_time.date(), until, (16, theme.INNER[width] - 16))
    lines = Rows(width, 0, 0, (19, 32))
    frame = pd.DataFrame(
        {
            "label": [theme.shortened(r.title, 48) for r in rules],
            "date": [str(middle(r.date)) for r in rules],
        }
    )
    steps = lines.placed(
        frame.assign(late=frame["date"] > str(time.start + (time.end - time.start) / 2))
    )
    foot = lines.height(steps) + 150
    base = alt.Chart(steps).encode(time.x(), alt.Y("y:Q", scale=None))
    words: list[Layer] = lines.words(steps)
    if width == "wide":
        named = base.encode(text="label:N")
        early, late = named.transform_filter("!datum.late"), named.transform_filter("datum.late")
        words = [
            base.mark_rule(opacity=0.35).encode(y2=alt.value(foot)),
            *theme.haloed(early, align="left", dx=9),
            *theme.haloed(late, align="right", dx=-9),
        ]
    dots = base.mark_point(color=INK, shape="square")
    return theme.sheet(
        width, foot, article(time, numbers, foot), *words, dots, *bars(time, counts, foot)
    )


def bars(time: Time, counts: pd.DataFrame, foot: float) -> list[Layer]:
    """Two bars a quarter, China before elsewhere; the highest of each carries its name and count."""
    long = (
        counts.rename_axis("quarter")
        .reset_index()
        .melt("quarter", var_name="place", value_name="count")
    )
    start = long["quarter"].dt.start_time + pd.to_timedelta(
        (long["place"] == "elsewhere") * 40, "D"
    )
    frame = long.drop(columns="quarter").assign(
        start=start.dt.strftime("%Y-%m-%d"),
        mid=(start + pd.Timedelta(days=20)).dt.strftime("%Y-%m-%d"),
        end=(start + pd.Timedelta(days=40)).dt.strftime("%Y-%m-%d"),
        top=foot - 110 * long["count"] / max(1, long["count"].max()),
        label=long["place"] + " " + long["count"].astype(str),
    )
    hues = alt.Scale(domain=["China", "elsewhere"], range=[CHINA, MUTED])
    colour, top = alt.Color("place:N", scale=hues, legend=None), alt.Y("top:Q", scale=None)
    peaks = alt.Chart(frame.loc[frame.groupby("place")["count"].idxmax()]).encode(
        time.x("mid"), top, text="label:N"
    )
    bar = (
        alt.Chart(frame)
        .mark_rect()
        .encode(time.x("start"), top, colour, x2="end:T", y2=alt.value(foot))
    )
    halo, name = theme.haloed(peaks, dy=-11)
    return [bar, halo, name.encode(colour)]


def measures(numbers: Numbers) -> Figure | None:
    """Which rules touched the publication of weights, where and when, and whether they bound anybody."""
    until = horizon(numbers)
    rows = [
        row
        for row in numbers.standings.facts.measures
        if "7" in row.points and last_day(row.start) <= until
    ]
    if not rows:
        return None
    rows.sort(key=lambda row: (order(PLACES, row.jurisdiction), middle(row.start)))
    ends = [row.until if row.until and first_day(row.until) <= until else "" for row in rows]
    then = min(numbers.then, numbers.edition)
    coded = [(m.jurisdiction, m.effect, m.bindingness) for m in rows if m.in_force(then)]
    bound = coded.count(("US", "restricts", "binding"))
    table = measure_table(rows, ends)
    frame = table.assign(
        lane=table["Where"], label=table["Measure"], note=table["For open weights"]
    ).assign(
        start=[str(middle(row.start)) for row in rows],
        end=[str(first_day(end) if end else until) for end in ends],
    )
    title = f"{counted(bound)} binding US rule{'s' * (bound != 1)} restricted open weights in {then:%B %Y}"
    return Figure(
        "measures",
        sentence(title),
        f"What each measure does to open weights. Solid: binding; hollow: not; cross: ends another. To {until:%B %Y}",
        f"Timeline with a line for each of {len(rows)} measures of {table['Where'].nunique()} jurisdictions, "
        f"{int((table['Force'] == 'binding').sum())} of them binding. On {printed(then, 'date')} {bound} binding "
        "US measures restricted the publication of weights.",
        table,
        kept("list of measures", [row.start for row in rows]),
        timeline(
            frame, (min(row.start for row in rows), until), numbers, (242, 112), measure_marks
        ),
        "Coded by what a measure does to publishing weights, not by how strict it is in other matters.",
    )


def measure_table(rows: Sequence[Measure], ends: Sequence[str]) -> pd.DataFrame:
    """Measures as a table for readers; an end is empty while a measure lasts."""
    return pd.DataFrame(
        {
            "Where": [PLACES.get(row.jurisdiction, row.jurisdiction) for row in rows],
            "Measure": [plain(row.title) for row in rows],
            "From": [long_date(row.start) for row in rows],
            "Until": [long_date(end) if end else "" for end in ends],
            "Force": [row.bindingness for row in rows],
            "For open weights": [EFFECTS[row.effect] for row in rows],
        }
    )


def measure_marks(base: alt.Chart, time: Time) -> list[Layer]:
    """A bar while a measure lasts, full where it binds; a cross where it only ends another."""
    fill = alt.condition("datum.Force == 'binding'", alt.value(INK), alt.value(PAPER))
    lasting = base.transform_filter("datum.Force != 'repealed'").mark_bar(
        size=9, stroke=INK, strokeWidth=1.2
    )
    ending = base.transform_filter("datum.Force == 'repealed'").mark_point(
        shape="cross", angle=45, color=INK
    )
    return [lasting.encode(time.x("start"), x2="end:T", fill=fill), ending.encode(time.x("start"))]


def pairs(numbers: Numbers) -> Figure | None:
    """How long Chinese answers to American releases took, and which of them were there first."""
    until = horizon(numbers)
    rows = [
        pair
        for pair in numbers.standings.facts.pairs
        if max(pair.first_date, pair.answer_date) <= until
    ]
    if not rows:
        return None
    rows.sort(key=lambda pair: (pair.first_date, pair.answer_date))
    table = pair_table(rows)
    days = table["Days"]
    frame = table.assign(
        label=table["Release"] + " → " + table["Chinese release"],
        note=[printed(day, "days") for day in days],
    )
    said = {
        name: printed(float(getattr(days, name)()), "days") for name in ("median", "min", "max")
    }
    return Figure(
        "pairs",
        sentence(
            f"in {part(int((days < 0).sum()))} of {counted(len(rows))} pairs the Chinese model was there first"
        ),
        "Days from a release to the Chinese one paired with it; left of zero the Chinese model was first. "
        "Filled: open weights",
        f"Dot plot with a line for each of {len(rows)} pairs, in order of date. The median is {said['median']}, "
        f"the range {said['min']} to {said['max']}.",
        table,
        kept("list of paired releases", [str(pair.answer_date) for pair in rows]),
        lambda width: draw_pairs(width, frame),
        "Pairs are chosen by hand. Days between releases do not measure ability.",
    )


def pair_table(rows: Sequence[Pair]) -> pd.DataFrame:
    """Pairs as a table for readers."""
    return pd.DataFrame(
        {
            "Release": [plain(pair.first) for pair in rows],
            "Its date": [printed(pair.first_date, "date") for pair in rows],
            "Chinese release": [plain(pair.answer) for pair in rows],
            "Date of that": [printed(pair.answer_date, "date") for pair in rows],
            "Days": [pair.days for pair in rows],
            "Open weights": ["yes" if pair.open else "no" for pair in rows],
        }
    )


def draw_pairs(width: Width, frame: pd.DataFrame) -> alt.LayerChart:
    """A line a pair, from the day of the first release to that of its answer."""
    lines = Rows(width, 280, 66)
    x = amount("Days", (min(0, frame["Days"].min()), max(1, frame["Days"].max())), lines.pixels)
    fill = alt.condition("datum['Open weights'] == 'yes'", alt.value(INK), alt.value(PAPER))
    return lines.sheet(
        frame,
        lambda base, height: [
            level(base, height),
            base.mark_rule().encode(x, x2=alt.datum(0)),
            base.mark_point(stroke=INK).encode(x, fill=fill),
        ],
    )


def level(base: alt.Chart, height: float) -> Layer:
    """The line at zero."""
    drawn: alt.Chart = base.mark_rule(color=INK).encode(
        x=alt.datum(0), y=alt.value(0), y2=alt.value(height)
    )
    return drawn


def licences(numbers: Numbers) -> Figure | None:
    """Under which terms weights were released, year by year, in China and elsewhere."""
    rows = [row for row in open_releases(numbers) if row.openness in TERMS]
    if not rows:
        return None
    frame = pd.DataFrame(
        {"year": row.released[:4], "place": place(row), "step": row.openness} for row in rows
    )
    counts = stacked(frame)
    free = (
        frame[frame["place"] == "China"]
        .groupby("year")["step"]
        .agg(lambda steps: 100 * (steps > 2).mean())
    )
    shown = [
        year for year in sorted({str(numbers.then.year), max(frame["year"])}) if year in free.index
    ]
    said = ", ".join(f"{printed(free[year], 'percent')} in {year}" for year in shown)
    table = counts[["year", "place", "step", "count", "share"]].assign(
        step=counts["step"].map(TERMS),
        share=[printed(share, "percent") for share in counts["share"]],
    )
    return Figure(
        "licences",
        f"Permissive terms for Chinese open models: {said}"
        if said
        else "No open model from China is listed",
        f"Notable models with open weights by terms of use: shares of a year’s, with counts; to {horizon(numbers):%B %Y}",
        f"Stacked bars for {frame['year'].nunique()} years, China above elsewhere, in {len(TERMS)} steps of openness; "
        f"{len(rows)} models in all. Share of Chinese models with a permissive licence: {said or 'none listed'}.",
        table.set_axis(["Year", "From", "Terms", "Models", "Share"], axis=1),
        kept("list of notable models", [row.released for row in rows]),
        lambda width: draw_licences(width, counts),
        NOT_A_CENSUS,
    )


def stacked(frame: pd.DataFrame) -> pd.DataFrame:
    """How many rows a year, place and step; where their bar starts and ends in percent `of` the year and place."""
    counts = (
        frame.value_counts(sort=False)
        .rename("count")
        .reset_index()
        .sort_values(["year", "place", "step"])
    )
    groups = counts.groupby(["year", "place"])["count"]
    of = groups.transform("sum")
    share, end = 100 * counts["count"] / of, 100 * groups.cumsum() / of
    return counts.assign(of=of, share=share, start=end - share, end=end)


def draw_licences(width: Width, counts: pd.DataFrame) -> alt.LayerChart:
    """A bar a year and place: light for limits on use, full for a permissive licence, black for all open."""
    lines = Rows(width, 84, 56, (22, 38))
    names = (
        counts[["year", "place", "of"]]
        .drop_duplicates()
        .rename(columns={"year": "lane", "place": "label"})
    )
    names = lines.placed(names.assign(note="of " + names["of"].astype(str)))
    frame = counts.merge(names, left_on=["year", "place"], right_on=["lane", "label"])
    frame = frame.assign(
        middle=(frame["start"] + frame["end"]) / 2, key=frame["place"] + frame["step"].astype(str)
    )
    hues = {"China": CHINA, "elsewhere": MUTED}
    fills = {
        f"{where}{step}": {2: BAND, 3: hue, 4: INK}[step]
        for where, hue in hues.items()
        for step in TERMS
    }
    words = {f"elsewhere{step}": name for step, name in TERMS.items()}
    legend = theme.key(
        words, 1 if width == "narrow" else 0, symbolStrokeColor=MUTED, symbolStrokeWidth=1
    )
    base = alt.Chart(frame).encode(alt.Y("y:Q", scale=None))
    start, centre = (
        amount(name, (0, 100), lines.pixels, bare=True) for name in ("start", "middle")
    )
    bar = base.mark_bar(size=16, strokeWidth=1).encode(
        start,
        alt.Fill(
            "key:N", scale=alt.Scale(domain=list(fills), range=list(fills.values())), legend=legend
        ),
        alt.Stroke(
            "place:N", scale=alt.Scale(domain=list(hues), range=list(hues.values())), legend=None
        ),
        x2="end:Q",
    )
    colour = alt.condition("datum.step == 2", alt.value(INK), alt.value(PAPER))
    text = base.mark_text().encode(centre, text="count:Q", color=colour)
    return theme.sheet(width, lines.height(names), bar, text, *lines.words(names))


def published(numbers: Numbers, names: Sequence[str]) -> list[Fact]:
    """The figures of these ids that were out by the horizon, in that order."""
    until = horizon(numbers)
    known = {row.id: row for row in numbers.standings.facts.figures if last_day(row.as_of) <= until}
    return [known[name] for name in names if name in known]


def value(row: Fact) -> str:
    """The value of a published figure, as precise as it was published."""
    return printed(row.value, row.unit, len(f"{row.value:g}".partition(".")[2]))


def cited(rows: Sequence[Fact]) -> tuple[pd.DataFrame, tuple[Source, ...]]:
    """Published figures as a table for readers, and their sources, each once."""
    table = pd.DataFrame(
        {
            "What": [plain(row.title) for row in rows],
            "Value": [value(row) for row in rows],
            "Range": [
                f"{row.low:g} to {row.high:g}" if row.low and row.high else "" for row in rows
            ],
            "Date": [long_date(row.as_of) for row in rows],
            "Source": [plain(row.source) for row in rows],
        }
    )
    return table, tuple(
        {row.source: Source(plain(row.source), row.as_of, row.url) for row in rows}.values()
    )


def dots(frame: pd.DataFrame, before: int, most: float) -> Callable[[Width], alt.LayerChart]:
    """The drawing of a dot a line at `value`, with a rule from `low` to `high` where a range is known."""

    def draw(width: Width) -> alt.LayerChart:
        lines = Rows(width, before, 80)
        low, at = (amount(name, (0, most), lines.pixels) for name in ("low", "value"))
        return lines.sheet(
            frame,
            lambda base, height: [
                level(base, height),
                base.mark_rule(strokeWidth=3).encode(low, x2="high:Q"),
                base.mark_point(color=INK).encode(at),
            ],
        )

    return draw


def downloads(numbers: Numbers) -> Figure | None:
    """What part of downloads and use was Chinese, by whoever counted it, and of what."""
    rows = published(numbers, list(SHARES))
    if not rows:
        return None
    shares = {row.id: value(row) for row in rows}
    frame = pd.DataFrame(
        {"label": SHARES[row.id], "note": shares[row.id], "value": row.value} for row in rows
    )
    table, sources = cited(rows)
    least, most = min(rows, key=lambda row: row.value), max(rows, key=lambda row: row.value)
    title = "Shares of downloads and of use differ because they are shares of different things"
    if {"hf-share-cn-2025", "hf-share-us-2025"} <= shares.keys():
        ours, theirs = shares["hf-share-cn-2025"], shares["hf-share-us-2025"]
        title = f"Of a year’s Hub downloads China had {ours}, the United States {theirs}"
    return Figure(
        "downloads",
        title,
        f"Published shares in percent, each named with what it is a share of; to {long_date(max(r.as_of for r in rows))}",
        f"Dot plot with a line for each of {len(rows)} published shares, {value(least)} to {value(most)}. They have "
        "different denominators and cannot be added or joined.",
        table,
        sources,
        dots(frame.assign(low=frame["value"], high=frame["value"]), 274, 100),
        "Shares of different studies have different denominators and cannot be compared directly.",
    )


def positions(numbers: Numbers) -> Figure | None:
    """Where studies put the distance, in months, and which distance they mean."""
    answers = {who: published(numbers, names) for who, names in LAGS.items()}
    answers = {who: rows for who, rows in answers.items() if len(rows) == len(LAGS[who])}
    if not answers:
        return None
    frame = pd.DataFrame(position(*who, rows) for who, rows in answers.items())
    lane = frame["lane"].iloc[0]
    asked = frame[frame["lane"] == lane]
    low, high = asked["low"].min(), asked["high"].max()
    rows = [row for found in answers.values() for row in found]
    table, sources = cited(rows)
    months = f"{low:g} to {high:g}" if low < high else f"{low:g}"
    return Figure(
        "positions",
        f"{lane}: {months} months, depending on who measures",
        f"Published estimates in months, with ranges where given; to {long_date(max(row.as_of for row in rows))}",
        f"Dot plot with a line for each of {len(frame)} estimates, in {frame['lane'].nunique()} groups. They reach from "
        f"{frame['low'].min():g} to {frame['high'].max():g} months.",
        table,
        sources,
        dots(frame, 232, float(frame["high"].max()) + 1),
        "The estimates rest on different tests and answer different questions.",
    )


def position(lane: str, who: str, rows: Sequence[Fact]) -> dict[str, object]:
    """A line of the chart: a value with its range, or the least and the most that was said."""
    low = min(row.value if row.low is None else row.low for row in rows)
    high = max(row.value if row.high is None else row.high for row in rows)
    single = rows[0].value if len(rows) == 1 else None
    span = f"{low:g} to {high:g}" if low < high else ""
    note = span if single is None else f"{single:g} ({span})" if span else f"{single:g}"
    label = f"{who}, {first_day(rows[0].as_of):%b %Y}"
    return {"lane": lane, "label": label, "note": note, "value": single, "low": low, "high": high}


CHARTS: dict[str, Callable[..., Figure | None]] = {
    "filings": filings,
    "statements": statements,
    "chip-rules": chip_rules,
    "measures": measures,
    "pairs": pairs,
    "licences": licences,
    "downloads": downloads,
    "positions": positions,
}
