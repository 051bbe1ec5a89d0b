"""`isogloss lexicon hub`: many languages in one space."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isogloss.cli.console import note, print_json, progress
from isogloss.cli.languages import spoken
from isogloss.cli.lexicon.options import KeepCase
from isogloss.cli.options import Cache, Force, Json, Strict
from isogloss.data.limits import MAX_VOCAB


def hub(
    vectors: Annotated[list[str], typer.Option(help="LANGUAGE=FILE; repeat for each language.", show_default=False)],
    dictionary: Annotated[
        list[str], typer.Option(help="SOURCE-TARGET=FILE; repeat for each dictionary.", show_default=False)
    ],
    out: Annotated[Path, typer.Option(help="Output folder.", show_default=False)],
    max_vocab: Annotated[
        int, typer.Option(min=1, help="Number of most frequent words of each language to use.")
    ] = MAX_VOCAB,
    chain: Annotated[bool, typer.Option(help="Also use pairs chained through a third language.")] = True,
    weighted: Annotated[
        bool, typer.Option(help="Weight dimensions by their correlation; otherwise rotate only.")
    ] = True,
    keep_case: KeepCase = False,
    strict: Strict = False,
    cache: Cache = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Align many languages jointly in one space; `lexicon map DIR --language L` maps their vectors to it.

    Example: isogloss lexicon hub --vectors en=en.vec --vectors fr=fr.vec --dictionary en-fr=en-fr.txt --out hub
    """
    from isogloss.data.reading import read_dictionary, read_vectors
    from isogloss.data.storage import refuse_to_overwrite
    from isogloss.hubs import align_many

    files = [(spoken(name), path) for name, path in (_named(argument, "LANGUAGE=FILE") for argument in vectors)]
    listed = [
        (_languages(name), path) for name, path in (_named(argument, "SOURCE-TARGET=FILE") for argument in dictionary)
    ]
    refuse_to_overwrite(out, force, folder=True)
    built = align_many(
        [
            read_vectors(
                path, name, max_vocab=max_vocab, lowercase=not keep_case, strict=strict, cache=cache, progress=progress
            )
            for name, path in files
        ],
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
        raise typer.BadParameter(f"{given!r} is not of the form {form}")
    return name, Path(path)


def _languages(given: str) -> tuple[str, str]:
    source, dash, target = given.partition("-")
    if not (source and dash and target):
        raise typer.BadParameter(f"{given!r} is not of the form SOURCE-TARGET")
    return source, target
