"""Teaches the probabilities of ``kg translate`` (``kg.storage.translation_model``).

Run ``python -m benchmarks.quality.answers_teaching --gold FOLDER``; with ``--out kg/storage/translation_model.json`` it
writes the model. The folder has reference dictionaries as for ``benchmarks.quality.answers``. Direct translations are
taught by two graphs: that of ``benchmarks.quality.answers``, and nine other dictionaries of FreeDict, in the languages
that have both translations and a reference dictionary; translations through pivots by the languages that the first
graph does not have translations between. The features are those that the graph itself computes.

``other_half`` is measured on every second word by a model of the others, and the other way round; ``left_out`` by a
model without the two languages, either way round. ``asked`` are the words with a right answer, which ``p@1`` and
``mrr`` are of; ``calibration`` is the expected calibration error of the first answers of all words that have any,
``calibration_of_all`` that of all answers of one word. The model that is written is of all words.

Paths are weighed by the direct probabilities of the model that is shipped, so after a change of those a second run
teaches the pivots anew.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from benchmarks.quality.answers import built, error, golds
from benchmarks.real_data import FREEDICT
from isogloss.data.numerics.logistic_regression import logistic_regression
from isogloss.data.storage import replacing
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.query import asking
from isogloss.kg.query.catalogue import Catalogue
from isogloss.kg.query.claims import Claims
from isogloss.kg.query.translation import FINALISTS, candidates, surest_paths
from isogloss.kg.storage.cooccurrence import cooccurrences
from isogloss.kg.storage.fusion import SourceRecords
from isogloss.kg.storage.priors import Forms, pair_features
from isogloss.kg.storage.schema import BLOCK, TRANSLATION
from isogloss.kg.storage.translation_model import Model, Rivals, claim_features, pivot_features

# name, version and SHA-256 of the package for each two languages
MORE = {
    ("en", "fi"): FREEDICT["en", "fi"],
    ("fi", "en"): (
        "dict-freedict-fin-eng",
        "2022.12.07-2",
        "7abc28d885e36b4e9e5d41c0a7f951fac33cca1d996602fa4a87a0c96934c6bf",
    ),
    ("en", "ja"): FREEDICT["en", "ja"],
    ("en", "ru"): (
        "dict-freedict-eng-rus",
        "2022.04.21-1",
        "0683c8eda017ff1082815c3bd918a7c9f1516b18621fcdf0ef46a9a1b9d61ea3",
    ),
    ("de", "fr"): (
        "dict-freedict-deu-fra",
        "2022.12.07-2",
        "daea8e0b231a5c8c2aed6e59939943fb620fedb03b0e70f1f2874281005b981f",
    ),
    ("fr", "de"): (
        "dict-freedict-fra-deu",
        "2022.12.07-2",
        "06bf0fc248aadca920628700883deb06151961dcd990a4cdc1f3a3f16dace8a7",
    ),
    ("de", "es"): (
        "dict-freedict-deu-spa",
        "2022.12.07-2",
        "e63665882b310405aa50e1866743dbcaeb4b5ebb5f3cb3139ecafc8d7f694e1a",
    ),
    ("es", "de"): (
        "dict-freedict-spa-deu",
        "2022.04.21-1",
        "a4a9e9f50c1badb549d91b18e8e3b93fd74d9e87151c94908dddf2afde68430e",
    ),
    ("fr", "es"): FREEDICT["fr", "es"],
}

# Chosen by hand: reference dictionaries list single words only, and no pair of these graphs has two sources.
BY_HAND = {"phrase": -1.5, "affix": -2.0, "marks": -2.0, "sources": 0.5}
NEVER_RIGHT = ("phrase", "affix", "marks")  # what a reference dictionary cannot have, which is left out of the fit
HELD = 1e9  # precision of what was chosen by hand; round number
FREE = 1e-3  # precision of an intercept; round number
WORTH = 3000.0  # importance of two languages, however large their dictionary; round number

FORMS = "SELECT id, lemma, articles FROM entry WHERE id IN ({keys})"

Features = dict[str, NDArray[np.float64]]
Coefficients = dict[str, float]


class Asked(NamedTuple):
    """A word: its place in the reference dictionary, the features of its answers, which are right, which one word."""

    place: int
    features: Features
    right: NDArray[np.bool_]
    single: NDArray[np.bool_]


Questions = Mapping[str, Sequence[Asked]]  # by their two languages


class Answers(NamedTuple):
    """The words and features of the answers to a word."""

    words: Sequence[str]
    features: Features


Answering = Callable[[Graph, Sequence[int], int, int], Answers]  # of entries, their language and that of answers


def main() -> None:
    """Teach, measure, print and perhaps write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, required=True, help="Folder of reference dictionaries.")
    parser.add_argument("--graphs", type=Path, help="Folder where the two graphs are kept for the next time.")
    parser.add_argument("--out", type=Path, help="Write the model to this file.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.graphs or Path(temporary)
        graph_path, larger_path = folder / "judged.db", folder / "more.db"
        if not graph_path.exists():
            built(graph_path)
        if not larger_path.exists():
            built(larger_path, MORE)
        with open_graph(graph_path) as graph, open_graph(larger_path) as another:
            direct = {
                **questions(arguments.gold, graph, direct_answers, of_linked=True),
                **questions(arguments.gold, another, direct_answers, of_linked=True),
            }
            pivots = questions(arguments.gold, graph, pivot_answers, of_linked=False)
    if not direct or not pivots:
        parser.error(f"found no right answer in reference dictionaries of {arguments.gold}; expected en-de.txt, …")
    figures = {"direct": measured(direct), "pivots": measured(pivots)}
    print(json.dumps(figures, indent=2))
    if arguments.out:
        with replacing(arguments.out) as part:
            part.write_text(taught(direct, pivots).written(), encoding="utf-8")


def questions(folder: Path, graph: Graph, answers: Answering, *, of_linked: bool) -> Questions:
    """What is asked of a graph, of languages that have translations or of those that have none."""
    by_pair = {
        pair: list(asked(graph, pair, gold, answers))
        for pair, gold in golds(folder, graph)
        if linked(graph, pair) == of_linked
    }
    return {pair: words for pair, words in by_pair.items() if any(word.right.any() for word in words)}


def linked(graph: Graph, pair: str) -> bool:
    """Whether the graph has translations between the two languages."""
    return {*pair.split("-")} in [{source, target} for source, target, _ in graph.pairs()]


def asked(graph: Graph, pair: str, gold: Mapping[str, Collection[str]], answers: Answering) -> Iterator[Asked]:
    """Every word of a reference dictionary that has an answer."""
    source, target = pair.split("-")
    ends = graph.language_number(source), graph.language_number(target)
    for place, (word, right) in enumerate(gold.items()):
        meant = next(asking.matches(graph.store, word, [(ends[0], source)], forms=False), [])
        starts = sorted(match.entry.id for match in meant if match.weight == 1)
        words, features = answers(graph, starts, *ends) if starts else Answers([], {})
        if words:
            yield Asked(
                place,
                features,
                np.array([answer.lower() in right for answer in words]),
                np.array([" " not in answer for answer in words]),
            )


def direct_answers(graph: Graph, starts: Sequence[int], _: int, target: int) -> Answers:
    """What is stated: the features of the prior and of claims."""
    store, group = graph.store, SourceRecords.of(graph.store).group
    first = target * BLOCK
    rows = store.in_chunks(
        f"SELECT src, dst, source, rank FROM edge WHERE src IN ({{keys}}) AND relation = {TRANSLATION} "
        f"AND dst BETWEEN {first} AND {first + BLOCK - 1}",
        starts,
    )
    claims: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for src, dst, stated_by, rank in sorted(rows):
        claims.setdefault((src, dst), []).append((group[stated_by], rank))
    if not claims:
        return Answers([], {})
    src, dst = np.array(list(claims), dtype=np.int64).T
    entries = np.unique(np.r_[src, dst]).tolist()
    forms = sorted(store.in_chunks(FORMS, entries))
    lemma = {number: word for number, word, _ in forms}
    weighed = [
        claim_features(
            min((rank for _, rank in of_pair if rank > 0), default=0),
            min((-rank for _, rank in of_pair if rank < 0), default=0),
            len({speaker for speaker, _ in of_pair}),
        )
        for of_pair in claims.values()
    ]
    features = pair_features(src, dst, Forms.of(forms), cooccurrences(store, src, dst))
    return Answers([lemma[target_number] for target_number in dst.tolist()], features | columns(weighed))


def pivot_answers(graph: Graph, starts: Sequence[int], source: int, target: int) -> Answers:
    """What is reached through a pivot word: the features of its paths."""
    store = graph.store
    catalogue = Catalogue.of(store)
    question = catalogue.question((source,), (target,), list(catalogue.codes), True, FINALISTS)
    claims = Claims(store, catalogue.terms(None), catalogue.explained)
    reached = candidates(claims, dict.fromkeys(starts, 1.0), question)
    through = surest_paths(reached, len(reached))
    finalists = list(through)[:FINALISTS]
    written = {number: (lemma, articles) for number, lemma, articles in store.in_chunks(FORMS, [*finalists, *starts])}
    here = max((written[start] for start in starts), key=lambda form: form[1])
    rivals = Rivals.of(through.values())
    weighed = [pivot_features(here, written[finalist], through[finalist], rivals) for finalist in finalists]
    return Answers([written[finalist][0] for finalist in finalists], columns(weighed))


def columns(rows: Sequence[Mapping[str, float]]) -> Features:
    """The features of all rows, by their names."""
    return {name: np.array([row[name] for row in rows]) for name in rows[0]} if rows else {}


def fitted(questions: Questions, half: int | None = None) -> Coefficients:
    """The coefficients of maximal posterior probability.

    All languages weigh the same, and of a word with many answers each weighs less.

    Args:
        questions: The words of each two languages.
        half: 0 or 1 if only the words of even or odd places teach.
    """
    tables, truths, importances = [], [], []
    names = next(list(word.features) for words in questions.values() for word in words)
    for words in questions.values():
        importance = []
        for word in words:
            if half is None or word.place % 2 == half:
                kept = ~np.any([word.features[name] > 0 for name in NEVER_RIGHT if name in names], axis=0)
                tables.append(table(word, names)[kept])
                truths.append(word.right[kept])
                count = int(np.count_nonzero(kept))
                importance.append(np.full(count, 1 / sqrt(max(count, 1))))
        total = sum(pair_weights.sum() for pair_weights in importance)
        importances += [pair_weights * WORTH / total for pair_weights in importance]
    inputs = np.concatenate(tables)
    precision = np.maximum(inputs.var(axis=0), FREE)  # 1 for a feature of unit variance
    precision[[names.index(name) for name in names if name in BY_HAND]] = HELD
    mean = np.array([BY_HAND.get(name, 0.0) for name in names])
    weights = logistic_regression(
        inputs, np.concatenate(truths), mean, precision, importance=np.concatenate(importances)
    )
    return dict(zip(names, weights.tolist(), strict=True))


def table(word: Asked, names: Sequence[str]) -> NDArray[np.float64]:
    """The features of the answers, a row each."""
    return np.column_stack([word.features[name] for name in names])


def taught(direct: Questions, pivots: Questions) -> Model:
    """The model of all words."""
    weights = fitted(direct)
    claims = {name: weights.pop(name) for name in claim_features(0, 0, 0)}
    return Model(weights, claims, fitted(pivots))


def measured(questions: Questions) -> dict[str, Any]:
    """All figures of each two languages, and their means."""
    halves = [fitted(questions, half) for half in (1, 0)]
    figures: dict[str, Any] = {"other_half": {}, "left_out": {}}  # the latter if there are others
    without: dict[frozenset[str], Coefficients] = {}
    for pair, words in questions.items():
        ends = frozenset(pair.split("-"))
        figures["other_half"][pair] = judged(words, halves)
        training = {
            code_pair: asked_of for code_pair, asked_of in questions.items() if ends != frozenset(code_pair.split("-"))
        }
        if training:
            if ends not in without:
                without[ends] = fitted(training)
            figures["left_out"][pair] = judged(words, [without[ends]])
    for by_pair in filter(None, figures.values()):
        by_pair["mean"] = {
            name: round(float(np.mean([of_pair[name] for of_pair in by_pair.values()])), 4)
            for name in next(iter(by_pair.values()))
        }
    return figures


def judged(words: Sequence[Asked], models: Sequence[Coefficients]) -> dict[str, float]:
    """The figures of two languages, whose words are answered by the models in turn, by their places."""
    places: list[int] = []
    first: list[tuple[float, bool]] = []
    every: list[tuple[float, bool]] = []
    for word in words:
        weights = models[word.place % len(models)]
        probability = expit(table(word, list(weights)) @ np.array(list(weights.values())))
        order = np.argsort(-probability, kind="stable")
        if word.right.any():
            places.append(1 + int(np.argmax(word.right[order])))
        first.append((float(probability[order[0]]), bool(word.right[order[0]])))
        every += zip(probability[word.single].tolist(), word.right[word.single].tolist(), strict=True)
    place = np.array(places)
    figures = {
        "answered": len(words),
        "asked": len(places),
        "p@1": float(np.mean(place == 1)),
        "mrr": float(np.mean(1 / place)),
        "calibration": error(first),
        "calibration_of_all": error(every),
    }
    return {name: round(value, 4) for name, value in figures.items()}


if __name__ == "__main__":
    main()
