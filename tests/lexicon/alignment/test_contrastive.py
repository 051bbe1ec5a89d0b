from __future__ import annotations

import numpy as np
import pytest
import torch

from isogloss.data.compute import as_tensor
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.contrastive import (
    HardNegatives,
    Task,
    Training,
    Translations,
    contrastive,
    contrastive_loss,
)
from isogloss.lexicon.alignment.procrustes import orthogonal
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.vecmap import vecmap
from tests.lexicon.alignment.test_vecmap import hits

D = 12
BRIEF = Training(epochs=5, batch=40, negatives=8, rate=2e-2)


@pytest.fixture(scope="module")
def spaces() -> tuple[Matrix, Matrix]:
    """Two spaces of 400 words, of which half are to be known: stretched against each other, and noisy."""
    random = np.random.default_rng(0)
    x = unit(random.standard_normal((400, D)).astype(np.float32))
    y = x @ random.standard_normal((D, D)) + 0.8 * random.standard_normal((400, D))
    return x, unit(y.astype(np.float32))


@pytest.fixture
def pairs() -> Seeds:
    return Seeds(np.arange(200), np.arange(200))


def slowly(x: Matrix, y: Matrix, pair: tuple[int, int], targets: list[int], sources: list[int], t: float) -> float:
    """The loss of one pair as the paper writes it."""
    right = np.exp(x[pair[0]] @ y[pair[1]] / t)
    negatives = [np.exp(x[pair[0]] @ y[target] / t) for target in targets]
    negatives += [np.exp(x[source] @ y[pair[1]] / t) for source in sources]
    return float(-np.log(right / (right + sum(negatives))))


def test_the_loss_is_that_of_the_paper_over_a_batch_and_never_counts_a_translation_as_a_negative() -> None:
    random = np.random.default_rng(1)
    x, y = (unit(random.standard_normal((6, D)).astype(np.float32)) for _ in range(2))
    pairs = Seeds(np.array([0, 0, 1]), np.array([0, 1, 2]))  # word 0 has two translations
    negatives = HardNegatives(torch.tensor([[1, 3], [4, 5], [0, 2]]), torch.tensor([[1, 2], [5, 3], [1, 4]]))
    forward, backward = Translations.of(pairs, 6), Translations.of(pairs.reversed(), 6)
    task = Task(as_tensor(x), as_tensor(y), pairs, forward, backward)
    batch = torch.tensor([0, 2])  # with the negatives targets 0 to 3 and sources 0, 1, 2, 4
    loss = contrastive_loss(task, [torch.eye(D), torch.eye(D)], negatives, batch, 0.5)
    expected = [
        slowly(x, y, (0, 0), [2, 3], [1, 2, 4], 0.5),  # target 1 is a translation of source 0, in a pair not drawn
        slowly(x, y, (1, 2), [0, 1, 3], [0, 2, 4], 0.5),
    ]
    assert float(loss) == pytest.approx(np.mean(expected), abs=1e-5)


def test_training_finds_more_words_that_it_never_saw(spaces: tuple[Matrix, Matrix], pairs: Seeds) -> None:
    x, y = spaces
    turned = orthogonal(x[pairs.source], y[pairs.target])
    trained = contrastive(x, y, pairs, turned, training=BRIEF)
    assert hits(x[200:], y[200:], trained) > hits(x[200:], y[200:], turned) + 0.05


def test_the_same_seed_gives_the_same_maps(spaces: tuple[Matrix, Matrix], pairs: Seeds) -> None:
    x, y = spaces
    begun = vecmap(x[pairs.source], y[pairs.target])
    first, again, other = (contrastive(x, y, pairs, begun, training=BRIEF, seed=seed) for seed in (3, 3, 4))
    assert np.array_equal(first.source, again.source)
    assert not np.array_equal(first.source, other.source)
    assert not np.array_equal(first.source, begun.source)
