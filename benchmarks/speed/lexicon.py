"""What a lexicon costs, in units of one float32 product of the two tables of vectors.

Everything is measured in one run, in CPU seconds of all threads, because another program on the machine changes wall
time far more. The product is ``torch.mm`` in blocks of 1,024 rows, the best that can be done if every pair of words is
compared in float32; it is measured in slices between the other steps, so that all meet the same conditions.

Two more figures say what this is worth to whoever builds a lexicon: ``build_ratio`` (``benchmarks.speed.building``)
divides the products that MUSE computes with five refinements by a whole ``isogloss lexicon build --method muse``, from
text files to ``lexicon.tsv`` (``build_refinements`` says how many refinements it tried, of at most five);
``selflearning_ratio`` (``benchmarks.speed.selflearning``) divides VecMap's iterations by a lexicon from 25 seeds.
``--skip build,selflearning`` leaves them out.

``python benchmarks/speed/lexicon.py --words 200000 --json`` prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

if __package__ in (None, ""):  # run as a script: the packages stand two folders up
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch

from benchmarks import command_line
from benchmarks.speed import building, selflearning
from benchmarks.speed.synthetic import Languages, two_languages, with_words
from isogloss.data.compute import as_tensor
from isogloss.data.errors import IsoglossError
from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.csls import retrieve, retrieve_with_faiss
from isogloss.lexicon.search.index import Cutoffs, Neighbors, Retrieval, Rows
from isogloss.lexicon.search.lazy import translate_rows
from isogloss.lexicon.search.low_precision import fast_precision, fastest_precision
from isogloss.lexicon.search.symmetric import symmetric

T = TypeVar("T")
Report = dict[str, int | float | str | bool]

BLOCK = 1024  # rows of the float32 product
SLICE_SECONDS = 10.0  # of the product measured at a time
FAISS = {"flat": "Flat", "hnsw": "HNSW32", "ivf": None, "rabitq": "RaBitQfs,Refine(Flat)"}  # kinds of indexes
QUERIES = 1500  # words of the lazy translation
PARTS = ("build", "selflearning")  # that can be left out


class Cost(NamedTuple):
    """What a step took."""

    cpu: float
    wall: float
    megabytes: float  # that the process grew by, at most


def measured(step: Callable[[], T]) -> tuple[T, Cost]:
    """The result of ``step`` and what it cost."""
    before, outcome, peak = _resident(), threading.Event(), [0.0]

    def watch() -> None:
        while not outcome.wait(0.02):
            peak[0] = max(peak[0], _resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    cpu, wall = time.process_time(), time.perf_counter()
    try:
        result = step()
    finally:
        cost = Cost(time.process_time() - cpu, time.perf_counter() - wall, 0)
        outcome.set()
        watcher.join()
    return result, cost._replace(megabytes=max(0.0, peak[0] - before))


class Product:
    """The float32 product, measured in slices spread over the run."""

    def __init__(self, x: Matrix, y: Matrix, slice_seconds: float = SLICE_SECONDS) -> None:
        self._x, self._y = as_tensor(x), as_tensor(y)
        self._slice_seconds = slice_seconds
        self._blocks = self._endless()
        self._seconds, self._rows = 0.0, 0

    def slice(self) -> None:
        """Compute blocks for a while."""
        out = torch.empty((BLOCK, len(self._y)))
        torch.mm(
            self._x[:BLOCK], self._y.T, out=out[: len(self._x[:BLOCK])]
        )  # memory is claimed and caches are warm from here on
        begun = time.process_time()
        while time.process_time() - begun < self._slice_seconds:
            block = next(self._blocks)
            torch.mm(block, self._y.T, out=out[: len(block)])
            self._rows += len(block)
        self._seconds += time.process_time() - begun

    @property
    def cpu(self) -> float:
        """CPU seconds of the whole product."""
        return self._seconds * len(self._x) / self._rows

    def _endless(self) -> Iterator[torch.Tensor]:
        while True:
            for start in range(0, len(self._x), BLOCK):
                yield self._x[start : start + BLOCK]


class Measurement:
    """Steps measured in turn, each a few times, with slices of the product between them."""

    def __init__(self, product: Product) -> None:
        self.product, self.costs = product, dict[str, list[Cost]]()

    def __call__(self, name: str, step: Callable[[], T]) -> T:
        """The result of ``step``."""
        result, cost = measured(step)
        self.costs.setdefault(name, []).append(cost)
        self.product.slice()
        return result

    def report(self) -> dict[str, float]:
        """The cheapest of each step's runs."""
        figures: dict[str, float] = {"product_cpu_s": round(self.product.cpu, 2)}
        for name, costs in self.costs.items():
            best = min(costs, key=lambda cost: cost.cpu)
            figures[f"{name}_ratio"] = round(best.cpu / self.product.cpu, 4)
            figures[f"{name}_cpu_s"], figures[f"{name}_wall_s"] = round(best.cpu, 2), round(best.wall, 2)
            figures[f"{name}_mb"] = round(max(cost.megabytes for cost in costs))  # above the two tables
        return figures


def run(
    words: int,
    *,
    seed: int = 0,
    rounds: int = 1,
    neighbors: int = 10,
    faiss: bool = False,
    skip: Collection[str] = (),
    folder: Path | None = None,
    slice_seconds: float = SLICE_SECONDS,
) -> Report:
    """Measure retrieval between two vocabularies of ``words`` words, and what a lexicon of them takes.

    Args:
        words: Of each language.
        seed: Of all that is made up or drawn.
        rounds: How often retrieval is measured.
        neighbors: Translations of each word.
        faiss: Whether the indexes of FAISS are measured, too.
        skip: Which of ``PARTS`` to leave out.
        folder: Where the files of the build are made and removed; else the system's.
        slice_seconds: CPU seconds of the float32 product between two steps.
    """
    generator = np.random.default_rng(seed)
    made = two_languages(words, generator)
    x, y = made.source, made.target
    queries = generator.choice(words, min(QUERIES, words), replace=False)
    precisions = fast_precision("cpu"), fastest_precision("cpu")  # found out before anything is measured
    measure = Measurement(Product(x, y, slice_seconds))
    measure.product.slice()
    for _ in range(rounds):
        exact = measure("exact", lambda: in_blocks(x, y, neighbors))
        approximate = measure("approximate", lambda: retrieve(x, y, neighbors, search="approximate"))
        lazy = measure("lazy", lambda: translate_rows(x, y, queries, neighbors))
        lazy_first = measure("lazy_first", lambda: translate_rows(x, y, queries, 1))
    agreement = agreed(exact, approximate)
    for name, kind in FAISS.items() if faiss else ():
        by_faiss = measure(f"faiss_{name}", lambda: retrieve_with_faiss(x, y, Cutoffs(neighbors), kind))  # noqa: B023
        agreement |= {f"faiss_{name}_{measure}": share for measure, share in agreed(exact, by_faiss).items()}
    peak = _most_resident()
    parts: dict[str, Callable[[], Report]] = {
        "build": lambda: built(made, measure.product, seed, folder),
        "selflearning": lambda: learned(made, seed),
    }
    whole = {name: value for part in parts if part not in skip for name, value in tried(part, parts[part]).items()}
    return {
        "words": words,
        "dimensions": x.shape[1],
        "neighbors": neighbors,
        "threads": torch.get_num_threads(),
        "exact_precision": str(precisions[0]).removeprefix("torch."),
        "approximate_precision": str(precisions[1]).removeprefix("torch."),
        **measure.report(),
        **agreement,
        "mutual_share": round(len(exact.mutual()) / words, 4),
        "lazy_same": same(lazy, exact, queries),
        "lazy_first_same": same(lazy_first, exact, queries),
        "tables_mb": round((x.nbytes + y.nbytes) / 2**20),
        "peak_mb": round(peak),
        **whole,
    }


def built(made: Languages, product: Product, seed: int, folder: Path | None) -> Report:
    """What a whole build takes, in units of what MUSE computes for it."""
    with tempfile.TemporaryDirectory(dir=folder) as files:
        figures = building.build(made, Path(files), np.random.default_rng(seed))
    product.slice()
    return figures.report(product.cpu)


def learned(made: Languages, seed: int) -> Report:
    """What a lexicon from a few seeds takes, in units of what VecMap computes for it."""
    few = made
    if len(made.source) > selflearning.WORDS:
        few = two_languages(selflearning.WORDS, np.random.default_rng(seed))
    generator = np.random.default_rng(seed)
    return selflearning.learn(with_words(few, generator), generator).report()


def tried(part: str, step: Callable[[], Report]) -> Report:
    """The figures of ``step``, or why there are none: what was measured before it is not lost."""
    try:
        return step()
    except (IsoglossError, OSError) as error:
        return {f"{part}_failed": str(error)}


def agreed(exact: Retrieval, approximate: Retrieval) -> dict[str, float]:
    """The shares of the exact mutual pairs and first translations that were found."""
    pairs = {(int(source), int(target)) for source, target in exact.mutual()}
    kept = {(int(source), int(target)) for source, target in approximate.mutual()}
    first = exact.forward.rows[:, 0] == approximate.forward.rows[:, 0]
    return {
        "mutual_agreement": round(len(pairs & kept) / max(1, len(pairs)), 6),
        "first_agreement": round(float(first.mean()), 6),
    }


def in_blocks(x: Matrix, y: Matrix, k: int) -> Retrieval:
    """The exact retrieval of large tables, for any size: ``retrieve`` looks at small ones whole."""
    return symmetric(x, y, Cutoffs(k))


def same(lazy: Neighbors, exact: Retrieval, queries: Rows) -> bool:
    """Whether the lazy translations are those of the full computation; equal scores may change places."""
    k = lazy.rows.shape[1]
    rows, scores = exact.forward.rows[queries, :k], exact.forward.scores[queries, :k]
    near = np.abs(lazy.scores - scores) < 1e-6
    tied = np.abs(np.diff(scores, axis=1, append=-np.inf)) < 1e-6
    tied[:, 1:] |= tied[:, :-1]
    return bool((near & ((lazy.rows == rows) | tied)).all())


def table(report: Report) -> str:
    """The report for reading."""
    return "\n".join(f"{name:24} {value}" for name, value in report.items())


def _resident() -> float:
    """Megabytes of memory in use now; where the system does not tell, the most so far."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return _most_resident()
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _most_resident() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def part_names(text: str) -> tuple[str, ...]:
    """Names of ``PARTS``, commas between them."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if unknown := [name for name in names if name not in PARTS]:
        raise argparse.ArgumentTypeError(f"found {', '.join(unknown)}, expected some of {','.join(PARTS)}")
    return names


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__, seed="the vectors and the words to translate")
    parser.add_argument("--words", type=int, default=20_000, help="words of each language (20,000 to 200,000)")
    parser.add_argument("--neighbors", type=int, default=10, help="translations kept for each word")
    parser.add_argument("--rounds", type=int, default=1, help="how often to measure; the cheapest run counts")
    parser.add_argument("--faiss", action="store_true", help="also measure indexes of FAISS: flat, HNSW, IVF, RaBitQ")
    parser.add_argument("--skip", type=part_names, default=(), help=f"leave out some of {','.join(PARTS)}")
    parser.add_argument("--folder", type=Path, help="where the build's files are made and removed; else the system's")
    options = parser.parse_args()
    report = run(
        options.words,
        seed=options.seed,
        rounds=options.rounds,
        neighbors=options.neighbors,
        faiss=options.faiss,
        skip=options.skip,
        folder=options.folder,
    )
    print(json.dumps(report) if options.json else table(report))


if __name__ == "__main__":
    main()
