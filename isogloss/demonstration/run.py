"""The demonstration from beginning to end, part by part as they are ready."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isogloss.data.sample import sample_concepts, sample_languages, sample_vectors
from isogloss.demonstration import graph_queries, lexicons, new_language
from isogloss.demonstration.graph_queries import QueriedGraph
from isogloss.demonstration.lexicons import BuiltLexicon
from isogloss.demonstration.new_language import NewLanguage
from isogloss.demonstration.output import GRAPH, REPORT, write_readme
from isogloss.demonstration.project import run_project, write_project
from isogloss.workers import cpu_seconds, finish


@dataclass(frozen=True)
class SampleSize:
    """What the sample holds, and how many English words are held out of it."""

    languages: tuple[str, ...]
    words: int
    concepts: int
    concept_languages: int
    held_out: int

    def as_json(self) -> dict[str, Any]:
        """All figures, under the names of ``report.json``."""
        return {"kept_back" if name == "held_out" else name: value for name, value in vars(self).items()}


@dataclass(frozen=True, eq=False)
class Lexicons:
    """The lexicons of the demonstration."""

    built: tuple[BuiltLexicon, ...]

    def as_json(self) -> list[dict[str, Any]]:
        """The figures of each lexicon."""
        return [lexicon.as_json() for lexicon in self.built]


@dataclass(frozen=True)
class Cost:
    """The time that the whole run took."""

    wall_seconds: float
    cpu_seconds: float

    def as_json(self) -> dict[str, float]:
        """Both, to the tenth of a second."""
        return dict(vars(self))


Part = SampleSize | Lexicons | QueriedGraph | NewLanguage | Cost
NAMES: dict[type, str] = {
    SampleSize: "sample",
    Lexicons: "lexicons",
    QueriedGraph: "graph",
    NewLanguage: "new_language",
    Cost: "cost",
}


def demonstrate(folder: Path, cache: Path, *, seed: int = 0) -> Iterator[Part]:
    """Run the project of the demonstration in ``folder`` and adapt to a new language; yields the results of each part.

    In the end ``report.json`` has all figures.

    The work is done in parallel processes of one thread each, so the figures do not depend on the number of cores.
    ``cache`` holds what is known of files of vectors.
    """
    wall = time.perf_counter()
    parts: list[Part] = []
    for part in _parts(folder, cache, seed):
        parts.append(part)
        yield part
    finish()
    cost = Cost(round(time.perf_counter() - wall, 1), round(cpu_seconds(), 1))
    report = {"seed": seed} | {NAMES[type(part)]: part.as_json() for part in (*parts, cost)}
    (folder / REPORT).write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", "utf-8")
    yield cost


def _parts(folder: Path, cache: Path, seed: int) -> Iterator[Part]:
    held_out = lexicons.held_out_words(seed)
    yield _sample_size(len(held_out))
    with new_language.Adaptation(folder, seed) as adaptation:
        write_project(folder, held_out, seed)
        results, steps = run_project(folder, cache, idle=adaptation.begin_next)
        adaptation.begin_next()
        yield Lexicons(tuple(lexicons.built(*pair, held_out, results, steps) for pair in lexicons.PAIRS))
        yield graph_queries.query_graph(folder / GRAPH, held_out)
        write_readme(folder)
        yield new_language.compared(adaptation.outcomes(), seed)


def _sample_size(held_out: int) -> SampleSize:
    languages, concepts = sample_languages(), sample_concepts()
    named = {language for names in concepts.values() for language in names}
    return SampleSize(languages, len(sample_vectors(languages[0])), len(concepts), len(named), held_out)
