"""The threshold of the highest F1."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.data.numerics.thresholds import best_f1

CANDIDATES = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.booleans()), min_size=1, max_size=30
)


@given(rows=CANDIDATES, reach=st.floats(0.2, 1.0))
def test_no_threshold_gives_a_higher_f1(rows: list[tuple[float, bool]], reach: float) -> None:
    score = np.array([row[0] for row in rows])
    truth = np.array([row[1] for row in rows], dtype=np.float64)

    def f1(threshold: float) -> float:
        kept = score >= threshold
        return float(2 * truth[kept].sum() / (kept.sum() + truth.sum() / reach)) if kept.any() else 0.0

    best = best_f1(score, truth, reach=reach)
    assert f1(best.threshold) >= max(map(f1, score.tolist())) - 1e-12
    assert best.f1 == pytest.approx(f1(best.threshold))


def test_more_to_find_than_is_among_the_candidates_lowers_f1() -> None:
    random = np.random.default_rng(1)
    score = random.integers(0, 9, 50) / 9
    truth = random.random(50) < score
    total = int(truth.sum()) + 7
    every = [
        2 * truth[score >= threshold].sum() / ((score >= threshold).sum() + total) for threshold in np.unique(score)
    ]
    assert best_f1(score, truth, total=total).f1 == pytest.approx(max(every))


def test_a_candidate_that_stands_for_two_counts_twice() -> None:
    score, truth, twice = np.array([0.9, 0.5, 0.1]), np.array([True, False, True]), np.array([1.0, 1.0, 2.0])
    repeated = np.array([0, 1, 2, 2])
    best = best_f1(score, truth, importance=twice)
    assert best == pytest.approx(best_f1(score[repeated], truth[repeated]))


def test_where_no_candidate_is_right_none_is_kept() -> None:
    assert best_f1(np.array([0.5, 0.2]), np.zeros(2)) == (1.0, 0.0)
    assert best_f1(np.zeros(0), np.zeros(0)) == (1.0, 0.0)
