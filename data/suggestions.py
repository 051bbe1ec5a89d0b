"""What may be meant by a name that is none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def alike(text: str, candidates: Iterable[str], most: int = 3) -> list[str]:
    """The few of ``candidates`` that are written most like ``text``."""
    from difflib import get_close_matches

    return get_close_matches(text, list(candidates), n=most)


def file_alike(path: Path) -> Path | None:
    """The file or folder whose name is most like that of ``path``, where there is none of this name."""
    try:
        if path.exists():
            return None
        similar = alike(path.name, [entry.name for entry in path.parent.iterdir() if entry.name != path.name], 1)
    except OSError:  # such as a name that is too long for any file
        return None
    return path.with_name(similar[0]) if similar else None
