"""Makes the result of one step, in whatever process it is called.

What a step is made from and where its result goes is in an ``Order``, which is small and can be pickled.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from isogloss.data.cache import Cache
from isogloss.data.errors import FormatError, IsoglossError
from isogloss.data.storage import replacing_folder
from isogloss.project import graph_steps, model_steps, ranker_steps, source_steps
from isogloss.project.order import Figures, Order
from isogloss.project.results import About
from isogloss.project.steps import Kind

MAKERS: Mapping[Kind, Callable[[Order, Path], Figures]] = {
    "vectors": source_steps.fetched,
    "dictionary": source_steps.fetched,
    "dictionaries": graph_steps.dictionaries,
    "seeds": graph_steps.seeds,
    "lexicon": model_steps.lexicon,
    "model": model_steps.model,
    "ranker": ranker_steps.ranker,
    "evaluation": model_steps.evaluation,
    "loaded": graph_steps.loaded,
    "inferred": graph_steps.inferred,
    "graph": graph_steps.graph,
}


@dataclass(frozen=True)
class Outcome:
    """What became of an order: the account of its result, or the error that there was."""

    about: About | None = None
    error: str = ""
    account: str = ""  # of a fault of isogloss, for those who mend it


def make(order: Order) -> Outcome:
    """Make the result of a step, whole or not at all; one that is there is not made again."""
    if (about := About.read(order.out)) is not None and about.key == order.wanted.key and not order.again:
        return Outcome(about)
    try:
        return Outcome(_made(order))
    except IsoglossError as error:
        return Outcome(error=str(error))
    except MemoryError:
        return Outcome(error="out of memory; try fewer --jobs, or a smaller max_vocab")
    except OSError as error:
        place = "" if error.filename is None else f"{error.filename}: "
        return Outcome(error=f"{place}{error.strerror or error}")
    except Exception as error:
        return Outcome(error=f"this is a fault of isogloss ({type(error).__name__})", account=_account(error))


def _made(order: Order) -> About:
    from isogloss import __version__
    from isogloss.data.compute import peak_memory

    for role, path in order.files.items():
        if Cache(order.cache).hash_of(path) != order.wanted.files[role]:
            raise FormatError(f"{path}: it has changed since the run began; run again")
    began, used = time.perf_counter(), _cpu_seconds()
    with replacing_folder(order.out) as folder:
        figures = MAKERS[order.kind](order, folder)
        about = replace(
            order.wanted,
            figures=figures,
            seconds=round(time.perf_counter() - began, 2),
            cpu_seconds=round(_cpu_seconds() - used, 2),
            memory_mb=peak_memory(),
            version=__version__,
        )
        about.write(folder)
    return about


def _cpu_seconds() -> float:
    """Those of this process and of the processes that it started and that have ended."""
    return sum(os.times()[:4])


def _account(error: Exception) -> str:
    from traceback import format_exception

    return "".join(format_exception(error))
