"""The finished site → what a reader would trip over, each with file and line."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree, html
from lxml.html import HtmlElement as Document

from openlead.errors import Problem

LEFTOVER = re.compile(r"\{\{|\{%|\{#|[\ue000-\uf8ff]|\bUndefined\b")
MODEL = re.compile(r"(?<![\w/.:-])[\w.-]+/[^\s\ue000-\uf8ff]+")  # publisher/model
DATA = "self::data or self::bdi or self::td or self::th[@scope='row'] or self::code or self::svg"
PROSE = f"//*[not(ancestor-or-self::*[{DATA}])]"
NEEDED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}
SRCSET = re.compile(r"[\s,]*(\S*[^\s,])[^,]*")  # no split at commas: data: has its own
CSS_LOAD = re.compile(r"""(?:url\(|@import(?!\s*url\())\s*["']?([^"')\s;]+)""", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """What a page or a stylesheet names; *loaded*: a browser fetches it without being asked."""

    path: Path
    line: int
    text: str
    loaded: bool = True


def site(folder: Path, base_path: str = "", carried: Collection[str] = ()) -> Iterator[Problem]:
    """
    Problems of the site under *folder*, page by page.

    Args:
        base_path: the path below which the site is served; what starts elsewhere leaves the site.
        carried: folders that were checked when they were made, and are known by their hash.
    """
    skipped = tuple(f"{folder / name}/" for name in carried)
    pages = {
        path: _parse(path)
        for path in sorted(folder.rglob("*.html"))
        if not str(path).startswith(skipped)
    }
    files: dict[str, set[str] | None] = {
        path.relative_to(folder).as_posix(): set(_ids(pages[path])) if path in pages else None
        for path in folder.rglob("*")
        if path.is_file()
    }
    for path, page in pages.items():
        yield from _words(path, page)
        yield from _ids_twice(path, page)
        yield from _alternatives(path, page)
        yield from _leads(_addresses(path, page), folder, files, base_path)
    for path in sorted(p for p in folder.rglob("*.css") if not str(p).startswith(skipped)):
        named = _css(path, 1, path.read_text(encoding="utf-8"))
        yield from _leads(named, folder, files, base_path)


def _parse(path: Path) -> Document:
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        return html.document_fromstring(path.read_bytes(), parser=parser)
    except etree.ParserError:  # no element at all
        return html.document_fromstring("<html></html>")


def _line(element: Document) -> int:
    return int(element.sourceline or 0)


def _ids(page: Document) -> list[str]:
    return [str(name) for name in page.xpath("//@id")]


def _words(path: Path, page: Document) -> Iterator[Problem]:
    """
    Template syntax that reached the page, and a page without its one heading.

    Models may be called `org/{{x}}` or `Undefined`: what stands in `data`, `bdi`, `td`,
    `th scope=row`, `code` or `svg` is data and not looked at, nor is a name of the form publisher/model elsewhere.
    """
    suspect = LEFTOVER.search(unescape(path.read_text(encoding="utf-8", errors="replace")))
    for text in page.xpath(f"{PROSE}/text() | {PROSE}/@*") if suspect else ():  # the path is slow
        if left := LEFTOVER.search(MODEL.sub("", text)):
            message = (
                f'"{left[0]}" was left over from a template; mend the template or the article.'
            )
            yield Problem(path, _line(text.getparent()), message)
    headings = len(page.xpath("//h1"))
    if headings != 1:
        yield Problem(path, 1, f"{headings} elements h1; a page has one.")
    if not page.get("lang") or not page.xpath("normalize-space(//title[not(ancestor::svg)])"):
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
        if not "".join(link.xpath(".//text() | .//@alt | .//@aria-label")).strip():
            yield Problem(path, _line(link), "link without words; name where it leads.")


def _addresses(path: Path, page: Document) -> Iterator[Address]:
    """Every address of a page, those of its styles included."""
    for element in page.iter(etree.Element):
        line, tag = _line(element), element.tag
        for name, value in element.items():
            if name in {"href", "xlink:href"}:
                needed = NEEDED_LINKS & set((element.get("rel") or "").lower().split())
                loaded = bool(needed) if tag == "link" else tag not in {"a", "area", "base"}
                yield Address(path, line, value, loaded)
            elif name in {"src", "poster"} or (tag, name) == ("object", "data"):
                yield Address(path, line, value)
            elif name in {"srcset", "imagesrcset"}:
                yield from (Address(path, line, entry) for entry in SRCSET.findall(value))
            elif name == "style":
                yield from _css(path, line, value)
        if tag == "style":
            yield from _css(path, line, element.text or "")


def _css(path: Path, first: int, text: str) -> Iterator[Address]:
    for number, row in enumerate(text.splitlines(), first):
        yield from (Address(path, number, named) for named in CSS_LOAD.findall(row))


def _leads(
    addresses: Iterator[Address],
    folder: Path,
    files: Mapping[str, set[str] | None],
    base_path: str,
) -> Iterator[Problem]:
    """Addresses that lead nowhere in the site, fragments included, or load from elsewhere."""
    for address in addresses:
        start = address.path.relative_to(folder).as_posix()
        if message := _fault(address, start, files, base_path):
            yield Problem(address.path, address.line, message)


def _fault(
    address: Address, start: str, files: Mapping[str, set[str] | None], base_path: str
) -> str | None:
    """What is wrong with *address* in the file *start*; *files* holds the ids of each page."""
    text = address.text
    try:
        parts = urlsplit(text)
    except ValueError:
        return f'"{text}" is no address; mend it.'
    if parts.netloc and address.loaded:
        return f'loads "{text}" from another host; carry the file.'
    if parts.scheme or parts.netloc:
        return None
    missing = f'link to "{text}", which is not in the site.'
    target = start
    if parts.path.startswith("/"):
        if not f"{parts.path}/".startswith(f"{base_path}/"):
            return missing
        target = posixpath.normpath(unquote(parts.path.removeprefix(base_path)).lstrip("/"))
    elif parts.path:
        target = posixpath.normpath(f"{posixpath.dirname(start) or '.'}/{unquote(parts.path)}")
    if target not in files:
        if target == "." or any(file.startswith(f"{target}/") for file in files):
            return f'link to the folder "{text}": add index.html, so that it opens from a disk.'
        return missing
    known = files[target]
    if parts.fragment and known is not None and unquote(parts.fragment) not in known:
        return f'link to "{text}": no such place on that page.'
    return None
