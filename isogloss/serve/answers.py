"""Answers: pages from templates, and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache, lru_cache
from typing import Any

import orjson
from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from isogloss.data.errors import GraphError
from isogloss.data.language import language_name
from isogloss.kg.graph import Graph
from isogloss.kg.results import LanguageStats
from isogloss.serve import words
from isogloss.serve.readers import Readers


def graph_of(request: Request) -> AbstractContextManager[Graph]:
    """The graph, for as long as the block lasts."""
    graph: AbstractContextManager[Graph] = request.app.state.readers.graph()
    return graph


def page(request: Request, template: str, values: Mapping[str, Any], status: int = 200) -> Response:
    """A page; ``asked`` is what the search box shows, unless the page says otherwise."""
    state = request.app.state
    everywhere = {
        "asked": {name: request.query_params.get(name, "")[: words.LONGEST] for name in ("word", "lang", "to")},
        "languages": _languages(state.readers),
        "edit": state.edit,
        "token": state.token,
    }
    text = templates().get_template(template).render({**everywhere, **values})
    return HTMLResponse(text.encode("utf-8", "replace"), status)


def _languages(readers: Readers) -> Sequence[LanguageStats]:
    try:
        return sorted(readers.stats().languages, key=lambda language: language.name.casefold())
    except GraphError:  # the page that says so needs none
        return ()


@lru_cache(2000)  # languages; round number
def _name(code: str) -> str:
    """The English name of a language; the browser's script puts that of its own language there."""
    try:
        return language_name(code)
    except ValueError:  # no tag of a language, such as a name
        return code


def _by_language(groups: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """What there is for each language, by the names of the languages."""
    return sorted(groups, key=lambda group: _name(group[0]).casefold())


def json_answer(value: Any, status: int = 200) -> Response:
    """A value as JSON; what is no number is ``null``."""
    try:
        body = orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS)
    except orjson.JSONEncodeError:  # half of a surrogate pair in a question that is repeated
        body = orjson.dumps({"error": "the question is not valid Unicode"})
        status = 400
    return Response(body, status, media_type="application/json")


@cache
def templates() -> Environment:
    """All templates, ready to be filled."""
    made = Environment(
        loader=PackageLoader("isogloss.serve"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"language_name": _name, "by_language": _by_language}
    made.filters |= {"shown": words.shown, "probability": words.probability, "web": words.web_address}
    made.globals |= {"address": words.address, "word_address": words.word_address}
    for name in made.list_templates():
        made.get_template(name)
    return made
