"""Questions that take several queries, answered from one snapshot of the graph."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from isogloss.kg.storage.damage import Stored

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


Asked = TypeVar("Asked", bound=Stored)


def in_one_snapshot(
    question: Callable[Concatenate[Asked, Arguments], Answer],
) -> Callable[Concatenate[Asked, Arguments], Answer]:
    """A method of a graph all of whose queries see the same state, whatever others write in place meanwhile."""

    @wraps(question)
    def asked(graph: Asked, /, *arguments: Arguments.args, **options: Arguments.kwargs) -> Answer:
        with graph._store.snapshot():
            return question(graph, *arguments, **options)

    return asked
