"""How many words a step of the ranker's training should have where few are labelled.

Run ``python -m benchmarks.quality.ranker_batches``. A quarter of the source words of CLDR's names (the bundled sample)
is held out; lexicons are built from so many of the others with each smallest batch. ``P@1`` and the mean ``log loss``
and expected calibration error (``ECE``) are of the first five translations of the held-out words; ``CPU s`` is for the
build.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


from benchmarks import sample_builds
from benchmarks.tables import markdown
from isogloss.lexicon.ranking import training


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", default="en-fr,en-ja,en-fi", help="Language pairs, comma-separated.")
    parser.add_argument("--seed-sizes", default="100,200,all", help="Seed words, comma-separated.")
    parser.add_argument("--batches", default="32,128", help="Smallest batches, comma-separated; 128 is the largest.")
    parser.add_argument("--method", default="ranked", help="Preset of lexicon build.")
    parser.add_argument("--seed", type=int, default=0, help="Of splits and draws.")
    parser.add_argument("--json", action="store_true", help="Print JSON.")
    options = parser.parse_args(arguments)
    rows = []
    for pair in options.pairs.split(","):
        for size in options.seed_sizes.split(","):
            for batch in map(int, options.batches.split(",")):
                rows.append(measured(pair, size, batch, options.method, options.seed))
                print(rows[-1], file=sys.stderr)
    print(json.dumps(rows, indent=2) if options.json else markdown(rows))


def measured(pair: str, size: str, batch: int, method: str, seed: int) -> dict[str, Any]:
    """One lexicon, asked for the words that are held out."""
    training.MIN_BATCH = batch
    figures, _ = sample_builds.measured(pair, size, method, seed)
    return {"pair": pair, "seeds": size, "smallest batch": batch, **figures}


if __name__ == "__main__":
    main()
