"""A graph in PostgreSQL against one in an SQLite file: loading, queries, search, writers, lost connections.

    python -m benchmarks.speed.postgres --json --edges 1000000

The words and edges are those of ``benchmarks.speed.graph``. The server is Debian's, started for the run on a socket
without ``fsync``, as loading into a file does without it, too. Times are wall seconds of the command and CPU seconds
of it and of the server together; queries are timed in wall milliseconds, warm. With ``--undisturbed`` this process and
the server's have a real-time priority while they are (root on Linux), or else each answer of the server waits for its
turn among all programs of a busy machine. ``statements`` is how many a question takes. ``lost`` cuts the connection of
an import at random moments of its session.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import psutil
from sqlalchemy import make_url

from benchmarks import command_line
from benchmarks.speed.graph import dictionaries, vocabulary
from benchmarks.speed.graph_queries import asking, now, percentiles, popular
from isogloss.kg.graph import Graph, open_graph
from tests.kg.postgres_server import programs, server

ROOT = Path(__file__).resolve().parents[2]
PRIORITY = 5  # of those that are real-time; round number
QUERIES = ("open", "lookup", "direct", "pivot", "via_one", "search")
SECRET = "SECRET"


@dataclass(frozen=True)
class Place:
    """Where a graph is, and the process of its server."""

    name: str
    address: str
    server: psutil.Process | None = None

    def used(self) -> float:
        """CPU seconds of this process and of the server with its children, those that ended included."""
        own = time.process_time()
        if self.server is None:
            return own
        times = self.server.cpu_times()
        ended = times.children_user + times.children_system
        living: float = sum(sum(process.cpu_times()[:2]) for process in (self.server, *self.server.children()))
        return own + float(ended) + living

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """The place to measure without waiting for other programs."""
        ours = [os.getpid()]
        if self.server is not None:
            ours += [self.server.pid, *(process.pid for process in self.server.children())]
        for pid in ours:
            os.sched_setscheduler(pid, os.SCHED_RR, os.sched_param(PRIORITY))
        try:
            yield
        finally:
            for pid in filter(psutil.pid_exists, ours):
                os.sched_setscheduler(pid, os.SCHED_OTHER, os.sched_param(0))

    def waited(self) -> float:
        """As ``used``, once the server has noticed that connections are closed."""
        time.sleep(0.3)
        return self.used()


@contextmanager
def measured(place: Place) -> Iterator[dict[str, float]]:
    """Wall and CPU seconds of a block."""
    figures: dict[str, float] = {}
    cpu, wall = place.waited(), time.perf_counter()
    yield figures
    figures["seconds"] = round(time.perf_counter() - wall, 3)
    figures["cpu"] = round(place.waited() - cpu, 3)


def load(place: Place, words: dict[str, list[str]], edges: int, seed: int) -> dict[str, float]:
    """All dictionaries in one session."""
    listed = [made for made, _ in dictionaries(words, edges // 2, np.random.default_rng(seed))]
    with measured(place) as figures, open_graph(place.address, write=True) as graph:
        for dictionary in listed:
            graph.add(dictionary)
    return figures


def add_one(place: Place, folder: Path) -> dict[str, float]:
    """``kg import`` of one pair, with the start of the command, which is CPU time of a child."""
    file = folder / "one.tsv"
    file.write_text("wort\tword\n", "utf-8")
    before = os.times()
    with measured(place) as figures:
        command("import", str(file), "--from", "de", "--to", "en", "--graph", place.address).wait()
    after = os.times()
    figures["cpu"] += round(
        after.children_user + after.children_system - before.children_user - before.children_system, 3
    )
    return figures


class Counting:
    """A cursor that counts its statements."""

    def __init__(self, cursor: Any) -> None:
        self.cursor, self.count = cursor, 0

    def execute(self, *arguments: Any) -> Any:
        """That of the cursor."""
        self.count += 1
        return self.cursor.execute(*arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cursor, name)


def statements(graph: Graph, count: int, seed: int) -> dict[str, float]:
    """How many statements a direct and a pivot translation take, on average."""
    generator = np.random.default_rng(seed)
    queries = popular(graph, count, generator)
    store: Any = graph.store
    usual, store._cursor = store._cursor, Counting(store._cursor)
    figures = {}
    for name, pivots in (("direct", False), ("pivot", True)):
        before = store._cursor.count
        for word, language in queries:
            graph.translate(word, language, "de" if language != "de" else "en", pivots=pivots)
        figures[f"{name}_statements"] = round((store._cursor.count - before) / len(queries), 1)
    store._cursor = usual
    return figures


def queries(place: Place, count: int, seed: int) -> dict[str, float]:
    """Percentiles of each kind of query."""
    opened = []
    for _ in range(20):
        began = now()
        with open_graph(place.address):
            opened.append(now() - began)
    figures = percentiles("open", opened[1:])
    with open_graph(place.address) as graph:
        generator = np.random.default_rng(seed)
        figures |= asking(graph, count, generator)
        figures |= searching(graph, count // 10, generator)
        figures |= statements(graph, min(count, 100), seed)
    return figures


def searching(graph: Graph, count: int, generator: np.random.Generator) -> dict[str, float]:
    """Words that hold three letters or more of others in their middle."""
    drawn = [word.word for word in graph.search("", "fi", k=50_000)]
    long = [word for word in drawn if len(word) >= 6]
    queries = [long[number][2:6] for number in generator.integers(0, len(long), count).tolist()]
    times = []
    for text in queries:
        began = now()
        graph.search(text, "fi")
        times.append(now() - began)
    return percentiles("search", times[1:])


def command(*arguments: str) -> subprocess.Popen[str]:
    """``isogloss kg`` as a process of its own."""
    line = [sys.executable, "-m", "isogloss", "kg", *arguments]
    return subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def writers(place: Place, processes: int, per_process: int) -> dict[str, Any]:
    """Processes that add translations to one graph at the same time; what of it is there at the end."""
    code = (
        "import sys\nfrom isogloss.kg.correcting import corrected\n"
        "for n in range(int(sys.argv[3])):\n"
        "    corrected(sys.argv[1], lambda g: g.add_translation(f'w{sys.argv[2]}x{n}', f't{n}', 'de', 'en'))\n"
    )
    began = time.perf_counter()
    line = [sys.executable, "-c", code, place.address]
    started = [subprocess.Popen([*line, str(number), str(per_process)], cwd=ROOT) for number in range(processes)]
    failed = sum(process.wait() != 0 for process in started)
    seconds = time.perf_counter() - began
    with open_graph(place.address) as graph:
        stored = sum(
            bool(graph.translate(f"w{number}x{n}", "de", "en", pivots=False))
            for number in range(processes)
            for n in range(per_process)
        )
    added = processes * per_process
    return {"processes": processes, "added": added, "there": stored, "failed": failed, "seconds": seconds}


def plan_of_search(address: str) -> list[str]:
    """What PostgreSQL does for ``search``."""
    from isogloss.kg.query import lookup
    from isogloss.kg.storage.postgres import reading

    store = reading(address)
    try:
        query, values = lookup.held([["abc"]], 1)
        return [row[0] for row in store.rows(f"EXPLAIN {query}", values)]
    finally:
        store.close()


def lost(place: Place, folder: Path, tries: int, seed: int) -> list[dict[str, Any]]:
    """Cut the connection of an import at random moments: what the command says, and whether anything changed."""
    chance = random.Random(seed)
    file = folder / "many.tsv"
    file.write_text("".join(f"neu{number}\tnew{number}\n" for number in range(20_000)), "utf-8")
    address = str(make_url(place.address).set(password=SECRET).render_as_string(hide_password=False))
    outcomes: list[dict[str, Any]] = []
    with open_graph(place.address) as graph:
        before = graph.stats().edges
    took = 1.0  # seconds from the beginning of the session to its end, learnt from tries that came too late
    while len(outcomes) < tries:
        running = command("import", str(file), "--from", "de", "--to", "en", "--graph", address)
        while not in_session(place.address) and running.poll() is None:
            time.sleep(0.02)
        time.sleep(chance.uniform(0.0, took))
        cut = in_session(place.address, end=True)
        took = took if cut else took / 2
        message = running.communicate()[1]
        lines = [line for line in message.splitlines() if line.strip()]
        with open_graph(place.address) as graph:
            after = graph.stats().edges
        if not cut:
            before = after
            continue
        outcomes.append(
            {
                "status": running.returncode,
                "errors": [line.replace(place.address, "…") for line in lines if "error" in line or "Trace" in line],
                "traceback": "Traceback" in message,
                "password": SECRET in message,
                "unchanged": after == before,
            }
        )
        before = after
    return outcomes


def in_session(address: str, *, end: bool = False) -> int:
    """How many connections of others to a database have begun something; all of them are ended on demand."""
    from isogloss.kg.storage.postgres import connected

    store = connected(address)
    others = "pid <> pg_backend_pid() AND datname = current_database() AND xact_start IS NOT NULL"
    column = "pg_terminate_backend(pid)" if end else "pid"
    count = len(store.rows(f"SELECT {column} FROM pg_stat_activity WHERE {others}"))
    store.close()
    return count


def ratios(file: dict[str, Any], database: dict[str, Any]) -> dict[str, float]:
    """How many times as long the database takes."""
    figures = {
        "load": database["load"]["seconds"] / file["load"]["seconds"],
        "load_cpu": database["load"]["cpu"] / file["load"]["cpu"],
        "add_one": database["add_one"]["seconds"] / file["add_one"]["seconds"],
    }
    for name in QUERIES:
        for rank in (50, 95):
            key = f"{name}_ms_p{rank}"
            figures[f"{name}_p{rank}"] = database["queries"][key] / file["queries"][key]
    return {name: round(value, 2) for name, value in figures.items()}


def measure(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """All figures."""
    figures: dict[str, Any] = {"edges": options.edges}
    where = programs()
    if where is None:
        raise SystemExit("PostgreSQL is not installed")
    words = vocabulary(options.edges // 5 // 10, np.random.default_rng(options.seed))
    with server(where) as address:
        socket = Path(make_url(address).query["host"])  # type: ignore[arg-type]
        process = psutil.Process(int((socket / "data" / "postmaster.pid").read_text().split()[0]))
        for place in (Place("sqlite", str(folder / "graph.db")), Place("postgres", address, process)):
            measured = figures[place.name] = {"load": load(place, words, options.edges, options.seed)}
            measured["add_one"] = add_one(place, folder)
            with place.undisturbed() if options.undisturbed else nullcontext():
                measured["queries"] = queries(place, options.queries, options.seed)
            measured["writers"] = writers(place, 4, options.writes)
        figures["ratios"] = ratios(figures["sqlite"], figures["postgres"])
        figures["plan_of_search"] = plan_of_search(address)
        figures["lost"] = lost(place, folder, options.tries, options.seed)
    return figures


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__, seed="words, edges and queries")
    parser.add_argument("--edges", type=int, default=200_000, help="Stored edges; there is a word for every five.")
    parser.add_argument("--queries", type=int, default=500, help="Queries of each kind.")
    parser.add_argument("--writes", type=int, default=10, help="Translations that each of four writers adds.")
    parser.add_argument("--tries", type=int, default=5, help="Imports whose connection is cut.")
    parser.add_argument("--undisturbed", action="store_true", help="Real-time priority for queries (root).")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), options)
    if options.json:
        command_line.print_json(figures)
        return
    for name in ("load", "add_one", "writers"):
        print(name, {place: figures[place][name] for place in ("sqlite", "postgres")})
    print("ratios", figures["ratios"])
    print(*figures["plan_of_search"], *figures["lost"], sep="\n")


if __name__ == "__main__":
    main()
