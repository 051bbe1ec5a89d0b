"""Threads that each compute a block by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import torch

P = ParamSpec("P")
T = TypeVar("T")


class Team:
    """A few threads, each with one core: sorting and searching use all cores too, and none waits for another."""

    def __init__(self, pool: ThreadPoolExecutor | None, size: int) -> None:
        self._pool, self._size = pool, size

    def __len__(self) -> int:
        return self._size

    def map(self, work: Callable[..., T], *arguments: Iterable[object]) -> list[T]:
        """The results of ``work``, in the order of the arguments."""
        if self._pool is None:
            return list(map(work, *arguments))
        return list(self._pool.map(work, *arguments))


@contextmanager
def workers(device: str) -> Iterator[Team]:
    """As many workers as torch has threads; on other devices than the CPU the caller does the work alone."""
    count = torch.get_num_threads()
    if torch.device(device).type != "cpu" or count == 1:
        yield Team(None, 1)
        return
    try:
        with ThreadPoolExecutor(count, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            torch.set_num_threads(1)
            yield Team(pool, count)
    finally:
        torch.set_num_threads(count)  # a thread's setting reaches further than the thread
