"""What can go wrong, one name for each kind of remedy.

IsoglossError
├── FormatError        a file does not hold what it should
├── VocabularyError    words, seeds or languages that are needed are not there
├── AlignmentError     two spaces share too little to be aligned
├── GraphError         a graph file that cannot be opened or written
├── CheckpointError    a trained model or run that cannot be resumed
├── OutputError        something is in the way, or the disk refuses
└── DownloadError      a source could not be fetched, or came with another hash

Every message says what was found, what was expected and what to do next.
"""

from __future__ import annotations

from pathlib import Path


class IsoglossError(Exception):
    """Any failure that isogloss knows and explains in one line."""


class FormatError(IsoglossError):
    """A file does not hold what it should."""

    @classmethod
    def at(cls, path: Path | str, line: int | None, found: str, expected: str) -> FormatError:
        """``path:line: found …, expected …``; ``line`` counts from 1, ``None`` is the whole file."""
        place = f"{path}:{line}" if line is not None else f"{path}"
        return cls(f"{place}: found {found}, expected {expected}")


class VocabularyError(IsoglossError):
    """Words, seeds or languages that are needed are not there."""


class AlignmentError(IsoglossError):
    """Two vector spaces share too little to be aligned."""


class GraphError(IsoglossError):
    """A graph file cannot be opened, read or written."""


class CheckpointError(IsoglossError):
    """A trained model or a training run cannot be loaded or resumed."""


class OutputError(IsoglossError):
    """The place to write to is taken, or the disk refuses."""


class DownloadError(IsoglossError):
    """A source could not be fetched, or arrived with another hash."""


def shown(words: list[str] | tuple[str, ...], most: int = 5) -> str:
    """A few of ``words``, quoted, for an error message."""
    head = ", ".join(repr(word) for word in words[:most])
    return head + (f" and {len(words) - most} more" if len(words) > most else "")
