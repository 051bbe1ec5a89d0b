from __future__ import annotations

import numpy as np
import pytest

from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.maps import identity
from isogloss.lexicon.alignment.procrustes import orthogonal
from isogloss.lexicon.alignment.rcsls import Loss, rcsls
from isogloss.lexicon.alignment.seeds import Seeds

D, K = 6, 3


@pytest.fixture(scope="module")
def spaces() -> tuple[Matrix, Matrix, Seeds]:
    """Two spaces that a stretching and some noise keep apart; some words stand in two pairs."""
    random = np.random.default_rng(4)
    x = unit(random.standard_normal((80, D)).astype(np.float32))
    y = unit((x @ random.standard_normal((D, D)) + 0.3 * random.standard_normal((80, D))).astype(np.float32))
    return x, y, Seeds(np.array([*range(40), 1, 2]), np.array([*range(40), 7, 3]))


def slowly(x: Matrix, y: Matrix, pairs: Seeds, w: Matrix) -> float:
    """The loss as the paper writes it, pair by pair."""
    total = 0.0
    for source, target in zip(pairs.source, pairs.target, strict=True):
        forward, backward = np.sort(x[source] @ w @ y.T)[-K:], np.sort(x @ w @ y[target])[-K:]
        total += -2 * float(x[source] @ w @ y[target]) + float(forward.mean()) + float(backward.mean())
    return total / len(pairs)


def test_the_loss_is_that_of_the_paper(spaces: tuple[Matrix, Matrix, Seeds]) -> None:
    x, y, pairs = spaces
    w = orthogonal(x[pairs.source], y[pairs.target]).source
    assert Loss(x, y, pairs, K)(w).loss == pytest.approx(slowly(x, y, pairs, w), abs=1e-5)


def test_the_gradient_is_the_slope_of_the_loss(spaces: tuple[Matrix, Matrix, Seeds]) -> None:
    x, y, pairs = spaces
    w = orthogonal(x[pairs.source], y[pairs.target]).source
    gradient = Loss(x, y, pairs, K)(w).gradient
    for place in ((0, 0), (2, 5), (4, 1)):
        step = np.zeros((D, D), np.float32)
        step[place] = 1e-3
        slope = (slowly(x, y, pairs, w + step) - slowly(x, y, pairs, w - step)) / 2e-3
        assert gradient[place] == pytest.approx(slope, abs=2e-3)


def test_training_lowers_the_loss_and_leaves_the_target_alone(spaces: tuple[Matrix, Matrix, Seeds]) -> None:
    x, y, pairs = spaces
    begun = orthogonal(x[pairs.source], y[pairs.target])
    result = rcsls(x, y, pairs, begun, neighbors=K)
    loss = Loss(x, y, pairs, K)
    assert loss(result.source).loss < loss(begun.source).loss - 0.01
    assert np.array_equal(result.target, identity(D))
