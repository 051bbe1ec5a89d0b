"""`isogloss data fetch`: vectors and dictionaries from public sources."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isogloss.cli.console import note, progress, say
from isogloss.cli.options import Force
from isogloss.cli.stopping import keeps

if TYPE_CHECKING:
    from isogloss.data.sources.catalogue import Source


Out = Annotated[Path | None, typer.Option("--out", help="Output file or folder.", show_default="the current folder")]
Mirror = Annotated[
    str | None, typer.Option("--mirror", metavar="URL", help="Base address of a mirror with the same paths.")
]
Sha256 = Annotated[str | None, typer.Option("--sha256", metavar="HEX", help="Expected SHA-256 of the file.")]


RESUMED = "what has arrived is kept, and the same command goes on from there"


class VectorSource(StrEnum):
    """The collections of vectors in the catalogue."""

    WIKI = "wiki"
    CC = "cc"


class DictionarySource(StrEnum):
    """The collections of dictionaries in the catalogue."""

    MUSE = "muse"
    FREEDICT = "freedict"
    CLDR = "cldr"


class Part(StrEnum):
    """The parts of a MUSE dictionary."""

    ALL = "all"
    TRAIN = "train"
    TEST = "test"


def vectors(
    language: Annotated[str, typer.Argument(metavar="LANG", help="Language code, such as fr.")],
    source: Annotated[
        VectorSource, typer.Option("--source", help="wiki: Wikipedia; cc: Common Crawl and Wikipedia.")
    ] = VectorSource.WIKI,
    out: Out = None,
    mirror: Mirror = None,
    sha256: Sha256 = None,
    force: Force = False,
) -> None:
    """Fetch the fastText vectors of LANG; an interrupted download is resumed.

    Example: isogloss data fetch vectors fr --source cc
    """
    from isogloss.data.sources.catalogue import VECTORS
    from isogloss.data.sources.fetching import fetch_vectors

    keeps(RESUMED)
    _show_terms(VECTORS[source])
    place = fetch_vectors(
        language, source=source, out=out, mirror=mirror, sha256=sha256, force=force, progress=progress
    )
    say(str(place), sys.stdout)


def dictionary(
    source_language: Annotated[str, typer.Argument(metavar="SRC", help="Language of the headwords.")],
    target_language: Annotated[str, typer.Argument(metavar="TGT", help="Language of the translations.")],
    source: Annotated[
        DictionarySource,
        typer.Option(
            "--source",
            help="cldr: names of things; freedict: dictionaries; muse: test dictionaries, not for commercial use.",
        ),
    ] = DictionarySource.CLDR,
    part: Annotated[Part, typer.Option("--part", help="Part of a MUSE dictionary.")] = Part.ALL,
    out: Out = None,
    mirror: Mirror = None,
    sha256: Sha256 = None,
    force: Force = False,
) -> None:
    """Fetch a dictionary from SRC to TGT; its licence is shown first.

    Example: isogloss data fetch dictionary en fr --source muse --part train
    """
    from isogloss.data.sources.catalogue import DICTIONARIES
    from isogloss.data.sources.fetching import fetch_dictionary

    keeps(RESUMED)
    _show_terms(DICTIONARIES[source])
    place = fetch_dictionary(
        source_language,
        target_language,
        source=source,
        part=part,
        out=out,
        mirror=mirror,
        sha256=sha256,
        force=force,
        progress=progress,
    )
    say(str(place), sys.stdout)


def _show_terms(source: Source) -> None:
    note(f"{source.title} ({source.homepage})")
    note(f"licence: {source.licence}" + (f"; {source.note}" if source.note else ""))
