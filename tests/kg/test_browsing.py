from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.errors import VocabularyError
from isogloss.kg import browsing
from isogloss.kg.graph import Graph, open_graph

MADE = Origin("made", "CC0-1.0")
PAIRS = [
    ("École", "school"),
    ("école", "school"),
    ("éclair", "lightning"),
    ("école primaire", "primary school"),
    ("grande école", "college"),
    ("chat", "cat"),
]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    path = tmp_path_factory.mktemp("browsing") / "graph.db"
    with open_graph(path, write=True) as written:
        written.add(Dictionary.of("fr", "en", PAIRS, MADE))
        written.add(Dictionary.of("en", "en", [("cat", "puss")], MADE))
        written.add(Dictionary.of("en", "de", [("chat", "Plausch"), ("cat", "Katze")], MADE))
        written.add_concepts({"pet": {"en": ["cat", "puss"], "fr": "chat", "fi": "kissa"}}, Origin("names"))
    with open_graph(path) as opened:
        yield opened


def test_completion_is_blind_to_case_and_accents_and_puts_the_most_usual_first(graph: Graph) -> None:
    completions = [str(word) for word in browsing.completions(graph, "EC", ["fr"])]
    assert completions[0] in ("école (fr)", "École (fr)")  # both stand in three entries
    assert set(completions) == {"école (fr)", "École (fr)", "école primaire (fr)", "éclair (fr)"}
    assert completions.index("éclair (fr)") > 1


def test_the_whole_word_is_first_whatever_else_begins_so(graph: Graph) -> None:
    assert browsing.completions(graph, "chat", k=1)[0].word == "chat"
    assert [word.language for word in browsing.completions(graph, "chat")] == ["en", "fr"] or [
        word.language for word in browsing.completions(graph, "chat")
    ] == ["fr", "en"]


def test_completion_of_nothing_is_nothing(graph: Graph) -> None:
    assert browsing.completions(graph, " ") == []
    assert browsing.completions(graph, "zzz") == []
    with pytest.raises(VocabularyError, match="no words of sw"):
        browsing.completions(graph, "a", ["sw"])


def test_a_word_is_found_in_every_language_that_has_it(graph: Graph) -> None:
    assert {word.language for word in browsing.written(graph, "chat")} == {"fr", "en"}
    assert [str(word) for word in browsing.written(graph, "KATZE")] == ["Katze (de)"]
    assert browsing.written(graph, "École")[0].word == "École"


def test_a_random_word_is_of_the_language_that_was_asked_for(graph: Graph) -> None:
    drawn = {browsing.random_word(graph, Random(seed), "fr") for seed in range(20)}
    assert {word.language for word in drawn if word} == {"fr"}
    assert len(drawn) > 1


def test_concepts_have_their_words_by_language(graph: Graph) -> None:
    (named,) = browsing.concepts_named(graph, "pet")
    assert named.words == {"en": ("cat", "puss"), "fi": ("kissa",), "fr": ("chat",)}
    assert browsing.concepts_of(graph, graph.lookup("kissa", "fi")) == [named]
    assert browsing.concepts_named(graph, "none") == []


def test_translations_are_counted_once_by_language_whoever_states_them(graph: Graph) -> None:
    assert browsing.translated_into(graph, graph.lookup("cat", "en")) == {"de": 1, "fi": 1, "fr": 1}


def test_related_words_are_those_of_other_relations(graph: Graph) -> None:
    assert [(near.relation, near.word.word) for near in browsing.related(graph, graph.lookup("cat", "en"))] == [
        ("synonym", "puss")
    ]


def test_words_to_translate_next_are_usual_and_have_no_translation(graph: Graph) -> None:
    completions = [word.word for word in browsing.untranslated(graph, "fr", "de", k=10)]
    assert completions[:2] in (["école", "École"], ["École", "école"])
    assert "chat" in completions
    assert [word.word for word in browsing.untranslated(graph, "fr", "fi", k=10)].count("chat") == 0  # by the concept
    assert "lightning" not in [word.word for word in browsing.untranslated(graph, "en", "fr", k=10)]


def test_computed_translations_come_least_sure_first_without_those_that_are_stated(tmp_path: Path) -> None:
    path = tmp_path / "graph.db"
    induced = Origin("induced", "CC0-1.0", "induced")
    pairs = (Pair("a", "un", 0.9), Pair("b", "deux", 0.45), Pair("c", "trois", 0.3), Pair("d", "quatre", 0.5))
    with open_graph(path, write=True) as written:
        written.add(Dictionary("en", "fr", pairs, induced))
        written.add(Dictionary.of("en", "fr", [("d", "quatre"), ("e", "cinq")], MADE))
    with open_graph(path) as opened:
        steps = [(step.start.word, step.end.word, step.weight) for step in browsing.computed(opened, "en", "fr", k=2)]
        back = browsing.computed(opened, "fr", "en", k=9)
    assert steps == [("b", "deux", 0.45), ("c", "trois", 0.3)]
    assert [step.start.word for step in back] == ["deux", "trois", "un"]
    assert back[0].claims[0].source.name == "induced"
