"""`isogloss lexicon hub`: many languages in one space."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isogloss.cli.console import note, print_json, progress
from isogloss.cli.options import Cache, Force, Json


def hub(
    vectors: Annotated[list[str], typer.Option(help="LANGUAGE=FILE, once for each language.", show_default=False)],
    dictionary: Annotated[
        list[str], typer.Option(help="SOURCE-TARGET=FILE, once for each dictionary.", show_default=False)
    ],
    out: Annotated[Path, typer.Option(help="The folder to write.", show_default=False)],
    max_vocab: Annotated[int, typer.Option(min=1, help="Most frequent words of each language to use.")] = 200_000,
    chain: Annotated[
        bool, typer.Option(help="Use pairs of words that translate the same word of a third language.")
    ] = True,
    weighted: Annotated[bool, typer.Option(help="Weight directions by their correlation; else rotations only.")] = True,
    cache: Cache = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Fit many languages into one space jointly; `lexicon map DIR --language L` carries their vectors there."""
    from isogloss.data.reading import read_dictionary, read_vectors
    from isogloss.data.storage import refuse_to_overwrite
    from isogloss.hubs import align_many

    files = [_named(each, "LANGUAGE=FILE") for each in vectors]
    listed = [(_languages(name), path) for name, path in (_named(each, "SOURCE-TARGET=FILE") for each in dictionary)]
    refuse_to_overwrite(out, force)
    built = align_many(
        [read_vectors(path, name, max_vocab=max_vocab, cache=cache, progress=progress) for name, path in files],
        [read_dictionary(path, *names) for names, path in listed],
        out=out,
        chain=chain,
        weighted=weighted,
        force=force,
        progress=progress,
    )
    if json:
        print_json(built.summary())
        return
    used = ", ".join(f"{a}-{b} {count:,}" for (a, b), count in built.pairs.items())
    through = ", ".join(f"{a}-{b} {count:,}" for (a, b), count in built.chained.items()) or "none"
    note(f"{out}: {', '.join(built.sides)} in one space; pairs: {used}; through a third language: {through}")


def _named(given: str, form: str) -> tuple[str, Path]:
    name, equals, path = given.partition("=")
    if not (name and equals and path):
        raise typer.BadParameter(f"found {given!r}, expected {form}")
    return name, Path(path)


def _languages(given: str) -> tuple[str, str]:
    source, dash, target = given.partition("-")
    if not (source and dash and target):
        raise typer.BadParameter(f"found languages {given!r}, expected SOURCE-TARGET")
    return source, target
