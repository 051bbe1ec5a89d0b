"""How work is given out: to processes of this machine, or to a cluster.

On this machine joblib gives it to loky, whose processes start anew and import what they need; with an engine it goes to
the scheduler of Dask. Items and results are small and can be pickled: what is large is in files.
"""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Generic, TypeVar

from isogloss.data.errors import IsoglossError
from isogloss.data.extras import naming_extras
from isogloss.data.scratch import scratch_folder
from isogloss.data.threads import at_most, cores

T = TypeVar("T")
R = TypeVar("R")

PATIENCE = 20  # seconds to wait for a scheduler and its first worker; round number
LOSSES = 3  # of the scheduler in a row after which a run gives up; round number
WATCH = 1.0  # seconds between two looks whether the process that gave out the work still lives; round number
MALLOC = {-1: 64 << 20, -3: 32 << 20}  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD: what glibc comes to by itself at most
LOST = "the process that made it was killed, as where memory runs out; try fewer --jobs, or a smaller max_vocab"


@dataclass(frozen=True)
class Workers:
    """Where work is done: in so many ``processes`` here, or by the scheduler at ``engine``, ``threads`` each.

    One process without an engine is this one.
    """

    processes: int = 1
    threads: int | None = None
    engine: str | None = None
    patience: int = PATIENCE

    def threads_each(self) -> int:
        """Cores divided among the processes, where nothing else is said; one on a cluster."""
        if self.threads is not None:
            return self.threads
        return 1 if self.engine is not None else max(1, cores() // self.processes)


@dataclass(frozen=True)
class WorkResult(Generic[T, R]):
    """An item and what the function returned; ``lost`` says why it returned nothing."""

    item: T
    result: R | None
    lost: str = ""


def free_memory() -> int:
    """Bytes that processes can have before others are swapped out; all of the memory where that is not told."""
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("MemAvailable:")).split()[1])
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def run(function: Callable[[T], R], items: Sequence[T], workers: Workers) -> Iterator[WorkResult[T, R]]:
    """Apply a function to each item somewhere, and yield the results as they are ready.

    A process that is killed costs the items that it and its neighbors were at: these are tried again, each in a
    process of its own, and the one that kills its process is lost alone.

    Args:
        function: A function of a module, without state, that may be called twice for an item.
        items: What it is called with, in the order in which work is to begin.
        workers: Where.

    Raises:
        IsoglossError: The engine is not reached.
    """
    if workers.engine is None and workers.processes <= 1:
        for item in items:
            yield WorkResult(item, function(item))
        return
    if workers.engine is not None:
        yield from _on_cluster(function, items, workers)
        return
    left = dict(enumerate(items))
    with scratch_folder() as marks:
        while left:
            try:
                for number, result in _parallel(function, left, workers, marks):
                    yield WorkResult(left.pop(number), result)
            except Exception as error:
                if not _is_loss(error):
                    raise
                for number in _begun(marks, left):
                    yield _alone(function, number, left.pop(number), workers, marks)


def _parallel(function: Callable[[T], R], left: dict[int, T], workers: Workers, marks: Path) -> Iterator[tuple[int, R]]:
    from joblib import Parallel, delayed, parallel_config

    threads = workers.threads_each()
    processes = max(2, workers.processes)  # with one, joblib would work in this process
    with parallel_config(backend="loky", n_jobs=processes, inner_max_num_threads=threads):
        items = list(left.items())  # of which the caller takes out what is done
        calls = (delayed(_call)(function, number, item, threads, os.getpid(), marks) for number, item in items)
        yield from Parallel(return_as="generator_unordered", batch_size=1)(calls)


def _on_cluster(function: Callable[[T], R], items: Sequence[T], workers: Workers) -> Iterator[WorkResult[T, R]]:
    """The results of a Dask cluster, whose scheduler gives an item to several workers before it counts as lost.

    Not through joblib, which waits for ever for an item that kills its workers (1.6).
    """
    with naming_extras("--engine", "cluster"):
        import distributed  # noqa: F401
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # it prints tracebacks of what is told below
    left, losses = dict(enumerate(items)), 0
    while left:
        before = len(left)
        for number, result in _submitted(function, left, workers):
            del left[number]
            yield result
        losses = 0 if len(left) < before else losses + 1
        if losses == LOSSES:
            raise IsoglossError(
                f"{workers.engine}: the scheduler was lost {losses} times before any work was done; see its log"
            )


def _submitted(
    function: Callable[[T], R], items: dict[int, T], workers: Workers
) -> Iterator[tuple[int, WorkResult[T, R]]]:
    """The results of one connection to a scheduler; fewer than there are items where it is lost or restarted."""
    import distributed

    library: Any = distributed  # which has no types
    assert workers.engine is not None  # else there is no cluster
    with ExitStack() as stack:
        try:
            client = stack.enter_context(library.Client(workers.engine, timeout=workers.patience))
            client.wait_for_workers(1, timeout=workers.patience)
        except (OSError, TimeoutError, ValueError) as error:
            raise IsoglossError(
                f"{workers.engine}: no scheduler of Dask with a worker ({str(error)[:200]}); start `dask scheduler` "
                "and `dask worker --nthreads 1`, or check the address"
            ) from error
        threads = workers.threads_each()
        numbers = {client.submit(_on_worker, function, item, threads, pure=False): key for key, item in items.items()}
        for future in library.as_completed(list(numbers)):
            if future.status in ("cancelled", "lost"):  # with the scheduler, which forgets all
                return
            number, failure, result = numbers.pop(future), future.exception(), None
            if failure is not None and not _is_loss(failure):
                raise failure
            if failure is None:
                try:
                    result = future.result()
                except CancelledError:
                    return
            yield number, WorkResult(items[number], result, LOST if failure else "")


def _on_worker(function: Callable[[T], R], item: T, threads: int) -> R:
    """What a worker of a cluster does."""
    _keep_memory()
    return _limited(function, item, threads)


def _keep_memory() -> None:
    """Let malloc keep what is freed, as in other processes: Dask has it give all back, and get it anew page by page."""
    if "MALLOC_TRIM_THRESHOLD_" in os.environ:
        with suppress(OSError, AttributeError):  # other systems have no mallopt
            libc = ctypes.CDLL(None)
            for parameter, size in MALLOC.items():
                libc.mallopt(parameter, size)


def _limited(function: Callable[[T], R], item: T, threads: int) -> R:
    with at_most(threads):
        return function(item)


def _alone(function: Callable[[T], R], number: int, item: T, workers: Workers, marks: Path) -> WorkResult[T, R]:
    """The result of one item that nothing else runs beside."""
    try:
        for _, result in _parallel(function, {number: item}, workers, marks):
            return WorkResult(item, result)
    except Exception as error:
        if not _is_loss(error):
            raise
    return WorkResult(item, None, LOST)


def _call(function: Callable[[T], R], number: int, item: T, threads: int, parent: int, marks: Path) -> tuple[int, R]:
    """What a process of this machine does."""
    _prepared(parent)
    mark = marks / str(number)
    mark.touch()
    result = _limited(function, item, threads)
    mark.unlink(missing_ok=True)
    return number, result


def _begun(marks: Path, left: dict[int, Any]) -> list[int]:
    """The items that were under way when a process died; the first one where none tells."""
    begun = [number for number in left if (marks / str(number)).exists()]
    return begun or list(left)[:1]


def _is_loss(error: BaseException) -> bool:
    """Whether an error says that a worker died, of loky or of Dask."""
    return type(error).__name__ in {"TerminatedWorkerError", "BrokenProcessPool", "KilledWorker"}


_watched = set[int]()


def _prepared(parent: int) -> None:
    """Let this process live as long as the one that gave it its work, and no longer: that may be killed."""
    if parent in _watched or os.getpid() == parent:
        return
    _watched.add(parent)
    # loky ends processes that come to hold this much more than after their first call; loading torch does.
    loky: Any = import_module("joblib.externals.loky.process_executor")
    loky._MAX_MEMORY_LEAK_SIZE = sys.maxsize

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH)
        with suppress(BaseException):
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class BackgroundWork(Generic[T, R]):
    """Work in processes of its own, beside what this process does or waits for: begun early, fetched later.

    With one process it is done when it is fetched. A function of a module, without state, is called with each item.
    """

    def __init__(self, function: Callable[[T], R], workers: Workers) -> None:
        """Begin nothing yet."""
        self._function, self._workers = function, workers
        self._begun: dict[T, Any] = {}
        self._executor: Any = None

    def __enter__(self) -> BackgroundWork[T, R]:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes, whatever they are at."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, kill_workers=not all(future.done() for future in self._begun.values()))

    def begin(self, item: T) -> None:
        """Have it done as soon as a process is free."""
        if self._workers.processes <= 1:
            return
        from joblib.externals.loky import ProcessPoolExecutor

        threads = self._workers.threads_each()
        if self._executor is None:
            names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
            environment, parent = dict.fromkeys(names, str(threads)), (os.getpid(),)
            self._executor = ProcessPoolExecutor(
                self._workers.processes, env=environment, initializer=_prepared, initargs=parent
            )
        self._begun[item] = self._executor.submit(_limited, self._function, item, threads)

    def fetch(self, item: T) -> WorkResult[T, R]:
        """What was returned for it, when that is ready."""
        if item not in self._begun:
            return WorkResult(item, self._function(item))
        failure = self._begun[item].exception()
        if failure is not None and not _is_loss(failure):
            raise failure
        return WorkResult(item, None if failure else self._begun[item].result(), LOST if failure else "")


def finish() -> None:
    """End the processes of this machine that wait for more work, so that their CPU time counts as that of children."""
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=True)


def cpu_seconds() -> float:
    """CPU seconds of this process and of the children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)
