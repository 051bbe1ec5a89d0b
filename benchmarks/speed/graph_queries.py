"""Percentiles of queries on a graph file, warm, in a process of their own so that its memory is known.

Base forms are looked up in the indices on disk of the command line, which are made first where they are missing.
Each is measured in wall time and in CPU time: where other programs keep the machine busy, only the latter says much.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from isogloss.cli.options import lemma_folder
from isogloss.kg.correcting import corrected
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.query.lemmas import index, keep_indices

Times = np.ndarray[Any, np.dtype[np.float64]]  # wall and CPU seconds


def main() -> None:
    """Measure the graph named on the command line, and print one JSON object."""
    keep_indices(lemma_folder)  # as the command line does
    if sys.argv[1] == "--index":
        index(sys.argv[2:])
        return
    path, queries, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    figures = opening(path)
    with open_graph(path) as graph:
        figures |= asking(graph, queries, np.random.default_rng(seed))
    figures["resident_megabytes"] = resident()
    figures |= correcting(path)
    print(json.dumps(figures))


def resident() -> float:
    """The most memory that this process has had resident, in megabytes."""
    status = Path("/proc/self/status")  # getrusage of Linux also counts the process that started this one
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # macOS counts in bytes


def opening(path: Path, rounds: int = 20) -> dict[str, float]:
    """Opening and closing."""
    seconds = []
    for _ in range(rounds):
        start = now()
        with open_graph(path):
            seconds.append(now() - start)
    return percentiles("open", seconds[1:])


def correcting(path: Path, rounds: int = 40) -> dict[str, float]:
    """Accepting a translation of a word of the graph in place, a new word every other time, and rejecting it again."""
    with open_graph(path) as graph:
        words = [word.word for word in graph.search("ba", "de", k=rounds)]
    figures: dict[str, list[Times]] = {"add_in_place": [], "reject_in_place": []}
    for number, word in enumerate(words):
        translation = f"new{number}" if number % 2 else words[-number - 1]
        for name, change in zip(figures, (Graph.add_translation, Graph.reject_translation), strict=True):
            change_of = partial(change, word=word, translation=translation, source="de", target="en")
            start = now()
            corrected(path, change_of)
            figures[name].append(now() - start)
    return {key: value for name, seconds in figures.items() for key, value in percentiles(name, seconds[1:]).items()}


def now() -> Times:
    """Wall and CPU seconds."""
    return np.array([time.perf_counter(), time.process_time()])


def asking(graph: Graph, queries: int, random: np.random.Generator) -> dict[str, float]:
    """Lookup, direct and pivot translation, of words as often asked for as they have edges."""
    words = popular(graph, queries, random)
    languages = graph.languages()
    targets = [languages[number] for number in random.integers(0, len(languages), len(words))]
    questions = [
        (word, source, target) for (word, source), target in zip(words, targets, strict=True) if source != target
    ]
    figures = percentiles("lookup", timed(lambda w, s, _: graph.lookup(w, s), questions))
    figures |= percentiles("direct", timed(lambda w, s, t: graph.translate(w, s, t, pivots=False), questions))
    figures |= percentiles("pivot", timed(lambda w, s, t: graph.translate(w, s, t), questions))
    via = {"de": "en"}
    return figures | percentiles(
        "via_one", timed(lambda w, s, t: graph.translate(w, s, t, via=via.get(s, "de")), questions)
    )


def popular(graph: Graph, count: int, random: np.random.Generator) -> list[tuple[str, str]]:
    """Words drawn by their number of edges: hubs come often."""
    total = int(graph.store.value("SELECT sum(edges) FROM coverage"))
    at = set(random.choice(total, count, replace=False).tolist())
    drawn, passed = [], 0
    for rows in graph.store.stream("SELECT src FROM edge"):
        drawn += [row[0] for number, row in enumerate(rows, passed) if number in at]
        passed += len(rows)
    query = "SELECT e.lemma, l.code FROM entry e JOIN language l ON l.id = e.language WHERE e.id IN ({keys})"
    return [(row[0], row[1]) for row in graph.store.in_chunks(query, drawn)]


def timed(ask: Callable[[str, str, str], object], queries: list[tuple[str, str, str]]) -> list[Times]:
    """Seconds of each question, asked a second time."""
    for question in queries:
        ask(*question)
    seconds = []
    for question in queries:
        start = now()
        ask(*question)
        seconds.append(now() - start)
    return seconds


def percentiles(name: str, seconds: list[Times]) -> dict[str, float]:
    """The median, 95th and 99th percentile, in milliseconds."""
    at = np.percentile(np.array(seconds) * 1000, [50, 95, 99], axis=0).tolist()
    return {
        f"{name}_{kind}ms_p{rank}": value
        for rank, both in zip((50, 95, 99), at, strict=True)
        for kind, value in zip(("", "cpu_"), both, strict=True)
    }


if __name__ == "__main__":
    main()
