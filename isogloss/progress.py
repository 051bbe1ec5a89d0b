"""A progress bar with the time left, for terminals and notebooks."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import TypeVar

from isogloss.data.words import visible

T = TypeVar("T")


def progress_bar(items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
    """Pass ``items`` through under a progress bar: on stderr where it is a terminal, in the cell of a notebook.

    ``description`` stands before the bar, with control characters as escapes; ``total`` is the number of items, where
    ``items`` does not tell it. Elsewhere nothing is shown. A notebook needs ``ipywidgets`` (the extra ``notebook``).
    """
    if not (_in_notebook() or sys.stderr.isatty()):
        yield from items
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import track

    yield from track(items, escape(visible(description)), total=total, console=Console(stderr=True), transient=True)


def _in_notebook() -> bool:
    """Whether a kernel of Jupyter runs this, with what rich needs to draw there."""
    if "IPython" not in sys.modules or find_spec("ipywidgets") is None:
        return False
    shell = sys.modules["IPython"].get_ipython()
    return shell is not None and type(shell).__name__ == "ZMQInteractiveShell"
