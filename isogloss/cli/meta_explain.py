"""A verb of `isogloss meta` that says why: explain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isogloss.cli.console import print_json, progress
from isogloss.cli.meta import SourceVectors, TargetVectors, _vectors, app
from isogloss.cli.options import Cache, Json

__all__ = ["app", "explain"]


@app.command()
def explain(
    model: Annotated[Path, typer.Argument(help="A folder that `meta train` wrote.", show_default=False)],
    word: Annotated[str, typer.Argument(help="A word of the source language.", show_default=False)],
    source_lang: Annotated[str, typer.Option(help="Code of the language to translate from.", show_default=False)],
    target_lang: Annotated[str, typer.Option(help="Code of the language to translate to.", show_default=False)],
    seeds: Annotated[Path, typer.Option(help="Known word pairs, ten or more.", show_default=False)],
    candidate: Annotated[
        str | None,
        typer.Option("--as", help="A translation to explain, proposed or not.", show_default="the surest"),
    ] = None,
    source_vectors: SourceVectors = None,
    target_vectors: TargetVectors = None,
    features: Annotated[int, typer.Option(min=0, help="Features to show.")] = 8,
    near: Annotated[int, typer.Option(min=0, help="Seeds to show.")] = 5,
    max_vocab: Annotated[int, typer.Option(min=1, help="Most frequent words of each language to use.")] = 20_000,
    graph: Annotated[
        Path | None, typer.Option(help="Also show the paths of this graph file.", show_default=False)
    ] = None,
    cache: Cache = None,
    json: Json = False,
) -> None:
    """Say why a word is translated so: features, nearest seeds, past tasks from memory, paths of the graph."""
    from isogloss.data.language import language_code
    from isogloss.data.reading import read_dictionary
    from isogloss.kg.graph import open_graph
    from isogloss.meta.adaptation import adapt_to_language
    from isogloss.meta.checkpoint import load
    from isogloss.meta.explanation import explain as explained

    checkpoint = load(model)
    source = _vectors(language_code(source_lang), source_vectors, max_vocab, cache)
    target = _vectors(language_code(target_lang), target_vectors, max_vocab, cache)
    known = read_dictionary(seeds, source.language, target.language)
    adapted = adapt_to_language(checkpoint, source, target, known, progress=progress)
    if graph is None:
        found = explained(adapted, word, candidate, seeds=near)
    else:
        with open_graph(graph) as words:
            found = explained(adapted, word, candidate, graph=words, seeds=near)
    if json:
        print_json(found.as_json())
        return
    print("\n".join(found.lines(features)))
