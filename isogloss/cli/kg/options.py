"""Options that the verbs of `isogloss kg` share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from isogloss.cli.languages import GRAPH, LANGUAGE, graph_of

Here = GRAPH
MOST = 20  # words that a shell offers in each language; round number

GraphFile = Annotated[
    str,  # not a path, which would take slashes from a URL
    typer.Option(
        "--graph", envvar="ISOGLOSS_GRAPH", help="Graph file, or URL of a PostgreSQL database.", show_default=True
    ),
]
Licences = Annotated[
    list[str] | None,
    typer.Option(
        "--licence",
        help="Use only sources under this SPDX licence or class: open, sharealike, noncommercial. May be repeated.",
        show_default=False,
    ),
]
Lang = Annotated[str, typer.Option("--lang", help="Language of the word, such as en.", show_default=False, **LANGUAGE)]
From = Annotated[str, typer.Option("--from", help="Language of the word, such as en.", show_default=False, **LANGUAGE)]
To = Annotated[
    str, typer.Option("--to", help="Language of the translations, such as fr.", show_default=False, **LANGUAGE)
]
MayFrom = Annotated[
    str | None, typer.Option("--from", help="Language of the headwords.", show_default=False, **LANGUAGE)
]
MayTo = Annotated[
    str | None, typer.Option("--to", help="Language of the translations.", show_default=False, **LANGUAGE)
]
Count = Annotated[int, typer.Option("-k", min=1, help="Number of answers per word.")]
MinScore = Annotated[float, typer.Option("--min-score", min=0, max=1, help="Drop answers below this score.")]
Explain = Annotated[
    bool,
    typer.Option("--explain", help="Print the three strongest paths of each answer with sources, score and licence."),
]
AllEvidence = Annotated[bool, typer.Option("--all-evidence", help="Like --explain, with every path and source.")]


def completed_word(ctx: Any, incomplete: str) -> Iterator[str]:
    """Words of the graph for a shell, in the language that was given before, or else in any."""
    from isogloss.kg.graph import open_graph

    path = graph_of(ctx)
    if path is None or not incomplete:
        return
    with open_graph(path) as graph:
        given = ctx.params.get("source") or ctx.params.get("lang")
        for language in [given] if given in graph.languages() else graph.languages():
            words = (entry.word for entry in graph.search(incomplete, language, k=MOST))
            yield from (word for word in words if word.startswith(incomplete))


OneWord = Annotated[str, typer.Argument(help="The word.", show_default=False, autocompletion=completed_word)]
MayWord = Annotated[str | None, typer.Argument(help="The word.", show_default=False, autocompletion=completed_word)]
