"""The memory of ranking tasks: a ranker starts a new pair from what training on similar vectors changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import save_file

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import CheckpointError
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.induction.crossfit import Examples, crossfit
from isogloss.lexicon.ranking.features import FEATURES
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.lexicon.ranking.training import train
from isogloss.lexicon.self_learning.training_pairs import TrainingPairs
from isogloss.meta.matching.assignment_weights import AssignmentWeights
from isogloss.meta.matching.memory import conditioned, descriptor_of, task_memory
from isogloss.meta.matching.prior import FILE, MatchingPrior, load, save
from isogloss.meta.matching.prior_training import PriorSettings, train_prior
from isogloss.meta.matching.ranker_training import METHOD, RankerTraining, pseudo_labels, ranking_examples
from isogloss.meta.matching.ranking_task import RankingTask
from isogloss.meta.matching.soft_assignment import PAIR_FEATURES
from tests.meta.conftest import small

WIDE, NARROW = {"effective_rank": 0.9}, {"effective_rank": 0.4}


def task(source: str, target: str, column: int, kind: dict[str, float], *, words: int = 300) -> RankingTask:
    """The candidate with the highest of one feature is right."""
    random = np.random.default_rng(sum(map(ord, source + target)))
    features = random.standard_normal((words, 6, len(FEATURES))).astype(np.float32)
    truth = features[..., column] == features[..., column].max(axis=1, keepdims=True)
    return RankingTask((source, target), Examples(np.arange(words), features, truth), kind)


@pytest.fixture(scope="module")
def tasks() -> tuple[RankingTask, ...]:
    """Two kinds of vectors: in one the first feature shows which candidate is right, in the other the fourth."""
    wide = [task("a", "b", 0, WIDE), task("a", "c", 0, WIDE), task("b", "c", 0, WIDE)]
    return (*wide, task("g", "h", 3, NARROW), task("g", "i", 3, NARROW), task("h", "i", 3, NARROW))


@pytest.fixture(scope="module")
def training(tasks: Sequence[RankingTask]) -> RankerTraining:
    return RankerTraining(tasks)


@pytest.fixture(scope="module")
def prior(training: RankerTraining) -> MatchingPrior:
    weights = AssignmentWeights(torch.zeros(3), torch.zeros(2, len(PAIR_FEATURES), 3))
    return MatchingPrior(
        weights,
        ("a", "b"),
        training.with_memory(training.pooled).ranker,
        memory=task_memory(training.pooled, training.tasks),
    )


def precision(ranker: Ranker, queries: RankingTask) -> float:
    best = ranker.logits(queries.examples.features).argmax(axis=1)
    return float(queries.examples.truth[np.arange(len(best)), best].mean())


def test_the_memory_moves_the_ranker_to_vectors_of_each_kind(training: RankerTraining) -> None:
    assert training.memory_helps
    ranker, memory = training.with_memory(training.pooled)
    for kind, column in ((WIDE, 0), (NARROW, 3)):
        new = task("x", "y", column, kind)
        own = conditioned(ranker, memory, kind)
        assert precision(own, new) > precision(ranker, new) + 0.1
        assert sum(share for _, share in own.nearest_pairs) == pytest.approx(1)
        similar = {" ".join(example.languages) for example in training.tasks if example.descriptor == kind}
        assert sum(share for name, share in own.nearest_pairs if name in similar) > 0.99


def test_conditioning_leaves_the_ranker_as_it_was(training: RankerTraining) -> None:
    ranker = training.pooled
    before = {name: value.copy() for name, value in ranker.weights.items()}
    own = conditioned(ranker, task_memory(ranker, training.tasks), WIDE)
    assert all((ranker.weights[name] == value).all() for name, value in before.items())
    assert not any(np.shares_memory(own.weights[name], value) for name, value in ranker.weights.items())


def test_a_memory_that_does_not_help_on_held_out_languages_stays_empty(tasks: Sequence[RankingTask]) -> None:
    swapped = [WIDE, NARROW, {"effective_rank": 0.1}] * 2  # nothing is like what is like it
    misled = [replace(task, descriptor=kind) for task, kind in zip(tasks, swapped, strict=True)]
    training = RankerTraining(misled)
    assert not training.memory_helps
    ranker, memory = training.with_memory(training.pooled)
    assert len(memory) == 0
    assert conditioned(ranker, memory, WIDE) is ranker


def test_without_a_language_to_hold_out_there_is_no_memory(tasks: Sequence[RankingTask]) -> None:
    training = RankerTraining(tasks[:1])
    assert not training.memory_helps
    assert len(training.with_memory(training.pooled).memory) == 0


def test_a_descriptor_is_the_same_after_a_rotation_and_falls_with_the_number_of_directions() -> None:
    random = np.random.default_rng(0)
    words = small("en", set(), most=300)
    x = random.standard_normal((300, 20)).astype(np.float32)
    flat = x * np.r_[np.ones(2), np.full(18, 0.01)].astype(np.float32)
    turn = np.linalg.qr(random.standard_normal((20, 20)))[0].astype(np.float32)
    spaces = [replace(Space.of(words, words, 1), x=matrix, y=matrix) for matrix in (x, x @ turn, flat)]
    wide, turned, narrow = (descriptor_of(space)["effective_rank"] for space in spaces)
    assert wide == pytest.approx(turned, abs=1e-4)
    assert wide > 0.9
    assert narrow == pytest.approx(0.1, abs=0.01)


def test_a_memory_is_the_same_after_saving_and_loading(prior: MatchingPrior, tmp_path: Path) -> None:
    save(prior, tmp_path)
    loaded = load(tmp_path)
    assert loaded.memory.labels == prior.memory.labels
    assert loaded.ranker is not None
    assert prior.ranker is not None
    one, other = (conditioned(own.ranker, own.memory, NARROW) for own in (prior, loaded) if own.ranker)
    assert all((other.weights[name] == value).all() for name, value in one.weights.items())
    assert one.nearest_pairs == other.nearest_pairs


def test_a_memory_with_missing_parts_is_refused(prior: MatchingPrior, tmp_path: Path) -> None:
    path = save(prior, tmp_path)
    with safe_open(path, framework="np") as file:
        kept = {name: file.get_tensor(name) for name in file.keys() if name != "memory/keys"}  # noqa: SIM118
        described = file.metadata()
    save_file(kept, path, metadata={"isogloss": described["isogloss"]})  # without the digest of all of it
    with pytest.raises(CheckpointError, match="found a memory with missing parts"):
        load(tmp_path / FILE)
    without = {name: value for name, value in json.loads(described["isogloss"]).items() if name != "memory"}
    save_file(kept, path, metadata={"isogloss": json.dumps(without)})
    with pytest.raises(CheckpointError, match="found a memory with missing parts"):
        load(tmp_path)


def test_a_prior_conditions_its_ranker_on_the_vectors(prior: MatchingPrior) -> None:
    words = small("en", set(), most=300)
    space = Space.of(words, words, 1)
    ranker = prior.ranker_for(space)
    assert ranker is not None
    assert prior.ranker is not None
    assert ranker.nearest_pairs == conditioned(prior.ranker, prior.memory, descriptor_of(space)).nearest_pairs
    assert replace(prior, ranker=None).ranker_for(space) is None


def test_self_training_has_as_many_pairs_as_before_where_few_are_probable() -> None:
    """As in ``lexicon build`` with a ranker of other languages: maps fitted to a few pairs are not those ranked."""
    words = small("en", set(), most=400)
    noise = np.random.default_rng(0).standard_normal(words.matrix.shape).astype(np.float32)
    other = replace(words, language="fr", matrix=words.matrix + 0.1 * noise)
    space, rows = Space.of(words, other, 1), np.arange(300)
    gold = Seeds(rows[:40], np.random.default_rng(1).permutation(40))  # hardly any of these pairs is probable
    training_pairs = TrainingPairs.self_learned(Seeds(rows[:10], rows[:10]), Seeds(rows, rows))
    grown = crossfit(space, METHOD.untuned(), training_pairs, candidates="all", backward=False).candidates
    probable, enough = (
        training_pairs.with_pseudo_labels(pseudo_labels(grown, training_pairs, gold, min_pairs=min_pairs))
        for min_pairs in (0, None)
    )
    assert len(enough.pairs) > 2 * len(probable.pairs)
    (before, few), (again, many) = (
        ranking_examples(space, training_pairs, gold, min_pairs=min_pairs) for min_pairs in (0, None)
    )
    np.testing.assert_array_equal(before.features, again.features)
    assert not np.array_equal(few.features, many.features)


def test_failed_self_learning_gives_no_task() -> None:
    """A dictionary that has nothing to do with the vectors: `lexicon build` would refuse it."""
    words = small("en", set(), most=400)
    other = replace(
        words, language="fr", matrix=np.random.default_rng(0).standard_normal((400, 100)).astype(np.float32)
    )
    pairs = list(zip(words.words, reversed(words.words), strict=True))
    dictionaries = {("en", "fr"): Dictionary.of("en", "fr", pairs, Origin("noise"))}
    quick = PriorSettings(counts=(25,), words=200, rounds=1, ranked=25, vocabulary=400, steps=0)
    prior = train_prior(dictionaries, {"en": words, "fr": other}, settings=quick)
    assert prior.ranker is None
    assert len(prior.memory) == 0


def test_a_ranker_over_fewer_features_is_moved_in_those_alone(tasks: Sequence[RankingTask]) -> None:
    together = Examples.concatenated(task.examples for task in tasks)
    ranker = train(together.features, together.truth, FEATURES[:5], reorder=True)
    own = conditioned(ranker, task_memory(ranker, tasks), NARROW)
    assert own.weights["first.weight"].shape == ranker.weights["first.weight"].shape
    assert precision(own, tasks[-1]) > precision(ranker, tasks[-1]) + 0.1
