"""Forms that change something: from the page itself, with its token."""

from __future__ import annotations

import secrets
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.exceptions import HTTPException


async def form(request: Request) -> dict[str, str]:
    """What a form of the page says.

    Raises:
        HTTPException: It is no form, or of an earlier start of the server.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise HTTPException(415, "expected a form")
    try:
        fields = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=20))
    except ValueError as error:
        raise HTTPException(422, "the form is not valid text") from error
    if not secrets.compare_digest(fields.get("token", "").encode(), request.app.state.token.encode()):
        raise HTTPException(403, "the page is of an earlier start of the server; load it again")
    return fields
