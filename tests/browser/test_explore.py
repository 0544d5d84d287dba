"""A chart in a reader's hands: live Vega on request, under the page's policy; its files, its folds, its frame."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

pytestmark = pytest.mark.browser
FIGURE = "#figure-ranks-then"
REPORTED = "document.addEventListener('securitypolicyviolation', e => console.log('CSP ' + e.violatedDirective))"
DRAWING = f"{FIGURE} .drawing:visible"
Opened = Callable[..., tuple[Page, list[str]]]


@pytest.fixture
def opened(browser: Browser, served: str) -> Opened:
    """Opens a page of the site and keeps what the console, errors and the policy say."""

    def open_page(
        path: str = "", width: int = 1280, **routes: Callable[[Route], None]
    ) -> tuple[Page, list[str]]:
        page = browser.new_context(viewport={"width": width, "height": 740}).new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.add_init_script(REPORTED)
        for name, answer in routes.items():
            page.route(re.compile(name), answer)
        page.goto(served + path)
        return page, said

    return open_page


def explored(page: Page) -> Locator:
    """The figure, live."""
    figure = page.locator(FIGURE)
    figure.locator("button.explore").click()
    expect(figure.locator(".live svg")).to_be_visible(timeout=30_000)
    return figure


@pytest.mark.parametrize("width", [360, 1280])
def test_a_chart_comes_alive(opened: Opened, width: int) -> None:
    """Live Vega takes the drawing's place, says so, breaks no policy and widens no page; nothing loads before."""
    page, said = opened(width=width)
    before = page.evaluate(
        "performance.getEntriesByName(new URL('assets/vega.js', location)).length"
    )
    figure = explored(page)

    expect(figure.get_by_role("status")).to_have_text(re.compile("Live chart"))
    expect(page.locator(DRAWING)).to_have_count(0)
    assert (0, width, []) == (before, page.evaluate("document.documentElement.scrollWidth"), said)


def test_every_chart_can_be_explored(opened: Opened) -> None:
    """Each specification of the report runs without eval and without a word in the console."""
    page, said = opened()
    failed = []
    for button in page.locator("button.explore").all():
        button.click()
        live = page.locator(".live svg, .said:text('could not')").first
        expect(live).to_be_visible(timeout=30_000)
        failed += page.locator(".said:text('could not')").all_inner_texts()
        page.keyboard.press("Escape")

    assert ([], []) == (failed, said)


def test_a_mark_says_its_values(opened: Opened) -> None:
    """Pointing at a live mark shows its row's words."""
    page, _ = opened()
    explored(page).locator(".live .mark-symbol.role-mark path").first.hover()
    tip = page.locator("#vg-tooltip-element")

    expect(tip).to_be_visible()
    expect(tip).to_contain_text(
        page.locator(f"{FIGURE} tbody th").first.inner_text(), use_inner_text=False
    )


def test_the_key_filters(opened: Opened) -> None:
    """A country taken off the key leaves the picture, and the page says so."""
    page, _ = opened()
    figure = explored(page)
    marks = figure.locator(".live .mark-symbol.role-mark path")
    all_marks = marks.count()
    figure.get_by_role("checkbox", name="China").click()

    expect(figure.get_by_role("status")).to_have_text("China hidden.")
    expect(marks).not_to_have_count(all_marks)
    assert 0 < marks.count() < all_marks


def test_the_keyboard_is_enough(opened: Opened) -> None:
    """Enter opens, plus zooms, arrows move, Escape goes back to the drawing and to the button."""
    page, said = opened()
    button = page.locator(f"{FIGURE} button.explore")
    button.focus()
    page.keyboard.press("Enter")
    svg = page.locator(f"{FIGURE} .live svg")
    expect(svg).to_be_visible(timeout=30_000)
    whole = svg.get_attribute("viewBox")
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    near = svg.get_attribute("viewBox")
    page.keyboard.press("0")
    again = svg.get_attribute("viewBox")
    page.keyboard.press("Escape")

    expect(button).to_be_focused()
    expect(page.locator(DRAWING)).to_have_count(1)
    assert near not in {whole, again}
    assert [float(n) for n in str(whole).split()] == [float(n) for n in str(again).split()]
    assert [] == said


@pytest.mark.parametrize(
    ("part", "body"),
    [("vega.js", "syntax error("), ("vega.js", ""), (r"\.vl\.json", "{"), (r"\.vl\.json", "{}")],
)
def test_whatever_fails_the_drawing_stays(opened: Opened, part: str, body: str) -> None:
    """A broken bundle or specification: the drawing stays, a sentence says so, the button can be tried again."""
    kind = "text/javascript" if "js" == part[-2:] else "application/json"
    page, _ = opened(**{part: lambda route: route.fulfill(body=body, content_type=kind)})
    button = page.locator(f"{FIGURE} button.explore")
    button.click()

    expect(page.locator(f"{FIGURE} .said")).to_have_text(
        "The live chart could not be loaded; the drawing stays."
    )
    expect(page.locator(DRAWING)).to_have_count(1)
    expect(button).to_be_enabled()


def test_without_scripts_nothing_is_missing(browser: Browser, served: str) -> None:
    """No script: no button that does nothing, but drawing, table and files are there."""
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(served)
    figure = page.locator(FIGURE)
    figure.locator("summary").first.click()

    expect(figure.locator("button")).to_have_count(0)
    expect(figure.locator("tbody tr").first).to_be_visible()
    expect(figure.locator(".files > a")).to_have_count(4)


@pytest.mark.parametrize("width", [320, 1280])
def test_the_line_of_files_is_easy_to_hit(opened: Opened, width: int) -> None:
    """Every link, fold and button below a chart is 24 pixels high and wide, folds open or not."""
    page, _ = opened(width=width)
    figure = page.locator(FIGURE)
    for fold in figure.locator("summary").all():
        fold.click()
    sizes = figure.locator(".files :is(summary, button), .files > a").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).filter(b => Math.min(b.width, b.height) < 23.9).length"
    )

    assert (0, width) == (sizes, page.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.parametrize(
    ("newest", "words"),
    [
        ("2099-01-01", "A newer edition is out, with data to 2099-01-01"),
        ("2000-01-01", "The newest edition of this chart"),
    ],
)
def test_an_embed_knows_when_it_is_old(opened: Opened, newest: str, words: str) -> None:
    """A chart in a frame names its edition and data, and says when there is a newer edition."""
    body = json.dumps({"newest": "x", "editions": [{"id": "x", "data": newest}]})
    page, said = opened(
        "embed/ranks-then/index.html",
        360,
        **{
            r"editions\.json": lambda route: route.fulfill(
                body=body, content_type="application/json"
            )
        },
    )

    expect(page.locator("[data-editions]")).to_have_text(words)
    expect(page.locator("main")).to_contain_text("data to 20")
    assert ([], 360) == (said, page.evaluate("document.documentElement.scrollWidth"))
