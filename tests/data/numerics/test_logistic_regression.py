from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from isogloss.data.numerics.logistic_regression import Table, Weights, log_odds, logistic_regression, with_intercept


def cases(seed: int, count: int, columns: int) -> tuple[Table, Weights]:
    random = np.random.default_rng(seed)
    table = with_intercept(random.normal(size=(count, columns)) * random.choice([0.1, 1, 10], columns))
    return table, (random.random(count) < random.random()).astype(np.float64)


@settings(deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(0, 40), columns=st.integers(0, 5), away=st.floats(0, 30))
def test_no_weights_near_the_solution_are_more_probable(seed: int, count: int, columns: int, away: float) -> None:
    """Also where examples contradict the prior, far from which whole Newton steps diverge."""
    table, truth = cases(seed, count, columns)
    random = np.random.default_rng(seed)
    mean, precision = away * random.normal(size=columns + 1), random.choice([0.5, 5, 200], columns + 1)
    weights = logistic_regression(table, truth, mean, precision)
    gradient = table.T @ (expit(table @ weights) - truth) + precision * (weights - mean)
    start = table.T @ (expit(table @ mean) - truth)
    assert np.linalg.norm(gradient) <= 1e-3 * max(1.0, float(np.linalg.norm(start)))


def test_without_a_case_the_weights_are_the_mean_of_the_prior() -> None:
    mean = np.array([1.0, -2.0])
    assert logistic_regression(np.zeros((0, 2)), np.zeros(0), mean, 5.0).tolist() == mean.tolist()


def test_importance_counts_like_repetition() -> None:
    table, truth = cases(3, 30, 2)
    twice = logistic_regression(np.repeat(table, 2, axis=0), np.repeat(truth, 2), np.zeros(3), 5.0)
    assert np.allclose(
        logistic_regression(table, truth, np.zeros(3), 5.0, importance=np.full(30, 2.0)), twice, atol=1e-6
    )


def test_log_odds_are_finite_also_of_what_is_certain() -> None:
    assert np.allclose(log_odds(np.array([0.0, 0.5, 1.0])), [-13.8155, 0.0, 13.8155], atol=1e-3)
