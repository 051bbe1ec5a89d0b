"""Every export is read by the program that it is made for."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.kg.exchange.exporting import export_graph
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.storage.loading import AboutConcept

OPEN = Origin("open words", "CC-BY-4.0", url="https://example.org/open", version="2.1")
OTHER = Origin("other words", "CC0-1.0")


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[Graph]:
    """Two concepts of *bank*, a verb and a noun; translations by two sources, one with a sense."""
    with open_graph(tmp_path / "graph.db", write=True) as words:
        words.add_members("en", ["i1", "i1", "i2"], ["bank", "rely", "bank"], OPEN, [1.0, 0.5, 1.0])
        words.add_members("fr", ["i1", "i2"], ["compter", "banque"], OPEN)
        words.describe_concepts({"i1": AboutConcept("VERB", "have faith <in>"), "i2": AboutConcept("NOUN")}, OPEN)
        words.add(
            Dictionary("en", "fr", (Pair("bank", "banque", 0.75, {"sense": "money"}), Pair("bank", "rive")), OPEN)
        )
        words.add(Dictionary.of("en", "fr", [("bank", "banque")], OTHER))
        words.add(Dictionary.of("en", "de", [("bank", "Bank"), ("New York", "New York")], OTHER))
        words.add(Dictionary.of("fr", "de", [("banque", "Bank")], OTHER))
        words.add_parts_of_speech("en", {"bank": "NOUN VERB", "rely": "VERB", "New York": "PROPN"})
    with open_graph(tmp_path / "graph.db") as words:
        yield words


@pytest.fixture
def wn(tmp_path: Path) -> Iterator[Any]:
    """The library ``wn`` with a database of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import wn
        from wn._config import config

        before = config.data_directory
        config.data_directory = tmp_path / "wn"
        yield wn
        config.data_directory = before


def test_wn_finds_words_by_part_of_speech_with_their_definitions(graph: Graph, tmp_path: Path, wn: Any) -> None:
    export_graph(graph, tmp_path / "out.xml", "wn-lmf")
    wn.add(tmp_path / "out.xml", progress_handler=None)
    (verb,), (noun,) = (wn.synsets("bank", pos=pos, lang="en") for pos in "vn")
    assert (verb.pos, verb.definition(), sorted(verb.lemmas())) == ("v", "have faith <in>", ["bank", "rely"])
    assert (noun.pos, noun.lemmas()) == ("n", ["bank"])
    assert [word.pos for word in wn.words("bank", lang="en")] == ["n", "v"]
    assert [synset.lemmas() for synset in verb.translate(lang="fr")] == [["compter"]]
    assert {lexicon.license for lexicon in wn.lexicons()} == {"CC-BY-4.0"}
