"""What a ranker sees of a word and a candidate translation: nothing that belongs to one language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from isogloss.data.numerics.csls import csls
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.search.index import Rows
from isogloss.meta.tasks.alignment_views import VIEWS, Survey

IN_EACH_VIEW = ("cosine", "csls", "margin", "place", "margin_back", "place_back")
OF_THE_PAIR = ("source_density", "target_density", "rank_gap", "rank_lead", "rank", "letters", "identical")
OF_THE_TASK = ("seeds", "mutual")
FEATURES = (*(f"{name}.{view}" for view in VIEWS for name in IN_EACH_VIEW), *OF_THE_PAIR, *OF_THE_TASK)

BLOCK = 1000  # source words whose features are computed at a time, which bounds memory; round number


def candidates(surveys: Sequence[Survey], words: Rows, count: int) -> Rows:
    """The ``count`` candidates of each source row, shape ``(words, count)``, the views taking turns, surest first."""
    proposed = np.stack([survey.retrieval.forward.rows[words] for survey in reversed(surveys)], axis=2)
    flat = proposed.reshape(len(words), -1)  # best of every view, then second best of every view, and so on
    count = min(count, proposed.shape[1])
    return np.array([list(dict.fromkeys(row))[:count] for row in flat.tolist()], dtype=np.int64).reshape(-1, count)


def describe(
    surveys: Sequence[Survey], source: Vectors, target: Vectors, seeds: Seeds, words: Rows, offered: Rows
) -> Matrix:
    """The features of every candidate, shape ``(words, candidates, len(FEATURES))``.

    Args:
        surveys: The views fitted to ``seeds``, in the order of ``VIEWS``.
        source: The source words; row numbers are frequency ranks.
        target: The target words.
        seeds: What the views were fitted to.
        words: Source rows, shape ``(words,)``; none of them may be a seed, or the views know the answer.
        offered: Target rows to judge for each, shape ``(words, candidates)``.
    """
    parts = [
        _describe(surveys, source, target, seeds, words[start : start + BLOCK], offered[start : start + BLOCK])
        for start in range(0, len(words), BLOCK)
    ]
    return np.concatenate(parts) if parts else np.empty((0, offered.shape[1], len(FEATURES)), np.float32)


def _describe(
    surveys: Sequence[Survey], source: Vectors, target: Vectors, seeds: Seeds, words: Rows, offered: Rows
) -> Matrix:
    columns = [column for survey in surveys for column in _in_view(survey, words, offered)]
    columns += _of_pair(surveys[-1], source, target, words, offered)
    share = len(surveys[-1].retrieval.mutual()) / min(len(source), len(target))
    columns += [np.full(offered.shape, np.log(len(seeds))), np.full(offered.shape, share)]
    return np.stack(columns, axis=-1).astype(np.float32)


def _in_view(survey: Survey, words: Rows, offered: Rows) -> Iterator[NDArray[np.floating]]:
    view, retrieval = survey
    cosine = np.einsum("wd,wcd->wc", view.source[words], view.target[offered])
    score = csls(cosine, retrieval.source_density[words][:, None], retrieval.target_density[offered])
    yield cosine
    yield score
    yield score - retrieval.forward.scores[words, :1]
    yield _place(retrieval.forward.rows[words][:, None, :], offered[:, :, None])
    yield score - retrieval.backward.scores[offered, 0]
    yield _place(retrieval.backward.rows[offered], words[:, None, None])


def _place(listed: Rows, wanted: Rows) -> NDArray[np.float64]:
    """1 / place of ``wanted`` in the last axis of ``listed``, 0 where it is not there."""
    hit = listed == wanted
    return np.asarray(hit.any(axis=-1) / (hit.argmax(axis=-1) + 1))


def _of_pair(
    survey: Survey, source: Vectors, target: Vectors, words: Rows, offered: Rows
) -> Iterator[NDArray[np.floating]]:
    yield np.broadcast_to(survey.retrieval.source_density[words][:, None], offered.shape)
    yield survey.retrieval.target_density[offered]
    source_rank, target_rank = np.log1p(words)[:, None], np.log1p(offered)
    yield np.abs(source_rank - target_rank)
    yield target_rank - source_rank
    yield np.broadcast_to(source_rank, offered.shape)
    spelled = [[(source.words[word], target.words[row]) for row in rows] for word, rows in zip(words, offered)]  # noqa: B905
    yield np.array([[spelling_similarity(*pair) for pair in row] for row in spelled])
    yield np.array([[float(a == b) for a, b in row] for row in spelled])


def spelling_similarity(a: str, b: str) -> float:
    """The Dice coefficient of the letter pairs of two words, ends included: 1 for the same word, 0 for no pair."""
    pairs_a, pairs_b = _letter_pairs(a), _letter_pairs(b)
    return 2 * len(pairs_a & pairs_b) / (len(pairs_a) + len(pairs_b))


@lru_cache(maxsize=100_000)
def _letter_pairs(word: str) -> frozenset[str]:
    padded = f"^{word}$"
    return frozenset(padded[at : at + 2] for at in range(len(padded) - 1))
