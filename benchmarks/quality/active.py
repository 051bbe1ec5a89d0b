"""Active learning, simulated on real dictionaries: chosen seeds against random ones.

Run ``python -m benchmarks.quality.active --json``. FreeDict is the oracle: it gives the first translation of any
word chosen. In each draw its words are split; a third is held out as the test set (P@1 by CSLS among the most frequent
words of the target language), the rest may be chosen as seeds.

Each design gets as many words (``--words``, 50), except ``twice``: twice as many random ones. From the seeds a lexicon
is made by four methods:

- ``map``: truncated Procrustes on the seeds alone;
- ``self_learning``: similarity to the seeds, then mutual neighbors and Procrustes in turns;
- ``grown``: the same with directions weighted by the spectrum of the fit (``lexicon.self_learning.growth``): what
  ``lexicon build`` does;
- ``prior``: soft assignment with weights fitted on the other languages, then the same. The held-out language is not
  used in training that prior.

The design was chosen on other pairs (Finnish-English and Japanese-English, other dictionaries). Intervals are paired
bootstraps (95 %) over words.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np
from numpy.typing import NDArray

from benchmarks import command_line, real_data
from benchmarks.tables import markdown_line, markdown_table, percent_with_interval
from isogloss.data.errors import IsoglossError
from isogloss.data.numerics.bootstrap import paired_bootstrap
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.vecmap import vecmap
from isogloss.lexicon.search.csls import retrieve
from isogloss.lexicon.search.index import Rows
from isogloss.lexicon.self_learning.growth import self_learned as grown
from isogloss.lexicon.self_learning.growth import starts
from isogloss.meta.matching.assignment_weights import TRAINING_WORDS, AssignmentWeights
from isogloss.meta.matching.prior import match_words
from isogloss.meta.matching.prior_training import train_weights
from isogloss.meta.matching.soft_assignment import MatchingProblem
from isogloss.meta.matching.training_cases import training_cases
from isogloss.meta.matching.word_descriptors import word_descriptors
from isogloss.meta.new_language.active import Choice, Weight, coverage, demand, seed_candidates
from isogloss.meta.tasks.alignment_views import View, profile_view, seed_view, self_learned, truncated_view
from isogloss.meta.tasks.candidate_episodes import Sides
from isogloss.meta.tasks.vector_tables import Spaces

PAIRS = ("en-fr", "en-ja", "en-fi")
LANGUAGES = ("en", "fi", "fr", "ja")
WORDS = 2500  # most frequent words of each language; round number
CHOSEN = 50  # seeds, unless --words says otherwise; round number
PRIOR_SEEDS = 40  # seeds of the training cases of the prior, from English to the two other languages; round number
DESIGNS = ("twice", "random", "frequent", "leverage", "coverage")
OURS = "coverage"
LEXICONS = ("map", "self_learning", "grown", "prior")
COLUMNS = ("pair", "lexicon", *DESIGNS, "coverage above twice", "coverage above random")

Hits = NDArray[np.float64]


class Bench(NamedTuple):
    """A pair of languages, and rows of gold translations by row of the word."""

    sides: Sides
    gold: Mapping[int, Sequence[int]]
    prior: AssignmentWeights | None


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = _parser().parse_args(arguments)
    started, rows = time.process_time(), []
    for pair in options.pairs.split(","):
        try:
            for row in measured(pair, options.lexicons.split(","), options.words, options.draws, options.seed):
                rows.append(row)
                print(markdown_line(_cells(row)), file=sys.stderr, flush=True)
        except IsoglossError as error:
            print(f"skipped {pair}: {error}", file=sys.stderr)
    if options.json:
        print(json.dumps({"rows": rows, "cpu_seconds": round(time.process_time() - started, 1)}, indent=2))
    else:
        print(markdown_table(COLUMNS, map(_cells, rows)))


def measured(pair: str, methods: Sequence[str], words: int, draws: int, seed: int) -> list[dict[str, Any]]:
    """A row for each method of making the lexicon."""
    source, target = pair.split("-")
    bench = prepared(source, target, seed, prior="prior" in methods)
    hits: dict[str, dict[str, list[Hits]]] = {method: {name: [] for name in DESIGNS} for method in methods}
    tested = []
    for draw in range(draws):
        random = np.random.default_rng([seed, draw])
        order = random.permutation(np.array(sorted(bench.gold)))
        test, pool = np.sort(order[: len(order) // 3]), np.sort(order[len(order) // 3 :])
        tested.append(test)
        for name, chosen in choices(bench.sides.x, pool, words, random).items():
            seeds = Seeds(chosen, np.array([bench.gold[row][0] for row in chosen.tolist()]))
            for method in methods:
                hits[method][name].append(right(view_of(method, bench, seeds), bench.gold, test))
    return [_row(pair, method, hits[method], np.concatenate(tested), words, draws, bench) for method in methods]


def choices(x: Matrix, pool: Rows, words: int, random: np.random.Generator) -> dict[str, Rows]:
    """The words that each design chooses, all from ``pool``."""
    demanded, none = demand(x), np.empty(0, np.int64)
    allowed = np.intersect1d(pool, seed_candidates(len(x)))
    return {
        "twice": random.permutation(pool)[: 2 * words],
        "random": random.permutation(pool)[:words],
        **{
            name: np.array([choice.row for choice in choose(x, demanded, rows, none, words)])
            for name, choose, rows in (
                ("frequent", frequent, pool),
                ("leverage", leverage, allowed),
                ("coverage", coverage, allowed),
            )
        },
    }


def leverage(x: Matrix, wanted: Weight, allowed: Rows, seeds: Rows, count: int, *, ridge: float = 0.1) -> list[Choice]:
    """The words that determine most of a linear map: greedy D-optimal design (Fedorov, 1972).

    A word gains ``log(1 + xᵀ A⁻¹ x)``, times its share of the demand; ``A`` is the Gram matrix of the seeds plus
    ``ridge``.
    """
    inverse = np.eye(x.shape[1]) / ridge
    for row in seeds.tolist():
        inverse = _updated(inverse, x[row])
    free, choices = ~np.isin(allowed, seeds), list[Choice]()
    vectors, weight = x[allowed].astype(np.float64), wanted[allowed] / wanted[allowed].max()
    for _ in range(min(count, int(free.sum()))):
        gains = np.log1p(np.einsum("nd,nd->n", vectors @ inverse, vectors)) * weight
        best = int(np.where(free, gains, -1).argmax())
        choices.append(Choice(int(allowed[best]), float(gains[best])))
        inverse = _updated(inverse, vectors[best])
        free[best] = False
    return choices


def frequent(x: Matrix, wanted: Weight, allowed: Rows, seeds: Rows, count: int) -> list[Choice]:
    """The most frequent words that are allowed: what a list of basic vocabulary would give."""
    del x
    free = np.sort(allowed[~np.isin(allowed, seeds)])[:count]
    return [Choice(row, float(wanted[row])) for row in free.tolist()]


def _updated(inverse: NDArray[np.float64], x: NDArray[np.floating]) -> NDArray[np.float64]:
    """``(A + x xᵀ)⁻¹`` from ``A⁻¹`` (Sherman and Morrison, 1950)."""
    step = inverse @ x
    return np.asarray(inverse - np.outer(step, step) / (1 + x @ step))


def view_of(method: str, bench: Bench, seeds: Seeds) -> View:
    """Both languages in the space that the seeds lead to."""
    x, y = bench.sides.x, bench.sides.y
    if method == "map":
        return truncated_view(x, y, seeds)
    if method == "grown":
        space = replace(Space.of(bench.sides.source, bench.sides.target, 0), x=x, y=y)
        return seed_view(x, y, grown(space, starts(space, {"seeds": seeds}, {})).grown.pairs, vecmap)
    start, rounds = profile_view(x, y, seeds), 6
    if method == "prior" and bench.prior is not None:
        descriptors = word_descriptors(x, TRAINING_WORDS), word_descriptors(y, TRAINING_WORDS)
        matched = match_words(bench.prior, MatchingProblem.of(x, y, seeds, descriptors, bench.prior.metric))
        start, rounds = seed_view(x, y, seeds.extended_by(matched)), 3
    return seed_view(x, y, self_learned(x, y, seeds, start, rounds=rounds, max_words=WORDS), vecmap)


def right(view: View, gold: Mapping[int, Sequence[int]], test: Rows) -> Hits:
    """1 where the first translation of a word is in the dictionary, else 0, shape ``(len(test),)``."""
    best = retrieve(view.source, view.target, 1).forward.rows[test, 0]
    return np.array([row in gold[word] for word, row in zip(test.tolist(), best.tolist(), strict=True)], np.float64)


def prepared(source: str, target: str, seed: int, *, prior: bool) -> Bench:
    """The vectors, the dictionary and, if wanted, a prior from the languages other than ``target``."""
    tables = {language: real_data.vectors(language).first(WORDS) for language in LANGUAGES}
    sides = Sides.of(Spaces({name: tables[name] for name in (source, target)}), source, target)
    dictionary = real_data.freedict(source, target).within(sides.source, sides.target)
    gold = {
        sides.source.row_of[word]: [sides.target.row_of[translation] for translation in translations]
        for word, translations in dictionary.by_source.items()
    }
    return Bench(sides, gold, prior_without(target, tables, seed) if prior else None)


def prior_without(held_out: str, tables: Mapping[str, Vectors], seed: int) -> AssignmentWeights:
    """A prior of all languages but one."""
    others = {language: table for language, table in tables.items() if language != held_out}
    dictionaries = {("en", language): real_data.freedict("en", language) for language in others if language != "en"}
    cases = training_cases(
        dictionaries, others, np.random.default_rng(seed), counts=(PRIOR_SEEDS,), held_out=(held_out,), auxiliary=False
    )
    return train_weights(cases, others).weights


def _row(
    pair: str, method: str, hits: Mapping[str, Sequence[Hits]], tested: Rows, words: int, draws: int, bench: Bench
) -> dict[str, Any]:
    whole = {name: np.concatenate(by_draw) for name, by_draw in hits.items()}
    gains = {
        name: paired_bootstrap(whole[OURS], whole[name], tested, np.random.default_rng(0))._asdict()
        for name in DESIGNS
        if name != OURS
    }
    return {
        "pair": pair,
        "lexicon": method,
        "words": words,
        "draws": draws,
        "words_to_choose_from": len(bench.gold) - len(tested) // draws,
        "questions": len(tested),
        "precision": {name: float(values.mean()) for name, values in whole.items()},
        "by_draw": {name: [float(draw.mean()) for draw in by_draw] for name, by_draw in hits.items()},
        "gain": gains,
    }


def _cells(row: Mapping[str, Any]) -> list[str]:
    precision = [f"{100 * row['precision'][name]:.1f}" for name in DESIGNS]
    gains = [percent_with_interval(row["gain"][name].values()) for name in ("twice", "random")]
    return [row["pair"], row["lexicon"], *precision, *gains]


def _parser() -> argparse.ArgumentParser:
    parser = command_line.parser(__doc__, pairs=",".join(PAIRS), seed="splits, draws and the prior")
    parser.add_argument("--words", type=int, default=CHOSEN, help="seeds that each design may choose")
    parser.add_argument("--draws", type=int, default=3, help="how often words are split and seeds drawn")
    parser.add_argument("--lexicons", default=",".join(LEXICONS), help="methods of making the lexicon, comma-separated")
    return parser


if __name__ == "__main__":
    main()
