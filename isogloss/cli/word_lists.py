"""Lists of words that a verb takes, and of those that it has no answer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

STDIN = Path("-")
_WORDS = typer.Option(help="Words to translate, one per line; - reads stdin.", allow_dash=True, show_default=False)
WordList = Annotated[Path, _WORDS]
MayWordList = Annotated[Path | None, _WORDS]
Failed = Annotated[
    Path | None,
    typer.Option(
        help="Write every word without a translation to this file, with the reason after a tab.", show_default=False
    ),
]


def read_words(path: Path) -> list[str]:
    """The words of a list, from a file or a pipe, in UTF-8 or UTF-16."""
    from isogloss.data.lines import words_of
    from isogloss.data.unpacking import on_disk

    return words_of(on_disk(path))


def check_failed(path: Path | None, words: Path | None, force: bool) -> None:
    """See before any work that the words without an answer can be written, and not over the list that is read.

    Raises:
        OutputError: They cannot.
    """
    from isogloss.data.storage import refuse_own_input, refuse_to_overwrite

    if path is not None:
        refuse_own_input(path, words or STDIN)
        refuse_to_overwrite(path, force, folder=False)


def write_failed(path: Path | None, reasons: Mapping[str, str]) -> None:
    """Write the words without an answer, a word and its reason a line, where the user asked for it."""
    from isogloss.data.storage import replacing

    if path is not None:
        with replacing(path) as part:
            part.write_text("".join(f"{word}\t{why}\n" for word, why in reasons.items()), "utf-8", newline="\n")


def failed_as_json(reasons: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Entries of a JSON answer for the words without one."""
    return ({"word": word, "rank": None, "translation": None, "reason": why} for word, why in reasons.items())
