"""Questions that take several queries, answered from one moment of the graph."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from isogloss.kg.storage.damage import Stored

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


Asked = TypeVar("Asked", bound=Stored)


def of_one_moment(
    question: Callable[Concatenate[Asked, Arguments], Answer],
) -> Callable[Concatenate[Asked, Arguments], Answer]:
    """A method of a graph all of whose queries see the same state, whatever others write in place meanwhile."""

    @wraps(question)
    def asked(graph: Asked, /, *arguments: Arguments.args, **options: Arguments.kwargs) -> Answer:
        with graph._store.one_moment():
            return question(graph, *arguments, **options)

    return asked
