"""What a long computation asks of the memory of its process."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def garbage_collection_paused() -> Iterator[None]:
    """Holds off the search for cycles of objects while very many are made that form none.

    With every so many new objects Python looks through all that it has, which can take longer than making them.
    What nothing refers to goes at once all the same.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
