"""Paths of induced translations and concepts keep their probability; those of dictionaries are weighed anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.storage.fusion import CONCEPT

INDUCED = Origin("induced en-fr", "CC0-1.0", "induced")


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[Graph]:
    pairs = (Pair("dog", "chien", 0.9), Pair("hound", "chien", 0.6), Pair("cat", "chat", 0.8))
    with open_graph(tmp_path / "g.db", write=True) as graph:
        graph.add(Dictionary("en", "fr", pairs, INDUCED))
        graph.add_concepts(
            {"dog": {"en": "dog", "sw": "mbwa"}, "hound": {"en": "hound", "sw": "mbwa mwindaji"}}, INDUCED
        )
        graph.add(Dictionary.of("en", "fi", [("dog", "koira"), ("cat", "kissa")], Origin("dictionary")))
        yield graph


def test_the_probability_is_the_product(graph: Graph) -> None:
    answers = {answer.word: answer.probability for answer in graph.translate("chien", "fr", "sw")}
    assert answers == pytest.approx({"mbwa": 0.9 * CONCEPT, "mbwa mwindaji": 0.6 * CONCEPT})


def test_a_path_through_a_dictionary_is_weighed(graph: Graph) -> None:
    [answer] = graph.translate("chat", "fr", "fi")
    assert answer.word == "kissa"
    assert answer.probability != pytest.approx(max(path.score for path in answer.evidence))


def test_what_a_dictionary_states_too_is_no_less_probable(graph: Graph) -> None:
    graph.add(Dictionary.of("en", "fr", [("dog", "chien")], Origin("another")))
    mbwa = next(answer for answer in graph.translate("chien", "fr", "sw") if answer.word == "mbwa")
    assert mbwa.probability >= 0.9 * CONCEPT - 1e-9


def test_paths_from_a_spelling_whose_translation_is_rejected_do_not_count(graph: Graph) -> None:
    graph.add(Dictionary("en", "fr", (Pair("dog", "Chien", 0.5),), INDUCED))
    graph.reject_translation("chien", "mbwa", "fr", "sw")
    mbwa = next(answer for answer in graph.translate("chien", "fr", "sw") if answer.word == "mbwa")
    assert mbwa.probability <= 0.5 * CONCEPT
