"""Parallel worker processes of one thread each.

Nothing heavy is imported here: numpy and torch count their threads when they are loaded, and in a new process that is
after ``_begin``.
"""

from __future__ import annotations

import os
import resource
import signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

MAX_PROCESSES = 4  # round number; a process takes about half a gigabyte
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def processes(count: int | None = None) -> ProcessPoolExecutor:
    """As many processes as there are cores, ``MAX_PROCESSES`` at most; work of this size gains nothing from threads."""
    return ProcessPoolExecutor(
        count or min(MAX_PROCESSES, os.cpu_count() or 1), mp_context=get_context("spawn"), initializer=_begin
    )


def cpu_seconds() -> float:
    """CPU seconds of this process and of the children that it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _begin() -> None:
    os.environ.update(dict.fromkeys(THREADS, "1"))
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a traceback of its own
