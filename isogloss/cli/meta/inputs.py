"""The vectors and the graph that verbs of `isogloss meta` read, or the bundled sample."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isogloss.cli.console import progress
from isogloss.cli.languages import LANGUAGE, spoken
from isogloss.data.limits import TRAINING_VOCAB

if TYPE_CHECKING:
    from isogloss.data.vectors import Vectors
    from isogloss.meta.tasks import TaskSpace


SAMPLE = "sample"
GraphFile = Annotated[
    str | None,  # not a path, which would take slashes from a URL
    typer.Option(
        help="Graph to draw tasks from. Default: word pairs of the bundled sample.", show_default="the sample"
    ),
]
VectorFiles = Annotated[
    list[str],
    typer.Option(
        "--vectors", metavar="LANG=FILE", help="Vectors of a language; `sample` for the bundled ones. May be repeated."
    ),
]
HoldOut = Annotated[
    list[str] | None, typer.Option(help="Language to exclude from training altogether. May be repeated.", **LANGUAGE)
]
SourceVectors = Annotated[Path | None, typer.Option(help="Vectors of the source language.", show_default="the sample")]
TargetVectors = Annotated[Path | None, typer.Option(help="Vectors of the target language.", show_default="the sample")]


def task_space(
    graph: str | None, vectors: list[str], hold_out: list[str] | None, vocabulary: int | None, cache: Path | None
) -> TaskSpace:
    """The tasks of a graph file (or of the sample), without the languages held out."""
    from isogloss import metatraining

    tables = all_vectors(vectors, cache)
    return metatraining.task_space(tables, graph, hold_out=hold_out or (), vocabulary=vocabulary)


def all_vectors(given: list[str], cache: Path | None) -> list[Vectors]:
    """The vectors named as ``LANG=FILE``; ``sample`` stands for all that are bundled."""
    from isogloss.data.language import language_code
    from isogloss.data.reading import read_vectors
    from isogloss.data.sample import sample_languages, sample_vectors

    if given == [SAMPLE]:
        return [sample_vectors(language) for language in sample_languages()]
    tables = []
    for option in given:
        language, equals, path = option.partition("=")
        if not equals:
            raise typer.BadParameter(
                f"found {option!r}, expected LANG=FILE such as fr=cc.fr.300.vec", param_hint="--vectors"
            )
        code = language_code(spoken(language))
        tables.append(
            sample_vectors(code)
            if path == SAMPLE
            else read_vectors(path, code, max_vocab=TRAINING_VOCAB, cache=cache, progress=progress)
        )
    return tables


def language_vectors(language: str, path: Path | None, max_vocab: int, cache: Path | None) -> Vectors:
    """The vectors of ``path``, or those of the bundled sample."""
    from isogloss.data.reading import read_vectors
    from isogloss.data.sample import sample_vectors

    if path is None:
        return sample_vectors(language).first(max_vocab)
    return read_vectors(path, language, max_vocab=max_vocab, cache=cache, progress=progress)
