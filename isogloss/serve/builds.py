"""Lexicons built from the page: with ``--edit``, one at a time, from what users and dictionaries state."""

from __future__ import annotations

import re

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from isogloss.data.errors import VocabularyError
from isogloss.kg.graph import Graph
from isogloss.kg.query.embeddings import joined_file
from isogloss.serve.answers import graph_of, page
from isogloss.serve.building import EFFORTS, Build
from isogloss.serve.forms import form
from isogloss.serve.reports import NAME
from isogloss.serve.words import Code, address

router = APIRouter(prefix="/edit/build", include_in_schema=False)

_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


def vectors_of(graph: Graph, *languages: str) -> list[str]:
    """The files of vectors that languages are joined to, of those that are."""
    files = []
    for language in languages:
        try:
            files.append(joined_file(graph.store, graph.language_numbers(language), language)[1])
        except VocabularyError:
            continue
    return files


@router.get("")
def building(request: Request, lang: Code, to: Code) -> Response:
    """How far the build of two languages is, or how it ended."""
    state = request.app.state
    build = state.build if state.build and (state.build.source, state.build.target) == (lang, to) else None
    if build and build.ended and "pairs" in build.said:
        state.reports[f"{lang}-{to}"] = build.folder.absolute() / NAME
    return page(request, "build.html", {"lang": lang, "to": to, "build": build})


@router.post("")
async def build(request: Request) -> Response:
    """Begin a build, unless one is under way."""
    fields = await form(request)
    state, effort = request.app.state, fields.get("effort", "normal")
    if effort not in EFFORTS:
        raise HTTPException(422, f"expected an effort of {' or '.join(EFFORTS)}")
    if state.build and not state.build.ended:
        raise HTTPException(409, f"a lexicon is being built ({state.build.source}-{state.build.target}); wait for it")

    def joined() -> tuple[tuple[str, str], list[str]]:
        with graph_of(request) as graph:
            source, target = (
                graph.catalogue.codes[graph.language_number(fields.get(name, ""))] for name in ("lang", "to")
            )
            return (source, target), vectors_of(graph, source, target)

    languages, vectors = await to_thread.run_sync(joined)
    if len(vectors) < 2 or languages[0] == languages[1] or not all(map(_FOLDER.fullmatch, languages)):
        raise HTTPException(422, "expected two languages with vectors; join them with `isogloss kg vectors`")
    folder = state.lexicons / "-".join(languages)
    state.build = Build.start(state.readers.place, languages, (vectors[0], vectors[1]), folder, effort)
    return RedirectResponse(address("/edit/build", lang=languages[0], to=languages[1]), 303)
