"""Build the report: `python build.py`. The stages, in reading order, and the command line."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from openlead import cache
from openlead.errors import Problem, ReportError
from openlead.progress import Progress

if TYPE_CHECKING:  # what changed not is not made again, and its modules are not loaded
    from openlead.charts import Drawn
    from openlead.content import Article
    from openlead.editions import Record
    from openlead.ledger import Ledger
    from openlead.numbers import Numbers
    from openlead.pages import Judged, Page, Report
    from openlead.press import Press
    from openlead.replay import Week

HERE = Path(__file__).parent


@dataclass(frozen=True, eq=False)
class Draft:
    """What an edition's pages are made from."""

    boards: Ledger
    report: Report
    articles: list[Article]
    found: Numbers
    aside: Numbers  # what it is asked is quoted nowhere
    past: list[Week]
    judged: list[Judged]
    figures: Mapping[str, Drawn | None]


def build(
    root: Path,
    out: Path,
    *,
    as_of: dt.date | None = None,
    base_url: str | None = None,
    progress: Progress,
) -> list[Problem]:
    """Run every stage in reading order; return what the finished site gets wrong."""
    store = cache.Cache(root)
    key = "site-" + cache.key(
        *cache.inputs(root), *cache.program(), Path(__file__), f"{as_of} {base_url} {out}"
    )
    with progress("inputs"):
        said = cache.unchanged(store, key, out)
    if said:
        progress.report(["nothing changed since this site was built", *said])
        return []
    from openlead import editions  # nobody loads it to hear that nothing changed

    made = draft(root, as_of, base_url, progress)
    with progress("pages"):
        records = editions.load(root / "editions")
        ready = core(made, root, records)
        ready += around(made, root, ready, records)
    wrong = _written(ready, made, root, out, progress)
    if not wrong:
        cache.remember(store, key, out, progress.said)
    return wrong


def publish(
    root: Path, out: Path, press: Press, *, base_url: str | None = None, progress: Progress
) -> list[Problem]:
    """Build the newest edition with frozen copies: earlier ones carried, this and owed ones added."""
    assets = root / "templates" / "assets"
    made = draft(root, None, base_url, progress)
    with progress("pages"):
        ready = core(made, root, press.records, f"e/{press.id}/")
    copies: list[Page] = []
    for day in press.owed(made.boards, made.report.then):
        then = draft(root, day, base_url, progress)
        copies += press.print(
            core(then, root, [], f"e/{press.name(day)}/"), assets, then, on=day, kind="replay"
        )
    copies += press.print(ready, assets, made)
    with progress("pages"):
        records = [*press.records, *press.made]
        ready += around(made, root, ready, records, [r.id for r in records if r.frozen])
    return _written([*ready, *copies], made, root, out, progress, press)


def draft(root: Path, as_of: dt.date | None, base_url: str | None, progress: Progress) -> Draft:
    """The stages from the ledger to the charts."""
    from openlead import charts, content, ledger, numbers, pages, replay, schema, standings

    with progress("ledger"):
        boards = ledger.load(root / "data")
    for file, line, model in standings.quarantined(boards):
        progress.report([f"warning  data/{file}:{line}: {model}: cannot be true; left out"])
    with progress("origin"):
        record = standings.load(boards, root / "content" / "knowledge")
    with progress("content"):
        report = schema.read_toml(root / "content" / "report.toml", pages.Report)
        report = report if base_url is None else replace(report, base_url=base_url)
        articles = content.load(root / "content")
        edition = numbers.edition(boards, report.then, as_of)
    with progress("claims"):
        store = cache.Cache(root)
        found = numbers.load(record, edition, report.then, root, store)
        aside = numbers.Numbers(record, edition, report.then)
        past = replay.load(articles, aside, root, store)
        judged = pages.judge(articles, found, past, root, store)
    with progress("charts"):
        titles = {(f.point, p.id): p.title for _, f in content.points(articles) for p in f.parts}
        figures = charts.draw(found, report.charts, root, store, past, titles)
    return Draft(boards, report, articles, found, aside, past, judged, figures)


def core(made: Draft, root: Path, records: Sequence[Record], pinned: str = "") -> list[Page]:
    """The report, its points and charts, and the data behind them: what a frozen copy keeps."""
    from openlead import archive, instruments, numbers, replay
    from openlead.pages import Page, Renderer, render

    renderer = Renderer(root / "templates", made.report, made.found, made.figures, pinned)
    issues = archive.issues(made.past, records, made.boards)
    weekly = archive.views(issues, made.judged)
    ready = render(renderer, made.articles, made.judged, made.past, weekly)
    declared, store = root / "content" / "report.toml", cache.Cache(root)
    numbers.keep(made.found, root, store)
    turned = cache.kept(
        store, "instruments", dict[str, str],
        (*made.found.rests(root), str(made.report.instruments)),
        lambda: instruments.files(made.aside, made.report.instruments, declared),
    )  # fmt: skip
    return [
        *ready,
        Page("data/verdicts.csv", replay.text(made.past)),
        Page("data/numbers.csv", numbers.text(made.found.asked.values())),
        *(Page(path, text) for path, text in turned.items()),
    ]


def around(
    made: Draft,
    root: Path,
    first: Sequence[Page],
    records: Sequence[Record],
    frozen: Sequence[str] = (),
) -> list[Page]:
    """The pages around the report: editions, models, and what machines read."""
    from openlead import archive, cards, catalogue, converter, feeds, published
    from openlead.pages import Page, Renderer

    renderer = Renderer(root / "templates", made.report, made.found, made.figures)
    issues = archive.issues(made.past, records, made.boards, frozen)
    ready = [
        *archive.pages(renderer, archive.views(issues, made.judged, cache.Cache(root))),
        Page("data/editions.json", archive.index(issues)),
        Page("data/snapshots.csv", published.snapshots(made.found, root / "data")),
        *catalogue.load(renderer, made.articles, root, cache.Cache(root)),
    ]
    if any(made.figures.values()):
        ready.append(Page("assets/vega.js", converter.bundle(cache.Cache(root))))
    every = [*first, *ready]
    ready += published.pages(every, made.judged, made.past, renderer, root / "content")
    every = [*first, *ready]
    ready += feeds.pages(every, issues, made.judged, made.past, renderer)
    return [*ready, *cards.pages(every, made.judged, renderer, root)]


def _written(
    ready: Sequence[Page],
    made: Draft,
    root: Path,
    out: Path,
    progress: Progress,
    press: Press | None = None,
) -> list[Problem]:
    """The last two stages: the files, and what is wrong with them."""
    from openlead import check, pages, site

    base_path = urlsplit(made.report.base_url).path.rstrip("/")
    carried = [f"e/{name}" for name in press.carried] if press else []
    with progress("site"):
        wrong = site.write(
            ready,
            root / "templates" / "assets",
            out,
            lambda folder: check.site(folder, base_path, carried),
            press.carry if press else None,
        )
    if not wrong:
        progress.report(pages.summary(made.judged, made.found, out))
    return wrong


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line, run it, print problems; 0 only when all is whole and clean."""
    options = parser().parse_args(arguments)
    root: Path = options.root.resolve()
    try:
        problems = list(options.run(options, root))
        sys.stdout.flush()
    except ReportError as error:
        problems = list(error.problems)
    except BrokenPipeError:  # `| head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    for problem in problems:
        print(problem.text(root), file=sys.stderr)
    return options.code if problems else 0


def _build(options: argparse.Namespace, root: Path) -> list[Problem]:
    out = options.out.resolve() if options.out else root / "site"
    return build(
        root, out, as_of=options.as_of, base_url=options.base_url, progress=Progress(options.quiet)
    )


def _publish(options: argparse.Namespace, root: Path) -> list[Problem]:
    from openlead.press import Press

    progress = Progress(options.quiet)
    press = Press(root, options.on, options.published, replays=options.replays)
    out = options.out.resolve() if options.out else root / "site"
    wrong = publish(root, out, press, base_url=options.base_url, progress=progress)
    if not wrong:
        progress.report([f"recorded {path}" for path in press.record()])
        _replay(options, root)
    return wrong


def _weekly(options: argparse.Namespace, root: Path) -> list[Problem]:
    """Everything that happens on a Monday; what a scheduler has to know stands in .cache/weekly."""
    from openlead import content, pages, schema, weekly
    from openlead.press import Press
    from openlead.sources import refresh

    progress = Progress(options.quiet)
    press = Press(root, options.on, options.published, replays=True)  # before anybody is asked
    report = schema.read_toml(root / "content" / "report.toml", pages.Report)
    titles = {f.point: f.title for _, f in content.points(content.load(root / "content"))}
    asking = refresh.Refresh(root, repository=report.repository)
    asking.run([], progress)
    week = weekly.run(
        press,
        asking.outcomes,
        lambda press: publish(
            root,
            options.out.resolve() if options.out else root / "site",
            press,
            base_url=options.base_url,
            progress=progress,
        ),
        titles,
        approved=options.approve,
    )
    week.write(root / ".cache" / "weekly")
    progress.report(week.words.splitlines())
    if not week.held:
        _replay(options, root)
    return []


def _replay(options: argparse.Namespace, root: Path) -> list[Problem]:
    from openlead import content, ledger, numbers, pages, replay, schema, standings

    boards = ledger.load(root / "data")
    then = schema.read_toml(root / "content" / "report.toml", pages.Report).then
    record = standings.load(boards, root / "content" / "knowledge")
    asked = numbers.Numbers(record, numbers.edition(boards, then, None), then)
    lines = replay.record(content.load(root / "content"), asked, root)
    Progress(options.quiet).report([f"{root / 'editions' / replay.RECORD}: {lines} lines"])
    return []


def _refresh(options: argparse.Namespace, root: Path) -> list[Problem]:
    from openlead import pages, schema
    from openlead.sources.refresh import Refresh  # nobody else needs the network

    report = schema.read_toml(root / "content" / "report.toml", pages.Report)
    asking = Refresh(root, options.dry_run, options.accept, report.repository)
    problems, options.code = asking.run(options.boards, Progress(options.quiet))
    return problems


def _check(options: argparse.Namespace, root: Path) -> list[Problem]:
    from openlead import check, ledger, pages, schema

    folder = (options.folder or root / "site").resolve()
    if not folder.is_dir():
        return [Problem(folder, 0, "no site there; build one first.")]
    report = schema.read_toml(root / "content" / "report.toml", pages.Report)
    found = [
        *ledger.problems(root / "data"),
        *check.site(folder, urlsplit(report.base_url).path.rstrip("/")),
    ]
    if not found and not options.quiet:
        print(f"{folder}: no problem found.")
    return found


def _serve(options: argparse.Namespace, root: Path) -> list[Problem]:
    from openlead import serve  # nobody else needs a web server

    return serve.run(root, options.port)


def _show(options: argparse.Namespace, root: Path) -> list[Problem]:
    from openlead import show

    return show.run(options, root)


def _count(text: str) -> int:
    """A number of rows, one at least."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
    return int(text)


def _common() -> argparse.ArgumentParser:
    """Options that may stand before or after a command; made anew, for argparse shares defaults."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--root", type=Path, metavar="DIR", help="the report's repository (here)")
    common.add_argument("--quiet", action="store_true", help="print problems only")
    common.add_argument(
        "--as-of", type=dt.date.fromisoformat, metavar="DATE", help="as of that day (the newest)"
    )
    return common


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="build.py", description=__doc__, parents=[_common()])
    top.set_defaults(root=HERE, quiet=False, as_of=None, code=1)
    top.add_argument("--out", type=Path, metavar="DIR", help="where the site goes (ROOT/site)")
    top.add_argument("--base-url", metavar="URL", help="where the site will be served")
    top.set_defaults(run=_build)
    commands = top.add_subparsers(title="commands", metavar="")

    def command(
        name: str, run: Callable[..., list[Problem]], words: str
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words, description=words, parents=[_common()])
        added.set_defaults(run=run)
        return added

    served = command("serve", _serve, "build, serve on localhost, rebuild and reload on every save")
    served.add_argument("--port", type=int, default=8000)
    command("replay", _replay, "judge every past week again and record it in editions/")
    published = command("publish", _publish, "build with frozen copies and record the edition")
    monday = command(
        "weekly", _weekly, "refresh, check, publish; or say why an editor is asked first"
    )
    monday.add_argument("--approve", action="store_true", help="an editor has read what changed")
    for added in (published, monday):
        added.add_argument(
            "--on",
            type=dt.date.fromisoformat,
            required=True,
            metavar="DATE",
            help="the day of publication",
        )
        added.add_argument(
            "--published",
            type=Path,
            metavar="DIR",
            help="the site as it is online: its e/ is carried forward",
        )
    published.add_argument(
        "--replays",
        action="store_true",
        help="add the replayed reports that the archive still owes",
    )
    asked = command(
        "refresh", _refresh, "ask the live sources and append what is new to the ledger"
    )
    asked.add_argument(
        "boards", nargs="*", metavar="BOARD", help="a board's id (all that are live)"
    )
    asked.add_argument(
        "--dry-run", action="store_true", help="say what would change, write nothing"
    )
    asked.add_argument("--accept", action="store_true", help="take what only looks implausible")
    checked = command("check", _check, "check the ledger and a built site")
    checked.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="the site (ROOT/site)")
    shown = command("show", _show, "ask the ledger")
    shown.add_argument("what", choices=["standings", "boards", "model", "number"])
    shown.add_argument(
        "name", nargs="?", metavar="NAME", help="of a model (any that it bears), or a number's id"
    )
    shown.add_argument("--board", help="a board's id")
    shown.add_argument("--top", type=_count, metavar="N", help="only the first N rows")
    shown.add_argument("--population", choices=["base", "everything"], default="everything")
    shown.add_argument("--format", choices=["table", "csv", "json"], default="table")
    return top


if __name__ == "__main__":
    sys.exit(main())
