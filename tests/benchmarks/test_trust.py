"""What the benchmark of trust counts as right."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.quality.trust import judged, table
from isogloss.data.dictionary import Dictionary, Pair
from isogloss.lexicon.induction.entries import Entries


def entries(*pairs: tuple[str, str, float]) -> Entries:
    source, target, probability = zip(*pairs, strict=True)
    ranks = np.ones(len(pairs), np.int64)
    chances = np.array(probability, np.float32)
    return Entries(source, target, chances, chances, ranks, ranks)


def dictionary(*pairs: tuple[str, str]) -> Dictionary:
    return Dictionary("en", "fr", tuple(Pair(*pair) for pair in pairs))


WRITTEN = entries(("Dog", "chien", 0.9), ("dog", "clebs", 0.5), ("cat", "chat", 0.8), ("new", "neuf", 0.6))


def test_only_words_of_the_test_are_judged_and_capitals_do_not_matter() -> None:
    figures = judged(WRITTEN, dictionary(("dog", "chien"), ("cat", "minet")), ())
    assert (figures["pairs"], figures["expected"], figures["measured"]) == (3, 73.3, 33.3)
    assert figures["off"] == "-40.0 ± 27.2"
    assert judged(WRITTEN, dictionary(("tree", "arbre")), ()) == {"pairs": 0}


def test_a_second_dictionary_counts_for_words_that_both_know() -> None:
    lists = dictionary(("dog", "clebs")), dictionary(("cat", "chat"), ("new", "neuf"))
    figures = judged(WRITTEN, dictionary(("dog", "chien"), ("cat", "minet")), lists)
    assert (figures["pairs"], figures["measured"]) == (3, 100.0)
    alone = judged(WRITTEN, dictionary(("dog", "chien"), ("cat", "minet")), lists[:1])
    assert (alone["pairs"], alone["measured"]) == (2, 100.0)


def test_what_was_refused_follows_the_table() -> None:
    rows: list[dict[str, Any]] = [
        {"pair": "en-fr", "seeds": "25", "written": 3},
        {"pair": "en-xx", "seeds": "25", "refused": "no vectors"},
    ]
    assert table(rows).splitlines() == [
        "| pair | seeds | written |",
        "| --- | --- | --- |",
        "| en-fr | 25 | 3 |",
        "refused: en-xx 25: no vectors",
    ]
