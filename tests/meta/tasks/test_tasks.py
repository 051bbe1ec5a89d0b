from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import VocabularyError
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.data.vectors import Vectors
from isogloss.kg.graph import open_graph
from isogloss.lexicon.search.csls import retrieve
from isogloss.meta.tasks import (
    ClassTransfer,
    ConceptNWay,
    CycleRanking,
    Example,
    HiddenEdge,
    LanguageInvariance,
    Similarity,
    Task,
    TaskSpace,
    WordMapping,
    dictionaries_of,
)
from isogloss.meta.tasks.alignment_views import seed_view
from isogloss.meta.tasks.candidate_episodes import Sides, episode
from isogloss.meta.tasks.candidate_features import FEATURES, spelling_similarity
from isogloss.meta.tasks.dense_csls import mutual_pairs, search
from isogloss.meta.tasks.vector_tables import Spaces
from isogloss.meta.training.checkpoint import inputs_of
from isogloss.meta.training.run import run_training
from isogloss.meta.training.settings import Settings
from tests.meta.conftest import FAMILIES, SMALL

Pairs = dict[tuple[str, str], Dictionary]


class Poison:
    """Breaks whatever looks at it."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"somebody looked at a held-out language: {name}")

    def __len__(self) -> int:
        raise AssertionError("somebody counted a held-out language")

    def __iter__(self) -> Any:
        raise AssertionError("somebody read a held-out language")


def test_no_query_word_is_a_seed(space: TaskSpace) -> None:
    for number in range(12):
        task = space.task(number, seed=0)
        assert task.query
        assert not {e.source for e in task.support} & {e.source for e in task.query}
        assert len(task.seeds) in (10, 20)
        assert len({e.source for e in task.seeds}) == len(task.seeds)


def test_a_task_is_the_same_for_the_same_number_and_seed(space: TaskSpace) -> None:
    assert space.task(3, seed=5) == space.task(3, seed=5)
    assert space.task(3, seed=5) != space.task(3, seed=6)


def test_the_query_of_word_mapping_holds_all_translations(dictionaries: Pairs, vectors: dict[str, Vectors]) -> None:
    within = dictionaries["en", "fr"].lowercased().within(vectors["en"], vectors["fr"])
    task = WordMapping((10,), 10_000).draw(within, vectors["en"], vectors["fr"], np.random.default_rng(0))
    queries = {example.source for example in task.query}
    assert {(e.source, e.target) for e in task.query} == {p[:2] for p in within if p.source in queries}
    assert len(queries) == len(within.by_source) - 10


def test_hidden_edges_come_with_wrong_ones_that_are_no_translations(
    dictionaries: Pairs, vectors: dict[str, Vectors]
) -> None:
    within = dictionaries["en", "fr"].lowercased().within(vectors["en"], vectors["fr"])
    task = HiddenEdge((10,), 50, negatives=3).draw(within, vectors["en"], vectors["fr"], np.random.default_rng(0))
    wrong = [example for example in task.query if not example.holds]
    assert len(wrong) == 3 * (len(task.query) - len(wrong)) > 0
    assert not {(e.source, e.target) for e in wrong} & {p[:2] for p in within}
    assert not {e.source for e in task.query} & {e.source for e in task.support}


def test_a_false_friend_is_among_the_wrong_edges() -> None:
    french = ("chat", "pain", "coin", "main", "four", "plus", "sale")
    english = ("cat", "bread", "corner", "hand", "oven", "more", "dirty")
    source = Vectors("fr", french, np.eye(14, dtype=np.float32)[:7])
    target = Vectors("en", (*english, *french), np.eye(14, dtype=np.float32))
    dictionary = Dictionary.of("fr", "en", zip(french, english, strict=True))
    task = HiddenEdge((2,), 5, negatives=1).draw(dictionary, source, target, np.random.default_rng(0))
    wrong = {(e.source, e.target) for e in (*task.support, *task.query) if not e.holds}
    assert wrong == {(word, word) for word in french}


def test_no_task_touches_a_held_out_language(dictionaries: Pairs, vectors: dict[str, Vectors]) -> None:
    poisoned: Any = {**vectors, "ja": Poison()}
    edges: Any = {**dictionaries, ("en", "ja"): Poison(), ("ja", "en"): Poison(), ("fr", "ja"): Poison()}
    space = TaskSpace(edges, Spaces(poisoned), FAMILIES, held_out=frozenset({"ja"}))
    trained = run_training(space, SMALL)
    assert trained.languages == ("en", "fi", "fr")
    assert trained.held_out == ("ja",)
    assert inputs_of(space)
    with pytest.raises(AssertionError, match="held-out"):
        TaskSpace(edges, Spaces(poisoned), FAMILIES).task(0, seed=0)


def test_a_held_out_language_makes_no_difference_to_what_is_learned(space: TaskSpace) -> None:
    without = {pair: dictionary for pair, dictionary in space.dictionaries.items() if "fi" not in pair}
    absent = TaskSpace(without, space.vectors, FAMILIES)
    held_out = TaskSpace(space.dictionaries, space.vectors, FAMILIES, held_out=frozenset({"fi"}))
    first, second = (run_training(tasks, SMALL).state.weights for tasks in (absent, held_out))
    assert all(bool((first[name] == second[name]).all()) for name in first)


def test_nothing_of_a_held_out_language_reaches_any_part_of_training(
    dictionaries: Pairs, vectors: dict[str, Vectors]
) -> None:
    """Detours, hub, classes, descriptors, memory, scale, weights: the poison breaks whatever looks at it."""
    poisoned: Any = {**vectors, "ja": Poison()}
    edges: Any = {
        **dictionaries,
        **{pair: Poison() for pair in (("en", "ja"), ("ja", "en"), ("fr", "ja"), ("ja", "fi"))},
    }
    words = (
        ClassTransfer(2, 2, 4, topics=3, seeds=(15,)),
        ConceptNWay(2, seeds=(15,)),
        LanguageInvariance(4, 4, (15,)),
    )
    families = (*FAMILIES, CycleRanking((10,), 20), Similarity((10,), 20))
    space = TaskSpace(edges, Spaces(poisoned), families, frozenset({"ja"}), words)
    everything = replace(SMALL, memory=8, sampler="affinity", weighting="cosine", seed_noise=0.1, episodes=5)
    for settings in (everything, replace(everything, model="words", learner="ridge", rotations=True)):
        trained = run_training(space, settings)
        assert trained.languages == ("en", "fi", "fr")
        assert trained.state.memory.labels
        assert not any("ja" in label.split() for label in trained.state.memory.labels)


def test_what_a_held_out_language_holds_changes_no_bit_of_a_model(words: TaskSpace) -> None:
    settings = Settings(model="words", learner="anil", steps=3, episodes=6, memory=4)
    with_fi, without = (
        replace(words, held_out=frozenset({"fi"})),
        replace(
            words,
            dictionaries={pair: dictionary for pair, dictionary in words.dictionaries.items() if "fi" not in pair},
        ),
    )
    first, second = run_training(with_fi, settings), run_training(without, settings)
    assert all(torch.equal(first.state.weights[name], second.state.weights[name]) for name in first.state.weights)
    assert torch.equal(first.mean, second.mean)
    assert torch.equal(first.state.memory.keys, second.state.memory.keys)


@pytest.fixture(scope="module")
def words(dictionaries: Pairs) -> TaskSpace:
    vectors = {language: sample_vectors(language) for language in ("en", "fi", "fr")}
    return TaskSpace(dictionaries, Spaces(vectors))


def test_a_graph_gives_no_edge_of_a_held_out_language_and_none_computed_by_way_of_it(tmp_path: Path) -> None:
    given, inferred = Origin("given", "CC0-1.0"), Origin("by way of ja", kind="inferred")
    with open_graph(tmp_path / "g.db", write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("cat", "chat"), ("dog", "chien")], given))
        graph.add(Dictionary.of("en", "fr", [("cat", "minou")], inferred))
        graph.add(Dictionary.of("en", "ja", [("cat", "猫")], given))
        graph.add(Dictionary.of("fr", "ja", [("chat", "猫")], given))
    with open_graph(tmp_path / "g.db") as graph:
        dictionaries = dictionaries_of(graph, ["en", "fr", "ja"], ["ja"])
    assert {pair: {entry[:2] for entry in dictionary} for pair, dictionary in dictionaries.items()} == {
        ("en", "fr"): {("cat", "chat"), ("dog", "chien")},
        ("fr", "en"): {("chat", "cat"), ("chien", "dog")},
    }


def test_a_space_without_enough_words_says_so(vectors: dict[str, Vectors]) -> None:
    tiny = Dictionary.of("en", "fr", [("cat", "chat")])
    with pytest.raises(VocabularyError, match="no pair of languages with enough translations"):
        TaskSpace({("en", "fr"): tiny}, Spaces(vectors)).task(0, seed=0)


def test_missing_vectors_are_named() -> None:
    with pytest.raises(VocabularyError, match="expected some of eu; add --vectors eu=FILE"):
        Spaces({}).words("eu")


def test_different_dimensions_are_refused(vectors: dict[str, Vectors], space: TaskSpace) -> None:
    cut = {**vectors, "fr": Vectors("fr", vectors["fr"].words, vectors["fr"].matrix[:, :50])}
    task = next(task for task in (space.task(n, 0) for n in range(12)) if {task.source, task.target} == {"en", "fr"})
    with pytest.raises(VocabularyError, match=r"(100|50) dimensions and .* vectors of (100|50), expected the same"):
        episode(task, Spaces(cut))


def test_too_few_seeds_are_refused(vectors: dict[str, Vectors]) -> None:
    pairs = list(sample_dictionary("en", "fr").lowercased().within(vectors["en"], vectors["fr"]))
    few = tuple(Example(*pair[:2]) for pair in pairs[:3])
    with pytest.raises(VocabularyError, match="found 3 usable seed words, expected at least 5"):
        episode(Task("word-mapping", "en", "fr", few, few), Spaces(vectors))


def test_an_episode_describes_every_word_finitely(space: TaskSpace) -> None:
    for number in (0, 1):
        task = space.task(number, seed=0)
        made = episode(task, space.vectors)
        assert made.support.x.shape[1:] == made.query.x.shape[1:] == ((1 if task.listed else 20), len(FEATURES))
        assert made.support.x.isfinite().all()
        assert made.query.x.isfinite().all()
        if task.listed:
            assert made.query.y.mean().item() == pytest.approx(0.25)
        else:
            assert made.query.y.sum(dim=1).bool().float().mean() > 0.3  # the right one is often among the candidates


def test_no_support_word_is_described_by_a_map_that_saw_it(space: TaskSpace) -> None:
    task = next(task for task in (space.task(n, 0) for n in range(12)) if not task.listed)
    made = episode(task, space.vectors)
    held_out = made.support.x[..., FEATURES.index("cosine.seeds")][made.support.y > 0]
    sides = Sides.of(space.vectors, task.source, task.target)
    seeds = sides.seeds(task.seeds)
    seen = seed_view(sides.x, sides.y, seeds)
    fitted = (seen.source[seeds.source] * seen.target[seeds.target]).sum(axis=1)
    assert len(held_out) > 0
    assert held_out.mean() < fitted.mean() - 0.2  # a map fits the pairs it was made from, and others much less


def test_a_product_held_whole_finds_what_a_search_in_blocks_does() -> None:
    spaces = Spaces({language: sample_vectors(language) for language in ("en", "fr")})
    x, y = spaces.matrix("en"), spaces.matrix("fr")
    ours, theirs = search(x, y, 5), retrieve(x, y, 5)
    assert mutual_pairs(x, y).tolist() == ours.mutual().tolist()
    assert np.allclose(ours.forward.scores, theirs.forward.scores, atol=1e-5)
    assert np.allclose(ours.backward.scores, theirs.backward.scores, atol=1e-5)
    assert np.allclose(ours.source_density, theirs.source_density, atol=1e-5)
    assert np.allclose(ours.target_density, theirs.target_density, atol=1e-5)
    assert (ours.forward.rows == theirs.forward.rows).mean() > 0.999  # but for ties


def test_spelling_similarity_is_one_for_the_same_word_and_zero_across_scripts() -> None:
    assert spelling_similarity("nation", "nation") == 1
    assert spelling_similarity("nation", "国家") == 0
    assert 0.5 < spelling_similarity("nation", "nations") < 1
