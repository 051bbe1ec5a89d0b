"""How fast and how small the graph is: loading against plain ``sqlite3``, bytes an edge, percentiles of queries.

Run ``python -m benchmarks.speed.graph --edges 10000000 --json`` for the full size. The edges are made up: words of ten
languages, drawn by Zipf's law, so that there are hubs; ``edges`` counts stored rows, each translation being two of
them (one from either end). Times are CPU seconds of one process, and the smallest of several rounds where it says so.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np

from benchmarks import command_line
from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.kg.graph import open_graph
from isogloss.kg.storage import sqlite
from isogloss.kg.storage.edges import EDGE
from isogloss.kg.storage.store import Store

LANGUAGES = ("de", "en", "es", "fi", "fr", "it", "nl", "pl", "pt", "sv")
SYLLABLES = [c + v for c in "bcdfghjklmnprstvz" for v in "aeiouäé"]


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__, seed="words, edges and queries")
    parser.add_argument("--edges", type=int, default=200_000, help="Stored edges; there is a word for every five.")
    parser.add_argument("--queries", type=int, default=2_000, help="Queries of each kind.")
    parser.add_argument("--folder", type=Path, help="Where the files are made and removed; else the system's.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        figures = measure(Path(folder), arguments.edges, arguments.queries, arguments.seed)
    command_line.print_figures(figures, as_json=arguments.json)


def measure(folder: Path, edges: int, queries: int, seed: int) -> dict[str, float | int]:
    """All figures, by name."""
    path = folder / "graph.db"
    random = np.random.default_rng(seed)
    words = vocabulary(edges // 5 // len(LANGUAGES), random)
    start, cpu = time.perf_counter(), time.process_time()
    made = 0.0
    with open_graph(path, write=True) as graph:
        for dictionary, cost in dictionaries(words, edges // 2, random):
            graph.add(dictionary)
            made += cost
            del dictionary
    wall, cpu = time.perf_counter() - start - made, time.process_time() - cpu - made
    gc.collect()
    with open_graph(path) as graph:
        stored = int(graph.store.value("SELECT count(*) FROM edge"))
        entries = int(graph.store.value("SELECT count(*) FROM entry"))
    figures: dict[str, float | int] = {
        "edges": stored,
        "entries": entries,
        "file_bytes": path.stat().st_size,
        "bytes_per_edge": path.stat().st_size / stored,
        "load_seconds_wall": wall,
        "load_seconds_cpu": cpu,
        "load_edges_per_second_wall": stored / wall,
        **insertion(path, folder),
    }
    command = [sys.executable, "-m", "benchmarks.speed.graph_queries", str(path), str(queries), str(seed)]
    answered: dict[str, float | int] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return figures | answered


def vocabulary(count: int, random: np.random.Generator) -> dict[str, list[str]]:
    """``count`` made-up words for each language."""
    words_of = {}
    for language in LANGUAGES:
        parts = random.integers(0, len(SYLLABLES), (count, 4))
        lengths = random.integers(2, 5, count)
        words = ("".join(SYLLABLES[p] for p in row[:n]) for row, n in zip(parts.tolist(), lengths, strict=True))
        words_of[language] = [word + language[0] * (number % 3) for number, word in enumerate(words)]
        words_of[language] = list(dict.fromkeys(words_of[language]))
        # A number makes up for words that came twice: the count is what was asked for.
        words_of[language] += [f"{language}{number}" for number in range(count - len(words_of[language]))]
    return words_of


def dictionaries(
    words: dict[str, list[str]], pairs: int, random: np.random.Generator
) -> Iterator[tuple[Dictionary, float]]:
    """A dictionary for every two languages, and the CPU seconds that making it took."""
    both = list(combinations(LANGUAGES, 2))
    for number, (source, target) in enumerate(both):
        start = time.process_time()
        count = pairs // len(both)
        ends = np.unique(
            np.stack([drawn(len(words[side]), count * 3 // 2, random) for side in (source, target)]), axis=1
        )
        ends = random.permutation(ends, axis=1)[:, :count]
        weights = np.where(random.random(ends.shape[1]) < 0.5, 1.0, np.round(random.random(ends.shape[1]), 4))
        columns = ends[0].tolist(), ends[1].tolist(), weights.tolist()
        rows = tuple(Pair(words[source][s], words[target][t], w) for s, t, w in zip(*columns, strict=True))
        origin = Origin(f"synthetic {number % 6}", ("CC0-1.0", "CC-BY-SA-4.0")[number % 2])
        yield Dictionary(source, target, rows, origin), time.process_time() - start


def drawn(words: int, count: int, random: np.random.Generator) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Words by Zipf's law: half of them by rank, so that there are hubs, half evenly, so that all are met."""
    zipf = np.exp(random.random(count // 2) * np.log(words)).astype(np.int64) - 1
    return random.permutation(np.concatenate([zipf, random.integers(0, words, count - len(zipf))]))


def insertion(path: Path, folder: Path, most: int = 2_000_000, rounds: int = 3) -> dict[str, float | int]:
    """Inserting the same sorted edges: our way against ``sqlite3.executemany``, same table, same settings."""
    with open_graph(path) as graph:
        rows = graph.store.rows(f"SELECT {', '.join(EDGE)} FROM edge LIMIT {most}")
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    ours, raw = [], []
    for _ in range(rounds):
        ours.append(timed(folder, lambda store: store.insert("edge", EDGE, columns)))
        raw.append(timed(folder, lambda store: executemany(store, rows)))
    return {
        "insert_rows": len(rows),
        "insert_rows_per_second_cpu": len(rows) / min(ours),
        "executemany_rows_per_second_cpu": len(rows) / min(raw),
        "insert_ratio_to_executemany": min(raw) / min(ours),
    }


def executemany(store: Store, rows: list[Any]) -> None:
    """What anybody would write."""
    store.connection.executemany(f"INSERT INTO edge ({', '.join(EDGE)}) VALUES ({', '.join('?' * len(EDGE))})", rows)


def timed(folder: Path, insert: Callable[[Store], None]) -> float:
    """CPU seconds of filling the edge table of an empty graph."""
    path = folder / "inserted.db"
    store = Store(sqlite.loading_connection(path), path)
    sqlite.create_tables(store.connection)
    gc.collect()
    start = time.process_time()
    store.run("BEGIN")
    insert(store)
    store.run("COMMIT")
    seconds = time.process_time() - start
    store.close()
    path.unlink()
    return seconds


if __name__ == "__main__":
    main()
