from __future__ import annotations

from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.errors import FormatError, GraphError, VocabularyError
from isogloss.kg.correcting import corrected
from isogloss.kg.exchange.exporting import export_graph
from isogloss.kg.exchange.importing import import_file
from isogloss.kg.exchange.selection import Selection
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.inference.suspicion import check
from isogloss.kg.inference.translation_links import TranslationLinks
from isogloss.kg.storage.hubs import FANOUT
from tests.kg.conftest import OPEN, SHARED


def scores(path: Path, word: str, source: str, target: str, **options: object) -> dict[str, float]:
    with open_graph(path) as graph:
        return {translation.word: translation.score for translation in graph.translate(word, source, target, **options)}  # type: ignore[arg-type]


def test_an_accepted_translation_comes_first_and_is_nearly_sure(path: Path) -> None:
    before = scores(path, "bank", "en", "fr")
    corrected(path, lambda graph: graph.add_translation("bank", "rive", "en", "fr"))
    corrected(path, lambda graph: graph.add_translation("bank", "talus", "en", "fr"))
    after = scores(path, "bank", "en", "fr")
    assert list(after) == ["rive", "talus", "banque"]  # of two accepted ones the one that others state, too
    assert after["talus"] == pytest.approx(0.999)
    assert after["banque"] == pytest.approx(before["banque"], abs=0.15)
    assert scores(path, "talus", "fr", "en") == {"bank": pytest.approx(0.999)}


def test_a_rejected_translation_is_none_any_more_wherever_one_asks(path: Path, tmp_path: Path) -> None:
    assert "犬" in scores(path, "dog", "en", "ja")
    corrected(path, lambda graph: graph.reject_translation("dog", "chien", "en", "fr"))
    assert scores(path, "dog", "en", "fr") == {}
    assert scores(path, "chien", "fr", "en") == {}
    assert scores(path, "dog", "en", "ja") == {}  # no path goes over it
    assert scores(path, "dog", "en", "fr", licences=["open"]) == {}
    assert scores(path, "dog", "en", "fi") == {"koira": pytest.approx(scores(path, "dog", "en", "fi")["koira"])}
    with open_graph(path) as graph:
        assert "chien" not in {near.word.word for near in graph.neighbors("dog", "en")}
        assert graph.paths(("dog", "en"), ("chien", "fr")) == []
        assert "fr:chien" not in graph.subgraph("dog", "en")
        assert "chien" not in graph.dictionary("en", "fr").by_source.get("dog", ())
        links = TranslationLinks.of(graph.store)
        between = links.between(graph.language_number("en"), graph.language_number("fr"))
        assert ("dog", "chien") not in zip(links.words(between.source), links.words(between.target), strict=True)
        matrix = graph.adjacency()
        rows = {word: place for place, word in enumerate(matrix.words)}
        assert ("fr", "chien") not in rows or matrix.matrix[rows["en", "dog"], rows["fr", "chien"]] == 0
        assert "chien" not in {suspicion.target for suspicion in check(graph, "en", "fr")}
        for name in ("tsv", "muse", "ntriples"):
            export_graph(graph, tmp_path / f"out.{name}", name, Selection("en", "fr"))
            assert "chien" not in (tmp_path / f"out.{name}").read_text("utf-8")


def test_a_translation_through_pivots_can_be_rejected(path: Path) -> None:
    corrected(path, lambda graph: graph.reject_translation("dog", "犬", "en", "ja"))
    assert scores(path, "dog", "en", "ja") == {}
    assert scores(path, "dog", "en", "fr")["chien"] > 0.3


def test_what_users_say_last_counts_and_of_several_most_of_them_decide(path: Path) -> None:
    def said(name: str, accepted: bool) -> list[str]:
        def change(graph: Graph) -> None:
            judge = graph.add_translation if accepted else graph.reject_translation
            judge("bank", "rive", "en", "fr", name=name)

        corrected(path, change)
        return list(scores(path, "bank", "en", "fr"))

    before = list(scores(path, "bank", "en", "fr"))
    assert said("anna", False) == ["banque"]
    assert said("anna", True) == ["rive", "banque"]
    assert said("ben", False) == before  # nothing is decided
    assert said("carla", False) == ["banque"]
    assert said("carla", True) == ["rive", "banque"]


def test_rejections_reach_hubs_and_concepts(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    words = [f"mot{number}" for number in range(FANOUT + 20)]
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("hub", word) for word in words], OPEN))
        graph.add(Dictionary.of("en", "de", [("hub", "Nabe")], OPEN))
        graph.add_concepts({"1": {"en": ["hub"], "fr": ["moyeu", "mot0"], "de": ["Nabe"]}}, SHARED)
    assert {"mot0", "moyeu"} <= set(scores(path, "hub", "en", "fr", k=FANOUT))
    with open_graph(path, write=True, in_place=True) as graph:
        for word in ("mot0", "moyeu"):
            graph.reject_translation("hub", word, "en", "fr")
    assert not {"mot0", "moyeu"} & set(scores(path, "hub", "en", "fr", k=FANOUT))
    assert not {"mot0", "moyeu"} & set(scores(path, "hub", "en", "fr", k=1000))
    assert "moyeu" in scores(path, "Nabe", "de", "fr")


def test_rejections_survive_an_exchange_and_a_merge(path: Path, tmp_path: Path) -> None:
    corrected(path, lambda graph: graph.reject_translation("dog", "chien", "en", "fr"))
    with open_graph(path) as graph:
        export_graph(graph, tmp_path / "g.jsonl", "jsonl")
    with open_graph(tmp_path / "new.db", write=True) as graph:
        import_file(graph, tmp_path / "g.jsonl")
    assert scores(tmp_path / "new.db", "dog", "en", "fr") == {}
    corrected(tmp_path / "new.db", lambda graph: graph.remove_source("user"))
    assert list(scores(tmp_path / "new.db", "dog", "en", "fr")) == ["chien"]


def test_words_are_known_before_they_can_be_rejected(path: Path) -> None:
    with pytest.raises(VocabularyError, match="'hound' is not among the en words"):
        corrected(path, lambda graph: graph.reject_translation("hound", "chien", "en", "fr"))
    with pytest.raises(FormatError, match="empty word"):
        corrected(path, lambda graph: graph.add_translation(" ", "chien", "en", "fr"))
    with open_graph(path) as graph, pytest.raises(GraphError, match="open for reading only"):
        graph.add_translation("hound", "chien", "en", "fr")
    assert scores(path, "dog", "en", "fr").keys() == {"chien"}


def test_a_removed_source_leaves_no_word_edge_or_count(path: Path) -> None:
    with open_graph(path) as graph:
        expected = graph.stats()
    with open_graph(path, write=True) as graph:
        graph.add(
            Dictionary("en", "eo", (Pair("dog", "hundo", 0.9, {"why": "so"}), Pair("cat", "kato")), Origin("gone"))
        )
        graph.add_concepts({"x": {"en": "dog", "fr": ["toutou"]}}, Origin("gone"))
    assert scores(path, "dog", "en", "eo") == {"hundo": pytest.approx(scores(path, "dog", "en", "eo")["hundo"])}
    assert corrected(path, lambda graph: graph.remove_source("gone")) == 4
    with open_graph(path) as graph:
        stats = graph.stats()
        assert (stats.languages, stats.relations, stats.coverage) == (
            expected.languages,
            expected.relations,
            expected.coverage,
        )
        assert [source.name for source in stats.sources] == [source.name for source in expected.sources]
        assert graph.store.value("SELECT count(*) FROM evidence") == 0
        assert graph.search("toutou", "fr") == graph.search("outo", "fr") == []
        graph.check_schema()
    with pytest.raises(VocabularyError, match="no source is called 'gone', expected one of 'open words'"):
        corrected(path, lambda graph: graph.remove_source("gone"))


def test_a_source_can_be_removed_and_added_again_in_one_session(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        graph.remove_source(OPEN.name)
        graph.add(Dictionary.of("en", "fr", [("dog", "chien")], OPEN))
    assert list(scores(path, "dog", "en", "fr")) == ["chien"]
    with open_graph(path) as graph:
        assert graph.pairs() == [("en", "fr", 1), ("fr", "ja", 4)]


def test_a_quality_that_was_set_scales_scores_and_stays_when_the_source_comes_again(path: Path) -> None:
    before = scores(path, "dog", "en", "fr")["chien"]
    corrected(path, lambda graph: graph.set_quality(OPEN.name, 0.5))
    assert scores(path, "dog", "en", "fr")["chien"] == pytest.approx(before / 2)
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("dog", "chien"), ("tree", "arbre")], OPEN))
        assert [source.quality for source in graph.sources() if source.name == OPEN.name] == [0.5]
    corrected(path, lambda graph: graph.set_quality(OPEN.name, 0))
    assert scores(path, "tree", "en", "fr") == {}
    with pytest.raises(ValueError, match="from 0 to 1"):
        corrected(path, lambda graph: graph.set_quality(OPEN.name, 2))


def test_stats_tell_how_often_others_confirm_a_source(tmp_path: Path) -> None:
    path = tmp_path / "g.db"
    correct = [(f"w{n}", f"m{n}") for n in range(200)]
    wrong = [(f"w{n}", f"m{n if n % 4 == 0 else (n + 1) % 200}") for n in range(200)]
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary.of("en", "fr", correct, Origin("one")))
        graph.add(Dictionary.of("en", "fr", correct[:160] + wrong[160:], Origin("two")))
        graph.add(Dictionary.of("en", "fr", wrong, Origin("bad")))
        graph.add(Dictionary.of("fr", "en", [(b, a) for a, b in correct], Origin("one turned round")))
        graph.add(Dictionary.of("en", "de", [("w1", "v1")], Origin("alone")))
    with open_graph(path) as graph:
        confirmed = {source.name: source.confirmed for source in graph.stats().sources}
    assert confirmed["alone"] is None
    # "one turned round" does not count; "two" confirms 170 of 190 pairs both of whose words it has, "bad" 50 of 150.
    assert confirmed["one"] == pytest.approx((170 + 50) / (190 + 150), abs=0.02)
    assert confirmed["bad"] is not None
    assert confirmed["one"] is not None
    assert confirmed["bad"] < confirmed["one"] < 0.9
