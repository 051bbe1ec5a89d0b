"""What a whole lexicon costs: two text files in, ``lexicon.tsv`` out, by the command line in a process of its own.

``python benchmarks/speed/building.py --words 20000 50000 --json`` prints one JSON object for each size and effort: CPU
and wall seconds, the most memory, the share of each phase, and how many exact passes of retrieval (measured in the same
run) the build costs.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

if __package__ in (None, ""):  # run as a script: the packages stand two folders up
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from benchmarks import command_line
from benchmarks.speed.synthetic import Languages, two_languages, with_words
from isogloss.data.reading import read_vectors
from isogloss.data.writing import write_vectors
from isogloss.lexicon.search.index import Cutoffs
from isogloss.lexicon.search.symmetric import symmetric

Report = dict[str, int | float | str | bool]

ROOT = Path(__file__).resolve().parents[2]
ISOGLOSS = (sys.executable, "-c", "from isogloss.cli import main; main()")
MUSE_SWEEPS = 56  # products of all pairs of words that MUSE computes for five refinements and the lexicon
SEEDS = 5_000  # pairs, those of the most frequent source words: as many words as in the training lists of MUSE
BREAK = 0.05  # seconds between two looks at the memory of the build


class Files(NamedTuple):
    """What ``isogloss lexicon build`` reads."""

    source: Path
    target: Path
    seeds: Path
    words: int
    pairs: int  # in ``seeds``

    def arguments(self, out: Path, method: str = "muse", effort: str = "normal") -> list[str]:
        """Of the command."""
        vectors = ["--source-vectors", str(self.source), "--target-vectors", str(self.target)]
        options = ["--seeds", str(self.seeds), "--method", method, "--effort", effort, "--max-vocab", str(self.words)]
        everything = ["--for", "recall", "--leave-out", "none"]  # the made words are no language; writing counts, too
        return ["lexicon", "build", "en", "fr", *vectors, *options, *everything, "--out", str(out), "--json"]


class Build(NamedTuple):
    """What a build took, and what its report says."""

    files: Files
    cpu: float  # seconds
    megabytes: float  # held at most; 0 where the system does not tell
    parse_speed: float  # megabytes of text for each CPU second
    content: Mapping[str, Any]

    def report(self, product_cpu: float) -> Report:
        """The figures, given the CPU seconds of one float32 product."""
        return {
            "build_ratio": round(MUSE_SWEEPS * product_cpu / self.cpu, 3),
            "build_cpu_s": round(self.cpu, 2),
            **({"build_peak_mb": round(self.megabytes)} if self.megabytes else {}),
            "build_seeds": self.files.pairs,
            "build_refinements": max(trial["rounds"] for trial in self.content["trials"]),  # tried, of at most five
            "build_precision": self.content["held_out"]["linear"]["precision_at_1"],
            "parse_mb_per_cpu_s": round(self.parse_speed, 1),
        }


def build(languages: Languages, folder: Path, generator: np.random.Generator) -> Build:
    """Build a lexicon of ``languages`` with files in ``folder``.

    Raises:
        OSError: The files cannot be written, or the command failed; the message ends with what it printed.
    """
    files = written(languages, folder, generator)
    speed = parse_speed(files.source, files.words)
    cpu, megabytes, printed = ran(files.arguments(folder / "lexicon"), folder)
    if not (folder / "lexicon" / "lexicon.tsv").is_file():
        raise FileNotFoundError(f"{folder}: found no lexicon.tsv after the build, expected one")
    return Build(files, cpu, megabytes, speed, json.loads(printed))


def run(words: int, effort: str, *, method: str = "auto", seed: int = 0, folder: Path | None = None) -> dict[str, Any]:
    """Build a lexicon of ``words`` words a side from text files; its costs, also in exact passes of retrieval."""
    languages = two_languages(words, np.random.default_rng(seed))
    begun = time.process_time()
    symmetric(languages.source, languages.target, Cutoffs())
    exact = time.process_time() - begun
    with tempfile.TemporaryDirectory(dir=folder) as place:
        files = written(languages, Path(place), np.random.default_rng(seed))
        wall = time.perf_counter()
        cpu, megabytes, printed = ran(files.arguments(Path(place) / "lexicon", method, effort), Path(place))
        wall = time.perf_counter() - wall
    report = json.loads(printed)
    phases = {name: seconds["cpu"] for name, seconds in report["seconds"].items()}
    phases["start, reading, writing"] = max(0.0, cpu - sum(phases.values()))
    return {
        "words": words,
        "method": report["method"],
        "effort": effort,
        "exact_pass_cpu_s": round(exact, 2),
        "build_cpu_s": round(cpu, 2),
        "build_wall_s": round(wall, 2),
        "build_peak_mb": round(megabytes),
        "exact_passes": round(cpu / exact, 2),
        "shares": {name: round(seconds / cpu, 3) for name, seconds in phases.items()},
        "precision": report["precision_at_1"],
        "pairs": report["pairs"],
    }


def written(languages: Languages, folder: Path, generator: np.random.Generator) -> Files:
    """The text files of two languages and some of their translations."""
    made = with_words(languages, generator)
    files = Files(
        folder / "source.vec", folder / "target.vec", folder / "seeds.tsv", len(made.source), min(SEEDS, len(made.gold))
    )
    write_vectors(made.source, files.source)
    write_vectors(made.target, files.target)
    lines = (f"{pair.source}\t{pair.target}\n" for pair in made.gold.pairs[:SEEDS])
    files.seeds.write_text("".join(lines), encoding="utf-8")
    return files


def parse_speed(path: Path, words: int) -> float:
    """Megabytes of a text file that are read in one CPU second, its SHA-256 included."""
    begun = time.process_time()
    read_vectors(path, "en", max_vocab=words)
    return path.stat().st_size / 2**20 / (time.process_time() - begun)


def ran(arguments: Sequence[str], folder: Path) -> tuple[float, float, bytes]:
    """CPU seconds and megabytes of ``isogloss`` with an empty cache, and what it printed."""
    environment = {**os.environ, "ISOGLOSS_CACHE": str(folder / "cache")}
    out, log = folder / "out.json", folder / "log.txt"
    cpu, peak = _children_cpu(), 0.0
    with (
        out.open("wb") as printed,
        log.open("wb") as output,
        subprocess.Popen([*ISOGLOSS, *arguments], cwd=ROOT, env=environment, stdout=printed, stderr=output) as child,
    ):
        while child.poll() is None:
            peak = max(peak, _most_held(child.pid))
            time.sleep(BREAK)
    if child.returncode:
        raise ChildProcessError(f"lexicon build ended with status {child.returncode}: {log.read_text()[-2000:]}")
    return _children_cpu() - cpu, peak, out.read_bytes()


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _most_held(process: int) -> float:
    """Megabytes that a running process held at most; 0 where the system does not tell.

    The maximum that ``getrusage`` knows of a child begins with what the parent held when it started it.
    """
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 2**10 for line in lines if line.startswith("VmHWM:")), 0.0)


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__, seed="the vectors")
    parser.add_argument("--words", type=int, nargs="+", default=[20_000], help="words of each language")
    parser.add_argument("--effort", nargs="+", default=["normal"], help="quick, normal, thorough")
    parser.add_argument("--method", default="auto", help="a preset")
    parser.add_argument("--folder", type=Path, help="where the files are made and removed; else the system's")
    options = parser.parse_args()
    for words in options.words:
        for effort in options.effort:
            report = run(words, effort, method=options.method, seed=options.seed, folder=options.folder)
            print(
                json.dumps(report) if options.json else "\n".join(f"{k:18} {v}" for k, v in report.items()), flush=True
            )


if __name__ == "__main__":
    main()
