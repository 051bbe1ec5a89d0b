"""Verbs of `isogloss kg` about a graph as a whole: languages, stats."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isogloss.cli.console import print_json, print_rows
from isogloss.cli.kg.options import (
    GraphFile,
    Here,
)
from isogloss.cli.options import Force, Json
from isogloss.kg.as_json import stats_as_json


def languages(json: Json = False, graph: GraphFile = Here) -> None:
    """Print the languages of a graph: code, name, script, words.

    Example: isogloss kg languages
    """
    from isogloss.kg.graph import open_graph

    with open_graph(graph) as words:
        summaries = words.stats().languages
    rows = [(language.code, language.name, language.script, language.entries) for language in summaries]
    if json:
        print_json([dict(zip(("code", "name", "script", "entries"), row, strict=True)) for row in rows])
    else:
        print_rows(rows)


def stats(
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw the numbers of translations by language pair: .png, .svg or .pdf.", show_default=False),
    ] = None,
    json: Json = False,
    force: Force = False,
    graph: GraphFile = Here,
) -> None:
    """Print languages, sources with licences, edges by relation, and translations by language pair.

    Quality is what "isogloss kg set-quality" sets; confirmed is the share of the source's translations that another
    source states, too, of those that one could, estimated from a sample.

    Example: isogloss kg stats --plot coverage.svg
    """
    from isogloss.kg.graph import open_graph

    with open_graph(graph) as words:
        statistics = words.stats()
    if plot is not None:
        from isogloss.kg.drawing import draw_coverage

        draw_coverage(statistics, plot, force=force)
    if json:
        print_json(stats_as_json(statistics))
        return
    print_rows(
        [
            ("entries", statistics.entries),
            ("edges", statistics.edges),
            ("concepts", statistics.concepts),
            ("bytes", statistics.bytes),
            *((f"relation {name}", count) for name, count in statistics.relations.items()),
        ]
    )
    print()
    print_rows(
        ((language.code, language.name, language.script, language.entries) for language in statistics.languages),
        header=("language", "name", "script", "entries"),
    )
    print()
    print_rows(
        (
            (
                s.name,
                s.licence or "unknown",
                s.licence_class,
                s.kind,
                s.edges,
                s.url,
                f"{s.quality:g}",
                _share(s.confirmed),
            )
            for s in statistics.sources
        ),
        header=("source", "licence", "class", "kind", "edges", "address", "quality", "confirmed"),
    )
    print()
    codes = [language.code for language in statistics.languages]
    matrix = [[statistics.coverage.get((min(a, b), max(a, b)), "") if a != b else "·" for b in codes] for a in codes]
    print_rows(
        ([code, *row] for code, row in zip(codes, matrix, strict=True)),
        header=("translations", *codes),
    )


def _share(confirmed: float | None) -> str:
    return "-" if confirmed is None else f"{confirmed:.2f}"
