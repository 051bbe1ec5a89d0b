"""Options that mean the same in every verb."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite existing output.")]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Refuse vectors with bad rows, instead of leaving out a few with a warning."),
]
Seed = Annotated[int, typer.Option(help="Random seed; the same seed repeats a run exactly.")]


def _cache_folder(given: Path | None) -> Path:
    from platformdirs import user_cache_path

    return given or user_cache_path("isogloss") / "vectors"


Cache = Annotated[
    Path | None,
    typer.Option(
        callback=_cache_folder,
        envvar="ISOGLOSS_CACHE",
        help="Folder for parsed vectors, so that a file is parsed only once.",
        show_default="the user's cache folder",
    ),
]
