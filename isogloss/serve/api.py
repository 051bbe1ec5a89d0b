"""The JSON API: the values are those of the library and of the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from isogloss.data.errors import VocabularyError
from isogloss.kg import browsing
from isogloss.kg.as_json import neighbor_as_json, path_as_json, stats_as_json, translation_as_json, word_as_json
from isogloss.serve import schema
from isogloss.serve.answers import graph_of, json_answer
from isogloss.serve.words import LONGEST

EDGES = 5_000  # of a word, up to which all are listed; round number

router = APIRouter(prefix="/api", tags=["graph"])

Text = Annotated[str, Query(min_length=1, max_length=LONGEST)]
Code = Annotated[str, Query(min_length=2, max_length=35, description="A BCP 47 code such as en.")]
From = Annotated[str, Query(alias="from", min_length=2, max_length=35, description="Language of the word.")]
To = Annotated[str, Query(min_length=2, max_length=35, description="Language of the answers.")]
Codes = Annotated[list[str] | None, Query(max_length=50)]
Licences = Annotated[
    list[str] | None,
    Query(max_length=20, description="Only sources under these: SPDX, or open, sharealike, noncommercial."),
]
Count = Annotated[int, Query(ge=1, le=100)]
Score = Annotated[float, Query(ge=0, le=1)]


def _said(model: Any) -> dict[int | str, dict[str, Any]]:
    failures: dict[int | str, dict[str, Any]] = {
        code: {"model": schema.Failure} for code in (400, 404, 422, 500, 501, 503)
    }
    return {200: {"model": model}, **failures}


@router.get("/languages", responses=_said(list[schema.Language]))
def languages(request: Request) -> Response:
    """The languages of the graph."""
    return json_answer([vars(language) for language in request.app.state.readers.stats().languages])


@router.get("/stats", responses=_said(schema.Stats))
def stats(request: Request) -> Response:
    """The graph in figures: languages, sources with licences, relations, coverage."""
    return json_answer(stats_as_json(request.app.state.readers.stats()))


@router.get("/complete", responses=_said(list[schema.Entry]))
def complete(request: Request, q: Text, lang: Codes = None, k: Annotated[int, Query(ge=1, le=50)] = 10) -> Response:
    """Words that begin with ``q``, whatever their case and accents, the most usual first; of any language or some."""
    words = request.app.state.readers.completions(q, tuple(sorted({code for code in lang or () if code})), k)
    return json_answer([word_as_json(word) for word in words])


@router.get("/lookup", responses=_said(list[schema.Entry]))
def lookup(request: Request, word: Text, lang: Annotated[str | None, Query(max_length=35)] = None) -> Response:
    """The entries of a word, of one language or of any."""
    with graph_of(request) as graph:
        entries = graph.lookup(word, lang) if lang else browsing.written(graph, word)
    return json_answer([word_as_json(entry) for entry in entries])


@router.get("/translate", responses=_said(list[schema.Translation]))
def translate(
    request: Request,
    word: Text,
    source: From,
    to: To,
    k: Count = 10,
    via: Codes = None,
    direct: bool = False,
    min_score: Score = 0.0,
    licence: Licences = None,
    pos: Annotated[str | None, Query(max_length=20, description="A part of speech such as noun or VERB.")] = None,
    sense: Annotated[str | None, Query(max_length=LONGEST, description="Text of a gloss or definition.")] = None,
    explain: bool = False,
) -> Response:
    """Translations, surest first, as ``isogloss kg translate --json`` prints them."""
    limits: dict[str, Any] = {
        "k": k,
        "via": via,
        "min_score": min_score,
        "licences": licence,
        "pos": pos,
        "sense": sense,
    }
    with graph_of(request) as graph:
        answers = graph.translate(word, source, to, pivots=not direct, **limits)
        values = [translation_as_json(word, rank, best, None if explain else 0) for rank, best in enumerate(answers, 1)]
    return json_answer(values)


@router.get("/synonyms", responses=_said(list[schema.Translation]))
def synonyms(
    request: Request,
    word: Text,
    lang: Code,
    k: Count = 10,
    min_score: Score = 0.0,
    licence: Licences = None,
    explain: bool = False,
) -> Response:
    """Words of the same language that mean the same."""
    with graph_of(request) as graph:
        answers = graph.synonyms(word, lang, k=k, min_score=min_score, licences=licence)
        values = [translation_as_json(word, rank, best, None if explain else 0) for rank, best in enumerate(answers, 1)]
    return json_answer(values)


@router.get("/neighbors", responses=_said(list[schema.Neighbor]))
def neighbors(
    request: Request, word: Text, lang: Code, k: Annotated[int, Query(ge=1, le=1000)] = 100, licence: Licences = None
) -> Response:
    """The words at the other ends of all edges of a word."""
    with graph_of(request) as graph:
        edges = sum(browsing.translated_into(graph, graph.lookup(word, lang)).values())
        if edges > EDGES:
            raise VocabularyError(f"{word!r} has {edges:,} edges, more than {EDGES:,}; ask /api/translate instead")
        values = [neighbor_as_json(neighbor) for neighbor in graph.neighbors(word, lang, k=k, licences=licence)]
    return json_answer(values)


@router.get("/concepts", responses=_said(list[schema.Concept]))
def concepts(request: Request, word: Text, lang: Code) -> Response:
    """The concepts of a word."""
    with graph_of(request) as graph:
        matches = browsing.concepts_of(graph, graph.lookup(word, lang))
    return json_answer([_concept(match) for match in matches])


@router.get("/concept", responses=_said(list[schema.Concept]))
def concept(request: Request, key: Text) -> Response:
    """The concepts that any source calls ``key``."""
    with graph_of(request) as graph:
        matches = browsing.concepts_named(graph, key)
    if not matches:
        raise VocabularyError(f"the graph has no concept {key!r}")
    return json_answer([_concept(match) for match in matches])


@router.get("/paths", responses=_said(list[schema.Path]))
def paths(
    request: Request,
    word: Text,
    source: From,
    other: Text,
    to: To,
    k: Annotated[int, Query(ge=1, le=10)] = 3,
    max_steps: Annotated[int, Query(ge=1, le=6)] = 4,
    licence: Licences = None,
) -> Response:
    """The best ways from a word to another."""
    with graph_of(request) as graph:
        routes = graph.paths((word, source), (other, to), k=k, max_steps=max_steps, licences=licence)
    return json_answer([path_as_json(path) for path in routes])


@router.get("/near", responses=_said(schema.Surroundings))
def near(
    request: Request,
    word: Text,
    lang: Code,
    hops: Annotated[int, Query(ge=1, le=3)] = 2,
    limit: Annotated[int, Query(ge=2, le=200)] = 60,
) -> Response:
    """The words round a word and the edges between them."""
    with graph_of(request) as graph:
        subgraph = graph.subgraph(word, lang, hops=hops, limit=limit)
    nodes = [{"id": name, **values} for name, values in subgraph.nodes(data=True)]
    edges = [{"source": source, "target": target, **values} for source, target, values in subgraph.edges(data=True)]
    return json_answer({"nodes": nodes, "edges": edges})


def _concept(concept: browsing.Concept) -> dict[str, Any]:
    return asdict(concept) | {"source": concept.source.name, "licence": concept.source.licence}
