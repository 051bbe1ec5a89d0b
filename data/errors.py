"""What can go wrong, one name for each kind of remedy.

IsoglossError
├── FormatError        a file does not hold what it should
├── VocabularyError    words, seeds or languages that are needed are missing, or a name is unknown
├── AlignmentError     two vector spaces share too little to be aligned
├── GraphError         a graph cannot be opened, read or written
├── CheckpointError    a trained model or run cannot be loaded or resumed
├── OutputError        output already exists, or cannot be written
├── DownloadError      a source cannot be fetched, or its hash differs
└── MissingExtraError  an extra of the installation is needed that is not there

Every message says where, what is wrong and what to do: ``en-fr already exists; add --force to overwrite``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path


class IsoglossError(Exception):
    """Any failure that isogloss knows and explains in one line."""


class FormatError(IsoglossError):
    """A file does not hold what it should."""

    @classmethod
    def at(cls, path: Path | str, line: int | None, found: str, expected: str) -> FormatError:
        """``path:line: FOUND, expected EXPECTED``; ``line`` counts from 1, ``None`` is the whole file."""
        place = f"{path}:{line}" if line is not None else f"{path}"
        return cls(f"{place}: {found}, expected {expected}")


@contextmanager
def unforeseen_as(as_error: Callable[[str], IsoglossError]) -> Iterator[None]:
    """Within the block, an error that is not ours, of the system or of the installation becomes a known one.

    ``known`` makes it from the name and the text of the other.
    """
    try:
        yield
    except (IsoglossError, OSError, ImportError, MemoryError):
        raise
    except Exception as error:
        raise as_error(f"{type(error).__name__}: {' '.join(str(error).split())[:200]}") from error


def damage_told(path: Path | str) -> AbstractContextManager[None]:
    """Within the block, whatever reading ``path`` fails of is a ``FormatError`` that names the file."""
    expected = "a readable file; fetch it again or make it again"
    return unforeseen_as(lambda reason: FormatError.at(path, None, f"damaged content ({reason})", expected))


class VocabularyError(IsoglossError):
    """Words, seeds or languages that are needed are missing, or a name is not one of those that exist."""


class AlignmentError(IsoglossError):
    """Two vector spaces share too little to be aligned."""


class GraphError(IsoglossError):
    """A graph file cannot be opened, read or written."""


class CheckpointError(IsoglossError):
    """A trained model or a training run cannot be loaded or resumed."""


class OutputError(IsoglossError):
    """The output already exists, or cannot be written."""


class DownloadError(IsoglossError):
    """A source cannot be fetched, or its hash differs from the expected one."""


class MissingExtraError(IsoglossError, ModuleNotFoundError):
    """An extra of the installation is needed that is not there."""


def shown(words: list[str] | tuple[str, ...], limit: int = 5) -> str:
    """The first ``limit`` of ``words``, quoted, for an error message."""
    head = ", ".join(repr(word) for word in words[:limit])
    return head + (f" and {len(words) - limit} more" if len(words) > limit else "")
