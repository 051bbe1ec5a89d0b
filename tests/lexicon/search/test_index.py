from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.lexicon.search.index import ExactIndex, FaissIndex
from tests.lexicon.search.clusters import assert_best, clustered


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    queries=st.integers(1, 200),
    targets=st.integers(1, 3000),
    k=st.integers(1, 60),
    penalised=st.booleans(),
)
def test_the_exact_index_finds_the_best_of_all(seed: int, queries: int, targets: int, k: int, penalised: bool) -> None:
    generator = np.random.default_rng(seed)
    x, y = clustered(queries, 20, generator), clustered(targets, 20, generator, twins=5, zeros=2)
    penalty = generator.random(targets, dtype=np.float32) if penalised else np.zeros(targets, np.float32)
    retrieval = ExactIndex(y).search(x, k, penalty=penalty if penalised else None)
    assert retrieval.rows.shape == (queries, min(k, targets))
    assert_best(retrieval, x.astype(np.float64) @ y.T - penalty / 2)


def test_faiss_agrees_with_the_exact_index_on_clustered_vectors() -> None:
    generator = np.random.default_rng(0)
    x, y = clustered(500, 40, generator, near=2.0), clustered(20_000, 40, generator, near=2.0)
    exact, fast = ExactIndex(y).search(x, 10), FaissIndex(y, "IVF64,Flat", probes=16).search(x, 10)
    assert (exact.rows[:, 0] == fast.rows[:, 0]).mean() > 0.97
    np.testing.assert_allclose(fast.scores[:, 0], np.einsum("ij,ij->i", x, y[fast.rows[:, 0]]), atol=1e-5)


def test_a_flat_index_of_faiss_is_exact_whatever_the_number_of_parts() -> None:
    generator = np.random.default_rng(1)
    x, y = clustered(2_500, 40, generator), clustered(300, 40, generator)
    exact, flat = ExactIndex(y).search(x, 5), FaissIndex(y, "Flat").search(x, 5)
    np.testing.assert_allclose(flat.scores, exact.scores, atol=1e-5)
    assert (exact.rows[:, 0] == flat.rows[:, 0]).mean() > 0.999
