"""`isogloss meta prior`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isogloss.cli.console import print_json, print_rows, progress
from isogloss.cli.meta.inputs import (
    SAMPLE,
    GraphFile,
    HoldOut,
    VectorFiles,
    task_space,
)
from isogloss.cli.options import Cache, Force, Json, Seed


def prior(
    out: Annotated[Path, typer.Option(help="Folder for prior.safetensors.", show_default=False)],
    graph: GraphFile = None,
    vectors: VectorFiles = [SAMPLE],  # noqa: B006 (typer copies it)
    hold_out: HoldOut = None,
    auxiliary: Annotated[
        bool,
        typer.Option(help="Also train on pairs of languages whose dictionary is inferred through a third language."),
    ] = True,
    cache: Cache = None,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
) -> None:
    """Train a prior for `lexicon build --prior` of a new language with few seeds.

    It learns to match words and to rank candidates from all pairs of languages that have a dictionary.

    Example: isogloss meta prior --hold-out ja --out prior
    """
    from isogloss.data.storage import refuse_to_overwrite
    from isogloss.meta.matching.prior import FILE, save
    from isogloss.meta.matching.prior_training import PriorSettings, train_prior

    refuse_to_overwrite(out / FILE, force)
    space = task_space(graph, vectors, hold_out, None, cache)
    tables = {language: space.vectors.words(language) for language in space.languages}
    trained = train_prior(
        space.dictionaries,
        tables,
        held_out=space.held_out,
        settings=PriorSettings(auxiliary=auxiliary, seed=seed),
        progress=progress,
    )
    report = {
        "prior": str(save(trained, out, force=force)),
        "languages": trained.languages,
        "held_out": sorted(space.held_out),
    }
    if json:
        print_json(report)
        return
    print_rows((name, value if isinstance(value, str) else " ".join(value)) for name, value in report.items())
