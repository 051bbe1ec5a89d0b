"""How fast the web page is on a graph of a million edges, at the server, in the browser and with fifty readers at once.

Run ``python -m benchmarks.speed.page --json``. The graph is made up as in ``benchmarks.speed.graph``: words of ten
languages by Zipf's law, so that the words that are asked for most have very many edges. ``isogloss serve`` runs in a
process of its own. Completion is asked for each beginning of a word that someone types, from the first letter. Each
address is asked once before. Times are those that one reader waits, and the CPU time of the server, which says more
where other programs keep the machine busy. First paint is Chromium's own, of pages it has not seen, the least of
several, and none where it is not installed.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from urllib.parse import urlencode

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import requests

from benchmarks import command_line
from benchmarks.speed.graph import dictionaries, vocabulary
from benchmarks.speed.graph_queries import popular
from isogloss.kg.graph import open_graph

READERS = 50  # at the same time; round number
TARGETS = {  # not to be exceeded on a quiet machine
    "completion_ms_p95": 30,
    "word_ms_p95": 100,
    "first_paint_ms": 300,
    "readers_errors": 0,
    "memory_megabytes": 300,
}
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@dataclass(frozen=True)
class Server:
    """A page that is being served."""

    address: str
    process: int

    def cpu(self) -> float:
        """CPU seconds that its threads have used; 0 where the system does not say."""
        threads = Path(f"/proc/{self.process}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9

    def memory(self) -> float:
        """The most memory it had resident, in megabytes; 0 where the system does not say."""
        try:
            status = Path(f"/proc/{self.process}/status").read_text()
        except OSError:
            return 0.0
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024 / 1e6  # type: ignore[index]


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__, seed="the graph and of the words")
    parser.add_argument("--edges", type=int, default=1_000_000, help="Stored edges; there is a word for every five.")
    parser.add_argument("--graph", type=Path, help="A graph that is there, instead of a new one.")
    parser.add_argument("--words", type=int, default=100, help="Words that are asked for.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        random = np.random.default_rng(arguments.seed)
        path = arguments.graph or made(Path(folder) / "graph.db", arguments.edges, random)
        figures = measure(path, arguments.words, random)
    if arguments.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:28} {value:12,.4g}   {f'target {TARGETS[name]}' if name in TARGETS else ''}")


def made(path: Path, edges: int, random: np.random.Generator) -> Path:
    """A graph of made-up words."""
    words = vocabulary(edges // 50, random)
    with open_graph(path, write=True) as graph:
        for dictionary, _ in dictionaries(words, edges // 2, random):
            graph.add(dictionary)
    return path


def measure(path: Path, count: int, random: np.random.Generator) -> dict[str, float]:
    """All figures, by name."""
    with open_graph(path) as graph:
        words = popular(graph, count, random)
        stats = graph.stats()
        targets = [graph.languages()[number] for number in random.integers(0, len(stats.languages), len(words))]
    requests = {
        "completion": [f"/api/complete?{urlencode({'q': word[:n]})}" for word, _ in words for n in range(1, len(word))],
        "word": [address("/word", word, code) for word, code in words],
        "word_to": [address("/word", *pair, to=to) for pair, to in zip(words, targets, strict=True) if pair[1] != to],
        "near": [address("/near", word, code) for word, code in words],
        "unknown": [address("/word", f"{word}qx", code) for word, code in words],
    }
    figures: dict[str, float] = {"entries": stats.entries, "edges": stats.edges}
    with served(path) as server:
        figures["first_unknown_ms"] = first_unknown(server, stats.languages[0].code)
        for name, addresses in requests.items():
            figures |= timed(server, name, addresses)
        figures |= crowd(server, [request for addresses in requests.values() for request in addresses[:count]])
        figures |= painted(server, ["/", *requests["word"][:4]])
        figures["memory_megabytes"] = server.memory()
    return figures


def address(path: str, word: str, code: str, **more: str) -> str:
    """An address about a word."""
    return f"{path}?{urlencode({'word': word, 'lang': code, **more})}"


@contextmanager
def served(path: Path, *options: str) -> Iterator[Server]:
    """The page of a graph."""
    command = [sys.executable, "-m", "isogloss", "serve", str(path), "--port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        try:
            line = process.stderr.readline()
            if (where := re.search(r"at (http://\S+)/ until", line)) is None:
                raise SystemExit(line + process.stderr.read())
            yield Server(where[1], process.pid)
        finally:
            process.send_signal(signal.SIGINT)


def session() -> requests.Session:
    """A connection that no proxy of the environment gets between."""
    made_new = requests.Session()
    made_new.trust_env = False
    return made_new


def first_unknown(server: Server, code: str) -> float:
    """Milliseconds of the first word that is not in the graph: its base forms are looked for."""
    with session() as reader:
        reader.get(f"{server.address}/", timeout=60)
        start = time.perf_counter()
        reader.get(server.address + address("/word", "taloissammekoqx", code), timeout=60)
        return (time.perf_counter() - start) * 1000


def timed(server: Server, name: str, addresses: Sequence[str]) -> dict[str, float]:
    """Percentiles of milliseconds of one reader, warm: as the reader waits, and as the server computes."""
    with session() as reader:
        for address in addresses:
            reached(reader, server.address + address)
        seconds = []
        for address in addresses:
            start, cpu = time.perf_counter(), server.cpu()
            reached(reader, server.address + address)
            seconds.append((time.perf_counter() - start, server.cpu() - cpu))
    at = np.percentile(np.array(seconds) * 1000, [50, 95, 99], axis=0).tolist()
    return {
        f"{name}_{kind}ms_p{rank}": value
        for rank, both in zip((50, 95, 99), at, strict=True)
        for kind, value in zip(("", "cpu_"), both, strict=True)
    }


def reached(reader: requests.Session, where: str) -> bool:
    """Whether an address is answered, if only that there is no such word.

    Raises:
        HTTPError: It is not.
    """
    answer = reader.get(where, timeout=60)
    if answer.status_code != requests.codes.not_found:
        answer.raise_for_status()
    return True


def crowd(server: Server, addresses: Sequence[str]) -> dict[str, float]:
    """All addresses by fifty readers at once."""

    def read(part: Sequence[str]) -> list[tuple[bool, float]]:
        answers = []
        with session() as reader:
            for address in part:
                start = time.perf_counter()
                try:
                    succeeded = reached(reader, server.address + address)
                except requests.RequestException:
                    succeeded = False
                answers.append((succeeded, time.perf_counter() - start))
        return answers

    start = time.perf_counter()
    with ThreadPoolExecutor(READERS) as pool:
        answers = [
            answer for part in pool.map(read, [addresses[n::READERS] for n in range(READERS)]) for answer in part
        ]
    return {
        "readers": READERS,
        "readers_answers": len(answers),
        "readers_errors": sum(not succeeded for succeeded, _ in answers),
        "readers_per_second": len(answers) / (time.perf_counter() - start),
        "readers_ms_p95": float(np.percentile([seconds for _, seconds in answers], 95)) * 1000,
    }


def painted(server: Server, addresses: Sequence[str]) -> dict[str, float]:
    """The least first contentful paint of some pages in a fresh Chromium, in milliseconds."""
    browser, driver = which("chromium"), which("chromedriver")
    if not (browser and driver):
        return {}
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = browser
    with tempfile.TemporaryDirectory() as profile:
        for option in (*OPTIONS, f"--user-data-dir={profile}"):
            options.add_argument(option)
        window = webdriver.Chrome(options, Service(driver))
        try:
            figures = []
            for address in addresses:
                window.get(server.address + address)
                script = "return performance.getEntriesByName('first-contentful-paint').map((one) => one.startTime)[0]"
                end = time.monotonic() + 10
                while (at := window.execute_script(script)) is None and time.monotonic() < end:
                    time.sleep(0.05)
                figures += [at] if at is not None else []
        finally:
            window.quit()
    return {"first_paint_ms": min(figures), "first_paint_ms_median": float(np.median(figures))} if figures else {}


if __name__ == "__main__":
    main()
