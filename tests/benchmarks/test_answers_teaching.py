"""Whether the model of ``kg translate`` learns an order that reference dictionaries show, against the shipped one."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.quality.answers_teaching import (
    BY_HAND,
    asked,
    direct_answers,
    fitted,
    judged,
    linked,
    measured,
    pivot_answers,
    taught,
)
from isogloss.data.dictionary import Dictionary, Origin
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.storage.translation_model import Model, model

WORDS = range(40)


def graph_of(path: Path) -> Graph:
    """Each German word has three English ones, in one order; Spanish has its first by two pivots, its second by one."""
    origin = Origin("made up", "CC0-1.0")
    german = [(f"wort{n}", f"{letter}word{n}") for n in WORDS for letter in "abc"]
    spanish = [(f"{letter}word{n}", f"{there}palabra{n}") for n in WORDS for letter, there in ("ax", "bx", "by")]
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary.of("de", "en", german, origin))
        graph.add(Dictionary.of("en", "es", spanish, origin))
    return open_graph(path)


def test_the_third_of_an_article_goes_first_where_reference_dictionaries_have_it(tmp_path: Path) -> None:
    gold = {f"wort{n}": {f"cword{n}"} for n in WORDS}
    with graph_of(tmp_path / "graph.db") as graph:
        words = list(asked(graph, "de-en", gold, direct_answers))
    assert [len(word.right) for word in words] == [3] * len(WORDS)
    shipped = {**model().prior, **model().claims}
    assert judged(words, [shipped])["p@1"] == 0
    figures = measured({"de-en": words})["other_half"]["de-en"]
    assert figures["p@1"] == figures["mrr"] == 1
    assert figures["calibration"] < 0.1


def test_features_are_those_that_the_graph_answers_by(tmp_path: Path) -> None:
    gold = {f"wort{n}": {f"aword{n}", f"xpalabra{n}"} for n in WORDS}
    with graph_of(tmp_path / "graph.db") as graph:
        word, *_ = asked(graph, "de-en", gold, direct_answers)
        through, *_ = asked(graph, "de-es", gold, pivot_answers)
        answers = {
            translation.word: translation.probability
            for translation in graph.translate("wort0", "de", "en", pivots=False)
        }
        reached = {answer.word: answer.probability for answer in graph.translate("wort0", "de", "es")}
    shipped = {**model().prior, **model().claims}
    assert judged([word], [shipped])["calibration"] == pytest.approx(1 - answers["aword0"], abs=1e-3)
    assert judged([through], [dict(model().pivots)])["calibration"] == pytest.approx(1 - reached["xpalabra0"], abs=1e-3)


def test_the_translation_with_fewer_paths_goes_first_where_reference_dictionaries_have_it(tmp_path: Path) -> None:
    gold = {f"wort{n}": {f"ypalabra{n}"} for n in WORDS}
    with graph_of(tmp_path / "graph.db") as graph:
        assert linked(graph, "en-de")
        assert not linked(graph, "de-es")
        words = list(asked(graph, "de-es", gold, pivot_answers))
    assert judged(words, [dict(model().pivots)])["p@1"] == 0
    even, odd = fitted({"de-es": words}, 0), words[1::2]
    assert judged(odd, [even])["p@1"] == 1


def test_the_model_has_all_coefficients_and_keeps_those_chosen_by_hand(tmp_path: Path) -> None:
    with graph_of(tmp_path / "graph.db") as graph:
        direct = list(asked(graph, "de-en", {f"wort{n}": {f"cword{n}"} for n in WORDS}, direct_answers))
        pivots = list(asked(graph, "de-es", {f"wort{n}": {f"ypalabra{n}"} for n in WORDS}, pivot_answers))
    written = Model.read(taught({"de-en": direct}, {"de-es": pivots}).written())
    by_hand: dict[str, float] = {}
    for part in ("prior", "claims", "pivots"):
        learnt = getattr(written, part)
        assert learnt.keys() == getattr(model(), part).keys()
        by_hand |= {name: value for name, value in learnt.items() if name in BY_HAND}
    assert by_hand == BY_HAND
