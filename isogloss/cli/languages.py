"""Languages as arguments: a code or an English name, completed from the graph or the catalogue."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from isogloss.cli.console import warn

GRAPH = "isogloss.db"  # where --graph and its variable say nothing


def spoken(text: str) -> str:
    """A code as it is, or the code of a name; says where a code is in no registry.

    Raises:
        VocabularyError: It is neither; the message says what may be meant.
    """
    from isogloss.data.language import USUAL, is_registered, language_code

    if text in USUAL:  # which needs nothing else to be loaded
        return text
    from isogloss.data.errors import VocabularyError
    from isogloss.data.sources.offers import known_language

    try:
        if is_registered(language_code(text)):
            return text
    except VocabularyError:
        return known_language(text)
    try:
        return known_language(text)
    except VocabularyError as error:  # it has the form of a code
        warn([f"taken as it is: {error}"])
        return text


def completed(ctx: Any, incomplete: str) -> Iterable[tuple[str, str]]:
    """Codes with their names for a shell: those of the graph, where the command has one that is there."""
    from isogloss.data.language import language_name

    codes = _of_graph(ctx) or _of_catalogue()
    return [(code, language_name(code)) for code in codes if code.startswith(incomplete)]


LANGUAGE: dict[str, Any] = {"parser": spoken, "metavar": "LANG", "autocompletion": completed}


def graph_of(ctx: Any) -> Path | None:
    """The graph that a verb of `isogloss kg` would read, where it is a file that is there."""
    if "kg" not in ctx.command_path.split():
        return None
    path = Path(str(ctx.params.get("graph") or os.environ.get("ISOGLOSS_GRAPH") or GRAPH))
    return path if path.is_file() else None


def _of_graph(ctx: Any) -> tuple[str, ...]:
    path = graph_of(ctx)
    if path is None:
        return ()
    from isogloss.kg.graph import open_graph

    with open_graph(path) as graph:
        return graph.languages()


def _of_catalogue() -> list[str]:
    from isogloss.data.sources.catalogue import collections

    return sorted(set().union(*(collection.languages for collection in collections().values())))
