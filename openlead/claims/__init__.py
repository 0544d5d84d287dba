"""Numbers and facts → verdicts: the rules that articles name in their front matter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openlead.claims.base import (
    CONFIDENCE,
    SCALE,
    STRICT,
    UNTESTED,
    Condition,
    Finding,
    Judge,
    Measured,
    Outcome,
    Verdict,
    untested,
)
from openlead.claims.boards import (
    DescentOfLeaders,
    Dominance,
    FirstAmongAll,
    FirstAmongOpen,
    MadeByTests,
    Percentile,
    WeightsFrom,
)
from openlead.claims.record import (
    AnswerLag,
    FewerMeasures,
    FilingsOnRecord,
    MeasuresInForce,
    MoreRefusals,
    NetTightening,
    ReleasedBy,
    Restrictive,
    StatementsOnRecord,
)
from openlead.claims.trends import FallingLags, MoreReleases, RisingGap
from openlead.numbers import Numbers

__all__ = [
    "CONFIDENCE",
    "RULES",
    "SCALE",
    "UNTESTED",
    "AnswerLag",
    "Condition",
    "DescentOfLeaders",
    "Dominance",
    "FallingLags",
    "FewerMeasures",
    "FilingsOnRecord",
    "Finding",
    "FirstAmongAll",
    "FirstAmongOpen",
    "Judge",
    "MadeByTests",
    "MeasuresInForce",
    "MoreRefusals",
    "MoreReleases",
    "NetTightening",
    "Outcome",
    "Pending",
    "Percentile",
    "ReleasedBy",
    "Restrictive",
    "RisingGap",
    "StatementsOnRecord",
    "Verdict",
    "WeightsFrom",
    "whole",
]


@dataclass(frozen=True)
class Pending(Measured):
    """A part whose test is not built: says so, and what it would take."""

    __pydantic_config__ = STRICT

    reason: str
    needs: str

    def text(self) -> str:
        """What a test would need."""
        return f"Cannot be tested yet. Needed: {self.needs}"

    def outcome(self, numbers: Numbers, day: dt.date) -> Outcome:  # noqa: ARG002 — the same on all days
        """Always "cannot be tested"."""
        return untested(f"Cannot be tested yet: {self.reason}")


RULES: Mapping[str, type[Any]] = {
    "first-among-open": FirstAmongOpen,
    "first-among-all": FirstAmongAll,
    "filings-on-record": FilingsOnRecord,
    "statements-on-record": StatementsOnRecord,
    "answer-lag": AnswerLag,
    "falling-lags": FallingLags,
    "measures-in-force": MeasuresInForce,
    "fewer-measures": FewerMeasures,
    "net-tightening": NetTightening,
    "more-releases": MoreReleases,
    "released-by": ReleasedBy,
    "restrictive": Restrictive,
    "weights-from": WeightsFrom,
    "descent-of-leaders": DescentOfLeaders,
    "percentile": Percentile,
    "rising-gap": RisingGap,
    "dominance": Dominance,
    "made-by-tests": MadeByTests,
    "more-refusals": MoreRefusals,
    "pending": Pending,
}


def whole(parts: Sequence[Finding]) -> Finding:
    """
    The verdict on a point: that of the weakest part on which its wording depends.

    A part that fails settles the matter even where another cannot be tested; otherwise a point
    with an untested part cannot be tested as a whole.
    """
    tested = [part for part in parts if part.verdict != UNTESTED]
    weakest = min(tested, key=lambda part: SCALE.index(part.verdict), default=None)
    if weakest and (len(tested) == len(parts) or SCALE.index(weakest.verdict) <= 1):
        return weakest
    return next(
        (part for part in parts if part.verdict == UNTESTED),
        Finding(UNTESTED, "No part is tested."),
    )
