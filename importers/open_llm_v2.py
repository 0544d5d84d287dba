"""Open LLM Leaderboard, second edition: weekly boards in two layouts → one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from importers.open_llm_v1 import kind
from importers.raw import State, day, origin, variant, yes
from openlead.sources.formats import number, table

FOLDER = "open-llm-leaderboard-v2"
# our name: (layout A's column, layout B's benchmark)
TESTS = {
    "ifeval": ("ifeval", "ifeval"),
    "bbh": ("bbh", "bbh"),
    "math": ("math_lvl_5", "math"),
    "gpqa": ("gpqa", "gpqa"),
    "musr": ("musr", "musr"),
    "mmlu_pro": ("mmlupro", "mmlu_pro"),
}


def states(raw: Path) -> Iterator[State]:
    """Every stored week, oldest first."""
    for path in sorted((raw / FOLDER).glob("*.csv.gz")):
        given = table(path)
        frame = layout_a(given) if "fullname" in given else layout_b(given)
        yield State(day(path), frame, origin(raw, path, day(path)))


def layout_a(given: pd.DataFrame) -> pd.DataFrame:
    """To 7 December 2024. `flagged` is inverted at the source; `not_merged` says what it means."""
    official = next(c for c in ("official_providers", "maintainers_highlight") if c in given)
    silent = pd.Series("", index=given.index)
    return pd.DataFrame(
        {
            "model": given["fullname"],  # the column `model` lacks some organisations
            "variant": variant(given["precision"], given["model_sha"]),
            "score": number(given["average"]),
            **{ours: number(given[a]) for ours, (a, _) in TESTS.items()},
            "licence": given["hub_license"],
            "base_model": given.get("base_model", silent),
            "architecture": given["architecture"],
            "type": kind(given["type"]),
            "params_b": _size(given["params_b"]),
            "flagged": yes(given["flagged"], inverted=True),
            "merged": yes(given["not_merged"], inverted=True),
            "official": yes(given[official]),
            "submitted": given["submission_date"].str[:10],
        }
    )


def layout_b(given: pd.DataFrame) -> pd.DataFrame:
    """From 15 December 2024. Here `features_is_flagged` and `features_is_merged` are right."""
    names = ("features_is_official_provider", "features_is_highlighted_by_maintainer")
    official = next(c for c in names if c in given)
    return pd.DataFrame(
        {
            "model": given["model_name"],
            "variant": variant(given["model_precision"], given["model_sha"]),
            "score": number(given["model_average_score"]),
            **{
                ours: number(given[f"evaluations_{b}_normalized_score"])
                for ours, (_, b) in TESTS.items()
            },
            "licence": given["metadata_hub_license"],
            "base_model": given["metadata_base_model"],
            "architecture": given["model_architecture"],
            "type": kind(given["model_type"]),
            "params_b": _size(given["metadata_params_billions"]),
            "flagged": yes(given["features_is_flagged"]),
            "merged": yes(given["features_is_merged"]),
            "official": yes(given[official]),
            "submitted": given["metadata_submission_date"].str[:10],
        }
    )


def _size(cells: pd.Series) -> pd.Series:
    """Billions of parameters; the sources write 0 or -1 for unknown."""
    sizes = number(cells, 3)  # 7.242 and 7.0 are two families
    return sizes.where(pd.to_numeric(sizes.replace("", "0")) > 0, "")
