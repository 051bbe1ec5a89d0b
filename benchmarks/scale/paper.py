"""What many languages would cost, computed from the times of single steps, and a simulated schedule with failures.

    python -m benchmarks.scale.paper --json

A lexicon of 200,000 words a side by ``lexicon build --method muse`` (5,000 seeds) is that of docs/speed.md, two cores
with bfloat16. Those of the default method, of 50,000 and 100,000 words, are those of ``benchmarks.speed.building``
(``--effort normal``), a busy machine with float32; other sizes take their time in proportion. Graph figures are
measured here, on synthetic words: loading of a lexicon, inference between two languages through one other. Everything
else is multiplication, and says so.
"""

from __future__ import annotations

import heapq
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks import command_line
from isogloss.data.dictionary import Dictionary, Origin
from isogloss.graphs import open_graph

LEXICON = {  # CPU seconds and gigabytes of a lexicon, by method and words a side
    ("muse", 200_000): (163.88, 4.0),
    ("auto", 50_000): (478.21, 1.97),
    ("auto", 100_000): (928.42, 3.01),
    ("auto", 200_000): (2956.75, 5.1),
}
LEXICON_BYTES = 400  # of its model and table, for each source word: 0.8 MB with the 2,000 words of the sample
VECTOR_BYTES = 1200  # of a word: 300 dimensions of float32
SHARE = 0.45  # of the source words that have a pair in a lexicon; 9,130 of 20,000 in the README's session
DOLLARS = 0.04  # for an hour of a core with 4 GB, and ...
DOLLARS_GB = 0.02  # ... for a month of a gigabyte on disk: list prices of large clouds, rounded
SPREAD = 0.3  # standard deviation of the logarithm of a step's time; round number
KILLED = 0.02  # failures for each hour of a core; round number: a spot machine in two days


@dataclass(frozen=True)
class Units:
    """Measured: seconds for each pair that is loaded, bytes of it on disk, seconds of an inference for each pair."""

    load: float
    bytes: float
    infer: float


def units(pairs: int = 50_000, inferred: int = 10_000) -> Units:
    """Load lexicons of synthetic words, and infer through one of the languages."""
    words = np.random.default_rng(0).permutation(pairs)

    def dictionary(source: str, target: str, count: int) -> Dictionary:
        listed = [(f"{source}{number}", f"{target}{number}") for number in words[:count].tolist()]
        return Dictionary.of(source, target, listed, Origin(f"{source}-{target}", "CC0-1.0", "dictionary"))

    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "graph.db"
        began = time.process_time()
        with open_graph(path, write=True) as graph:
            graph.add(dictionary("en", "fr", pairs))
        load, size = (time.process_time() - began) / pairs, path.stat().st_size / pairs
        with open_graph(Path(name) / "small.db", write=True) as graph:
            for source, target in (("en", "fr"), ("en", "fi"), ("en", "sv"), ("fi", "sv")):
                graph.add(dictionary(source, target, inferred))
        began = time.process_time()
        with open_graph(Path(name) / "small.db") as graph:
            graph.infer("fr", "fi")
        return Units(load, size, (time.process_time() - began) / inferred)


@dataclass(frozen=True)
class Bill:
    """What all lexicons of some languages cost."""

    plan: str
    languages: int
    lexicons: int
    core_hours: float
    memory_gb_per_core: float
    lexicons_tb: float
    vectors_tb: float
    million_pairs: float
    graph_tb: float
    load_hours: float
    dollars: float


def lexicon_cost(method: str, words: int) -> tuple[float, float]:
    """CPU seconds and gigabytes, from the nearest size that was measured."""
    measured = min((size for name, size in LEXICON if name == method), key=lambda size: abs(size - words))
    seconds, gigabytes = LEXICON[method, measured]
    return seconds * words / measured, gigabytes * words / measured


def bill(plan: str, languages: int, words: int, unit: Units, method: str = "muse") -> Bill:
    """The lexicons of ``all`` pairs, or of those with a ``hub``; the load is that of one process into SQLite."""
    count = languages * (languages - 1) // 2 if plan == "all" else languages - 1
    seconds, memory = lexicon_cost(method, words)
    hours = count * seconds / 3600
    pairs = count * words * SHARE
    disks = count * words * LEXICON_BYTES / 1e12, languages * words * VECTOR_BYTES / 1e12, pairs * unit.bytes / 1e12
    return Bill(
        plan, languages, count, round(hours, 1), round(memory, 1), round(disks[0], 2), round(disks[1], 3),
        round(pairs / 1e6, 1), round(disks[2], 3), round(pairs * unit.load / 3600, 1),
        round(hours * DOLLARS + sum(disks) * 1000 * DOLLARS_GB, 0),
    )  # fmt: skip


def schedule(lexicons: int, cores: int, seconds: float, seed: int = 0) -> dict[str, float]:
    """Hours until all lexicons are done, if workers are killed now and then and their steps repeated."""
    random = np.random.default_rng(seed)
    hours = seconds / 3600 * np.exp(random.normal(-(SPREAD**2) / 2, SPREAD, lexicons))
    free, lost, kills = [0.0] * cores, 0.0, 0
    for need in hours.tolist():
        at = heapq.heappop(free)
        while (dies := random.exponential(1 / KILLED)) < need:
            at, lost, kills = at + dies, lost + dies, kills + 1
        heapq.heappush(free, at + need)
    ends = max(free)
    return {
        "cores": cores,
        "hours": round(ends, 2),
        "kills": kills,
        "lost_core_hours": round(lost, 2),
        "busy": round((float(hours.sum()) + lost) / (ends * cores), 3),
    }


def main() -> None:
    """Print units, bills and schedules."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--languages", type=int, default=300)
    parser.add_argument("--words", type=int, default=200_000)
    parser.add_argument("--method", choices=sorted({name for name, _ in LEXICON}), default="muse")
    options = parser.parse_args()
    unit = units()
    bills = [bill(plan, options.languages, options.words, unit, options.method) for plan in ("all", "hub")]
    seconds = lexicon_cost(options.method, options.words)[0]
    plans = {bill.plan: [schedule(bill.lexicons, cores, seconds) for cores in (16, 256)] for bill in bills}
    figures = {"units": asdict(unit), "bills": [asdict(bill) for bill in bills], "schedules": plans}
    if options.json:
        print(json.dumps(figures, indent=2))
        return
    for name, values in figures.items():
        print(name, json.dumps(values))


if __name__ == "__main__":
    main()
