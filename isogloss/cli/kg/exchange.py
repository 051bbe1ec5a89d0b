"""Verbs of `isogloss kg` that take in or give out: import, export, vectors, diff, merge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isogloss.cli.console import note, print_json, print_rows, progress, warn
from isogloss.cli.kg.options import GraphFile, Here, Licences, MayFrom, MayTo
from isogloss.cli.languages import LANGUAGE
from isogloss.cli.options import Force, Json
from isogloss.data.addresses import masked
from isogloss.data.limits import MAX_VOCAB

EXPORTED = "tsv, jsonl, muse, stardict, tbx, tbx3, tmx, wn-lmf, ntriples, turtle, graphml or gexf."


def import_(
    file: Annotated[Path, typer.Argument(help="Dictionary, lexicon or exported graph.", show_default=False)],
    format: Annotated[
        str | None,
        typer.Option(
            help="jsonl, kaikki, ontolex, wn-lmf, stardict, apertium, freedict, cldr, tmx, tbx, jmdict, edict, "
            "conceptnet, ding, json, tsv or muse.",
            show_default="detected from the content",
        ),
    ] = None,
    source: MayFrom = None,
    target: MayTo = None,
    source_name: Annotated[
        str | None, typer.Option(help="Name of the source.", show_default="as the file says")
    ] = None,
    licence: Annotated[
        str | None, typer.Option(help="SPDX licence of the source.", show_default="as the file says")
    ] = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Import even if more rows are skipped than read.")] = False,
    graph: GraphFile = Here,
    json: Json = False,
) -> None:
    """Import a dictionary, a lexicon or an exported graph into a graph, which is created if missing.

    Example: isogloss kg import eng-fra.tei --from en --to fr --graph words.db
    """
    from isogloss.data.dictionary_formats.file_names import languages_named
    from isogloss.kg.correcting import extended
    from isogloss.kg.exchange.importing import FORMATS, import_file

    if format is not None and format not in FORMATS:
        raise typer.BadParameter(f"{format!r} is none of {', '.join(FORMATS)}", param_hint="--format")
    added = extended(
        graph,
        file,
        lambda words: import_file(
            words,
            file,
            format=format,
            source=source,
            target=target,
            name=source_name,
            licence=licence,
            anyway=anyway,
            progress=progress,
        ),
    )
    warn(f"left out {count:,}: {reason}" for reason, count in added.dropped.items())
    named = languages_named(file)
    if named and source and target and {*named} != {source, target}:
        warn([f"its name says {named[0]} and {named[1]}, and it was read as {source} and {target}"])
    languages = " from {} to {}, as its name says,".format(*added.languages) if added.languages else ""
    note(f"{masked(graph)}: {added.pairs:,} pairs of {file}{languages} imported")
    if json:
        print_json({"graph": masked(graph), "pairs": added.pairs, "dropped": dict(added.dropped)})


def export(
    out: Annotated[Path, typer.Argument(help="Output file.", show_default=False)],
    format: Annotated[str, typer.Option(help=EXPORTED, show_default=False)],
    source: MayFrom = None,
    target: MayTo = None,
    licence: Licences = None,
    min_weight: Annotated[float, typer.Option(min=0, max=1, help="Drop edges below this weight.")] = 0.0,
    word: Annotated[
        str | None, typer.Option(help="Export only the subgraph around this word (graphml, gexf).", show_default=False)
    ] = None,
    lang: Annotated[str | None, typer.Option(help="Language of --word.", show_default=False, **LANGUAGE)] = None,
    hops: Annotated[int, typer.Option(min=1, help="Maximum distance from --word, in edges.")] = 2,
    limit: Annotated[int, typer.Option(min=2, help="Maximum number of words in the subgraph.")] = 200,
    graph: GraphFile = Here,
    force: Force = False,
) -> None:
    """Export a graph, or a part of it, with a file that names its sources and licences.

    Example: isogloss kg export en-fr.tsv --format tsv --from en --to fr --licence open
    """
    from isogloss.kg.exchange.exporting import DRAWN, FORMATS, WordSubgraph, export_graph
    from isogloss.kg.exchange.selection import Selection
    from isogloss.kg.graph import open_graph

    if format not in FORMATS:
        raise typer.BadParameter(f"{format!r} is none of {', '.join(FORMATS)}", param_hint="--format")
    if (word is None) != (lang is None) or (word is not None and format not in DRAWN):
        raise typer.BadParameter("--word and --lang go together, and with graphml or gexf", param_hint="--word")
    around = WordSubgraph(word, lang, hops, limit) if word is not None and lang is not None else None
    selection = Selection(source, target, licence, min_weight)
    with open_graph(graph) as words:
        written = export_graph(words, out, format, selection, around=around, force=force)
    warn(f"left out {count:,}: {reason}" for reason, count in written.left_out.items())
    if written.without_room:
        note(f"{format} has no room for: {', '.join(written.without_room)}")
    note(f"{out}: {written.edges:,} edges; sources and licences are in {written.attribution}")


def vectors(
    file: Annotated[Path, typer.Argument(help="File of word vectors.", show_default=False)],
    lang: Annotated[
        str, typer.Option("--lang", help="Language of the vectors, such as en.", show_default=False, **LANGUAGE)
    ],
    max_vocab: Annotated[int, typer.Option(min=1, help="Number of most frequent words to use.")] = MAX_VOCAB,
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Link word vectors to the words of a graph, for analogies, vector similarity and frequency ranks.

    Example: isogloss kg vectors wiki.fr.vec --lang fr
    """
    from isogloss.data.reading import read_vectors
    from isogloss.kg.graph import open_graph

    with open_graph(graph, write=True, create=False) as words:
        words.language_number(lang)
        read = read_vectors(file, lang, max_vocab=max_vocab, progress=progress)
        joined = words.link_vectors(read)
    note(f"{masked(graph)}: {joined:,} {lang} words linked to the {len(read):,} vectors of {file}")
    if json:
        print_json({"graph": masked(graph), "language": lang, "joined": joined, "vectors": len(read)})


def diff(
    old: Annotated[str, typer.Argument(help="Old graph.", show_default=False)],
    new: Annotated[str, typer.Argument(help="New graph.", show_default=False)],
    counts: Annotated[bool, typer.Option("--counts", help="Print counts by language and language pair only.")] = False,
    json: Json = False,
) -> None:
    """Compare two graphs: words gained and lost by language, translations gained, lost and changed by language pair.

    Columns are gained, lost or changed; language and word; for translations language and word again, old and new
    weight.

    Example: isogloss kg diff old.db new.db --counts
    """
    from isogloss.kg.exchange.difference import different_pairs, different_words
    from isogloss.kg.graph import open_graph

    with open_graph(old) as before, open_graph(new) as after:
        words = list(different_words(before, after))
        pairs = different_pairs(before, after)
        if json:
            print_json(
                {
                    "words": [vars(vocabulary) for vocabulary in words],
                    "pairs": [
                        {
                            "source": pair.source,
                            "target": pair.target,
                            **{kind: pair.count(kind) for kind in ("gained", "lost", "changed")},
                            "changes": [{"kind": change.kind, **vars(change)} for change in pair.changes],
                        }
                        for pair in pairs
                    ],
                }
            )
        elif counts:
            print_rows(
                (kind, vocabulary.language, len(listed))
                for vocabulary in words
                for kind, listed in (("gained", vocabulary.gained), ("lost", vocabulary.lost))
                if listed
            )
            print_rows(
                (kind, pair.source, pair.target, pair.count(kind))
                for pair in pairs
                for kind in ("gained", "lost", "changed")
                if pair.count(kind)
            )
        else:
            for kind in ("gained", "lost"):
                print_rows(
                    (kind, vocabulary.language, word) for vocabulary in words for word in getattr(vocabulary, kind)
                )
            for pair in pairs:
                print_rows(
                    (change.kind, pair.source, change.source, pair.target, change.target, change.old, change.new)
                    for change in pair.changes
                )


def merge(
    graphs: Annotated[list[str], typer.Argument(help="Graphs to merge into --graph.", show_default=False)],
    graph: GraphFile = Here,
    json: Json = False,
) -> None:
    """Merge other graphs, with sources, runs and evidence, into a graph, which is created if missing.

    Example: isogloss kg merge a.db b.db --graph all.db
    """
    from isogloss.kg.exchange.difference import merge as merge_graphs
    from isogloss.kg.graph import open_graph

    added_by_file = {}
    with open_graph(graph, write=True) as words:
        for place in graphs:
            with open_graph(place) as other:
                added_by_file[masked(place)] = added = merge_graphs(words, other, progress=progress)
            warn(f"{masked(place)}: left out {count:,}: {reason}" for reason, count in added.dropped.items())
    for name, added in added_by_file.items():
        note(f"{masked(graph)}: {added.pairs:,} edges of {name} added")
    if json:
        print_json({"graph": masked(graph), "edges": {name: added.pairs for name, added in added_by_file.items()}})
