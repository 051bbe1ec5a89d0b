"""`isogloss data cache`: the parsed vectors that are kept on disk."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from isogloss.cli.console import note, print_json, print_rows
from isogloss.cli.options import Cache, Json


def list_entries(cache: Cache = None, json: Json = False) -> None:
    """List the cached vectors: key, path, words, dimensions, bytes.

    Example: isogloss data cache list
    """
    from isogloss.data import cache as store

    entries = [asdict(entry) for entry in store.Cache(_named(cache)).entries()]
    if json:
        print_json(entries)
    else:
        print_rows((tuple(entry.values()) for entry in entries), ("key", "path", "words", "dimensions", "bytes"))


def clear(cache: Cache = None) -> None:
    """Delete all cached vectors; the files they were parsed from stay.

    Example: isogloss data cache clear
    """
    from isogloss.data import cache as store

    freed = store.Cache(_named(cache)).clear()
    note(f"{cache}: {freed / 1e6:,.1f} MB freed")


def _named(cache: Path | None) -> Path:
    if cache is None:  # the option has a default, so this is for the type checker
        raise typer.BadParameter("name a folder with --cache")
    return cache
