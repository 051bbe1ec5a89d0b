"""Options that the verbs of `isogloss lexicon` share, and the lexicon that they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isogloss.cli.console import progress

if TYPE_CHECKING:
    from isogloss.lexicon.induction.translator import Translator


Folder = Annotated[Path, typer.Argument(help="Folder written by `lexicon build`.", show_default=False)]
Moved = typer.Option(help="Path of these vectors, if they have moved since the build.", show_default=False)
KeepCase = Annotated[
    bool, typer.Option("--keep-case", help="Distinguish words that differ only in case, such as Polish and polish.")
]
Reverse = Annotated[bool, typer.Option("--reverse", help="Translate from the target language to the source.")]


def opened_lexicon(
    folder: Path, source_vectors: Path | None, target_vectors: Path | None, cache: Path | None, reverse: bool
) -> Translator:
    """The lexicon of ``folder``, turned round with ``reverse``."""
    from isogloss.lexicons import open_lexicon

    opened = open_lexicon(
        folder, source_vectors=source_vectors, target_vectors=target_vectors, cache=cache, progress=progress
    )
    return opened.translator.reversed() if reverse else opened.translator
