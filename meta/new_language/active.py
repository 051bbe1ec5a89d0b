"""Active learning: which words are worth translating next, so that few translations align two languages.

Two things are judged, neither of which needs a dictionary. **Coverage**: the map is right near the seeds and guessed
far from them, so every word should have a seed near it (facility location; the greedy choice is within 1 - 1/e of the
best one, Nemhauser, Wolsey and Fisher, 1978). **Uncertainty**: once there are seeds, words whose translation is sure
already need no further seed near them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.search.index import Rows
from isogloss.meta.new_language.adaptation import Adapted
from isogloss.meta.tasks.vector_tables import Spaces

WORDS = 5000  # the most frequent ones, which are to be translated
MOST_FREQUENT = 400  # words, most of them function words, that are not asked for
SHARPNESS = 3.0  # power of the similarity: what is half as near counts an eighth

Weight = NDArray[np.float64]


class Suggestion(NamedTuple):
    """A word worth translating next.

    ``gain`` is the share of what is still to be covered that it covers. ``nearest`` is the seed that is nearest now,
    with the cosine between the two, and ``guess`` the translation that the model would give, with its probability;
    empty and 0 where there are no seeds yet.
    """

    word: str
    frequency_rank: int  # from 1
    gain: float
    nearest: str
    similarity: float
    guess: str
    probability: float


class Choice(NamedTuple):
    """A word that was chosen, and the share of what is left to cover that it covers."""

    row: int
    gain: float


def demand(x: Matrix, *, sure: Weight | None = None) -> Weight:
    """How much each word wants a seed near it, shape ``(n,)``, in sum 1: all alike, but for those that are ``sure``.

    Frequent words want no more than others: seeds near them, measured on held-out words, made worse maps.

    Args:
        x: Normalised vectors, shape ``(n, d)``.
        sure: The probability that a word's translation is right already, shape ``(n,)``.
    """
    wanted = np.ones(len(x)) if sure is None else 1 - np.clip(sure, 0, 1) + 1e-9
    return np.asarray(wanted / wanted.sum())


def worth_asking(words: int) -> Rows:
    """The rows, of so many most frequent words, of those that make good seeds: no function words.

    The very frequent words have many senses and no fixed translation; without them the choice was better on held-out
    words.
    """
    return np.arange(min(MOST_FREQUENT, words // 5), words)


def coverage(
    x: Matrix, wanted: Weight, allowed: Rows, chosen: Rows, count: int, *, sharpness: float = SHARPNESS
) -> list[Choice]:
    """The ``count`` words that together bring a seed nearest to what is wanted: greedy facility location.

    Args:
        x: Normalised vectors of the words to be covered, shape ``(n, d)``, unit length.
        wanted: How much each of them wants a seed near it, shape ``(n,)``.
        allowed: Rows that may be chosen.
        chosen: Rows that are seeds already.
        count: How many to choose; fewer are returned where fewer are allowed.
        sharpness: Power of the similarity.
    """
    near = np.maximum(x[allowed] @ x.T, 0) ** sharpness  # (allowed, n)
    covered = np.zeros(len(x), np.float32)
    if len(chosen):
        covered = (np.maximum(x[chosen] @ x.T, 0) ** sharpness).max(axis=0)
    free = ~np.isin(allowed, chosen)
    found: list[Choice] = []
    weight = wanted.astype(np.float32)
    for _ in range(min(count, int(free.sum()))):
        gains = np.where(free, np.maximum(near - covered, 0) @ weight, -1)
        best = int(gains.argmax())
        left = float((1 - covered) @ weight)
        found.append(Choice(int(allowed[best]), float(gains[best]) / max(left, 1e-12)))
        covered = np.maximum(covered, near[best])
        free[best] = False
    return found


def leverage(x: Matrix, wanted: Weight, allowed: Rows, chosen: Rows, count: int, *, ridge: float = 0.1) -> list[Choice]:
    """The words that pin down the most of a linear map: greedy D-optimal design (Fedorov, 1972).

    A word gains ``log(1 + xᵀ A⁻¹ x)``, where ``A`` is what the seeds say about each direction plus ``ridge``, times
    its share in what is ``wanted``.
    """
    inverse = np.eye(x.shape[1]) / ridge
    for row in chosen.tolist():
        inverse = _updated(inverse, x[row])
    free, found = ~np.isin(allowed, chosen), list[Choice]()
    candidates, weight = x[allowed].astype(np.float64), wanted[allowed] / wanted[allowed].max()
    for _ in range(min(count, int(free.sum()))):
        open_ = np.log1p(np.einsum("nd,nd->n", candidates @ inverse, candidates)) * weight
        best = int(np.where(free, open_, -1).argmax())
        found.append(Choice(int(allowed[best]), float(open_[best])))
        inverse = _updated(inverse, candidates[best])
        free[best] = False
    return found


def frequent(x: Matrix, wanted: Weight, allowed: Rows, chosen: Rows, count: int) -> list[Choice]:
    """The most frequent words that are allowed: what a list of basic vocabulary would give."""
    del x
    free = np.sort(allowed[~np.isin(allowed, chosen)])[:count]
    return [Choice(row, float(wanted[row])) for row in free.tolist()]


def _updated(inverse: NDArray[np.float64], x: NDArray[np.floating]) -> NDArray[np.float64]:
    """``(A + x xᵀ)⁻¹`` from ``A⁻¹`` (Sherman and Morrison, 1950)."""
    step = inverse @ x
    return np.asarray(inverse - np.outer(step, step) / (1 + x @ step))


def suggest(
    source: Vectors, count: int, *, known: Sequence[str] = (), adapted: Adapted | None = None, words: int = WORDS
) -> tuple[Suggestion, ...]:
    """The ``count`` words of ``source`` that are worth translating next, in the order in which to ask for them.

    Args:
        source: Vectors of the language to translate from, as read.
        count: How many.
        known: Words whose translation is known already.
        adapted: A model adapted to the seeds so far; words that it is unsure of are preferred.
        words: How many of the most frequent words are to be translated in the end.
    """
    first = source.first(words)
    x = Spaces({source.language: first}).matrix(source.language)
    seeds = np.array(sorted({source.row_of[word] for word in known if word in first.row_of}), dtype=np.int64)
    guesses = _guesses(adapted, len(x))
    sure = np.array([chance for _, chance in guesses]) if guesses else None
    chosen = coverage(x, demand(x, sure=sure), worth_asking(len(x)), seeds, count)
    return tuple(_suggestion(first, x, choice, seeds, guesses) for choice in chosen)


def _guesses(adapted: Adapted | None, count: int) -> list[tuple[str, float]]:
    """The surest translation of each of the first words, and how sure it is; 1 for seeds."""
    if adapted is None:
        return []
    found = adapted.rank(np.arange(count))
    words = adapted.sides.target.words
    best = zip(found.rows[:, 0].tolist(), found.probability[:, 0].tolist(), strict=True)
    seeded = set(adapted.seeds.source.tolist())
    return [(words[at], 1.0 if row in seeded else chance) for row, (at, chance) in enumerate(best)]


def _suggestion(
    words: Vectors, x: Matrix, choice: Choice, seeds: Rows, guesses: Sequence[tuple[str, float]]
) -> Suggestion:
    near = x[seeds] @ x[choice.row]
    best = int(near.argmax()) if len(seeds) else None
    nearest, similarity = ("", 0.0) if best is None else (words.words[int(seeds[best])], float(near[best]))
    guess, chance = guesses[choice.row] if guesses else ("", 0.0)
    return Suggestion(words.words[choice.row], choice.row + 1, choice.gain, nearest, similarity, guess, chance)
