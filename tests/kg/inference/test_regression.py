from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.kg.inference.regression import Table, Weights, logistic, regression, with_one


def cases(seed: int, count: int, columns: int) -> tuple[Table, Weights]:
    random = np.random.default_rng(seed)
    table = with_one(random.normal(size=(count, columns)) * random.choice([0.1, 1, 10], columns))
    return table, (random.random(count) < random.random()).astype(np.float64)


@settings(deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(0, 40), columns=st.integers(0, 5), away=st.floats(0, 30))
def test_no_weights_near_the_solution_are_more_probable(seed: int, count: int, columns: int, away: float) -> None:
    """Also where examples contradict what is believed beforehand, far from which whole Newton steps diverge."""
    table, truth = cases(seed, count, columns)
    random = np.random.default_rng(seed)
    around, penalty = away * random.normal(size=columns + 1), random.choice([0.5, 5, 200], columns + 1)
    found = regression(table, truth, np.ones(count), around=around, penalty=penalty)
    slope = table.T @ (logistic(table @ found) - truth) + penalty * (found - around)
    start = table.T @ (logistic(table @ around) - truth)
    assert np.linalg.norm(slope) <= 1e-3 * max(1.0, float(np.linalg.norm(start)))


def test_without_a_case_weights_are_what_was_believed() -> None:
    around = np.array([1.0, -2.0])
    assert regression(np.zeros((0, 2)), np.zeros(0), np.zeros(0), around=around).tolist() == around.tolist()


def test_importance_counts_like_repetition() -> None:
    table, truth = cases(3, 30, 2)
    twice = regression(np.repeat(table, 2, axis=0), np.repeat(truth, 2), np.ones(60))
    assert np.allclose(regression(table, truth, np.full(30, 2.0)), twice, atol=1e-6)
