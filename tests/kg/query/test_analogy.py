from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from isogloss.cli import main
from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import GraphError, VocabularyError
from isogloss.data.numerics.normalisation import centred
from isogloss.data.reading import read_vectors
from isogloss.kg.graph import open_graph

OPEN = Origin("open words", "CC0-1.0")
THINGS = [f"{letter}{number}" for number in range(12) for letter in "bdfg"]  # b0 : d0 = b1 : d1, and so on
Files = Callable[[str], Path]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Vectors of two languages in spaces of their own: a word is the sum of what its letter and its number mean."""
    random = np.random.default_rng(0)
    meaning = {part: random.normal(size=24) for part in (*"bdfg", *map(str, range(12)))}
    turns = {"en": np.eye(24), "fr": np.linalg.qr(random.normal(size=(24, 24)))[0]}

    def write(language: str) -> Path:
        path = tmp_path / f"{language}.vec"
        rows = []
        for word in THINGS:
            vector = (meaning[word[0]] + meaning[word[1:]] + random.normal(size=24) / 20) @ turns[language]
            rows.append(f"{language}{word} " + " ".join(f"{value:.5f}" for value in vector))
        path.write_text(f"{len(rows)} 24\n" + "\n".join(rows) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def path(tmp_path: Path, files: Files) -> Path:
    """Three in four words have a translation; all words have vectors."""
    path = tmp_path / "graph.db"
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [(f"en{word}", f"fr{word}") for word in THINGS[:36]], OPEN))
        for language in ("en", "fr"):
            graph.add(Dictionary.of(language, "fi", [(f"{language}{word}", f"fi{word}") for word in THINGS], OPEN))
        for language in ("en", "fr"):
            assert graph.link_vectors(read_vectors(files(language), language)) == len(THINGS)
    return path


def test_translations_turn_one_language_into_the_space_of_the_other(path: Path) -> None:
    with open_graph(path) as graph:
        for number in range(9, 12):  # these have no translation
            answers = graph.analogy("enb0", "end0", f"frb{number}", "en", "fr", k=3)
            assert answers.answers[0].word == f"frd{number}"
            assert answers.seeds == {"en": 36}
            assert answers.licence == "CC0-1.0"
        assert graph.analogy("enb0", "end0", "enb11", "en", "fr", third="en", k=1).answers[0].word == "frd11"


def test_within_one_language_no_translation_is_needed_and_the_question_is_no_answer(path: Path) -> None:
    with open_graph(path) as graph:
        answers = graph.analogy("enf3", "eng3", "ENF7", "en", "en", k=48)
        assert answers.answers[0].word == "eng7"
        assert answers.seeds == {}
        assert not {"enf3", "eng3", "enf7"} & {translation.word for translation in answers.answers}
        assert len(answers.answers) == len(THINGS) - 3
        assert all(-1.001 <= answer.score <= 1.001 for answer in answers.answers)


def test_what_has_no_vector_is_refused_with_what_to_do(path: Path, files: Files, tmp_path: Path) -> None:
    with open_graph(path) as graph:
        with pytest.raises(VocabularyError, match="'enx' has no en vector in this graph"):
            graph.analogy("enx", "end0", "frb0", "en", "fr")
        with pytest.raises(VocabularyError, match="isogloss kg vectors FILE --lang fi"):
            graph.analogy("enb0", "end0", "fib0", "en", "fi")
    (tmp_path / "fr.vec").write_text((tmp_path / "fr.vec").read_text().replace("frb0 ", "frb0x "))
    with open_graph(path) as graph, pytest.raises(GraphError, match="not the file that was joined"):
        graph.analogy("enb0", "end0", "frb1", "en", "fr")
    few = tmp_path / "few.db"
    with open_graph(few, write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("enb0", "frb0"), ("end0", "frd0"), ("enb1", "frb1")], OPEN))
        for language in ("en", "fr"):
            graph.link_vectors(read_vectors(files(language), language))
    with open_graph(few) as graph:
        with pytest.raises(VocabularyError, match="3 translations between en and fr have vectors of both words"):
            graph.analogy("enb0", "end0", "frb1", "en", "fr")
        assert graph.analogy("enb0", "end0", "frb1", "en", "fr", aligned=True).seeds == {}


def test_centred_vectors_have_unit_length() -> None:
    made = centred(np.random.default_rng(0).normal(3, 1, (50, 8)).astype(np.float32), rounds=2).vectors
    assert np.linalg.norm(made, axis=1) == pytest.approx(np.ones(50), abs=1e-5)
    assert np.linalg.norm(made.mean(axis=0)) < 0.05
    assert not np.isnan(centred(np.zeros((3, 4), np.float32), rounds=2).vectors).any()


def test_commands_join_vectors_and_complete_an_analogy(
    path: Path, files: Files, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def kg(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["isogloss", "kg", *arguments, "--graph", str(path)])
        with pytest.raises(SystemExit) as left:
            main()
        assert not left.value.code
        return capsys.readouterr().out

    assert json.loads(kg("vectors", str(files("en")), "--lang", "en", "--json"))["joined"] == len(THINGS)
    rank, word, _ = kg("analogy", "enb0", "end0", "frb10", "--from", "en", "--to", "fr", "-k", "1").split("\t")
    assert (rank, word) == ("1", "frd10")
    report = json.loads(kg("analogy", "enb0", "end0", "frb10", "--from", "en", "--to", "fr", "--json"))
    assert report["answers"][0]["word"] == "frd10"
    assert report["seeds"] == {"en": 36}
