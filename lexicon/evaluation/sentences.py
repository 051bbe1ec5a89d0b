"""Sentence retrieval: the sum of a sentence's words, looked for among those of the other language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from isogloss.data.errors import VocabularyError
from isogloss.data.numerics.normalisation import unit
from isogloss.data.text.segmentation import Segmenter
from isogloss.data.vectors import Matrix
from isogloss.lexicon.evaluation.word_translation import Score
from isogloss.lexicon.induction.translator import Translator
from isogloss.lexicon.search.csls import rank_of, retrieve

Weighting = Literal["mean", "idf"]
MIN_PAIRS = 20  # sentence pairs, at least, among which retrieval is scored; round number
DEPTH = 100  # sentences retrieved for the reciprocal rank; round number


@dataclass(frozen=True)
class SentenceRetrieval:
    """Precision at 1, 5 and 10 of retrieving a sentence's translation, in both directions.

    ``sentences`` pairs were compared; ``coverage`` is their share of all lines, the rest being repeated, empty or
    without a word that has a vector.
    """

    weighting: Weighting
    sentences: int
    coverage: float
    forward: Score
    backward: Score


def retrieve_sentences(
    translator: Translator, source: Sequence[str], target: Sequence[str], *, weighting: Weighting = "idf"
) -> SentenceRetrieval:
    """Find the translation of each sentence by CSLS among all of the other side (Lample et al., 2018).

    Args:
        translator: Carries the words into the shared space.
        source: Sentences of the source language.
        target: Their translations, line by line.
        weighting: ``mean`` weighs words alike, ``idf`` by how few sentences of their side have them.

    Raises:
        VocabularyError: The sides differ in length, or hardly a sentence has known words.
    """
    if len(source) != len(target):
        raise VocabularyError(
            f"found {len(source)} source sentences and {len(target)} target sentences, expected as many of both, line "
            "by line"
        )
    x, y = _vectors(translator, source, weighting), _vectors(translator.reversed(), target, weighting)
    pairs = [row for row in _distinct(source, target) if x[row].any() and y[row].any()]
    if len(pairs) < MIN_PAIRS:
        raise VocabularyError(
            f"found {len(pairs)} of {len(source)} sentence pairs that are distinct and have known words on both sides, "
            f"expected at least {MIN_PAIRS}; check that the languages are in the right order"
        )
    retrieved = retrieve(unit(x[pairs]), unit(y[pairs]), min(DEPTH, len(pairs)))
    own = np.arange(len(pairs))
    forward, backward = (
        Score.of(rank_of(neighbors.rows, own)) for neighbors in (retrieved.forward, retrieved.backward)
    )
    return SentenceRetrieval(weighting, len(pairs), len(pairs) / len(source), forward, backward)


def _distinct(source: Sequence[str], target: Sequence[str]) -> list[int]:
    """The first line of each sentence that comes twice, on either side."""
    seen_source: set[str] = set()
    seen_target: set[str] = set()
    rows = []
    for row, (a, b) in enumerate(zip(source, target, strict=True)):
        if a not in seen_source and b not in seen_target:
            rows.append(row)
        seen_source.add(a)
        seen_target.add(b)
    return rows


def _vectors(translator: Translator, sentences: Sequence[str], weighting: Weighting) -> Matrix:
    """A vector for each sentence, shape ``(len(sentences), shared)``; zeros where no word is known."""
    segmenter = Segmenter(translator.source.words)
    words = [segmenter.words(sentence) for sentence in sentences]
    spread = Counter(word for listed in words for word in set(listed))
    mapped = translator.mapped(list(spread))
    weight = {word: np.log(len(sentences) / count) if weighting == "idf" else 1.0 for word, count in spread.items()}
    sums = np.zeros((len(sentences), translator.mapped_target.shape[1]), np.float32)
    for row, listed in zip(sums, words, strict=True):
        for word in listed:
            if word in mapped:
                row += np.float32(weight[word]) * mapped[word]
    return sums
