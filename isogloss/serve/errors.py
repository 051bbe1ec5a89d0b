"""Errors as answers: a page for people, JSON for programs, one line each."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from isogloss.data.errors import GraphError, IsoglossError, MissingExtraError, VocabularyError
from isogloss.serve.answers import json_answer, page
from isogloss.serve.readers import BusyError

# Of HTTP, by kind of error.
_STATUS = ((BusyError, 503), (VocabularyError, 404), (MissingExtraError, 501), (GraphError, 500), (IsoglossError, 400))


def add_handlers(app: FastAPI) -> None:
    """Let ``app`` answer errors."""

    @app.exception_handler(IsoglossError)
    async def known(request: Request, error: IsoglossError) -> Response:
        return failed(request, next(status for kind, status in _STATUS if isinstance(error, kind)), str(error))

    @app.exception_handler(RequestValidationError)
    async def unfit(request: Request, error: RequestValidationError) -> Response:
        reasons = (f"{'.'.join(map(str, fault['loc'][1:]))}: {fault['msg']}" for fault in error.errors()[:5])
        return failed(request, 422, "; ".join(reasons))

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        return failed(request, error.status_code, str(error.detail))

    @app.exception_handler(Exception)
    async def fault(request: Request, error: Exception) -> Response:
        return failed(request, 500, f"this is a fault of isogloss ({type(error).__name__})")


def failed(request: Request, status: int, message: str) -> Response:
    """The answer to a request that cannot be met."""
    if request.url.path.startswith("/api/"):
        return json_answer({"error": message}, status)
    return page(request, "error.html", {"status": status, "message": message}, status)
