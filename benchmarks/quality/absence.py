"""Absence as negative evidence: what it means that a dictionary lists both words of a pair, but not the pair.

Run ``python -m benchmarks.quality.absence --json``. It draws graphs of the dictionaries that teach the prior, as
``benchmarks.quality.teaching`` does. Where FreeDict has another dictionary for the two languages of one of them, made
from the Wiktionary of the other language, ``kg infer`` is asked with the one at hand, and the other one judges:
candidates that the first lacks, and of which both know both words.

For each constant that the logarithm of the odds of such a candidate may be moved by: the mean log loss and the mean of
what the mean probability is off by, in which dictionaries count alike. ``best`` has the lowest log loss; ``left_out``
is the log loss of each dictionary with the best constant of all others, and ``moved`` what ``kg infer`` does.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np
from scipy.special import expit

from benchmarks import command_line
from benchmarks.quality.teaching import Pair, beside_another, fetched
from benchmarks.real_data import freedict_of
from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import DownloadError
from isogloss.data.numerics.logistic_regression import Weights, log_odds
from isogloss.kg.inference.ensemble import ABSENCE
from isogloss.kg.inference.translation_links import Flags

VERSION = "2022.12.07-2"
REVERSED = {
    ("de", "pl"): ("pol-deu", "8f408002d2bd57dd0fe8f3529993d75fd65a83c6d65b4871a00de6fd991c52b5"),
    ("de", "sv"): ("swe-deu", "91fab32d456fc0ca353568b80493ba727d8797c6f00f3a3c146e6062f56dc61c"),
    ("fi", "pl"): ("pol-fin", "c99bdc269832f7ad949f8229ee3ea5df50ea6ddae7483341453492ae9f0a5f08"),
    ("fi", "sv"): ("swe-fin", "54a5d53fe34fd577646fa6fbcff29e702fb939bc02ed9e481806337f8014f6a2"),
    ("fr", "pl"): ("pol-fra", "9c564e9fa76b2f9285750906dc017c02bb62cfdb0ca015cfe61000ea936c9b6f"),
    ("fr", "pt"): ("por-fra", "d9c494c521b56f4be7c6c2156397badf21ee9f119fabb80473bd86557c61c809"),
    ("fr", "sv"): ("swe-fra", "7dec61c0b619fdcea77091f72ff8b0b9b8bbb253c6ab844fedc932f2f0c5d30f"),
    ("it", "pl"): ("pol-ita", "ae72bdc3a5622fd3fc6377ae66329e2ae3d731d25b2f55f03a5020b183aa8677"),
    ("it", "sv"): ("swe-ita", "63bc5a6bda0d1b594ca9064b7c122b7786a3c11210ff6debe697df8f9f8860e8"),
    ("nl", "pl"): ("pol-nld", "4f4448b2d637d4919b571fd4a6630781f3942f44cfc712fcf53763f825308eee"),
    ("nl", "sv"): ("swe-nld", "d8389afa08cb8c897f2c12006a8dc4e3ea25b9d99c0d3149866719f4672a6fc3"),
}
CONSTANTS = tuple(np.arange(-4, 1.01, 0.1).round(2).tolist())  # log-odds that are tried; round numbers
FEWEST = 50  # candidates of a dictionary in a graph: with fewer it is passed over; round number


class Case(NamedTuple):
    """The candidates of one dictionary in one graph: the logarithm of their odds, not moved yet, and the truth."""

    pair: Pair
    score: Weights
    truth: Flags


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--graphs", type=int, default=14, help="How many graphs are drawn.")
    parser.add_argument("--seed", type=int, default=1, help="Of graphs.")
    arguments = parser.parse_args()
    start = time.process_time()
    collected = cases(fetched(), judges(), arguments.graphs, arguments.seed)
    measured = judged(list(collected)) | {"seed": arguments.seed, "seconds_cpu": time.process_time() - start}
    if arguments.json:
        command_line.print_json(measured)
        return
    for name, value in measured.items():
        print(f"{name:16} {value}")


def judges() -> dict[Pair, Dictionary]:
    """The second dictionary of each pair of languages, turned round; a program ends where they cannot be had."""
    second = {}
    for (source, target), (name, sha256) in REVERSED.items():
        try:
            read = freedict_of((f"dict-freedict-{name}", VERSION, sha256), target, source).reversed()
        except DownloadError as error:
            raise SystemExit(f"error: {error}") from None
        second[source, target] = replace(read, origin=replace(read.origin, name="the judge"))
    return second


def cases(
    teachers: Mapping[Pair, Dictionary], judge: Mapping[Pair, Dictionary], graphs: int, seed: int
) -> Iterator[Case]:
    """Every dictionary of every graph that has a judge: candidates that it lacks, and both know both words of."""
    for pair, case in beside_another(teachers, graphs, seed, judge.get, hide_added=True):
        rows = np.flatnonzero(case.asked & (case.prepared.described.columns["absent"] > 0))
        chances, _ = case.prepared.scored("ensemble")
        if len(rows) >= FEWEST:
            yield Case(pair, log_odds(chances[rows]) - ABSENCE, case.truth[rows])


def judged(cases: list[Case]) -> dict[str, object]:
    """What each constant is worth, over dictionaries: the mean of a dictionary's graphs, and of the dictionaries."""
    pairs = sorted({case.pair for case in cases})
    losses = np.array([mean(cases, pair, log_loss) for pair in pairs])
    offs = np.array([mean(cases, pair, off_by) for pair in pairs])
    moved = CONSTANTS.index(round(ABSENCE, 2))
    left = [losses[n, np.delete(losses, n, axis=0).mean(axis=0).argmin()] for n in range(len(pairs))]
    return {
        "dictionaries": len(pairs),
        "cases": len(cases),
        "candidates": sum(len(case.truth) for case in cases),
        "share_right": float(np.mean([case.truth.mean() for case in cases])),
        "best": CONSTANTS[losses.mean(axis=0).argmin()],
        "log_loss": {
            "unmoved": loss_at(losses, 0.0),
            "moved": float(losses[:, moved].mean()),
            "left_out": float(np.mean(left)),
        },
        "off_by": {"unmoved": loss_at(offs, 0.0), "moved": float(offs[:, moved].mean())},
        "by_dictionary": {
            "-".join(pair): {"unmoved": float(offs[n, CONSTANTS.index(0.0)]), "moved": float(offs[n, moved])}
            for n, pair in enumerate(pairs)
        },
    }


def loss_at(rows: Weights, constant: float) -> float:
    """The mean over dictionaries with one constant."""
    return float(rows[:, CONSTANTS.index(constant)].mean())


def mean(cases: list[Case], pair: Pair, figure: Callable[[Case, float], float]) -> list[float]:
    """A figure for each constant, the mean over the graphs of one dictionary."""
    own = [case for case in cases if case.pair == pair]
    return [float(np.mean([figure(case, constant) for case in own])) for constant in CONSTANTS]


def log_loss(case: Case, constant: float) -> float:
    """Of the truth, with odds moved by a constant."""
    value = case.score + constant
    return float((np.logaddexp(0, value) - case.truth * value).mean())


def off_by(case: Case, constant: float) -> float:
    """How far the mean probability is from the share that is right."""
    return float(expit(case.score + constant).mean() - case.truth.mean())


if __name__ == "__main__":
    main()
