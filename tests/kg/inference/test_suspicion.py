from __future__ import annotations

from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.errors import VocabularyError
from isogloss.kg.graph import open_graph
from isogloss.kg.inference.suspicion import check

OPEN = Origin("open words", "CC0-1.0")
LANGUAGES = ("de", "en", "es", "fr")
SENSES = 12


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Four languages that agree on everything but one planted English–French translation."""
    path = tmp_path / "graph.db"
    with open_graph(path, write=True) as graph:
        for number, source in enumerate(LANGUAGES):
            for target in LANGUAGES[number + 1 :]:
                pairs = [Pair(f"{source}{sense}", f"{target}{sense}") for sense in range(SENSES)]
                if (source, target) == ("en", "fr"):
                    pairs.append(Pair("en3", "fr7", 0.2))
                graph.add(Dictionary(source, target, tuple(pairs), OPEN))
    return path


def test_a_planted_mistake_is_the_most_suspicious_and_says_why(path: Path) -> None:
    with open_graph(path) as graph:
        (worst, *others) = check(graph)
    assert {worst.source, worst.target} == {"en3", "fr7"}
    assert worst.suspicion > 0.6
    assert worst.by == ("open words",)
    assert worst.reasons == (
        "confirmed by 0 of 2 words of other languages that could",
        "another translation of the same word is confirmed by 2",
        "one source only, with weight 0.20",
    )
    assert all(edge.suspicion < worst.suspicion / 2 for edge in others)


def test_what_everybody_confirms_is_not_suspected(path: Path) -> None:
    with open_graph(path) as graph:
        assert check(graph, "de", "es") == []
        assert [suspicion.suspicion for suspicion in check(graph, "en", "fr", k=1)] == [check(graph)[0].suspicion]


def test_the_languages_stand_as_they_are_asked(path: Path) -> None:
    with open_graph(path) as graph:
        (suspicion,) = check(graph, "fr", "en", min_suspicion=0.5)
        assert (suspicion.source, suspicion.source_language, suspicion.target, suspicion.target_language) == (
            "fr7",
            "fr",
            "en3",
            "en",
        )
        assert check(graph, "es", min_suspicion=0.5) == []
        with pytest.raises(VocabularyError, match="has no words of sw"):
            check(graph, "sw")


def test_what_is_written_alike_and_nobody_confirms_may_be_a_false_friend(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("gift", "gift"), ("present", "cadeau")], OPEN))
        graph.add(Dictionary.of("en", "de", [("gift", "de2"), ("present", "de2")], OPEN))
        graph.add(Dictionary.of("fr", "de", [("gift", "de5"), ("cadeau", "de5")], OPEN))
    with open_graph(path) as graph:
        suspicions = {suspicion.target: suspicion for suspicion in check(graph, "en", "fr")}
        assert "written alike in both languages, perhaps a false friend" in suspicions["gift"].reasons
        assert suspicions["cadeau"].reasons == ("confirmed by 0 of 1 words of other languages that could",)
        assert suspicions["gift"].suspicion > suspicions["cadeau"].suspicion


def test_what_a_concept_says_too_is_not_suspected(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        graph.add_concepts({"thing": {"en": "en3", "fr": "fr7"}}, Origin("names", "CC0-1.0"))
    with open_graph(path) as graph:
        assert check(graph, min_suspicion=0.5) == []
