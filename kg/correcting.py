"""Corrections of a graph in place, for whoever shares it with others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.storage.transaction import PATIENCE, patiently

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
