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


def _files(folder: Path) -> set[Path]:
    """Everything below *folder* that the importers write."""
    return {p.relative_to(folder) for p in folder.rglob("*") if p.suffix in {".csv", ".sha256"}}


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
        made, kept = _files(out), _files(options.data)
        later = sorted(kept - made)
        differ = sorted(
            file
            for file in made
            if file not in kept or not filecmp.cmp(out / file, options.data / file, shallow=False)
        )
        for file in [*later, *([] if options.replace and not later else differ)]:
            what = "no raw file makes this" if file in later else "differs from the raw files"
            print(f"{options.data / file}:0: {what}.", file=sys.stderr)
        if later:
            print("The importers start a ledger and never shorten one.", file=sys.stderr)
            return 1
        if differ and not options.replace:
            print("Add --replace to take the raw files' state.", file=sys.stderr)
            return 1
        shutil.copytree(out, options.data, dirs_exist_ok=True)
        print(f"{len(made)} files made, {len(differ)} of them new or changed in {options.data}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
