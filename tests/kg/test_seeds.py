from __future__ import annotations

from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.errors import VocabularyError
from isogloss.kg.graph import open_graph
from isogloss.kg.seeds import graph_seeds
from isogloss.meta.tasks.space import dictionaries_of


@pytest.fixture
def graph_path(tmp_path: Path) -> Path:
    path = tmp_path / "graph.db"
    with open_graph(path, write=True) as words:
        stated = (Pair("cat", "chat"), Pair("cat", "chien"), Pair("dog", "chien", 0.8), Pair("owl", "hotte", 0.3))
        words.add(Dictionary("en", "fr", stated, Origin("Free words", "CC0-1.0")))
        guessed = (Pair("bird", "oiseau", 0.9), Pair("tree", "arbre", 0.9), Pair("sun", "lune", 0.6))
        words.add(Dictionary("en", "fr", guessed, Origin("induced en-fr", kind="induced")))
        words.add_translation("zebra", "zèbre", "en", "fr")
        words.add_translation("bird", "oiseau", "en", "fr")
        words.reject_translation("cat", "chien", "en", "fr")
        words.reject_translation("sun", "lune", "en", "fr")
    return path


def test_seeds_are_what_users_accept_and_then_what_dictionaries_state(graph_path: Path) -> None:
    with open_graph(graph_path) as words:
        seeds = graph_seeds(words, "en", "fr")
        assert list(seeds.pairs) == [
            Pair("bird", "oiseau"),  # a guess that somebody has confirmed
            Pair("zebra", "zèbre"),
            Pair("cat", "chat"),
            Pair("dog", "chien", 0.8),
        ]  # neither the guess arbre nor hotte, which its own source doubts
        assert [pair[:2] for pair in seeds.rejected] == [("cat", "chien"), ("sun", "lune")]
        turned = graph_seeds(words, "fr", "en")
    assert {pair[:2] for pair in turned.pairs} == {(pair.target, pair.source) for pair in seeds.pairs}
    assert [pair[:2] for pair in turned.rejected] == [("chien", "cat"), ("lune", "sun")]


def test_users_who_disagree_leave_the_pair_to_dictionaries(graph_path: Path) -> None:
    with open_graph(graph_path, write=True) as words:
        words.add_translation("cat", "chien", "en", "fr", name="Ana")
        words.add_translation("sun", "lune", "en", "fr", name="Ana")
        seeds = graph_seeds(words, "en", "fr")
    pairs = {pair[:2] for pair in seeds.pairs}
    assert ("cat", "chien") in pairs
    assert ("sun", "lune") not in pairs  # which nobody else states
    assert not seeds.rejected.pairs


def test_a_source_that_is_hardly_trusted_gives_none(graph_path: Path) -> None:
    with open_graph(graph_path, write=True) as words:
        words.set_quality("Free words", 0.4)
        assert {pair.source for pair in graph_seeds(words, "en", "fr").pairs} == {"bird", "zebra"}


def test_a_graph_without_a_translation_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with open_graph(tmp_path / "graph.db", write=True) as words:
        words.add(Dictionary("en", "fr", (Pair("a", "b", 0.9),), Origin("induced en-fr", kind="induced")))
        with pytest.raises(VocabularyError, match=r"no en-fr translation .* `isogloss kg add`"):
            graph_seeds(words, "en", "fr")
        with pytest.raises(VocabularyError, match="no words of fi"):
            graph_seeds(words, "en", "fi")


def test_models_learn_from_what_users_accept(graph_path: Path) -> None:
    with open_graph(graph_path) as words:
        pairs = dictionaries_of(words, ("en", "fr"))["en", "fr"]
    assert {"zebra", "bird"} <= set(pairs.by_source)
    assert not {"tree", "sun"} & set(pairs.by_source)
