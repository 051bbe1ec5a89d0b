"""Lexicons of the bundled sample, built from some of CLDR's names and asked for the others."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.word_translation import cut, split
from isogloss.data.numerics.calibration import calibration_error
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.lexicon.induction.pipeline import Settings, induce
from isogloss.lexicon.induction.translator import Translator

DEPTH = 5  # translations of a word that are looked at; round number


def measured(pair: str, size: str, settings: Settings) -> tuple[dict[str, Any], NDArray[np.float64]]:
    """Figures of one lexicon, and 1 for each word held out whose first translation is right, else 0."""
    source, target = pair.split("-")
    x, y = sample_vectors(source), sample_vectors(target)
    seeds, test = split(sample_dictionary(source, target).lowercased().within(x, y), "random", settings.seed)
    began = time.process_time()
    built = induce(x, y, cut(seeds, size, settings.seed), settings)
    spent = time.process_time() - began
    gold = test.by_source
    answers = Translator(built.model, x, y).translate(list(gold), DEPTH)
    listed = [(word, answer) for word in gold for answer in answers[word]]
    right = np.array([answer.word in gold[word] for word, answer in listed])
    probability = np.clip([answer.probability for _, answer in listed], 1e-6, 1 - 1e-6)
    hits = np.array([float(bool(answers[word]) and answers[word][0].word in gold[word]) for word in gold])
    figures = {
        "test words": len(gold),
        "P@1": round(100 * float(hits.mean()), 1),
        "log loss": round(-float(np.log(np.where(right, probability, 1 - probability)).mean()), 4),
        "ECE": round(calibration_error(probability, right), 4),
        "CPU s": round(spent, 1),
    }
    return figures, hits
