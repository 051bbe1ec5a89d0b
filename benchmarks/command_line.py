"""What the scripts have in common on the command line: options, and figures as lines, as a table or as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.tables import markdown


def parser(
    description: str | None, *, pairs: str | None = None, seed_sizes: str | None = None, seed: str | None = None
) -> argparse.ArgumentParser:
    """A parser with ``--json``; with the other options where their default, or what ``--seed`` draws, is given."""
    shared = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    if pairs is not None:
        shared.add_argument("--pairs", default=pairs, help=f"language pairs, comma-separated (default: {pairs})")
    if seed_sizes is not None:
        shared.add_argument(
            "--seed-sizes", default=seed_sizes, help=f"numbers of seed words, or all (default: {seed_sizes})"
        )
    if seed is not None:
        shared.add_argument("--seed", type=int, default=0, help=f"random seed of {seed}")
    shared.add_argument("--json", action="store_true", help="print JSON")
    return shared


def print_figures(figures: Mapping[str, Any], *, as_json: bool) -> None:
    """A line for each figure."""
    if as_json:
        print_json(figures)
        return
    for name, value in figures.items():
        print(f"{name:34} {value:,.4g}" if isinstance(value, float) else f"{name:34} {value}")


def print_rows(rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """The rows as a table in Markdown."""
    if as_json:
        print_json(rows)
    else:
        print(markdown(rows))


def print_json(figures: Any) -> None:
    """``figures`` as JSON."""
    print(json.dumps(figures, ensure_ascii=False, indent=2))
