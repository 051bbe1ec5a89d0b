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
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np

from benchmarks.quality.word_translation import cut, split
from benchmarks.tables import markdown
from isogloss.data.numerics.calibration import calibration_error
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.lexicon.induction.pipeline import Settings, induce
from isogloss.lexicon.induction.translator import Translator
from isogloss.lexicon.ranking import training

DEPTH = 5  # translations of a word that are looked at


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
    source, target = pair.split("-")
    x, y = sample_vectors(source), sample_vectors(target)
    seeds, test = split(sample_dictionary(source, target).lowercased().within(x, y), "random", seed)
    training.MIN_BATCH = batch
    began = time.process_time()
    built = induce(x, y, cut(seeds, size, seed), Settings(method=method, seed=seed))
    spent = time.process_time() - began
    gold = test.by_source
    answers = Translator(built.model, x, y).translate(list(gold), DEPTH)
    listed = [(word, each) for word in gold for each in answers[word]]
    right = np.array([each.word in gold[word] for word, each in listed])
    probability = np.clip([each.probability for _, each in listed], 1e-6, 1 - 1e-6)
    first = [bool(answers[word]) and answers[word][0].word in gold[word] for word in gold]
    return {
        "pair": pair,
        "seeds": size,
        "smallest batch": batch,
        "test words": len(gold),
        "P@1": round(100 * float(np.mean(first)), 1),
        "log loss": round(-float(np.log(np.where(right, probability, 1 - probability)).mean()), 4),
        "ECE": round(calibration_error(probability, right), 4),
        "CPU s": round(spent, 1),
    }


if __name__ == "__main__":
    main()
