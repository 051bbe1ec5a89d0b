"""How good the concepts are that ``kg concepts`` finds, at each resolution, judged by CLDR's names of things.

Run ``python -m benchmarks.quality.concepts --json``. The graph has FreeDict's English–French, –Finnish, –Japanese,
–German, –Spanish and French–Spanish. A pair of words of two languages in one group is right where CLDR has one thing
with both names. It is not judged where CLDR has both words, but for things that have a name in common in some language
or are variants of one emoji (*lion* the animal and the sign; *Künstler* and *Künstlerin*): there both may be right.
``precision`` is the share of right ones of those judged, ``recall`` the share of CLDR's pairs, both of whose words are
in the graph, that stand in one group.

Things are divided in two halves by a hash of their names, and words that name things of both are left out. The
resolution of the highest recall with a precision of ``PRECISION`` on one half is chosen; the other half judges it.

``command_seconds_cpu`` has the CPU time of the whole command, and of programs that only import what it needs, or only
read the translations by plain sqlite3: the least of three runs each.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


from benchmarks import command_line
from benchmarks.quality.inference import LANGUAGES, PAIRS
from benchmarks.real_data import cldr_concepts, freedict
from isogloss.data.errors import DownloadError
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.inference import communities as found_by
from isogloss.kg.inference.communities import Community, communities

PRECISION = 0.97  # of pairs in one concept, which a resolution must reach; chosen by hand
RESOLUTIONS = (0.03, 0.05, 0.06, 0.07, 0.08, 0.1)
OTHERS = (
    "ar",
    "cs",
    "da",
    "hu",
    "it",
    "ko",
    "nl",
    "pl",
    "pt",
    "ru",
    "sv",
    "tr",
    "zh",
)  # whose names tell what is alike
CHOOSING, JUDGING = 1, 0  # halves

Word = tuple[str, str]  # language and word


class Figures(NamedTuple):
    """How good groups are on some words."""

    precision: float
    recall: float
    judged: int
    pairs: int


class Gold(NamedTuple):
    """What CLDR says of the words that a graph has."""

    things: Mapping[Word, frozenset[str]]
    alike: Mapping[str, frozenset[str]]  # things that may be one

    def of_half(self, half: int) -> Gold:
        """Only of words all of whose things are in one half."""
        kept = {word: things for word, things in self.things.items() if {_half(thing) for thing in things} == {half}}
        return Gold(kept, self.alike)

    def judged(self, groups: Iterable[Iterable[Word]]) -> Figures:
        """The figures of groups of words."""
        right = wrong = 0
        for group in groups:
            words = [word for word in group if word in self.things]
            for one, other in combinations(words, 2):
                if one[0] == other[0]:
                    continue
                if self.things[one] & self.things[other]:
                    right += 1
                elif not any(self.alike[thing] & self.things[other] for thing in self.things[one]):
                    wrong += 1
        pairs = len(self._pairs())
        return Figures(right / max(right + wrong, 1), right / max(pairs, 1), right + wrong, pairs)

    def _pairs(self) -> set[tuple[Word, Word]]:
        of_thing: dict[str, list[Word]] = {}
        for word, things in sorted(self.things.items()):
            for thing in things:
                of_thing.setdefault(thing, []).append(word)
        both = (pair for words in of_thing.values() for pair in combinations(words, 2))
        return {(one, other) for one, other in both if one[0] != other[0]}


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__, seed="the search for groups")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            figures = measure(Path(folder) / "graph.db", arguments.seed)
        except DownloadError as error:
            raise SystemExit(f"error: {error}") from None
    if arguments.json:
        command_line.print_json(figures)
        return
    for resolution, measured in figures["resolutions"].items():
        shown = "  ".join(f"{half} {measured[half]['precision']:.3f} {measured[half]['recall']:.3f}" for half in HALVES)
        print(f"{resolution:>5}  {shown}  {measured['seconds_cpu']:.1f} s  {measured['groups']:,} groups")
    print("CPU seconds: ", ", ".join(f"{name} {cpu:.2f}" for name, cpu in figures["command_seconds_cpu"].items()))
    print(f"chosen on the first half: {figures['chosen']}; used by kg concepts: {figures['used']}")


HALVES = ("choosing", "judging", "all")


def measure(path: Path, seed: int) -> dict[str, Any]:
    """The figures at all resolutions, and which is chosen."""
    with open_graph(path, write=True) as graph:
        for pair in PAIRS:
            graph.add(freedict(*pair))
    used = found_by.RESOLUTION
    by_resolution: dict[float, dict[str, Any]] = {}
    with open_graph(path) as graph:
        gold = gold_of(graph)
        golds = dict(zip(HALVES, (gold.of_half(CHOOSING), gold.of_half(JUDGING), gold), strict=True))
        for resolution in RESOLUTIONS:
            found_by.RESOLUTION = resolution
            start = time.process_time()
            groups = communities(graph, min_size=2, seed=seed)
            by_resolution[resolution] = {
                **{half: gold.judged(map(_words, groups))._asdict() for half, gold in golds.items()},
                "groups": len(groups),
                "seconds_cpu": time.process_time() - start,
            }
    precise = [value for value in RESOLUTIONS if by_resolution[value]["choosing"]["precision"] >= PRECISION]
    chosen = max(precise, key=lambda value: by_resolution[value]["choosing"]["recall"], default=None)
    found_by.RESOLUTION = used
    seconds = {name: min(_cpu(program) for _ in range(3)) for name, program in _programs(path, seed).items()}
    return {"resolutions": by_resolution, "chosen": chosen, "used": used, "seed": seed, "command_seconds_cpu": seconds}


def _programs(path: Path, seed: int) -> dict[str, list[str]]:
    """The command, and what it cannot do without."""
    query = "SELECT src, dst, source, weight, rank, prior FROM edge WHERE relation = 1 AND src < dst"
    return {
        "command": ["-m", "isogloss", "kg", "concepts", "--graph", str(path), "--seed", str(seed)],
        "imports": ["-c", "from sknetwork.clustering import Leiden"],
        "reading": ["-c", f"import sqlite3; sqlite3.connect({str(path)!r}).execute({query!r}).fetchall()"],
    }


def _cpu(program: Sequence[str]) -> float:
    """The CPU seconds of a Python program in a process of its own."""
    before = os.times()
    subprocess.run([sys.executable, *program], check=True, capture_output=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def gold_of(graph: Graph) -> Gold:
    """What CLDR says of the words of a graph."""
    vocabularies = {}
    for code in LANGUAGES:
        number = graph.language_number(code)
        rows = graph.store.rows("SELECT lemma FROM entry WHERE language = ?", (number,))
        vocabularies[code] = {row[0] for row in rows}
    names, _ = cldr_concepts([*LANGUAGES, *OTHERS])
    of_word: dict[Word, set[str]] = {}
    of_emoji: dict[str, set[str]] = {}
    for thing, by_language in names.items():
        of_emoji.setdefault(thing.split("\u200d")[0], set()).add(thing)
        for word in by_language.items():
            of_word.setdefault(word, set()).add(thing)
    alike: dict[str, set[str]] = {}
    for things in (*of_word.values(), *of_emoji.values()):
        for thing in things:
            alike.setdefault(thing, set()).update(things)
    return Gold(
        {word: frozenset(things) for word, things in of_word.items() if word[1] in vocabularies.get(word[0], ())},
        {thing: frozenset(others) for thing, others in alike.items()},
    )


def _words(group: Community) -> list[Word]:
    return [(member.language, member.word) for member in group.members]


def _half(thing: str) -> int:
    return hashlib.sha256(thing.encode()).digest()[0] % 2


if __name__ == "__main__":
    main()
