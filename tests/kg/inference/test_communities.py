"""Communities do not depend on what was computed before, and words of one language alone make none."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.kg.correcting import corrected
from isogloss.kg.graph import open_graph
from isogloss.kg.inference.communities import Member, communities
from isogloss.kg.inference.translation_links import TranslationLinks
from isogloss.kg.storage.concept_pairs import LARGEST


def test_a_seed_gives_the_same_communities_again(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    with open_graph(tmp_path / "g.db", write=True) as graph:
        for source, target in (("en", "fr"), ("fr", "fi"), ("en", "fi")):
            ends = random.integers(0, 60, (400, 2)).tolist()  # so dense that ties are drawn by lot
            pairs = sorted({(f"{source}{one}", f"{target}{other}") for one, other in ends})
            graph.add(Dictionary.of(source, target, pairs, Origin(source + target)))
        runs = [communities(graph) for _ in range(4)]
    assert runs[0]
    assert runs[1:] == runs[:1] * 3


def test_the_most_cohesive_goes_first(tmp_path: Path) -> None:
    with open_graph(tmp_path / "g.db", write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("dog", "chien"), ("water", "eau"), ("cup", "tasse")], Origin("d")))
        graph.add(Dictionary.of("en", "fi", [("dog", "koira"), ("water", "vesi")], Origin("e")))
        graph.add(Dictionary.of("fr", "fi", [("chien", "koira")], Origin("f")))
        groups = communities(graph)
        assert communities(graph, min_cohesion=0.9) == groups[:1]
        assert communities(graph, min_size=4) == []
    assert [community.cohesion for community in groups] == [1.0, 0.6667]
    assert set(groups[0].members) == {Member("dog", "en", 1.0), Member("chien", "fr", 1.0), Member("koira", "fi", 1.0)}
    assert groups[1].key == "en:water"


def test_a_concept_of_thousands_of_words_has_no_pairs(tmp_path: Path) -> None:
    """One identifier in a wordnet may join them all; their pairs would be millions."""
    half = LARGEST // 2 + 1
    concepts = {
        "all": {"en": [f"w{n}" for n in range(half)], "fr": [f"m{n}" for n in range(half)]},
        "dog": {"en": ["dog"], "fr": ["chien"], "fi": ["koira"]},
    }
    with open_graph(tmp_path / "g.db", write=True, create=True) as graph:
        graph.add_concepts(concepts, Origin("things", "CC0-1.0"))
        links = TranslationLinks.of(graph.store)
        assert links.all_languages().size == 3
        assert [{member.word for member in one.members} for one in communities(graph)] == [{"dog", "chien", "koira"}]
        assert len(graph.translate("w7", "en", "fr", k=3)) == 3, "questions still find them"


def test_words_keep_their_names_where_others_between_them_were_removed(tmp_path: Path) -> None:
    with open_graph(tmp_path / "g.db", write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("dog", "chien")], Origin("d")))
        graph.add(Dictionary.of("en", "fr", [("cup", "tasse")], Origin("gone")))
        graph.add(Dictionary.of("en", "fr", [("water", "eau")], Origin("e")))
        graph.add(Dictionary.of("fr", "fi", [("chien", "koira"), ("eau", "vesi")], Origin("f")))
    corrected(tmp_path / "g.db", lambda graph: graph.remove_source("gone"))
    with open_graph(tmp_path / "g.db") as graph:
        found = [{member.word for member in community.members} for community in communities(graph)]
    assert sorted(found, key=sorted) == [{"dog", "chien", "koira"}, {"water", "eau", "vesi"}]
