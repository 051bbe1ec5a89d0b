"""A graph whose Chinese words are partly ``zh`` and partly ``cmn`` answers as one in which all are ``zh``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from isogloss.data.dictionary import Dictionary
from isogloss.data.vectors import VectorFile, Vectors
from isogloss.kg.exchange.selection import Selected, Selection
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.inference.communities import communities
from isogloss.kg.inference.pipeline import infer
from isogloss.kg.inference.settings import Settings
from isogloss.kg.inference.suspicion import check

WORDS = range(12)


def made(path: Path, by_english: str, by_german: str) -> Path:
    """English and German with Chinese, under these codes, and with French and each other; some words are ambiguous."""
    with open_graph(path, write=True) as graph:
        for source, target in (("en", by_english), ("de", by_german), ("en", "fr"), ("de", "fr")):
            end = target.replace("cmn", "zh")
            pairs = {(f"{source}{n}", f"{end}{n // step}") for n in WORDS for step in (1, 3)}
            if end == "zh":
                pairs.add((f"{source}1", f"zh{8 if source == 'en' else 7}"))  # which nothing confirms
            graph.add(Dictionary.of(source, target, sorted(pairs - {(f"{source}0", f"{end}0")})))
        graph.add(Dictionary.of("en", "de", [(f"en{n}", f"de{n}") for n in (1, *WORDS[::2])]))
    return path


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("macrolanguages")
    return made(folder / "whole.db", "zh", "zh"), made(folder / "split.db", "cmn", "zh")


def inferred(graph: Graph, source: str, target: str, method: str) -> dict[tuple[str, str], float]:
    inference = infer(graph, source, target, Settings(method=method, min_score=0.0))
    return {(pair.source, pair.target): pair.score for pair in inference.pairs}


@pytest.mark.parametrize("method", ["otic", "cycles", "walk"])
@pytest.mark.parametrize(("source", "target"), [("en", "de"), ("zh", "fr"), ("fr", "cmn")])
def test_inference_takes_both_for_one(graphs: tuple[Path, Path], source: str, target: str, method: str) -> None:
    with open_graph(graphs[0]) as whole, open_graph(graphs[1]) as split:
        expected = inferred(whole, source, target, method)
        assert len(expected) > len(WORDS) / 2 or method != "otic"
        assert inferred(split, source, target, method) == pytest.approx(expected)


def test_dictionaries_and_exports_have_the_words_of_both(graphs: tuple[Path, Path]) -> None:
    with open_graph(graphs[0]) as whole, open_graph(graphs[1], write=True) as split:
        split.add(Dictionary.of("en", "zh", [("new", "xin")]))
        for code in ("zh", "cmn", "zh-Hans"):
            pairs = {(pair.source, pair.target) for pair in split.dictionary("en", code).pairs}
            assert pairs == {
                *((pair.source, pair.target) for pair in whole.dictionary("en", "zh").pairs),
                ("new", "xin"),
            }
            lines = list(Selected(split, Selection("en", code)).lines())
            assert sorted((line.source, line.target) for line in lines) == sorted(pairs)
            assert {line.target_language for line in lines} == {"zh", "cmn"}
        words = {word for code, word in split.adjacency(languages=["en", "zh"]).words if code != "en"}
        assert words == {pair[1] for pair in pairs}
        split._discard()


def test_doubts_and_communities_take_both_for_one(graphs: tuple[Path, Path]) -> None:
    def doubts(graph: Graph) -> set[tuple[str, str, float]]:
        return {(suspicion.source, suspicion.target, suspicion.suspicion) for suspicion in check(graph, "en", "zh")}

    def groups(graph: Graph) -> set[frozenset[str]]:
        return {frozenset(member.word for member in group.members) for group in communities(graph, min_size=2)}

    with open_graph(graphs[0]) as whole, open_graph(graphs[1]) as split:
        assert doubts(split) == doubts(whole) != set()
        assert groups(split) == groups(whole)


def test_paths_go_on_from_the_same_word_of_the_other_and_from_other_spellings(tmp_path: Path) -> None:
    with open_graph(tmp_path / "graph.db", write=True) as graph:
        graph.add(Dictionary.of("en", "nb", [("dog", "hund")]))
        graph.add(Dictionary.of("no", "es", [("Hund", "perro"), ("hund", "perro")]))
        best, other = graph.paths(("dog", "en"), ("perro", "es"))
        assert [(step.relation, step.end.language, step.end.word) for step in best.steps] == [
            ("translation", "nb", "hund"),
            ("spelling", "no", "hund"),
            ("translation", "es", "perro"),
        ]
        assert [step.end.word for step in other.steps] == ["hund", "Hund", "perro"]
        assert 0 < other.score < best.score


def test_vectors_are_joined_to_the_words_of_both(graphs: tuple[Path, Path]) -> None:
    words = tuple(f"zh{n}" for n in WORDS)
    matrix = np.random.default_rng(0).normal(size=(len(words), 5)).astype(np.float32)
    vectors = Vectors("zh", words, matrix, file=VectorFile("zh.vec", "text", "0" * 64))
    with open_graph(graphs[1], write=True) as split:
        assert split.link_vectors(vectors) == 2 * len(words)
        answers = split.analogy("zh1", "zh2", "zh3", "cmn", "zh", vectors={"cmn": vectors, "zh": vectors}, aligned=True)
        assert {answer.word for answer in answers.answers} < {*words}
        split._discard()
