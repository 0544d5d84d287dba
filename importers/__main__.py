"""`python -m importers RAW`: build the ledger's snapshots again from the raw files, byte for byte."""

from __future__ import annotations

import argparse
import filecmp
import shutil
import sys
import tempfile
from pathlib import Path

from importers import (
    arena_text,
    artificial_analysis,
    livebench,
    open_llm_v1,
    open_llm_v2,
    series,
)
from openlead import ledger

STATES = {
    "open-llm-v1-2023": open_llm_v1.states_2023,
    "open-llm-v1": open_llm_v1.states,
    "open-llm-v2": open_llm_v2.states,
    "arena-text": arena_text.states,
    "artificial-analysis-1": artificial_analysis.first,
    "artificial-analysis-2": artificial_analysis.second,
    **livebench.RELEASES,
    "epoch-models": series.epoch_models,
    "atom-models": series.atom_models,
    "hub-popularity": series.hub_popularity,
    "openrouter-tokens": series.openrouter_tokens,
}


def run(raw: Path, data: Path, out: Path) -> None:
    """Write every snapshot that the files under *raw* hold of what *data* describes, with the index."""
    described = {board.id: board for board in ledger.read_boards(data)}
    for name, states in STATES.items():
        if name not in described:
            continue
        board = described[name]
        for state in states(raw):
            frame = state.frame.reindex(columns=["model", *board.columns], fill_value="")
            ledger.append(out, board, state.date, frame, state.origin)


def main() -> int:
    """Compare with the ledger in the repository, or replace it when asked."""
    parser = argparse.ArgumentParser(prog="python -m importers", description=__doc__)
    parser.add_argument("raw", type=Path, help="folder with the raw files and their SOURCES.csv")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the ledger (data)")
    parser.add_argument("--replace", action="store_true", help="replace the ledger's snapshots")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        run(options.raw, options.data, out)
        made = {p.relative_to(out) for p in out.rglob("*.csv")}
        kept = {p.relative_to(options.data) for p in options.data.rglob("*.csv")}
        differ = sorted(
            file
            for file in made | kept
            if file not in made & kept
            or not filecmp.cmp(out / file, options.data / file, shallow=False)
        )
        if not differ:
            print(f"{len(made)} files, the same bytes as in {options.data}.")
        elif options.replace:
            for file in sorted(kept - made):
                (options.data / file).unlink()
            shutil.copytree(out, options.data, dirs_exist_ok=True)
            print(f"{len(differ)} of {len(made)} files replaced in {options.data}.")
        else:
            for file in differ:
                print(f"{options.data / file}:0: differs from the raw files.", file=sys.stderr)
            print("Add --replace to take the raw files' state.", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
