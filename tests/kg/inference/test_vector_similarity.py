from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from isogloss.cli import main
from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import GraphError, VocabularyError
from isogloss.data.numerics.normalisation import unit
from isogloss.data.reading import read_vectors
from isogloss.data.vectors import Vectors
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.inference.pipeline import infer
from isogloss.kg.inference.settings import Settings, WordSimilarity
from isogloss.kg.inference.vector_similarity import csls_of_pairs
from tests.kg.inference.senses import FORKED, OPEN, SENSES, graph_of_senses


def write_vectors(path: Path, language: str, turn: np.ndarray) -> None:
    """A word lies where its sense does, in a space of each language's own."""
    senses = np.random.default_rng(0).normal(size=(SENSES, 16))
    noise = np.random.default_rng(len(language) + ord(language[0])).normal(size=senses.shape) / 5
    rows = [
        f"{language}{number} " + " ".join(f"{value:.5f}" for value in vector)
        for number, vector in enumerate((senses + noise) @ turn)
    ]
    path.write_text(f"{SENSES} 16\n" + "\n".join(rows) + "\n", encoding="utf-8")


@pytest.fixture
def vectors(tmp_path: Path) -> dict[str, Vectors]:
    turn = np.linalg.qr(np.random.default_rng(7).normal(size=(16, 16)))[0]
    for language, turned in (("en", np.eye(16)), ("fr", turn)):
        write_vectors(tmp_path / f"{language}.vec", language, turned)
    return {language: read_vectors(tmp_path / f"{language}.vec", language) for language in ("en", "fr")}


@pytest.fixture
def graph(tmp_path: Path, vectors: dict[str, Vectors]) -> Path:
    path = graph_of_senses(tmp_path / "graph.db")
    with open_graph(path, write=True) as words:
        for table in vectors.values():
            words.link_vectors(table)
    return path


def advantage(words: Graph, *, by_vectors: bool) -> float:
    """How much more probable the right of the new candidates are than the wrong ones."""
    inference = infer(words, "en", "fr", Settings(min_score=0), WordSimilarity(vectors=by_vectors))
    right = [pair.source[2:] == pair.target[2:] for pair in inference.pairs]
    scores = np.array([pair.score for pair in inference.pairs])
    assert 20 < sum(right) < len(right) - 20
    assert all(("vector_similarity" in pair.evidence) == by_vectors for pair in inference.pairs)
    return float(scores[np.array(right)].mean() - scores[~np.array(right)].mean())


def test_words_that_vectors_find_alike_are_more_probable(graph: Path) -> None:
    with open_graph(graph) as words:
        assert advantage(words, by_vectors=True) > advantage(words, by_vectors=False) + 0.1


def test_both_directions_find_words_equally_alike(graph: Path) -> None:
    with open_graph(graph) as words:
        forth, back = (
            infer(words, *ends, Settings(min_score=0), WordSimilarity(vectors=True))
            for ends in (("en", "fr"), ("fr", "en"))
        )
        forward = {(pair.source, pair.target): (pair.score, pair.evidence["vector_similarity"]) for pair in forth.pairs}
        backward = {(pair.target, pair.source): (pair.score, pair.evidence["vector_similarity"]) for pair in back.pairs}
        assert forward.keys() == backward.keys()
        assert np.allclose([forward[key] for key in forward], [backward[key] for key in forward], atol=2e-4)


def test_vectors_at_hand_are_not_read_again(graph: Path, vectors: dict[str, Vectors], tmp_path: Path) -> None:
    with open_graph(graph) as words:
        read = infer(words, "en", "fr", Settings(min_score=0), WordSimilarity(vectors=True)).pairs
        for language in ("en", "fr"):
            (tmp_path / f"{language}.vec").unlink()
        assert infer(words, "en", "fr", Settings(min_score=0), WordSimilarity(vectors=vectors)).pairs == read


def test_other_languages_teach_what_vectors_are_worth(tmp_path: Path, vectors: dict[str, Vectors]) -> None:
    """English and French have no dictionary here; English and Spanish, whose vectors are the French ones, have one."""
    path = tmp_path / "taught.db"
    spanish = tmp_path / "es.vec"
    spanish.write_text((tmp_path / "fr.vec").read_text("utf-8").replace("fr", "es"), "utf-8")
    joined = {**vectors, "es": read_vectors(spanish, "es")}
    with open_graph(path, write=True) as words:
        words.add(Dictionary.of("en", "de", [(f"en{n}", f"de{n}") for n in range(SENSES)], OPEN))
        for language in ("fr", "es"):
            pairs = [(f"{language}{n}", f"de{n}") for n in range(SENSES)]
            pairs += [(f"{language}{n}", f"de{(n + 1) % FORKED}") for n in range(FORKED)]
            words.add(Dictionary.of(language, "de", pairs, OPEN))
        words.add(Dictionary.of("en", "es", [(f"en{n}", f"es{n}") for n in range(SENSES)], OPEN))
        for dictionary in joined.values():
            words.link_vectors(dictionary)
    with open_graph(path) as words:
        assert advantage(words, by_vectors=True) > advantage(words, by_vectors=False) + 0.1


def test_what_cannot_be_compared_is_refused_with_what_to_do(graph: Path, tmp_path: Path) -> None:
    with open_graph(graph) as words, pytest.raises(VocabularyError, match="has a vector; join a file of vectors with"):
        infer(words, "en", "de", similarity=WordSimilarity(vectors=True))
    with open_graph(graph) as words, pytest.raises(ValueError, match="expected the ensemble"):
        infer(words, "en", "fr", Settings(method="walk"), WordSimilarity(vectors=True))
    (tmp_path / "fr.vec").write_text("1 2\nfr0 1 2\n", encoding="utf-8")
    with open_graph(graph) as words, pytest.raises(GraphError, match="not the file that was joined"):
        infer(words, "en", "fr", similarity=WordSimilarity(vectors=True))
    few = tmp_path / "few.db"
    with open_graph(few, write=True) as words:
        words.add(Dictionary.of("en", "de", [("en0", "de0")], OPEN))
        words.add(Dictionary.of("de", "fr", [("de0", "fr0")], OPEN))
        for language in ("en", "fr"):
            write_vectors(tmp_path / f"{language}.vec", language, np.eye(16))
            words.link_vectors(read_vectors(tmp_path / f"{language}.vec", language))
    with open_graph(few) as words, pytest.raises(VocabularyError, match="expected 20 or more; import more"):
        infer(words, "en", "fr", similarity=WordSimilarity(vectors=True))


def test_similarity_is_less_where_neighbors_are_dense() -> None:
    random = np.random.default_rng(3)
    one, other = (unit(random.normal(size=(count, 6)).astype(np.float32)) for count in (40, 30))
    cosine = one @ other.T
    density = [np.sort(matrix, axis=1)[:, -10:].mean(axis=1) for matrix in (cosine, cosine.T)]
    rows, columns = np.array([3, 3, 17]), np.array([0, 29, 4])
    expected = 2 * cosine[rows, columns] - density[0][rows] - density[1][columns]
    assert np.allclose(csls_of_pairs(one, other, rows, columns), expected, atol=1e-5)


def test_the_command_weighs_vectors_when_asked(
    graph: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ISOGLOSS_GRAPH", str(graph))
    arguments = ["--from", "en", "--to", "fr", "--min-score", "0", "--vectors", "--json"]
    monkeypatch.setattr(sys, "argv", ["isogloss", "kg", "infer", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code in (0, None)
    report = json.loads(capsys.readouterr().out)
    assert report["pairs"]
    assert all(-4 <= pair["evidence"]["vector_similarity"] <= 4 for pair in report["pairs"])
