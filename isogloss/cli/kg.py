"""Verbs of `isogloss kg`: import, export, translate, synonyms, lookup, neighbors, concept, languages, stats."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isogloss.cli.answers import claim_as_json, names, render, stats_as_json
from isogloss.cli.console import complain, note, print_json, print_rows, progress, warn
from isogloss.cli.options import Force, Json

if TYPE_CHECKING:
    from isogloss.kg.answers import Translation

app = typer.Typer(name="kg", help="The graph of words in many languages: fill it, ask it.", no_args_is_help=True)

EXPORTED = "tsv, jsonl, muse, stardict, tbx, tmx, wn-lmf, ntriples, turtle, graphml or gexf."
GraphFile = Annotated[Path, typer.Option("--graph", envvar="ISOGLOSS_GRAPH", help="The graph file.", show_default=True)]
Here = Path("isogloss.db")
Licences = Annotated[
    list[str] | None,
    typer.Option(
        "--licence",
        help="Only what these SPDX licences cover, or a class: open, sharealike, noncommercial. May come again.",
        show_default=False,
    ),
]
Lang = Annotated[str, typer.Option("--lang", help="Language of the word.", show_default=False)]
From = Annotated[str, typer.Option("--from", help="Language of the word.", show_default=False)]
To = Annotated[str, typer.Option("--to", help="Language of the translations.", show_default=False)]
MayFrom = Annotated[str | None, typer.Option("--from", help="Language of the headwords.", show_default=False)]
MayTo = Annotated[str | None, typer.Option("--to", help="Language of the translations.", show_default=False)]
Count = Annotated[int, typer.Option("-k", min=1, help="Answers for each word.")]
MinScore = Annotated[float, typer.Option("--min-score", min=0, max=1, help="Leave out what scores less.")]
Explain = Annotated[bool, typer.Option("--explain", help="Show every path with its sources, score and licence.")]
OneWord = Annotated[str, typer.Argument(help="The word.", show_default=False)]


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="A dictionary, a lexicon or an exported graph.", show_default=False)],
    format: Annotated[
        str | None,
        typer.Option(
            help="jsonl, kaikki, ontolex, wn-lmf, stardict, apertium, freedict, cldr, tsv or muse.",
            show_default="found out from the content",
        ),
    ] = None,
    source: MayFrom = None,
    target: MayTo = None,
    source_name: Annotated[
        str | None, typer.Option(help="What the source is called.", show_default="the file's word for it")
    ] = None,
    licence: Annotated[
        str | None, typer.Option(help="Its SPDX licence.", show_default="the file's word for it")
    ] = None,
    graph: GraphFile = Here,
    json: Json = False,
) -> None:
    """Add a dictionary or an exported graph to a graph, which is made if there is none."""
    from isogloss.kg.exchange.importing import FORMATS, import_file
    from isogloss.kg.graph import open_graph

    if format is not None and format not in FORMATS:
        raise typer.BadParameter(f"{format!r} is none of {', '.join(FORMATS)}", param_hint="--format")
    with open_graph(graph, write=True) as words:
        added = import_file(
            words,
            file,
            format=format,
            source=source,
            target=target,
            name=source_name,
            licence=licence,
            progress=progress,
        )
    warn(f"left out {count:,}: {reason}" for reason, count in added.dropped.items())
    note(f"{graph}: {added.pairs:,} pairs of {file} are in")
    if json:
        print_json({"graph": str(graph), "pairs": added.pairs, "dropped": dict(added.dropped)})


@app.command(name="export")
def export(
    out: Annotated[Path, typer.Argument(help="The file to write.", show_default=False)],
    format: Annotated[str, typer.Option(help=EXPORTED, show_default=False)],
    source: MayFrom = None,
    target: MayTo = None,
    licence: Licences = None,
    min_weight: Annotated[float, typer.Option(min=0, max=1, help="Leave out what weighs less.")] = 0.0,
    word: Annotated[
        str | None, typer.Option(help="GraphML, GEXF: only what is round this word.", show_default=False)
    ] = None,
    lang: Annotated[str | None, typer.Option(help="Language of --word.", show_default=False)] = None,
    hops: Annotated[int, typer.Option(min=1, help="How far round the word.")] = 2,
    limit: Annotated[int, typer.Option(min=2, help="The most words round the word.")] = 200,
    graph: GraphFile = Here,
    force: Force = False,
) -> None:
    """Write a graph, or a part of it, and beside it a file that names its sources and licences."""
    from isogloss.kg.exchange.exporting import DRAWN, FORMATS, Around, export_graph
    from isogloss.kg.exchange.selection import Selection
    from isogloss.kg.graph import open_graph

    if format not in FORMATS:
        raise typer.BadParameter(f"{format!r} is none of {', '.join(FORMATS)}", param_hint="--format")
    if (word is None) != (lang is None) or (word is not None and format not in DRAWN):
        raise typer.BadParameter("--word and --lang go together, and with graphml or gexf", param_hint="--word")
    around = Around(word, lang, hops, limit) if word is not None and lang is not None else None
    selection = Selection(source, target, licence, min_weight)
    with open_graph(graph) as words:
        written = export_graph(words, out, format, selection, around=around, force=force)
    warn(f"left out {count:,}: {reason}" for reason, count in written.left_out.items())
    note(f"{out}: {written.edges:,} edges; sources and licences are in {written.attribution}")


@app.command()
def translate(
    source: From,
    target: To,
    word: Annotated[str | None, typer.Argument(help="The word.", show_default=False)] = None,
    words: Annotated[
        typer.FileText | None,
        typer.Option(
            help="A file of words, one a line; - reads them from stdin.",
            encoding="utf-8",
            errors="replace",
            show_default=False,
        ),
    ] = None,
    k: Count = 10,
    via: Annotated[
        list[str] | None,
        typer.Option(help="Only through a word of this language. May come again.", show_default=False),
    ] = None,
    direct: Annotated[bool, typer.Option("--direct", help="Only what a source says itself, without a pivot.")] = False,
    min_score: MinScore = 0.0,
    licence: Licences = None,
    explain: Explain = False,
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Print what WORD means in another language, surest first: word, rank, translation, score, licence."""
    if (word is None) == (words is None):
        raise typer.BadParameter("give either a word or --words FILE", param_hint="WORD")
    if direct and via:
        raise typer.BadParameter("--direct and --via exclude each other", param_hint="--via")
    from isogloss.data.errors import VocabularyError
    from isogloss.kg.graph import open_graph

    asked = [word] if word is not None else [line.strip() for line in words or () if line.strip()]
    found: dict[str, list[Translation]] = {}
    with open_graph(graph) as known:
        for language in (source, target, *(via or ())):
            known.language_number(language)
        for each in dict.fromkeys(asked):
            try:
                found[each] = known.translate(
                    each, source, target, k=k, via=via, min_score=min_score, licences=licence, pivots=not direct
                )
            except VocabularyError as error:
                if word is not None:
                    raise
                warn([str(error)])
                found[each] = []
    render(found, explain=explain, json=json)
    if not any(found.values()):
        complain(f"no {target} translation of {_shown(asked)} in {graph}; {_hint(direct, via, min_score, licence)}")
        raise typer.Exit(1)


@app.command()
def synonyms(
    word: OneWord,
    lang: Lang,
    k: Count = 10,
    min_score: MinScore = 0.0,
    licence: Licences = None,
    explain: Explain = False,
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Print words of the same language that mean the same: given as such, or translated alike."""
    from isogloss.kg.graph import open_graph

    with open_graph(graph) as words:
        found = words.synonyms(word, lang, k=k, min_score=min_score, licences=licence)
    render({word: found}, explain=explain, json=json)
    if not found:
        complain(f"no synonym of {word!r} in {graph}; {_hint(False, None, min_score, licence)}")
        raise typer.Exit(1)


@app.command()
def lookup(
    word: OneWord,
    lang: Lang,
    most: Annotated[int, typer.Option("-k", min=1, help="Words to list at most, with --search.")] = 20,
    search: Annotated[bool, typer.Option("--search", help="List words that begin with WORD or hold it.")] = False,
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Print the entries of a word: word, language, part of speech, frequency rank."""
    from isogloss.kg.graph import open_graph

    with open_graph(graph) as words:
        found = words.search(word, lang, most=most) if search else words.lookup(word, lang)
    rows = [(entry.word, entry.language, entry.pos, entry.freq_rank) for entry in found]
    if json:
        print_json([dict(zip(("word", "language", "pos", "freq_rank"), row, strict=True)) for row in rows])
    else:
        print_rows(rows)
    if not rows:
        complain(f"no {lang} word of {graph} holds {word!r}; parts of three letters or more are found anywhere")
        raise typer.Exit(1)


@app.command()
def neighbors(
    word: OneWord,
    lang: Lang,
    most: Annotated[int | None, typer.Option("-k", min=1, help="At most so many.", show_default="all")] = None,
    licence: Licences = None,
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Print every word that has an edge to WORD: relation, language, word, weight, sources."""
    from isogloss.kg.graph import open_graph

    with open_graph(graph) as words:
        found = words.neighbours(word, lang, most=most, licences=licence)
    if json:
        print_json(
            [
                {
                    "relation": near.relation,
                    "language": near.word.language,
                    "word": near.word.word,
                    "weight": near.weight,
                    "claims": [claim_as_json(claim) for claim in near.claims],
                }
                for near in found
            ]
        )
    else:
        print_rows(
            (near.relation, near.word.language, near.word.word, near.weight, names(near.claims)) for near in found
        )
    if not found:
        complain(f"{word!r} has no edge in {graph} under these licences; try without --licence")
        raise typer.Exit(1)


@app.command()
def concept(word: OneWord, lang: Lang, json: Json = False, graph: GraphFile = Here) -> None:
    """Print the concepts of a word with all their words: concept, language, words."""
    from isogloss.kg.graph import open_graph

    with open_graph(graph) as words:
        found = words.concepts(word, lang)
    if json:
        print_json(found)
    else:
        print_rows((key, code, ", ".join(shared)) for key, members in found.items() for code, shared in members.items())
    if not found:
        complain(f"{word!r} belongs to no concept in {graph}; concepts come with sources such as CLDR")
        raise typer.Exit(1)


@app.command()
def languages(json: Json = False, graph: GraphFile = Here) -> None:
    """Print the languages of a graph: code, name, script, words."""
    from isogloss.kg.graph import open_graph

    with open_graph(graph) as words:
        found = words.stats().languages
    rows = [(language.code, language.name, language.script, language.entries) for language in found]
    if json:
        print_json([dict(zip(("code", "name", "script", "entries"), row, strict=True)) for row in rows])
    else:
        print_rows(rows)


@app.command()
def stats(
    plot: Annotated[
        Path | None, typer.Option(help="Draw which languages are linked: .png, .svg or .pdf.", show_default=False)
    ] = None,
    json: Json = False,
    force: Force = False,
    graph: GraphFile = Here,
) -> None:
    """Print languages, sources with licences, edges by relation, and how many translations link which languages."""
    from isogloss.kg.graph import open_graph

    with open_graph(graph) as words:
        found = words.stats()
    if plot is not None:
        from isogloss.kg.drawing import draw_coverage

        draw_coverage(found, plot, force=force)
    if json:
        print_json(stats_as_json(found))
        return
    print_rows(
        [
            ("entries", found.entries),
            ("edges", found.edges),
            ("concepts", found.concepts),
            ("bytes", found.bytes),
            *((f"relation {name}", count) for name, count in found.relations.items()),
        ]
    )
    print()
    print_rows(
        ((each.code, each.name, each.script, each.entries) for each in found.languages),
        header=("language", "name", "script", "entries"),
    )
    print()
    print_rows(
        ((s.name, s.licence or "unknown", s.licence_class, s.kind, s.edges, s.url) for s in found.sources),
        header=("source", "licence", "class", "kind", "edges", "address"),
    )
    print()
    codes = [language.code for language in found.languages]
    matrix = [[found.coverage.get((min(a, b), max(a, b)), "") if a != b else "·" for b in codes] for a in codes]
    print_rows(
        ([code, *row] for code, row in zip(codes, matrix, strict=True)),
        header=("translations", *codes),
    )


def _shown(words: list[str]) -> str:
    return repr(words[0]) if len(words) == 1 else f"any of {len(words)} words"


def _hint(direct: bool, via: list[str] | None, min_score: float, licences: list[str] | None) -> str:
    """What to loosen."""
    limits = {"--direct": direct, "--via": via, "--min-score": min_score, "--licence": licences}
    used = [name for name, value in limits.items() if value]
    if used:
        return f"try without {' and '.join(used)}"
    return "'isogloss kg stats' shows which languages are linked; more dictionaries come in with 'isogloss kg import'"


from isogloss.cli import kg_inference  # noqa: E402, F401 (registers its verbs, which need the options above)
