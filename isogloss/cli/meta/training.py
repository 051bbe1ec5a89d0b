"""`isogloss meta train`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isogloss.cli.console import print_json, print_rows, progress
from isogloss.cli.meta.inputs import SAMPLE, GraphFile, HoldOut, VectorFiles, all_vectors
from isogloss.cli.options import Cache, Force, Json, Seed


def train(
    out: Annotated[Path, typer.Option(help="Folder for the model, prior.safetensors.", show_default=False)],
    graph: GraphFile = None,
    vectors: VectorFiles = [SAMPLE],  # noqa: B006 (typer copies it)
    hold_out: HoldOut = None,
    auxiliary: Annotated[
        bool,
        typer.Option(help="Also train on pairs of languages whose dictionary is inferred through a third language."),
    ] = True,
    third: Annotated[
        bool,
        typer.Option(
            help="Also train a ranker that compares candidates with translations into third languages; the model "
            "keeps their vectors and dictionaries. The gain is small."
        ),
    ] = False,
    cache: Cache = None,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
) -> None:
    """Meta-train a model on languages with dictionaries, for new languages with few seeds.

    The model matches words and ranks candidates. Its tasks are drawn from the graph, without held-out languages.

    Example: isogloss meta train --graph isogloss.db --hold-out ja --out model
    """
    from isogloss.meta.matching.prior import FILE
    from isogloss.meta.matching.prior_training import PriorSettings
    from isogloss.metatraining import meta_train

    trained = meta_train(
        all_vectors(vectors, cache),
        graph,
        hold_out=hold_out or (),
        settings=PriorSettings(auxiliary=auxiliary, third=third, seed=seed),
        out=out,
        force=force,
        progress=progress,
    )
    report = {
        "model": str(out / FILE),
        "languages": trained.languages,
        "held_out": trained.held_out,
        "teachers": list(map(str, trained.teachers)),
    }
    if json:
        print_json(report)
        return
    print_rows((name, value if isinstance(value, str) else ", ".join(value)) for name, value in report.items())
