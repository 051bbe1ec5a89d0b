"""Changes of a graph for whoever shares it with others: corrections in place, and files that are added to it."""

from __future__ import annotations

import glob
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.storage.place import file_of, server_of
from isogloss.kg.storage.sqlite import GraphInUse
from isogloss.kg.storage.transaction import PATIENCE, patiently

LARGER = 50  # times as large as what is added: a graph from which on adding in place takes less than a copy; round

Result = TypeVar("Result")


def corrected(
    place: Path | str, change: Callable[[Graph], Result], *, create: bool = False, patience: float = PATIENCE
) -> Result:
    """What a change of a graph in place returns; while others use the graph, it is tried again, for seconds.

    Raises:
        GraphError: There is no graph, or it cannot be written.
    """

    def attempt() -> Result:
        with open_graph(place, write=True, create=create, in_place=True) as graph:
            return change(graph)

    return patiently(attempt, patience)


def extended(place: Path | str, file: Path, change: Callable[[Graph], Result]) -> Result:
    """What a change returns that adds a file to a graph: in place where the graph is much larger, else to a copy of it.

    A copy is also taken where somebody reads the graph for longer than a moment: it does not wait for readers.

    Raises:
        GraphError: The graph cannot be written.
    """
    if _much_larger(place, file):
        try:
            with open_graph(place, write=True, in_place=True) as graph:
                return change(graph)
        except GraphInUse:
            pass
    with open_graph(place, write=True) as graph:
        return change(graph)


def _much_larger(place: Path | str, file: Path) -> bool:
    if server_of(place) is not None or not file_of(place).is_file() or not file.exists():
        return False
    parts = file.rglob("*") if file.is_dir() else file.parent.glob(f"{glob.escape(file.name.partition('.')[0])}.*")
    return (
        LARGER * sum(part.stat().st_size for part in {file, *parts} if part.is_file()) <= file_of(place).stat().st_size
    )
