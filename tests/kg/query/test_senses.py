"""In which sense a word has each translation."""

from __future__ import annotations

from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.dictionary_formats.terms import Collection
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.storage.loading import AboutConcept

NOTED = Origin("noted", "CC-BY-4.0")


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    """A bank of money, told by a gloss and by two wordnets, and one of a river."""
    pairs = (
        Pair("bank", "banque", 1.0, {"sense": "institution"}),
        Pair("bank", "rive", 1.0, {"sense": "edge of a river"}),
        Pair("bank", "berge", 1.0, {"sense": "edge of a river"}),
        Pair("bank", "talus"),
        Pair("bank", "virer", 1.0, {"sense": "to tilt", "pos": "VERB"}),
    )
    with open_graph(tmp_path / "graph.db", write=True) as words:
        words.add(Dictionary("en", "fr", pairs, NOTED, parts_of_speech=({"bank": "NOUN VERB"}, {"rive": "NOUN"})))
        words.add(Dictionary.of("fr", "fi", [("rive", "ranta")], NOTED))
        about = {"i1": AboutConcept("NOUN", "a financial institution"), "i2": AboutConcept("NOUN", "sloping land")}
        words.add_members("en", ["i1", "i2"], ["bank", "bank"], Origin("en net"), about=about)
        words.add_members("da", ["i1"], ["pengeinstitut"], Origin("da net"), about={"i1": AboutConcept("NOUN", "")})
        words.add_members("en", ["i1"], ["bank"], Origin("both"))
        words.add_members("da", ["i1"], ["pengeinstitut"], Origin("both"))
    return open_graph(tmp_path / "graph.db")


def test_translations_are_grouped_by_the_sense_that_sources_note(graph: Graph) -> None:
    groups = graph.translate("bank", "en", "fr").by_sense()
    assert {sense: {translation.word for translation in group} for sense, group in groups.items()} == {
        "institution": {"banque"},
        "edge of a river": {"rive", "berge"},
        "": {"talus"},
        "to tilt": {"virer"},
    }
    assert [group[0].rank for group in groups.values()] == sorted(group[0].rank for group in groups.values())
    assert graph.translate("rive", "fr", "en")[0].senses == ("edge of a river",)
    assert graph.translate("bank", "en", "fi")[0].senses == ("edge of a river",)  # through rive
    assert {synonym.word: synonym.senses for synonym in graph.synonyms("rive", "fr")}["berge"] == ()


def test_a_translation_in_several_senses_of_one_source_stands_in_each(tmp_path: Path) -> None:
    pairs = [
        ("Bank", "banc", "seat"),
        ("Bank", "banque", "seat"),
        ("Bank", "banque", "money"),
        ("Bank", "banc", "money"),
    ]
    noted = [Pair(word, translation, 1.0, {"sense": sense}) for word, translation, sense in pairs]
    read = Collection()
    for _, translation, sense in pairs:
        read.add_sense(["Bank"], [translation], sense)
    for name, dictionary in (
        ("given.db", Dictionary("de", "fr", tuple(noted), NOTED)),
        ("read.db", read.dictionary("de", "fr", NOTED)),
    ):
        with open_graph(tmp_path / name, write=True) as graph:
            graph.add(dictionary)
            groups = graph.translate("Bank", "de", "fr").by_sense()
            assert {sense: {translation.word for translation in group} for sense, group in groups.items()} == {
                "seat": {"banc", "banque"},
                "money": {"banc", "banque"},
            }
            assert len(graph.translate("Bank", "de", "fr", sense="money")) == 2


def test_words_of_one_concept_have_its_definition_whichever_wordnet_has_it(graph: Graph) -> None:
    (answer,) = graph.translate("bank", "en", "da")
    assert (answer.word, answer.senses, answer.pos) == ("pengeinstitut", ("a financial institution",), "")
    assert graph.translate("pengeinstitut", "da", "en")[0].senses == ()  # the Danish wordnet defines nothing


def test_answers_are_limited_to_a_sense_or_a_part_of_speech(graph: Graph) -> None:
    river = graph.translate("bank", "en", "fr", sense="River")
    assert {translation.word for translation in river} == {"rive", "berge"}
    assert [translation.rank for translation in river] == [1, 2]
    assert len(graph.translate("bank", "en", "fr", sense="river", k=1)) == 1
    assert not graph.translate("bank", "en", "fr", sense="blood")
    assert "rive" not in graph.translate("bank", "en", "fr", pos="verb").words
    assert "rive" in graph.translate("bank", "en", "fr", pos="noun").words
    assert "virer" in graph.translate("bank", "en", "fr", pos="verb").words
    assert "virer" not in graph.translate("bank", "en", "fr", pos="noun").words
    with pytest.raises(ValueError, match="expected a part of speech"):
        graph.translate("bank", "en", "fr", pos="thing")
