"""However one asks: macrolanguages, spellings, forms, slips."""

from __future__ import annotations

from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import VocabularyError
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.results import How

Parts = list[tuple[str, str, list[tuple[str, str]]]]


def graph_of(place: Path, parts: Parts) -> Graph:
    with open_graph(place / "graph.db", write=True) as graph:
        for source, target, pairs in parts:
            graph.add(Dictionary.of(source, target, pairs))
    return open_graph(place / "graph.db")


def test_a_macrolanguage_and_its_member_are_one_language(tmp_path: Path) -> None:
    parts: Parts = [
        ("swh", "en", [("maji", "water"), ("moto", "fire")]),
        ("sw", "en", [("nyumba", "house"), ("maji", "water")]),
        ("sw", "fi", [("moto", "tuli")]),
        ("cmn", "en", [("水", "water")]),
    ]
    with graph_of(tmp_path, parts) as graph:
        for code in ("sw", "swh", "swa"):
            assert graph.translate("water", "en", code).words == ("maji",)  # once, though both have it
            assert graph.translate("nyumba", code, "en").words == ("house",)
        assert graph.translate("fire", "en", "fi").words == ("tuli",)  # swh:moto is sw:moto in the middle of the path
        assert graph.translate("水", "zh", "en").words == graph.translate("水", "zh-Hans", "en").words == ("water",)
        assert [word.language for word in graph.lookup("maji", "sw")] == ["sw", "swh"]
        assert [word.word for word in graph.search("nyu", "swh")] == ["nyumba"]
        assert graph.dictionary("zh", "en").by_source == {"水": ("water",)}
        with pytest.raises(VocabularyError, match="no words of ja; its languages are: cmn, en, fi, sw, swh"):
            graph.translate("x", "ja", "fi")


@pytest.mark.parametrize(
    ("language", "entry", "query"),
    [
        ("en", "House", "house"),
        ("fr", "sœur", "soeur"),
        ("fr", "soeur", "sœur"),
        ("de", "Straße", "Strasse"),
        ("en", "ice-cream", "ice cream"),
        ("en", "ice cream", "ice-cream"),
        ("en", "e-mail", "email"),
        ("zh", "參加", "参加"),
        ("zh", "参加", "參加"),
        ("ja", "カメラ", "かめら"),
        ("ja", "すし", "スシ"),
        ("en", "to eat", "eat"),
        ("en", "don’t", "don't"),
    ],
)
def test_another_spelling_is_found_and_joins_paths(tmp_path: Path, language: str, entry: str, query: str) -> None:
    other = "it" if language != "it" else "es"
    with graph_of(tmp_path, [(language, "ar", [(entry, "x")]), (language, other, [(query, "y")])]) as graph:
        translations = graph.translate(query, language, "ar")
        assert (translations.words, translations[0].entry, translations[0].match) == (("x",), entry, How.SPELLING)
        assert graph.translate("y", other, "ar").words == ("x",)  # asked = entry in the middle
        assert graph.translate(query, language, other)[0].match == ""
    with graph_of(tmp_path / "alone", [(language, "ar", [(entry, "x")])]) as graph:
        assert graph.translate(query, language, "ar").words == ("x",)


def test_the_exact_form_goes_before_other_spellings(tmp_path: Path) -> None:
    with graph_of(tmp_path, [("de", "en", [("Essen", "food"), ("essen", "eat")])]) as graph:
        assert graph.translate("essen", "de", "en").words == ("eat", "food")
        assert graph.translate("Essen", "de", "en").words == ("food", "eat")
        assert [match.entry.word for match in graph.find("Essen", "de") if match.how is How.WRITTEN] == ["Essen"]


def test_two_letters_for_an_umlaut_are_a_spelling_in_german_and_forms_are_found_through_them(tmp_path: Path) -> None:
    words = [("größer", "bigger"), ("großer", "big one"), ("Haus", "house")]
    with graph_of(tmp_path, [("de", "en", words), ("fi", "en", [("hän", "he")])]) as graph:
        assert graph.translate("groesser", "de", "en").words == ("bigger",)
        assert graph.translate("groesser", "de", "en")[0].match == How.SPELLING
        assert graph.translate("Haeuser", "de", "en").words == ("house",)
        with pytest.raises(VocabularyError):
            graph.translate("haen", "fi", "en")


def test_accents_make_other_words_that_are_no_part_of_a_path(tmp_path: Path) -> None:
    with graph_of(tmp_path, [("en", "es", [("year", "año")]), ("es", "fr", [("ano", "anus")])]) as graph:
        assert not graph.translate("year", "en", "fr")
        assert graph.translate("aNo", "es", "fr").words == ("anus",)
        assert graph.translate("ano", "es", "en")[0].match == How.ACCENTS  # ano has no answer


def test_spellings_of_words_added_later_are_found_as_if_they_had_been_there(tmp_path: Path) -> None:
    parts: Parts = [
        ("en", "ar", [("House", "a"), ("e-mail", "b"), ("to run", "c"), ("ice cream", "d")]),
        ("en", "fr", [("house", "e"), ("email", "f"), ("run", "g"), ("ice-cream", "h"), ("HOUSE", "i")]),
        ("swh", "en", [("Maji", "house")]),
        ("sw", "en", [("maji", "house")]),
    ]
    query = (
        "SELECT a.lemma, b.lemma, difference FROM variant v JOIN entry a ON a.id = entry JOIN entry b ON b.id = other"
    )
    with graph_of(tmp_path, parts) as graph:
        once = sorted(graph.store.rows(query))
    for part in parts:
        with open_graph(tmp_path / "grown.db", write=True) as grown:
            grown.add(Dictionary.of(*part))
    with open_graph(tmp_path / "grown.db") as grown:
        assert sorted(grown.store.rows(query)) == once
    assert ("House", "house", 1) in once
    assert ("run", "to run", 2) in once
    assert len(once) == 2 * (3 + 1 + 1 + 1 + 1)


@pytest.mark.parametrize(
    ("language", "entry", "query"),
    [
        ("en", "house", "houses"),
        ("en", "run", "running"),
        ("en", "run", "ran"),
        ("en", "house", "the house"),
        ("en", "run", "to run"),
        ("en", "to eat", "ate"),
        ("en", "to eat", "eats"),
        ("fr", "eau", "l'eau"),
        ("fr", "eau", "l’eau"),
        ("fr", "cheval", "les chevaux"),
        ("en", "give up", "gave up"),
        ("en", "ice cream", "ice creams"),
    ],
)
def test_a_form_leads_to_its_lemma(tmp_path: Path, language: str, entry: str, query: str) -> None:
    with graph_of(tmp_path, [(language, "ja", [(entry, "x")])]) as graph:
        (answer,) = graph.translate(query, language, "ja")
        assert (answer.entry, answer.match) in ((entry, How.LEMMA), (entry, How.SPELLING))
        assert [word.word for word in graph.lookup(query, language)] == [entry]


def test_a_form_that_is_a_word_itself_leads_to_its_lemma_where_it_has_no_answer(tmp_path: Path) -> None:
    with graph_of(tmp_path, [("en", "fr", [("run", "courir")]), ("en", "fi", [("running", "juoksu")])]) as graph:
        assert graph.translate("running", "en", "fr").words == ("courir",)
        assert graph.translate("running", "en", "fi").words == ("juoksu",)
        whole, bare, form = (graph.translate(word, "en", "fr")[0].score for word in ("run", "a run", "ran"))
        assert bare == pytest.approx(0.9 * whole)
        assert form == pytest.approx(0.3 * whole)


def test_a_form_that_a_source_names_leads_to_its_headword_even_where_it_has_answers(tmp_path: Path) -> None:
    with open_graph(tmp_path / "graph.db", write=True) as graph:
        graph.add(Dictionary.of("eu", "en", [("etxe", "house"), ("etxeak", "home")]))
        graph.add(Dictionary.of("eu", "eu", [("etxeak", "etxe")]), relation="form_of")
    with open_graph(tmp_path / "graph.db") as graph:
        answers = graph.translate("etxeak", "eu", "en")
        assert [(translation.word, translation.match) for translation in answers] == [
            ("home", ""),
            ("house", How.LEMMA),
        ]


def test_slips_are_met_with_the_words_that_were_meant(tmp_path: Path) -> None:
    words = ["house", "horse", "mouse", "necessary", "accommodation", "embarrassment", "sœur", "Über"]
    with graph_of(tmp_path, [("en", "fr", [(word, word[::-1]) for word in words])]) as graph:
        for slip, meant in (
            ("huose", "house"),
            ("hause", "house"),
            ("hoous", "house"),
            ("neccesary", "necessary"),
            ("acomodation", "accommodation"),
            ("embarasment", "embarrassment"),
        ):
            assert graph.suggestions(slip, "en")[0] == meant
            with pytest.raises(VocabularyError, match=f"did you mean {meant}"):
                graph.translate(slip, "en", "fr")
        assert graph.suggestions("xylophone", "en") == graph.suggestions("", "en") == []


@pytest.mark.parametrize(
    ("language", "entry", "query"),
    [("el", "θάλασσα", "ΘΑΛΑΣΣΑ"), ("el", "Μάιος", "ΜΑΪΟΣ"), ("fr", "école", "ECOLE"), ("ru", "соба́ка", "собака")],
)
def test_capitals_without_accents_and_stress_marks_are_the_same_word(
    tmp_path: Path, language: str, entry: str, query: str
) -> None:
    with graph_of(tmp_path, [(language, "en", [(entry, "x")])]) as graph:
        same, translation = graph.translate(entry, language, "en")[0], graph.translate(query, language, "en")[0]
        assert (translation.match, translation.probability) == (How.SPELLING, same.probability)
        assert graph.translate(entry.upper(), language, "en")[0].probability == same.probability


def test_words_that_capitals_confuse_come_after_the_one_that_is_written_so(tmp_path: Path) -> None:
    with graph_of(tmp_path, [("fr", "en", [("où", "where"), ("ou", "or")])]) as graph:
        assert graph.translate("OU", "fr", "en").words[0] == "or"
        assert graph.translate("OÙ", "fr", "en").words[0] == "where"
