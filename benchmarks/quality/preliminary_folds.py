"""What it costs in precision to cross-fit in two folds, not four, before self-training.

Run ``python -m benchmarks.quality.preliminary_folds``. Lexicons are built from CLDR's names of the bundled sample, a
quarter of whose source words is held out, draw by draw, once with four folds throughout and once as they are built by
default. ``difference`` is that of P@1 in points over all draws, with its interval at 95 %.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np

from benchmarks import command_line, sample_builds
from benchmarks.tables import percent_with_interval
from isogloss.data.numerics.bootstrap import paired_bootstrap
from isogloss.lexicon.induction.pipeline import Settings
from isogloss.lexicon.self_learning import training_pairs

DEFAULT = training_pairs.PRELIMINARY_TWO_FOLDS


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__, pairs="en-fr,en-ja,en-fi,fr-fi", seed_sizes="25,all")
    parser.add_argument("--draws", type=int, default=3, help="Of words that are held out, for each pair and size.")
    parser.add_argument("--method", default="auto", help="Preset of lexicon build.")
    options = parser.parse_args(arguments)
    rows = []
    for size in options.seed_sizes.split(","):
        for pair in options.pairs.split(","):
            rows.append(compared(pair, size, options.method, options.draws))
            print(rows[-1], file=sys.stderr)
    command_line.print_rows(rows, as_json=options.json)


def compared(pair: str, size: str, method: str, draws: int) -> dict[str, Any]:
    """Both ways of one pair, over all draws."""
    row: dict[str, Any] = {"pair": pair, "seeds": size}
    hits = {}
    for name, least in (("four", training_pairs.TWO_FOLDS), ("two", DEFAULT)):
        training_pairs.PRELIMINARY_TWO_FOLDS = least
        built = [sample_builds.measured(pair, size, Settings(method=method, seed=draw)) for draw in range(draws)]
        hits[name] = np.concatenate([own_hits for _, own_hits in built])
        for figure in ("P@1", "log loss", "CPU s"):
            row[f"{figure}, {name}"] = round(float(np.mean([figures[figure] for figures, _ in built])), 3)
    words = np.arange(len(hits["two"]))
    gain = paired_bootstrap(hits["two"], hits["four"], words, np.random.default_rng(0))
    row["difference"] = percent_with_interval(gain)
    return row


if __name__ == "__main__":
    main()
