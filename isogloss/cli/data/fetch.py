"""`isogloss data list` and `data fetch`: vectors, dictionaries and wordnets from public sources."""

from __future__ import annotations

import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from isogloss.cli.console import note, print_json, print_rows, progress, say
from isogloss.cli.languages import LANGUAGE, completed
from isogloss.cli.options import Force, Json
from isogloss.cli.stopping import keeps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from isogloss.data.sources.catalogue import Offer


Out = Annotated[Path | None, typer.Option("--out", help="Output file or folder.", show_default="the current folder")]
Mirror = Annotated[
    str | None, typer.Option("--mirror", metavar="URL", help="Base address of a mirror with the same paths.")
]
Sha256 = Annotated[
    str | None,
    typer.Option("--sha256", metavar="HEX", help="Expected SHA-256 of the file.", show_default="as published"),
]


RESUMED = "what has arrived is kept, and the same command goes on from there"
FEW = 6  # pairs of one collection that are listed one by one; round number
COLUMNS = ("name", "contents", "size", "licence", "terms", "hash")


class VectorSource(StrEnum):
    """The collections of vectors by language."""

    WIKI = "wiki"
    CC = "cc"


class DictionarySource(StrEnum):
    """The collections of dictionaries by pair of languages."""

    MUSE = "muse"
    FREEDICT = "freedict"
    CLDR = "cldr"
    APERTIUM = "apertium"


class Part(StrEnum):
    """The parts of a MUSE dictionary."""

    ALL = "all"
    TRAIN = "train"
    TEST = "test"


def completed_name(incomplete: str) -> list[str]:
    """Names of the catalogue for a shell."""
    from isogloss.data.sources.offers import offers

    return [offer.name for offer in offers() if offer.name.startswith(incomplete)]


def list_offers(
    languages: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[LANG]...",
            autocompletion=completed,
            help="Code or name of a language; of several, what is in one or joins two.",
            show_default=False,
        ),
    ] = None,
    all_pairs: Annotated[
        bool, typer.Option("--all", help="List every pair of languages on a line of its own.")
    ] = False,
    json: Json = False,
) -> None:
    """List what can be fetched for a language: name, contents, size, licence, terms, whether a hash is published.

    Without a language, the collections are listed. `isogloss data fetch NAME` fetches.

    Example: isogloss data list eu
    """
    from isogloss.data.sources.catalogue import collections
    from isogloss.data.sources.offers import offers

    if json:
        selected = offers(*languages or ())
        print_json([{part: value for part, value in asdict(offer).items() if part != "reading"} for offer in selected])
    elif languages:
        selected = offers(*languages)
        print_rows(_rows(selected) if all_pairs else _grouped(selected), COLUMNS)
    else:
        print_rows(
            (
                (
                    collection.name,
                    collection.title,
                    len(collection.languages) or "",
                    collection.common.size,
                    collection.common.licence,
                    collection.common.terms,
                )
                for collection in collections().values()
            ),
            ("collection", "contents", "languages", "size", "licence", "terms"),
        )


def named(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME...", help="Names that `isogloss data list` prints.", autocompletion=completed_name
        ),
    ],
    out: Out = None,
    mirror: Mirror = None,
    sha256: Sha256 = None,
    force: Force = False,
) -> None:
    """Fetch what `isogloss data list` calls NAME; the word `name` may be left out. The licence is printed first.

    An interrupted download is resumed.

    Example: isogloss data fetch name wiki/eu cldr/en-eu
    """
    from isogloss.data.sources.offers import offer

    if len(names) > 1 and (sha256 or (out and not out.is_dir())):
        raise typer.BadParameter("several names need an --out that is a folder, and no --sha256")
    for wanted in [offer(name) for name in names]:  # an unknown name is found before anything is fetched
        _fetch(wanted.name, out=out, mirror=mirror, sha256=sha256, force=force)


def vectors(
    language: Annotated[str, typer.Argument(help="Language code, such as fr.", **LANGUAGE)],
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
    _fetch(f"{source}/{language}", out=out, mirror=mirror, sha256=sha256, force=force)


def dictionary(
    source_language: Annotated[str, typer.Argument(help="Language of the headwords.", **LANGUAGE)],
    target_language: Annotated[str, typer.Argument(help="Language of the translations.", **LANGUAGE)],
    source: Annotated[
        DictionarySource,
        typer.Option(
            "--source",
            help="cldr: names of things; freedict, apertium: dictionaries; muse: test dictionaries, not for "
            "commercial use.",
        ),
    ] = DictionarySource.CLDR,
    part: Annotated[Part, typer.Option("--part", help="Part of a MUSE dictionary.")] = Part.ALL,
    out: Out = None,
    mirror: Mirror = None,
    sha256: Sha256 = None,
    force: Force = False,
) -> None:
    """Fetch a dictionary; its licence is shown first.

    Example: isogloss data fetch dictionary en fr --source muse --part train
    """
    name = f"{source}/{source_language}-{target_language}"
    _fetch(name if part == Part.ALL else f"{name}/{part}", out=out, mirror=mirror, sha256=sha256, force=force)


def _fetch(name: str, **options: Any) -> None:
    from isogloss.data.sources.catalogue import collections
    from isogloss.data.sources.fetching import fetch
    from isogloss.data.sources.offers import offer

    keeps(RESUMED)
    wanted = offer(name)
    note(f"{collections()[name.partition('/')[0]].title} ({wanted.homepage})")
    note(f"licence: {wanted.licence}; {wanted.terms}")
    place = fetch(name, progress=progress, **options)
    if wanted.graph:
        note(f"put it into a graph with: isogloss kg import {place}")
    say(str(place), sys.stdout)


def _rows(listed: Iterable[Offer]) -> Iterator[tuple[str, ...]]:
    for offer in listed:
        yield offer.name, offer.contents, offer.size, offer.licence, offer.terms, "yes" if offer.sha256 else ""


def _grouped(selected: Iterable[Offer]) -> Iterator[tuple[str, ...]]:
    """The rows, with one for all pairs of a collection where they are many."""
    by_collection: dict[str, list[Offer]] = {}
    for offer in selected:
        by_collection.setdefault(offer.name.partition("/")[0], []).append(offer)
    for name, listed in by_collection.items():
        if len(listed) <= FEW or len(listed[0].languages) < 2:
            yield from _rows(listed)
            continue
        first = listed[0]
        keys = " ".join(offer.name.partition("/")[2] for offer in listed)
        contents = f"{len(listed)} dictionaries: {keys}"
        yield f"{name}/…", contents, "by pair", first.licence, first.terms, ""
