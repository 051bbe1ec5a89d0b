"""One table of edges in PostgreSQL against the same table partitioned by language.

    python -m benchmarks.scale.partitions --edges 2000000 --languages 300 --json

The edges are made by the server: words of so many languages, each with edges into others. Measured are seconds to fill
the table with its key in place, bytes, milliseconds of the question that translations ask (``kg.query.edge_rows``) for
one word into one language and for eleven words into eight, and seconds to take one language out again. This process
and the server's have a real-time priority meanwhile (root on Linux), as in ``benchmarks.speed.postgres``.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import psutil
from sqlalchemy import make_url

from benchmarks import command_line
from benchmarks.speed.postgres import Place
from isogloss.kg.graph import open_graph
from isogloss.kg.query.edge_rows import outgoing
from isogloss.kg.storage.postgres import connected
from isogloss.kg.storage.schema import BLOCK
from isogloss.kg.storage.store import Store
from tests.kg.postgres_server import programs, server

FANOUT = 10  # edges of a word; round number
COLUMNS = (
    "src bigint NOT NULL, relation smallint NOT NULL, dst bigint NOT NULL, source integer NOT NULL, "
    "weight double precision NOT NULL, rank integer NOT NULL, prior integer NOT NULL, "
    "PRIMARY KEY (src, relation, dst, source)"
)


def make(store: Store, edges: int, languages: int, partitioned: bool) -> float:
    """Fill a table of edges; seconds."""
    store.run("DROP TABLE edge CASCADE")
    store.run(f"CREATE TABLE edge ({COLUMNS}) {'PARTITION BY RANGE (src)' if partitioned else ''}")
    for number in range(1, languages + 1) if partitioned else ():
        block = f"FROM ({number * BLOCK}) TO ({(number + 1) * BLOCK})"
        store.run(f"CREATE TABLE edge_{number} PARTITION OF edge FOR VALUES {block}")
    words = edges // FANOUT // languages
    began = time.perf_counter()
    store.run(
        f"INSERT INTO edge SELECT l * {BLOCK}::bigint + w, 1, (1 + mod(l * 7 + n * 31, {languages})) * {BLOCK}::bigint "
        f"+ mod(w * 17 + n, {words}), 1, .5, 0, 0 FROM generate_series(1, {languages}) AS l, "
        f"generate_series(0, {words - 1}) AS w, generate_series(1, {FANOUT}) AS n ON CONFLICT DO NOTHING"
    )
    seconds = time.perf_counter() - began
    store.run("ANALYZE edge")
    return seconds


def asked(store: Store, words: int, languages: int, count: int, of_each: tuple[int, int]) -> float:
    """The median of one question, in milliseconds, warm."""
    chance, times = random.Random(0), []
    for _ in range(count + 20):
        starts = [chance.randint(1, languages) * BLOCK + chance.randrange(words) for _ in range(of_each[0])]
        into = chance.sample(range(1, languages + 1), of_each[1])
        began = time.perf_counter()
        outgoing(store, starts, into, 1, hubs=True, concepts=False)
        times.append(time.perf_counter() - began)
    return round(float(np.median(times[20:])) * 1000, 3)


def measure(address: str, place: Place, edges: int, languages: int) -> dict[str, Any]:
    """Both tables, one after the other."""
    with open_graph(address, write=True):
        pass  # makes the other tables
    figures: dict[str, Any] = {"edges": edges, "languages": languages}
    for partitioned in (False, True):
        store = connected(address)
        with place.undisturbed():
            results: dict[str, float] = {"fill_seconds": round(make(store, edges, languages, partitioned), 2)}
            words = edges // FANOUT // languages
            results["one_word_ms"] = asked(store, words, languages, 300, (1, 1))
            results["eleven_words_eight_languages_ms"] = asked(store, words, languages, 100, (11, 8))
            sizes = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname ~ '^edge(_[0-9]+|)$'"
            results["megabytes"] = round(int(store.value(sizes)) / 1e6, 1)
            began = time.perf_counter()
            store.run("DROP TABLE edge_1" if partitioned else f"DELETE FROM edge WHERE src < {2 * BLOCK}")
            results["remove_language_seconds"] = round(time.perf_counter() - began, 3)
        store.close()
        figures["partitioned" if partitioned else "one_table"] = results
    return figures


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--edges", type=int, default=200_000)
    parser.add_argument("--languages", type=int, default=300)
    given = parser.parse_args()
    where = programs()
    if where is None:
        raise SystemExit("PostgreSQL is not installed")
    with server(where) as address:
        socket = Path(make_url(address).query["host"])  # type: ignore[arg-type]
        process = psutil.Process(int((socket / "data" / "postmaster.pid").read_text().split()[0]))
        figures = measure(address, Place("postgres", address, process), given.edges, given.languages)
    command_line.print_figures(figures, as_json=given.json)


if __name__ == "__main__":
    main()
