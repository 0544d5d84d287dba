"""The finished site → what a reader would trip over, each with file and line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html
from lxml.html import HtmlElement as Document

from openlead.errors import Problem

LEFTOVER = re.compile(r"\{\{|\{%|\{#|[\ue000-\uf8ff]|\bUndefined\b")
LOADS = {
    "img": "src", "script": "src", "iframe": "src", "source": "src", "video": "src",
    "audio": "src", "embed": "src", "object": "data", "use": "href", "image": "href",
}  # fmt: skip
NEEDED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}
CSS_LOAD = re.compile(r"""(?:url\(|@import)\s*["']?([^"')\s;]+)""")


def site(folder: Path, base_path: str = "") -> Iterator[Problem]:
    """
    Problems of the site under *folder*, page by page.

    Args:
        base_path: the path below which the site is served, for links that start with it.
    """
    pages = {path: _parse(path) for path in sorted(folder.rglob("*.html"))}
    anchors = {path: set(_ids(page)) for path, page in pages.items()}
    for path, page in pages.items():
        yield from _words(path, page)
        yield from _ids_twice(path, page)
        yield from _alternatives(path, page)
        yield from _hosts(path, page)
        yield from _links(path, page, folder, anchors, base_path)
    for path in sorted(folder.rglob("*.css")):
        yield from _stylesheet(path)


def _parse(path: Path) -> Document:
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    return html.document_fromstring(path.read_bytes(), parser=parser)


def _line(element: Document) -> int:
    return int(element.sourceline or 0)


def _ids(page: Document) -> list[str]:
    return [str(name) for name in page.xpath("//@id")]


def _words(path: Path, page: Document) -> Iterator[Problem]:
    """Template syntax that reached the page, and a page without its one heading."""
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        for text in (element.text, element.tail, *element.attrib.values()):
            if text and (left := LEFTOVER.search(str(text))):
                message = (
                    f'"{left[0]}" was left over from a template; mend the template or the article.'
                )
                yield Problem(path, _line(element), message)
    headings = len(page.xpath("//h1"))
    if headings != 1:
        yield Problem(path, 1, f"{headings} elements h1; a page has one.")
    if not page.get("lang") or not page.findtext(".//title"):
        yield Problem(path, 1, "no language or no title; set both in the template.")


def _ids_twice(path: Path, page: Document) -> Iterator[Problem]:
    for name, times in Counter(_ids(page)).items():
        if times > 1:
            second = page.xpath("//*[@id=$name]", name=name)[1]
            yield Problem(path, _line(second), f'id "{name}" stands {times} times; rename one.')


def _alternatives(path: Path, page: Document) -> Iterator[Problem]:
    for image in page.iter("img"):
        if image.get("alt") is None:
            yield Problem(
                path, _line(image), f"picture {image.get('src')!r} has no alt text; add it."
            )
    for drawing in page.iter("svg"):
        hidden = drawing.get("aria-hidden") == "true" or any(
            parent.get("aria-hidden") == "true" for parent in drawing.iterancestors()
        )
        if not hidden and not (drawing.get("role") == "img" and drawing.get("aria-label")):
            yield Problem(
                path, _line(drawing), "drawing without role img and aria-label; describe it."
            )
    for link in page.iter("a", "button"):
        if not (link.text_content().strip() or link.get("aria-label")):
            yield Problem(path, _line(link), "link without words; name where it leads.")


def _hosts(path: Path, page: Document) -> Iterator[Problem]:
    """Whatever a browser would fetch from elsewhere without being asked."""
    for element in page.iter(*LOADS, "link"):
        if element.tag == "link":
            if not NEEDED_LINKS & set((element.get("rel") or "").split()):
                continue
            address = element.get("href") or ""
        else:
            address = element.get(LOADS[element.tag]) or element.get("srcset") or ""
        if urlsplit(address).netloc:
            yield Problem(
                path, _line(element), f'loads "{address}" from another host; carry the file.'
            )


def _stylesheet(path: Path) -> Iterator[Problem]:
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for address in CSS_LOAD.findall(text):
            if urlsplit(address).netloc:
                yield Problem(path, number, f'loads "{address}" from another host; carry the file.')
            elif urlsplit(address).scheme != "data" and not (path.parent / address).is_file():
                yield Problem(path, number, f'names "{address}", which is not in the site.')


def _links(
    path: Path, page: Document, folder: Path, anchors: dict[Path, set[str]], base_path: str
) -> Iterator[Problem]:
    """Links and sources that lead nowhere in the site, fragments included."""
    for element in page.xpath("//*[@href or @src]"):
        address = str(element.get("href") or element.get("src"))
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        below = parts.path.removeprefix(base_path).lstrip("/") if parts.path.startswith("/") else ""
        start = folder if parts.path.startswith("/") else path.parent
        target = (start / unquote(below or parts.path)).resolve() if parts.path else path.resolve()
        if target.is_dir():
            message = (
                f'link to the folder "{address}": add index.html, so that it opens from a disk.'
            )
            yield Problem(path, _line(element), message)
        elif not target.is_relative_to(folder.resolve()) or not target.is_file():
            yield Problem(path, _line(element), f'link to "{address}", which is not in the site.')
        elif parts.fragment and target.suffix == ".html":
            known = anchors[folder / target.relative_to(folder.resolve())]
            if unquote(parts.fragment) not in known:
                yield Problem(
                    path, _line(element), f'link to "{address}": no such place on that page.'
                )
