"""What may be changed with ``--edit``: translations accepted, rejected and added, doubtful ones gone through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from isogloss.data.errors import IsoglossError
from isogloss.data.reading import read_vectors
from isogloss.kg import browsing
from isogloss.kg.correcting import corrected
from isogloss.kg.graph import Graph
from isogloss.kg.inference.suspicion import check
from isogloss.kg.query.embeddings import joined_file
from isogloss.kg.results import Step
from isogloss.serve.answers import graph_of, page
from isogloss.serve.builds import vectors_of
from isogloss.serve.forms import form
from isogloss.serve.words import LONGEST, Code, address

WALK = 200  # doubtful pairs in a walk; round number
NEXT = 20  # words to translate next; round number
AHEAD = 40  # that are chosen at once, which takes a second or two; round number
_WALKS = 8  # that are kept, by languages and kind; round number

router = APIRouter(prefix="/edit", include_in_schema=False)


@dataclass(frozen=True)
class DoubtfulTranslation:
    """A translation to be judged."""

    word: str
    translation: str
    weight: float
    reasons: tuple[str, ...]
    by: tuple[str, ...]


@dataclass
class Walks:
    """The lists that people are going through; a verdict changes the graph, and not the list."""

    lists: dict[tuple[str, str, str], Sequence[DoubtfulTranslation]] = field(default_factory=dict)

    def of(self, graph: Graph, language: str, to: str, kind: str, *, fresh: bool) -> Sequence[DoubtfulTranslation]:
        """The doubtful pairs of two languages, the most doubtful first."""
        key = language, to, kind
        if fresh or key not in self.lists:
            if len(self.lists) >= _WALKS:
                self.lists.pop(next(iter(self.lists)))
            self.lists[key] = _unsure(graph, language, to) if kind == "computed" else _suspicious(graph, language, to)
        return self.lists[key]


@dataclass
class Suggestions:
    """The words to ask for next; the choice is greedy, so that it stays the best while they are answered in order."""

    lists: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def of(self, graph: Graph, language: str, to: str) -> list[str]:
        """Those whose translations would align the vectors of a language best; none where it has no vectors here."""
        translated = graph.dictionary(language, to).by_source
        key = language, to
        left = [word for word in self.lists.get(key, ()) if word not in translated]
        if len(left) < NEXT:
            if key not in self.lists and len(self.lists) >= _WALKS:
                self.lists.pop(next(iter(self.lists)))
            left = self.lists[key] = _by_vectors(graph, language, tuple(translated))
        return left[:NEXT]


@router.get("")
def edit(request: Request, lang: Code = "", to: Code = "") -> Response:
    """What there is to do between two languages, and the words that are worth translating next."""
    words, active, buildable = [], False, False
    if lang and to:
        with graph_of(request) as graph:
            buildable = lang != to and len(vectors_of(graph, lang, to)) == len((lang, to))
            words = request.app.state.suggestions.of(graph, lang, to)
            active = bool(words)
            words = words or [word.word for word in browsing.untranslated(graph, lang, to, k=NEXT)]
    return page(
        request, "edit.html", {"lang": lang, "to": to, "words": words, "active": active, "buildable": buildable}
    )


@router.get("/doubts")
def doubts(
    request: Request,
    lang: Code,
    to: Code,
    kind: Annotated[str, Query(pattern="^(stated|computed)$")] = "stated",
    at: Annotated[int, Query(ge=0, le=WALK)] = 0,
    fresh: bool = False,
) -> Response:
    """One doubtful translation after the other: accept, reject or skip, by a click or a key."""
    with graph_of(request) as graph:
        doubts = request.app.state.walks.of(graph, lang, to, kind, fresh=fresh)
    if fresh:
        return RedirectResponse(address("/edit/doubts", lang=lang, to=to, kind=kind), 303)
    values = {"lang": lang, "to": to, "kind": kind, "at": at, "doubts": doubts, "one": doubts[at : at + 1]}
    return page(request, "doubts.html", values)


@router.post("/{verdict}")
async def judge(request: Request, verdict: str) -> Response:
    """Accept or reject a translation; one that is new is added."""
    fields = await form(request)
    if verdict not in ("accept", "reject"):
        raise HTTPException(404, "expected accept or reject")
    word, translation = fields.get("word", "").strip(), fields.get("translation", "").strip()
    languages = fields.get("lang", ""), fields.get("to", "")
    if not (word and translation and all(languages)) or max(len(word), len(translation)) > LONGEST:
        raise HTTPException(422, f"expected a word, its translation, each of at most {LONGEST} letters, and languages")
    place, name = request.app.state.readers.place, request.app.state.source_name
    await to_thread.run_sync(partial(_judged, place, (word, translation, *languages), name, verdict == "accept"))
    back = fields.get("back", "")
    own = back.startswith("/") and not back.startswith(("//", "/\\"))
    return RedirectResponse(back if own else "/edit", 303)


def _by_vectors(graph: Graph, language: str, translated: tuple[str, ...]) -> list[str]:
    try:
        from isogloss.meta.new_language.active import WORDS, suggest

        _, path, _ = joined_file(graph.store, graph.language_numbers(language), language)
        vectors = read_vectors(path, language, max_vocab=WORDS)
    except (ImportError, IsoglossError):  # no extra, no vectors joined, or their file has gone
        return []
    return [suggestion.word for suggestion in suggest(vectors, AHEAD, known=translated)]


def _judged(place: str, pair: tuple[str, str, str, str], name: str, accepted: bool) -> None:
    def change(graph: Graph) -> None:
        judging = graph.add_translation if accepted else graph.reject_translation
        judging(*pair, name=name)

    corrected(place, change)


def _suspicious(graph: Graph, language: str, to: str) -> list[DoubtfulTranslation]:
    """What dictionaries state and the rest of the graph does not confirm."""
    return [
        DoubtfulTranslation(suspicion.source, suspicion.target, suspicion.weight, suspicion.reasons, suspicion.by)
        for suspicion in check(graph, language, to, k=WALK)
        if suspicion.source_language == graph.catalogue.codes[graph.language_number(language)]
    ]


def _unsure(graph: Graph, language: str, to: str) -> list[DoubtfulTranslation]:
    """What was induced or inferred, and nobody has stated or judged, the least sure first."""
    least_sure = browsing.computed(graph, language, to, k=WALK)
    return [DoubtfulTranslation(step.start.word, step.end.word, step.weight, (), _names(step)) for step in least_sure]


def _names(step: Step) -> tuple[str, ...]:
    return tuple(claim.source.name for claim in step.claims)
