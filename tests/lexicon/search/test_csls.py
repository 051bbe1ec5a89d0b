from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.data.numerics.csls import csls
from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.agreement import agreement
from isogloss.lexicon.search.csls import Search, density, rank_of, retrieve
from isogloss.lexicon.search.in_memory import full_product
from isogloss.lexicon.search.index import Cutoffs, ExactIndex, Neighbors, Retrieval
from tests.lexicon.search.clusters import CLOSE, assert_best, clustered, plain


def test_csls_is_the_cosine_minus_the_density_of_both_words() -> None:
    x, y = clustered(30, 8, np.random.default_rng(0)), clustered(40, 8, np.random.default_rng(1))
    expected = plain(x, y, 10)
    np.testing.assert_allclose(density(x, ExactIndex(y)), expected.source_density, atol=CLOSE)
    scores = csls(x @ y.T, density(x, ExactIndex(y))[:, None], density(y, ExactIndex(x)))
    np.testing.assert_allclose(scores, expected.csls, atol=CLOSE)


def test_mutual_pairs_are_each_others_best() -> None:
    generator = np.random.default_rng(2)
    x, y = clustered(300, 20, generator), clustered(250, 20, generator)
    scores = plain(x, y, 10).csls
    pairs = retrieve(x, y, 1).mutual()
    assert len(pairs) > 0
    assert (scores[pairs[:, 0]].argmax(axis=1) == pairs[:, 1]).all()
    assert (scores[:, pairs[:, 1]].argmax(axis=0) == pairs[:, 0]).all()
    assert len(pairs) == sum(scores[:, best].argmax() == row for row, best in enumerate(scores.argmax(axis=1)))


@pytest.mark.parametrize("search", ["auto", "exact", "approximate", "faiss"])
def test_every_search_finds_the_best_of_a_small_vocabulary(search: Search) -> None:
    generator = np.random.default_rng(3)
    x, y = clustered(400, 30, generator), clustered(300, 30, generator)
    retrieval, expected = retrieve(x, y, 3, search=search), plain(x, y, 10)
    assert (retrieval.forward.rows[:, 0] == expected.csls.argmax(axis=1)).mean() > 0.99
    if search == "exact":
        assert_best(retrieval.forward, expected.csls)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(1, 60), st.integers(1, 12), st.integers(1, 12))
def test_small_tables_looked_at_whole_give_what_sorting_all_pairs_gives(
    seed: int, sources: int, targets: int, k: int, neighbors: int
) -> None:
    generator = np.random.default_rng(seed)
    x, y = clustered(sources, 8, generator, twins=5, zeros=2), clustered(targets, 8, generator)
    retrieval, expected = full_product(x, y, Cutoffs(k, neighbors=neighbors)), plain(x, y, neighbors)
    np.testing.assert_allclose(retrieval.source_density, expected.source_density, atol=CLOSE)
    np.testing.assert_allclose(retrieval.target_density, expected.target_density, atol=CLOSE)
    assert_best(retrieval.forward, expected.csls)
    assert_best(retrieval.backward, expected.csls.T)
    assert retrieval.forward.rows.shape == (sources, min(k, targets))


def test_agreement_counts_what_an_approximate_retrieval_lost() -> None:
    generator = np.random.default_rng(4)
    x, y = clustered(400, 30, generator), clustered(300, 30, generator)
    exact = retrieve(x, y, 3)
    full = agreement(x, y, exact, generator=generator)
    assert (full.words, full.first, full.mutual) == (400, 1.0, 1.0)
    assert full.pairs == len(exact.mutual())
    rows = exact.forward.rows.copy()
    rows[:100] = rows[:100, ::-1]  # the third translation first
    worse = Retrieval(Neighbors(rows, exact.forward.scores), exact.backward, *_densities(exact))
    assert agreement(x, y, worse, generator=generator).first == 0.75


def test_the_rank_of_a_translation_counts_from_one_and_zero_means_missing() -> None:
    rows = np.array([[4, 2, 7], [1, 0, 3]])
    assert rank_of(rows, np.array([7, 5])).tolist() == [3, 0]


def _densities(retrieval: Retrieval) -> tuple[Matrix, Matrix]:
    return retrieval.source_density, retrieval.target_density


def test_above_what_is_looked_at_whole_auto_takes_a_flat_index_of_faiss() -> None:
    generator = np.random.default_rng(5)
    x, y = clustered(4_200, 30, generator), clustered(4_300, 30, generator)
    exact, automatic = retrieve(x, y, 5, k_backward=1), retrieve(x, y, 5, k_backward=1, search="auto")
    assert (exact.forward.rows[:, 0] == automatic.forward.rows[:, 0]).mean() > 0.995
    assert (exact.backward.rows == automatic.backward.rows).mean() > 0.995
    assert automatic.backward.rows.shape == (4_300, 1)
    np.testing.assert_allclose(automatic.source_density, exact.source_density, atol=1e-5)
    np.testing.assert_allclose(automatic.target_density, exact.target_density, atol=1e-5)
