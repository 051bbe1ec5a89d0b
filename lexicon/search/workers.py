"""Threads that each compute a block by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import torch

from isogloss.data.threads import cores, limit_worker, single_thread

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
    """As many workers as there are cores; on other devices than the CPU the caller does the work alone."""
    count = cores()
    if torch.device(device).type != "cpu" or count == 1:
        yield Team(None, 1)
        return
    with single_thread(), ThreadPoolExecutor(count, initializer=limit_worker) as pool:
        yield Team(pool, count)
