from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.func import functional_call

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import VocabularyError
from isogloss.data.vectors import Vectors
from isogloss.kg.graph import open_graph
from isogloss.meta.learners import Episode
from isogloss.meta.new_language.adaptation import Adapted, adapt_to_language
from isogloss.meta.new_language.explanation import explain
from isogloss.meta.tasks.candidate_features import FEATURES
from isogloss.meta.training.run import begin, finish
from tests.meta.conftest import SMALL

Dictionaries = Mapping[tuple[str, str], Dictionary]


@pytest.fixture(scope="module")
def gold(dictionaries: Dictionaries, vectors: dict[str, Vectors]) -> Dictionary:
    return dictionaries["en", "fr"].lowercased().within(vectors["en"], vectors["fr"])


@pytest.fixture(scope="module")
def adapted(episodes: tuple[Episode, ...], vectors: dict[str, Vectors], gold: Dictionary) -> Adapted:
    model = finish(begin(episodes, SMALL), episodes)
    seeds = Dictionary.of("en", "fr", [(word, gold.by_source[word][0]) for word in list(gold.by_source)[::2]])
    return adapt_to_language(model, vectors["en"], vectors["fr"], seeds)


def asked(adapted: Adapted, gold: Dictionary) -> str:
    return next(word for word in gold.by_source if adapted.sides.source.row_of[word] not in adapted.seeds.gold)


def test_contributions_add_up_to_the_score(adapted: Adapted, gold: Dictionary) -> None:
    found = explain(adapted, asked(adapted, gold))
    assert {each.feature for each in found.contributions} == set(FEATURES)
    assert found.average + sum(each.effect for each in found.contributions) == pytest.approx(found.score, abs=2e-2)
    sizes = [abs(each.effect) for each in found.contributions]
    assert sizes == sorted(sizes, reverse=True)


def test_the_first_translation_is_explained_unless_another_is_named(adapted: Adapted, gold: Dictionary) -> None:
    word = asked(adapted, gold)
    first, second = list(adapted.translate([word], 2))
    found = explain(adapted, word)
    assert (found.target, found.rank) == (first.target, 1)
    assert found.probability == pytest.approx(first.weight, abs=1e-5)
    other = explain(adapted, word, second.target)
    assert (other.target, other.rank) == (second.target, 2)
    assert other.score <= found.score


def test_a_word_that_was_no_candidate_is_judged_all_the_same(adapted: Adapted, gold: Dictionary) -> None:
    word = asked(adapted, gold)
    proposed = {pair.target for pair in adapted.translate([word], 100)}
    stranger = next(each for each in adapted.sides.target.words if each not in proposed)
    found = explain(adapted, word, stranger)
    assert found.rank is None
    assert "no candidate" in str(found)
    with pytest.raises(VocabularyError):
        explain(adapted, "xyzzyx")


def test_seeds_are_told_from_predictions_and_near_ones_are_named(adapted: Adapted) -> None:
    row, target = int(adapted.seeds.source[0]), int(adapted.seeds.target[0])
    word, translation = adapted.sides.source.words[row], adapted.sides.target.words[target]
    found = explain(adapted, word)
    assert found.seed
    assert (found.target, found.probability) == (translation, 1.0)
    assert found.seeds[0][:2] == (word, translation)  # nothing is nearer to a word than itself
    assert found.seeds[0].near_source == pytest.approx(1, abs=1e-4)
    assert "given as a seed" in str(found)


def test_the_paths_of_the_graph_are_evidence(
    adapted: Adapted, gold: Dictionary, dictionaries: Dictionaries, tmp_path: Path
) -> None:
    word = asked(adapted, gold)
    translation = gold.by_source[word][0]
    with open_graph(tmp_path / "graph.db", write=True) as graph:
        for pair in (("en", "fi"), ("fi", "fr"), ("en", "fr")):
            graph.add(dictionaries[pair])
        found = explain(adapted, word, translation, graph=graph)
        assert found.paths
        assert {path.words[0].word.lower() for path in found.paths} == {word}
        assert {path.words[-1].word.lower() for path in found.paths} == {translation}
        assert not explain(adapted, word, translation).paths
    told = json.loads(json.dumps(found.as_json()))
    assert told["paths"][0]["sources"]
    assert "evidence in the graph:" in str(found)


def test_the_average_candidate_has_no_contributions(adapted: Adapted) -> None:
    from isogloss.meta.new_language.explanation import contributions

    average, effects = contributions(adapted.ranker, adapted.weights, adapted.ranker.mean.clone())
    score = functional_call(adapted.ranker, dict(adapted.weights), (adapted.ranker.mean[None, None],))
    assert average == pytest.approx(float(score), abs=1e-5)
    assert torch.tensor(effects).abs().max() == 0


def test_past_tasks_that_moved_the_start_are_named(adapted: Adapted, gold: Dictionary) -> None:
    word = asked(adapted, gold)
    assert "nothing was read from memory" in str(explain(replace(adapted, read=()), word))
    found = explain(replace(adapted, read=(("word-mapping en fi", 0.75), ("word-mapping fi fr", 0.25))), word)
    assert [each.task for each in found.memory] == ["word-mapping en fi", "word-mapping fi fr"]
    assert "75%  word-mapping en fi" in str(found)
