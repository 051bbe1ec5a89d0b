"""What a project costs in one process, in two, and on a cluster of two workers; and whether kills change anything.

    python -m benchmarks.scale.pipeline --json            # all configurations, languages of the sample
    python -m benchmarks.scale.pipeline --only engine     # one of local-1, local-2, engine, kills
    python -m benchmarks.scale.pipeline --real --max-vocab 20000   # real vectors and FreeDict

Each configuration is ``isogloss run`` as a process of its own in an empty folder. CPU seconds and memory are those of
it and of all that it starts, with the workers of the cluster; they are read from the system while it runs. ``overhead``
is the CPU time beyond that of the steps themselves: start, imports, scheduling, the report. ``identical`` compares the
lexicons byte by byte, and the edges of the graphs as exported, with those of the first configuration.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks import command_line, real_data
from isogloss.data.storage import file_hash
from isogloss.project.results import About

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("en", "fr", "fi", "ja")
CONFIGURATIONS = {"local-1": ["--jobs", "1"], "local-2": ["--jobs", "2"], "engine": ["--engine"]}
# Dask keeps malloc from holding freed memory and samples the stack of its workers; this leaves out both.
LEAN = """\
distributed:
  nanny:
    pre-spawn-environ:
      MALLOC_TRIM_THRESHOLD_: 67108864
      MALLOC_MMAP_THRESHOLD_: 33554432
  worker:
    profile:
      enabled: false
"""
PROJECT = """
{languages}
{dictionaries}
[lexicons]
pairs = {pairs}
[concepts]
"""


@dataclass(frozen=True)
class Inputs:
    """What the project is made of: so many ``pairs`` with English, the words of each language, and whose vectors."""

    pairs: int
    max_vocab: int
    real: bool


@dataclass(frozen=True)
class Cost:
    """What a run took."""

    configuration: str
    wall: float
    cpu: float
    system: float  # of the CPU seconds, those of the system
    steps: int
    cpu_of_steps: float
    overhead: float  # share of the CPU time of the steps
    memory_mb: float
    identical: bool | None


class Watch:
    """CPU seconds and memory of processes and of all that they start, read while they run."""

    def __init__(self, *roots: int) -> None:
        self.roots = roots
        self.cpu: dict[int, tuple[float, float]] = {}
        self.memory = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(0.1):
            resident = 0
            for process in self._processes():
                try:
                    times = process.cpu_times()
                    resident += process.memory_info().rss
                except psutil.Error:
                    continue
                self.cpu[process.pid] = (times.user, times.system)
            self.memory = max(self.memory, resident)

    def _processes(self) -> Iterator[psutil.Process]:
        for root in self.roots:
            try:
                process = psutil.Process(root)
                yield from (process, *process.children(recursive=True))
            except psutil.Error:
                continue


def project(folder: Path, inputs: Inputs) -> None:
    """A project with lexicons of English and other languages."""
    codes = LANGUAGES[: inputs.pairs + 1]
    vectors = {code: str(real_data.vector_file(code)) if inputs.real else "sample" for code in codes}
    languages = "".join(
        f"[languages.{code}]\nvectors = {json.dumps(vectors[code])}\nmax_vocab = {inputs.max_vocab}\n" for code in codes
    )
    pairs = [f"en-{code}" for code in codes[1:]]
    dictionaries = '[[dictionaries]]\nfile = "sample"\n'
    if inputs.real:
        dictionaries = "".join(
            f"[[dictionaries]]\nfile = {json.dumps(str(freedict(code)))}\npair = {json.dumps(pair)}\n"
            for code, pair in zip(codes[1:], pairs, strict=True)
        )
    text = PROJECT.format(languages=languages, dictionaries=dictionaries, pairs=json.dumps(pairs))
    (folder / "isogloss.toml").write_text(text, "utf-8")


def freedict(code: str) -> Path:
    """The file of FreeDict's dictionary from English."""
    name, version, sha256 = real_data.FREEDICT["en", code]
    package = real_data.Package(name, version, f"{name}_{version}_all.deb", sha256)
    return next(real_data.unpacked(package).rglob("*.index"))


def command(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """``isogloss run`` in a session of its own, which may be killed as a whole."""
    environment = os.environ | {"ISOGLOSS_CACHE": str(folder / "cache")}
    return subprocess.Popen(
        [sys.executable, "-m", "isogloss", "run", str(folder), *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@contextmanager
def cluster(folder: Path, workers: int, lean: bool) -> Iterator[tuple[str, int]]:
    """A scheduler and workers of Dask on loopback: the address, and the process of the workers."""
    where = folder / "scheduler.json"
    scheduler = ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    worker = ["distributed.cli.dask_worker", "--nworkers", str(workers), "--nthreads", "1", "--no-dashboard"]
    environment = dict(os.environ)
    if lean:
        (folder / "dask.yaml").write_text(LEAN, "utf-8")
        environment["DASK_CONFIG"] = str(folder / "dask.yaml")
    with ExitStack() as stack:
        started = []
        for arguments in (scheduler, worker):
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments, "--scheduler-file", str(where)],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
            started.append(process)
        while not where.exists() or not where.read_text("utf-8"):
            time.sleep(0.05)
        yield json.loads(where.read_text("utf-8"))["address"], started[1].pid


def content(folder: Path) -> dict[str, str]:
    """Hashes of all lexicons, and of the edges of the graph."""
    exported = folder / "graph.tsv"
    arguments = ["kg", "export", str(exported), "--format", "tsv", "--graph", str(folder / "graph.db"), "--force"]
    subprocess.run([sys.executable, "-m", "isogloss", *arguments], cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    files = sorted(folder.glob("results/lexicon/[a-z]*/lexicon/lexicon.tsv"))
    return {file.parts[-3].partition(".")[0]: file_hash(file) for file in files} | {"graph": file_hash(exported)}


def measured(name: str, folder: Path, inputs: Inputs, lean: bool) -> Cost:
    """One configuration, from nothing."""
    project(folder, inputs)
    with ExitStack() as stack:
        arguments, others = list(CONFIGURATIONS[name]), tuple[int, ...]()
        if name == "engine":
            address, workers = stack.enter_context(cluster(folder, 2, lean))
            arguments, others = [*arguments, address], (workers,)
        began = time.perf_counter()
        running = command(folder, *arguments)
        with Watch(running.pid, *others) as watch:
            status = running.wait()
            time.sleep(0.2)
        wall = time.perf_counter() - began
    if status:
        raise SystemExit(f"{name}: isogloss run ended with status {status}")
    abouts = [about for file in folder.glob("results/*/[a-z0-9]*/step.json") if (about := About.read(file.parent))]
    user, system = (sum(times[part] for times in watch.cpu.values()) for part in (0, 1))
    steps = sum(about.cpu_seconds for about in abouts)
    cpu = user + system
    memory = watch.memory / 2**20
    return Cost(
        name, round(wall, 1), round(cpu, 1), round(system, 1), len(abouts), round(steps, 1),
        round(cpu / steps - 1, 3), round(memory), None,
    )  # fmt: skip


def killed(folder: Path, times: int, seed: int, inputs: Inputs) -> dict[str, Any]:
    """Run a small project while killing it, or one of its workers, at random moments; then let it end."""
    project(folder, inputs)
    chance, tried = random.Random(seed), {"run": 0, "worker": 0}
    while sum(tried.values()) < times:
        running = command(folder, "--jobs", "2")
        time.sleep(chance.uniform(2.0, 12.0))
        workers = psutil.Process(running.pid).children() if running.poll() is None else []
        if workers and chance.random() < 0.5:
            chance.choice(workers).kill()
            tried["worker"] += 1
            running.wait()
        elif running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            tried["run"] += 1
            running.wait()
        else:
            break
    status = command(folder, "--jobs", "2").wait()
    return {"kills": tried, "status": status, "content": content(folder)}


def main() -> None:
    """Print the table, or JSON."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--only", choices=[*CONFIGURATIONS, "kills"], action="append")
    parser.add_argument("--pairs", type=int, default=3, help="lexicons of the project, one to three")
    parser.add_argument("--max-vocab", type=int, default=2000)
    parser.add_argument("--real", action="store_true", help="real vectors and dictionaries instead of the sample's")
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--lean", action="store_true", help="workers of the cluster without sampling, memory kept")
    options = parser.parse_args()
    chosen = options.only or [*CONFIGURATIONS, "kills"]
    inputs = Inputs(options.pairs, options.max_vocab, options.real)
    figures: dict[str, Any] = {**asdict(inputs), "runs": []}
    whole: dict[str, str] | None = None
    with tempfile.TemporaryDirectory() as name:
        for configuration in chosen:
            folder = Path(name) / configuration
            folder.mkdir()
            if configuration == "kills":
                result = killed(folder, options.kills, options.seed, inputs)
                result["identical"] = None if whole is None else result["content"] == whole
                figures["kills"] = result
                continue
            cost = asdict(measured(configuration, folder, inputs, options.lean))
            cost["content"] = content(folder)
            whole = whole or cost["content"]
            cost["identical"] = cost["content"] == whole
            figures["runs"].append(cost)
    if options.json:
        print(json.dumps(figures, indent=2))
        return
    columns = ("configuration", "wall", "cpu", "system", "steps", "cpu_of_steps", "overhead", "memory_mb", "identical")
    print("\t".join(columns))
    for run in figures["runs"]:
        print("\t".join(str(run[column]) for column in columns))
    if "kills" in figures:
        print("kills", figures["kills"]["kills"], "identical:", figures["kills"]["identical"])


if __name__ == "__main__":
    main()
