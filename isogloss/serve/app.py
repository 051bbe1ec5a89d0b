"""The application: routes behind a guard."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

from anyio import to_thread
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from isogloss.serve import api, pages
from isogloss.serve.answers import templates
from isogloss.serve.errors import add_handlers
from isogloss.serve.guard import LOCAL, Guard
from isogloss.serve.indexing import indexing
from isogloss.serve.readers import AT_ONCE, Readers
from isogloss.serve.reports import named_reports, router

LEXICONS = Path("lexicons")  # folder for what is built on the page
THREADS = AT_ONCE + 2  # with forty, as by default, the thread that accepts and answers hardly gets its turn


def application(
    place: Path | str,
    *,
    names: Collection[str] = (),
    edit: bool = False,
    source_name: str = "user",
    reports: Iterable[Path] = (),
    lexicons: Path = LEXICONS,
    lemmas: Path | None = None,
) -> Guard:
    """The page of a graph, as an ASGI application behind its guard.

    Args:
        place: The graph: a file, or the address of a PostgreSQL database.
        names: Host names that it answers to, besides those of this machine.
        edit: Whether translations can be accepted, rejected and added.
        source_name: The source of what is accepted and rejected.
        reports: Files or folders with reports of lexicons and projects, to be linked.
        lexicons: The folder for lexicons that are built on the page, each in a folder named like its languages.
        lemmas: A folder for indices of base forms, so that they are found at once; one that is not there is made when
            a word needs it.

    Raises:
        GraphError: There is no graph, or it is damaged.
        FormatError: One of ``reports`` is none.
    """
    from isogloss import __version__

    readers = Readers(place)
    templates()
    readers.stats()  # a graph that cannot be read is told before anybody visits

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        with indexing(lemmas) if lemmas else nullcontext():
            yield
        readers.close()
        if edit and app.state.build:
            app.state.build.stop()

    app = FastAPI(
        title="isogloss",
        version=__version__,
        summary="A multilingual lexical graph: words, translations with probabilities, sources and licences.",
        docs_url=None,  # both pages load scripts from elsewhere
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
    )
    app.state.readers = readers
    app.state.edit = edit
    app.state.reports = named_reports(reports)
    app.include_router(router)
    app.state.token = secrets.token_urlsafe(32)
    app.include_router(pages.router)
    app.include_router(api.router)
    if edit:
        from isogloss.serve import builds, edits

        app.state.build, app.state.lexicons = None, lexicons
        app.include_router(builds.router)
        app.state.walks, app.state.suggestions = edits.Walks(), edits.Suggestions()
        app.state.source_name = source_name
        app.include_router(edits.router)
    app.mount("/static", StaticFiles(packages=[("isogloss.serve", "static")]), name="static")
    add_handlers(app)
    return Guard(app, (*LOCAL, *names))
