"""Rows of all boards → models: one identity across boards and names."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from openlead.knowledge import repository
from openlead.standings import Standings

ORIGIN = [
    "publisher", "publisher_country", "base_family", "base_country", "openness",
    "lineage", "lineage_evidence", "lineage_confidence",
]  # fmt: skip
PUBLISHED = [
    "board", "model", "publisher", "publisher_country", "base_family", "base_country", "openness",
    "licence", "lineage", "lineage_evidence", "lineage_confidence", "first_seen", "last_seen",
    "withdrawn",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Models:
    """Every model that a ledger's boards list, as of a day."""

    standings: Standings
    day: dt.date

    @cached_property
    def rows(self) -> pd.DataFrame:
        """
        One row a board and model, in order of board and model.

        `identity` names the model across boards; then the origin (ORIGIN), `licence` and
        `score` of its newest row, `first_seen`, `last_seen`, `withdrawn`: "", "yes",
        "cut" (below where the source was cut off), "renamed" (its board lists it under another
        name), or when and by whom it was taken off.
        """
        boards = [
            self._board(name, history.position(self.day))
            for name, history in sorted(self.standings.ledger.histories.items())
            if history.position(self.day) >= 0
        ]
        rows = pd.concat(boards, ignore_index=True)
        rows = rows.assign(identity=self._identities(rows))
        newest = rows.groupby(["board", "identity"])["last_seen"].transform("max")
        renamed = rows["withdrawn"].isin(["yes", "cut"]) & (rows["last_seen"] < newest)
        return rows.assign(withdrawn=rows["withdrawn"].mask(renamed, "renamed"))

    def _board(self, name: str, last: int) -> pd.DataFrame:
        history = self.standings.ledger.histories[name]
        changes = self.standings.attributed(history)
        known = changes[(changes["at"] <= last) & (changes["withdrawn"] == "")]
        newest = (
            known.sort_values(["at", "score"], kind="stable")
            .drop_duplicates("model", keep="last")
            .sort_values("model")
        )
        if "licence" not in newest:
            newest = newest.assign(licence="")
        seen = history.seen(last).reindex(newest["model"])
        taken = [self.standings.facts.withdrawn.get(m, "") for m in newest["model"]]
        return newest[["model", *ORIGIN, "licence", "score"]].assign(
            board=name,
            first_seen=seen["first_seen"].to_numpy(),
            last_seen=seen["last_seen"].to_numpy(),
            withdrawn=[by or mark for by, mark in zip(taken, seen["withdrawn"], strict=True)],
        )

    def _identities(self, rows: pd.DataFrame) -> list[str]:
        """
        The name of each row's model.

        A curated alias counts first. Otherwise rows are one model when publisher and repository
        agree, blanks, case and marks aside; a name without a known publisher stays by itself. The
        name is the Hub id where some board has it, else that of the newest board.
        """
        keys = []
        for board, model, publisher in zip(
            rows["board"], rows["model"], rows["publisher"], strict=True
        ):
            canonical = self._aliases.get((board, model.lower()), model)
            bare = re.sub(r"[^a-z0-9.]+", "", repository(canonical).lower())
            keys.append((publisher.lower(), bare) if publisher else ("", canonical))
        frame = rows.assign(
            key=pd.Series(keys, rows.index, dtype="object"), hub=rows["model"].str.contains("/")
        )
        best = frame.sort_values(["hub", "last_seen", "model"], kind="stable").drop_duplicates(
            "key", keep="last"
        )
        names = dict(zip(best["key"], best["model"], strict=True))
        return [names[key] for key in keys]

    @cached_property
    def _aliases(self) -> Mapping[tuple[str, str], str]:
        return {(a.board, a.alias.lower()): a.model for a in self.standings.facts.aliases}

    def find(self, name: str) -> Sequence[str]:
        """The identities that *name* may mean: an exact name first, else the same repository."""
        rows, wanted = self.rows, name.lower()
        exact = rows[
            (rows["identity"].str.lower() == wanted) | (rows["model"].str.lower() == wanted)
        ]
        if exact.empty:
            named = {
                a.model.lower() for a in self.standings.facts.aliases if a.alias.lower() == wanted
            }
            exact = rows[rows["model"].str.lower().isin(named)]
        if exact.empty:
            exact = rows[rows["model"].map(repository).str.lower() == wanted]
        return sorted(set(exact["identity"]))

    def names(self, identity: str) -> list[str]:
        """The curated aliases of a model, in order."""
        own = {m.lower() for m in self.rows.loc[self.rows["identity"] == identity, "model"]}
        named = [
            a for a in self.standings.facts.aliases if {a.model.lower(), a.alias.lower()} & own
        ]
        return sorted({name for a in named for name in (a.model, a.alias)})

    def ranks(self, identity: str) -> pd.DataFrame:
        """
        The rows of one model, oldest last state first, each with `rank` among `of` models.

        The rank is that of the last state that shows it under that name, in the population
        "everything"; <NA> for a flagged row.
        """
        rows = self.rows[self.rows["identity"] == identity].sort_values(["last_seen", "board"])
        ranks: list[int | None] = []
        counts = []
        for row in rows.itertuples():
            standing = self.standings.of(str(row.board), row.last_seen)  # type: ignore[arg-type]
            assert standing is not None  # noqa: S101 — the row comes from it
            own = standing.frame[standing.frame["model"].str.lower() == str(row.model).lower()]
            ranks.append(int(own["rank"].iloc[0]) if len(own) else None)
            counts.append(len(standing.frame))
        return rows.assign(rank=pd.array(ranks, dtype="Int64"), of=counts)

    def csv(self) -> str:
        """
        The published table: PUBLISHED, one row a board and model.

        A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV
        injection).
        """
        texts = ("model", "publisher", "licence", "lineage")
        rows = self.rows[PUBLISHED]
        safe = {c: rows[c].str.replace(r"^(?=[=+\-@\t\r])", "'", regex=True) for c in texts}
        return rows.assign(**safe).to_csv(index=False, lineterminator="\n")
