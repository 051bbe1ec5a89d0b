"""The pages for people: each state has an address, and nothing needs a script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import SystemRandom
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from isogloss.data.errors import VocabularyError
from isogloss.data.translation import Translation
from isogloss.kg import browsing
from isogloss.kg.browsing import Concept
from isogloss.kg.graph import Graph
from isogloss.kg.results import Claim, Word
from isogloss.serve.answers import graph_of, page
from isogloss.serve.words import LONGEST, Code, word_address

AT_ONCE, EACH = 12, 5  # languages on the page of a word, and translations in each; round numbers
CHOSEN = 25  # translations into the one language that was chosen; round number
PATHS = 8  # to a translation that are shown; the API has all; round number
COMPARED = 20  # languages in which two words are compared; round number
SOME, LONGEST_SOME = 12, 24  # words to begin with, and letters of each; round numbers

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Query(max_length=LONGEST)]


@dataclass(frozen=True)
class Answer:
    """A translation, and what the page says of it before the paths are opened."""

    translation: Translation
    senses: tuple[Concept, ...]  # that it shares with the word
    claims: tuple[Claim, ...]  # that state it directly
    through: int  # paths through other words


@dataclass(frozen=True)
class Answers:
    """Translations into a language."""

    language: str
    translations: tuple[Answer, ...]

    @property
    def by_sense(self) -> list[tuple[str, list[Answer]]]:
        """The translations under the first sense of each, or under none; the group of the best one first."""
        groups: dict[str, list[Answer]] = {}
        for answer in self.translations:
            groups.setdefault(next(iter(answer.translation.senses), ""), []).append(answer)
        return list(groups.items())


@router.get("/")
def start(request: Request) -> Response:
    """The search box and what the graph has."""
    state = request.app.state
    with graph_of(request) as graph:
        drawn = [browsing.random_word(graph, SystemRandom()) for _ in range(SOME)]
    words = {(word.word, word.language): word for word in drawn if word and len(word.word) <= LONGEST_SOME}
    values = {"stats": state.readers.stats(), "reports": sorted(state.reports), "words": list(words.values())}
    return page(request, "start.html", values)


@router.get("/word")
def word(request: Request, word: Text = "", lang: Code = "", to: Code = "", asked: Text = "") -> Response:
    """A word with its translations; without a language the one that it is most usual in."""
    if not word.strip():
        return RedirectResponse("/", 303)
    with graph_of(request) as graph:
        if not lang:
            return _guessed(request, graph, word, to)
        entries = _entries(graph, word, lang)
        if not entries:
            return _unknown(request, graph, word, lang)
        if (written := entries[0].word) != word:
            other_form = word if written.casefold() != word.casefold() else ""  # such as an inflected form
            return RedirectResponse(word_address(written, entries[0].language, to=to, asked=other_form), 303)
        counts = browsing.translated_into(graph, entries)
        concepts = browsing.concepts_of(graph, entries)
        targets = [to] if to else list(counts)[:AT_ONCE]
        answers = [_answers(graph, entries[0], target, concepts, alone=bool(to)) for target in targets]
        linked = _linked(graph, entries[0].language)
        values = {
            "entries": entries,
            "others": [entry for entry in browsing.written(graph, word) if entry.language != entries[0].language],
            "counts": counts,
            "concepts": concepts,
            "answers": answers,
            "related": browsing.related(graph, entries),
            "indirect": [code for code in linked if code not in counts],
            "paths_shown": PATHS,
            "to": to,
            "other_form": asked,
        }
    return page(request, "word.html", values)


@router.get("/near")
def near(
    request: Request,
    word: Text = "",
    lang: Code = "",
    hops: Annotated[int, Query(ge=1, le=3)] = 2,
    limit: Annotated[int, Query(ge=2, le=200)] = 40,
) -> Response:
    """The words round a word, as a picture and as a list."""
    from isogloss.serve.drawing import picture

    with graph_of(request) as graph:
        entries = _entries(graph, word, lang)
        if not entries:
            return _unknown(request, graph, word, lang)
        entry = entries[0]
        around = graph.subgraph(word, lang, hops=hops, limit=limit)
    drawn = picture(around, f"{entry.language}:{entry.word}")
    return page(request, "near.html", {"entry": entry, "picture": drawn, "hops": hops, "limit": limit})


@router.get("/concept")
def concept(request: Request, key: Text = "") -> Response:
    """A concept with its words by language."""
    with graph_of(request) as graph:
        concepts = browsing.concepts_named(graph, key)
    if not concepts:
        raise VocabularyError(f"the graph has no concept {key!r}")
    return page(request, "concept.html", {"key": key, "concepts": concepts})


@router.get("/coverage")
def coverage(request: Request) -> Response:
    """Language × language: how many translations."""
    return page(request, "coverage.html", {"stats": request.app.state.readers.stats()})


@router.get("/sources")
def sources(request: Request) -> Response:
    """The sources with their licences; those of lexicons lead to the report whose folder is named like the pair."""
    state = request.app.state
    reports = {f"induced {name}": name for name in state.reports}
    return page(request, "sources.html", {"stats": state.readers.stats(), "reports": reports})


@router.get("/compare")
def compare(request: Request, word: Text = "", lang: Code = "", other: Text = "", other_lang: Code = "") -> Response:
    """Two words side by side: what both are translated as, and the paths from one to the other."""
    query = {"other": other, "other_lang": other_lang}
    if not (word and other):
        return page(request, "compare.html", {**query, "words": (), "shared": {}, "paths": ()})
    with graph_of(request) as graph:
        words = []
        for written, code in ((word, lang), (other, other_lang)):
            entries = _entries(graph, written, code) if code else browsing.written(graph, written)[:1]
            if not entries:
                return _unknown(request, graph, written, code)
            words.append(entries[0])
        first, second = words
        shared = _shared(graph, words)
        start, end = ((entry.word, entry.language) for entry in words)
        paths = graph.paths(start, end, k=3, max_steps=4) if first != second else []
    return page(request, "compare.html", {**query, "words": words, "shared": shared, "paths": paths})


@router.get("/random")
def random(request: Request, lang: Code = "") -> Response:
    """Off to some word."""
    with graph_of(request) as graph:
        drawn = browsing.random_word(graph, SystemRandom(), lang or None)
    where = word_address(drawn.word, drawn.language) if drawn else ""
    return RedirectResponse(where or "/", 303, headers={"cache-control": "no-store"})


def _entries(graph: Graph, word: str, language: str) -> list[Word]:
    """The entries of a word; none where the graph does not have it."""
    graph.language_number(language)  # an unknown language is an error of its own
    try:
        return graph.lookup(word, language)
    except VocabularyError:
        return []


def _guessed(request: Request, graph: Graph, word: str, to: str) -> Response:
    words = browsing.written(graph, word)
    if not words:
        return _unknown(request, graph, word, "")
    best = next((entry for entry in words if entry.language != to), words[0])
    return RedirectResponse(word_address(best.word, best.language, to=to if to != best.language else ""), 303)


def _unknown(request: Request, graph: Graph, word: str, language: str) -> Response:
    """The page about a word that is not there, with some that are."""
    elsewhere = [entry for entry in browsing.written(graph, word) if entry.language != language]
    alike = browsing.completions(graph, word[: max(2, len(word) // 2)], [language] if language else None, k=8)
    if language:
        code = graph.catalogue.codes[graph.language_number(language)]
        alike = [*(Word(written, code) for written in graph.suggestions(word, language)), *alike]
    distinct = list({(entry.word, entry.language): entry for entry in alike}.values())[:10]
    values = {"word": word, "lang": language, "elsewhere": elsewhere, "alike": distinct}
    return page(request, "unknown.html", values, 404)


def _answers(graph: Graph, word: Word, target: str, concepts: Sequence[Concept], *, alone: bool) -> Answers:
    """Direct translations; of the language that was chosen also those through other words."""
    translations = graph.translate(word.word, word.language, target, k=CHOSEN if alone else EACH, pivots=alone)
    return Answers(
        target,
        tuple(
            Answer(
                translation,
                tuple(
                    concept for concept in concepts if translation.word in concept.words.get(translation.language, ())
                ),
                tuple(claim for path in translation.evidence if len(path.steps) == 1 for claim in path.steps[0].claims),
                sum(len(path.steps) > 1 for path in translation.evidence),
            )
            for translation in translations
        ),
    )


def _linked(graph: Graph, language: str) -> list[str]:
    """Languages that pivots may lead to."""
    catalogue = graph.catalogue
    start = graph.language_number(language)
    first = catalogue.linked.get(start, frozenset())
    second = {code for neighbor in first for code in catalogue.linked.get(neighbor, frozenset())}
    return sorted(catalogue.codes[number] for number in (first | second) - {start})


def _shared(graph: Graph, words: Sequence[Word]) -> dict[str, list[tuple[Translation, Translation]]]:
    """What both words are translated as, by language, the surest first."""
    translations = [browsing.translated_into(graph, graph.lookup(word.word, word.language)) for word in words]
    codes = [code for code in translations[0] if code in translations[1]][:COMPARED]
    shared = {}
    for code in codes:
        first, second = (
            {answer.word: answer for answer in graph.translate(word.word, word.language, code, k=100, pivots=False)}
            for word in words
        )
        common = [(answer, second[word]) for word, answer in first.items() if word in second]
        if common:
            shared[code] = common
    return shared
