"""``isogloss data``: look into files, fetch them, train them."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isogloss.cli.console import note, print_json, print_rows, progress, warn
from isogloss.cli.options import Cache, Force, Json

if TYPE_CHECKING:
    from isogloss.data.catalogue import Source

app = typer.Typer(
    name="data", help="Look into files of vectors and dictionaries, fetch or train them.", no_args_is_help=True
)
fetch = typer.Typer(name="fetch", help="Fetch vectors or a dictionary from a public source.", no_args_is_help=True)
kept = typer.Typer(name="cache", help="The parsed vectors that are kept on disk.", no_args_is_help=True)
app.add_typer(fetch)
app.add_typer(kept)

Out = Annotated[Path | None, typer.Option("--out", help="File to write, or a folder to put it in; default: here.")]
Mirror = Annotated[
    str | None, typer.Option("--mirror", metavar="URL", help="A copy of the server with the same paths.")
]
Sha256 = Annotated[str | None, typer.Option("--sha256", metavar="HEX", help="The hash that the file must have.")]


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


class Architecture(StrEnum):
    """The two models of fastText."""

    SKIPGRAM = "skipgram"
    CBOW = "cbow"


@app.command()
def info(
    file: Annotated[Path, typer.Argument(help="Vectors or a dictionary, in any known format.")],
    lang: Annotated[str | None, typer.Option("--lang", help="Language of the words, or of the headwords.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Language of the translations, for a dictionary.")] = None,
    max_vocab: Annotated[int, typer.Option("--max-vocab", min=0, help="Look at this many words; 0 for all.")] = 200_000,
    words: Annotated[Path | None, typer.Option("--words", help="Words of a file that has none, one a line.")] = None,
    json: Json = False,
) -> None:
    """Say what FILE holds and whether it is fit for use."""
    from isogloss.data.inspection import inspect

    report = inspect(file, lang, target=to, max_vocab=max_vocab or None, words=words, progress=progress)
    values = asdict(report)
    if json:
        print_json(values)
        return
    warn(values.pop("warnings", ()))
    print_rows((name.replace("_", " "), _text(value)) for name, value in values.items())


@fetch.command()
def vectors(
    language: Annotated[str, typer.Argument(metavar="LANG", help="Language code, such as fr.")],
    source: Annotated[VectorSource, typer.Option("--source", help="Wikipedia or Common Crawl.")] = VectorSource.WIKI,
    out: Out = None,
    mirror: Mirror = None,
    sha256: Sha256 = None,
    force: Force = False,
) -> None:
    """Fetch the fastText vectors of LANG; a fetch that was cut off goes on where it stopped."""
    from isogloss.data.catalogue import VECTORS
    from isogloss.data.fetching import fetch_vectors

    _show_terms(VECTORS[source])
    place = fetch_vectors(
        language, source=source, out=out, mirror=mirror, sha256=sha256, force=force, progress=progress
    )
    print(place)


@fetch.command()
def dictionary(
    source_language: Annotated[str, typer.Argument(metavar="SRC", help="Language of the headwords.")],
    target_language: Annotated[str, typer.Argument(metavar="TGT", help="Language of the translations.")],
    source: Annotated[DictionarySource, typer.Option("--source", help="Where from.")] = DictionarySource.CLDR,
    part: Annotated[Part, typer.Option("--part", help="Of MUSE: all, train or test.")] = Part.ALL,
    out: Out = None,
    mirror: Mirror = None,
    sha256: Sha256 = None,
    force: Force = False,
) -> None:
    """Fetch a dictionary from SRC to TGT; its licence is shown first."""
    from isogloss.data.catalogue import DICTIONARIES
    from isogloss.data.fetching import fetch_dictionary

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
    print(place)


@app.command()
def train(
    corpus: Annotated[Path, typer.Argument(help="Raw text in UTF-8, plain or compressed.")],
    lang: Annotated[str, typer.Option("--lang", help="Language of the text.")],
    out: Annotated[Path, typer.Option("--out", help=".bin (with subwords), .vec, .vec.gz, .safetensors or .npy.")],
    dim: Annotated[int, typer.Option("--dim", min=1, help="Numbers in a vector.")] = 100,
    epochs: Annotated[int, typer.Option("--epochs", min=1, help="Passes over the text.")] = 5,
    min_count: Annotated[int, typer.Option("--min-count", min=1, help="Leave rarer words out.")] = 5,
    model: Annotated[Architecture, typer.Option("--model", help="Kind of model.")] = Architecture.SKIPGRAM,
    threads: Annotated[int, typer.Option("--threads", min=1, help="More are faster, but never repeat exactly.")] = 1,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed and one thread give the same file.")] = 0,
    force: Force = False,
) -> None:
    """Train fastText vectors on the raw text CORPUS."""
    from isogloss.data.training import Recipe, train_vectors

    if threads > 1:
        note(f"{threads} threads: the result will differ a little from run to run, whatever the seed")
    recipe = Recipe(dim, epochs, min_count, model, threads, seed)
    trained = train_vectors(corpus, lang, out, recipe=recipe, force=force, progress=progress)
    note(f"{len(trained):,} words × {trained.dimensions}")
    print(out)


@kept.command("list")
def list_entries(cache: Cache = None, json: Json = False) -> None:
    """List the parsed vectors that are kept."""
    from isogloss.data import cache as store

    entries = [asdict(entry) for entry in store.Cache(_named(cache)).entries()]
    if json:
        print_json(entries)
    else:
        print_rows((tuple(entry.values()) for entry in entries), ("key", "path", "words", "dimensions", "bytes"))


@kept.command()
def clear(cache: Cache = None) -> None:
    """Remove the parsed vectors; the files they came from stay."""
    from isogloss.data import cache as store

    freed = store.Cache(_named(cache)).clear()
    note(f"{cache}: {freed / 1e6:,.1f} MB freed")


def _named(cache: Path | None) -> Path:
    if cache is None:  # the option has a default, so this is for the type checker
        raise typer.BadParameter("name a folder with --cache")
    return cache


def _show_terms(source: Source) -> None:
    note(f"{source.title} ({source.homepage})")
    note(f"licence: {source.licence}" + (f"; {source.note}" if source.note else ""))


def _text(value: object) -> object:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {count}" for name, count in value.items()) or "none"
    if isinstance(value, tuple | list):
        return " ".join(_text_of_number(part) for part in value)
    return value


def _text_of_number(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
