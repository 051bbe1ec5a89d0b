"""What a part of a dictionary is worth to ``kg infer``, and how strong its Gaussian prior should be.

Run ``python -m benchmarks.quality.partial --json``. It draws graphs of the dictionaries that the prior is fitted to, as
``benchmarks.quality.teaching`` does. In each graph one dictionary is hidden, but for the translations of some of its
source words. The test are the candidates of its other words, of which the whole dictionary knows both words. The prior
is fitted without the dictionary (six folds).

For every share of the source words: the mean of the log loss, of the expected calibration error and of the highest F1
over dictionaries, by the prior alone (``prior``), and fitted to the pairs of these words with the settings of ``kg
infer`` (``fitted``) and with each other one in turn (``--precision``, ``--full-coverage``).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np

from benchmarks import command_line
from benchmarks.quality.inference import part_of
from benchmarks.quality.teaching import FOLDS, TEACHERS, Lesson, Pair, beside_another, fetched, fitted, lessons
from isogloss.data.dictionary import Dictionary
from isogloss.data.numerics.calibration import calibration_error
from isogloss.data.numerics.thresholds import best_f1
from isogloss.kg.inference.ensemble import FULL_COVERAGE, PRECISION, fit
from isogloss.kg.inference.examples import Examples
from isogloss.kg.inference.features import Described
from isogloss.kg.inference.prior import Prior
from isogloss.kg.inference.translation_links import Flags, Numbers, Weights

FIGURES = ("log_loss", "error", "best_f1")
FEWEST = 200  # candidates that are asked: a dictionary with fewer is passed over


class Case(NamedTuple):
    """A dictionary of which a part is known: the examples of that part, and the held-out candidates."""

    pair: Pair
    lessons: Sequence[Examples]
    described: Described
    asked: Numbers  # which of the candidates
    truth: Flags


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--graphs", type=int, default=8, help="How many graphs are drawn.")
    parser.add_argument("--parts", default="0.5,0.1", help="Shares of the source words whose pairs are known.")
    parser.add_argument("--precision", default="", help="Also with these precisions of the prior, as in 100,400.")
    parser.add_argument(
        "--full-coverage", default="", help="Also with whole dictionaries that know this share of the words."
    )
    parser.add_argument("--seed", type=int, default=1, help="Of graphs and words.")
    arguments = parser.parse_args()
    start = time.process_time()
    teachers = fetched()
    settings = {"fitted": {"precision": PRECISION, "full_coverage": FULL_COVERAGE}}
    for name in ("precision", "full_coverage"):
        for value in filter(None, getattr(arguments, name).split(",")):
            settings[f"{name} {value}"] = settings["fitted"] | {name: float(value)}
    priors = left_out(list(lessons(teachers, arguments.graphs, arguments.seed)))
    results: dict[str, Any] = {}
    for part in map(float, arguments.parts.split(",")):
        rows = [judged(case, priors[case.pair], settings) for case in cases(teachers, part, arguments)]
        results[f"{part:g}"] = {
            "dictionaries": len(rows),
            **{name: means([row[name] for row in rows]) for name in rows[0]},
        }
    if arguments.json:
        print(json.dumps(results | {"seed": arguments.seed, "seconds_cpu": time.process_time() - start}, indent=2))
        return
    for share, measured in results.items():
        print(f"{share} of the words of {measured.pop('dictionaries')} dictionaries known")
        for name, figures in measured.items():
            print(f"  {name:16} " + "  ".join(f"{figure} {value:.4f}" for figure, value in figures.items()))


def left_out(training: Sequence[Lesson]) -> dict[Pair, Prior]:
    """For each dictionary, a prior of others."""
    pairs = sorted(TEACHERS)
    priors: dict[Pair, Prior] = {}
    for fold in range(FOLDS):
        out = pairs[fold::FOLDS]
        priors |= dict.fromkeys(out, fitted([case for case in training if case.pair not in out]))
    return priors


def cases(teachers: Mapping[Pair, Dictionary], part: float, arguments: argparse.Namespace) -> Iterator[Case]:
    """Every dictionary of every graph, of which a part is known."""
    random = np.random.default_rng(arguments.seed)
    settings = teachers, arguments.graphs, arguments.seed, lambda pair: part_of(teachers[pair], part, random)
    for pair, case in beside_another(*settings, hide_added=False):
        described, seen = case.prepared.described, case.known
        rows = np.flatnonzero(case.asked & ~np.isin(described.candidates.source, seen.source))
        if len(rows) >= FEWEST:
            yield Case(pair, case.prepared.training, described, rows, case.truth[rows])


def judged(case: Case, prior: Prior, settings: Mapping[str, Mapping[str, float]]) -> dict[str, tuple[float, ...]]:
    """``FIGURES`` of the prior alone and of each setting."""
    alone = fit([], case.described, base=prior)
    models = {"prior": alone} | {
        name: fit(case.lessons, case.described, base=prior, **values) for name, values in settings.items()
    }
    return {name: figures(model.probability(case.described)[case.asked], case.truth) for name, model in models.items()}


def means(rows: Sequence[tuple[float, ...]]) -> dict[str, float]:
    """The mean of each figure."""
    return dict(zip(FIGURES, np.mean(rows, axis=0).tolist(), strict=True))


def figures(chances: Weights, truth: Flags) -> tuple[float, ...]:
    """``FIGURES``."""
    held = np.clip(np.where(truth, chances, 1 - chances), 1e-6, 1)
    return float(-np.log(held).mean()), calibration_error(chances, truth), best_f1(chances, truth).f1


if __name__ == "__main__":
    main()
