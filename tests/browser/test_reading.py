"""The report in a real browser: on a phone and a desk, light and dark, from a server and from a disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request

pytestmark = pytest.mark.browser
PAGES = [
    "index.html",
    "points/on-top/index.html",
    "models/index.html",
    "models/13/index.html",
    "models/tigerresearch-tigerbot-70b-chat-v2/index.html",
    "numbers/index.html",
    "method/index.html",
    "404.html",
]
WIDTHS = [320, 360, 768, 1280]
DRAWN = "figure.chart .drawing:visible svg.marks"


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    """Both colour schemes."""
    return str(request.param)


def opened(browser: Browser, address: str, width: int, scheme: str = "light") -> Page:
    """A page at that width and scheme, without scripts."""
    context = browser.new_context(
        viewport={"width": width, "height": 740},
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=True,
    )
    page = context.new_page()
    page.goto(address)
    return page


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(browser: Browser, served: str, path: str, width: int) -> None:
    """From 320 pixels on a reader never has to move a page sideways."""
    page = opened(browser, served + path, width)

    assert width == page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("width", [360, 1280])
def test_reader_sees_every_chart_once(browser: Browser, served: str, width: int) -> None:
    """Each figure shows exactly one of its two drawings, and it is not empty."""
    page = opened(browser, served, width)
    figures = page.locator("figure.chart").count()
    shown = page.locator(DRAWN).evaluate_all(
        "all => all.filter(s => s.getBBox().width > 100).length"
    )

    assert (figures, figures > 10) == (shown, True)


@pytest.mark.parametrize("width", WIDTHS)
def test_chart_text_is_readable(browser: Browser, served: str, width: int) -> None:
    """No text of a drawing is under 11 pixels as displayed."""
    page = opened(browser, served, width)
    small = page.locator(f"{DRAWN} text").evaluate_all(
        """all => all.filter(t => t.textContent.trim()).map(t => {
             const svg = t.ownerSVGElement, box = svg.getBoundingClientRect();
             const scale = box.width / svg.viewBox.baseVal.width;
             return [parseFloat(getComputedStyle(t).fontSize) * scale, t.textContent];
           }).filter(([size]) => size < 11)"""
    )

    assert [] == small


@pytest.mark.parametrize("width", [360, 1280])
def test_chart_text_is_not_cut(browser: Browser, served: str, width: int) -> None:
    """Every label of a drawing lies inside the drawing."""
    page = opened(browser, served, width)
    cut = page.locator(f"{DRAWN} text").evaluate_all(
        """all => all.filter(t => t.textContent.trim()).filter(t => {
             const a = t.getBoundingClientRect(), b = t.ownerSVGElement.getBoundingClientRect();
             return a.left < b.left - 2 || a.right > b.right + 2 || a.top < b.top - 2 || a.bottom > b.bottom + 2;
           }).map(t => [t.closest('figure').id, t.textContent])"""
    )

    assert [] == cut


@pytest.mark.parametrize("path", PAGES)
def test_pages_ask_nobody_else_and_say_nothing(browser: Browser, served: str, path: str) -> None:
    """A page loads from its own host only, and the console stays silent."""
    page = browser.new_context().new_page()
    heard: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((served.removesuffix("repo/"), "data:")):
            heard.append(request.url)

    page.on("request", asked)
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.goto(served + path)

    assert [] == heard


def test_the_report_asks_for_six_files_at_most(browser: Browser, served: str) -> None:
    """The page and what it loads by itself, on a phone; without scripts it stands as it is."""
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served, wait_until="networkidle")
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(served)

    assert len(asked) <= 6, asked
    assert page.locator(DRAWN).count() == plain.locator(DRAWN).count() > 10


def test_the_first_screen_answers(browser: Browser, served: str) -> None:
    """On a phone the question, the answer, its date, how sure we are and why stand above the fold."""
    page = opened(browser, served, 360)
    ends = [
        page.locator(what).first.evaluate("e => e.getBoundingClientRect().bottom")
        for what in ("h1", ".sentence", ".facts time", ".facts strong", ".facts .why")
    ]

    assert max(ends) < 740


def test_it_opens_from_a_disk(browser: Browser, site: Path) -> None:
    """Opened as a file the report has its style, and leads to a point and back."""
    page = opened(browser, (site / "index.html").as_uri(), 1280)
    plain = page.evaluate("getComputedStyle(document.body).fontFamily")
    page.locator(".points h3 a").first.click()
    there = page.url
    page.locator(".crumb a").first.click()

    assert (True, "points/on-top/index.html", "index.html#points") == (
        "Charter" in plain,
        there[there.index("points/") :],
        page.url.rsplit("/", 1)[1],
    )


def test_colours_follow_the_scheme(browser: Browser, served: str, scheme: str) -> None:
    """One drawing serves light and dark: its marks take the scheme's colours."""
    page = opened(browser, served, 1280, scheme)
    ink, paper = (
        page.evaluate(
            f"getComputedStyle(document.documentElement).getPropertyValue('--{name}').trim()"
        )
        for name in ("ink", "paper")
    )
    light = {"light": ("#1b1a17", "#fdfcf8"), "dark": ("#ece8de", "#15181c")}

    assert light[scheme] == (ink, paper)
