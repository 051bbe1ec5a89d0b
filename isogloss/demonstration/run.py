"""The demonstration from beginning to end, part by part as they are ready."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isogloss.data.sample import sample_concepts, sample_languages, sample_vectors
from isogloss.demonstration import newcomer, pairs, questions
from isogloss.demonstration.cores import cpu_seconds, processes
from isogloss.demonstration.keeping import GRAPH, REPORT, write_readme
from isogloss.demonstration.newcomer import Newcomer
from isogloss.demonstration.pairs import Built
from isogloss.demonstration.questions import Consulted


@dataclass(frozen=True)
class Material:
    """What there is to begin with."""

    languages: tuple[str, ...]
    words: int
    concepts: int
    concept_languages: int
    kept_back: int

    def as_json(self) -> dict[str, Any]:
        """All figures."""
        return dict(vars(self))


@dataclass(frozen=True, eq=False)
class Lexicons:
    """The lexicons of the demonstration."""

    built: tuple[Built, ...]

    def as_json(self) -> list[dict[str, Any]]:
        """The figures of each."""
        return [each.as_json() for each in self.built]


@dataclass(frozen=True)
class Cost:
    """What the whole took."""

    wall_seconds: float
    cpu_seconds: float

    def as_json(self) -> dict[str, float]:
        """Both, to the tenth of a second."""
        return dict(vars(self))


Part = Material | Lexicons | Consulted | Newcomer | Cost
NAMES: dict[type, str] = {
    Material: "sample",
    Lexicons: "lexicons",
    Consulted: "graph",
    Newcomer: "new_language",
    Cost: "cost",
}


def demonstrate(folder: Path, *, seed: int = 0) -> Iterator[Part]:
    """Build, ask and learn in ``folder``, and yield what came of each; in the end ``report.json`` has all figures.

    The lexicons and the meta-training work side by side in processes of one thread each, so the figures do not
    depend on the number of cores.
    """
    wall = time.perf_counter()
    parts: list[Part] = []
    for part in _parts(folder, seed):
        parts.append(part)
        yield part
    cost = Cost(round(time.perf_counter() - wall, 1), round(cpu_seconds(), 1))
    report = {"seed": seed} | {NAMES[type(part)]: part.as_json() for part in (*parts, cost)}
    (folder / REPORT).write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", "utf-8")
    yield cost


def _parts(folder: Path, seed: int) -> Iterator[Part]:
    held_out = pairs.kept_back(seed)
    graph = folder / GRAPH
    with processes() as pool:
        building = [pool.submit(pairs.build, *pair, held_out, folder, seed) for pair in pairs.PAIRS]
        questions.begin_graph(graph)
        learning = pool.submit(newcomer.learn, graph, folder, seed)
        yield _material(len(held_out))
        built = tuple(each.result() for each in building)
        yield Lexicons(built)
        yield questions.consult(graph, built, held_out, seed)
        write_readme(folder, built)
        yield learning.result()


def _material(kept_back: int) -> Material:
    languages, concepts = sample_languages(), sample_concepts()
    named = {language for names in concepts.values() for language in names}
    return Material(languages, len(sample_vectors(languages[0])), len(concepts), len(named), kept_back)
