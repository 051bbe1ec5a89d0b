"""What third languages add for Japanese, on the bundled sample: the demonstration's model with and without them.

The model was trained without Japanese (``benchmarks.pretraining --demonstration``). Seeds are drawn among CLDR's names,
all other names are test words; both lexicons have the same seeds. Without third languages, the same model ranks with
its other ranker, and nothing is proposed by third languages.

python -m benchmarks.quality.third_languages --seeds 5,25,100 --draws 3
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np
from numpy.typing import NDArray

from benchmarks import command_line
from isogloss.data.errors import AlignmentError
from isogloss.data.numerics.bootstrap import paired_bootstrap
from isogloss.data.sample import sample_vectors
from isogloss.demonstration.new_language import HELD_OUT, SOURCE, hits_of, model, seeds_and_test
from isogloss.lexicons import build_lexicon
from isogloss.meta.matching.prior import MatchingPrior

Hits = NDArray[np.float64]


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse, run, print."""
    parser = command_line.parser((__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", default="5,25,100", help="numbers of seeds")
    parser.add_argument("--draws", type=int, default=3, help="draws of the seeds")
    options = parser.parse_args(arguments)
    trained = model()
    rows = [row(trained, int(count), options.draws) for count in options.seeds.split(",")]
    print(json.dumps(rows, indent=2) if options.json else table(rows))


def row(trained: MatchingPrior, count: int, draws: int) -> dict[str, Any]:
    """P@1 with and without third languages over all draws, and the difference with its 95 % interval over words."""
    drawn = [answers(trained, count, draw) for draw in range(draws)]
    words, with_third, without = (np.concatenate(part) for part in zip(*drawn, strict=True))
    gain = paired_bootstrap(with_third, without, words, np.random.default_rng(0))
    return {
        "seeds": count,
        "draws": draws,
        "words": len(drawn[0][0]),
        "without": round(100 * float(without.mean()), 1),
        "with": round(100 * float(with_third.mean()), 1),
        "gain": [round(100 * value, 1) for value in gain],
    }


def answers(trained: MatchingPrior, count: int, draw: int) -> tuple[NDArray[np.int64], Hits, Hits]:
    """The source rows of the test words, and which are right with and without third languages."""
    source = sample_vectors(SOURCE)
    seeds, test = seeds_and_test(draw, count)
    words = source.indices(list(test.by_source))
    hits = []
    for prior in (trained, replace(trained, third=None)):
        try:
            lexicon = build_lexicon(source, sample_vectors(HELD_OUT), seeds, prior=prior, extra={}, search="exact")
            hits.append(hits_of(lexicon, test))
        except AlignmentError as error:  # no lexicon, no word right
            print(error, file=sys.stderr)
            hits.append(np.zeros(len(words)))
    print(f"{count} seeds, draw {draw}: {[round(float(each.mean()), 3) for each in hits]}", file=sys.stderr)
    return words, hits[0], hits[1]


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Markdown."""
    lines = ["| seeds | words × draws | without third languages | with | gain |", "| --- | --- | --- | --- | --- |"]
    for each in rows:
        mean, low, high = each["gain"]
        asked = f"{each['words']} × {each['draws']}"
        gain = f"{mean:+.1f} [{low:+.1f}, {high:+.1f}]"
        lines.append(f"| {each['seeds']} | {asked} | {each['without']} | {each['with']} | {gain} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
