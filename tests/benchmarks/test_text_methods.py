from __future__ import annotations

import numpy as np
import pytest
import torch

from benchmarks.quality.text_methods import METHODS, OURS, Recipe, fine_tuned, outcome, pooled, row, trained_without
from isogloss.data.compute import as_tensor
from isogloss.meta.learners.weights import weights_of
from isogloss.meta.texts.corpus import Corpus, draw_task
from isogloss.meta.texts.network import features_of, prototypes, similarity
from isogloss.meta.texts.training import network_of
from tests.meta.texts.conftest import DIMENSIONS, SETTINGS, corpus


@pytest.fixture(scope="module")
def corpora() -> dict[str, Corpus]:
    return {"en": corpus("en", 1), "fr": corpus("fr", 2)}


def test_fine_tuning_starts_from_the_prototypes_and_moves(corpora: dict[str, Corpus]) -> None:
    task = draw_task(corpora["en"], corpora["fr"], 5, 5, 3, np.random.default_rng(0))
    network = network_of(DIMENSIONS, SETTINGS)
    weights = weights_of(network)
    with torch.no_grad():
        support, query = (features_of(network, weights, as_tensor(side)) for side in (task.support, task.query))
        plain = similarity(query.flatten(0, 1), prototypes(support))
    assert torch.allclose(fine_tuned(network, weights, task, Recipe(False, 1, 0.0)), plain, atol=1e-6)
    for everything in (False, True):
        assert not torch.allclose(fine_tuned(network, weights, task, Recipe(everything, 3, 0.1)), plain, atol=1e-3)


def test_every_method_answers_the_same_questions(corpora: dict[str, Corpus]) -> None:
    trained = trained_without(corpora, {"en": corpus("en", 11), "fr": corpus("fr", 12)}, SETTINGS, tasks=2)
    random = np.random.default_rng(5)
    tasks = [draw_task(corpora["en"], corpus("ja", 7), 5, 1, 4, random) for _ in range(6)]
    accuracy = outcome(trained, tasks)
    assert set(accuracy.hits) == set(METHODS)
    assert {len(hits) for hits in accuracy.hits.values()} == {6 * 5 * 4}
    shown = row("ja", "en", "ja", 1, accuracy)
    for name in METHODS[:-1]:
        assert shown.gain[name].mean == pytest.approx(shown.accuracy[OURS] - shown.accuracy[name])
        assert shown.gain[name].low <= shown.gain[name].mean <= shown.gain[name].high
    both = pooled([("one", accuracy), ("other", accuracy), ("one", accuracy)])
    assert len(both.task) == 3 * len(accuracy.task)
    assert len(np.unique(both.task)) == 12  # the same tasks twice are no more tasks
    assert both.hits[OURS].mean() == pytest.approx(shown.accuracy[OURS])
