from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.errors import MissingExtraError, OutputError, VocabularyError
from isogloss.kg.drawing import draw_coverage
from isogloss.kg.exchange.difference import different_pairs, different_words, merge
from isogloss.kg.graph import open_graph
from isogloss.kg.storage.run import Run
from tests.kg.conftest import INDUCED, OPEN, SHARED


def test_paths_are_the_best_ones(path: Path) -> None:
    with open_graph(path) as graph:
        (best,) = graph.paths(("dog", "en"), ("犬", "ja"))
        (translation,) = graph.translate("dog", "en", "ja")
        assert best.steps == translation.evidence[0].steps
        (long,) = graph.paths(("koira", "fi"), ("犬", "ja"))
        assert [word.word for word in long.words] == ["koira", "dog", "chien", "犬"]
        assert graph.paths(("koira", "fi"), ("犬", "ja"), max_steps=2) == []
        assert graph.paths(("koira", "fi"), ("犬", "ja"), licences=["open"]) == []
        ranked = graph.paths(("bank", "en"), ("岸", "ja"), k=5)
        assert [entry.score for entry in ranked] == sorted((candidate.score for candidate in ranked), reverse=True)
        with pytest.raises(VocabularyError, match="did you mean dog"):
            graph.paths(("dogg", "en"), ("犬", "ja"))


def test_paths_go_through_concepts(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        graph.add_concepts({"🐕": {"en": ["dog"], "eu": ["txakur"]}}, OPEN)
        (first, *_) = graph.paths(("txakur", "eu"), ("chien", "fr"))
        assert [word.word for word in first.words] == ["txakur", "dog", "chien"]


def test_adjacency_holds_every_fused_weight_both_ways(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary("en", "fr", (Pair("dog", "chien", 0.5),), SHARED))
        graph.add_concepts({"🐕": {"fi": ["koira"], "ja": ["犬"]}}, INDUCED)
        adjacency = graph.adjacency()
        place = {word: number for number, word in enumerate(adjacency.words)}
        for (source, word), row in place.items():
            for near in graph.neighbors(word, source):
                column = place[near.word.language, near.word.word]
                assert adjacency.matrix[row, column] == pytest.approx(near.weight)
        assert adjacency.matrix.nnz == sum(len(graph.neighbors(word, source)) for source, word in adjacency.words)
        dense = adjacency.to_torch().to_dense()
        assert torch.equal(dense, dense.T)
        assert np.array_equal(dense.numpy(), adjacency.matrix.toarray())
        few = graph.adjacency("translation", ["en", "fr"], licences=["open"])
        assert {language for language, _ in few.words} == {"en", "fr"}
        assert few.matrix.nnz == 10
        assert graph.adjacency("synonym").matrix.shape == (0, 0)
        with pytest.raises(VocabularyError, match="relation 'friend'"):
            graph.adjacency("friend")


def test_a_difference_names_words_and_weights(path: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    new.write_bytes(path.read_bytes())
    with open_graph(new, write=True) as graph:
        graph.add(Dictionary("fr", "ja", (Pair("chien", "犬", 0.9), Pair("loup", "狼", 0.7)), SHARED))
        graph.add(Dictionary.of("en", "sw", [("dog", "mbwa")], OPEN))
    with open_graph(path) as before, open_graph(new) as after:
        words = {change.language: (change.gained, change.lost) for change in different_words(before, after)}
        assert words == {"fr": (("loup",), ()), "ja": (("狼",), ()), "sw": (("mbwa",), ())}
        english, french = different_pairs(before, after)
        assert [(c.kind, c.source, c.target) for c in english.changes] == [("gained", "dog", "mbwa")]
        changes = [(c.kind, c.source, c.old, c.new) for c in french.changes]
        assert changes == [("changed", "chien", 0.4, 0.45), ("gained", "loup", None, 0.35)]
        (lost, _) = different_pairs(after, before)
        assert lost.count("lost") == 1
        assert list(different_pairs(before, before)) == []
        assert list(different_words(after, after)) == []


def test_merging_keeps_sources_runs_concepts_and_parts_of_speech(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    run = Run("csls", {"k": 10}, 7, "0.1.0", "2026-01-01")
    origin = Origin("versioned", "MIT", version="3")
    with open_graph(other, write=True) as graph:
        graph.add(Dictionary("en", "es", (Pair("dog", "perro", 0.7, {"rank": 1}),), INDUCED), run=run)
        graph.add(Dictionary("en", "es", (Pair("cat", "gato"),), origin, {}, ({"cat": "NOUN"}, {})))
        graph.add_concepts({"🐕": {"en": ["dog"], "sw": ["mbwa"]}}, OPEN)
    with open_graph(path, write=True) as graph, open_graph(other) as added:
        assert merge(graph, added).pairs == 4
    with open_graph(path) as graph, open_graph(other) as added:
        (claim,) = graph.translate("dog", "en", "es")[0].evidence[0].steps[0].claims
        assert (claim.run, claim.evidence) == (run, {"rank": 1})
        assert graph.translate("mbwa", "sw", "en")[0].word == "dog"
        assert graph.lookup("cat", "en")[0].pos == "NOUN"
        assert origin in graph.sources()
        assert not any(change.lost for change in different_words(added, graph))
        assert not any(pairs.count("lost") + pairs.count("changed") for pairs in different_pairs(added, graph))


def test_a_picture_shows_which_languages_are_linked(path: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed (extra plot)")
    with open_graph(path) as graph:
        stats = graph.stats()
    draw_coverage(stats, tmp_path / "map.svg")
    draw_coverage(stats, tmp_path / "map.png")
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "map.svg").read_text("utf-8")
    with pytest.raises(OutputError, match="--force"):
        draw_coverage(stats, tmp_path / "map.svg")
    with pytest.raises(OutputError, match=r"unknown format '\.bmp'"):
        draw_coverage(stats, tmp_path / "map.bmp")


def test_a_picture_without_matplotlib_says_what_to_install(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_graph(path) as graph:
        stats = graph.stats()
    for name in ["matplotlib", *(name for name in sys.modules if name.startswith("matplotlib."))]:
        monkeypatch.setitem(sys.modules, name, None)  # as Python has it where a package is missing
    with pytest.raises(MissingExtraError, match=r"map\.png needs matplotlib: pip install \"isogloss\[plot\]\""):
        draw_coverage(stats, tmp_path / "map.png")
    assert not (tmp_path / "map.png").exists()
