"""How many threads a computation gets: one, unless it is a large product in blocks, which gets all cores."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from importlib import import_module

_CORES: ContextVar[int | None] = ContextVar("cores", default=None)  # known within ``single_thread``
_MOST: ContextVar[int | None] = ContextVar("most", default=None)  # known within ``at_most``


def cores() -> int:
    """Cores that a large computation may use: as many as torch was given, or else as the process has."""
    limit = _CORES.get() or _MOST.get()
    if limit is not None:
        return limit
    if (torch := sys.modules.get("torch")) is not None:
        return int(torch.get_num_threads())
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def at_most(count: int) -> Iterator[None]:
    """So many ``cores`` for what the block computes, as where several processes share a machine."""
    token = _MOST.set(count)
    try:
        yield
    finally:
        _MOST.reset(token)


@contextmanager
def single_thread() -> Iterator[None]:
    """One thread for BLAS, OpenMP, FAISS and torch within the block; ``cores`` still tells how many there are.

    Many small operations lose more to waiting for each other than they gain from a second core, badly so on a busy
    machine, and their sums come out the same whatever the number of cores. What gains from all cores divides its work
    into fixed blocks and computes these side by side (``lexicon.search.workers``).
    """
    if _CORES.get() is not None:
        yield
        return
    for name in ("torch", "faiss", "scipy.linalg"):  # a library that is loaded later would not know of the limit
        with suppress(ImportError):
            import_module(name)
    token = _CORES.set(cores())
    try:
        with ExitStack() as stack:
            from threadpoolctl import threadpool_limits

            stack.enter_context(threadpool_limits(limits=1))
            stack.enter_context(_torch_thread())
            yield
    finally:
        _CORES.reset(token)


def limit_worker() -> None:
    """One thread for what a new thread of Python computes: OpenMP and torch count for each of these anew."""
    for name, limit in (("torch", "set_num_threads"), ("faiss", "omp_set_num_threads")):
        if (module := sys.modules.get(name)) is not None:
            getattr(module, limit)(1)


@contextmanager
def _torch_thread() -> Iterator[None]:
    """One torch thread: torch counts its threads itself, once for each thread of Python."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
