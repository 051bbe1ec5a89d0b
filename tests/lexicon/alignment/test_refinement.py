from __future__ import annotations

import numpy as np
import pytest

from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.maps import Maps
from isogloss.lexicon.alignment.presets import METHODS
from isogloss.lexicon.alignment.procrustes import orthogonal
from isogloss.lexicon.alignment.refinement import refine
from isogloss.lexicon.alignment.seeds import Seeds

SEEDS = Seeds(np.arange(25), np.arange(25))


@pytest.fixture(scope="module")
def spaces() -> tuple[Matrix, Matrix]:
    """400 words in 40 dimensions, and their noisy copy in a turned space."""
    random = np.random.default_rng(3)
    x = unit(random.standard_normal((400, 40)).astype(np.float32))
    turned = x @ np.linalg.qr(random.standard_normal((40, 40)))[0]
    return x, unit((turned + 0.09 * random.standard_normal((400, 40))).astype(np.float32))


def hits(x: Matrix, y: Matrix, maps: Maps) -> float:
    nearest = np.argmax(unit(x @ maps.source) @ unit(y @ maps.target).T, axis=1)
    return float((nearest == np.arange(len(x)))[len(SEEDS) :].mean())


def test_the_pairs_it_finds_carry_further_than_the_seeds(spaces: tuple[Matrix, Matrix]) -> None:
    rounds = list(refine(*spaces, SEEDS, orthogonal, rounds=3))
    precisions = [hits(*spaces, fold.maps) for fold in rounds]
    assert precisions[-1] > precisions[0] + 0.3
    assert [fold.number for fold in rounds] == [0, 1, 2, 3]
    assert len(rounds[0].pairs) == len(SEEDS) < len(rounds[1].pairs) <= 400


def test_without_rounds_the_seeds_alone_decide(spaces: tuple[Matrix, Matrix]) -> None:
    x, y = spaces
    (only,) = refine(x, y, SEEDS, orthogonal, rounds=0)
    np.testing.assert_array_equal(only.maps.source, orthogonal(x[:25], y[:25]).source)


def test_only_frequent_words_become_pairs(spaces: tuple[Matrix, Matrix]) -> None:
    *_, last = refine(*spaces, SEEDS, orthogonal, rounds=1, cut=60)
    assert len(SEEDS) < len(last.pairs) <= 60


def test_rounds_are_computed_only_when_they_are_asked_for(spaces: tuple[Matrix, Matrix]) -> None:
    turns = refine(*spaces, SEEDS, orthogonal, rounds=10**9)
    assert next(turns).number == 0
    assert next(turns).number == 1


@pytest.mark.parametrize("name", METHODS)
def test_every_method_recovers_a_turned_space(name: str, spaces: tuple[Matrix, Matrix]) -> None:
    x, y = spaces
    pairs = Seeds(np.arange(200), np.arange(200))
    *_, last = refine(x, y, pairs, METHODS[name].aligner, rounds=min(METHODS[name].refinements, 1))
    assert hits(x, y, last.maps) > 0.9
