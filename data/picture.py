"""Pictures as files: drawn with matplotlib where it is installed, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from isogloss.data.errors import OutputError
from isogloss.data.extras import naming_extras
from isogloss.data.storage import refuse_to_overwrite, replacing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = (".pdf", ".png", ".svg")


def check_picture(path: Path, *, force: bool = False) -> None:
    """Stop before any work is done if a picture cannot be drawn.

    Raises:
        OutputError: The suffix of ``path`` is none of ``FORMATS``, or ``path`` exists.
        MissingExtraError: matplotlib is not installed.
    """
    if path.suffix.lower() not in FORMATS:
        raise OutputError(f"{path}: unknown format {path.suffix!r}, expected one of {', '.join(FORMATS)}")
    with naming_extras(f"drawing {path}"):
        import matplotlib  # noqa: F401 - is it there?
    refuse_to_overwrite(path, force, folder=False)


@contextmanager
def picture(path: Path, width: float, height: float, *, force: bool = False) -> Iterator[Figure]:
    """An empty figure, in inches, that is written to ``path`` when the block ends well.

    Raises:
        OutputError: As ``check_picture``, like the next.
        MissingExtraError: matplotlib is not installed.
    """
    check_picture(path, force=force)
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    yield figure
    with replacing(path, force=force) as part:
        figure.savefig(part, format=path.suffix.lower().removeprefix("."))
