from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.func import functional_call

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import CheckpointError, VocabularyError
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


def test_a_model_that_classifies_words_is_not_adapted_to_translate(
    episodes: tuple[Episode, ...], vectors: dict[str, Vectors], gold: Dictionary
) -> None:
    classifier = replace(begin(episodes, SMALL), settings=replace(SMALL, model="words"))
    with pytest.raises(CheckpointError, match="found a model for words, expected one that ranks translations"):
        adapt_to_language(classifier, vectors["en"], vectors["fr"], gold)


def test_contributions_add_up_to_the_score(adapted: Adapted, gold: Dictionary) -> None:
    explanation = explain(adapted, asked(adapted, gold))
    assert {part.feature for part in explanation.contributions} == set(FEATURES)
    assert explanation.average + sum(part.effect for part in explanation.contributions) == pytest.approx(
        explanation.score, abs=2e-2
    )
    sizes = [abs(part.effect) for part in explanation.contributions]
    assert sizes == sorted(sizes, reverse=True)


def test_the_first_translation_is_explained_unless_another_is_named(adapted: Adapted, gold: Dictionary) -> None:
    word = asked(adapted, gold)
    first, second = list(adapted.translate([word], 2))
    explanation = explain(adapted, word)
    assert (explanation.target, explanation.rank) == (first.target, 1)
    assert explanation.probability == pytest.approx(first.weight, abs=1e-5)
    other = explain(adapted, word, second.target)
    assert (other.target, other.rank) == (second.target, 2)
    assert other.score <= explanation.score


def test_a_word_that_is_no_candidate_is_explained_as_well(adapted: Adapted, gold: Dictionary) -> None:
    word = asked(adapted, gold)
    candidates = {pair.target for pair in adapted.translate([word], 100)}
    stranger = next(target for target in adapted.sides.target.words if target not in candidates)
    explanation = explain(adapted, word, stranger)
    assert explanation.rank is None
    assert "no candidate" in str(explanation)
    with pytest.raises(VocabularyError):
        explain(adapted, "xyzzyx")


def test_a_seed_is_no_prediction_and_near_seeds_are_listed(adapted: Adapted) -> None:
    row, target = int(adapted.seeds.source[0]), int(adapted.seeds.target[0])
    word, translation = adapted.sides.source.words[row], adapted.sides.target.words[target]
    explanation = explain(adapted, word)
    assert explanation.seed
    assert (explanation.target, explanation.probability) == (translation, 1.0)
    assert explanation.seeds[0][:2] == (word, translation)  # nothing is nearer to a word than itself
    assert explanation.seeds[0].near_source == pytest.approx(1, abs=1e-4)
    assert "given as a seed" in str(explanation)


def test_the_paths_of_the_graph_are_evidence(
    adapted: Adapted, gold: Dictionary, dictionaries: Dictionaries, tmp_path: Path
) -> None:
    word = asked(adapted, gold)
    translation = gold.by_source[word][0]
    with open_graph(tmp_path / "graph.db", write=True) as graph:
        for pair in (("en", "fi"), ("fi", "fr"), ("en", "fr")):
            graph.add(dictionaries[pair])
        explanation = explain(adapted, word, translation, graph=graph)
        assert explanation.paths
        assert {path.words[0].word.lower() for path in explanation.paths} == {word}
        assert {path.words[-1].word.lower() for path in explanation.paths} == {translation}
        assert not explain(adapted, word, translation).paths
    record = json.loads(json.dumps(explanation.as_json()))
    assert record["paths"][0]["sources"]
    assert "evidence in the graph:" in str(explanation)


def test_the_average_candidate_has_no_contributions(adapted: Adapted) -> None:
    from isogloss.meta.new_language.explanation import contributions

    average, effects = contributions(adapted.ranker, adapted.weights, adapted.ranker.mean.clone())
    score = functional_call(adapted.ranker, dict(adapted.weights), (adapted.ranker.mean[None, None],))
    assert average == pytest.approx(float(score), abs=1e-5)
    assert torch.tensor(effects).abs().max() == 0


def test_past_tasks_that_moved_the_start_are_listed(adapted: Adapted, gold: Dictionary) -> None:
    word = asked(adapted, gold)
    assert "nothing was read from memory" in str(explain(replace(adapted, past_tasks=()), word))
    explanation = explain(
        replace(adapted, past_tasks=(("word-mapping en fi", 0.75), ("word-mapping fi fr", 0.25))), word
    )
    assert [past.task for past in explanation.memory] == ["word-mapping en fi", "word-mapping fi fr"]
    assert "75%  word-mapping en fi" in str(explanation)
