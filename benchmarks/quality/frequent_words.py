"""What a build costs, and what it gets right, by how many of the most frequent words take part in training.

    python -m benchmarks.quality.frequent_words --words 20000,12000,8000 --pairs en-fr,en-fi,en-ja --seed-sizes all,100

Real vectors and FreeDict, as in ``benchmarks.quality.word_translation``, whose test words are left out: a quarter of
the other source words is held out, drawn anew for each of ``--draws``. ``difference`` is that of P@1 from the first
number of words, in points, with its interval at 95 %.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from numpy.typing import NDArray

from benchmarks import command_line, real_data
from benchmarks.quality.word_translation import HELD_OUT, TAUGHT, bundled, cut, ranker_prior
from benchmarks.tables import percent_with_interval
from isogloss.data.numerics.bootstrap import paired_bootstrap
from isogloss.lexicon.induction.pipeline import Settings, induce
from isogloss.lexicon.induction.translator import Translator
from isogloss.lexicon.self_learning.resources import Resources

Hits = NDArray[np.float64]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__, pairs="en-fr,en-ja,en-fi", seed_sizes="all,100")
    parser.add_argument("--words", default="20000,12000,8000", help="Numbers of words, comma-separated.")
    parser.add_argument("--draws", type=int, default=1, help="Of words that are held out, for each pair and size.")
    options = parser.parse_args(arguments)
    rows = []
    for pair in options.pairs.split(","):
        for size in options.seed_sizes.split(","):
            first: Hits | None = None
            for words in map(int, options.words.split(",")):
                hits, cost = zip(*(measured(pair, size, words, draw) for draw in range(options.draws)), strict=True)
                all_hits = np.concatenate(hits)
                first = all_hits if first is None else first
                gain = paired_bootstrap(all_hits, first, np.arange(len(first)), np.random.default_rng(0))
                rows.append(
                    {
                        "pair": pair, "seeds": size, "words": words, "asked": len(first),
                        "P@1": round(100 * float(all_hits.mean()), 1), "difference": percent_with_interval(gain),
                        "CPU s": round(float(np.mean(cost)), 1),
                    }
                )  # fmt: skip
                print(rows[-1], file=sys.stderr)
    command_line.print_rows(rows, as_json=options.json)


def measured(pair: str, size: str, words: int, draw: int) -> tuple[Hits, float]:
    """1 for each held-out word whose first translation is right, else 0; and the CPU seconds of the build."""
    source, target = pair.split("-")
    x, y = real_data.vectors(source), real_data.vectors(target)
    known, _ = real_data.freedict(source, target).lowercased().split(HELD_OUT, seed=0)  # the test words are not asked
    seeds, held_out = known.within(x, y).split(HELD_OUT, seed=draw + 1)
    prior = ranker_prior(source, target, TAUGHT["auto"]) if size != "all" else None
    began = time.process_time()
    built = induce(
        x, y, cut(seeds, size, draw), Settings(cut=words, seed=draw), Resources(bundled(source, target), prior)
    )
    spent = time.process_time() - began
    gold = held_out.by_source
    answers = Translator(built.model, x, y).translate(list(gold), 1)
    return np.array([float(bool(answers[word]) and answers[word][0].word in gold[word]) for word in gold]), spent


if __name__ == "__main__":
    main()
