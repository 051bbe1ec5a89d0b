"""Active learning: which words are worth translating next, so that few translations align two languages.

Two criteria count, neither of which needs a dictionary. **Coverage**: the map is accurate near the seeds and
extrapolates far from them, so every word should have a seed near it (facility location; the greedy choice is within
1 - 1/e of the best one, Nemhauser, Wolsey and Fisher, 1978). **Uncertainty**: once there are seeds, words whose
translation is probable already need no further seed near them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.search.index import Rows
from isogloss.meta.tasks.vector_tables import Spaces

if TYPE_CHECKING:
    from isogloss.meta.new_language.adaptation import Adapted  # which loads torch; the vectors alone need none

WORDS = 5000  # most frequent words of the language that are to be translated in the end; round number
MOST_FREQUENT = 400  # most frequent words, most of them function words, that are no candidates; chosen on
# Finnish-English and Japanese-English dictionaries that are not those of benchmarks/quality/active.py
SHARPNESS = 3.0  # power of the cosine to a seed, so that half the similarity covers an eighth; round number
ALL_TRANSLATED = 1e-9  # demand of a word whose translation is certain, so that demands never add up to 0

Weight = NDArray[np.float64]


class Suggestion(NamedTuple):
    """A word worth translating next.

    ``gain`` is the share of the remaining demand that it covers. ``nearest`` is the nearest seed so far, with the
    cosine between the two, and ``guess`` the model's translation with its probability; empty and 0 where there are no
    seeds yet.
    """

    word: str
    frequency_rank: int  # from 1
    gain: float
    nearest: str
    similarity: float
    guess: str
    probability: float


class Choice(NamedTuple):
    """The row of a chosen word, and the share of the remaining demand that it covers."""

    row: int
    gain: float


def demand(x: Matrix, *, probability: Weight | None = None) -> Weight:
    """How much each word needs a seed near it, shape ``(n,)``, sum 1: all alike, less where ``probability`` is high.

    Frequency does not count: seeds near frequent words made worse maps, measured on held-out words.

    Args:
        x: Normalised vectors, shape ``(n, d)``.
        probability: That a word's best translation is right already, shape ``(n,)``.
    """
    uncertain = np.ones(len(x)) if probability is None else 1 - np.clip(probability, 0, 1) + ALL_TRANSLATED
    return np.asarray(uncertain / uncertain.sum())


def seed_candidates(words: int) -> Rows:
    """The rows, of so many most frequent words, of those that may become seeds: no function words.

    The very frequent words have many senses and no fixed translation; without them the choice was better on held-out
    words.
    """
    return np.arange(min(MOST_FREQUENT, words // 5), words)


def coverage(
    x: Matrix, wanted: Weight, allowed: Rows, seeds: Rows, count: int, *, sharpness: float = SHARPNESS
) -> list[Choice]:
    """The ``count`` words that together bring a seed nearest to the demand: greedy facility location.

    Args:
        x: Normalised vectors of the words to be covered, shape ``(n, d)``, unit length.
        wanted: The demand of each of them, shape ``(n,)``.
        allowed: Rows that may be chosen.
        seeds: Rows that are seeds already.
        count: How many to choose; fewer are returned where fewer are allowed.
        sharpness: Power of the similarity.
    """
    similarity = np.maximum(x[allowed] @ x.T, 0) ** sharpness  # (allowed, n)
    covered = np.zeros(len(x), np.float32)
    if len(seeds):
        covered = (np.maximum(x[seeds] @ x.T, 0) ** sharpness).max(axis=0)
    free = ~np.isin(allowed, seeds)
    choices: list[Choice] = []
    weight = wanted.astype(np.float32)
    for _ in range(min(count, int(free.sum()))):
        gains = np.where(free, np.maximum(similarity - covered, 0) @ weight, -1)
        best = int(gains.argmax())
        remaining = float((1 - covered) @ weight)
        choices.append(Choice(int(allowed[best]), float(gains[best]) / max(remaining, 1e-12)))
        covered = np.maximum(covered, similarity[best])
        free[best] = False
    return choices


class Guess(NamedTuple):
    """A model's best translation of a word, and its probability; empty and 0 for none."""

    translation: str
    probability: float


def suggest(
    source: Vectors, count: int, *, known: Sequence[str] = (), guesses: Sequence[Guess] = (), words: int = WORDS
) -> tuple[Suggestion, ...]:
    """The ``count`` words of ``source`` that are worth translating next, in the order in which to ask for them.

    Args:
        source: Vectors of the language to translate from, as read.
        count: How many.
        known: Words whose translation is known already.
        guesses: Of a model adapted to the seeds so far, for each of the first ``words``; words that it is unsure of are
            preferred.
        words: How many of the most frequent words are to be translated in the end.
    """
    first = source.first(words)
    x = Spaces({source.language: first}).matrix(source.language)
    seeds = np.array(sorted({source.row_of[word] for word in known if word in first.row_of}), dtype=np.int64)
    probability = np.array([guess.probability for guess in guesses]) if guesses else None
    chosen = coverage(x, demand(x, probability=probability), seed_candidates(len(x)), seeds, count)
    return tuple(_suggestion(first, x, choice, seeds, guesses) for choice in chosen)


def guesses_of(adapted: Adapted, count: int) -> list[Guess]:
    """What an adapted ranker guesses for each of the first ``count`` words; seeds are certain."""
    ranking = adapted.rank(np.arange(count))
    words = adapted.sides.target.words
    best = zip(ranking.rows[:, 0].tolist(), ranking.probability[:, 0].tolist(), strict=True)
    seeded = set(adapted.seeds.source.tolist())
    return [Guess(words[target], 1.0 if row in seeded else chance) for row, (target, chance) in enumerate(best)]


def _suggestion(words: Vectors, x: Matrix, choice: Choice, seeds: Rows, guesses: Sequence[Guess]) -> Suggestion:
    cosines = x[seeds] @ x[choice.row]
    best = int(cosines.argmax()) if len(seeds) else None
    nearest, similarity = ("", 0.0) if best is None else (words.words[int(seeds[best])], float(cosines[best]))
    guess, probability = guesses[choice.row] if guesses else Guess("", 0.0)
    return Suggestion(words.words[choice.row], choice.row + 1, choice.gain, nearest, similarity, guess, probability)
