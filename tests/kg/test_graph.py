from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import networkx
import pytest

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.errors import FormatError, GraphError, VocabularyError
from isogloss.data.sample import sample_concepts, sample_dictionary, sample_vectors
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.storage.fusion import CONCEPT
from isogloss.kg.storage.hubs import FANOUT
from isogloss.kg.storage.run import Run
from tests.kg.conftest import INDUCED, OPEN, SHARED


def words(graph: Graph, word: str, source: str, target: str, **options: object) -> dict[str, float]:
    return {translation.word: translation.score for translation in graph.translate(word, source, target, **options)}  # type: ignore[arg-type]


def add_all(path: Path, *dictionaries: Dictionary) -> None:
    with open_graph(path, write=True) as graph:
        for dictionary in dictionaries:
            graph.add(dictionary)


def test_the_source_and_its_weight_scale_the_probability_of_a_direct_translation(tmp_path: Path) -> None:
    scores = []
    for number, (weight, quality) in enumerate([(1.0, 1.0), (0.8, 1.0), (0.8, 0.5)]):
        place = tmp_path / f"{number}.db"
        add_all(place, Dictionary("fr", "ja", (Pair("chien", "犬", weight),), Origin("words", quality=quality)))
        with open_graph(place) as graph:
            scores.append(words(graph, "chien", "fr", "ja")["犬"])
    assert 0.5 < scores[0] < 1
    assert scores[1:] == [pytest.approx(scores[0] * 0.8), pytest.approx(scores[0] * 0.8 * 0.5)]


def test_the_place_in_the_article_orders_translations(tmp_path: Path) -> None:
    listed = ["rue", "mer", "sol", "lac"]
    add_all(tmp_path / "words.db", Dictionary.of("en", "fr", [("xyz", word) for word in listed]))
    with open_graph(tmp_path / "words.db") as graph:
        assert [*graph.translate("xyz", "en", "fr").words] == listed


def test_a_second_source_and_an_article_the_other_way_go_before_the_alphabet(tmp_path: Path) -> None:
    either = Dictionary.of("en", "de", [("dog", "Andiron"), ("dog", "Hund")], Origin("A"))
    add_all(tmp_path / "words.db", either, Dictionary.of("de", "en", [("Hund", "dog")], Origin("B")))
    with open_graph(tmp_path / "words.db") as graph:
        assert [*graph.translate("dog", "en", "de").words] == ["Hund", "Andiron"]


def test_the_word_that_stands_in_more_entries_goes_first(tmp_path: Path) -> None:
    usual = [("kennel", "Hundehütte"), ("hound", "Jagdhund"), ("oddball", "toller Hund")]
    usual += [(f"dog {number}", f"Hunde{number}") for number in range(30)]
    add_all(tmp_path / "words.db", Dictionary.of("en", "de", [("dog", "Bock"), ("dog", "Hund"), *usual]))
    with open_graph(tmp_path / "words.db") as graph:
        assert [*graph.translate("dog", "en", "de").words] == ["Hund", "Bock"]
        assert dict(graph.store.rows("SELECT lemma, articles FROM entry WHERE lemma IN ('Hund', 'Bock')")) == {
            "Hund": 34,
            "Bock": 1,
        }


def test_what_is_added_later_counts_as_if_it_had_been_there(tmp_path: Path) -> None:
    pairs = [("dog", "Bock"), ("dog", "Hund"), ("kennel", "Hundehütte"), ("hound", "Jagdhund")]
    with open_graph(tmp_path / "once.db", write=True) as graph:
        graph.add(Dictionary.of("en", "de", pairs))
    for part in (pairs[:2], pairs[2:]):
        add_all(tmp_path / "grown.db", Dictionary.of("en", "de", part))
    with open_graph(tmp_path / "once.db") as once, open_graph(tmp_path / "grown.db") as grown:
        query = "SELECT src, dst, rank, prior FROM edge ORDER BY src, dst"
        assert once.store.rows(query) == grown.store.rows(query)


def test_a_path_through_a_pivot_is_worth_the_product_of_its_edges(path: Path) -> None:
    with open_graph(path) as graph:
        (translation,) = graph.translate("dog", "en", "ja")
        first, second = words(graph, "dog", "en", "fr")["chien"], words(graph, "chien", "fr", "ja")["犬"]
        assert translation.evidence[0].score == pytest.approx(first * second)
        assert 0 < translation.probability == translation.score < 1
        assert list(words(graph, "bank", "en", "ja")) == ["銀行", "岸"]  # banque is the first of the article


def test_two_sources_are_surer_than_one_and_a_second_voice_of_one_source_adds_nothing(path: Path) -> None:
    other = Origin("other words", "CC0-1.0", quality=0.5)
    again = Origin("shared words", "CC0-1.0", quality=0.4)  # the name of SHARED
    with open_graph(path, write=True) as graph:
        translation = words(graph, "chien", "fr", "ja")["犬"]
        graph.add(Dictionary("fr", "ja", (Pair("chien", "犬", 0.6),), other))
        two = words(graph, "chien", "fr", "ja")["犬"]
        graph.add(Dictionary("fr", "ja", (Pair("chien", "犬", 0.6),), again))
        assert translation < two == words(graph, "chien", "fr", "ja")["犬"]


def test_direct_and_pivot_evidence_add_up(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary("en", "ja", (Pair("dog", "犬", 0.4), Pair("dog", "狗", 0.4)), OPEN))
    with open_graph(path) as graph:
        alone, through = (words(graph, "dog", "en", "ja", **options) for options in ({"pivots": False}, {"via": "fr"}))
        both = 1 - (1 - alone["犬"]) * (1 - through["犬"])
        assert words(graph, "dog", "en", "ja") == {"犬": pytest.approx(both), "狗": alone["狗"]}
        assert list(through) == ["犬"]
        assert words(graph, "dog", "en", "ja", via="fi") == {}
        assert words(graph, "dog", "en", "ja", min_score=alone["狗"] + 0.01) == {"犬": pytest.approx(both)}
        assert [*graph.translate("dog", "en", "ja", k=1).words] == ["犬"]


def test_what_was_computed_has_the_probability_that_it_came_with(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary("en", "sw", (Pair("dog", "mbwa", 0.7),), replace(OPEN, name="made", kind="induced")))
        assert words(graph, "dog", "en", "sw", pivots=False) == {"mbwa": pytest.approx(0.7)}


def test_a_translation_shows_its_paths_sources_and_strictest_licence(path: Path) -> None:
    with open_graph(path) as graph:
        (translation,) = graph.translate("dog", "en", "ja")
    (route,) = translation.evidence
    assert [(word.language, word.word) for word in route.words] == [("en", "dog"), ("fr", "chien"), ("ja", "犬")]
    assert [step.claims[0].source for step in route.steps] == [OPEN, SHARED]
    assert translation.licence == route.licence == "GPL-3.0-or-later"
    assert not translation.direct
    assert "dog (en) → chien (fr) → 犬 (ja)" in str(translation)


def test_licences_limit_what_an_answer_is_made_from(path: Path) -> None:
    with open_graph(path) as graph:
        assert words(graph, "dog", "en", "ja", licences=["open"]) == {}
        assert words(graph, "dog", "en", "ja", licences=["sharealike"]) == words(graph, "dog", "en", "ja")
        assert words(graph, "dog", "en", "fr", licences=["CC0-1.0"]).keys() == {"chien"}
        assert len(graph.dictionary("fr", "ja", licences=["open"])) == 0
        assert [near.word.word for near in graph.neighbors("chien", "fr", licences=["open"])] == ["dog"]


@pytest.mark.parametrize(
    ("language", "entry", "typed"),
    [
        ("tr", "ışık", "IŞIK"),
        ("tr", "istanbul", "İSTANBUL"),
        ("fr", "l’eau", "l'eau"),
        ("fr", "l'eau", "L’EAU"),
        ("uk", "п\u02bcять", "п'ять"),
        ("de", "Straße", "STRASSE"),
        ("el", "οδός", "ΟΔΟΣ"),
        ("fr", "café", "\ufeffcafe\u0301\u00a0"),
        ("de", "NATO", "nato"),
    ],
)
def test_a_word_is_found_however_it_is_typed(tmp_path: Path, language: str, entry: str, typed: str) -> None:
    with open_graph(tmp_path / "graph.db", write=True) as graph:
        graph.add(Dictionary.of(language, "en", [(entry, "x")]))
    with open_graph(tmp_path / "graph.db") as graph:
        assert [word.word for word in graph.lookup(typed, language)] == [entry]
        assert [*graph.translate(typed, language, "en").words] == ["x"]


def test_vectors_are_linked_to_entries_of_either_spelling(tmp_path: Path) -> None:
    vectors = sample_vectors("en").first(3)
    spelled = replace(vectors, words=("the", "berlin", "nato"), spellings=("the", "Berlin", "NATO"))
    with open_graph(tmp_path / "graph.db", write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("Berlin", "Berlin"), ("nato", "OTAN"), ("dog", "chien")]))
        assert graph.link_vectors(spelled) == 2
        assert graph.lookup("Berlin", "en")[0].freq_rank == 1


def test_a_word_is_found_without_regard_to_case_and_accents_unless_it_is_written_just_so(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary.of("de", "fr", [("weg", "loin"), ("Weg", "chemin"), ("für", "pour")], OPEN))
    with open_graph(path) as graph:
        assert [entry.word for entry in graph.lookup("Weg", "de")] == ["Weg"]
        assert {entry.word for entry in graph.lookup("WEG", "de")} == {"weg", "Weg"}
        assert [entry.word for entry in graph.lookup("FUR", "de")] == ["für"]
        assert [entry.word for entry in graph.lookup("eclair", "en")] == ["Éclair"]
        assert [entry.word for entry in graph.lookup("fu\u0308r", "de")] == ["für"]  # decomposed


def test_a_missing_word_is_met_with_words_written_like_it(path: Path) -> None:
    with open_graph(path) as graph:
        for slip, meant in (("shroe", "shore"), ("bnk", "bank"), ("doggs", "dog"), ("éclairs", "Éclair")):
            with pytest.raises(VocabularyError, match=f"did you mean.*{meant}"):
                graph.lookup(slip, "en")
        with pytest.raises(VocabularyError, match="nothing is written much like it"):
            graph.lookup("xylophone", "en")
        with pytest.raises(VocabularyError, match="no words of sw; its languages are: en, fi, fr, ja"):
            graph.translate("dog", "en", "sw")
        with pytest.raises(FormatError, match="not valid Unicode"):
            graph.lookup("\ud800", "en")


def test_search_finds_beginnings_first_and_parts_after(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("embankment", "quai"), ("banker", "banquier")], OPEN))
    with open_graph(path) as graph:
        assert [entry.word for entry in graph.search("bank", "en")] == ["bank", "banker", "embankment"]
        assert [entry.word for entry in graph.search("CLAI", "en")] == ["Éclair"]
        assert graph.search('"; DROP TABLE entry', "en") == []


def test_pairs_and_languages_tell_what_is_linked(path: Path) -> None:
    with open_graph(path) as graph:
        assert graph.languages() == ("en", "fi", "fr", "ja")
        assert graph.pairs() == [("en", "fi", 2), ("en", "fr", 5), ("fr", "ja", 4)]


def test_a_dictionary_comes_back_as_it_went_in(path: Path) -> None:
    with open_graph(path) as graph:
        back = graph.dictionary("fr", "ja")
        turned = graph.dictionary("ja", "fr", min_weight=0.95)
    assert back.origin == SHARED
    assert {(p.source, p.target, p.weight) for p in back} == {
        ("chien", "犬", 0.8),
        ("chat", "猫", 0.9),
        ("rive", "岸", 1.0),
        ("banque", "銀行", 1.0),
    }
    assert {(p.source, p.target) for p in turned} == {("岸", "rive"), ("銀行", "banque")}


def test_what_several_sources_say_is_fused_under_all_their_names(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary("fr", "ja", (Pair("chien", "犬", 0.5), Pair("chien", "狗", 0.5)), OPEN))
        dictionary = graph.dictionary("fr", "ja")
    weights = {(pair.source, pair.target): pair.weight for pair in dictionary}
    assert weights["chien", "犬"] == pytest.approx(1 - 0.6 * 0.5)
    assert (dictionary.origin.name, dictionary.origin.licence) == ("open words + shared words", "GPL-3.0-or-later")


def test_concepts_translate_their_words_without_an_edge_for_each_two(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        graph.add_concepts({"🏠": {"en": ["house", "home"], "sw": "nyumba", "eu": ["etxe"]}}, OPEN)
    with open_graph(path) as graph:
        assert graph.store.value("SELECT count(*) FROM edge WHERE relation = 11") == 0
        assert words(graph, "nyumba", "sw", "eu") == {"etxe": pytest.approx(CONCEPT)}
        assert words(graph, "house", "en", "en")["home"] == CONCEPT
        assert graph.concepts("etxe", "eu") == {"🏠": {"en": ("home", "house"), "eu": ("etxe",), "sw": ("nyumba",)}}
        assert ("en", "sw", 2) in graph.pairs()
        assert [pair[:2] for pair in graph.dictionary("sw", "en")] == [("nyumba", "home"), ("nyumba", "house")]
        assert {near.word.word for near in graph.neighbors("etxe", "eu")} == {"home", "house", "nyumba"}


def test_pivots_of_one_concept_add_nothing_to_it(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        graph.add_concepts({"🏠": {"en": "house", "sw": "nyumba", "eu": "etxe", "fi": "talo"}}, SHARED)
        graph.add(Dictionary.of("fi", "sw", [("talo", "nyumba")], OPEN))
        graph.add(Dictionary.of("fi", "eu", [("talo", "eraikin")], OPEN))
    with open_graph(path) as graph:
        (translation,) = graph.translate("house", "en", "sw")
        assert (translation.word, len(translation.evidence)) == ("nyumba", 1)
        assert translation.score == pytest.approx(0.5 * CONCEPT)
        into_basque = words(graph, "house", "en", "eu")
        assert list(into_basque) == ["etxe", "eraikin"]
        assert into_basque["etxe"] == pytest.approx(0.5 * CONCEPT)


def test_the_sample_answers_through_its_concepts(tmp_path: Path) -> None:
    with open_graph(tmp_path / "sample.db", write=True) as graph:
        graph.add_concepts(sample_concepts(), Origin("CLDR", "Unicode-DFS-2016"))
    with open_graph(tmp_path / "sample.db") as graph:
        expected = sample_dictionary("eu", "sw")
        assert {pair[:2] for pair in graph.dictionary("eu", "sw")} == {pair[:2] for pair in expected.pairs}
        word, translation, *_ = expected.pairs[0]
        assert translation in words(graph, word, "eu", "sw")


def test_synonyms_are_given_or_translated_alike(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary.of("en", "en", [("dog", "hound"), ("dog", "dog")], OPEN))
        direct = {translation.word: translation.direct for translation in graph.synonyms("dog", "en")}
        alike = [*graph.synonyms("bank", "en").words]
    assert direct == {"hound": True}
    assert alike == ["shore"]  # both are rive


def test_a_relation_with_a_direction_is_read_backwards_as_its_inverse(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary.of("en", "en", [("dog", "animal")], OPEN), relation="hypernym")
    with open_graph(path) as graph:
        assert ("hypernym", "animal") in {(n.relation, n.word.word) for n in graph.neighbors("dog", "en")}
        assert [(n.relation, n.word.word) for n in graph.neighbors("animal", "en")] == [("hyponym", "dog")]
        assert graph.stats().relations["hypernym"] == 1


def test_induced_pairs_keep_their_run_and_evidence(path: Path) -> None:
    run = Run("csls", {"k": 10}, seed=7, version="0.1.0", started="2026-01-01T00:00:00+00:00")
    pairs = (Pair("dog", "perro", 0.7, {"rank": 1, "cosine": 0.61}), Pair("cat", "gato", 0.6, None))
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary("en", "es", pairs, INDUCED), run=run)
    with open_graph(path) as graph:
        for translation in (graph.translate("dog", "en", "es"), graph.translate("perro", "es", "en")):
            (claim,) = translation[0].evidence[0].steps[0].claims
            assert (claim.run, claim.evidence) == (run, {"rank": 1, "cosine": 0.61})
        (claim,) = graph.translate("cat", "en", "es")[0].evidence[0].steps[0].claims
        assert (claim.run, claim.evidence) == (run, None)


def test_of_two_weights_by_one_source_the_higher_one_stays_with_its_evidence(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        for weight in (0.5, 0.7, 0.6):
            graph.add(Dictionary("en", "es", (Pair("dog", "perro", weight, {"weight": weight}),), INDUCED))
    for weight in (0.65, 0.8, 0.1):
        with open_graph(path, write=True) as graph:
            graph.add(Dictionary("en", "es", (Pair("dog", "perro", weight, {"weight": weight}),), INDUCED))
    with open_graph(path) as graph:
        (claim,) = graph.translate("dog", "en", "es")[0].evidence[0].steps[0].claims
        assert (claim.weight, claim.evidence) == (0.8, {"weight": 0.8})
        assert graph.stats().coverage["en", "es"] == 1


@pytest.mark.parametrize("weight", [float("nan"), -0.1, 1.5, float("inf")])
def test_a_weight_that_is_no_probability_is_refused_by_name(path: Path, weight: float) -> None:
    with open_graph(path, write=True) as graph:
        with pytest.raises(FormatError, match=r"induced words: found weight .* of 'dog' and 'perro'"):
            graph.add(Dictionary("en", "es", (Pair("dog", "perro", weight),), INDUCED))
        assert "es" not in graph.languages()


def test_empty_words_are_left_out_and_counted(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        added = graph.add(Dictionary.of("en", "es", [("", "nada"), ("dog", " "), (" cat ", "gato")], OPEN))
        assert (added.pairs, added.dropped) == (1, {"empty word": 2})
        assert words(graph, "cat", "en", "es").keys() == {"gato"}
        with pytest.raises(FormatError, match="not valid Unicode"):
            graph.add(Dictionary.of("en", "es", [("\udc80", "x")], OPEN))
        with pytest.raises(FormatError, match="unknown relation 'friend', expected one of translation"):
            graph.add(Dictionary.of("en", "es", [("a", "b")], OPEN), relation="friend")


def test_words_are_joined_to_their_rows_and_ranks_in_vectors(path: Path) -> None:
    vectors = sample_vectors("en")
    with open_graph(path, write=True) as graph:
        assert graph.link_vectors(vectors) == sum(word in vectors for word in ("dog", "cat", "bank", "shore", "Éclair"))
        with pytest.raises(VocabularyError, match="no words of"):
            graph.link_vectors(replace(vectors, language="sw"))
    with open_graph(path) as graph:
        (entry,) = graph.lookup("dog", "en")
        assert entry.freq_rank == vectors.row_of["dog"]
        (row,) = graph.store.rows("SELECT row FROM vector_ref WHERE entry = ?", (entry.id,))
        assert row == (entry.freq_rank,)
        assert vectors.file is not None
        assert graph.store.rows("SELECT path, sha256 FROM vector_file") == [(vectors.file.path, vectors.file.sha256)]


def test_a_hub_answers_with_its_strongest_and_counts_them_all(tmp_path: Path) -> None:
    many = [(f"mot{number}", number / 1000) for number in range(1, 3 * FANOUT + 1)]
    with open_graph(tmp_path / "hub.db", write=True) as graph:
        graph.add(Dictionary("en", "fr", tuple(Pair("hub", word, weight) for word, weight in many), OPEN))
        graph.add(Dictionary("fi", "en", (Pair("napa", "hub", 1.0),), OPEN))
    with open_graph(tmp_path / "hub.db") as graph:
        assert graph.store.value("SELECT fanout FROM hub") == 3 * FANOUT
        direct = graph.translate("hub", "en", "fr", k=500)
        assert len(direct) == 3 * FANOUT
        through = words(graph, "napa", "fi", "fr", k=500)
        assert len(through) == FANOUT
        assert {translation.word for translation in direct[:FANOUT]} == through.keys()
        limited = words(graph, "napa", "fi", "fr", k=500, licences=["CC0-1.0"])
        assert limited == through


def test_a_hub_grown_over_several_sessions_is_cached_like_one_loaded_at_once(tmp_path: Path) -> None:
    pairs = [Pair("hub", f"mot{number}", number / 1000) for number in range(1, 2 * FANOUT + 1)]
    for name, size in (("once", len(pairs)), ("grown", 20)):
        for start in range(0, len(pairs), size):
            with open_graph(tmp_path / name, write=True) as graph:
                part = tuple(pairs[start : start + size])
                graph.add(Dictionary("en", "fr", part, OPEN), places=range(start + 1, start + 1 + len(part)))
    with open_graph(tmp_path / "once") as once, open_graph(tmp_path / "grown") as grown:
        assert once.store.rows("SELECT * FROM hub") == grown.store.rows("SELECT * FROM hub")
        assert once.pairs() == grown.pairs() == [("en", "fr", 2 * FANOUT)]


def test_the_surroundings_of_a_word_are_a_networkx_graph(path: Path) -> None:
    with open_graph(path) as graph:
        near = graph.subgraph("dog", "en", hops=1)
        far = graph.subgraph("dog", "en", hops=2)
        few = graph.subgraph("dog", "en", hops=2, limit=2)
    assert isinstance(near, networkx.Graph)
    assert set(near) == {"en:dog", "fr:chien", "fi:koira"}
    assert far.nodes["ja:犬"] == {"word": "犬", "language": "ja"}
    assert far.edges["fr:chien", "ja:犬"]["weight"] == pytest.approx(0.4)
    assert len(few) == 2


def test_stats_count_each_edge_once(path: Path) -> None:
    with open_graph(path) as graph:
        stats = graph.stats()
    assert stats.edges == 11
    assert {language.code: language.entries for language in stats.languages} == {"en": 5, "fi": 2, "fr": 4, "ja": 4}
    assert {source.name: source.edges for source in stats.sources} == {"open words": 7, "shared words": 4}
    assert {source.licence_class for source in stats.sources} == {"open", "sharealike"}
    assert stats.coverage == {("en", "fi"): 2, ("en", "fr"): 5, ("fr", "ja"): 4}


def test_a_graph_open_for_reading_refuses_to_be_added_to(path: Path) -> None:
    with open_graph(path) as graph, pytest.raises(GraphError, match="write=True"):
        graph.add(Dictionary.of("en", "fr", [("a", "b")], OPEN))


def test_an_error_of_the_caller_ends_a_session_as_it_is(path: Path) -> None:
    with pytest.raises(FileNotFoundError), open_graph(path, write=True):
        (path.parent / "absent").read_bytes()
    with open_graph(path) as graph:
        graph.check_schema()


def test_a_session_that_fails_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    valid, invalid = (Dictionary("en", "fr", (Pair("a", "b", weight),), OPEN) for weight in (0.5, 5.0))
    with pytest.raises(FormatError):
        add_all(path, valid, invalid)
    assert path.read_bytes() == before
    assert list(path.parent.glob(".*")) == []


def test_figures_and_questions_about_many_words_say_what_they_are(path: Path) -> None:
    with open_graph(path) as graph:
        assert re.fullmatch(r"<Stats: \d+ words of 4 languages, \d+ edges>", repr(graph.stats()))
        assert "<td>English</td>" in graph.stats()._repr_html_()
        with pytest.raises(TypeError, match=r"translate takes one word, not \['dog', 'cat'\]; ask for each"):
            graph.translate(["dog", "cat"], "en", "fr")  # type: ignore[arg-type]


def test_a_mistake_of_the_caller_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    place = tmp_path / "g.db"
    with open_graph(place, write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("dog", "chien")]))
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute("UPDATE meta SET value = CAST(x'ff' AS TEXT)")
    with open_graph(place) as graph, pytest.raises(TypeError, match="unexpected keyword argument 'direct'"):
        graph.translate("dog", "en", "fr", direct=True)  # type: ignore[call-arg]
    with pytest.raises(KeyError, match="'mine'"), open_graph(place) as graph:
        dict[str, int]()["mine"]
    with open_graph(place) as graph, pytest.raises(GraphError, match="the file is damaged"):
        graph.check_schema()
