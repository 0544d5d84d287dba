"""Values of a page → JSON-LD, the schema.org statements that machines read in its head."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

Thing = Mapping[str, Any]


def script(things: Sequence[Thing]) -> Markup:
    """All *things* as one data block; no text in it can end the element or open another."""
    graph = {"@context": "https://schema.org", "@graph": things}
    text = json.dumps(graph, ensure_ascii=False, sort_keys=True)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(f'<script type="application/ld+json">{text}</script>')  # escaped above


def known(kind: str, **values: object) -> Thing:
    """A thing without what is unknown."""
    return {"@type": kind, **{name: v for name, v in values.items() if v not in ("", None)}}


def crumbs(steps: Sequence[tuple[str, str]]) -> Thing:
    """The way to a page: titles and addresses, the report first."""
    listed = [
        known("ListItem", position=n, name=name, item=to) for n, (name, to) in enumerate(steps, 1)
    ]
    return known("BreadcrumbList", itemListElement=listed)


def article(site: Thing, url: str, image: str) -> Thing:
    """The report of one edition."""
    own = known("Organization", name=site["title"], url=url)
    return known(
        "NewsArticle", headline=site["question"], description=site["description"], url=url, image=image,
        datePublished=site["edition_iso"], inLanguage="en-GB", author=own, publisher=own,
    )  # fmt: skip


def review(site: Thing, claim: str, word: str, level: int | None, reason: str, url: str) -> Thing:
    """
    A verdict on a claim.

    The five words that rank are steps 1 to 5; "cannot be tested" is no step, and has no number.
    """
    step = {} if level is None else {"ratingValue": level + 1, "bestRating": 5, "worstRating": 1}
    return known(
        "ClaimReview", claimReviewed=claim, datePublished=site["edition_iso"], url=url,
        author=known("Organization", name=site["title"]),
        itemReviewed=known("Claim", name=claim, datePublished=site["then_iso"]),
        reviewRating=known("Rating", alternateName=word, ratingExplanation=reason, **step),
    )  # fmt: skip


def dataset(
    site: Thing, files: Sequence[tuple[str, str]], first: str, licence: str, url: str
) -> Thing:
    """The published files (title, address), from the day *first* to the edition's."""
    own = [known("DataDownload", name=title, contentUrl=address) for title, address in files]
    return known(
        "Dataset", name=f"{site['title']}: the data", url=url, license=licence, distribution=own,
        description=f"{site['description']} Every published table, with its schema.",
        creator=known("Organization", name=site["title"]), isAccessibleForFree=True,
        dateModified=site["edition_iso"], temporalCoverage=f"{first}/{site['edition_iso']}",
    )  # fmt: skip
