"""How many words a step of the ranker's training should have where few are labelled.

Run ``python -m benchmarks.quality.ranker_batches``. A quarter of the source words of CLDR's names (the bundled sample)
is held out; lexicons are built from so many of the others with each smallest batch. ``P@1`` and the mean ``log loss``
and expected calibration error (``ECE``) are of the first five translations of the held-out words; ``CPU s`` is for the
build.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


from benchmarks import command_line, sample_builds
from isogloss.lexicon.induction.pipeline import Settings
from isogloss.lexicon.ranking import training


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__, pairs="en-fr,en-ja,en-fi", seed_sizes="100,200,all", seed="splits and draws")
    parser.add_argument("--batches", default="32,128", help="Smallest batches, comma-separated; 128 is the largest.")
    parser.add_argument("--method", default="auto", help="Preset of lexicon build.")
    parser.add_argument("--effort", default="quick", help="Effort of lexicon build.")
    options = parser.parse_args(arguments)
    settings = Settings(method=options.method, effort=options.effort, seed=options.seed)
    rows = []
    for pair in options.pairs.split(","):
        for size in options.seed_sizes.split(","):
            for batch in map(int, options.batches.split(",")):
                rows.append(measured(pair, size, batch, settings))
                print(rows[-1], file=sys.stderr)
    command_line.print_rows(rows, as_json=options.json)


def measured(pair: str, size: str, batch: int, settings: Settings) -> dict[str, Any]:
    """One lexicon, asked for the words that are held out."""
    training.MIN_BATCH = batch
    figures, _ = sample_builds.measured(pair, size, settings)
    return {"pair": pair, "seeds": size, "smallest batch": batch, **figures}


if __name__ == "__main__":
    main()
