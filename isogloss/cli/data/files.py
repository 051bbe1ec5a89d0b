"""Verbs of `isogloss data` about files: info, train."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from isogloss.cli.console import note, print_json, print_rows, progress, warn
from isogloss.cli.options import Force, Json


class Architecture(StrEnum):
    """The two models of fastText."""

    SKIPGRAM = "skipgram"
    CBOW = "cbow"


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
    from isogloss.data.vector_training import Recipe, train_vectors

    if threads > 1:
        note(f"{threads} threads: the result will differ a little from run to run, whatever the seed")
    recipe = Recipe(dim, epochs, min_count, model, threads, seed)
    trained = train_vectors(corpus, lang, out, recipe=recipe, force=force, progress=progress)
    note(f"{len(trained):,} words × {trained.dimensions}")
    print(out)


def _text(value: object) -> object:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {count}" for name, count in value.items()) or "none"
    if isinstance(value, tuple | list):
        return " ".join(_text_of_number(part) for part in value)
    return value


def _text_of_number(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
