"""What passes between a lexicon and a graph: seeds, evidence, and the pairs that were induced."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from isogloss.data.dictionary import Dictionary
from isogloss.data.in_memory import DictionaryLike, as_dictionary
from isogloss.data.progress import Progress
from isogloss.kg.storage.run import Run
from isogloss.kg.storage.transaction import PATIENCE, patiently

if TYPE_CHECKING:
    from isogloss.kg.graph import Graph

Seeds: TypeAlias = "DictionaryLike | Graph | Literal['identical', 'none']"

GRAPH_SEEDS = "graph:"  # before the place of a graph whose pairs are the seeds


def known_pairs(seeds: Seeds, source: str, target: str) -> tuple[Dictionary | None, Dictionary | None]:
    """Seeds, unless there are none, and pairs that users reject, where a graph says so."""
    from isogloss.kg.graph import Graph, open_graph
    from isogloss.kg.seeds import graph_seeds

    if isinstance(seeds, str) and seeds in ("identical", "none"):
        return None, None
    if isinstance(seeds, str) and seeds.startswith(GRAPH_SEEDS):
        with open_graph(seeds.removeprefix(GRAPH_SEEDS)) as words:
            stated = graph_seeds(words, source, target)
    elif isinstance(seeds, Graph):
        stated = graph_seeds(seeds, source, target)
    else:
        return as_dictionary(seeds, source, target), None
    return stated.pairs, stated.rejected


def evidence_of(graph: Graph | Path | str, source: str, target: str, progress: Progress) -> Dictionary:
    """What the other languages of a graph make probable."""
    from isogloss.kg.graph import Graph, open_graph
    from isogloss.kg.inference.pipeline import graph_evidence

    with nullcontext(graph) if isinstance(graph, Graph) else open_graph(graph) as words:
        return graph_evidence(words, source, target, progress=progress)


def add_to_graph(
    pairs: Dictionary, graph: Path | str, method: str, settings: Mapping[str, Any], seed: int | None, progress: Progress
) -> None:
    """Store computed pairs in a graph file, with the run that made them; those of an earlier run go."""
    from isogloss import __version__
    from isogloss.kg.graph import open_graph

    def add() -> None:
        with open_graph(graph, write=True) as words:
            if pairs.origin.name in {origin.name for origin in words.sources()}:
                words.remove_source(pairs.origin.name)
            words.add(pairs, run=Run(method, settings, seed, __version__), progress=progress)

    patiently(add, PATIENCE)  # somebody may be adding a word just now
