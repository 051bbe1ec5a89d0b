"""What a lexicon from 25 known pairs costs, in units of what VecMap computes for one."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np

from benchmarks.speed.synthetic import Vocabularies
from isogloss.data.dictionary import Dictionary
from isogloss.lexicon.induction.pipeline import Settings, induce
from isogloss.lexicon.induction.translator import Translator

Report = dict[str, int | float | str | bool]

WORDS = 20_000  # of each language, at most; VecMap cuts its vocabularies there, too
SEEDS = 25  # pairs; round number
FREQUENT = 5_000  # pairs of the most frequent source words, of which the seeds are some
ASKED = 1_500  # words that the lexicon is judged by
VECMAP_ITERATIONS = 250
VECMAP_ITERATION_CPU_S = 34.0  # at 20,000 x 20,000 words; measured on two such cores, see docs/speed.md


class Selflearning(NamedTuple):
    """What self-learning took and how well it did."""

    words: int
    cpu: float  # seconds
    precision: float  # at 1, of words that are in no seed pair

    def report(self) -> Report:
        """The figures; the ratio only for the number of words that VecMap was measured with."""
        ratio = VECMAP_ITERATIONS * VECMAP_ITERATION_CPU_S / self.cpu
        return {
            **({"selflearning_ratio": round(ratio, 1)} if self.words == WORDS else {}),
            "selflearning_words": self.words,
            "selflearning_cpu_s": round(self.cpu, 2),
            "selflearning_precision": round(self.precision, 4),
        }


def learn(made: Vocabularies, generator: np.random.Generator) -> Selflearning:
    """Induce a lexicon from a few seeds, nothing else being known.

    Raises:
        AlignmentError: The seeds led nowhere.
    """
    gold = made.gold.pairs
    chosen = set(generator.choice(min(FREQUENT, len(gold)), SEEDS, replace=False).tolist())
    seeds = Dictionary.of("en", "fr", [gold[place][:2] for place in sorted(chosen)], made.gold.origin)
    begun = time.process_time()
    induction = induce(made.source, made.target, seeds, Settings(method="kernel-corrected"))
    cpu = time.process_time() - begun
    others = [pair for place, pair in enumerate(gold) if place not in chosen]
    test = generator.choice(len(others), min(ASKED, len(others)), replace=False)
    translations = {others[place].source: others[place].target for place in test.tolist()}
    answers = Translator(induction.model, made.source, made.target).translate(list(translations), 1)
    right = [answers[word][0].word == translation for word, translation in translations.items()]
    return Selflearning(len(made.source), cpu, float(np.mean(right)))
