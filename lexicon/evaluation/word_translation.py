"""Word translation scored by the conventions of the field, which differ and are therefore named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import VocabularyError
from isogloss.data.numerics.bootstrap import interval
from isogloss.data.tables import html_table
from isogloss.data.translation import Translations
from isogloss.data.vectors import Vectors
from isogloss.data.words import cleaned
from isogloss.lexicon.alignment.seeds import MIN_SEED_WORDS
from isogloss.lexicon.evaluation.coverage import Curve, ScoredPrediction
from isogloss.lexicon.induction.translator import Translator
from isogloss.lexicon.search.direction import CANDIDATES

DEPTH = 100  # translations ranked for the reciprocal rank; round number
BANDS = (1_000, 5_000, 20_000, 200_000)  # frequency ranks of the source word; round numbers
COLUMNS = ("test words", "words", "P@1", "P@5", "P@10", "MRR", "P@1 from", "to")

Places = NDArray[np.int64]
Which = NDArray[np.bool_]


@dataclass(frozen=True)
class Score:
    """Precision at 1, 5 and 10 and mean reciprocal rank of ``words`` test words.

    ``interval`` is where the precision at 1 lies with 95 % confidence, by resampling the source words.
    """

    words: int
    precision_at_1: float
    precision_at_5: float
    precision_at_10: float
    mean_reciprocal_rank: float
    interval: tuple[float, float]

    @classmethod
    def of(cls, ranks: Places, words: Places | None = None) -> Score:
        """From each query's rank of its best gold translation; 0 where none is among the predicted.

        ``words``, shape ``(queries,)``, tells which queries belong to the same word; left out, each is one of its own.
        """
        if len(ranks) == 0:
            none = float("nan")
            return cls(0, none, none, none, none, (none, none))
        first, five, ten = (float(((ranks > 0) & (ranks <= k)).mean()) for k in (1, 5, 10))
        reciprocal = float(np.where(ranks > 0, 1 / np.maximum(ranks, 1), 0).mean())
        return cls(len(ranks), first, five, ten, reciprocal, interval(ranks == 1, words)[1:])


@dataclass(frozen=True)
class Evaluation:
    """Scores by convention and by kind of word.

    ``scores`` holds ``muse`` (words without a vector, or without any gold translation that has one, are left out; any
    gold counts: MUSE and VecMap), ``fasttext`` (left-out words count as wrong), ``xling`` (each gold pair is a query of
    its own; its mean reciprocal rank is what XLING reports), ``full`` (as ``muse``, for a whole dictionary as a test:
    without the words that the lexicon was built from), ``identical`` and ``different`` (by whether a gold translation
    is spelled alike), frequency bands and, where the test has them, parts of speech.
    ``coverage`` is the share of test words that ``muse`` scores; ``curve`` gives precision and coverage at each
    threshold of probability.
    """

    coverage: float
    scores: Mapping[str, Score]
    curve: Curve

    def __repr__(self) -> str:
        muse = self.scores["muse"]
        return f"<Evaluation: P@1 {muse.precision_at_1:.3f} of {muse.words:,} words, coverage {self.coverage:.3f}>"

    def _repr_html_(self) -> str:
        return html_table(f"Word translation, coverage {self.coverage:.3f}", COLUMNS, self.rows())

    def rows(self) -> list[tuple[object, ...]]:
        """For a table: the values of ``COLUMNS``."""
        flat = ((name, asdict(score)) for name, score in self.scores.items())
        return [
            (name, *(value for key, value in score.items() if key != "interval"), *score["interval"])
            for name, score in flat
        ]

    def summary(self) -> dict[str, Any]:
        """For JSON."""
        scores = {name: asdict(score) for name, score in self.scores.items()}
        return {"coverage": self.coverage, "scores": scores, "curve": self.curve.summary()}


def evaluate(translator: Translator, test: Dictionary, *, seeds: int = 0) -> Evaluation:
    """Score the translations of the words of ``test``.

    Args:
        translator: What is scored.
        test: Gold translations; all those of a word count.
        seeds: How many of the first pairs of the model were known translations, so that ``full`` leaves their words
            out.

    Raises:
        VocabularyError: Fewer than a handful of test words have vectors on both sides.
    """
    covered_gold = test.within(translator.source, translator.target)
    words = list(covered_gold.by_source)
    test_words = len({translator.source.key(word) or cleaned(word, test.source) for word in test.by_source})
    if len(words) < MIN_SEED_WORDS:
        raise VocabularyError(
            f"{test.origin.name}: found {len(words)} test words of {test_words} with vectors on both sides, "
            f"expected at least {MIN_SEED_WORDS}; check that the languages are in the right order"
        )
    predicted = {
        word: _keyed(answers, translator.target) for word, answers in translator.translate(words, DEPTH).items()
    }
    ranks, by_pair = _ranks(predicted, covered_gold)
    frequency = translator.source.indices(words)
    kinds: dict[str, Which] = {"muse": np.ones(len(words), np.bool_)}
    identical = np.array([word in covered_gold.by_source[word] for word in words])
    kinds["full"] = ~np.isin(frequency, translator.model.pairs.source[:seeds])
    kinds |= {
        "identical": identical,
        "different": ~identical,
        **dict(_bands(frequency)),
        **_parts_of_speech(test, words, translator.source),
    }
    scores = {name: Score.of(ranks[which]) for name, which in kinds.items()}
    missed = np.zeros(test_words - len(words), dtype=np.int64)
    of_retrievals = {
        "fasttext": Score.of(np.concatenate([ranks, missed])),
        "xling": Score.of(by_pair, _places([pair.source for pair in covered_gold])),
    }
    ordered = {"muse": scores["muse"], **of_retrievals, **scores}
    return Evaluation(len(words) / test_words, ordered, Curve.of(_scored(predicted, covered_gold), len(covered_gold)))


def _keyed(answers: Translations, target: Vectors) -> Translations:
    """``answers`` by the words of the table, as gold has them, whatever their spelling."""
    keyed = (replace(answer, word=target.words[target.find(answer.word)]) for answer in answers)
    return Translations(answers.query, keyed)


def _ranks(predicted: Mapping[str, Translations], gold: Dictionary) -> tuple[Places, Places]:
    """The rank of the best gold translation of each word, and that of each gold pair; 0 where it is not predicted."""
    place = {(word, answer.word): answer.rank for word, listed in predicted.items() for answer in listed}
    by_pair = np.array([place.get((pair.source, pair.target), 0) for pair in gold], np.int64)
    ranks = np.zeros(len(gold.by_source), np.int64)
    beyond = DEPTH + 1
    best = np.full(len(ranks), beyond)
    np.minimum.at(best, _places([pair.source for pair in gold]), np.where(by_pair > 0, by_pair, beyond))
    ranks[best < beyond] = best[best < beyond]
    return ranks, by_pair


def _scored(predicted: Mapping[str, Translations], gold: Dictionary) -> Iterator[list[ScoredPrediction]]:
    for word, correct in gold.by_source.items():
        yield [ScoredPrediction(answer.probability, answer.word in correct) for answer in predicted[word][:CANDIDATES]]


def _places(words: list[str]) -> Places:
    """A number for each different word, in the order in which they first come."""
    number = {word: place for place, word in enumerate(dict.fromkeys(words))}
    return np.array([number[word] for word in words], np.int64)


def _bands(frequency: Places) -> Iterator[tuple[str, Which]]:
    for low, high in pairwise((0, *BANDS)):
        inside = (frequency >= low) & (frequency < high)
        if inside.any():
            yield f"rank {low + 1:,}-{high:,}", inside


def _parts_of_speech(test: Dictionary, words: list[str], source: Vectors) -> dict[str, Which]:
    """The words of each part of speech that the test dictionary names, by its tag."""
    named = {source.key(word): tag for word, tag in test.parts_of_speech[0].items()}
    tags = np.array([named.get(word, "") for word in words])
    return {str(tag): tags == tag for tag in np.unique(tags) if tag}
