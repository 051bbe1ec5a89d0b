"""Verbs of `isogloss kg` about words: translate, synonyms, lookup, neighbors, concept, path, analogy."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from isogloss.cli.console import complain, note, print_json, print_rows, progress, warn
from isogloss.cli.kg.options import (
    Count,
    Explain,
    From,
    GraphFile,
    Here,
    Lang,
    Licences,
    MinScore,
    OneWord,
    To,
)
from isogloss.cli.kg.rendering import claim_as_json, names, path_as_json, render, route
from isogloss.cli.options import Json

if TYPE_CHECKING:
    from isogloss.data.translation import Translation


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


def lookup(
    word: OneWord,
    lang: Lang,
    k: Annotated[int, typer.Option("-k", min=1, help="Words to list at most, with --search.")] = 20,
    search: Annotated[bool, typer.Option("--search", help="List words that begin with WORD or hold it.")] = False,
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Print the entries of a word: word, language, part of speech, frequency rank."""
    from isogloss.kg.graph import open_graph

    with open_graph(graph) as words:
        found = words.search(word, lang, k=k) if search else words.lookup(word, lang)
    rows = [(entry.word, entry.language, entry.pos, entry.freq_rank) for entry in found]
    if json:
        print_json([dict(zip(("word", "language", "pos", "freq_rank"), row, strict=True)) for row in rows])
    else:
        print_rows(rows)
    if not rows:
        complain(f"no {lang} word of {graph} holds {word!r}; parts of three letters or more are found anywhere")
        raise typer.Exit(1)


def neighbors(
    word: OneWord,
    lang: Lang,
    k: Annotated[int | None, typer.Option("-k", min=1, help="At most so many.", show_default="all")] = None,
    licence: Licences = None,
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Print every word that has an edge to WORD: relation, language, word, weight, sources."""
    from isogloss.kg.graph import open_graph

    with open_graph(graph) as words:
        found = words.neighbors(word, lang, k=k, licences=licence)
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
        found = words.paths((word, source), (other, target), k=k, max_steps=steps, licences=licence)
    if json:
        print_json([path_as_json(each) for each in found])
    else:
        print_rows((rank, each.score, each.licence or "unknown", route(each)) for rank, each in enumerate(found, 1))
    if not found:
        complain(f"no path of {steps} steps or fewer from {word!r} to {other!r} in {graph}; try more --steps")
        raise typer.Exit(1)


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


def _shown(words: list[str]) -> str:
    return repr(words[0]) if len(words) == 1 else f"any of {len(words)} words"


def _hint(direct: bool, via: list[str] | None, min_score: float, licences: list[str] | None) -> str:
    """What to loosen."""
    limits = {"--direct": direct, "--via": via, "--min-score": min_score, "--licence": licences}
    used = [name for name, value in limits.items() if value]
    if used:
        return f"try without {' and '.join(used)}"
    return "'isogloss kg stats' shows which languages are linked; more dictionaries come in with 'isogloss kg import'"
