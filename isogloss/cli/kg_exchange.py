"""More verbs of `isogloss kg`: path, vectors, analogy, diff, merge."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from isogloss.cli.answers import path_as_json, route
from isogloss.cli.console import complain, note, print_json, print_rows, progress, warn
from isogloss.cli.kg import From, GraphFile, Here, Licences, To, app
from isogloss.cli.options import Json

__all__ = ["app"]


@app.command(name="path")
def path_(
    word: Annotated[str, typer.Argument(help="Where the paths begin.", show_default=False)],
    other: Annotated[str, typer.Argument(help="Where they end.", show_default=False)],
    source: From,
    target: To,
    k: Annotated[int, typer.Option("-k", min=1, help="Paths at most.")] = 3,
    steps: Annotated[int, typer.Option(min=1, help="Edges of a path at most.")] = 4,
    licence: Licences = None,
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Print the best ways from one word to another: rank, score, licence, path."""
    from isogloss.kg.graph import open_graph

    with open_graph(graph) as words:
        found = words.paths((word, source), (other, target), k=k, most_steps=steps, licences=licence)
    if json:
        print_json([path_as_json(each) for each in found])
    else:
        print_rows((rank, each.score, each.licence or "unknown", route(each)) for rank, each in enumerate(found, 1))
    if not found:
        complain(f"no path of {steps} steps or fewer from {word!r} to {other!r} in {graph}; try more --steps")
        raise typer.Exit(1)


@app.command()
def vectors(
    file: Annotated[Path, typer.Argument(help="A file of word vectors.", show_default=False)],
    lang: Annotated[str, typer.Option("--lang", help="Language of its words.", show_default=False)],
    max_vocab: Annotated[int, typer.Option(min=1, help="Only so many words, the most frequent.")] = 200_000,
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Join a file of word vectors to the words of a graph: analogies need it, and frequency ranks come from it."""
    from isogloss.data.reading import read_vectors
    from isogloss.kg.graph import open_graph

    with open_graph(graph, write=True, create=False) as words:
        words.language_number(lang)
        read = read_vectors(file, lang, max_vocab=max_vocab, progress=progress)
        joined = words.link_vectors(read)
    note(f"{graph}: {joined:,} {lang} words have one of the {len(read):,} vectors of {file}")
    if json:
        print_json({"graph": str(graph), "language": lang, "joined": joined, "vectors": len(read)})


@app.command()
def analogy(
    a: Annotated[str, typer.Argument(help="A word.", show_default=False)],
    b: Annotated[str, typer.Argument(help="What it is to.", show_default=False)],
    c: Annotated[str, typer.Argument(help="The word whose counterpart is sought.", show_default=False)],
    source: Annotated[str, typer.Option("--from", help="Language of A and B.", show_default=False)],
    target: Annotated[str, typer.Option("--to", help="Language of the answers.", show_default=False)],
    third: Annotated[
        str | None, typer.Option("--third", help="Language of C.", show_default="that of the answers")
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, help="Answers at most.")] = 10,
    aligned: Annotated[
        bool, typer.Option("--aligned", help="The vectors share a space already, as `lexicon map` writes them.")
    ] = False,
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Complete "A is to B as C is to …" across languages, by the vectors joined to the words: rank, word, cosine."""
    from isogloss.kg.graph import open_graph

    with open_graph(graph) as words:
        found = words.analogy(a, b, c, source, target, third=third, k=k, aligned=aligned, progress=progress)
    if json:
        print_json(asdict(found))
    else:
        print_rows((rank, each.word, each.score) for rank, each in enumerate(found.answers, 1))
    for language, count in found.seeds.items():
        note(f"{count:,} translations turned the {language} vectors ({found.licence or 'licence unknown'})")


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="A graph.", show_default=False)],
    new: Annotated[Path, typer.Argument(help="Another graph.", show_default=False)],
    counts: Annotated[bool, typer.Option("--counts", help="Only how many for each language and pair.")] = False,
    json: Json = False,
) -> None:
    """Print words gained and lost by language, and translations gained, lost and changed by pair, from OLD to NEW.

    Columns are gained, lost or changed; language and word; for translations language and word again, old and new
    weight.
    """
    from isogloss.kg.difference import different_pairs, different_words
    from isogloss.kg.graph import open_graph

    with open_graph(old) as before, open_graph(new) as after:
        words = list(different_words(before, after))
        pairs = different_pairs(before, after)
        if json:
            print_json(
                {
                    "words": [vars(each) for each in words],
                    "pairs": [
                        {
                            "source": each.source,
                            "target": each.target,
                            **{kind: each.count(kind) for kind in ("gained", "lost", "changed")},
                            "changes": [{"kind": change.kind, **vars(change)} for change in each.changes],
                        }
                        for each in pairs
                    ],
                }
            )
        elif counts:
            print_rows(
                (kind, each.language, len(listed))
                for each in words
                for kind, listed in (("gained", each.gained), ("lost", each.lost))
                if listed
            )
            print_rows(
                (kind, each.source, each.target, each.count(kind))
                for each in pairs
                for kind in ("gained", "lost", "changed")
                if each.count(kind)
            )
        else:
            for kind in ("gained", "lost"):
                print_rows((kind, each.language, word) for each in words for word in getattr(each, kind))
            for each in pairs:
                print_rows(
                    (change.kind, each.source, change.source, each.target, change.target, change.old, change.new)
                    for change in each.changes
                )


@app.command()
def merge(
    graphs: Annotated[list[Path], typer.Argument(help="Graphs to add.", show_default=False)],
    graph: GraphFile = Here,
    json: Json = False,
) -> None:
    """Add all that other graphs hold, with sources, runs and evidence, to a graph, which is made if there is none."""
    from isogloss.kg.difference import merge as merge_graphs
    from isogloss.kg.graph import open_graph

    taken = {}
    with open_graph(graph, write=True) as words:
        for each in graphs:
            with open_graph(each) as other:
                taken[str(each)] = added = merge_graphs(words, other, progress=progress)
            warn(f"{each}: left out {count:,}: {reason}" for reason, count in added.dropped.items())
    for name, added in taken.items():
        note(f"{graph}: {added.pairs:,} edges of {name} are in")
    if json:
        print_json({"graph": str(graph), "edges": {name: added.pairs for name, added in taken.items()}})
