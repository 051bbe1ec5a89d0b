"""Small files for the tests of readers, and the pairs that come out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from isogloss.data.dictionary import Pair


def written(folder: Path, content: str | bytes, name: str = "file") -> Path:
    """The path of a file with ``content``."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def pairs_of(dictionary: Iterable[Pair]) -> list[tuple[str, str]]:
    """Both words of each pair."""
    return [(pair.source, pair.target) for pair in dictionary]
