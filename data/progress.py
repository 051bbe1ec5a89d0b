"""How a long computation reports: it hands its own iterator to whoever wants to watch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Passes items through and shows how far they have come.

    ``total`` is the number of items, where the iterable cannot tell it.
    """

    def __call__(self, items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
        """The same items, watched."""
        ...


def silent(items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:  # noqa: ARG001 (Progress)
    """The progress of a library call: none."""
    return iter(items)
