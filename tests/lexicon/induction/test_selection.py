from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from isogloss.data.numerics.thresholds import best_f1
from isogloss.data.vectors import Matrix
from isogloss.lexicon.induction.selection import NOTHING, Selection, expected

CHANCES = arrays(np.float32, (5, 4), elements=st.floats(0.015625, 1, width=32))


def test_what_a_threshold_promises_follows_from_the_probabilities() -> None:
    probability = np.array([[0.9, 0.6], [0.5, 0.1], [0.2, 0.1]], np.float32)
    promised = expected(probability, 0.5)
    assert (promised.words, promised.pairs) == (2, 3)
    assert (promised.precision, promised.recall) == pytest.approx((2.0 / 3, 2.0 / 2.4), abs=1e-4)
    assert promised.f1 == pytest.approx(2 * 2.0 / (3 + 2.4), abs=1e-4)


@given(probability=CHANCES)
def test_no_threshold_promises_a_better_balance(probability: Matrix) -> None:
    best = expected(probability, best_f1(probability, probability).threshold).f1
    assert best >= max(expected(probability, float(threshold)).f1 for threshold in probability.ravel()) - 2e-4


def test_several_translations_are_kept_where_they_are_probable_and_none_where_none_is() -> None:
    probability = np.array([[0.9, 0.8, 0.05], [0.95, 0.03, 0.01], [0.05, 0.04, 0.01]], np.float32)
    assert (probability >= best_f1(probability, probability).threshold).sum(axis=1).tolist() == [2, 1, 0]
    assert best_f1(np.zeros((2, 2), np.float32), np.zeros((2, 2))).threshold == 1.0


def test_probabilities_that_hold_what_they_promise_give_the_best_threshold_without_gold() -> None:
    random = np.random.default_rng(0)
    probability = random.beta(0.3, 1.5, (4000, 10)).astype(np.float32)
    truth = random.random(probability.shape) < probability

    def f1(least: float) -> float:
        kept = probability >= least
        return float(2 * truth[kept].sum() / (kept.sum() + truth.sum()))

    assert (
        f1(best_f1(probability, probability).threshold) > max(f1(least) for least in np.arange(0.02, 1, 0.02)) - 0.005
    )


SURE = np.array([[0.95, 0.9, 0.3], [0.75, 0.55, 0.45], [0.4, 0.05, 0.01]], np.float32)


@pytest.mark.parametrize(
    ("selection", "kept"),
    [
        (Selection(), 3),  # (.95 + .9 + .75) / 3 = .87; with .55 it would be .79
        (Selection(min_precision=0.75), 4),
        (Selection(min_precision=0.78), 4),  # .7875
        (Selection(min_precision=0.94), 1),
        (Selection(min_precision=0.99), 0),
        (Selection(min_precision=0.3), 7),  # none below .3, however sure the others are
        (Selection(goal="f1"), 6),
        (Selection(goal="recall"), 7),
        (Selection(goal="recall", min_precision=0.9), 2),
        (Selection(min_probability=0.05), 8),
        (Selection(min_precision=0.9, min_probability=0.5), 4),
    ],
)
def test_a_goal_keeps_the_surest_pairs(selection: Selection, kept: int) -> None:
    assert int((selection.threshold(SURE) <= SURE).sum()) == kept


def test_a_pair_that_is_more_likely_wrong_than_right_stays_out_however_sure_the_others_are() -> None:
    probability = np.array([0.99] * 50 + [0.49] * 9 + [0.5], np.float32)
    assert int((probability >= Selection().threshold(probability)).sum()) == 51


@given(probability=CHANCES, precision=st.floats(0.05, 1))
def test_what_is_kept_has_the_precision_asked_for(probability: Matrix, precision: float) -> None:
    kept = probability >= Selection(min_precision=precision).threshold(probability)
    assert not kept.any() or probability[kept].mean(dtype=np.float64) >= min(precision, 1) - 1e-6


def test_worse_evidence_gives_fewer_pairs() -> None:
    logit = np.random.default_rng(0).normal(-2, 3, (3000, 10))
    exact = [1 / (1 + np.exp(2 * (1 - slope) - slope * logit)) for slope in (1.0, 0.6, 0.3, 0.1)]
    kept = [
        int((evidence >= Selection().threshold(evidence)).sum())
        for evidence in (scores.astype(np.float32) for scores in exact)
    ]
    assert kept == sorted(kept, reverse=True)
    assert kept[-1] == 0 < kept[0]


def test_where_nothing_is_sure_nothing_is_kept() -> None:
    assert Selection().threshold(np.full((50, 4), 0.05, np.float32)) == NOTHING
    assert Selection().threshold(np.zeros((0, 4), np.float32)) == NOTHING
