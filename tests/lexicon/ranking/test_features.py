from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.presets import METHODS
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.ranking.features import Extractor
from isogloss.lexicon.ranking.fit import Fit
from isogloss.lexicon.search.direction import CANDIDATES
from isogloss.lexicon.search.index import Neighbors

WORDS = 120


def extractor(*, spelling: bool = True) -> tuple[Extractor, Space]:
    """Unrelated vectors, so that only spelling finds the last source word ``Mañana``, the first target word."""
    random = np.random.default_rng(3)
    x, y = (random.standard_normal((WORDS, 12)).astype(np.float32) for _ in range(2))
    y[0] = -x[-1]  # as far off as can be
    sources = (*(f"s{number}" for number in range(WORDS - 1)), "Mañana")
    targets = ("manana", *(f"t{number}" for number in range(WORDS - 1)))
    space = Space.of(Vectors("en", sources, x), Vectors("fr", targets, y), 1)
    method = replace(METHODS["self-trained"].untuned(), corrected=False, spelling=spelling)
    fit = Fit.of(space, method, Seeds(np.arange(40), np.arange(40) + 1))
    return fit.extractor(fit.direction(space), space), space


def offered(judge: Extractor, space: Space, near: Neighbors) -> Neighbors:
    return judge.with_namesakes(judge.queries(np.arange(WORDS), space.source.words), near)


def test_the_word_spelled_alike_is_a_candidate_though_vectors_do_not_find_it() -> None:
    judge, space = extractor()
    near = judge.direction.forward_retrieval.forward
    assert 0 not in near.rows[-1]
    candidates = offered(judge, space, near)
    assert candidates.rows[-1, -1] == 0
    retrieval = judge.direction.forward_retrieval
    cosine = judge.direction.source[-1] @ judge.direction.target[0]
    expected = 2 * cosine - retrieval.source_density[-1] - retrieval.target_density[0]
    assert candidates.scores[-1, -1] == pytest.approx(expected, abs=1e-5)
    assert np.array_equal(candidates.rows[:-1], near.rows[:-1])  # nobody else has a namesake
    assert np.array_equal(candidates.rows[-1, :-1], near.rows[-1, :-1])
    assert (near.rows[-1] != 0).all()  # what was given stays as it was


def test_a_namesake_that_is_there_already_changes_nothing() -> None:
    judge, space = extractor()
    once = offered(judge, space, judge.direction.forward_retrieval.forward)
    twice = offered(judge, space, once)
    assert np.array_equal(once.rows, twice.rows)


def test_a_namesake_further_down_a_long_list_comes_among_those_that_are_judged_and_nothing_is_lost() -> None:
    judge, space = extractor()
    rows = np.tile(np.arange(1, CANDIDATES + 6), (WORDS, 1))
    rows[:, -2] = 0
    scores = np.tile(-np.arange(rows.shape[1], dtype=np.float32), (WORDS, 1))
    candidates = offered(judge, space, Neighbors(rows, scores))
    assert candidates.rows[-1, CANDIDATES - 1] == 0
    assert candidates.rows[-1, -2] == rows[-1, CANDIDATES - 1]
    assert candidates.scores[-1, -2] == scores[-1, CANDIDATES - 1]
    assert sorted(candidates.rows[-1].tolist()) == sorted(rows[-1].tolist())


def test_without_spelling_nothing_is_offered() -> None:
    judge, space = extractor(spelling=False)
    assert offered(judge, space, judge.direction.forward_retrieval.forward) is judge.direction.forward_retrieval.forward
