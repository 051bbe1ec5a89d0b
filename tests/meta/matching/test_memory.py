"""A ranker for languages like some of those it learned from: the memory of where their lessons led."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import save_file

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import CheckpointError
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.induction.crossfit import Crossfit, Examples, crossfit
from isogloss.lexicon.ranking.features import FEATURES
from isogloss.lexicon.ranking.prior import RankerPrior
from isogloss.lexicon.ranking.ranker import Ranker, train
from isogloss.lexicon.self_learning.training_pairs import Evidence
from isogloss.meta.matching import reranking
from isogloss.meta.matching.belief import CHANNELS
from isogloss.meta.matching.learning import Weights
from isogloss.meta.matching.lessons import Curriculum, matching_prior
from isogloss.meta.matching.memory import descriptor_of, recalled, remembered
from isogloss.meta.matching.prior import FILE, MatchingPrior, load, save
from isogloss.meta.matching.ranker_lesson import Lesson
from isogloss.meta.matching.reranking import Course, candidates
from tests.meta.conftest import small

WIDE, NARROW = {"effective_rank": 0.9}, {"effective_rank": 0.4}


def lesson(source: str, target: str, column: int, kind: dict[str, float], *, words: int = 300) -> Lesson:
    """The candidate with the highest of one feature is right."""
    random = np.random.default_rng(sum(map(ord, source + target)))
    features = random.standard_normal((words, 6, len(FEATURES))).astype(np.float32)
    truth = features[..., column] == features[..., column].max(axis=1, keepdims=True)
    return Lesson((source, target), Examples(np.arange(words), features, truth), kind)


@pytest.fixture(scope="module")
def lessons() -> tuple[Lesson, ...]:
    """Two kinds of vectors: in one the first feature tells what is right, in the other the fourth."""
    wide = [lesson("a", "b", 0, WIDE), lesson("a", "c", 0, WIDE), lesson("b", "c", 0, WIDE)]
    return (*wide, lesson("g", "h", 3, NARROW), lesson("g", "i", 3, NARROW), lesson("h", "i", 3, NARROW))


@pytest.fixture(scope="module")
def course(lessons: Sequence[Lesson]) -> Course:
    return Course(lessons)


@pytest.fixture(scope="module")
def prior(course: Course) -> MatchingPrior:
    weights = Weights(torch.zeros(3), torch.zeros(2, len(CHANNELS), 3))
    return MatchingPrior(
        weights, ("a", "b"), course.hierarchy(course.pooled).ranker, memory=remembered(course.pooled, course.lessons)
    )


def precision(ranker: Ranker, asked: Lesson) -> float:
    best = ranker.logits(asked.examples.features).argmax(axis=1)
    return float(asked.examples.truth[np.arange(len(best)), best].mean())


def test_near_lessons_lead_to_a_ranker_of_their_kind(course: Course) -> None:
    assert course.remembers
    ranker, memory = course.hierarchy(course.pooled)
    for kind, column in ((WIDE, 0), (NARROW, 3)):
        new = lesson("x", "y", column, kind)
        own = recalled(ranker, memory, kind)
        assert precision(own, new) > precision(ranker, new) + 0.1
        assert sum(share for _, share in own.near) == pytest.approx(1)
        taught = {" ".join(each.languages) for each in course.lessons if each.descriptor == kind}
        assert sum(share for name, share in own.near if name in taught) > 0.99


def test_the_ranker_of_all_stays_as_it_was(course: Course) -> None:
    ranker = course.pooled
    before = {name: value.copy() for name, value in ranker.weights.items()}
    own = recalled(ranker, remembered(ranker, course.lessons), WIDE)
    assert all((ranker.weights[name] == value).all() for name, value in before.items())
    assert not any(np.shares_memory(own.weights[name], value) for name, value in ranker.weights.items())


def test_a_memory_that_does_not_serve_languages_left_out_stays_empty(lessons: Sequence[Lesson]) -> None:
    swapped = [WIDE, NARROW, {"effective_rank": 0.1}] * 2  # nothing is like what is like it
    misled = [replace(each, descriptor=kind) for each, kind in zip(lessons, swapped, strict=True)]
    course = Course(misled)
    assert not course.remembers
    ranker, memory = course.hierarchy(course.pooled)
    assert len(memory) == 0
    assert recalled(ranker, memory, WIDE) is ranker


def test_nothing_left_to_learn_from_is_no_memory(lessons: Sequence[Lesson]) -> None:
    course = Course(lessons[:1])
    assert not course.remembers
    assert len(course.hierarchy(course.pooled).memory) == 0


def test_a_descriptor_is_blind_to_rotation_and_tells_how_many_directions_count() -> None:
    random = np.random.default_rng(0)
    words = small("en", set(), most=300)
    x = random.standard_normal((300, 20)).astype(np.float32)
    flat = x * np.r_[np.ones(2), np.full(18, 0.01)].astype(np.float32)
    turn = np.linalg.qr(random.standard_normal((20, 20)))[0].astype(np.float32)
    spaces = [replace(Space.of(words, words, 1), x=each, y=each) for each in (x, x @ turn, flat)]
    wide, turned, narrow = (descriptor_of(each)["effective_rank"] for each in spaces)
    assert wide == pytest.approx(turned, abs=1e-4)
    assert wide > 0.9
    assert narrow == pytest.approx(0.1, abs=0.01)


def test_a_memory_comes_back_from_its_file(prior: MatchingPrior, tmp_path: Path) -> None:
    save(prior, tmp_path)
    found = load(tmp_path)
    assert found.memory.labels == prior.memory.labels
    assert found.ranker is not None
    assert prior.ranker is not None
    one, other = (recalled(each.ranker, each.memory, NARROW) for each in (prior, found) if each.ranker)
    assert all((other.weights[name] == value).all() for name, value in one.weights.items())
    assert one.near == other.near


def test_a_memory_with_missing_parts_is_refused(prior: MatchingPrior, tmp_path: Path) -> None:
    path = save(prior, tmp_path)
    with safe_open(path, framework="np") as file:
        kept = {name: file.get_tensor(name) for name in file.keys() if name != "memory/keys"}  # noqa: SIM118
        described = file.metadata()
    save_file(kept, path, metadata=described)
    with pytest.raises(CheckpointError, match="found a memory with missing parts"):
        load(tmp_path / FILE)
    without = {name: each for name, each in json.loads(described["isogloss"]).items() if name != "memory"}
    save_file(kept, path, metadata={"isogloss": json.dumps(without)})
    with pytest.raises(CheckpointError, match="found a memory with missing parts"):
        load(tmp_path)


def test_a_prior_goes_by_its_memory(prior: MatchingPrior) -> None:
    words = small("en", set(), most=300)
    space = Space.of(words, words, 1)
    found = prior.ranker_for(space)
    assert found is not None
    assert prior.ranker is not None
    assert found.near == recalled(prior.ranker, prior.memory, descriptor_of(space)).near
    assert replace(prior, ranker=None).ranker_for(space) is None
    assert RankerPrior("one", prior.ranker).ranker_for(space) is prior.ranker


def test_a_lesson_harvests_as_many_pairs_as_it_had_where_few_are_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """As ``lexicon build`` does with a ranker of others; maps fitted to a few sure ones would not be those judged."""
    harvests = []

    def watched(*arguments: Any, **options: Any) -> Crossfit:
        harvests.append(len(arguments[2].pairs))
        return crossfit(*arguments, **options)

    monkeypatch.setattr(reranking, "crossfit", watched)
    words = small("en", set(), most=400)
    noise = np.random.default_rng(0).standard_normal(words.matrix.shape).astype(np.float32)
    other = replace(words, language="fr", matrix=words.matrix + 0.1 * noise)
    space, rows = Space.of(words, other, 1), np.arange(300)
    gold = Seeds(rows[:40], np.random.default_rng(1).permutation(40))  # a dictionary that makes hardly anything sure
    evidence = Evidence.of_found(Seeds(rows[:10], rows[:10]), Seeds(rows, rows))
    for fewest in (0, None):
        candidates(space, evidence, gold, fewest=fewest)
    before, sure, again, enough = harvests
    assert before == again == 300
    assert enough > 2 * sure


def test_where_self_learning_leads_nowhere_there_is_no_lesson() -> None:
    """A dictionary that has nothing to do with the vectors: whoever built a lexicon there would be refused."""
    words = small("en", set(), most=400)
    other = replace(
        words, language="fr", matrix=np.random.default_rng(0).standard_normal((400, 100)).astype(np.float32)
    )
    pairs = list(zip(words.words, reversed(words.words), strict=True))
    given = {("en", "fr"): Dictionary.of("en", "fr", pairs, Origin("noise"))}
    quick = Curriculum(counts=(25,), words=200, rounds=1, ranked=25, vocabulary=400, steps=0)
    found = matching_prior(given, {"en": words, "fr": other}, curriculum=quick)
    assert found.ranker is None
    assert len(found.memory) == 0


def test_the_features_of_a_lesson_are_all_that_is_looked_at(lessons: Sequence[Lesson]) -> None:
    """A ranker over fewer features moves in those alone."""
    together = Examples.together(each.examples for each in lessons)
    ranker = train(together.features, together.truth, FEATURES[:5], reorder=True)
    own = recalled(ranker, remembered(ranker, lessons), NARROW)
    assert own.weights["first.weight"].shape == ranker.weights["first.weight"].shape
    assert precision(own, lessons[-1]) > precision(ranker, lessons[-1]) + 0.1
