"""Verbs of `isogloss kg` about words: translate, synonyms, lookup, neighbors, concept, path, analogy."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from isogloss.cli.console import complain, note, print_json, print_rows, progress, warn
from isogloss.cli.kg.options import (
    AllEvidence,
    Count,
    Explain,
    From,
    GraphFile,
    Here,
    Lang,
    Licences,
    MayWord,
    MinScore,
    OneWord,
    To,
)
from isogloss.cli.kg.rendering import EvidenceDetail, names, note_matches, render, route
from isogloss.cli.languages import LANGUAGE
from isogloss.cli.options import Force, Json, lemma_folder
from isogloss.cli.word_lists import STDIN, Failed, MayWordList, check_failed, read_words, write_failed
from isogloss.data.addresses import masked
from isogloss.kg.as_json import neighbor_as_json, path_as_json, word_as_json

if TYPE_CHECKING:
    from isogloss.data.translation import Translation
    from isogloss.kg.graph import Graph


def translate(
    source: From,
    target: To,
    word: MayWord = None,
    words: MayWordList = None,
    failed: Failed = None,
    k: Count = 10,
    via: Annotated[
        list[str] | None,
        typer.Option(
            help="Use only paths through a word of this language. May be repeated.", show_default=False, **LANGUAGE
        ),
    ] = None,
    direct: Annotated[bool, typer.Option("--direct", help="Use only direct translations, without a pivot.")] = False,
    min_score: MinScore = 0.0,
    licence: Licences = None,
    pos: Annotated[
        str | None,
        typer.Option(
            help="Only translations of this part of speech (noun, verb …) or of none known.", show_default=False
        ),
    ] = None,
    sense: Annotated[
        str | None,
        typer.Option(help="Only translations in a sense whose gloss or definition has this text.", show_default=False),
    ] = None,
    explain: Explain = False,
    all_evidence: AllEvidence = False,
    json: Json = False,
    force: Force = False,
    graph: GraphFile = Here,
) -> None:
    """Print translations of WORD, highest score first: word, rank, translation, score, licence.

    Where sources tell senses apart, those of one sense stand together; it is the last column.
    With --words and --json, words without a translation are listed with the reason.

    Example: isogloss kg translate dog --from en --to fr --explain
    """
    if (word is None) == (words is None):
        raise typer.BadParameter("give either a word or --words FILE", param_hint="WORD")
    if direct and via:
        raise typer.BadParameter("--direct and --via exclude each other", param_hint="--via")
    from isogloss.data.errors import VocabularyError
    from isogloss.data.text.parts_of_speech import part_of_speech

    if pos is not None and not part_of_speech(pos):
        raise typer.BadParameter(f"{pos!r} is not a part of speech such as noun, verb or ADJ", param_hint="--pos")
    check_failed(failed, words, force)
    queries = [word] if word is not None else read_words(words or STDIN)
    translations: dict[str, list[Translation]] = {}
    unknown: dict[str, str] = {}
    with _opened(graph) as opened:
        for language in (source, target, *(via or ())):
            opened.language_number(language)
        for query in dict.fromkeys(queries):
            try:
                translations[query] = opened.translate(
                    query,
                    source,
                    target,
                    k=k,
                    via=via,
                    min_score=min_score,
                    licences=licence,
                    pivots=not direct,
                    pos=pos,
                    sense=sense,
                )
            except VocabularyError as error:
                if word is not None:
                    raise
                warn([str(error)])
                translations[query] = []
                suggestions = opened.suggestions(query, source)
                hint = f"; did you mean {', '.join(suggestions)}?" if suggestions else ""
                unknown[query] = f"no {source} word of the graph{hint}"
            if not translations[query]:
                unknown.setdefault(query, f"no {target} translation")
    write_failed(failed, unknown)
    render(
        translations, EvidenceDetail.of(explain, all_evidence), json=json, failed=unknown if words is not None else None
    )
    if not any(translations.values()):
        limits = {"--direct": direct, "--via": via, "--pos": pos, "--sense": sense}
        hint = _hint(**limits, **{"--min-score": min_score, "--licence": licence})
        complain(f"no {target} translation of {_shown(queries)} in {masked(graph)}; {hint}")
        raise typer.Exit(1)


def synonyms(
    word: OneWord,
    lang: Lang,
    k: Count = 10,
    min_score: MinScore = 0.0,
    licence: Licences = None,
    explain: Explain = False,
    all_evidence: AllEvidence = False,
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Print synonyms of WORD, stated by a source or through shared translations: word, rank, synonym, score, licence.

    Example: isogloss kg synonyms dog --lang en
    """
    with _opened(graph) as words:
        answers = words.synonyms(word, lang, k=k, min_score=min_score, licences=licence)
    render({word: answers}, EvidenceDetail.of(explain, all_evidence), json=json)
    if not answers:
        hint = _hint(**{"--min-score": min_score, "--licence": licence})
        complain(f"no synonym of {word!r} in {masked(graph)}; {hint}")
        raise typer.Exit(1)


def lookup(
    word: OneWord,
    lang: Lang,
    k: Annotated[int, typer.Option("-k", min=1, help="Maximum number of words, with --search.")] = 20,
    search: Annotated[
        bool, typer.Option("--search", help="List words that contain WORD, those that begin with it first.")
    ] = False,
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Print the entries of a word: word, language, part of speech, frequency rank.

    Example: isogloss kg lookup dog --lang en --search
    """
    with _opened(graph) as words:
        entries = words.search(word, lang, k=k) if search else words.lookup(word, lang)
        if not search:
            note_matches(words, word, lang)
    rows = [(entry.word, entry.language, entry.pos, entry.freq_rank) for entry in entries]
    if json:
        print_json([word_as_json(entry) for entry in entries])
    else:
        print_rows(rows)
    if not rows:
        complain(f"no {lang} word of {masked(graph)} contains {word!r}; fewer than three letters match beginnings only")
        raise typer.Exit(1)


def neighbors(
    word: OneWord,
    lang: Lang,
    k: Annotated[int | None, typer.Option("-k", min=1, help="Maximum number of neighbors.", show_default="all")] = None,
    licence: Licences = None,
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Print every neighbor of WORD in the graph: relation, language, word, weight, sources.

    Example: isogloss kg neighbors dog --lang en
    """
    with _opened(graph) as words:
        edges = words.neighbors(word, lang, k=k, licences=licence)
        note_matches(words, word, lang)
    if json:
        print_json([neighbor_as_json(neighbor) for neighbor in edges])
    else:
        print_rows(
            (neighbor.relation, neighbor.word.language, neighbor.word.word, neighbor.weight, names(neighbor.claims))
            for neighbor in edges
        )
    if not edges:
        complain(f"{word!r} has no edge in {masked(graph)} under these licences; try without --licence")
        raise typer.Exit(1)


def concept(word: OneWord, lang: Lang, json: Json = False, graph: GraphFile = Here) -> None:
    """Print the concepts of a word with all their members: concept, language, words, definition if there is one.

    Example: isogloss kg concept dog --lang en
    """
    from isogloss.kg.browsing import concepts_of

    with _opened(graph) as words:
        concepts = words.concepts(word, lang)
        note_matches(words, word, lang)
        definitions = {
            concept.key: concept.definition
            for concept in concepts_of(words, words.lookup(word, lang))
            if concept.definition
        }
    if json:
        print_json(concepts)
    else:
        print_rows(
            (key, code, ", ".join(shared), *([definitions[key]] if key in definitions else []))
            for key, members in concepts.items()
            for code, shared in members.items()
        )
    if not concepts:
        complain(f"{word!r} belongs to no concept in {masked(graph)}; concepts come with sources such as CLDR")
        raise typer.Exit(1)


def path_(
    word: Annotated[str, typer.Argument(help="First word of the paths.", show_default=False)],
    other: Annotated[str, typer.Argument(help="Last word of the paths.", show_default=False)],
    source: From,
    target: To,
    k: Annotated[int, typer.Option("-k", min=1, help="Maximum number of paths.")] = 3,
    steps: Annotated[int, typer.Option("--max-steps", min=1, help="Maximum number of edges in a path.")] = 4,
    licence: Licences = None,
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Print the best paths from one word to another: rank, score, licence, path.

    Example: isogloss kg path chien mbwa --from fr --to sw
    """
    with _opened(graph) as words:
        paths = words.paths((word, source), (other, target), k=k, max_steps=steps, licences=licence)
    if json:
        print_json([path_as_json(path) for path in paths])
    else:
        print_rows((rank, path.score, path.licence or "unknown", route(path)) for rank, path in enumerate(paths, 1))
    if not paths:
        complain(
            f"no path of {steps} steps or fewer from {word!r} to {other!r} in {masked(graph)}; try a higher --max-steps"
        )
        raise typer.Exit(1)


def analogy(
    a: Annotated[str, typer.Argument(help="First word of the known pair.", show_default=False)],
    b: Annotated[str, typer.Argument(help="Second word of the known pair.", show_default=False)],
    c: Annotated[str, typer.Argument(help="Word to complete the analogy for.", show_default=False)],
    source: Annotated[str, typer.Option("--from", help="Language of A and B.", show_default=False, **LANGUAGE)],
    target: Annotated[str, typer.Option("--to", help="Language of the answers.", show_default=False, **LANGUAGE)],
    third: Annotated[
        str | None, typer.Option("--third", help="Language of C.", show_default="that of --to", **LANGUAGE)
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, help="Maximum number of answers.")] = 10,
    aligned: Annotated[
        bool, typer.Option("--aligned", help="The vectors are aligned already (by `lexicon map`).")
    ] = False,
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Complete "A is to B as C is to …" across languages by the vectors of the words: rank, word, cosine.

    Example: isogloss kg analogy man king femme --from en --to fr
    """
    with _opened(graph) as words:
        completion = words.analogy(a, b, c, source, target, third=third, k=k, aligned=aligned, progress=progress)
    if json:
        print_json(asdict(completion))
    else:
        print_rows((rank, answer.word, answer.score) for rank, answer in enumerate(completion.answers, 1))
    for language, count in completion.seeds.items():
        note(f"{language} vectors aligned by {count:,} translations ({completion.licence or 'licence unknown'})")


def _opened(graph: str) -> Graph:
    """The graph; what base forms need is made once, and kept."""
    from isogloss.kg.graph import open_graph
    from isogloss.kg.query.lemmas import keep_indices

    keep_indices(lemma_folder)
    return open_graph(graph)


def _shown(words: list[str]) -> str:
    return repr(words[0]) if len(words) == 1 else f"any of {len(words)} words"


def _hint(**limits: object) -> str:
    """What to loosen, of options with their values."""
    used = [name for name, value in limits.items() if value]
    if used:
        return f"try without {' and '.join(used)}"
    return "'isogloss kg stats' shows which languages are linked; more dictionaries come in with 'isogloss kg import'"
