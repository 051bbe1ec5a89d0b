"""What a whole lexicon costs: two text files in, ``lexicon.tsv`` out, by the command line in a process of its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.speed.synthetic import Languages, with_words
from isogloss.data.reading import read_vectors
from isogloss.data.writing import write_vectors

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

    def arguments(self, out: Path) -> list[str]:
        """Of the command."""
        vectors = ["--source-vectors", str(self.source), "--target-vectors", str(self.target)]
        asked = ["--seeds", str(self.seeds), "--method", "muse", "--max-vocab", str(self.words)]
        return ["lexicon", "build", "en", "fr", *vectors, *asked, "--out", str(out), "--json"]


class Build(NamedTuple):
    """What a build took, and what its report says."""

    files: Files
    cpu: float  # seconds
    megabytes: float  # held at most; 0 where the system does not tell
    parse_speed: float  # megabytes of text for each CPU second
    told: Mapping[str, Any]

    def report(self, product_cpu: float) -> Report:
        """The figures, given the CPU seconds of one float32 product."""
        return {
            "build_ratio": round(MUSE_SWEEPS * product_cpu / self.cpu, 3),
            "build_cpu_s": round(self.cpu, 2),
            **({"build_peak_mb": round(self.megabytes)} if self.megabytes else {}),
            "build_seeds": self.files.pairs,
            "build_refinements": max(trial["rounds"] for trial in self.told["trials"]),  # tried, of at most five
            "build_precision": self.told["held_out"]["linear"]["precision_at_1"],
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
        log.open("wb") as said,
        subprocess.Popen([*ISOGLOSS, *arguments], cwd=ROOT, env=environment, stdout=printed, stderr=said) as child,
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
