"""What a small build costs on a quiet and on a busy machine, and whether the number of cores changes it.

Each build is a process of its own: the bundled English-Finnish sample, default settings. Busy loops run beside it, one
or four, and one build sees a single core. ``digest`` is that of all pairs with scores and probabilities: it has to be
the same everywhere.

``python benchmarks/speed/threads.py --json`` prints one JSON object.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import command_line

ROOT = Path(__file__).resolve().parents[2]
COMPETITORS = (0, 1, 4)  # busy loops beside a build; round numbers
LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
BUILD = """
import hashlib, json, time
import isogloss as ig
from isogloss.data.sample import sample_dictionary, sample_vectors
source, target, seeds = sample_vectors("en"), sample_vectors("fi"), sample_dictionary("en", "fi")
cpu, wall = time.process_time(), time.perf_counter()
lexicon = ig.build_lexicon(source, target, seeds)
cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
digest = hashlib.sha256(repr(list(lexicon)).encode()).hexdigest()[:16]
print(json.dumps({"cpu_s": round(cpu, 2), "wall_s": round(wall, 2), "pairs": len(lexicon), "digest": digest}))
"""


@contextmanager
def busy(count: int) -> Iterator[None]:
    """So many endless loops beside what runs in the block, each a process."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def built(**limits: str) -> dict[str, Any]:
    """CPU and wall seconds of one build in a process of its own, and the digest of its result."""
    environment = {name: value for name, value in os.environ.items() if name not in LIMITS} | limits
    result = subprocess.run(
        [sys.executable, "-c", BUILD], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def run(rounds: int = 1) -> dict[str, Any]:
    """Measure each state of the machine ``rounds`` times; the cheapest build of each counts."""
    report: dict[str, Any] = {"cores": os.cpu_count() or 1}
    for count in COMPETITORS:
        with busy(count):
            builds = [built() for _ in range(rounds)]
        report[f"competitors_{count}"] = min(builds, key=lambda build: build["cpu_s"])
    report["one_thread"] = built(**dict.fromkeys(LIMITS, "1"))
    digests = {figures["digest"] for figures in report.values() if isinstance(figures, dict)}
    return report | {"same_digest": len(digests) == 1}


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=1, help="builds in each state; the cheapest counts")
    options = parser.parse_args()
    command_line.print_figures(run(options.rounds), as_json=options.json)


if __name__ == "__main__":
    main()
