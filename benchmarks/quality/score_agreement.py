"""Whether probabilities mean the same whoever gives them: a lexicon, the graph it is stored in, paths through pivots.

Run ``python -m benchmarks.quality.score_agreement --json``. English lexicons of the bundled sample are built without
the words that the demonstration holds out, and stored in a graph with CLDR's names, of which those of the held-out
things are left out in the source languages. All words are held out, and judged by CLDR: ``lexicon`` are the first
answers of ``Lexicon.translate``, ``graph`` those of ``Graph.translate`` by the same lexicon, and ``pivots`` into
languages that only English connects with the source language. Beside each mean probability stands the share of right
answers, and the expected calibration error. CLDR has one name of a thing, so right answers are counted as wrong, too.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np

import isogloss as ig
from benchmarks import command_line
from isogloss.data.errors import VocabularyError
from isogloss.data.numerics.calibration import calibration_error
from isogloss.data.sample import sample_concepts, sample_vectors
from isogloss.data.translation import Translation
from isogloss.demonstration.lexicons import held_out_words, seeds_and_test
from isogloss.graphs import Graph, open_graph

ENGLISH, SOURCES = "en", ("fr", "ja", "fi")
TARGETS = ("de", "es", "ru", "sw", "ar")  # that CLDR names things in, with no vectors in the sample

Gold = Mapping[str, Collection[str]]


class First(NamedTuple):
    """The first answer to a word, and whether CLDR has it."""

    probability: float
    right: bool


def main(arguments: Sequence[str] | None = None) -> None:
    """Build, ask, print."""
    options = command_line.parser(__doc__, seed="the words held out and of the builds").parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        answers = measured(Path(folder) / "graph.db", options.seed)
    rows = {name: figures(firsts) for name, firsts in answers.items()}
    if options.json:
        command_line.print_json(rows)
        return
    for name, row in rows.items():
        print(name, *(f"{column} {value:.3f}" for column, value in row.items()), sep="  ")


def measured(path: Path, seed: int) -> dict[str, list[First]]:
    """The first answers by each way of asking."""
    held_out = held_out_words(seed)
    answers: dict[str, list[First]] = {"lexicon": [], "graph": [], "pivots": []}
    tests = {}
    with open_graph(path, write=True) as graph:
        graph.add_concepts(_without(held_out), ig.SAMPLE_ORIGIN)
        for target in SOURCES:
            seeds, tests[target] = seeds_and_test(ENGLISH, target, held_out)
            vectors = sample_vectors(ENGLISH), sample_vectors(target)
            lexicon = ig.build_lexicon(*vectors, seeds, extra={}, seed=seed)  # else CLDR's names are seeds, too
            graph.add(lexicon)
            gold: Gold = tests[target].by_source
            answers["lexicon"] += _firsts({word: lexicon.translate(word, 1) for word in gold}, gold)
    with open_graph(path) as graph:
        for source in SOURCES:
            gold = tests[source].by_source
            answers["graph"] += _firsts(dict(_translated(graph, gold, ENGLISH, source)), gold)
            for target in (*TARGETS, *SOURCES):
                if target != source:
                    gold = _unstated(source, target, held_out)
                    answers["pivots"] += _firsts(dict(_translated(graph, gold, source, target)), gold)
    return answers


def figures(firsts: Sequence[First]) -> dict[str, float]:
    """How sure the answers are, how many are right, and how far both are from each other."""
    probability, right = (np.array(column) for column in zip(*firsts, strict=True))
    return {
        "answered": len(firsts),
        "probability": round(float(probability.mean()), 3),
        "precision": round(float(right.mean()), 3),
        "calibration_error": round(calibration_error(probability, right), 3),
    }


def _without(held_out: frozenset[str]) -> dict[str, dict[str, str]]:
    """CLDR's names, those of things that are held out without the source languages."""
    return {
        key: {language: name for language, name in names.items() if not (hidden and language in SOURCES)}
        for key, names in sample_concepts().items()
        for hidden in [names.get(ENGLISH, "").lower() in held_out]
    }


def _unstated(source: str, target: str, held_out: frozenset[str]) -> dict[str, set[str]]:
    """CLDR's names in ``target`` of the things that are held out, by those in ``source`` that name no other thing."""
    concepts = sample_concepts().values()
    stated = {names[source] for names in concepts if source in names and names.get(ENGLISH, "").lower() not in held_out}
    gold: dict[str, set[str]] = {}
    for names in concepts:
        if {source, target} <= names.keys() and names[source] not in stated:
            gold.setdefault(names[source], set()).add(names[target].lower())
    return gold


def _translated(graph: Graph, gold: Gold, source: str, target: str) -> Iterator[tuple[str, Sequence[Translation]]]:
    for word in gold:
        try:
            yield word, graph.translate(word, source, target, k=1)
        except VocabularyError:  # the lexicon has no pair of the word
            continue


def _firsts(answers: Mapping[str, Sequence[Translation]], gold: Gold) -> list[First]:
    right = {word: {name.lower() for name in names} for word, names in gold.items()}
    return [
        First(translations[0].probability, translations[0].word.lower() in right[word])
        for word, translations in answers.items()
        if translations
    ]


if __name__ == "__main__":
    main()
