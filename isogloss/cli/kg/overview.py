"""Verbs of `isogloss kg` about a graph as a whole: languages, stats."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isogloss.cli.console import note, print_json, print_rows
from isogloss.cli.kg.options import GraphFile, Here
from isogloss.cli.options import Force, Json
from isogloss.kg.as_json import stats_as_json

if TYPE_CHECKING:
    from isogloss.kg.results import Stats

LARGEST = 10  # languages, sources and pairs that stats prints; round number


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
    matrix: Annotated[
        bool, typer.Option("--matrix", help="Print all languages and sources, and a matrix of all language pairs.")
    ] = False,
    force: Force = False,
    graph: GraphFile = Here,
) -> None:
    """Print languages, sources with licences, edges by relation, and translations by language pair, largest first.

    Of languages, sources and pairs the ten largest are printed.

    Quality is set by "isogloss kg set-quality". Confirmed is the share of translations that another source states,
    too, among those whose words another source has; it is estimated from a sample.

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
    _print_tables(statistics, None if matrix else LARGEST)


def _print_tables(statistics: Stats, most: int | None) -> None:
    """Languages, sources and pairs of languages, ``most`` of each, or all of them with a matrix."""
    languages = sorted(statistics.languages, key=lambda language: (-language.entries, language.code))
    sources = sorted(statistics.sources, key=lambda source: (-source.edges, source.name))
    pairs = sorted(statistics.coverage.items(), key=lambda item: (-item[1], item[0]))
    print()
    print_rows(
        ((language.code, language.name, language.script, language.entries) for language in languages[:most]),
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
            for s in sources[:most]
        ),
        header=("source", "licence", "class", "kind", "edges", "address", "quality", "confirmed"),
    )
    for source in sources:
        if source.one_with:
            note(f"{source.name} has nearly the translations of {source.one_with}: both count as one source")
    print()
    if most is None or len(languages) <= most:
        _print_matrix(statistics, [language.code for language in languages])
        pairs = []
    else:
        print_rows(((a, b, count) for (a, b), count in pairs[:most]), header=("source", "target", "translations"))
    counts = {"languages": len(languages), "sources": len(sources), "language pairs": len(pairs)}
    if hidden := [f"{count - most:,} more {noun}" for noun, count in counts.items() if most and count > most]:
        note(f"not shown: {', '.join(hidden)}; --matrix prints all")


def _print_matrix(statistics: Stats, codes: list[str]) -> None:
    cells = [[statistics.coverage.get((min(a, b), max(a, b)), "") if a != b else "·" for b in codes] for a in codes]
    print_rows(([code, *row] for code, row in zip(codes, cells, strict=True)), header=("translations", *codes))


def _share(confirmed: float | None) -> str:
    return "-" if confirmed is None else f"{confirmed:.2f}"
