"""What a command costs from its start to its end: CPU seconds and peak memory of whole processes.

Run ``python -m benchmarks.speed.startup --json``. A graph of made-up words (``--entries``, a million by default) is
made first, and a lexicon of the bundled sample; a graph or a lexicon that is there already can be named. Every command
is run several times in a process of its own, and the least CPU time counts: the machine may do other things besides.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

import isogloss as ig
from benchmarks import command_line
from benchmarks.speed.graph import dictionaries, vocabulary
from isogloss.data.sample import sample_folder
from isogloss.kg.graph import open_graph

TARGETS = {  # CPU seconds that are not to be exceeded on a quiet machine
    "python": None,
    "import isogloss": 0.1,
    "--help": 0.2,
    "kg translate": 0.35,
    "kg stats": 0.5,
    "data info": 0.4,
    "lexicon translate": 1.5,
}


LAUNCHER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


class Cost(NamedTuple):
    """Of one process."""

    cpu: float  # seconds, of user and system
    memory: float  # MB, the most it held


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000, help="Words of the graph; it has two edges for each.")
    parser.add_argument("--rounds", type=int, default=7, help="Runs of each command; the least counts.")
    parser.add_argument("--graph", type=Path, help="A graph that is there, instead of a new one.")
    parser.add_argument("--lexicon", type=Path, help="A lexicon of English and French that is there.")
    parser.add_argument(
        "--python", default=sys.executable, help="The Python that runs the commands, of any environment."
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        graph = arguments.graph or made_graph(folder / "graph.db", arguments.entries)
        lexicon = arguments.lexicon or made_lexicon(folder / "en-fr")
        calls = commands(graph, lexicon, folder)
        costs = {name: cost(arguments.python, call, arguments.rounds) for name, call in calls.items()}
    if arguments.json:
        named = {name: {"cpu_seconds": figures.cpu, "peak_mb": figures.memory} for name, figures in costs.items()}
        print(json.dumps({"entries": arguments.entries, **named}, indent=2))
        return
    for what, figures in costs.items():
        target = TARGETS[what]
        print(f"{what:20} {figures.cpu:6.3f} s {figures.memory:7.0f} MB" + (f"   (at most {target})" if target else ""))


def made_graph(path: Path, entries: int) -> Path:
    """A graph of so many words of ten languages."""
    random = np.random.default_rng(0)
    words = vocabulary(entries // 10, random)
    with open_graph(path, write=True) as graph:
        for dictionary, _ in dictionaries(words, entries, random):
            graph.add(dictionary)
    return path


def made_lexicon(folder: Path) -> Path:
    """A lexicon of the bundled sample."""
    ig.build_lexicon(ig.sample_vectors("en"), ig.sample_vectors("fr"), ig.sample_dictionary("en", "fr"), out=folder)
    return folder


def commands(graph: Path, lexicon: Path, folder: Path) -> dict[str, list[str]]:
    """What is run, after ``python``."""
    with open_graph(graph) as opened:
        english = opened.language_number("en")
        (word,) = opened.store.rows("SELECT lemma FROM entry WHERE language = ? LIMIT 1 OFFSET 1000", (english,))[0]
    words = folder / "words.txt"
    words.write_text("water\ncity\ndog\n", "utf-8")
    isogloss = ["-m", "isogloss"]
    return {
        "python": ["-c", "pass"],
        "import isogloss": ["-c", "import isogloss"],
        "--help": [*isogloss, "--help"],
        "kg translate": [*isogloss, "kg", "translate", word, "--from", "en", "--to", "fr", "--graph", str(graph)],
        "kg stats": [*isogloss, "kg", "stats", "--graph", str(graph)],
        "data info": [*isogloss, "data", "info", str(sample_folder() / "en.safetensors")],
        "lexicon translate": [*isogloss, "lexicon", "translate", str(lexicon), "--words", str(words)],
    }


def cost(python: str, call: list[str], rounds: int) -> Cost:
    """The least CPU time and memory of some runs.

    Raises:
        RuntimeError: A run failed.
    """
    runs = [_cost(python, call) for _ in range(rounds)]
    return Cost(round(min(run.cpu for run in runs), 3), round(min(run.memory for run in runs), 1))


def _cost(python: str, call: list[str]) -> Cost:
    # The launcher is small: a new process has at least the memory of the one that starts it.
    result = subprocess.run([sys.executable, "-S", "-c", LAUNCHER, python, *call], capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(f"{' '.join(call)}: failed\n{result.stderr}")
    seconds, kilobytes = result.stdout.split()
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kibibytes
    return Cost(float(seconds), float(kilobytes) * unit / 2**20)


if __name__ == "__main__":
    main()
