"""The instruments in a real browser: turned by keyboard, remembered by the address, absent without a script."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
KINDS = {"places": "index.html", "weights": "points/criticism/index.html"}


def opened(page: Page, address: str, kind: str) -> Page:
    """A page with its instrument open."""
    page.goto(address)
    box = page.locator(f"details.instrument[data-kind={kind}]")
    if not box.get_attribute("open"):
        box.locator("summary").press("Enter")
    expect(box.locator("form")).to_be_visible()
    return page


@pytest.mark.parametrize(("kind", "path"), KINDS.items())
@pytest.mark.parametrize("width", [320, 1280])
def test_it_opens_fits_and_is_silent(
    browser: Browser, served: str, kind: str, path: str, width: int
) -> None:
    """Opened by keyboard it shows rows, every control has a name and 24 pixels, nothing scrolls sideways."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    opened(page, served + path, kind)
    controls = page.locator("details.instrument form").locator("input, select, button")
    bare = controls.evaluate_all(
        "all => all.filter(c => !(c.labels?.length || c.textContent.trim())"
        " || (c.closest('label') ?? c).getBoundingClientRect().height < 24).map(c => c.outerHTML)"
    )

    assert [] == said
    assert [] == bare
    assert page.locator(".shown li").count() > 0
    assert width == page.evaluate("document.documentElement.scrollWidth")


def test_the_month_and_the_rule_change_the_count(browser: Browser, served: str) -> None:
    """The article's month counts Chinese places by publisher, and others by weights, in words."""
    page = opened(browser.new_page(), served, "places")
    page.locator("[data-then]").click()
    said = page.locator(".instrument .said")
    expect(said).to_contain_text("December 2023, country by publisher")
    first = said.text_content()
    page.locator("[name=country][value=weights]").check()

    expect(said).to_contain_text("country by origin of the weights")
    assert first != said.text_content()


def test_one_test_alone_orders_by_that_test(browser: Browser, served: str) -> None:
    """With all weight on a test its column sorts the table; the share of all weightings stays."""
    page = opened(browser.new_page(), served + KINDS["weights"], "weights")
    share = page.locator(".space").text_content()
    before = page.locator(".shown li").first.text_content()
    page.locator("[name=preset]").select_option("+0")
    scores = page.locator(".shown .count").all_text_contents()
    shown = [float(text.split()[0]) for text in scores]

    assert before != page.locator(".shown li").first.text_content()
    assert sorted(shown, reverse=True) == shown
    assert share == page.locator(".space").text_content()


@pytest.mark.parametrize(("kind", "path"), KINDS.items())
def test_the_address_remembers(browser: Browser, served: str, kind: str, path: str) -> None:
    """Reloading shows the same choices; a wrong one in the address is passed over."""
    page = opened(browser.new_page(), served + path, kind)
    page.locator("[name=country][value=weights]").check()
    if kind == "weights":
        page.locator("[name=t1]").fill("9")
    said = page.locator(".instrument .said").text_content()
    page.goto(page.url)
    expect(page.locator("details.instrument form")).to_be_visible()

    assert said == page.locator(".instrument .said").text_content()
    page.goto(f"{served}{path}?{kind}-country=elsewhere&{kind}-month=9999")
    expect(page.locator("details.instrument form")).to_be_visible()
    assert page.locator("[name=country][value=publisher]").is_checked()


def test_without_data_it_says_so(browser: Browser, served: str) -> None:
    """A failed fetch leaves a sentence and no empty form."""
    page = browser.new_page()
    page.route("**/data/instruments/*", lambda route: route.abort())
    page.goto(served)
    page.locator("details.instrument summary").click()

    expect(page.locator(".instrument .said")).to_contain_text("did not load")
    expect(page.locator("details.instrument form")).to_be_hidden()


def test_without_scripts_it_is_not_there(browser: Browser, served: str, site: Path) -> None:
    """A reader without scripts sees no dead control; the data lies in the site all the same."""
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(served)

    expect(page.locator("details.instrument")).to_be_hidden()
    assert {"places.json", "weights.json"} == {
        path.name for path in (site / "data" / "instruments").iterdir()
    }
