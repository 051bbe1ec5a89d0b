"""One pair in one pass against the same pair in blocks of source words: CPU seconds, and whether the results agree.

    python -m benchmarks.scale.blocks --words 200000 --blocks 4 --json

The vectors are those of ``benchmarks.speed.synthetic``; twenty translations of each source word and of each target word
are searched, as a build does. Files between the blocks are counted, starts of processes are not: all blocks are
computed in this one.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from benchmarks import command_line
from benchmarks.speed.synthetic import two_languages
from isogloss.data.compute import DEFAULT
from isogloss.lexicon.search.blocks import Blocks, in_blocks
from isogloss.lexicon.search.direction import CANDIDATES
from isogloss.lexicon.search.index import Cutoffs
from isogloss.lexicon.search.low_precision import fast_precision
from isogloss.lexicon.search.symmetric import symmetric


def measure(words: int, count: int, seed: int) -> dict[str, Any]:
    """Both ways."""
    made = two_languages(words, np.random.default_rng(seed))
    precision = fast_precision("cpu")
    began = time.process_time()
    whole = symmetric(made.source, made.target, Cutoffs(CANDIDATES), precision=precision)
    once = time.process_time() - began
    began = time.process_time()
    divided = in_blocks(
        made.source, made.target, Cutoffs(CANDIDATES), Blocks(count), precision=precision, compute=DEFAULT
    )
    in_parts = time.process_time() - began
    return {
        "words": words,
        "blocks": count,
        "precision": str(precision),
        "one_pass_cpu": round(once, 2),
        "blocks_cpu": round(in_parts, 2),
        "ratio": round(in_parts / once, 3),
        "searched_again": [whole.repeated / words, divided.repeated / words],
        "same_translations": float((divided.forward.rows == whole.forward.rows).mean()),
        "same_backward": float((divided.backward.rows == whole.backward.rows).mean()),
        "largest_difference": float(np.abs(divided.forward.scores - whole.forward.scores).max()),
    }


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__, seed="the words")
    parser.add_argument("--words", type=int, default=20_000, help="Of each language.")
    parser.add_argument("--blocks", type=int, default=4)
    options = parser.parse_args()
    figures = measure(options.words, options.blocks, options.seed)
    command_line.print_figures(figures, as_json=options.json)


if __name__ == "__main__":
    main()
