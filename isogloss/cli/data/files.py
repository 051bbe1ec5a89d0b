"""Verbs of `isogloss data` about files: info, train."""

from __future__ import annotations

import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from isogloss.cli.console import note, print_json, print_rows, progress, say, warn
from isogloss.cli.languages import LANGUAGE
from isogloss.cli.options import Force, Json, Strict
from isogloss.data.limits import MAX_VOCAB


class Architecture(StrEnum):
    """The two models of fastText."""

    SKIPGRAM = "skipgram"
    CBOW = "cbow"


def info(
    file: Annotated[
        Path, typer.Argument(help="Word vectors or a dictionary, in any known format; - reads stdin.", allow_dash=True)
    ],
    lang: Annotated[
        str | None, typer.Option("--lang", help="Language of the vectors or the headwords, such as en.", **LANGUAGE)
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", help="Language of the translations in a dictionary.", **LANGUAGE)
    ] = None,
    max_vocab: Annotated[
        int, typer.Option("--max-vocab", min=0, help="Maximum number of words to read; 0 for all.")
    ] = MAX_VOCAB,
    words: Annotated[
        Path | None, typer.Option("--words", help="Word list for a file without one (floret, .npy), one word per line.")
    ] = None,
    strict: Strict = False,
    json: Json = False,
) -> None:
    """Inspect FILE: format, words, dimensions, norms, duplicates, and warnings about what may go wrong.

    Example: isogloss data info wiki.fr.vec
    """
    from isogloss.data.inspection import inspect

    report = inspect(file, lang, target=to, max_vocab=max_vocab or None, words=words, strict=strict, progress=progress)
    values = asdict(report)
    if json:
        print_json(values)
        return
    warn(values.pop("warnings", ()))
    print_rows((name.replace("_", " "), _text(value)) for name, value in values.items())


def train(
    corpus: Annotated[
        Path, typer.Argument(help="Raw text in UTF-8, one sentence or paragraph per line, plain or compressed.")
    ],
    lang: Annotated[str, typer.Option("--lang", help="Language of the text, such as sw.", **LANGUAGE)],
    out: Annotated[
        Path, typer.Option("--out", help="Output file: .bin (keeps subwords), .vec, .vec.gz, .safetensors or .npy.")
    ],
    dim: Annotated[int, typer.Option("--dim", min=1, help="Dimensions of the vectors.")] = 100,
    epochs: Annotated[int, typer.Option("--epochs", min=1, help="Training epochs.")] = 5,
    min_count: Annotated[int, typer.Option("--min-count", min=1, help="Minimum frequency of a word.")] = 5,
    model: Annotated[Architecture, typer.Option("--model", help="fastText architecture.")] = Architecture.SKIPGRAM,
    threads: Annotated[
        int, typer.Option("--threads", min=1, help="Training threads; results repeat exactly with one only.")
    ] = 1,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Random seed; repeats exactly with one thread.")] = 0,
    force: Force = False,
) -> None:
    """Train fastText vectors on the raw text CORPUS.

    Example: isogloss data train news.sw.txt --lang sw --out sw.vec
    """
    from isogloss.data.vector_training import Recipe, train_vectors

    if threads > 1:
        note(f"{threads} threads: the result will differ a little from run to run, whatever the seed")
    recipe = Recipe(dim, epochs, min_count, model, threads, seed)
    trained = train_vectors(corpus, lang, out, recipe=recipe, force=force, progress=progress)
    note(f"{len(trained):,} words × {trained.dimensions}")
    say(str(out), sys.stdout)


def _text(value: object) -> object:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {count}" for name, count in value.items()) or "none"
    if isinstance(value, tuple | list):
        return " ".join(_text_of_number(part) for part in value)
    return value


def _text_of_number(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
