"""The pages that a lexicon or a project has about itself, beside those of the graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from isogloss.data.errors import FormatError

NAME = "report.html"  # of a folder
# They have their style inside, and nothing else: no scripts, no forms, nothing from elsewhere.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

router = APIRouter(include_in_schema=False)


def named_reports(places: Iterable[Path]) -> dict[str, Path]:
    """The report of each file or folder, by the name of its folder.

    Raises:
        FormatError: There is no report.
    """
    reports: dict[str, Path] = {}
    for place in places:
        file = place / NAME if place.is_dir() else place
        if not file.is_file() or file.suffix != ".html":
            raise FormatError(f"{place} has no {NAME}; expected a folder that `lexicon build` or `run` wrote")
        reports[_unused(file.absolute().parent.name or "report", reports)] = file
    return reports


@router.get("/report/{name}")
def report(request: Request, name: str) -> Response:
    """A report, as it stands on disk now."""
    file = request.app.state.reports.get(name)
    if file is None or not file.is_file():
        return Response("there is no such report\n", 404, media_type="text/plain")
    return FileResponse(file, media_type="text/html; charset=utf-8", headers={"content-security-policy": POLICY})


def _unused(name: str, used: Mapping[str, Path]) -> str:
    names = (name if number == 1 else f"{name}-{number}" for number in range(1, len(used) + 2))
    return next(candidate for candidate in names if candidate not in used)
