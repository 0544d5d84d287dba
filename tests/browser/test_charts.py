"""Every drawing of the built site in a real browser: at four widths, in both schemes, as a reader sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
WIDTHS = [320, 480, 768, 1280]
LOOK = (Path(__file__).parent / "drawings.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=["light", "dark"])
def pages(request: pytest.FixtureRequest, browser: Browser, served: str, site: Path) -> list[Page]:
    """The pages of evidence, which show every chart that an article places."""
    context = browser.new_context(color_scheme=request.param)
    opened = []
    for path in sorted(site.glob("points/*/index.html")):
        page = context.new_page()
        page.goto(served + path.relative_to(site).as_posix())
        page.evaluate(LOOK)
        opened.append(page)
    return opened


def looked(pages: list[Page], width: int, what: str) -> list[str]:
    """What is wrong on any of the pages at that width."""
    found = []
    for page in pages:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{page.url.split('/points/')[1]}: {fault}" for fault in page.evaluate(what)]
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_drawings_are_whole_at_every_width(pages: list[Page], width: int) -> None:
    """No two texts overlap, none is cut or under 11 pixels, and nothing scrolls sideways."""
    assert [] == looked(pages, width, "drawings.faults()")


@pytest.mark.parametrize("width", [320, 1280])
def test_drawings_have_contrast(pages: list[Page], width: int) -> None:
    """Text stands out 4.5:1 from what lies behind it, and marks 3:1 from the paper, by day and night."""
    assert [] == looked(pages, width, "drawings.pale()")


def test_every_chart_is_looked_at(pages: list[Page], site: Path) -> None:
    """Each chart that the site holds stands on one of these pages."""
    seen = {name for page in pages for name in page.locator("figure.chart").evaluate_all("all => all.map(f => f.id.replace('figure-', ''))")}  # fmt: skip

    assert {path.stem for path in (site / "charts").glob("*.svg")} <= seen


def test_what_is_wrong_is_found(browser: Browser) -> None:
    """The search finds texts that overlap, are cut, small or pale, and a page that is too wide."""
    page = browser.new_page(viewport={"width": 320, "height": 300})
    page.set_content(
        """<body style="background: white; margin: 0"><figure class="chart" id="f"><div class="drawing">
        <svg width="300" height="90" viewBox="0 0 300 90" style="margin-right: 90px; font: 12px sans-serif">
        <text x="10" y="20">one</text><text x="14" y="22">two</text><text x="290" y="50">cut off</text>
        <text x="10" y="50" font-size="9">small</text><text x="90" y="50" fill="#aaa">pale</text>
        <path d="M9 80H99" fill="none" stroke="#ddd" /></svg></div></figure>"""
    )
    page.evaluate(LOOK)
    found = "; ".join(page.evaluate("[...drawings.faults(), ...drawings.pale()]"))

    for fault in (
        '"one" over "two"',
        '"cut off" is cut',
        '"small" is 9',
        "wide",
        '"pale" 2.32',
        "a mark",
    ):
        assert fault in found
