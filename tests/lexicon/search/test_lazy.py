from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.lexicon.search.index import Cutoffs
from isogloss.lexicon.search.lazy import Effort, translate_rows
from isogloss.lexicon.search.symmetric import symmetric
from tests.lexicon.search.clusters import assert_best, clustered, plain


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    sources=st.integers(1, 400),
    targets=st.integers(1, 400),
    k=st.integers(1, 12),
    neighbors=st.integers(1, 12),
    twins=st.integers(0, 60),
    queries=st.integers(1, 40),
    precision=st.sampled_from([torch.float32, torch.bfloat16]),
)
def test_a_word_list_gets_the_translations_of_the_full_computation(
    seed: int, sources: int, targets: int, k: int, neighbors: int, twins: int, queries: int, precision: torch.dtype
) -> None:
    generator = np.random.default_rng(seed)
    x, y = clustered(sources, 30, generator, twins=twins), clustered(targets, 30, generator, twins=twins)
    rows = generator.integers(sources, size=queries)
    retrieval = translate_rows(x, y, rows, k, neighbors=neighbors, precision=precision)
    assert_best(retrieval, plain(x, y, neighbors).csls[rows])


@pytest.mark.parametrize("samples", [(50, 400, 1000), (200, 800, 4000)])
def test_a_rough_first_bound_costs_time_but_no_answer(samples: tuple[int, int, int]) -> None:
    generator = np.random.default_rng(0)
    x, y = clustered(3000, 40, generator, near=1.0), clustered(2500, 40, generator, near=1.0)
    rows = generator.choice(3000, 60, replace=False)
    retrieval, full = translate_rows(x, y, rows, 10, effort=Effort(samples, 0, 5)), symmetric(x, y, Cutoffs())
    assert np.array_equal(retrieval.rows, full.forward.rows[rows])
    assert np.array_equal(retrieval.scores, full.forward.scores[rows])


def test_no_words_have_no_translations() -> None:
    generator = np.random.default_rng(1)
    x, y = clustered(30, 8, generator), clustered(20, 8, generator)
    assert translate_rows(x, y, np.empty(0, np.int64), 3).rows.shape == (0, 3)
